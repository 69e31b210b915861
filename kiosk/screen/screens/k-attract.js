// K00: one sentence, one large beginning; touch anywhere.

import { css, html, nothing } from "/vendor/lit.js";
import { blueButton, closedWindow, finger, windowPicture } from "../parts/art.js";
import { icon } from "../parts/icons.js";
import { pressable } from "../parts/press.js";
import { when } from "../dates.js";
import { pip } from "../sound.js";
import { minutes } from "../strings.js";
import { ScreenPart } from "./screen.js";

/** @typedef {import("/protocol/messages").Attract} Attract */

const TOPICS = /** @type {const} */ ([1, 4, 2, 5, 3, 6]);

/** @extends {ScreenPart<Attract>} */
export class KAttract extends ScreenPart {
  firstUpdated() {
    pressable(this, () => this.start(), { own: (event) => event.type !== "click" });
    const button = this.renderRoot.querySelector("button");
    button?.addEventListener("click", (event) => {
      if (event.detail === 0) this.start();
    });
  }

  start() {
    pip();
    this.touch("start");
  }

  render() {
    const screen = this.screen;
    const display = this.display;
    if (!screen || !display) return nothing;
    const { t, plain, language: time } = this.words;
    return html`
      <main>
        <section class=${screen.open ? "say" : "say shut"}>
          ${screen.open ? html`<h1>${t("attract.title_1")}<br />${t("attract.title_2")}</h1>` : this.closed(screen)}
          ${screen.open ? this.now(screen) : nothing}
          ${screen.open
            ? html`<button type="button" class="start">
                  ${finger()}
                  <span><b>${t("attract.start")}</b><small>${t("attract.anywhere")}</small></span>
                </button>
                <div class="hint">
                  ${blueButton()}
                  <p>${t("attract.button", { blue: html`<b>${t("attract.blue")}</b>` })}<span class="free"><br />${t("attract.free")}</span></p>
                </div>`
            : html`<button type="button" class="start less">${finger()}<span><b>${t("attract.details")}</b></span></button>`}
        </section>
        <section class="side">
          ${screen.open ? windowPicture(plain("attract.picture")) : closedWindow()}
          ${screen.open
            ? html`<div class="can">
                <h2>${t("attract.topics")}</h2>
                <ul>${TOPICS.map((n) => html`<li>${icon("check")}<span>${t(`attract.topic_${n}`)}</span></li>`)}</ul>
              </div>`
            : nothing}
        </section>
      </main>
      <footer>
        <div class="camera">${icon("camera_off")}<span><b>${t("attract.camera_off")}</b><small>${t("attract.camera_note")}</small></span></div>
        ${screen.hours && screen.closed_reason !== "no_staff" ? html`<div class="hours">${icon("clock")}<span><small>${t("attract.hours")}</small><b lang=${time === "en" ? "en" : "ja"}>${when(screen.hours, time)}</b></span></div>` : nothing}
        ${display.telephone ? html`<div class="phone">${icon("phone")}<span><small>${t("attract.telephone")}</small><b class="number">${display.telephone}</b></span></div>` : nothing}
      </footer>
    `;
  }

  /** @param {Attract} screen */
  now(screen) {
    const { t } = this.words;
    if (screen.staff_ready) return html`<p class="now"><i></i><b>${t("attract.now")}</b></p>`;
    if (screen.wait_minutes) {
      const range = html`<b class="range number">${minutes(this.words, screen.wait_minutes)}</b>`;
      return html`<p class="now"><i class="some"></i><span>${t("attract.wait", { range })}</span></p>`;
    }
    return html`<p class="now"><i></i><span>${t("attract.open")}</span></p>`;
  }

  /** @param {Attract} screen */
  closed(screen) {
    const { t, pick, language } = this.words;
    const reason = screen.closed_reason ?? "other";
    const title = reason === "net" ? "attract.closed_title_net" : reason === "reconnecting" ? "attract.closed_title_wait" : reason === "no_staff" ? "attract.closed_title_no_staff" : "attract.closed_title";
    return html`<h1 class="closed">${t(title)}</h1>
      <p class="why">${t(pick("attract", `closed_${reason}`, "attract.closed_other"))}</p>
      ${screen.opens_at ? html`<p class="why opens">${t("attract.opens", { when: html`<b class="when">${when(screen.opens_at, language)}</b>` })}</p>` : nothing}
      ${screen.clock ? html`<p class="clock number">${icon("clock")}<span>${t("attract.clock", { when: when(screen.clock, language) })}</span></p>` : nothing}`;
  }

  static styles = [
    ...ScreenPart.styles,
    css`
      :host { background: var(--paper); cursor: pointer; touch-action: none; user-select: none; }
      main { display: grid; grid-template-columns: minmax(0, 1.38fr) minmax(0, 1fr); gap: 48px; padding: 32px var(--edge) 28px; }
      .say { display: flex; flex-direction: column; justify-content: space-between; gap: 16px; min-height: 0; }
      .shut { justify-content: center; gap: 32px; }
      h1 { font-size: var(--t-title); line-height: 1.24; letter-spacing: 0.02em; }
      h1 ruby { letter-spacing: 0; }
      .now { display: flex; align-items: center; gap: 20px; font-size: 44px; line-height: 1.2; flex-wrap: wrap; }
      .now i { flex: none; width: 36px; height: 36px; border-radius: 50%; background: var(--ok); border: 7px solid #9bd4b5; }
      .now i.some { border-radius: 8px; }
      .now b { color: var(--ok); }
      .now .range { font-size: 64px; line-height: 1; padding: 0 0.1em; }
      .start {
        display: grid; grid-template-columns: auto minmax(0, 1fr); align-items: center; gap: 36px; padding: 24px 56px; min-height: 212px; border: 0; border-radius: 32px; background: var(--primary); color: #fff;
        font: 700 64px / 1.25 var(--font); text-align: left; box-shadow: 0 6px 0 var(--primary-down); cursor: pointer;
      }
      .start:focus-visible { outline: 4px solid #000; outline-offset: 2px; box-shadow: 0 0 0 2px var(--focus); }
      :host(.down) .start { background: var(--primary-down); transform: translateY(4px); box-shadow: 0 2px 0 var(--primary-down); }
      .start small { display: block; font-weight: 400; font-size: 36px; line-height: 1.4; }
      .start b { display: block; }
      .finger { width: 116px; height: 116px; }
      .hint { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 24px; align-items: center; }
      .hint .blue { width: 104px; height: 88px; }
      .hint b { color: var(--primary); }
      .side { display: grid; grid-template-rows: minmax(0, 1fr) auto; gap: 16px; min-height: 0; }
      .can { background: #fff; border: 3px solid var(--color-primitive-yellow-700); border-radius: 24px; padding: 16px 28px 18px; }
      .can h2 { font-size: 32px; margin-bottom: 6px; }
      .can ul { display: grid; grid-template-columns: auto auto; gap: 2px 28px; justify-content: start; }
      .can li { display: flex; gap: 12px; align-items: center; line-height: 1.45; font-size: 34px; }
      .can svg { width: 34px; height: 34px; color: var(--ok); }
      footer { display: flex; align-items: center; justify-content: space-between; gap: 24px; padding: 0 var(--edge); background: #fff; border-top: 3px solid var(--line); line-height: 1.35; }
      footer div { display: flex; align-items: center; gap: 20px; min-width: 0; }
      footer div + div { border-left: 3px solid #ccc; padding-left: 36px; }
      footer .phone b { white-space: nowrap; }
      footer svg { width: 60px; height: 60px; }
      footer b { display: block; font-size: 34px; }
      footer small { display: block; font-size: 28px; color: #333; }
      .closed { font-size: calc(var(--t-title) * 0.92); }
      .why { font-size: calc(var(--t-say) * 1.1); line-height: 1.4; }
      .when { white-space: nowrap; }
      .opens { border-left: 10px solid var(--primary); padding-left: 24px; }
      .clock { display: flex; align-items: center; gap: 20px; font-size: 56px; line-height: 1.2; }
      .clock svg { width: 56px; height: 56px; }
      .less { min-height: 132px; font-size: 44px; align-self: start; padding: 16px 48px; }
      .less .finger { width: 76px; height: 76px; }
      @media (max-width: 1500px) {
        .shut { gap: 16px; }
        main { grid-template-columns: minmax(0, 1.5fr) minmax(0, 1fr); gap: 28px; padding: 20px var(--edge) 18px; }
        .say { gap: 10px; }
        .now { font-size: 34px; gap: 14px; } .now .range { font-size: 46px; }
        .start { min-height: 140px; padding: 12px 32px; gap: 24px; font-size: 44px; } .start small { font-size: 28px; } .finger { width: 84px; height: 84px; }
        .hint { gap: 18px; } .hint p { font-size: 30px; line-height: 1.4; } .hint .blue { width: 90px; height: 76px; } .free { display: none; }
        .can { padding: 10px 20px 12px; } .can h2 { font-size: 28px; } .can ul { grid-template-columns: 1fr; gap: 0; } .can li { font-size: 28px; line-height: 1.32; } .can svg { width: 26px; height: 26px; }
        .can li:nth-child(even) { display: none; } .can li:last-child { display: flex; }
        footer { gap: 16px; } footer svg { width: 48px; height: 48px; } footer b { font-size: 30px; } footer div { gap: 14px; } footer div + div { padding-left: 20px; }
        .clock { font-size: 44px; } .less { min-height: 104px; font-size: 36px; } .less .finger { width: 60px; height: 60px; }
        :host-context(html[data-language="en"]) footer .camera small { display: none; }
        :host-context(html[data-language="easy"]) .can li:nth-child(5) { display: none; }
        footer .phone small, footer .hours small { display: none; }
      }
      :host-context(html[data-large]) { .can { display: none; } .free { display: none; } h1 { font-size: calc(var(--t-title) * 0.9); } .now, .now b { font-size: var(--t-say); } .now .range { font-size: calc(var(--t-say) * 1.3); } .start small, footer small { display: none; } footer b { font-size: var(--t-min); } .hint p { font-size: var(--t-body); } }
      :host-context(html[data-large]) footer .hours { display: none; }
      @media (max-width: 1500px) { :host-context(html[data-large]) { .hint, .clock { display: none; } .why { font-size: var(--t-say); line-height: 1.3; } .closed { font-size: calc(var(--t-title) * 0.85); } .now { font-size: 38px; gap: 12px; } .now b { font-size: 38px; } .now .range { font-size: 46px; } } }
      :host-context(html[data-language="easy"]) .can li { line-height: 1.7; }
    `,
  ];
}
customElements.define("k-attract", KAttract);
