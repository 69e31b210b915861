/** Numbers that are called to a desk: a chime, the voice if this machine has one, and each call once. */
import { html, nothing } from "/vendor/lit.js";
import { t } from "/shared/strings.ja.js";

/** @typedef {{id: string, number: number, desk: string, ago: number}} CalledNumber as `server/protocol/counter.py` has it */

const EVERY = 1_500;
/** Calls shown at once: what can be read from the last row of chairs. */
const MOST = 4;
/** A call this old was heard by others before this page was opened. */
const FRESH = 6;
const NOTES = /** @type {const} */ ([784, 659.3, 523.3]);

/** Return the calls nobody here has heard yet. @param {ReadonlySet<string>} heard @param {readonly CalledNumber[]} calls */
export function unheard(heard, calls) {
  return calls.filter((call) => !heard.has(call.id) && call.ago <= FRESH).reverse();
}

/** The calls of a hall, asked for again and again; `changed` is told when there are others. */
export class Calls {
  /** @type {readonly CalledNumber[]} */ list = [];
  /** @type {Set<string>} */ #heard = new Set();
  /** @type {AudioContext | null} */ #audio = null;
  /** @type {() => void} */ #changed;

  /** @param {() => void} changed */
  constructor(changed) {
    this.#changed = changed;
    this.#audio = "AudioContext" in window ? new AudioContext() : null;
    addEventListener("click", () => void this.#audio?.resume().then(this.#changed), { once: true });
    void this.#look();
  }

  /** Whether this display may make a sound: a browser wants one touch first, unless it was started as a kiosk. */
  get audible() {
    return this.#audio?.state === "running";
  }

  async #look() {
    try {
      const answer = await fetch("/open/calls.json", { cache: "no-store", signal: AbortSignal.timeout(5_000) });
      if (answer.ok) this.#take(await answer.json());
    } catch {
      // The line is down: the foot of the page says so, and what was called last stays.
    }
    setTimeout(() => void this.#look(), EVERY);
  }

  /** @param {CalledNumber[]} calls */
  #take(calls) {
    for (const call of unheard(this.#heard, calls)) this.#say(call);
    this.#heard = new Set(calls.map((call) => call.id));
    const same = calls.map((call) => call.id).join() === this.list.map((call) => call.id).join();
    this.list = calls;
    if (!same) this.#changed();
  }

  /** @param {CalledNumber} call */
  #say({ number, desk }) {
    const audio = this.#audio;
    if (audio?.state === "running")
      NOTES.forEach((note, index) => {
        const tone = new OscillatorNode(audio, { frequency: note });
        const loud = new GainNode(audio, { gain: 0 });
        const at = audio.currentTime + index * 0.35;
        loud.gain.setValueAtTime(0, at);
        loud.gain.linearRampToValueAtTime(0.4, at + 0.02);
        loud.gain.exponentialRampToValueAtTime(0.001, at + 0.9);
        tone.connect(loud).connect(audio.destination);
        tone.start(at);
        tone.stop(at + 1);
      });
    const voice = globalThis.speechSynthesis?.getVoices().find((one) => one.lang.startsWith("ja"));
    if (!voice) return; // a machine without a Japanese voice chimes, and shows the number
    const words = new SpeechSynthesisUtterance(t("hall.speak", { number, desk }));
    words.voice = voice;
    words.lang = "ja-JP";
    words.rate = 0.85;
    speechSynthesis.speak(words);
  }
}

/** @param {Calls} calls */
export function called(calls) {
  if (!calls.list.length) return nothing;
  return html`<section class="calls" aria-live="assertive"><h2>${t("hall.calls")}</h2>
    <ol>${calls.list.slice(0, MOST).map((call) => html`<li class=${call.ago < 20 ? "new" : ""}><b>${t("hall.call", { number: call.number })}</b><i aria-hidden="true">→</i><b>${call.desk}</b></li>`)}</ol></section>`;
}
