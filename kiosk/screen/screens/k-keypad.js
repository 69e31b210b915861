// Six digits somebody brings, or the number to be called at: large figures in their usual places; a telephone number is read back.

import { css, html, nothing } from "/vendor/lit.js";
import { icon } from "../parts/icons.js";
import { ScreenPart } from "./screen.js";

const DIGITS = /** @type {const} */ (["1", "2", "3", "4", "5", "6", "7", "8", "9"]);
const CODE_LENGTH = 6;

/** 09012345678 -> 090-1234-5678: as people say it. @param {string} digits */
export function said(digits) {
  return /^0[5789]0/.test(digits) ? digits.replace(/^(\d{3})(\d{1,4})(\d*)$/, (_, a, b, c) => [a, b, c].filter(Boolean).join("-")) : digits.replace(/^(\d{4})(\d{1,2})(\d*)$/, (_, a, b, c) => [a, b, c].filter(Boolean).join("-"));
}

/** @extends {ScreenPart<import("/protocol/messages").Keypad>} */
export class KKeypad extends ScreenPart {
  render() {
    const screen = this.screen;
    const display = this.display;
    if (!screen || !display) return nothing;
    const { t, pick, plain } = this.words;
    const digits = screen.digits ?? "";
    const what = screen.booking ? "booking" : screen.what;
    const title = screen.read_back ? "keypad.read_title" : `keypad.${what}_title`;
    const help = screen.read_back ? "keypad.read_help" : `keypad.${what}_help`;
    return html`
      <main class=${screen.read_back ? "read" : ""}>
        <section class=${screen.booking ? "middle booking" : "middle"}>
          <h1>${t(/** @type {any} */ (title))}</h1>
          ${screen.what === "code" && !screen.read_back
            ? html`<p class="code number" role="img" aria-label=${plain("keypad.entered", { n: digits.length })}>
                ${Array.from({ length: CODE_LENGTH }, (_, at) => html`<i class=${at === digits.length ? "next" : ""}>${digits[at] ?? ""}</i>`)}
              </p>`
            : html`<p class="telephone number">${said(digits)}</p>`}
          ${screen.problem ? html`<p class="problem" role="alert">${icon("warning")}<span>${t(screen.booking ? pick("reserve", `problem_${screen.problem}`, "reserve.problem_other") : pick("keypad", `problem_${screen.problem}`, "keypad.problem_other"))}${screen.problem === (screen.booking ? "too_many" : "closed") && display.telephone ? html` <b class="number nw">${display.telephone}</b>` : nothing}</span></p>` : nothing}
          ${screen.problem && screen.what === "code" ? html`<k-button class="without" control="without_number" ?off=${screen.sending}>${t("keypad.without")}</k-button>` : nothing}
          ${screen.ready && screen.what === "code" && !screen.problem ? html`<k-button class="without" control="cancel_booking" ?off=${screen.sending}>${t("keypad.cancel_booking")}</k-button>` : nothing}
          ${screen.booking ? html`<k-button class="without" control="no_number">${t("keypad.no_number")}</k-button>` : nothing}
          <p class="help">${t(screen.sending ? "keypad.sending" : /** @type {any} */ (help))}</p>
        </section>
        ${screen.read_back
          ? nothing
          : html`<div class="pad" role="group" aria-label=${plain("keypad.keys")}>
              ${DIGITS.map((digit) => html`<k-button kind="key" typing control=${`digit:${digit}`}>${digit}</k-button>`)}
              <k-button kind="key" class="delete" typing control="digit:delete">${t("keypad.delete")}</k-button>
              <k-button kind="key" typing control="digit:0">0</k-button>
            </div>`}
      </main>
      <k-footer .display=${display} exit="quit">
        ${screen.read_back ? html`<k-button control="confirm_no" ?off=${screen.sending}>${t("keypad.no")}</k-button>` : html`<k-button icon="back" control="back" ?off=${screen.sending}>${t("purposes.back")}</k-button>`}
        <k-button kind="primary" control="confirm" ?off=${!screen.ready || screen.sending}>${t(screen.read_back ? "keypad.yes" : screen.what === "code" ? "keypad.call" : "keypad.next")}</k-button>
      </k-footer>
    `;
  }

  static styles = [
    ...ScreenPart.styles,
    css`
      main { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 40px; align-items: center; }
      .read { grid-template-columns: minmax(0, 1fr); }
      .code { display: flex; gap: 16px; }
      .code i { width: 108px; height: 132px; border: 5px solid var(--line); border-radius: 18px; display: grid; place-items: center; background: #fff; font: 700 76px / 1 var(--font); }
      .code .next { border-color: var(--primary); box-shadow: 0 0 0 4px var(--primary); }
      .middle .telephone { min-height: 132px; display: grid; align-items: center; padding: 0 32px; border: 5px solid var(--primary); border-radius: 18px; background: #fff; font-weight: 700; font-size: 84px; line-height: 1; white-space: nowrap; letter-spacing: 0.02em; }
      .read .telephone { font-size: 128px; min-height: 208px; justify-content: center; }
      .pad { display: grid; grid-template-columns: repeat(3, 168px); grid-template-rows: repeat(4, minmax(112px, 132px)); gap: 24px; --t-key: 64px; }
      .delete { --t-key: 30px; }
      .problem { line-height: var(--l-head); } .booking .problem { font-size: var(--t-body); } .nw { white-space: nowrap; }
      .without { justify-self: start; }
      .middle:not(.booking):has(.without) .help { display: none; }
      @media (max-width: 1500px) {
        main { padding: 6px var(--edge); gap: 24px; } .middle { gap: 14px; }
        .code { gap: 10px; } .code i { width: 84px; height: 104px; font-size: 60px; }
        .middle .telephone { font-size: 68px; min-height: 104px; padding: 0 20px; } .read .telephone { font-size: 96px; min-height: 160px; }
        .pad { grid-template-columns: repeat(3, 136px); grid-template-rows: repeat(4, 112px); gap: 16px; }
      }
      .booking:has(.problem) .help { display: none; }
      :host-context(html[data-large]) .help { display: none; }
      @media (max-width: 1500px) { :host-context(html[data-large]) h1 { font-size: var(--t-say); } :host-context(html[data-large]) .middle:has(.without):has(.problem) h1 { display: none; } }
    `,
  ];
}
customElements.define("k-keypad", KKeypad);
