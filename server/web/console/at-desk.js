/** Somebody with a number of the hall: called to this desk, waited for, and helped face to face. No media, no card. */
import { html, nothing } from "/vendor/lit.js";
import { Plain, ask } from "/shared/elements.js";
import { t } from "/shared/strings.ja.js";
import { placeOf, tags } from "./queue.js";

/** @typedef {import("/protocol/messages").MyTicket} MyTicket */

/** Is this a number of the hall that is called or helped here? @param {MyTicket | null} mine */
export function atDesk(mine) {
  return mine !== null && (mine.at_desk ?? null) !== null;
}

class KAtDesk extends Plain {
  static properties = { mine: { attribute: false }, at: { attribute: false }, purposes: { attribute: false }, enabled: { attribute: false } };

  constructor() {
    super();
    /** @type {MyTicket | null} */ this.mine = null;
    this.at = 0;
    /** @type {{[key: string]: string}} */ this.purposes = {};
    this.enabled = false;
    this.timer = 0;
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.timer);
  }

  updated() {
    clearTimeout(this.timer);
    if (this.#pause() > 0) this.timer = setTimeout(() => this.requestUpdate(), 500);
  }

  /** Seconds until the number may be called once more. */
  #pause() {
    const again = this.mine?.at_desk?.again_in ?? 0;
    return Math.max(0, Math.ceil(again - (performance.now() - this.at) / 1000));
  }

  render() {
    const { mine } = this;
    const desk = mine?.at_desk;
    if (!mine || !desk) return nothing;
    const { ticket } = mine;
    const head = html`<p class="mut">${t("counter.of")} ・ ${placeOf(ticket)}</p>
      <p class="no">${ticket.number}<small>${t("offer.number")}</small></p>
      <p class="what">${this.purposes[ticket.purpose] ?? ticket.purpose}</p><p class="tags">${tags(ticket)}</p>`;
    if (desk.here)
      return html`<section class="at-desk here" aria-labelledby="at-desk-title"><h2 class="lead" id="at-desk-title">● ${t("counter.here")}</h2>${head}
        <p><b class="big"><k-duration .since=${this.at - (mine.in_call_for ?? 0) * 1000}></k-duration></b></p>
        <p>${t("counter.here.sub")}</p>${mine.kiosk_connected === false ? html`<p class="off" role="alert">▲ ${t("counter.here.paper.off", { place: placeOf(ticket) })}</p>` : html`<p class="mut">${t("counter.here.paper", { place: placeOf(ticket) })}</p>`}</section>`;
    const pause = this.#pause();
    const often = desk.calls >= desk.calls_at_most;
    return html`<section class="at-desk" aria-labelledby="at-desk-title">
      <h2 class="lead" id="at-desk-title">${t("counter.calling", { desk: desk.desk })}</h2>${head}
      <p class="on-screen"><small>${t("counter.screen")}</small><b>${t("hall.call", { number: ticket.number })} → ${desk.desk}</b></p>
      <button class="primary huge" ?disabled=${!this.enabled} @click=${() => this.emit("at-desk", "arrived")}>${t("counter.arrived")} <kbd>F2</kbd></button>
      <div class="bt">
        <button ?disabled=${!this.enabled || often || pause > 0} @click=${() => this.emit("at-desk", "call_again")}>${t("counter.again")}</button>
        <button class="warn" ?disabled=${!this.enabled || !often} @click=${() => this.emit("at-desk", "not_there")}>${t("counter.not_there")}</button>
      </div>
      <p><b>${t("counter.times", { calls: desk.calls, most: desk.calls_at_most })}</b>${!often && pause > 0 ? html` ・ ${t("counter.wait")} <b>${pause}</b>秒` : nothing}</p>
      <p class="mut">${t(often ? (desk.last ? "counter.not_there.last" : "counter.not_there.first") : "counter.not_there.later", { most: desk.calls_at_most })}</p>
    </section>`;
  }
}
customElements.define("k-at-desk", KAtDesk);

/** Numbers that were given up a moment ago, for whoever sees their people come after all. */
class KAbsent extends Plain {
  static properties = { numbers: { attribute: false }, at: { attribute: false }, purposes: { attribute: false }, enabled: { attribute: false } };

  constructor() {
    super();
    /** @type {readonly import("/protocol/messages").AbsentNumber[]} */ this.numbers = [];
    this.at = 0;
    /** @type {{[key: string]: string}} */ this.purposes = {};
    this.enabled = false;
  }

  render() {
    if (!this.numbers.length) return nothing;
    return html`<section class="absent" aria-labelledby="absent-title"><h2 class="h" id="absent-title">${t("counter.absent")} <small>${t("counter.absent.sub")}</small></h2>
      <ul>${this.numbers.map((one) => {
        const left = Math.max(1, Math.ceil((one.left - (performance.now() - this.at) / 1000) / 60));
        return html`<li><b class="num">${one.number}</b> <span>${this.purposes[one.purpose] ?? one.purpose}<small class="mut">${t("counter.absent.left", { minutes: left })}</small></span>
          <button class="small" ?disabled=${!this.enabled} @click=${() => this.emit("bring-back", one)} aria-label=${t("counter.absent.label", { number: one.number })}>${t("counter.absent.back")}</button></li>`;
      })}</ul></section>`;
  }
}
customElements.define("k-absent", KAbsent);

/** Ask at which desk of the hall somebody sits today; null = as before. @param {readonly string[]} desks @param {string} now @returns {Promise<string | null>} */
export async function chooseDesk(desks, now) {
  const choices = [...desks, ""].map((desk) => ({ value: desk || "none", label: desk || t("counter.choose.none"), kind: /** @type {"primary" | "plain"} */ (desk && desk === now ? "primary" : "plain") }));
  const answer = await ask({ title: t("counter.choose.title"), body: t("counter.choose.body"), choices });
  return answer ? (answer === "none" ? "" : answer) : null;
}
