// Two soft sounds, below 2500 Hz (JIS S 0013): a press was taken; somebody answered.

/** @type {AudioContext | null} */
let context = null;
let volume = 0.7;

/** @param {number} percent */
export function setSoundVolume(percent) {
  volume = percent / 100;
}

/** How loud recordings are played, 0 to 1. */
export function soundVolume() {
  return volume;
}

/** @param {number} hertz @param {number} from @param {number} lasts seconds */
function tone(hertz, from, lasts) {
  context ??= new AudioContext();
  if (context.state === "suspended") void context.resume();
  const start = context.currentTime + from;
  const gain = context.createGain();
  gain.gain.setValueAtTime(0, start);
  gain.gain.linearRampToValueAtTime(0.16 * volume, start + 0.012);
  gain.gain.exponentialRampToValueAtTime(0.0001, start + lasts);
  const source = new OscillatorNode(context, { type: "sine", frequency: hertz });
  source.connect(gain).connect(context.destination);
  source.start(start);
  source.stop(start + lasts);
}

/** 「ピッ」: the press was taken. */
export function pip() {
  tone(1320, 0, 0.09);
}

/** 「ピンポン」: somebody answered. */
export function chime() {
  tone(1047, 0, 0.7);
  tone(831, 0.45, 0.9);
}
