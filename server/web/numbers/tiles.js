/** Every figure as one tile: its value, its target, what it was before, and on demand how it is counted; and which of them can be plotted by group. */
import { html, nothing } from "/vendor/lit.js";
import { t } from "/shared/strings.ja.js";
import { keeps, percent, span } from "./figures.js";

/**
 * @typedef {import("./figures.js").Answer} Answer
 * @typedef {import("./figures.js").Figures} Figures
 * @typedef {import("./figures.js").Targets} Targets
 * @typedef {(value: number | null) => string} Words
 * @typedef {{what: string, value: string, more: string, then: string, why: string, goal?: {key: keyof Targets, value: number | null, most: boolean, words: Words}}} Tile
 */

/** @type {Words} */
export const perOne = (value) => (value === null ? "—" : value.toFixed(2));
/** @type {Words} */
export const perHundred = (value) => (value === null ? "—" : value.toFixed(1));

/** What can be looked at by group, in the order of the tiles: [key of a figure, how it is said, its target]. @type {readonly [keyof Figures & string, Words, keyof Targets | null][]} */
export const PLOTTED = [
  ["wait_p50", span, null],
  ["wait_p80", span, "wait_p80"],
  ["service_level", percent, "service_level"],
  ["abandonment", percent, "abandonment"],
  ["one_contact", percent, "one_contact"],
  ["transfers_mean", perOne, "transfers_mean"],
  ["repeat_rings", percent, "repeat_rings"],
  ["lines_lost_share", perOne, "lines_lost_share"],
  ["no_show_share", percent, "no_show_share"],
  ["handling_mean", span, null],
  ["callbacks_reached", percent, "callbacks_reached"],
  ["prints_failed_share", percent, "prints_failed_share"],
  ["card_share", percent, null],
  ["text_share", percent, null],
  ["other_language_share", percent, null],
];

/** @param {Answer} answer @returns {readonly {title: string, tiles: readonly Tile[]}[]} */
export function tilesOf({ all, before, occupancy, asked, machines, machines_before, faults_per_100, faults_per_100_before, reserved_missed }) {
  const target = t("numbers.minutes", { minutes: Math.round(asked.target / 60) });
  const old = (/** @type {string} */ value) => (before.visits ? t("numbers.before", { value }) : "");
  return [
    {
      title: t("numbers.part.wait"),
      tiles: [
        { what: t("numbers.visits"), value: String(all.visits), more: t("numbers.visits.of", { served: all.served, open: all.open }), then: old(String(before.visits)), why: t("numbers.why.visits") },
        { what: t("numbers.wait"), value: span(all.wait_p50), more: t("numbers.wait.of", { p80: span(all.wait_p80) }), then: old(span(before.wait_p50)), why: t("numbers.what.wait"), goal: { key: "wait_p80", value: all.wait_p80, most: true, words: span } },
        { what: t("numbers.longest"), value: span(all.wait_longest), more: t("numbers.longest.of", { mean: span(all.wait_mean) }), then: old(span(before.wait_longest)), why: t("numbers.why.longest") },
        { what: t("numbers.level", { target }), value: percent(all.service_level), more: t("numbers.level.of", { all: percent(all.service_level_all) }), then: old(percent(before.service_level)), why: t("numbers.what.level"), goal: { key: "service_level", value: all.service_level, most: false, words: percent } },
        { what: t("numbers.gone"), value: percent(all.abandonment), more: t("numbers.gone.of", { count: all.cancelled + all.abandoned - all.short_abandons, short: all.short_abandons }), then: old(percent(before.abandonment)), why: t("numbers.what.short"), goal: { key: "abandonment", value: all.abandonment, most: true, words: percent } },
        { what: t("numbers.told"), value: percent(all.told_kept), more: t("numbers.told.short", { count: all.told }), then: old(percent(before.told_kept)), why: t("numbers.what.told"), goal: { key: "told_kept", value: all.told_kept, most: false, words: percent } },
      ],
    },
    {
      title: t("numbers.part.visit"),
      tiles: [
        { what: t("numbers.once"), value: percent(all.one_contact), more: t("numbers.once.of", { noted: all.noted, unnoted: percent(all.unnoted_share) }), then: old(percent(before.one_contact)), why: t("numbers.why.once"), goal: { key: "one_contact", value: all.one_contact, most: false, words: percent } },
        { what: t("numbers.transfers"), value: perOne(all.transfers_mean), more: t("numbers.transfers.of", { count: all.transfers, several: all.returned }), then: old(perOne(before.transfers_mean)), why: t("numbers.why.transfers"), goal: { key: "transfers_mean", value: all.transfers_mean, most: true, words: perOne } },
        { what: t("numbers.handling"), value: span(all.handling_mean), more: t("numbers.handling.of", { talk: span(all.talk_mean), hold: span(all.hold_mean), wrap: span(all.wrapup_mean) }), then: old(span(before.handling_mean)), why: t("numbers.what.handling") },
        { what: t("numbers.occupancy"), value: percent(occupancy), more: t("numbers.occupancy.of"), then: "", why: t("numbers.why.occupancy"), goal: { key: "occupancy", value: occupancy, most: true, words: percent } },
        { what: t("numbers.again"), value: percent(all.repeat_rings), more: t("numbers.again.of", { missed: all.missed_offers, declined: all.declined_offers }), then: old(percent(before.repeat_rings)), why: t("numbers.why.again"), goal: { key: "repeat_rings", value: all.repeat_rings, most: true, words: percent } },
        { what: t("numbers.empty"), value: percent(all.no_show_share), more: t("numbers.empty.of", { count: all.no_shows }), then: old(percent(before.no_show_share)), why: t("numbers.why.empty"), goal: { key: "no_show_share", value: all.no_show_share, most: true, words: percent } },
        // A city that promises no times and calls nobody back has nothing to read here.
        ...(all.reserved || reserved_missed !== null
          ? [{ what: t("numbers.reserved"), value: percent(reserved_missed), more: t("numbers.reserved.of", { count: all.reserved }), then: "", why: t("numbers.why.reserved") }]
          : []),
        ...(all.callbacks
          ? [{ what: t("numbers.callbacks"), value: percent(all.callbacks_reached), more: t("numbers.callbacks.of", { count: all.callbacks }), then: old(percent(before.callbacks_reached)), why: t("numbers.why.callbacks"), goal: { key: /** @type {const} */ ("callbacks_reached"), value: all.callbacks_reached, most: false, words: percent } }]
          : []),
      ],
    },
    {
      title: t("numbers.part.machine"),
      tiles: [
        { what: t("numbers.uptime"), value: uptime(machines.uptime), more: t("numbers.uptime.of", { gone: span(machines.gone) }), then: machines_before.uptime === null ? "" : t("numbers.before", { value: uptime(machines_before.uptime) }), why: t("numbers.why.uptime"), goal: { key: "uptime", value: machines.uptime, most: false, words: percent } },
        { what: t("numbers.faults"), value: perHundred(faults_per_100), more: t("numbers.faults.of", { count: machines.faults }), then: old(perHundred(faults_per_100_before)), why: t("numbers.why.faults"), goal: { key: "faults_per_100", value: faults_per_100, most: true, words: perHundred } },
        { what: t("numbers.lines"), value: perOne(all.lines_lost_share), more: t("numbers.lines.of", { count: all.lines_lost }), then: old(perOne(before.lines_lost_share)), why: t("numbers.why.lines"), goal: { key: "lines_lost_share", value: all.lines_lost_share, most: true, words: perOne } },
        { what: t("numbers.prints"), value: percent(all.prints_failed_share), more: t("numbers.prints.of", { printed: all.printed, failed: all.prints_failed }), then: old(percent(before.prints_failed_share)), why: t("numbers.why.prints"), goal: { key: "prints_failed_share", value: all.prints_failed_share, most: true, words: percent } },
        { what: t("numbers.card"), value: percent(all.card_share), more: t("numbers.card.of", { text: percent(all.text_share) }), then: old(percent(before.card_share)), why: t("numbers.why.card") },
        { what: t("numbers.language"), value: percent(all.other_language_share), more: t("numbers.language.of"), then: old(percent(before.other_language_share)), why: t("numbers.why.language") },
      ],
    },
  ];
}

/** 「99.4%」: the nines are what matters. @param {number | null} part */
function uptime(part) {
  return part === null ? "—" : `${(part * 100).toFixed(1)}%`;
}

/** @param {Answer} answer */
export function tiles(answer) {
  return tilesOf(answer).map(
    ({ title, tiles }) => html`<section class="part"><h2>${title}</h2><dl class="figures">${tiles.map(
      ({ what, value, more, then, why, goal }) => html`<div>
        <dt>${what}<details class="why"><summary aria-label=${t("numbers.why", { what })}>ℹ</summary><p>${why}</p></details></dt>
        <dd class="value">${value}</dd><dd class="more">${more}</dd>${goal ? aim(goal, answer.targets) : nothing}<dd class="then">${then}</dd></div>`,
    )}</dl></section>`,
  );
}

/** @param {NonNullable<Tile["goal"]>} goal @param {Targets} targets */
function aim({ key, value, most, words }, targets) {
  const end = targets[key];
  if (end === null || end === undefined) return nothing;
  const kept = keeps(value, end, most);
  return html`<dd class="goal ${kept === null ? "" : kept ? "kept" : "missed"}" data-goal=${key}>${t(most ? "numbers.goal.most" : "numbers.goal.least", { aim: words(end) })}${kept === null ? "" : html`　<b>${t(kept ? "numbers.goal.kept" : "numbers.goal.missed")}</b>`}</dd>`;
}
