/** Opens the supervisor's page: who is signed in, may they see it, the line to the server. */
import { html, render } from "/vendor/lit.js";
import { me, probe, signOut } from "/shared/api.js";
import { Link, socketUrl } from "/shared/link.js";
import "/shared/sign-in.js";
import { label, t } from "/shared/strings.ja.js";
import "./wallboard.js";

const root = /** @type {HTMLElement} */ (document.getElementById("app"));
const ROLES = ["supervisor", "administrator"];

/** @param {string | null} notice */
function showSignIn(notice) {
  document.title = t("title.signin");
  render(html`<k-sign-in .notice=${notice} @signed-in=${() => void start()}></k-sign-in>`, root);
}

async function start() {
  let who = null;
  try {
    who = await me();
  } catch {
    return showSignIn(t("api.unreachable"));
  }
  if (who === null) return showSignIn(null);
  if (!who.roles.some((role) => ROLES.includes(role))) return showSignIn(t("floor.forbidden"));
  document.title = t("title.floor");
  const link = new Link({ url: socketUrl("/ws/floor"), probe, hello: () => ({ type: "staff_hello", session_key: "" }) });
  link.addEventListener("goodbye", (event) => showSignIn(label("goodbye", /** @type {CustomEvent} */ (event).detail)));
  const leave = async () => {
    link.close();
    await signOut().catch(() => undefined);
    showSignIn(t("signin.bye"));
  };
  render(html`<k-wallboard .link=${link} .me=${who} @sign-out=${() => void leave()}></k-wallboard>`, root);
  link.open();
}

void start();
