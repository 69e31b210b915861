/** What stands in the middle while nobody is in conversation: the offer, the wrap-up, or a calm sentence. */
import { html, nothing, svg } from "/vendor/lit.js";
import { Plain } from "/shared/elements.js";
import { b } from "/shared/booking.ja.js";
import { label, t } from "/shared/strings.ja.js";
import "./picture.js";
import "./callback.js";
import { onTelephone } from "./actions.js";
import { whyAsked } from "./cases.js";
import { placeOf, tags } from "./queue.js";
import { allShut, breath, breathing, shutLanes, shutNotice } from "./lull.js";

/**
 * @typedef {import("/protocol/messages").StaffView} StaffView
 * @typedef {import("/protocol/messages").StaffWelcome} StaffWelcome
 */

const ROUND = 2 * Math.PI * 44;

class KIdle extends Plain {
  static properties = { view: { attribute: false }, at: { attribute: false }, welcome: { attribute: false }, enabled: { attribute: false } };

  constructor() {
    super();
    /** @type {StaffView | null} */ this.view = null;
    this.at = 0;
    /** @type {StaffWelcome | null} */ this.welcome = null;
    this.enabled = false;
    this.timer = 0;
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.timer);
  }

  updated() {
    clearTimeout(this.timer);
    // The ring empties smoothly enough at four steps a second.
    if (this.view?.state === "offered") this.timer = setTimeout(() => this.requestUpdate(), 250);
    const rests = this.view ? breathing(this.view, this.at) : 0;
    if (rests) this.timer = setTimeout(() => this.requestUpdate(), rests + 50); // no view comes when nobody waits
  }

  render() {
    const view = this.view;
    if (!view) return html`<div class="calm"><p class="lead">${t("idle.connecting")}</p></div>`;
    switch (view.state) {
      case "offered":
        return this.#offer(view);
      case "wrapup":
        return this.#wrapup(view);
      case "ready":
        if (breathing(view, this.at)) return this.#calm(t("idle.breath"), t(view.queue.length ? "idle.breath.queue" : "idle.breath.sub"), "ready");
        if (allShut(view)) return this.#calm(t("lanes.shut", { lanes: shutLanes(view).map((lane) => lane.name).join("・") }), "", "ready");
        return this.#calm(view.queue.length ? t("idle.ready.queue") : t("idle.ready"), t(view.queue.length ? "idle.ready.queue.sub" : "idle.ready.sub"), "ready");
      case "paused":
        return this.#calm(
          view.pause_reason === "missed" ? t("idle.missed") : t("idle.paused", { reason: label("pause", view.pause_reason ?? "") }),
          view.pause_reason === "missed" ? t("idle.missed.sub") : t("idle.paused.sub"),
          "paused",
        );
      case "away":
      case "serving":
        if (onTelephone(view.mine)) return html`<k-callback .mine=${view.mine} .enabled=${this.enabled}></k-callback>`;
        return this.#calm(t("idle.away"), t("idle.away.sub"), "away");
    }
  }

  /** @param {string} title @param {string} text @param {"ready" | "paused" | "away"} state */
  #calm(title, text, state) {
    const view = /** @type {StaffView} */ (this.view);
    return html`<div class="calm ${state}">
      <svg class="window" viewBox="0 0 96 96" aria-hidden="true"><rect x="14" y="10" width="68" height="72" rx="6" /><path d="M48 10v72M14 46h68" /><path d="M6 86h84" /></svg>
      <h2 class="lead">${title}</h2>
      ${text ? html`<p>${text}</p>` : nothing}
      ${state === "ready" ? breath(view, this.at, this.enabled, () => this.emit("take-calls")) : nothing}
      ${shutNotice(view, state)}
      ${state !== "ready" && view.queue.length ? this.#waiting(view) : nothing}
      ${state === "ready"
        ? nothing
        : html`<button class="primary huge" ?disabled=${!this.enabled} @click=${() => this.emit("act", "toggle_ready")}>${t(state === "paused" ? "ready.resume" : "ready.begin")} <kbd>Alt+U</kbd></button>`}
      ${view.lanes.length > 1 || view.today
        ? html`<p class="lanes-today">${view.today ? html`<span class="chip b">${t("floor.duty.today")}</span> ` : nothing}${t("lanes.today", { lanes: view.lanes.filter((lane) => lane.chosen).map((lane) => lane.name).join("・") })}
            ${view.lanes.length > 1 ? html`<button class="small" ?disabled=${!this.enabled} @click=${() => this.emit("choose-lanes")}>${t("lanes.choose")}</button>` : nothing}</p>`
        : nothing}
      ${view.desks?.length || view.desk
        ? html`<p class="desk-today">${view.desk ? html`${t("counter.desk")} <b>${view.desk}</b>` : html`<span class="mut">${t("counter.no_desk")}</span>`}
            <button class="small" ?disabled=${!this.enabled} @click=${() => this.emit("choose-desk")}>${t("counter.choose")}</button></p>`
        : nothing}
      <p class="mut">${view.served_today ? t("idle.today", { count: view.served_today, minutes: view.average_minutes ?? "—" }) : t("idle.today.none")}</p>
      <p class="inquirylinks"><a class="button" href="/console/inquiry.html?telephone" target="_blank">${t("inquiry.telephone")}</a> <a class="button" href="/console/booking.html" target="_blank">${b("booking.title")}</a> <a class="button" href="/console/inquiry.html" target="_blank">${t("inquiry.try")}</a></p>
    </div>`;
  }

  /** Who takes no calls still reads whom that costs. @param {StaffView} view */
  #waiting(view) {
    const longest = Math.max(...view.queue.map((one) => one.waited));
    return html`<p class="waits">▲ ${t("idle.waiting", { count: view.queue.length })} <b><k-duration format="rough" .since=${this.at - longest * 1000}></k-duration></b></p>`;
  }

  /** @param {StaffView} view */
  #offer(view) {
    const mine = view.mine;
    if (!mine) return nothing;
    const { ticket } = mine;
    const lasts = mine.offer_lasts ?? 20;
    const until = this.at + (mine.offer_expires_in ?? lasts) * 1000;
    const share = Math.max(0, Math.min(1, (until - performance.now()) / (lasts * 1000)));
    return html`<section class="offer" aria-labelledby="offer-title">
      <p class="ring-text" role="alert" id="offer-title">${ticket.callback ? b("callback.offer") : t(ticket.counter ? "counter.offer" : "offer.title")}</p>
      <div class="ring">
        <svg viewBox="0 0 100 100" aria-hidden="true">
          <circle cx="50" cy="50" r="44" class="track" />${svg`<circle cx="50" cy="50" r="44" class="left" transform="rotate(-90 50 50)" stroke-dasharray=${ROUND} stroke-dashoffset=${ROUND * (1 - share)} />`}
        </svg>
        <b><k-duration format="seconds" .until=${until}></k-duration></b>
      </div>
      <p class="no">${ticket.number}<small>${t("offer.number")}</small></p>
      <p class="site">${placeOf(ticket)}</p>
      <p class="what">${this.welcome?.purposes[ticket.purpose] ?? ticket.purpose}</p>
      <p>${t("offer.waited")} <b><k-duration format="rough" .since=${this.at - ticket.waited * 1000}></k-duration></b></p>
      <p class="tags">${tags(ticket)}</p>
      ${ticket.returned === "not_taken" ? html`<p class="from"><b>${t("hand_on.back")}</b></p>` : nothing}
      ${mine.role !== "lead" ? html`<p class="from"><b>${t(mine.role === "interpreter" ? "offer.interpret" : mine.ask === "take_over" ? "offer.take_over" : "offer.join", { who: ticket.handed_from })}</b></p>${ticket.note ? html`<k-why .ticket=${ticket.id} .note=${ticket.note}></k-why>` : nothing}` : nothing}
      ${mine.role === "lead" && ticket.handed_from && ticket.returned !== "not_taken" ? html`<p class="from"><b>${t("hand_on.from", { who: ticket.handed_from })}</b>${ticket.note ? html` ・ ${t("hand_on.from_note")}` : nothing}</p>` : nothing}
      <div class="bt">
        <button class="primary" ?disabled=${!this.enabled} @click=${() => this.emit("act", "answer")}>${ticket.callback ? b("callback.answer") : t(ticket.counter ? "counter.call" : "act.answer")} <kbd>F2</kbd></button>
        <button ?disabled=${!this.enabled} @click=${() => this.emit("act", "decline")}>${t("act.decline")} <kbd>Alt+N</kbd></button>
      </div>
      ${ticket.counter ? nothing : html`<p class="mut small">${this.#script(ticket)}</p>`}
    </section>`;
  }

  /** What to say first: whoever is called at home has said nothing yet. @param {import("/protocol/messages").TicketForStaff} ticket */
  #script(ticket) {
    const who = { city: this.welcome?.city ?? "", department: this.welcome?.department ?? "", name: this.welcome?.name ?? "" };
    return ticket.callback ? b("callback.script", { ...who, number: ticket.number }) : t("offer.script", who);
  }

  /** @param {StaffView} view */
  #wrapup(view) {
    const mine = view.mine;
    const expires = mine?.expires_in ?? null;
    return html`<section class="wrapup" aria-labelledby="wrapup-title">
      <p class="mut">${mine ? t("wrapup.of", { number: mine.ticket.number, site: placeOf(mine.ticket), purpose: this.welcome?.purposes[mine.ticket.purpose] ?? "" }) : nothing}</p>
      <h2 class="lead" id="wrapup-title">${t("wrapup.title")}</h2>
      <div class="results">
        ${this.welcome?.wrapup_results.map(
          (result, index) => html`<button class="result" ?disabled=${!this.enabled} @click=${() => this.emit("finish", result)}>
            <b>${label("result", result)} <kbd>Alt+${index + 1}</kbd></b><span>${label("result.help", result, "")}</span></button>`,
        )}
      </div>
      <p class="then">${view.pause_reason
        ? html`<span class="chip y">${t("wrapup.paused", { reason: label("pause", view.pause_reason) })}</span> <button ?disabled=${!this.enabled} @click=${() => this.emit("act", "toggle_ready")}>${t("wrapup.unpause")} <kbd>Alt+U</kbd></button>`
        : html`<button ?disabled=${!this.enabled} @click=${() => this.emit("act", "toggle_ready")}>${t("wrapup.pause")} <kbd>Alt+U</kbd></button>`}</p>
      <p>${expires === null
        ? html`${t("wrapup.since")} <b><k-duration .since=${this.at - (mine?.in_state_for ?? 0) * 1000}></k-duration></b>`
        : html`<b class="big"><k-duration .until=${this.at + expires * 1000}></k-duration></b> ${t("wrapup.left")}`}</p>
      <p class="mut small">${t("wrapup.after")}</p>
    </section>`;
  }
}
customElements.define("k-idle", KIdle);

/** Why somebody is asked into a call: one note, read before they say yes. */
class KWhy extends Plain {
  static properties = { ticket: {}, note: {}, text: { state: true } };

  constructor() {
    super();
    this.ticket = "";
    this.note = "";
    this.text = "";
  }

  /** @param {Map<PropertyKey, unknown>} changed */
  updated(changed) {
    if (changed.has("note") && this.note) void this.#fetch(this.note);
  }

  /** @param {string} note */
  async #fetch(note) {
    try {
      const text = await whyAsked(this.ticket);
      if (note === this.note) this.text = text;
    } catch {
      this.text = ""; // they were asked in vain meanwhile, or the line is down: the offer itself says who asks
    }
  }

  render() {
    return this.text ? html`<q class="why"><b>${t("offer.why")}</b> ${this.text}</q>` : nothing;
  }
}
customElements.define("k-why", KWhy);

/** The right column before a conversation: is everything ready to be seen, heard and rung? */
class KPrepare extends Plain {
  static properties = { media: { attribute: false }, preview: { attribute: false }, state: { attribute: false }, audible: { attribute: false }, asked: { attribute: false } };

  constructor() {
    super();
    /** @type {import("./media.js").CallMedia | null} */ this.media = null;
    /** @type {MediaStream | null} */ this.preview = null;
    /** @type {import("./media.js").State | null} */ this.state = null;
    this.audible = false;
    /** Camera and microphone have been asked for. */ this.asked = false;
  }

  async #notify() {
    if ((await Notification.requestPermission()) !== "granted") this.emit("say", { text: t("notify.denied"), kind: "bad" });
    this.requestUpdate();
  }

  render() {
    const notify = "Notification" in window ? Notification.permission : "denied";
    const live = this.preview !== null;
    const known = live || this.asked;
    return html`<section class="prepare" aria-labelledby="prepare-title">
      <h2 class="h" id="prepare-title">${t("prepare.title")}</h2>
      ${this.media === null ? html`<div class="alert bad"><b>${t("insecure.title")}</b><p>${t("insecure.body")}</p><p>${t("insecure.do", { address: `https://${location.hostname}/` })}</p></div>` : nothing}
      <div class="own"><k-picture .stream=${this.preview} .label=${t("prepare.preview")} .waiting=${live ? "" : t("prepare.camera_off")}></k-picture></div>
      <dl class="facts">
        <div><dt>${t("prepare.camera")}</dt><dd>${known ? mark(this.state?.camera === "ok", t("prepare.camera.no")) : t("prepare.later")}</dd></div>
        <div><dt>${t("prepare.microphone")}</dt><dd>${known ? mark(this.state?.microphone === "ok", t("prepare.microphone.no")) : t("prepare.later")}</dd></div>
        <div><dt>${t("prepare.ring")}</dt><dd>${this.audible ? mark(true, "") : t("prepare.ring.no")} <button @click=${() => this.emit("test-ring")}>${t("prepare.ring.test")}</button></dd></div>
        <div><dt>${t("prepare.notify")}</dt><dd>${notify === "granted" ? mark(true, "") : notify === "denied" ? t("notify.blocked") : html`<button @click=${this.#notify}>${t("notify.ask")}</button>`}</dd></div>
      </dl>
      ${notify === "denied" && this.media ? html`<p class="mut small pad">${t("notify.how")}</p>` : nothing}
      ${known && this.state && (this.state.camera !== "ok" || this.state.microphone !== "ok") ? html`<div class="alert"><b>${t("permission.title")}</b><p>${t("permission.body")}</p></div>` : nothing}
      ${this.media && !live
        ? html`<p class="pad"><button @click=${() => this.emit("prepare")}>${t("prepare.test")}</button></p>`
        : nothing}
    </section>`;
  }
}
customElements.define("k-prepare", KPrepare);

/** @param {boolean} good @param {string} bad */
function mark(good, bad) {
  return good ? html`<b class="ok">● ${t("prepare.ok")}</b>` : html`<b class="ng">▲ ${bad}</b>`;
}
