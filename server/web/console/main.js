/** Opens the console: who is signed in, the line to the server, camera and microphone. */
import { html, render } from "/vendor/lit.js";
import { me, probe, signOut } from "/shared/api.js";
import { Link, socketUrl } from "/shared/link.js";
import "/shared/sign-in.js";
import { label, t } from "/shared/strings.ja.js";
import { forgetSessionKey, newSessionKey, sessionKey, verify } from "./binding.js";
import "./console.js";
import { Desk } from "./desk.js";
import { CallMedia } from "./media.js";
import { Ring } from "./ring.js";

const root = /** @type {HTMLElement} */ (document.getElementById("app"));
const ring = new Ring();

/** Plain HTTP from another machine: no camera, no microphone, no keys. Text still works. */
const secure = window.isSecureContext && navigator.mediaDevices !== undefined;

/** @param {string | null} notice */
function showSignIn(notice) {
  document.title = t("title.signin");
  render(html`<k-sign-in .notice=${notice} @signed-in=${() => void start(true)}></k-sign-in>`, root);
}

/** @param {boolean} fresh a new sign-in makes a new key */
async function start(fresh) {
  let who = null;
  try {
    who = await me();
  } catch {
    showSignIn(t("api.unreachable"));
    return;
  }
  if (who === null) return showSignIn(null);
  document.title = t("title.console");
  const key = secure ? await (fresh ? newSessionKey() : sessionKey()) : null;
  const link = new Link({ url: socketUrl("/ws/staff"), probe, hello: () => ({ type: "staff_hello", session_key: key?.publicKey ?? "" }) });
  /** @type {Desk | null} */
  let desk = null;
  const options = key && {
    send: (/** @type {any} */ body) => desk?.relay(body),
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
    if (reason === "replaced") showReplaced();
    else showSignIn(label("goodbye", reason));
  });
  render(html`<k-console .desk=${desk} .ring=${ring} @sign-out=${() => void leave(link)}></k-console>`, root);
  link.open();
}

/** @param {Link} link */
async function leave(link) {
  link.close();
  await signOut().catch(() => undefined);
  if (secure) await forgetSessionKey();
  render(html``, root);
  showSignIn(t("signin.bye"));
}

/** Another window of the same person has taken over; this one must not fight for it. */
function showReplaced() {
  const back = () => {
    render(html``, root);
    void start(false);
  };
  render(html`<main class="signin"><div class="replaced"><h1>${t("replaced.title")}</h1><p>${t("replaced.body")}</p><button class="primary tall" @click=${back}>${t("replaced.here")}</button></div></main>`, root);
}

void start(false);
