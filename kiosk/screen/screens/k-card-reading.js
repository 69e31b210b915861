// Leave the card where it is, while it is read, or while the clerk or the server has its turn.

import { css, html, nothing } from "/vendor/lit.js";
import { cardOnPad } from "../parts/art.js";
import { ScreenPart } from "./screen.js";

const WORDS = /** @type {const} */ ({
  card: { title: "card.reading", how: "card.reading_how" },
  clerk: { title: "reading.clerk", how: "reading.clerk_how" },
  server: { title: "reading.server", how: "reading.server_how" },
});

/** @extends {ScreenPart<import("/protocol/messages").CardReading>} */
export class KCardReading extends ScreenPart {
  render() {
    const screen = this.screen;
    if (!screen || !this.display) return nothing;
    const { t, plain } = this.words;
    const { title, how } = WORDS[screen.until];
    return html`
      <main class="beside">
        <section role="status">
          <h1>${t(title)}</h1>
          <p>${t(how)}</p>
          <div class="art">${cardOnPad(plain("card.picture"), true)}</div>
          <p class="bar"><i></i></p>
        </section>
      </main>
      <k-footer .display=${this.display} exit="end" exit-key="end">
        ${screen.until === "clerk" ? html`<k-button control="card_skip">${t("card.skip")}</k-button>` : nothing}
      </k-footer>
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
