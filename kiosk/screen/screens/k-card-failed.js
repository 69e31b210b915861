// The card cannot be used: why, and that the talk goes on.

import { css, html, nothing } from "/vendor/lit.js";
import { icon } from "../parts/icons.js";
import { ScreenPart } from "./screen.js";

/** Another try cannot help here. */
const FINAL = new Set(["pin_locked", "pin_was_locked", "no_reader", "face_only", "expired", "no_certificate"]);

/** @extends {ScreenPart<import("/protocol/messages").CardFailed>} */
export class KCardFailed extends ScreenPart {
  render() {
    const screen = this.screen;
    if (!screen || !this.display) return nothing;
    const { t, pick } = this.words;
    return html`
      <main class="beside">
        <section class="middle">
          <p class="problem" role="alert">${icon("warning")}<span>${t(pick("problem", screen.problem, "problem.other"))}</span></p>
          <h1>${t("failed.title")}</h1>
          <p>${t(screen.wish.startsWith("attributes") ? "failed.lead" : "failed.other_way")}</p>
        </section>
      </main>
      <k-footer .display=${this.display} exit="end" exit-key="end">
        ${FINAL.has(screen.problem) ? nothing : html`<k-button icon="repeat" control="card_retry">${t("card.retry")}</k-button>`}
        <k-button kind="primary" control="card_skip">${t("failed.go_on")}</k-button>
      </k-footer>
    `;
  }

  static styles = [
    ...ScreenPart.styles,
    css`
      .middle { height: 100%; gap: 28px; }
      .problem { line-height: var(--l-head); }
      @media (max-width: 1500px) { :host-context(html[data-large]) .middle { gap: 8px; } .middle { gap: 16px; } .middle p { font-size: var(--t-body); } }
    `,
  ];
}
customElements.define("k-card-failed", KCardFailed);
