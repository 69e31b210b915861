/**
 * The form before a visitor with a link: which step of it they are at, and what they said to it. Pure; the steps are those of
 * the resident at a kiosk (`kiosk/flow/form.py`), and the screen that comes of them is drawn by the kiosk's own element.
 */

/** @typedef {import("/protocol/messages").FormShown} FormShown */
/** @typedef {import("/protocol/messages").Form} Form */
/** @typedef {import("/protocol/messages").FormPicture} FormPicture */
/** @typedef {Form["step"]} Step */
/**
 * @typedef {object} Desk
 * @property {FormShown} shown
 * @property {Step} step
 * @property {number} page
 * @property {Step} back where looking at the whole form leads back to
 * @property {number} picture
 * @property {readonly string[]} pictures the whole form (data URLs)
 * @property {boolean} sending
 * @property {"again" | "one_dot" | null} problem
 */
/** @typedef {{answer: "yes" | "no" | "cannot", row?: number}} Told what goes to the server */

/** Below this the clerk stands above the form, from it on beside it (papers.css). */
const WIDE = 900;
/** Pixels of the window that no line gets, and what one line takes: a target for a finger, with two lines of letters. */
const TAKEN = { narrow: 500, wide: 330 };
const LINE = 78;

/** How many lines stand on a page of a window so large. @param {number} width @param {number} height */
export function rowsOf(width, height) {
  const room = height - (width < WIDE ? TAKEN.narrow : TAKEN.wide);
  return Math.min(Math.max(Math.floor(room / LINE), 2), 8);
}

/** @param {FormShown} shown @param {number} rows */
const pagesOf = (shown, rows) => Math.max(1, Math.ceil((shown.sheet?.rows.length ?? 0) / rows));

/** Take over the form as it is now; null = there is none. @param {Desk | null} was @param {FormShown} shown @param {number} rows @returns {Desk | null} */
export function formCame(was, shown, rows) {
  const { sheet } = shown;
  if (!sheet) return null;
  const before = was?.shown.sheet?.form === sheet.form ? was : null;
  const step = stepOf(before, shown, sheet);
  const same = before?.step === step;
  let page = same ? before.page : 0;
  if ((step === "follow" || step === "told") && typeof sheet.changed === "number") page = Math.floor(sheet.changed / rows);
  return {
    shown,
    step,
    page: Math.min(page, pagesOf(shown, rows) - 1),
    back: same ? before.back : "read",
    picture: 0,
    pictures: before && sheet.stage === "agreed" ? before.pictures : [],
    sending: before?.sending ?? false,
    problem: null,
  };
}

/** @param {Desk | null} before @param {FormShown} shown @param {NonNullable<FormShown["sheet"]>} sheet @returns {Step} */
function stepOf(before, shown, sheet) {
  const was = before?.step ?? null;
  switch (sheet.stage) {
    case "filling":
      return was === "which" || was === "told" ? "told" : "follow";
    case "reading":
      return before && before.shown.revision === shown.revision ? before.step : "read";
    case "agreed":
      if (!sheet.signature) return "helped";
      return was === "look" || was === "helped" || was === "sign" ? was : "sign";
    case "signed":
      return "signed";
  }
}

/** Answer a touch; `tell` is what the server has to hear of it. @param {Desk} desk @param {string} control @param {number} rows @returns {{desk: Desk | null, tell: Told | null}} */
export function touched(desk, control, rows) {
  const [, word = "", row = ""] = control.split(":");
  const stay = { desk, tell: null };
  const at = (/** @type {Partial<Desk>} */ next) => ({ desk: { ...desk, problem: null, ...next }, tell: null });
  const tell = (/** @type {Told} */ told, /** @type {Partial<Desk>} */ next = {}) => ({ desk: { ...desk, problem: null, ...next, sending: true }, tell: told });
  if (desk.sending) return stay;
  if (word === "next" || word === "previous") {
    const by = word === "next" ? 1 : -1;
    const clamp = (/** @type {number} */ to, /** @type {number} */ count) => Math.min(Math.max(to, 0), count - 1);
    if (desk.step === "look") return at({ picture: clamp(desk.picture + by, desk.pictures.length) });
    return at({ page: clamp(desk.page + by, pagesOf(desk.shown, rows)) });
  }
  const look = () => (desk.pictures.length ? at({ step: "look", back: desk.step, picture: 0 }) : stay);
  switch (desk.step) {
    case "read":
      // Nobody agrees to what they have not seen.
      if (word === "yes") return desk.page === pagesOf(desk.shown, rows) - 1 ? tell({ answer: "yes" }) : stay;
      if (word === "no") return at({ step: "which" });
      return word === "look" ? look() : stay;
    case "which":
      if (word === "row") return tell({ answer: "no", row: Number(row) });
      if (word === "unsure") return tell({ answer: "no" });
      return word === "back" ? at({ step: "read" }) : stay;
    case "look":
      return word === "back" ? at({ step: desk.back }) : stay;
    case "sign":
      if (word === "cannot") return tell({ answer: "cannot" }, { step: "helped" });
      return word === "look" ? look() : stay;
    case "helped":
      return word === "back" && desk.shown.sheet?.signature ? at({ step: "sign" }) : stay;
    case "signed":
      return word === "close" ? { desk: null, tell: null } : stay;
    case "follow":
    case "told":
      return stay; // the clerk writes; there is nothing to press but the pages
  }
}

/** The server has the answer, or why not. @param {Desk} desk @param {string | null | undefined} refused @returns {Desk} */
export function replied(desk, refused) {
  const problem = refused === "invalid" && desk.step === "sign" ? "one_dot" : refused === "store" || refused === "too_many" ? "again" : null;
  return { ...desk, sending: false, problem };
}

/** What is shown of it: only the lines of this page. @param {Desk} desk @param {number} rows @param {import("/protocol/messages").Line[]} lines what was written last @returns {Form} */
export function formScreen(desk, rows, lines) {
  const sheet = /** @type {NonNullable<FormShown["sheet"]>} */ (desk.shown.sheet);
  const pages = pagesOf(desk.shown, rows);
  const page = Math.min(desk.page, pages - 1);
  const first = page * rows;
  const changed = desk.step === "follow" || desk.step === "told" ? sheet.changed : null;
  return /** @type {Form} */ ({
    type: "form", staff_name: "", department: "",
    sheet: { ...sheet, rows: sheet.rows.slice(first, first + rows), changed },
    page, pages, first, step: desk.step, picture: desk.picture, pictures: desk.pictures.length,
    sending: desk.sending, problem: desk.problem, notice: null, lines, clerk_camera: true, clerk_microphone: true,
  });
}

/** Collects the pictures of the form that is read back; its parts arrive in order. */
export class Pictures {
  #revision = -1;
  /** @type {string[]} */ #pages = [];
  /** @type {string[]} */ #parts = [];

  /** Return all pages (data URLs) when the last is whole. @param {FormPicture} part @returns {readonly string[] | null} */
  take(part) {
    const first = part.page === 0 && part.index === 0;
    if (first) {
      this.#revision = part.revision;
      this.#pages = [];
    }
    if (part.index === 0) this.#parts = [];
    if (part.revision !== this.#revision || part.page !== this.#pages.length || part.index !== this.#parts.length) return null;
    this.#parts.push(part.data); // parts are whole threes of bytes: their base64 goes on without a seam
    if (this.#parts.length < part.count) return null;
    this.#pages.push(`data:image/png;base64,${this.#parts.join("")}`);
    this.#parts = [];
    return this.#pages.length === part.pages ? this.#pages : null;
  }
}
