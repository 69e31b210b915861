/** Plain plots in SVG: how many came, how long they waited, and how true it was what they were told. The table below says the same in numbers. */
import { nothing, svg, html } from "/vendor/lit.js";
import { label, t } from "/shared/strings.ja.js";
import { ceiling, gone, percent, span } from "./figures.js";

/** @typedef {import("./figures.js").Row} Row */

/** Width of a plot's own units, in half the page and across it: chosen so that its words are read at 1280 px, too. */
export const HALF = 700;
export const FULL = 1400;
const HIGH = 260;
const LEFT = 48;
const BOTTOM = 34;
const TOP = 12;

/** @param {number} most @param {number} wide @param {(value: number) => string} words */
function frame(most, wide, words) {
  const y = (/** @type {number} */ value) => TOP + (HIGH - TOP - BOTTOM) * (1 - value / most);
  const steps = [0, 0.25, 0.5, 0.75, 1].map((part) => part * most).filter((value) => Number.isInteger(value));
  const grid = steps.map((value) => svg`<line class=${value ? "grid" : "base"} x1=${LEFT} x2=${wide} y1=${y(value)} y2=${y(value)}></line><text class="tick" x=${LEFT - 8} y=${y(value) + 5} text-anchor="end">${words(value)}</text>`);
  return { y, grid };
}

/** Room at the right for what a line means, where no bar can hide it. */
const SAYS = 104;

/** Targets as lines, each with its words beside it and clear of each other. @param {readonly {at: number, words: readonly string[]}[]} aims @param {number} right where the bars end @param {(value: number) => number} y */
function aimLines(aims, right, y) {
  let free = HIGH - BOTTOM + 22;
  return [...aims].sort((one, other) => one.at - other.at).map(({ at, words }) => {
    const base = Math.max(TOP + 16 * words.length - 4, Math.min(y(at) - 2, free - 22 * words.length + 16));
    free = base - 14;
    return svg`<line class="halo" x1=${LEFT} x2=${right} y1=${y(at)} y2=${y(at)}></line><line class="target" x1=${LEFT} x2=${right} y1=${y(at)} y2=${y(at)}></line>
      ${words.map((line, index) => svg`<text class="target" x=${right + 8} y=${base + 18 * index}>${line}</text>`)}`;
  });
}

/** @param {number} count @param {number} wide */
function places(count, wide) {
  const step = (wide - LEFT) / Math.max(1, count);
  return { step, x: (/** @type {number} */ index) => LEFT + step * (index + 0.5), every: Math.ceil(64 / step) };
}

/** @param {readonly Row[]} rows @param {(key: string) => string} name @param {number} wide */
export function visitsPlot(rows, name, wide) {
  const most = ceiling(Math.max(...rows.map((row) => row.figures.visits), 1));
  const { y, grid } = frame(most, wide, String);
  const { step, x, every } = places(rows.length, wide);
  const bar = Math.min(56, step * 0.7);
  return html`<svg class="plot" viewBox="0 0 ${wide} ${HIGH}" role="img" aria-label=${t("numbers.plot.visits")}>
    ${grid}
    ${rows.map(({ key, figures }, index) => {
      const lost = gone(figures);
      const left = x(index) - bar / 2;
      return svg`<g>
        <title>${name(key)}　${t("numbers.plot.served")} ${figures.served}　${t("numbers.plot.gone")} ${lost}</title>
        <rect class="hit" x=${x(index) - step / 2} y=${TOP} width=${step} height=${HIGH - TOP - BOTTOM}></rect>
        <rect class="served" x=${left} y=${y(figures.served)} width=${bar} height=${y(0) - y(figures.served)}></rect>
        <rect class="gone" x=${left} y=${y(figures.served + lost)} width=${bar} height=${y(0) - y(lost)}></rect>
        ${bar >= 18 && figures.visits ? svg`<text class="value" x=${x(index)} y=${y(figures.served + lost) - 6} text-anchor="middle">${figures.visits}</text>` : nothing}
        ${index % every === 0 ? svg`<text class="tick" x=${x(index)} y=${HIGH - 10} text-anchor="middle">${name(key)}</text>` : nothing}
      </g>`;
    })}
  </svg>`;
}

/** How long the middle one, eight of ten and nine of ten waited, beside the wait that is asked for and the city's target for eight of ten. @param {readonly Row[]} rows @param {(key: string) => string} name @param {number} wide @param {number} target seconds @param {number | null} most80 seconds */
export function waitPlot(rows, name, wide, target, most80) {
  const minutes = (/** @type {number | null} */ seconds) => (seconds ?? 0) / 60;
  const asked = { at: minutes(target), words: [t("numbers.plot.target"), span(target)] };
  const aims = most80 === null || most80 === target ? [asked] : [asked, { at: minutes(most80), words: [t("numbers.plot.most80"), t("numbers.plot.within", { aim: span(most80) })] }];
  const right = wide - SAYS;
  const most = ceiling(Math.max(...rows.map((row) => minutes(row.figures.wait_p90)), ...aims.map(({ at }) => at * 1.2), 1));
  const { y, grid } = frame(most, right, String);
  const { step, x, every } = places(rows.length, right);
  return html`<svg class="plot" viewBox="0 0 ${wide} ${HIGH}" role="img" aria-label=${t("numbers.plot.wait")}>
    ${grid}
    ${aimLines(aims, right, y)}
    ${rows.map(({ key, figures: f }, index) => svg`<g>
      ${f.wait_p50 === null ? nothing : svg`
        <title>${name(key)}　${t("numbers.col.p50")} ${minutes(f.wait_p50).toFixed(1)}　${t("numbers.col.p80")} ${minutes(f.wait_p80).toFixed(1)}　${t("numbers.col.p90")} ${minutes(f.wait_p90).toFixed(1)}</title>
        <rect class="hit" x=${x(index) - step / 2} y=${TOP} width=${step} height=${HIGH - TOP - BOTTOM}></rect>
        <line class="range" x1=${x(index)} x2=${x(index)} y1=${y(minutes(f.wait_p50))} y2=${y(minutes(f.wait_p90))}></line>
        <rect class="most" x=${x(index) - 13} y=${y(minutes(f.wait_p80)) - 3.5} width="26" height="7" rx="2"></rect>
        <circle class="middle" cx=${x(index)} cy=${y(minutes(f.wait_p50))} r="7"></circle>`}
      ${index % every === 0 ? svg`<text class="tick" x=${x(index)} y=${HIGH - 10} text-anchor="middle">${name(key)}</text>` : nothing}
    </g>`)}
  </svg>`;
}

/** One bar a group for any figure, with its target as a line; a group without anything to compute says so. @param {readonly Row[]} rows @param {(key: string) => string} name @param {number} wide @param {keyof import("./figures.js").Figures} figure @param {(value: number | null) => string} words @param {number | null} target */
export function figurePlot(rows, name, wide, figure, words, target) {
  const points = rows.map(({ key, figures }) => ({ name: name(key), value: figures[figure] }));
  return barsPlot(points, wide, { about: label("figure", figure), words, target, aim: [t("numbers.plot.target"), words(target)] });
}

/** One bar a point, and its target as a line with its word. `whole`: what the axis reaches at least, a whole of a share. @param {readonly {name: string, value: number | null}[]} points @param {number} wide @param {{about: string, words: (value: number | null) => string, target: number | null, aim: readonly string[], whole?: number}} how */
export function barsPlot(points, wide, { about, words, target, aim, whole = 0 }) {
  const top = Math.max(...points.map(({ value }) => value ?? 0), (target ?? 0) * 1.1, whole, 1e-9) * 1.12;
  const right = target === null ? wide : wide - SAYS;
  const { step, x, every } = places(points.length, right);
  const y = (/** @type {number} */ value) => TOP + (HIGH - TOP - BOTTOM) * (1 - value / top);
  const bar = Math.min(72, step * 0.6);
  return html`<svg class="plot" viewBox="0 0 ${wide} ${HIGH}" role="img" aria-label=${about}>
    <line class="base" x1=${LEFT} x2=${right} y1=${y(0)} y2=${y(0)}></line>
    ${points.map(({ name, value }, index) => svg`<g>
        <title>${name}　${words(value)}</title>
        <rect class="hit" x=${x(index) - step / 2} y=${TOP} width=${step} height=${HIGH - TOP - BOTTOM}></rect>
        ${value === null ? nothing : svg`<rect class="served" x=${x(index) - bar / 2} y=${y(value)} width=${bar} height=${y(0) - y(value)}></rect>`}
        ${index % every === 0 ? svg`<text class="tick" x=${x(index)} y=${HIGH - 10} text-anchor="middle">${name}</text>` : nothing}
      </g>`)}
    ${target === null ? nothing : aimLines([{ at: target, words: aim }], right, y)}
    ${step < 40 ? nothing : points.map(({ value }, index) => svg`<text class=${value === null ? "tick" : "value"} x=${x(index)} y=${y(value ?? 0) - 6} text-anchor="middle">${words(value)}</text>`)}
  </svg>`;
}

const LANE = 66;
const NAMES = 210;
const SAID = 150;

/** One bar a lane: how many were answered by the upper end they were told, with the promise as a line. @param {readonly Row[]} rows @param {(key: string) => string} name @param {number} wide @param {number | null} target */
export function toldPlot(rows, name, wide, target) {
  const high = TOP + rows.length * LANE + BOTTOM;
  const x = (/** @type {number} */ part) => NAMES + (wide - NAMES - SAID) * part;
  return html`<svg class="plot" viewBox="0 0 ${wide} ${high}" role="img" aria-label=${t("numbers.plot.told")}>
    ${[0, 0.5, 1].map((part) => svg`<line class=${part ? "grid" : "base"} x1=${x(part)} x2=${x(part)} y1=${TOP} y2=${high - BOTTOM}></line><text class="tick" x=${x(part)} y=${high - 10} text-anchor="middle">${percent(part)}</text>`)}
    ${rows.map(({ key, figures: f }, index) => {
      const y = TOP + index * LANE;
      return svg`<g>
        <title>${name(key)}　${t("numbers.plot.told")} ${percent(f.told_kept)}　${t("numbers.told.of", { half: percent(f.told_half), most: percent(f.told_most) })}</title>
        <rect class="hit" x="0" y=${y} width=${wide} height=${LANE}></rect>
        <text class="name" x=${NAMES - 12} y=${y + LANE / 2 + 6} text-anchor="end">${name(key)}</text>
        ${f.told_kept === null ? svg`<text class="tick" x=${x(0) + 12} y=${y + LANE / 2 + 5}>${t("numbers.told.none")}</text>` : svg`
          <rect class="served" x=${x(0)} y=${y + 14} width=${x(f.told_kept) - x(0)} height=${LANE - 28}></rect>
          <text class="value" x=${x(1) + 12} y=${y + LANE / 2 - 2}>${percent(f.told_kept)}</text>
          <text class="tick" x=${x(1) + 12} y=${y + LANE / 2 + 18}>${t("numbers.told.people", { count: f.told })}</text>`}
      </g>`;
    })}
    ${target === null ? nothing : svg`<line class="halo" x1=${x(target)} x2=${x(target)} y1=${TOP} y2=${high - BOTTOM}></line><line class="target" x1=${x(target)} x2=${x(target)} y1=${TOP} y2=${high - BOTTOM}></line>
      <text class="target" x=${x(target)} y=${high - 10} text-anchor="middle">${t("numbers.plot.target")} ${percent(target)}</text>`}
  </svg>`;
}
