/** The pictures of a conversation: the face or the paper large, the other one and myself beside it, the line's quality above. */
import { html, nothing } from "/vendor/lit.js";
import { Plain } from "/shared/elements.js";
import { label, reason, t } from "/shared/strings.ja.js";

/**
 * @typedef {import("/protocol/messages").MyTicket} MyTicket
 * @typedef {import("/protocol/messages").CallSnapshot} CallSnapshot
 * @typedef {import("./desk.js").Desk} Desk
 * @typedef {"face" | "document"} Picture
 */

class KStage extends Plain {
  static properties = { desk: { attribute: false }, tick: { attribute: false }, main: { state: true }, shownHold: { state: true } };

  constructor() {
    super();
    /** @type {Desk | null} */ this.desk = null;
    this.tick = 0;
    /** @type {Picture} */ this.main = "face";
  }

  /** @param {Picture} picture */
  #tab(picture) {
    return html`<button role="tab" id=${`tab-${picture}`} aria-selected=${this.main === picture} tabindex=${this.main === picture ? 0 : -1} aria-controls="stage-main" @click=${() => (this.main = picture)}>${t(`stage.${picture}`)}</button>`;
  }

  /** @param {KeyboardEvent} event */
  async #arrow(event) {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    this.main = this.main === "face" ? "document" : "face";
    await this.updateComplete;
    /** @type {HTMLElement} */ (this.querySelector(`#tab-${this.main}`)).focus();
  }

  render() {
    const desk = this.desk;
    const mine = desk?.mine;
    if (!desk || !mine) return nothing;
    const other = this.main === "face" ? "document" : "face";
    const preview = desk.media?.streams.preview ?? null;
    return html`<section class="stagebox" aria-label=${t("stage.label")}>
      <div class="tabs">
        <div role="tablist" aria-label=${t("stage.tabs")} class="tablist" @keydown=${this.#arrow}>${this.#tab("face")}${this.#tab("document")}</div>
        <kbd class="wide">Alt+V</kbd>${quality(desk)}
      </div>
      <div class="stage">
        <div class="video main" role="tabpanel" id="stage-main" aria-labelledby=${`tab-${this.main}`}>
          ${this.#picture(this.main, true)} ${this.#over(desk, mine)}
        </div>
        <div class="side">
          <button class="video other" @click=${() => (this.main = other)} title=${t(`stage.swap.${other}`)}>${this.#picture(other, false)}<span class="cap">${t(`stage.${other}`)}</span></button>
          <div class="video me">
            ${preview ? html`<video autoplay playsinline .muted=${true} .srcObject=${preview} aria-label=${t("stage.me")}></video>` : html`<p class="hole">${t(desk.cameraOff ? "stage.me.off" : "stage.me.none")}</p>`}
            <span class="cap">${t("stage.me")}${desk.muted ? html`<b class="mutemark"> ${t("stage.muted")}</b>` : nothing}</span>
          </div>
          ${facts(desk.snapshot, mine)}
        </div>
      </div>
      <audio autoplay .srcObject=${desk.media?.streams.remoteAudio ?? null}></audio>
    </section>`;
  }

  /** @param {Picture} picture @param {boolean} large */
  #picture(picture, large) {
    const stream = this.desk?.media?.streams[picture] ?? null;
    if (stream) return html`<video autoplay playsinline .muted=${true} .srcObject=${stream} class=${picture} aria-label=${t(`stage.video.${picture}`)}></video>`;
    return html`<p class="hole">${large && this.desk?.media === null ? t("stage.insecure") : t(`stage.none.${picture}`)}</p>`;
  }

  /** What lies over the picture: a hold, a lost kiosk, a kiosk that is not who it says. @param {Desk} desk @param {MyTicket} mine */
  #over(desk, mine) {
    const refused = desk.media?.state.refused ?? "";
    if (refused)
      return html`<div class="over bad" role="alert"><h3>${t("stage.refused")}</h3><p>${t(`stage.refused.${refused}`)}</p>
        ${refused === "kiosk_key_changed" ? html`<button @click=${() => this.emit("trust")}>${t("stage.trust")}</button>` : nothing}</div>`;
    if (!mine.kiosk_connected)
      // Media does not pass through the server: a picture that still comes stays in sight.
      return html`<div class="over bad ${desk.media?.state.voice === "connected" || desk.media?.state.eyes === "connected" ? "thin" : ""}" role="alert"><h3>${t("stage.lost")} <k-duration .since=${desk.viewAt - (mine.kiosk_lost_for ?? 0) * 1000}></k-duration></h3><p>${t("stage.lost.sub")}</p></div>`;
    if (mine.ticket.state === "held")
      return html`<div class="over hold"><h3>${t("hold.title")} <k-duration .since=${desk.viewAt - mine.in_state_for * 1000}></k-duration></h3>
        <p>${t("hold.promise", { minutes: mine.hold_minutes ?? 2 })}</p><p>${t("hold.sub")}</p>
        <button class="primary tall" @click=${() => this.emit("act", "hold")}>${t("act.resume")} <kbd>Alt+H</kbd></button></div>`;
    if (mine.ticket.state === "connecting") return html`<p class="over thin" role="status">${t("stage.connecting")}</p>`;
    return nothing;
  }
}
customElements.define("k-stage", KStage);

/** One line about the line. @param {Desk} desk */
function quality(desk) {
  const media = desk.media;
  if (!media) return html`<span class="link"><b class="ng">▲ ${t("quality.none")}</b></span>`;
  const { voice, eyes, heard } = media.state;
  const stats = desk.stats;
  const level = voice !== "connected" && eyes !== "connected" ? 0 : stats && (stats.loss > 5 || (stats.rtt ?? 0) > 400) ? 1 : stats && (stats.loss > 1.5 || (stats.rtt ?? 0) > 150) ? 2 : 3;
  const words = [t("quality.0"), t("quality.1"), t("quality.2"), t("quality.3")];
  return html`<span class="link">
    <svg class="bars l${level}" viewBox="0 0 24 20" aria-hidden="true"><rect x="1" y="13" width="4" height="6" /><rect x="7" y="9" width="4" height="10" /><rect x="13" y="5" width="4" height="14" /><rect x="19" y="1" width="4" height="18" /></svg>
    <b class=${level === 3 ? "ok" : level === 2 ? "cau" : "ng"}>${words[level]}</b>
    ${stats ? html`<span class="wide nw">${stats.rtt === null ? "" : `${stats.rtt}ms・`}${t("quality.numbers", { loss: stats.loss.toFixed(1), freezes: stats.freezes })}</span>` : nothing}
    ${voice === "connected" ? html`<span class="nw">${heard ? t("quality.heard") : t("quality.silent")}</span>` : nothing}
  </span>`;
}

/** How it looks at the other end. @param {CallSnapshot | null} snapshot @param {MyTicket} mine */
function facts(snapshot, mine) {
  if (!snapshot) return html`<p class="facts waiting mut">${t("facts.none")}</p>`;
  const printer = snapshot.devices.find((device) => device.name === "printer");
  const card = snapshot.devices.find((device) => device.name === "card");
  const row = (/** @type {string} */ name, /** @type {unknown} */ value) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
  return html`<dl class="facts" tabindex="0" aria-label=${t("facts.title")}>
    ${row(t("facts.screen"), label("screen", snapshot.screen))}
    ${snapshot.handset_lifted === null ? nothing : row(t("facts.handset"), snapshot.handset_lifted ? t("facts.handset.up") : t("facts.handset.down"))}
    ${row(t("facts.camera"), snapshot.camera_on ? html`<b class="ng">● ${t("facts.on")}</b>` : t("facts.off"))}
    ${row(t("facts.microphone"), snapshot.microphone_on ? t("facts.on") : t("facts.off"))}
    ${row(t("facts.card"), device(card))} ${row(t("facts.paper"), device(printer))}
    ${snapshot.wants_text || mine.ticket.wants_text ? row(t("facts.wish"), html`<span class="chip y">${t("tag.wants_text")}</span>`) : nothing}
  </dl>`;
}

/** @param {import("/protocol/messages").Device | undefined} device */
function device(device) {
  if (!device) return "—";
  if (device.state === "ok") return t("facts.ok");
  const words = device.note ? reason(device.note) : t(`device.${device.state}`);
  return html`<b class=${device.state === "warning" ? "cau" : "ng"}>▲ ${words}</b>`;
}
