/** One page, two uses: 電話で聞き取る (a record with a number to read out) and ためす (nothing is kept). */
import { html, nothing, render } from "/vendor/lit.js";
import { Refused } from "/shared/api.js";
import { Plain } from "/shared/elements.js";
import { begin } from "/shared/start.js";
import { t } from "/shared/strings.ja.js";
import { casePage } from "./cases.js";
import "./questions.js";
import "./sheet.js";

/**
 * @typedef {import("./cases.js").CasePage} CasePage
 * @typedef {import("./cases.js").Answer} Answer
 * @typedef {import("./cases.js").Give} Give
 */

class KInquiry extends Plain {
  static properties = { use: {}, data: { state: true }, event: { state: true }, trouble: { state: true } };

  constructor() {
    super();
    /** @type {"telephone" | "try"} */ this.use = "try";
    /** @type {CasePage | null} */ this.data = null;
    this.event = "";
    /** @type {string | null} */ this.trouble = null;
    /** Of a trial: kept in this page only. @type {{[fact: string]: Answer}} */ this.answers = {};
  }

  connectedCallback() {
    super.connectedCallback();
    void this.#send("try", { event: "tennyu" }, true); // to know which events there are
  }

  /** @param {string} path @param {unknown} body @param {boolean} [onlyEvents] */
  async #send(path, body, onlyEvents = false) {
    try {
      const data = await casePage(path, body);
      this.data = onlyEvents ? { ...data, page: null } : data;
      this.trouble = null;
    } catch (error) {
      if (!onlyEvents) this.trouble = error instanceof Refused ? error.message : t("api.failed");
    }
  }

  /** @param {string} event */
  #begin(event) {
    this.event = event;
    this.answers = {};
    void (this.use === "try" ? this.#send("try", { event }) : this.#send("previsit", { event }));
  }

  /** @param {Give} give */
  #give({ fact, answer }) {
    if (this.use === "telephone") return void this.#send("previsit/answer", { code: this.data?.code, fact, answer });
    if (answer) this.answers[fact] = answer;
    else delete this.answers[fact];
    void this.#send("try", { event: this.event, answers: this.answers });
  }

  /** @param {SubmitEvent} event */
  #open(event) {
    event.preventDefault();
    const code = /** @type {HTMLInputElement} */ (/** @type {HTMLFormElement} */ (event.target).elements.namedItem("code")).value.trim();
    if (/^[0-9]{6}$/.test(code)) void this.#send("previsit/page", { code });
    else this.trouble = t("case.code_wrong");
  }

  render() {
    const page = this.data?.page ?? null;
    const telephone = this.use === "telephone";
    return html`<div class="inquiry">
      <header><h1>${t(telephone ? "inquiry.telephone" : "inquiry.try")}</h1><p class="mut">${t(telephone ? "inquiry.telephone_sub" : "inquiry.try_sub")}</p><a class="button r" href="/console/">${t("inquiry.back")}</a></header>
      ${this.trouble ? html`<p class="alert ng" role="alert">▲ ${this.trouble}</p>` : nothing}
      ${page
        ? html`<main>
            <section><h2 class="h">${t("case.tab.questions")}</h2><div class="scroll grow"><k-questions .page=${page} own=${telephone ? "phone" : "said"} @give=${(/** @type {CustomEvent<Give>} */ e) => this.#give(e.detail)}></k-questions></div></section>
            <section><h2 class="h">${t("case.tab.sheet")} <small>${page.sheet.title}</small></h2>
              ${telephone ? html`<div class="readout" role="status"><span>${t("inquiry.read_out")}</span><b>${this.data?.code.replace(/(...)(...)/, "$1 $2")}</b><span class="mut">${t("inquiry.kept", { n: this.data?.days ?? 0 })}</span></div>` : nothing}
              <div class="scroll grow" tabindex="0" role="group" aria-label=${t("case.tab.sheet")}><k-sheet .page=${page}></k-sheet></div>
              <div class="casefoot"><button @click=${() => this.#again()}>${t(telephone ? "inquiry.next" : "inquiry.other")}</button></div></section>
          </main>`
        : html`<main class="choosing"><section><h2>${t("case.which")}</h2>
            <div class="events">${(this.data?.events ?? []).map((event) => html`<button class="tall" @click=${() => this.#begin(event.id)}>${event.label}</button>`)}</div>
            ${telephone ? html`<form class="attach" @submit=${this.#open}><label><span>${t("inquiry.open")}</span><input name="code" inputmode="numeric" maxlength="6" autocomplete="off" placeholder="000000" /></label><button>${t("inquiry.open_yes")}</button></form>` : nothing}
          </section></main>`}
    </div>`;
  }

  #again() {
    this.answers = {};
    this.data = this.data ? { ...this.data, page: null, code: "" } : null;
  }
}
customElements.define("k-inquiry", KInquiry);

const use = new URLSearchParams(location.search).has("telephone") ? "telephone" : "try";

begin({
  name: "console",
  title: use === "telephone" ? "inquiry.telephone" : "inquiry.try",
  open: ({ root }) => void render(html`<k-inquiry use=${use}></k-inquiry>`, root),
});
