/** The small JSON API beside the sockets; every failure is one Japanese sentence. */
import { t } from "/shared/strings.ja.js";

/**
 * @typedef {{staff: string, name: string, department: string, roles: string[], city: string}} Me
 */

/** What the server refused, with the sentence to show. */
export class Refused extends Error {
  /** @param {number} status @param {string} message @param {string} key */
  constructor(status, message, key) {
    super(message);
    this.status = status;
    this.key = key;
  }
}

/** @param {string} path @param {RequestInit} [init] */
async function request(path, init = {}) {
  let response;
  try {
    response = await fetch(path, { credentials: "same-origin", cache: "no-store", ...init });
  } catch (error) {
    if (/** @type {Error} */ (error).name === "AbortError") throw error;
    throw new Refused(0, t("api.unreachable"), "unreachable");
  }
  if (response.ok) return response;
  const body = await response.json().catch(() => ({}));
  throw new Refused(response.status, body.message ?? t("api.failed"), body.error ?? "failed");
}

/** @param {string} path @param {unknown} body @param {AbortSignal} [signal] */
function post(path, body, signal) {
  const init = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  return request(path, signal ? { ...init, signal } : init);
}

/** Return who is signed in, or null. @returns {Promise<Me | null>} */
export async function me() {
  try {
    return await (await request("/api/me")).json();
  } catch (error) {
    if (error instanceof Refused && (error.status === 401 || error.status === 403)) return null;
    throw error;
  }
}

/** For `Link`: is the server there, and are we still signed in? @returns {Promise<"ok" | "signed_out">} */
export async function probe() {
  const answer = await fetch("/api/me", { cache: "no-store", signal: AbortSignal.timeout(5000) });
  return answer.status === 401 ? "signed_out" : "ok";
}

/** @param {string} account @param {string} password */
export async function signIn(account, password) {
  await post("/api/sign-in", { account, password });
}

export async function signOut() {
  await post("/api/sign-out", {});
}

/**
 * Return the slip as a bitmap, exactly as it will be printed.
 * @param {{ticket: string, generation: number, content: import("/protocol/messages").SlipContent}} body
 * @param {AbortSignal} signal
 */
export async function previewSlip(body, signal) {
  return createImageBitmap(await (await post("/api/slip/preview", body, signal)).blob());
}

/** @returns {Promise<{id: string, name: string}[]>} */
export async function sites() {
  return (await (await request("/api/sites")).json()).sites;
}

/**
 * `authority`: this server's certificate hangs on the city's own authority, which a kiosk must be given.
 * @typedef {{code: string, expires: string, authority: boolean}} Enrolment
 */

/** @param {string} site @param {string} name @returns {Promise<Enrolment>} */
export async function enrol(site, name) {
  return (await post("/api/enrolments", { site, name })).json();
}

/** @param {string} kiosk */
export async function revoke(kiosk) {
  await post(`/api/kiosks/${encodeURIComponent(kiosk)}/revoke`, {});
}

/** Save the redacted log bundle of a "logs" order. @param {string} order */
export async function downloadLogs(order) {
  const url = URL.createObjectURL(await (await request(`/api/orders/${encodeURIComponent(order)}/logs`)).blob());
  const link = Object.assign(document.createElement("a"), { href: url, download: `komado-${order}.log` });
  link.click();
  URL.revokeObjectURL(url);
}

/** The city's figures. @param {URLSearchParams} question @returns {Promise<import("/numbers/figures.js").Answer>} */
export async function numbers(question) {
  return (await request(`/api/numbers?${question}`)).json();
}
