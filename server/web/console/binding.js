/**
 * The console's half of the fingerprint binding: what both ends sign, so that a signalling server cannot sit in the
 * middle. `kiosk/media/binding.py` makes the same bytes and explains why other hashes are refused.
 */

/** @typedef {{publicKey: string, sign: (text: string | Uint8Array<ArrayBuffer>) => Promise<string>}} SessionKey */

const FINGERPRINT = /^a=fingerprint:sha-256 ((?:[0-9A-Fa-f]{2}:){31}[0-9A-Fa-f]{2})$/;

/**
 * Every certificate fingerprint of an SDP, sorted and in upper case; null if it cannot be tied to a key.
 * @param {string} sdp
 * @returns {string[] | null}
 */
export function fingerprints(sdp) {
  const found = [];
  for (const line of sdp.split("\n")) {
    const match = FINGERPRINT.exec(line.endsWith("\r") ? line.slice(0, -1) : line);
    if (match?.[1]) found.push(match[1].toUpperCase());
  }
  const mentioned = sdp.toLowerCase().split("fingerprint").length - 1;
  if (found.length === 0 || found.length !== mentioned) return null;
  return [...new Set(found)].sort();
}

/**
 * The canonical text both ends sign; null if the SDP cannot be tied to a key.
 * @param {string} ticket
 * @param {number | string} generation of the clerk; between two clerks both: `<lower>~<higher>`
 * @param {"voice" | "eyes"} link
 * @param {number} attempt
 * @param {"offer" | "answer"} kind
 * @param {string} sdp
 * @returns {string | null}
 */
export function bindingText(ticket, generation, link, attempt, kind, sdp) {
  const prints = fingerprints(sdp);
  if (prints === null) return null;
  return `komado dtls 1\n${ticket}\n${generation}\n${link}\n${attempt}\n${kind}\n${prints.join(",")}`;
}

/**
 * Whether the owner of `publicKey` signed exactly `text`; anything odd is a no.
 * @param {string} publicKey base64, raw Ed25519
 * @param {string} text
 * @param {string} signature base64
 * @returns {Promise<boolean>}
 */
export async function verify(publicKey, text, signature) {
  try {
    const key = await crypto.subtle.importKey("raw", fromBase64(publicKey), "Ed25519", false, ["verify"]);
    return await crypto.subtle.verify("Ed25519", key, fromBase64(signature), new TextEncoder().encode(text));
  } catch {
    return false;
  }
}

const DATABASE = "komado";
const STORE = "session";
const NAME = "key";

/**
 * This sign-in's key, made at its first use. The private half can sign but never be read, not even by this page.
 * @param {string} [name] the console's own, or a visitor's: one browser may be both
 * @returns {Promise<SessionKey>}
 */
export async function sessionKey(name = NAME) {
  const kept = /** @type {CryptoKeyPair | undefined} */ (await inStore("readonly", (store) => store.get(name)));
  return usable(kept ?? (await makeKey(name)));
}

/**
 * A fresh key for a fresh sign-in; the old one is gone.
 * @param {string} [name]
 * @returns {Promise<SessionKey>}
 */
export async function newSessionKey(name = NAME) {
  return usable(await makeKey(name));
}

/** Sign-out: nothing is left that could sign in this clerk's name. @param {string} [name] */
export async function forgetSessionKey(name = NAME) {
  await inStore("readwrite", (store) => store.delete(name));
}

/** @param {string} kiosk */
const pin = (kiosk) => `komado.kiosk.${kiosk}`;

/**
 * Compare a kiosk's key with the one this browser saw first, and remember a first one.
 * @param {string} kiosk
 * @param {string} key base64
 * @returns {"new" | "same" | "changed"}
 */
export function pinKiosk(kiosk, key) {
  const known = localStorage.getItem(pin(kiosk));
  if (known === null) {
    localStorage.setItem(pin(kiosk), key);
    return "new";
  }
  return known === key ? "same" : "changed";
}

/**
 * Forget a kiosk's key: only after somebody confirmed on another way that the kiosk was registered anew.
 * @param {string} kiosk
 */
export function forgetKiosk(kiosk) {
  localStorage.removeItem(pin(kiosk));
}

/** @param {string} name @returns {Promise<CryptoKeyPair>} */
async function makeKey(name) {
  const made = await crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"]);
  const pair = /** @type {CryptoKeyPair} */ (made);
  await inStore("readwrite", (store) => store.put(pair, name));
  return pair;
}

/**
 * @param {CryptoKeyPair} pair
 * @returns {Promise<SessionKey>}
 */
async function usable(pair) {
  const raw = await crypto.subtle.exportKey("raw", pair.publicKey);
  return {
    publicKey: toBase64(raw),
    sign: async (text) =>
      toBase64(await crypto.subtle.sign("Ed25519", pair.privateKey, typeof text === "string" ? new TextEncoder().encode(text) : text)),
  };
}

/**
 * @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => IDBRequest} work
 * @returns {Promise<unknown>}
 */
async function inStore(mode, work) {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
  const database = /** @type {IDBDatabase} */ (await settled(opening));
  try {
    return await settled(work(database.transaction(STORE, mode).objectStore(STORE)));
  } finally {
    database.close();
  }
}

/**
 * @param {IDBRequest} request
 * @returns {Promise<unknown>}
 */
function settled(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** @param {string} text */
const fromBase64 = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));

/** @param {ArrayBuffer} bytes */
const toBase64 = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)));
