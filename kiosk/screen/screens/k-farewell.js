// K10: take your things; then the proof that nothing of you is left here.

import { css, html, nothing } from "/vendor/lit.js";
import { windowPicture } from "../parts/art.js";
import { icon } from "../parts/icons.js";
import { laterPapers, laterStyles } from "../parts/later.js";
import { ScreenPart } from "./screen.js";

/** @typedef {import("/protocol/messages").Farewell} Farewell */

/** @extends {ScreenPart<Farewell>} */
export class KFarewell extends ScreenPart {
  render() {
    const screen = this.screen;
    if (!screen || !this.display) return nothing;
    const { t } = this.words;
    const leaving = screen.wiped || screen.ended_by === "wiped";
    return html`
      <main>
        <section class="middle">${leaving ? this.cleared(screen) : this.over(screen)}</section>
        <section class="art">${windowPicture("")}</section>
      </main>
      <k-footer .display=${this.display} exit=${screen.card_left ? "" : "done"} exit-key="close" calm>
        ${screen.card_left ? html`<p class="take">${icon("card")}<span>${t("bye.card")}</span></p>` : nothing}
      </k-footer>
    `;
  }

  /** @param {Farewell} screen */
  over(screen) {
    const { t, pick } = this.words;
    return html`
      ${screen.card_left ? html`<div role="alert"><h1 class="must">${icon("card")}<span>${t("bye.card")}</span></h1></div>` : html`<h1>${t("bye.title")}</h1>`}
      ${screen.handset_lifted ? html`<p class="must less" role="alert">${icon("handset")}<span>${t("bye.handset")}</span></p>` : nothing}
      ${screen.print_problem !== null ? html`<p class="problem" role="status">${icon("paper")}<span>${t(pick("notice", screen.print_problem, "notice.other"))}</span></p>` : nothing}
      ${screen.card_left ? nothing : laterPapers(this.words, screen.later)}
      ${screen.card_left || screen.handset_lifted || screen.later.length ? nothing : html`<p>${t("bye.clerk")}</p><p>${t("bye.belongings")}</p>`}
      ${screen.number === null ? nothing : html`<p class="ticket"><span>${t("bye.number")}</span><b class="number">${screen.number}</b></p>`}
      ${screen.number === null || screen.card_left || screen.handset_lifted || screen.later.length ? nothing : html`<p class="keep">${t("bye.keep_number")}</p>`}
    `;
  }

  /** @param {Farewell} screen */
  cleared(screen) {
    const { t } = this.words;
    return html`
      <div role="status"><h1 class="wiped">${icon(screen.wiped ? "check" : "clock")}<span>${t(screen.wiped ? "bye.wiped" : "bye.wiping")}</span></h1></div>
      <p>${t("bye.thanks")}</p>
      ${screen.number === null ? nothing : html`<p class="ticket"><span>${t("bye.number")}</span><b class="number">${screen.number}</b></p>`}
    `;
  }

  static styles = [
    ...ScreenPart.styles,
    laterStyles,
    css`
      .middle:has(.later) { gap: 16px; } .middle:has(.later) .ticket b { font-size: var(--t-h1); } .middle:has(.later) h1 { font-size: var(--t-h1); }
      main:has(.later) { grid-template-columns: minmax(0, 1fr); } main:has(.later) .art { display: none; }
      :host { background: var(--paper); }
      main { display: grid; grid-template-columns: minmax(0, 1.5fr) minmax(0, 1fr); gap: 40px; }
      h1 { font-size: calc(var(--t-h1) * 1.3); }
      .wiped { display: flex; gap: 28px; align-items: center; }
      .wiped svg { width: 1.3em; height: 1.3em; color: var(--ok); }
      .must { display: flex; gap: 28px; align-items: center; background: var(--danger); color: #fff; border-radius: 24px; padding: 24px 36px; font-size: calc(var(--t-h1) * 1.15); line-height: 1.3; font-weight: 700; }
      .must svg { width: 1.5em; height: 1.5em; }
      p.less { font-size: var(--t-h1); }
      .ticket { display: flex; gap: 32px; align-items: baseline; }
      .ticket b { font-size: calc(var(--t-h1) * 2); line-height: 1.1; }
      .take { display: flex; gap: 20px; align-items: center; font-weight: 700; color: var(--danger); }
      .take svg { width: 64px; height: 64px; }
      .problem { line-height: var(--l-head); }
      :host-context(html[data-large]) { .must, p.less { font-size: var(--t-say); padding: 12px 24px; } .ticket b { font-size: calc(var(--t-h1) * 1.4); } }
      @media (max-width: 1500px) { p.less { font-size: var(--t-say); padding: 12px 24px; } .middle { gap: 12px; } main { gap: 20px; } .must { padding: 16px 24px; font-size: var(--t-h1); } h1 { font-size: calc(var(--t-h1) * 1.15); } }
      @media (max-width: 1500px) { :host-context(html[data-large]) { .art { display: none; } main { grid-template-columns: minmax(0, 1fr); } .keep { display: none; } .ticket b { font-size: calc(var(--t-h1) * 1.4); } } }
    `,
  ];
}
customElements.define("k-farewell", KFarewell);
