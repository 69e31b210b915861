// The whole page: one switch over the screens, the clerk's picture that outlives them, the questions that cover them.

import { LitElement, css, html, nothing } from "/vendor/lit.js";
import { base } from "./parts/base.js";
import "./parts/k-banner.js";
import "./parts/k-clerk.js";
import "./parts/k-header.js";
import "./parts/k-overlay.js";
import "./screens/k-attract.js";
import "./screens/k-call.js";
import "./screens/k-card-ask.js";
import "./screens/k-card-confirm.js";
import "./screens/k-card-failed.js";
import "./screens/k-card-last-try.js";
import "./screens/k-card-password.js";
import "./screens/k-card-pin.js";
import "./screens/k-card-place.js";
import "./screens/k-card-reading.js";
import "./screens/k-confirm.js";
import "./screens/k-connecting.js";
import "./screens/k-farewell.js";
import "./screens/k-form.js";
import "./screens/k-keypad.js";
import "./screens/k-on-hold.js";
import "./screens/k-out-of-order.js";
import "./screens/k-purposes.js";
import "./screens/k-counter.js";
import "./screens/k-number.js";
import "./screens/k-place-list.js";
import "./screens/k-question.js";
import "./screens/k-reserve.js";
import "./screens/k-still-ask.js";
import "./screens/k-unserved.js";
import "./screens/k-waiting.js";
import { wordsFor } from "./strings.js";

/** @typedef {import("/protocol/messages").Display} Display */
/** @typedef {import("/protocol/messages").Screen} Screen */
/** @typedef {import("./parts/base.js").Said} Said */
/** @typedef {{src: string, width: number, height: number}} Leaf the shared page both look at */

/**
 * Return the element of a screen; tsc refuses this function when a screen is missing.
 * @param {Display} display @param {readonly string[]} pages the form as pictures @param {Leaf | null} leaf @param {import("/protocol/messages").PageMarks | null} marks @param {number} since seconds since the display arrived
 */
function elementFor(display, pages, leaf, marks, since) {
  const screen = display.screen;
  switch (screen.type) {
    case "attract":
      return html`<k-attract .display=${display} .screen=${screen}></k-attract>`;
    case "counter":
      return html`<k-counter .display=${display} .screen=${screen}></k-counter>`;
    case "number_shown":
      return html`<k-number .display=${display} .screen=${screen}></k-number>`;
    case "place_list":
      return html`<k-place-list .display=${display} .screen=${screen}></k-place-list>`;
    case "purposes":
      return html`<k-purposes .display=${display} .screen=${screen}></k-purposes>`;
    case "confirm":
      return html`<k-confirm .display=${display} .screen=${screen}></k-confirm>`;
    case "waiting":
      return html`<k-waiting .display=${display} .screen=${screen}></k-waiting>`;
    case "question":
      return html`<k-question .display=${display} .screen=${screen}></k-question>`;
    case "keypad":
      return html`<k-keypad .display=${display} .screen=${screen}></k-keypad>`;
    case "reserve":
      return html`<k-reserve .display=${display} .screen=${screen}></k-reserve>`;
    case "connecting":
      return html`<k-connecting .display=${display} .screen=${screen}></k-connecting>`;
    case "call":
      return html`<k-call .display=${display} .screen=${screen} .leaf=${leaf} .marks=${marks} .since=${since}></k-call>`;
    case "on_hold":
      return html`<k-on-hold .display=${display} .screen=${screen} .since=${since}></k-on-hold>`;
    case "still_ask":
      return html`<k-still-ask .display=${display} .screen=${screen}></k-still-ask>`;
    case "card_ask":
      return html`<k-card-ask .display=${display} .screen=${screen}></k-card-ask>`;
    case "card_place":
      return html`<k-card-place .display=${display} .screen=${screen}></k-card-place>`;
    case "card_pin":
      return html`<k-card-pin .display=${display} .screen=${screen}></k-card-pin>`;
    case "card_password":
      return html`<k-card-password .display=${display} .screen=${screen}></k-card-password>`;
    case "card_last_try":
      return html`<k-card-last-try .display=${display} .screen=${screen}></k-card-last-try>`;
    case "card_reading":
      return html`<k-card-reading .display=${display} .screen=${screen}></k-card-reading>`;
    case "card_confirm":
      return html`<k-card-confirm .display=${display} .screen=${screen}></k-card-confirm>`;
    case "card_failed":
      return html`<k-card-failed .display=${display} .screen=${screen}></k-card-failed>`;
    case "form":
      return html`<k-form .display=${display} .screen=${screen} .pages=${pages}></k-form>`;
    case "farewell":
      return html`<k-farewell .display=${display} .screen=${screen}></k-farewell>`;
    case "unserved":
      return html`<k-unserved .display=${display} .screen=${screen}></k-unserved>`;
    case "out_of_order":
      return html`<k-out-of-order .display=${display} .screen=${screen}></k-out-of-order>`;
    default:
      return unknown(screen);
  }
}

/** @param {never} screen @returns {never} */
function unknown(screen) {
  throw new Error(`no element for screen ${/** @type {Screen} */ (screen).type}`);
}

/** @typedef {{ place: "none" | "large" | "side" | "strip", inCall: boolean }} Stage */

/**
 * Where the clerk stands on each screen, and whether a conversation is going on.
 * @param {Display} display @returns {Stage}
 */
export function stageFor(display) {
  const screen = display.screen;
  switch (screen.type) {
    case "connecting":
      return { place: "large", inCall: true };
    case "call":
      return { place: screen.writing ? "strip" : screen.paper !== null || screen.leaf !== null ? "side" : "large", inCall: true };
    case "still_ask":
    case "card_ask":
    case "card_place":
    case "card_last_try":
    case "card_reading":
    case "card_failed":
      return { place: "side", inCall: true };
    case "card_confirm":
      return { place: display.large ? "none" : "side", inCall: true };
    case "form":
      if (screen.step === "sign") return { place: "strip", inCall: true };
      return { place: display.large || screen.step === "look" ? "none" : "side", inCall: true };
    case "card_pin":
    case "card_password":
    case "on_hold":
      return { place: "none", inCall: true };
    case "attract":
    case "purposes":
    case "counter":
    case "number_shown":
    case "place_list":
    case "confirm":
    case "waiting":
    case "question":
    case "keypad":
    case "reserve":
    case "farewell":
    case "unserved":
    case "out_of_order":
      return { place: "none", inCall: false };
  }
}

export class KioskScreen extends LitElement {
  static properties = { display: { attribute: false }, video: { attribute: false }, videos: { attribute: false }, agent: { type: Boolean }, pages: { attribute: false }, leaf: { attribute: false }, marks: { attribute: false }, since: { state: true } };

  constructor() {
    super();
    /** @type {Display | null} */
    this.display = null;
    /** The picture of whoever leads; one element for each clerk of a conversation. @type {HTMLVideoElement | null} */
    this.video = null;
    /** All of them, by their number. @type {ReadonlyMap<number, HTMLVideoElement>} */
    this.videos = new Map();
    /** The form that is read back, as pictures. @type {readonly string[]} */
    this.pages = [];
    /** @type {Leaf | null} */
    this.leaf = null;
    /** What stands on it. @type {import("/protocol/messages").PageMarks | null} */
    this.marks = null;
    /** Whether the agent is there. */
    this.agent = false;
    /** Whole seconds since the display arrived: clocks go on between two displays. */
    this.since = 0;
    this.addEventListener("press", (event) => this.out({ type: "touched", control: /** @type {CustomEvent<string>} */ (event).detail }));
    this.addEventListener("say", (event) => this.out(/** @type {CustomEvent<Said>} */ (event).detail));
  }

  /** @param {Map<PropertyKey, unknown>} changed */
  willUpdate(changed) {
    if (changed.has("display")) this.since = 0;
  }

  /** One second more: main.js holds the clock. */
  tick() {
    const type = this.display?.screen.type;
    if (type === "call" || type === "on_hold") this.since += 1;
  }

  /** Number a message by the display it was made on. @param {Said} message */
  out(message) {
    const seq = this.display?.seq ?? 0;
    const whole = message.type === "touched" || message.type === "key_pressed" || message.type === "name_written" ? { ...message, seq } : message;
    this.dispatchEvent(new CustomEvent("out", { detail: whole }));
  }

  render() {
    const display = this.display;
    if (!display || !this.agent) {
      const { t } = wordsFor(display?.language ?? "ja");
      return html`<div class="absent" role="status"><h1>${t("agent.lost_title")}</h1><p>${t("agent.lost")}</p></div>`;
    }
    const { place, inCall } = stageFor(display);
    const covered = display.quitting || display.prompt_seconds !== null;
    return html`
      <k-banner .display=${display}></k-banner>
      <div class="page" ?inert=${covered}>
        <k-header .display=${display} ?in-call=${inCall}></k-header>
        <div class="stage">
          ${elementFor(display, this.pages, this.leaf, this.marks, this.since)}
          <k-clerk .display=${display} .video=${this.video} .videos=${this.videos} place=${place} ?corner=${display.screen.type === "form"} ?company=${display.company.length > 0}></k-clerk>
        </div>
      </div>
      ${covered ? html`<k-overlay .display=${display} ?inCall=${inCall}></k-overlay>` : nothing}
    `;
  }

  static styles = [
    base,
    css`
      :host { height: 100vh; overflow: hidden; }
      .page { height: calc(100vh - var(--banner-h)); display: grid; grid-template-rows: var(--header-h) minmax(0, 1fr); }
      .stage { position: relative; min-height: 0; }
      .absent { height: 100vh; display: grid; align-content: center; justify-items: center; gap: 16px; background: var(--paper); }
    `,
  ];
}
customElements.define("kiosk-screen", KioskScreen);
