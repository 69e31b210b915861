/** チェックシート: what is needed, to be checked, not needed; by when, where, with what, and why, line by line. */
import { html, nothing } from "/vendor/lit.js";
import { Plain } from "/shared/elements.js";
import { label, t } from "/shared/strings.ja.js";
import { RESULTS, dayWords, daysLeft } from "./cases.js";

/**
 * @typedef {import("./cases.js").SheetPage} SheetPage
 * @typedef {import("./cases.js").Line} Line
 * @typedef {import("./cases.js").Served} Served
 */

const SOON = 7;

/** Emits "settle" with {line, result} where `settles`. */
class KSheet extends Plain {
  static properties = { page: { attribute: false }, served: { attribute: false }, settles: { type: Boolean } };

  constructor() {
    super();
    /** @type {SheetPage | null} */ this.page = null;
    /** What the form of a line came to. @type {Record<string, Served>} */ this.served = {};
    /** Whether outcomes can be noted here. */
    this.settles = false;
  }

  render() {
    const page = this.page;
    if (!page) return nothing;
    const { lines, today } = page.sheet;
    const of = (/** @type {Line["state"]} */ state) => lines.filter((line) => line.state === state);
    const [needed, check, rest] = [of("needed"), of("check"), of("not_needed")];
    return html`<div class="sheetlist">
      <p class="counts"><b class="needed">${t("case.needed")} <span>${needed.length}</span></b> <b class="check">${t("case.check")} <span>${check.length}</span></b> <b class="rest">${t("case.not_needed")} <span>${rest.length}</span></b>
        <span class="r">${t("case.minutes", { n: page.minutes })}</span></p>
      ${page.relay.length ? html`<p class="relay" aria-label=${t("case.relay")}>${page.relay.map((stop, index) => html`${index ? html`<i aria-hidden="true">→</i>` : nothing}<span>${stop.plain} <small>${stop.lines.length}</small></span>`)}</p>` : nothing}
      ${page.outdated ? html`<p class="cau">▲ ${t("case.outdated")}</p>` : nothing}
      ${needed.length ? html`<h3 class="needed">${t("case.needed")}</h3><ul>${needed.map((line) => this.#line(line, today))}</ul>` : nothing}
      ${check.length ? html`<h3 class="check">${t("case.check")}</h3><ul>${check.map((line) => this.#line(line, today))}</ul>` : nothing}
      ${rest.length ? html`<details class="rests"><summary>${t("case.not_needed_n", { n: rest.length })}</summary><ul>${rest.map((line) => this.#line(line, today))}</ul></details>` : nothing}
    </div>`;
  }

  /** @param {Line} line @param {string} today */
  #line(line, today) {
    const outcome = this.page?.outcomes[line.id];
    const form = this.served[line.id];
    return html`<li class=${line.state}>
      <div class="head"><b>${line.name}</b> ${form ? html`<span class="chip formed ${form.stage === "signed" ? "g" : "b"}" title=${form.title}>${t("case.form_is", { stage: label("form_stage", form.stage) })}</span>` : nothing} ${this.#due(line, today)}</div>
      <p class="facts2"><span>${line.counter.name}</span>${line.bring.length ? html`<span>${t("case.bring")}: ${line.bring.map((thing) => `${thing.name}${thing.state === "check" ? "?" : ""}`).join("、")}</span>` : nothing}</p>
      ${line.auto ? html`<p class="small ok">${line.auto}</p>` : nothing}
      ${line.warn ? html`<p class="small ng">▲ ${line.warn}</p>` : nothing}
      <div class="more">
        <details><summary>${t("case.why")} <span class="mut">${this.#short(line)}</span></summary>
          <dl>
            ${line.because.map((cite) => html`<div><dt>${cite.asked}</dt><dd>${cite.answered} <small>(${label("origin", cite.origin)})</small></dd></div>`)}
            ${line.why ? html`<div><dt>${t("case.reason")}</dt><dd>${line.why}</dd></div>` : nothing}
            ${line.due?.how ? html`<div><dt>${t("case.counted")}</dt><dd>${line.due.how}</dd></div>` : nothing}
            ${line.due?.note ? html`<div><dt>${t("case.note")}</dt><dd>${line.due.note}</dd></div>` : nothing}
            <div><dt>${t("case.remote")}</dt><dd>${line.remote_words}</dd></div>
            ${line.law.length ? html`<div><dt>${t("case.law")}</dt><dd>${line.law.map((law) => `${law.name} ${law.art ?? ""}`).join("、")}</dd></div>` : nothing}
            <div><dt>${t("case.conf")}</dt><dd>${label("conf", line.conf)}</dd></div>
            ${line.source ? html`<div><dt>${t("case.source")}</dt><dd>${line.source}</dd></div>` : nothing}
            ${line.note ? html`<div><dt>${t("case.note")}</dt><dd>${line.note}</dd></div>` : nothing}
            ${line.print === "plain" ? nothing : html`<div><dt>${t("case.print")}</dt><dd>${label("print_kind", line.print)}</dd></div>`}
          </dl>
        </details>
        ${this.settles && line.state !== "not_needed"
          ? html`<span class="settle">${form?.proposes && !outcome ? this.#propose(line, form.proposes) : nothing}<select class=${outcome ? "set" : ""} aria-label=${t("case.outcome_of", { what: line.name })} @change=${(/** @type {any} */ e) => this.emit("settle", { line: line.id, result: e.target.value || null })}>
              <option value="" ?selected=${!outcome}>${t("case.outcome")}</option>
              ${RESULTS.map((result) => html`<option value=${result} ?selected=${outcome?.result === result}>${label("line_result", result)}</option>`)}
            </select></span>`
          : nothing}
      </div>
    </li>`;
  }

  /** What the form lets expect; the clerk decides. @param {Line} line @param {string} result */
  #propose(line, result) {
    const said = t("case.settle_as", { result: label("line_result", result) });
    const settle = (/** @type {MouseEvent} */ event) => {
      this.emit("settle", { line: line.id, result });
      // The button goes with its work; whoever works by keyboard goes on beside it.
      /** @type {HTMLSelectElement | null | undefined} */ (/** @type {HTMLElement} */ (event.currentTarget).parentElement?.querySelector("select"))?.focus();
    };
    return html`<button class="small blue" aria-label=${t("case.settle_as_of", { what: line.name, said })} @click=${settle}>${said}</button>`;
  }

  /** @param {Line} line */
  #short(line) {
    if (line.because.length === 0) return line.why;
    const [first] = line.because;
    return `${first?.asked} → ${first?.answered}${line.because.length > 1 ? t("case.and_more", { n: line.because.length - 1 }) : ""}`;
  }

  /** @param {Line} line @param {string} today */
  #due(line, today) {
    const due = line.due;
    if (!due) return nothing;
    if (due.day === null) return html`<span class="chip">${due.how}</span>`;
    const left = daysLeft(due.day, today);
    const kind = left < 0 ? "n" : left <= SOON ? "y" : "";
    return html`<span class="due"><b>${dayWords(due.day, today)}</b> <span class="chip ${kind}">${left < 0 ? t("case.overdue", { n: -left }) : left === 0 ? t("case.due_today") : t("case.left", { n: left })}</span>${due.severe ? html`<small class="ng">${due.severe}</small>` : nothing}</span>`;
  }
}
customElements.define("k-sheet", KSheet);
