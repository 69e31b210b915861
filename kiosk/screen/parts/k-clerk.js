// The clerk: one picture that stays alive from the first ring to the last word, wherever the screen puts it.

import { css, html, nothing } from "/vendor/lit.js";
import { clerkPicture } from "./art.js";
import { Part, base } from "./base.js";
import { icon } from "./icons.js";

/** @typedef {import("/protocol/messages").Companion} Companion */

export class KClerk extends Part {
  static properties = { ...Part.properties, place: { reflect: true }, video: { attribute: false }, videos: { attribute: false }, picture: { state: true }, pictures: { state: true } };

  constructor() {
    super();
    /** Where it stands. @type {"none" | "large" | "side" | "strip"} */
    this.place = "none";
    /** @type {HTMLVideoElement | null} */
    this.video = null;
    /** Frames have arrived since the element was last empty. */
    this.picture = false;
    /** Everybody's, by their number. @type {ReadonlyMap<number, HTMLVideoElement>} */
    this.videos = new Map();
    /** Whose picture has come. @type {ReadonlySet<HTMLVideoElement>} */
    this.pictures = new Set();
    /** @type {WeakSet<HTMLVideoElement>} */
    this.watched = new WeakSet();
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
    if (changed.has("videos")) for (const video of this.videos.values()) this.watch(video);
    if (changed.has("video")) this.picture = this.video !== null && this.pictures.has(this.video);
  }

  /** @param {HTMLVideoElement} video */
  watch(video) {
    if (this.watched.has(video)) return;
    this.watched.add(video);
    const look = () => {
      const shown = video.videoWidth > 0 && video.srcObject !== null;
      const others = [...this.pictures].filter((one) => one !== video);
      this.pictures = new Set(shown ? [...others, video] : others);
      if (video === this.video) this.picture = shown;
    };
    for (const news of ["resize", "playing", "emptied", "loadeddata"]) video.addEventListener(news, look);
    look();
  }

  render() {
    const { t, plain } = this.words;
    const shown = this.picture && this.camera;
    const connecting = this.display?.screen.type === "connecting";
    return html`<aside aria-label=${plain("clerk.video")}>
      <div class="lead"><div class="frame">
        <div class="video" ?hidden=${!shown}>${this.video}</div>
        ${shown || this.place === "none" ? nothing : html`<div class="still">${clerkPicture()}${this.camera || this.place === "strip" ? nothing : html`<p>${t("clerk.camera_off")}</p>`}</div>`}
        ${this.microphone || connecting || this.place === "strip" || this.place === "none" ? nothing : html`<p class="quiet">${icon("mute")}<span>${t("clerk.microphone_off")}</span></p>`}
      </div>
      ${this.place === "strip" || this.place === "none"
        ? nothing
        : html`<p class="name">${this.name ? t("clerk.line", { department: html`<small>${this.department}</small>`, name: html`<b>${this.name}</b>` }) : t("clerk.nameless")}</p>`}</div>
      ${this.place === "large" || this.place === "side" ? this.others() : nothing}
    </aside>`;
  }

  /** Everybody else in the conversation, and who is on the way. */
  others() {
    const company = this.display?.company ?? [];
    if (company.length === 0) return nothing;
    return html`<ul class="others">${company.map((one) => this.other(one))}</ul>`;
  }

  /** @param {Companion} one */
  other(one) {
    const { t } = this.words;
    const video = this.videos.get(one.generation);
    const shown = video !== undefined && one.camera && !one.held && this.pictures.has(video);
    const said = one.held ? "company.held" : one.state === "asked" ? "company.asked" : one.state === "coming" ? "company.coming" : "";
    return html`<li class=${one.state}>
      <div class="frame small"><div class="video" ?hidden=${!shown}>${video ?? nothing}</div>
        ${shown ? nothing : html`<div class="still">${clerkPicture()}</div>`}
        ${one.microphone || said ? nothing : html`<p class="quiet">${icon("mute")}</p>`}
      </div>
      <p class="who">${t(one.role === "interpreter" ? "company.interpreter" : "clerk.line", { department: html`<small>${one.department}</small>`, name: html`<b>${one.name}</b>` })}${said ? html`<small class="how">${t(said)}</small>` : nothing}</p>
    </li>`;
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
      .others { margin: 0; padding: 0; list-style: none; display: grid; align-content: start; gap: 16px; min-width: 0; }
      .who { font-size: var(--t-min); line-height: 1.25; padding: 6px 4px 0; }
      .who small { font-size: var(--t-min); } .who .how { display: block; color: var(--note); font-weight: 700; }
      .small { border-radius: 14px; border-width: 3px; } .small .quiet { padding: 4px 10px; left: 8px; top: 8px; }
      .asked .frame, .coming .frame { opacity: 0.6; }
      /* Large letters on a small screen: who is on the way stands in the sentence below. */
      @media (max-width: 1500px) { :host-context(html[data-large]):host([place="large"]) li:not(.here) { display: none; } }
      :host([place="large"][company]) aside { display: grid; grid-template-columns: minmax(0, 2fr) minmax(0, 1fr); gap: var(--gap); align-items: start; }
      :host([place="large"][company]) .name { display: block; height: auto; padding-top: 8px; white-space: pre-wrap; }
      :host([place="side"]) .small { display: none; }
      :host([place="side"]) .others { gap: 4px; border-top: 2px solid #ccc; margin-top: 8px; padding: 0 8px; }
      /* Large letters beside a question: three names and who is coming still end above the footer. */
      @media (max-width: 1500px) { :host-context(html[data-large]):host([place="side"][company]) { .name, .who, .who small, .name small { font-size: 32px; line-height: 1.15; } } :host-context(html[data-large]):host([place="large"]) :is(.who, .who small) { font-size: 34px; } }
      :host([place="side"]) .quiet span, :host([place="side"]) .quiet { font-size: 28px; }
    `,
  ];
}
customElements.define("k-clerk", KClerk);
