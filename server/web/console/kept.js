/** The stills that were kept of a visit: what for, how much of it is black, a look at it, and the way out of the case. */
import { html, nothing } from "/vendor/lit.js";
import { Refused } from "/shared/api.js";
import { Plain, ask } from "/shared/elements.js";
import { t } from "/shared/strings.ja.js";
import { dropStill, keptPicture, keptStills } from "./still-api.js";

class KKept extends Plain {
  static properties = { ticket: {}, list: { state: true }, trouble: { state: true } };

  constructor() {
    super();
    this.ticket = "";
    /** @type {import("./still-api.js").KeptList | null} */ this.list = null;
    this.trouble = "";
    this.again = () => void this.#load(() => keptStills(this.ticket));
  }

  connectedCallback() {
    super.connectedCallback();
    addEventListener("kept", this.again);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    removeEventListener("kept", this.again);
  }

  /** @param {Map<PropertyKey, unknown>} changed */
  willUpdate(changed) {
    if (changed.has("ticket") && this.ticket) this.again();
  }

  /** @param {() => Promise<import("./still-api.js").KeptList>} how */
  async #load(how) {
    try {
      this.list = await how();
      this.trouble = "";
    } catch (error) {
      this.trouble = error instanceof Refused ? error.message : t("api.failed");
    }
  }

  /** @param {string} id */
  async #see(id) {
    const bitmap = await keptPicture(this.ticket, id).catch(() => null);
    if (!bitmap) return;
    const canvas = Object.assign(document.createElement("canvas"), { width: bitmap.width, height: bitmap.height });
    canvas.getContext("2d")?.drawImage(bitmap, 0, 0);
    bitmap.close();
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", t("still.picture"));
    await ask({ title: t("still.list"), content: html`<div class="paperview keptview" tabindex="0">${canvas}</div>`, choices: [], wide: true });
    canvas.width = 0; // the picture goes with the dialog
  }

  /** @param {string} id */
  async #drop(id) {
    const answer = await ask({ title: t("still.list.drop.title"), body: t("still.list.drop.body"), choices: [{ value: "yes", label: t("still.list.drop.yes"), kind: "danger" }] });
    if (answer === "yes") await this.#load(() => dropStill(this.ticket, id));
  }

  render() {
    const stills = this.list?.stills ?? [];
    return html`<h3>${t("still.list")} ${stills.length ? html`<small>${t("still.list.sub", { days: this.list?.days ?? 0 })}</small>` : nothing}</h3>
      ${this.trouble ? html`<p class="alert ng" role="alert">▲ ${this.trouble}</p>` : nothing}
      ${stills.length
        ? html`<ul class="visits">${stills.map(
            (one) => html`<li><span><b>${t(`still.why.${one.why}`)}</b>${one.item_name ? html` ・ ${one.item_name}` : nothing}${one.note ? html` ・ ${one.note}` : nothing} <small>${t("still.list.masks", { n: one.masks })}</small></span>
              <button class="small" @click=${() => void this.#see(one.id)}>${t("still.list.see")}</button><button class="small" @click=${() => void this.#drop(one.id)}>${t("still.list.drop")}</button></li>`,
          )}</ul>`
        : html`<p class="empty">${t("still.list.none")}</p>`}`;
  }
}
customElements.define("k-kept", KKept);
