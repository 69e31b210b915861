/**
 * A still of the resident's paper on the clerk's desk: looked at, turned, enlarged, masked; gone when it is closed, unless
 * it is kept with a reason. The unmasked picture never leaves this page: what goes up is painted anew with its masks burnt in.
 */
import { html, nothing } from "/vendor/lit.js";
import { Refused } from "/shared/api.js";
import { Plain } from "/shared/elements.js";
import { t } from "/shared/strings.ja.js";
import { casePage } from "./cases.js";
import { added, black, decided, placed, proposed, turned, turnedBack, turnedSize, undecided, without } from "./masks.js";
import { keepStill, keptStills } from "./still-api.js";

/** @typedef {import("./photo.js").Photo} Photo */
/** @typedef {import("./masks.js").Mask} Mask */
/** @typedef {import("./masks.js").Turn} Turn */
/** @typedef {import("./still-api.js").Why} Why */

/** @type {readonly Why[]} */
const WHYS = ["identity", "procedure", "dispute", "other"];
const STEP = 4;
const ZOOMS = [1, 1.5, 2, 3, 4];
const QUALITY = 0.88;

export class KStill extends Plain {
  static properties = {
    photo: { attribute: false }, ticket: {}, tick: { attribute: false }, masks: { state: true }, turn: { state: true }, zoom: { state: true }, drawing: { state: true },
    why: { state: true }, note: { state: true }, item: { state: true }, lines: { state: true }, looked: { state: true }, trouble: { state: true }, busy: { state: true }, days: { state: true },
  };

  /** What a hand is doing. @type {{id: number | null, part: "move" | "size" | "new", x: number, y: number, from: import("./masks.js").Box} | null} */
  #hand = null;
  #shown = "";
  /** Made once for each picture: sent twice, it is kept once. */
  #keep = "";

  constructor() {
    super();
    /** @type {Photo | null} */ this.photo = null;
    this.ticket = "";
    this.tick = 0;
    /** @type {Mask[]} */ this.masks = [];
    /** @type {Turn} */ this.turn = 0;
    this.zoom = 1;
    this.drawing = false;
    /** @type {Why | ""} */ this.why = "";
    this.note = "";
    this.item = "";
    /** @type {{id: string, name: string}[]} */ this.lines = [];
    this.looked = false;
    this.trouble = "";
    this.busy = false;
    this.days = 0;
  }

  get #picture() {
    return this.photo?.state.picture ?? null;
  }

  /** Begin anew with each picture. */
  willUpdate() {
    const taken = this.photo?.state.taken;
    const key = taken && this.#picture && this.photo?.state.step === "here" ? `${taken.still}:${taken.take}` : "";
    if (!key || key === this.#shown || !taken) return;
    this.#shown = key;
    this.#keep = crypto.randomUUID();
    this.masks = proposed(taken.boxes, taken);
    this.turn = 0;
    this.zoom = 1;
    this.drawing = this.looked = this.busy = false;
    this.trouble = "";
    void this.#lines();
  }

  async #lines() {
    try {
      const [data, kept] = await Promise.all([casePage("case/page", { ticket: this.ticket }), keptStills(this.ticket)]);
      this.lines = (data.page?.sheet.lines ?? []).filter((line) => line.state !== "not_needed").map(({ id, name }) => ({ id, name }));
      this.days = kept.days;
    } catch {
      this.lines = [];
    }
  }

  firstUpdated() {
    const dialog = /** @type {HTMLDialogElement} */ (this.querySelector("dialog"));
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.#close();
    });
    dialog.showModal();
  }

  updated() {
    const canvas = this.querySelector("canvas");
    const picture = this.#picture;
    if (!canvas || !picture) return;
    const size = turnedSize(picture, this.turn);
    const key = `${this.#shown}:${this.turn}`;
    if (canvas.dataset.key === key) return;
    canvas.dataset.key = key;
    canvas.width = size.width;
    canvas.height = size.height;
    const paint = canvas.getContext("2d");
    if (!paint) return;
    paint.translate(size.width / 2, size.height / 2);
    paint.rotate((this.turn * Math.PI) / 180);
    paint.drawImage(picture, -picture.width / 2, -picture.height / 2);
  }

  #close() {
    this.photo?.drop();
  }

  // ------------------------------------------------------------ boxes

  /** How many pixels of the picture one of the screen is. */
  #scale() {
    const canvas = this.querySelector("canvas");
    return canvas ? canvas.width / Math.max(1, canvas.getBoundingClientRect().width) : 1;
  }

  /** @param {PointerEvent} event */
  #spot(event) {
    const box = /** @type {HTMLCanvasElement} */ (this.querySelector("canvas")).getBoundingClientRect();
    return { x: (event.clientX - box.left) * this.#scale(), y: (event.clientY - box.top) * this.#scale() };
  }

  /** @param {PointerEvent} event @param {Mask | null} mask @param {"move" | "size" | "new"} part */
  #grip(event, mask, part) {
    const picture = this.#picture;
    if (event.button !== 0 || !picture || (part === "new" && !this.drawing)) return;
    event.stopPropagation();
    if (part !== "move") event.preventDefault();
    const { x, y } = this.#spot(event);
    this.#hand = { id: mask?.id ?? null, part, x, y, from: mask ? turned(mask, picture, this.turn) : { x, y, width: 0, height: 0 } };
    /** @type {HTMLElement} */ (this.querySelector(".sheetview")).setPointerCapture(event.pointerId);
  }

  /** @param {PointerEvent} event */
  #drag(event) {
    const hand = this.#hand;
    const picture = this.#picture;
    if (!hand || !picture) return;
    const { x, y } = this.#spot(event);
    const { from } = hand;
    const [dx, dy] = [x - hand.x, y - hand.y];
    const box = hand.part === "move" ? { ...from, x: from.x + dx, y: from.y + dy } : { ...from, width: from.width + dx, height: from.height + dy };
    if (hand.id === null) {
      if (Math.abs(dx) < 6 || Math.abs(dy) < 6) return;
      this.masks = added(this.masks, turnedBack(upright(box), picture, this.turn), picture);
      hand.id = this.masks.at(-1)?.id ?? null;
      return;
    }
    this.masks = placed(this.masks, hand.id, turnedBack(upright(box), picture, this.turn), picture);
  }

  #letGo() {
    if (this.#hand?.part === "new" && this.#hand.id !== null) this.drawing = false;
    this.#hand = null;
  }

  /** Without a mouse: arrows move a box, with Shift they size it, Delete takes it away. @param {KeyboardEvent} event @param {Mask} mask */
  #key(event, mask) {
    const picture = this.#picture;
    if (!picture || event.altKey || event.ctrlKey) return;
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (way) {
      const box = turned(mask, picture, this.turn);
      const [x = 0, y = 0] = way.map((part) => part * STEP * 2);
      const moved = event.shiftKey ? { ...box, width: Math.max(8, box.width + x), height: Math.max(8, box.height + y) } : { ...box, x: box.x + x, y: box.y + y };
      this.masks = placed(this.masks, mask.id, turnedBack(moved, picture, this.turn), picture);
    } else if (event.key === "Delete" || event.key === "Backspace") this.#away(mask);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** A box somebody drew goes; one that was proposed is decided about instead. @param {Mask} mask */
  #away(mask) {
    const offered = (this.photo?.state.taken?.boxes.length ?? 0) >= mask.id;
    this.masks = offered ? decided(this.masks, mask.id, "not_one") : without(this.masks, mask.id);
  }

  #addBox() {
    const picture = this.#picture;
    if (!picture) return;
    const [width, height] = [picture.width * 0.3, picture.height * 0.04];
    this.masks = added(this.masks, { x: (picture.width - width) / 2, y: (picture.height - height) / 2, width, height }, picture);
    const id = this.masks.at(-1)?.id;
    void this.updateComplete.then(() => /** @type {HTMLElement | null} */ (this.querySelector(`.mask[data-id="${id}"]`))?.focus());
  }

  // ------------------------------------------------------------ keeping

  /** Why it cannot be kept yet, in a sentence; "" = it can. */
  #missing() {
    const open = undecided(this.masks);
    if (open) return t("still.open", { n: open });
    if (!this.looked) return t("still.need_look");
    if (!this.why) return t("still.need_why");
    return this.why === "other" && !this.note.trim() ? t("still.need_note") : "";
  }

  /** Paint the page anew with its masks: under them nothing is left. */
  async #burnt() {
    const picture = this.#picture;
    if (!picture) return null;
    const size = turnedSize(picture, this.turn);
    const canvas = Object.assign(document.createElement("canvas"), size);
    const paint = canvas.getContext("2d", { alpha: false });
    if (!paint) return null;
    paint.save();
    paint.translate(size.width / 2, size.height / 2);
    paint.rotate((this.turn * Math.PI) / 180);
    paint.drawImage(picture, -picture.width / 2, -picture.height / 2);
    paint.restore();
    paint.fillStyle = "#000";
    for (const mask of black(this.masks)) {
      const { x, y, width, height } = turned(mask, picture, this.turn);
      paint.fillRect(x, y, width, height);
    }
    return /** @type {Promise<Blob | null>} */ (new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY)));
  }

  async #keepIt() {
    if (this.busy || this.#missing() || !this.why) return;
    this.busy = true;
    this.trouble = "";
    try {
      const masked = await this.#burnt();
      if (!masked) throw new Refused(0, t("api.failed"), "failed");
      const item_name = this.lines.find((line) => line.id === this.item)?.name ?? "";
      await keepStill({ ticket: this.ticket, id: this.#keep, why: this.why, item: this.item, item_name, note: this.note.trim(), masks: black(this.masks).length, undecided: undecided(this.masks) }, masked);
      this.emit("say", { text: t("still.kept.done") });
      this.emit("kept");
      this.#close();
    } catch (error) {
      this.trouble = error instanceof Refused ? error.message : t("api.failed");
    } finally {
      this.busy = false;
    }
  }

  // ------------------------------------------------------------ how it looks

  // Places are set through `.style`, as the page's policy allows no style in its markup.
  render() {
    const state = this.photo?.state;
    const picture = this.#picture;
    const waits = state && state.step !== "here";
    return html`<dialog class="stillbox" aria-labelledby="still-title">
      <header><h2 id="still-title">${t("still.title")}</h2><p class="mut">${t("still.title.sub")}</p>${this.#bar(Boolean(picture) && !waits)}</header>
      <div class="stilldesk">
        ${picture && !waits ? this.#sheet(picture) : html`<div class="sheetview waits" role="status"><p>${state?.step === "coming" ? t("still.coming") : t("still.taking")}</p>${state?.step === "coming" ? html`<progress max="1" .value=${state.share}></progress>` : nothing}</div>`}
        ${picture && !waits ? this.#side() : html`<aside></aside>`}
      </div>
    </dialog>`;
  }

  /** @param {boolean} on */
  #bar(on) {
    const step = (/** @type {number} */ by) => (this.zoom = ZOOMS[Math.min(ZOOMS.length - 1, Math.max(0, ZOOMS.indexOf(this.zoom) + by))] ?? 1);
    return html`<div class="tools" role="toolbar" aria-label=${t("paper.tools")}>
      <button class="small" ?disabled=${!on} @click=${() => (this.turn = /** @type {Turn} */ ((this.turn + 90) % 360))}>${t("still.turn")}</button>
      <button class="small" ?disabled=${!on || this.zoom === 1} @click=${() => step(-1)}>－ ${t("still.smaller")}</button>
      <button class="small" ?disabled=${!on || this.zoom === ZOOMS.at(-1)} @click=${() => step(1)}>＋ ${t("still.larger")}</button>
      <button class="small" ?disabled=${!on || this.zoom === 1} @click=${() => (this.zoom = 1)}>${t("still.fit")}</button>
      <span class="gap"></span>
      <button class="small" ?disabled=${!on} aria-pressed=${this.drawing} @click=${() => (this.drawing = !this.drawing)}>${t("still.draw")}</button>
      <button class="small" ?disabled=${!on} @click=${() => this.#addBox()}>${t("still.add")}</button>
      <span class="gap"></span>
      <button class="small" ?disabled=${!on} @click=${() => this.photo?.again()}>${t("still.again")}</button>
      <button class="small closes" @click=${() => this.#close()}>✕ ${t("still.close")}</button>
    </div>`;
  }

  /** @param {ImageBitmap} picture */
  #sheet(picture) {
    const size = turnedSize(picture, this.turn);
    const part = (/** @type {number} */ value, /** @type {number} */ of) => `${(value / of) * 100}%`;
    return html`<div class="sheetview ${this.drawing ? "draws" : ""}" @pointermove=${this.#drag} @pointerup=${this.#letGo} @pointercancel=${this.#letGo} @pointerdown=${(/** @type {PointerEvent} */ e) => this.#grip(e, null, "new")}>
      <div class="page" .style=${`--shape:${size.width / size.height};--zoom:${this.zoom}`}>
        <canvas role="img" aria-label=${t("still.picture")}></canvas>
        ${this.masks.map((mask, index) => {
          const box = turned(mask, picture, this.turn);
          return html`<div class="mask ${mask.state}" tabindex="0" role="group" data-id=${mask.id} aria-label=${`${index + 1} ${this.#name(mask)} ${t(`still.mask.${mask.state}`)}`}
            .style=${`left:${part(box.x, size.width)};top:${part(box.y, size.height)};width:${part(box.width, size.width)};height:${part(box.height, size.height)}`}
            @pointerdown=${(/** @type {PointerEvent} */ e) => this.#grip(e, mask, "move")} @keydown=${(/** @type {KeyboardEvent} */ e) => this.#key(e, mask)}>
            <b>${index + 1}</b><i @pointerdown=${(/** @type {PointerEvent} */ e) => this.#grip(e, mask, "size")}></i></div>`;
        })}
      </div>
    </div>`;
  }

  /** @param {Mask} mask */
  #name(mask) {
    const offered = (this.photo?.state.taken?.boxes.length ?? 0) >= mask.id;
    return t(!offered ? "still.mask.drawn" : mask.certain ? "still.mask.certain" : "still.mask.maybe");
  }

  #side() {
    const taken = this.photo?.state.taken;
    if (!taken) return html`<aside></aside>`;
    const missing = this.#missing();
    return html`<aside>
      <section><h3>${t("still.findings")}</h3>
        ${taken.straight ? html`<p><b class=${taken.dpi >= 200 ? "ok" : "cau"}>${t("still.dpi", { dpi: taken.dpi })}</b> ${t(taken.dpi >= 200 ? "still.dpi.good" : "still.dpi.low")}</p>` : html`<p class="cau">▲ ${t("still.crooked")}</p>`}
        ${taken.found.length ? html`<ul>${taken.found.map((one) => html`<li class="cau"><b>▲ ${one.says}</b></li>`)}</ul>` : html`<p class="ok">● ${t("still.fine")}</p>`}
      </section>
      <section><h3>${t("still.numbers")}</h3>
        <p class=${taken.searched && !taken.boxes.length ? "" : "cau"}>${taken.says}</p>
        <ul class="masks">${this.masks.map(
          (mask, index) => html`<li class=${mask.state}><span><b>${index + 1}</b> ${this.#name(mask)}<small>${t(`still.mask.${mask.state}`)}</small></span>
            ${mask.state !== "hidden" ? html`<button class="small blue" @click=${() => (this.masks = decided(this.masks, mask.id, "hidden"))}>${t("still.mask.hide")}</button>` : nothing}
            ${mask.state !== "not_one" ? html`<button class="small" @click=${() => this.#away(mask)}>${t(taken.boxes.length >= mask.id ? "still.mask.not" : "still.mask.remove")}</button>` : nothing}</li>`,
        )}</ul>
        <p class="mut how">${t("still.numbers.how")}</p>
      </section>
      <section class="keep"><h3>${t("still.keep")}</h3>
        <p class="mut">${t("still.keep.sub", { days: this.days || "—" })}</p>
        <label class="field"><span>${t("still.item")}</span><select @change=${(/** @type {any} */ e) => (this.item = e.target.value)}><option value="">${t("still.item.all")}</option>${this.lines.map((line) => html`<option value=${line.id} ?selected=${line.id === this.item}>${line.name}</option>`)}</select></label>
        <label class="field"><span>${t("still.why")}</span><select @change=${(/** @type {any} */ e) => (this.why = e.target.value)}><option value="">${t("still.why.none")}</option>${WHYS.map((why) => html`<option value=${why} ?selected=${why === this.why}>${t(`still.why.${why}`)}</option>`)}</select></label>
        <label class="field"><span>${t("still.note")}</span><input maxlength="120" autocomplete="off" .value=${this.note} @input=${(/** @type {any} */ e) => (this.note = e.target.value)} /></label>
        <label class="check"><input type="checkbox" .checked=${this.looked} @change=${(/** @type {any} */ e) => (this.looked = e.target.checked)} /> <span>${t("still.looked")}</span></label>
        ${this.trouble ? html`<p class="alert ng" role="alert">▲ ${this.trouble}</p>` : nothing}
        <p class="missing" role="status">${missing}</p>
        <button class="primary tall" ?disabled=${missing !== "" || this.busy} @click=${() => void this.#keepIt()}>${t("still.kept.yes")}</button>
      </section>
    </aside>`;
  }
}
customElements.define("k-still", KStill);

/** A box that was drawn to the left or upwards. @param {import("./masks.js").Box} box */
function upright(box) {
  const x = box.width < 0 ? box.x + box.width : box.x;
  const y = box.height < 0 ? box.y + box.height : box.y;
  return { x, y, width: Math.abs(box.width), height: Math.abs(box.height) };
}
