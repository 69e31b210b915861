/** The conversation: the clerk large, the visitor's own picture small, one row of large buttons, and the written words. */
import { html, nothing } from "/vendor/lit.js";
import "/protocol/page-view.js";
import { Plain } from "/shared/elements.js";
import { t } from "./strings.ja.js";

/** @typedef {import("./visit.js").Visit} Visit */

/** What the kiosk's elements want to know of their display here. */
const DISPLAY = /** @type {any} */ ({ language: "ja", large: false, staff_call: false });
const WIDE = matchMedia("(min-width: 900px)");

class KWindowCall extends Plain {
  static properties = { visit: { attribute: false }, screen: {}, stamp: { attribute: false }, writing: { state: true }, ending: { state: true } };

  constructor() {
    super();
    /** @type {Visit} */ this.visit = /** @type {any} */ (null);
    this.screen = "call";
    this.stamp = 0;
    this.writing = WIDE.matches;
    this.ending = false;
    this.count = 0;
    this.silent = false;
  }

  connectedCallback() {
    super.connectedCallback();
    this.count = this.visit.lines.length;
    if (this.visit.self.wantsText) this.writing = true;
  }

  updated() {
    const { streams } = this.visit.media;
    this.#attach("video.clerk", streams.clerk);
    this.#attach("video.own", streams.own);
    this.#attach("audio", streams.sound);
    const { visit } = this;
    const { lines } = visit;
    if (lines.length === this.count) return;
    // A word from the clerk opens the paper it is written on; below a form it is read without covering it.
    if (lines.at(-1)?.who === "clerk" && (WIDE.matches || !visit.form)) this.writing = true;
    this.count = lines.length;
    const log = this.querySelector(".log");
    if (log) log.scrollTop = log.scrollHeight;
  }

  /** @param {string} where @param {MediaStream | null} stream */
  #attach(where, stream) {
    const element = /** @type {HTMLMediaElement | null} */ (this.querySelector(where));
    if (!element) return;
    if (element.srcObject !== stream) element.srcObject = stream;
    if (!stream || !element.paused) return;
    element.play().then(
      () => this.#heard(element, false),
      (error) => this.#heard(element, error instanceof Error && error.name === "NotAllowedError"),
    );
  }

  /** A page that was reloaded may not sound before it is touched. @param {HTMLMediaElement} element @param {boolean} silent */
  #heard(element, silent) {
    if (element.localName !== "audio" || silent === this.silent) return;
    this.silent = silent;
    this.requestUpdate();
  }

  /** @param {Event} event */
  #send(event) {
    event.preventDefault();
    const input = /** @type {HTMLTextAreaElement} */ (this.querySelector("textarea"));
    if (!input.value.trim()) return;
    this.visit.write(input.value);
    input.value = "";
    input.focus();
  }

  /** What is looked at together: a form as at a kiosk, or the page the clerk laid before both. */
  #papers() {
    const { form, desk, media } = this.visit;
    const { leaf, board } = media.together;
    if (this.screen !== "call") return nothing;
    if (form) {
      void import("/screen/screens/k-form.js"); // few visits have one
      return html`<section class="papers" aria-label=${t("papers.form")} @press=${this.#pressed} @say=${this.#said}><k-form inside .display=${DISPLAY} .screen=${form} .pages=${desk?.pictures ?? []}></k-form></section>`;
    }
    if (!leaf) return nothing;
    const which = t("papers.page", { n: board.leaf, of: board.of });
    return html`<section class="papers leaf" aria-label=${t("papers.together")}><h1>${t("papers.together")}${board.of > 1 ? html` <b>${which}</b>` : nothing}</h1>
      <page-view .src=${leaf.src} .width=${leaf.width} .height=${leaf.height} .look=${board.look} .dot=${board.dot} .lines=${board.lines} .label=${which} .here=${t("papers.here")}></page-view></section>`;
  }

  /** @param {CustomEvent<string>} event */
  #pressed(event) {
    this.visit.touch(event.detail);
  }

  /** @param {CustomEvent<import("/screen/parts/base.js").Said>} event */
  #said({ detail }) {
    if (detail.type === "name_written") this.visit.sign(detail.strokes);
    else if (detail.type === "touched") this.visit.touch(detail.control);
  }

  /** @param {Event} event */
  async #photo(event) {
    const input = /** @type {HTMLInputElement} */ (event.currentTarget);
    const file = input.files?.[0];
    input.value = "";
    if (file) await this.visit.media.lens.picture(file);
  }

  render() {
    const { visit } = this;
    const { media, view, clerk } = visit;
    const { lens } = media;
    const ticket = view?.ticket;
    const held = this.screen === "held";
    const connecting = this.screen === "connecting";
    const lost = media.voice === "lost" || (media.voice === "connecting" && !connecting);
    const words = held
      ? html`<h1 tabindex="-1">${t("held.title")}</h1><p>${ticket?.hold_minutes ? t("held.lead", { minutes: ticket.hold_minutes }) : t("held.off")}</p>`
      : connecting
        ? html`<h1 tabindex="-1">${t("connecting.title")}</h1><p>${t("connecting.lead")}</p>`
        : clerk.camera ? nothing : html`<p>${t("call.no_picture")}</p>`;
    const papers = this.#papers();
    return html`<div class="call ${this.writing ? "writing" : ""} ${papers === nothing ? "" : "with-papers"} ${this.visit.form?.step === "sign" ? "signing" : ""}">
      <div class="stage">
        <video class="clerk" playsinline muted aria-label=${t("call.with")} ?hidden=${held || connecting || !clerk.camera}></video>
        ${words === nothing ? nothing : html`<div class="instead">${words}</div>`}
        ${ticket?.staff_name ? html`<p class="who"><b>${ticket.staff_name}</b> ${ticket.department}</p>` : nothing}
        <figure class="mine" ?hidden=${held || connecting || media.streams.own === null}><video class="own ${lens.mode}" playsinline muted aria-label=${t("call.own")}></video><figcaption>${t("call.own_hint")}</figcaption></figure>
        <audio></audio>
        <div class="notes" role="status">
          ${lost ? html`<p>${t("call.lost")}</p>` : nothing}
          ${this.screen === "call" && !clerk.microphone ? html`<p>${t("call.no_sound")}</p>` : nothing}
          ${lens.microphoneState !== "ok" ? html`<p>${t("call.no_microphone")}</p>` : nothing}
          ${lens.cameraState !== "ok" ? html`<p>${t("call.no_camera")}</p>` : nothing}
          ${lens.mode === "paper" ? html`<p>${t("call.paper_how")}</p>` : nothing}
        </div>
        ${this.silent ? html`<button class="go sound" @click=${() => this.requestUpdate()}>${t("call.sound")}</button>` : nothing}
      </div>
      ${papers}
      ${this.writing ? this.#chat() : nothing}
      ${this.ending ? this.#sure() : this.#tools(held || connecting)}
    </div>`;
  }

  #sure() {
    return html`<div class="sure bar" role="alertdialog" aria-labelledby="sure"><p id="sure"><b>${t("end.title")}</b></p>
      <button class="stop" @click=${() => this.visit.hangUp()}>${t("end.yes")}</button>
      <button class="plain-button" @click=${() => (this.ending = false)}>${t("end.no")}</button></div>`;
  }

  /** @param {boolean} quiet nothing is sent just now */
  #tools(quiet) {
    const { media } = this.visit;
    const { lens } = media;
    const paper = lens.mode === "paper";
    const photo = lens.mode === "photo";
    const off = lens.mode === "off";
    const pressed = (/** @type {boolean} */ on) => (on ? "true" : "false");
    return html`<div class="bar" role="group" aria-label=${t("call.tools")}>
      <button class=${media.muted ? "off" : ""} ?disabled=${quiet} @click=${() => media.mute(!media.muted)}>${icon(media.muted ? "mic_off" : "mic")}<span>${t(media.muted ? "call.mic_off" : "call.mic_on")}</span></button>
      <button class=${off ? "off" : ""} ?disabled=${quiet} @click=${() => void lens.show(off ? "face" : "off")}>${icon(off ? "camera_off" : "camera")}<span>${t(off ? "call.camera_off" : "call.camera_on")}</span></button>
      <button aria-pressed=${pressed(paper)} ?disabled=${quiet} @click=${() => void lens.show(paper ? "face" : "paper")}>${icon("paper")}<span>${t(paper ? "call.paper_stop" : "call.paper")}</span></button>
      ${photo
        ? html`<button aria-pressed="true" @click=${() => void lens.show("face")}>${icon("photo")}<span>${t("call.photo_stop")}</span></button>`
        : html`<label class="as-button ${quiet ? "dim" : ""}"><input type="file" accept="image/*" ?disabled=${quiet} @change=${(/** @type {Event} */ event) => void this.#photo(event)} />${icon("photo")}<span>${t("call.photo")}</span></label>`}
      <button aria-pressed=${pressed(this.writing)} @click=${() => (this.writing = !this.writing)}>${icon("write")}<span>${t("call.write")}</span></button>
      <button class="end" @click=${() => (this.ending = true)}>${icon("end")}<span>${t("call.end")}</span></button>
    </div>`;
  }

  #chat() {
    const { lines, clerkTyping } = this.visit;
    return html`<section class="words" aria-labelledby="words-title">
      <h2 id="words-title">${t("chat.title")}</h2>
      <div class="log" role="log" aria-live="polite" aria-labelledby="words-title" tabindex="0">
        ${lines.length ? nothing : html`<p class="mut">${t("chat.empty")}</p>`}
        ${lines.map((line) => html`<p class=${line.who}><span>${t(line.who === "clerk" ? "chat.clerk" : "chat.me")}</span><b>${line.text}</b></p>`)}
        ${clerkTyping ? html`<p class="clerk"><i>${t("chat.typing")}</i></p>` : nothing}
      </div>
      <form class="ed" @submit=${this.#send}>
        <textarea rows="1" maxlength="1000" aria-label=${t("chat.input")} @input=${(/** @type {InputEvent} */ event) => this.visit.typing(/** @type {HTMLTextAreaElement} */ (event.currentTarget).value.trim() !== "")}></textarea>
        <button class="go">${t("chat.send")}</button>
      </form>
    </section>`;
  }
}
customElements.define("k-window-call", KWindowCall);

/** Simple line drawings; the words beside them say the same. */
const ICONS = {
  mic: "M12 3a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3zM6 11a6 6 0 0 0 12 0M12 17v4",
  mic_off: "M12 3a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3zM6 11a6 6 0 0 0 12 0M12 17v4M4 3l16 18",
  camera: "M3 7h11v10H3zM14 11l7-4v10l-7-4",
  camera_off: "M3 7h11v10H3zM14 11l7-4v10l-7-4M3 3l18 18",
  paper: "M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6",
  photo: "M3 5h18v14H3zM3 16l5-5 4 4 3-3 6 5M16 9h.01",
  write: "M4 20l1-4L16 5l3 3L8 19zM14 7l3 3",
  end: "M6 6l12 12M18 6L6 18",
};

/** @param {keyof typeof ICONS} name */
function icon(name) {
  return html`<svg viewBox="0 0 24 24" aria-hidden="true" width="28" height="28" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"><path d=${ICONS[name]}></path></svg>`;
}
