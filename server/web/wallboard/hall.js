/** The display in a hall: per lane how many wait and about how long; nobody signs in, nothing is said of anybody. */
import { html, nothing, render } from "/vendor/lit.js";
import { dayOf, timeOf } from "/shared/dates.js";
import { label, t } from "/shared/strings.ja.js";
import { Calls, called } from "./calls.js";

/**
 * @typedef {{id: string, name: string, open: boolean, closed: "hours" | "no_staff" | "today" | null, reason: string | null, waiting: number | null, wait_minutes: [number, number] | null}} Lane
 * @typedef {{city: string, updated_at: string, lanes: Lane[], announcement: {notice: string | null, text: string} | null}} Hall
 */

const EVERY = 5_000;
/** Older than this the page says that it is old: a wrong number on a wall is worse than none. */
const STALE = 30_000;

const root = /** @type {HTMLElement} */ (document.getElementById("app"));
/** @type {Hall | null} */ let hall = null;
let heard = performance.now();
const calls = new Calls(() => show());

async function look() {
  try {
    const answer = await fetch("/open/wait.json", { cache: "no-store", signal: AbortSignal.timeout(EVERY) });
    if (answer.ok) {
      hall = await answer.json();
      heard = performance.now();
    }
  } catch {
    // Shown as old soon enough.
  }
  show();
  setTimeout(() => void look(), EVERY);
}

/** @param {Lane} lane */
function wait({ open, closed, wait_minutes: range }) {
  if (!open) return html`<p class="shut">${t(`hall.closed.${closed ?? "hours"}`)}</p>`;
  if (range === null) return html`<p class="soon">${t("hall.now")}</p>`;
  const [from, to] = range;
  return html`<p class="about"><small>${t("hall.wait")}</small><b>${from === to ? t("hall.same", { to }) : t("hall.range", { from, to })}</b></p>`;
}

function show() {
  if (hall === null) {
    render(html`<main class="hall"><p class="loading">${t("hall.loading")}</p></main>`, root);
    return;
  }
  const now = new Date(hall.updated_at);
  const time = timeOf(now);
  const old = performance.now() - heard > STALE;
  const said = hall.announcement;
  render(
    html`<main class="hall ${hall.lanes.length > 4 ? "many" : ""}">
      <header><h1>${hall.city} ${t("hall.title")}</h1><p class="now"><span>${dayOf(now)}</span> <b>${time}</b></p></header>
      ${said ? html`<p class="said">${said.notice ? label("announcement", said.notice) : nothing} ${said.text}</p>` : nothing}
      ${called(calls)}
      <ul>${hall.lanes.map(
        (lane) => html`<li class=${lane.open ? "" : "off"}>
          <h2>${lane.name}</h2>
          <p class="count"><small>${t("hall.waiting")}</small><span><b>${lane.waiting ?? t("hall.few")}</b>${t("hall.people")}</span></p>
          ${wait(lane)}
        </li>`,
      )}</ul>
      <footer class=${old ? "old" : ""} role="status">${old ? html`▲ ${t("hall.stale", { time })}` : html`${t("hall.foot")} ${calls.list.length && !calls.audible ? html`<button class="sound">${t("hall.sound")}</button>` : nothing} <span>${t("hall.updated", { time })}</span>`}</footer>
    </main>`,
    root,
  );
}

show();
void look();
