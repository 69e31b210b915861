/** Pages looked at together: choose a file or a sample, turn, point, write, enlarge, put away. Both ends show the same drawing. */
import { html, nothing } from "/vendor/lit.js";
import "/protocol/page-view.js";
import { Refused } from "/shared/api.js";
import { Plain } from "/shared/elements.js";
import { t } from "/shared/strings.ja.js";
import { fileLeaves, sampleLeaves, samples } from "./leaves.js";

/** @typedef {import("./leaves.js").Leaves} Leaves */
/** @typedef {import("./paper.js").Told} Told */

const LARGEST = 10_000_000;

class KPages extends Plain {
  static properties = { leaves: { attribute: false }, told: { attribute: false }, ticket: {}, tick: { attribute: false }, list: { state: true }, busy: { state: true }, trouble: { state: true } };

  constructor() {
    super();
    /** @type {Leaves | null} */ this.leaves = null;
    /** @type {Told | null} */ this.told = null;
    this.ticket = "";
    this.tick = 0;
    /** @type {{id: string, title: string}[]} */ this.list = [];
    this.busy = false;
    this.trouble = "";
  }

  connectedCallback() {
    super.connectedCallback();
    void samples().then((list) => (this.list = list)).catch(() => undefined);
  }

  /** Which place of the page lies at a point of the window. @param {number} x @param {number} y */
  placeAt(x, y) {
    return /** @type {import("/protocol/page-view.js").PageView | null} */ (this.querySelector("page-view"))?.placeAt(x, y) ?? null;
  }

  /** @param {() => Promise<import("./leaves.js").Leaf[]>} how */
  async #bring(how) {
    if (this.busy) return;
    this.busy = true;
    this.trouble = "";
    try {
      this.leaves?.share(await how());
    } catch (error) {
      this.trouble = error instanceof Refused ? error.message : t("api.failed");
    } finally {
      this.busy = false;
    }
  }

  /** @param {Event} event */
  #chosen(event) {
    const input = /** @type {HTMLInputElement} */ (event.target);
    const file = input.files?.[0];
    input.value = "";
    if (!file) return;
    if (file.size > LARGEST) this.trouble = t("pages.too_large");
    else void this.#bring(() => fileLeaves(this.ticket, file));
  }

  render() {
    const leaves = this.leaves;
    const page = leaves?.pages[leaves.at - 1];
    if (!leaves || !page) return this.#choose();
    const told = this.told?.leaf === leaves.at ? this.told : null;
    const there = told?.leaves.includes(leaves.at) ?? false;
    return html`<page-view .src=${page.src} .width=${page.width} .height=${page.height} .look=${told?.look ?? { zoom: 100, x: 0.5, y: 0.5 }} .dot=${told?.dot ?? null} .lines=${told?.lines ?? []} .label=${t("pages.page", { n: leaves.at, of: leaves.pages.length })} .here=${t("pages.here")}></page-view>
      <p class="leafhint ${there ? "on" : ""}" role="status">${there ? html`<b>● ${t("pages.shown")}</b>` : t("pages.sending")}</p>`;
  }

  #choose() {
    return html`<div class="choosepages"><h3>${t("pages.title")}</h3><p>${t("pages.sub")}</p>
      <label class="filepick ${this.busy ? "off" : ""}"><input type="file" accept="application/pdf,image/png,image/jpeg" ?disabled=${this.busy} @change=${this.#chosen} /><span>${t("pages.file")}</span></label>
      <p class="mut">${t("pages.limits")}</p>
      ${this.list.length ? html`<h4>${t("pages.samples")}</h4><div class="samples">${this.list.map((one) => html`<button ?disabled=${this.busy} @click=${() => void this.#bring(() => sampleLeaves(this.ticket, one.id))}>${one.title}</button>`)}</div>` : nothing}
      ${this.busy ? html`<p role="status">${t("pages.drawing")}</p>` : nothing}
      ${this.trouble ? html`<p class="alert ng" role="alert">▲ ${this.trouble}</p>` : nothing}
    </div>`;
  }
}
customElements.define("k-leaves", KPages);
