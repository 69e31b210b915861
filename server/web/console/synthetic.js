/**
 * A clerk without a face: a moving picture and a soft, pulsing tone in place of camera and microphone, for a demo in
 * two tabs (which would howl) and for tests (which recognise the tone). Used when the address has `?synthetic`.
 */

export const CONSOLE_TONE = 880;

/** @returns {boolean} */
export const wanted = () => new URL(location.href).searchParams.has("synthetic");

/**
 * @param {boolean} audio
 * @param {boolean} video
 * @returns {MediaStream}
 */
export function syntheticStream(audio, video) {
  const stream = new MediaStream();
  if (audio) stream.addTrack(toneTrack(CONSOLE_TONE));
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
    pen.fillStyle = "#cfe3f5";
    pen.fillRect(0, 0, 640, 480);
    pen.fillStyle = "#1a3e8c";
    pen.fillRect(220, 330, 200, 150);
    pen.fillStyle = "#e9c9a9";
    pen.beginPath();
    pen.ellipse(320, 240, 80, 100, 0, 0, 7);
    pen.fill();
    pen.fillStyle = "#303030";
    pen.fillRect(282, 225, 16, 10);
    pen.fillRect(342, 225, 16, 10);
    pen.fillRect(300, 285, 40, 4 + 8 * Math.abs(Math.sin(number / 6)));
    // Eight cells, white or black: the frame's number, so that a test can tell live from frozen.
    for (let bit = 0; bit < 8; bit += 1) {
      pen.fillStyle = (number >> (7 - bit)) & 1 ? "#ffffff" : "#000000";
      pen.fillRect(bit * 80, 0, 80, 60);
    }
  };
  draw();
  const track = /** @type {MediaStreamTrack} */ (canvas.captureStream(30).getVideoTracks()[0]);
  stopWith(track, setInterval(draw, 33));
  return track;
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
