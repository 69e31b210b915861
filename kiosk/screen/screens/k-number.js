// A number of the hall: it stands here as large as on the paper, and the next person may press at once.

import { css, html, nothing } from "/vendor/lit.js";
import { icon } from "../parts/icons.js";
import { minutes } from "../strings.js";
import { ScreenPart } from "./screen.js";

/** @extends {ScreenPart<import("/protocol/messages").NumberShown>} */
export class KNumber extends ScreenPart {
  /** What to do with the paper, or without it. */
  paper() {
    const { t } = this.words;
    const how = this.screen?.paper;
    if (how === "coming") return html`<p class="paper">${icon("paper")}<span>${t("number.coming")}</span></p>`;
    if (how === "printed") return html`<p class="paper ok">${icon("check")}<span>${t("number.printed")}</span></p>`;
    return html`<p class="paper problem" role="alert">${icon("warning")}<span>${t("number.no_paper")}</span></p>`;
  }

  render() {
    const screen = this.screen;
    if (!screen || !this.display) return nothing;
    const { t, pick } = this.words;
    if (screen.number === null) return html`<main class="wait"><h1>${t("number.making")}</h1></main>`;
    return html`
      <main>
        <section class="card"><p>${t("number.yours")}</p><b class="number">${screen.number}</b></section>
        <section class="side">
          <h1>${t(screen.purpose === "talk" ? "purposes.talk" : pick("purpose", screen.purpose, "purpose.other"))}</h1>
          <p class="ahead">${screen.ahead ? t("waiting.ahead", { n: html`<b class="number">${screen.ahead}</b>` }) : t("number.next")}</p>
          ${screen.wait_minutes && screen.ahead ? html`<p class="eta">${t("waiting.eta", { range: html`<b class="number">${minutes(this.words, screen.wait_minutes)}</b>` })}</p>` : nothing}
          ${this.paper()}
          <p class="how">${t("number.how")}</p>
        </section>
      </main>
      <k-footer .display=${this.display} exit="" silent><k-button kind="primary" control="done">${t("number.done")}</k-button></k-footer>
    `;
  }

  static styles = [
    ...ScreenPart.styles,
    css`
      main { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1.2fr); gap: 56px; align-items: center; }
      .wait { grid-template-columns: 1fr; justify-items: center; }
      .card { display: grid; align-content: center; text-align: center; height: 100%; border-radius: 24px; background: var(--paper); border: 6px solid var(--color-primitive-yellow-700); }
      .card p { font-size: var(--t-h1); } .card b { font-size: min(360px, 26vw); line-height: 1; }
      .side { display: grid; gap: 24px; min-width: 0; }
      .ahead { font-size: var(--t-h1); font-weight: 700; } .ahead b { font-size: 1.6em; color: var(--primary); padding: 0 0.1em; }
      .eta { font-size: var(--t-say); } .eta b { font-size: 1.3em; }
      .paper { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 18px; align-items: center; border: 4px solid var(--primary); border-radius: 16px; background: #fff; padding: 14px 24px; line-height: var(--l-head); font-weight: 700; }
      .paper svg { width: 56px; height: 56px; color: var(--primary); } .ok { border-color: var(--ok); } .ok svg { color: var(--ok); }
      .problem { border-color: #a32100; } .problem svg { color: #a32100; }
      @media (max-width: 1500px) { main { gap: 28px; } .side { gap: 12px; } .paper { padding: 8px 18px; } .paper svg { width: 44px; height: 44px; } .card b { font-size: 240px; } }
      @media (max-width: 1500px) { :host-context(html[data-language="easy"]) .side { gap: 4px; } }
      :host-context(html[data-large]) .how { display: none; }
    `,
  ];
}
customElements.define("k-number", KNumber);
