/** The left column: who waits, longest first, and what the colleagues are doing. */
import { html, nothing } from "/vendor/lit.js";
import { repeat } from "/vendor/repeat.js";
import { Plain } from "/shared/elements.js";
import { label, reason, t } from "/shared/strings.ja.js";

/**
 * @typedef {import("/protocol/messages").TicketForStaff} Ticket
 * @typedef {import("/protocol/messages").StaffView} StaffView
 */

/** A wait that deserves a mark. */
const LATE = 600;

/** The chips of one ticket: what to know before answering. @param {Ticket} ticket */
export function tags(ticket) {
  return html`${ticket.counter ? html`<span class="chip b">${t("counter.tag")}</span>` : nothing}${(ticket.aside_for ?? null) !== null ? html`<span class="chip k">${t("counter.aside.for", { minutes: Math.max(1, Math.ceil((ticket.aside_for ?? 0) / 60)) })}</span>` : nothing}
    ${ticket.urgency === "urgent" ? html`<span class="chip n">▲ ${t("tag.urgent")}</span>` : ticket.urgency === "appointment" ? html`<span class="chip b">${t("tag.appointment")}</span>` : ticket.urgency === "waited" ? html`<span class="chip y">${t("tag.waited")}</span>` : nothing}
    ${ticket.callback ? html`<span class="chip b">${t("tag.callback")}</span>` : nothing}
    ${ticket.sheet ? html`<span class="chip g">${t("case.answered")}</span>` : nothing}
    ${ticket.wants_text ? html`<span class="chip y">${t("tag.wants_text")}</span>` : nothing}
    ${ticket.language === "ja" ? nothing : html`<span class="chip b">${label("language", ticket.language)}</span>`}
    ${ticket.returned ? html`<span class="chip k">${label("returned", ticket.returned)}</span>` : nothing}
    ${ticket.warnings.map((warning) => html`<span class="chip n">▲ ${reason(warning)}</span>`)}`;
}

/** Return the place a ticket comes from; the kiosk's own name tells two of one site apart. @param {{site: string, kiosk_name: string}} ticket */
export function placeOf({ site, kiosk_name: name }) {
  return !name || name.startsWith(site) ? name || site : `${site} ${name}`;
}

class KQueue extends Plain {
  static properties = { view: { attribute: false }, at: { attribute: false }, purposes: { attribute: false }, can: { attribute: false }, up: { attribute: false } };

  constructor() {
    super();
    /** @type {StaffView | null} */ this.view = null;
    this.at = 0;
    /** @type {{[key: string]: string}} */ this.purposes = {};
    this.can = false;
    /** Whether the line to the server stands. */ this.up = false;
  }

  /** Up and down among those who wait; Enter answers the one in focus. @param {KeyboardEvent} event */
  #arrow(event) {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (!step || event.altKey || event.isComposing) return;
    /** @type {HTMLElement[]} */
    const picks = [...this.querySelectorAll(/** @type {"button"} */ (".pick"))];
    const next = picks[picks.indexOf(/** @type {any} */ (document.activeElement)) + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
  }

  /** Whoever stood in focus and left the queue must not hand the focus, and the next Enter, to somebody else. */
  willUpdate() {
    const focused = /** @type {HTMLElement | null} */ (this.querySelector("li:focus-within"))?.dataset.ticket;
    if (!focused || this.view?.queue.some((ticket) => ticket.id === focused)) return;
    void this.updateComplete.then(() => /** @type {HTMLElement | null} */ (this.querySelector("#queue-title"))?.focus());
  }

  /** @param {Ticket} ticket */
  #row(ticket) {
    const late = ticket.waited >= LATE;
    return html`<li class=${late ? "late" : ""} data-ticket=${ticket.id}>
      <b class="num">${ticket.number}</b>
      <span class="what">${this.purposes[ticket.purpose] ?? ticket.purpose}</span>
      <b class="w">${late ? "▲ " : ""}<k-duration format="rough" .since=${this.at - ticket.waited * 1000}></k-duration></b>
      <span class="mut place">${placeOf(ticket)}</span>
      ${this.can
        ? html`<button class="pick" @click=${() => this.emit("pick", ticket)} aria-label=${t("queue.pick.label", { number: ticket.number })}>${t("queue.pick")}</button>`
        : nothing}
      <span class="tags">${ticket.state === "offered" ? html`<span class="chip b">${t("state.offered")}</span>` : nothing} ${tags(ticket)} ${ticket.handed_from ? html`<span class="chip b">${t("hand_on.from", { who: ticket.handed_from })}</span>` : nothing}</span>
      ${this.up && ticket.urgency !== "urgent" ? html`<button class="raise" title=${t("raise.do")} @click=${() => this.emit("raise", ticket)} aria-label=${t("raise.label", { number: ticket.number })}>${t("raise.short")}</button>` : nothing}
    </li>`;
  }

  /** Whoever comes here next, as their present desk said. @param {StaffView} view */
  #coming(view) {
    if (!view.coming?.length) return nothing;
    return html`<section class="coming" aria-labelledby="coming-title"><h2 class="h" id="coming-title">${t("coming.title")}</h2>
      <ul>${view.coming.map((one) => {
        const left = Math.ceil((one.minutes ?? 5) - ((one.for_seconds ?? 0) + (performance.now() - this.at) / 1000) / 60);
        return html`<li><b>${one.number}${t("case.number")}</b> <b>${left > 0 ? t("coming.in", { minutes: left }) : t("coming.now")}</b> <span>${this.purposes[one.purpose] ?? one.purpose}</span>${one.department ? html` <span class="mut">${t("coming.from", { who: one.department })}</span>` : nothing}</li>`;
      })}</ul></section>`;
  }

  render() {
    const view = this.view;
    if (!view) return nothing;
    return html`${this.#coming(view)}<section class="q" aria-labelledby="queue-title">
        <h2 class="h" id="queue-title" tabindex="-1">${t("queue.title")} <small>${t("queue.order")}</small> <kbd class="r">Alt+Q</kbd></h2>
        ${view.queue.length
          ? html`<ul class="scroll" tabindex="0" aria-labelledby="queue-title" @keydown=${this.#arrow}>${repeat(view.queue, (ticket) => ticket.id, (ticket) => this.#row(ticket))}</ul>`
          : html`<p class="empty">${t("queue.empty")}</p>`}
      </section>
      <k-absent .numbers=${view.absent ?? []} .at=${this.at} .purposes=${this.purposes} .enabled=${this.up}></k-absent>
      <section class="mini" aria-labelledby="colleagues-title">
        <h2 class="h" id="colleagues-title">${t("colleagues.title")}</h2>
        ${view.colleagues.length
          ? html`<ul class="scroll" tabindex="0" aria-labelledby="colleagues-title">
              ${view.colleagues.map(
                (one) => html`<li><b>${one.name}</b><span class="mut dep">${one.department}</span>
                  <span class="chip r ${STATE_CHIP[one.state]}">${t(`state.${one.state}`)}${one.number === null ? nothing : html` ${one.number}`}${one.state === "paused" && one.pause_reason ? html` ${label("pause", one.pause_reason)}` : nothing}</span></li>`,
              )}
            </ul>`
          : html`<p class="empty">${t("colleagues.empty")}</p>`}
      </section>`;
  }
}
customElements.define("k-queue", KQueue);

/** @type {Record<StaffView["state"], string>} */
export const STATE_CHIP = { away: "", ready: "g", paused: "", offered: "b", serving: "b", wrapup: "y" };
