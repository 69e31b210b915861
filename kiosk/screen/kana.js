// What the keys of 筆談 do to a text: pure, so that every key can be tested by hand.

/** Columns of the kana keys, top to bottom; "" is an empty place. */
export const KANA = [
  ["あ", "い", "う", "え", "お"], ["か", "き", "く", "け", "こ"], ["さ", "し", "す", "せ", "そ"], ["た", "ち", "つ", "て", "と"], ["な", "に", "ぬ", "ね", "の"],
  ["は", "ひ", "ふ", "へ", "ほ"], ["ま", "み", "む", "め", "も"], ["や", "ゆ", "よ", "、", "。"], ["ら", "り", "る", "れ", "ろ"], ["わ", "を", "ん", "ー", "？"],
];

/** Rows turned into the same ten columns of five. */
export const LATIN = [
  ["1", "q", "a", "z", "."], ["2", "w", "s", "x", ","], ["3", "e", "d", "c", "?"], ["4", "r", "f", "v", "!"], ["5", "t", "g", "b", "'"],
  ["6", "y", "h", "n", "-"], ["7", "u", "j", "m", ":"], ["8", "i", "k", "/", "@"], ["9", "o", "l", "(", "_"], ["0", "p", "&", ")", "+"],
];

/** Numbers as people write them in an address or a date. */
export const DIGITS = [
  ["1", "4", "7", "0", "年"], ["2", "5", "8", "-", "月"], ["3", "6", "9", "/", "日"], ["人", "回", "枚", "円", "時"], ["分", "歳", "番", "号", "丁"],
  ["目", "町", "市", "区", "課"], ["〜", "・", "：", "（", "）"], ["、", "。", "？", "！", "ー"],
  ["○", "×", "△", "→", "％"], ["男", "女", "父", "母", "子"],
];

/** Each sound with its marked forms, in the order the key walks through them. */
const MARKS = [
  "かが", "きぎ", "くぐ", "けげ", "こご", "さざ", "しじ", "すず", "せぜ", "そぞ", "ただ", "ちぢ", "つづ", "てで", "とど",
  "はばぱ", "ひびぴ", "ふぶぷ", "へべぺ", "ほぼぽ", "うゔ",
];
const SMALL = ["あぁ", "いぃ", "うぅ", "えぇ", "おぉ", "つっ", "やゃ", "ゆゅ", "よょ", "わゎ"];

/** Both at once, where there is room for one key: large, small and marked, in one circle. */
const FORMS = [...MARKS.filter((sounds) => !/[うつ]/u.test(sounds)), ...SMALL.filter((sounds) => !/[うつ]/u.test(sounds)), "うぅゔ", "つっづ"];

/** @param {string[]} circles @param {string} text */
function turned(circles, text) {
  const last = text.slice(-1);
  const circle = circles.find((sounds) => sounds.includes(last));
  if (!last || !circle) return text;
  return text.slice(0, -1) + circle[(circle.indexOf(last) + 1) % circle.length];
}

/** How long a line may be: a few sentences. */
export const FULL = 200;

/**
 * Return the text after one key. Words in brackets are the keys that write nothing of their own.
 * @param {string} text @param {string} key
 */
export function typed(text, key) {
  switch (key) {
    case "[mark]":
      return turned(MARKS, text);
    case "[small]":
      return turned(SMALL, text);
    case "[form]":
      return turned(FORMS, text);
    case "[delete]":
      return [...text].slice(0, -1).join("");
    case "[space]":
      return text && text.length < FULL ? `${text} ` : text;
    default:
      return text.length + key.length <= FULL ? text + key : text;
  }
}
