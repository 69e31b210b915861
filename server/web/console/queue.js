/** The left column: who waits, longest first, and what the colleagues are doing. */
import { html, nothing } from "/vendor/lit.js";
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
  return html`${ticket.sheet ? html`<span class="chip g">${t("case.answered")}</span>` : nothing}
    ${ticket.wants_text ? html`<span class="chip y">${t("tag.wants_text")}</span>` : nothing}
    ${ticket.language === "ja" ? nothing : html`<span class="chip b">${label("language", ticket.language)}</span>`}
    ${ticket.returned ? html`<span class="chip k">${label("returned", ticket.returned)}</span>` : nothing}
    ${ticket.warnings.map((warning) => html`<span class="chip n">▲ ${reason(warning)}</span>`)}`;
}

class KQueue extends Plain {
  static properties = { view: { attribute: false }, at: { attribute: false }, purposes: { attribute: false }, can: { attribute: false } };

  constructor() {
    super();
    /** @type {StaffView | null} */ this.view = null;
    this.at = 0;
    /** @type {{[key: string]: string}} */ this.purposes = {};
    this.can = false;
  }

  /** @param {Ticket} ticket */
  #row(ticket) {
    const late = ticket.waited >= LATE;
    return html`<li class=${late ? "late" : ""} data-ticket=${ticket.id}>
      <b class="num">${ticket.number}</b>
      <span class="what">${this.purposes[ticket.purpose] ?? ticket.purpose}</span>
      <b class="w">${late ? "▲ " : ""}<k-duration format="rough" .since=${this.at - ticket.waited * 1000}></k-duration></b>
      <span class="mut place">${ticket.site}</span>
      ${this.can
        ? html`<button class="pick" @click=${() => this.emit("pick", ticket)} aria-label=${t("queue.pick.label", { number: ticket.number })}>${t("queue.pick")}</button>`
        : nothing}
      <span class="tags">${tags(ticket)}</span>
    </li>`;
  }

  render() {
    const view = this.view;
    if (!view) return nothing;
    return html`<section class="q" aria-labelledby="queue-title">
        <h2 class="h" id="queue-title" tabindex="-1">${t("queue.title")} <small>${t("queue.order")}</small> <kbd class="r">Alt+Q</kbd></h2>
        ${view.queue.length
          ? html`<ul class="scroll" tabindex="0" aria-labelledby="queue-title">${view.queue.map((ticket) => this.#row(ticket))}</ul>`
          : html`<p class="empty">${t("queue.empty")}</p>`}
      </section>
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
