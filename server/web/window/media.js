/**
 * Both links of a visit, as kiosk and page have them together: `voice` (sound both ways, the clerk's picture in) and
 * `eyes` (face and paper out, stills on request). The clerk's console cannot tell the difference, and need not.
 *
 * Events: "change" (`state` or `streams`), "up" (voice or picture flows), "heard" (the clerk's side lives).
 */
import { AnsweringLink } from "./answer.js";
import { modest, nextBits } from "./flow.js";
import { Together } from "./leaves.js";
import { Lens } from "./lens.js";

/** @typedef {import("./flow.js").Call} Call */
/** @typedef {import("/protocol/messages").Sdp} Sdp */
/** @typedef {import("/protocol/messages").Ice} Ice */
/** @typedef {import("/protocol/messages").RestartLink} RestartLink */
/** @typedef {import("/protocol/messages").IceServer} IceServer */

const PLAYOUT_MS = 60;
const CLERK_KBITS = 500;
const START_BITS = 300_000;
const SHAPE = { face: { least: 80_000, most: 450_000 }, paper: { least: 150_000, most: 1_200_000 } };
const CHUNK = 16_384;
const BUFFERED = 262_144;

export class WindowMedia extends EventTarget {
  /** @type {{clerk: MediaStream | null, sound: MediaStream | null, own: MediaStream | null}} */
  streams = { clerk: null, sound: null, own: null };
  lens = new Lens(() => this.#sourcesChanged());
  /** The pages both look at. */
  together = new Together();
  /** @type {readonly IceServer[]} */ iceServers = [];
  muted = false;

  #sign;
  #send;
  /** @type {Call | null} */ #call = null;
  /** @type {AnsweringLink | null} */ #voice = null;
  /** @type {AnsweringLink | null} */ #eyes = null;
  /** @type {{sound: RTCRtpSender | null, face: RTCRtpSender | null, paper: RTCRtpSender | null}} */ #out = { sound: null, face: null, paper: null };
  #bits = START_BITS;
  #timer = 0;

  /** @param {(text: string) => Promise<string>} sign @param {(generation: number, body: Sdp | Ice | RestartLink) => void} send */
  constructor(sign, send) {
    super();
    this.#sign = sign;
    this.#send = send;
    this.together.addEventListener("change", () => this.#change());
  }

  get voice() {
    return this.#voice?.state ?? "new";
  }

  get eyes() {
    return this.#eyes?.state ?? "new";
  }

  /** The last attempts seen, for a console that was reloaded. */
  get attempts() {
    return { voice: this.#voice?.attempt ?? 0, eyes: this.#eyes?.attempt ?? 0 };
  }

  /**
   * Make the links what the view says: none, running, or held with every track stopped at its source.
   * @param {Call | null} call @param {boolean} resumed this page was opened in the middle of it
   */
  apply(call, resumed) {
    const before = this.#call;
    this.#call = call;
    if (call === null || before?.ticket !== call.ticket || before.generation !== call.generation) {
      this.#end();
      if (call) this.#begin(call, resumed);
    }
    if (call?.sending !== before?.sending || (call === null) !== (before === null)) void this.lens.want(call?.sending ?? false);
  }

  /** @param {number} generation @param {Sdp | Ice} body */
  signal(generation, body) {
    if (generation !== this.#call?.generation) return;
    void (body.link === "voice" ? this.#voice : this.#eyes)?.signal(body);
  }

  /** @param {boolean} on */
  mute(on) {
    this.muted = on;
    this.#sourcesChanged();
  }

  /** @param {Call} call @param {boolean} resumed */
  #begin(call, resumed) {
    const common = {
      call,
      iceServers: () => this.iceServers,
      sign: this.#sign,
      send: (/** @type {Sdp | Ice | RestartLink} */ body) => this.#send(call.generation, body),
      pulse: () => this.dispatchEvent(new Event("heard")),
      changed: () => this.#linkChanged(),
    };
    this.#voice = new AnsweringLink({ ...common, link: "voice", fill: (pc) => this.#fillVoice(pc), shape: (sdp) => modest(sdp, CLERK_KBITS) });
    this.#eyes = new AnsweringLink({ ...common, link: "eyes", fill: (pc) => this.#fillEyes(pc), channel: (channel) => this.#channel(channel) });
    this.#timer = setInterval(() => void this.#adapt(), 2000);
    if (resumed) for (const link of [this.#voice, this.#eyes]) link.again();
  }

  #end() {
    clearInterval(this.#timer);
    this.#voice?.close();
    this.#eyes?.close();
    this.#voice = this.#eyes = null;
    this.#out = { sound: null, face: null, paper: null };
    this.#bits = START_BITS;
    this.muted = false;
    this.together.end();
    this.streams = { ...this.streams, clerk: null, sound: null };
    this.#change();
  }

  #linkChanged() {
    if (this.voice === "connected" || (this.eyes === "connected" && this.lens.microphoneState !== "ok")) this.dispatchEvent(new Event("up"));
    this.#change();
  }

  /** @param {RTCPeerConnection} pc */
  async #fillVoice(pc) {
    pc.ontrack = ({ track, receiver }) => {
      receiver.jitterBufferTarget = PLAYOUT_MS;
      const stream = new MediaStream([track]);
      this.streams = { ...this.streams, ...(track.kind === "audio" ? { sound: stream } : { clerk: stream }) };
      this.#change();
    };
    for (const transceiver of pc.getTransceivers()) {
      const audio = transceiver.receiver.track.kind === "audio";
      transceiver.direction = audio ? "sendrecv" : "recvonly";
      if (audio) this.#out.sound = transceiver.sender;
      // Tracks announced by the offer came before this handler.
      this.streams = { ...this.streams, ...(audio ? { sound: new MediaStream([transceiver.receiver.track]) } : { clerk: new MediaStream([transceiver.receiver.track]) }) };
    }
    await this.#out.sound?.replaceTrack(this.lens.microphone);
  }

  /** @param {RTCPeerConnection} pc */
  async #fillEyes(pc) {
    const [face, paper] = pc.getTransceivers();
    for (const transceiver of [face, paper]) if (transceiver) transceiver.direction = "sendonly";
    this.#out.face = face?.sender ?? null;
    this.#out.paper = paper?.sender ?? null;
    await this.#out.face?.replaceTrack(this.lens.face);
    await this.#out.paper?.replaceTrack(this.lens.paper);
    this.#aim();
  }

  #sourcesChanged() {
    const { microphone, face, paper, mode } = this.lens;
    if (microphone) microphone.enabled = !this.muted;
    void this.#out.sound?.replaceTrack(microphone).catch(() => this.#voice?.again());
    void this.#out.face?.replaceTrack(face).catch(() => this.#eyes?.again());
    void this.#out.paper?.replaceTrack(paper).catch(() => this.#eyes?.again());
    this.#aim();
    const own = mode === "face" || mode === "off" ? face : paper;
    if (this.streams.own?.getTracks()[0] !== (own ?? undefined)) this.streams = { ...this.streams, own: own && new MediaStream([own]) };
    this.#change();
  }

  /** Give what the line can carry to whatever is shown now. */
  #aim() {
    const paper = this.lens.paper !== null;
    for (const [sender, bits, shape] of /** @type {const} */ ([
      [this.#out.face, paper ? SHAPE.face.least : this.#bits, SHAPE.face],
      [this.#out.paper, this.#bits, SHAPE.paper],
    ])) {
      const parameters = sender?.getParameters();
      const [encoding] = parameters?.encodings ?? [];
      if (!sender || !parameters || !encoding) continue;
      encoding.maxBitrate = Math.min(shape.most, Math.max(shape.least, bits));
      encoding.networkPriority = "low";
      parameters.degradationPreference = shape === SHAPE.paper ? "maintain-resolution" : "balanced";
      void sender.setParameters(parameters).catch(() => undefined); // the link is being replaced
    }
  }

  /** Look at what the clerk reports of our packets, and take less when the line is narrow. */
  async #adapt() {
    let loss = 0;
    let rtt = 0;
    for (const link of [this.#voice, this.#eyes]) {
      for (const entry of (await link?.pc?.getStats())?.values() ?? []) {
        if (entry.type !== "remote-inbound-rtp") continue;
        loss = Math.max(loss, entry.fractionLost ?? 0);
        rtt = Math.max(rtt, entry.roundTripTime ?? 0);
      }
    }
    const bits = nextBits(this.#bits, { loss, rtt }, this.lens.paper ? SHAPE.paper : SHAPE.face);
    if (bits === this.#bits) return;
    this.#bits = bits;
    this.#aim();
  }

  /** @param {RTCDataChannel} channel */
  #channel(channel) {
    if (channel.label !== "stills") return this.together.attach(channel);
    channel.onmessage = ({ data }) => {
      if (typeof data === "string" && data.length < 200 && JSON.parse(data).still === "document") void this.#still(channel);
    };
  }

  /** @param {RTCDataChannel} channel */
  async #still(channel) {
    const still = this.#call?.sending ? await this.lens.still().catch(() => null) : null;
    if (still === null) {
      channel.send(JSON.stringify({ still: "document", error: this.#call?.sending ? "camera_missing" : "held" }));
      return;
    }
    const data = await still.jpeg.arrayBuffer();
    channel.send(JSON.stringify({ still: "document", bytes: data.byteLength, width: still.width, height: still.height }));
    channel.bufferedAmountLowThreshold = BUFFERED / 2;
    for (let at = 0; at < data.byteLength; at += CHUNK) {
      if (channel.bufferedAmount > BUFFERED) await new Promise((room) => channel.addEventListener("bufferedamountlow", room, { once: true }));
      if (channel.readyState !== "open") return;
      channel.send(data.slice(at, at + CHUNK));
    }
  }

  #change() {
    this.dispatchEvent(new Event("change"));
  }
}
