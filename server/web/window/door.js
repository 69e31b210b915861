/**
 * How a link becomes a window: the code behind the `#` is taken out of the address at once, exchanged for a place at
 * the server by a key only this browser has, and never kept. Reloading needs no code; nobody else can use it again.
 */
import { newSessionKey, sessionKey } from "/console/binding.js";
import { newId } from "/shared/link.js";

/** @typedef {{kiosk: string, purpose: string, label: string, lane: string, city: string, telephone: string, expires: string}} Grant */
/** @typedef {import("/console/binding.js").SessionKey} SessionKey */
/** @typedef {{grant: Grant, key: SessionKey, machine: string}} Entry */

const KEY = "window";
const PLACE = "komado.window";

/** The code of the address, which does not keep it. */
export function codeOfAddress() {
  const code = location.hash.slice(1);
  if (code) history.replaceState(null, "", location.pathname + location.search);
  return code;
}

/** What this browser was given before, if anything. @returns {Promise<Entry | null>} */
export async function kept() {
  const text = localStorage.getItem(PLACE);
  return text === null ? null : { ...JSON.parse(text), key: await sessionKey(KEY) };
}

/** Forget the place: it is of no use any more. */
export function forget() {
  localStorage.removeItem(PLACE);
}

/**
 * Exchange a code. Somebody who opens their own link a second time is known by the key they have.
 * @param {string} code @returns {Promise<Entry | {message: string}>}
 */
export async function exchange(code) {
  const before = await kept();
  if (before) {
    const again = await asked(code, before.key, before.machine);
    if (!("message" in again)) return again;
  }
  return asked(code, await newSessionKey(KEY), newId());
}

/** @param {string} code @param {SessionKey} key @param {string} machine @returns {Promise<Entry | {message: string}>} */
async function asked(code, key, machine) {
  const answer = await fetch("/api/windows/open", {
    method: "POST",
    cache: "no-store",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ code, public_key: key.publicKey, machine }),
  });
  const body = await answer.json();
  if (!answer.ok) return { message: body.message ?? "" };
  localStorage.setItem(PLACE, JSON.stringify({ grant: body, machine }));
  return { grant: body, key, machine };
}

/** What the page signs to prove who it is: the server's nonce with its own name (`server/http/auth.py`, hello_text). @param {string} nonce base64 @param {string} kiosk @param {string} machine */
export function helloBytes(nonce, kiosk, machine) {
  const text = new TextEncoder();
  const parts = [text.encode("komado hello 1\n"), Uint8Array.from(atob(nonce), (c) => c.charCodeAt(0)), text.encode(kiosk), text.encode(`\n${machine}`)];
  const bytes = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
