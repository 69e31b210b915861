/** 「まどを 送る」: a link, its picture and six digits for somebody who talks from their own telephone or desk. */
import { html, nothing } from "/vendor/lit.js";
import { Plain } from "/shared/elements.js";
import { Refused } from "/shared/api.js";
import { t } from "/shared/strings.ja.js";
import { WINDOW_TEXTS as texts, lasting, until } from "/shared/window.ja.js";

/** @typedef {{id: string, link: string, digits: string, qr: string, expires: string}} Made */
/** @typedef {{id: string, purpose: string, who: keyof typeof texts.who, expires: string, opened: boolean, revoked: boolean, mine: boolean}} Row */

const LASTS = [60, 24 * 60, 3 * 24 * 60];

class KSendWindow extends Plain {
  static properties = { purposes: { attribute: false }, made: { state: true }, rows: { state: true }, problem: { state: true }, copied: { state: true } };

  constructor() {
    super();
    /** @type {{[key: string]: string}} */ this.purposes = {};
    /** @type {Made | null} */ this.made = null;
    /** @type {readonly Row[]} */ this.rows = [];
    this.problem = "";
    this.copied = false;
  }

  async #look() {
    try {
      this.rows = (await asked("/api/windows")).windows.filter((/** @type {Row} */ row) => !row.revoked);
    } catch (error) {
      this.problem = error instanceof Refused ? error.message : t("api.failed");
    }
  }

  /** @param {SubmitEvent} event */
  async #send(event) {
    event.preventDefault();
    const form = new FormData(/** @type {HTMLFormElement} */ (event.currentTarget));
    this.problem = "";
    this.copied = false;
    try {
      this.made = await asked("/api/windows", { purpose: form.get("purpose"), who: form.get("who"), minutes: Number(form.get("minutes")) });
      await this.#look();
      await this.updateComplete;
      /** @type {HTMLElement | null} */ (this.querySelector(".sent-window h3"))?.focus();
    } catch (error) {
      this.problem = error instanceof Refused ? error.message : t("api.failed");
    }
  }

  async #copy() {
    await navigator.clipboard?.writeText(this.made?.link ?? "");
    this.copied = true;
  }

  /** @param {Row} row */
  async #revoke(row) {
    await asked(`/api/windows/${encodeURIComponent(row.id)}/revoke`, {});
    if (this.made?.id === row.id) this.made = null;
    await this.#look();
  }

  render() {
    const purposes = Object.entries(this.purposes);
    const usual = this.purposes["jigyosha"] ? "jigyosha" : purposes[0]?.[0];
    return html`<details class="send-window" @toggle=${(/** @type {Event} */ event) => /** @type {HTMLDetailsElement} */ (event.currentTarget).open && void this.#look()}>
      <summary><h2>${texts.title}</h2> <span class="mut">${texts.short}</span></summary>
      ${this.made ? this.#sent(this.made) : html`<form @submit=${(/** @type {SubmitEvent} */ event) => void this.#send(event)}>
        <p>${texts.lead}</p>
        <label class="field">${texts.purpose}<select name="purpose">${purposes.map(([id, label]) => html`<option value=${id} ?selected=${id === usual}>${label}</option>`)}</select></label>
        <label class="field">${texts.to}<select name="who">${Object.entries(texts.who).map(([id, label]) => html`<option value=${id}>${label}</option>`)}</select></label>
        <label class="field">${texts.lasts}<select name="minutes">${LASTS.map((minutes) => html`<option value=${minutes} ?selected=${minutes === LASTS[1]}>${lasting(minutes)}</option>`)}</select></label>
        <button class="blue">${texts.make}</button>
      </form>`}
      <p class="ng" role="alert">${this.problem}</p>
      ${this.rows.length ? html`<h3>${texts.open}</h3><ul class="papers">${this.rows.map((row) => html`<li><b>${texts.who[row.who]}</b> <span>${this.purposes[row.purpose] ?? row.purpose}</span> <span class="mut">${row.opened ? texts.opened : until(row.expires)}</span> <button class="small" aria-label="${texts.revoke} ${texts.who[row.who]}" @click=${() => void this.#revoke(row)}>${texts.revoke}</button></li>`)}</ul>` : nothing}
    </details>`;
  }

  /** @param {Made} made */
  #sent(made) {
    return html`<div class="sent-window">
      <h3 tabindex="-1">${texts.made}</h3>
      <img src="data:image/png;base64,${made.qr}" width="200" height="200" alt=${texts.qr} />
      <dl><div><dt>${texts.digits}</dt><dd class="code">${made.digits.slice(0, 3)} ${made.digits.slice(3)}</dd></div>
        <div><dt>${texts.where}</dt><dd>${new URL(made.link).host}/window/</dd></div>
        <div><dt>${texts.lasts}</dt><dd>${until(made.expires)}・${texts.once}</dd></div></dl>
      <p><button class="blue" @click=${() => void this.#copy()}>${this.copied ? texts.copied : texts.copy}</button>
        <button @click=${() => (this.made = null)}>${texts.another}</button></p>
      <p class="mut small">${texts.careful}</p>
    </div>`;
  }
}
customElements.define("k-send-window", KSendWindow);

/** @param {string} path @param {object} [body] */
async function asked(path, body) {
  const answer = await fetch(path, body === undefined ? { cache: "no-store" } : { method: "POST", cache: "no-store", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  const said = await answer.json();
  if (!answer.ok) throw new Refused(answer.status, said.message, said.error);
  return said;
}
