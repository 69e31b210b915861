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
      ${lanes.length ? html`<optgroup label=${t("floor.move.lanes")}>${lanes.map((lane) => html`<option value=${`lane:${lane.id}`}>${t("floor.move.lane", { lane: lane.name, n: lane.waiting })}</option>`)}</optgroup>` : nothing}
      ${people.length ? html`<optgroup label=${t("floor.move.staff")}>${people.map((one) => html`<option value=${`staff:${one.id}`}>${t("floor.move.person", { name: one.name, department: one.department, state: t(`state.${one.state}`) })}</option>`)}</optgroup>` : nothing}
    </select></label>`;
  const answer = await ask({ title: t("floor.move.title", { number: ticket.number }), body: t("floor.move.body"), content, choices: [{ value: "yes", label: t("floor.move.yes"), kind: "primary" }] });
  if (answer !== "yes" || !where) return null;
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
