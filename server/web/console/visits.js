/** The visits of a day that are over, today's unless another is looked for: what came of them, and the way to put the own ones right. */
import { html, nothing } from "/vendor/lit.js";
import { Refused } from "/shared/api.js";
import { seenAt } from "/shared/dates.js";
import { Plain, ask } from "/shared/elements.js";
import { newId } from "/shared/link.js";
import { label, t } from "/shared/strings.ja.js";
import { RESULTS, correct, dayWords, earlier, finished, history } from "./cases.js";

/** A day begins at midnight in Japan. */
const JAPAN_MS = 9 * 3600_000;

class KVisits extends Plain {
  static properties = { results: { attribute: false }, rung: { type: Number }, visits: { state: true }, sought: { state: true } };

  constructor() {
    super();
    /** What a visit can come to. @type {readonly string[]} */ this.results = [];
    /** Grows when a visit ended. */ this.rung = 0;
    /** @type {import("./cases.js").Visit[]} */ this.visits = [];
    /** What was looked for: "" is today. */ this.sought = "";
    /** @type {number | null} */ this.number = null;
  }

  /** @param {Map<PropertyKey, unknown>} changed */
  willUpdate(changed) {
    if (changed.has("rung")) void this.#load();
  }

  async #load() {
    this.visits = await (this.sought ? earlier(this.sought, this.number) : history()).catch(() => this.visits);
  }

  /** @param {SubmitEvent} event */
  async #seek(event) {
    event.preventDefault();
    const asked = new FormData(/** @type {HTMLFormElement} */ (event.target));
    const [day, number] = [String(asked.get("day")), String(asked.get("number"))];
    if (!day) return;
    try {
      const found = await earlier(day, number ? Number(number) : null);
      [this.sought, this.number, this.visits] = [day, number ? Number(number) : null, found];
    } catch (error) {
      this.emit("say", { text: error instanceof Refused ? error.message : t("api.failed"), kind: "bad" });
    }
  }

  #today() {
    [this.sought, this.number] = ["", null];
    void this.#load();
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

  /** @param {import("./cases.js").Visit} visit */
  #row(visit) {
    const when = this.sought ? nothing : html` ・ ${t("case.ago", { n: visit.minutes_ago })}`;
    return html`<li><b class="num">${visit.number}</b> <span>${visit.site} ・ ${visit.staff} ・ ${label("result", visit.result)}${visit.corrected ? html` <span class="chip b">${t("correct.history")}</span>` : nothing}${when}</span>
      <button class="small" @click=${() => void this.#open(visit.ticket)}>${t(visit.mine ? "correct.button" : "case.look")}</button></li>`;
  }

  render() {
    const today = new Date(Date.now() + JAPAN_MS).toISOString().slice(0, 10);
    const none = this.sought ? t("correct.none_then") : t("case.no_visits");
    return html`${this.sought ? html`<p class="then"><b>${t("correct.then", { day: dayWords(this.sought, today) })}</b> <button class="small" @click=${() => this.#today()}>${t("correct.back")}</button></p>` : nothing}
      ${this.visits.length ? html`<ul class="visits">${this.visits.map((visit) => this.#row(visit))}</ul>` : html`<p class="empty">${none}</p>`}
      <details class="earlier"><summary>${t("correct.seek")}</summary><form @submit=${(/** @type {SubmitEvent} */ event) => void this.#seek(event)}>
        <label class="field"><span>${t("correct.day")}</span><input type="date" name="day" required max=${today} /></label>
        <label class="field"><span>${t("correct.number")}</span><input name="number" inputmode="numeric" pattern="[0-9]{1,5}" maxlength="5" autocomplete="off" placeholder=${t("correct.all")} /></label>
        <button type="submit" class="small">${t("correct.look")}</button></form></details>`;
  }
}
customElements.define("k-visits", KVisits);

/** What is written besides: corrections, papers to send, notes. @param {import("./cases.js").Finished} it */
function told(it) {
  const list = (/** @type {string} */ title, /** @type {unknown[]} */ items) => (items.length ? html`<h3>${title}</h3><ul class="plainlist">${items.map((item) => html`<li>${item}</li>`)}</ul>` : nothing);
  const word = (/** @type {string} */ name, /** @type {string | null} */ value) => (value ? label(name ? "line_result" : "result", value) : t("correct.none"));
  const corrections = it.corrections.map((one) => t("correct.line", { name: one.name || t("correct.whole"), before: word(one.name, one.before), after: word(one.name, one.after), who: one.staff, when: seenAt(new Date(one.at * 1000).toISOString(), new Date()) }));
  return html`${list(t("correct.history"), corrections)}${list(t("correct.mailed"), it.mailed.map((one) => `${label("paper", one.kind)} ${one.to.name}`))}${list(t("case.notes"), it.notes)}`;
}
