/**
 * The resident's voice link: it answers the clerk's offers, plays their voice and picture, and owns the microphone.
 * The page decides nothing: `apply` says whether there is a call, and whether the microphone may be on.
 */
import { syntheticMicrophone } from "./synthetic.js";

/** @typedef {import("/protocol/messages").Sdp} Sdp */
/** @typedef {import("/protocol/messages").Ice} Ice */
/** @typedef {import("/protocol/messages").Voice} Voice */
/** @typedef {import("/protocol/messages").VoiceSignal} VoiceSignal */
/** @typedef {import("/protocol/messages").VoiceState} VoiceState */
/**
 * @typedef {object} Wiring
 * @property {(body: Sdp | Ice, generation: number) => void} send as a VoiceSignal to the agent, which signs answers
 * @property {(state: VoiceState) => void} onState
 * @property {HTMLAudioElement} audioElement
 * @property {HTMLVideoElement} videoElement
 */

const AUDIO = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
const LOOK = 1000;
const SILENT = 3000;
const HEARD_FOR = 3;
const AUDIBLE = 0.001;
const PLAYOUT_MS = 60;

export class VoiceLink {
  /** @type {Wiring} */
  #wiring;
  /** @type {Voice | null} */
  #voice = null;
  /** @type {RTCPeerConnection | null} */
  #pc = null;
  /** @type {RTCRtpSender | null} */
  #out = null;
  /** @type {MediaStreamTrack | null} */
  #microphone = null;
  /** @type {RTCDataChannel | null} */
  #pulse = null;
  /** @type {Ice[]} */
  #early = [];
  #attempt = 0;
  #timer = 0;
  #heardAt = 0;
  #energy = 0;
  #duration = 0;
  #quiet = HEARD_FOR;
  /** @type {Promise<void>} */
  #signals = Promise.resolve();
  /** @type {Promise<void>} */
  #sources = Promise.resolve();
  /** @type {VoiceState["state"]} */
  #state = "new";
  /** @type {VoiceState["microphone"]} */
  #microphoneState = "ok";
  #heard = false;
  #told = "";

  /** @param {Wiring} wiring */
  constructor(wiring) {
    this.#wiring = wiring;
  }

  /**
   * Take over what the display says of the call; the same again changes nothing.
   * @param {Voice | null} voice
   */
  apply(voice) {
    const before = this.#voice;
    this.#voice = voice;
    if (voice === null || voice.generation !== before?.generation || voice.ticket !== before.ticket) {
      if (before) this.#close(before.generation);
    }
    void this.#aim();
    if (voice && !this.#timer) this.#timer = setInterval(() => void this.#look(), LOOK);
  }

  /**
   * An offer or candidate from the clerk; anything of another generation or an older attempt is dropped.
   * @param {Pick<VoiceSignal, "generation" | "body">} signal
   * @returns {Promise<void>}
   */
  signal({ generation, body }) {
    this.#signals = this.#signals
      .then(() => this.#signal(generation, body))
      .catch((error) => {
        console.warn("voice link", error instanceof Error ? error.name : "");
        this.#say("failed");
      });
    return this.#signals;
  }

  /** @param {number} percent */
  setVolume(percent) {
    this.#wiring.audioElement.volume = Math.min(1, Math.max(0, percent / 100));
  }

  /**
   * @param {number} generation
   * @param {Sdp | Ice} body
   */
  async #signal(generation, body) {
    if (generation !== this.#voice?.generation || body.link !== "voice") return;
    if (body.type === "ice") {
      if (body.attempt !== this.#attempt || this.#pc === null) return;
      if (this.#pc.remoteDescription) await this.#add(this.#pc, body);
      else if (this.#early.length < 64) this.#early.push(body);
      return;
    }
    if (body.kind !== "offer" || body.attempt <= this.#attempt) return;
    await this.#answer(this.#voice, body);
  }

  /**
   * @param {Voice} voice
   * @param {Sdp} offer
   */
  async #answer(voice, offer) {
    this.#drop();
    const { attempt } = offer;
    this.#attempt = attempt;
    const iceServers = voice.ice_servers.map(({ urls, username, credential }) => ({
      urls: [...urls],
      ...(username ? { username } : {}),
      ...(credential ? { credential } : {}),
    }));
    const pc = (this.#pc = new RTCPeerConnection({ iceServers, bundlePolicy: "max-bundle" }));
    this.#state = "connecting";
    this.#tell();
    pc.ontrack = ({ track, receiver }) => {
      receiver.jitterBufferTarget = PLAYOUT_MS; // the same for voice and picture keeps the lips with the words
      const element = track.kind === "audio" ? this.#wiring.audioElement : this.#wiring.videoElement;
      element.srcObject = new MediaStream([track]);
      // A page that may not start sound by itself (no touch yet, no kiosk policy) is retried at each look.
      void element.play().catch(() => {});
    };
    pc.ondatachannel = ({ channel }) => {
      if (channel.label !== "pulse" || pc !== this.#pc) return;
      this.#pulse = channel;
      this.#heardAt = performance.now();
      channel.onmessage = () => {
        if (pc !== this.#pc) return;
        this.#heardAt = performance.now();
        if (pc.connectionState === "connected") this.#say("connected");
      };
      channel.onopen = () => channel.send("1");
    };
    pc.onconnectionstatechange = () => {
      if (pc !== this.#pc) return;
      if (pc.connectionState === "connected") this.#say("connected");
      if (pc.connectionState === "failed") this.#say("failed");
    };
    /** @type {Ice[]} */
    const waiting = [];
    let answered = false;
    pc.onicecandidate = ({ candidate }) => {
      if (pc !== this.#pc || candidate === null) return;
      /** @type {Ice} */
      const ice = {
        type: "ice",
        link: "voice",
        attempt,
        candidate: candidate.candidate,
        mid: candidate.sdpMid ?? "0",
      };
      if (answered) this.#wiring.send(ice, voice.generation);
      else waiting.push(ice);
    };
    await pc.setRemoteDescription({ type: "offer", sdp: offer.sdp });
    for (const transceiver of pc.getTransceivers()) {
      const audio = transceiver.receiver.track.kind === "audio";
      transceiver.direction = audio ? "sendrecv" : "recvonly";
      if (audio) this.#out = transceiver.sender;
    }
    if (this.#microphone) await this.#out?.replaceTrack(this.#microphone);
    await pc.setLocalDescription();
    if (pc !== this.#pc) return;
    const sdp = pc.localDescription?.sdp ?? "";
    this.#wiring.send({ type: "sdp", link: "voice", attempt, kind: "answer", sdp, signature: "" }, voice.generation);
    answered = true;
    for (const ice of waiting) this.#wiring.send(ice, voice.generation);
    const early = this.#early;
    this.#early = [];
    for (const ice of early) await this.#add(pc, ice);
  }

  /**
   * @param {RTCPeerConnection} pc
   * @param {Ice} ice
   */
  async #add(pc, ice) {
    try {
      await pc.addIceCandidate({ candidate: ice.candidate, sdpMid: ice.mid });
    } catch (error) {
      console.warn("a candidate was not taken", error instanceof Error ? error.name : "");
    }
  }

  /** Make the microphone what it should be: on in a call, stopped at its source on hold and after. */
  #aim() {
    this.#sources = this.#sources.then(async () => {
      const wanted = this.#voice?.sending ?? false;
      if (!wanted && this.#microphone) {
        this.#microphone.stop();
        this.#microphone = null;
        await this.#out?.replaceTrack(null).catch(() => {});
      }
      if (wanted && this.#microphone?.readyState !== "live") {
        this.#microphone = await this.#take();
        if (!(this.#voice?.sending ?? false)) {
          this.#microphone?.stop(); // the call was held or ended while the device woke up
          this.#microphone = null;
        }
        await this.#out?.replaceTrack(this.#microphone).catch(() => {});
      }
      this.#tell();
    });
    return this.#sources;
  }

  /** @returns {Promise<MediaStreamTrack | null>} */
  async #take() {
    if (new URL(location.href).searchParams.has("synthetic")) {
      this.#microphoneState = "ok";
      return syntheticMicrophone();
    }
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: AUDIO });
      this.#microphoneState = "ok";
      const track = stream.getAudioTracks()[0] ?? null;
      if (track) track.onended = () => void this.#aim(); // unplugged: take what is there now
      return track;
    } catch (error) {
      const denied = error instanceof Error && error.name === "NotAllowedError";
      this.#microphoneState = denied ? "denied" : "missing";
      return null;
    }
  }

  async #look() {
    const pc = this.#pc;
    if (pc === null) return;
    if (this.#pulse?.readyState === "open") this.#pulse.send("1");
    if (this.#state === "connected" && performance.now() - this.#heardAt > SILENT) this.#say("failed");
    if (this.#microphone?.readyState !== "live" && this.#voice?.sending) void this.#aim();
    const { audioElement, videoElement } = this.#wiring;
    for (const element of [audioElement, videoElement]) {
      if (element.srcObject && element.paused) void element.play().catch(() => {});
    }
    const stats = await pc.getStats();
    if (pc !== this.#pc) return;
    for (const entry of stats.values()) {
      if (entry.type !== "inbound-rtp" || entry.kind !== "audio") continue;
      const played = (entry.totalSamplesDuration ?? 0) - this.#duration;
      const level = played > 0 ? Math.sqrt(Math.max(0, entry.totalAudioEnergy - this.#energy) / played) : 0;
      this.#energy = entry.totalAudioEnergy ?? 0;
      this.#duration = entry.totalSamplesDuration ?? 0;
      this.#quiet = level > AUDIBLE ? 0 : this.#quiet + 1;
      this.#heard = this.#quiet < HEARD_FOR;
    }
    this.#tell();
  }

  /** @param {VoiceState["state"]} state */
  #say(state) {
    if (state === "failed") this.#heard = false;
    this.#state = state;
    this.#tell();
  }

  /** @param {number} [generation] */
  #tell(generation = this.#voice?.generation) {
    if (generation === undefined) return;
    /** @type {VoiceState} */
    const state = {
      type: "voice_state",
      generation,
      attempt: this.#attempt,
      state: this.#state,
      microphone: this.#microphoneState,
      heard: this.#heard,
    };
    const text = JSON.stringify(state);
    if (text === this.#told) return;
    this.#told = text;
    this.#wiring.onState(state);
  }

  /** @param {number} generation */
  #close(generation) {
    this.#drop();
    if (!this.#voice) {
      clearInterval(this.#timer);
      this.#timer = 0;
    }
    this.#state = "closed";
    this.#tell(generation);
    this.#attempt = 0;
    this.#state = "new";
  }

  #drop() {
    const pc = this.#pc;
    this.#pc = null;
    this.#out = null;
    this.#pulse = null;
    this.#early = [];
    this.#energy = this.#duration = 0;
    this.#quiet = HEARD_FOR;
    this.#heard = false;
    pc?.close();
    this.#wiring.audioElement.srcObject = null;
    this.#wiring.videoElement.srcObject = null;
  }
}
