// K02: eight wishes and one that is never wrong.

import { css, html, nothing } from "/vendor/lit.js";
import { purposeIcon } from "../parts/icons.js";
import { ScreenPart } from "./screen.js";

/** @typedef {import("/protocol/messages").Purposes} Purposes */

/** With large letters half as many fit: the page shows its own half first, then asks for the next page. */
const HALF = 4;

/** @extends {ScreenPart<Purposes>} */
export class KPurposes extends ScreenPart {
  static properties = { ...ScreenPart.properties, second: { state: true } };

  constructor() {
    super();
    this.second = false;
    this.page = 1;
    /** Going back lands on the second half of the page before. */
    this.backwards = false;
  }

  willUpdate() {
    const page = this.screen?.page ?? 1;
    if (page === this.page) return;
    this.page = page;
    this.second = this.backwards;
    this.backwards = false;
  }

  /** @param {CustomEvent<string>} event */
  turn(event) {
    if (event.detail !== "half:2" && event.detail !== "half:1") {
      this.backwards = event.detail === "page:1";
      return;
    }
    event.stopPropagation();
    this.second = event.detail === "half:2";
  }

  /** What a wish nobody takes now says instead of its note. @param {string | undefined} why */
  shut(why) {
    if (why === "no_booking") return "purposes.closed_no_booking";
    return why === "full" ? "purposes.closed_full" : why === "hours" ? "purposes.closed_hours" : "purposes.closed_today";
  }

  render() {
    const screen = this.screen;
    const display = this.display;
    if (!screen || !display) return nothing;
    const { t, pick, find } = this.words;
    const halves = display.large && screen.purposes.length > HALF;
    const shown = halves ? screen.purposes.slice(this.second ? HALF : 0, this.second ? undefined : HALF) : screen.purposes;
    const back = halves && this.second ? "half:1" : screen.page === 2 ? "page:1" : "";
    const on = halves && !this.second ? "half:2" : screen.page === 1 ? "page:2" : "";
    const brought = screen.takes_up && screen.page === 1 && !back; // a number from before
    return html`
      <main>
        <h1>${t(screen.later ? "purposes.later_title" : "purposes.title")}</h1>
        <p class="lead">${display.link_up ? t(screen.later ? "purposes.later_lead" : "purposes.lead") : t("link.choosing")}</p>
        <div class="tiles">
          <k-button kind="talk" icon="people" control="purpose:talk">${t("purposes.talk")}<span slot="note" class="note">${t("talk" in screen.closed ? this.shut(screen.closed["talk"]) : "purposes.talk_note")}</span></k-button>
          ${shown.map((purpose) => {
            const note = purpose in screen.closed ? this.shut(screen.closed[purpose]) : find("purpose_note", purpose);
            return html`<k-button kind="tile" class=${purpose in screen.closed ? "closed" : ""} icon=${purposeIcon(purpose)} control=${`purpose:${purpose}`}
              >${t(pick("purpose", purpose, "purpose.other"))}${note ? html`<span slot="note" class=${purpose in screen.closed ? "shut" : ""}>${t(note)}</span>` : nothing}</k-button
            >`;
          })}
        </div>
      </main>
      <k-footer .display=${display} exit="quit" ?local=${!display.large} ?crowded=${brought && !display.large} @press=${this.turn}>
        ${brought ? html`<k-button control="check_in">${t("purposes.take_up")}</k-button>` : nothing}
        ${back ? html`<k-button icon="back" control=${back}>${t("purposes.back")}</k-button>` : nothing}
        ${on ? html`<k-button control=${on}>${t("purposes.more")}</k-button>` : nothing}
      </k-footer>
    `;
  }

  static styles = [
    ...ScreenPart.styles,
    css`
      main { display: flex; flex-direction: column; }
      .lead { line-height: var(--l-head); }
      .tiles { margin-top: 16px; flex: 1; min-height: 0; display: grid; grid-template-columns: repeat(4, minmax(0, 1fr)); grid-template-rows: repeat(3, minmax(0, 1fr)); gap: var(--gap); }
      .tiles k-button[kind="talk"] { grid-column: 1 / -1; }
      .tiles k-button { min-height: 0; --btn-h: 96px; }
      .closed { --primary: #4d4d4d; --tile-note: block; --l-tile: 1.1; --t-tile: 32px; --t-min: 28px; }
      .shut { justify-self: start; border-radius: 8px; padding: 0 12px; background: #333; color: #fff; font-weight: 700; white-space: nowrap; }
      /* On a small screen the word that matters takes the place of the picture. */
      @media (max-width: 1500px) { .closed { --tile-icon: 0px; --tile-gap: 0px; --l-tile: 1.1; } :host-context(html:not([data-large])) .closed { --t-tile: 28px; } :host-context(html[data-language="easy"]:not([data-large])) .closed { white-space: nowrap; letter-spacing: -0.03em; } }
      @media (max-width: 1500px) { .tiles { margin-top: 10px; gap: 18px; } main { padding-bottom: 18px; } .tiles k-button[kind="talk"] { --l-head: 1.25; } }
      :host-context(html[data-large]) .tiles { grid-template-columns: repeat(2, minmax(0, 1fr)); }
      :host-context(html[data-large]) .lead { display: none; }
      :host-context(html[data-large]) .note { display: none; }
      @media (max-width: 1500px) { :host-context(html[data-language="easy"]) .lead { display: none; } }
    `,
  ];
}
customElements.define("k-purposes", KPurposes);
