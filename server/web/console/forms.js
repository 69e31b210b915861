/**
 * 申請書: clerk and resident write one form. A field is sent when it is left (Enter or Tab); what comes back is durable.
 *
 * The server decides everything: whole pages come in, one deed at a time goes out, in the order it was done.
 */
import { html, nothing } from "/vendor/lit.js";
import { live } from "/vendor/live.js";
import { repeat } from "/vendor/repeat.js";
import { Refused } from "/shared/api.js";
import { Plain, ask } from "/shared/elements.js";
import { label, t } from "/shared/strings.ja.js";
import { formCopy, formDo, formPage, formPdf } from "./form-api.js";

/**
 * @typedef {import("/protocol/messages").MyTicket} MyTicket
 * @typedef {import("./form-api.js").FormsPage} FormsPage
 * @typedef {import("./form-api.js").OpenForm} OpenForm
 * @typedef {import("./form-api.js").Place} Place
 * @typedef {import("./form-api.js").Part} Part
 * @typedef {import("./form-api.js").Act} Act
 */

const WHYS = /** @type {const} */ (["hands", "eyes", "letters", "other"]);
const ORIGINS = /** @type {const} */ (["typed", "said", "document"]);

/** Emits "print-sheet" for a 控え, and "ask-card" for a signature by card. */
class KForms extends Plain {
  static properties = { mine: { attribute: false }, card: { attribute: false }, rung: { type: Number }, sheet: { type: Number }, can: { type: Boolean }, asks: { attribute: false }, data: { state: true }, at: { state: true }, errors: { state: true }, trouble: { state: true }, busy: { state: true }, origin: { state: true } };

  constructor() {
    super();
    /** @type {MyTicket | null} */ this.mine = null;
    /** What the card said; only after its owner's 「はい」. @type {import("/protocol/messages").FourBasicData | null} */ this.card = /** @type {any} */ (null);
    /** Grows whenever the resident did something. */
    this.rung = 0;
    /** Grows whenever the questionnaire knows more. */
    this.sheet = 0;
    this.can = false;
    /** Why no card can be asked for now; empty = it can. */
    this.asks = "";
    /** @type {FormsPage | null} */ this.data = null;
    /** The form on this screen. @type {string | null} */ this.at = null;
    /** What was typed and not taken, by place. @type {Record<string, {raw: string, why: string}>} */ this.errors = {};
    /** @type {string | null} */ this.trouble = null;
    this.busy = 0;
    /** Whose word what is typed now is. @type {typeof ORIGINS[number]} */ this.origin = "said";
    /** @type {Promise<void>} */ this.queue = Promise.resolve();
    this.used = "";
    /** What is in the fields and not yet durable: a page that arrives meanwhile must not wipe it. @type {Map<string, string>} */
    this.drafts = new Map();
  }

  /** @param {Map<PropertyKey, unknown>} changed */
  willUpdate(changed) {
    if (changed.has("rung") || (changed.has("mine") && this.data === null)) this.#load();
    if (changed.has("card")) this.#card();
    if (changed.has("sheet") && this.data?.open.length) this.#do({ type: "told" });
  }

  #load() {
    const ticket = this.mine?.ticket;
    if (ticket) this.#then(() => formPage(ticket.id));
  }

  /** What the card said is written into the forms as soon as both are there, once. */
  #card() {
    const data = this.card;
    if (!data || !this.data?.open.length || this.used === JSON.stringify(data)) return;
    this.used = JSON.stringify(data);
    this.#do({ type: "card", data });
  }

  /** @param {Act} act @param {string} [slot] @param {string} [raw] */
  #do(act, slot, raw = "") {
    const ticket = this.mine?.ticket;
    if (ticket) this.#then(() => formDo(ticket.id, act), slot, raw);
  }

  /** One after the other: what was written first arrives first. @param {() => Promise<FormsPage>} work @param {string} [slot] @param {string} [raw] */
  #then(work, slot, raw = "") {
    this.busy += 1;
    this.queue = this.queue.then(async () => {
      try {
        this.#take(await work());
        this.trouble = null;
        if (slot) this.errors = Object.fromEntries(Object.entries(this.errors).filter(([key]) => key !== slot));
      } catch (error) {
        const why = error instanceof Refused ? error.message : t("api.failed");
        if (slot) this.errors = { ...this.errors, [slot]: { raw, why } };
        else this.trouble = why;
      } finally {
        if (slot && this.drafts.get(slot) === raw) this.drafts.delete(slot);
        this.busy -= 1;
      }
    });
  }

  /** @param {FormsPage} data */
  #take(data) {
    const before = this.data;
    this.data = data;
    const open = data.open.map((form) => form.form);
    const shown = data.shown !== before?.shown ? data.shown : this.at;
    this.at = shown && open.includes(shown) ? shown : (open[0] ?? null);
    if (before === null || !before.open.length) this.#card();
    // What the resident called wrong is what the clerk wants to see, wherever the page stood.
    if (before && !refused(before) && refused(data)) void this.updateComplete.then(() => this.#toWrong());
  }

  #toWrong() {
    const place = this.querySelector(".fplace.refused");
    place?.scrollIntoView({ block: "center" });
    /** @type {HTMLElement | null | undefined} */ (place?.querySelector("[data-slot]"))?.focus();
  }

  // ------------------------------------------------------------ one field

  /** @param {Place} place @param {string} raw */
  #put(place, raw) {
    const { begins } = place;
    if (begins && raw.startsWith(begins + begins.trim())) this.drafts.set(place.slot, (raw = raw.slice(begins.length))); // who wrote the whole name
    if (begins && raw.trim() === begins.trim()) return;
    if (raw === place.value || (raw === place.shown && place.value !== "")) {
      this.drafts.delete(place.slot);
      if (place.slot in this.errors) this.errors = Object.fromEntries(Object.entries(this.errors).filter(([key]) => key !== place.slot));
      return;
    }
    this.#do({ type: "put", slot: place.slot, raw, origin: this.origin }, place.slot, raw);
  }

  /** A family shares its name: it stands there when somebody comes to write, and goes when nothing was added. @param {Place} place @param {boolean} coming */
  #begin(place, coming) {
    if (!place.begins) return;
    if (coming && !this.drafts.has(place.slot)) this.drafts.set(place.slot, place.begins);
    else if (!coming && this.drafts.get(place.slot)?.trim() === place.begins.trim()) this.drafts.delete(place.slot);
    this.requestUpdate();
  }

  /** Enter leaves a field for the next one; an input method under way keeps its keys. @param {KeyboardEvent} event */
  #onKey(event) {
    const at = /** @type {HTMLElement} */ (event.target);
    if (event.key !== "Enter" || event.isComposing || event.keyCode === 229 || event.altKey || event.ctrlKey || !at.matches("[data-slot]") || at.matches("button")) return;
    event.preventDefault();
    const all = /** @type {HTMLElement[]} */ ([...this.querySelectorAll("[data-slot]:not(:disabled)")]);
    all[all.indexOf(at) + (event.shiftKey ? -1 : 1)]?.focus();
  }

  /** @param {Place} place @param {boolean} locked @param {boolean} [narrow] in a table: its column has the label */
  #place(place, locked, narrow = false) {
    const wrong = this.errors[place.slot];
    const id = `f-${place.slot.replaceAll(".", "-")}`;
    const noted = wrong ? wrong.why : place.refused ? t("form.said_wrong") : (place.notes[0] ?? (place.card ? t("form.card_says", { value: place.card }) : ""));
    const kind = `fplace of-${place.kind} ${place.refused ? "refused" : ""} ${wrong ? "wrong" : ""} ${place.used ? "" : "unused"}`;
    return html`<div class=${kind}>
      <label for=${id}>${narrow ? html`<small>${place.short}</small>` : html`${place.ask}<small>${place.label}${place.needed ? html`<i>${t("form.needed")}</i>` : nothing}</small>`}</label>
      ${this.#input(place, id, locked, wrong?.raw)}
      <span class="forigin">${place.origin ? html`<span class="chip ${place.origin === "card" ? "g" : place.origin === "checklist" ? "b" : ""}">${label("form_origin", place.origin)}</span>` : nothing}${place.confirmed ? html`<span class="chip g" title=${t("form.confirmed")}>✓</span>` : nothing}</span>
      ${noted ? html`<p id="${id}-why" class=${wrong || place.refused ? "ng" : "cau"} role=${wrong ? "alert" : "note"}>▲ ${noted}</p>` : nothing}
    </div>`;
  }

  /** @param {Place} place @param {string} id @param {boolean} locked @param {string | undefined} raw */
  #input(place, id, locked, raw) {
    const put = (/** @type {any} */ e) => this.#put(place, e.target.value);
    if (place.kind === "choice")
      return html`<select id=${id} data-slot=${place.slot} ?disabled=${locked || !place.used} aria-invalid=${raw !== undefined} @change=${put}>
        <option value="" ?selected=${place.value === ""}>${t("case.choose")}</option>
        ${Object.entries(place.options).map(([key, said]) => html`<option value=${key} ?selected=${place.value === key}>${said}</option>`)}
      </select>`;
    if (place.kind === "choices") {
      const on = place.value.split(",");
      const turn = (/** @type {string} */ key) => this.#put(place, on.includes(key) ? on.filter((one) => one !== key).join(",") : [...on.filter(Boolean), key].join(","));
      return html`<details class="fchoices"><summary id=${id} data-slot=${place.slot}>${place.shown || t("case.choose")}</summary>${Object.entries(place.options).map(([key, said]) => html`<label class="check"><input type="checkbox" .checked=${live(on.includes(key))} ?disabled=${locked} @change=${() => turn(key)} />${said}</label>`)}</details>`;
    }
    const numbers = place.kind === "count" || place.kind === "digits" || place.kind === "phone" || place.kind === "postal";
    return html`<input id=${id} data-slot=${place.slot} autocomplete="off" ?disabled=${locked || !place.used} inputmode=${numbers ? "numeric" : "text"} aria-invalid=${raw !== undefined} aria-describedby="${id}-why"
      placeholder=${place.kind === "date" ? t("form.date_like") : place.help} .value=${live(this.drafts.get(place.slot) ?? raw ?? (place.kind === "date" ? place.shown : place.value))} @focus=${() => this.#begin(place, true)} @blur=${() => this.#begin(place, false)} @input=${(/** @type {any} */ e) => void this.drafts.set(place.slot, e.target.value)} @change=${put} />`;
  }

  // ------------------------------------------------------------ the page

  render() {
    const data = this.data;
    if (!data) return html`<p class="empty">${t("form.loading")}</p>${this.#trouble()}`;
    const form = data.open.find((one) => one.form === this.at) ?? null;
    return html`<div class="forms" @keydown=${this.#onKey}>
      ${this.#bar(data, form)}${this.#trouble()}
      <div class="scroll grow" tabindex="-1">${form ? this.#form(data, form) : this.#offers(data)}${this.#papers(data)}</div>
      ${form ? this.#foot(data, form) : nothing}
    </div>`;
  }

  #trouble() {
    return this.trouble ? html`<p class="alert ng" role="alert">▲ ${this.trouble}</p>` : nothing;
  }

  /** @param {FormsPage} data @param {OpenForm | null} form */
  #bar(data, form) {
    return html`<div class="formbar">
      ${data.open.map((one) => html`<button aria-pressed=${one === form} @click=${() => this.#turn(one.form)}>${one.plain} <small>${label("form_stage", one.stage)}</small>${data.shown === one.form ? html`<span class="eye" title=${t("form.seen")}>◉<span class="unseen">${t("form.seen")}</span></span>` : nothing}</button>`)}
      ${data.open.length ? html`<button class="small" aria-pressed=${form === null} @click=${() => (this.at = null)}>＋ ${t("form.more")}</button>` : nothing}
      <label class="r forigins"><small>${t("form.by")}</small><select @change=${(/** @type {any} */ e) => (this.origin = e.target.value)}>${ORIGINS.map((one) => html`<option value=${one} ?selected=${this.origin === one}>${label("form_origin", one)}</option>`)}</select></label>
    </div>`;
  }

  /** @param {string} form */
  #turn(form) {
    this.at = form;
    if (this.data?.shown !== form) this.#do({ type: "show", form });
  }

  /** @param {FormsPage} data */
  #offers(data) {
    const rest = data.offers.filter((offer) => offer.stage === null);
    const one = (/** @type {import("./form-api.js").Offer} */ offer) => html`<button class="tall" @click=${() => this.#do({ type: "open", form: offer.form })}><b>${offer.plain}</b><small>${offer.title}</small></button>`;
    const proposed = rest.filter((offer) => offer.proposed);
    return html`<div class="choosing">${proposed.length ? html`<h3>${t("form.proposed")}</h3><div class="events">${proposed.map(one)}</div>` : nothing}
      <h3>${t(proposed.length ? "form.others" : "form.which")}</h3><div class="events">${rest.filter((offer) => !offer.proposed).map(one)}</div></div>`;
  }

  /** @param {FormsPage} data @param {OpenForm} form */
  #form(data, form) {
    const locked = form.stage !== "filling";
    const places = (/** @type {readonly Place[]} */ all) => html`<div class="fgrid">${repeat(all, (one) => one.slot, (one) => this.#place(one, locked))}</div>`;
    return html`<section class="fpart"><h3>${t("form.header")} <small>${t("form.header_sub")}</small></h3>${places(data.header)}</section>
      ${form.parts.map((part) => html`<section class="fpart"><h3>${part.label}</h3>${part.group ? this.#rows(part, locked) : places(part.places)}</section>`)}
      ${form.fees ? html`<section class="fpart fees"><h3>${t("form.fees")}</h3><ul>${form.fees.lines.map((fee) => html`<li>${fee.name} <span>${fee.copies}${t("form.copies")} × ${fee.each}${t("form.yen")}</span> <b>${fee.sum}${t("form.yen")}</b></li>`)}</ul><p><b class="big">${t("form.total")} ${form.fees.total}${t("form.yen")}</b> ${form.fees.pay}</p>${form.fees.notes.map((note) => html`<p class="cau">▲ ${note}</p>`)}</section>` : nothing}
      ${form.notes.length ? html`<ul class="fnotes">${form.notes.map((note) => html`<li>${note}</li>`)}</ul>` : nothing}`;
  }

  /** @param {Part} part @param {boolean} locked */
  #rows(part, locked) {
    return html`${repeat(part.rows, (row) => row[0]?.slot, (row) => {
      const number = Number(row[0]?.slot.split(".")[1]);
      return html`<fieldset class="frow"><legend>${number}</legend><div class="fgrid narrow">${repeat(row, (one) => one.slot, (one) => this.#place(one, locked, true))}</div>
        <button class="small x" ?disabled=${locked} aria-label=${t("form.row_out", { n: number })} @click=${() => this.#do({ type: "drop_row", group: part.group ?? "", row: number })}>×</button></fieldset>`;
    })}
    ${part.more ? html`<button class="blue small" ?disabled=${locked} @click=${() => this.#do({ type: "add_row", group: part.group ?? "" })}>＋ ${t("form.row_in")}</button>` : nothing}`;
  }

  /** @param {FormsPage} data */
  #papers(data) {
    if (!data.papers.length) return nothing;
    return html`<section class="fpart"><h3>${t("form.papers")}</h3><ul class="fpapers">${data.papers.map((paper) => {
      const printed = (this.mine?.orders ?? []).filter((order) => order.filed === paper.sha256).at(-1);
      return html`<li><b class="grow">${paper.title}${paper.copy > 1 ? t("form.again", { n: paper.copy - 1 }) : ""}</b>
        <span class="chip g">${label("form_by", paper.by)}</span>
        ${data.exports ? html`<span class="chip ${paper.delivered ? "g" : "y"}">${t(paper.delivered ? "form.delivered" : "form.not_delivered")}</span>` : nothing}
        ${printed ? html`<span class="chip ${printed.outcome === "printed" ? "g" : printed.outcome === null ? "b" : "n"}">${printed.outcome === null ? t("print.under_way") : label("print", printed.outcome)}</span>` : nothing}
        ${this.#byCard(paper)}
        <div class="deeds"><span class="code grow">${paper.code}</span><button class="small" @click=${() => void this.#pdf(paper.sha256)}>PDF</button>
        ${paper.document && paper.card?.outcome !== "valid" ? html`<button class="small" ?disabled=${this.asks !== ""} title=${this.asks} @click=${() => void this.#askSignature(paper)}>${t("form.by_card")}</button>` : nothing}
        <button class="blue small" ?disabled=${!this.can} @click=${() => void this.#print(paper.sha256)}>${t("form.print")}</button></div></li>`;
    })}</ul></section>`;
  }

  /** How the signature by card stands: under way, what it came to, or why there is none. @param {import("./form-api.js").Paper} paper */
  #byCard(paper) {
    const order = (this.mine?.orders ?? []).filter((one) => one.ask === "signature" && one.document?.sha256 === paper.document?.sha256).at(-1);
    if (order && order.outcome === null) return html`<span class="chip b" role="status">${t("form.card_asked")}</span>`;
    if (paper.card) {
      const { outcome, why } = paper.card;
      const kind = outcome === "valid" ? "g" : outcome === "unchecked" ? "y" : "n";
      return html`<span class="chip ${kind}" role="status" title=${why ? label("sure.unchecked", why, "") : ""}>${outcome === "valid" ? "●" : "▲"} ${label("form_card", outcome)}</span>`;
    }
    return order?.outcome ? html`<span class="chip n" role="status">▲ ${t("form.card_stopped", { why: label("form_card_stop", order.outcome, t("form.card_stopped_other")) })}</span>` : nothing;
  }

  /** Say first what the resident will need: five tries, and a password few remember. @param {import("./form-api.js").Paper} paper */
  async #askSignature(paper) {
    const content = html`<p>${t("form.by_card_body", { title: paper.title })}</p><ul class="fnotes"><li>${t("form.by_card_password")}</li><li>${t("form.by_card_tries")}</li><li>${t("form.by_card_child")}</li></ul>`;
    const answer = await ask({ title: t("form.by_card"), content, choices: [{ value: "yes", label: t("form.by_card_yes"), kind: "primary" }] });
    if (answer === "yes") this.emit("ask-card", { ask: "signature", digits: null, document: paper.document });
  }

  /** What comes next, by how far the form has come. @param {FormsPage} data @param {OpenForm} form */
  #foot(data, form) {
    const errors = form.problems.filter((one) => one.severity === "error");
    const id = form.form;
    const say = {
      filling: errors.length ? t("form.missing", { n: errors.length, first: errors[0]?.sentence ?? "" }) : t("form.complete"),
      reading: t("form.is_reading"), agreed: t(data.helped === id ? "form.asks_help" : form.signature ? "form.is_signing" : "form.has_agreed"), signed: t("form.is_signed"),
    }[form.stage];
    return html`<div class="casefoot"><span class="fsay grow ${data.helped === id ? "ng" : ""}" role="status">${say}</span>
      ${form.stage === "filling"
        ? html`<button class="small" @click=${() => this.#do({ type: "close", form: id })}>${t("form.put_away")}</button>
            <button class="primary" ?disabled=${errors.length > 0 || this.busy > 0} @click=${() => this.#do({ type: "read_back", form: id })}>${t("form.read_back")}</button>`
        : form.stage === "signed"
          ? html`<button @click=${() => this.#do({ type: "correct", form: id })}>${t("form.correct")}</button>${data.shown === id ? html`<button @click=${() => this.#do({ type: "show", form: null })}>${t("form.take_away")}</button>` : nothing}`
          : html`<button @click=${() => this.#do({ type: "reopen", form: id })}>${t("form.reopen")}</button>
              ${form.signature ? html`<button class=${data.helped === id ? "primary" : ""} @click=${() => void this.#attest(form)}>${t("form.attest")}</button>` : form.stage === "agreed" ? html`<button class="primary" @click=${() => this.#do({ type: "done", form: id })}>${t("form.finish")}</button>` : nothing}`}
    </div>`;
  }

  /** @param {OpenForm} form */
  async #attest(form) {
    let note = "";
    const content = html`<p>${t("form.attest_body")}</p><label class="field">${t("form.attest_note")}<input maxlength="200" @input=${(/** @type {any} */ e) => (note = e.target.value)} /></label>`;
    const why = await ask({ title: t("form.attest"), content, choices: WHYS.map((value) => ({ value, label: label("form_why", value) })) });
    if (why) this.#do({ type: "attested", form: form.form, why: /** @type {typeof WHYS[number]} */ (why), note });
  }

  /** @param {string} sha256 */
  async #pdf(sha256) {
    const ticket = this.mine?.ticket;
    if (ticket) await formPdf(ticket.id, sha256).catch((error) => (this.trouble = error instanceof Refused ? error.message : t("api.failed")));
  }

  /** Ask with the very picture that will be printed. @param {string} sha256 */
  async #print(sha256) {
    const ticket = this.mine?.ticket;
    if (!ticket) return;
    let bitmap;
    try {
      bitmap = await formCopy(ticket.id, sha256);
    } catch (error) {
      this.trouble = error instanceof Refused ? error.message : t("api.failed");
      return;
    }
    const canvas = Object.assign(document.createElement("canvas"), { width: bitmap.width, height: bitmap.height });
    canvas.getContext("2d")?.drawImage(bitmap, 0, 0);
    bitmap.close();
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", t("slip.preview.label"));
    const answer = await ask({ title: t("form.print"), content: html`<div class="paperview" tabindex="0">${canvas}</div>`, choices: [{ value: "print", label: t("case.print_yes"), kind: "primary" }] });
    if (answer === "print") this.emit("print-sheet", { paper: "form", revision: 0, filed: sha256 });
  }
}
customElements.define("k-forms", KForms);

/** Is a place called wrong? @param {FormsPage} data */
function refused(data) {
  const places = [...data.header, ...data.open.flatMap((form) => form.parts.flatMap((part) => [...part.places, ...part.rows.flat()]))];
  return places.some((place) => place.refused);
}
