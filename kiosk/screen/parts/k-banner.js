// A thin strip that says which parts are not real: honest, not loud.

import { css, html, nothing } from "/vendor/lit.js";
import { Part, base } from "./base.js";

export class KBanner extends Part {
  render() {
    const display = this.display;
    if (!display?.simulated.length) return nothing;
    const words = this.words;
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
    `,
  ];
}
customElements.define("k-banner", KBanner);
