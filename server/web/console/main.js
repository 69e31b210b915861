/** Opens the console: the line to the server, camera and microphone. */
import { html, render } from "/vendor/lit.js";
import { probe } from "/shared/api.js";
import { Link, socketUrl } from "/shared/link.js";
import { begin } from "/shared/start.js";
import { label, t } from "/shared/strings.ja.js";
import { forgetSessionKey, newSessionKey, sessionKey, verify } from "./binding.js";
import "./console.js";
import { Desk } from "./desk.js";
import { CallMedia } from "./media.js";
import { Ring } from "./ring.js";

const ring = new Ring();

/** Plain HTTP from another machine: no camera, no microphone, no keys. Text still works. */
const secure = window.isSecureContext && navigator.mediaDevices !== undefined;

begin({ name: "console", title: "title.console", open, left: async () => void (secure && (await forgetSessionKey())) });

/** @param {import("/shared/start.js").Begun} begun */
async function open({ root, fresh, signIn, leave, again }) {
  const key = secure ? await (fresh ? newSessionKey() : sessionKey()) : null; // a new sign-in makes a new key
  const link = new Link({ url: socketUrl("/ws/staff"), probe, hello: () => ({ type: "staff_hello", session_key: key?.publicKey ?? "" }) });
  /** @type {Desk | null} */
  let desk = null;
  const options = key && {
    send: (/** @type {any} */ body) => desk?.relay(body),
    toColleague: (/** @type {number} */ to, /** @type {any} */ body) => desk?.toColleague(to, body),
    sign: key.sign,
    verify,
    iceServers: /** @type {readonly import("/protocol/messages").IceServer[]} */ ([]),
  };
  link.addEventListener("message", (event) => {
    const message = /** @type {CustomEvent} */ (event).detail;
    if (options && message.type === "staff_welcome") options.iceServers = message.ice_servers; // TURN passes are short-lived
  });
  desk = new Desk(link, options && new CallMedia(options));
  desk.addEventListener("goodbye", (event) => {
    const reason = /** @type {CustomEvent} */ (event).detail;
    if (reason === "replaced") showReplaced(root, again);
    else signIn(label("goodbye", reason));
  });
  desk.wants(asked());
  const bye = async () => {
    link.close();
    await leave();
  };
  render(html`<k-console .desk=${desk} .ring=${ring} @sign-out=${() => void bye()}></k-console>`, root);
  link.open();
}

/** The call the supervisor's page sent us into; taken out of the address, so that a reload is no second wish. */
function asked() {
  const where = new URLSearchParams(location.search);
  const ticket = where.get("call");
  if (!ticket) return null;
  history.replaceState(null, "", location.pathname);
  return { ticket, how: where.get("how") === "join" ? "join" : "watch" };
}

/** Another window of the same person has taken over; this one must not fight for it. @param {HTMLElement} root @param {() => void} again */
function showReplaced(root, again) {
  const back = () => {
    render(html``, root);
    again();
  };
  render(html`<main class="signin"><div class="replaced"><h1>${t("replaced.title")}</h1><p>${t("replaced.body")}</p><button class="primary tall" @click=${back}>${t("replaced.here")}</button></div></main>`, root);
}
