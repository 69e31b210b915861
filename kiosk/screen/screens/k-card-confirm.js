// K07: what the card says, shown to its owner first. Nothing leaves before 「はい」.

import { css, html, nothing } from "/vendor/lit.js";
import { birthDate } from "../dates.js";
import { ScreenPart } from "./screen.js";

/** @typedef {import("/protocol/messages").FourBasicData["sex"]} Sex */

/** What the card's digit means (JIS X 0303). @param {Sex} sex @returns {"check.male" | "check.female" | "check.sex_other"} */
function sexKey(sex) {
  switch (sex) {
    case "1":
      return "check.male";
    case "2":
      return "check.female";
    case "0":
    case "9":
      return "check.sex_other";
  }
}

/** @extends {ScreenPart<import("/protocol/messages").CardConfirm>} */
export class KCardConfirm extends ScreenPart {
  render() {
    if (!this.screen || !this.display) return nothing;
    const { t, language } = this.words;
    const who = this.screen.who;
    const { name, address, birth_date, sex } = this.screen.data;
    // A long address gets smaller letters before it could ever be cut.
    const long = name.length > 30 || address.length > 40;
    return html`
      <main>
        <h1>${who ? t("check.again", { who }) : t("check.title")}</h1>
        <dl class=${long ? "long" : ""}>
          <div><dt>${t("check.name")}</dt><dd lang="ja">${name}</dd></div>
          <div><dt>${t("check.address")}</dt><dd lang="ja">${address}</dd></div>
          <div><dt>${t("check.birth")}</dt><dd>${birthDate(birth_date, language)}</dd></div>
          <div><dt>${t("check.sex")}</dt><dd>${t(sexKey(sex))}</dd></div>
        </dl>
        <p class="lead">${who ? t("check.again_lead") : t("check.lead")}</p>
      </main>
      <k-footer .display=${this.display} exit="end" exit-key="end">
        <k-button control="confirm_no">${t(who ? "check.again_no" : "check.no")}</k-button>
        <k-button kind="primary" control="confirm_yes">${t(who ? "check.again_yes" : "check.yes")}</k-button>
      </k-footer>
    `;
  }

  static styles = [
    ...ScreenPart.styles,
    css`
      main { display: grid; grid-template-rows: auto minmax(0, 1fr) auto; gap: 12px; padding-right: calc(var(--edge) + var(--beside, calc(var(--side-w) + 40px))); }
      dl { margin: 0; display: grid; align-content: center; }
      dl div { display: grid; grid-template-columns: 6em minmax(0, 1fr); gap: 20px; align-items: center; border-bottom: 3px solid #ccc; padding: 18px 0; font-size: var(--t-body); }
      dt { line-height: 1.3; color: #333; }
      dd { font-weight: 700; font-size: calc(var(--t-body) * 1.34); line-height: 1.35; overflow-wrap: anywhere; }
      .long dd { font-size: var(--t-body); line-height: 1.25; }
      .long div { padding: 8px 0; }
      @media (max-width: 1500px) { .long div { padding: 3px 0; border-bottom-width: 2px; } :host-context(html[data-language="easy"]) .long div { padding: 0; } main:has(.long) { gap: 0; } }
      k-button[kind="primary"] { --primary-w: 480px; }
      @media (max-width: 1500px) { dl div { padding: 4px 0; grid-template-columns: 4.6em minmax(0, 1fr); gap: 12px; } k-button[kind="primary"] { --primary-w: 360px; } dd { font-size: calc(var(--t-body) * 1.1); } main { gap: 4px; } }
      :host-context(html[data-large]) { --beside: 0px; dd { font-size: var(--t-body); } }
      @media (max-width: 1500px) { :host-context(html[data-large]) { .lead { display: none; } dd, .long dd { line-height: 1.2; } } }
    `,
  ];
}
customElements.define("k-card-confirm", KCardConfirm);
