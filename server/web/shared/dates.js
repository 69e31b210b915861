/** Dates and durations as people read them; pure. */

const ERAS = /** @type {const} */ ([
  ["令和", 2019, 20190501],
  ["平成", 1989, 19890108],
  ["昭和", 1926, 19261225],
  ["大正", 1912, 19120730],
  ["明治", 1868, 18681023],
]);
const WEEKDAYS = "日月火水木金土";
/** A city hall is in Japan, wherever this browser thinks it is; there is no summer time. */
const JAPAN_MS = 9 * 3600_000;

/** Return the day and time in Japan of a moment. @param {Date} date */
function inJapan(date) {
  const there = new Date(date.getTime() + JAPAN_MS);
  return { year: there.getUTCFullYear(), month: there.getUTCMonth() + 1, day: there.getUTCDate(), weekday: there.getUTCDay(), hour: there.getUTCHours(), minute: there.getUTCMinutes() };
}

/** Return 「昭和19年(1944年)5月3日」 for "19440503". @param {string} yyyymmdd */
export function birthDate(yyyymmdd) {
  const [year, month, day] = parts(yyyymmdd);
  const era = ERAS.find(([, , from]) => Number(yyyymmdd) >= from);
  const western = `${year}年`;
  if (!era) return `${western}${month}月${day}日`;
  const nth = year - era[1] + 1;
  return `${era[0]}${nth === 1 ? "元" : nth}年(${western})${month}月${day}日`;
}

/** Return the age in full years on `today`. @param {string} yyyymmdd @param {Date} today */
export function age(yyyymmdd, today) {
  const [year, month, day] = parts(yyyymmdd);
  const now = inJapan(today);
  const passed = now.month > month || (now.month === month && now.day >= day);
  return now.year - year - (passed ? 0 : 1);
}

/** @param {string} yyyymmdd @returns {[number, number, number]} */
function parts(yyyymmdd) {
  return [Number(yyyymmdd.slice(0, 4)), Number(yyyymmdd.slice(4, 6)), Number(yyyymmdd.slice(6, 8))];
}

/** Return "4:07" or "1:04:07". @param {number} seconds */
export function clockOf(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** Return 「1分未満」「7分」「2時間」「3日」: one unit, rounded down. @param {number} seconds */
export function roughly(seconds) {
  if (seconds < 60) return "1分未満";
  if (seconds < 3600) return `${Math.floor(seconds / 60)}分`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)}時間`;
  return `${Math.floor(seconds / 86_400)}日`;
}

/** Return 「11/20(金)」. @param {Date} date */
export function dayOf(date) {
  const { month, day, weekday } = inJapan(date);
  return `${month}/${day}(${WEEKDAYS[weekday]})`;
}

/** Return 「2026年11月22日(日)」 for "2026-11-22": a date field shows a day as the browser's own language does. @param {string} iso */
export function dayInFull(iso) {
  const day = new Date(`${iso.slice(0, 10)}T00:00:00Z`);
  if (Number.isNaN(day.getTime())) return "";
  return `${day.getUTCFullYear()}年${day.getUTCMonth() + 1}月${day.getUTCDate()}日(${WEEKDAYS[day.getUTCDay()]})`;
}

/** Return 「10:16」. @param {Date} date */
export function timeOf(date) {
  const { hour, minute } = inJapan(date);
  return `${hour}:${two(minute)}`;
}

/** Return 「10:04」 for today and 「11/18 10:04」 for another day, of an ISO time. @param {string} iso @param {Date} today */
export function seenAt(iso, today) {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return "—";
  const [then, now] = [inJapan(date), inJapan(today)];
  const same = then.year === now.year && then.month === now.month && then.day === now.day;
  return same ? timeOf(date) : `${then.month}/${then.day} ${timeOf(date)}`;
}

/** @param {number} n */
function two(n) {
  return String(n).padStart(2, "0");
}
