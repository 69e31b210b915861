// The numbers of a hall: every wish on one screen, one press, and the paper comes.

import { css, html, nothing } from "/vendor/lit.js";
import { purposeIcon } from "../parts/icons.js";
import { PagedScreen } from "./screen.js";

/** Wishes on one page: on a large screen, on a small one, and with large letters. */
const MANY = 16;
const SOME = 8;
const FEW = 4;

/** @extends {PagedScreen<import("/protocol/messages").Counter>} */
export class KCounter extends PagedScreen {
  /** @param {string} why @returns {import("../strings.js").StringKey} */
  shut(why) {
    return why === "no_staff" ? "counter.nobody" : why === "full" ? "purposes.closed_full" : why === "hours" ? "purposes.closed_hours" : "purposes.closed_today";
  }

  /** Whether words need the room of a picture. */
  get narrow() {
    return matchMedia("(max-width: 1500px)").matches;
  }

  /** @param {string} purpose @param {string} kind */
  tile(purpose, kind) {
    const { t, pick } = this.words;
    const why = this.screen?.closed[purpose];
    const name = purpose === "talk" ? "purposes.talk" : pick("purpose", purpose, "purpose.other");
    return html`<k-button kind=${kind} class=${why ? "closed" : ""} icon=${why && this.narrow ? nothing : purposeIcon(purpose)} control=${`purpose:${purpose}`}
      >${t(name)}${why ? html`<span slot="note" class="shut">${t(this.shut(why))}</span>` : purpose === "talk" ? html`<span slot="note" class="note">${t("counter.talk_note")}</span>` : nothing}</k-button
    >`;
  }

  render() {
    const screen = this.screen;
    const display = this.display;
    if (!screen || !display) return nothing;
    const { t } = this.words;
    const wishes = screen.purposes.filter((purpose) => purpose !== "talk");
    const most = display.large ? FEW : this.narrow ? SOME : MANY;
    const pages = Math.max(1, Math.ceil(wishes.length / most));
    const page = Math.min(this.page, pages - 1);
    return html`
      <main class=${pages > 1 ? "" : "whole"}>
        <header><h1>${t("counter.title")}</h1><p class="now">${t("counter.waiting", { n: html`<b class="number">${screen.waiting}</b>` })}</p></header>
        <div class="tiles">
          ${this.tile("talk", "talk")}
          ${wishes.slice(page * most, (page + 1) * most).map((purpose) => this.tile(purpose, "tile"))}
        </div>
      </main>
      ${pages > 1
        ? html`<k-footer .display=${display} exit="" @press=${this.turn}>
            ${page > 0 ? html`<k-button icon="back" control=${`leaf:${page - 1}`}>${t("purposes.back")}</k-button>` : nothing}
            ${page < pages - 1 ? html`<k-button control=${`leaf:${page + 1}`}>${t("purposes.more")}</k-button>` : nothing}
          </k-footer>`
        : nothing}
    `;
  }

  static styles = [
    ...PagedScreen.styles,
    css`
      main { display: flex; flex-direction: column; gap: 16px; }
      header { display: flex; align-items: baseline; justify-content: space-between; gap: 32px; }
      .now { white-space: nowrap; } .now b { font-size: 1.5em; color: var(--primary); padding: 0 0.1em; }
      .tiles { flex: 1; min-height: 0; display: grid; grid-template-columns: repeat(4, minmax(0, 1fr)); grid-template-rows: auto; grid-auto-rows: minmax(0, 1fr); gap: 20px; }
      .whole { grid-row: 1 / -1; }
      .tiles k-button[kind="talk"] { grid-column: 1 / -1; }
      .tiles k-button { min-height: 0; --btn-h: 88px; --tile-icon: 56px; --tile-gap: 4px; }
      .closed { --primary: #4d4d4d; --tile-note: block; --tile-icon: 0px; --l-tile: 1.1; --t-tile: 32px; --t-min: 28px; }
      .shut { justify-self: start; border-radius: 8px; padding: 0 12px; background: #333; color: #fff; font-weight: 700; white-space: nowrap; }
      @media (max-width: 1500px) { .closed { --tile-icon: 0px; --tile-gap: 0px; } :host-context(html:not([data-large])) .closed { --t-tile: 28px; } :host-context(html[data-language="easy"]:not([data-large])) .closed { white-space: nowrap; letter-spacing: -0.03em; } }
      @media (max-width: 1500px) { main { gap: 10px; padding-bottom: 18px; } .tiles { gap: 18px; } .tiles k-button { --btn-h: 96px; } .tiles k-button[kind="talk"] { --l-head: 1.25; } :host-context(html[data-language="easy"]) .note { display: none; } }
      :host-context(html[data-language="easy"]) .tiles { gap: 12px; }
      :host-context(html[data-large]) .tiles { grid-template-columns: repeat(2, minmax(0, 1fr)); }
      :host-context(html[data-large]) .now, :host-context(html[data-large]) .note { display: none; }
    `,
  ];
}
customElements.define("k-counter", KCounter);
