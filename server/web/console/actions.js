/** What a clerk can do at this moment, and which keys do it; pure, used alike by the buttons and the keyboard. */

/**
 * @typedef {import("/protocol/messages").StaffView} StaffView
 * @typedef {import("/protocol/messages").MyTicket} MyTicket
 * @typedef {import("/protocol/messages").CallSnapshot} CallSnapshot
 * @typedef {"toggle_ready" | "answer" | "decline" | "mute" | "camera" | "hold" | "transfer" | "hand_over" | "go_company" | "card" | "print" | "end" | "help" | "help_call"
 *   | "go_queue" | "go_who" | "go_video" | "go_chat" | "go_slip" | "go_sheet" | "go_questions" | "go_forms" | "go_pages"
 *   | "paper_show" | "paper_point" | "paper_ink" | "paper_undo" | "paper_clear" | "paper_freeze" | "paper_zoom" | "paper_turn" | "paper_stop" | "paper_still"} Action
 */

/** Keys by `event.code`, so that a Japanese layout or an IME's full-width mode changes nothing. @type {readonly [string, Action][]} */
export const KEYS = [
  ["F2", "answer"],
  ["Alt+KeyN", "decline"],
  ["Alt+KeyU", "toggle_ready"],
  ["Alt+KeyM", "mute"],
  ["Alt+KeyL", "camera"],
  ["Alt+KeyH", "hold"],
  ["Alt+KeyR", "transfer"],
  ["F7", "hand_over"],
  ["F4", "go_company"],
  ["Alt+KeyK", "card"],
  ["Alt+KeyP", "print"],
  ["Alt+KeyX", "end"],
  ["Alt+KeyQ", "go_queue"],
  ["Alt+ArrowDown", "go_queue"],
  ["F3", "go_who"],
  ["Alt+KeyV", "go_video"],
  ["Alt+KeyC", "go_chat"],
  ["Alt+KeyE", "go_pages"],
  ["Alt+KeyS", "go_slip"],
  ["Alt+KeyT", "go_sheet"],
  ["Alt+KeyA", "go_questions"],
  ["Alt+KeyB", "go_forms"],
  ["Alt+KeyO", "help_call"],
  ["F9", "paper_show"],
  ["Alt+KeyW", "paper_point"],
  ["Alt+KeyI", "paper_ink"],
  ["Alt+KeyZ", "paper_undo"],
  ["Alt+Backspace", "paper_clear"],
  ["Alt+KeyJ", "paper_freeze"],
  ["Alt+KeyG", "paper_zoom"],
  ["Alt+KeyY", "paper_turn"],
  ["F8", "paper_still"],
  ["Escape", "paper_stop"],
  ["Ctrl+Slash", "help"],
];

/** Return the keys of an action as people read them. @param {Action} action */
export function keyLabels(action) {
  return KEYS.filter(([, name]) => name === action).map(([key]) => key.replace("Key", "").replace("Slash", "/").replace("ArrowDown", "↓"));
}

/** Return the key that stands on its button. @param {Action} action */
export function keyLabel(action) {
  return keyLabels(action)[0] ?? "";
}

/**
 * Return what a key press asks for: an action, or the number of a ready-made sentence.
 * Keys that belong to an input method under way are nobody's.
 * @param {{code: string, altKey: boolean, ctrlKey: boolean, shiftKey: boolean, metaKey: boolean, isComposing: boolean, keyCode: number, repeat: boolean}} event
 * @returns {Action | number | null}
 */
export function asked(event) {
  if (event.isComposing || event.keyCode === 229 || event.repeat || event.metaKey || event.shiftKey) return null;
  const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code);
  if (digit && event.altKey && !event.ctrlKey) return Number(digit[1]);
  const name = `${event.ctrlKey ? "Ctrl+" : ""}${event.altKey ? "Alt+" : ""}${event.code}`;
  return KEYS.find(([key]) => key === name)?.[1] ?? null;
}

/** Is this ticket in a conversation? Whoever stands at the desk is in none: nothing is linked. @param {MyTicket | null} mine */
export function inCall(mine) {
  return mine !== null && !mine.ticket.counter && !onTelephone(mine) && ["connecting", "serving", "held"].includes(mine.ticket.state);
}

/** Is this a resident who went home and is called by telephone? @param {MyTicket | null} mine */
export function onTelephone(mine) {
  return mine !== null && Boolean(mine.ticket.callback) && ["serving", "held"].includes(mine.ticket.state);
}

/**
 * How the viewer stands in a call: do they lead it, is the resident on hold, are they set aside, may they see papers,
 * do they only watch.
 * @param {MyTicket} mine @returns {{lead: boolean, held: boolean, aside: boolean, papers: boolean, watches: boolean}}
 */
export function standing(mine) {
  const lead = (mine.role ?? "lead") === "lead";
  const people = mine.participants ?? [];
  const me = people.find((one) => one.generation === mine.ticket.generation);
  const held = mine.ticket.state === "held" || (people.find((one) => one.role === "lead")?.held ?? false);
  return { lead, held, aside: !lead && (me?.held ?? false), papers: lead || (me?.may_see_papers ?? false), watches: mine.role === "monitor" };
}

/** Who takes the call over with one key: the first in it who was asked to, else the only one who could. @param {MyTicket | null} mine */
export function successor(mine) {
  const able = (mine?.participants ?? []).filter((one) => one.state === "joined" && !["lead", "interpreter", "monitor"].includes(one.role));
  return able.find((one) => one.takes_over) ?? (able.length === 1 ? able[0] : undefined) ?? null;
}

/** Return the card request that nobody has answered yet. @param {MyTicket | null} mine */
export function openCardOrder(mine) {
  return mine?.orders.find((order) => order.kind === "card" && order.outcome === null) ?? null;
}

/** Can the kiosk not read cards at all? @param {CallSnapshot | null} snapshot */
function cardMissing(snapshot) {
  const machine = snapshot?.devices.find((device) => device.name === "card");
  return machine !== undefined && (machine.state === "missing" || machine.state === "fault");
}

/**
 * Return in one sentence why no card can be asked for now.
 * @param {MyTicket | null} mine @param {boolean} linkUp @param {CallSnapshot | null} snapshot
 * @returns {"asks.line" | "asks.running" | "asks.held" | "asks.no_machine" | "asks.not_yet"}
 */
export function whyNoCard(mine, linkUp, snapshot) {
  if (!linkUp) return "asks.line";
  if (openCardOrder(mine)) return "asks.running";
  if (mine?.ticket.state === "held") return "asks.held";
  return cardMissing(snapshot) ? "asks.no_machine" : "asks.not_yet";
}

/**
 * Return the actions that make sense now. While the line to the server is down nothing that needs it does.
 * @param {StaffView | null} view @param {boolean} linkUp @param {CallSnapshot | null} snapshot @param {boolean} media
 * @returns {Set<Action | "ask_card">} "ask_card" is the menu of all that may be asked of a card
 */
export function possible(view, linkUp, snapshot, media) {
  /** @type {Set<Action | "ask_card">} */
  const actions = new Set(["help", "go_queue"]);
  if (!view) return actions;
  const mine = view.mine;
  if (inCall(mine)) {
    for (const name of /** @type {Action[]} */ (["go_who", "go_video", "go_chat", "go_slip", "go_sheet", "go_questions", "go_forms"])) actions.add(name);
    if (mine && standing(mine).lead) actions.add("go_pages"); // one clerk at a time turns the pages before the resident
    if (media && mine?.ticket.state !== "held") {
      if (mine && !standing(mine).watches) actions.add("mute").add("camera");
      if (mine && standing(mine).papers && !standing(mine).watches) for (const [, name] of KEYS) if (name.startsWith("paper_")) actions.add(name);
    }
  }
  if (mine?.ticket.counter && mine.ticket.state === "serving") for (const name of /** @type {Action[]} */ (["go_slip", "go_sheet", "go_questions", "go_forms"])) actions.add(name);
  if (!linkUp) return actions;
  if (!view.emergencies?.some((call) => call.role === "caller")) actions.add("help_call");
  switch (view.state) {
    case "away":
    case "paused":
    case "ready":
      actions.add("toggle_ready");
      break;
    case "offered":
      actions.add("answer").add("decline");
      break;
    case "serving":
      if (onTelephone(mine)) {
        if (mine?.ticket.callback === "reached") actions.add("end");
        break;
      }
      if (mine?.ticket.counter) {
        // Whoever is called must come first; then all that needs no link.
        if (mine.ticket.state === "called") actions.add("answer");
        else if (mine.destinations?.length) actions.add("end").add("print").add("transfer");
        else actions.add("end").add("print");
        break;
      }
      actions.add("end");
      if ((mine?.participants ?? []).length > 1) actions.add("go_company");
      if (mine && !standing(mine).lead) break; // who was asked in can talk, look and go
      if (successor(mine)) actions.add("hand_over");
      if (mine?.ticket.state === "serving") {
        actions.add("hold").add("print");
        if (!openCardOrder(mine) && !cardMissing(snapshot)) {
          actions.add("ask_card");
          if (!snapshot?.attributes) actions.add("card");
        }
      } else if (mine?.ticket.state === "held") actions.add("hold");
      // Whoever leads a conversation may hand it on, also out of a hold.
      if (mine?.destinations?.length) actions.add("transfer");
      break;
    case "wrapup":
      actions.add("toggle_ready"); // for afterwards: with people waiting the next call rings at once
      break;
  }
  return actions;
}
