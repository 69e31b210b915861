/**
 * The console's shell: it holds the socket and the media, keeps the last view, and says when something changed.
 *
 * No decision is made here about tickets: whole views come in, commands go out. Personal data lives in `snapshot`
 * and `unsent` only, and both are dropped with the conversation.
 */
import { newId } from "/shared/link.js";
import { t } from "/shared/strings.ja.js";
import { inCall, standing } from "./actions.js";
import { forgetKiosk } from "./binding.js";

/**
 * @typedef {import("/protocol/messages").StaffView} StaffView
 * @typedef {import("/protocol/messages").StaffWelcome} StaffWelcome
 * @typedef {import("/protocol/messages").CallSnapshot} CallSnapshot
 * @typedef {import("/protocol/messages").ToResident} ToResident
 * @typedef {import("/protocol/messages").MyTicket} MyTicket
 * @typedef {import("/protocol/messages").Reply} Reply
 * @typedef {import("./media.js").CallMedia} CallMedia
 * @typedef {{url: string, until: number}} Photo a blob in this page's memory, and when it goes (`performance.now`)
 */

/** How long a console that was reloaded in a call waits for the kiosk to say which attempts it has seen. */
const ASK_ATTEMPTS = 2000;
/** A line of 筆談 not seen back after this is sent again, with its id. */
const RESEND_LINE = 3000;
/** How long the face photo of a card may stand before the clerk's eyes. */
const PHOTO_STAYS = 60_000;

/** Events: "change", "say" (detail: {text, kind}), "goodbye" (detail: reason), "offer" (detail: MyTicket | null). */
export class Desk extends EventTarget {
  /** @type {StaffWelcome | null} */ welcome = null;
  /** @type {StaffView | null} */ view = null;
  /** @type {CallSnapshot | null} */ snapshot = null;
  /** @type {{id: string, text: string, at: number}[]} */ unsent = [];
  /** The face photo of the card; nowhere but here. @type {Photo | null} */ photo = null;
  /** When `view` arrived; its durations count from here. */
  viewAt = 0;
  /** @type {import("./stats.js").Stats | null} */ stats = null;
  /** Camera and microphone have been asked for: what `media.state` says of them is true. */
  asked = false;
  /** How often the resident did something with a form. */
  formsRung = 0;
  muted = false;
  cameraOff = false;
  #call = "";
  #dialled = false;
  #prepared = false;
  #typing = false;
  /** A call to come into. @type {{ticket: string, how: string} | null} */ #wanted = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #waiting;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #resending;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #fading;

  /**
   * @param {import("/shared/link.js").Link} link
   * @param {CallMedia | null} media null where the browser gives no camera (plain HTTP)
   */
  constructor(link, media) {
    super();
    this.link = link;
    this.media = media;
    link.addEventListener("message", (event) => this.#received(/** @type {CustomEvent} */ (event).detail));
    link.addEventListener("state", () => {
      if (link.state === "up") for (const line of this.unsent) this.#sendLine(line);
      this.#changed();
    });
    link.addEventListener("goodbye", (event) => {
      this.#endCall();
      this.dispatchEvent(new CustomEvent("goodbye", { detail: /** @type {CustomEvent} */ (event).detail }));
    });
    for (const name of ["streams", "state"]) media?.addEventListener(name, () => this.#changed());
    media?.addEventListener("stats", (event) => {
      this.stats = /** @type {CustomEvent} */ (event).detail;
      this.#changed();
    });
  }

  /** @returns {MyTicket | null} */
  get mine() {
    return this.view?.mine ?? null;
  }

  /** Send a command about my ticket; a refusal is said in one sentence. @param {{type: string, [key: string]: unknown}} body */
  async command(body) {
    const reply = await this.link.command(body);
    if (reply.refused) this.dispatchEvent(new CustomEvent("say", { detail: { text: refusal(body.type, reply), kind: "bad" } }));
    return reply;
  }

  /** The same, with my ticket's id and generation filled in. @param {string} type @param {{[key: string]: unknown}} [rest] */
  async about(type, rest = {}) {
    const ticket = this.mine?.ticket;
    return ticket ? this.command({ type, ticket: ticket.id, generation: ticket.generation, ...rest }) : null;
  }

  /** Change between watching and speaking in the call one is in. @param {"watch" | "join"} how */
  async enter(how) {
    const ticket = this.mine?.ticket.id;
    return ticket ? this.command({ type: "enter_call", ticket, how }) : null;
  }

  /** Say something to the resident's side of this conversation. @param {ToResident} body */
  relay(body) {
    const generation = this.mine?.ticket.generation;
    return generation !== undefined && inCall(this.mine) && this.link.send({ type: "relay_to_kiosk", generation, body });
  }

  /** Say something to another clerk of this call. @param {number} to @param {import("/protocol/messages").RelayToParty["body"]} body */
  toColleague(to, body) {
    const generation = this.mine?.ticket.generation;
    if (generation !== undefined && inCall(this.mine)) this.link.send({ type: "relay_to_party", generation, to, body });
  }

  /** Ask something of the card; 照合番号B goes to the kiosk as soon as the request stands, and is kept nowhere. @param {string} ask @param {string | null} digits @param {import("/protocol/messages").DocumentDigest | null} [document] what is to be signed */
  async askCard(ask, digits, document = null) {
    const reply = await this.about("request_card", document ? { ask, document } : { ask });
    if (digits === null || !reply || reply.refused) return;
    this.sendNumber(reply.id, digits);
  }

  /** @param {string} order @param {string} digits */
  sendNumber(order, digits) {
    if (this.relay({ type: "card_number", order, digits })) return;
    this.dispatchEvent(new CustomEvent("say", { detail: { text: t("number.lost"), kind: "bad" } }));
  }

  /** Forget the face photo now. */
  dropPhoto() {
    clearTimeout(this.#fading);
    if (this.photo) URL.revokeObjectURL(this.photo.url);
    this.photo = null;
    this.#changed();
  }

  /** Write a line of 筆談; it is kept until it comes back in the kiosk's snapshot. @param {string} text */
  write(text) {
    const line = { id: newId(), text: text.trim(), at: performance.now() };
    if (!line.text || !inCall(this.mine)) return;
    this.unsent = [...this.unsent, line];
    this.#sendLine(line);
    this.typing(false);
    this.#changed();
  }

  /** Show the resident that I am writing. @param {boolean} on */
  typing(on) {
    if (this.#typing === on) return;
    this.#typing = on;
    this.relay({ type: "typing", on });
  }

  /** @param {boolean} on */
  mute(on) {
    this.muted = on;
    this.media?.mute(on);
    this.#changed();
  }

  /** @param {boolean} off */
  turnCameraOff(off) {
    this.cameraOff = off;
    void this.media?.camera(!off);
    this.#changed();
  }

  /** Dial again, after somebody confirmed that the kiosk's new key is its own. */
  trustKiosk() {
    const kiosk = this.mine?.ticket.kiosk;
    if (!kiosk) return;
    forgetKiosk(kiosk);
    this.#dialled = false;
    this.#dial();
  }

  /** Ask for camera and microphone now, so that answering is fast. */
  async prepare() {
    this.#prepared = true;
    await this.media?.prepare();
    this.asked = true;
    this.#changed();
  }

  /** @param {{id: string, text: string, at: number}} line */
  #sendLine(line) {
    line.at = performance.now();
    this.relay({ type: "say", id: line.id, text: line.text });
    clearTimeout(this.#resending);
    this.#resending = setTimeout(() => this.#sendAgain(), RESEND_LINE);
  }

  /** A lost line brings no snapshot either: it is repeated until it is seen back. */
  #sendAgain() {
    for (const line of this.unsent) this.#sendLine(line);
  }

  /** @param {any} message */
  #received(message) {
    switch (message.type) {
      case "staff_welcome":
        this.welcome = message;
        break;
      case "staff_view":
        this.view = message;
        this.viewAt = performance.now();
        this.#follow();
        break;
      case "relay_to_party":
        if (inCall(this.mine) && message.to === this.mine?.ticket.generation) this.media?.fromColleague(message.generation, message.body);
        break;
      case "forms_changed":
        this.formsRung += 1;
        break;
      case "relay_to_staff":
        if (inCall(this.mine) && message.generation === this.mine?.ticket.generation) this.#heard(message.body);
        break;
    }
    this.#changed();
  }

  /** @param {import("/protocol/messages").ToClerk} body */
  #heard(body) {
    if (body.type === "face_photo") return this.#showPhoto(body);
    if (body.type !== "call_snapshot") {
      void this.media?.signal(body);
      return;
    }
    this.snapshot = body;
    const arrived = new Set(body.lines.map((line) => line.id));
    this.unsent = this.unsent.filter((line) => !arrived.has(line.id));
    this.#dial();
  }

  /** Only a photo this clerk asked for is shown. @param {import("/protocol/messages").FacePhoto} body */
  #showPhoto(body) {
    if (!this.mine?.orders.some((order) => order.id === body.order && order.ask === "photo")) return;
    this.dropPhoto();
    const jpeg = Uint8Array.from(atob(body.jpeg), (character) => character.charCodeAt(0));
    this.photo = { url: URL.createObjectURL(new Blob([jpeg], { type: "image/jpeg" })), until: performance.now() + PHOTO_STAYS };
    this.#fading = setTimeout(() => this.dropPhoto(), PHOTO_STAYS);
  }

  /** Come into this call as soon as the first view is here; once. @param {{ticket: string, how: string} | null} wanted */
  wants(wanted) {
    this.#wanted = wanted;
  }

  /** @param {{ticket: string, how: string}} wanted */
  #enter(wanted) {
    this.#wanted = null;
    void this.command({ type: "enter_call", ...wanted });
  }

  /** Bring media and memory in line with the view. */
  #follow() {
    const mine = this.mine;
    this.dispatchEvent(new CustomEvent("offer", { detail: this.view?.state === "offered" ? mine : null }));
    if (this.#wanted && this.view) this.#enter(this.#wanted);
    if (this.view?.state === "away" && this.#prepared) this.#release();
    if (!mine || !inCall(mine)) {
      this.#endCall();
      // The next one may ring in the moment a call ends: nobody should answer from a picture that says it is off.
      if ((this.view?.state === "ready" || this.view?.state === "offered") && !this.#prepared) void this.prepare();
      return;
    }
    const call = `${mine.ticket.id}:${mine.ticket.generation}`;
    if (call !== this.#call) {
      this.#endCall();
      this.#call = call;
      // A call this page did not begin: the numbers it may use are the kiosk's to say.
      if (mine.ticket.state === "connecting") this.#dial();
      else this.#waiting = setTimeout(() => this.#dial(), ASK_ATTEMPTS);
    }
    this.#limit(mine);
    if (this.#dialled) this.#meet(mine);
  }

  /** Talk with whoever else is in the call. @param {MyTicket} mine */
  #meet(mine) {
    const others = mine.participants.filter((one) => one.state === "joined" && one.generation !== mine.ticket.generation);
    void this.media?.company(others.map(({ generation, staff_key, held, role }) => ({ generation, key: staff_key, held: held && role !== "lead" })));
  }

  #dial() {
    const mine = this.mine;
    if (this.#dialled || !mine || !this.#call) return;
    clearTimeout(this.#waiting);
    this.#dialled = true;
    const { id, generation, kiosk } = mine.ticket;
    // Nobody begins a conversation muted because the one before ended so.
    this.media?.mute(this.muted);
    void this.media?.camera(!this.cameraOff);
    this.media?.dial({ ticket: id, generation, kiosk, kioskKey: mine.kiosk_key, attempts: this.snapshot?.attempts ?? {} });
    this.#limit(mine);
    this.#meet(mine);
  }

  /** Nothing goes to a resident on hold; whoever is set aside or only watches sends nothing to anybody. @param {MyTicket} mine */
  #limit(mine) {
    const { held, aside, watches } = standing(mine);
    void this.media?.hold(held || aside || watches, aside || watches);
  }

  #release() {
    this.#prepared = false;
    void this.media?.release();
  }

  #endCall() {
    clearTimeout(this.#waiting);
    clearTimeout(this.#resending);
    if (this.#dialled) {
      this.media?.hangUp();
      this.#prepared = false;
    }
    this.stats = null;
    this.#call = "";
    this.#dialled = this.#typing = this.muted = this.cameraOff = false;
    this.snapshot = null;
    this.unsent = [];
    if (this.photo) this.dropPhoto();
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}

/** Return the sentence for a refused command. @param {string} type @param {Reply} reply */
export function refusal(type, reply) {
  if (type === "accept" && (reply.refused === "stale" || reply.refused === "not_now" || reply.refused === "not_yours")) return t("refused.accept");
  if (type === "enter_call" && reply.refused === "not_now") return t("refused.enter");
  if (reply.refused === "too_many") return t("refused.too_many", { seconds: Math.ceil(reply.retry_after ?? 5) });
  return reply.refused ? t(`refused.${reply.refused}`) : "";
}
