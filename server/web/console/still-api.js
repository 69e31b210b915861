/** Kept stills over the API: one goes up masked, with its reason; what is kept can be seen and taken out. */
import { Refused } from "/shared/api.js";
import { t } from "/shared/strings.ja.js";

/** @typedef {"identity" | "procedure" | "dispute" | "other"} Why */
/** @typedef {{id: string, why: Why, item: string, item_name: string, note: string, masks: number, at: number, by: string}} Kept */
/** @typedef {{stills: Kept[], days: number}} KeptList */
/** @typedef {{ticket: string, id: string, why: Why, item: string, item_name: string, note: string, masks: number, undecided: number}} Wish */

/** @param {string} path @param {RequestInit} init */
export async function send(path, init) {
  let response;
  try {
    response = await fetch(path, { method: "POST", credentials: "same-origin", cache: "no-store", ...init });
  } catch {
    throw new Refused(0, t("api.unreachable"), "unreachable");
  }
  if (response.ok) return response;
  const said = await response.json().catch(() => ({}));
  throw new Refused(response.status, said.message ?? t("api.failed"), said.error ?? "failed");
}

/** @param {string} path @param {unknown} body */
const post = (path, body) => send(path, { headers: { "content-type": "application/json" }, body: JSON.stringify(body) });

/** @param {Wish} wish @param {Blob} picture masked @returns {Promise<KeptList>} */
export async function keepStill(wish, picture) {
  const form = new FormData();
  form.append("about", JSON.stringify(wish));
  form.append("picture", picture, "still.jpg");
  return (await send("/api/case/still", { body: form })).json();
}

/** @param {string} ticket @returns {Promise<KeptList>} */
export async function keptStills(ticket) {
  return (await post("/api/case/stills", { ticket })).json();
}

/** @param {string} ticket @param {string} id */
export async function keptPicture(ticket, id) {
  return createImageBitmap(await (await post("/api/case/still/picture", { ticket, id })).blob());
}

/** @param {string} ticket @param {string} id @returns {Promise<KeptList>} */
export async function dropStill(ticket, id) {
  return (await post("/api/case/still/drop", { ticket, id })).json();
}
