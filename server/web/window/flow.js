/**
 * What the visitor has before them, and what their side of a conversation is: pure, from the server's whole view.
 *
 * The server's view says everything about the ticket, so nothing of it is kept here and a reload loses nothing.
 */

/** @typedef {import("/protocol/messages").KioskView} KioskView */
/** @typedef {import("/protocol/messages").Line} Line */
/** @typedef {"code" | "loading" | "gone" | "elsewhere" | "closed" | "hello" | "waiting" | "connecting" | "call" | "held" | "over"} ScreenName */
/**
 * @typedef {object} Model
 * @property {{purpose: string} | null} grant what the link gave us
 * @property {string | null} goodbye why the server does not want us back
 * @property {KioskView | null} view
 */
/** @typedef {{ticket: string, generation: number, staffKey: string, sending: boolean}} Call */

const MAX_TEXT = 14_000;

/** @param {Model} model @returns {ScreenName} */
export function screenOf({ grant, goodbye, view }) {
  if (goodbye === "replaced") return "elsewhere";
  if (goodbye !== null) return "gone";
  if (grant === null) return "code";
  if (view === null) return "loading";
  switch (view.ticket?.state) {
    case "created":
    case "waiting":
    case "offered":
      return "waiting";
    case "called": // a number of a hall has no window
    case "absent":
    case "connecting":
      return "connecting";
    case "serving":
      return "call";
    case "held":
      return "held";
    case "wrapup":
    case "done":
    case "no_show":
      return "over";
    case "abandoned":
    case "cancelled":
    case "expired":
    case "postponed":
    case undefined:
      if (view.spent) return "over";
      return open(view, grant.purpose) ? "hello" : "closed";
  }
}

/** Whether a number can be taken for this now. @param {KioskView} view @param {string} purpose */
export function open(view, purpose) {
  return view.open && view.closed[purpose] === undefined && !view.unavailable.includes(purpose);
}

/** The conversation there is, or none; held, nothing is sent. @param {KioskView | null} view @returns {Call | null} */
export function callOf(view) {
  const ticket = view?.ticket;
  if (!ticket || !ticket.staff_key) return null;
  const { id, generation, state, staff_key: staffKey } = ticket;
  return state === "connecting" || state === "serving" || state === "held" ? { ticket: id, generation, staffKey, sending: state !== "held" } : null;
}

/** Append a line once; the oldest go when a snapshot would grow too large for a frame. @param {readonly Line[]} lines @param {Line} line @returns {readonly Line[]} */
export function withLine(lines, line) {
  if (!line.text.trim() || lines.some((old) => old.id === line.id && old.who === line.who)) return lines;
  const longer = [...lines, line];
  while (longer.reduce((size, { text }) => size + text.length + 40, 0) > MAX_TEXT) longer.shift();
  return longer;
}

/** What the next clerk is handed: the same lines, marked as said before. @param {readonly Line[]} lines */
export function before(lines) {
  return lines.map((line) => ({ ...line, before: true }));
}

/** The first line a clerk reads: who is here, in the visitor's own words. @param {{company: string, name: string}} self */
export function introduction({ company, name }) {
  return [company, name].map((word) => word.trim()).filter(Boolean).join(" ");
}

/**
 * What the picture may take of a narrow line, in bits a second: loss or a long way halve it, quiet seconds give it back.
 * Voice has its own connection and always goes first.
 * @param {number} bits @param {{loss: number, rtt: number}} seen share lost (0..1) and seconds @param {{least: number, most: number}} shape
 */
export function nextBits(bits, { loss, rtt }, { least, most }) {
  if (loss > 0.05 || rtt > 0.6) return Math.max(least, Math.round(bits / 2));
  return loss < 0.02 && rtt < 0.3 ? Math.min(most, Math.round(bits * 1.1)) : bits;
}

/** An answer that asks the clerk's browser for no more picture than a telephone line carries (RFC 8866, b=AS in kbit/s). @param {string} sdp @param {number} kilobits */
export function modest(sdp, kilobits) {
  return sdp.replace(/(m=video [^\r\n]*\r\n(?:[ci]=[^\r\n]*\r\n)*)/g, `$1b=AS:${kilobits}\r\n`);
}
