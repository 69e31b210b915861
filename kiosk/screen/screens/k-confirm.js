// One question before anybody's telephone rings.

import { css, html, nothing } from "/vendor/lit.js";
import { blueButton, windowPicture } from "../parts/art.js";
import { ScreenPart } from "./screen.js";

/** @extends {ScreenPart<import("/protocol/messages").Confirm>} */
export class KConfirm extends ScreenPart {
  render() {
    const screen = this.screen;
    const display = this.display;
    if (!screen || !display) return nothing;
    const { t, pick } = this.words;
    return html`
      <main>
        <section class="middle">
          <h1>${t("confirm.title")}</h1>
          ${screen.purpose === "talk"
            ? nothing
            : html`<p class="purpose"><span>${t("confirm.purpose")}</span><b>${t(pick("purpose", screen.purpose, "purpose.other"))}</b></p>`}
          <p>${display.link_up ? t("confirm.note") : t("link.choosing")}</p>
          <p class="hint">${blueButton()}<span>${t("confirm.button")}</span></p>
        </section>
        <section class="art">${windowPicture("")}</section>
      </main>
      <k-footer .display=${display} exit="cancel" ?local=${!screen.reserve || (this.words.language === "ja" && !display.large)} ?crowded=${screen.reserve ?? false}>
        ${screen.reserve ? html`<k-button icon="clock" control="reserve">${t("reserve.another")}</k-button>` : nothing}
        <k-button kind="primary" control="confirm">${t("confirm.yes")}</k-button>
      </k-footer>
    `;
  }

  static styles = [
    ...ScreenPart.styles,
    css`
      main { display: grid; grid-template-columns: minmax(0, 1.5fr) minmax(0, 1fr); gap: 40px; }
      h1 { font-size: calc(var(--t-h1) * 1.25); }
      .middle { gap: 28px; }
      .purpose { display: flex; flex-wrap: wrap; gap: 0 28px; align-items: baseline; border: 4px solid var(--line); border-radius: 20px; padding: 12px 28px; justify-self: start; }
      .purpose b { font-size: calc(var(--t-h1) * 0.9); }
      .hint { display: flex; gap: 24px; align-items: center; }
      .blue { width: 90px; height: 76px; }
      .art { min-height: 0; }
      k-button { --primary-w: 460px; }
      @media (max-width: 1500px) { .middle { gap: 16px; } main { gap: 24px; } k-button { --primary-w: 340px; } h1 { font-size: calc(var(--t-h1) * 1.1); } }
      :host-context(html[data-large]) { .hint { display: none; } h1 { font-size: var(--t-h1); } }
    `,
  ];
}
customElements.define("k-confirm", KConfirm);
