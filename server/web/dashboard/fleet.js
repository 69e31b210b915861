/** What the fleet page shows of a view; pure. */
import { t } from "/shared/strings.ja.js";

/**
 * @typedef {import("/protocol/messages").KioskForFleet} Kiosk
 * @typedef {Kiosk["state"]} State
 * @typedef {"all" | "stopped" | "attention" | "new" | "ok" | "maintenance" | "revoked"} Filter
 * @typedef {import("/protocol/messages").FleetView} FleetView
 */

/** Worst first; a copied key stands with what is stopped, because somebody must act now. @type {Record<State, number>} */
const BADNESS = { copied_key: 0, stopped: 1, attention: 2, new: 3, maintenance: 4, ok: 5, revoked: 6 };

/** Shape, colour and word of a state. @type {Record<State, {sign: string, kind: string}>} */
export const SIGNS = {
  copied_key: { sign: "■", kind: "n" },
  stopped: { sign: "■", kind: "n" },
  attention: { sign: "▲", kind: "y" },
  new: { sign: "○", kind: "b" },
  maintenance: { sign: "◇", kind: "" },
  ok: { sign: "●", kind: "g" },
  revoked: { sign: "×", kind: "" },
};

/** 第2公民館 stands before 第10公民館. */
const NAMES = new Intl.Collator("ja", { numeric: true });

/** @param {Kiosk} kiosk @returns {Filter} */
export function filterOf(kiosk) {
  return kiosk.state === "copied_key" ? "stopped" : kiosk.state;
}

/** Where a kiosk is, in a technician's words: nobody may have said it yet of one that moves. @param {Kiosk} kiosk */
export function placeOf(kiosk) {
  return kiosk.kind === "mobile" && !kiosk.placed ? t("fleet.place.unset") : kiosk.site;
}

/** Whether a kiosk that is in use runs another version than the server: after an update it should not for long. @param {Kiosk} kiosk @param {string} server */
export function older(kiosk, server) {
  return server !== "" && kiosk.version !== "" && kiosk.state !== "revoked" && kiosk.version !== server;
}

/** Count the kiosks behind each tile. @param {readonly Kiosk[]} kiosks */
export function counts(kiosks) {
  const counts = { all: 0, stopped: 0, attention: 0, new: 0, ok: 0, maintenance: 0, revoked: 0 };
  for (const kiosk of kiosks) {
    counts[filterOf(kiosk)] += 1;
    if (kiosk.state !== "revoked") counts.all += 1;
  }
  return counts;
}

/**
 * Return the rows to show: worst first, revoked ones only when asked for.
 * @param {readonly Kiosk[]} kiosks @param {Filter} filter @param {string} words @param {string | null} [why] a reason, as its key
 */
export function rows(kiosks, filter, words, why = null) {
  const wanted = words.trim().toLowerCase();
  return kiosks
    .filter((kiosk) => (filter === "all" ? kiosk.state !== "revoked" : filterOf(kiosk) === filter))
    .filter((kiosk) => why === null || (kiosk.reason === why && kiosk.state !== "revoked"))
    .filter((kiosk) => `${kiosk.site} ${kiosk.name} ${kiosk.id}`.toLowerCase().includes(wanted))
    .sort((a, b) => BADNESS[a.state] - BADNESS[b.state] || NAMES.compare(a.site, b.site) || NAMES.compare(a.name, b.name));
}

/**
 * Return the reasons of what stands behind a tile, those of most kiosks first: what ails twelve of them is one errand.
 * @param {readonly Kiosk[]} kiosks @param {Filter} filter @returns {[string, number][]}
 */
export function reasons(kiosks, filter) {
  /** @type {Map<string, number>} */
  const found = new Map();
  for (const { reason } of rows(kiosks, filter, "")) {
    if (reason !== null && filter !== "revoked") found.set(reason, (found.get(reason) ?? 0) + 1);
  }
  return [...found].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]));
}

/** Return the device of this name. @param {Kiosk} kiosk @param {import("/protocol/messages").Device["name"]} name */
export function deviceOf(kiosk, name) {
  return kiosk.devices.find((device) => device.name === name);
}

/**
 * Put the messages of one view together: the whole view once its last part is here, else null. They come in order.
 * @param {FleetView[]} parts those so far; emptied and filled here @param {FleetView} part @returns {FleetView | null}
 */
export function assembled(parts, part) {
  if (part.part === 0) parts.length = 0;
  parts.push(part);
  return parts.length === part.parts ? { ...part, kiosks: parts.flatMap((one) => one.kiosks) } : null;
}

/** Why a deed cannot be ordered now, as a string key. @param {Kiosk} kiosk @param {"restart" | "logs" | "test_print"} action @returns {"fleet.offline" | "fleet.busy" | null} */
export function obstacle(kiosk, action) {
  if (!kiosk.connected || kiosk.state === "revoked") return "fleet.offline";
  return kiosk.busy !== null && action !== "logs" ? "fleet.busy" : null;
}
