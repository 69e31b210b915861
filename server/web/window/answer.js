/**
 * The visitor's end of one link: it answers the clerk's offers and nobody else's. The console numbers the attempts;
 * an older one is dropped, a newer one replaces what there is, and a silent one is asked for anew.
 */
import { bindingText, verify } from "/console/binding.js";

/** @typedef {import("/protocol/messages").Sdp} Sdp */
/** @typedef {import("/protocol/messages").Ice} Ice */
/** @typedef {import("/protocol/messages").RestartLink} RestartLink */
/** @typedef {import("/protocol/messages").IceServer} IceServer */
/**
 * @typedef {object} Wiring
 * @property {"voice" | "eyes"} link
 * @property {import("./flow.js").Call} call
 * @property {() => readonly IceServer[]} iceServers
 * @property {(body: Sdp | Ice | RestartLink) => void} send
 * @property {(text: string) => Promise<string>} sign
 * @property {(pc: RTCPeerConnection) => Promise<void>} fill gives the offered places their tracks
 * @property {(sdp: string) => string} [shape] the answer, before it is signed
 * @property {() => void} changed
 * @property {() => void} pulse the clerk's side was heard
 * @property {(channel: RTCDataChannel) => void} [channel] any other than the pulse
 */

const LOOK = 1000;
const SILENT = 3000;
const ASK_AGAIN = 4000;

export class AnsweringLink {
  /** @type {"new" | "connecting" | "connected" | "lost"} */
  state = "new";
  attempt = 0;
  /** @type {RTCPeerConnection | null} */
  pc = null;

  #wiring;
  /** @type {RTCDataChannel | null} */ #pulse = null;
  /** @type {Ice[]} */ #early = [];
  #heardAt = 0;
  #askedAt = 0;
  /** @type {Promise<void>} */ #work = Promise.resolve();
  #timer;

  /** @param {Wiring} wiring */
  constructor(wiring) {
    this.#wiring = wiring;
    this.#timer = setInterval(() => this.#look(), LOOK);
  }

  /** @param {Sdp | Ice} body */
  signal(body) {
    this.#work = this.#work.then(() => this.#signal(body)).catch((error) => this.#broken(error));
    return this.#work;
  }

  /** Ask the console for a new attempt: this page is a new one, or the path is dead. */
  again() {
    this.#askedAt = performance.now();
    this.#wiring.send({ type: "restart_link", link: this.#wiring.link, after: this.attempt });
  }

  close() {
    clearInterval(this.#timer);
    this.#timer = 0;
    this.#drop();
  }

  /** @param {Sdp | Ice} body */
  async #signal(body) {
    if (body.link !== this.#wiring.link || this.#timer === 0) return;
    if (body.type === "sdp") return this.#answer(body);
    if (body.attempt !== this.attempt || this.pc === null) return;
    if (this.pc.remoteDescription) await this.#add(this.pc, body);
    else if (this.#early.length < 64) this.#early.push(body);
  }

  /** @param {Sdp} offer */
  async #answer(offer) {
    const { link, call, iceServers, send, sign, fill, shape } = this.#wiring;
    if (offer.kind !== "offer" || offer.attempt <= this.attempt) return;
    const text = bindingText(call.ticket, call.generation, link, offer.attempt, "offer", offer.sdp);
    if (text === null || !(await verify(call.staffKey, text, offer.signature))) {
      console.warn("an offer that is not the clerk's was dropped", link);
      return;
    }
    this.#drop();
    const attempt = (this.attempt = offer.attempt);
    const servers = iceServers().map(({ urls, username, credential }) => ({ urls: [...urls], ...(username ? { username } : {}), ...(credential ? { credential } : {}) }));
    const pc = (this.pc = new RTCPeerConnection({ iceServers: servers, bundlePolicy: "max-bundle" }));
    this.#say("connecting");
    pc.ondatachannel = ({ channel }) => pc === this.pc && this.#channel(pc, channel);
    pc.onconnectionstatechange = () => {
      if (pc === this.pc && pc.connectionState === "failed") this.#lost();
    };
    /** @type {Ice[]} */ const waiting = [];
    let answered = false;
    pc.onicecandidate = ({ candidate }) => {
      if (pc !== this.pc || candidate === null) return;
      /** @type {Ice} */
      const ice = { type: "ice", link, attempt, candidate: candidate.candidate, mid: candidate.sdpMid ?? "0" };
      if (answered) send(ice);
      else waiting.push(ice);
    };
    await pc.setRemoteDescription({ type: "offer", sdp: offer.sdp });
    await fill(pc);
    await pc.setLocalDescription();
    const sdp = (shape ?? ((same) => same))(pc.localDescription?.sdp ?? "");
    const mine = bindingText(call.ticket, call.generation, link, attempt, "answer", sdp);
    if (mine === null) throw new Error("our own answer names no certificate");
    const signature = await sign(mine);
    if (pc !== this.pc) return;
    send({ type: "sdp", link, attempt, kind: "answer", sdp, signature });
    answered = true;
    for (const ice of waiting) send(ice);
    const early = this.#early;
    this.#early = [];
    for (const ice of early) await this.#add(pc, ice);
  }

  /** @param {RTCPeerConnection} pc @param {RTCDataChannel} channel */
  #channel(pc, channel) {
    if (channel.label !== "pulse") return this.#wiring.channel?.(channel);
    this.#pulse = channel;
    channel.onopen = () => channel.send("1");
    channel.onmessage = () => {
      if (pc !== this.pc) return;
      this.#heardAt = performance.now();
      this.#say("connected");
      this.#wiring.pulse();
    };
  }

  #look() {
    if (this.#pulse?.readyState === "open") this.#pulse.send("1");
    const now = performance.now();
    if (this.state === "connected" && now - this.#heardAt > SILENT) this.#lost();
    else if (this.state === "lost" && now - this.#askedAt > ASK_AGAIN) this.again();
  }

  #lost() {
    this.#say("lost");
    this.again();
  }

  /** @param {RTCPeerConnection} pc @param {Ice} ice */
  async #add(pc, ice) {
    try {
      await pc.addIceCandidate({ candidate: ice.candidate, sdpMid: ice.mid });
    } catch (error) {
      console.warn("a candidate was not taken", error instanceof Error ? error.name : "");
    }
  }

  /** @param {unknown} error */
  #broken(error) {
    console.warn("link", this.#wiring.link, error instanceof Error ? error.name : "");
    this.#lost();
  }

  #drop() {
    const pc = this.pc;
    this.pc = null;
    this.#pulse = null;
    this.#early = [];
    pc?.close();
  }

  /** @param {AnsweringLink["state"]} state */
  #say(state) {
    if (state === this.state) return;
    this.state = state;
    this.#wiring.changed();
  }
}
