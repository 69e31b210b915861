// A question that covers the screen: what it asks, the safe answer at the right, the way out where it always is.

import { css, html, nothing } from "/vendor/lit.js";
import { Part, base } from "./base.js";
import "./k-button.js";
import "./k-footer.js";

export class KOverlay extends Part {
  static properties = { ...Part.properties, inCall: { type: Boolean } };

  constructor() {
    super();
    this.inCall = false;
  }

  firstUpdated() {
    /** @type {HTMLElement | null} */ (this.renderRoot.querySelector("k-button[kind=primary]"))?.focus();
  }

  render() {
    return this.display?.quitting ? this.quitting() : this.prompt();
  }

  quitting() {
    const { t, plain } = this.words;
    const key = this.inCall ? "quit.call" : this.display?.screen.type === "waiting" ? "quit.waiting" : "quit.lead";
    return html`<section role="alertdialog" aria-modal="true" aria-label=${plain("quit.title")}>
      <div class="body">
        <h1>${t("quit.title")}</h1>
        <p>${t(key)}</p>
      </div>
      <k-footer .display=${this.display} exit="quit_yes" exit-key="end">
        <k-button kind="primary" control="quit_no">${t("go_on")}</k-button>
      </k-footer>
    </section>`;
  }

  prompt() {
    const { t, plain } = this.words;
    const screen = this.display?.screen;
    const waiting = screen?.type === "waiting";
    const title = waiting ? "prompt.waiting_title" : "prompt.title";
    return html`<section role="alertdialog" aria-modal="true" aria-label=${plain(title)}>
      <div class="body">
        ${screen?.type === "waiting" ? html`<p class="who">${t("waiting.number")} <b>${screen.number}</b></p>` : nothing}
        <h1>${t(title)}</h1>
        <p class="left">${t("prompt.left", { n: html`<b class="number">${this.display?.prompt_seconds ?? 0}</b>` })}</p>
        <p>${t(waiting ? "prompt.waiting_lead" : "prompt.lead")}</p>
      </div>
      <k-footer .display=${this.display} exit="quit" exit-key="end">
        <k-button kind="primary" control="extend">${t(waiting ? "prompt.here" : "go_on")}</k-button>
      </k-footer>
    </section>`;
  }

  static styles = [
    base,
    css`
      :host { position: fixed; inset: var(--banner-h) 0 0; z-index: 10; background: rgb(26 26 26 / 0.72); }
      section { position: absolute; inset: var(--header-h) 0 0; background: var(--paper); display: grid; grid-template-rows: minmax(0, 1fr) var(--footer-h); border-top: 8px solid var(--primary); }
      .body { display: grid; align-content: center; justify-items: center; gap: 14px; text-align: center; padding: 0 var(--edge); }
      h1 { font-size: calc(var(--t-h1) * 1.4); }
      .who { line-height: 1.1; }
      .who b { font-size: 1.5em; margin-left: 0.3em; }
      .left { font-size: calc(var(--t-h1) * 0.9); line-height: 1.2; }
      .left b { font-size: calc(var(--t-h1) * 2.4); color: var(--primary); min-width: 1.3em; display: inline-block; }
    `,
  ];
}
customElements.define("k-overlay", KOverlay);
