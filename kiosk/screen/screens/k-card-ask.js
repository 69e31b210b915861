// K03: what the card is asked for, who sees it, and two answers of the same size.

import { css, html, nothing } from "/vendor/lit.js";
import { cardOnPad } from "../parts/art.js";
import { ScreenPart } from "./screen.js";

/** @extends {ScreenPart<import("/protocol/messages").CardAsk>} */
export class KCardAsk extends ScreenPart {
  render() {
    const screen = this.screen;
    if (!screen || !this.display) return nothing;
    const { t, plain } = this.words;
    const wish = screen.wish;
    const usual = wish === "attributes";
    return html`
      <main class="beside">
        <section class="middle">
          <p class="asks">${t("card.asks", { name: screen.staff_name })}</p>
          <h1>${t(usual ? "card.title" : `ask.${wish}`)}</h1>
          <p>${t(usual ? "card.lead" : `ask.${wish}_lead`)}<br />${t(usual ? "card.lead_2" : `ask.${wish}_who`)}</p>
          <div class="art">${cardOnPad(plain("card.picture"), false)}</div>
        </section>
      </main>
      <k-footer .display=${this.display} exit="end" exit-key="end">
        <k-button class="same" control="card_no">${t(usual ? "card.no" : "ask.no")}</k-button>
        <k-button class="same" kind="primary" control="card_yes">${t(usual ? "card.yes" : "ask.yes")}</k-button>
      </k-footer>
    `;
  }

  static styles = [
    ...ScreenPart.styles,
    css`
      .middle { height: 100%; grid-template-rows: auto auto auto minmax(0, 1fr); align-content: stretch; }
      .art { min-height: 0; max-width: 640px; }
      .same { width: 440px; }
      @media (max-width: 1500px) { .same { width: 300px; } .middle { gap: 12px; } .art { max-width: 360px; } }
      :host-context(html[data-large]) .same { width: 460px; }
      @media (max-width: 1500px) { :host-context(html[data-large]) { .same { width: 400px; } .art { display: none; } .middle { align-content: center; grid-template-rows: none; } } }
    `,
  ];
}
customElements.define("k-card-ask", KCardAsk);
