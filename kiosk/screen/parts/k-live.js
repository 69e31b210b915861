// Whether you are seen or heard at this moment: a red dot, and in words.

import { css, html, nothing } from "/vendor/lit.js";
import { Part, base } from "./base.js";

export class KLive extends Part {
  render() {
    const display = this.display;
    const heard = display?.voice?.sending ?? false;
    if (!display || (!display.camera_on && !heard)) return nothing;
    const key = display.camera_on ? (heard ? "live.both" : "live.camera") : "live.microphone";
    return html`<p role="status"><i></i><span>${this.words.t(key)}</span></p>`;
  }

  static styles = [
    base,
    css`
      :host { display: grid; }
      p {
        display: flex; align-items: center; gap: 16px; min-height: 96px; padding: 0 24px; border: 4px solid var(--danger); border-radius: 16px; background: var(--danger-light);
        color: var(--color-primitive-red-1100); font-weight: 700; font-size: var(--t-chip); line-height: 1.2;
      }
      i { flex: none; width: 28px; height: 28px; border-radius: 50%; background: var(--color-primitive-red-800); border: 4px solid #fff; box-shadow: 0 0 0 4px var(--danger); }
      @media (max-width: 1500px) { p { padding: 0 14px; gap: 14px; max-width: 10.4em; } }
    `,
  ];
}
customElements.define("k-live", KLive);
