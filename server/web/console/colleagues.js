/**
 * Voice and picture between the clerks of one call: one link for each other clerk, fenced by both their numbers. Who
 * joined later offers. Somebody who is set aside gets nothing and sends nothing.
 */
import { AnsweringLink } from "./answer.js";
import { ConsoleLink } from "./peer.js";

/** @typedef {import("/protocol/messages").Sdp} Sdp */
/** @typedef {import("/protocol/messages").Ice} Ice */
/** @typedef {import("/protocol/messages").RestartLink} RestartLink */
/** @typedef {{generation: number, key: string, held: boolean}} Colleague another clerk in the call, with the key of their session */
/** @typedef {{link: ConsoleLink | AnsweringLink, senders: RTCRtpSender[], held: boolean, stream: MediaStream, up: boolean}} Pair */
/** @typedef {{audio: MediaStreamTrack | null, video: MediaStreamTrack | null}} Tracks */
/**
 * @typedef {object} Wiring
 * @property {string} ticket
 * @property {number} own our number in this call
 * @property {RTCIceServer[]} iceServers
 * @property {(to: number, body: Sdp | Ice | RestartLink) => void} send
 * @property {(text: string) => Promise<string>} sign
 * @property {(key: string, text: string, signature: string) => Promise<boolean>} verify
 * @property {() => void} changed
 */

const EARLY = 64;
const BITS = 300_000;

export class Colleagues {
  /** @type {Wiring} */
  #wiring;
  /** @type {Map<number, Pair>} */
  #pairs = new Map();
  /** What came before the view that says who it is. @type {{from: number, body: Sdp | Ice | RestartLink}[]} */
  #early = [];
  /** @type {Tracks} */
  #tracks = { audio: null, video: null };

  /** @param {Wiring} wiring */
  constructor(wiring) {
    this.#wiring = wiring;
  }

  /** What each of them sends us, by their number; only of links that stand. @returns {Map<number, MediaStream>} */
  get streams() {
    return new Map([...this.#pairs].filter(([, pair]) => pair.up && !pair.held).map(([generation, pair]) => [generation, pair.stream]));
  }

  get some() {
    return this.#pairs.size > 0;
  }

  /** Who is in the call now besides us; the same again changes nothing. @param {readonly Colleague[]} people */
  apply(people) {
    for (const [generation, pair] of this.#pairs) {
      if (people.some((one) => one.generation === generation)) continue;
      this.#pairs.delete(generation);
      pair.link.close();
      this.#wiring.changed();
    }
    for (const one of people) {
      const pair = this.#pairs.get(one.generation) ?? this.#add(one);
      if (pair.held === one.held) continue;
      pair.held = one.held;
      this.#send(pair);
      this.#wiring.changed();
    }
  }

  /** @param {number} from @param {Sdp | Ice | RestartLink} body */
  signal(from, body) {
    const pair = this.#pairs.get(from);
    if (pair) return void pair.link.signal(body);
    this.#early.push({ from, body });
    if (this.#early.length > EARLY) this.#early.shift();
  }

  /** What we send to all of them from now on. @param {Tracks} tracks */
  carry(tracks) {
    this.#tracks = tracks;
    for (const pair of this.#pairs.values()) this.#send(pair);
  }

  close() {
    for (const { link } of this.#pairs.values()) link.close();
    this.#pairs.clear();
    this.#early = [];
  }

  /** @param {Colleague} one @returns {Pair} */
  #add({ generation, key, held }) {
    const { ticket, own, iceServers, send, sign, verify, changed } = this.#wiring;
    /** @type {Pair} */
    const pair = { link: /** @type {any} */ (null), senders: [], held, stream: new MediaStream(), up: false };
    const common = {
      ticket,
      generation: `${Math.min(own, generation)}~${Math.max(own, generation)}`,
      iceServers,
      send: (/** @type {Sdp | Ice | RestartLink} */ body) => send(generation, body),
      sign,
      verify: (/** @type {string} */ text, /** @type {string} */ signature) => verify(key, text, signature),
    };
    const heed = (/** @type {RTCPeerConnection} */ pc) => {
      pair.senders = pc.getTransceivers().map((one) => one.sender);
      pc.ontrack = ({ track }) => {
        for (const old of pair.stream.getTracks()) if (old.kind === track.kind) pair.stream.removeTrack(old);
        pair.stream = new MediaStream([...pair.stream.getTracks(), track]);
        changed();
      };
      this.#send(pair);
    };
    const became = (/** @type {boolean} */ up) => {
      pair.up = up;
      changed();
    };
    this.#pairs.set(generation, pair);
    pair.link =
      own > generation
        ? new ConsoleLink(
            {
              ...common,
              link: "voice",
              build: (pc) => {
                pc.addTransceiver("audio", { direction: "sendrecv" });
                pc.addTransceiver("video", { direction: "sendrecv", sendEncodings: [{ maxBitrate: BITS, scaleResolutionDownBy: 2 }] });
                heed(pc);
              },
              changed: (state) => became(state === "connected"),
            },
            0,
          )
        : new AnsweringLink({
            ...common,
            build: (pc) => {
              // What the offer brought is known before `ontrack` can be set: its receivers are there already.
              heed(pc);
              pair.stream = new MediaStream(pc.getReceivers().map((one) => one.track));
            },
            changed: became,
          });
    const early = this.#early.filter((one) => one.from === generation);
    this.#early = this.#early.filter((one) => one.from !== generation);
    for (const { body } of early) void pair.link.signal(body);
    return pair;
  }

  /** @param {Pair} pair */
  #send(pair) {
    const { audio, video } = this.#tracks;
    const [first, second] = pair.senders;
    void first?.replaceTrack(pair.held ? null : audio).catch(() => {});
    void second?.replaceTrack(pair.held ? null : video).catch(() => {});
  }
}
