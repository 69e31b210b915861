/**
 * A shared page with what stands on it, as clerk and resident both see it: one drawing for both ends. It needs lit and nothing
 * else: no socket, no agent, no strings, so that it works in any page that gives it a picture.
 */
import { LitElement, css, html, nothing, svg } from "/vendor/lit.js";

/** @typedef {readonly [number, number]} Spot a place on the page, as parts of its width and height */
/** @typedef {{zoom: number, x: number, y: number}} Look which part both see: its middle, and 100, 150 or 200 */

export class PageView extends LitElement {
  static properties = { src: {}, width: { type: Number }, height: { type: Number }, look: { attribute: false }, dot: { attribute: false }, lines: { attribute: false }, label: {}, here: {} };

  constructor() {
    super();
    this.src = "";
    this.width = 1;
    this.height = 1;
    /** @type {Look} */ this.look = { zoom: 100, x: 0.5, y: 0.5 };
    /** @type {Spot | null} */ this.dot = null;
    /** @type {readonly (readonly Spot[])[]} */ this.lines = [];
    /** What the picture is called, for those who cannot see it. */
    this.label = "";
    /** The word beside the ring. */
    this.here = "";
  }

  /** Return the place of the page that lies at a point of the window; null beside it. @param {number} x @param {number} y @returns {[number, number] | null} */
  placeAt(x, y) {
    const box = this.renderRoot.querySelector(".page")?.getBoundingClientRect();
    if (!box || !box.width) return null;
    /** @type {[number, number]} */
    const place = [(x - box.left) / box.width, (y - box.top) / box.height];
    return place.every((part) => part >= 0 && part <= 1) ? place : null;
  }

  render() {
    if (!this.src) return nothing;
    const { zoom, x, y } = this.look;
    const shape = this.width / this.height;
    const wide = 1000 * shape;
    const line = (/** @type {readonly Spot[]} */ points) => points.map(([px, py]) => `${px * wide},${py * 1000}`).join(" ");
    return html`<div class="page" .style=${`--shape:${shape};--zoom:${zoom / 100};--x:${x};--y:${y}`}>
      <img src=${this.src} alt=${this.label} draggable="false" />
      <svg viewBox="0 0 ${wide} 1000" preserveAspectRatio="none" aria-hidden="true">
        ${this.lines.map((points) => svg`<polyline class="rim" points=${line(dotted(points))} /><polyline points=${line(dotted(points))} />`)}
      </svg>
      ${this.dot ? html`<div class="ring ${this.dot[0] > 0.8 ? "left" : ""}" .style=${`left:${this.dot[0] * 100}%;top:${this.dot[1] * 100}%`}>${this.here ? html`<b>${this.here}</b>` : nothing}</div>` : nothing}
    </div>`;
  }

  static styles = css`
    :host { display: block; position: relative; overflow: hidden; container-type: size; }
    .page { --w: calc(min(100cqw, 100cqh * var(--shape)) * var(--zoom)); --h: calc(var(--w) / var(--shape)); --sx: calc((100cqw - var(--w)) / 2); --sy: calc((100cqh - var(--h)) / 2);
      position: absolute; width: var(--w); height: var(--h); background: #fff;
      left: clamp(min(var(--sx), 2 * var(--sx)), 50cqw - var(--x) * var(--w), max(var(--sx), 0px));
      top: clamp(min(var(--sy), 2 * var(--sy)), 50cqh - var(--y) * var(--h), max(var(--sy), 0px)); }
    img, svg { position: absolute; inset: 0; width: 100%; height: 100%; user-select: none; }
    polyline { fill: none; stroke: #fb5b01; stroke-width: 6px; stroke-linecap: round; stroke-linejoin: round; vector-effect: non-scaling-stroke; } .rim { stroke: #fff; stroke-width: 11px; }
    .ring { position: absolute; width: 96px; height: 96px; margin: -48px 0 0 -48px; box-sizing: border-box; border: 9px solid #fb5b01; border-radius: 50%; box-shadow: 0 0 0 4px #fff, inset 0 0 0 4px #fff; pointer-events: none; }
    .ring b { position: absolute; left: calc(100% + 18px); top: 50%; transform: translateY(-50%); padding: 4px 16px; border-radius: 999px; background: #ac3e00; color: #fff; box-shadow: 0 0 0 4px #fff; font-size: 32px; line-height: 1.3; white-space: nowrap; }
    @container (max-width: 600px) { .ring { width: 64px; height: 64px; margin: -32px 0 0 -32px; border-width: 7px; } .ring b { left: calc(100% + 10px); padding: 2px 12px; font-size: 22px; } polyline { stroke-width: 4px; } .rim { stroke-width: 8px; } }
    .ring.left b { left: auto; right: calc(100% + 18px); }
  `;
}
customElements.define("page-view", PageView);

/** A tap is a line of one point: drawn as a dot. @param {readonly Spot[]} points */
function dotted(points) {
  return points.length === 1 && points[0] ? [points[0], points[0]] : points;
}
