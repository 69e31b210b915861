// The card goes on the pad; what went wrong the last time is said first.

import { css, html, nothing } from "/vendor/lit.js";
import { cardOnPad } from "../parts/art.js";
import { icon } from "../parts/icons.js";
import { ScreenPart } from "./screen.js";

/** @extends {ScreenPart<import("/protocol/messages").CardPlace>} */
export class KCardPlace extends ScreenPart {
  render() {
    const screen = this.screen;
    if (!screen || !this.display) return nothing;
    const { t, plain, pick } = this.words;
    return html`
      <main class="beside">
        <section>
          <h1>${t("card.place")}</h1>
          ${screen.problem === null
            ? html`<p>${t("card.place_how")}</p>`
            : html`<p class="problem" role="alert">${icon("warning")}<span>${t(pick("problem", screen.problem, "problem.other"))}</span></p>`}
          <div class="art">${cardOnPad(plain("card.picture"), false)}</div>
        </section>
      </main>
      <k-footer .display=${this.display} exit="end" exit-key="end">
        <k-button control="card_skip">${t("card.skip")}</k-button>
        ${screen.problem === null ? nothing : html`<k-button kind="primary" icon="repeat" control="card_retry">${t("card.retry")}</k-button>`}
      </k-footer>
    `;
  }

  static styles = [
    ...ScreenPart.styles,
    css`
      section { height: 100%; display: grid; grid-template-rows: auto auto minmax(0, 1fr); gap: 20px; }
      p { font-size: var(--t-say); }
      .problem { font-size: var(--t-body); line-height: var(--l-head); }
      @media (max-width: 1500px) { section { gap: 12px; } }
    `,
  ];
}
customElements.define("k-card-place", KCardPlace);
