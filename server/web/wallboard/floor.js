/** What the supervisor's page shows of a view; pure. */
import { t } from "/shared/strings.ja.js";

/**
 * @typedef {import("/protocol/messages").FloorView} FloorView
 * @typedef {import("/protocol/messages").LaneForFloor} Lane
 * @typedef {import("/protocol/messages").TicketForStaff} Ticket
 * @typedef {import("/protocol/messages").Colleague} Colleague
 * @typedef {import("/protocol/messages").Alert} Alert
 * @typedef {import("/protocol/messages").CallForFloor} Call
 */

/** Shape, colour and word of a lane. @param {Lane} lane @returns {{sign: string, kind: string, word: string}} */
export function laneState(lane) {
  if (lane.open && !staffed(lane)) return { sign: "▲", kind: "y", word: t("floor.lane.nobody") };
  if (lane.open) return lane.late ? { sign: "▲", kind: "y", word: t("floor.lane.open") } : { sign: "●", kind: "g", word: t("floor.lane.open") };
  switch (lane.closed) {
    case "today":
      return { sign: "◆", kind: "k", word: t("floor.lane.today") };
    case "full":
      return { sign: "◆", kind: "y", word: t("floor.lane.full") };
    case "no_staff":
      return { sign: "■", kind: "n", word: t("floor.lane.no_staff") };
    default:
      return { sign: "○", kind: "", word: t("floor.lane.hours") };
  }
}

/** Is anybody there who answers now, or as soon as they are done? @param {Lane} lane */
export function staffed(lane) {
  return lane.ready + lane.busy > 0;
}

/** @param {readonly [number, number] | readonly number[] | null} range */
export function minutes(range) {
  if (range === null) return t("floor.lane.now");
  const [from, to] = range;
  return from === to ? t("floor.minutes.same", { to: to ?? 0 }) : t("floor.minutes", { from: from ?? 0, to: to ?? 0 });
}

/** @param {number | null} share */
export function percent(share) {
  return share === null ? t("floor.none") : `${Math.round(share * 100)}%`;
}

/** Count who is on duty. @param {readonly Colleague[]} staff */
export function duty(staff) {
  const count = (/** @type {readonly Colleague["state"][]} */ ...states) => staff.filter((one) => states.includes(one.state)).length;
  return { ready: count("ready"), busy: count("offered", "serving", "wrapup"), paused: count("paused", "away") };
}

/** What an alert says and advises, with the names it speaks of. @param {Alert} alert @param {FloorView} view */
export function sentence(alert, view) {
  const lane = view.lanes.find((one) => one.id === alert.lane)?.name ?? "";
  const staff = view.staff.find((one) => one.id === alert.staff)?.name ?? "";
  const machine = view.kiosks.find((one) => one.id === alert.kiosk);
  const kiosk = machine ? `${machine.site} ${machine.name}` : "";
  return { what: t(`floor.say.${alert.kind}`, { lane, staff, kiosk, number: alert.number ?? "" }), advice: t(`floor.do.${alert.kind}`) };
}

/** The ticket an alert is about, if it waits and can be moved. @param {Alert} alert @param {FloorView} view @returns {Ticket | null} */
export function ticketOf(alert, view) {
  const waits = view.queue.filter((one) => one.state === "waiting");
  if (alert.number !== null) return waits.find((one) => one.number === alert.number) ?? null;
  if (alert.kind !== "over_target" && alert.kind !== "nobody_ready") return null;
  return waits.filter((one) => one.lane === alert.lane).reduce((most, one) => (most === null || one.waited > most.waited ? one : most), /** @type {Ticket | null} */ (null));
}

/** How bad an alert is: red needs somebody now, yellow soon. @param {Alert} alert */
export function badness(alert) {
  return ["nobody_there", "nobody_ready", "unanswered", "waits_long", "kiosk_stopped"].includes(alert.kind) ? "n" : "y";
}
