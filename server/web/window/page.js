/** What a visitor sees: one screen at a time, made for a telephone held upright and for a desk alike. */
import { html, nothing } from "/vendor/lit.js";
import { Plain } from "/shared/elements.js";
import { Bell } from "./bell.js";
import "./call.js";
import { t } from "./strings.ja.js";

/** @typedef {import("./visit.js").Visit} Visit */

class KWindow extends Plain {
  static properties = { problem: { state: true }, leaving: { state: true } };

  constructor() {
    super();
    /** @type {Visit} */ this.visit = /** @type {any} */ (null);
    this.problem = "";
    this.leaving = false;
    this.bell = new Bell();
    this.shown = "";
  }

  connectedCallback() {
    super.connectedCallback();
    this.visit.addEventListener("change", () => this.requestUpdate());
  }

  updated() {
    const { screen } = this.visit;
    if (screen === this.shown) return;
    if (this.shown === "waiting" && (screen === "connecting" || screen === "call")) this.bell.ring();
    if (screen === "hello" && this.shown === "closed") this.bell.ring();
    this.bell.stayAwake(["waiting", "connecting", "call", "held"].includes(screen));
    this.leaving = false;
    // A screen that changed by itself is read from its heading on.
    if (this.shown && screen !== "call") /** @type {HTMLElement | null} */ (this.querySelector("h1"))?.focus();
    this.shown = screen;
    document.title = `${t("title")}｜${this.visit.grant.city}`;
  }

  /** @param {SubmitEvent} event */
  async #begin(event) {
    event.preventDefault();
    const form = new FormData(/** @type {HTMLFormElement} */ (event.currentTarget));
    const name = String(form.get("name")).trim();
    if (!name) {
      this.problem = t("hello.name_needed");
      return;
    }
    this.problem = "";
    this.bell.prepare();
    const reply = await this.visit.begin({ company: String(form.get("company")).trim(), name, wantsText: form.get("text") !== null });
    if (reply.refused === "closed") this.problem = t("hello.refused.closed");
    else if (reply.refused === "too_many") this.problem = t("hello.refused.too_many", { seconds: Math.ceil(reply.retry_after ?? 5) });
    else if (reply.refused) this.problem = t("hello.refused");
  }

  render() {
    const { visit } = this;
    const { grant, screen } = visit;
    const talking = screen === "call" || screen === "held" || screen === "connecting";
    return html`<main class="win ${talking ? "talking" : ""}">
      <header class="head"><b>${grant.city}</b> <span>${t("title")}</span></header>
      ${visit.link.state === "down" && !["gone", "over", "elsewhere"].includes(screen) ? html`<p class="strip" role="status">${t("call.server")}</p>` : nothing}
      ${talking ? html`<k-window-call .visit=${visit} screen=${screen} .stamp=${performance.now()}></k-window-call>` : html`<section class="sheet-of ${screen}">${this.#sheet()}</section>`}
    </main>`;
  }

  #sheet() {
    const { visit } = this;
    switch (visit.screen) {
      case "hello":
        return this.#hello();
      case "waiting":
        return this.#waiting();
      case "closed":
        return this.#closed();
      case "over":
        return html`<h1 tabindex="-1">${t("over.title")}</h1><p>${t("over.body")}</p><p class="mut">${t("over.wiped")}</p>${this.#phone()}`;
      case "gone":
        return html`<h1 tabindex="-1">${t("gone.title")}</h1><p>${t("gone.body")}</p>${this.#phone()}`;
      case "elsewhere":
        return html`<h1 tabindex="-1">${t("elsewhere.title")}</h1><p>${t("elsewhere.body")}</p><button class="go" @click=${() => location.reload()}>${t("elsewhere.here")}</button>`;
      case "code":
      case "loading":
      case "connecting":
      case "call":
      case "held":
        return html`<h1 tabindex="-1">${t("loading.title")}</h1>`;
    }
  }

  #phone() {
    const { telephone } = this.visit.grant;
    return html`<p class="phone">${t("telephone")} <a href="tel:${telephone.replaceAll("-", "")}">${telephone}</a></p>`;
  }

  #hello() {
    const { grant, self, view } = this.visit;
    const range = view?.wait_minutes;
    const wait = view?.staff_ready && !view.waiting ? t("hello.soon") : range ? (range[0] === range[1] ? t("hello.same", { to: range[1] }) : t("hello.range", { from: range[0], to: range[1] })) : t("hello.unknown");
    return html`<h1 tabindex="-1">${t("hello.title")}</h1>
      <dl class="about-it"><div><dt>${t("hello.for")}</dt><dd>${grant.label}</dd></div>
        ${grant.lane ? html`<div><dt>${t("hello.lane")}</dt><dd>${grant.lane}</dd></div>` : nothing}
        <div><dt>${t("hello.wait")}</dt><dd>${wait}</dd></div></dl>
      <form @submit=${(/** @type {SubmitEvent} */ event) => void this.#begin(event)} novalidate>
        <label class="field">${t("hello.company")}<input name="company" maxlength="60" autocomplete="organization" .value=${self.company} /></label>
        <label class="field">${t("hello.name")}<input name="name" maxlength="60" autocomplete="name" required aria-describedby="problem" aria-invalid=${this.problem ? "true" : "false"} .value=${self.name} /></label>
        <label class="check"><input type="checkbox" name="text" .checked=${self.wantsText} /> ${t("hello.text")}</label>
        <p id="problem" class="wrong" role="alert">${this.problem}</p>
        <button class="go">${t("hello.go")}</button>
      </form>
      <p class="mut">${t("hello.camera")} ${t("hello.private")}</p>
      <p class="mut">${t("hello.until", { when: when(grant.expires) })}</p>`;
  }

  #waiting() {
    const ticket = this.visit.view?.ticket;
    if (!ticket) return nothing;
    const range = ticket.wait_minutes;
    const ahead = ticket.state === "offered" || ticket.ahead === null ? t("waiting.calling") : ticket.ahead === 0 ? t("waiting.next") : t("waiting.ahead", { n: ticket.ahead });
    return html`<h1 tabindex="-1">${t("waiting.title")}</h1>
      <p class="number"><b>${ticket.number}</b>${t("waiting.number")}</p>
      <div role="status" class="ahead"><p><b>${ahead}</b></p>${range && ticket.state === "waiting" ? html`<p>${range[0] === range[1] ? t("hello.same", { to: range[1] }) : t("hello.range", { from: range[0], to: range[1] })}</p>` : nothing}
        ${ticket.returned ? html`<p>${t("waiting.returned")}</p>` : nothing}</div>
      <p>${t("waiting.stay")}</p>
      ${this.leaving
        ? html`<div class="sure" role="alertdialog" aria-labelledby="sure"><p id="sure"><b>${t("cancel.title")}</b></p><button class="stop" @click=${() => this.visit.giveUp()}>${t("cancel.yes")}</button><button class="plain-button" @click=${() => (this.leaving = false)}>${t("cancel.no")}</button></div>`
        : html`<button class="plain-button" @click=${() => (this.leaving = true)}>${t("waiting.cancel")}</button>`}`;
  }

  #closed() {
    const { view } = this.visit;
    const hours = view?.closed_reason === "hours";
    return html`<h1 tabindex="-1">${t("closed.title")}</h1>
      ${hours && view.opens_at ? html`<p>${t("closed.opens", { when: view.opens_at })}</p>` : html`<p>${t("closed.nobody")}</p>`}
      ${hours && view.hours ? html`<p>${t("closed.hours", { hours: view.hours })}</p>` : nothing}${this.#phone()}`;
  }
}
customElements.define("k-window", KWindow);

/** @param {string} iso */
function when(iso) {
  return new Intl.DateTimeFormat("ja-JP", { month: "long", day: "numeric", weekday: "short", hour: "numeric", minute: "2-digit", timeZone: "Asia/Tokyo" }).format(new Date(iso));
}
