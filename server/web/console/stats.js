/**
 * What getStats says, once a second, in the words of a clerk's line-quality badge.
 */

/**
 * @typedef {object} Stats
 * @property {number | null} rtt milliseconds
 * @property {number} loss percent of the packets since the last look
 * @property {number} kbps received on both links
 * @property {number} fps of the resident's face
 * @property {number} freezes of the resident's face since the call began
 */

const HEARD_FOR = 3;
const AUDIBLE = 0.001; // RMS; a quiet room stays below

/** @typedef {{at: number, bytes: number, packets: number, lost: number, energy: number, duration: number, frames: number}} Sum */

export class StatsReader {
  /** @type {Sum | null} */
  #before = null;
  /** @type {RTCPeerConnection | null} */
  #eyes = null;
  #silent = HEARD_FOR;
  #still = 0;
  #seen = false;

  /**
   * @param {RTCPeerConnection | null} voice
   * @param {RTCPeerConnection | null} eyes
   * @returns {Promise<{stats: Stats, heard: boolean, stoodStill: number}>} stoodStill: looks without a new face frame
   */
  async read(voice, eyes) {
    const sum = { at: performance.now(), bytes: 0, packets: 0, lost: 0, energy: 0, duration: 0, frames: 0 };
    /** @type {number | null} */
    let rtt = null;
    let fps = 0;
    let freezes = 0;
    for (const pc of [voice, eyes]) {
      if (pc === null || pc.connectionState === "closed") continue;
      for (const entry of (await pc.getStats()).values()) {
        if (entry.type === "candidate-pair" && entry.nominated && entry.currentRoundTripTime !== undefined) {
          rtt = Math.max(rtt ?? 0, Math.round(entry.currentRoundTripTime * 1000));
        }
        if (entry.type !== "inbound-rtp") continue;
        sum.bytes += entry.bytesReceived ?? 0;
        sum.packets += entry.packetsReceived ?? 0;
        sum.lost += Math.max(0, entry.packetsLost ?? 0);
        if (entry.kind === "audio") {
          sum.energy = entry.totalAudioEnergy ?? 0;
          sum.duration = entry.totalSamplesDuration ?? 0;
        }
        if (pc === eyes && entry.mid === "0") {
          sum.frames = entry.framesDecoded ?? 0;
          fps = entry.framesPerSecond ?? 0;
          freezes = entry.freezeCount ?? 0;
        }
      }
    }
    // A new attempt counts from zero: then there is nothing to compare with.
    const last = this.#before && this.#before.bytes <= sum.bytes ? this.#before : sum;
    const seconds = (sum.at - last.at) / 1000;
    const packets = sum.packets - last.packets;
    const lost = Math.max(0, sum.lost - last.lost);
    const played = sum.duration - last.duration;
    const level = played > 0 ? Math.sqrt(Math.max(0, sum.energy - last.energy) / played) : 0;
    this.#silent = level > AUDIBLE ? 0 : this.#silent + 1;
    if (eyes !== this.#eyes) {
      this.#seen = false;
      this.#still = 0;
    } else if (sum.frames > last.frames) {
      this.#seen = true;
      this.#still = 0;
    } else {
      this.#still += 1;
    }
    this.#eyes = eyes;
    this.#before = sum;
    return {
      stats: {
        rtt,
        loss: packets + lost > 0 ? Math.round((1000 * lost) / (packets + lost)) / 10 : 0,
        kbps: seconds > 0 ? Math.round(((sum.bytes - last.bytes) * 8) / 1000 / seconds) : 0,
        fps,
        freezes,
      },
      heard: this.#silent < HEARD_FOR,
      stoodStill: this.#seen ? this.#still : 0,
    };
  }
}
