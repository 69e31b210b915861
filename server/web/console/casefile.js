/** The right side of a conversation: questions, checklist, the paper to hand out, and the record, behind four tabs. */
import { html, nothing } from "/vendor/lit.js";
import { Refused } from "/shared/api.js";
import { Plain, ask } from "/shared/elements.js";
import { newId } from "/shared/link.js";
import { label, t } from "/shared/strings.ja.js";
import { addressee, fetchForm } from "./afterwards.js";
import { casePage, handOver, openPdf, picture } from "./cases.js";
import "./forms.js";
import "./kept.js";
import "./questions.js";
import "./sheet.js";
import "./slip.js";
import "./visits.js";

/**
 * @typedef {import("/protocol/messages").MyTicket} MyTicket
 * @typedef {import("./cases.js").CasePage} CasePage
 * @typedef {import("./cases.js").Give} Give
 * @typedef {"questions" | "sheet" | "forms" | "slip" | "record"} Tab
 */

/** @type {readonly Tab[]} */
const TABS = ["questions", "sheet", "forms", "slip", "record"];

/** Emits "print-sheet" with {paper, revision} and what `k-slip` emits. */
export class KCase extends Plain {
  static properties = { mine: { attribute: false }, can: { attribute: false }, asks: { attribute: false }, card: { attribute: false }, rung: { type: Number }, tab: { state: true }, data: { state: true }, trouble: { state: true }, results: { attribute: false }, draft: { state: true } };

  constructor() {
    super();
    /** @type {MyTicket | null} */ this.mine = null;
    this.can = false;
    /** Why no card can be asked for now; empty = it can. */
    this.asks = "";
    /** What the card said, for the forms. @type {import("/protocol/messages").FourBasicData | null} */ this.card = null;
    /** Grows whenever the resident did something with a form. */
    this.rung = 0;
    /** @type {Tab | null} */ this.tab = null;
    /** @type {CasePage | null} */ this.data = null;
    /** @type {string | null} */ this.trouble = null;
    /** What a visit can come to. @type {readonly string[]} */ this.results = [];
    /** A note that is typed and not yet written down. */ this.draft = "";
    this.seen = -1;
    this.asked = 0;
    this.answered = 0;
  }

  /** The resident may end the call in the middle of a word. */
  disconnectedCallback() {
    super.disconnectedCallback();
    void this.keepNote();
  }

  /** @param {Map<PropertyKey, unknown>} changed */
  willUpdate(changed) {
    const ticket = this.mine?.ticket;
    // What came of the forms stands on the checklist: the resident signs while it is looked at, the clerk in another tab.
    if (this.tab === "sheet" && this.data && (changed.has("rung") || changed.has("tab"))) void this.#load();
    if (!changed.has("mine") || !ticket) return;
    // What the resident answered while waiting is what the clerk wants to see first.
    if (this.tab === null) this.tab = ticket.state === "wrapup" ? "record" : ticket.sheet ? "sheet" : "slip";
    if (ticket.sheet !== this.seen && ticket.sheet !== this.data?.page?.revision) void this.#load();
    this.seen = ticket.sheet ?? 0;
  }

  async #load() {
    await this.#send("case/page", {});
  }

  /** @param {string} path @param {{[key: string]: unknown}} body */
  async #send(path, body) {
    const ticket = this.mine?.ticket;
    if (!ticket) return;
    const turn = (this.asked += 1);
    try {
      const data = await casePage(path, { ticket: ticket.id, ...body });
      // Two answers given fast come back in any order: the newer revision is the truth, and of one revision what was asked last.
      const newer = (data.page?.revision ?? 0) - (this.data?.page?.revision ?? 0);
      if (newer > 0 || (newer === 0 && turn > this.answered) || path === "case/event") [this.data, this.answered] = [data, turn];
      this.trouble = null;
    } catch (error) {
      this.trouble = error instanceof Refused ? error.message : t("api.failed");
    }
  }

  /** Show a tab and put the focus there; for the keyboard. @param {Tab} tab */
  show(tab) {
    this.tab = tab;
    void this.updateComplete.then(() => /** @type {HTMLElement | null} */ (this.querySelector(`#tab-${tab}`))?.focus());
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (!step || !this.tab) return;
    event.preventDefault();
    this.show(/** @type {Tab} */ (TABS[(TABS.indexOf(this.tab) + step + TABS.length) % TABS.length]));
  }

  /** Print the slip; the console's own key for it. */
  print() {
    if (this.tab !== "slip" && this.tab !== null && this.data?.page && this.data.page.revision > 0) return void this.printPaper("sheet");
    /** @type {any} */ (this.querySelector("k-slip"))?.print();
  }

  /** Ask with the very picture that will be printed. @param {"sheet" | "receipt"} paper */
  async printPaper(paper) {
    const ticket = this.mine?.ticket;
    if (!ticket) return;
    const revision = this.data?.page?.revision ?? 0;
    let bitmap;
    try {
      bitmap = await picture(ticket.id, paper);
    } catch (error) {
      this.trouble = error instanceof Refused ? error.message : t("api.failed");
      return;
    }
    const canvas = Object.assign(document.createElement("canvas"), { width: bitmap.width, height: bitmap.height });
    canvas.getContext("2d")?.drawImage(bitmap, 0, 0);
    bitmap.close();
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", t("slip.preview.label"));
    const content = html`<div class="paperview" tabindex="0">${canvas}</div>`;
    const answer = await ask({ title: t(`case.print_${paper}`), content, choices: [{ value: "print", label: t("case.print_yes"), kind: "primary" }] });
    if (answer === "print") this.emit("print-sheet", { paper, revision });
  }

  /** To whom a paper goes: as the forms say, and who has just moved is no longer where the card says. */
  #addressee() {
    const forms = /** @type {any} */ (this.querySelector("k-forms"))?.data ?? null;
    return addressee(forms, this.card);
  }

  async #pdf() {
    const ticket = this.mine?.ticket;
    if (ticket) await openPdf(ticket.id).catch((error) => (this.trouble = error instanceof Refused ? error.message : t("api.failed")));
  }

  render() {
    const page = this.data?.page ?? null;
    const open = page ? page.rows.filter((row) => row.applies && row.value === null).length : 0;
    const names = { questions: t("case.tab.questions"), sheet: t("case.tab.sheet"), forms: t("case.tab.forms"), slip: t("case.tab.slip"), record: t("case.tab.record") };
    const tab = this.tab ?? "slip";
    return html`<div class="casefile">
      <div class="casetabs" role="tablist" aria-label=${t("case.tabs")} @keydown=${this.#onKey}>
        ${TABS.map(
          (name) => html`<button id="tab-${name}" role="tab" aria-selected=${tab === name} tabindex=${tab === name ? 0 : -1} aria-controls="panel-case" @click=${() => (this.tab = name)}>
            ${names[name]}${name === "questions" && page && open ? html` <small>${open}</small>` : nothing}${name === "sheet" && page ? html` <small>${page.sheet.lines.filter((line) => line.state === "needed").length}</small>` : nothing}
          </button>`,
        )}
      </div>
      ${this.trouble ? html`<p class="alert ng" role="alert">▲ ${this.trouble} <button class="small" @click=${() => void this.#load()}>${t("case.again")}</button></p>` : nothing}
      ${this.#came()}
      <k-after .mine=${this.mine} .to=${() => this.#addressee()}></k-after>
      <div class="casepanel" id="panel-case" role="tabpanel" aria-labelledby="tab-${tab}">
        ${tab === "slip" && this.can ? fetchForm(this) : nothing}
        <k-slip ?hidden=${tab !== "slip"} .mine=${this.mine} .can=${this.can}></k-slip>
        <k-forms ?hidden=${tab !== "forms"} .mine=${this.mine} .card=${this.card} rung=${this.rung} .sheet=${this.data?.page?.revision ?? 0} ?can=${this.can} .asks=${this.asks}></k-forms>
        ${tab === "questions" ? (page ? this.#questions() : this.#choose()) : nothing}
        ${tab === "sheet" ? (page ? this.#sheet() : this.#choose()) : nothing}
        ${tab === "record" ? this.#record() : nothing}
      </div>
    </div>`;
  }

  /** Who handed the resident on, and what they wrote for whoever goes on. */
  #came() {
    const ticket = this.mine?.ticket;
    if (!ticket?.handed_from) return nothing;
    const note = this.data?.notes.find((one) => one.id === ticket.note);
    return html`<p class="came" role="note"><b>${t("hand_on.from", { who: ticket.handed_from })}</b>${note ? html`<q>${note.text}</q>` : nothing}</p>`;
  }

  #questions() {
    return html`<div class="scroll grow"><k-questions .page=${this.data?.page ?? null} .card=${this.card} own="said" .enabled=${true} @give=${(/** @type {CustomEvent<Give>} */ e) => void this.#send("case/answer", { ...e.detail, origin: "said" })}></k-questions></div>
      <div class="casefoot">${this.#attach()}</div>`;
  }

  #sheet() {
    const papers = (this.mine?.orders ?? []).filter((order) => order.kind === "sheet" || order.kind === "receipt");
    const empty = (this.data?.page?.revision ?? 0) === 0;
    return html`<div class="scroll grow" tabindex="0" role="group" aria-label=${t("case.tab.sheet")}>
        ${empty ? html`<p class="empty">${t("case.nothing_yet")}</p>` : nothing}
        <k-sheet .page=${this.data?.page ?? null} .served=${this.data?.served ?? {}} .settles=${!empty} @settle=${(/** @type {CustomEvent} */ e) => void this.#send("case/outcome", e.detail)}></k-sheet>
      </div>
      <div class="casefoot">
        <div class="outcomes" role="status"><ul>${papers.map((order) => this.#paper(order))}</ul></div>
        <button ?disabled=${empty} @click=${() => void this.#pdf()}>${t("case.pdf")}</button>
        <button class="blue" ?disabled=${empty || !this.can} @click=${() => void this.printPaper("sheet")}>${t("case.print_sheet")}</button>
      </div>`;
  }

  /** @param {import("/protocol/messages").OrderForStaff} order */
  #paper(order) {
    const kind = order.outcome === null ? "b" : order.outcome === "printed" ? "g" : order.outcome === "unknown" ? "y" : "n";
    return html`<li><span class="chip ${kind}">${order.outcome === null ? "…" : order.outcome === "printed" ? "●" : "▲"} ${t(order.kind === "sheet" ? "case.paper_sheet" : "case.paper_receipt")} ${order.outcome === null ? t("print.under_way") : label("print", order.outcome)}</span></li>`;
  }

  /** Nobody has said yet what it is about. */
  #choose() {
    return html`<div class="scroll grow choosing"><h3>${t("case.which")}</h3>
      <div class="events">${(this.data?.events ?? []).map((event) => html`<button class="tall" @click=${() => void this.#send("case/event", { event: event.id })}>${event.label}</button>`)}</div>
      ${this.#attach()}</div>`;
  }

  #attach() {
    const send = (/** @type {SubmitEvent} */ event) => {
      event.preventDefault();
      const input = /** @type {HTMLInputElement} */ (/** @type {HTMLFormElement} */ (event.target).elements.namedItem("code"));
      if (/^[0-9]{6}$/.test(input.value.trim())) void this.#send("case/attach", { code: input.value.trim() }).then(() => (input.value = ""));
      else this.trouble = t("case.code_wrong");
    };
    return html`<form class="attach" @submit=${send}><label><span>${t("case.code")}</span><input name="code" inputmode="numeric" maxlength="6" autocomplete="off" placeholder="000000" /></label><button>${t("case.attach")}</button></form>`;
  }

  /** Keep the note that was typed and not yet written down: nothing is lost by going on. True = nothing is left to lose. */
  async keepNote() {
    const text = this.draft.trim();
    if (!text) return true;
    this.draft = "";
    await this.#send("case/note", { id: newId(), text });
    if (this.trouble === null) return true;
    this.draft = text;
    return false;
  }

  #record() {
    const notes = this.data?.notes ?? [];
    const write = (/** @type {SubmitEvent} */ event) => {
      event.preventDefault();
      void this.keepNote();
    };
    return html`<div class="scroll grow record">
        <h3>${t("case.notes")} <small>${t("case.notes_sub")}</small></h3>
        ${notes.length ? html`<ul class="notes">${notes.map((note) => html`<li>${note.text}</li>`)}</ul>` : nothing}
        <form class="notef" @submit=${write}><textarea name="note" rows="2" maxlength="2000" aria-label=${t("case.notes")} .value=${this.draft} @input=${(/** @type {any} */ e) => (this.draft = e.target.value)}></textarea><button>${t("case.note_add")}</button></form>
        <k-kept .ticket=${this.mine?.ticket.id ?? ""}></k-kept>
        <h3>${t("case.history")}</h3>
        <k-visits .results=${this.results}></k-visits>
      </div>
      <div class="casefoot"><span class="mut small grow">${t("case.receipt_sub")}</span>
        ${this.data?.page ? html`<button @click=${() => void this.#handOver(this.mine?.ticket.id ?? "")}>${t("case.hand_over")}</button>` : nothing}
        <button class="blue" ?disabled=${!this.can} @click=${() => void this.printPaper("receipt")}>${t("case.print_receipt")}</button></div>`;
  }

  /** @param {string} ticket */
  async #handOver(ticket) {
    try {
      const it = await handOver(ticket);
      const list = (/** @type {string} */ title, /** @type {unknown[]} */ items) => (items.length ? html`<h3>${title}</h3><ul class="plainlist">${items.map((item) => html`<li>${item}</li>`)}</ul>` : nothing);
      const content = html`<div class="handover"><p>${it.title}</p>${list(t("case.settled"), it.lines.map((line) => html`${line.name}: <b>${label("line_result", line.result)}</b>`))}${list(t("case.open"), it.open)}${list(t("case.notes"), it.notes)}</div>`;
      await ask({ title: t("case.hand_over_of", { n: it.number }), content, choices: [], wide: true });
    } catch (error) {
      this.trouble = error instanceof Refused ? error.message : t("api.failed");
    }
  }
}
customElements.define("k-case", KCase);
