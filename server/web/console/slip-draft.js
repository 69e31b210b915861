/** The slip being written, as a value; pure. */

/**
 * @typedef {import("/protocol/messages").SlipContent} SlipContent
 * @typedef {import("./slip-catalogue.js").Step} Step
 * @typedef {{readonly done: readonly string[], readonly steps: readonly Step[], readonly note: string}} Draft
 */

export const LIMITS = /** @type {const} */ ({ rows: 8, what: 60, where: 60, until: 60, bring: 120, done: 60, note: 200 });

/** @type {Draft} */
export const EMPTY = { done: [], steps: [], note: "" };

/** What may be printed of a draft: blank rows are not. @param {Draft} draft @returns {SlipContent} */
export function content(draft) {
  return {
    done: draft.done.map((line) => line.trim()).filter(Boolean),
    next_steps: draft.steps.map(trimmed).filter((step) => step.what !== ""),
    note: draft.note.trim(),
  };
}

/** Why a draft cannot be printed yet, as a string key; null if it can. @param {Draft} draft @returns {"slip.blank" | "slip.no_what" | null} */
export function problem(draft) {
  const { done, next_steps, note } = content(draft);
  if (draft.steps.map(trimmed).some((step) => step.what === "" && (step.where || step.until || step.bring))) return "slip.no_what";
  return done.length + next_steps.length === 0 && note === "" ? "slip.blank" : null;
}

/** @param {Step} step @returns {Step} */
function trimmed(step) {
  return { what: step.what.trim(), where: step.where.trim(), until: step.until.trim(), bring: step.bring.trim() };
}
