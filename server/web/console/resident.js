/** 住民: what the card said and its owner agreed to show, or how far the card has come. */
import { html, nothing } from "/vendor/lit.js";
import { age, birthDate } from "/shared/dates.js";
import { Plain } from "/shared/elements.js";
import { label, t } from "/shared/strings.ja.js";
import { openCardOrder } from "./actions.js";

/**
 * @typedef {import("/protocol/messages").MyTicket} MyTicket
 * @typedef {import("/protocol/messages").CallSnapshot} CallSnapshot
 */

class KResident extends Plain {
  static properties = { mine: { attribute: false }, snapshot: { attribute: false }, can: { attribute: false } };

  constructor() {
    super();
    /** @type {MyTicket | null} */ this.mine = null;
    /** @type {CallSnapshot | null} */ this.snapshot = null;
    this.can = false;
  }

  render() {
    const data = this.snapshot?.attributes;
    return html`<section class="who" aria-labelledby="who-title">
      <h2 class="h" id="who-title">${t("who.title")} ${data ? html`<small>${t("who.agreed")}</small>` : nothing}</h2>
      ${data
        ? html`<p class="nm"><b>${data.name}</b> <span class="chip b">${t("origin.card")}</span></p>
            <dl class="at">
              <div><dt>${t("who.birth")}</dt><dd>${birthDate(data.birth_date)} <b>${t("who.age", { age: age(data.birth_date, new Date()) })}</b></dd></div>
              <div><dt>${t("who.address")}</dt><dd>${data.address}</dd></div>
              <div><dt>${t("who.sex")}</dt><dd>${label("sex", data.sex)}</dd></div>
            </dl>`
        : this.#progress()}
    </section>`;
  }

  #progress() {
    const order = openCardOrder(this.mine);
    if (order) {
      const step = this.snapshot?.card_step ?? null;
      const tries = this.snapshot?.pin_tries_left ?? null;
      return html`<div class="card-step" role="status">
        <p class="lead">${step === null ? t("card.asked") : label("card.step", step)}</p>
        ${step === "pin" ? html`<p class="mut">${t("card.pin.hidden")}${tries === null ? nothing : html` ${t("card.tries", { tries })}`}</p>` : nothing}
        ${tries !== null && tries <= 1 ? html`<p class="ng">▲ ${t("card.last")}</p>` : nothing}
        <button @click=${() => this.emit("withdraw", order.id)}>${t("card.withdraw")}</button>
      </div>`;
    }
    const last = this.mine?.orders.filter((one) => one.kind === "card").at(-1);
    return html`<div class="card-step">
      ${last?.outcome && last.outcome !== "shared" ? html`<p class="lead cau">▲ ${label("card.outcome", last.outcome)}</p>` : html`<p class="lead">${t("who.empty")}</p>`}
      <p class="mut">${t("who.empty.sub")}</p>
      <button class="blue" ?disabled=${!this.can} @click=${() => this.emit("act", "card")}>${t("act.card")} <kbd>Alt+K</kbd></button>
    </div>`;
  }
}
customElements.define("k-resident", KResident);
