/** Opens the window: a code becomes a place at the server, and the place a visit. */
import { html, render } from "/vendor/lit.js";
import { codeOfAddress, exchange, forget, kept } from "./door.js";
import "./page.js";
import { t } from "./strings.ja.js";
import { Visit } from "./visit.js";

const root = /** @type {HTMLElement} */ (document.getElementById("app"));

/** @param {string} problem @param {boolean} [busy] */
function askCode(problem, busy = false) {
  const send = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const code = String(new FormData(/** @type {HTMLFormElement} */ (event.currentTarget)).get("code")).trim();
    if (code) void enter(code);
  };
  render(
    html`<main class="win"><header class="head"><b>${t("title")}</b></header>
      <form class="sheet-of" @submit=${send}>
        <h1>${t("code.title")}</h1>
        <p>${t("code.lead")}</p>
        <label class="field">${t("code.label")}<input name="code" class="digits" inputmode="numeric" autocomplete="one-time-code" maxlength="40" required aria-describedby="problem" /></label>
        <p id="problem" class="wrong" role="alert">${problem}</p>
        <button class="go" ?disabled=${busy}>${t("code.go")}</button>
      </form></main>`,
    root,
  );
}

/** @param {string} code */
async function enter(code) {
  askCode("", true);
  try {
    const entry = await exchange(code);
    if ("message" in entry) askCode(`${entry.message || t("code.link_bad")}`);
    else start(entry);
  } catch {
    askCode(t("code.link_bad"));
  }
}

/** @param {import("./door.js").Entry} entry */
function start(entry) {
  const visit = new Visit(entry);
  visit.addEventListener("change", () => {
    if (visit.goodbye === "unknown_device" || visit.goodbye === "revoked") forget();
  });
  render(html`<k-window .visit=${visit}></k-window>`, root);
}

/** Keys that never leave the browser are what this page proves itself with; a browser without them cannot take part. */
async function able() {
  if (!window.isSecureContext || navigator.mediaDevices === undefined) return t("code.insecure");
  try {
    await crypto.subtle.generateKey("Ed25519", false, ["sign"]);
    return "";
  } catch {
    return t("code.too_old");
  }
}

const unable = await able();
const code = codeOfAddress();
if (unable) render(html`<main class="win"><header class="head"><b>${t("title")}</b></header><section class="sheet-of"><h1>${t("gone.title")}</h1><p>${unable}</p></section></main>`, root);
else if (code) await enter(code);
else {
  const entry = await kept();
  if (entry) start(entry);
  else askCode("");
}
addEventListener("hashchange", () => {
  const again = codeOfAddress();
  if (again) void exchange(again).then((entry) => "message" in entry || location.reload());
});
