// 「この紙を 撮影します」: what for, that it is not kept, and two answers of the same size; then a moment of holding still.

import { css, html, nothing } from "/vendor/lit.js";
import { icon } from "../parts/icons.js";
import "../parts/k-paper.js";
import { ScreenPart } from "./screen.js";

/** @extends {ScreenPart<import("/protocol/messages").StillAsk>} */
export class KStillAsk extends ScreenPart {
  render() {
    const screen = this.screen;
    if (!screen || !this.display) return nothing;
    const { t } = this.words;
    const paper = screen.paper === null ? nothing : html`<k-paper .display=${this.display} .screen=${screen}></k-paper>`;
    if (screen.taking) {
      return html`
        <main class="beside">
          <section class="middle" role="status">
            <h1>${icon("paper")} ${t("still.taking")}</h1>
            <p>${t("still.hold")}</p>
            ${paper}
          </section>
        </main>
        <k-footer .display=${this.display} exit="end" exit-key="end"></k-footer>
      `;
    }
    return html`
      <main class="beside">
        <section class="middle">
          <p class="asks">${t("still.asks", { name: screen.staff_name })}</p>
          <h1>${t("still.title")}</h1>
          <p>${t("still.lead")}<br />${t("still.kept")}</p>
          ${paper}
        </section>
      </main>
      <k-footer .display=${this.display} exit="end" exit-key="end">
        <k-button class="same" control="still_no">${t("still.no")}</k-button>
        <k-button class="same" kind="primary" control="still_yes">${t("still.yes")}</k-button>
      </k-footer>
    `;
  }

  static styles = [
    ...ScreenPart.styles,
    css`
      .middle { height: 100%; grid-template-rows: auto auto auto minmax(0, 1fr); gap: 14px; align-content: start; }
      .middle[role="status"] { grid-template-rows: auto auto minmax(0, 1fr); }
      .middle:not(:has(k-paper)) { grid-template-rows: none; align-content: center; }
      h1:has(svg) { display: flex; align-items: center; gap: 16px; }
      h1 svg { flex: none; width: 1em; height: 1em; }
      k-paper { --paper-width: auto; --paper-height: 100%; justify-items: start; align-items: start; overflow: hidden; }
      .same { width: 440px; }
      @media (max-width: 1500px) { .same { width: 300px; } .middle { gap: 8px; } }
      :host-context(html[data-large]) .same { width: 460px; }
      @media (max-width: 1500px) { :host-context(html[data-large]) { .same { width: 400px; } k-paper { display: none; } .middle { align-content: center; grid-template-rows: none; } } }
    `,
  ];
}
customElements.define("k-still-ask", KStillAsk);
