// What every element of the page shares: its words, the display, and the way a press leaves it.

import { LitElement, css } from "/vendor/lit.js";
import { wordsFor } from "../strings.js";

/** @typedef {import("/protocol/messages").Display} Display */
/** @typedef {import("/protocol/messages").FromScreen} FromScreen */
/**
 * A message without the number of the display, which the outermost element adds.
 * @typedef {{ type: "touched", control: string }
 *   | { type: "name_written", strokes: [number, number, number][][] }
 *   | { type: "key_pressed", key: import("/protocol/messages").KeyPressed["key"] }
 *   | Extract<FromScreen, { type: "written" | "writing_now" }>} Said
 */

export const base = css`
  * { box-sizing: border-box; }
  :host { display: block; min-width: 0; min-height: 0; }
  :host([hidden]) { display: none; }
  h1, h2, p, ul, dl, dd { margin: 0; padding: 0; }
  h1 { font-size: var(--t-h1); line-height: var(--l-head); font-weight: 700; }
  h2 { font-size: var(--t-body); line-height: var(--l-head); font-weight: 700; }
  p, li, dd, dt { font-size: var(--t-body); line-height: var(--l-body); }
  ul { list-style: none; }
  svg { display: block; flex: none; }
  rt { font-size: max(0.5em, 20px); line-height: 1.1; font-weight: 400; letter-spacing: 0; }
  /* A title for those who listen to the page. */
  .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
  .number { font-variant-numeric: tabular-nums; }
`;

export class Part extends LitElement {
  static properties = { display: { attribute: false } };

  constructor() {
    super();
    /** @type {Display | undefined} */
    this.display = undefined;
  }

  get words() {
    return wordsFor(this.display?.language ?? "ja");
  }

  /**
   * Let a message travel to the outermost element.
   * @param {Said} message
   */
  say(message) {
    this.dispatchEvent(new CustomEvent("say", { detail: message, bubbles: true, composed: true }));
  }

  /** @param {string} control */
  touch(control) {
    this.say({ type: "touched", control });
  }
}
