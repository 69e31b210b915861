// A strip over everything: who watches this conversation; else which parts are not real. Honest, not loud.

import { css, html, nothing } from "/vendor/lit.js";
import { Part, base } from "./base.js";
import { icon } from "./icons.js";

export class KBanner extends Part {
  render() {
    const display = this.display;
    const words = this.words;
    // Somebody who sees and hears a conversation is said on each of its screens, before anything else.
    if (display?.watched_by.length) return html`<aside class="watched" role="status"><p>${icon("people")}<span>${words.t("watched", { name: html`<b>${display.watched_by.join(words.plain("device.joint"))}</b>` })}</span></p></aside>`;
    if (!display?.simulated.length) return nothing;
    const joint = words.t("device.joint");
    const names = display.simulated.flatMap((name) => words.find("device", name) ?? []);
    const cameras = names.includes("device.face_camera") && names.includes("device.document_camera");
    // Two cameras are one thing to a resident, and one line must do.
    const shown = cameras && words.language === "ja" ? names.filter((name) => name !== "device.document_camera") : names;
    const devices = shown.map((name, index) => [index ? joint : "", cameras && words.language === "ja" && name === "device.face_camera" ? "カメラ" : words.t(name)]);
    return html`<aside><p>${words.t("banner.simulated", { devices })}</p></aside>`;
  }

  static styles = [
    base,
    css`
      :host { background: var(--note-light); color: var(--note); overflow: hidden; }
      p { height: var(--banner-h); padding: 0 var(--edge); font-size: 28px; line-height: var(--banner-h); white-space: nowrap; text-align: center; }
      rt { display: none; }
      .watched { background: var(--primary); color: #fff; }
      .watched p { display: flex; gap: 20px; justify-content: center; align-items: center; font-size: 36px; }
      .watched svg { width: 44px; height: 44px; flex: none; }
      :host-context(html[data-writing]) .watched p { font-size: 30px; }
      :host-context(html[data-writing]) .watched svg { width: 34px; height: 34px; }
    `,
  ];
}
customElements.define("k-banner", KBanner);
