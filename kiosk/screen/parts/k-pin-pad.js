// Ten digits that never change their places. Each press leaves at once; nothing is kept here but how many there were.

import { css, html } from "/vendor/lit.js";
import { Part, base } from "./base.js";
import "./k-button.js";

/** @typedef {import("/protocol/messages").KeyPressed["key"]} Key */

const DIGITS = /** @type {const} */ (["1", "2", "3", "4", "5", "6", "7", "8", "9"]);

export class KPinPad extends Part {
  /** @param {CustomEvent<Key>} event */
  key(event) {
    event.stopPropagation();
    this.say({ type: "key_pressed", key: event.detail });
  }

  render() {
    const { t, plain } = this.words;
    return html`<div class="pad" role="group" aria-label=${plain("pin.keys")} @press=${this.key}>
      ${DIGITS.map((digit) => html`<k-button kind="key" typing control=${digit}>${digit}</k-button>`)}
      <k-button kind="key" class="delete" typing control="delete">${t("pin.delete")}</k-button>
      <k-button kind="key" typing control="0">0</k-button>
    </div>`;
  }

  static styles = [
    base,
    css`
      .pad { display: grid; grid-template-columns: repeat(3, var(--pin-key-w, 168px)); grid-template-rows: repeat(4, minmax(112px, var(--pin-key-h, 132px))); gap: var(--pin-gap, 24px); --t-key: 64px; }
      .delete { --t-key: 30px; }
      @media (max-width: 1500px) { .pad { --pin-key-w: 136px; --pin-key-h: 112px; --pin-gap: 16px; } }
    `,
  ];
}
customElements.define("k-pin-pad", KPinPad);
