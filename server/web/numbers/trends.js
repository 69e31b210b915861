/** What shows itself only over time: staff by the hour, kiosks by the day, faults by the week. Tables where a number says more than a bar. */
import { html, nothing } from "/vendor/lit.js";
import { deviceName, t } from "/shared/strings.ja.js";
import { percent } from "./figures.js";
import { HALF, barsPlot } from "./plot.js";
import { save } from "./save.js";
import { perHundred } from "./tiles.js";

/** @typedef {import("./figures.js").Answer} Answer */

/** @param {string} day an ISO date @returns {string} */
const short = (day) => `${Number(day.slice(5, 7))}/${Number(day.slice(8))}`;

/** How much of their time on duty staff spent on residents, hour by hour. @param {Answer} answer @param {string} question */
export function occupancyByHour({ hours, targets }, question) {
  const points = hours.map(({ hour, occupancy }) => ({ name: `${hour}時`, value: occupancy }));
  return html`<section class="panel hours"><h2>${t("numbers.hours")} ${save("numbers/hours", question, t("numbers.hours.save"))}</h2><p class="key">${t("numbers.hours.key")}</p>
    ${points.some(({ value }) => value !== null) ? barsPlot(points, HALF, { about: t("numbers.hours"), words: percent, target: targets.occupancy, aim: [t("numbers.plot.target"), t("numbers.plot.within", { aim: percent(targets.occupancy) })], whole: 1 }) : html`<p class="empty">${t("numbers.hours.none")}</p>`}</section>`;
}

/** One row a kiosk, one column a day; a day that missed the target has its share in a marked cell. @param {Answer} answer @param {string} question */
export function keptByDay({ kept, kiosk_labels, targets }, question) {
  const aim = targets.uptime;
  const many = kept.days.length > 20;
  const cell = (/** @type {number | null} */ part, /** @type {string} */ who, /** @type {string} */ day) => {
    if (part === null) return html`<td class="none" title="${who}　${day}　${t("numbers.kept.closed")}"><span aria-hidden="true">・</span><span class="sr">${t("numbers.kept.closed")}</span></td>`;
    const missed = aim !== null && part < aim;
    return html`<td class=${missed ? "missed" : "kept"} title="${who}　${day}　${exact(part)}%">${missed ? html`<b>${exact(part)}</b>` : exact(part)}</td>`;
  };
  return html`<section class="panel calendar"><h2>${t("numbers.kept")} ${save("numbers/kiosks-by-day", question, t("numbers.kept.save"))}</h2>
    <p class="key">${t("numbers.kept.key")}${aim === null ? nothing : html`　<i class="missed"></i>${t("numbers.kept.aim", { aim: percent(aim) })}`}　<span aria-hidden="true">・</span>${t("numbers.kept.closed")}</p>
    ${kept.kiosks.length === 0 ? html`<p class="empty">${t("numbers.kiosks.none")}</p>` : html`<div class="cells ${many ? "many" : ""}" tabindex="0" role="region" aria-label=${t("numbers.kept")}><table>
      <thead><tr><th scope="col">${t("numbers.by.kiosk")}</th>${kept.days.map((day, index) => html`<th scope="col">${many && index && !day.endsWith("-01") ? Number(day.slice(8)) : short(day)}</th>`)}</tr></thead>
      <tbody>${kept.kiosks.map(({ kiosk, uptime }) => {
        const who = kiosk ? (kiosk_labels[kiosk] ?? kiosk) : t("numbers.kept.all");
        return html`<tr class=${kiosk ? "" : "all"}><th scope="row">${who}</th>${uptime.map((part, index) => cell(part, who, short(kept.days[index] ?? "")))}</tr>`;
      })}</tbody></table></div>`}</section>`;
}

/** How often devices failed each week: for every hundred people beside the target, and below by kind of device. @param {Answer} answer @param {string} question */
export function faultsByWeek({ weeks, targets }, question) {
  const kinds = [...new Set(weeks.flatMap(({ faults }) => Object.keys(faults)))];
  const sum = (/** @type {string} */ kind) => weeks.reduce((all, { faults }) => all + (faults[kind] ?? 0), 0);
  kinds.sort((one, other) => sum(other) - sum(one) || one.localeCompare(other));
  const busiest = Math.max(1, ...weeks.flatMap(({ faults }) => Object.values(faults)));
  const points = weeks.map(({ week, per_100 }) => ({ name: short(week), value: per_100 }));
  return html`<section class="panel weeks"><h2>${t("numbers.weeks")} ${save("numbers/faults-by-week", question, t("numbers.weeks.save"))}</h2><p class="key">${t("numbers.weeks.key")}</p>
    ${kinds.length === 0 ? html`<p class="empty">${t("numbers.weeks.none", { count: weeks.length })}</p>` : html`
      ${barsPlot(points, HALF, { about: t("numbers.weeks"), words: perHundred, target: targets.faults_per_100, aim: [t("numbers.plot.target"), t("numbers.plot.within", { aim: perHundred(targets.faults_per_100) })] })}
      <div class="cells" tabindex="0" role="region" aria-label=${t("numbers.weeks.kinds")}><table>
        <thead><tr><th scope="col">${t("numbers.weeks.kind")}</th>${weeks.map(({ week }) => html`<th scope="col">${short(week)}</th>`)}<th scope="col">${t("numbers.weeks.sum")}</th></tr></thead>
        <tbody>${kinds.map((kind) => html`<tr><th scope="row">${deviceName(kind)}</th>${weeks.map(({ faults }) => {
          const count = faults[kind] ?? 0;
          return html`<td class=${count ? `count shade${Math.ceil((3 * count) / busiest)}` : "none"}>${count}</td>`;
        })}<td><b>${sum(kind)}</b></td></tr>`)}</tbody></table></div>`}</section>`;
}

/** 「100」, 「93.8」: the nines are what matters, and what was not whole is never rounded up to it. @param {number} part */
function exact(part) {
  return part === 1 ? "100" : Math.min(99.9, part * 100).toFixed(1);
}
