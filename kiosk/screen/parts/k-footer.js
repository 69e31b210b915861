// The way out at the left, always in the same place; what to do next at the right.

import { css, html, nothing } from "/vendor/lit.js";
import { Part, base } from "./base.js";
import "./k-button.js";

export class KFooter extends Part {
  static properties = { ...Part.properties, exit: {}, exitKey: { attribute: "exit-key" }, calm: { type: Boolean }, local: { type: Boolean }, silent: { type: Boolean }, crowded: { type: Boolean, reflect: true } };

  constructor() {
    super();
    /** Control of the way out; "" = there is nothing to leave. */
    this.exit = "";
    /** @type {import("../strings.js").StringKey} */
    this.exitKey = "exit";
    /** Whether leaving ends nothing any more: then the way out is not red. */
    this.calm = false;
    /** Whether somebody in the building can be called from here. */
    this.local = false;
    /** Whether the screen says nothing that could be heard again. */
    this.silent = false;
    /** Whether more stands here than a small screen has room for. */
    this.crowded = false;
  }

  render() {
    const { t } = this.words;
    const called = this.display?.staff_call ?? false;
    return html`<footer>
      ${this.exit ? html`<k-button kind=${this.calm ? "plain" : "exit"} control=${this.exit}>${t(this.exitKey)}</k-button>` : nothing}
      ${this.local
        ? html`<k-button kind="quiet" icon="bell" control="call_local" .on=${called ? true : null}>${t(called ? "local.called" : "local.call")}</k-button>`
        : nothing}
      ${this.exit && !this.silent && this.words.language !== "en" ? html`<k-button class="repeat" kind="quiet" control="repeat">${t("chip.repeat")}</k-button>` : nothing}
      <slot name="aside"></slot>
      <span class="space"></span>
      <slot></slot>
    </footer>`;
  }

  static styles = [
    base,
    css`
      footer { height: var(--footer-h); display: flex; flex-wrap: var(--footer-wrap, nowrap); align-items: center; justify-content: flex-end; gap: var(--gap); padding: var(--footer-pad, 0px) var(--edge); border-top: 3px solid var(--line); background: #fff; }
      .space { flex: 1; }
      k-button { flex: 0 1 auto; }
      k-button[kind="exit"] { flex: none; }
      .repeat { --t-btn: 28px; --btn-pad: 14px; --btn-h: 96px; max-width: 190px; }
      :host-context(html[data-large]) .repeat { --t-btn: 34px; max-width: 210px; }
      /* Where there is no room for it there is still the white button below the screen. */
      @media (max-width: 1500px) { footer { gap: 16px; } :host([crowded]) .repeat, :host-context(html[data-writing]) .repeat, :host-context(html[data-large][data-language="easy"]) .repeat { display: none; } }
      ::slotted(*) { flex: 0 1 auto; }
      /* However crowded, no word is torn: the track asks for its longest word, where the button itself asks only for a finger's width. */
      k-button, ::slotted(k-button) { grid-template-columns: minmax(min-content, 1fr); }
    `,
  ];
}
customElements.define("k-footer", KFooter);
