/**
 * Pages looked at together, at the visitor's end: they come over the call's own line, whole ones only, are kept in this tab
 * for the conversation, and what the clerk points at stands on both. The promises are the agent's at a kiosk
 * (`kiosk/media/leaves.py`, `marks.py`): the console cannot tell the difference, and a test compares the two.
 *
 * Event: "change".
 */

/** @typedef {[number, number]} Spot a place on the page, as parts of its width and height */
/** @typedef {{zoom: number, x: number, y: number, turn: number}} Look */
/** @typedef {{leaf: number, of: number, look: Look, dot: Spot | null, lines: Spot[][], others: Record<number, Spot[][]>}} Board */
/** @typedef {{page: number, bytes: number, sha256: string, width: number, height: number}} Header */
/** @typedef {{src: string, width: number, height: number}} Leaf */

const MOST_PAGES = 30;
const LARGEST = 2_000_000;
const STROKES = 40;
const DOTS = 400;
const LEAF_DOTS = 1_500;
const MAX_TEXT = 8_192;
const WHOLE = { zoom: 100, x: 0.5, y: 0.5, turn: 0 };

/** @type {Board} */
export const EMPTY = { leaf: 0, of: 0, look: WHOLE, dot: null, lines: [], others: {} };

/** Return the board after a wish; a paper under a camera is nothing this end can follow. @param {Board} board @param {any} wish @returns {Board} */
export function after(board, wish) {
  if (wish.do === "leaf") return leafed(board, wish.number, wish.of ?? 0);
  if (!board.leaf) return board;
  switch (wish.do) {
    case "show":
      return wish.on ? EMPTY : board;
    case "point":
      return { ...board, dot: wish.at };
    case "lift":
      return { ...board, dot: null };
    case "ink":
      return { ...board, lines: inked(board.lines, wish.points, wish.begins ?? false) };
    case "undo":
      return { ...board, lines: board.lines.slice(0, -1) };
    case "clear":
      return { ...board, dot: null, lines: [] };
    case "look":
      return { ...board, look: within({ ...WHOLE, ...only(wish, ["zoom", "x", "y", "turn"]) }) };
    default:
      return board;
  }
}

/** Turn to a page; what was drawn on the others is there again when they are. @param {Board} board @param {number} number @param {number} of @returns {Board} */
function leafed(board, number, of) {
  if (number === 0) return board.leaf ? EMPTY : board;
  if (number === board.leaf) return { ...board, of };
  const others = board.leaf ? { ...board.others, [board.leaf]: board.lines } : board.others;
  const { zoom } = board.look;
  return { leaf: number, of, look: board.leaf ? { ...WHOLE, zoom, y: zoom > 100 ? 0 : 0.5 } : WHOLE, dot: null, lines: others[number] ?? [], others };
}

/** @param {Spot[][]} lines @param {Spot[]} points @param {boolean} begins @returns {Spot[][]} */
function inked(lines, points, begins) {
  if (!points.length || lines.reduce((sum, line) => sum + line.length, 0) + points.length > LEAF_DOTS) return lines;
  const last = lines.at(-1);
  if (begins || !last) return [...lines, points].slice(-STROKES);
  return [...lines.slice(0, -1), [...last, ...points].slice(0, DOTS)];
}

/** Keep the part inside the page. @param {Look} look @returns {Look} */
function within(look) {
  const half = 50 / look.zoom;
  const clamp = (/** @type {number} */ middle) => Math.min(Math.max(middle, half), 1 - half);
  return { ...look, x: clamp(look.x), y: clamp(look.y) };
}

/** @param {any} from @param {readonly string[]} keys */
function only(from, keys) {
  return Object.fromEntries(keys.filter((key) => key in from).map((key) => [key, from[key]]));
}

/** Read a message of the channel of marks; null for anything else. @param {unknown} message */
export function asked(message) {
  if (typeof message !== "string" || message.length > MAX_TEXT) return null;
  try {
    const wish = JSON.parse(message);
    const part = (/** @type {unknown} */ value) => typeof value === "number" && value >= 0 && value <= 1;
    const spot = (/** @type {unknown} */ value) => Array.isArray(value) && value.length === 2 && value.every(part);
    const page = (/** @type {unknown} */ value) => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= MOST_PAGES;
    switch (wish.do) {
      case "leaf":
        return page(wish.number) && page(wish.of ?? 0) ? wish : null;
      case "point":
        return spot(wish.at) ? wish : null;
      case "ink":
        return Array.isArray(wish.points) && wish.points.length <= 64 && wish.points.every(spot) ? wish : null;
      case "look":
        return [100, 150, 200].includes(wish.zoom ?? 100) && part(wish.x ?? 0) && part(wish.y ?? 0) ? wish : null;
      case "show":
      case "lift":
      case "undo":
      case "clear":
        return wish;
      default:
        return null;
    }
  } catch {
    return null;
  }
}

/** Collects one page after the other; what does not fit its header is dropped, and asked for again. */
export class Arriving {
  /** @type {Header | null} */ #header = null;
  /** @type {Uint8Array<ArrayBuffer>[]} */ #parts = [];
  #held = 0;

  /** Take one message of the channel; return a page when it is whole. @param {unknown} message @returns {Promise<{page: number, jpeg: Blob, width: number, height: number} | null>} */
  async take(message) {
    if (typeof message === "string") {
      this.#parts = [];
      this.#held = 0;
      this.#header = header(message);
      return null;
    }
    const expected = this.#header;
    if (expected === null || !(message instanceof ArrayBuffer)) return null;
    this.#parts.push(new Uint8Array(message));
    this.#held += message.byteLength;
    if (this.#held < expected.bytes) return null;
    const jpeg = new Blob(this.#parts, { type: "image/jpeg" });
    this.#header = null;
    this.#parts = [];
    const data = new Uint8Array(await jpeg.arrayBuffer());
    const digest = Array.from(new Uint8Array(await crypto.subtle.digest("SHA-256", data)), (byte) => byte.toString(16).padStart(2, "0")).join("");
    const whole = data.length === expected.bytes && data[0] === 0xff && data[1] === 0xd8 && data[2] === 0xff && digest === expected.sha256;
    return whole ? { page: expected.page, jpeg, width: expected.width, height: expected.height } : null;
  }
}

/** @param {string} text @returns {Header | null} */
function header(text) {
  if (text.length > 400) return null;
  try {
    const { page, bytes, sha256, width, height } = JSON.parse(text);
    const number = (/** @type {unknown} */ value, /** @type {number} */ least, /** @type {number} */ most) => Number.isInteger(value) && Number(value) >= least && Number(value) <= most;
    const fits = number(page, 1, MOST_PAGES) && number(bytes, 4, LARGEST) && number(width, 1, 4000) && number(height, 1, 4000);
    return fits && typeof sha256 === "string" && sha256.length === 64 ? { page, bytes, sha256, width, height } : null;
  } catch {
    return null;
  }
}

export class Together extends EventTarget {
  board = EMPTY;
  /** @type {Map<number, Leaf>} */ leaves = new Map();
  /** @type {RTCDataChannel | null} */ #marks = null;
  #told = "";

  /** The page both look at, once it is here. */
  get leaf() {
    return this.leaves.get(this.board.leaf) ?? null;
  }

  /** Take a channel of the newest attempt. @param {RTCDataChannel} channel */
  attach(channel) {
    if (channel.label === "marks") {
      this.#marks = channel;
      this.#told = ""; // the console may be a new one
      channel.onopen = () => this.#say();
      channel.onmessage = ({ data }) => this.#asked(asked(data));
      if (channel.readyState === "open") this.#say();
    } else if (channel.label === "pages") {
      channel.binaryType = "arraybuffer";
      const arriving = new Arriving();
      let turn = Promise.resolve();
      channel.onmessage = ({ data }) => {
        turn = turn.then(async () => this.#arrived(await arriving.take(data)));
      };
    }
  }

  /** The conversation is over: nothing of it stays. */
  end() {
    this.#marks = null;
    this.#told = "";
    this.#forget();
    this.board = EMPTY;
    this.dispatchEvent(new Event("change"));
  }

  /** @param {any} wish */
  #asked(wish) {
    if (wish === null) return;
    this.board = after(this.board, wish);
    if (!this.board.leaf) this.#forget();
    this.#say();
    this.dispatchEvent(new Event("change"));
  }

  /** @param {Awaited<ReturnType<Arriving["take"]>>} page */
  #arrived(page) {
    if (page === null) return;
    URL.revokeObjectURL(this.leaves.get(page.page)?.src ?? "");
    this.leaves.set(page.page, { src: URL.createObjectURL(page.jpeg), width: page.width, height: page.height });
    this.#say();
    this.dispatchEvent(new Event("change"));
  }

  #forget() {
    for (const { src } of this.leaves.values()) URL.revokeObjectURL(src);
    this.leaves.clear();
  }

  /** Tell the console what is true now: it draws the marks from this, and sends the pages that are not here. */
  #say() {
    const { leaf, of, look, dot, lines } = this.board;
    const told = JSON.stringify({ shown: false, paper: null, ring: dot !== null, strokes: lines.length, frozen: false, look, leaf, of, leaves: [...this.leaves.keys()].sort((a, b) => a - b), dot, lines });
    if (told === this.#told || this.#marks?.readyState !== "open") return;
    this.#told = told;
    this.#marks.send(told);
  }
}
