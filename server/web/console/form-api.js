/** Forms over the JSON API: what the clerk sees of them, and the one thing done to them at a time. */
import { Refused } from "/shared/api.js";
import { t } from "/shared/strings.ja.js";

/**
 * @typedef {"name" | "kana" | "date" | "postal" | "address" | "phone" | "choice" | "choices" | "count" | "digits" | "text"} Kind
 * @typedef {"filling" | "reading" | "agreed" | "signed"} Stage
 * @typedef {{form: string, title: string, plain: string, proposed: boolean, stage: Stage | null}} Offer
 * @typedef {{slot: string, ask: string, label: string, short: string, help: string, kind: Kind, value: string, shown: string, options: Record<string, string>, origin: string,
 *   needed: boolean, used: boolean, confirmed: boolean, refused: boolean, elsewhere: boolean, notes: string[], card: string, begins: string}} Place
 * @typedef {{id: string, label: string, group: string | null, places: Place[], rows: Place[][], more: boolean}} Part
 * @typedef {{slot: string | null, code: string, sentence: string, severity: "error" | "warning"}} Problem
 * @typedef {{lines: {name: string, copies: number, each: number, sum: number}[], total: number, pay: string, notes: string[]}} Fees
 * @typedef {{form: string, title: string, plain: string, stage: Stage, parts: Part[], problems: Problem[], unconfirmed: number, remote: string, signature: boolean, notes: string[], fees: Fees | null}} OpenForm
 * @typedef {{form: string, title: string, copy: number, sha256: string, code: string, at: number, by: string, delivered: boolean,
 *   document: import("/protocol/messages").DocumentDigest | null, card: import("/protocol/messages").Identity | null}} Paper
 * @typedef {{revision: number, offers: Offer[], header: Place[], open: OpenForm[], papers: Paper[], shown: string | null, helped: string | null, exports: boolean}} FormsPage
 * @typedef {{type: "open" | "close" | "read_back" | "reopen" | "correct" | "done", form: string} | {type: "show", form: string | null}
 *   | {type: "put", slot: string, raw: string, origin: string} | {type: "add_row", group: string} | {type: "drop_row", group: string, row: number}
 *   | {type: "told"} | {type: "card", data: import("/protocol/messages").FourBasicData} | {type: "attested", form: string, why: string, note: string}} Act
 */

/** @param {string} path @param {unknown} body */
async function post(path, body) {
  let response;
  try {
    response = await fetch(`/api/form/${path}`, { method: "POST", credentials: "same-origin", cache: "no-store", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  } catch {
    throw new Refused(0, t("api.unreachable"), "unreachable");
  }
  if (response.ok) return response;
  const said = await response.json().catch(() => ({}));
  throw new Refused(response.status, said.message || t("api.failed"), said.error ?? "failed");
}

/** @param {string} ticket @returns {Promise<FormsPage>} */
export async function formPage(ticket) {
  return (await post("page", { ticket })).json();
}

/** @param {string} ticket @param {Act} act @returns {Promise<FormsPage>} */
export async function formDo(ticket, act) {
  return (await post("do", { ticket, act })).json();
}

/** Open a signed form in a tab of its own. @param {string} ticket @param {string} sha256 */
export async function formPdf(ticket, sha256) {
  const url = URL.createObjectURL(await (await post("pdf", { ticket, sha256 })).blob());
  Object.assign(document.createElement("a"), { href: url, target: "_blank", rel: "noopener" }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Return the 控え as it will be printed. @param {string} ticket @param {string} sha256 */
export async function formCopy(ticket, sha256) {
  return createImageBitmap(await (await post("copy", { ticket, sha256 })).blob());
}
