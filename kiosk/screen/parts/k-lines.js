// What was written by both: the newest at the bottom, never a scroll bar; older words are a press away.

import { css, html, nothing } from "/vendor/lit.js";
import { Part, base } from "./base.js";
import { icon } from "./icons.js";
import "./k-button.js";

/** @typedef {import("/protocol/messages").Line} Line */
/** @typedef {import("./k-button.js").KButton} KButton */
/** @typedef {{ id: string, who: Line["who"], text: string }} Piece */

/** A piece that always fits: a long line is cut at its sentences. */
const PIECE = { normal: 40, large: 24 };

/** @param {Line} line @param {number} size @returns {Piece[]} */
function pieces(line, size) {
  /** @type {string[]} */
  const parts = [];
  for (const sentence of line.text.match(/[^。！？!?\n]+[。！？!?]*\n*/gu) ?? [line.text]) {
    for (let at = 0; at < sentence.length; at += size) {
      const more = sentence.slice(at, at + size);
      const last = parts.at(-1);
      if (last !== undefined && (last + more).length <= size) parts[parts.length - 1] = last + more;
      else parts.push(more);
    }
  }
  return parts.map((text, index) => ({ id: `${line.id}.${index}`, who: line.who, text: text.trim() }));
}

export class KLines extends Part {
  static properties = { ...Part.properties, lines: { attribute: false }, typing: { type: Boolean }, bare: { type: Boolean, reflect: true }, first: { state: true }, past: { state: true } };

  constructor() {
    super();
    /** @type {readonly Line[]} */
    this.lines = [];
    this.typing = false;
    /** Without title and without the way back: above the keyboard. */
    this.bare = false;
    /** How many pieces at the end are put away while the resident looks back. */
    this.past = 0;
    /** The first piece that fits; -1 = not measured. */
    this.first = 0;
    this.count = 0;
    this.resize = new ResizeObserver(() => this.fit());
  }

  connectedCallback() {
    super.connectedCallback();
    this.resize.observe(this);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.resize.disconnect();
  }

  /** @param {Map<PropertyKey, unknown>} changed */
  willUpdate(changed) {
    if (changed.has("lines")) {
      const count = this.lines.length;
      if (count !== this.count) this.past = 0;
      this.count = count;
    }
    if (!changed.has("first")) this.first = 0;
  }

  updated() {
    const list = this.renderRoot.querySelector("ol");
    if (list) this.resize.observe(list);
    this.fit();
    // The buttons above take their room a moment later.
    for (const button of /** @type {NodeListOf<KButton>} */ (this.renderRoot.querySelectorAll("k-button"))) {
      void button.updateComplete.then(() => this.fit());
    }
  }

  /** Put away the oldest pieces until the rest stands whole in its box. */
  fit() {
    if (this.isUpdatePending) return; // what stands there is about to change
    const list = this.renderRoot.querySelector("ol");
    if (list && list.childElementCount > 1 && list.scrollHeight > list.clientHeight + 1) this.first += 1;
  }

  render() {
    const { t, plain } = this.words;
    const size = this.display?.large ? PIECE.large : PIECE.normal;
    const all = this.lines.flatMap((line) => pieces(line, size));
    const upTo = all.length - Math.min(this.past, Math.max(0, all.length - 1));
    const shown = all.slice(Math.min(this.first, Math.max(0, upTo - 1)), upTo);
    const before = upTo - shown.length;
    return html`
      ${this.bare ? nothing : this.head(before > 0)}
      ${all.length
        ? html`<ol aria-live="polite">
            ${shown.map(
              (piece, index) => html`<li class=${piece.who}>
                ${index === 0 || shown[index - 1]?.who !== piece.who ? html`<em>${t(piece.who === "clerk" ? "call.clerk" : "call.you")}</em>` : nothing}
                <p>${piece.text}</p>
              </li>`,
            )}
          </ol>`
        : html`<div class="empty"><p>${t("call.no_lines")}</p>${this.bare ? nothing : html`<p>${t("call.no_lines_2")}</p>`}</div>`}
      ${this.typing ? html`<p class="typing" role="status" aria-label=${plain("call.typing")}>${icon("pencil")}${this.bare ? nothing : html`<span>${t("call.typing")}</span>`}</p>` : nothing}
    `;
  }

  /** The title; beside it, when there is more, the way back to it. @param {boolean} older */
  head(older) {
    const { t } = this.words;
    return html`<div class="head" @press=${this.look}>
      ${this.past > 0 ? nothing : html`<h2>${t("call.conversation")}</h2>`}
      ${older || this.past > 0 ? html`<k-button kind="quiet" control="older" ?off=${!older}>${t("call.older")}</k-button>` : nothing}
      ${this.past > 0 ? html`<k-button kind="quiet" control="newer">${t("call.newer")}</k-button>` : nothing}
    </div>`;
  }

  /** @param {CustomEvent<string>} event */
  look(event) {
    event.stopPropagation();
    const step = Math.max(1, this.renderRoot.querySelectorAll("li").length);
    this.past = event.detail === "older" ? this.past + step : Math.max(0, this.past - step);
  }

  static styles = [
    base,
    css`
      :host { display: flex; flex-direction: column; gap: 12px; background: var(--ink); color: #fff; border-radius: 20px; padding: 16px 24px 20px; overflow: hidden; word-break: auto-phrase; }
      h2 { font-size: var(--t-min); font-weight: 400; color: #ddd; }
      ol { flex: 1; min-height: 0; margin: 0; padding: 0; list-style: none; display: flex; flex-direction: column; justify-content: safe flex-end; gap: 14px; overflow: hidden; }
      li { border-left: 8px solid #9db7f9; padding-left: 16px; flex: none; }
      li.resident { border-color: var(--focus); }
      em { display: block; font-style: normal; font-size: var(--t-min); line-height: 1.3; color: var(--color-primitive-blue-200); }
      li.resident em { color: var(--focus); }
      li p { line-height: 1.42; overflow-wrap: anywhere; }
      .empty { flex: 1; display: grid; align-content: center; gap: 12px; }
      .typing { display: flex; gap: 14px; align-items: center; font-size: var(--t-min); color: var(--color-primitive-blue-200); }
      .typing svg { width: 1.2em; height: 1.2em; }
      .head { display: flex; gap: var(--gap); align-items: center; justify-content: space-between; }
      .head k-button { --btn-h: 96px; --btn-pad: 20px; --t-btn: min(var(--t-min), 38px); }
      :host([bare]) { flex-direction: row; align-items: stretch; padding: 8px 20px; }
      :host([bare]) em { display: none; }
      :host([bare]) h2 { display: none; }
      :host([bare]) li p { font-size: min(var(--t-min), 38px); line-height: 1.3; }
      @media (max-width: 1500px) { .head k-button { --t-btn: 28px; --btn-pad: 12px; } h2, .typing { font-size: 28px; } :host([bare]) { padding: 4px 20px; } :host([bare]) li p { font-size: 30px; line-height: 1.2; } }
    `,
  ];
}
customElements.define("k-lines", KLines);
