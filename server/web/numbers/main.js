/** Opens the page of figures: who is signed in, and may they see it. */
import { html, render } from "/vendor/lit.js";
import { me, signOut } from "/shared/api.js";
import "/shared/sign-in.js";
import { t } from "/shared/strings.ja.js";
import "./numbers.js";

const root = /** @type {HTMLElement} */ (document.getElementById("app"));
const ROLES = ["supervisor", "administrator", "auditor"];

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
  if (!who.roles.some((role) => ROLES.includes(role))) return showSignIn(t("numbers.forbidden"));
  document.title = t("title.numbers");
  const leave = async () => {
    await signOut().catch(() => undefined);
    showSignIn(t("signin.bye"));
  };
  render(html`<k-numbers .me=${who} @sign-out=${() => void leave()}></k-numbers>`, root);
}

void start();
