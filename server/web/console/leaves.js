/**
 * Pages looked at together, as the console holds them: drawn by the server, sent to the kiosk over the call's own line, one by
 * one as they are looked at, and forgotten here and there when they are put away or the conversation ends.
 */
import { Refused } from "/shared/api.js";
import { send } from "./still-api.js";

/** @typedef {{src: string, bytes: Uint8Array<ArrayBuffer>, sha256: string, width: number, height: number}} Leaf */

const CHUNK = 16_384;
const MOST_WAITING = 256_000;

/** @param {RequestInit} init @param {string} path @returns {Promise<Leaf[]>} */
async function pagesOf(path, init) {
  const { pages } = await (await send(path, init)).json();
  return Promise.all(
    pages.map(async (/** @type {{width: number, height: number, jpeg: string}} */ { width, height, jpeg }) => {
      const bytes = Uint8Array.from(atob(jpeg), (character) => character.charCodeAt(0));
      const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
      const sha256 = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
      return { src: `data:image/jpeg;base64,${jpeg}`, bytes, sha256, width, height };
    }),
  );
}

/** @param {string} ticket @param {File} file */
export function fileLeaves(ticket, file) {
  const form = new FormData();
  form.append("about", JSON.stringify({ ticket }));
  form.append("picture", file, "file");
  return pagesOf("/api/share/file", { body: form });
}

/** @param {string} ticket @param {string} sample */
export function sampleLeaves(ticket, sample) {
  return pagesOf("/api/share/sample", { headers: { "content-type": "application/json" }, body: JSON.stringify({ ticket, sample }) });
}

/** @returns {Promise<{id: string, title: string}[]>} */
export async function samples() {
  const response = await fetch("/api/share/samples", { credentials: "same-origin", cache: "no-store" });
  if (!response.ok) throw new Refused(response.status, "", "failed");
  return (await response.json()).samples;
}

/** Event: "change". */
export class Leaves extends EventTarget {
  /** @type {readonly Leaf[]} */ pages = [];
  /** The page both look at; 0 = none. */
  at = 0;
  /** @type {RTCDataChannel | null} */ #channel = null;
  /** Pages sent on this channel. @type {Set<number>} */ #sent = new Set();
  /** @type {Promise<void>} */ #work = Promise.resolve();

  /** @param {(wish: object) => void} mark says something on the channel of marks */
  constructor(mark) {
    super();
    this.mark = mark;
  }

  /** Take a new attempt's channel: the kiosk says which pages it has. @param {RTCDataChannel} channel */
  attach(channel) {
    this.#channel = channel;
    this.#sent = new Set();
  }

  /** What the kiosk says: a page it lacks is sent again. @param {{leaf: number, leaves: number[]} | null} told */
  heard(told) {
    if (!told || !this.at) return;
    // A kiosk that begins anew knows of no pages: say it again.
    if (told.leaf !== this.at) this.mark({ do: "leaf", number: this.at, of: this.pages.length });
    for (const number of [this.at, this.at + 1]) if (!told.leaves.includes(number)) this.#send(number);
  }

  /** Lay these before both. @param {readonly Leaf[]} pages */
  share(pages) {
    this.close();
    this.pages = pages;
    this.turn(1);
  }

  /** @param {number} number */
  turn(number) {
    if (number < 1 || number > this.pages.length) return;
    this.at = number;
    this.mark({ do: "leaf", number, of: this.pages.length });
    this.#send(number);
    this.dispatchEvent(new Event("change"));
  }

  /** Put them away, here and there. */
  close() {
    if (this.at) this.mark({ do: "leaf", number: 0 });
    this.end();
  }

  /** The conversation is over. */
  end() {
    this.pages = [];
    this.at = 0;
    this.#sent = new Set();
    this.dispatchEvent(new Event("change"));
  }

  /** @param {number} number */
  #send(number) {
    const page = this.pages[number - 1];
    const channel = this.#channel;
    if (!page || channel?.readyState !== "open" || this.#sent.has(number)) return;
    this.#sent.add(number);
    this.#work = this.#work.then(() => this.#pour(channel, number, page)).catch(() => void this.#sent.delete(number));
  }

  /** @param {RTCDataChannel} channel @param {number} number @param {Leaf} page */
  async #pour(channel, number, page) {
    channel.bufferedAmountLowThreshold = MOST_WAITING / 2;
    channel.send(JSON.stringify({ page: number, bytes: page.bytes.length, sha256: page.sha256, width: page.width, height: page.height }));
    for (let at = 0; at < page.bytes.length; at += CHUNK) {
      if (channel.bufferedAmount > MOST_WAITING) await new Promise((done) => {
        channel.addEventListener("bufferedamountlow", done, { once: true });
        channel.addEventListener("close", done, { once: true });
      });
      channel.send(page.bytes.subarray(at, at + CHUNK));
    }
  }
}
