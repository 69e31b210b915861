/** The supervisor's page: what needs somebody, worst first, and what can be done about it from here. */
import { html, nothing } from "/vendor/lit.js";
import { repeat } from "/vendor/repeat.js";
import { Plain } from "/shared/elements.js";
import { b } from "/shared/booking.ja.js";
import "/shared/help.js";
import "/shared/pages.js";
import { label, reason, t } from "/shared/strings.ja.js";
import { alertsPanel } from "./alerts.js";
import * as deeds from "./deeds.js";
import { done } from "./done.js";
import { duty, laneState, minutes, percent, staffed } from "./floor.js";

/**
 * @typedef {import("./floor.js").FloorView} FloorView
 * @typedef {import("./floor.js").Lane} Lane
 * @typedef {import("./floor.js").Ticket} Ticket
 * @typedef {import("./floor.js").Colleague} Colleague
 * @typedef {import("./floor.js").Call} Call
 * @typedef {Promise<import("./deeds.js").Command | null>} Wish
 */

/** @type {Record<Colleague["state"], string>} */
const CHIP = { away: "", ready: "g", paused: "y", offered: "b", serving: "b", wrapup: "" };

/** Columns a narrow page leaves out. */
const EXTRA = new Set(["target", "visits"]);

class KWallboard extends Plain {
  static properties = { link: { attribute: false }, me: { attribute: false }, view: { state: true } };

  constructor() {
    super();
    /** @type {import("/shared/link.js").Link} */ this.link = /** @type {any} */ (null);
    /** @type {import("/shared/api.js").Me | null} */ this.me = null;
    /** @type {FloorView | null} */ this.view = null;
    /** @type {{purposes: {[key: string]: string}, pause_reasons: readonly string[]}} */ this.welcome = { purposes: {}, pause_reasons: [] };
    this.at = 0;
  }

  connectedCallback() {
    super.connectedCallback();
    this.link.addEventListener("message", (event) => {
      const message = /** @type {CustomEvent} */ (event).detail;
      if (message.type === "staff_welcome") this.welcome = message;
      if (message.type !== "floor_view") return;
      this.view = message;
      this.at = performance.now();
    });
    this.link.addEventListener("state", () => this.requestUpdate());
  }

  /** Send what a question came to, and say that it is done or why not. @param {Wish | import("./deeds.js").Command} wish */
  async #send(wish) {
    const command = await wish;
    if (command === null) return;
    const asked = this.view;
    const { refused } = await this.link.command(command);
    const said = refused ? t(`refused.${refused}`, { seconds: 5 }) : done(command, asked);
    if (said) /** @type {import("/shared/elements.js").KToasts} */ (this.querySelector("k-toasts")).show(said, refused ? "bad" : "info");
  }

  render() {
    const { view, link } = this;
    const down = link.state !== "up" && link.downSince !== null;
    return html`<div class="floor" @come=${(/** @type {CustomEvent} */ e) => void this.#send({ type: "come_to_help", help: e.detail })} @end-help=${(/** @type {CustomEvent} */ e) => void this.#send({ type: "end_help", help: e.detail })}>
      <header class="top">
        <h1>${this.me?.city ?? ""} <span class="wide">${t("brand.sub")}</span>　${t("floor.title")}</h1>
        <k-pages .roles=${this.me?.roles ?? []} here="floor"></k-pages>
        <k-clock class="nw r"></k-clock>
        <span class="nw"><b>${this.me?.name ?? ""}</b> <span class="wide">${this.me?.department ?? ""}</span></span>
        <button class="small" @click=${() => this.emit("sign-out")}>${t("signout")}</button>
      </header>
      ${down ? html`<p class="band" role="alert"><b>■ ${t("link.down")} <k-duration .since=${link.downSince}></k-duration></b> <button @click=${() => link.wake()}>${t("link.now")}</button></p>` : nothing}
      <k-help .calls=${view?.emergencies ?? []} .at=${this.at}></k-help>
      ${view === null ? html`<p class="empty">${t("idle.connecting")}</p>` : this.#all(view)}
      <k-toasts></k-toasts>
    </div>`;
  }

  /** @param {FloorView} view */
  #all(view) {
    return html`<main>
      ${this.#tiles(view)}
      <div class="halves">
        <div class="half">${alertsPanel(view, this.at, (wish) => void this.#send(wish))} ${this.#queue(view)} ${this.#lanes(view)} ${view.callbacks?.length ? this.#unreached(view.callbacks) : nothing}</div>
        <div class="half">${this.#notice(view)} ${this.#calls(view)} ${this.#staff(view)} ${this.#kiosks(view)}</div>
      </div>
    </main>`;
  }

  /** @param {FloorView} view */
  #tiles(view) {
    const { ready, busy, paused } = duty(view.staff);
    const late = view.lanes.some((lane) => lane.late);
    const since = this.at - view.longest * 1000;
    return html`<dl class="tiles">
      <div class=${late ? "y" : ""}><dt>${t("floor.waiting")}</dt><dd>${t("floor.people", { n: view.waiting })}</dd></div>
      <div class=${late ? "y" : ""}><dt>${t("floor.longest")}</dt><dd>${view.waiting ? html`${late ? "▲ " : ""}<k-duration format="rough" .since=${since}></k-duration>` : t("floor.none")}</dd></div>
      <div><dt>${t("floor.level")}</dt><dd>${percent(view.level)}</dd></div>
      <div><dt>${t("floor.served")}</dt><dd>${t("floor.people", { n: view.served })}</dd></div>
      <div><dt>${t("floor.duty")}</dt><dd>${t("floor.people", { n: view.staff.length })} <small>${t("floor.duty.of", { ready, busy, paused })}</small></dd></div>
      <div class=${view.kiosks.length ? "y" : ""}><dt>${t("floor.kiosks")}</dt><dd><small>${t("floor.kiosks.of", { all: view.kiosks_in_all })}</small> ${view.kiosks.length ? "▲ " : ""}${t("floor.machines", { n: view.kiosks.length })}</dd></div>
    </dl>`;
  }

  // ---------------------------------------------------------------- left

  /** Who went home and could not be called today: somebody may want to write to them. @param {NonNullable<FloorView["callbacks"]>} callbacks */
  #unreached(callbacks) {
    return html`<section class="panel" aria-labelledby="unreached-title">
      <h2 id="unreached-title">${b("floor.unreached")} <span class="count">${callbacks.length}</span></h2>
      <ul>${callbacks.map((one) => html`<li><b class="nw">${b("floor.unreached.number", { number: one.number })}</b> <span>${one.lane}　${this.welcome.purposes[one.purpose] ?? one.purpose}</span> <span class="r">${one.outcome === "wrong_number" ? b("callback.wrong_number") : b("floor.unreached.tries", { n: one.tries })}</span> <k-duration class="nw" format="rough" .since=${this.at - one.ended_for * 1000}></k-duration></li>`)}</ul>
    </section>`;
  }

  /** @param {FloorView} view */
  #lanes(view) {
    const heads = /** @type {const} */ (["waiting", "longest", "target", "eta", "staff", "level", "visits"]);
    return html`<section class="panel lanes" tabindex="0" aria-labelledby="lanes-title">
      <h2 id="lanes-title">${t("floor.lanes")}</h2>
      <table>
        <thead><tr><th scope="col">${t("floor.lane")}</th><th scope="col">${t("floor.lane.state")}</th>${heads.map((name) => html`<th scope="col" class="num ${EXTRA.has(name) ? "extra" : ""}">${t(`floor.lane.${name}`)}</th>`)}<td></td></tr></thead>
        <tbody>${repeat(view.lanes, (lane) => lane.id, (lane) => this.#lane(lane, view))}</tbody>
      </table>
    </section>`;
  }

  /** @param {Lane} lane @param {FloorView} view */
  #lane(lane, view) {
    const { sign, kind, word } = laneState(lane);
    const deed = lane.closed === "today" ? deeds.reopen : deeds.close;
    return html`<tr class=${lane.late ? "late" : ""}>
      <th scope="row">${lane.name}</th>
      <td><span class="chip ${kind}">${sign} ${word}</span>${lane.reason ? html`<small>${label("closing", lane.reason)}</small>` : nothing}${lane.keeps ? html`<small>${t("floor.lane.keeps", { n: lane.keeps })}</small>` : nothing}</td>
      <td class="num many">${lane.waiting}</td>
      <td class="num">${lane.waiting ? html`<b class=${lane.late ? "ng" : ""}><k-duration format="rough" .since=${this.at - lane.longest * 1000}></k-duration></b>` : t("floor.none")}</td>
      <td class="num mut extra">${t("floor.target", { n: Math.round(lane.target / 60) })}</td>
      <td class="num">${lane.open && staffed(lane) ? minutes(lane.wait_minutes) : t("floor.none")}</td>
      <td class="num"><b class=${lane.ready ? "ok" : ""}>${lane.ready}</b>・${lane.busy}・${lane.paused}</td>
      <td class="num">${percent(lane.level)}</td>
      <td class="num extra">${lane.visits}</td>
      <td class="num"><button class="small" aria-label=${`${lane.name} ${t(lane.closed === "today" ? "floor.lane.reopen" : "floor.lane.close")}`} @click=${() => void this.#send(deed(lane, view.closing_reasons))}>${t(lane.closed === "today" ? "floor.lane.reopen" : "floor.lane.close")}</button></td>
    </tr>`;
  }

  /** @param {FloorView} view */
  #queue(view) {
    const more = view.waiting - view.queue.length;
    return html`<section class="panel queue" aria-labelledby="queue-title">
      <h2 id="queue-title">${t("floor.queue")} <small>${t("floor.queue.order")}</small></h2>
      ${view.queue.length ? html`<ol tabindex="0" aria-labelledby="queue-title">${repeat(view.queue, (ticket) => ticket.id, (ticket) => this.#ticket(ticket, view))}</ol>` : html`<p class="empty">${t("floor.queue.none")}</p>`}
      ${more > 0 ? html`<p class="empty">${t("floor.queue.more", { n: more })}</p>` : nothing}
    </section>`;
  }

  /** @param {Ticket} ticket @param {FloorView} view */
  #ticket(ticket, view) {
    const lane = view.lanes.find((one) => one.id === ticket.lane);
    const late = ticket.waited > (lane?.target ?? 600);
    const place = ticket.kiosk_name.startsWith(ticket.site) ? ticket.kiosk_name : `${ticket.site} ${ticket.kiosk_name}`;
    return html`<li class=${late ? "late" : ""}>
      <b class="no">${ticket.number}</b>
      <span class="what"><b>${this.welcome.purposes[ticket.purpose] ?? ticket.purpose}</b> <span class="mut">${lane?.name ?? ticket.lane}・${place}</span>
        ${ticket.urgency === "urgent" ? html`<span class="chip n">${t("floor.urgent")}</span>` : ticket.urgency === "appointment" ? html`<span class="chip b">${t("tag.appointment")}</span>` : nothing}
        ${ticket.counter ? html`<span class="chip b">${t("counter.tag")}</span>` : nothing}
        ${(ticket.aside_for ?? null) === null ? nothing : html`<span class="chip k">${t("counter.aside.for", { minutes: Math.max(1, Math.ceil((ticket.aside_for ?? 0) / 60)) })}</span>`}
        ${ticket.callback ? html`<span class="chip b">${t("tag.callback")}</span>` : nothing}
        ${ticket.returned ? html`<span class="chip k">${label("returned", ticket.returned)}</span>` : nothing}
        ${ticket.language === "ja" ? nothing : html`<span class="chip b">${label("language", ticket.language)}</span>`}
        ${ticket.state === "offered" ? html`<span class="chip b">${t("floor.ringing")}</span>` : nothing}</span>
      <b class="wait nw ${late ? "ng" : ""}">${late ? "▲ " : ""}<k-duration format="rough" .since=${this.at - ticket.waited * 1000}></k-duration></b>
      ${ticket.urgency === "urgent" || !this.me?.roles.includes("supervisor") ? nothing : html`<button class="small" aria-label=${t("floor.urgent.label", { number: ticket.number })} @click=${() => void this.#send(deeds.urgent(ticket))}>${t("floor.urgent")}</button>`}
      <button class="small" ?disabled=${ticket.state !== "waiting"} aria-label=${t("floor.move.label", { number: ticket.number })} @click=${() => void this.#send(deeds.move(ticket, view))}>${t("floor.move")}</button>
    </li>`;
  }

  // ---------------------------------------------------------------- right

  /** @param {FloorView} view */
  #notice(view) {
    const said = view.announcement;
    return html`<section class="panel notice ${said ? "on" : ""}" aria-labelledby="notice-title">
      <h2 id="notice-title">${t("floor.notice")}</h2>
      <p>${said ? html`${said.notice ? html`<b>${label("announcement", said.notice)}</b>` : nothing} ${said.text ? html`<b>${said.text}</b>` : nothing}` : html`<span class="mut">${t("floor.notice.none")}</span>`}</p>
      <span class="deeds"><button @click=${() => void this.#send(deeds.announce(view))}>${t(said ? "floor.notice.change" : "floor.notice.new")}</button>
        ${said ? html`<button @click=${() => void this.#send({ type: "end_announcement" })}>${t("floor.notice.end")}</button>` : nothing}</span>
    </section>`;
  }

  /** @param {FloorView} view */
  #calls(view) {
    return html`<section class="panel calls" aria-labelledby="calls-title">
      <h2 id="calls-title">${t("floor.calls")} <small>${view.calls.length ? t("floor.people", { n: view.calls.length }) : nothing}</small></h2>
      ${view.calls.length ? html`<ul>${repeat(view.calls, (one) => one.ticket, (one) => this.#call(one))}</ul>` : html`<p class="empty">${t("floor.calls.none")}</p>`}
    </section>`;
  }

  /** @param {Call} one */
  #call(one) {
    const [lead, ...others] = one.people;
    const place = one.kiosk_name.startsWith(one.site) ? one.kiosk_name : `${one.site} ${one.kiosk_name}`;
    return html`<li>
      <b class="no">${one.number}</b>
      <span class="what"><b>${lead?.name ?? ""}</b> <small class="mut">${this.welcome.purposes[one.purpose] ?? one.purpose}・${place}</small>
        ${others.map((who) => html`<span class="chip ${who.role === "monitor" ? "k" : "b"}">${label("part", who.role)} ${who.name}</span>`)}
        ${one.state === "serving" ? nothing : html`<span class="chip y">${t(one.state === "held" ? "floor.calls.held" : "floor.calls.connecting")}</span>`}</span>
      <span class="num nw"><k-duration format="rough" .since=${this.at - one.for_seconds * 1000}></k-duration></span>
      <span class="deeds">${this.#ways(one)}</span>
    </li>`;
  }

  /** @param {Call} one */
  #ways(one) {
    if (!this.me?.roles.includes("supervisor")) return nothing;
    if (one.mine !== null) return html`<a class="button small" href="/console/" target="komado-console">${t("floor.calls.back")}</a><button class="small" aria-label=${t("floor.calls.end.label", { number: one.number })} @click=${() => void this.#send({ type: "leave_call", ticket: one.ticket, generation: one.mine })}>${t("floor.calls.end")}</button>`;
    if (one.state === "connecting") return nothing;
    if (one.full) return html`<small class="mut">${t("floor.calls.full")}</small>`;
    return html`<button class="small" aria-label=${t("floor.watch.label", { number: one.number })} @click=${() => void this.#enter(one, "watch")}>${t("floor.watch")}</button><button class="small" aria-label=${t("floor.join.label", { number: one.number })} @click=${() => void this.#enter(one, "join")}>${t("floor.join")}</button>`;
  }

  /** It is the console that sees and hears: it opens beside this page, in that call. @param {Call} one @param {"watch" | "join"} how */
  async #enter(one, how) {
    if (await deeds.enter(one, how, this.me?.name ?? "")) window.open(`/console/?${new URLSearchParams({ call: one.ticket, how })}`, "komado-console");
  }

  /** @param {FloorView} view */
  #staff(view) {
    return html`<section class="panel staff" aria-labelledby="staff-title">
      <h2 id="staff-title">${t("floor.staff")}</h2>
      ${view.staff.length ? html`<ul>${repeat(view.staff, (one) => one.id, (one) => this.#person(one, view))}</ul>` : html`<p class="empty">${t("floor.staff.none")}</p>`}
    </section>`;
  }

  /** @param {Colleague} one @param {FloorView} view */
  #person(one, view) {
    const rests = one.state === "paused" || one.state === "away";
    return html`<li>
      <span class="who"><b>${one.name}</b> <small class="mut">${one.department}</small>${one.today ? html` <span class="chip b">${t("floor.duty.today")}</span>` : nothing}</span>
      <span class="state"><span class="chip ${CHIP[one.state]}">${t(`state.${one.state}`)}${one.number === null ? nothing : html` ${one.number}番`}${one.state === "paused" && one.pause_reason ? html` ${label("pause", one.pause_reason)}` : nothing}</span>
        ${one.missed ? html`<span class="chip y">▲ ${t("floor.missed", { n: one.missed })}</span>` : nothing}</span>
      <span class="num nw"><k-duration format="rough" .since=${this.at - one.for_seconds * 1000}></k-duration></span>
      <button class="small" aria-label=${t("floor.duty.label", { name: one.name })} @click=${() => void this.#send(deeds.duty(one, view))}>${t("floor.duty.set")}</button>
      ${rests
        ? html`<button class="small" aria-label=${t("floor.ready.label", { name: one.name })} @click=${() => void this.#send(deeds.ready(one))}>${t("floor.ready")}</button>`
        : html`<button class="small" aria-label=${t("floor.pause.label", { name: one.name })} @click=${() => void this.#send(deeds.pause(one, this.welcome.pause_reasons))}>${t("floor.pause")}</button>`}
    </li>`;
  }

  /** @param {FloorView} view */
  #kiosks(view) {
    return html`<section class="panel kiosks" aria-labelledby="kiosks-title">
      <h2 id="kiosks-title">${t("floor.trouble")} <a class="button small r" href="/dashboard/">${t("pages.fleet")}</a></h2>
      ${view.kiosks.length
        ? html`<ul>${view.kiosks.map((one) => html`<li><span class="who"><b>${one.site}</b> ${one.name}</span><span class="chip ${one.state === "attention" ? "y" : "n"}">${one.state === "attention" ? "▲" : "■"} ${one.reason ? reason(one.reason) : t("fleet.attention")}</span><span class="mut nw">${one.busy ? label("busy", one.busy) : nothing}</span></li>`)}</ul>`
        : html`<p class="calm"><b class="ok">● ${t("floor.trouble.none")}</b></p>`}
    </section>`;
  }
}
customElements.define("k-wallboard", KWallboard);
