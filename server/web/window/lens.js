/**
 * The visitor's microphone and camera. A telephone opens one camera at a time: the face, or the rear one on the paper.
 * While the face is not shown a card with words takes its place, so that the clerk sees why and the link stays alive.
 */
import { syntheticStream, wanted } from "/console/synthetic.js";
import { t } from "./strings.ja.js";

/** @typedef {"face" | "paper" | "photo" | "off"} Mode */

export const WINDOW_TONE = 659.25;
const AUDIO = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
const FACE = { facingMode: { ideal: "user" }, width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 20, max: 24 } };
const PAPER = { facingMode: { ideal: "environment" }, width: { ideal: 1920 }, height: { ideal: 1080 }, frameRate: { ideal: 10, max: 15 } };
/** The longer side of a photograph as it is shown; the still has all of it. */
const SHOWN = 1600;

export class Lens {
  /** @type {MediaStreamTrack | null} */ microphone = null;
  /** The face, or the card instead of it. @type {MediaStreamTrack | null} */ face = null;
  /** @type {MediaStreamTrack | null} */ paper = null;
  /** @type {Mode} */ mode = "face";
  /** @type {"ok" | "denied" | "missing"} */ microphoneState = "ok";
  /** @type {"ok" | "denied" | "missing"} */ cameraState = "ok";
  /** A photograph or drawing somebody chose to show. @type {ImageBitmap | null} */ photo = null;

  #changed;
  /** @type {Promise<void>} */ #work = Promise.resolve();
  #on = false;
  #drawn = "";

  /** @param {() => void} changed */
  constructor(changed) {
    this.#changed = changed;
  }

  /** Sources on, or stopped at their source. @param {boolean} on */
  want(on) {
    this.#on = on;
    return this.#aim();
  }

  /** @param {Mode} mode */
  show(mode) {
    this.mode = mode;
    return this.#aim();
  }

  /** Show a picture from the telephone in place of what a camera sees. @param {Blob} file */
  async picture(file) {
    this.photo?.close();
    this.photo = await createImageBitmap(file);
    this.#drawn = "";
    await this.show("photo");
  }

  /** All of the paper that there is, as JPEG; null when no paper is shown. @returns {Promise<{jpeg: Blob, width: number, height: number} | null>} */
  async still() {
    const source = this.mode === "photo" ? this.photo : this.mode === "paper" && this.paper ? await grabbed(this.paper) : null;
    if (source === null) return null;
    const canvas = new OffscreenCanvas(source.width, source.height);
    canvas.getContext("2d")?.drawImage(source, 0, 0);
    return { jpeg: await canvas.convertToBlob({ type: "image/jpeg", quality: 0.88 }), width: source.width, height: source.height };
  }

  #aim() {
    this.#work = this.#work.then(() => this.#make()).catch((error) => console.warn("camera", error instanceof Error ? error.name : ""));
    return this.#work;
  }

  async #make() {
    if (!this.#on) {
      for (const track of [this.microphone, this.face, this.paper]) track?.stop();
      this.microphone = this.face = this.paper = null;
      this.#drawn = "";
      this.#changed();
      return;
    }
    // Voice first: it must not wait for a camera, nor for a question about one.
    if (this.microphone?.readyState !== "live") {
      this.microphone = await this.#take("microphone");
      this.#changed();
    }
    if (this.#drawn === this.mode && live(this.face) && (this.mode === "face" || this.mode === "off" || live(this.paper))) return;
    this.face?.stop();
    this.paper?.stop();
    this.face = this.paper = null;
    switch (this.mode) {
      case "face":
        this.face = (await this.#take("face")) ?? card(t("card.no_camera"));
        break;
      case "paper":
        this.paper = await this.#take("paper");
        this.face = card(t(this.paper ? "card.paper" : "card.no_camera"));
        break;
      case "photo":
        this.face = card(t("card.photo"));
        this.paper = this.photo && shown(this.photo);
        break;
      case "off":
        this.face = card(t("card.off"));
    }
    this.#drawn = this.mode;
    this.#changed();
  }

  /** @param {"microphone" | "face" | "paper"} what @returns {Promise<MediaStreamTrack | null>} */
  async #take(what) {
    const audio = what === "microphone";
    const state = audio ? "microphoneState" : "cameraState";
    if (wanted()) return syntheticStream(audio, !audio, WINDOW_TONE).getTracks()[0] ?? null;
    try {
      const stream = await navigator.mediaDevices.getUserMedia(audio ? { audio: AUDIO } : { video: what === "face" ? FACE : PAPER });
      const track = stream.getTracks()[0] ?? null;
      this[state] = track ? "ok" : "missing";
      if (track) track.onended = () => void this.#aim(); // unplugged, or taken by another app
      return track;
    } catch (error) {
      this[state] = error instanceof Error && error.name === "NotAllowedError" ? "denied" : "missing";
      return null;
    }
  }
}

/** @param {MediaStreamTrack | null} track */
const live = (track) => track?.readyState === "live";

/** One frame at the size the camera gives. @param {MediaStreamTrack} track @returns {Promise<ImageBitmap>} */
async function grabbed(track) {
  const video = document.createElement("video");
  video.muted = true;
  video.playsInline = true;
  video.srcObject = new MediaStream([track]);
  try {
    await video.play();
    return await createImageBitmap(video);
  } finally {
    video.srcObject = null;
  }
}

/** A track of a canvas that is drawn twice a second. @param {number} width @param {number} height @param {(pen: CanvasRenderingContext2D, count: number) => void} paint */
function painted(width, height, paint) {
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  let count = 0;
  const draw = () => paint(pen, (count += 1));
  draw();
  const timer = setInterval(draw, 500);
  const track = /** @type {MediaStreamTrack} */ (canvas.captureStream(4).getVideoTracks()[0]);
  const stop = track.stop.bind(track);
  track.stop = () => {
    clearInterval(timer);
    stop();
  };
  return track;
}

/** Words in place of a face; a dot that comes and goes shows that the line lives. @param {string} words */
function card(words) {
  return painted(640, 480, (pen, count) => {
    pen.fillStyle = "#e8edf4";
    pen.fillRect(0, 0, 640, 480);
    pen.fillStyle = "#1a1a1a";
    pen.font = "700 34px 'BIZ UDPGothic', 'Noto Sans CJK JP', sans-serif";
    pen.textAlign = "center";
    words.split("\n").forEach((line, row) => pen.fillText(line, 320, 230 + 50 * row));
    pen.fillStyle = count % 2 ? "#0017c1" : "#e8edf4";
    pen.beginPath();
    pen.arc(320, 400, 8, 0, 7);
    pen.fill();
  });
}

/** @param {ImageBitmap} photo */
function shown(photo) {
  const scale = Math.min(1, SHOWN / Math.max(photo.width, photo.height));
  const even = (/** @type {number} */ size) => 2 * Math.max(1, Math.round((size * scale) / 2));
  const [width, height] = [even(photo.width), even(photo.height)];
  return painted(width, height, (pen, count) => {
    pen.drawImage(photo, 0, 0, width, height);
    pen.fillStyle = count % 2 ? "#ffffff" : "#fefefe"; // an encoder sends nothing of a picture in which nothing changes
    pen.fillRect(0, 0, 2, 2);
  });
}
