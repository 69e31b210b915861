// K13: not today; the telephone number, and one word for whoever comes to repair.

import { css, html, nothing } from "/vendor/lit.js";
import { icon } from "../parts/icons.js";
import { ScreenPart } from "./screen.js";

/** @extends {ScreenPart<import("/protocol/messages").OutOfOrder>} */
export class KOutOfOrder extends ScreenPart {
  render() {
    const screen = this.screen;
    const display = this.display;
    if (!screen || !display) return nothing;
    const { t, pick } = this.words;
    return html`
      <main>
        <section class="middle">
          <h1>${t("order.title")}</h1>
          <p>${t("order.lead")}</p>
          ${display.telephone ? html`<div class="box">${icon("phone")}<b class="tel number">${display.telephone}</b></div>` : nothing}
        </section>
      </main>
      <k-footer .display=${display} local>
        <p class="technician">${t("order.technician")}　${t(pick("order", `reason_${screen.reason}`, "order.reason_other"))}</p>
      </k-footer>
    `;
  }

  static styles = [
    ...ScreenPart.styles,
    css`
      main { display: grid; background: var(--paper); }
      h1 { font-size: calc(var(--t-h1) * 1.5); }
      .middle { gap: 32px; }
      .box { display: flex; gap: 28px; align-items: center; justify-self: start; padding: 20px 40px; }
      .box svg { width: 72px; height: 72px; color: var(--primary); }
      .technician { font-size: 28px; color: #333; }
    `,
  ];
}
customElements.define("k-out-of-order", KOutOfOrder);
