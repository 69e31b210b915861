// The resident's page: it shows the agent's displays, sends touches back, and holds the voice link. Nothing is stored.

import { KioskScreen } from "./kiosk-screen.js";
import { AgentLink } from "./link.js";
import { chime, setSoundVolume } from "./sound.js";
import { Speaker } from "./speech.js";
import { wordsFor } from "./strings.js";
import { Voices } from "./voices.js";

/** @typedef {import("/protocol/messages").Display} Display */
/** @typedef {import("/protocol/messages").FromScreen} FromScreen */
/** @typedef {import("/protocol/messages").ToScreen} ToScreen */

/** How long a broken loopback may last before the screen stops showing what it shows. */
const PATIENCE_MS = 3000;

const token = location.hash.slice(1);
const screen = new KioskScreen();
const speaker = new Speaker();
document.body.append(screen);

/** @type {Display | null} */
let display = null;
let absence = 0;

const link = new AgentLink({
  url: `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws?t=${encodeURIComponent(token)}`,
  onMessage: receive,
  onChange: (up) => {
    if (up) {
      clearTimeout(absence);
      absence = 0;
      screen.agent = true;
      sized();
    } else if (!absence) absence = setTimeout(leaveAlone, PATIENCE_MS);
  },
  alive: () => ({ type: "page_alive", seq: display?.seq ?? 0 }),
});
const voices = new Voices({
  place: (sound) => document.body.append(sound),
  send: (body, generation) => link.send({ type: "voice_signal", generation, body }),
  onState: (state) => link.send(state),
});

/** How many lines fit is the agent's to say; how large the page is, ours. */
function sized() {
  link.send({ type: "page_size", width: innerWidth, height: innerHeight });
}

/** Without an agent nobody may be seen, heard or shown. */
function leaveAlone() {
  speaker.stop();
  screen.agent = false;
  screen.display = display = null;
  screen.pages = [];
  screen.leaf = null;
  talkWith([]);
}

/** @param {readonly import("/protocol/messages").Voice[]} clerks who leads the conversation first */
function talkWith(clerks) {
  voices.apply(clerks);
  const videos = voices.videos;
  screen.video = videos.get(clerks[0]?.generation ?? -1) ?? null;
  screen.videos = videos;
}

/** @param {ToScreen} message */
function receive(message) {
  switch (message.type) {
    case "display":
      return show(message);
    case "voice_signal":
      return void voices.signal(message);
    case "form_pages":
      screen.pages = message.pages.map((png) => `data:image/png;base64,${png}`);
      return;
    case "shared_page":
      screen.leaf = message.number ? { src: `data:image/jpeg;base64,${message.jpeg}`, width: message.width, height: message.height } : null;
      return;
    case "page_marks":
      screen.marks = message;
      return;
    case "reload":
      return renew();
  }
}

/** @param {Display} next */
function show(next) {
  const rang = next.screen.type === "connecting" && display !== null && display.screen.type !== "connecting";
  if (next.staff_call && display && !display.staff_call) chime();
  display = next;
  const page = document.documentElement;
  page.lang = next.language === "en" ? "en" : "ja";
  page.dataset.language = next.language;
  page.toggleAttribute("data-large", next.large);
  page.toggleAttribute("data-banner", next.simulated.length > 0);
  page.toggleAttribute("data-watched", next.watched_by.length > 0);
  page.toggleAttribute("data-writing", (next.screen.type === "call" && next.screen.writing) || next.screen.type === "card_password");
  document.title = `${next.city} ${wordsFor(next.language).plain("header.window")}`;
  setSoundVolume(next.volume);
  voices.setVolume(next.volume);
  talkWith(next.voice ? [next.voice, ...next.voices] : []);
  screen.agent = true;
  screen.display = next;
  if (rang) chime();
  speaker.show(next);
}

/**
 * A new document in a new process. Under the same site the browser would keep the renderer, and in its memory what the
 * visit left there; this machine has two names, and another name is another site.
 */
function renew() {
  speaker.stop();
  talkWith([]);
  const address = new URL(location.href);
  address.hostname = address.hostname === "localhost" ? "127.0.0.1" : "localhost";
  address.searchParams.set("life", crypto.randomUUID());
  location.replace(address);
}

screen.addEventListener("out", (event) => link.send(/** @type {CustomEvent<FromScreen>} */ (event).detail));
window.addEventListener("resize", sized);
setInterval(() => screen.tick(), 1000);
// A voice that goes on after a press would speak of a screen that is gone.
document.addEventListener("pointerdown", () => speaker.stop(), { capture: true });

// A palm, a long press, two fingers: nothing of the browser's own may appear.
for (const unwanted of ["contextmenu", "dragstart", "gesturestart", "selectstart"]) {
  document.addEventListener(unwanted, (event) => {
    if (!(event.composedPath()[0] instanceof HTMLTextAreaElement)) event.preventDefault();
  });
}
document.addEventListener("wheel", (event) => event.ctrlKey && event.preventDefault(), { passive: false });
document.addEventListener("touchmove", (event) => event.touches.length > 1 && event.preventDefault(), { passive: false });
