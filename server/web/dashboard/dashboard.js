/** The fleet page: what is broken, worst first, and what can be done about it from here. */
import { html, nothing } from "/vendor/lit.js";
import { repeat } from "/vendor/repeat.js";
import { Refused, revoke } from "/shared/api.js";
import { seenAt, timeOf } from "/shared/dates.js";
import { Plain, ask } from "/shared/elements.js";
import "/shared/pages.js";
import { label, reason, t } from "/shared/strings.ja.js";
import "./detail.js";
import "./errands.js";
import { enrolDialog } from "./enrol.js";
import { SIGNS, assembled, counts, deviceOf, older, placeOf, reasons, rows } from "./fleet.js";

/**
 * @typedef {import("/protocol/messages").FleetView} FleetView
 * @typedef {import("/protocol/messages").KioskForFleet} Kiosk
 * @typedef {import("./fleet.js").Filter} Filter
 */

/** @type {readonly [Filter, string, string][]} */
const TILES = [
  ["stopped", "■", "n"],
  ["attention", "▲", "y"],
  ["new", "○", ""],
  ["ok", "●", "g"],
  ["maintenance", "◇", ""],
  ["revoked", "×", ""],
];
const REASONS_SHOWN = 6;
const DEVICES = /** @type {const} */ (["printer", "card", "face_camera", "document_camera"]);

class KDashboard extends Plain {
  static properties = { link: { attribute: false }, me: { attribute: false }, view: { state: true }, filter: { state: true }, why: { state: true }, words: { state: true }, picked: { state: true } };

  constructor() {
    super();
    /** @type {import("/shared/link.js").Link} */ this.link = /** @type {any} */ (null);
    /** @type {import("/shared/api.js").Me | null} */ this.me = null;
    /** @type {FleetView | null} */ this.view = null;
    /** @type {FleetView[]} */ this.parts = [];
    this.at = 0;
    /** @type {Filter} */ this.filter = "all";
    /** @type {string | null} */ this.why = null;
    this.words = "";
    /** @type {string | null} */ this.picked = null;
  }

  connectedCallback() {
    super.connectedCallback();
    this.link.addEventListener("message", (event) => {
      const message = /** @type {CustomEvent} */ (event).detail;
      const whole = message.type === "fleet_view" ? assembled(this.parts, message) : null;
      if (whole === null) return;
      this.view = whole;
      this.at = performance.now();
    });
    this.link.addEventListener("state", () => this.requestUpdate());
  }

  /** @param {string} text @param {"info" | "bad"} kind */
  #say(text, kind) {
    /** @type {import("/shared/elements.js").KToasts} */ (this.querySelector("k-toasts")).show(text, kind);
  }

  /** @param {{type: string, [key: string]: unknown}} body */
  async #order(body) {
    const reply = await this.link.command(body);
    if (reply.refused) this.#say(reply.refused === "too_many" ? t("refused.too_many", { seconds: Math.ceil(reply.retry_after ?? 5) }) : t(`refused.${reply.refused}`), "bad");
  }

  /** @param {Kiosk} kiosk @param {"test_print" | "restart" | "logs" | "revoke" | "clear_alarm" | "move"} action */
  async #act(kiosk, action) {
    const name = `${kiosk.site} ${kiosk.name}`;
    switch (action) {
      case "test_print":
        return this.#order({ type: "order_test_print", kiosk: kiosk.id });
      case "logs":
        return this.#order({ type: "order_device", kiosk: kiosk.id, action });
      case "restart": {
        const answer = await ask({ title: t("fleet.restart.title", { name }), body: t("fleet.restart.body"), choices: [{ value: "yes", label: t("fleet.restart.yes"), kind: "danger" }] });
        return answer === "yes" ? this.#order({ type: "order_device", kiosk: kiosk.id, action }) : undefined;
      }
      case "move": {
        const choices = (kiosk.places ?? []).map((place) => ({ value: place.id, label: place.name, kind: /** @type {"primary" | "plain"} */ (kiosk.placed && place.name === kiosk.site ? "primary" : "plain") }));
        const site = await ask({ title: t("fleet.place.title"), body: t("fleet.place.body"), choices });
        return site ? this.#order({ type: "move_kiosk", kiosk: kiosk.id, site }) : undefined;
      }
      case "clear_alarm": {
        const answer = await ask({ title: t("fleet.clear_alarm.title", { name }), body: t("fleet.clear_alarm.body"), choices: [{ value: "yes", label: t("fleet.clear_alarm.yes"), kind: "danger" }] });
        return answer === "yes" ? this.#order({ type: "clear_key_alarm", kiosk: kiosk.id }) : undefined;
      }
      case "revoke": {
        const answer = await ask({ title: t("fleet.revoke.title", { name }), body: t("fleet.revoke.body"), typed: kiosk.site, choices: [{ value: "yes", label: t("fleet.revoke.yes"), kind: "danger" }] });
        if (answer !== "yes") return;
        try {
          await revoke(kiosk.id);
          this.#say(t("fleet.revoked.done"), "info");
        } catch (error) {
          this.#say(error instanceof Refused ? error.message : t("api.failed"), "bad");
        }
      }
    }
  }

  render() {
    const { view, link } = this;
    const all = view?.kiosks ?? [];
    const why = all.some((kiosk) => kiosk.reason === this.why) ? this.why : null; // nobody is left to it: all are shown again
    const shown = rows(all, this.filter, this.words, why);
    const picked = all.find((kiosk) => kiosk.id === this.picked) ?? null;
    const down = link.state !== "up" && link.downSince !== null;
    return html`<div class="fleet" @act=${(/** @type {CustomEvent} */ e) => picked && void this.#act(picked, e.detail)} @say=${(/** @type {CustomEvent} */ e) => this.#say(e.detail.text, e.detail.kind)}>
      <header class="top">
        <h1>${this.me?.city ?? ""} <span class="wide">${t("brand.sub")}</span>　${t("fleet.title")}</h1>
        <k-pages .roles=${this.me?.roles ?? []} here="fleet"></k-pages>
        <span class="r mut">${view ? html`${t("fleet.updated")} ${timeOf(new Date(view.now))}　${view.version ? html`<span class="wide">${t("fleet.server", { version: view.version })}</span>` : nothing}` : nothing}</span>
        <k-clock class="nw"></k-clock>
        <span class="nw"><b>${this.me?.name ?? ""}</b> <span class="wide">${this.me?.department ?? ""}</span></span>
        <button class="small" @click=${() => this.emit("sign-out")}>${t("signout")}</button>
      </header>
      ${down ? html`<p class="band" role="alert"><b>■ ${t("link.down")} <k-duration .since=${link.downSince}></k-duration></b> ${view ? t("fleet.old", { time: timeOf(new Date(view.now)) }) : nothing} <button @click=${() => link.wake()}>${t("link.now")}</button></p>` : nothing}
      ${view?.exports?.waiting ? html`<p class="band calm" role="status"><b>▲ ${t("fleet.exports", { count: view.exports.waiting })}</b> ${t("fleet.exports_since", { since: timeOf(new Date((view.exports.since ?? 0) * 1000)), why: view.exports.why ?? "" })}</p>` : nothing}
      <div class="room ${down ? "old" : ""}">
        <main>
          ${this.#tiles(all)} ${this.#reasons(all, why)}
          <div class="tools">
            <h2>${this.filter === "all" ? t("fleet.all") : t(`fleet.${this.filter}`)} ${view ? t("fleet.count", { count: shown.length }) : nothing} <small class="mut">${t("fleet.worst")}</small></h2>
            <input class="r" type="search" aria-label=${t("fleet.find")} placeholder=${t("fleet.find")} @input=${(/** @type {any} */ e) => (this.words = e.target.value)} />
            <button class="primary" @click=${() => void enrolDialog()}>${t("fleet.enrol")}</button>
          </div>
          ${this.#table(shown, all.length)}
        </main>
        <aside aria-label=${t("fleet.detail")}>${picked ? html`<button class="small rest" @click=${() => (this.picked = null)}>${t("fleet.errands.back")}</button><k-kiosk-detail .kiosk=${picked} .at=${this.at} .server=${view?.version ?? ""}></k-kiosk-detail>` : html`<k-errands .kiosks=${all} @pick=${(/** @type {CustomEvent} */ e) => (this.picked = e.detail)}></k-errands>`}</aside>
      </div>
      <k-toasts></k-toasts>
    </div>`;
  }

  /** @param {readonly Kiosk[]} all */
  #tiles(all) {
    const number = counts(all);
    const used = all.filter((kiosk) => kiosk.state === "ok" && kiosk.busy !== null).length;
    const tiles = TILES.filter(([filter]) => !["new", "maintenance", "revoked"].includes(filter) || number[filter] > 0);
    return html`<div class="tiles" role="group" aria-label=${t("fleet.state")}>
      ${tiles.map(
        ([filter, sign, kind]) => html`<button class="tile ${kind} ${number[filter] ? "" : "none"}" aria-pressed=${this.filter === filter} @click=${() => this.#only(filter)}>
          <b class="count">${this.view ? number[filter] : "—"}</b><span><b>${sign} ${t(`fleet.${filter}`)}</b>${filter === "ok" && used ? html`<small>${t("fleet.in_call", { count: used })}</small>` : nothing}</span></button>`,
      )}
    </div>`;
  }

  /** @param {Filter} filter */
  #only(filter) {
    this.filter = this.filter === filter ? "all" : filter;
    this.why = null;
  }

  /** One chip for each reason, where one reason ails several. @param {readonly Kiosk[]} all @param {string | null} picked */
  #reasons(all, picked) {
    const found = reasons(all, this.filter).filter(([why, count]) => count > 1 || why === picked);
    if (!found.length) return nothing;
    const shown = found.filter(([why], at) => at < REASONS_SHOWN || why === picked);
    return html`<div class="whys" role="group" aria-label=${t("fleet.reasons")}>
      ${repeat(shown, ([why]) => why, ([why, count]) => html`<button class="why" aria-pressed=${why === picked} @click=${() => (this.why = why === picked ? null : why)}>${t("fleet.why_count", { why: reason(why), count })}</button>`)}
      ${found.length > shown.length ? html`<span class="mut small">${t("fleet.more_reasons", { count: found.length - shown.length })}</span>` : nothing}
    </div>`;
  }

  /** @param {readonly Kiosk[]} shown @param {number} total */
  #table(shown, total) {
    if (!shown.length) return html`<p class="empty panel">${this.view === null ? t("idle.connecting") : t(total ? "fleet.none.found" : "fleet.none")}</p>`;
    const today = new Date(this.view?.now ?? Date.now());
    return html`<div class="panel" tabindex="0" role="region" aria-label=${t("fleet.title")}><table>
      <thead><tr>
        <th scope="col">${t("fleet.place")}</th><th scope="col">${t("fleet.state")}</th><th scope="col">${t("fleet.reason")}</th><th scope="col">${t("fleet.now")}</th><th scope="col" class="num">${t("fleet.seen")}</th>
        ${DEVICES.map((name) => html`<th scope="col" class="mid">${t(`fleet.${name}`)}</th>`)}<th scope="col" class="num">${t("fleet.version")}</th>
      </tr></thead>
      <tbody>${repeat(shown, (kiosk) => kiosk.id, (kiosk) => this.#row(kiosk, today))}</tbody>
    </table></div>`;
  }

  /** @param {Kiosk} kiosk @param {Date} today */
  #row(kiosk, today) {
    const { sign, kind } = SIGNS[kiosk.state];
    const live = kiosk.connected && kiosk.state !== "revoked";
    const other = older(kiosk, this.view?.version ?? "");
    return html`<tr class=${kiosk.id === this.picked ? "picked" : ""} @click=${() => (this.picked = kiosk.id)}>
      <th scope="row"><button class="open" aria-expanded=${kiosk.id === this.picked}>${placeOf(kiosk)} <span>${kiosk.name}</span></button></th>
      <td><span class="chip ${kind}">${sign} ${t(`fleet.${kiosk.state}`)}</span></td>
      <td>${kiosk.reason ? reason(kiosk.reason) : "—"}${kiosk.connected || kiosk.state === "revoked" || kiosk.state === "new" ? nothing : html` <span class="mut nw"><k-duration format="rough" .since=${this.at - kiosk.since * 1000}></k-duration></span>`}</td>
      <td>${live ? (kiosk.busy ? label("busy", kiosk.busy) : t("fleet.idle")) : t("fleet.off")}</td>
      <td class="num">${seenAt(kiosk.last_seen, today)}</td>
      ${DEVICES.map((name) => cell(live ? deviceOf(kiosk, name) : undefined))}
      <td class="num">${other ? html`<span class="cau" title=${t("fleet.version.other")}>▲ ${kiosk.version}<span class="unseen"> ${t("fleet.version.other")}</span></span>` : kiosk.version || "—"}</td>
    </tr>`;
  }
}
customElements.define("k-dashboard", KDashboard);

/** One device in the table: a shape, and words for whoever cannot see it. @param {import("/protocol/messages").Device | undefined} device */
function cell(device) {
  if (!device) return html`<td class="mid mut">—</td>`;
  const words = device.state === "ok" ? t("device.ok") : device.note ? reason(device.note) : t(`device.${device.state}`);
  const [sign, kind] = device.state === "ok" ? ["●", "ok"] : device.state === "unknown" ? ["？", "mut"] : device.state === "warning" ? ["▲", "cau"] : ["■", "ng"];
  return html`<td class="mid ${device.state === "ok" || device.state === "unknown" ? "" : `mark-${kind}`}"><span class=${kind} role="img" aria-label=${words} title=${words}>${sign}</span></td>`;
}
