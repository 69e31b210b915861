// One try is left: the safe way is the large one.

import { css, html, nothing } from "/vendor/lit.js";
import { icon } from "../parts/icons.js";
import { ScreenPart } from "./screen.js";

/** @extends {ScreenPart<import("/protocol/messages").CardLastTry>} */
export class KCardLastTry extends ScreenPart {
  render() {
    if (!this.screen || !this.display) return nothing;
    const { t } = this.words;
    return html`
      <main class="beside">
        <section class="middle">
          <h1>${icon("warning")}<span>${t("last.title")}</span></h1>
          <p>${t("last.lead")}</p>
          <p><b>${t("last.advice")}</b></p>
        </section>
      </main>
      <k-footer .display=${this.display} exit="end" exit-key="end">
        <k-button control="card_last_try">${t("last.try")}</k-button>
        <k-button kind="primary" control="card_skip">${t("last.stop")}</k-button>
      </k-footer>
    `;
  }

  static styles = [
    ...ScreenPart.styles,
    css`
      .middle { height: 100%; }
      h1 { display: flex; gap: 24px; align-items: center; font-size: calc(var(--t-h1) * 1.3); }
      h1 svg { width: 1.3em; height: 1.3em; color: var(--note); }
      p { font-size: calc(var(--t-body) * 1.1); }
    `,
  ];
}
customElements.define("k-card-last-try", KCardLastTry);
