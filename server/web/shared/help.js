/** Somebody called for help: one red line for each call, with what the viewer can say to it. */
import { html, nothing } from "/vendor/lit.js";
import { Plain, ask } from "/shared/elements.js";
import { t } from "/shared/strings.ja.js";

/** @typedef {import("/protocol/messages").Emergency} Emergency */

/** Return the calls that were not there before and that somebody else makes: these ring. @param {ReadonlySet<string>} known @param {readonly Emergency[]} calls */
export function newCalls(known, calls) {
  return calls.filter((call) => call.role === "asked" && !known.has(call.id));
}

/** Return where somebody needs help. @param {Emergency} call */
export function helpPlace({ site, kiosk_name: name }) {
  return !name || name.startsWith(site) ? name || site : `${site} ${name}`;
}

/** Events: "come" and "end-help", each with the id of the call. */
class KHelp extends Plain {
  static properties = { calls: { attribute: false }, at: { attribute: false } };

  constructor() {
    super();
    /** @type {readonly Emergency[]} */ this.calls = [];
    this.at = 0;
  }

  /** @param {Emergency} call */
  async #end(call) {
    const answer = await ask({ title: t("help.end.title"), body: t("help.end.body"), choices: [{ value: "yes", label: t("help.end"), kind: "primary" }] });
    if (answer === "yes") this.emit("end-help", call.id);
  }

  render() {
    if (!this.calls.length) return nothing;
    return html`<div class="helpband" role="alert">${this.calls.map((call) => this.#call(call))}</div>`;
  }

  /** @param {Emergency} call */
  #call(call) {
    const place = helpPlace(call);
    const mine = call.role === "caller";
    return html`<p>
      <b class="what">■ ${t(mine ? "help.mine" : "help.wanted")}</b>
      ${mine ? nothing : html`<b>${t("help.who", { name: call.name, department: call.department })}</b>`}
      <span>${place ? t("help.at", { place }) : mine ? nothing : t("help.no_place")}</span>
      <b><k-duration .since=${this.at - call.for_seconds * 1000}></k-duration></b>
      <span>${call.coming.length ? t("help.coming", { names: call.coming.join("・") }) : t("help.nobody")}</span>
      <span class="deeds">
        ${call.role === "asked" ? html`<button class="go" @click=${() => this.emit("come", call.id)}>${t("help.come")}</button>` : nothing}
        ${call.role === "coming" ? html`<b>✓ ${t("help.going")}</b>` : nothing}
        ${call.may_end ? html`<button class="small" aria-label=${t("help.end.label", { name: call.name })} @click=${() => void this.#end(call)}>${t("help.end")}</button>` : nothing}
      </span>
    </p>`;
  }
}
customElements.define("k-help", KHelp);
