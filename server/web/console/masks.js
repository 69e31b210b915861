/**
 * Boxes over what a clerk must not keep, in the picture's own pixels; pure, so that mouse, keyboard and the burning-in agree.
 *
 * A number the kiosk found is "proposed" until a person has said "hidden" or "not_one"; nothing may be kept before that.
 */

/** @typedef {{x: number, y: number, width: number, height: number}} Box */
/** @typedef {Box & {id: number, state: "proposed" | "hidden" | "not_one", certain: boolean}} Mask */
/** @typedef {{width: number, height: number}} Size */
/** @typedef {0 | 90 | 180 | 270} Turn clockwise */

export const LEAST = 8;

/** Return what the kiosk found, as proposals. @param {readonly (Box & {certain: boolean})[]} boxes @param {Size} size @returns {Mask[]} */
export function proposed(boxes, size) {
  return boxes.map((box, index) => ({ ...within(box, size), id: index + 1, state: "proposed", certain: box.certain }));
}

/** Return how many places still need somebody's word. @param {readonly Mask[]} masks */
export function undecided(masks) {
  return masks.filter((mask) => mask.state === "proposed").length;
}

/** Return what is burnt in: what was hidden, and what nobody has looked at yet. @param {readonly Mask[]} masks */
export function black(masks) {
  return masks.filter((mask) => mask.state !== "not_one");
}

/** Add a box somebody drew: it hides at once. @param {readonly Mask[]} masks @param {Box} box @param {Size} size @returns {Mask[]} */
export function added(masks, box, size) {
  const id = Math.max(0, ...masks.map((mask) => mask.id)) + 1;
  return [...masks, { ...within(box, size), id, state: "hidden", certain: false }];
}

/** Decide about a box. @param {readonly Mask[]} masks @param {number} id @param {Mask["state"]} state @returns {Mask[]} */
export function decided(masks, id, state) {
  return masks.map((mask) => (mask.id === id ? { ...mask, state } : mask));
}

/** Take a box away. @param {readonly Mask[]} masks @param {number} id @returns {Mask[]} */
export function without(masks, id) {
  return masks.filter((mask) => mask.id !== id);
}

/** Put a box elsewhere, or give it another size. @param {readonly Mask[]} masks @param {number} id @param {Box} box @param {Size} size @returns {Mask[]} */
export function placed(masks, id, box, size) {
  return masks.map((mask) => (mask.id === id ? { ...mask, ...within(box, size) } : mask));
}

/** Keep a box on the picture, and large enough to be seen. @param {Box} box @param {Size} size @returns {Box} */
export function within(box, size) {
  const width = Math.min(Math.max(Math.round(Math.abs(box.width)), LEAST), size.width);
  const height = Math.min(Math.max(Math.round(Math.abs(box.height)), LEAST), size.height);
  const x = Math.round(box.width < 0 ? box.x + box.width : box.x);
  const y = Math.round(box.height < 0 ? box.y + box.height : box.y);
  return { x: clamp(x, size.width - width), y: clamp(y, size.height - height), width, height };
}

/** Return the size of a turned picture. @param {Size} size @param {Turn} turn @returns {Size} */
export function turnedSize(size, turn) {
  return turn % 180 ? { width: size.height, height: size.width } : { width: size.width, height: size.height };
}

/** Return where a box lies when its picture is turned. @param {Box} box @param {Size} size of the picture as it is @param {Turn} turn @returns {Box} */
export function turned(box, size, turn) {
  const { x, y, width, height } = box;
  if (turn === 90) return { x: size.height - y - height, y: x, width: height, height: width };
  if (turn === 180) return { x: size.width - x - width, y: size.height - y - height, width, height };
  if (turn === 270) return { x: y, y: size.width - x - width, width: height, height: width };
  return { x, y, width, height };
}

/** Return where a box of the turned picture lies on the picture as it is. @param {Box} box @param {Size} size of the picture as it is @param {Turn} turn @returns {Box} */
export function turnedBack(box, size, turn) {
  return turned(box, turnedSize(size, turn), /** @type {Turn} */ ((360 - turn) % 360));
}

/** @param {number} value @param {number} most */
function clamp(value, most) {
  return Math.min(Math.max(0, value), most);
}
