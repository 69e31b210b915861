// The paper under the camera as the clerk sees it, marks and all: a film from the agent, on this machine only.

import { css, html, nothing } from "/vendor/lit.js";
import { Part, base } from "./base.js";
import { icon } from "./icons.js";

/** @typedef {import("/protocol/messages").Call | import("/protocol/messages").StillAsk} Call */

const AGAIN_MS = 500;

export class KPaper extends Part {
  static properties = { ...Part.properties, screen: { attribute: false }, take: { state: true } };

  constructor() {
    super();
    /** @type {Call | undefined} */
    this.screen = undefined;
    /** Counts the films: one that broke off is begun anew. */
    this.take = 1;
    this.again = 0;
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.again);
    // The film's last picture goes with its element; an image that is only put away would keep it.
    this.renderRoot.querySelector("img")?.removeAttribute("src");
  }

  /** The agent had no picture, or ended the film: a moment later there may be one. */
  broke() {
    clearTimeout(this.again);
    this.again = setTimeout(() => (this.take += 1), AGAIN_MS);
  }

  render() {
    const { t, plain } = this.words;
    const sight = this.screen?.paper;
    const film = `/paper?t=${encodeURIComponent(location.hash.slice(1))}&n=${this.take}`;
    return html`<figure>
      <img src=${film} alt=${plain("paper.film")} @error=${this.broke} />
      ${sight === "looking" || sight === "lost" ? html`<p class=${sight} role="status">${icon("paper")}<span>${t(`paper.${sight}`)}</span></p>` : nothing}
    </figure>`;
  }

  static styles = [
    base,
    css`
      :host { display: grid; place-items: center; min-height: 0; }
      figure { position: relative; margin: 0; width: var(--paper-width, min(100%, calc((var(--main-h) - 32px) * 16 / 9))); height: var(--paper-height, auto); max-width: 100%; box-sizing: border-box; aspect-ratio: 16 / 9; border: 6px solid var(--color-primitive-orange-600, #fb5b01); border-radius: 20px; overflow: hidden; background: #2b3138; }
      img { display: block; width: 100%; height: 100%; object-fit: cover; }
      p { position: absolute; left: 24px; right: 24px; top: 24px; display: flex; align-items: center; gap: 20px; padding: 14px 28px; border-radius: 20px; border: 4px solid var(--note); background: var(--note-light); color: var(--ink); font-weight: 700; line-height: var(--l-head); }
      p span { min-width: 0; overflow-wrap: anywhere; }
      p svg { flex: none; width: 1.5em; height: 1.5em; color: var(--note); }
    `,
  ];
}
customElements.define("k-paper", KPaper);
