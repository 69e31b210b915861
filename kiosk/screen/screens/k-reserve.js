// A time is reserved, or given back: a few large buttons, one look at it, six digits to take home.

import { css, html, nothing } from "/vendor/lit.js";
import { moment } from "../dates.js";
import { icon } from "../parts/icons.js";
import { said } from "./k-keypad.js";
import { ScreenPart } from "./screen.js";

/** @extends {ScreenPart<import("/protocol/messages").Reserve>} */
export class KReserve extends ScreenPart {
  render() {
    const screen = this.screen;
    if (!screen || !this.display) return nothing;
    switch (screen.step) {
      case "places":
      case "days":
      case "times":
        return this.choice(screen);
      case "confirm":
      case "cancel":
        return this.look(screen);
      case "made":
      case "cancelled":
        return this.done(screen);
    }
  }

  /** @param {import("/protocol/messages").Reserve} screen */
  trouble(screen) {
    if (!screen.problem) return nothing;
    const { t, pick } = this.words;
    return html`<p class="problem" role="alert">${icon("warning")}<span>${t(pick("reserve", `problem_${screen.problem}`, "reserve.problem_other"))}</span></p>`;
  }

  /** Days, or times: the same large buttons. @param {import("/protocol/messages").Reserve} screen */
  choice(screen) {
    const { t, language } = this.words;
    const none = !screen.loading && !screen.shown.length;
    const title = screen.step === "times" ? t("reserve.times", { day: html`<b>${moment(screen.day, language).day}</b>` }) : t(screen.step === "days" ? "reserve.days" : "reserve.title");
    return html`
      <main class="choose">
        <h1>${title}</h1>
        ${screen.problem ? this.trouble(screen) : screen.loading || none || screen.step === "places" ? html`<p class=${none || screen.loading ? "say" : "lead"}>${t(screen.loading ? "reserve.loading" : none ? "reserve.none" : "reserve.lead")}</p>` : nothing}
        ${none ? this.telephone() : nothing}
        <div class=${`places ${screen.step}`}>
          ${screen.shown.map((iso, at) => {
            const { day, clock } = moment(iso, language);
            return html`<k-button control=${`pick:${at}`} ?off=${screen.sending}><b>${screen.step === "times" ? clock : day}</b>${screen.step === "places" ? html`<br /><b>${clock}</b>` : nothing}</k-button>`;
          })}
        </div>
      </main>
      <k-footer .display=${this.display} exit="quit" crowded>
        <k-button icon="back" control="back" ?off=${screen.sending}>${t("purposes.back")}</k-button>
        ${screen.less ? html`<k-button control="less">${t("reserve.less")}</k-button>` : nothing}
        ${screen.more ? html`<k-button control="more">${t("reserve.more")}</k-button>` : nothing}
        ${screen.step === "places" && !screen.loading ? (none ? html`<k-button kind="primary" icon="repeat" control="start">${t("reserve.again")}</k-button>` : html`<k-button control="other_day" ?off=${screen.sending}>${t("reserve.other_day")}</k-button>`) : nothing}
      </k-footer>
    `;
  }

  /** When, where and what for, before it is said. @param {import("/protocol/messages").Reserve} screen */
  look(screen) {
    const { t, pick, language } = this.words;
    const { day, clock } = moment(screen.chosen, language);
    const confirm = screen.step === "confirm";
    return html`
      <main>
        <section class="middle">
          <h1>${t(confirm ? "reserve.confirm" : "reserve.cancel")}</h1>
          ${this.trouble(screen)}
          <dl>
            <div class="when"><dt>${t("reserve.when")}</dt><dd><b>${day}</b> <b>${clock}</b></dd></div>
            ${confirm ? html`<div><dt>${t("reserve.where")}</dt><dd>${this.display?.site}</dd></div>` : nothing}
            <div><dt>${t("reserve.what")}</dt><dd>${t(screen.purpose === "talk" ? "purposes.talk" : pick("purpose", screen.purpose, "purpose.other"))}</dd></div>
            ${confirm ? html`<div><dt>${t("reserve.telephone")}</dt><dd class="number">${screen.number ? said(screen.number) : t("reserve.no_telephone")}</dd></div>` : nothing}
          </dl>
        </section>
      </main>
      <k-footer .display=${this.display} exit="quit" crowded>
        <k-button icon="back" control="back" ?off=${screen.sending}>${t(confirm ? "purposes.back" : "reserve.cancel_no")}</k-button>
        <k-button kind="primary" control="confirm" ?off=${screen.sending}>${t(confirm ? "reserve.yes" : "reserve.cancel_yes")}</k-button>
      </k-footer>
    `;
  }

  /** The digits, large enough to be copied by hand. @param {import("/protocol/messages").Reserve} screen */
  done(screen) {
    const { t, language } = this.words;
    const { day, clock } = moment(screen.chosen, language);
    const made = screen.step === "made";
    const paper = screen.printed === null ? "reserve.printing" : screen.printed === "printed" ? "reserve.printed" : "reserve.not_printed";
    return html`
      <main>
        <section class="middle done">
          <h1>${t(made ? "reserve.made" : "reserve.cancelled")}</h1>
          ${made
            ? html`<div class="keep"><p class="when"><b>${day}</b> <b>${clock}</b></p><p><span>${t("reserve.code")}</span><b class="code number">${screen.code.slice(0, 3)} ${screen.code.slice(3)}</b></p></div>
                <p class=${screen.printed !== null && screen.printed !== "printed" ? "problem" : "paper"} role="status">${icon(screen.printed !== null && screen.printed !== "printed" ? "warning" : "paper")}<span>${t(paper)}</span></p>
                <p class="how">${t("reserve.how")}</p>
                <p class="bring"><span>${t("reserve.bring")}</span> <b>${t("reserve.bring_who")}</b>${screen.bring.map((one) => html`<b lang="ja">${one}</b>`)}</p>`
            : html`<p>${t("reserve.cancelled_lead")}</p>`}
        </section>
      </main>
      <k-footer .display=${this.display} exit="" local>
        <k-button kind="primary" control="done">${t("reserve.done")}</k-button>
      </k-footer>
    `;
  }

  static styles = [
    ...ScreenPart.styles,
    css`
      main { display: grid; background: var(--paper); }
      .choose { display: flex; flex-direction: column; gap: 12px; }
      .lead { line-height: var(--l-head); }
      .say { font-size: var(--t-say); }
      .places { margin-top: 12px; flex: 1; min-height: 0; display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); grid-auto-rows: minmax(0, 1fr); gap: var(--gap); }
      .places k-button { min-height: 0; min-width: 0; --btn-h: 96px; --btn-pad: 8px; --t-btn: calc(var(--t-h1) * 1.1); }
      .days, .times { grid-template-columns: repeat(3, minmax(0, 1fr)); grid-template-rows: repeat(2, minmax(0, 1fr)); }
      .places b { white-space: nowrap; }
      dl { display: grid; gap: 14px; border: 4px solid var(--line); border-radius: 24px; padding: 24px 40px; background: #fff; margin: 0; }
      dl div { display: grid; grid-template-columns: 6em minmax(0, 1fr); gap: 24px; align-items: baseline; font-size: var(--t-say); line-height: 1.35; }
      dd { margin: 0; font-weight: 700; }
      .when dd b { font-size: calc(var(--t-h1) * 1.15); white-space: nowrap; }
      .done { gap: 18px; }
      .keep { border: 5px solid var(--primary); border-radius: 24px; padding: 16px 40px; background: #fff; justify-self: start; }
      .keep p { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 32px; }
      .keep .when b { font-size: calc(var(--t-h1) * 1.1); white-space: nowrap; }
      .code { font-size: calc(var(--t-h1) * 2.1); line-height: 1.1; color: var(--primary); letter-spacing: 0.06em; white-space: nowrap; }
      .paper { display: flex; gap: 20px; align-items: center; font-weight: 700; }
      .paper svg { width: 1.5em; height: 1.5em; color: var(--primary); }
      :host-context(html[data-language="easy"]) .middle:has(dl):has(.problem) h1 { display: none; }
      .bring b { display: inline-block; padding-right: 0.8em; } .bring b::before { content: "・"; }
      @media (max-width: 1500px) { .days k-button, .choose:has(.problem) k-button { --t-btn: calc(var(--t-h1) * 0.9); } }
      @media (max-width: 1500px) { dl { padding: 12px 24px; gap: 8px; } .done { gap: 10px; } .keep { padding: 8px 24px; } .code { font-size: calc(var(--t-h1) * 1.7); } .how { display: none; } }
      :host-context(html[data-large]) .how, :host-context(html[data-large]) .bring { display: none; }
      /* Without a paper the screen alone says what the digits are for. */
      .done:has(.problem) .how { display: block; } @media (min-width: 1501px) { :host-context(html[data-large]) .done:has(.problem) .how { display: block; } }
      .done:has(.problem) .bring { display: var(--bring, block); }
      @media (max-width: 1500px) { .done:has(.problem) { --bring: none; } } :host-context(html[data-large]) .done:has(.problem), :host-context(html[data-language="easy"]) .done:has(.problem) { --bring: none; }
      :host-context(html[data-large]) .lead { display: none; }
      :host-context(html[data-large]) .choose { gap: 4px; }
      :host-context(html[data-large]) dl div { grid-template-columns: 6em minmax(0, 1fr); }
      @media (max-width: 1500px) { :host-context(html[data-large]) .places { gap: 14px; margin-top: 4px; } :host-context(html[data-large]) :is(.days, .times) k-button { --t-btn: 46px; } :host-context(html[data-large]) .choose:has(.problem) { h1 { display: none; } .places k-button { --t-btn: 50px; } .problem { padding: 4px 16px; line-height: 1.25; } } }
      @media (max-width: 1500px) { :host-context(html[data-large]) { dl { padding: 4px 20px; } h1 { font-size: var(--t-say); } .when dd b, .keep .when b { font-size: var(--t-say); } .middle { gap: 6px; } } }
    `,
  ];
}
customElements.define("k-reserve", KReserve);
