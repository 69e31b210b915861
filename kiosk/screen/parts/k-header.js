// Where you are, what you can change about the screen, and whether you are being seen or heard.

import { css, html, nothing } from "/vendor/lit.js";
import { when } from "../dates.js";
import { Part, base } from "./base.js";
import "./k-button.js";
import "./k-live.js";

export class KHeader extends Part {
  static properties = { ...Part.properties, inCall: { type: Boolean, attribute: "in-call", reflect: true } };

  constructor() {
    super();
    this.inCall = false;
  }

  render() {
    const display = this.display;
    if (!display) return nothing;
    const { t, language } = this.words;
    const louder = display.volume < 100;
    return html`<header>
      <p class="where"><b>${display.city} ${t("header.window")}</b><span>${display.site}${display.screen.type === "attract" && display.screen.open ? html`　<span class="clock">${when(display.screen.clock, language)}</span>` : nothing}</span></p>
      <nav>
        <k-live .display=${display}></k-live>
        <k-button kind="chip" control="setting:wants_text" .on=${display.wants_text}>${t("chip.wants_text")}</k-button>
        <k-button kind="chip" control="setting:large">${t(display.large ? "chip.normal" : "chip.large")}</k-button>
        <k-button kind="chip" control="setting:volume" icon=${louder ? "soft" : "loud"}>${t(louder ? "chip.louder" : "chip.quieter")}</k-button>
        ${this.inCall
          ? nothing
          : html`
              <k-button kind="chip" class="word" control=${`setting:language:${language === "easy" ? "ja" : "easy"}`}>${t(language === "easy" ? "chip.plain" : "chip.easy")}</k-button>
              <k-button kind="chip" class="word" control=${`setting:language:${language === "en" ? "ja" : "en"}`} lang=${language === "en" ? "ja" : "en"}
                >${t(language === "en" ? "chip.japanese" : "chip.english")}</k-button
              >
            `}
      </nav>
    </header>`;
  }

  static styles = [
    base,
    css`
      header { height: var(--header-h); display: flex; align-items: center; gap: 24px; padding: 0 var(--edge); border-bottom: 3px solid var(--line); background: #fff; }
      .where { min-width: 0; flex: 1; display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 24px; font-size: var(--t-chip); line-height: 1.25; max-height: calc(var(--header-h) - 8px); }
      .where b { font-size: 34px; }
      nav { flex: none; display: flex; gap: 16px; align-items: stretch; height: calc(var(--header-h) - 12px); }
      k-live { height: 100%; }
      k-button { height: 100%; }
      :host-context(html[data-large]) .where b { font-size: var(--t-chip); }
      :host-context(html[data-large]) .where span { display: none; }
      :host-context(html[data-large]) k-button { max-width: 7.2em; font-size: var(--t-chip); }
      @media (max-width: 1500px) {
        nav { gap: 12px; height: calc(var(--header-h) - 8px); }
        .where { font-size: 28px; line-height: 1.12; }
        .where b { font-size: 28px; }
        .clock { display: none; }
        :host-context(html[data-language="easy"]) .where span { display: none; }
        :host-context(html[data-writing]) header { display: none; }
        k-button { max-width: 6.9em; font-size: var(--t-chip); }
        :host-context(html[data-large]) .where { display: none; }
        :host-context(html[data-large]) nav { flex: 1; justify-content: flex-end; }
        :host-context(html[data-large]) k-button { max-width: 6.2em; }
      }
    `,
  ];
}
customElements.define("k-header", KHeader);
