// How a finger that shakes presses: where it lands counts, not where it ends; twice is once; long is a press too.

/** How far a finger may slide between down and up (ux.md §1.3). */
const SLIDE_PX = 40;
/** A second press sooner than this is a tremor. */
export const REPEAT_MS = 500;

let lastPress = -Infinity;

/**
 * True if a press now is one of its own, and remembers it.
 * @param {EventTarget} control
 * @param {boolean} typing keys follow each other fast, but the same key twice within the time is still a tremor
 */
function counts(control, typing) {
  const now = performance.now();
  const soon = now - lastPress < REPEAT_MS;
  if (typing ? soon && lastControl?.deref() === control : soon) return false;
  lastPress = now;
  lastControl = new WeakRef(control);
  return true;
}

/** @type {WeakRef<EventTarget> | null} */
let lastControl = null;

/**
 * Call `onPress` for each deliberate press of `control`, by finger, mouse, or keyboard.
 * @param {HTMLElement} control
 * @param {() => void} onPress
 * @param {{ typing?: boolean, own?: (event: Event) => boolean }} [options] `own`: which events are meant for it
 */
export function pressable(control, onPress, { typing = false, own = () => true } = {}) {
  /** @type {{ id: number, x: number, y: number } | null} */
  let down = null;
  const release = () => {
    down = null;
    control.classList.remove("down");
  };
  control.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary || !own(event)) return;
    down = { id: event.pointerId, x: event.clientX, y: event.clientY };
    control.setPointerCapture(event.pointerId);
    control.classList.add("down");
  });
  control.addEventListener("pointerup", (event) => {
    const start = down;
    release();
    if (!start || start.id !== event.pointerId) return;
    const slid = Math.hypot(event.clientX - start.x, event.clientY - start.y);
    if (slid <= SLIDE_PX && counts(control, typing)) onPress();
  });
  control.addEventListener("pointercancel", release);
  // Keyboards and assistive technology press with a click that no pointer made.
  control.addEventListener("click", (event) => {
    if (event.detail === 0 && own(event) && counts(control, typing)) onPress();
  });
}
