/** 質問: every question with every word on it; arrows move between rows and answers, nothing needs a mouse. */
import { html, nothing } from "/vendor/lit.js";
import { Plain } from "/shared/elements.js";
import { label, t } from "/shared/strings.ja.js";

/**
 * @typedef {import("./cases.js").SheetPage} SheetPage
 * @typedef {import("./cases.js").Row} Row
 * @typedef {import("./cases.js").Word} Word
 * @typedef {import("./cases.js").Answer} Answer
 */

const YES_NO = /** @type {const} */ (["yes", "no", "unknown"]);

/** Emits "give" with {fact, answer}; `answer` null takes the clerk's own word back. */
class KQuestions extends Plain {
  static properties = { page: { attribute: false }, card: { attribute: false }, own: {}, enabled: { type: Boolean } };

  constructor() {
    super();
    /** @type {SheetPage | null} */ this.page = null;
    /** What the card said: its owner is the first of the household. @type {import("/protocol/messages").FourBasicData | null} */ this.card = null;
    /** By whose word answers given here are. @type {import("./cases.js").Origin} */ this.own = "said";
    this.enabled = true;
  }

  /** @param {string} fact @param {Answer | null} answer */
  #give(fact, answer) {
    if (this.enabled) this.emit("give", { fact, answer });
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const at = /** @type {HTMLElement | null} */ (/** @type {HTMLElement} */ (event.target).closest("[data-answer]"));
    if (!at || event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
    const sets = [...this.querySelectorAll("[data-answers]")];
    const set = at.closest("[data-answers]");
    const index = sets.indexOf(/** @type {Element} */ (set));
    const mine = [.../** @type {Element} */ (set).querySelectorAll("[data-answer]")];
    const across = mine.indexOf(at);
    /** @type {Element | undefined} */ let to;
    if (event.key === "ArrowRight") to = mine[across + 1];
    else if (event.key === "ArrowLeft") to = mine[across - 1];
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const next = sets[index + (event.key === "ArrowDown" ? 1 : -1)];
      const there = next ? [...next.querySelectorAll("[data-answer]")] : [];
      to = there[Math.min(across, there.length - 1)];
    } else return;
    event.preventDefault();
    /** @type {HTMLElement | undefined} */ (to)?.focus();
  }

  render() {
    if (!this.page) return nothing;
    const { rows } = this.page;
    const asked = rows.filter((row) => row.applies || row.words.length);
    const rest = rows.filter((row) => !row.applies && !row.words.length);
    return html`<div class="questions" @keydown=${this.#onKey}>
      <ol>${asked.map((row) => this.#row(row))}</ol>
      ${rest.length ? html`<details><summary>${t("case.rest", { n: rest.length })}</summary><ol>${rest.map((row) => this.#row(row))}</ol></details>` : nothing}
    </div>`;
  }

  /** @param {Row} row */
  #row(row) {
    return html`<li class=${row.difference === "open" ? "differs" : row.value === null ? "open" : ""}>
      <div class="asked"><b>${row.ask}</b>
        ${row.sensitive || row.staff_only ? html`<span class="chip y">${t(row.staff_only ? "case.staff_only" : "case.sensitive")}</span>` : nothing}
        ${row.decides ? html`<span class="chip b">${t("case.decides", { n: row.decides })}</span>` : nothing}
        ${row.difference === "open" ? html`<span class="chip n">▲ ${t("case.differs")}</span>` : nothing}
      </div>
      ${row.help ? html`<p class="mut small">${row.help}</p>` : nothing}
      ${this.#answers(row)}
      ${this.#words(row.words)}
      ${row.kind === "persons" ? row.derived.map((one) => html`<div class="derived"><span>${one.ask}</span>${this.#yesNo(one.fact, one.ask, one.value)}</div>`) : nothing}
    </li>`;
  }

  /** @param {Row} row */
  #answers(row) {
    const value = row.value;
    switch (row.kind) {
      case "yn":
        return this.#yesNo(row.id, row.ask, value?.type === "chosen" ? value.option : "");
      case "choice":
        return html`<div class="answers" data-answers><select data-answer aria-label=${row.ask} ?disabled=${!this.enabled} @change=${(/** @type {any} */ e) => this.#give(row.id, e.target.value ? { type: "chosen", option: e.target.value, origin: this.own } : null)}>
          <option value="" ?selected=${value === null}>${t("case.choose")}</option>
          ${Object.entries(row.options).map(([option, said]) => html`<option value=${option} ?selected=${value?.type === "chosen" && value.option === option}>${said}</option>`)}
          ${"unknown" in row.options ? nothing : html`<option value="unknown" ?selected=${value?.type === "chosen" && value.option === "unknown"}>${t("case.unknown")}</option>`}
        </select></div>`;
      case "date":
        return html`<div class="answers" data-answers>
          <input data-answer type="date" aria-label=${row.ask} ?disabled=${!this.enabled} .value=${value?.type === "dated" ? value.day : ""} @change=${(/** @type {any} */ e) => this.#give(row.id, e.target.value ? { type: "dated", day: e.target.value, origin: this.own } : null)} />
          <button data-answer aria-pressed=${value?.type === "chosen"} ?disabled=${!this.enabled} @click=${() => this.#give(row.id, { type: "chosen", option: "unknown", origin: this.own })}>${t("case.unknown")}</button>
        </div>`;
      case "persons":
        return this.#people(row, value?.type === "people" ? value.births : []);
    }
  }

  /** @param {string} fact @param {string} ask @param {string} value */
  #yesNo(fact, ask, value) {
    const row = this.page?.rows.find((one) => one.id === fact);
    const mine = row?.words.some((word) => word.origin === this.own) ?? false;
    return html`<div class="answers seg3" role="group" aria-label=${ask} data-answers>
      ${YES_NO.map((option) => {
        const on = value === option;
        const give = () => this.#give(fact, on && mine ? null : { type: "chosen", option, origin: this.own });
        return html`<button data-answer class=${option} aria-pressed=${on} ?disabled=${!this.enabled} @click=${give}>${t(`case.${option}`)}</button>`;
      })}
    </div>`;
  }

  /** @param {Row} row @param {(string | null)[]} births */
  #people(row, births) {
    const own = birthday(this.card);
    const give = (/** @type {(string | null)[]} */ next) => this.#give(row.id, next.length ? { type: "people", births: next, complete: true, origin: this.own } : null);
    return html`<div class="people">
      <p class="mut small">${t("case.persons_help")}</p>
      ${births.map(
        (birth, index) => html`<div class="answers" data-answers><span class="num">${index + 1}</span>
          <input data-answer type="date" aria-label=${t("case.birth", { n: index + 1 })} ?disabled=${!this.enabled} .value=${birth ?? ""} @change=${(/** @type {any} */ e) => give(births.map((old, at) => (at === index ? e.target.value || null : old)))} />
          <button data-answer class="x" aria-label=${t("case.person_out", { n: index + 1 })} ?disabled=${!this.enabled} @click=${() => give(births.filter((_, at) => at !== index))}>×</button></div>`,
      )}
      <div class="answers" data-answers><button data-answer class="blue small" ?disabled=${!this.enabled || births.length >= 20} @click=${() => give([...births, null])}>＋ ${t("case.person_in")}</button>
        ${own && !births.includes(own) ? html`<button data-answer class="small" ?disabled=${!this.enabled} @click=${() => give(births.includes(null) ? births.map((birth, at) => (at === births.indexOf(null) ? own : birth)) : [...births, own])}>＋ ${t("case.person_card")}</button>` : nothing}</div>
    </div>`;
  }

  /** @param {Word[]} words */
  #words(words) {
    const others = words.filter((word) => word.origin !== this.own || words.length > 1);
    return others.length
      ? html`<p class="words">${others.map((word) => html`<span class="word ${word.origin}"><i>${label("origin", word.origin)}</i> ${word.said}</span>`)}</p>`
      : nothing;
  }
}
/** The day of birth on a card, as questions write it. @param {import("/protocol/messages").FourBasicData | null} card */
function birthday(card) {
  const found = /^(\d{4})(\d{2})(\d{2})$/.exec(card?.birth_date ?? "");
  return found ? `${found[1]}-${found[2]}-${found[3]}` : null;
}
customElements.define("k-questions", KQuestions);
