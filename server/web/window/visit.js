/**
 * The window's shell: the line to the server, the media, and what belongs to this visit alone.
 *
 * What was written lives in this tab only, so that a reload loses no word, and is gone with the visit.
 * Event: "change".
 */
import { Link, newId, socketUrl } from "/shared/link.js";
import { Pictures, formCame, formScreen, replied, rowsOf, touched } from "./desk.js";
import { helloBytes } from "./door.js";
import { before, callOf, introduction, screenOf, withLine } from "./flow.js";
import { WindowMedia } from "./media.js";

/** @typedef {import("/protocol/messages").KioskView} KioskView */
/** @typedef {import("/protocol/messages").Line} Line */
/** @typedef {import("/protocol/messages").Reply} Reply */
/** @typedef {{company: string, name: string, wantsText: boolean}} Self */

const OWN = "komado.window.visit";
const SILENT = 10_000;
const TYPING = 3000;

export class Visit extends EventTarget {
  /** @type {KioskView | null} */ view = null;
  /** @type {string | null} */ goodbye = null;
  /** @type {Self} */ self = { company: "", name: "", wantsText: false };
  /** @type {readonly Line[]} */ lines = [];
  clerkTyping = false;
  /** The form before the visitor, if any. @type {import("./desk.js").Desk | null} */ desk = null;
  #pictures = new Pictures();
  /** What the clerk's side sends, as it last said. */
  clerk = { microphone: true, camera: true };
  #generation = -1;
  #ticket = "";
  #heardAt = 0;
  /** @type {boolean | null} */ #alive = null;
  #toldUp = -1;
  #first = true;
  #typing = false;
  #typingTimer = 0;
  #snapshot = "";
  /** @type {Set<string>} */ #settled = new Set();

  /** @param {import("./door.js").Entry} entry */
  constructor(entry) {
    super();
    this.grant = entry.grant;
    const own = sessionStorage.getItem(OWN);
    if (own) ({ self: this.self, lines: this.lines, generation: this.#generation, ticket: this.#ticket } = JSON.parse(own));
    this.link = new Link({
      url: socketUrl("/ws/kiosk"),
      probe: async () => {
        await fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(5000) });
        return "ok";
      },
      answer: async ({ nonce }) => ({
        type: "hello",
        kiosk: entry.grant.kiosk,
        machine: entry.machine,
        signature: await entry.key.sign(helloBytes(nonce, entry.grant.kiosk, entry.machine)),
        health: { version: "window" },
        ticket: this.#ticket || null,
        generation: Math.max(0, this.#generation),
      }),
    });
    this.media = new WindowMedia(entry.key.sign, (generation, body) => this.#relay(generation, body));
    this.media.addEventListener("change", () => this.#changed());
    this.media.addEventListener("up", () => this.#up());
    this.media.addEventListener("heard", () => this.#heard());
    this.link.addEventListener("message", (event) => this.#received(/** @type {CustomEvent} */ (event).detail));
    this.link.addEventListener("state", () => this.#changed());
    this.link.addEventListener("goodbye", (event) => {
      this.goodbye = /** @type {CustomEvent} */ (event).detail;
      this.media.apply(null, false);
      this.#changed();
    });
    setInterval(() => this.#listen(), 1000);
    this.link.open();
  }

  get screen() {
    return screenOf(this);
  }

  /** Take a number. @param {Self} self */
  async begin(self) {
    this.self = self;
    const text = introduction(self);
    this.lines = text ? [{ id: newId(), who: "resident", text, before: false }] : [];
    this.#keep();
    return this.link.command({ type: "take_ticket", purpose: this.grant.purpose, wants_text: self.wantsText });
  }

  giveUp() {
    if (this.view?.ticket) void this.link.command({ type: "cancel_ticket", ticket: this.view.ticket.id });
  }

  hangUp() {
    const ticket = this.view?.ticket;
    if (ticket) void this.link.command({ type: "hang_up", ticket: ticket.id, generation: ticket.generation });
    this.media.apply(null, false);
  }

  /** The form as the kiosk's element draws it; null while there is none, or nobody to go through it with. */
  get form() {
    const { desk } = this;
    const ticket = this.view?.ticket;
    const here = desk !== null && this.screen === "call" && desk.shown.ticket === ticket?.id && desk.shown.generation === ticket.generation;
    return here ? formScreen(desk, rowsOf(innerWidth, innerHeight), this.lines.filter(({ who }) => who === "clerk").slice(-1)) : null;
  }

  /** What was pressed on the form. @param {string} control */
  touch(control) {
    if (this.desk === null) return;
    const { desk, tell } = touched(this.desk, control, rowsOf(innerWidth, innerHeight));
    const { shown } = this.desk;
    this.desk = desk;
    if (tell) void this.#answer({ type: "answer_form", ...tell }, shown);
    this.#changed();
  }

  /** The name that was written under it. @param {[number, number, number][][]} strokes */
  sign(strokes) {
    if (this.desk?.step !== "sign" || this.desk.sending) return;
    const { shown } = this.desk;
    this.desk = { ...this.desk, sending: true, problem: null };
    void this.#answer({ type: "sign_form", strokes }, shown);
    this.#changed();
  }

  /** @param {import("/shared/link.js").Message} answer @param {import("./desk.js").FormShown} shown */
  async #answer(answer, { ticket, revision, sheet }) {
    const reply = await this.link.command({ ...answer, ticket, form: sheet?.form, revision });
    if (this.desk) this.desk = replied(this.desk, reply.refused);
    this.#changed();
  }

  /** @param {string} text */
  write(text) {
    this.lines = withLine(this.lines, { id: newId(), who: "resident", text: text.trim(), before: false });
    this.typing(false);
    this.#keep();
    this.#changed();
  }

  /** @param {boolean} on */
  typing(on) {
    clearTimeout(this.#typingTimer);
    if (on) this.#typingTimer = setTimeout(() => this.typing(false), TYPING);
    if (on === this.#typing) return;
    this.#typing = on;
    this.#changed();
  }

  /** @param {any} message */
  #received(message) {
    switch (message.type) {
      case "kiosk_welcome":
        this.media.iceServers = message.ice_servers;
        this.#snapshot = ""; // a new line: the clerk may have missed the last one
        break;
      case "kiosk_view":
        this.#seen(message);
        break;
      case "form_shown":
        this.desk = formCame(this.desk, message, rowsOf(innerWidth, innerHeight));
        break;
      case "form_picture": {
        const pictures = this.#pictures.take(message);
        const { desk } = this;
        if (pictures && desk !== null && desk.shown.revision === message.revision) this.desk = { ...desk, pictures };
        break;
      }
      case "relay_to_kiosk":
        if (message.generation === this.view?.ticket?.generation) this.#relayed(message.generation, message.body);
        break;
    }
    this.#changed();
  }

  /** @param {KioskView} view */
  #seen(view) {
    const resumed = this.#first && view.ticket?.state !== "connecting";
    this.#first = false;
    this.view = view;
    const call = callOf(view);
    if (call && call.generation !== this.#generation) {
      if (this.#generation >= 0 && this.#ticket === call.ticket) this.lines = before(this.lines);
      this.#generation = call.generation;
      this.clerk = { microphone: true, camera: true };
      this.clerkTyping = false;
      this.#alive = null;
      this.#snapshot = "";
      if (this.desk?.shown.generation !== call.generation) this.desk = null;
    }
    this.#ticket = view.ticket?.id ?? "";
    if (this.screen === "over") this.#wipe();
    else this.#keep();
    this.media.apply(call, resumed);
    for (const order of view.orders) this.#settle(order.order);
  }

  /** There is no card reader and no printer here; whoever asks is told at once. @param {string} order */
  #settle(order) {
    if (this.#settled.has(order)) return;
    this.#settled.add(order);
    void this.link.command({ type: "order_settled", order, outcome: "failed" });
  }

  /** @param {number} generation @param {any} body */
  #relayed(generation, body) {
    switch (body.type) {
      case "sdp":
      case "ice":
        this.media.signal(generation, body);
        break;
      case "say":
        this.lines = withLine(this.lines, { id: body.id, who: "clerk", text: body.text, before: false });
        this.clerkTyping = false;
        this.#snapshot = ""; // said again: our last answer did not arrive
        this.#keep();
        break;
      case "typing":
        this.clerkTyping = body.on;
        break;
      case "media_state":
        this.clerk = { microphone: body.microphone, camera: body.camera };
        break;
    }
  }

  /** Tell the server once per conversation that the two can talk. */
  #up() {
    const ticket = this.view?.ticket;
    if (ticket?.state !== "connecting" || this.#toldUp === ticket.generation) return;
    this.#toldUp = ticket.generation;
    void this.link.command({ type: "media_is_up", ticket: ticket.id, generation: ticket.generation });
  }

  #heard() {
    this.#heardAt = performance.now();
    if (this.#alive === false) this.#tellHeard(true);
    this.#alive = true;
  }

  #listen() {
    if (this.#alive && performance.now() - this.#heardAt > SILENT) this.#tellHeard(false);
  }

  /** @param {boolean} alive */
  #tellHeard(alive) {
    this.#alive = alive;
    const call = callOf(this.view);
    if (call) void this.link.command({ type: "clerk_heard", ticket: call.ticket, generation: call.generation, alive });
  }

  /** @param {number} generation @param {object} body */
  #relay(generation, body) {
    this.link.send({ type: "relay_to_staff", generation, body });
  }

  /** The clerk's console works from whole pictures of this side, as from any kiosk's. */
  #tell() {
    const call = callOf(this.view);
    if (call === null || this.link.state !== "up") return;
    const { lens, attempts, muted } = this.media;
    const camera = lens.cameraState === "ok" ? "ok" : "missing";
    const snapshot = {
      type: "call_snapshot",
      screen: this.screen === "held" ? "on_hold" : this.screen === "connecting" ? "connecting" : this.form ? "form" : "call",
      lines: this.lines,
      resident_typing: this.#typing,
      attempts,
      devices: [
        { name: "face_camera", state: camera },
        { name: "document_camera", state: lens.paper ? "ok" : "unknown" },
        { name: "card", state: "missing" },
        { name: "printer", state: "missing" },
      ],
      camera_on: lens.mode !== "off" && (lens.face ?? lens.paper) !== null,
      microphone_on: lens.microphone !== null && !muted,
      wants_text: this.self.wantsText,
    };
    const text = JSON.stringify([call.generation, snapshot]);
    if (text === this.#snapshot) return;
    this.#snapshot = text;
    this.#relay(call.generation, snapshot);
  }

  #keep() {
    sessionStorage.setItem(OWN, JSON.stringify({ self: this.self, lines: this.lines, generation: this.#generation, ticket: this.#ticket }));
  }

  #wipe() {
    this.lines = [];
    this.desk = null;
    this.#pictures = new Pictures();
    this.self = { company: "", name: "", wantsText: false };
    this.#generation = -1;
    sessionStorage.removeItem(OWN);
  }

  #changed() {
    this.#tell();
    this.dispatchEvent(new Event("change"));
  }
}
