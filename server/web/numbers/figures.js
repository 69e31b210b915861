/** What the page asks for and how figures are said; pure. */

/**
 * @typedef {{
 *   visits: number, served: number, open: number, cancelled: number, abandoned: number, short_abandons: number, no_shows: number, expired: number,
 *   wait_mean: number | null, wait_p50: number | null, wait_p80: number | null, wait_p90: number | null, wait_longest: number | null,
 *   service_level: number | null, service_level_all: number | null, abandonment: number | null,
 *   talk_mean: number | null, hold_mean: number | null, wrapup_mean: number | null, handling_mean: number | null,
 *   missed_offers: number, declined_offers: number, transfers: number, returned: number, card_share: number | null, text_share: number | null,
 *   printed: number, prints_failed: number,
 *   told: number, told_kept: number | null, told_half: number | null, told_most: number | null, explained: number,
 *   reserved: number, callbacks: number, callbacks_reached: number | null,
 *   noted: number, one_contact: number | null, lines_lost_share: number | null, prints_failed_share: number | null, other_language_share: number | null, unnoted_share: number | null,
 *   no_show_share: number | null, repeat_rings: number | null, transfers_mean: number | null, lines_lost: number,
 * }} Figures
 * @typedef {{kiosk: string, there: number, gone: number, uptime: number | null, faults: number}} Kept
 * @typedef {{hour: number, ready: number, bound: number, occupancy: number | null}} Load
 * @typedef {{week: string, visits: number, faults: {[device: string]: number}, per_100: number | null}} Week
 * @typedef {{key: string, figures: Figures}} Row
 * @typedef {{staff: string, name: string, ready: number, bound: number, missed: number}} Staffing
 * @typedef {{asked: {since: string, until: string, by: string, target: number}, all: Figures, before: Figures, rows: Row[], lanes: Row[], labels: {[key: string]: string}, lane_labels: {[key: string]: string}, occupancy: number | null, targets: Targets, staff: Staffing[], machines: Kept, machines_before: Kept, faults_per_100: number | null, faults_per_100_before: number | null, kiosks: Kept[], kiosk_labels: {[key: string]: string}, reserved_missed: number | null, hours: Load[], kept: {days: string[], kiosks: {kiosk: string, uptime: (number | null)[]}[]}, weeks: Week[]}} Answer
 * @typedef {{service_level: number | null, abandonment: number | null, told_kept: number | null, occupancy: number | null, repeat_rings: number | null, wait_p80: number | null, one_contact: number | null, transfers_mean: number | null, no_show_share: number | null, lines_lost_share: number | null, prints_failed_share: number | null, uptime: number | null, faults_per_100: number | null, callbacks_reached: number | null}} Targets
 * @typedef {"today" | "yesterday" | "week" | "month"} Span
 */

const DAY_MS = 86_400_000;
const JAPAN_MS = 9 * 3600_000;
/** Days before today on which a span begins and ends. @type {{[span in Span]: [number, number]}} */
const SPANS = { today: [0, 0], yesterday: [1, 1], week: [6, 0], month: [27, 0] };

/** Return the first and last day of a span, as ISO dates in Japan. @param {Span} span @param {Date} now @returns {[string, string]} */
export function daysOf(span, now) {
  const day = (/** @type {number} */ back) => new Date(now.getTime() + JAPAN_MS - back * DAY_MS).toISOString().slice(0, 10);
  const [from, to] = SPANS[span];
  return [day(from), day(to)];
}

/** Return 「1分未満」「7分」「1時間20分」. @param {number | null} seconds */
export function span(seconds) {
  if (seconds === null) return "—";
  const minutes = Math.round(seconds / 60);
  if (seconds < 60) return seconds < 1 ? "0分" : "1分未満";
  return minutes < 60 ? `${minutes}分` : `${Math.floor(minutes / 60)}時間${minutes % 60 ? `${minutes % 60}分` : ""}`;
}

/** Return 「83%」. @param {number | null} part */
export function percent(part) {
  return part === null ? "—" : `${Math.round(part * 100)}%`;
}

/** Return whether a figure keeps its target, null where there is nothing to judge. @param {number | null} value @param {number | null} target @param {boolean} [most] the target is an upper end */
export function keeps(value, target, most = false) {
  if (value === null || target === null) return null;
  return most ? value <= target : value >= target;
}

/** Return how many left without having talked. @param {Figures} figures */
export function gone(figures) {
  return figures.cancelled + figures.abandoned + figures.no_shows + figures.expired;
}

/** Return what a group is called. @param {Answer} answer @param {string} key @param {(table: string, key: string) => string} name */
export function nameOf(answer, key, name) {
  if (answer.asked.by === "hour") return `${Number(key)}時`;
  if (answer.asked.by === "day") return `${Number(key.slice(5, 7))}/${Number(key.slice(8))}`;
  if (answer.asked.by === "language") return name("language", key);
  return answer.labels[key] ?? key;
}

/** Return a round upper end for an axis that shows `most`. @param {number} most */
export function ceiling(most) {
  if (most <= 5) return 5;
  const power = 10 ** Math.floor(Math.log10(most));
  return (/** @type {number} */ ([1, 2, 4, 5, 6, 8, 10].find((step) => step * power >= most))) * power;
}
