/** Casework over the JSON API: what the clerk sees of a case, and the words they put into it. */
import { t } from "/shared/strings.ja.js";
import { Refused } from "/shared/api.js";

/**
 * @typedef {"card" | "said" | "typed" | "document" | "unasked" | "touched" | "phone"} Origin
 * @typedef {{type: "chosen", option: string, origin: Origin} | {type: "dated", day: string, origin: Origin} | {type: "people", births: (string | null)[], complete?: boolean, origin: Origin}} Answer
 * @typedef {{origin: Origin, said: string, at: number}} Word
 * @typedef {{fact: string, ask: string, value: "yes" | "no" | "unknown", words: Word[]}} Derived
 * @typedef {{id: string, kind: "yn" | "date" | "choice" | "persons", ask: string, help: string, options: Record<string, string>, sensitive: boolean, staff_only: boolean,
 *   applies: boolean, value: Answer | null, words: Word[], difference: "none" | "open" | "settled", decides: number, derived: Derived[]}} Row
 * @typedef {{fact: string, asked: string, answered: string, origin: Origin}} Because
 * @typedef {{name: string, plain: string | null, note: string | null, state: "needed" | "check"}} Bring
 * @typedef {{id: string, name: string, state: "needed" | "check" | "not_needed", why: string, because: Because[], group: "here" | "counter" | "elsewhere",
 *   counter: {name: string, plain: string}, remote_words: string, due: {day: string | null, how: string, severe: string | null, note: string | null, certain: boolean, overdue: boolean} | null,
 *   bring: Bring[], conf: "S" | "K" | "U", law: {name: string, art: string | null}[], source: string | null, print: string, auto: string | null, note: string | null, warn: string | null}} Line
 * @typedef {{title: string, today: string, lines: Line[], bring: Bring[], open_questions: string[]}} Sheet
 * @typedef {{counter: string, name: string, plain: string, lines: string[]}} Stop
 * @typedef {{result: string, at: number, by: string}} Outcome
 * @typedef {{id: string, text: string, at: number, by: string}} Note
 * @typedef {{revision: number, event: string, rows: Row[], sheet: Sheet, minutes: number, relay: Stop[], outdated: boolean, outcomes: Record<string, Outcome>, notes: Note[]}} SheetPage
 * @typedef {{title: string, stage: "filling" | "reading" | "agreed" | "signed", proposes: string | null}} Served
 * @typedef {{events: {id: string, label: string}[], page: SheetPage | null, notes: Note[], served: Record<string, Served>, code: string, days: number}} CasePage
 * @typedef {{ticket: string, number: number, purpose: string, site: string, staff: string, result: string, minutes_ago: number, day: string, notes: number, mine: boolean, corrected: boolean}} Visit
 * @typedef {{ticket: string, number: number, result: string, mine: boolean, items: {id: string, name: string, result: string | null}[],
 *   corrections: {name: string, before: string | null, after: string | null, at: number, staff: string}[], notes: string[], mailed: {kind: string, to: {name: string}}[], days: number}} Finished
 * @typedef {{number: number, title: string, lines: {name: string, result: string}[], open: string[], notes: string[]}} HandOver
 * @typedef {{fact: string, answer: Answer | null, origin?: Origin}} Give
 */

export const RESULTS = /** @type {const} */ (["done", "papers_missing", "by_mail", "come_in", "other_desk", "booked", "advice_only"]);

/** @param {string} path @param {unknown} body @param {AbortSignal} [signal] */
async function post(path, body, signal) {
  let response;
  try {
    response = await fetch(`/api/${path}`, {
      method: body === undefined ? "GET" : "POST", credentials: "same-origin", cache: "no-store", ...(signal ? { signal } : {}),
      ...(body === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
    });
  } catch (error) {
    if (/** @type {Error} */ (error).name === "AbortError") throw error;
    throw new Refused(0, t("api.unreachable"), "unreachable");
  }
  if (response.ok) return response;
  const said = await response.json().catch(() => ({}));
  throw new Refused(response.status, said.message ?? t("api.failed"), said.error ?? "failed");
}

/** Ask for a page of a case, or change it and get the new one. @param {string} path @param {unknown} body @returns {Promise<CasePage>} */
export async function casePage(path, body) {
  return (await post(path, body)).json();
}

/** Why the viewer is asked into this call; "" when nothing was written. @param {string} ticket @returns {Promise<string>} */
export async function whyAsked(ticket) {
  return (await (await post("case/asked", { ticket })).json()).text;
}

/** Return a paper as it will be printed. @param {string} ticket @param {"sheet" | "receipt"} paper */
export async function picture(ticket, paper) {
  return createImageBitmap(await (await post("case/picture", { ticket, paper })).blob());
}

/** Open the checklist as A4 in a tab of its own. @param {string} ticket */
export async function openPdf(ticket) {
  const url = URL.createObjectURL(await (await post("case/pdf", { ticket })).blob());
  Object.assign(document.createElement("a"), { href: url, target: "_blank", rel: "noopener" }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** @returns {Promise<Visit[]>} */
export async function history() {
  return (await (await post("case/history", undefined)).json()).visits;
}

/** The visits of an earlier day, or the one that had this number then. @param {string} day @param {number | null} number @returns {Promise<Visit[]>} */
export async function earlier(day, number) {
  return (await (await post("case/earlier", { day, number })).json()).visits;
}

/** A visit that is over. @param {string} ticket @returns {Promise<Finished>} */
export async function finished(ticket) {
  return (await post("case/finished", { ticket })).json();
}

/** Put results of an own visit right. @param {unknown} body @returns {Promise<Finished>} */
export async function correct(body) {
  return (await post("case/correct", body)).json();
}

/** Have a paper sent that did not come out. @param {unknown} body @returns {Promise<{told: boolean}>} */
export async function mailPaper(body) {
  return (await post("case/mail", body)).json();
}

/** @param {string} ticket @returns {Promise<HandOver>} */
export async function handOver(ticket) {
  return (await post("case/hand-over", { ticket })).json();
}

const WEEKDAYS = "日月火水木金土";

/** Return 「12月7日(月)」, with the year where it is another one. @param {string} day @param {string} today */
export function dayWords(day, today) {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  const weekday = WEEKDAYS[new Date(Date.UTC(year, month - 1, date)).getUTCDay()];
  return `${day.slice(0, 4) === today.slice(0, 4) ? "" : `${year}年`}${month}月${date}日(${weekday})`;
}

/** Return how many days are left. @param {string} day @param {string} today */
export function daysLeft(day, today) {
  return Math.round((Date.parse(day) - Date.parse(today)) / 86_400_000);
}
