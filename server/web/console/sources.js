/**
 * The clerk's own microphone and camera: taken once when ready, stopped at their source on hold and at the end.
 */
import { syntheticStream, wanted } from "./synthetic.js";

/** @typedef {"ok" | "no_microphone"} MicrophoneState */
/** @typedef {"ok" | "no_camera"} CameraState */

const AUDIO = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
const VIDEO = { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 30, max: 30 } };

export class Sources {
  /** @type {MediaStreamTrack | null} */
  microphone = null;
  /** @type {MediaStreamTrack | null} */
  camera = null;
  /** @type {MicrophoneState} */
  microphoneState = "no_microphone";
  /** @type {CameraState} */
  cameraState = "no_camera";

  /** @type {() => void} */
  #changed;
  /** @type {Promise<void>} */
  #work = Promise.resolve();

  /** @param {() => void} changed called after tracks came or went */
  constructor(changed) {
    this.#changed = changed;
  }

  /**
   * Make the sources what they should be; a refused or missing one is a state, not an error.
   * @param {boolean} microphone
   * @param {boolean} camera
   */
  want(microphone, camera) {
    this.#work = this.#work.then(() => this.#want(microphone, camera));
    return this.#work;
  }

  /**
   * @param {boolean} microphone
   * @param {boolean} camera
   */
  async #want(microphone, camera) {
    const before = [this.microphone, this.camera];
    if (!microphone) this.microphone = stopped(this.microphone);
    if (!camera) this.camera = stopped(this.camera);
    const audio = microphone && this.microphone?.readyState !== "live";
    const video = camera && this.camera?.readyState !== "live";
    if (audio || video) {
      // Together first: one question to the clerk. If that fails, each alone, so that one missing does not cost both.
      const both = await taken(audio, video);
      const heard = both ?? (audio ? await taken(true, false) : null);
      const seen = both ?? (video ? await taken(false, true) : null);
      if (audio) this.microphone = heard?.getAudioTracks()[0] ?? null;
      if (video) this.camera = seen?.getVideoTracks()[0] ?? null;
      for (const track of [...(heard?.getTracks() ?? []), ...(seen?.getTracks() ?? [])]) {
        if (track !== this.microphone && track !== this.camera) track.stop();
      }
      if (audio) this.microphoneState = this.microphone ? "ok" : "no_microphone";
      if (video) this.cameraState = this.camera ? "ok" : "no_camera";
    }
    for (const track of [this.microphone, this.camera]) {
      if (track) track.onended = () => this.#lost(track);
    }
    if (before[0] !== this.microphone || before[1] !== this.camera || audio || video) this.#changed();
  }

  /**
   * A device was unplugged.
   * @param {MediaStreamTrack} track
   */
  #lost(track) {
    if (track === this.microphone) {
      this.microphone = null;
      this.microphoneState = "no_microphone";
    }
    if (track === this.camera) {
      this.camera = null;
      this.cameraState = "no_camera";
    }
    this.#changed();
  }
}

/**
 * @param {boolean} audio
 * @param {boolean} video
 * @returns {Promise<MediaStream | null>}
 */
async function taken(audio, video) {
  if (wanted()) return syntheticStream(audio, video);
  try {
    return await navigator.mediaDevices.getUserMedia({ audio: audio && AUDIO, video: video && VIDEO });
  } catch (error) {
    // No permission, no device, in use, or an insecure address without mediaDevices at all.
    console.warn("no microphone or camera", audio, video, error instanceof Error ? error.name : "");
    return null;
  }
}

/**
 * @param {MediaStreamTrack | null} track
 * @returns {null}
 */
function stopped(track) {
  track?.stop();
  return null;
}
