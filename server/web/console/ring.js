/** Everything that makes an offer impossible to miss: a chime that grows, the tab's title, a desktop notification. */
import { t } from "/shared/strings.ja.js";

const NOTES = /** @type {const} */ ([659.3, 523.3]); // a falling third, well below 2.5 kHz
const EVERY = 2000;

/** Rings while an offer is open; quiet and tidy afterwards. */
export class Ring {
  /** @type {AudioContext | null} */ #audio = null;
  /** @type {Notification | null} */ #notification = null;
  #title = document.title;
  #timer = 0;
  #count = 0;
  #ringing = "";

  /** Browsers give sound only after a touch: call this from one. */
  async unlock() {
    this.#audio ??= new AudioContext();
    if (this.#audio.state === "suspended") await this.#audio.resume();
  }

  get audible() {
    return this.#audio?.state === "running";
  }

  /** Ring for this offer; the same offer again changes nothing. @param {{key: string, number: number, site: string} | null} offer */
  ring(offer) {
    if ((offer?.key ?? "") === this.#ringing) return;
    this.#quiet();
    if (!offer) return;
    this.#ringing = offer.key;
    this.#title = document.title;
    this.#notify(offer);
    const beat = () => {
      this.#chime(Math.min(0.5, 0.08 + this.#count * 0.06));
      document.title = this.#count++ % 2 ? this.#title : t("ring.title", { number: offer.number });
    };
    beat();
    this.#timer = setInterval(beat, EVERY);
  }

  /** Play the chime once, for the sound test. */
  async try() {
    await this.unlock();
    this.#chime(0.25);
  }

  #quiet() {
    if (!this.#ringing) return;
    clearInterval(this.#timer);
    this.#notification?.close();
    this.#notification = null;
    document.title = this.#title;
    this.#ringing = "";
    this.#count = 0;
  }

  /** @param {{number: number, site: string}} offer */
  #notify(offer) {
    if (!("Notification" in window) || Notification.permission !== "granted" || document.visibilityState === "visible") return;
    // Number and place only: a notification may stay on a locked screen.
    this.#notification = new Notification(t("ring.title", { number: offer.number }), { body: offer.site, requireInteraction: true });
    this.#notification.onclick = () => {
      window.focus();
      this.#notification?.close();
    };
  }

  /** @param {number} loudness */
  #chime(loudness) {
    const audio = this.#audio;
    if (audio?.state !== "running") return;
    NOTES.forEach((frequency, index) => {
      const at = audio.currentTime + index * 0.38;
      const tone = audio.createOscillator();
      const gain = audio.createGain();
      tone.frequency.value = frequency;
      gain.gain.setValueAtTime(0, at);
      gain.gain.linearRampToValueAtTime(loudness, at + 0.02);
      gain.gain.exponentialRampToValueAtTime(0.0005, at + 0.7);
      tone.connect(gain).connect(audio.destination);
      tone.start(at);
      tone.stop(at + 0.75);
    });
  }
}
