/** Small elements used by every staff page; all render into the page itself, so one style sheet rules. */
import { LitElement, html, nothing } from "/vendor/lit.js";
import { clockOf, dayOf, roughly, timeOf } from "/shared/dates.js";
import { t } from "/shared/strings.ja.js";

/** Base of all staff elements: no shadow root, because the pages share one strict style sheet. */
export class Plain extends LitElement {
  createRenderRoot() {
    return this;
  }

  /** Tell the page what was asked for. @param {string} name @param {unknown} [detail] */
  emit(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
  }
}

/** Ticks with the second hand while it is in the page. */
class Ticking extends Plain {
  #timer = 0;

  connectedCallback() {
    super.connectedCallback();
    const tick = () => {
      this.requestUpdate();
      this.#timer = setTimeout(tick, 1000 - (Date.now() % 1000) + 5);
    };
    tick();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }
}

/**
 * A duration that runs on locally: up from `since` or down to `until`, both on the clock of `performance.now()`.
 * `format` "clock" gives 4:07, "rough" gives 4分, "seconds" gives 14.
 */
export class KDuration extends Ticking {
  static properties = { since: { attribute: false }, until: { attribute: false }, format: {} };

  constructor() {
    super();
    /** @type {number | null} */ this.since = null;
    /** @type {number | null} */ this.until = null;
    /** @type {"clock" | "rough" | "seconds"} */ this.format = "clock";
  }

  render() {
    const now = performance.now();
    const seconds = this.until === null ? (now - (this.since ?? now)) / 1000 : Math.max(0, Math.ceil((this.until - now) / 1000));
    if (this.format === "rough") return html`${roughly(seconds)}`;
    return html`${this.format === "seconds" ? Math.floor(seconds) : clockOf(seconds)}`;
  }
}
customElements.define("k-duration", KDuration);

/** Today and the time of day. */
class KClock extends Ticking {
  render() {
    const now = new Date();
    return html`<span class="wide">${dayOf(now)}</span> <b class="big">${timeOf(now)}</b>`;
  }
}
customElements.define("k-clock", KClock);

/** Short sentences at the foot of the page; they leave by themselves and are read aloud politely. */
export class KToasts extends Plain {
  static properties = { list: { state: true } };

  constructor() {
    super();
    /** @type {{id: number, text: string, kind: "info" | "bad"}[]} */ this.list = [];
    this.next = 0;
  }

  /** @param {string} text @param {"info" | "bad"} kind */
  show(text, kind = "info") {
    const id = this.next++;
    this.list = [...this.list.filter((toast) => toast.text !== text).slice(-2), { id, text, kind }];
    setTimeout(() => (this.list = this.list.filter((toast) => toast.id !== id)), 9000);
  }

  render() {
    return html`<div class="toasts" role="status" aria-live="polite">
      ${this.list.map((toast) => html`<p class="toast ${toast.kind}"><span aria-hidden="true">${toast.kind === "bad" ? "▲" : "●"}</span> ${toast.text}</p>`)}
    </div>`;
  }
}
customElements.define("k-toasts", KToasts);

/**
 * @typedef {{value: string, label: string, kind?: "primary" | "danger" | "plain"}} Choice
 * @typedef {{title: string, body?: string, choices: Choice[], typed?: string, content?: unknown, wide?: boolean}} Question
 */

/** One question in a modal dialog; Escape and 「やめる」 mean "no", and nothing dangerous has the focus. */
class KDialog extends Plain {
  static properties = { question: { attribute: false }, word: { state: true } };

  constructor() {
    super();
    /** @type {Question} */ this.question = { title: "", choices: [] };
    /** @type {(value: string | null) => void} */ this.answer = () => {};
    this.word = "";
  }

  firstUpdated() {
    const dialog = /** @type {HTMLDialogElement} */ (this.querySelector("dialog"));
    dialog.addEventListener("close", () => {
      this.answer(dialog.returnValue || null);
      this.remove();
    });
    dialog.showModal();
  }

  /** @param {string} value */
  #pick(value) {
    /** @type {HTMLDialogElement} */ (this.querySelector("dialog")).close(value);
  }

  render() {
    const { title, body, choices, typed, content, wide } = this.question;
    const locked = typed !== undefined && this.word.trim() !== typed;
    const no = html`<button type="button" class="plain no" @click=${() => this.#pick("")}>${choices.length ? t("dialog.cancel") : t("dialog.close")}</button>`;
    return html`<dialog class=${wide ? "dialog wide-dialog" : "dialog"} aria-labelledby="dialog-title">
      <h2 id="dialog-title">${title}</h2>
      ${body ? html`<p>${body}</p>` : nothing} ${content ?? nothing}
      ${typed === undefined
        ? nothing
        : html`<label class="field"><span>${t("dialog.type", { word: typed })}</span
            ><input autocomplete="off" autofocus @input=${(/** @type {any} */ e) => (this.word = e.target.value)} /></label>`}
      <div class="choices ${choices.length > 2 ? "many" : ""}">
        ${choices.length > 2 ? nothing : no}
        ${choices.map(
          (choice) => html`<button type="button" class=${choice.kind ?? "plain"} ?autofocus=${choice.kind === "primary"} ?disabled=${locked} @click=${() => this.#pick(choice.value)}>${choice.label}</button>`,
        )}
        ${choices.length > 2 ? no : nothing}
      </div>
    </dialog>`;
  }
}
customElements.define("k-dialog", KDialog);

/** Ask one question; null means the person turned back. @param {Question} question @returns {Promise<string | null>} */
export function ask(question) {
  return new Promise((resolve) => {
    const element = /** @type {KDialog} */ (document.createElement("k-dialog"));
    element.question = question;
    element.answer = resolve;
    document.body.append(element);
  });
}

/** Is a question open? Keys belong to it then. */
export function asking() {
  return document.querySelector("k-dialog > dialog[open]") !== null; // a closed one leaves a moment later
}
