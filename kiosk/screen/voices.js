/**
 * All voices of a conversation: one link, one sound and one picture for each clerk in it. Whoever leads may change; the
 * links do not notice, because each belongs to one clerk's own number.
 */
import { VoiceLink } from "./voice.js";

/** @typedef {import("/protocol/messages").Voice} Voice */
/** @typedef {import("/protocol/messages").VoiceSignal} VoiceSignal */
/** @typedef {import("/protocol/messages").VoiceState} VoiceState */
/** @typedef {{link: VoiceLink, audio: HTMLAudioElement, video: HTMLVideoElement}} Line */
/**
 * @typedef {object} Wiring
 * @property {(body: VoiceSignal["body"], generation: number) => void} send
 * @property {(state: VoiceState) => void} onState
 * @property {(element: HTMLAudioElement) => void} place puts the sound into the document
 */

export class Voices {
  /** @type {Map<number, Line>} */
  #lines = new Map();
  /** @type {Wiring} */
  #wiring;
  #percent = 70;

  /** @param {Wiring} wiring */
  constructor(wiring) {
    this.#wiring = wiring;
  }

  /** The pictures, by the clerk's number. @returns {ReadonlyMap<number, HTMLVideoElement>} */
  get videos() {
    return new Map([...this.#lines].map(([generation, { video }]) => [generation, video]));
  }

  /**
   * Take over with whom there is a conversation, and where the microphone may be on; the same again changes nothing.
   * @param {readonly Voice[]} voices
   */
  apply(voices) {
    for (const [generation, line] of this.#lines) {
      if (voices.some((voice) => voice.generation === generation)) continue;
      this.#lines.delete(generation);
      line.link.apply(null);
      line.audio.remove();
    }
    for (const voice of voices) {
      const line = this.#line(voice.generation);
      line.audio.muted = voice.quiet;
      line.link.apply(voice);
    }
  }

  /** @param {VoiceSignal} signal an offer or candidate; of nobody in this conversation: dropped */
  signal(signal) {
    return this.#lines.get(signal.generation)?.link.signal(signal) ?? Promise.resolve();
  }

  /** @param {number} percent */
  setVolume(percent) {
    this.#percent = percent;
    for (const { link } of this.#lines.values()) link.setVolume(percent);
  }

  /** @param {number} generation @returns {Line} */
  #line(generation) {
    const known = this.#lines.get(generation);
    if (known) return known;
    const { send, onState, place } = this.#wiring;
    const audio = document.createElement("audio");
    const video = document.createElement("video");
    video.muted = true; // the voice has its own element
    video.playsInline = true;
    place(audio);
    const line = { audio, video, link: new VoiceLink({ send, onState, audioElement: audio, videoElement: video }) };
    line.link.setVolume(this.#percent);
    this.#lines.set(generation, line);
    return line;
  }
}
