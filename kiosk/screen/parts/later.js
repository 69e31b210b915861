// A paper that did not come out: its code for another community centre, or that it comes by mail.

import { css, html, nothing } from "/vendor/lit.js";
import { when } from "../dates.js";
import { icon } from "./icons.js";

/**
 * @param {import("../strings.js").Words} words
 * @param {readonly import("/protocol/messages").PaperLater[]} papers
 */
export function laterPapers(words, papers) {
  if (!papers.length) return nothing;
  const { t, language } = words;
  const codes = papers.filter((one) => one.how === "later");
  return html`<div class="later" role="status">
    ${codes.length ? html`<p>${icon("paper")}<span>${t("later.title")}</span></p>` : nothing}
    ${codes.map((one) => html`<p class="later-code"><span>${t("later.code")}</span><b class="number">${one.code.slice(0, 3)} ${one.code.slice(3)}</b><span class="later-until">${t("later.until", { day: html`<b>${when(one.until, language)}</b>` })}</span></p>`)}
    ${papers.some((one) => one.how === "mail") ? html`<p>${icon("paper")}<span>${t("later.mail")}</span></p>` : nothing}
  </div>`;
}

export const laterStyles = css`
  .later { display: grid; gap: 8px; border: 5px solid var(--primary); border-radius: 24px; padding: 16px 32px; background: #fff; line-height: var(--l-head); }
  .later p { display: flex; flex-wrap: wrap; gap: 0 24px; align-items: center; }
  .later p > span { flex: 0 1 auto; }
  .later svg { width: 56px; height: 56px; color: var(--primary); flex: none; }
  .later p:has(svg) { flex-wrap: nowrap; }
  .later-code > b { font-size: calc(var(--t-h1) * 1.6); line-height: 1.1; color: var(--primary); letter-spacing: 0.06em; white-space: nowrap; }
  .later-until b { font-size: inherit; color: inherit; letter-spacing: 0; }
`;
