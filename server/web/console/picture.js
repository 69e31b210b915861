/**
 * Where a stream meets an element: `k-picture` shows one and says in words why it shows none, `k-sound` plays one.
 *
 * Both call `play()` themselves. The attribute `autoplay` is no promise: Chromium starts a muted video that has it only
 * after an IntersectionObserver has seen the element, which in a framed, scaled or busy page comes seconds late or, off
 * the screen, never; every picture of the page then stays black although frames arrive.
 */
import { html, nothing } from "/vendor/lit.js";
import { Plain } from "/shared/elements.js";
import { t } from "/shared/strings.ja.js";

const LOOK_EVERY = 500;
/** A picture that stands so long is said to stand; one that never came is taken up afresh. */
const STANDS_AFTER = 3000;

/** One picture. `trouble` is a sentence to show instead of it, whatever arrives; `instead` the same without alarm. */
export class KPicture extends Plain {
  static properties = { stream: { attribute: false }, trouble: {}, instead: {}, label: {}, waiting: {}, shows: { state: true } };

  #video = document.createElement("video");
  #frames = 0;
  #movedAt = 0;
  #timer = 0;

  constructor() {
    super();
    /** @type {MediaStream | null} */ this.stream = null;
    this.trouble = "";
    this.instead = "";
    this.label = "";
    /** What is said until the first frame; "" = the usual sentence. */ this.waiting = "";
    /** @type {"nothing" | "moving" | "standing"} */ this.shows = "nothing";
    const video = this.#video;
    video.muted = video.defaultMuted = true; // before there is a stream: a muted picture needs nobody's touch to play
    video.playsInline = true;
    video.disablePictureInPicture = true;
  }

  connectedCallback() {
    super.connectedCallback();
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY);
    document.addEventListener("visibilitychange", this.#back);
    if (this.hasUpdated) this.#attach();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.#timer);
    document.removeEventListener("visibilitychange", this.#back);
    this.#video.srcObject = null; // an element that left the page must not keep decoding
  }

  /** @param {Map<string, unknown>} changed */
  updated(changed) {
    if (changed.has("stream")) this.#attach();
    if (changed.has("label")) this.#video.setAttribute("aria-label", this.label);
  }

  /** While the page was hidden nothing moved by right: the count begins anew. */
  #back = () => {
    this.#movedAt = performance.now();
    this.#look();
  };

  #attach() {
    const stream = this.stream;
    this.#video.srcObject = stream;
    this.#frames = 0;
    this.#movedAt = performance.now();
    this.shows = "nothing";
    if (stream === null) return;
    this.#play();
    this.#video.requestVideoFrameCallback(() => {
      if (this.stream === stream) this.#moved();
    });
  }

  #play() {
    // Refused or interrupted by a newer stream: the next look tries again.
    this.#video.play().catch(() => undefined);
  }

  #moved() {
    this.#movedAt = performance.now();
    this.shows = "moving";
  }

  #look() {
    if (this.stream === null || document.hidden) return;
    const video = this.#video;
    if (video.paused) this.#play();
    const frames = video.getVideoPlaybackQuality().totalVideoFrames;
    if (frames > this.#frames) {
      this.#frames = frames;
      this.#moved();
    } else if (performance.now() - this.#movedAt >= STANDS_AFTER) {
      if (this.shows === "nothing") this.#attach();
      else this.shows = "standing";
    }
  }

  render() {
    const words = this.trouble || this.instead || (this.stream === null || this.shows === "nothing" ? this.waiting || t("picture.waiting") : this.shows === "standing" ? t("picture.standing") : "");
    return html`${this.#video}${words ? html`<p class="hole ${this.trouble ? "bad" : this.instead ? "" : this.shows}">${words}</p>` : nothing}`;
  }
}
customElements.define("k-picture", KPicture);

/** The resident's voice. Emits "blocked" (detail: boolean) when the browser wants a touch first, and when it plays. */
class KSound extends Plain {
  static properties = { stream: { attribute: false } };

  #audio = new Audio();
  #blocked = false;

  constructor() {
    super();
    /** @type {MediaStream | null} */ this.stream = null;
  }

  connectedCallback() {
    super.connectedCallback();
    // After a reload in the middle of a call nobody has touched this page yet: the first touch brings the voice.
    for (const name of ["pointerdown", "keydown"]) addEventListener(name, this.play);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    for (const name of ["pointerdown", "keydown"]) removeEventListener(name, this.play);
    this.#audio.srcObject = null;
  }

  /** @param {Map<string, unknown>} changed */
  updated(changed) {
    if (!changed.has("stream")) return;
    this.#audio.srcObject = this.stream;
    void this.play();
  }

  play = async () => {
    if (this.stream === null || !this.#audio.paused) return;
    try {
      await this.#audio.play();
      this.#say(false);
    } catch (error) {
      if (error instanceof DOMException && error.name === "NotAllowedError") this.#say(true);
    }
  };

  /** @param {boolean} blocked */
  #say(blocked) {
    if (blocked === this.#blocked) return;
    this.#blocked = blocked;
    this.emit("blocked", blocked);
  }

  render() {
    return this.#audio;
  }
}
customElements.define("k-sound", KSound);
