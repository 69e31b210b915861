/** What there is to do today, before anybody has chosen a kiosk: one errand for each thing that ails, the worst first. */
import { html, nothing } from "/vendor/lit.js";
import { Plain } from "/shared/elements.js";
import { reason, t } from "/shared/strings.ja.js";
import { advice } from "./advice.js";
import { SIGNS, placeOf, rows } from "./fleet.js";

/** @typedef {import("/protocol/messages").KioskForFleet} Kiosk */
/** @typedef {{key: string, kiosks: readonly [Kiosk, ...Kiosk[]]}} Errand */

const NAMED = 6;

/**
 * Put together what one errand mends: the same state for the same reason. What was revoked, or is between two visits, is nobody's errand.
 * @param {readonly Kiosk[]} kiosks @returns {Errand[]}
 */
export function errands(kiosks) {
  /** @type {Map<string, [Kiosk, ...Kiosk[]]>} */
  const found = new Map();
  for (const kiosk of rows(kiosks, "all", "")) {
    if (kiosk.reason === null || kiosk.state === "ok" || kiosk.state === "maintenance") continue;
    const key = `${kiosk.state} ${kiosk.reason}`;
    const same = found.get(key);
    if (same) same.push(kiosk);
    else found.set(key, [kiosk]);
  }
  return [...found].map(([key, same]) => ({ key, kiosks: same }));
}

class KErrands extends Plain {
  static properties = { kiosks: { attribute: false } };

  constructor() {
    super();
    /** @type {readonly Kiosk[]} */ this.kiosks = [];
  }

  render() {
    if (!this.kiosks.length) return nothing;
    const todo = errands(this.kiosks);
    return html`<section class="detail errands" aria-labelledby="errands-title">
      <h2 id="errands-title">${t("fleet.errands")}</h2>
      ${todo.length ? html`<ol>${todo.map((errand) => this.#errand(errand))}</ol>` : html`<p class="alert fine"><b>● ${t("fleet.errands.none")}</b></p>`}
      <p class="mut small">${t("fleet.errands.how")}</p>
    </section>`;
  }

  /** @param {Event} event @param {string} kiosk */
  #go(event, kiosk) {
    event.preventDefault();
    this.emit("pick", kiosk);
  }

  /** @param {Errand} errand */
  #errand({ kiosks }) {
    const [first] = kiosks;
    const { sign, kind } = SIGNS[first.state];
    const advised = advice(first);
    const more = kiosks.length - NAMED;
    return html`<li class="alert ${kind === "n" ? "bad" : kind === "y" ? "" : "calm-note"}">
      <h3>${sign} ${reason(first.reason ?? "")}${kiosks.length > 1 ? html` <small>${t("fleet.count", { count: kiosks.length })}</small>` : nothing}</h3>
      ${advised ? html`<p>${advised}</p>` : nothing}
      <p class="at">${kiosks.slice(0, NAMED).map((kiosk) => html`<a class="button small" href="#${kiosk.id}" @click=${(/** @type {Event} */ event) => this.#go(event, kiosk.id)}>${placeOf(kiosk)} ${kiosk.name}</a>`)}
        ${more > 0 ? html`<span class="mut">${t("fleet.errands.more", { count: more })}</span>` : nothing}</p>
    </li>`;
  }
}
customElements.define("k-errands", KErrands);
