/** What needs somebody now, worst first: one line for each kind, so that any number of them leaves the queue in sight. */
import { html, nothing } from "/vendor/lit.js";
import { repeat } from "/vendor/repeat.js";
import { t } from "/shared/strings.ja.js";
import * as deeds from "./deeds.js";
import { badness, sentence, ticketOf } from "./floor.js";

/**
 * @typedef {import("./floor.js").FloorView} FloorView
 * @typedef {import("./floor.js").Alert} Alert
 * @typedef {(wish: Promise<import("./deeds.js").Command | null>) => void} Send
 */

/** Alerts of one kind together, in the order their first one stands; pure. @param {readonly Alert[]} alerts @returns {Alert[][]} */
export function byKind(alerts) {
  /** @type {Map<string, Alert[]>} */
  const kinds = new Map();
  for (const alert of alerts) kinds.set(alert.kind, [...(kinds.get(alert.kind) ?? []), alert]);
  return [...kinds.values()];
}

/** @param {FloorView} view @param {number} at when the view came @param {Send} send */
export function alertsPanel(view, at, send) {
  return html`<section class="panel alerts" aria-labelledby="alerts-title">
    <h2 id="alerts-title">${t("floor.alerts")} <span class="count">${view.alerts.length || nothing}</span></h2>
    ${view.alerts.length
      ? html`<ol>${repeat(byKind(view.alerts), ([one]) => one?.kind, (some) => line(some, view, at, send))}</ol>`
      : html`<p class="calm"><b class="ok">● ${t("floor.alerts.none")}</b> <span class="mut">${t("floor.alerts.none.sub")}</span></p>`}
  </section>`;
}

/** One alert as it is, several of a kind folded: how many, and since when the first. @param {Alert[]} some @param {FloorView} view @param {number} at @param {Send} send */
function line(some, view, at, send) {
  const [first] = some;
  if (first === undefined) return nothing;
  const bad = badness(first);
  const sign = html`<span class="sign" aria-hidden="true">${bad === "n" ? "■" : "▲"}</span>`;
  const { what, advice } = sentence(first, view);
  const since = (/** @type {number} */ seconds) => html`<span class="for nw"><k-duration format="rough" .since=${at - seconds * 1000}></k-duration></span>`;
  if (some.length === 1) return html`<li class=${bad}>${sign}<p><b>${what}</b> ${since(first.for_seconds)}<small>${advice}</small></p>${ways(first, view, send)}</li>`;
  const longest = Math.max(...some.map((one) => one.for_seconds));
  return html`<li class="${bad} several">${sign}<details><summary><b>${t(`floor.many.${first.kind}`, { n: some.length })}</b> ${since(longest)} <span class="open">${t("floor.many.open")}</span><small>${advice}</small></summary>
    <ul>${some.map((one) => html`<li><p><b>${sentence(one, view).what}</b> ${since(one.for_seconds)}</p>${ways(one, view, send)}</li>`)}</ul></details></li>`;
}

/** @param {Alert} alert @param {FloorView} view @param {Send} send */
function ways(alert, view, send) {
  const ticket = ticketOf(alert, view);
  const person = view.staff.find((one) => one.id === alert.staff);
  return html`${ticket ? html`<button aria-label=${t("floor.move.label", { number: ticket.number })} @click=${() => send(deeds.move(ticket, view))}>${t("floor.move")}</button>` : nothing}
    ${person && person.state === "paused" ? html`<button aria-label=${t("floor.ready.label", { name: person.name })} @click=${() => send(deeds.ready(person))}>${t("floor.ready")}</button>` : nothing}
    ${alert.kind === "kiosk_stopped" ? html`<a class="button" href="/dashboard/">${t("floor.look")}</a>` : nothing}`;
}
