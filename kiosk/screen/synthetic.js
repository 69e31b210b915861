/**
 * A microphone without a person, used when the address has `?synthetic`.
 */

export const KIOSK_TONE = 523.25;

/**
 * A soft, pulsing tone instead of a microphone (`?synthetic`): two tabs on one desk never howl, and tests know it.
 * @returns {MediaStreamTrack}
 */
export function syntheticMicrophone() {
  const context = new AudioContext();
  const tone = context.createOscillator();
  const volume = context.createGain();
  const out = context.createMediaStreamDestination();
  tone.frequency.value = KIOSK_TONE;
  volume.gain.value = 0.08;
  tone.connect(volume).connect(out);
  tone.start();
  let loud = true;
  const timer = setInterval(() => {
    loud = !loud;
    volume.gain.setTargetAtTime(loud ? 0.08 : 0.01, context.currentTime, 0.02);
  }, 700);
  const track = /** @type {MediaStreamTrack} */ (out.stream.getAudioTracks()[0]);
  const stop = track.stop.bind(track);
  track.stop = () => {
    clearInterval(timer);
    void context.close();
    stop();
  };
  return track;
}
