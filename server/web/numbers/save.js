/** The one way a table or plot of this page is saved: the same figures, for the same question, for a spreadsheet. */
import { html } from "/vendor/lit.js";

/** @param {string} table below /api @param {string} question @param {string} words @param {Record<string, string>} rest what this table asks otherwise */
export function save(table, question, words, rest = {}) {
  const asked = new URLSearchParams({ ...Object.fromEntries(new URLSearchParams(question)), ...rest });
  return html`<a class="button small r" href="/api/${table}.csv?${String(asked)}" download>${words}</a>`;
}
