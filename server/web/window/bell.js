/** Calls a visitor who put the telephone down: two soft tones and a buzz; and keeps its screen from going dark. */

const TONES = [659.25, 880];

export class Bell {
  /** @type {AudioContext | null} */ #sound = null;
  /** @type {WakeLockSentinel | null} */ #awake = null;
  #wanted = false;

  constructor() {
    // A lock is lost whenever the page is hidden.
    document.addEventListener("visibilitychange", () => void this.#hold());
  }

  /** Inside a press, because a page may sound only after one. */
  prepare() {
    this.#sound ??= new AudioContext();
  }

  ring() {
    navigator.vibrate?.([300, 150, 300]);
    const sound = this.#sound;
    if (!sound) return;
    TONES.forEach((hertz, index) => {
      const tone = sound.createOscillator();
      const volume = sound.createGain();
      const at = sound.currentTime + 0.35 * index;
      tone.frequency.value = hertz;
      volume.gain.setValueAtTime(0.2, at);
      volume.gain.exponentialRampToValueAtTime(0.001, at + 0.6);
      tone.connect(volume).connect(sound.destination);
      tone.start(at);
      tone.stop(at + 0.6);
    });
  }

  /** @param {boolean} on */
  stayAwake(on) {
    this.#wanted = on;
    void this.#hold();
  }

  async #hold() {
    if (!this.#wanted) {
      await this.#awake?.release();
      this.#awake = null;
    } else if (!document.hidden && "wakeLock" in navigator && (this.#awake === null || this.#awake.released)) {
      this.#awake = await navigator.wakeLock.request("screen").catch(() => null); // a low battery may say no
    }
  }
}
