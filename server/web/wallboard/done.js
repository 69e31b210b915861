/** What a supervisor reads once a deed is done: that it is, and the way back where there is one; pure. */
import { t } from "/shared/strings.ja.js";

/** @typedef {import("./floor.js").FloorView} FloorView */

/** The sentence for a command that was carried out; "" where the page itself shows it at once. @param {import("./deeds.js").Command} command @param {FloorView | null} view the floor as it was asked */
export function done(command, view) {
  const person = view?.staff.find((one) => one.id === command.staff)?.name ?? "";
  const lane = view?.lanes.find((one) => one.id === command.lane)?.name ?? "";
  const number = view?.queue.find((one) => one.id === command.ticket)?.number ?? "";
  switch (command.type) {
    case "reassign":
      return t("floor.did.reassign", { number, to: person ? t("floor.did.person", { name: person }) : lane });
    case "raise":
      return t("floor.did.raise", { number });
    case "close_lane":
      return t("floor.did.close_lane", { lane });
    case "open_lane":
      return t("floor.did.open_lane", { lane });
    case "announce":
      return t("floor.did.announce");
    case "end_announcement":
      return t("floor.did.end_announcement");
    case "set_duty":
      return t("floor.did.set_duty", { name: person });
    case "end_duty":
      return t("floor.did.end_duty", { name: person });
    case "pause_colleague":
      return t("floor.did.pause_colleague", { name: person });
    case "ready_colleague":
      return t("floor.did.ready_colleague", { name: person });
    default:
      return "";
  }
}
