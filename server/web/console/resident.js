/**
 * 住民: how sure it is who sits there, in one line; pressed, what the card said and its owner agreed to show, and what else
 * may be asked of it. It opens by itself when something about the card is new, and lets go of the height when work begins below.
 */
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
/** On a window this tall the tabs below have height enough beside it. */
const TALL = matchMedia("(min-height: 900px)");

class KResident extends Plain {
  static properties = {
    mine: { attribute: false },
    snapshot: { attribute: false },
    photo: { attribute: false },
    can: { attribute: false },
    why: { attribute: false },
    asking: { state: true },
    open: { state: true },
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
    this.open = TALL.matches;
    /** What was to be told of the card when it was last looked at. @type {string | null} */ this.told = null;
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    const before = /** @type {MyTicket | null | undefined} */ (changed.get("mine"));
    if (before && before.ticket.id !== this.mine?.ticket.id) {
      this.asking = null;
      this.told = null;
    }
    const card = this.mine?.orders.filter((one) => one.kind === "card" && one.ask !== "signature").map((one) => [one.id, one.outcome]);
    const news = JSON.stringify([card, this.mine?.identification?.reasons, Boolean(this.snapshot?.attributes), this.photo?.url]);
    if (this.told === null ? openCardOrder(this.mine) !== null : this.told !== news) this.open = true;
    this.told = news;
  }

  /** Open or close it; for the keyboard. */
  turn() {
    this.open = !this.open;
    void this.updateComplete.then(() => /** @type {HTMLElement | null} */ (this.querySelector(".sure button"))?.focus());
  }

  /** Work begins in the tabs below: on a low window they get the height, unless the card is being waited for. */
  rest() {
    if (!TALL.matches && !this.asking && !openCardOrder(this.mine)) this.open = false;
  }

  render() {
    const data = this.snapshot?.attributes;
    const order = openCardOrder(this.mine);
    return html`<section class="who ${this.open ? "open" : ""}" aria-label=${t("who.title")}>
      ${this.#sure()}
      <div class="more-who" id="more-who" ?hidden=${!this.open}>
        ${data
          ? html`<p class="nm"><b>${data.name}</b> <span class="chip b">${t("origin.card")}</span> <small class="mut">${t("who.agreed")}</small></p>
              <dl class="at">
                <div><dt>${t("who.birth")}</dt><dd>${birthDate(data.birth_date)} <b>${t("who.age", { age: age(data.birth_date, new Date()) })}</b></dd></div>
                <div><dt>${t("who.address")}</dt><dd>${data.address}</dd></div>
                <div><dt>${t("who.sex")}</dt><dd>${label("sex", data.sex)}</dd></div>
              </dl>`
          : nothing}
        ${this.#photo()} ${order ? this.#progress(order) : this.#last(!data && this.asking === null)}
        ${this.asking && !order
          ? html`<k-card-number .send=${t("number.ask")} @number=${this.#number} @number-cancel=${() => (this.asking = null)}></k-card-number>`
          : this.snapshot?.card_step === "number" && order
            ? nothing
            : html`<details class="asks" ?open=${!data && !order && !this.photo}><summary>${t("asks.title")}</summary>
              <div class="row" role="group" aria-label=${t("asks.title")}>${ASKS.map((one) => this.#button(one))}</div>
              ${this.can ? nothing : html`<p class="mut" id="asks-why">${this.why}</p>`}</details>`}
      </div>
    </section>`;
  }

  /** The one line. Closed, it says who; how that is known stands in it when it is open, and while there is no name. */
  #sure() {
    const line = sure(this.mine, new Date());
    const data = this.snapshot?.attributes;
    return html`<div class="sure ${line.kind} ${data ? "named" : ""}">
      <span class="mark" aria-hidden="true">${line.mark}</span>
      <p role="status"><b>${line.head}</b> ${data ? html`<span class="name"><b>${data.name}</b> ${t("who.age", { age: age(data.birth_date, new Date()) })}</span>` : nothing}
        <span class="how">${line.text} ${line.also.map((one) => html`<span class="chip">${one}</span> `)}</span>
        ${this.photo && !this.open ? html`<span class="chip y">${t("photo.short")} <k-duration .until=${this.photo.until} format="seconds"></k-duration>${t("photo.short_seconds")}</span>` : nothing}</p>
      <button class="small" aria-expanded=${this.open} aria-controls="more-who" @click=${() => (this.open = !this.open)}>${t(this.open ? "who.close" : data ? "who.open" : "who.card")} <span aria-hidden="true">${this.open ? "▲" : "▼"}</span></button>
    </div>`;
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
