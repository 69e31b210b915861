/** What a clerk who is in no call should know of their own lanes: closed for today, or a breath after a call was given on. */
import { html, nothing } from "/vendor/lit.js";
import { timeOf } from "/shared/dates.js";
import { label, t } from "/shared/strings.ja.js";

/**
 * @typedef {import("/protocol/messages").StaffView} StaffView
 * @typedef {import("/protocol/messages").LaneChoice} LaneChoice
 */

/** Those of the viewer's lanes a supervisor closed for today; pure. @param {StaffView} view */
export function shutLanes(view) {
  return view.lanes.filter((lane) => lane.chosen && lane.shut);
}

/** Whether no new number can come to the viewer today; pure. @param {StaffView} view */
export function allShut(view) {
  const chosen = view.lanes.filter((lane) => lane.chosen);
  return chosen.length > 0 && chosen.every((lane) => lane.shut);
}

/** One notice for each closed lane, and what that means for the viewer. @param {StaffView} view @param {"ready" | "paused" | "away"} state */
export function shutNotice(view, state) {
  const lanes = shutLanes(view);
  if (!lanes.length) return nothing;
  const waiting = lanes.reduce((sum, { shut }) => sum + (shut?.waiting ?? 0), 0);
  const all = allShut(view);
  const others = view.lanes.some((lane) => !lane.chosen && !lane.shut);
  return html`<section class="shut alert" role="status">
    ${lanes.map((lane) => closed(lane, !all || state !== "ready"))}
    <p>${waiting ? t(state === "ready" ? "lanes.shut.waiting" : "lanes.shut.waiting.paused", { n: waiting }) : t("lanes.shut.done")}</p>
    ${all ? (waiting ? nothing : html`<p>${t(others ? "lanes.shut.other" : "lanes.shut.ask")}</p>`) : html`<p>${t("lanes.shut.rest")}</p>`}
  </section>`;
}

/** Which, since when, who, why. @param {LaneChoice} lane @param {boolean} named whether the lane is to be named here */
function closed({ name, shut }, named) {
  if (!shut) return nothing;
  const who = shut.by ? t("lanes.shut.by", { who: shut.by }) : t("lanes.shut.by_supervisor");
  return html`<p>${named ? html`<b>${t("lanes.shut.one", { lane: name })}</b>　` : nothing}<span class="nw">${t("lanes.shut.when", { time: timeOf(new Date(shut.since)) })}${who}</span>　<span class="nw chip y">${label("closing", shut.reason)}</span></p>`;
}

/** How many milliseconds nothing rings here because a call was just given on; 0: it may. @param {StaffView} view @param {number} at when the view came */
export function breathing(view, at) {
  if (view.state !== "ready" || (view.rests_for ?? null) === null) return 0;
  return Math.max(0, at + (view.rests_for ?? 0) * 1000 - performance.now());
}

/** How long the breath still is, and the way out of it. @param {StaffView} view @param {number} at @param {boolean} enabled @param {() => void} end */
export function breath(view, at, enabled, end) {
  if (!breathing(view, at)) return nothing;
  return html`<p class="breath"><b class="big"><k-duration .until=${at + (view.rests_for ?? 0) * 1000}></k-duration></b> ${t("idle.breath.left")}</p>
    <button class="tall" ?disabled=${!enabled} @click=${end}>${t("idle.breath.end")}</button>`;
}
