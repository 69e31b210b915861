/** 予約: free places of a week, who it is, a sentence to read back, six digits to tell; and the bookings of a day. */
import { html, nothing, render } from "/vendor/lit.js";
import { Refused, me } from "/shared/api.js";
import { b, clock, when } from "/shared/booking.ja.js";
import { dayInFull } from "/shared/dates.js";
import { Plain } from "/shared/elements.js";
import "/shared/sign-in.js";
import { t } from "/shared/strings.ja.js";
import { post } from "./booking-api.js";

/** @typedef {import("./booking-api.js").Free} Free @typedef {import("./booking-api.js").Row} Row */

const WEEK = 7;

class KBooking extends Plain {
  static properties = { free: { state: true }, at: { state: true }, purpose: { state: true }, chosen: { state: true }, held: { state: true }, made: { state: true }, rows: { state: true }, day: { state: true }, trouble: { state: true }, who: { state: true }, dropping: { state: true }, moving: { state: true }, moved: { state: true } };

  constructor() {
    super();
    /** @type {Free | null} */ this.free = null;
    this.at = 0;
    this.purpose = "talk";
    this.chosen = "";
    /** @type {{booking: string, seconds: number} | null} */ this.held = null;
    /** @type {{starts: string, code: string} | null} */ this.made = null;
    /** @type {Row[]} */ this.rows = [];
    this.day = new Date(Date.now() + 9 * 3_600_000).toISOString().slice(0, 10);
    this.trouble = "";
    this.who = { name: "", telephone: "", site: "", note: "" };
    this.dropping = "";
    /** The booking that gets another time. @type {Row | null} */ this.moving = null;
    /** The sentence of what was moved last. */
    this.moved = "";
  }

  connectedCallback() {
    super.connectedCallback();
    void this.#look();
    void this.#list();
  }

  /** @param {() => Promise<void>} deed */
  async #try(deed) {
    try {
      await deed();
      this.trouble = "";
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.trouble = error.message;
    }
  }

  #look() {
    return this.#try(async () => {
      this.free = await post("booking/free", { purpose: this.purpose });
    });
  }

  #list() {
    return this.#try(async () => {
      this.rows = (await post("booking/day", { day: this.day })).rows;
    });
  }

  /** @param {SubmitEvent} event */
  #hold(event) {
    event.preventDefault();
    return this.#try(async () => {
      try {
        this.held = await post("booking/hold", { purpose: this.purpose, starts: this.chosen, telephone: this.who.telephone });
      } finally {
        await this.#look();
      }
    });
  }

  #make() {
    return this.#try(async () => {
      this.made = await post("booking/confirm", { booking: this.held?.booking, purpose: this.purpose, ...this.who });
      this.held = null;
      this.day = this.chosen.slice(0, 10);
      this.rows = (await post("booking/day", { day: this.day })).rows;
    });
  }

  /** Let the free places be those of this booking's wish. @param {Row | null} row */
  #begin(row) {
    this.moving = row;
    this.moved = "";
    this.made = null;
    this.chosen = "";
    if (row) this.purpose = row.purpose || this.purpose;
    void this.#look();
  }

  #move() {
    const { moving, chosen } = this;
    if (!moving) return;
    return this.#try(async () => {
      try {
        await post("booking/move", { booking: moving.booking, starts: chosen });
        this.moved = b("booking.moved", { when: when(chosen), code: moving.code });
        this.moving = null;
        this.chosen = "";
        this.day = chosen.slice(0, 10);
        this.rows = (await post("booking/day", { day: this.day })).rows;
      } finally {
        await this.#look();
      }
    });
  }

  /** @param {string} booking */
  #cancel(booking) {
    return this.#try(async () => {
      await post("booking/cancel", { booking });
      this.held = null;
      this.dropping = "";
      await this.#look();
      this.rows = (await post("booking/day", { day: this.day })).rows;
    });
  }

  #again() {
    this.made = null;
    this.chosen = "";
    this.who = { name: "", telephone: "", site: "", note: "" };
    void this.#look();
  }

  /** @param {"name" | "telephone" | "site" | "note"} field @param {string} type */
  #field(field, type = "text") {
    return html`<label>${b(`booking.${field}`)}<input name=${field} type=${type} autocomplete="off" ?required=${field === "name" || field === "telephone"} .value=${this.who[field]} ?disabled=${this.held !== null}
      @input=${(/** @type {InputEvent} */ event) => (this.who = { ...this.who, [field]: /** @type {HTMLInputElement} */ (event.target).value })} /></label>`;
  }

  /** Whoever chose a time at the kiosk said no name: that is not the same as one that is erased. @param {Row} row */
  #who(row) {
    return row.name || b(row.code ? "booking.no_name" : "booking.gone");
  }

  #label(/** @type {string} */ purpose) {
    return this.free?.labels[purpose] ?? purpose;
  }

  #week() {
    const days = (this.free?.days ?? []).slice(this.at, this.at + WEEK);
    return html`<div class="weeks">
        <button ?disabled=${this.at === 0} @click=${() => (this.at -= WEEK)}>← ${b("booking.earlier")}</button>
        <button ?disabled=${this.at + WEEK >= (this.free?.days.length ?? 0)} @click=${() => (this.at += WEEK)}>${b("booking.later")} →</button>
      </div>
      <div class="week">${days.map(
        ({ day, places }) => html`<div><h3>${when(`${day}T00:00`).split(" ")[0]}</h3>${places.map(
          (place) => html`<button data-starts=${place.starts} aria-pressed=${place.starts === this.chosen ? "true" : "false"} ?disabled=${!place.free || this.held !== null} @click=${() => (this.chosen = place.starts)}>
            ${clock(place.starts)}<small>${place.free ? b("booking.free", { n: place.free }) : b("booking.full")}</small></button>`,
        )}</div>`,
      )}</div>`;
  }

  /** Another time for a booking there is: the same digits, read back before it is done. @param {Row} row */
  #other(row) {
    const from = when(row.starts);
    return html`<section class="moving"><h2>${b("booking.move_title")}</h2>
      <p class="lead">${b("booking.move_from", { when: from, who: row.name ? b("booking.sama", { name: row.name }) : this.#who(row), code: row.code })}</p>
      ${this.chosen
        ? html`<p class="sentence">${b("booking.move_sentence", { from, to: when(this.chosen), code: row.code })}</p>`
        : html`<p>${b("booking.move_lead")}</p>`}
      <p><button class="primary" ?disabled=${!this.chosen} @click=${() => this.#move()}>${b("booking.move_yes")}</button> <button @click=${() => this.#begin(null)}>${b("booking.drop")}</button></p></section>`;
  }

  #form() {
    if (this.moving) return this.#other(this.moving);
    if (this.moved) return html`<section class="made" role="status"><h2>${b("booking.move_done")}</h2><p class="sentence">${this.moved}</p><p><button class="primary" @click=${() => (this.moved = "")}>${b("booking.next")}</button></p></section>`;
    if (this.made)
      return html`<section class="made" role="status"><h2>${b("booking.made")}</h2><p class="when">${when(this.made.starts)}</p><p>${b("booking.code")}</p><p class="code">${this.made.code}</p>
        <p class="sentence">${b("booking.tell", { code: this.made.code })}</p>
        <p><button class="primary" @click=${() => this.#again()}>${b("booking.next")}</button> <button @click=${() => print()}>${b("booking.print")}</button></p></section>`;
    const { held } = this;
    return html`<section><form @submit=${(/** @type {SubmitEvent} */ event) => this.#hold(event)}>
        <p class="lead">${this.chosen ? when(this.chosen) : b("booking.lead")}</p>
        ${this.#field("name")} ${this.#field("telephone", "tel")} ${this.#field("site")} ${this.#field("note")}
        ${held ? nothing : html`<button class="primary" ?disabled=${!this.chosen}>${b("booking.read")}</button>`}
      </form>
      ${held
        ? html`<p class="sentence">${b(this.who.site.trim() ? "booking.sentence" : "booking.sentence_anywhere", { when: when(this.chosen), site: this.who.site.trim(), purpose: this.#label(this.purpose), name: this.who.name, telephone: this.who.telephone })}</p>
            <p class="mut">${b("booking.held", { minutes: Math.floor(held.seconds / 60) })}</p>
            <p><button class="primary" @click=${() => this.#make()}>${b("booking.make")}</button> <button @click=${() => this.#cancel(held.booking)}>${b("booking.drop")}</button></p>`
        : nothing}</section>`;
  }

  render() {
    const purposes = this.free?.purposes ?? [];
    return html`<header><h1>${b("booking.title")}</h1>${this.trouble ? html`<p class="problem" role="alert">▲ ${this.trouble}</p>` : nothing}</header>
      <section aria-label=${b("booking.week")}>
        <div class="wishes"><label>${b("booking.purpose")}<select name="purpose" ?disabled=${this.held !== null || this.moving !== null} @change=${(/** @type {Event} */ event) => {
          this.purpose = /** @type {HTMLSelectElement} */ (event.target).value;
          this.chosen = "";
          void this.#look();
        }}>${purposes.map((one) => html`<option value=${one} ?selected=${one === this.purpose}>${this.#label(one)}</option>`)}</select></label></div>
        ${this.free ? this.#week() : html`<p>${b("booking.none")}</p>`}
      </section>
      ${this.#form()}
      <section class="day"><div class="wishes"><h2>${b("booking.day")}　<span class="said">${dayInFull(this.day)}</span></h2><label class="row">${b("booking.day_field")} <input type="date" .value=${this.day} @change=${(/** @type {Event} */ event) => {
        this.day = /** @type {HTMLInputElement} */ (event.target).value;
        void this.#list();
      }} /></label></div>
        ${this.rows.length
          ? html`<table><thead><tr>${/** @type {const} */ (["when", "state", "purpose", "name", "telephone", "site", "code"]).map((one) => html`<th scope="col">${b(`booking.${one}`)}</th>`)}<th></th></tr></thead><tbody>${this.rows.map(
              (row) => html`<tr><td>${clock(row.starts)}</td><td>${b(`state.${row.state}`)}</td><td>${this.#label(row.purpose)}</td><td>${this.#who(row)}</td><td>${row.telephone}</td><td>${row.site}</td><td>${row.code}</td>
                <td>${row.state !== "promised" ? nothing : this.dropping === row.booking ? html`<button class="danger" @click=${() => this.#cancel(row.booking)}>${b("booking.cancel_sure")}</button>` : html`<button ?disabled=${this.held !== null} @click=${() => this.#begin(row)}>${b("booking.move")}</button> <button @click=${() => (this.dropping = row.booking)}>${b("booking.cancel")}</button>`}</td></tr>`,
            )}</tbody></table>`
          : html`<p>${b("booking.empty")}</p>`}</section>`;
  }
}
customElements.define("k-booking", KBooking);

async function start() {
  const app = /** @type {HTMLElement} */ (document.getElementById("app"));
  const who = await me();
  render(who ? html`<k-booking></k-booking>` : html`<k-sign-in @signed-in=${() => void start()}></k-sign-in>`, app);
}
void start();
