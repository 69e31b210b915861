/** The visits of today that are over: what came of them, and the way to put the own ones right. */
import { html, nothing } from "/vendor/lit.js";
import { Refused } from "/shared/api.js";
import { timeOf } from "/shared/dates.js";
import { Plain, ask } from "/shared/elements.js";
import { newId } from "/shared/link.js";
import { label, t } from "/shared/strings.ja.js";
import { RESULTS, correct, finished, history } from "./cases.js";

class KVisits extends Plain {
  static properties = { results: { attribute: false }, rung: { type: Number }, visits: { state: true } };

  constructor() {
    super();
    /** What a visit can come to. @type {readonly string[]} */ this.results = [];
    /** Grows when a visit ended. */ this.rung = 0;
    /** @type {import("./cases.js").Visit[]} */ this.visits = [];
  }

  /** @param {Map<PropertyKey, unknown>} changed */
  willUpdate(changed) {
    if (changed.has("rung")) void this.#load();
  }

  async #load() {
    this.visits = await history().catch(() => this.visits);
  }

  /** @param {string} ticket */
  async #open(ticket) {
    try {
      const it = await finished(ticket);
      if (it.mine) return await this.#put(it);
      await ask({ title: t("case.hand_over_of", { n: it.number }), content: html`<div class="handover"><p>${label("result", it.result)}</p>${told(it)}</div>`, choices: [], wide: true });
    } catch (error) {
      this.emit("say", { text: error instanceof Refused ? error.message : t("api.failed"), kind: "bad" });
    }
  }

  /** @param {import("./cases.js").Finished} it */
  async #put(it) {
    let [result, note] = [it.result, ""];
    /** @type {Map<string, string | null>} */ const lines = new Map();
    const choose = (/** @type {string} */ name, /** @type {string} */ table, /** @type {readonly string[]} */ all, /** @type {string} */ now, /** @type {(value: string) => void} */ set) =>
      html`<label class="put"><span>${name}</span><select @change=${(/** @type {any} */ e) => set(e.target.value)}>${all.map((one) => html`<option value=${one} ?selected=${one === now}>${one ? label(table, one) : t("correct.none")}</option>`)}</select></label>`;
    const results = [...new Set([it.result, ...this.results.filter((one) => one !== "no_show")])];
    const content = html`<div class="handover"><p class="mut">${t("correct.sub")}</p>
      ${choose(t("correct.result"), "result", results, it.result, (value) => (result = value))}
      ${it.items.length ? html`<h3>${t("correct.items")}</h3>${it.items.map((one) => choose(one.name, "line_result", ["", ...RESULTS], one.result ?? "", (value) => lines.set(one.id, value || null)))}` : nothing}
      <label class="field"><span>${t("correct.note")}</span><textarea rows="2" maxlength="2000" @input=${(/** @type {any} */ e) => (note = e.target.value)}></textarea></label>${told(it)}</div>`;
    const yes = await ask({ title: t("correct.title", { n: it.number }), content, choices: [{ value: "yes", label: t("correct.save"), kind: "primary" }], wide: true });
    if (yes !== "yes" || (result === it.result && !lines.size && !note.trim())) return;
    await correct({ ticket: it.ticket, id: newId(), result: result === it.result ? null : result, lines: Object.fromEntries(lines), note });
    this.emit("say", { text: t("correct.saved"), kind: "info" });
    await this.#load();
  }

  render() {
    if (!this.visits.length) return html`<p class="empty">${t("case.no_visits")}</p>`;
    return html`<ul class="visits">${this.visits.map((visit) => html`<li><b class="num">${visit.number}</b> <span>${visit.site} ・ ${visit.staff} ・ ${label("result", visit.result)}${visit.corrected ? html` <span class="chip b">${t("correct.history")}</span>` : nothing} ・ ${t("case.ago", { n: visit.minutes_ago })}</span>
      <button class="small" @click=${() => void this.#open(visit.ticket)}>${t(visit.mine ? "correct.button" : "case.look")}</button></li>`)}</ul>`;
  }
}
customElements.define("k-visits", KVisits);

/** What is written besides: corrections, papers to send, notes. @param {import("./cases.js").Finished} it */
function told(it) {
  const list = (/** @type {string} */ title, /** @type {unknown[]} */ items) => (items.length ? html`<h3>${title}</h3><ul class="plainlist">${items.map((item) => html`<li>${item}</li>`)}</ul>` : nothing);
  const word = (/** @type {string} */ name, /** @type {string | null} */ value) => (value ? label(name ? "line_result" : "result", value) : t("correct.none"));
  const corrections = it.corrections.map((one) => t("correct.line", { name: one.name || t("correct.whole"), before: word(one.name, one.before), after: word(one.name, one.after), who: one.staff, when: timeOf(new Date(one.at * 1000)) }));
  return html`${list(t("correct.history"), corrections)}${list(t("correct.mailed"), it.mailed.map((one) => `${label("paper", one.kind)} ${one.to.name}`))}${list(t("case.notes"), it.notes)}`;
}
