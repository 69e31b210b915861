/** The console: it lays out what the desk knows and turns buttons and keys into commands. */
import { html, nothing } from "/vendor/lit.js";
import { keyed } from "/vendor/keyed.js";
import { Plain, ask, asking } from "/shared/elements.js";
import { b } from "/shared/booking.ja.js";
import { newCalls } from "/shared/help.js";
import { READY_MADE, label, t } from "/shared/strings.ja.js";
import { KEYS, asked, inCall, keyLabels, onTelephone, possible, standing, successor, whyNoCard } from "./actions.js";
import { atDesk, chooseDesk } from "./at-desk.js";
import { fetchPaper } from "./afterwards.js";
import "./visits.js";
import "./bar.js";
import "./chat.js";
import "./company.js";
import { handOn } from "./hand-on.js";
import "./idle.js";
import "./plan.js";
import { placeOf, tags } from "./queue.js";
import "./casefile.js";
import "./resident.js";
import "./send-window.js";
import "./stage.js";

/**
 * @typedef {import("./actions.js").Action} Action
 * @typedef {import("./desk.js").Desk} Desk
 * @typedef {import("./ring.js").Ring} Ring
 */

const HOLD_MINUTES = [2, 5, 10];

export class KConsole extends Plain {
  static properties = { desk: { attribute: false }, ring: { attribute: false } };

  constructor() {
    super();
    /** @type {Desk} */ this.desk = /** @type {any} */ (null);
    /** @type {Ring} */ this.ring = /** @type {any} */ (null);
    /** Calls for help that have rung. @type {ReadonlySet<string>} */ this.known = new Set();
    this.onKey = this.onKey.bind(this);
    this.unlock = () => void this.ring.unlock().then(() => this.requestUpdate());
  }

  connectedCallback() {
    super.connectedCallback();
    this.desk.addEventListener("change", () => {
      this.#heedCalls();
      this.requestUpdate();
    });
    this.desk.addEventListener("say", (event) => this.#say(/** @type {CustomEvent} */ (event).detail));
    this.desk.addEventListener("offer", (event) => this.#offer(/** @type {CustomEvent} */ (event).detail));
    addEventListener("keydown", this.onKey);
    // Not at "pointerdown": what changes under a finger that is still down costs it its click.
    for (const name of ["click", "keydown"]) addEventListener(name, this.unlock, { once: true });
    // Leaving by accident in the middle of a conversation is asked about by the browser.
    addEventListener("beforeunload", this.onLeave);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    removeEventListener("keydown", this.onKey);
    removeEventListener("beforeunload", this.onLeave);
    this.ring.ring(null);
  }

  onLeave = (/** @type {BeforeUnloadEvent} */ event) => {
    if (inCall(this.desk.mine)) event.preventDefault();
  };

  get can() {
    const { view, link, snapshot, media } = this.desk;
    return possible(view, link.state === "up", snapshot, media !== null);
  }

  /** @param {{text: string, kind?: "info" | "bad"}} what */
  #say({ text, kind }) {
    /** @type {import("/shared/elements.js").KToasts} */ (this.querySelector("k-toasts"))?.show(text, kind);
  }

  /** @param {import("/protocol/messages").MyTicket | null} mine */
  #offer(mine) {
    const ticket = mine?.ticket;
    this.ring.ring(ticket ? { key: `${ticket.id}:${ticket.generation}`, number: ticket.number, site: placeOf(ticket) } : null);
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    const what = asking() ? null : asked(event);
    if (what === null) return;
    event.preventDefault(); // also when it is not possible now: F2 must never reach the browser
    if (typeof what === "number") {
      if (this.desk.view?.state === "wrapup") return void this.#result(what);
      const text = READY_MADE[what - 1];
      if (text && inCall(this.desk.mine)) this.desk.write(text);
    } else void this.act(what);
  }

  /** Finish with the result that stands at this number. @param {number} which */
  async #result(which) {
    const result = this.desk.welcome?.wrapup_results[which - 1];
    if (result && this.desk.link.state === "up") await this.#finish(result);
  }

  /** Keep what was typed, write the result down, and say so with the way back: by key it is chosen in no time. @param {string} result */
  async #finish(result) {
    if (!(await this.#keepNote())) return this.#say({ text: t("wrapup.note_lost"), kind: "bad" });
    const reply = await this.desk.about("finish_wrapup", { result });
    if (reply && !reply.refused) this.#say({ text: t("wrapup.done", { result: label("result", result) }) });
  }

  /** @returns {Promise<boolean>} false = there is a note, and it could not be kept */
  async #keepNote() {
    return (await /** @type {any} */ (this.querySelector("k-case"))?.keepNote()) ?? true;
  }

  /** @param {Action} action */
  async act(action) {
    if (!this.can.has(action)) return;
    const { desk } = this;
    switch (action) {
      case "answer":
        return void desk.about(atDesk(desk.mine) ? "arrived" : "accept");
      case "decline":
        return void (await this.#decline());
      case "toggle_ready":
        return void (await this.#toggleReady());
      case "mute":
        return desk.mute(!desk.muted);
      case "camera":
        return desk.turnCameraOff(!desk.cameraOff);
      case "hold":
        return void (await this.#hold());
      case "transfer":
        if (!(await this.#keepNote())) return this.#say({ text: t("end.note_lost"), kind: "bad" });
        return void (await handOn(desk));
      case "hand_over":
        return void (await this.#handOver(successor(desk.mine)));
      case "go_company":
        return this.#focus(".company button, #company-title");
      case "card":
        return void desk.about("request_card");
      case "print":
        return void (/** @type {any} */ (this.querySelector("k-case")).print());
      case "end":
        return void (await this.#end());
      case "help":
        return void (await help());
      case "help_call":
        return void (await this.#callForHelp());
      case "go_queue":
        return this.#focus(this.querySelector(".q .pick") ? ".q .pick" : "#queue-title");
      case "go_video":
        return this.#focus("[role=tab][aria-selected=true]");
      case "go_chat":
        return this.#focus(".chat textarea");
      case "go_who":
        return void (/** @type {any} */ (this.querySelector("k-resident"))?.turn());
      case "go_slip":
        return void this.#goSlip();
      case "go_sheet":
        return void (/** @type {any} */ (this.querySelector("k-case"))?.show("sheet"));
      case "paper_show":
      case "paper_point":
      case "paper_ink":
      case "paper_undo":
      case "paper_clear":
      case "paper_freeze":
      case "paper_zoom":
      case "paper_turn":
      case "paper_stop":
      case "paper_still":
        return void (/** @type {any} */ (this.querySelector("k-stage"))?.paper(action));
      case "go_pages":
        return void (/** @type {any} */ (this.querySelector("k-stage"))?.pages());
      case "go_forms":
        return void (/** @type {any} */ (this.querySelector("k-case"))?.show("forms"));
      case "go_questions":
        return void (/** @type {any} */ (this.querySelector("k-case"))?.show("questions"));
    }
  }

  /** Open the slip; what is hidden cannot have the focus, so its tab comes first. */
  async #goSlip() {
    const file = /** @type {any} */ (this.querySelector("k-case"));
    file?.show("slip");
    await file?.updateComplete;
    this.#focus(".compose input, .compose button");
  }

  /** @param {string} selector */
  #focus(selector) {
    /** @type {HTMLElement | null} */ (this.querySelector(selector))?.focus();
  }

  /** After the press, never under it: what moves while a finger is down costs it its click. */
  #work() {
    /** @type {any} */ (this.querySelector("k-resident"))?.rest();
  }

  async #decline() {
    const reasons = ["busy", "other_department", "other"];
    const reason = await ask({ title: t("decline.title"), body: t("decline.body"), choices: reasons.map((value) => ({ value, label: label("decline", value) })) });
    if (reason && this.desk.view?.state === "offered") await this.desk.about("decline", { reason });
  }

  async #toggleReady() {
    const { state, pause_reason: already } = this.desk.view ?? {};
    if (state !== "ready" && !(state === "wrapup" && !already)) {
      await this.desk.command({ type: "set_ready" });
      return;
    }
    const reasons = this.desk.welcome?.pause_reasons ?? [];
    const reason = await ask({ title: t("pause.title"), body: t("pause.body"), choices: reasons.map((value) => ({ value, label: label("pause", value) })) });
    if (reason) await this.desk.command({ type: "pause", reason });
  }

  /** Of the lanes this person may answer today: whose calls ring here. */
  async #chooseLanes() {
    const lanes = this.desk.view?.lanes ?? [];
    const chosen = new Set(lanes.filter((lane) => lane.chosen).map((lane) => lane.id));
    const turn = (/** @type {string} */ id) => (/** @type {any} */ e) => void (e.target.checked ? chosen.add(id) : chosen.delete(id));
    const content = html`<fieldset><legend class="mut">${t("lanes.legend")}</legend>${lanes.map((lane) => html`<label class="check"><input type="checkbox" ?checked=${lane.chosen} @change=${turn(lane.id)} /> <span>${lane.name}</span></label>`)}</fieldset>`;
    const answer = await ask({ title: t("lanes.title"), body: t("lanes.body"), content, choices: [{ value: "yes", label: t("lanes.yes"), kind: "primary" }] });
    if (answer !== "yes" || chosen.size === 0) return; // none is no choice: who takes no calls pauses
    await this.desk.command({ type: "choose_lanes", lanes: chosen.size === lanes.length ? [] : [...chosen] });
  }

  /** Where the hall's numbers are called to today. */
  async #chooseDesk() {
    const view = this.desk.view;
    const chosen = await chooseDesk(view?.desks ?? [], view?.desk ?? "");
    if (chosen !== null) await this.desk.command({ type: "choose_desk", desk: chosen });
  }

  async #hold() {
    if (this.desk.mine?.ticket.state === "held") {
      await this.desk.about("resume");
      return;
    }
    const choices = HOLD_MINUTES.map((value, index) => ({ value: String(value), label: t("hold.minutes", { minutes: value }), kind: /** @type {"primary" | "plain"} */ (index ? "plain" : "primary") }));
    const minutes = await ask({ title: t("hold.ask"), body: t("hold.ask.body"), choices });
    if (minutes) await this.desk.about("hold", { minutes: Number(minutes) });
  }

  /** The one who takes over is in the call already: nothing is cut. @param {import("/protocol/messages").Participant | null} one */
  async #handOver(one) {
    if (!one) return;
    const who = `${one.department} ${one.name}`;
    const answer = await ask({ title: t("company.hand_over.title", { who }), body: t("company.hand_over.body"), choices: [{ value: "yes", label: t("company.hand_over"), kind: "primary" }] });
    if (answer === "yes") await this.desk.about("hand_over", { staff: one.staff });
  }

  async #leave() {
    const answer = await ask({ title: t("company.leave.title"), body: t("company.leave.body"), choices: [{ value: "yes", label: t("company.leave"), kind: "danger" }] });
    if (answer === "yes") await this.desk.about("leave_call");
  }

  async #end() {
    if (this.desk.mine && !standing(this.desk.mine).lead) return void (await this.#leave());
    const open = this.desk.mine?.orders.some((order) => order.kind === "slip" && order.outcome === null);
    const end = this.desk.mine?.ticket.counter ? "counter.end" : "end";
    const answer = await ask({ title: t(`${end}.title`), body: onTelephone(this.desk.mine) ? b("callback.end") : t(open ? "end.printing" : `${end}.body`), choices: [{ value: "end", label: t(`${end}.yes`), kind: "danger" }] });
    if (answer !== "end") return;
    if (!(await this.#keepNote())) return this.#say({ text: t("end.note_lost"), kind: "bad" });
    await this.desk.about("end_call");
  }

  /** @param {import("/protocol/messages").TicketForStaff} ticket */
  async #raise(ticket) {
    const answer = await ask({ title: t("raise.title", { number: ticket.number }), body: t("raise.body"), choices: [{ value: "yes", label: t("raise.yes"), kind: "danger" }] });
    if (answer === "yes") await this.desk.command({ type: "raise", ticket: ticket.id });
  }

  async #callForHelp() {
    const body = t("help.body", { department: this.desk.welcome?.department ?? "" });
    const answer = await ask({ title: t("help.title"), body, choices: [{ value: "yes", label: t("help.yes"), kind: "danger" }] });
    if (answer === "yes") await this.desk.command({ type: "call_for_help" });
  }

  /** A call that was not there before rings once; who is in conversation must not miss it. */
  #heedCalls() {
    const calls = this.desk.view?.emergencies ?? [];
    if (newCalls(this.known, calls).length) void this.ring.try();
    this.known = new Set(calls.map((call) => call.id));
  }

  async #trust() {
    const answer = await ask({ title: t("stage.trust"), body: t("stage.trust.body"), choices: [{ value: "yes", label: t("stage.trust.yes"), kind: "danger" }] });
    if (answer === "yes") this.desk.trustKiosk();
  }

  /** @param {{content: import("/protocol/messages").SlipContent, sent: (id: string) => void}} what */
  async #print({ content, sent }) {
    const reply = await this.desk.about("print_slip", { content });
    if (reply && !reply.refused) sent(reply.id);
  }

  render() {
    const { desk } = this;
    const { view, viewAt: at, link } = desk;
    const can = this.can;
    const mine = desk.mine;
    const down = link.state !== "up" && link.downSince !== null;
    return html`<div class="console"
      @act=${(/** @type {CustomEvent} */ e) => void this.act(e.detail)}
      @say=${(/** @type {CustomEvent} */ e) => this.#say(e.detail)}
      @pick=${(/** @type {CustomEvent} */ e) => void desk.command({ type: "accept", ticket: e.detail.id, generation: e.detail.generation })}
      @bring-back=${(/** @type {CustomEvent} */ e) => void desk.command({ type: "bring_back", ticket: e.detail.ticket, generation: e.detail.generation })}
      @raise=${(/** @type {CustomEvent} */ e) => void this.#raise(e.detail)}
      @come=${(/** @type {CustomEvent} */ e) => void desk.command({ type: "come_to_help", help: e.detail })}
      @end-help=${(/** @type {CustomEvent} */ e) => void desk.command({ type: "end_help", help: e.detail })}
      @called=${(/** @type {CustomEvent} */ e) => void desk.about("settle_callback", { outcome: e.detail })}
      @finish=${(/** @type {CustomEvent} */ e) => void this.#finish(e.detail)}
      @write=${(/** @type {CustomEvent} */ e) => desk.write(e.detail)}
      @typing=${(/** @type {CustomEvent} */ e) => desk.typing(e.detail)}
      @withdraw=${(/** @type {CustomEvent} */ e) => void desk.command({ type: "withdraw_order", order: e.detail })}
      @print-slip=${(/** @type {CustomEvent} */ e) => void this.#print(e.detail)}
      @ask-card=${(/** @type {CustomEvent} */ e) => void desk.askCard(e.detail.ask, e.detail.digits, e.detail.document)}
      @card-number=${(/** @type {CustomEvent} */ e) => desk.sendNumber(e.detail.order, e.detail.digits)}
      @drop-photo=${() => desk.dropPhoto()}
      @print-sheet=${(/** @type {CustomEvent} */ e) => void desk.about("print_sheet", e.detail)}
      @later=${(/** @type {CustomEvent} */ e) => void desk.about("print_later", { order: e.detail })}
      @fetch-paper=${(/** @type {CustomEvent} */ e) => void fetchPaper(desk, e.detail).then((said) => said && this.#say(said))}
      @hand-over=${(/** @type {CustomEvent} */ e) => void this.#handOver(e.detail)}
      @prepare=${() => void desk.prepare()}
      @trust=${() => void this.#trust()}
      @test-ring=${() => void this.ring.try().then(() => this.requestUpdate())}>
      <k-top .view=${view} .at=${at} .me=${desk.welcome} .can=${can.has("toggle_ready")}></k-top>
      ${down ? html`<p class="band" role="alert"><b>■ ${t("link.down")} <k-duration .since=${link.downSince}></k-duration></b> ${t(inCall(mine) ? "link.down.call" : "link.down.sub")} <button @click=${() => link.wake()}>${t("link.now")}</button></p>` : nothing}
      <k-help .calls=${view?.emergencies ?? []} .at=${at}></k-help>
      <div class="desk ${inCall(mine) ? "calling" : ""}">
        <k-queue class="col l" .view=${view} .at=${at} .purposes=${desk.welcome?.purposes ?? {}} .can=${view?.state === "ready" && link.state === "up"} .up=${link.state === "up"}></k-queue>
        <main class="col mid">
          ${inCall(mine)
            ? html`<k-company .desk=${desk} .mine=${mine} .tick=${performance.now()} .up=${link.state === "up"}></k-company>
                <k-stage .desk=${desk} .tick=${performance.now()}></k-stage>
                ${mine && standing(mine).watches ? nothing : html`<k-chat .lines=${desk.snapshot?.lines ?? []} .unsent=${desk.unsent} .typing=${desk.snapshot?.resident_typing ?? false}></k-chat>`}`
            : atDesk(mine)
              ? html`<k-at-desk @at-desk=${(/** @type {CustomEvent} */ e) => void desk.about(e.detail)} .mine=${mine} .at=${at} .purposes=${desk.welcome?.purposes ?? {}} .enabled=${link.state === "up"}></k-at-desk>`
              : html`<k-idle @choose-desk=${() => void this.#chooseDesk()} @choose-lanes=${() => void this.#chooseLanes()} @take-calls=${() => void desk.command({ type: "set_ready" })} .view=${view} .at=${at} .welcome=${desk.welcome} .enabled=${link.state === "up"}></k-idle>`}
        </main>
        <aside class="col rt" aria-label=${t("right.label")}>${this.#right(can)}</aside>
      </div>
      <k-actions .view=${view} .can=${can} .muted=${desk.muted} .dark=${desk.cameraOff}></k-actions>
      <k-toasts></k-toasts>
    </div>`;
  }

  /** @param {Set<Action | "ask_card">} can */
  #right(can) {
    const { desk } = this;
    const mine = desk.mine;
    if (inCall(mine) && mine)
      return html`<p class="case"><b class="num">${mine.ticket.number}</b>${t("case.number")} <b>${placeOf(mine.ticket)}</b> <span>${desk.welcome?.purposes[mine.ticket.purpose] ?? mine.ticket.purpose}</span> <span class="tags">${tags(mine.ticket)}</span>${mine.site_telephone ? html` <span class="tel nw">${t("facts.telephone")} <b>${mine.site_telephone}</b></span>` : nothing}</p>
        <k-resident .mine=${mine} .snapshot=${desk.snapshot} .photo=${desk.photo} .can=${can.has("ask_card")} .why=${t(whyNoCard(mine, desk.link.state === "up", desk.snapshot))}></k-resident>
        <k-plan .desk=${desk} .mine=${mine} .can=${can.has("transfer")}></k-plan>
        ${!standing(mine).papers ? html`<p class="nocase mut">${t("company.no_case")}</p>` : keyed(mine.ticket.id, html`<k-case .results=${desk.welcome?.wrapup_results ?? []} @click=${this.#work} @keyup=${this.#work} .mine=${mine} .card=${desk.snapshot?.attributes ?? null} rung=${desk.formsRung} .can=${can.has("print")} .asks=${can.has("ask_card") ? "" : t(whyNoCard(mine, desk.link.state === "up", desk.snapshot))}></k-case>`)}`;
    if (mine?.at_desk?.here)
      return html`<p class="case"><b class="num">${mine.ticket.number}</b>${t("case.number")} <b>${placeOf(mine.ticket)}</b> <span>${desk.welcome?.purposes[mine.ticket.purpose] ?? mine.ticket.purpose}</span></p>
        <k-plan .desk=${desk} .mine=${mine} .can=${can.has("transfer")}></k-plan>
        ${keyed(mine.ticket.id, html`<k-case .results=${desk.welcome?.wrapup_results ?? []} @click=${this.#work} @keyup=${this.#work} .mine=${mine} .card=${null} rung=${desk.formsRung} .can=${can.has("print")} .asks=${t("asks.not_yet")}></k-case>`)}`;
    const papers = mine?.orders.filter((order) => order.kind !== "card" && order.kind !== "test") ?? [];
    const nth = (/** @type {number} */ at) => papers.slice(0, at + 1).filter((order) => order.kind === papers[at]?.kind).length;
    if (desk.view?.state === "wrapup")
      return html`<section class="prepare"><h2 class="h">${t("wrapup.papers")}</h2>
        ${papers.length ? html`<ul class="papers">${papers.map((order, at) => html`<li><b>${label("paper", order.kind)}${nth(at) > 1 ? ` ${t("slip.nth_print", { n: nth(at) })}` : ""}</b> ${order.outcome === null ? t("print.under_way") : label("print", order.outcome)}</li>`)}</ul>` : html`<p class="empty">${t("wrapup.no_papers")}</p>`}
        <p class="empty">${t("wrapup.forgotten")}</p></section>
        ${mine ? keyed(mine.ticket.id, html`<k-case .mine=${mine} .can=${false} .results=${desk.welcome?.wrapup_results ?? []}></k-case>`) : nothing}`;
    return html`<k-prepare .media=${desk.media} .preview=${desk.media?.streams.preview ?? null} .state=${desk.media?.state ?? null} .audible=${this.ring.audible} .asked=${desk.asked}></k-prepare>
      <k-send-window .purposes=${desk.welcome?.purposes ?? {}}></k-send-window>
      ${desk.view?.forgotten.length ? forgotten(desk.view.forgotten, desk.viewAt, desk.welcome?.purposes ?? {}) : nothing}
      <section class="prepare"><h2 class="h">${t("case.history")}</h2><k-visits .results=${desk.welcome?.wrapup_results ?? []} rung=${desk.view?.served_today ?? 0}></k-visits></section>`;
  }
}
customElements.define("k-console", KConsole);

/**
 * The visits whose result was not noted in time: nobody should learn of them from the statistics.
 * @param {import("/protocol/messages").StaffView["forgotten"]} list @param {number} at @param {{[key: string]: string}} purposes
 */
function forgotten(list, at, purposes) {
  return html`<section class="forgotten" aria-labelledby="forgotten-title">
    <h2 class="h" id="forgotten-title">${t("forgotten.title")} <small>${t("forgotten.count", { count: list.length })}</small></h2>
    <ul class="papers">${list.map((one) => html`<li><b>${one.number}${t("case.number")}</b> ${placeOf(one)} <span>${purposes[one.purpose] ?? one.purpose}</span> <span class="mut nw"><k-duration format="rough" .since=${at - one.ended_for * 1000}></k-duration>${t("forgotten.ago")}</span></li>`)}</ul>
    <p class="empty">${t("forgotten.body")}</p></section>`;
}

/** Show the sheet of keys: each action once, with all its keys. */
function help() {
  const actions = [...new Set(KEYS.map(([, action]) => action))];
  const rows = actions.map((action) => html`<div><dt>${keyLabels(action).map((key) => html`<kbd>${key}</kbd> `)}</dt><dd>${t(`key.${action}`)}</dd></div>`);
  const content = html`<dl class="sheet">${rows}
    <div><dt><kbd>Ctrl+Enter</kbd></dt><dd>${t("key.send")}</dd></div>
    ${READY_MADE.map((text, index) => html`<div><dt><kbd>Alt+${index + 1}</kbd></dt><dd>${text}</dd></div>`)}</dl>`;
  return ask({ title: t("act.help"), content, choices: [], wide: true });
}
