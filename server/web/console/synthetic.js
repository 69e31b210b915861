/**
 * A clerk without a face: a moving picture and a soft, pulsing tone in place of camera and microphone, for a demo in
 * two tabs (which would howl) and for tests (which recognise the tone). Used when the address has `?synthetic`;
 * `?synthetic=10` draws ten pictures a second instead of thirty.
 */

export const CONSOLE_TONE = 880;

/** @returns {boolean} */
export const wanted = () => new URL(location.href).searchParams.has("synthetic");

/** @returns {number} pictures a second */
const rate = () => Number(new URL(location.href).searchParams.get("synthetic")) || 30;

/**
 * @param {boolean} audio
 * @param {boolean} video
 * @param {number} [hertz] of a visitor, who must not sound like the clerk
 * @returns {MediaStream}
 */
export function syntheticStream(audio, video, hertz = CONSOLE_TONE) {
  const stream = new MediaStream();
  if (audio) stream.addTrack(toneTrack(hertz));
  if (video) stream.addTrack(pictureTrack());
  return stream;
}

/** @returns {MediaStreamTrack} */
function pictureTrack() {
  const canvas = document.createElement("canvas");
  canvas.width = 640;
  canvas.height = 480;
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  let number = 0;
  const draw = () => {
    number += 1;
    portrait(pen, number);
    // Eight cells, white or black: the frame's number, so that a test can tell live from frozen.
    for (let bit = 0; bit < 8; bit += 1) {
      pen.fillStyle = (number >> (7 - bit)) & 1 ? "#ffffff" : "#000000";
      pen.fillRect(bit * 80, 0, 80, 60);
    }
  };
  draw();
  const track = /** @type {MediaStreamTrack} */ (canvas.captureStream(rate()).getVideoTracks()[0]);
  stopWith(track, setInterval(draw, 1000 / rate()));
  return track;
}

/**
 * A clerk at a desk, in a few shapes: the mouth moves, the eyes blink.
 * @param {CanvasRenderingContext2D} pen @param {number} number of the frame
 */
function portrait(pen, number) {
  /** @param {string} colour @param {number[]} oval x, y, rx, ry */
  const oval = (colour, [x = 0, y = 0, rx = 0, ry = 0]) => {
    pen.fillStyle = colour;
    pen.beginPath();
    pen.ellipse(x, y, rx, ry, 0, 0, 7);
    pen.fill();
  };
  /** @param {string} colour @param {string} path */
  const shape = (colour, path) => {
    pen.fillStyle = colour;
    pen.fill(new Path2D(path));
  };
  pen.fillStyle = "#dfe7ee";
  pen.fillRect(0, 0, 640, 480);
  pen.fillStyle = "#cdd8e2";
  pen.fillRect(0, 330, 640, 150);
  shape("#b9c8d6", "M470 150h120v10H470zM484 92h22v58h-22zM512 104h18v46h-18zM536 86h26v64h-26z");
  shape("#3b3430", "M222 250c-10-108 34-160 98-160s108 52 98 160c-2 40-8 60-20 76H242c-12-16-18-36-20-76z");
  shape("#3a4a63", "M130 490c0-104 66-148 152-158h76c86 10 152 54 152 158z");
  shape("#ffffff", "M274 332l46 76 46-76z");
  shape("#e0b896", "M290 280h60v58c0 16-12 30-30 30s-30-14-30-30z");
  oval("#f0cdae", [320, 224, 74, 90]);
  shape("#3b3430", "M242 232c-6-84 32-122 78-122s84 38 78 122c-12-18-18-36-22-54-36 14-82 10-112-6-4 24-10 42-22 60z");
  const open = number % 110 > 5;
  for (const x of [292, 348]) oval("#3b3430", [x, 228, 7, open ? 7 : 1.5]);
  oval("#8b4a32", [320, 272, 22, 3 + 7 * Math.abs(Math.sin(number / 5))]);
}

/**
 * @param {number} hertz
 * @returns {MediaStreamTrack}
 */
function toneTrack(hertz) {
  const context = new AudioContext();
  const tone = context.createOscillator();
  const volume = context.createGain();
  const out = context.createMediaStreamDestination();
  tone.frequency.value = hertz;
  volume.gain.value = 0.08;
  tone.connect(volume).connect(out);
  tone.start();
  const track = /** @type {MediaStreamTrack} */ (out.stream.getAudioTracks()[0]);
  let loud = true;
  stopWith(
    track,
    setInterval(() => {
      loud = !loud;
      volume.gain.setTargetAtTime(loud ? 0.08 : 0.01, context.currentTime, 0.02);
    }, 700),
    () => void context.close(),
  );
  return track;
}

/**
 * A track made by hand does not stop its source: do it when it is stopped.
 * @param {MediaStreamTrack} track
 * @param {number} timer
 * @param {() => void} [also]
 */
function stopWith(track, timer, also) {
  const stop = track.stop.bind(track);
  track.stop = () => {
    clearInterval(timer);
    also?.();
    stop();
  };
}
