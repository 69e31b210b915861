// Leave the card where it is.

import { css, html, nothing } from "/vendor/lit.js";
import { cardOnPad } from "../parts/art.js";
import { ScreenPart } from "./screen.js";

/** @extends {ScreenPart<import("/protocol/messages").CardReading>} */
export class KCardReading extends ScreenPart {
  render() {
    if (!this.screen || !this.display) return nothing;
    const { t, plain } = this.words;
    return html`
      <main class="beside">
        <section role="status">
          <h1>${t("card.reading")}</h1>
          <p>${t("card.reading_how")}</p>
          <div class="art">${cardOnPad(plain("card.picture"), true)}</div>
          <p class="bar"><i></i></p>
        </section>
      </main>
      <k-footer .display=${this.display} exit="end" exit-key="end"></k-footer>
    `;
  }

  static styles = [
    ...ScreenPart.styles,
    css`
      section { height: 100%; display: grid; grid-template-rows: auto auto minmax(0, 1fr) auto; gap: 16px; }
      p { font-size: var(--t-say); }
      .bar { height: 20px; border-radius: 10px; background: var(--pressed-light); overflow: hidden; }
      .bar i { display: block; height: 100%; width: 30%; border-radius: 10px; background: var(--primary); animation: along 2.4s ease-in-out infinite alternate; }
      @keyframes along { to { margin-left: 70%; } }
    `,
  ];
}
customElements.define("k-card-reading", KCardReading);
