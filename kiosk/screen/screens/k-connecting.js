// Somebody answered: their name first, their face in a moment.

import { css, html, nothing } from "/vendor/lit.js";
import { ScreenPart } from "./screen.js";

/** @extends {ScreenPart<import("/protocol/messages").Connecting>} */
export class KConnecting extends ScreenPart {
  render() {
    const display = this.display;
    if (!this.screen || !display) return nothing;
    const { t } = this.words;
    return html`
      <main>
        <section class="middle" ?data-flash=${display.wants_text}>
          <h1>${t("connecting.title")}</h1>
          <p>${t("connecting.lead")}</p>
          <p class="wait" role="status"><i></i><i></i><i></i><span>${t("connecting.wait")}</span></p>
        </section>
      </main>
      <k-footer .display=${display} exit="end" exit-key="end"></k-footer>
    `;
  }

  static styles = [
    ...ScreenPart.styles,
    css`
      main { padding: 16px var(--edge) 16px calc(2 * var(--edge) + var(--clerk-w)); }
      .middle { height: 100%; border-radius: 20px; border: 6px solid var(--ok); background: var(--on-light); padding: 0 28px; }
      .middle p { font-size: var(--t-body); }
      .wait { display: flex; flex-wrap: wrap; align-items: center; gap: 0 12px; }
      .wait span { margin-left: 12px; }
      .wait i { flex: none; width: 18px; height: 18px; border-radius: 50%; background: var(--ok); animation: breathe 1.8s infinite; }
      .wait i:nth-child(2) { animation-delay: 0.3s; } .wait i:nth-child(3) { animation-delay: 0.6s; }
      /* Once a second for people who did not hear the bell: far below three flashes (WCAG 2.3.1), and in steps: no half-tones that cannot be read. */
      .middle[data-flash] { animation: flash 1s step-end 4; }
      @keyframes breathe { 50% { opacity: 0.25; } }
      @keyframes flash { 50% { background: var(--ok); color: #fff; } }
      @media (max-width: 1500px) { .middle { padding: 0 18px; } h1 { font-size: calc(var(--t-h1) * 0.86); } .wait i { width: 14px; height: 14px; } .wait { gap: 8px; } }
    `,
  ];
}
customElements.define("k-connecting", KConnecting);
