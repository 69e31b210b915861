// Line signs, 48 units wide, in the colour of their text. Drawn for this page.

import { svg, html } from "/vendor/lit.js";

const signs = {
  check: svg`<path d="M8 26l11 11L40 12" stroke-width="7"/>`,
  pencil: svg`<path d="M7 41l3-12L33 6l9 9-23 23zM28 11l9 9"/>`,
  send: svg`<path d="M6 24h34M27 10l14 14-14 14"/>`,
  back: svg`<path d="M42 24H8M21 10L7 24l14 14"/>`,
  repeat: svg`<path d="M40 24a16 16 0 1 1-5-12M36 4v9h-9"/>`,
  ear: svg`<path d="M14 20a11 11 0 0 1 22 0c0 9-8 9-9 16-1 5-8 7-11 2M20 21c0-6 9-7 10 0 0 4-5 4-5 8"/>`,
  letters: svg`<path d="M4 38l8-22 8 22M7 31h10M24 38L34 10l10 28M27.5 29h13"/>`,
  loud: svg`<path d="M6 18h8l10-9v30l-10-9H6zM31 17q5 7 0 14M37 11q10 13 0 26"/>`,
  soft: svg`<path d="M6 18h8l10-9v30l-10-9H6zM31 17q5 7 0 14"/>`,
  people: svg`<circle cx="24" cy="14" r="8"/><path d="M8 43c0-11 7-17 16-17s16 6 16 17z"/>`,
  bell: svg`<path d="M10 34c4-3 3-9 4-15 1-8 5-11 10-11s9 3 10 11c1 6 0 12 4 15zM20 40q4 5 8 0M24 3v4"/>`,
  phone: svg`<path d="M14 5l7 10-5 5c3 6 7 9 12 12l5-5 10 7c-2 7-6 10-11 9C18 39 7 27 5 16c-1-5 3-9 9-11z"/>`,
  camera_off: svg`<rect x="4" y="14" width="28" height="22" rx="4"/><path d="M32 22l11-6v18l-11-6M6 42L42 6"/>`,
  card: svg`<rect x="4" y="10" width="40" height="29" rx="4"/><circle cx="15" cy="21" r="4"/><path d="M9 33q6-8 12 0M27 20h11M27 28h11"/>`,
  paper: svg`<path d="M11 4h18l9 9v31H11zM28 4v10h10M18 24h13M18 33h13"/>`,
  glasses: svg`<circle cx="13" cy="29" r="9"/><circle cx="35" cy="29" r="9"/><path d="M22 27q2-2 4 0M4 26l6-14M44 26l-6-14"/>`,
  handset: svg`<path d="M7 30c-3-3-3-8 0-11 9-9 25-9 34 0 3 3 3 8 0 11l-8-2-1-6c-5-2-11-2-16 0l-1 6z"/>`,
  clock: svg`<circle cx="24" cy="24" r="19"/><path d="M24 12v13l8 6"/>`,
  warning: svg`<path d="M24 5l20 37H4zM24 19v11M24 36v.5"/>`,
  mute: svg`<path d="M18 22v-8a6 6 0 0 1 12 0v10M11 22c0 18 26 18 26 0M24 36v7M6 6l36 36"/>`,
  erase: svg`<path d="M17 10h26v28H17L5 24zM24 18l12 12M36 18L24 30"/>`,
  house_in: svg`<path d="M4 24L19 10l15 14M9 22v20h20V22M46 33H32M38 26l-7 7 7 7"/>`,
  house_round: svg`<path d="M4 22L14 12l10 10M8 20v16h12V20M28 34l8-8 9 8M31 32v12h11V32M28 14c6-6 13-4 15 4M45 11l-1 8-8-2"/>`,
  house_out: svg`<path d="M4 24L19 10l15 14M9 22v20h20V22M22 33h22M38 26l7 7-7 7"/>`,
  flower: svg`<path d="M24 45V24M24 36c-8 1-11-3-12-8 7-1 11 2 12 8zM24 40c6 0 9-3 10-8-6 0-9 3-10 8zM24 24c-8-2-9-9-7-15l7 5 7-5c2 6 1 13-7 15z"/>`,
  baby: svg`<circle cx="24" cy="27" r="17"/><path d="M24 10c-3-6 5-8 4-3M17 25v1M31 25v1M17 33q7 6 14 0"/>`,
  rings: svg`<circle cx="17" cy="30" r="12"/><circle cx="31" cy="30" r="12"/><path d="M13 18l-3-6 4-4h6l4 4-3 6"/>`,
  apart: svg`<circle cx="13" cy="30" r="10"/><circle cx="35" cy="30" r="10"/><path d="M24 6v36" stroke-dasharray="5 6"/>`,
  care: svg`<circle cx="17" cy="10" r="6"/><path d="M9 44V27c0-6 14-6 15 0v6l8 2M24 44V33M40 44V22c0-5-8-5-8 0M17 33v11"/>`,
  coins: svg`<ellipse cx="24" cy="12" rx="16" ry="7"/><path d="M8 12v12c0 4 7 7 16 7s16-3 16-7V12M8 24v12c0 4 7 7 16 7s16-3 16-7V24"/>`,
  yen: svg`<circle cx="24" cy="24" r="19"/><path d="M15 12l9 12 9-12M24 24v13M16 26h16M16 32h16"/>`,
  health: svg`<path d="M24 42C8 31 4 24 4 17 4 6 19 3 24 13c5-10 20-7 20 4 0 7-4 14-20 25zM15 24h5l4-7 4 11 3-4h4"/>`,
  chair: svg`<circle cx="19" cy="7" r="4"/><path d="M19 14v14h12l6 12h5M19 20h11M13 22a13 13 0 1 0 17 17"/>`,
  bin: svg`<path d="M7 13h34M18 13V6h12v7M11 13l3 31h20l3-31M20 21l1 15M28 21l-1 15"/>`,
  drop: svg`<path d="M24 4c9 12 14 18 14 26a14 14 0 0 1-28 0c0-8 5-14 14-26zM17 30a7 7 0 0 0 7 7"/>`,
  more: svg`<circle cx="9" cy="24" r="2.5"/><circle cx="24" cy="24" r="2.5"/><circle cx="39" cy="24" r="2.5"/>`,
};

/** @typedef {keyof typeof signs} IconName */

/** @param {IconName} name */
export function icon(name) {
  return html`<svg viewBox="0 0 48 48" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="4" stroke-linecap="round" stroke-linejoin="round">${signs[name]}</svg>`;
}

/** @type {Record<string, IconName>} */
const ofPurpose = {
  talk: "people", tennyu: "house_in", tenkyo: "house_round", tenshutsu: "house_out", shibo: "flower", shussei: "baby", konin: "rings", rikon: "apart", shomei: "paper",
  kaigo: "care", nenkin: "coins", zeikin: "yen", kokuho: "health", shogai: "chair", gomi: "bin", suido: "drop", mynumber: "card",
};

/** The sign of a wish. @param {string} purpose @returns {IconName} */
export function purposeIcon(purpose) {
  return ofPurpose[purpose] ?? "more";
}
