/** 住民: how sure it is who sits there, what the card said and its owner agreed to show, and what else may be asked of it. */
import { html, nothing } from "/vendor/lit.js";
import { age, birthDate } from "/shared/dates.js";
import { Plain } from "/shared/elements.js";
import { label, t } from "/shared/strings.ja.js";
import { openCardOrder } from "./actions.js";
import "./card-number.js";
import { sure } from "./identification.js";

/**
 * @typedef {import("/protocol/messages").MyTicket} MyTicket
 * @typedef {import("/protocol/messages").CallSnapshot} CallSnapshot
 * @typedef {import("/protocol/messages").OrderForStaff} OrderForStaff
 * @typedef {import("./desk.js").Photo} Photo
 * @typedef {Exclude<NonNullable<OrderForStaff["ask"]>, "signature">} CardAsk
 */

/** What a clerk may ask of a card; those `byNumber` need 照合番号B from its face. @type {readonly {ask: CardAsk, byNumber: boolean}[]} */
const ASKS = [
  { ask: "attributes", byNumber: false },
  { ask: "attributes_by_number", byNumber: true },
  { ask: "photo", byNumber: true },
  { ask: "identity", byNumber: false },
];
const DONE = ["shared", "valid"];

class KResident extends Plain {
  static properties = {
    mine: { attribute: false },
    snapshot: { attribute: false },
    photo: { attribute: false },
    can: { attribute: false },
    why: { attribute: false },
    asking: { state: true },
  };

  constructor() {
    super();
    /** @type {MyTicket | null} */ this.mine = null;
    /** @type {CallSnapshot | null} */ this.snapshot = null;
    /** @type {Photo | null} */ this.photo = null;
    /** Whether a card may be asked for now; else `why` says why not. */
    this.can = false;
    this.why = "";
    /** What 照合番号B is being typed for. @type {CardAsk | null} */ this.asking = null;
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    const before = /** @type {MyTicket | null | undefined} */ (changed.get("mine"));
    if (before && before.ticket.id !== this.mine?.ticket.id) this.asking = null;
  }

  render() {
    const data = this.snapshot?.attributes;
    const order = openCardOrder(this.mine);
    return html`<section class="who" aria-labelledby="who-title">
      <h2 class="h" id="who-title">${t("who.title")} ${data ? html`<small>${t("who.agreed")}</small>` : nothing}</h2>
      ${this.#sure()}
      ${data
        ? html`<p class="nm"><b>${data.name}</b> <span class="chip b">${t("origin.card")}</span></p>
            <dl class="at">
              <div><dt>${t("who.birth")}</dt><dd>${birthDate(data.birth_date)} <b>${t("who.age", { age: age(data.birth_date, new Date()) })}</b></dd></div>
              <div><dt>${t("who.address")}</dt><dd>${data.address}</dd></div>
              <div><dt>${t("who.sex")}</dt><dd>${label("sex", data.sex)}</dd></div>
            </dl>`
        : nothing}
      ${this.#photo()} ${order ? this.#progress(order) : this.#last(!data)}
      ${this.asking && !order
        ? html`<k-card-number .send=${t("number.ask")} @number=${this.#number} @number-cancel=${() => (this.asking = null)}></k-card-number>`
        : html`<details class="asks" ?open=${!data && !order}><summary>${t("asks.title")}</summary>
            <div class="row" role="group" aria-label=${t("asks.title")}>${ASKS.map((one) => this.#button(one))}</div>
            ${this.can ? nothing : html`<p class="mut" id="asks-why">${this.why}</p>`}</details>`}
    </section>`;
  }

  #sure() {
    const line = sure(this.mine, new Date());
    return html`<p class="sure ${line.kind}" role="status"><span class="mark" aria-hidden="true">${line.mark}</span>
      <span><b>${line.head}</b> ${line.text} ${line.also.map((one) => html`<span class="chip">${one}</span> `)}</span></p>`;
  }

  /** @param {{ask: CardAsk, byNumber: boolean}} one */
  #button({ ask, byNumber }) {
    const press = () => (byNumber ? (this.asking = ask) : this.emit("ask-card", { ask, digits: null }));
    return html`<button class=${ask === "identity" ? "blue" : ""} ?disabled=${!this.can} aria-describedby=${this.can ? nothing : "asks-why"} @click=${press}>
      ${t(`asks.${ask}`)}${ask === "attributes" ? html` <kbd>Alt+K</kbd>` : nothing}</button>`;
  }

  /** @param {CustomEvent} event */
  #number(event) {
    event.stopPropagation();
    this.emit("ask-card", { ask: this.asking, digits: event.detail });
    this.asking = null;
  }

  #photo() {
    if (!this.photo) return nothing;
    return html`<figure class="photo"><img src=${this.photo.url} alt=${t("photo.alt")} />
      <figcaption><b>${t("photo.title")}</b> <span>${t("photo.compare")}</span>
        <span class="mut">${t("photo.until", { seconds: "" })}<k-duration .until=${this.photo.until} format="seconds"></k-duration>${t("photo.seconds")}</span>
        <button class="small" @click=${() => this.emit("drop-photo")}>${t("photo.drop")}</button></figcaption></figure>`;
  }

  /** @param {OrderForStaff} order */
  #progress(order) {
    const step = this.snapshot?.card_step ?? null;
    const tries = this.snapshot?.pin_tries_left ?? null;
    return html`<div class="card-step" role="status">
        <p class="lead">${step === null ? t("card.asked") : label("card.step", step)}</p>
        ${step === "pin" ? html`<p class="mut">${t("card.pin.hidden")}</p>${tries === null ? nothing : html`<p>${t("card.tries", { tries })}</p>`}` : nothing}
        ${tries !== null && tries <= 1 ? html`<p class="ng">▲ ${t("card.last")}</p>` : nothing}
        <button @click=${() => this.emit("withdraw", order.id)}>${t("card.withdraw")}</button>
      </div>
      ${step === "number"
        ? html`<k-card-number .send=${t("number.send")} .open=${false} @number=${(/** @type {CustomEvent} */ event) => this.emit("card-number", { order: order.id, digits: event.detail })}></k-card-number>`
        : nothing}`;
  }

  /** How the last request ended, with what to do next. @param {boolean} empty */
  #last(empty) {
    const last = this.mine?.orders.filter((one) => one.kind === "card" && one.ask !== "signature").at(-1); // a signature is told of beside its form
    const outcome = last?.outcome;
    // What a card's proof came to stands in the line above already.
    if (!outcome || DONE.includes(outcome) || this.mine?.identification?.reasons?.[0] === `identity.${outcome}`)
      return empty && !outcome ? html`<p class="pad mut">${t("who.empty.sub")}</p>` : nothing;
    return html`<p class="pad lead cau" role="status">▲ ${label("card.outcome", outcome)}</p>`;
  }
}
customElements.define("k-resident", KResident);
