/** 相談・引きつぎ: how, to which desk, colleague or interpreter, with one line for them, and only after the clerk has said so. */
import { html, nothing } from "/vendor/lit.js";
import { Plain, ask } from "/shared/elements.js";
import { newId } from "/shared/link.js";
import { label, t } from "/shared/strings.ja.js";
import { casePage } from "./cases.js";
import { choices, proposed } from "./destinations.js";

/**
 * @typedef {import("./desk.js").Desk} Desk
 * @typedef {import("./destinations.js").Choice} Choice
 * @typedef {"give" | "consult" | "join" | "interpreter"} Mode
 */

/** @type {readonly Mode[]} */
const MODES = ["give", "consult", "join", "interpreter"];

/** The form in the dialog; it follows the view while it is open, so that who is free is who is free now. */
class KHandOn extends Plain {
  static properties = { picked: { state: true }, note: { state: true }, mode: { state: true } };

  constructor() {
    super();
    /** @type {Desk} */ this.desk = /** @type {any} */ (null);
    /** @type {string | null} */ this.picked = null;
    this.note = "";
    /** @type {Mode} */ this.mode = "give";
    this.redraw = () => this.requestUpdate();
    this.opened = false;
  }

  connectedCallback() {
    super.connectedCallback();
    this.desk.addEventListener("change", this.redraw);
    this.opened = true;
    this.requestUpdate();
  }

  /** The choice has the focus first, so that an Enter too many hands nobody on. */
  updated() {
    if (this.opened) /** @type {HTMLElement | null} */ (this.querySelector("input[name=to]:checked"))?.focus();
    this.opened = false;
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.desk.removeEventListener("change", this.redraw);
  }

  get choices() {
    const { mine, view } = this.desk;
    if (!mine) return { lanes: [], people: [] };
    if (this.mode === "interpreter") return { lanes: interpreters(mine), people: [] };
    const all = choices(mine, view?.colleagues ?? []);
    if (this.mode === "give") return all;
    // Only somebody who could answer at once can come into a call, from this very desk too.
    const free = (/** @type {Choice} */ one) => (one.state === "busy" ? /** @type {Choice} */ ({ ...one, state: "away" }) : one);
    const here = new Set(mine.participants.map((one) => `staff:${one.staff}`));
    return { lanes: all.lanes.map(free), people: all.people.filter((one) => !here.has(one.value)).map(free) };
  }

  /** What is picked, as long as somebody is there. @returns {Choice | null} */
  get choice() {
    const { lanes, people } = this.choices;
    return [...lanes, ...people].find((one) => one.value === this.picked && one.state !== "away") ?? null;
  }

  /** @param {Choice} one */
  #row(one) {
    const away = one.state === "away";
    const on = this.picked === one.value;
    return html`<label class="to ${on ? "on" : ""} ${away ? "off" : ""}">
      <input type="radio" name="to" value=${one.value} .checked=${on} ?disabled=${away} @change=${() => (this.picked = one.value)} />
      <b>${one.name}</b>${one.department ? html` <span class="mut dep">${one.department}</span>` : nothing}${one.next ? html` <span class="chip b">${t("hand_on.next")}</span>` : nothing}
      <span class="how ${one.state}">${how(one)}</span></label>`;
  }

  /** @param {Mode} mode */
  #take(mode) {
    this.mode = mode;
    this.picked = proposed(this.choices)?.value ?? null;
  }

  /** @param {Mode} mode */
  #how(mode) {
    const on = this.mode === mode;
    return html`<label class=${on ? "on" : ""}><input type="radio" name="how" value=${mode} .checked=${on} @change=${() => this.#take(mode)} />
      <b>${t(`ask_in.${mode}`)}</b><small>${t(`ask_in.${mode}.sub`)}</small></label>`;
  }

  render() {
    const { lanes, people } = this.choices;
    const gives = this.mode === "give";
    if (this.mode === "interpreter")
      return html`<div class="handon">${this.#modes()}
        ${lanes.length ? html`<fieldset><legend>${t("ask_in.skills")}</legend>${lanes.map((one) => this.#row(one))}</fieldset>` : html`<p>${t("ask_in.no_interpreter")}</p>`}
        ${this.#why()}<p class="mut small">${t("ask_in.what")}</p></div>`;
    return html`<div class="handon">${this.#modes()}
      ${lanes.length ? html`<fieldset><legend>${t("hand_on.lanes")}</legend>${lanes.map((one) => this.#row(one))}</fieldset>` : nothing}
      ${people.length ? html`<fieldset><legend>${t("hand_on.people")}</legend>${people.map((one) => this.#row(one))}</fieldset>` : nothing}
      ${this.#why()}
      <p class="mut small">${t(gives ? "hand_on.what" : "ask_in.what")}</p>
    </div>`;
  }

  #modes() {
    return html`<fieldset class="how-to"><legend>${t("ask_in.how")}</legend>${MODES.map((mode) => this.#how(mode))}</fieldset>`;
  }

  #why() {
    const gives = this.mode === "give";
    return html`<label class="field"><span>${t(gives ? "hand_on.note" : "ask_in.note")} <small class="mut">${t(gives ? "hand_on.note_sub" : "ask_in.note_sub")}</small></span>
        <input name="note" maxlength="200" autocomplete="off" .value=${this.note} @input=${(/** @type {any} */ e) => (this.note = e.target.value)} /></label>`;
  }
}
customElements.define("k-hand-on", KHandOn);

/** @param {Choice} one */
function how(one) {
  if (one.state === "free") return one.free ? t("hand_on.free_n", { n: one.free }) : t("hand_on.free");
  if (one.state === "away") return t("lane" in one.to || "skill" in one.to ? "hand_on.nobody" : "hand_on.paused");
  if (!one.wait) return t("hand_on.busy");
  const [from, to] = one.wait;
  return t(from === to ? "hand_on.wait_same" : "hand_on.wait", { from, to });
}

/** Who could interpret, by what they can. @param {import("/protocol/messages").MyTicket} mine @returns {Choice[]} */
function interpreters(mine) {
  return mine.interpreters.map((one) => ({
    value: `skill:${one.skill}`, name: label("skill", one.skill, one.skill), department: one.wished ? t("ask_in.wished") : "", to: { skill: one.skill },
    free: one.free, wait: null, state: one.free ? "free" : "away", next: false,
  }));
}

/** Return the command of a mode. @param {Mode} mode @param {Choice["to"]} to @param {string | null} note @returns {[string, {[key: string]: unknown}]} */
function wish(mode, to, note) {
  switch (mode) {
    case "give":
      return ["transfer", { mode: "cold", ...to, note }];
    case "consult":
      return ["transfer", { mode: "warm", ...to, note }];
    case "join":
      return ["ask_to_join", { role: "second", ...to, note }];
    case "interpreter":
      return ["ask_to_join", { role: "interpreter", ...to, note }];
  }
}

/** Ask how and where to, keep the note in the case, and hand the resident on or call somebody in. @param {Desk} desk */
export async function handOn(desk) {
  const say = (/** @type {string} */ text, /** @type {"info" | "bad"} */ kind = "info") => desk.dispatchEvent(new CustomEvent("say", { detail: { text, kind } }));
  const form = /** @type {KHandOn} */ (document.createElement("k-hand-on"));
  form.desk = desk;
  form.picked = proposed(form.choices)?.value ?? null;
  for (;;) {
    if (form.picked === null && !desk.mine?.interpreters.length) return void (await ask({ title: t("hand_on.title"), body: t("hand_on.nowhere"), choices: [] }));
    const answer = await ask({ title: t("ask_in.title"), content: form, choices: [{ value: "go", label: t("hand_on.yes"), kind: "primary" }], wide: true });
    const { choice } = form;
    const ticket = desk.mine?.ticket;
    if (answer !== "go" || !ticket) return;
    if (!choice) {
      form.picked = proposed(form.choices)?.value ?? null; // whoever was picked has gone meanwhile: ask again
      continue;
    }
    const text = form.note.trim();
    const note = text ? `note.${newId()}` : null;
    try {
      if (note) await casePage("case/note", { ticket: ticket.id, id: note, text });
    } catch {
      say(t("hand_on.note_lost"), "bad");
      continue; // what was written is still in the form
    }
    const reply = await desk.about(...wish(form.mode, choice.to, note));
    const who = choice.department && !("skill" in choice.to) ? `${choice.department} ${choice.name}` : choice.name;
    if (reply && !reply.refused) say(t(form.mode === "give" ? "hand_on.done" : "ask_in.done", { who }));
    return;
  }
}
