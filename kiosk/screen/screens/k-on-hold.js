// A promise with its time: the clerk is away, nobody sees or hears you.

import { css, html, nothing } from "/vendor/lit.js";
import { quietDesk } from "../parts/art.js";
import { icon } from "../parts/icons.js";
import { duration } from "../strings.js";
import { ScreenPart } from "./screen.js";

/** @extends {ScreenPart<import("/protocol/messages").OnHold>} */
export class KOnHold extends ScreenPart {
  static properties = { ...ScreenPart.properties, since: { type: Number } };

  constructor() {
    super();
    /** Seconds since this display arrived. */
    this.since = 0;
  }

  render() {
    const screen = this.screen;
    const display = this.display;
    if (!screen || !display) return nothing;
    const { t } = this.words;
    const consulted = display.company.find((one) => one.state !== "asked" && !one.held);
    const left = Math.max(0, screen.seconds - this.since);
    return html`
      <main>
        <section class="middle">
          <h1>${t("hold.title")}</h1>
          <p>${t("clerk.line", { department: screen.department, name: html`<b>${screen.staff_name}</b>` })}</p>
          ${consulted ? html`<p class="with">${t("hold.consulting", { department: consulted.department, name: consulted.name })}</p>` : nothing}
          <p class="promise">${t("hold.promise", { minutes: screen.minutes })}</p>
          ${left > 0
            ? html`<p class="left"><span>${t("hold.left")}</span><b class="number">${duration(this.words, left)}</b></p>`
            : html`<p class="left"><b>${t("hold.soon")}</b></p>`}
          <p class="off">${icon("camera_off")}${icon("mute")}<span>${t("hold.off")}</span></p>
        </section>
        <section class="art">${quietDesk()}</section>
      </main>
      <k-footer .display=${display} exit="end" exit-key="end" local></k-footer>
    `;
  }

  static styles = [
    ...ScreenPart.styles,
    css`
      main { display: grid; grid-template-columns: minmax(0, 1.8fr) minmax(0, 1fr); gap: 40px; }
      h1 { font-size: calc(var(--t-h1) * 1.25); }
      .left { display: flex; align-items: baseline; gap: 28px; flex-wrap: wrap; font-size: var(--t-body); line-height: 1.2; }
      .left b { font-size: calc(var(--t-h1) * 1.7); color: var(--primary); white-space: nowrap; }
      .off { display: flex; gap: 20px; align-items: center; border-top: 3px solid #ccc; padding-top: 16px; }
      .off svg { width: 48px; height: 48px; }
      @media (max-width: 1500px) { main { gap: 20px; } .middle { gap: 8px; } h1 { font-size: var(--t-h1); } .left b { font-size: calc(var(--t-h1) * 1.3); } }
      @media (max-width: 1500px) { :host-context(html[data-large]) { p { line-height: 1.2; } .left b { font-size: var(--t-h1); } .off { padding-top: 8px; } } }
      /* The count below says the same: what is new is with whom the clerk talks. */
      :host-context(html[data-large]) { main { grid-template-columns: minmax(0, 3fr) minmax(0, 1fr); } .with + .promise { display: none; } }
    `,
  ];
}
customElements.define("k-on-hold", KOnHold);
