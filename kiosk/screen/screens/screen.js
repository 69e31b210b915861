// What every screen is: a middle that never scrolls, and the footer below it.

import { css, html, nothing } from "/vendor/lit.js";
import { Part, base } from "../parts/base.js";
import { icon } from "../parts/icons.js";
import "../parts/k-button.js";
import "../parts/k-footer.js";

/**
 * @template {import("/protocol/messages").Screen} S
 */
export class ScreenPart extends Part {
  static properties = { ...Part.properties, screen: { attribute: false } };

  constructor() {
    super();
    /** @type {S | undefined} */
    this.screen = undefined;
  }

  /** City hall's number, wherever a sentence says that somebody should telephone. */
  telephone() {
    const number = this.display?.telephone;
    return number ? html`<p class="call-us">${icon("phone")}<b class="number">${number}</b></p>` : nothing;
  }

  static styles = [
    base,
    css`
      :host { display: grid; grid-template-rows: var(--main-h) var(--footer-h); }
      main { min-height: 0; padding: var(--pad) var(--edge); overflow: hidden; }
      .middle { display: grid; grid-template-columns: minmax(0, 1fr); align-content: center; gap: 20px; }
      .middle p { font-size: var(--t-say); }
      .beside { padding-right: calc(var(--edge) + var(--side-w) + 40px); }
      .picture { width: 100%; height: 100%; min-height: 0; }
      .box { border: 4px solid var(--line); border-radius: 24px; padding: 20px 28px; background: #fff; }
      .problem { display: flex; align-items: center; gap: 20px; border: 4px solid var(--note); background: var(--note-light); color: var(--ink); border-radius: 20px; padding: 12px 24px; font-weight: 700; }
      .problem svg { width: 1.5em; height: 1.5em; color: var(--note); }
      p.call-us { display: flex; align-items: center; gap: 20px; font-size: calc(var(--t-h1) * 1.1); line-height: 1.2; white-space: nowrap; } .call-us svg { width: 1em; height: 1em; color: var(--primary); }
      .tel { font-size: calc(var(--t-h1) * 1.1); line-height: 1.2; font-weight: 700; white-space: nowrap; }
    `,
  ];
}

/**
 * A screen with more than fits at once: its buttons `leaf:N` turn to page N here and are nobody else's business.
 * @template {import("/protocol/messages").Screen} S
 * @extends {ScreenPart<S>}
 */
export class PagedScreen extends ScreenPart {
  static properties = { ...ScreenPart.properties, page: { state: true } };

  constructor() {
    super();
    this.page = 0;
  }

  /** @param {CustomEvent<string>} event */
  turn(event) {
    if (!event.detail.startsWith("leaf:")) return;
    event.stopPropagation();
    this.page = Number(event.detail.slice(5));
  }
}
