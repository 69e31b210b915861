// The clerk: one picture that stays alive from the first ring to the last word, wherever the screen puts it.

import { css, html, nothing } from "/vendor/lit.js";
import { clerkPicture } from "./art.js";
import { Part, base } from "./base.js";
import { icon } from "./icons.js";

export class KClerk extends Part {
  static properties = { ...Part.properties, place: { reflect: true }, video: { attribute: false }, picture: { state: true } };

  constructor() {
    super();
    /** Where it stands. @type {"none" | "large" | "side" | "strip"} */
    this.place = "none";
    /** @type {HTMLVideoElement | null} */
    this.video = null;
    /** Frames have arrived since the element was last empty. */
    this.picture = false;
    this.name = "";
    this.department = "";
    this.camera = true;
    this.microphone = true;
  }

  /** @param {Map<PropertyKey, unknown>} changed */
  willUpdate(changed) {
    const screen = this.display?.screen;
    if (screen && "staff_name" in screen) {
      this.name = screen.staff_name;
      if ("department" in screen) this.department = screen.department;
    } else if (!this.display?.voice) {
      // Not while the picture only makes room for the PIN: whoever then says 「はい」 must read to whom.
      this.name = this.department = "";
    }
    if (screen?.type === "call" || screen?.type === "form") {
      this.camera = screen.clerk_camera;
      this.microphone = screen.clerk_microphone;
    } else if (screen?.type === "connecting") {
      this.camera = this.microphone = true;
    }
    if (changed.has("video") && this.video) this.watch(this.video);
  }

  /** @param {HTMLVideoElement} video */
  watch(video) {
    const look = () => (this.picture = video.videoWidth > 0 && video.srcObject !== null);
    for (const news of ["resize", "playing", "emptied", "loadeddata"]) video.addEventListener(news, look);
    look();
  }

  render() {
    const { t, plain } = this.words;
    const shown = this.picture && this.camera;
    const connecting = this.display?.screen.type === "connecting";
    return html`<aside aria-label=${plain("clerk.video")}>
      <div class="frame">
        <div class="video" ?hidden=${!shown}>${this.video}</div>
        ${shown || this.place === "none" ? nothing : html`<div class="still">${clerkPicture()}${this.camera || this.place === "strip" ? nothing : html`<p>${t("clerk.camera_off")}</p>`}</div>`}
        ${this.microphone || connecting || this.place === "strip" || this.place === "none" ? nothing : html`<p class="quiet">${icon("mute")}<span>${t("clerk.microphone_off")}</span></p>`}
      </div>
      ${this.place === "strip" || this.place === "none"
        ? nothing
        : html`<p class="name">${this.name ? t("clerk.line", { department: html`<small>${this.department}</small>`, name: html`<b>${this.name}</b>` }) : t("clerk.nameless")}</p>`}
    </aside>`;
  }

  static styles = [
    base,
    css`
      :host { position: absolute; z-index: 1; pointer-events: none; }
      :host([place="none"]) { visibility: hidden; width: 1px; height: 1px; overflow: hidden; }
      :host([place="large"]) { left: var(--edge); top: 16px; width: var(--clerk-w); }
      :host([place="side"]) { right: var(--edge); top: var(--pad); width: var(--side-w); }
      :host([place="strip"]) { left: var(--edge); top: 12px; width: var(--strip-w); }
      :host([place="strip"][corner]) { left: auto; right: var(--edge); }
      .frame { position: relative; aspect-ratio: 16 / 9; border-radius: 20px; overflow: hidden; background: #dfe7ee; border: 4px solid var(--line); }
      .video { position: absolute; inset: 0; }
      .video[hidden] { display: block; opacity: 0; } /* a hidden video may stop decoding; a transparent one does not */
      ::slotted(video), video { width: 100%; height: 100%; object-fit: cover; display: block; }
      .still { position: absolute; inset: 0; display: grid; place-items: end center; }
      .still svg { width: 100%; height: 100%; }
      .still p { position: absolute; left: 0; right: 0; bottom: 0; text-align: center; background: rgb(255 255 255 / 0.92); font-size: var(--t-min); padding: 4px 12px; }
      .quiet { position: absolute; left: 12px; top: 12px; display: flex; gap: 12px; align-items: center; background: var(--note-light); color: var(--note); font-weight: 700; font-size: var(--t-min); padding: 4px 20px; border-radius: 12px; }
      .quiet svg { width: 1.4em; height: 1.4em; }
      .name { height: var(--clerk-name-h); display: flex; align-items: center; font-size: var(--t-name); line-height: 1.2; white-space: pre; overflow: hidden; padding: 0 8px; }
      .name small { font-size: var(--t-min); }
      :host([place="side"]) .name { height: auto; white-space: normal; font-size: var(--t-min); padding-top: 8px; flex-wrap: wrap; }
      :host([place="side"]) .quiet span, :host([place="side"]) .quiet { font-size: 28px; }
    `,
  ];
}
customElements.define("k-clerk", KClerk);
