// Back with the code of another day: six digits on large keys, shown as they are, because they are nobody's secret.

import { css, html, nothing } from "/vendor/lit.js";
import { icon } from "../parts/icons.js";
import { ScreenPart } from "./screen.js";

const LENGTH = 6;
const DIGITS = /** @type {const} */ (["1", "2", "3", "4", "5", "6", "7", "8", "9"]);

/** @extends {ScreenPart<import("/protocol/messages").CodePad>} */
export class KCodePad extends ScreenPart {
  render() {
    const screen = this.screen;
    if (!screen || !this.display) return nothing;
    const { t, plain } = this.words;
    return html`
      <main>
        <section class="middle">
          <h1>${t("take_up.title")}</h1>
          <p>${t("take_up.lead")}</p>
          <p class="boxes number" role="img" aria-label=${plain("take_up.entered", { digits: screen.digits.split("").join(" ") || "-" })}>
            ${Array.from({ length: LENGTH }, (_, index) => html`<i class=${index < screen.digits.length ? "in" : ""}>${screen.digits[index] ?? ""}</i>`)}
          </p>
          ${screen.wrong ? html`<p class="problem" role="alert">${icon("warning")}<span>${t("take_up.wrong")}</span></p>` : nothing}
        </section>
        <div class="pad" role="group" aria-label=${plain("pin.keys")}>
          ${DIGITS.map((digit) => html`<k-button kind="key" typing control=${`code:${digit}`}>${digit}</k-button>`)}
          <k-button kind="key" class="delete" typing control="code:delete">${t("pin.delete")}</k-button>
          <k-button kind="key" typing control="code:0">0</k-button>
        </div>
      </main>
      <k-footer .display=${this.display} exit="quit">
        <k-button icon="back" control="back">${t("purposes.back")}</k-button>
        <k-button kind="primary" control="code:enter" ?off=${screen.digits.length < LENGTH}>${t("take_up.enter")}</k-button>
      </k-footer>
    `;
  }

  static styles = [
    ...ScreenPart.styles,
    css`
      main { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 40px; align-items: center; }
      .boxes { display: flex; gap: 16px; }
      .boxes i { width: 96px; height: 128px; border: 5px solid var(--line); border-radius: 18px; display: grid; place-items: center; background: #fff; font: 700 84px / 1 var(--font); }
      .boxes i:nth-child(4) { margin-left: 24px; }
      .boxes .in { border-color: var(--primary); color: var(--primary); }
      .problem { line-height: var(--l-head); }
      .pad { display: grid; grid-template-columns: repeat(3, 168px); grid-template-rows: repeat(4, minmax(112px, 132px)); gap: 24px; --t-key: 64px; }
      .delete { --t-key: 30px; }
      @media (max-width: 1500px) {
        main { padding: 6px var(--edge); gap: 24px; } .middle { gap: 12px; } .pad { grid-template-columns: repeat(3, 136px); grid-template-rows: repeat(4, minmax(112px, 112px)); gap: 16px; }
        .boxes { gap: 10px; } .boxes i { width: 72px; height: 96px; font-size: 64px; } .boxes i:nth-child(4) { margin-left: 14px; }
      }
      :host-context(html[data-large]) .middle:has(.problem) p:first-of-type { display: none; }
    `,
  ];
}
customElements.define("k-code-pad", KCodePad);
