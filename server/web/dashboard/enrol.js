/** 端末を登録する: a place, a name, then a code that works once and the exact command for the kiosk. */
import { html, nothing } from "/vendor/lit.js";
import { Refused, enrol, sites } from "/shared/api.js";
import { dayOf, timeOf } from "/shared/dates.js";
import { Plain, ask } from "/shared/elements.js";
import { t } from "/shared/strings.ja.js";

class KEnrol extends Plain {
  static properties = { sites: { state: true }, result: { state: true }, error: { state: true }, copied: { state: true } };

  constructor() {
    super();
    /** @type {{id: string, name: string}[]} */ this.sites = [];
    /** @type {{code: string, expires: string} | null} */ this.result = null;
    /** @type {string | null} */ this.error = null;
    this.copied = false;
    this.busy = false;
  }

  connectedCallback() {
    super.connectedCallback();
    void this.#load();
  }

  async #load() {
    try {
      this.sites = await sites();
    } catch (error) {
      this.error = sentence(error);
    }
  }

  /** @param {SubmitEvent} event */
  async #submit(event) {
    event.preventDefault();
    const data = new FormData(/** @type {HTMLFormElement} */ (event.target));
    const name = String(data.get("name")).trim();
    if (!name) {
      this.error = t("enrol.no_name");
      /** @type {HTMLElement} */ (this.querySelector("[name=name]")).focus();
      return;
    }
    if (this.busy) return;
    this.busy = true;
    try {
      this.result = await enrol(String(data.get("site")), name);
      this.error = null;
    } catch (error) {
      this.error = sentence(error);
    } finally {
      this.busy = false;
    }
  }

  get command() {
    return `komado-kiosk enrol --server ${location.origin} --code ${this.result?.code ?? ""}`;
  }

  async #copy() {
    // Only in a secure context; elsewhere the command is selected for the keyboard.
    if (navigator.clipboard) {
      await navigator.clipboard.writeText(this.command).catch(() => undefined);
      this.copied = true;
    } else getSelection()?.selectAllChildren(/** @type {Node} */ (this.querySelector("code")));
  }

  render() {
    if (this.result) {
      const until = new Date(this.result.expires);
      return html`<div class="enrol done" role="status">
        <p>${t("enrol.code")}</p><p class="code">${this.result.code}</p>
        <p class="mut">${t("enrol.expires", { time: Number.isNaN(until.getTime()) ? this.result.expires : `${dayOf(until)} ${timeOf(until)}` })}</p>
        <p>${t("enrol.command")}</p>
        <p class="command"><code>${this.command}</code><button class="small" @click=${this.#copy}>${t(this.copied ? "enrol.copied" : "enrol.copy")}</button></p>
        <p class="mut small">${t("enrol.ca")}</p><p>${t("enrol.then")}</p>
      </div>`;
    }
    return html`<form class="enrol" @submit=${this.#submit} novalidate>
      <p>${t("enrol.body")}</p>
      ${this.error ? html`<p class="ng" role="alert">▲ ${this.error}</p>` : nothing}
      <label class="field"><span>${t("enrol.site")}</span><select name="site">${this.sites.map((site) => html`<option value=${site.id}>${site.name}</option>`)}</select></label>
      <label class="field"><span>${t("enrol.name")}</span><input name="name" maxlength="60" autocomplete="off" placeholder=${t("enrol.name.hint")} /></label>
      <button class="primary tall" ?disabled=${!this.sites.length}>${t("enrol.go")}</button>
    </form>`;
  }
}
customElements.define("k-enrol", KEnrol);

/** @param {unknown} error */
function sentence(error) {
  return error instanceof Refused ? error.message : t("api.failed");
}

/** Open the dialog. */
export function enrolDialog() {
  return ask({ title: t("enrol.title"), content: html`<k-enrol></k-enrol>`, choices: [], wide: true });
}
