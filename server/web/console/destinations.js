/** Where a resident can be handed on to at this moment: pure, from one view. */

/**
 * @typedef {import("/protocol/messages").MyTicket} MyTicket
 * @typedef {import("/protocol/messages").Colleague} Colleague
 * @typedef {object} Choice
 * @property {string} value of its radio button
 * @property {string} name
 * @property {string} department of a person
 * @property {{lane: string} | {staff: string} | {skill: string}} to
 * @property {"free" | "busy" | "away"} state
 * @property {number} free how many could answer at once
 * @property {readonly [number, number] | null} wait minutes, from and to
 * @property {boolean} next the next desk of the plan, or of the one the answers suggest
 */

/** @type {Record<Colleague["state"], Choice["state"]>} */
const STATES = { ready: "free", serving: "busy", offered: "busy", wrapup: "busy", paused: "away", away: "away" };
const ORDER = ["free", "busy", "away"];

/** Return the next desk of a resident's plan. @param {MyTicket} mine */
export function nextDesk(mine) {
  return mine.plan?.[0] ?? mine.suggested?.[0] ?? null;
}

/**
 * Return the lanes and the people, those first who can answer at once; the desk the resident is at is none of them.
 * @param {MyTicket} mine @param {readonly Colleague[]} colleagues @returns {{lanes: Choice[], people: Choice[]}}
 */
export function choices(mine, colleagues) {
  const next = nextDesk(mine)?.lane;
  const all = mine.destinations ?? [];
  /** @type {Choice[]} */
  const lanes = all
    .filter((one) => !one.here)
    .map((one) => ({
      value: `lane:${one.lane}`, name: one.name || one.lane, department: "", to: { lane: one.lane }, free: one.free ?? 0, wait: one.wait_minutes ?? null,
      state: one.free ? "free" : one.wait_minutes ? "busy" : "away", next: one.lane === next,
    }));
  const able = new Set(all.flatMap((one) => one.staff ?? []));
  /** @type {Choice[]} */
  const people = colleagues
    .filter((one) => able.has(one.id))
    .map((one) => ({ value: `staff:${one.id}`, name: one.name, department: one.department, to: { staff: one.id }, state: STATES[one.state], free: 0, wait: null, next: false }));
  people.sort((one, other) => ORDER.indexOf(one.state) - ORDER.indexOf(other.state));
  return { lanes, people };
}

/**
 * Return what to propose: the next desk, else whoever can answer at once, else whoever can at all.
 * @param {{lanes: Choice[], people: Choice[]}} of
 */
export function proposed({ lanes, people }) {
  const able = [...lanes, ...people].filter((one) => one.state !== "away");
  return able.find((one) => one.next) ?? able.find((one) => one.state === "free") ?? able[0] ?? null;
}
