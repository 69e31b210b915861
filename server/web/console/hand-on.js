/** 転送: to which desk or colleague, with one line for them, and only after the clerk has said so. */
import { html, nothing } from "/vendor/lit.js";
import { Plain, ask } from "/shared/elements.js";
import { newId } from "/shared/link.js";
import { t } from "/shared/strings.ja.js";
import { casePage } from "./cases.js";
import { choices, proposed } from "./destinations.js";

/**
 * @typedef {import("./desk.js").Desk} Desk
 * @typedef {import("./destinations.js").Choice} Choice
 */

/** The form in the dialog; it follows the view while it is open, so that who is free is who is free now. */
class KHandOn extends Plain {
  static properties = { picked: { state: true }, note: { state: true } };

  constructor() {
    super();
    /** @type {Desk} */ this.desk = /** @type {any} */ (null);
    /** @type {string | null} */ this.picked = null;
    this.note = "";
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
    if (this.opened) /** @type {HTMLElement | null} */ (this.querySelector("input:checked"))?.focus();
    this.opened = false;
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.desk.removeEventListener("change", this.redraw);
  }

  get choices() {
    const { mine, view } = this.desk;
    return mine ? choices(mine, view?.colleagues ?? []) : { lanes: [], people: [] };
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

  render() {
    const { lanes, people } = this.choices;
    return html`<div class="handon">
      ${lanes.length ? html`<fieldset><legend>${t("hand_on.lanes")}</legend>${lanes.map((one) => this.#row(one))}</fieldset>` : nothing}
      ${people.length ? html`<fieldset><legend>${t("hand_on.people")}</legend>${people.map((one) => this.#row(one))}</fieldset>` : nothing}
      <label class="field"><span>${t("hand_on.note")} <small class="mut">${t("hand_on.note_sub")}</small></span>
        <input name="note" maxlength="200" autocomplete="off" .value=${this.note} @input=${(/** @type {any} */ e) => (this.note = e.target.value)} /></label>
      <p class="mut small">${t("hand_on.what")}</p>
    </div>`;
  }
}
customElements.define("k-hand-on", KHandOn);

/** @param {Choice} one */
function how(one) {
  if (one.state === "free") return one.free ? t("hand_on.free_n", { n: one.free }) : t("hand_on.free");
  if (one.state === "away") return t("lane" in one.to ? "hand_on.nobody" : "hand_on.paused");
  if (!one.wait) return t("hand_on.busy");
  const [from, to] = one.wait;
  return t(from === to ? "hand_on.wait_same" : "hand_on.wait", { from, to });
}

/** Ask where to, keep the note in the case, and hand the resident on. @param {Desk} desk */
export async function handOn(desk) {
  const say = (/** @type {string} */ text, /** @type {"info" | "bad"} */ kind = "info") => desk.dispatchEvent(new CustomEvent("say", { detail: { text, kind } }));
  const form = /** @type {KHandOn} */ (document.createElement("k-hand-on"));
  form.desk = desk;
  form.picked = proposed(form.choices)?.value ?? null;
  for (;;) {
    if (form.picked === null) return void (await ask({ title: t("hand_on.title"), body: t("hand_on.nowhere"), choices: [] }));
    const answer = await ask({ title: t("hand_on.title"), content: form, choices: [{ value: "go", label: t("hand_on.yes"), kind: "primary" }], wide: true });
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
    const reply = await desk.about("transfer", { mode: "cold", ...choice.to, note });
    if (reply && !reply.refused) say(t("hand_on.done", { who: choice.department ? `${choice.department} ${choice.name}` : choice.name }));
    return;
  }
}
