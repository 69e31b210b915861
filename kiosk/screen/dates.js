// Dates and times as their reader says them; in Japanese the era first, then the Western year.

/** First day, name (文化庁, 元号). A date before the first is given by the Western year alone. */
const ERAS = /** @type {const} */ ([
  [20190501, "令和"],
  [19890108, "平成"],
  [19261225, "昭和"],
  [19120730, "大正"],
  [18680125, "明治"],
]);

/** @type {Record<string, string>} */
const WEEKDAYS = { 月: "Mon", 火: "Tue", 水: "Wed", 木: "Thu", 金: "Fri", 土: "Sat", 日: "Sun" };
const MONTHS = /** @type {const} */ (["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]);
const JAPANESE = /[\u3040-\u30ff\u4e00-\u9fff]/u;

/**
 * Return a time, a day or opening hours as the server writes them, in the reader's language; what is not understood stays as it is.
 * @param {string} text @param {"ja" | "easy" | "en"} language
 */
export function when(text, language) {
  if (language !== "en") return text;
  const english = text
    .replace(/(午前|午後)(\d+)時(?:(\d+)分|(半))?/gu, (_, half, hour, minute, halfPast) => `${hour === "0" ? "12" : hour}${halfPast ? ":30" : minute ? `:${minute.padStart(2, "0")}` : ""} ${half === "午前" ? "a.m." : "p.m."}`)
    .replace(/(\d+)月(\d+)日/gu, (_, month, day) => `${MONTHS[Number(month) - 1] ?? month} ${day}`)
    .replace(/\(([月火水木金土日])\)/gu, (_, day) => ` (${WEEKDAYS[day]})`)
    .replace(/[月火水木金土日](?=[〜・、 　]|$)/gu, (day) => WEEKDAYS[day] ?? day)
    .replaceAll("正午", "noon")
    .replaceAll("〜", "–")
    .replaceAll("、", ", ")
    .replaceAll("・", ", ")
    .replaceAll("毎日", "every day")
    .replaceAll("いつでも", "at any time");
  return JAPANESE.test(english) ? text : english;
}

/**
 * Return a day or a moment of the server (2026-11-25T10:30:00+09:00) in the reader's language: the day, and the time of day.
 * @param {string} iso @param {"ja" | "easy" | "en"} language @returns {{ day: string, clock: string }}
 */
export function moment(iso, language) {
  const date = new Date(`${iso.slice(0, 10)}T00:00:00Z`);
  const day = `${date.getUTCMonth() + 1}月${date.getUTCDate()}日(${"日月火水木金土"[date.getUTCDay()]})`;
  const hour = Number(iso.slice(11, 13));
  const minute = Number(iso.slice(14, 16));
  const clock = hour === 12 && !minute ? "正午" : `${hour < 12 ? "午前" : "午後"}${hour % 12}時${minute ? `${minute}分` : ""}`;
  return { day: when(day, language), clock: when(clock, language) };
}

/**
 * Return a card's YYYYMMDD as people read it. What is not known on the card stands as 0 and is shown as given.
 * @param {string} digits
 * @param {"ja" | "easy" | "en"} language
 */
export function birthDate(digits, language) {
  const year = Number(digits.slice(0, 4));
  const month = Number(digits.slice(4, 6));
  const day = Number(digits.slice(6, 8));
  if (language === "en") return `${year}-${digits.slice(4, 6)}-${digits.slice(6, 8)}`;
  const era = eraYear(digits);
  return era ? `${era}（${year}年）${month}月${day}日` : `${year}年${month}月${day}日`;
}

/** Return the year of a YYYYMMDD by its era (令和8年), or nothing before the first era. @param {string} digits */
export function eraYear(digits) {
  const era = ERAS.find(([first]) => Number(digits) >= first);
  if (!era) return "";
  const count = Number(digits.slice(0, 4)) - Math.floor(era[0] / 10000) + 1;
  return `${era[1]}${count === 1 ? "元" : count}年`;
}
