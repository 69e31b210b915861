/** Who is in the call: each with name, department and part; whoever leads sets aside, shows papers, hands over, sends away. */
import { html, nothing } from "/vendor/lit.js";
import { Plain } from "/shared/elements.js";
import { label, t } from "/shared/strings.ja.js";
import { standing } from "./actions.js";
import "./picture.js";

/** @typedef {import("/protocol/messages").MyTicket} MyTicket */
/** @typedef {import("/protocol/messages").Participant} Participant */
/** @typedef {import("./desk.js").Desk} Desk */

/** Emits "act" ("transfer", "end") and "hand-over" (detail: Participant). */
class KCompany extends Plain {
  static properties = { desk: { attribute: false }, mine: { attribute: false }, tick: { attribute: false }, up: { attribute: false } };

  constructor() {
    super();
    /** @type {Desk | null} */ this.desk = null;
    /** @type {MyTicket | null} */ this.mine = null;
    this.tick = 0;
    /** The line to the server. */ this.up = false;
  }

  /** @param {Participant} one @param {{held?: boolean, may_see_papers?: boolean, gone?: boolean}} change */
  #set(one, change) {
    void this.desk?.about("set_party", { staff: one.staff, held: one.held, may_see_papers: one.may_see_papers, ...change });
  }

  /** @param {Participant} one @param {boolean} leads */
  #switches(one, leads) {
    const off = !this.up;
    const me = one.generation === this.mine?.ticket.generation;
    if (me && one.role === "monitor") return html`<button class="small blue" ?disabled=${off} @click=${() => void this.desk?.enter("join")}>${t("watch.join")}</button><button class="small" ?disabled=${off} @click=${() => this.emit("act", "end")}>${t("watch.end")}</button>`;
    if (me && !leads) return html`<button class="small" ?disabled=${off} @click=${() => this.emit("act", "end")}>${t("company.leave")}</button>`;
    if (!leads || one.role === "lead") return nothing;
    if (one.state === "asked") return html`<button class="small" ?disabled=${off} @click=${() => this.#set(one, { gone: true })}>${t("company.take_back")}</button>`;
    const papers = html`<button class="small" ?disabled=${off} aria-pressed=${one.may_see_papers} @click=${() => this.#set(one, { may_see_papers: !one.may_see_papers })}>${t(one.may_see_papers ? "company.papers_hide" : "company.papers_show")}</button>`;
    if (one.role === "monitor") return papers;
    return html`
      <button class="small" ?disabled=${off} aria-pressed=${one.held} @click=${() => this.#set(one, { held: !one.held })}>${t(one.held ? "company.back" : "company.hold")}</button>
      ${papers}
      ${one.role === "interpreter" ? nothing : html`<button class="small blue" ?disabled=${off} @click=${() => this.emit("hand-over", one)}>${t("company.hand_over")}</button>`}
      <button class="small" ?disabled=${off} @click=${() => this.#set(one, { gone: true })}>${t("company.remove")}</button>`;
  }

  /** Who only watches: said to everybody in the call, in one line; no picture and no voice comes from them. @param {Participant} one @param {boolean} leads */
  #watcher(one, leads) {
    const me = one.generation === this.mine?.ticket.generation;
    return html`<div class="watching" role="status">
      <p><b>${me ? t("watch.me") : t("watch.who", { name: one.name })}</b> <small>${t(me ? "watch.me.sub" : one.may_see_papers ? "watch.who.papers" : "watch.who.sub")}</small></p>
      <div class="r">${this.#switches(one, leads)}</div>
    </div>`;
  }

  /** @param {Participant} one @param {boolean} leads */
  #person(one, leads) {
    const stream = this.desk?.media?.streams.colleagues.get(one.generation) ?? null;
    const me = one.generation === this.mine?.ticket.generation;
    const part = one.role === "lead" ? t("company.lead") : label("part", one.role);
    return html`<li class="${one.held && one.role !== "lead" ? "held" : one.state} ${me ? "me" : ""}">
      ${me ? nothing : html`<div class="face"><k-picture .stream=${stream} .label=${`${one.name}`} .waiting=${one.state === "asked" ? t("company.asked") : t("company.waiting")} .instead=${one.held && one.role !== "lead" ? t("company.held") : ""}></k-picture></div>
        <k-sound .stream=${stream}></k-sound>`}
      <div class="person"><b>${one.name}</b> <span class="mut">${one.department}</span>
        <p><span class="chip ${one.role === "lead" ? "b" : ""}">${me ? html`${t("company.me")}・` : nothing}${part}</span>
          ${one.takes_over ? html` <span class="chip y">${t("company.takes_over")}</span>` : nothing}
          ${one.state === "asked" ? html` <span class="chip y">${t("company.asked")}</span>` : nothing}
          ${one.held && one.role !== "lead" ? html` <span class="chip y">${t("company.held")}</span>` : nothing}
          ${one.role !== "lead" && one.state === "joined" ? html` <small class="mut">${t(one.may_see_papers ? "company.sees" : "company.sees_not")}</small>` : nothing}</p></div>
      <div class="r">${this.#switches(one, leads)}</div>
    </li>`;
  }

  render() {
    const { mine } = this;
    const people = mine?.participants ?? [];
    const missing = mine?.not_come ?? null;
    if (!mine || (people.length < 2 && !missing)) return nothing;
    const { lead } = standing(mine);
    const watching = people.filter((one) => one.role === "monitor");
    const talking = people.filter((one) => one.role !== "monitor");
    const shown = talking.length > 1 || watching.some((one) => one.generation === mine.ticket.generation);
    return html`<section class="company" aria-labelledby="company-title">
      <h2 id="company-title" class="sr" tabindex="-1">${t("company.title")}</h2>
      ${watching.map((one) => this.#watcher(one, lead))}
      ${shown ? html`<ul>${talking.filter((one) => !lead || one.generation !== mine.ticket.generation).map((one) => this.#person(one, lead))}</ul>` : nothing}
      ${missing
        ? html`<p class="notcome" role="status"><b>▲ ${t("company.not_come", { who: `${missing.department} ${missing.name}`, why: label("not_come", missing.why) })}</b>
            <button class="small" ?disabled=${!this.up} @click=${() => this.emit("act", "transfer")}>${t("company.again")}</button></p>`
        : nothing}
    </section>`;
  }
}
customElements.define("k-company", KCompany);
