// Birth dates as the card's owner says them: era, then the Western year.

/** First day, name (文化庁, 元号). A date before the first is given by the Western year alone. */
const ERAS = /** @type {const} */ ([
  [20190501, "令和"],
  [19890108, "平成"],
  [19261225, "昭和"],
  [19120730, "大正"],
  [18680125, "明治"],
]);

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
  const era = ERAS.find(([first]) => Number(digits) >= first);
  if (!era) return `${year}年${month}月${day}日`;
  const count = year - Math.floor(era[0] / 10000) + 1;
  return `${era[1]}${count === 1 ? "元" : count}年（${year}年）${month}月${day}日`;
}
