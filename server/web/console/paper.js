/**
 * The paper under the resident's camera: pointing, ink, the part both look at. The kiosk draws what is pointed at into the
 * picture it sends to both ends, so what stands in this picture is what the resident sees.
 */
import { html, nothing } from "/vendor/lit.js";
import { Plain } from "/shared/elements.js";
import { t } from "/shared/strings.ja.js";
import { keyLabel } from "./actions.js";

/** @typedef {import("./actions.js").Action} Action */
/** @typedef {import("./media.js").CallMedia} CallMedia */
/** @typedef {[number, number]} Spot a place in the picture, as parts of its width and height */
/**
 * What is true at the kiosk now.
 * @typedef {object} Told
 * @property {boolean} shown
 * @property {"looking" | "seen" | "lost" | null} paper
 * @property {boolean} ring
 * @property {number} strokes
 * @property {boolean} frozen
 * @property {number} leaf the shared page both look at instead; 0 = none
 * @property {number} of
 * @property {number[]} leaves those that are there
 * @property {Spot | null} dot on the shared page, as are the lines
 * @property {Spot[][]} lines
 * @property {{zoom: 100 | 150 | 200, x: number, y: number, turn: 0 | 90 | 180 | 270}} look
 */

const SHAPE = 16 / 9;
const EVERY = 50;
const STEP = 0.01;
/** @type {readonly Told["look"]["zoom"][]} */
const ZOOMS = [100, 150, 200];
/** @type {Told} */
const NOTHING = { shown: false, paper: null, ring: false, strokes: 0, frozen: false, leaf: 0, of: 0, leaves: [], dot: null, lines: [], look: { zoom: 100, x: 0.5, y: 0.5, turn: 0 } };

/** Return the place of a picture that lies at a point of its box, bars and all; null beside it. @param {{width: number, height: number}} box @param {number} x @param {number} y @returns {Spot | null} */
export function spotAt(box, x, y) {
  const width = Math.min(box.width, box.height * SHAPE);
  const height = width / SHAPE;
  const spot = /** @type {Spot} */ ([(x - (box.width - width) / 2) / width, (y - (box.height - height) / 2) / height]);
  return spot.every((part) => part >= 0 && part <= 1) ? spot : null;
}

class KPaper extends Plain {
  static properties = { media: { attribute: false }, told: { attribute: false }, off: { type: Boolean }, place: { attribute: false }, tool: { state: true } };

  /** @type {Spot} */
  #at = [0.5, 0.5];
  /** @type {Spot | null} */
  #from = null;
  /** @type {Spot[]} */
  #ink = [];
  #begins = false;
  #down = false;
  /** @type {object | null} */
  #waiting = null;
  #timer = 0;
  #sentAt = 0;

  constructor() {
    super();
    /** @type {CallMedia | null} */ this.media = null;
    /** @type {Told | null} */ this.told = null;
    this.off = false;
    /** Over a shared page: which place of it lies at a point of the window. @type {((x: number, y: number) => Spot | null) | null} */ this.place = null;
    /** @type {"point" | "ink" | null} */ this.tool = null;
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  get #now() {
    return this.told ?? NOTHING;
  }

  /** @param {object} wish */
  #send(wish) {
    this.media?.mark(wish);
  }

  /** Do what a button or a key asks for. @param {Action} action */
  act(action) {
    const now = this.#now;
    // A tool can be taken up before the link is there; it is put to work then.
    if (this.off && action !== "paper_point" && action !== "paper_ink" && action !== "paper_stop") return;
    switch (action) {
      case "paper_show":
        this.tool = now.shown ? null : this.tool;
        return this.#send({ do: "show", on: !now.shown });
      case "paper_point":
        return this.#take("point");
      case "paper_ink":
        return this.#take("ink");
      case "paper_undo":
        return this.#send({ do: "undo" });
      case "paper_clear":
        return this.#send({ do: "clear" });
      case "paper_freeze":
        return this.#send({ do: "freeze", on: !now.frozen });
      case "paper_zoom":
        return this.#look({ zoom: ZOOMS[(ZOOMS.indexOf(now.look.zoom) + 1) % ZOOMS.length] });
      case "paper_turn":
        return this.#look({ turn: (now.look.turn + 90) % 360 });
      case "paper_stop":
        if (this.tool !== null || now.ring) this.#send({ do: "lift" });
        this.tool = null;
    }
  }

  /** @param {"point" | "ink"} tool */
  #take(tool) {
    this.tool = this.tool === tool ? null : tool;
    if (this.tool === null) return this.#send({ do: "lift" });
    // The sheet is looked for at once, so that it is known where it lies when the first mark comes.
    if (!this.#now.shown && !this.place) this.#send({ do: "show", on: true });
    /** @type {HTMLElement | null} */ (this.querySelector(".surface"))?.focus();
  }

  /** @param {object} change */
  #look(change) {
    this.#send({ do: "look", ...this.#now.look, ...change });
  }

  /** Send the newest at most twenty times a second; ink loses no point. @param {object | null} wish */
  #soon(wish) {
    if (wish) this.#waiting = wish;
    const wait = this.#sentAt + EVERY - performance.now();
    clearTimeout(this.#timer);
    if (wait > 0) {
      this.#timer = setTimeout(() => this.#soon(null), wait);
      return;
    }
    this.#flush();
  }

  #flush() {
    this.#sentAt = performance.now();
    if (this.#waiting) this.#send(this.#waiting);
    this.#waiting = null;
    while (this.#ink.length) {
      this.#send({ do: "ink", points: this.#ink.splice(0, 60), begins: this.#begins });
      this.#begins = false;
    }
  }

  /** @param {PointerEvent} event */
  #spot(event) {
    if (this.place) return this.place(event.clientX, event.clientY);
    const box = /** @type {HTMLElement} */ (event.currentTarget).getBoundingClientRect();
    return spotAt(box, event.clientX - box.left, event.clientY - box.top);
  }

  /** @param {PointerEvent} event */
  #press(event) {
    const spot = this.#spot(event);
    if (!spot || event.button !== 0 || this.off) return;
    /** @type {HTMLElement} */ (event.currentTarget).setPointerCapture(event.pointerId);
    this.#down = true;
    this.#from = spot;
    if (this.tool === "ink") this.#begins = true;
    this.#drag(spot);
  }

  /** @param {PointerEvent} event */
  #move(event) {
    const spot = this.#down ? this.#spot(event) : null;
    if (spot) this.#drag(spot);
  }

  /** @param {Spot} spot */
  #drag(spot) {
    const { look } = this.#now;
    if (this.tool === "point") {
      this.#at = spot;
      this.#soon({ do: "point", at: spot });
    } else if (this.tool === "ink") {
      this.#ink.push(spot);
      this.#soon(null);
    } else if (look.zoom > 100 && this.#from) {
      const [x, y] = this.#from;
      // A shared page moves under the pointer, which stays where it took hold; the camera's picture comes a moment later.
      if (!this.place) this.#from = spot;
      const way = this.place ? 0.5 : 100 / look.zoom;
      this.#pan((x - spot[0]) * way, (y - spot[1]) * way);
    }
  }

  /** @param {number} x @param {number} y */
  #pan(x, y) {
    const before = /** @type {Told["look"] | null} */ (this.#waiting && "zoom" in this.#waiting ? this.#waiting : null) ?? this.#now.look;
    this.#soon({ do: "look", ...before, x: clamp(before.x + x), y: clamp(before.y + y) });
  }

  #release() {
    if (!this.#down) return;
    this.#down = false;
    this.#from = null;
    this.#flush();
  }

  /** Without a mouse: the arrows move the ring, or the part both see; with Shift by more. @param {KeyboardEvent} event */
  #arrow(event) {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!way || event.altKey || event.ctrlKey || this.off) return;
    event.preventDefault();
    const step = STEP * (event.shiftKey ? 5 : 1);
    const [x = 0, y = 0] = way;
    if (this.tool === "point") {
      this.#at = [clamp(this.#at[0] + x * step), clamp(this.#at[1] + y * step)];
      this.#soon({ do: "point", at: this.#at });
    } else if (this.#now.look.zoom > 100) this.#pan(x * step, y * step);
  }

  /** @param {Map<string, unknown>} changed */
  updated(changed) {
    if (changed.has("tool")) this.emit("tool", this.tool);
    if (changed.has("off") && !this.off && this.tool !== null && !this.#now.shown && !this.place) this.#send({ do: "show", on: true });
  }

  render() {
    const now = this.#now;
    return html`<div class="surface ${this.tool ?? (now.look.zoom > 100 ? "pan" : "")}" tabindex="0" role="application" aria-label=${t("paper.surface")}
        @pointerdown=${this.#press} @pointermove=${this.#move} @pointerup=${this.#release} @pointercancel=${this.#release} @keydown=${this.#arrow}></div>
      ${this.place ? nothing : this.#hint(now)}`;
  }
  /** What the resident sees of it, and what is wrong. @param {Told} now */
  #hint(now) {
    if (!now.shown) return this.tool === null && !now.frozen ? nothing : html`<p class="hint">${t(now.frozen ? "paper.frozen" : "paper.wait")}</p>`;
    if (now.paper === "lost") return html`<p class="hint bad" role="alert"><b>▲ ${t("paper.lost")}</b> ${t("paper.lost.sub")}</p>`;
    if (now.paper === "looking") return html`<p class="hint bad" role="status"><b>▲ ${t("paper.looking")}</b> ${t("paper.looking.sub")}</p>`;
    return html`<p class="hint on" role="status"><b>● ${t("paper.shown")}</b>${now.frozen ? html` ${t("paper.frozen")}` : nothing}${this.tool ? html` <span class="wide">${t(`paper.how.${this.tool}`)}</span>` : nothing}</p>`;
  }
}
customElements.define("k-paper", KPaper);

/** The tools in a row of their own: over the picture they would hide the paper. */
class KPaperTools extends Plain {
  static properties = { told: { attribute: false }, tool: {}, off: { type: Boolean }, leaves: { attribute: false } };

  constructor() {
    super();
    /** @type {Told | null} */ this.told = null;
    /** @type {"point" | "ink" | null} */ this.tool = null;
    this.off = false;
    /** The pages both look at, when these are their tools. @type {import("./leaves.js").Leaves | null} */ this.leaves = null;
  }

  /** @param {Action} action @param {unknown} words @param {{pressed?: boolean, off?: boolean}} [how] */
  #button(action, words, { pressed, off = false } = {}) {
    const key = keyLabel(action);
    return html`<button class="small" aria-pressed=${pressed ?? nothing} ?disabled=${this.off || off} aria-keyshortcuts=${key} title=${`${t(`key.${action}`)}　${key}`} @click=${() => this.emit("act", action)}>${words}</button>`;
  }

  render() {
    const now = this.told ?? NOTHING;
    if (this.leaves) return this.#pageTools(this.leaves, now);
    return html`<div class="tools" role="toolbar" aria-label=${t("paper.tools")}>
      ${this.#button("paper_show", t("paper.show"), { pressed: now.shown })}
      <span class="gap"></span>
      ${this.#button("paper_point", t("paper.point"), { pressed: this.tool === "point" })} ${this.#button("paper_ink", t("paper.ink"), { pressed: this.tool === "ink" })}
      ${this.#button("paper_undo", t("paper.undo"), { off: now.strokes === 0 })} ${this.#button("paper_clear", t("paper.clear"), { off: now.strokes === 0 && !now.ring })}
      <span class="gap"></span>
      ${this.#button("paper_freeze", t("paper.freeze"), { pressed: now.frozen })}
      ${this.#button("paper_zoom", html`${t("paper.zoom")} <b>${now.look.zoom}%</b>`)} ${this.#button("paper_turn", t("paper.turn"))}
      <span class="gap"></span>
      ${this.#button("paper_still", t("still.ask"))}
    </div>`;
  }

  /** @param {import("./leaves.js").Leaves} leaves @param {Told} now */
  #pageTools(leaves, now) {
    const { at, pages } = leaves;
    return html`<div class="tools" role="toolbar" aria-label=${t("pages.tools")}>
      <button class="small" ?disabled=${at <= 1} @click=${() => leaves.turn(at - 1)}>◀ ${t("pages.previous")}</button>
      <b class="pageno">${t("pages.page", { n: at, of: pages.length })}</b>
      <button class="small" ?disabled=${at >= pages.length} @click=${() => leaves.turn(at + 1)}>${t("pages.next")} ▶</button>
      <span class="gap"></span>
      ${this.#button("paper_point", t("paper.point"), { pressed: this.tool === "point" })} ${this.#button("paper_ink", t("paper.ink"), { pressed: this.tool === "ink" })}
      ${this.#button("paper_undo", t("paper.undo"), { off: now.strokes === 0 })} ${this.#button("paper_clear", t("paper.clear"), { off: now.strokes === 0 && !now.ring })}
      <span class="gap"></span>
      ${this.#button("paper_zoom", html`${t("paper.zoom")} <b>${now.look.zoom}%</b>`)}
      <button class="small" @click=${() => leaves.close()}>${t("pages.close")}</button>
    </div>`;
  }
}
customElements.define("k-paper-tools", KPaperTools);

/** @param {number} part */
function clamp(part) {
  return Math.min(1, Math.max(0, part));
}
