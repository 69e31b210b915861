// The signing password: 36 keys in the order of the alphabet; each leaves the page at once, and only their number is known here.

import { css, html, nothing } from "/vendor/lit.js";
import { icon } from "../parts/icons.js";
import "../parts/k-live.js";
import { ScreenPart } from "./screen.js";

const KEYS = /** @type {const} */ ([..."1234567890ABCDEFGHIJKLMNOPQRSTUVWXYZ"]);
const LEAST = 6;
const MOST = 16;

/** @typedef {import("/protocol/messages").KeyPressed["key"]} Key */

/** @extends {ScreenPart<import("/protocol/messages").CardPassword>} */
export class KCardPassword extends ScreenPart {
  render() {
    const screen = this.screen;
    if (!screen || !this.display) return nothing;
    const { t, plain, pick } = this.words;
    const tries = t("pin.tries", { n: html`<b class="number">${screen.tries_left}</b>` });
    return html`
      <main class=${screen.problem === null ? "" : "wrong"}>
        <h1>${t("password.title")}</h1>
        <div class="state">
          <p class="dots" role="img" aria-label=${plain("password.entered", { n: screen.entered })}>
            ${Array.from({ length: MOST }, (_, index) => html`<i class=${index < screen.entered ? "in" : index < LEAST ? "needed" : ""}></i>`)}
          </p>
          ${screen.problem === null
            ? html`<p class="tries">${tries}</p>`
            : html`<p class="problem" role="alert">${icon("warning")}<span>${t(pick("problem", screen.problem, "problem.other"))} ${tries}</span></p>`}
        </div>
        <p class="help">${t("password.help")}　${t("pin.shield")}</p>
        <div class="keys" role="group" aria-label=${plain("password.keys")} @press=${this.key}>
          ${KEYS.map((key) => html`<k-button kind="key" typing control=${key}>${key}</k-button>`)}
          <k-button kind="key" class="delete" typing control="delete">${t("pin.delete")}</k-button>
        </div>
      </main>
      <k-footer .display=${this.display} exit="end" exit-key="end">
        <k-live slot="aside" .display=${this.display}></k-live>
        <k-button control="card_skip">${t("pin.skip")}</k-button>
        <k-button kind="primary" control="enter" ?off=${screen.entered < LEAST} @press=${this.enter}>${t("pin.enter")}</k-button>
      </k-footer>
    `;
  }

  /** @param {CustomEvent<Key>} event */
  key(event) {
    event.stopPropagation();
    this.say({ type: "key_pressed", key: event.detail });
  }

  /** @param {Event} event */
  enter(event) {
    event.stopPropagation();
    this.say({ type: "key_pressed", key: "enter" });
  }

  static styles = [
    ...ScreenPart.styles,
    css`
      main { display: grid; align-content: center; gap: 12px; }
      .state { display: flex; flex-wrap: wrap; align-items: center; gap: 12px 40px; }
      .dots { display: flex; gap: 12px; }
      .dots i { width: 46px; height: 46px; border: 4px solid #8c8c8c; border-radius: 50%; background: #fff; }
      .dots .needed { border-color: var(--primary); }
      .dots .in { background: var(--primary); border-color: var(--primary); }
      .tries b { font-size: 1.5em; line-height: 1; padding: 0 0.1em; }
      .problem { line-height: var(--l-head); padding: 4px 20px; }
      .keys { display: grid; grid-template-columns: repeat(10, minmax(96px, 1fr)); grid-auto-rows: 96px; gap: 16px; --t-key: 52px; }
      .delete { grid-column: span 4; --t-key: 36px; }
      k-live { display: none; }
      .wrong .help, :host-context(html[data-large]) .help { display: none; }
      :host-context(html[data-large]) .wrong h1 { display: none; }
      @media (max-width: 1500px) {
        main { padding: 2px var(--edge); gap: 8px; } k-button { --t-btn: 32px; }
        .keys { grid-auto-rows: 96px; --t-key: 44px; } .dots { gap: 8px; } .dots i { width: 32px; height: 32px; }
        .help { display: none; } k-live { display: grid; } k-button[kind="primary"] { --primary-w: 200px; }
      }
    `,
  ];
}
customElements.define("k-card-password", KCardPassword);
