// The one button of the page: large, with an immediate answer to the finger.

import { LitElement, css, html, nothing } from "/vendor/lit.js";
import { pip } from "../sound.js";
import { base } from "./base.js";
import { icon } from "./icons.js";
import { pressable } from "./press.js";

/** @typedef {import("./icons.js").IconName} IconName */

export class KButton extends LitElement {
  static shadowRootOptions = { ...LitElement.shadowRootOptions, delegatesFocus: true };
  static properties = {
    control: {},
    kind: { reflect: true },
    icon: {},
    label: {},
    on: { attribute: false },
    off: { type: Boolean, reflect: true },
    typing: { type: Boolean },
  };

  constructor() {
    super();
    /** What is sent, or the key that is typed. */
    this.control = "";
    /** @type {"plain" | "primary" | "exit" | "quiet" | "tile" | "talk" | "chip" | "key"} */
    this.kind = "plain";
    /** @type {IconName | ""} */
    this.icon = "";
    /** Read aloud instead of the text, where the text is only a sign. */
    this.label = "";
    /** For switches: whether it is on. @type {boolean | null} */
    this.on = null;
    /** Not usable just now; it stays in its place and says so. */
    this.off = false;
    /** One of many keys: they may follow each other fast. */
    this.typing = false;
  }

  firstUpdated() {
    const button = /** @type {HTMLButtonElement} */ (this.renderRoot.querySelector("button"));
    pressable(button, () => this.pressed(), { typing: this.typing });
  }

  pressed() {
    if (this.off) return;
    pip();
    this.dispatchEvent(new CustomEvent("press", { detail: this.control, bubbles: true, composed: true }));
  }

  render() {
    return html`<button
      type="button"
      aria-label=${this.label || nothing}
      aria-pressed=${this.on === null ? nothing : String(this.on)}
      aria-disabled=${this.off ? "true" : nothing}
    >
      ${this.icon ? icon(this.icon) : nothing}
      <span><slot></slot><small><slot name="note"></slot></small></span>
      ${this.on ? html`<i class="tick">${icon("check")}</i>` : nothing}
    </button>`;
  }

  static styles = [
    base,
    css`
      :host { display: grid; }
      /* A word is never torn: a line ends where the sentence has its space. */
      :host(:is([kind="plain"], [kind="primary"], [kind="exit"], [kind="quiet"])) { min-width: min-content; }
      button {
        -webkit-tap-highlight-color: transparent; touch-action: none; user-select: none; cursor: pointer;
        position: relative; display: flex; align-items: center; justify-content: center; gap: 16px; width: 100%; min-width: var(--target);
        min-height: var(--btn-h); padding: 4px var(--btn-pad); border: 4px solid var(--primary); border-radius: 20px;
        background: #fff; color: var(--primary); font: 700 var(--t-btn) / 1.2 var(--font); text-wrap: balance;
      }
      span { min-width: 0; }
      small { display: none; }
      button:focus-visible { outline: 4px solid #000; outline-offset: 2px; box-shadow: 0 0 0 2px var(--focus); z-index: 1; }
      button.down { background: var(--pressed-light); box-shadow: inset 0 0 0 4px var(--primary); }
      svg { width: 1.3em; height: 1.3em; }
      .tick { position: absolute; right: 8px; top: 8px; font-size: 26px; }
      :host([kind="quiet"]) button[aria-pressed="true"] { padding-right: 44px; }

      :host([kind="primary"]) button { background: var(--primary); color: #fff; min-width: var(--primary-w); }
      :host([kind="primary"]) button.down, :host([kind="talk"]) button.down { background: var(--primary-down); box-shadow: inset 0 0 0 6px #fff; }
      :host([kind="exit"]) button { border-color: var(--danger); color: var(--danger); min-width: var(--exit-w); }
      :host([kind="exit"]) button.down { background: var(--danger-light); box-shadow: inset 0 0 0 4px var(--danger); }
      :host([kind="quiet"]) button { border-color: var(--line); color: var(--ink); font-weight: 400; }
      :host([off]) button { background: #e6e6e6; border-color: var(--line); color: #333; }

      :host([kind="tile"]) button, :host([kind="talk"]) button { height: 100%; padding: 8px 20px; border-radius: 24px; gap: var(--tile-gap); justify-content: flex-start; text-align: left; }
      @media (max-width: 1500px) { :host([kind="tile"]) button { padding: 6px 12px; } }
      :host([kind="tile"]) button { color: var(--ink); font-size: var(--t-tile); line-height: var(--l-tile); }
      :host([kind="tile"]) svg { width: var(--tile-icon); height: var(--tile-icon); color: var(--primary); }
      :host([kind="tile"]) small { display: var(--tile-note); font-weight: 400; font-size: var(--t-min); line-height: var(--l-tile); color: #333; }
      :host([kind="talk"]) button { background: var(--primary); color: #fff; font-size: var(--t-talk); padding-left: 40px; gap: 36px; }
      :host([kind="talk"]) svg { width: 1.6em; height: 1.6em; }
      :host([kind="talk"]) small { display: block; font-weight: 400; font-size: var(--t-body); line-height: var(--l-head); }

      :host([kind="chip"]) button {
        border: 3px solid var(--line); border-radius: 16px; color: var(--ink); font-weight: 400; font-size: var(--t-chip); line-height: var(--l-chip);
        min-height: var(--target); height: 100%; padding: 0 var(--chip-pad); gap: 10px;
      }
      :host([kind="chip"]) button.down { background: #e6e6e6; box-shadow: inset 0 0 0 4px var(--ink); }
      :host([kind="chip"]) button[aria-pressed="true"] { background: var(--on-light); border: 5px solid var(--ok); font-weight: 700; padding-right: calc(var(--chip-pad) + 20px); }
      @media (max-width: 1500px) { :host([kind="chip"]) button > svg { display: none; } }
      :host([kind="chip"]) .tick { color: var(--ok); top: 4px; right: 4px; }

      :host([kind="key"]) button {
        min-height: 0; height: 100%; min-width: 0; padding: 0; border: 3px solid var(--line); border-radius: 14px; color: var(--ink); font-size: var(--t-key); letter-spacing: inherit;
      }
      :host([kind="key"]) button.down { background: var(--ink); color: #fff; }
      :host([kind="key"][off]) button { background: #fff; border-color: #fff; }
    `,
  ];
}
customElements.define("k-button", KButton);
