/** Papers that did not come out: wait for another community centre, go by mail; and a waiting one printed here. */
import { html, nothing } from "/vendor/lit.js";
import { Refused } from "/shared/api.js";
import { Plain, ask } from "/shared/elements.js";
import { newId } from "/shared/link.js";
import { label, t } from "/shared/strings.ja.js";
import { mailPaper } from "./cases.js";

/**
 * @typedef {import("/protocol/messages").OrderForStaff} OrderForStaff
 * @typedef {import("/protocol/messages").MyTicket} MyTicket
 * @typedef {{name: string, postal: string, address: string}} To
 */

/** Is this a paper that did not come out, or that will be had another way? @param {OrderForStaff} order */
function missing(order) {
  return ["slip", "sheet", "receipt", "form"].includes(order.kind) && order.outcome !== null && order.outcome !== "printed";
}

/**
 * To whom a paper goes: what stands in the forms, else what the card says.
 * @param {import("./form-api.js").FormsPage | null} forms @param {import("/protocol/messages").FourBasicData | null} card @returns {To}
 */
export function addressee(forms, card) {
  const said = (/** @type {string} */ slot) => forms?.header.find((place) => place.slot === slot)?.value ?? "";
  const working = forms !== null && forms.open.length + forms.papers.length > 0;
  // Once there are forms, an address they do not have yet is asked for: the card of somebody who moved shows the old one.
  return { name: said("name") || (card?.name ?? ""), postal: said("postal"), address: said("address") || (working ? "" : (card?.address ?? "")) };
}

/** Ask before what may lie in the tray is made again. @param {string} yes */
async function sure(yes) {
  const choices = [{ value: "yes", label: yes, kind: /** @type {const} */ ("primary") }];
  return (await ask({ title: t("after.maybe"), body: t("after.maybe.body"), choices })) === "yes";
}

/** Emits "later" with an order's id, and "say". */
class KAfter extends Plain {
  static properties = { mine: { attribute: false }, to: { attribute: false } };

  constructor() {
    super();
    /** @type {MyTicket | null} */ this.mine = null;
    /** To whom a paper would go. @type {() => To} */ this.to = () => ({ name: "", postal: "", address: "" });
  }

  /** @param {OrderForStaff} order */
  async #later(order) {
    if (order.outcome !== "unknown" || (await sure(t("after.maybe.later")))) this.emit("later", order.id);
  }

  /** @param {OrderForStaff} order */
  async #mail(order) {
    const ticket = this.mine?.ticket;
    if (!ticket || (order.outcome === "unknown" && !(await sure(t("after.maybe.mail"))))) return;
    const to = this.to();
    const field = (/** @type {keyof typeof to} */ name, /** @type {number} */ most) =>
      html`<label class="field"><span>${t(`after.mail.${name}`)}</span><input maxlength=${most} autocomplete="off" .value=${to[name].slice(0, most)} @input=${(/** @type {any} */ e) => (to[name] = e.target.value)} /></label>`;
    const content = html`${field("name", 60)}${field("postal", 8)}${field("address", 120)}`;
    const yes = await ask({ title: t("after.mail.title"), body: t("after.mail.body"), content, choices: [{ value: "yes", label: t("after.mail"), kind: "primary" }] });
    if (yes !== "yes") return;
    const short = { name: to.name.slice(0, 60), postal: to.postal.slice(0, 8), address: to.address.slice(0, 120) };
    try {
      const { told } = await mailPaper({ ticket: ticket.id, generation: ticket.generation, id: newId(), order: order.id, to: short });
      this.emit("say", { text: t(told ? "after.mail.told" : "after.mail.not_told"), kind: "info" });
    } catch (error) {
      this.emit("say", { text: error instanceof Refused ? error.message : t("api.failed"), kind: "bad" });
    }
  }

  render() {
    const papers = (this.mine?.orders ?? []).filter(missing);
    if (!papers.length) return nothing;
    return html`<section class="after" aria-labelledby="after-title">
      <h3 id="after-title">${t("after.title")}</h3>
      <ul>${papers.map((order) => html`<li><span><b>${label("paper", order.kind)}</b> ${label("print", order.outcome ?? "")}</span>${this.#ways(order)}</li>`)}</ul>
    </section>`;
  }

  /** @param {OrderForStaff} order */
  #ways(order) {
    if (order.then === "later") return html`<p class="after-code"><b class="num">${t("after.code", { code: order.code ?? "" })}</b> <small>${t("after.code_sub")}</small></p>`;
    if (order.then === "mail") return html`<p><b class="ok">● ${t("after.mailed")}</b></p>`;
    if (order.fetched) return html`<p>${t("after.still_good", { code: order.code ?? "" })}</p>`;
    return html`<p class="ways"><button @click=${() => void this.#later(order)}>${t("after.later")}</button> <button @click=${() => void this.#mail(order)}>${t("after.mail")}</button></p>`;
  }
}
customElements.define("k-after", KAfter);

/**
 * Print a waiting paper at the kiosk of this call; asked again where it may have come out already.
 * @param {import("./desk.js").Desk} desk @param {string} code @returns {Promise<{text: string, kind: "info" | "bad"} | null>}
 */
export async function fetchPaper(desk, code) {
  const ticket = desk.mine?.ticket;
  if (!ticket) return null;
  const wish = { type: "fetch_paper", ticket: ticket.id, generation: ticket.generation, code };
  let reply = await desk.link.command(wish);
  if (reply.refused === "maybe_out") {
    if (!(await sure(t("after.maybe.print")))) return null;
    reply = await desk.link.command({ ...wish, again: true });
  }
  if (!reply.refused) return { text: t("after.fetch_started"), kind: "info" };
  return { text: reply.refused === "unknown" ? t("after.fetch_unknown") : t("refused.not_now"), kind: "bad" };
}

/** The form for a code; emits "fetch-paper" with it. @param {Plain} host */
export function fetchForm(host) {
  const send = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const input = /** @type {HTMLInputElement} */ (/** @type {HTMLFormElement} */ (event.target).elements.namedItem("paper-code"));
    const code = input.value.normalize("NFKC").replace(/\s/g, "");
    if (!/^[0-9]{6}$/.test(code)) return host.emit("say", { text: t("after.fetch_wrong"), kind: "bad" });
    input.value = "";
    host.emit("fetch-paper", code);
  };
  return html`<form class="attach fetch" @submit=${send}><label><span>${t("after.fetch")}</span><input name="paper-code" inputmode="numeric" maxlength="7" autocomplete="off" placeholder="000 000" aria-label=${t("after.fetch")} /></label><button>${t("after.fetch_yes")}</button></form>`;
}
