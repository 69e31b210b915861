// The screen's sentence, read aloud: recordings made from the string tables (`make speech`). No name, number or wish is ever spoken.

import { soundVolume } from "./sound.js";

/** @typedef {import("/protocol/messages").Display} Display */
/** @typedef {import("./strings.ja.js").StringKey} StringKey */

/** Every sentence there is a recording of, in both kinds of Japanese; `deploy/speech.py` reads this list. @type {readonly StringKey[]} */
export const SPOKEN = /** @type {const} */ ([
  "attract.title_1", "attract.title_2", "attract.anywhere", "attract.closed_title", "attract.closed_title_net", "attract.closed_title_wait",
  "attract.closed_title_no_staff", "attract.closed_hours", "attract.closed_no_staff", "attract.closed_net",
  "purposes.title", "purposes.lead", "confirm.title", "confirm.note", "confirm.button", "waiting.title", "waiting.stay", "waiting.next", "waiting.soon",
  "returned.no_answer", "returned.declined", "returned.clerk_lost", "returned.restarted", "returned.other", "connecting.title", "connecting.lead",
  "call.talk", "trouble.link", "trouble.clerk_lost", "trouble.no_microphone", "hold.title", "hold.off",
  "still.title", "still.lead", "still.kept", "still.taking", "still.hold", "card.title", "card.lead", "card.lead_2", "ask.attributes_by_number", "ask.attributes_by_number_lead", "ask.attributes_by_number_who",
  "ask.photo", "ask.photo_lead", "ask.photo_who", "ask.identity", "ask.identity_lead", "ask.identity_who", "ask.signature", "ask.signature_lead", "ask.signature_who",
  "card.place", "card.place_how", "card.reading", "card.reading_how", "reading.clerk", "reading.clerk_how", "reading.server", "reading.server_how",
  "pin.title", "pin.help", "pin.title_identity", "pin.help_identity", "pin.shield", "password.title", "password.help", "last.title", "last.lead", "last.advice",
  "problem.moved", "problem.moved_reading", "problem.unreadable", "problem.two_cards", "problem.four_digits", "problem.six_letters", "problem.wrong_pin",
  "problem.wrong_password", "problem.pin_locked", "problem.pin_was_locked", "problem.other_card", "problem.face_only", "problem.phone", "problem.no_reader",
  "problem.expired", "problem.no_certificate", "problem.not_checked", "problem.other", "failed.title", "failed.lead", "failed.other_way", "check.title", "check.lead",
  "bye.title", "bye.card", "bye.handset", "bye.wiped", "bye.thanks", "unserved.no_staff", "unserved.hours", "unserved.net", "unserved.refused", "unserved.other",
  "unserved.do_no_staff", "unserved.do_hours", "unserved.do_net", "unserved.do_refused", "unserved.do_other", "order.title", "order.lead",
  "prompt.title", "prompt.lead", "prompt.waiting_title", "prompt.waiting_lead", "quit.title", "quit.lead", "quit.waiting", "quit.call",
]);

/** What the agent names, if it is spoken; otherwise the general sentence. @param {string} key @param {StringKey} [other] @returns {StringKey[]} */
function known(key, other) {
  if (SPOKEN.includes(/** @type {StringKey} */ (key))) return [/** @type {StringKey} */ (key)];
  return other ? [other] : [];
}

/**
 * What is said of a display; at most three sentences, none of which says anything about anybody.
 * @param {Display} display @returns {StringKey[]}
 */
export function sentencesFor(display) {
  const screen = display.screen;
  if (display.quitting) {
    return ["quit.title", screen.type === "waiting" ? "quit.waiting" : display.voice ? "quit.call" : "quit.lead"];
  }
  if (display.prompt_seconds !== null) {
    return screen.type === "waiting" ? ["prompt.waiting_title", "prompt.waiting_lead"] : ["prompt.title", "prompt.lead"];
  }
  switch (screen.type) {
    case "attract":
      if (screen.open) return ["attract.title_1", "attract.title_2", "attract.anywhere"];
      if (screen.closed_reason === "reconnecting") return ["attract.closed_title_wait"];
      if (screen.closed_reason === "net") return ["attract.closed_title_net", "attract.closed_net"];
      return screen.closed_reason === "no_staff" ? ["attract.closed_title_no_staff", "attract.closed_no_staff"] : ["attract.closed_title", ...known(`attract.closed_${screen.closed_reason}`)];
    case "counter":
    case "number_shown":
    case "place_list":
      return []; // a hall has its own voice, and the next person presses before a sentence ends
    case "purposes":
      return ["purposes.title", "purposes.lead"];
    case "confirm":
      return ["confirm.title", "confirm.note", "confirm.button"];
    case "waiting":
      if (screen.returned !== null) return known(`returned.${screen.returned}`, "returned.other");
      if (screen.handed) return screen.ahead === 0 ? ["waiting.next"] : ["waiting.stay"];
      return screen.ahead === 0 ? ["waiting.next"] : ["waiting.title", "waiting.stay"];
    case "question":
      return []; // questions come from the city's own data and are not recorded; they stand large on the screen
    case "keypad":
      return []; // what is typed is never said aloud, and its heading stands large beside it
    case "reserve":
      return []; // days, times and digits are somebody's own, and stand large on the screen
    case "connecting":
      return ["connecting.title", "connecting.lead"];
    case "call":
      return screen.trouble !== null ? known(`trouble.${screen.trouble}`) : ["call.talk"];
    case "form":
      return []; // the clerk reads it with them; nothing of a form is ever said aloud
    case "still_ask":
      return screen.taking ? ["still.taking", "still.hold"] : ["still.title", "still.lead", "still.kept"];
    case "on_hold":
      return ["hold.title", "hold.off"];
    case "card_ask":
      if (screen.wish === "attributes") return ["card.title", "card.lead", "card.lead_2"];
      return [`ask.${screen.wish}`, `ask.${screen.wish}_lead`, `ask.${screen.wish}_who`];
    case "card_place":
      return screen.problem !== null ? known(`problem.${screen.problem}`, "problem.other") : ["card.place", "card.place_how"];
    case "card_pin":
      if (screen.problem !== null) return known(`problem.${screen.problem}`, "problem.other");
      return screen.wish === "identity" ? ["pin.title_identity", "pin.help_identity", "pin.shield"] : ["pin.title", "pin.help", "pin.shield"];
    case "card_password":
      return screen.problem !== null ? known(`problem.${screen.problem}`, "problem.other") : ["password.title", "password.help", "pin.shield"];
    case "card_last_try":
      return ["last.title", "last.lead", "last.advice"];
    case "card_reading":
      return screen.until === "card" ? ["card.reading", "card.reading_how"] : [`reading.${screen.until}`, `reading.${screen.until}_how`];
    case "card_confirm":
      return screen.who ? [] : ["check.title", "check.lead"]; // never what is shown, and no name
    case "card_failed":
      return [...known(`problem.${screen.problem}`, "problem.other"), "failed.title", screen.wish.startsWith("attributes") ? "failed.lead" : "failed.other_way"];
    case "farewell":
      if (screen.card_left) return ["bye.card"];
      if (screen.handset_lifted) return ["bye.handset"];
      return screen.wiped ? ["bye.wiped", "bye.thanks"] : screen.ended_by === "wiped" ? [] : ["bye.title"];
    case "unserved":
      // Calling again would be the wrong advice: what is not recorded is not said rather than said wrongly.
      if (screen.reason.startsWith("today_") || ["carry_over", "callback", "reservation"].includes(screen.reason)) return known(`unserved.${screen.reason}`);
      return [...known(`unserved.${screen.reason}`, "unserved.other"), ...known(`unserved.do_${screen.reason}`, "unserved.do_other")];
    case "out_of_order":
      return ["order.title", "order.lead"];
  }
}

/** Whether a display speaks by itself: not while a clerk can, and not to an empty room. @param {Display} display */
export function speaksByItself(display) {
  return display.voice === null && display.screen.type !== "attract" && display.screen.type !== "out_of_order";
}

/** One voice for the page: a new sentence ends the old one, silence is a press away. */
export class Speaker {
  /** @type {HTMLAudioElement | null} */
  #audio = null;
  /** What is being said, to say it only once. */
  #said = "";
  #repeats = -1;

  /** Say what a display says when it is another one, or when somebody asked to hear it again. @param {Display} display */
  show(display) {
    const sentences = sentencesFor(display);
    const now = `${display.language} ${sentences.join()}`;
    const again = this.#repeats >= 0 && display.repeats !== this.#repeats;
    const other = now !== this.#said;
    this.#repeats = display.repeats;
    this.#said = now;
    if (again) return this.say(sentences, display.language);
    if (other) {
      this.stop();
      if (speaksByItself(display)) this.say(sentences, display.language);
    }
  }

  /** @param {StringKey[]} sentences @param {string} language */
  say(sentences, language) {
    this.stop();
    const [first, ...rest] = sentences;
    if (first === undefined || language === "en") return; // there is no English voice yet
    const audio = new Audio(`/speech/${language}/${first}.ogg`);
    this.#audio = audio;
    audio.volume = soundVolume();
    audio.addEventListener("ended", () => this.#audio === audio && this.say(rest, language));
    audio.play().catch(() => this.#audio === audio && (this.#audio = null)); // without a recording the screen says it alone
  }

  /** Be silent at once: somebody pressed something. */
  stop() {
    this.#audio?.pause();
    this.#audio = null;
  }
}
