/** Reservations and numbers to call, over the JSON API. */
import { Refused } from "/shared/api.js";
import { t } from "/shared/strings.ja.js";

/**
 * @typedef {{starts: string, free: number}} Place
 * @typedef {{days: {day: string, places: Place[]}[], purposes: string[], labels: {[purpose: string]: string}}} Free
 * @typedef {{booking: string, starts: string, state: "held" | "promised" | "arrived" | "ended" | "missed" | "cancelled",
 *   purpose: string, name: string, telephone: string, site: string, note: string, code: string}} Row
 */

/** @param {string} path @param {unknown} body @returns {Promise<any>} */
export async function post(path, body) {
  let response;
  try {
    response = await fetch(`/api/${path}`, { method: "POST", credentials: "same-origin", cache: "no-store", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  } catch {
    throw new Refused(0, t("api.unreachable"), "unreachable");
  }
  if (response.status === 204) return null;
  const said = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refused(response.status, said.message ?? t("api.failed"), said.error ?? "failed");
  return said;
}
