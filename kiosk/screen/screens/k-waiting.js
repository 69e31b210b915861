// K05: the number, who is in front, how long; and if somebody could not come, why, in one sentence.

import { css, html, nothing } from "/vendor/lit.js";
import { windowPicture } from "../parts/art.js";
import { icon } from "../parts/icons.js";
import { minutes } from "../strings.js";
import { ScreenPart } from "./screen.js";

/** @typedef {import("/protocol/messages").Waiting} Waiting */

/** @extends {ScreenPart<Waiting>} */
export class KWaiting extends ScreenPart {
  render() {
    const screen = this.screen;
    const display = this.display;
    if (!screen || !display) return nothing;
    const { t, plain, pick } = this.words;
    const returned = screen.returned === null ? null : pick("returned", screen.returned, "returned.other");
    const moved = screen.moved === null ? null : pick("moved", screen.moved, "moved.other");
    const said = !display.link_up ? "link.waiting" : (returned ?? moved);
    const who = screen.next_name ? plain("clerk.line", { department: screen.next_department, name: screen.next_name }).trim() : screen.next_department;
    return html`
      <main>
        <section class="what">
          <h1>${screen.number === null ? t("waiting.asking") : who ? t("waiting.handed", { who }) : t(screen.handed ? "waiting.handed_other" : "waiting.title")}</h1>
          ${this.notice(screen)}
          ${said ? html`<p class="problem" role="status">${icon(said === moved ? "clock" : "warning")}<span>${t(said)}</span></p>` : nothing}
          <div class="facts" aria-live="polite">${screen.number === null ? windowPicture("") : this.place(screen)}</div>
          <p class="stay">${t("waiting.stay")}</p>
        </section>
        <section class="side">
          ${screen.number === null
            ? nothing
            : html`<div class="ticket">
                <p>${t("waiting.number")}</p>
                <b class="number">${screen.number}</b>
              </div>`}
          ${screen.questions === "none" ? this.tips() : this.asks(screen.questions)}
        </section>
      </main>
      <k-footer .display=${display} exit="quit" local>${screen.callback_offered ? html`<k-button icon="phone" control="callback">${t("waiting.callback")}</k-button>` : nothing}</k-footer>
    `;
  }

  /** What the city says to everybody who waits. @param {Waiting} screen */
  notice(screen) {
    const { t, find } = this.words;
    const known = screen.notice === null ? null : find("notice", screen.notice);
    if (!known && !screen.notice_text) return nothing;
    return html`<div class="notice" role="status">${icon("bell")}<p><small>${t("notice.title")}</small>${known ? html`<b>${t(known)}</b>` : nothing}${screen.notice_text ? html`<b>${screen.notice_text}</b>` : nothing}</p></div>`;
  }

  tips() {
    const { t } = this.words;
    return html`<div class="box">
      <h2>${t("waiting.meanwhile")}</h2>
      <ul>
        <li>${icon("paper")}<span>${t("waiting.tip_papers")}</span></li>
        <li>${icon("card")}<span>${t("waiting.tip_card")}</span></li>
        <li class="third">${icon("glasses")}<span>${t("waiting.tip_glasses")}</span></li>
      </ul>
    </div>`;
  }

  /** What can be answered meanwhile; never more than an offer. @param {Exclude<Waiting["questions"], "none" | undefined>} how */
  asks(how) {
    const { t } = this.words;
    if (how === "done")
      return html`<div class="box asks"><h2 class="thanks">${icon("check")}<span>${t("waiting.ask_done")}</span></h2><p>${t("waiting.ask_done_note")}</p>
        <k-button kind="quiet" control="questions">${t("waiting.ask_again")}</k-button></div>`;
    return html`<div class="box asks"><h2>${t(how === "some" ? "waiting.ask_some_title" : "waiting.ask_title")}</h2><p>${t(how === "some" ? "waiting.ask_some_note" : "waiting.ask_note")}</p>
      <k-button kind="primary" control="questions">${t(how === "some" ? "waiting.ask_some" : "waiting.ask_yes")}</k-button></div>`;
  }

  /** @param {Waiting} screen */
  place(screen) {
    const { t } = this.words;
    const eta = screen.wait_minutes
      ? html`<p class="eta">${t("waiting.eta", { range: html`<b class="number">${minutes(this.words, screen.wait_minutes)}</b>` })}</p>`
      : nothing;
    if (screen.ahead === null) return html`<p class="soon">${t("waiting.soon")}</p>`;
    if (screen.ahead === 0) return html`<p class="soon">${t("waiting.next")}</p>${eta}`;
    return html`<p class="ahead">${t("waiting.ahead", { n: html`<b class="number">${screen.ahead}</b>` })}</p>${eta}`;
  }

  static styles = [
    ...ScreenPart.styles,
    css`
      main { display: grid; grid-template-columns: minmax(0, 1.7fr) minmax(0, 1fr); gap: 40px; }
      .what { display: flex; flex-direction: column; gap: 20px; min-height: 0; }
      .notice { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 18px; align-items: center; border: 3px solid var(--primary); border-left-width: 14px; border-radius: 16px; background: #fff; padding: 12px 24px; line-height: var(--l-head); }
      .notice svg { width: 56px; height: 56px; color: var(--primary); } .notice small { display: block; font-size: 28px; } .notice b { display: block; overflow-wrap: anywhere; }
      .what:has(.notice) .stay { display: none; }
      :host-context(html[data-large]) .what:has(.notice) { gap: 8px; h1, .stay { display: none; } .notice { padding: 6px 18px; line-height: 1.2; font-size: 36px; } .notice svg { display: none; } .facts { gap: 0; } .ahead b { font-size: 1.2em; } }
      .facts { flex: 1; display: grid; align-content: center; gap: 12px; min-height: 0; }
      .ahead, .eta, .soon { font-size: calc(var(--t-h1) * 1.3); line-height: 1.25; font-weight: 700; white-space: nowrap; }
      .ahead b { font-size: 2.4em; line-height: 1; color: var(--primary); padding: 0 0.1em; }
      .eta { font-weight: 400; font-size: calc(var(--t-h1) * 1.1); }
      .eta b { font-size: 1.6em; line-height: 1.1; color: var(--primary); }
      .soon { color: var(--ok); font-size: calc(var(--t-h1) * 1.5); white-space: normal; }
      .side { display: grid; grid-template-rows: auto minmax(0, 1fr); gap: 24px; min-height: 0; }
      .ticket { border-radius: 24px; background: var(--paper); border: 4px solid var(--color-primitive-yellow-700); text-align: center; padding: 8px 24px 16px; }
      .ticket b { font-size: var(--ticket-number, 200px); line-height: 1; display: block; }
      .box { align-self: end; grid-row: -2; }
      .facts:has(.picture) { grid-template-rows: minmax(0, 1fr); align-content: stretch; }
      .asks { display: grid; grid-template-columns: minmax(0, 1fr); gap: 14px; border-color: var(--primary); } .asks k-button { --btn-pad: 12px; --primary-w: 0px; }
      .asks h2 { font-size: calc(var(--t-body) * 1.1); } .asks p { line-height: var(--l-head); font-size: calc(var(--t-body) * 0.9); }
      .thanks { display: flex; gap: 14px; align-items: center; color: var(--ok); } .thanks svg { width: 1.3em; height: 1.3em; flex: none; } .thanks span { min-width: 0; overflow-wrap: anywhere; }
      .box ul { display: grid; gap: 10px; margin-top: 8px; }
      li { display: flex; gap: 18px; align-items: center; line-height: var(--l-head); }
      li svg { width: 48px; height: 48px; color: var(--primary); }
      @media (max-width: 1500px) {
        .asks { gap: 8px; } .asks h2 { font-size: 30px; } .asks p { font-size: 28px; } .side:has(.asks) .ticket { --ticket-number: 88px; }
        main { gap: 24px; } .what { gap: 12px; } .ticket { --ticket-number: 128px; padding: 2px 16px 8px; } .side { gap: 14px; } .box { padding: 10px 16px 12px; }
        li { font-size: 28px; gap: 12px; } li svg { width: 40px; height: 40px; } .box ul { gap: 6px; margin-top: 4px; } .third { display: none; } .soon { font-size: calc(var(--t-h1) * 1.1); }
        .ahead { font-size: var(--t-h1); } .eta { font-size: calc(var(--t-h1) * 0.86); }
      }
      :host-context(html[data-large]) { .ahead { font-size: var(--t-h1); } .ahead b { font-size: 1.6em; } .eta { font-size: var(--t-say); } .eta b { font-size: 1.3em; } .box:not(.asks) { display: none; } .asks p, .asks h2:not(.thanks) { display: none; } .asks .thanks { font-size: var(--t-body); } .asks .thanks svg { display: none; } .side { grid-template-rows: minmax(0, 1fr); } .side:has(.asks) { grid-template-rows: minmax(0, 1fr) auto; } .ticket { display: grid; align-content: center; } .what:not(:has(.notice)) .stay { display: var(--stay, block); } }
      :host-context(html[data-language="easy"]) .third { display: none; }
      @media (max-width: 1500px) { :host-context(html[data-language="easy"]) li:nth-child(2) { display: none; }  .what:has(.problem) .stay { display: none; } :host-context(html[data-large]) .what:has(.problem) { h1 { display: none; } .problem { padding: 4px 16px; line-height: 1.15; font-size: 38px; } .facts { gap: 0; } } }
    `,
  ];
}
customElements.define("k-waiting", KWaiting);
