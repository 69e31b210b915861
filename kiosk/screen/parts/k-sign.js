// The frame in which a name is written with a finger or a pen: smooth ink at once, without pressure, and one way to begin anew.

import { css, html } from "/vendor/lit.js";
import { Part, base } from "./base.js";

/** The frame in its own units (server/protocol/values.py). */
const WIDTH = 1200;
const HEIGHT = 400;
/** A finger that moved less has not moved: what is sent stays small. */
const STEP = 4;
/** Points in all, and in one stroke: below what one message may hold. */
const MOST = 2600;
const MOST_STROKE = 1000;

/** @typedef {[number, number, number]} Point */

export class KSign extends Part {
  static properties = { ...Part.properties, earlier: { attribute: false } };

  constructor() {
    super();
    /** The name as it was written under another form of this visit: it stands here until somebody writes. @type {readonly Point[][]} */
    this.earlier = [];
    /** Whether what stands here is that name. */
    this.same = false;
    this.offered = "[]";
    /** @type {Point[][]} */
    this.ink = [];
    this.began = 0;
    /** The pointer that writes: a palm beside it draws nothing. */
    this.pointer = -1;
  }

  get inked() {
    return this.ink.length > 0;
  }

  render() {
    return html`<canvas width=${WIDTH * 2} height=${HEIGHT * 2} role="img" aria-label=${this.words.plain("form.sign")}></canvas>`;
  }

  firstUpdated() {
    this.began = performance.now();
    const canvas = this.canvas;
    canvas.addEventListener("pointerdown", (event) => {
      if (this.pointer !== -1 || event.button !== 0) return;
      canvas.setPointerCapture(event.pointerId);
      if (this.same) this.clear(); // nobody writes over a name
      this.pointer = event.pointerId;
      this.ink.push([this.at(event)]);
      this.draw();
      this.dispatchEvent(new CustomEvent("inked"));
    });
    canvas.addEventListener("pointermove", (event) => {
      if (event.pointerId !== this.pointer) return;
      const several = event.getCoalescedEvents();
      for (const one of several.length ? several : [event]) this.add(this.at(one));
      this.draw();
    });
    for (const end of /** @type {const} */ (["pointerup", "pointercancel"])) {
      canvas.addEventListener(end, (event) => {
        if (event.pointerId !== this.pointer) return;
        this.add(this.at(event));
        this.pointer = -1;
        this.draw();
        this.dispatchEvent(new CustomEvent("inked"));
      });
    }
  }

  /** Offer the earlier name once: who took it away does not get it back. @param {import("/vendor/lit.js").PropertyValues} changed */
  updated(changed) {
    const said = changed.has("earlier") ? JSON.stringify(this.earlier) : this.offered;
    if (said === this.offered) return;
    this.offered = said;
    if (this.inked && !this.same) return;
    this.ink = this.earlier.map((stroke) => [...stroke]);
    this.same = this.inked;
    this.draw();
    this.dispatchEvent(new CustomEvent("inked"));
  }

  get canvas() {
    return /** @type {HTMLCanvasElement} */ (this.renderRoot.querySelector("canvas"));
  }

  /** @param {PointerEvent} event @returns {Point} */
  at(event) {
    const box = this.canvas.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * WIDTH;
    const y = ((event.clientY - box.top) / box.height) * HEIGHT;
    const clamp = (/** @type {number} */ value, /** @type {number} */ most) => Math.round(Math.min(Math.max(value, 0), most));
    return [clamp(x, WIDTH), clamp(y, HEIGHT), Math.min(Math.round(performance.now() - this.began), 3_600_000)];
  }

  /** @param {Point} point */
  add(point) {
    const stroke = this.ink.at(-1);
    const last = stroke?.at(-1);
    if (!stroke || !last || stroke.length >= MOST_STROKE) return;
    if (this.ink.reduce((sum, one) => sum + one.length, 0) >= MOST) return;
    if (Math.hypot(point[0] - last[0], point[1] - last[1]) >= STEP) stroke.push(point);
  }

  clear() {
    this.same = false;
    this.ink = [];
    this.pointer = -1;
    this.draw();
    this.dispatchEvent(new CustomEvent("inked"));
  }

  /** What was written. */
  strokes() {
    return this.ink.slice(0, 200);
  }

  /** Curves through the middles, as on the paper. */
  draw() {
    const pen = this.canvas.getContext("2d");
    if (!pen) return;
    pen.setTransform(2, 0, 0, 2, 0, 0);
    pen.clearRect(0, 0, WIDTH, HEIGHT);
    pen.lineWidth = 9;
    pen.lineCap = pen.lineJoin = "round";
    pen.strokeStyle = "#111";
    for (const stroke of this.ink) {
      const [first = [0, 0, 0]] = stroke;
      pen.beginPath();
      pen.moveTo(first[0], first[1]);
      if (stroke.length === 1) pen.lineTo(first[0] + 0.1, first[1]);
      stroke.forEach((point, index) => {
        const next = stroke[index + 1];
        if (next) pen.quadraticCurveTo(point[0], point[1], (point[0] + next[0]) / 2, (point[1] + next[1]) / 2);
        else pen.lineTo(point[0], point[1]);
      });
      pen.stroke();
    }
  }

  static styles = [
    base,
    css`
      :host { display: grid; place-items: center; min-height: 0; container-type: size; }
      canvas {
        height: min(100cqh, calc(100cqw / 3)); aspect-ratio: 3; border: 5px solid var(--ink); border-radius: 20px; background: #fff; touch-action: none;
        background-image: linear-gradient(#fff, #fff), linear-gradient(90deg, #999 60%, transparent 0); background-size: 100% calc(78% - 3px), 24px 3px; background-repeat: no-repeat, repeat-x; background-position: 0 0, 0 78%; background-color: #fff;
      }
    `,
  ];
}
customElements.define("k-sign", KSign);
