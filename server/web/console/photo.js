/**
 * A still of the resident's paper as the console holds it: asked for, on its way, here. The picture lives in this page's
 * memory only, and goes with the conversation. What is said on the channel is `kiosk/media/stills.py`.
 */
/** @typedef {{x: number, y: number, width: number, height: number, certain: boolean}} Box */
/**
 * @typedef {object} Taken
 * @property {string} still
 * @property {number} take
 * @property {number} at
 * @property {number} bytes
 * @property {string} sha256
 * @property {number} width
 * @property {number} height
 * @property {number} dpi
 * @property {boolean} straight
 * @property {{key: string, says: string}[]} found
 * @property {Box[]} boxes
 * @property {boolean} searched
 * @property {string} says
 */
/** @typedef {"no" | "busy" | "another" | "held" | "not_allowed" | "camera_missing" | "failed" | "gone" | "broken"} Why */
/**
 * asking: the resident has the question; taking: they agreed; coming: the picture is on its way; here: whole and checked.
 * @typedef {{step: "idle" | "asking" | "taking" | "coming" | "here" | "refused", why: Why | "", share: number, taken: Taken | null, picture: ImageBitmap | null}} State
 */

const MOST_BYTES = 8_000_000;
/** @type {State} */
const IDLE = { step: "idle", why: "", share: 0, taken: null, picture: null };

/** Event: "change". */
export class Photo extends EventTarget {
  /** @type {State} */
  state = IDLE;
  /** @type {RTCDataChannel | null} */ #channel = null;
  #id = "";
  /** @type {ArrayBuffer[]} */ #parts = [];
  #have = 0;

  /** Take a new attempt's channel: what was under way goes on where it broke off. @param {RTCDataChannel} channel */
  attach(channel) {
    this.#channel = channel;
    channel.binaryType = "arraybuffer";
    channel.onmessage = ({ data }) => {
      if (channel === this.#channel) void (typeof data === "string" ? this.#told(data) : this.#came(data));
    };
    channel.onopen = () => {
      const { step, taken } = this.state;
      if (step === "coming" && taken) this.#send({ do: "resume", still: this.#id, take: taken.take, at: this.#have });
      else if (step === "asking" || step === "taking") this.#send({ do: "ask", still: this.#id });
    };
  }

  /** Ask the resident for a still. */
  ask() {
    this.#forget();
    this.#id = crypto.randomUUID();
    this.#set({ ...IDLE, step: "asking" });
    this.#send({ do: "ask", still: this.#id });
  }

  /** Take the same one again: it was agreed to. */
  again() {
    if (!this.#id) return this.ask();
    this.#parts = [];
    this.#have = 0;
    this.#set({ ...this.state, step: "taking", why: "", share: 0 });
    this.#send({ do: "ask", still: this.#id });
  }

  /** No longer wanted, here and there. */
  drop() {
    if (this.#id) this.#send({ do: "drop", still: this.#id });
    this.end();
  }

  /** The conversation is over. */
  end() {
    this.#forget();
    this.#id = "";
    this.#set(IDLE);
  }

  #forget() {
    this.state.picture?.close();
    this.#parts = [];
    this.#have = 0;
  }

  /** @param {object} wish */
  #send(wish) {
    if (this.#channel?.readyState === "open") this.#channel.send(JSON.stringify(wish));
  }

  /** @param {string} text */
  #told(text) {
    const said = JSON.parse(text);
    if (said.still !== this.#id) return;
    switch (said.is) {
      case "asking":
        if (this.state.step !== "here" && this.state.picture === null) this.#set({ ...this.state, step: "asking" });
        return;
      case "taking":
        this.#set({ ...this.state, step: "taking" });
        return;
      case "refused":
        this.#refused(said.why);
        return;
      case "taken":
        this.#announced(said);
    }
  }

  /** @param {Why} why */
  #refused(why) {
    this.#forget();
    if (why === "no") this.#id = "";
    this.#set({ ...IDLE, step: "refused", why });
  }

  /** @param {Taken} taken */
  #announced(taken) {
    if (!(taken.bytes > 0 && taken.bytes <= MOST_BYTES)) return this.#refused("failed");
    if (taken.at === 0) {
      this.#parts = [];
      this.#have = 0;
    } else if (taken.at !== this.#have) return this.#refused("broken");
    this.#set({ ...this.state, step: "coming", why: "", taken, share: this.#have / taken.bytes });
  }

  /** @param {ArrayBuffer} part */
  async #came(part) {
    const { step, taken } = this.state;
    if (step !== "coming" || !taken) return;
    this.#parts.push(part);
    this.#have += part.byteLength;
    if (this.#have > taken.bytes) return this.#refused("broken");
    if (this.#have < taken.bytes) return this.#set({ ...this.state, share: this.#have / taken.bytes });
    const whole = new Blob(this.#parts, { type: "image/jpeg" });
    this.#parts = [];
    const digest = await crypto.subtle.digest("SHA-256", await whole.arrayBuffer());
    const hex = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
    const picture = hex === taken.sha256 ? await createImageBitmap(whole).catch(() => null) : null;
    if (this.state.taken !== taken) return void picture?.close(); // dropped meanwhile
    if (!picture) return this.#refused("broken");
    this.state.picture?.close();
    this.#set({ ...this.state, step: "here", share: 1, picture });
  }

  /** @param {State} state */
  #set(state) {
    this.state = state;
    this.dispatchEvent(new Event("change"));
  }
}
