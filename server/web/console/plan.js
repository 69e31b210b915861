/** The desks this resident still goes through: take the order over, tell the next one, and hand on. */
import { html, nothing } from "/vendor/lit.js";
import { Plain, ask } from "/shared/elements.js";
import { t } from "/shared/strings.ja.js";

/** @typedef {import("/protocol/messages").MyTicket} MyTicket */
/** @typedef {import("./desk.js").Desk} Desk */

const MINUTES = [5, 10, 15];

/** Emits "act" with "transfer". */
class KPlan extends Plain {
  static properties = { desk: { attribute: false }, mine: { attribute: false }, can: { attribute: false } };

  constructor() {
    super();
    /** @type {Desk | null} */ this.desk = null;
    /** @type {MyTicket | null} */ this.mine = null;
    this.can = false;
  }

  async #warn() {
    const who = this.mine?.plan?.[0]?.name ?? "";
    const choices = MINUTES.map((value, index) => ({ value: String(value), label: t("plan.minutes", { minutes: value }), kind: /** @type {"primary" | "plain"} */ (index ? "plain" : "primary") }));
    const minutes = await ask({ title: t("plan.ask", { who }), body: t("plan.ask.body"), choices });
    if (!minutes) return;
    const reply = await this.desk?.about("warn_next", { minutes: Number(minutes) });
    if (reply && !reply.refused) this.emit("say", { text: t("plan.told", { who }) });
  }

  /** Somebody of the next desk is asked into this call; the resident is handed on when both have talked. */
  async #talkFirst() {
    const next = this.mine?.plan?.[0];
    if (!next) return;
    const reply = await this.desk?.about("transfer", { mode: "warm", lane: next.lane });
    if (reply && !reply.refused) this.emit("say", { text: t("plan.calling", { who: next.name || next.lane }) });
  }

  #take() {
    void this.desk?.about("set_plan", { lanes: (this.mine?.suggested ?? []).map((one) => one.lane) });
  }

  render() {
    const { plan = [], suggested = [] } = this.mine ?? {};
    const desks = plan.length ? plan : suggested;
    if (!desks.length) return nothing;
    const calling = (this.mine?.participants ?? []).some((one) => one.takes_over); // one is on the way, or here
    const warned = plan[0]?.warned ?? false;
    return html`<section class="plan" aria-labelledby="plan-title">
      <h3 id="plan-title">${t("plan.title")}</h3>
      <ol>${desks.map((one, index) => html`<li>${index ? html`<i aria-hidden="true">→</i>` : nothing}<span>${one.name || one.lane}</span></li>`)}</ol>
      ${plan.length ? nothing : html`<p class="mut small">${t("plan.suggested")}</p>`}
      ${warned ? html`<span class="chip g">● ${t("plan.warned")}</span>` : nothing}
      <div class="r">
        ${plan.length
          ? html`<button class="small" ?disabled=${!this.can} @click=${() => void this.#warn()}>${t(warned ? "plan.warn_again" : "plan.warn")}</button>
              <button class="small blue" ?disabled=${!this.can || calling} title=${t("plan.first.sub", { who: plan[0]?.name ?? "" })} @click=${() => void this.#talkFirst()}>${t("plan.first")}</button>
              <button class="small blue" ?disabled=${!this.can} @click=${() => this.emit("act", "transfer")}>${t("plan.go")}</button>`
          : html`<button class="small blue" ?disabled=${!this.can} @click=${() => this.#take()}>${t("plan.take")}</button>`}
      </div>
    </section>`;
  }
}
customElements.define("k-plan", KPlan);
