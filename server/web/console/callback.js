/** 折り返し電話: the number, for this clerk only, and what came of calling it. */
import { html, nothing } from "/vendor/lit.js";
import { Refused } from "/shared/api.js";
import { b } from "/shared/booking.ja.js";
import { Plain } from "/shared/elements.js";
import { post } from "./booking-api.js";

/** 09087654321 -> 090-8765-4321: as it is dialled and read. @param {string} digits */
const dialled = (digits) => digits.replace(/^(0[5789]0)(\d{4})(\d{4})$/, "$1-$2-$3");

const OUTCOMES = /** @type {const} */ (["reached", "not_reached", "wrong_number"]);

/** Emits "called" with the outcome. */
class KCallback extends Plain {
  static properties = { mine: { attribute: false }, enabled: { attribute: false }, number: { state: true } };

  constructor() {
    super();
    /** @type {import("/protocol/messages").MyTicket | null} */ this.mine = null;
    this.enabled = false;
    /** @type {string | null} */ this.number = null;
    this.asked = "";
  }

  willUpdate() {
    const ticket = this.mine?.ticket;
    const call = ticket ? `${ticket.id}:${ticket.generation}` : "";
    if (!ticket || this.asked === call) return;
    this.asked = call;
    this.number = null;
    void post("callback/number", { ticket: ticket.id })
      .then((found) => (this.number = found.number))
      .catch((error) => (this.number = error instanceof Refused ? "" : (() => { throw error; })()));
  }

  render() {
    const ticket = this.mine?.ticket;
    if (!ticket) return nothing;
    const talks = ticket.callback === "reached";
    return html`<section class="calm callback" aria-labelledby="callback-title">
      <h2 class="lead" id="callback-title">${b("callback.title", { number: ticket.number })}</h2>
      <p class="mut">${b("callback.number")}</p>
      <p class="telephone">${this.number === "" ? b("callback.none") : dialled(this.number ?? "…")}</p>
      ${ticket.tries && !talks ? html`<p>${b("callback.tries", { n: ticket.tries })}</p>` : nothing}
      ${talks
        ? html`<p class="lead">${b("callback.talking")}</p>`
        : html`<div class="bt">${OUTCOMES.map((one) => html`<button class=${one === "reached" ? "primary" : ""} ?disabled=${!this.enabled} @click=${() => this.emit("called", one)}>${b(`callback.${one}`)}</button>`)}</div>
            <p class="mut small">${b("callback.help")}</p>`}
    </section>`;
  }
}
customElements.define("k-callback", KCallback);
