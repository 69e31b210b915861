/** The two bars: who I am and how the day goes, above; what I can do now, below. */
import { html, nothing } from "/vendor/lit.js";
import { b } from "/shared/booking.ja.js";
import { Plain } from "/shared/elements.js";
import "/shared/pages.js";
import { label, t } from "/shared/strings.ja.js";
import { keyLabel, standing } from "./actions.js";
import { STATE_CHIP } from "./queue.js";

/**
 * @typedef {import("./actions.js").Action} Action
 * @typedef {import("/protocol/messages").StaffView} StaffView
 * @typedef {import("/protocol/messages").StaffWelcome} StaffWelcome
 */

class KTop extends Plain {
  static properties = { view: { attribute: false }, at: { attribute: false }, me: { attribute: false }, can: { attribute: false } };

  constructor() {
    super();
    /** @type {StaffView | null} */ this.view = null;
    this.at = 0;
    /** @type {{name: string, department: string, city: string, roles: readonly string[]} | null} */ this.me = null;
    this.can = false;
  }

  render() {
    const { view, me } = this;
    const longest = view?.queue.reduce((most, ticket) => Math.max(most, ticket.waited), 0) ?? 0;
    const fleet = me?.roles.some((role) => ["field_it", "administrator", "supervisor"].includes(role));
    return html`<header class="top">
      <h1>${me?.city ?? ""} <span class="wide">${t("brand.sub")}</span></h1>
      ${view ? this.#state(view) : nothing}
      <span class="r nw">${t("top.waiting")} <b class="big">${view?.queue.length ?? 0}</b> ${t("top.people")}
        ${longest ? html`${t("top.longest")} <b class="big"><k-duration format="rough" .since=${this.at - longest * 1000}></k-duration></b>` : nothing}</span>
      ${view ? html`<span class="wide nw">${t("top.today")} <b>${view.served_today}</b> ${t("top.count")}${view.average_minutes === null ? nothing : html`・${t("top.average", { minutes: view.average_minutes })}`}</span>` : nothing}
      ${view?.kiosks_with_trouble
        ? fleet
          ? html`<a class="chip y" href="/dashboard/">▲ ${t("top.trouble", { count: view.kiosks_with_trouble })}</a>`
          : html`<span class="chip y">▲ ${t("top.trouble", { count: view.kiosks_with_trouble })}</span>`
        : nothing}
      <k-pages .roles=${me?.roles ?? []} here="console" apart></k-pages>
      <k-clock class="nw"></k-clock>
      <span class="nw"><b>${me?.name ?? ""}</b> <span class="wide">${me?.department ?? ""}</span></span>
      <button class="small" @click=${() => this.emit("sign-out")}>${t("signout")}</button>
    </header>`;
  }

  /** @param {StaffView} view */
  #state(view) {
    // A conversation's clock runs on through its holds.
    const since = this.at - (view.mine?.in_call_for ?? view.in_state_for) * 1000;
    if (view.state === "ready" || view.state === "paused" || view.state === "away") {
      const on = (/** @type {boolean} */ pressed) => (pressed ? "true" : "false");
      return html`<div class="seg" role="group" aria-label=${t("top.state")}>
        <button aria-pressed=${on(view.state === "ready")} ?disabled=${!this.can} @click=${() => view.state !== "ready" && this.emit("act", "toggle_ready")}>${t("state.ready")}</button>
        <button aria-pressed=${on(view.state === "paused")} ?disabled=${!this.can || view.state === "away"} @click=${() => view.state === "ready" && this.emit("act", "toggle_ready")}>${t("state.paused")}${view.state === "paused" && view.pause_reason ? html`（${label("pause", view.pause_reason)}）` : nothing}</button>
      </div>
      ${view.state === "away" ? html`<span class="chip">${t("state.away")}</span>` : html`<span class="mut nw wide"><k-duration format="rough" .since=${since}></k-duration></span>`}`;
    }
    return html`<span class="chip statechip ${STATE_CHIP[view.state]}"><b>${t(view.mine?.at_desk ? (view.mine.at_desk.here ? "counter.state.here" : "counter.state.calling") : `state.${view.state}`)}</b>${view.state === "offered" ? nothing : html` <k-duration .since=${since}></k-duration>`}</span>`;
  }
}
customElements.define("k-top", KTop);

/** @typedef {{action: Action, label: string, kind?: string, on?: boolean}} Slot */

class KActions extends Plain {
  static properties = { view: { attribute: false }, can: { attribute: false }, muted: { attribute: false }, dark: { attribute: false } };

  constructor() {
    super();
    /** @type {StaffView | null} */ this.view = null;
    /** @type {Set<Action>} */ this.can = new Set();
    this.muted = false;
    this.dark = false;
  }

  render() {
    const state = this.view?.state;
    const mine = this.view?.mine ?? null;
    const held = mine?.ticket.state === "held";
    const guest = mine !== null && !standing(mine).lead;
    /** @type {Slot[]} */
    const answer = [
      { action: "answer", label: mine?.ticket.callback ? b("callback.answer") : t(mine?.ticket.counter ? "counter.call" : "act.answer"), kind: "pri" },
      { action: "decline", label: t("act.decline") },
    ];
    /** @type {Slot[]} */
    const call = [
      { action: "mute", label: t(this.muted ? "act.unmute" : "act.mute"), on: this.muted },
      { action: "camera", label: t(this.dark ? "act.camera_on" : "act.camera_off"), on: this.dark },
      { action: "hold", label: t(held ? "act.resume" : "act.hold"), on: held },
      { action: "transfer", label: t("act.transfer") },
    ];
    const talking = state === "serving";
    // Each control keeps its place, so that pressing 応答 twice never mutes.
    return html`<nav class="act" aria-label=${t("act.label")}>
      ${state === "offered" || talking
        ? html`${answer.map((slot) => this.#button(slot, state === "offered"))}<i class="gap"></i>${call.map((slot) => this.#button(slot, talking))}<i class="r"></i>`
        : html`<p class="hint">${t(state !== "wrapup" ? "hint.idle" : this.view?.pause_reason ? "hint.wrapup.paused" : "hint.wrapup")}</p>`}
      ${this.#button({ action: "help_call", label: t("act.help_call"), kind: "sos" }, true)}
      <button class="keys" @click=${() => this.emit("act", "help")}>${t("act.help")}<kbd>Ctrl+/</kbd></button>
      ${this.#button({ action: "end", label: t(guest && talking ? "act.leave" : "act.end"), kind: "end" }, talking)}
    </nav>`;
  }

  /** @param {Slot} slot @param {boolean} shown */
  #button({ action, label, kind, on }, shown) {
    const enabled = this.can.has(action);
    return html`<button class="${kind ?? ""} ${on ? "on" : ""} ${shown ? "" : "ghost"}" ?disabled=${!enabled} aria-pressed=${on === undefined ? nothing : on} @click=${() => this.emit("act", action)}>${label}<kbd>${keyLabel(action)}</kbd></button>`;
  }
}
customElements.define("k-actions", KActions);
