/** How sure it is who sits there, in one line; pure. Only a certificate that was checked is called 本人確認. */
import { seenAt } from "/shared/dates.js";
import { label, t } from "/shared/strings.ja.js";

/**
 * @typedef {import("/protocol/messages").MyTicket} MyTicket
 * @typedef {import("/protocol/messages").Identity} Identity
 * @typedef {{kind: "proved" | "partly" | "none" | "refused", mark: string, head: string, text: string, also: string[]}} Line
 */

/** Shape beside colour: nobody has to tell green from red. */
const MARKS = { proved: "●", partly: "▲", none: "○", refused: "■" };

/** Return the line for a visit. @param {MyTicket | null} mine @param {Date} today @returns {Line} */
export function sure(mine, today) {
  const { certainty = "none", reasons = [] } = mine?.identification ?? {};
  const [first, ...rest] = reasons;
  return {
    kind: certainty,
    mark: MARKS[certainty],
    head: t(`sure.${certainty}`),
    text: first ? because(first, mine?.identity ?? null, today) : t("sure.nothing"),
    also: rest.map((reason) => label("sure.also", reason)),
  };
}

/** @param {string} reason @param {Identity | null} identity @param {Date} today */
function because(reason, identity, today) {
  if (reason === "identity.valid" && identity)
    return identity.source === "crl" ? t("sure.valid.crl", { at: seenAt(identity.source_at ?? "", today) }) : t("sure.valid", { at: seenAt(identity.at, today) });
  if (reason === "identity.unchecked") return label("sure.unchecked", identity?.why ?? "", t("sure.unchecked"));
  return label("sure", reason);
}
