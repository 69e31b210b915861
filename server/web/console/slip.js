/** 渡す紙: what was done and what comes next, seen exactly as it will be printed, and what became of each print. */
import { html, nothing } from "/vendor/lit.js";
import { Refused, previewSlip } from "/shared/api.js";
import { Plain, ask } from "/shared/elements.js";
import { label, t } from "/shared/strings.ja.js";
import { suggestions } from "./slip-catalogue.js";
import { EMPTY, LIMITS, content, problem } from "./slip-draft.js";

/**
 * @typedef {import("/protocol/messages").MyTicket} MyTicket
 * @typedef {import("./slip-draft.js").Draft} Draft
 * @typedef {import("./slip-catalogue.js").Step} Step
 */

/** The preview follows typing, but not each key. */
const SETTLES = 350;
const LATER = 1500;

class KSlip extends Plain {
  static properties = { mine: { attribute: false }, can: { attribute: false }, draft: { state: true }, bitmap: { state: true }, large: { state: true }, trouble: { state: true } };

  constructor() {
    super();
    /** @type {MyTicket | null} */ this.mine = null;
    this.can = false;
    this.large = false;
    /** @type {Draft} */ this.draft = EMPTY;
    /** @type {ImageBitmap | null} */ this.bitmap = null;
    /** @type {string | null} */ this.trouble = null;
    /** What has been sent to the printer, by order id: the same again is asked about. @type {Map<string, string>} */ this.sent = new Map();
    /** @type {ReturnType<typeof setTimeout> | undefined} */ this.timer = undefined;
    /** @type {AbortController | null} */ this.asking = null;
    /** What is on which canvas. @type {ImageBitmap | null} */ this.drawn = null;
    /** @type {HTMLCanvasElement | null} */ this.canvas = null;
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.timer);
    this.asking?.abort();
    this.bitmap?.close();
  }

  /** @param {Partial<Draft>} change */
  #edit(change) {
    this.draft = { ...this.draft, ...change };
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.#preview(), SETTLES);
  }

  async #preview() {
    this.asking?.abort();
    const ticket = this.mine?.ticket;
    if (!ticket || problem(this.draft) === "slip.blank") {
      this.bitmap = null;
      this.large = false;
      return;
    }
    const asking = (this.asking = new AbortController());
    try {
      const bitmap = await previewSlip({ ticket: ticket.id, generation: ticket.generation, content: content(this.draft) }, asking.signal);
      if (asking.signal.aborted) return;
      this.bitmap = bitmap;
      this.trouble = null;
    } catch (error) {
      if (asking.signal.aborted) return;
      if (error instanceof Refused && error.status === 429) {
        this.timer = setTimeout(() => void this.#preview(), LATER); // too fast: the picture can wait
        return;
      }
      this.trouble = error instanceof Refused ? error.message : t("api.failed");
    }
  }

  /** Print once; what may already lie in the tray is printed again only on purpose. */
  async print() {
    const wrong = problem(this.draft);
    if (wrong) {
      this.emit("say", { text: t(wrong), kind: "bad" });
      return;
    }
    const body = content(this.draft);
    const same = this.orders.filter((order) => this.sent.get(order.id) === JSON.stringify(body));
    if (same.some((order) => order.outcome === null)) {
      this.emit("say", { text: t("slip.still"), kind: "info" });
      return;
    }
    const maybe = same.find((order) => order.outcome === "printed" || order.outcome === "unknown" || order.outcome === "offline");
    if (maybe) {
      const question = { title: t("slip.again"), body: label("slip.again", maybe.outcome ?? ""), choices: [{ value: "yes", label: t("slip.again.yes"), kind: /** @type {const} */ ("primary") }] };
      if ((await ask(question)) !== "yes") return;
    }
    this.emit("print-slip", { content: body, sent: (/** @type {string} */ id) => this.sent.set(id, JSON.stringify(body)) });
  }

  get orders() {
    return (this.mine?.orders ?? []).filter((order) => order.kind === "slip");
  }

  updated() {
    const canvas = this.querySelector("canvas");
    if (!canvas || !this.bitmap || (this.drawn === this.bitmap && this.canvas === canvas)) return;
    canvas.width = this.bitmap.width;
    canvas.height = this.bitmap.height;
    canvas.getContext("2d")?.drawImage(this.bitmap, 0, 0);
    this.drawn = this.bitmap;
    this.canvas = canvas;
  }

  /** @param {number} index @param {Partial<Step>} change */
  #step(index, change) {
    this.#edit({ steps: this.draft.steps.map((step, at) => (at === index ? { ...step, ...change } : step)) });
  }

  render() {
    const { draft } = this;
    const { done, steps } = suggestions(this.mine?.ticket.purpose ?? "");
    const freeDone = done.filter((line) => !draft.done.includes(line));
    const freeSteps = steps.filter((step) => !draft.steps.some((own) => own.what === step.what));
    return html`<section class="slip" aria-labelledby="slip-title">
      <h2 class="unseen" id="slip-title">${t("slip.title")}</h2>
      <div class="slipbody ${this.large ? "large" : ""}">
        <div class="compose" ?inert=${this.large}>
          <h3>${t("slip.done")}</h3>
          ${draft.done.map(
            (line, index) => html`<div class="line">
              <input aria-label=${t("slip.done")} maxlength=${LIMITS.done} .value=${line} autocomplete="off" @input=${(/** @type {any} */ e) => this.#edit({ done: draft.done.map((own, at) => (at === index ? e.target.value : own)) })} />
              <button class="x" aria-label=${t("slip.remove", { what: line })} @click=${() => this.#edit({ done: draft.done.filter((_, at) => at !== index) })}>×</button>
            </div>`,
          )}
          ${draft.done.length < LIMITS.rows
            ? html`<p class="adds">${freeDone.map((line) => html`<button @click=${() => this.#edit({ done: [...draft.done, line] })}>＋ ${line}</button>`)}
                <button @click=${() => this.#edit({ done: [...draft.done, ""] })}>＋ ${t("slip.write")}</button></p>`
            : nothing}
          <h3>${t("slip.next")}</h3>
          ${draft.steps.map((step, index) => this.#fields(step, index))}
          ${draft.steps.length < LIMITS.rows
            ? html`<p class="adds">${freeSteps.map((step) => html`<button @click=${() => this.#edit({ steps: [...draft.steps, step] })}>＋ ${step.what}</button>`)}
                <button @click=${() => this.#edit({ steps: [...draft.steps, { what: "", where: "", until: "", bring: "" }] })}>＋ ${t("slip.write")}</button></p>`
            : nothing}
          <label class="field note-field"><span>${t("slip.note")}</span><textarea rows="2" maxlength=${LIMITS.note} .value=${draft.note} @input=${(/** @type {any} */ e) => this.#edit({ note: e.target.value })}></textarea></label>
        </div>
        <div class="preview" role="group" aria-label=${t("slip.preview")} tabindex="0">
          ${this.trouble ? html`<p class="ng">▲ ${this.trouble}</p>` : nothing}
          ${this.bitmap ? html`<button class="grow" aria-pressed=${this.large} @click=${() => (this.large = !this.large)}>${t(this.large ? "slip.smaller" : "slip.larger")}</button><canvas role="img" aria-label=${t("slip.preview.label")}></canvas>` : html`<p class="mut">${t("slip.preview.empty")}</p>`}
        </div>
      </div>
      <div class="slipfoot">
        <div class="outcomes" role="status">${this.orders.length ? html`<ul>${this.orders.map((order, index) => outcome(order.outcome, index + 1))}</ul>` : html`<span class="mut">${t("slip.sub")}</span>`}</div>
        <button class="blue" ?disabled=${!this.can} @click=${() => this.print()}>${t("act.print")} <kbd>Alt+P</kbd></button>
      </div>
    </section>`;
  }

  /** @param {Step} step @param {number} index */
  #fields(step, index) {
    const field = (/** @type {keyof Step} */ name) => html`<label><span>${t(`slip.${name}`)}</span><input maxlength=${LIMITS[name]} .value=${step[name]} autocomplete="off" @input=${(/** @type {any} */ e) => this.#step(index, { [name]: e.target.value })} /></label>`;
    return html`<fieldset>
      <legend>${t("slip.nth", { n: index + 1 })}</legend>
      <button class="x" aria-label=${t("slip.remove", { what: step.what || t("slip.nth", { n: index + 1 }) })} @click=${() => this.#edit({ steps: this.draft.steps.filter((_, at) => at !== index) })}>×</button>
      ${field("what")}${field("where")}${field("until")}${field("bring")}
    </fieldset>`;
  }
}
customElements.define("k-slip", KSlip);

/** @param {string | null} outcome @param {number} nth */
export function outcome(outcome, nth) {
  const kind = outcome === null ? "b" : outcome === "printed" ? "g" : outcome === "unknown" ? "y" : "n";
  const sign = outcome === null ? "…" : outcome === "printed" ? "●" : "▲";
  return html`<li><span class="chip ${kind}">${sign} ${t("slip.nth_print", { n: nth })} ${outcome === null ? t("print.under_way") : label("print", outcome)}</span></li>`;
}
