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
    /** @type {import("/shared/api.js").Enrolment | null} */ this.result = null;
    /** @type {string | null} */ this.error = null;
    /** @type {string | null} The command that was copied. */ this.copied = null;
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

  /** @param {string} command @param {MouseEvent} event */
  async #copy(command, event) {
    // Only in a secure context; elsewhere the command is selected for the keyboard.
    if (navigator.clipboard) {
      await navigator.clipboard.writeText(command).catch(() => undefined);
      this.copied = command;
    } else getSelection()?.selectAllChildren(/** @type {Node} */ (/** @type {HTMLElement} */ (event.target).previousElementSibling));
  }

  render() {
    if (this.result) {
      const until = new Date(this.result.expires);
      return html`<div class="enrol done" role="status">
        <p>${t("enrol.code")}</p><p class="code">${this.result.code}</p>
        <p class="mut">${t("enrol.expires", { time: Number.isNaN(until.getTime()) ? this.result.expires : `${dayOf(until)} ${timeOf(until)}` })}</p>
        <p>${t("enrol.command")}</p>
        <ol class="steps">${commands(location.origin, this.result).map(
          ({ what, command }) => html`<li>${what === "authority" ? html`<a href="/api/authority" download="ca.pem">${t("enrol.save_ca")}</a> ` : nothing}${t(`enrol.step.${what}`)}
            <p class="command"><code>${command}</code><button class="small" @click=${(/** @type {MouseEvent} */ event) => this.#copy(command, event)}>${t(this.copied === command ? "enrol.copied" : "enrol.copy")}</button></p></li>`,
        )}</ol>
        ${location.protocol === "https:" && !this.result.authority ? html`<p class="mut small">${t("enrol.ca")}</p>` : nothing}
        <p>${t("enrol.then")}</p>
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

/**
 * What to type on the kiosk, in order and ready to copy; pure. A city with an authority of its own hands it over first.
 * @param {string} origin @param {{code: string, authority: boolean}} result
 * @returns {{what: "authority" | "enrol" | "doctor" | "start", command: string}[]}
 */
export function commands(origin, { code, authority }) {
  const config = "--config /etc/komado/kiosk.toml";
  const enrol = `komado-kiosk enrol --server ${origin} --code ${code}`;
  return [
    ...(authority ? [{ what: /** @type {const} */ ("authority"), command: "install -m 644 ca.pem /etc/komado/ca.pem" }] : []),
    { what: "enrol", command: `${enrol}${authority ? " --ca /etc/komado/ca.pem" : ""} ${config}` },
    { what: "doctor", command: `komado-kiosk doctor ${config}` },
    { what: "start", command: "systemctl enable --now komado-kiosk komado-screen" },
  ];
}

/** @param {unknown} error */
function sentence(error) {
  return error instanceof Refused ? error.message : t("api.failed");
}

/** Open the dialog. */
export function enrolDialog() {
  return ask({ title: t("enrol.title"), content: html`<k-enrol></k-enrol>`, choices: [], wide: true });
}
