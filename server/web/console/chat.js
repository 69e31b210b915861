/** 筆談: the lines, my own not yet arrived, an input and ready-made sentences. */
import { html, nothing } from "/vendor/lit.js";
import { Plain } from "/shared/elements.js";
import { READY_MADE, t } from "/shared/strings.ja.js";

/** @typedef {import("/protocol/messages").Line} Line */

/** After this pause the resident no longer sees 「書いています」. */
const STILL = 4000;

class KChat extends Plain {
  static properties = { lines: { attribute: false }, unsent: { attribute: false }, typing: { attribute: false } };

  constructor() {
    super();
    /** @type {readonly Line[]} */ this.lines = [];
    /** @type {readonly {id: string, text: string}[]} */ this.unsent = [];
    this.typing = false;
    this.count = 0;
    /** @type {ReturnType<typeof setTimeout> | undefined} */ this.timer = undefined;
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.timer);
  }

  updated() {
    const count = this.lines.length + this.unsent.length;
    if (count === this.count) return;
    this.count = count;
    const log = /** @type {HTMLElement} */ (this.querySelector(".log"));
    log.scrollTop = log.scrollHeight;
  }

  #input() {
    return /** @type {HTMLTextAreaElement} */ (this.querySelector("textarea"));
  }

  #send() {
    const input = this.#input();
    if (!input.value.trim()) return;
    this.emit("write", input.value);
    input.value = "";
    clearTimeout(this.timer);
    input.focus();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.isComposing || event.keyCode === 229 || event.key !== "Enter" || !event.ctrlKey) return;
    event.preventDefault();
    this.#send();
  }

  #writing() {
    const on = this.#input().value.trim() !== "";
    this.emit("typing", on);
    clearTimeout(this.timer);
    if (on) this.timer = setTimeout(() => this.emit("typing", false), STILL);
  }

  render() {
    const empty = !this.lines.length && !this.unsent.length;
    return html`<section class="chat" aria-labelledby="chat-title">
      <h2 class="h" id="chat-title">${t("chat.title")} <small>${t("chat.sub")}</small> <kbd class="r">Alt+C</kbd></h2>
      <div class="log" role="log" aria-live="polite" aria-labelledby="chat-title" tabindex="0">
        ${empty ? html`<p class="empty">${t("chat.empty")}</p>` : nothing}
        ${this.lines.map((line) => html`<p class=${line.who}><span>${line.who === "clerk" && line.before ? t("hand_on.before") : t(`chat.${line.who}`)}</span><b>${line.text}</b></p>`)}
        ${this.unsent.map((line) => html`<p class="clerk pending"><span>${t("chat.sending")}</span><b>${line.text}</b></p>`)}
        ${this.typing ? html`<p class="resident typing"><span>${t("chat.resident")}</span><i>${t("chat.typing")}</i></p>` : nothing}
      </div>
      <div class="ed">
        <textarea rows="1" maxlength="2000" aria-label=${t("chat.input")} placeholder=${t("chat.placeholder")} autocomplete="off" @keydown=${this.#key} @input=${this.#writing}></textarea>
        <button class="primary" @click=${this.#send}>${t("chat.send")} <kbd>Ctrl+Enter</kbd></button>
      </div>
      <div class="ph" role="group" aria-label=${t("chat.ready_made")}>
        ${READY_MADE.map((text, index) => html`<button @click=${() => this.emit("write", text)} title=${text}><kbd>Alt+${index + 1}</kbd> <span>${text}</span></button>`)}
      </div>
    </section>`;
  }
}
customElements.define("k-chat", KChat);
