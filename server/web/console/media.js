/**
 * The media of one call at the clerk's desk: `voice` to the resident's page (sound both ways, the clerk's picture out)
 * and `eyes` from the kiosk's agent (face and paper in). The server only relays what is signed here.
 *
 * Events: "streams" (something in `streams` changed), "state" (`state` changed), "stats" (detail: Stats, once a second).
 */
import { pinKiosk } from "./binding.js";
import { Colleagues } from "./colleagues.js";
import { Leaves } from "./leaves.js";
import { ConsoleLink } from "./peer.js";
import { Photo } from "./photo.js";
import { Sources } from "./sources.js";
import { StatsReader } from "./stats.js";

/** @typedef {import("/protocol/messages").Sdp} Sdp */
/** @typedef {import("/protocol/messages").Ice} Ice */
/** @typedef {import("/protocol/messages").RestartLink} RestartLink */
/** @typedef {import("/protocol/messages").MediaState} MediaState */
/** @typedef {import("/protocol/messages").IceServer} IceServer */
/** @typedef {import("./peer.js").LinkState} LinkState */
/**
 * @typedef {object} Options
 * @property {(body: Sdp | Ice | MediaState) => void} send relays to the resident with the call's generation
 * @property {(to: number, body: Sdp | Ice | RestartLink) => void} [toColleague] relays to another clerk of the call
 * @property {readonly IceServer[]} [iceServers] from StaffWelcome
 * @property {(text: string) => Promise<string>} sign of this sign-in's SessionKey
 * @property {(publicKey: string, text: string, signature: string) => Promise<boolean>} verify
 */
/**
 * @typedef {object} Call
 * @property {string} ticket
 * @property {number} generation
 * @property {string} kioskKey MyTicket.kiosk_key, base64
 * @property {string} [kiosk] its id: with it, a key that changed since the last call is refused
 * @property {Partial<Record<"voice" | "eyes", number>>} [attempts] CallSnapshot.attempts, after a reload of the console
 */
/**
 * @typedef {object} State
 * @property {LinkState} voice
 * @property {LinkState} eyes
 * @property {boolean} heard sound arrived from the resident in the last three seconds
 * @property {"ok" | "no_microphone"} microphone
 * @property {"ok" | "no_camera"} camera
 * @property {"" | "bad_signature" | "kiosk_key_changed" | "no_kiosk_key"} refused why no media may flow
 * @property {import("./paper.js").Told | null} paper what both see of the paper, as the kiosk last said
 */

/** The same playout target on both links keeps lips and voice together. */
const PLAYOUT_MS = 60;
const NO_FRAMES = 3;
const NOTHING = { microphone: null, camera: null };
const CLERK_VIDEO_BITS = 1_200_000;

export class CallMedia extends EventTarget {
  /** @type {{face: MediaStream | null, document: MediaStream | null, remoteAudio: MediaStream | null, preview: MediaStream | null, colleagues: ReadonlyMap<number, MediaStream>}} */
  streams = { face: null, document: null, remoteAudio: null, preview: null, colleagues: new Map() };
  /** @type {State} */
  state = { voice: "idle", eyes: "idle", heard: false, microphone: "no_microphone", camera: "no_camera", refused: "", paper: null };

  /** The still of the resident's paper, if one was asked for. */
  photo = new Photo();
  /** The pages both look at. */
  leaves = new Leaves((wish) => this.mark(wish));

  /** @type {Options} */
  #options;
  #sources = new Sources(() => this.#sourcesChanged());
  /** @type {ConsoleLink | null} */
  #voice = null;
  /** @type {ConsoleLink | null} */
  #eyes = null;
  /** @type {RTCRtpSender | null} */
  #audioOut = null;
  /** @type {RTCRtpSender | null} */
  #videoOut = null;
  #stats = new StatsReader();
  #timer = 0;
  #muted = false;
  #cameraOn = true;
  /** @type {Colleagues | null} */
  #colleagues = null;
  #held = false;
  #aside = false;
  #told = "";

  /** @param {Options} options */
  constructor(options) {
    super();
    this.#options = options;
    for (const part of [this.photo, this.leaves]) part.addEventListener("change", () => this.dispatchEvent(new Event("state")));
  }

  /** Take microphone and camera once, so that answering is fast. Never rejects: see `state`. */
  async prepare() {
    await this.#want();
  }

  /** Give microphone and camera back while the clerk is away. */
  async release() {
    await this.#sources.want(false, false);
  }

  /** @param {Call} call */
  dial({ ticket, generation, kioskKey, kiosk, attempts = {} }) {
    this.#end();
    this.#told = "";
    const refused = refusal(kioskKey, kiosk);
    this.#state({ refused, paper: null });
    if (refused) {
      this.#state({ voice: "refused", eyes: "refused" });
      return;
    }
    void this.#want();
    const { send, sign, verify, iceServers = [] } = this.#options;
    const common = {
      ticket,
      generation,
      send,
      sign,
      verify: (/** @type {string} */ text, /** @type {string} */ signature) => verify(kioskKey, text, signature),
      iceServers: iceServers.map(({ urls, username, credential }) => ({
        urls: [...urls],
        ...(username ? { username } : {}),
        ...(credential ? { credential } : {}),
      })),
    };
    this.#voice = new ConsoleLink(
      {
        ...common,
        link: "voice",
        build: (pc) => this.#buildVoice(pc),
        changed: (voice) => this.#linkChanged({ voice }),
      },
      attempts.voice ?? 0,
    );
    this.#eyes = new ConsoleLink(
      {
        ...common,
        link: "eyes",
        build: (pc) => this.#buildEyes(pc),
        changed: (eyes) => this.#linkChanged({ eyes }),
        told: (text) => {
          this.#state({ paper: JSON.parse(text) });
          this.leaves.heard(this.state.paper);
        },
        pages: (channel) => this.leaves.attach(channel),
        stills: (channel) => this.photo.attach(channel),
      },
      attempts.eyes ?? 0,
    );
    this.#colleagues = new Colleagues({
      ticket,
      own: generation,
      iceServers: common.iceServers,
      send: (to, body) => this.#options.toColleague?.(to, body),
      sign,
      verify,
      changed: () => this.#streams({ colleagues: this.#colleagues?.streams ?? new Map() }),
    });
    this.#timer = setInterval(() => void this.#look(), 1000);
  }

  /** Who else is in the call now. @param {readonly import("./colleagues.js").Colleague[]} people */
  async company(people) {
    const before = this.#colleagues?.some ?? false;
    this.#colleagues?.apply(people);
    if ((this.#colleagues?.some ?? false) !== before) {
      await this.#want();
      this.#sourcesChanged();
    }
  }

  /** What another clerk of the call relayed. @param {number} from their number @param {Sdp | Ice | RestartLink} body */
  fromColleague(from, body) {
    this.#colleagues?.signal(from, body);
  }

  /**
   * What the kiosk relayed for this generation.
   * @param {Sdp | Ice | RestartLink} body
   */
  async signal(body) {
    await (body.link === "voice" ? this.#voice : this.#eyes)?.signal(body);
  }

  /** @param {boolean} on true = the resident hears nothing */
  mute(on) {
    this.#muted = on;
    this.#sourcesChanged();
  }

  /**
   * @param {boolean} on false = the camera stops at its source
   */
  async camera(on) {
    this.#cameraOn = on;
    await this.#want();
  }

  /**
   * Nothing goes to the resident, and the links stay, so that going on is instant. Both sources stop, unless another
   * clerk is there to talk with meanwhile; set `aside` nobody is.
   * @param {boolean} on
   * @param {boolean} [aside]
   */
  async hold(on, aside = false) {
    if (this.#held === on && this.#aside === aside) return;
    this.#held = on;
    this.#aside = aside;
    await this.#want();
    this.#sourcesChanged();
  }

  /** End of the call: links and sources. */
  hangUp() {
    this.#end();
    this.#held = this.#aside = false;
    this.#state({ voice: "idle", eyes: "idle", heard: false, refused: "", paper: null });
    void this.#sources.want(false, false);
  }

  /** Wish something of the marks on the paper, now or never. @param {object} wish */
  mark(wish) {
    const marks = this.#eyes?.marks;
    if (marks?.readyState === "open") marks.send(JSON.stringify(wish));
  }

  #end() {
    clearInterval(this.#timer);
    this.photo.end();
    this.leaves.end();
    this.#voice?.close();
    this.#eyes?.close();
    this.#colleagues?.close();
    this.#voice = this.#eyes = this.#colleagues = null;
    this.#audioOut = this.#videoOut = null;
    this.#stats = new StatsReader();
    this.#streams({ face: null, document: null, remoteAudio: null, colleagues: new Map() });
  }

  async #want() {
    const talks = !this.#held || (!this.#aside && (this.#colleagues?.some ?? false));
    await this.#sources.want(talks, this.#cameraOn && talks);
  }

  /** @param {RTCPeerConnection} pc */
  #buildVoice(pc) {
    const { microphone, camera } = this.#held ? NOTHING : this.#sources;
    const audio = pc.addTransceiver(microphone ?? "audio", { direction: "sendrecv" });
    const video = pc.addTransceiver(camera ?? "video", {
      direction: "sendonly",
      sendEncodings: [{ maxBitrate: CLERK_VIDEO_BITS }],
    });
    this.#audioOut = audio.sender;
    this.#videoOut = video.sender;
    pc.ontrack = ({ track, receiver }) => {
      receiver.jitterBufferTarget = PLAYOUT_MS;
      this.#streams({ remoteAudio: new MediaStream([track]) });
    };
  }

  /** @param {RTCPeerConnection} pc */
  #buildEyes(pc) {
    const face = pc.addTransceiver("video", { direction: "recvonly" });
    pc.addTransceiver("video", { direction: "recvonly" });
    pc.ontrack = ({ track, receiver, transceiver }) => {
      receiver.jitterBufferTarget = PLAYOUT_MS;
      const stream = new MediaStream([track]);
      this.#streams(transceiver === face ? { face: stream } : { document: stream });
    };
  }

  #sourcesChanged() {
    const { microphone, camera, microphoneState, cameraState } = this.#sources;
    if (microphone) microphone.enabled = !this.#muted;
    const toResident = this.#held ? NOTHING : this.#sources;
    void this.#audioOut?.replaceTrack(toResident.microphone).catch(() => this.#voice?.restart());
    void this.#videoOut?.replaceTrack(toResident.camera).catch(() => this.#voice?.restart());
    this.#colleagues?.carry(this.#aside ? { audio: null, video: null } : { audio: microphone, video: camera });
    if (this.streams.preview?.getTracks()[0] !== (camera ?? undefined)) {
      this.#streams({ preview: camera && new MediaStream([camera]) });
    }
    this.#state({ microphone: microphoneState, camera: cameraState });
    this.#tell();
  }

  /** @param {Partial<Pick<State, "voice" | "eyes">>} change */
  #linkChanged(change) {
    const refused = Object.values(change).includes("refused") ? "bad_signature" : this.state.refused;
    if (change.voice && change.voice !== "connected") this.#told = "";
    // What is true of the paper is said anew on each attempt, as soon as wishes can be heard.
    this.#state({ ...change, ...(change.eyes && change.eyes !== "connected" ? { paper: null } : {}), refused });
    // One end that is not the kiosk taints the whole call.
    if (refused === "bad_signature") {
      for (const link of [this.#voice, this.#eyes]) if (link && link.state !== "refused") link.refuse();
      this.#streams({ face: null, document: null, remoteAudio: null });
    }
    this.#tell();
  }

  /** Tell the resident's screen what is sent at this moment. */
  #tell() {
    if (this.state.voice !== "connected") return;
    const { microphone, camera } = this.#held ? NOTHING : this.#sources;
    const now = { microphone: microphone !== null && !this.#muted, camera: camera !== null };
    const text = JSON.stringify(now);
    if (text === this.#told) return;
    this.#told = text;
    this.#options.send({ type: "media_state", ...now });
  }

  async #look() {
    const reading = await this.#stats.read(this.#voice?.pc ?? null, this.#eyes?.pc ?? null);
    if (this.#voice === null) return;
    this.#state({ heard: reading.heard });
    this.dispatchEvent(new CustomEvent("stats", { detail: reading.stats }));
    // The path lives but the picture stands: a sender died over there. A camera never seen is no reason.
    if (this.state.eyes === "connected" && !this.#held && reading.stoodStill >= NO_FRAMES) this.#eyes?.restart();
  }

  /** @param {Partial<CallMedia["streams"]>} change */
  #streams(change) {
    this.streams = { ...this.streams, ...change };
    this.dispatchEvent(new Event("streams"));
  }

  /** @param {Partial<State>} change */
  #state(change) {
    const before = JSON.stringify(this.state);
    this.state = { ...this.state, ...change };
    if (JSON.stringify(this.state) !== before) this.dispatchEvent(new Event("state"));
  }
}

/**
 * @param {string} key
 * @param {string | undefined} kiosk
 * @returns {State["refused"]}
 */
function refusal(key, kiosk) {
  if (!key) return "no_kiosk_key";
  return kiosk !== undefined && pinKiosk(kiosk, key) === "changed" ? "kiosk_key_changed" : "";
}
