// Words for the screen: one function per language, ruby for {漢字|かんじ}, values for {name}.

import { html } from "/vendor/lit.js";
import { easy } from "./strings.easy.js";
import { en } from "./strings.en.js";
import { ja } from "./strings.ja.js";

/** @typedef {import("./strings.ja.js").StringKey} StringKey */
/** @typedef {Record<string, unknown>} Values */
/** @typedef {"ja" | "easy" | "en"} Language */

/** @type {Record<Language, Record<StringKey, string>>} */
export const tables = { ja, easy, en };

const MARK = /\{([^{}]*)\}/u;

/**
 * Words in one language.
 * @typedef {object} Words
 * @property {Language} language
 * @property {(key: StringKey, values?: Values) => unknown} t rendered, with ruby
 * @property {(key: StringKey, values?: Values) => string} plain for names that are only read aloud
 * @property {(prefix: string, key: string, otherwise: StringKey) => StringKey} pick a key the agent named, if we know it
 * @property {(prefix: string, key: string) => StringKey | null} find the same, or nothing
 */

/**
 * Return the words of a language; an unknown language is Japanese.
 * @param {string} name
 * @returns {Words}
 */
export function wordsFor(name) {
  const language = name === "easy" || name === "en" ? name : "ja";
  const table = tables[language];
  /** @param {string} prefix @param {string} key @returns {StringKey | null} */
  const find = (prefix, key) => {
    const full = `${prefix}.${key}`;
    return Object.hasOwn(table, full) ? /** @type {StringKey} */ (full) : null;
  };
  return {
    language,
    t: (key, values = {}) => rendered(table[key], values),
    plain: (key, values = {}) => plain(table[key], values),
    pick: (prefix, key, otherwise) => find(prefix, key) ?? otherwise,
    find,
  };
}

/** @param {string} text @param {Values} values */
function rendered(text, values) {
  return text.split(MARK).map((part, index) => {
    if (index % 2 === 0) return part;
    const [base, reading] = part.split("|");
    if (reading === undefined) return values[base ?? ""] ?? "";
    return html`<ruby>${base}<rp>(</rp><rt>${reading}</rt><rp>)</rp></ruby>`;
  });
}

/** @param {string} text @param {Values} values */
function plain(text, values) {
  return text
    .split(MARK)
    .map((part, index) => {
      if (index % 2 === 0) return part;
      const [base = "", reading] = part.split("|");
      return reading === undefined ? String(values[base] ?? "") : base;
    })
    .join("");
}

/**
 * A span of minutes as people say it; the agent gives steps of five, never zero.
 * @param {Words} words @param {[number, number]} range
 */
export function minutes(words, [from, to]) {
  return from === to ? words.t("range.minute", { n: to }) : words.t("range.minutes", { from, to });
}

/** @param {Words} words @param {number} seconds */
export function duration(words, seconds) {
  const m = Math.floor(seconds / 60);
  const s = seconds % 60;
  return m ? words.t("time.minutes", { m, s }) : words.t("time.seconds", { s });
}
