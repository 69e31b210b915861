/**
 * One link of a call as the console holds it: it offers, numbers the attempts, and makes a new attempt whenever the
 * path fails or falls silent. Repair is always a new attempt, never a special case.
 */
import { bindingText } from "./binding.js";

/** @typedef {import("/protocol/messages").Sdp} Sdp */
/** @typedef {import("/protocol/messages").Ice} Ice */
/** @typedef {import("/protocol/messages").RestartLink} RestartLink */
/** @typedef {"idle" | "connecting" | "connected" | "lost" | "refused"} LinkState */
/**
 * @typedef {object} Wiring
 * @property {"voice" | "eyes"} link
 * @property {string} ticket
 * @property {number | string} generation
 * @property {RTCIceServer[]} iceServers
 * @property {(body: Sdp | Ice) => void} send
 * @property {(text: string) => Promise<string>} sign
 * @property {(text: string, signature: string) => Promise<boolean>} verify of the kiosk's key
 * @property {(pc: RTCPeerConnection) => void} build adds what the link carries, before it is offered
 * @property {(state: LinkState) => void} changed
 * @property {(text: string) => void} [told] what the kiosk says of the marks on the paper
 * @property {(channel: RTCDataChannel) => void} [pages] a new attempt's channel for shared pages
 * @property {(channel: RTCDataChannel) => void} [stills] a new attempt's channel for stills of the paper
 */

const TICK = 250;
const ANSWER_WITHIN = 8000;
const SILENT = 3000;
const DISCONNECTED = 2000;
const BACK_OFF = [0, 1000, 2000, 4000, 8000];

export class ConsoleLink {
  /** @type {RTCPeerConnection | null} */
  pc = null;
  attempt = 0;
  /** @type {LinkState} */
  state = "idle";
  /** @type {RTCDataChannel | null} */
  marks = null;

  /** @type {Wiring} */
  #wiring;
  /** @type {Ice[]} */
  #early = [];
  #began = 0;
  #heardAt = 0;
  #disconnectedAt = 0;
  #beatAt = 0;
  #failures = 0;
  #retryAt = 0;
  #timer = 0;
  /** @type {Promise<void>} */
  #work = Promise.resolve();

  /**
   * @param {Wiring} wiring
   * @param {number} after the last attempt the kiosk has seen
   */
  constructor(wiring, after) {
    this.#wiring = wiring;
    this.attempt = after;
    this.#timer = setInterval(() => this.#tick(), TICK);
    void this.#begin();
  }

  /** @param {Sdp | Ice | RestartLink} body */
  signal(body) {
    // One after the other: verifying takes a moment, and a candidate must not overtake its description.
    this.#work = this.#work.then(() => this.#signal(body)).catch((error) => this.#broken(error));
    return this.#work;
  }

  /** A new attempt at once, or as soon as the back-off allows. */
  restart() {
    if (this.state === "refused" || this.#timer === 0) return;
    const wait = BACK_OFF[Math.min(this.#failures, BACK_OFF.length - 1)] ?? 0;
    this.#failures += 1;
    this.#drop();
    this.#say("lost");
    this.#retryAt = performance.now() + wait;
    if (wait === 0) void this.#begin();
  }

  close() {
    clearInterval(this.#timer);
    this.#timer = 0;
    this.#drop();
    this.#say("idle");
  }

  async #begin() {
    const { link, ticket, generation, iceServers, send, sign, build } = this.#wiring;
    this.#drop();
    const attempt = (this.attempt += 1);
    this.#began = performance.now();
    this.#retryAt = 0;
    this.#disconnectedAt = 0;
    const pc = (this.pc = new RTCPeerConnection({ iceServers, bundlePolicy: "max-bundle" }));
    this.#say("connecting");
    build(pc);
    const pulse = pc.createDataChannel("pulse", { ordered: false, maxRetransmits: 0 });
    pulse.onmessage = ({ data }) => {
      this.#heard(pc);
      // The agent measures the line by our echo.
      if (typeof data === "string" && data.startsWith("?") && data.length < 20) pulse.send(`!${data.slice(1)}`);
    };
    pulse.onopen = () => pulse.send("1"); // the first beat at once: both sides are up within a round trip
    if (link === "eyes") {
      this.#wiring.pages?.(pc.createDataChannel("pages"));
      this.#wiring.stills?.(pc.createDataChannel("stills"));
      const marks = (this.marks = pc.createDataChannel("marks"));
      marks.onmessage = ({ data }) => {
        if (marks === this.marks && typeof data === "string") this.#wiring.told?.(data);
      };
    }
    pc.onconnectionstatechange = () => {
      if (pc !== this.pc) return;
      this.#disconnectedAt = pc.connectionState === "disconnected" ? performance.now() : 0;
      if (pc.connectionState === "failed") this.restart();
    };
    /** @type {Ice[]} */
    let waiting = [];
    let offered = false;
    pc.onicecandidate = ({ candidate }) => {
      if (pc !== this.pc || candidate === null) return;
      /** @type {Ice} */
      const ice = { type: "ice", link, attempt, candidate: candidate.candidate, mid: candidate.sdpMid ?? "0" };
      if (offered) send(ice);
      else waiting.push(ice);
    };
    try {
      await pc.setLocalDescription();
      const sdp = pc.localDescription?.sdp ?? "";
      const text = bindingText(ticket, generation, link, attempt, "offer", sdp);
      if (text === null) throw new Error("our own offer names no certificate");
      const signature = await sign(text);
      if (pc !== this.pc) return;
      send({ type: "sdp", link, attempt, kind: "offer", sdp, signature });
      offered = true;
      for (const ice of waiting) send(ice);
      waiting = [];
      this.#beat = () => {
        if (pulse.readyState === "open") pulse.send("1");
      };
    } catch (error) {
      if (pc === this.pc) this.#broken(error);
    }
  }

  /** @param {Sdp | Ice | RestartLink} body */
  async #signal(body) {
    switch (body.type) {
      case "restart_link":
        if (this.state === "connecting" && body.after < this.attempt) return; // already at it
        this.attempt = Math.max(this.attempt, body.after);
        this.restart();
        return;
      case "ice":
        if (body.attempt !== this.attempt || this.pc === null) return;
        if (this.pc.remoteDescription) await this.#add(this.pc, body);
        else if (this.#early.length < 64) this.#early.push(body);
        return;
      case "sdp":
        await this.#answered(body);
    }
  }

  /** @param {Sdp} body */
  async #answered(body) {
    const { link, ticket, generation, verify } = this.#wiring;
    const pc = this.pc;
    if (pc === null || body.kind !== "answer" || body.attempt !== this.attempt) return;
    if (pc.signalingState !== "have-local-offer") return;
    const text = bindingText(ticket, generation, link, body.attempt, "answer", body.sdp);
    if (text === null || !(await verify(text, body.signature))) {
      this.refuse();
      return;
    }
    if (pc !== this.pc) return;
    await pc.setRemoteDescription({ type: "answer", sdp: body.sdp });
    const early = this.#early;
    this.#early = [];
    for (const ice of early) await this.#add(pc, ice);
  }

  /** Somebody else answered than the kiosk: nothing flows, nothing is tried again in this call. */
  refuse() {
    this.#drop();
    this.#say("refused");
  }

  /**
   * @param {RTCPeerConnection} pc
   * @param {Ice} ice
   */
  async #add(pc, ice) {
    try {
      await pc.addIceCandidate({ candidate: ice.candidate, sdpMid: ice.mid });
    } catch (error) {
      console.warn("a candidate was not taken", this.#wiring.link, error);
    }
  }

  #beat = () => {};

  /** @param {RTCPeerConnection} pc */
  #heard(pc) {
    if (pc !== this.pc) return;
    this.#heardAt = performance.now();
    if (this.state !== "connected") {
      this.#say("connected");
    }
  }

  #tick() {
    const now = performance.now();
    if (now - this.#beatAt >= 1000) {
      this.#beatAt = now;
      this.#beat();
    }
    switch (this.state) {
      case "connecting":
        if (now - this.#began > ANSWER_WITHIN) this.restart();
        return;
      case "connected":
        if (now - this.#began > ANSWER_WITHIN) this.#failures = 0; // it held for a while
        if (now - this.#heardAt > SILENT) this.restart();
        else if (this.#disconnectedAt && now - this.#disconnectedAt > DISCONNECTED) this.restart();
        return;
      case "lost":
        if (this.#retryAt && now >= this.#retryAt) void this.#begin();
        return;
      case "idle":
      case "refused":
    }
  }

  /** @param {unknown} error */
  #broken(error) {
    console.warn("link restarts", this.#wiring.link, error);
    this.restart();
  }

  #drop() {
    const pc = this.pc;
    this.pc = null;
    this.marks = null;
    this.#early = [];
    this.#beat = () => {};
    pc?.close();
  }

  /** @param {LinkState} state */
  #say(state) {
    if (state === this.state) return;
    this.state = state;
    this.#wiring.changed(state);
  }
}
