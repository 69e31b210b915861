/** What a supervisor does from the page: each asks first, and returns the command to send, or null. */
import { html, nothing } from "/vendor/lit.js";
import { ask } from "/shared/elements.js";
import { label, t } from "/shared/strings.ja.js";

/**
 * @typedef {import("./floor.js").FloorView} FloorView
 * @typedef {import("./floor.js").Lane} Lane
 * @typedef {import("./floor.js").Ticket} Ticket
 * @typedef {import("./floor.js").Colleague} Colleague
 * @typedef {{type: string, [key: string]: unknown}} Command
 */

/** @param {Ticket} ticket @param {FloorView} view @returns {Promise<Command | null>} */
export async function move(ticket, view) {
  let where = "";
  const people = [...view.staff].sort((a, b) => Number(b.state === "ready") - Number(a.state === "ready") || a.name.localeCompare(b.name, "ja"));
  const lanes = view.lanes.filter((lane) => lane.id !== ticket.lane);
  const content = html`<label class="field"><span>${t("floor.move.pick")}</span>
    <select @change=${(/** @type {any} */ e) => (where = e.target.value)}>
      <option value="">${t("floor.move.choose")}</option>
      ${lanes.length ? html`<optgroup label=${t("floor.move.lanes")}>${lanes.map((lane) => html`<option value=${`lane:${lane.id}`}>${t("floor.move.lane", { lane: lane.name, n: lane.waiting, ready: lane.ready })}</option>`)}</optgroup>` : nothing}
      ${people.length ? html`<optgroup label=${t("floor.move.staff")}>${people.map((one) => html`<option value=${`staff:${one.id}`}>${t("floor.move.person", { name: one.name, department: one.department, state: t(`state.${one.state}`) })}</option>`)}</optgroup>` : nothing}
    </select></label>`;
  const question = { title: t("floor.move.title", { number: ticket.number }), content, choices: [{ value: "yes", label: t("floor.move.yes"), kind: /** @type {const} */ ("primary") }] };
  let answer = await ask({ ...question, body: t("floor.move.body") });
  while (answer === "yes" && !where) answer = await ask({ ...question, body: t("floor.move.first") }); // a press that does nothing is no answer
  if (answer !== "yes") return null;
  const cut = where.indexOf(":");
  return { type: "reassign", ticket: ticket.id, generation: ticket.generation, lane: null, staff: null, [where.slice(0, cut)]: where.slice(cut + 1) };
}

/** @param {Ticket} ticket @returns {Promise<Command | null>} */
export async function urgent(ticket) {
  const answer = await ask({ title: t("floor.urgent.title", { number: ticket.number }), body: t("floor.urgent.body"), choices: [{ value: "yes", label: t("floor.urgent.yes"), kind: "danger" }] });
  return answer === "yes" ? { type: "raise", ticket: ticket.id } : null;
}

/** @param {Lane} lane @param {readonly string[]} reasons @returns {Promise<Command | null>} */
export async function close(lane, reasons) {
  const choices = reasons.map((value) => ({ value, label: label("closing", value) }));
  const reason = await ask({ title: t("floor.close.title", { lane: lane.name }), body: t("floor.close.body", { n: lane.waiting }), choices });
  return reason === null ? null : { type: "close_lane", lane: lane.id, reason };
}

/** @param {Lane} lane @returns {Promise<Command | null>} */
export async function reopen(lane) {
  const answer = await ask({ title: t("floor.reopen.title", { lane: lane.name }), body: t("floor.reopen.body"), choices: [{ value: "yes", label: t("floor.reopen.yes"), kind: "primary" }] });
  return answer === "yes" ? { type: "open_lane", lane: lane.id } : null;
}

/** @param {Colleague} one @returns {Promise<Command | null>} */
export async function ready(one) {
  const answer = await ask({ title: t("floor.ready.title", { name: one.name }), body: t("floor.ready.body"), choices: [{ value: "yes", label: t("floor.ready.yes"), kind: "primary" }] });
  return answer === "yes" ? { type: "ready_colleague", staff: one.id } : null;
}

/** @param {Colleague} one @param {readonly string[]} reasons @returns {Promise<Command | null>} */
export async function pause(one, reasons) {
  const choices = reasons.map((value) => ({ value, label: label("pause", value) }));
  const reason = await ask({ title: t("floor.pause.title", { name: one.name }), body: t("floor.pause.body"), choices });
  return reason === null ? null : { type: "pause_colleague", staff: one.id, reason };
}

/** Both ends will read it: so whoever comes in reads that first. @param {import("./floor.js").Call} one @param {"watch" | "join"} how @param {string} me */
export async function enter(one, how, me) {
  const who = one.people[0]?.name ?? "";
  const answer = await ask({ title: t(`floor.${how}.title`, { number: one.number, who }), body: t(`floor.${how}.body`, { me, who }), choices: [{ value: "yes", label: t(`floor.${how}.yes`), kind: "primary" }] });
  return answer === "yes";
}

/** What a skill is called. @param {string} skill */
export function skillName(skill) {
  const cut = skill.indexOf(":");
  const [kind, name] = [skill.slice(0, cut), skill.slice(cut + 1)];
  switch (kind) {
    case "department":
      return t("floor.skill.department", { name });
    case "procedure":
      return t("floor.skill.procedure", { name });
    case "language":
      return label("language", name);
    case "sign":
      return t("floor.skill.sign");
    default:
      return name === "greeter" ? t("floor.skill.greeter") : name;
  }
}

/** Who answers what today: until midnight, or until it is taken back. @param {Colleague} one @param {FloorView} view @returns {Promise<Command | null>} */
export async function duty(one, view) {
  const lanes = new Set(one.lanes);
  const skills = new Set(one.skills);
  const turn = (/** @type {Set<string>} */ set, /** @type {string} */ id) => (/** @type {any} */ e) => void (e.target.checked ? set.add(id) : set.delete(id));
  // What somebody's own department does, they can do anyway.
  const own = `department:${one.department}`;
  const box = (/** @type {Set<string>} */ set, /** @type {string} */ id, /** @type {string} */ name) => html`<label class="check"><input type="checkbox" ?checked=${set.has(id) || id === own} ?disabled=${id === own} @change=${turn(set, id)} /> <span>${name}</span></label>`;
  const content = html`<fieldset class="checks"><legend>${t("floor.duty.lanes")}</legend>${view.lanes.map((lane) => box(lanes, lane.id, lane.name))}</fieldset>
    ${view.skills.length ? html`<fieldset class="checks"><legend>${t("floor.duty.skills")}</legend>${view.skills.map((skill) => box(skills, skill, skillName(skill)))}</fieldset>` : nothing}
    <p class="mut">${t("floor.duty.note")}</p>`;
  /** @type {import("/shared/elements.js").Choice[]} */
  const choices = [{ value: "yes", label: t("floor.duty.yes"), kind: "primary" }, ...(one.today ? [{ value: "end", label: t("floor.duty.end") }] : [])];
  const answer = await ask({ title: t("floor.duty.title", { name: one.name }), body: t("floor.duty.body"), content, choices });
  if (answer === "end") return { type: "end_duty", staff: one.id };
  if (answer !== "yes" || lanes.size === 0) return null; // none is no duty: who takes no calls is paused
  const all = view.lanes.every((lane) => lanes.has(lane.id));
  return { type: "set_duty", staff: one.id, lanes: all ? [] : [...lanes], skills: view.skills.filter((skill) => skills.has(skill)) };
}

/** @param {FloorView} view @returns {Promise<Command | null>} */
export async function announce(view) {
  let notice = view.announcement?.notice ?? "";
  let text = view.announcement?.text ?? "";
  const content = html`<label class="field"><span>${t("floor.notice.ready")}</span>
      <select @change=${(/** @type {any} */ e) => (notice = e.target.value)}>
        <option value="">${t("floor.notice.no_ready")}</option>
        ${view.notices.map((key) => html`<option value=${key} ?selected=${key === notice}>${label("announcement", key)}</option>`)}
      </select></label>
    <label class="field"><span>${t("floor.notice.text")}</span>
      <input maxlength="60" .value=${text} @input=${(/** @type {any} */ e) => (text = e.target.value)} /></label>
    <p class="mut">${t("floor.notice.personal")}</p>`;
  const answer = await ask({ title: t("floor.notice.title"), body: t("floor.notice.body"), content, choices: [{ value: "yes", label: t("floor.notice.yes"), kind: "primary" }] });
  return answer === "yes" ? { type: "announce", notice: notice || null, text: text.trim() } : null;
}
