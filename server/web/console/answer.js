/**
 * The answering end of the link between two clerks of one call: whoever was there first answers. `peer.js` is the other
 * end. Nothing is repaired here: silence is noticed over there, and a newer attempt replaces the older.
 */
import { bindingText } from "./binding.js";

/** @typedef {import("/protocol/messages").Sdp} Sdp */
/** @typedef {import("/protocol/messages").Ice} Ice */
/** @typedef {import("/protocol/messages").RestartLink} RestartLink */
/**
 * @typedef {object} Wiring
 * @property {string} ticket
 * @property {string} generation of the pair: `<lower>~<higher>`
 * @property {RTCIceServer[]} iceServers
 * @property {(body: Sdp | Ice | RestartLink) => void} send
 * @property {(text: string) => Promise<string>} sign
 * @property {(text: string, signature: string) => Promise<boolean>} verify of the other clerk's session key
 * @property {(pc: RTCPeerConnection) => void} build takes what the link brings, and says what it carries
 * @property {(up: boolean) => void} changed
 */

export class AnsweringLink {
  /** @type {RTCPeerConnection | null} */
  pc = null;

  /** @type {Wiring} */
  #wiring;
  #attempt = 0;
  /** @type {Ice[]} */
  #early = [];
  /** @type {Promise<void>} */
  #work = Promise.resolve();

  /** @param {Wiring} wiring */
  constructor(wiring) {
    this.#wiring = wiring;
  }

  /** @param {Sdp | Ice | RestartLink} body */
  signal(body) {
    this.#work = this.#work.then(() => this.#signal(body)).catch((error) => console.warn("link between clerks", error));
    return this.#work;
  }

  close() {
    const pc = this.pc;
    this.pc = null;
    this.#early = [];
    pc?.close();
    this.#wiring.changed(false);
  }

  /** @param {Sdp | Ice | RestartLink} body */
  async #signal(body) {
    if (body.type === "ice") {
      if (body.attempt !== this.#attempt || this.pc === null) return;
      if (this.pc.remoteDescription) await this.#add(this.pc, body);
      else if (this.#early.length < 64) this.#early.push(body);
    } else if (body.type === "sdp" && body.kind === "offer" && body.link === "voice") {
      // A console that was opened anew counts from one again: it is told where we are.
      if (body.attempt > this.#attempt) await this.#answer(body);
      else if (body.attempt < this.#attempt) this.#wiring.send({ type: "restart_link", link: "voice", after: this.#attempt });
    }
  }

  /** @param {Sdp} offer */
  async #answer(offer) {
    const { ticket, generation, iceServers, send, sign, verify, build, changed } = this.#wiring;
    const { attempt } = offer;
    const theirs = bindingText(ticket, generation, "voice", attempt, "offer", offer.sdp);
    if (theirs === null || !(await verify(theirs, offer.signature))) return;
    this.close();
    this.#attempt = attempt;
    const pc = (this.pc = new RTCPeerConnection({ iceServers, bundlePolicy: "max-bundle" }));
    pc.ondatachannel = ({ channel }) => {
      // Our beat is the answer to theirs: who offered notices when it stays away.
      channel.onmessage = () => channel.readyState === "open" && channel.send("1");
      channel.onopen = () => channel.send("1");
    };
    pc.onconnectionstatechange = () => pc === this.pc && changed(pc.connectionState === "connected");
    /** @type {Ice[]} */
    const waiting = [];
    let answered = false;
    pc.onicecandidate = ({ candidate }) => {
      if (pc !== this.pc || candidate === null) return;
      /** @type {Ice} */
      const ice = { type: "ice", link: "voice", attempt, candidate: candidate.candidate, mid: candidate.sdpMid ?? "0" };
      if (answered) send(ice);
      else waiting.push(ice);
    };
    await pc.setRemoteDescription({ type: "offer", sdp: offer.sdp });
    for (const transceiver of pc.getTransceivers()) transceiver.direction = "sendrecv";
    build(pc);
    await pc.setLocalDescription();
    const sdp = pc.localDescription?.sdp ?? "";
    const text = bindingText(ticket, generation, "voice", attempt, "answer", sdp);
    if (text === null) throw new Error("our own answer names no certificate");
    const signature = await sign(text);
    if (pc !== this.pc) return;
    send({ type: "sdp", link: "voice", attempt, kind: "answer", sdp, signature });
    answered = true;
    for (const ice of waiting) send(ice);
    const early = this.#early;
    this.#early = [];
    for (const ice of early) await this.#add(pc, ice);
  }

  /** @param {RTCPeerConnection} pc @param {Ice} ice */
  async #add(pc, ice) {
    try {
      await pc.addIceCandidate({ candidate: ice.candidate, sdpMid: ice.mid });
    } catch (error) {
      console.warn("a candidate was not taken", error);
    }
  }
}
