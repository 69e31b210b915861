// K14: how many tries first, then ten digits in their usual places; the digits leave the page one by one and are never in it.

import { css, html, nothing } from "/vendor/lit.js";
import { icon } from "../parts/icons.js";
import "../parts/k-pin-pad.js";
import { ScreenPart } from "./screen.js";

const LENGTH = 4;

/** @extends {ScreenPart<import("/protocol/messages").CardPin>} */
export class KCardPin extends ScreenPart {
  render() {
    const screen = this.screen;
    if (!screen || !this.display) return nothing;
    const { t, plain, pick } = this.words;
    const identity = screen.wish === "identity";
    return html`
      <main>
        <section class="middle">
          <h1>${t(identity ? "pin.title_identity" : "pin.title")}</h1>
          <p class="dots" role="img" aria-label=${plain("pin.entered", { n: screen.entered })}>
            ${Array.from({ length: LENGTH }, (_, index) => html`<i class=${index < screen.entered ? "in" : ""}></i>`)}
          </p>
          ${screen.problem === null ? nothing : html`<p class="problem" role="alert">${icon("warning")}<span>${t(pick("problem", screen.problem, "problem.other"))}</span></p>`}
          <p class="tries">${t("pin.tries", { n: html`<b class="number">${screen.tries_left}</b>` })}</p>
          ${screen.problem === null ? html`<p class="help">${t(identity ? "pin.help_identity" : "pin.help")}</p>` : nothing}
          <p class="shield">${t("pin.shield")}</p>
        </section>
        <k-pin-pad .display=${this.display}></k-pin-pad>
      </main>
      <k-footer .display=${this.display} exit="end" exit-key="end">
        <k-button control="card_skip">${t("pin.skip")}</k-button>
        <k-button kind="primary" control="enter" ?off=${screen.entered < LENGTH} @press=${this.enter}>${t("pin.enter")}</k-button>
      </k-footer>
    `;
  }

  /** @param {Event} event */
  enter(event) {
    event.stopPropagation();
    this.say({ type: "key_pressed", key: "enter" });
  }

  static styles = [
    ...ScreenPart.styles,
    css`
      main { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 40px; align-items: center; }
      .dots { display: flex; gap: 24px; }
      .dots i { width: 96px; height: 96px; border: 5px solid var(--line); border-radius: 18px; display: grid; place-items: center; background: #fff; }
      .dots .in { border-color: var(--primary); }
      .dots .in::after { content: ""; width: 44px; height: 44px; border-radius: 50%; background: var(--primary); }
      .tries b { font-size: 1.7em; line-height: 1; padding: 0 0.1em; }
      .problem { line-height: var(--l-head); }
      @media (max-width: 1500px) { main { padding: 6px var(--edge); gap: 24px; } .middle { gap: 10px; } .dots i { width: 76px; height: 76px; } .dots .in::after { width: 36px; height: 36px; } }
      :host-context(html[data-large]) .help { display: none; }
      @media (max-width: 1500px) { :host-context(html[data-language="easy"]) .help { display: none; } :host-context(html[data-large]) .middle:has(.problem) .shield { display: none; } }
    `,
  ];
}
customElements.define("k-card-pin", KCardPin);
