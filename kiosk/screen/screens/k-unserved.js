// The wish could not be met: what happened, what to do now, whom to telephone.

import { css, html, nothing } from "/vendor/lit.js";
import { when } from "../dates.js";
import { icon } from "../parts/icons.js";
import { ScreenPart } from "./screen.js";

/** Calling again at once cannot help here. */
const later = (/** @type {string} */ reason) => ["hours", "carry_over", "callback", "reservation", "callback_kept", "revoked"].includes(reason) || reason.startsWith("today_");

/** @extends {ScreenPart<import("/protocol/messages").Unserved>} */
export class KUnserved extends ScreenPart {
  render() {
    const screen = this.screen;
    const display = this.display;
    if (!screen || !display) return nothing;
    const { t, pick, find, language } = this.words;
    const advice = find("unserved", `do_${screen.reason}`);
    return html`
      <main>
        <section class="middle">
          <h1>${t(pick("unserved", screen.reason, "unserved.other"))}</h1>
          <p>${t(advice ?? pick("unserved", screen.reason.startsWith("today_") ? "do_today" : "do_other", "unserved.do_other"))}</p>
          ${screen.code ? html`<div class="keep"><p><span>${t("unserved.code")}</span><b class="code number">${screen.code.slice(0, 3)} ${screen.code.slice(3)}</b></p>${screen.opens_at ? html`<p><span>${t("unserved.come")}</span><b class="when">${when(screen.opens_at, language)}</b></p>` : nothing}</div>` : nothing}
          ${screen.opens_at && !screen.code ? html`<p class="opens">${t("attract.opens", { when: html`<b>${when(screen.opens_at, language)}</b>` })}</p>` : nothing}
          <div class=${screen.code ? "facts less" : "facts"}>
            ${screen.hours ? html`<div class="box hours">${icon("clock")}<p><span>${t("attract.hours")}</span><br /><b class="number">${when(screen.hours, language)}</b></p></div>` : nothing}
            ${display.telephone
              ? html`<div class="box">${icon("phone")}<p><span>${t("unserved.telephone")}</span><br /><b class="tel number">${display.telephone}</b></p></div>`
              : nothing}
            ${screen.number === null ? nothing : html`<div class="box">${icon("people")}<p><span>${screen.day ? html`${when(screen.day, language)} ` : nothing}${t("bye.number")}</span><br /><b class="tel number">${screen.number}</b></p></div>`}
          </div>
        </section>
      </main>
      <k-footer .display=${display} exit="done" exit-key="close" calm ?local=${!screen.reserve || (later(screen.reason) && !display.large)} ?crowded=${screen.reserve ?? false}>
        ${screen.reserve ? html`<k-button kind=${later(screen.reason) ? "primary" : "plain"} icon="clock" control="reserve">${t("reserve.instead")}</k-button>` : nothing}
        ${later(screen.reason) ? nothing : html`<k-button kind="primary" icon="repeat" control="start">${t("unserved.again")}</k-button>`}
      </k-footer>
    `;
  }

  static styles = [
    ...ScreenPart.styles,
    css`
      main { display: grid; background: var(--paper); }
      h1 { font-size: calc(var(--t-h1) * 1.25); }
      .middle { gap: 28px; }
      .facts { display: flex; flex-wrap: wrap; gap: var(--gap); }
      .keep { border: 5px solid var(--primary); border-radius: 24px; padding: 16px 40px; justify-self: start; background: #fff; } .keep p { display: flex; flex-wrap: wrap; align-items: center; gap: 0 40px; }
      .code { font-size: calc(var(--t-h1) * 2.2); line-height: 1.1; color: var(--primary); letter-spacing: 0.06em; white-space: nowrap; } .when { font-size: calc(var(--t-body) * 1.25); white-space: nowrap; }
      .keep .when { font-size: var(--t-body); }
      @media (max-width: 1500px) { .less { display: none; } .keep { padding: 8px 28px; } .code { font-size: calc(var(--t-h1) * 1.8); } }
      :host-context(html[data-large]) { .less { display: none; } .keep { padding: 4px 24px; } .middle:has(.keep) { gap: 6px; h1 { font-size: var(--t-say); } p { line-height: 1.35; } } .code { font-size: calc(var(--t-h1) * 1.5); } }
      .middle:has(.keep) { gap: 16px; } .middle:has(.keep) h1 { font-size: var(--t-h1); }
      .box { display: flex; gap: 28px; align-items: center; padding: 20px 40px; }
      .box svg { width: 72px; height: 72px; color: var(--primary); }
      .box p { line-height: 1.3; }
      .opens { border-left: 8px solid var(--primary); padding-left: 24px; }
      @media (max-width: 1500px) { :host-context(html[data-large]) .opens ~ .facts .hours { display: none; } }
      @media (max-width: 1500px) { .box { padding: 12px 24px; gap: 18px; } .box svg { width: 56px; height: 56px; } .middle { gap: 18px; } h1 { font-size: calc(var(--t-h1) * 1.1); } }
    `,
  ];
}
customElements.define("k-unserved", KUnserved);
