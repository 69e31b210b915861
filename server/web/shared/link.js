/**
 * A WebSocket that comes back by itself, and commands that are repeated until they are answered.
 *
 * A command keeps its id over every reconnection, so the server applies it at most once however often it is sent.
 * Everything else (relays) is sent once or, while the line is down, not at all: the whole views that follow a
 * reconnection make up for it.
 *
 * @typedef {{type: string, [key: string]: any}} Message
 * @typedef {import("/protocol/messages").Reply} Reply
 * @typedef {"connecting" | "up" | "down" | "closed"} LinkState
 * @typedef {Object} LinkOptions
 * @property {string} url
 * @property {() => Message} [hello]         the first word on every connection
 * @property {(challenge: Message) => Promise<Message>} [answer]  instead of it, where the server speaks first
 * @property {() => Promise<"ok" | "signed_out">} [probe]  asked while connected and after each failure; throws when the server is out of reach
 * @property {() => number} [random]
 * @property {number} [firstWait]            milliseconds
 * @property {number} [longestWait]
 * @property {number} [answerWithin]         milliseconds after which an unanswered command means a dead line
 * @property {number} [probeEvery]
 */

/** After these the server does not want this page back. */
const FINAL = new Set(["unknown_device", "bad_signature", "revoked", "copied_key", "replaced", "signed_out"]);

/**
 * Return how long to wait before try number `tries` (0 = the first): doubling, with jitter, never above `longest`.
 * @param {number} tries @param {number} random between 0 and 1 @param {number} first @param {number} longest
 */
export function backOff(tries, random, first = 500, longest = 10_000) {
  return Math.min(longest, first * 2 ** tries) * (0.5 + random / 2);
}

/** Return an id nobody else has; works without a secure context, unlike `crypto.randomUUID`. */
export function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Events: "message" (detail: Message), "state" (detail: LinkState), "goodbye" (detail: reason key).
 */
export class Link extends EventTarget {
  /** @type {WebSocket | null} */ #socket = null;
  /** @type {Map<string, {message: Message, done: (reply: Reply) => void, timer: number}>} */ #unanswered = new Map();
  /** @type {LinkState} */ #state = "closed";
  #tries = 0;
  #retry = 0;
  #probing = 0;
  #options;

  /** @param {LinkOptions} options */
  constructor(options) {
    super();
    this.#options = { random: Math.random, firstWait: 500, longestWait: 10_000, answerWithin: 10_000, probeEvery: 15_000, ...options };
    /** When the line was lost, on the clock of `performance.now()`. @type {number | null} */
    this.downSince = null;
    this.wake = this.wake.bind(this);
  }

  get state() {
    return this.#state;
  }

  /** Begin, and keep the line up until `close` or a final goodbye. */
  open() {
    if (this.#state !== "closed") return;
    addEventListener("online", this.wake);
    this.#connect();
  }

  /** Stop for good; commands without an answer are answered "store": nobody knows what became of them. */
  close() {
    this.#enter("closed");
    removeEventListener("online", this.wake);
    clearTimeout(this.#retry);
    clearTimeout(this.#probing);
    this.#socket?.close();
    this.#socket = null;
    this.#giveUp("store");
  }

  /** Try at once instead of waiting for the back-off. */
  wake() {
    if (this.#state !== "down") return;
    clearTimeout(this.#retry);
    this.#tries = 0;
    this.#connect();
  }

  /** Send now or not at all; say which. @param {Message} message */
  send(message) {
    if (this.#state !== "up" || this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  /**
   * Send a command until it is answered; `id` is added when missing.
   * @param {Message} body @returns {Promise<Reply>}
   */
  command(body) {
    const message = { id: newId(), ...body };
    return new Promise((done) => {
      this.#unanswered.set(message.id, { message, done, timer: 0 });
      if (this.#state === "up") this.#transmit(message.id);
      else if (this.#state === "closed") this.#giveUp("store");
    });
  }

  get waiting() {
    return this.#unanswered.size;
  }

  #connect() {
    this.#enter("connecting");
    const socket = new WebSocket(this.#options.url);
    this.#socket = socket;
    const { hello } = this.#options;
    if (hello) socket.onopen = () => socket === this.#socket && socket.send(JSON.stringify(hello()));
    socket.onmessage = ({ data }) => socket === this.#socket && this.#received(JSON.parse(data));
    socket.onclose = () => socket === this.#socket && this.#lost();
    // A handshake that hangs (a captive portal, a dead proxy) is a lost line too.
    const stuck = setTimeout(() => socket === this.#socket && this.#state === "connecting" && this.#drop(), this.#options.answerWithin);
    socket.addEventListener("close", () => clearTimeout(stuck));
  }

  /** @param {Message} message */
  #received(message) {
    if (message.type === "goodbye") return this.#goodbye(message.reason);
    if (message.type === "challenge") return void this.#answer(message);
    if (this.#state === "connecting") {
      this.#tries = 0;
      this.downSince = null;
      this.#enter("up");
      for (const id of this.#unanswered.keys()) this.#transmit(id);
      this.#watch();
    }
    if (message.type === "reply") this.#settle(/** @type {any} */ (message));
    else this.dispatchEvent(new CustomEvent("message", { detail: message }));
  }

  /** @param {Message} challenge */
  async #answer(challenge) {
    const socket = this.#socket;
    const hello = await this.#options.answer?.(challenge);
    if (hello && socket === this.#socket) socket?.send(JSON.stringify(hello));
  }

  /** @param {Reply} reply */
  #settle(reply) {
    const entry = this.#unanswered.get(reply.id);
    if (!entry) return;
    clearTimeout(entry.timer);
    this.#unanswered.delete(reply.id);
    entry.done(reply);
  }

  /** @param {string} reason */
  #goodbye(reason) {
    if (FINAL.has(reason)) {
      this.close();
      this.dispatchEvent(new CustomEvent("goodbye", { detail: reason }));
      return;
    }
    // Repeating what the server could not read would only end the next connection as well.
    if (reason === "bad_message") this.#giveUp("invalid");
    this.#drop();
  }

  /** @param {string} id */
  #transmit(id) {
    const entry = this.#unanswered.get(id);
    if (!entry || !this.#socket) return;
    clearTimeout(entry.timer);
    entry.timer = setTimeout(() => this.#drop(), this.#options.answerWithin);
    this.#socket.send(JSON.stringify(entry.message));
  }

  #drop() {
    const socket = this.#socket;
    if (!socket) return;
    this.#lost(); // before its own close event, which a dead line may delay for a minute
    socket.close();
  }

  #lost() {
    this.#socket = null;
    clearTimeout(this.#probing);
    for (const entry of this.#unanswered.values()) clearTimeout(entry.timer);
    this.downSince ??= performance.now();
    this.#enter("down");
    const { random, firstWait, longestWait } = this.#options;
    this.#retry = setTimeout(() => this.#again(), backOff(this.#tries++, random(), firstWait, longestWait));
  }

  /** A refused handshake looks like a broken line to a page, so ask by HTTP whether we are still signed in. */
  async #again() {
    if (this.#options.probe && (await this.#options.probe().catch(() => "unreachable")) === "signed_out") {
      return this.#goodbye("signed_out");
    }
    if (this.#state === "down") this.#connect();
  }

  /** A page cannot see pings, so a silent line is found by asking over HTTP. */
  #watch() {
    clearTimeout(this.#probing);
    const { probe, probeEvery } = this.#options;
    if (!probe) return;
    this.#probing = setTimeout(async () => {
      const answer = await probe().catch(() => "unreachable");
      if (this.#state !== "up") return;
      if (answer === "signed_out") this.#goodbye("signed_out");
      else if (answer === "unreachable") this.#drop();
      else this.#watch();
    }, probeEvery);
  }

  /** @param {"store" | "invalid"} refused */
  #giveUp(refused) {
    for (const [id, entry] of this.#unanswered) {
      clearTimeout(entry.timer);
      entry.done({ type: "reply", id, refused, retry_after: null });
    }
    this.#unanswered.clear();
  }

  /** @param {LinkState} state */
  #enter(state) {
    if (this.#state === state) return;
    this.#state = state;
    this.dispatchEvent(new CustomEvent("state", { detail: state }));
  }
}

/** Return the WebSocket address of a path on this server. @param {string} path */
export function socketUrl(path) {
  return `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${path}`;
}
