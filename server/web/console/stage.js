/** The pictures of a conversation: the face or the paper large, the other one and myself beside it, the line's quality above. */
import { html, nothing } from "/vendor/lit.js";
import { Plain } from "/shared/elements.js";
import { label, reason, t } from "/shared/strings.ja.js";
import { standing } from "./actions.js";
import "./pages.js";
import "./paper.js";
import "./picture.js";
import "./still.js";

/**
 * @typedef {import("/protocol/messages").MyTicket} MyTicket
 * @typedef {import("/protocol/messages").CallSnapshot} CallSnapshot
 * @typedef {import("./desk.js").Desk} Desk
 * @typedef {"face" | "document"} Picture
 */

class KStage extends Plain {
  static properties = { desk: { attribute: false }, tick: { attribute: false }, main: { state: true }, silenced: { state: true }, tool: { state: true } };

  constructor() {
    super();
    /** @type {Desk | null} */ this.desk = null;
    this.tick = 0;
    /** @type {Picture | "pages"} */ this.main = "face";
    /** The browser plays no voice before a touch. */ this.silenced = false;
    /** What the clerk has in hand over the paper. @type {"point" | "ink" | null} */ this.tool = null;
  }

  /** @param {Picture | "pages"} picture */
  #tab(picture) {
    return html`<button role="tab" id=${`tab-${picture}`} aria-selected=${this.main === picture} tabindex=${this.main === picture ? 0 : -1} aria-controls="stage-main" @click=${() => (this.main = picture)}>${t(`stage.${picture}`)}</button>`;
  }

  /** The pages before the resident are turned by one clerk, the lead. @returns {readonly (Picture | "pages")[]} */
  #tabs() {
    const mine = this.desk?.mine;
    return mine && !standing(mine).lead ? ["face", "document"] : ["face", "document", "pages"];
  }

  /** @param {KeyboardEvent} event */
  async #arrow(event) {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    const tabs = this.#tabs();
    const at = tabs.indexOf(this.main) + (event.key === "ArrowRight" ? 1 : tabs.length - 1);
    this.main = tabs[at % tabs.length] ?? "face";
    await this.updateComplete;
    /** @type {HTMLElement} */ (this.querySelector(`#tab-${this.main}`)).focus();
  }

  /** Do something with the paper; whoever points wants to see it large. @param {import("./actions.js").Action} action */
  async paper(action) {
    if (action === "paper_still") return this.#askStill();
    const leafed = this.main === "pages" && Boolean(this.desk?.media?.leaves.at);
    if (leafed && ["paper_show", "paper_freeze", "paper_turn"].includes(action)) return;
    if (action !== "paper_stop" && !leafed) this.main = "document";
    await this.updateComplete;
    /** @type {any} */ (this.querySelector("k-paper"))?.act(action);
  }

  /** Show the pages both can look at, or the choice of them. */
  async pages() {
    this.main = "pages";
    await this.updateComplete;
    /** @type {HTMLElement | null} */ (this.querySelector("#tab-pages"))?.focus();
  }

  #place = (/** @type {number} */ x, /** @type {number} */ y) => /** @type {any} */ (this.querySelector("k-leaves"))?.placeAt(x, y) ?? null;

  /** What the resident has large before them, while the clerk looks at something else. @param {Desk} desk */
  #shows(desk) {
    const told = desk.media?.state.paper;
    const what = told?.leaf ? "pages" : told?.shown ? "document" : null;
    if (!what || what === this.main) return nothing;
    const words = what === "pages" ? t("stage.shows_page") : t("stage.shows_paper");
    const look = what === "pages" ? t("stage.shows_page.look") : t("stage.shows_paper.look");
    if (!this.#tabs().includes(what)) return html`<p class="showing" role="status">● ${words}</p>`;
    return html`<p class="showing" role="status">● ${words} <button @click=${() => (this.main = what)}>${look}</button></p>`;
  }

  /** Ask for a still; the resident sees the paper with the question, so that both know which one is meant. */
  #askStill() {
    const media = this.desk?.media;
    const mine = this.desk?.mine;
    if (!media || !mine || mine.ticket.state !== "serving" || !standing(mine).papers || !["idle", "refused"].includes(media.photo.state.step)) return;
    this.main = "document";
    if (!media.state.paper?.shown) media.mark({ do: "show", on: true });
    media.photo.ask();
  }

  /** How far the still is; its picture has a dialog of its own. @param {MyTicket} mine */
  #still(mine) {
    const photo = this.desk?.media?.photo;
    if (!photo || photo.state.step === "idle") return nothing;
    const { step, why } = photo.state;
    if (step === "asking")
      return html`<div class="stillask" role="status"><p><b>${t("still.asking")}</b><br />${t("still.asking.sub")}</p><button @click=${() => photo.drop()}>${t("still.cancel")}</button></div>`;
    if (step === "refused")
      return html`<div class="stillask bad" role="alert"><p><b>▲ ${t(`still.refused.${why || "failed"}`)}</b></p>${why === "no" ? nothing : html`<button @click=${() => this.#askStill()}>${t("still.ask")}</button>`}<button @click=${() => photo.drop()}>${t("dialog.close")}</button></div>`;
    return nothing;
  }

  /** @param {MyTicket} mine */
  #stillBox(mine) {
    const photo = this.desk?.media?.photo;
    if (!photo || !["taking", "coming", "here"].includes(photo.state.step)) return nothing;
    return html`<k-still .photo=${photo} .ticket=${mine.ticket.id} .tick=${performance.now()}></k-still>`;
  }

  willUpdate() {
    if (!this.#tabs().includes(this.main)) this.main = "face"; // the call before was one they led
  }

  render() {
    const desk = this.desk;
    const mine = desk?.mine;
    if (!desk || !mine) return nothing;
    const other = this.main === "face" ? "document" : "face";
    const { papers: sees } = standing(mine);
    const serving = sees && desk.media !== null && mine.ticket.state === "serving";
    const leaves = this.main === "pages" && serving && desk.media?.leaves.at ? desk.media.leaves : null;
    const papers = serving && (this.main === "document" || leaves !== null);
    const off = desk.media?.state.paper === null;
    return html`<section class="stagebox" aria-label=${t("stage.label")}>
      <div class="tabs">
        <div role="tablist" aria-label=${t("stage.tabs")} class="tablist" @keydown=${this.#arrow}>${this.#tabs().map((picture) => this.#tab(picture))}</div>
        <kbd class="wide">Alt+V</kbd>${quality(desk, mine)}
      </div>
      ${papers ? html`<k-paper-tools .told=${desk.media?.state.paper ?? null} .tool=${this.tool} .leaves=${leaves} ?off=${off}></k-paper-tools>` : nothing}
      <div class="stage">
        <div class="video main" role="tabpanel" id="stage-main" aria-labelledby=${`tab-${this.main}`}>
          ${this.main === "pages" ? html`<k-leaves .leaves=${desk.media?.leaves ?? null} .told=${desk.media?.state.paper ?? null} .ticket=${mine.ticket.id} .tick=${this.tick}></k-leaves>` : this.#picture(desk, mine, this.main, true)}
          ${papers && desk.media ? html`<k-paper .media=${desk.media} .told=${desk.media.state.paper} .place=${leaves ? this.#place : null} ?off=${off} @tool=${(/** @type {CustomEvent} */ e) => (this.tool = e.detail)}></k-paper>` : nothing}
          ${this.#over(desk, mine)}
          ${this.#shows(desk)}
          ${this.#still(mine)}
          ${this.silenced ? html`<p class="over thin" role="alert"><b>▲ ${t("stage.silenced")}</b></p>` : nothing}
        </div>
        <div class="side">
          <button class="video other" @click=${() => (this.main = other)} title=${t(`stage.swap.${other}`)}>${this.#picture(desk, mine, other, false)}<span class="cap">${t(`stage.${other}`)}</span></button>
          <div class="video me">
            <k-picture .stream=${desk.media?.streams.preview ?? null} .label=${t("stage.me")} .waiting=${t(mine.ticket.state === "held" ? "stage.me.held" : desk.cameraOff ? "stage.me.off" : desk.media?.state.camera === "ok" ? "picture.waiting.short" : "stage.me.none")}></k-picture>
            <span class="cap">${t("stage.me")}${desk.muted ? html`<b class="mutemark"> ${t("stage.muted")}</b>` : nothing}</span>
          </div>
          ${facts(desk.snapshot, mine)}
        </div>
      </div>
      ${this.#stillBox(mine)}
      <k-sound .stream=${desk.media?.streams.remoteAudio ?? null} @blocked=${(/** @type {CustomEvent} */ e) => (this.silenced = e.detail)}></k-sound>
    </section>`;
  }

  /** @param {Desk} desk @param {MyTicket} mine @param {Picture} picture @param {boolean} large */
  #picture(desk, mine, picture, large) {
    const { papers, held, lead } = standing(mine);
    const hidden = picture === "document" && !papers;
    const waiting = desk.media === null ? t("stage.insecure") : hidden ? t("company.no_papers") : "";
    if (hidden) return html`<k-picture .stream=${null} .label=${t("stage.video.document")} .waiting=${waiting} .instead=${waiting}></k-picture>`;
    return html`<k-picture .stream=${desk.media?.streams[picture] ?? null} .label=${t(`stage.video.${picture}`)} .waiting=${waiting} .trouble=${trouble(desk.snapshot, mine, picture, large)} .instead=${(lead ? mine.ticket.state === "held" : held) && !large ? t("stage.held") : ""}></k-picture>`;
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
    const { lead, held, aside } = standing(mine);
    if (aside) return html`<div class="over hold"><h3>${t("company.aside")}</h3><p>${t("company.aside.sub")}</p></div>`;
    if (!lead && held) return html`<div class="over hold"><h3>${t("company.resident_held")}</h3><p>${t("company.resident_held.sub")}</p></div>`;
    if (mine.ticket.state === "connecting") return html`<p class="over thin" role="status">${t("stage.connecting")}</p>`;
    return nothing;
  }
}
customElements.define("k-stage", KStage);

/**
 * What is wrong with a camera over there, and what to do; "" = nothing known. A kiosk without its camera sends no
 * picture, or a black one: both look alike, so it is said.
 * @param {CallSnapshot | null} snapshot @param {MyTicket} mine @param {Picture} picture @param {boolean} large
 */
export function trouble(snapshot, mine, picture, large) {
  if (!snapshot || mine.ticket.state === "held") return "";
  const camera = snapshot.devices.find((one) => one.name === `${picture}_camera`);
  if (camera && (camera.state === "missing" || camera.state === "fault")) return t(large ? `stage.broken.${picture}` : "stage.broken");
  if (!snapshot.camera_on && mine.ticket.state === "serving") return t("stage.off");
  return "";
}

/** One line about the line. @param {Desk} desk @param {MyTicket} mine */
function quality(desk, mine) {
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
    ${voice === "connected" ? html`<span class="nw">${t(mine.ticket.state === "held" ? "quality.held" : heard ? "quality.heard" : "quality.silent")}</span>` : nothing}
  </span>`;
}

/** How it looks at the other end. @param {CallSnapshot | null} snapshot @param {MyTicket} mine */
function facts(snapshot, mine) {
  if (!snapshot) return html`<p class="facts waiting mut">${t("facts.none")}</p>`;
  const printer = snapshot.devices.find((device) => device.name === "printer");
  const card = snapshot.devices.find((device) => device.name === "card");
  const camera = snapshot.devices.find((device) => device.name === "face_camera");
  const held = mine.ticket.state === "held";
  const lens = camera && !fine(camera) ? device(camera) : snapshot.camera_on && !held ? html`<b>● ${t("facts.on")}</b>` : t("facts.off");
  /** @type {readonly {name: string, value: unknown, wrong?: boolean}[]} */
  const rows = [
    { name: t("facts.screen"), value: label("screen", snapshot.screen) },
    ...(snapshot.handset_lifted === null ? [] : [{ name: t("facts.handset"), value: t(snapshot.handset_lifted ? "facts.handset.up" : "facts.handset.down") }]),
    { name: t("facts.camera"), value: lens, wrong: !fine(camera) },
    { name: t("facts.microphone"), value: snapshot.microphone_on && !held ? t("facts.on") : t("facts.off") },
    { name: t("facts.card"), value: device(card), wrong: !fine(card) },
    { name: t("facts.paper"), value: device(printer), wrong: !fine(printer) },
    ...(snapshot.wants_text || mine.ticket.wants_text ? [{ name: t("facts.wish"), value: html`<span class="chip y">${t("tag.wants_text")}</span>` }] : []),
  ];
  // On a small screen this list scrolls, and what does not work must not be below its edge.
  const sorted = [...rows].sort((one, other) => Number(other.wrong ?? false) - Number(one.wrong ?? false));
  return html`<dl class="facts" tabindex="0" aria-label=${t("facts.title")}>${sorted.map(({ name, value }) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

/** @param {import("/protocol/messages").Device | undefined} device */
function fine(device) {
  return !device || device.state === "ok" || device.state === "unknown";
}

/** @param {import("/protocol/messages").Device | undefined} device */
function device(device) {
  if (!device) return "—";
  if (device.state === "ok") return t("facts.ok");
  const words = device.note ? reason(device.note) : t(`device.${device.state}`);
  return html`<b class=${device.state === "warning" ? "cau" : "ng"}>▲ ${words}</b>`;
}
