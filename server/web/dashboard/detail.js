/** One kiosk closely: what is wrong, its devices, what was ordered, and the deeds. */
import { html, nothing } from "/vendor/lit.js";
import { Refused, downloadLogs } from "/shared/api.js";
import { roughly, seenAt } from "/shared/dates.js";
import { Plain } from "/shared/elements.js";
import { label, reason, t } from "/shared/strings.ja.js";
import { advice } from "./advice.js";
import { fault } from "./faults.js";
import { SIGNS, older, obstacle, placeOf } from "./fleet.js";

/** @typedef {import("/protocol/messages").KioskForFleet} Kiosk */

class KKioskDetail extends Plain {
  static properties = { kiosk: { attribute: false }, at: { attribute: false }, server: { attribute: false } };

  constructor() {
    super();
    /** @type {Kiosk | null} */ this.kiosk = null;
    this.at = 0;
    /** The server's version. */
    this.server = "";
  }

  /** @param {string} order */
  async #download(order) {
    try {
      await downloadLogs(order);
    } catch (error) {
      this.emit("say", { text: error instanceof Refused ? error.message : t("api.failed"), kind: "bad" });
    }
  }

  render() {
    const kiosk = this.kiosk;
    if (!kiosk) return nothing;
    const { sign, kind } = SIGNS[kiosk.state];
    const advised = advice(kiosk);
    return html`<section class="detail" aria-labelledby="detail-title">
      <h2 id="detail-title">${placeOf(kiosk)} ${kiosk.name} ${kiosk.kind === "mobile" || kiosk.kind === "counter" ? html`<span class="chip b">${t(`fleet.kind.${kiosk.kind}`)}</span>` : nothing} <span class="chip ${kind}">${sign} ${t(`fleet.${kiosk.state}`)}</span></h2>
      ${kiosk.reason ? html`<div class="alert ${kind === "n" ? "bad" : kind === "y" ? "" : "calm-note"}"><b>${reason(kiosk.reason)}</b>${advised ? html`<p>${advised}</p>` : nothing}${kiosk.telephone ? html`<p class="ring">${t("fleet.telephone")} <a class="nw" href="tel:${kiosk.telephone.replaceAll("-", "")}">${kiosk.telephone}</a></p>` : nothing}</div>` : nothing}
      <div class="deeds">
        ${this.#deed("test_print", "blue")} ${this.#deed("logs", "blue")} ${this.#deed("restart", "warn")}
        ${kiosk.state === "copied_key" ? html`<button class="blue" @click=${() => this.emit("act", "clear_alarm")}>${t("fleet.clear_alarm")}</button>` : nothing}
        ${this.#why()}
      </div>
      <h3>${t("fleet.orders")}</h3>
      ${kiosk.orders.length
        ? html`<div role="status"><ul class="orders">${kiosk.orders.map(
            (order) => html`<li><span>${label("order", order.action)}</span><b>${order.outcome === null ? t("fleet.under_way") : label("outcome", order.outcome, label("print", order.outcome))}</b><span class="mut">${t("fleet.ago", { time: roughly(order.age) })}</span>
              ${order.action === "logs" && order.outcome === "done" ? html`<button class="small" @click=${() => this.#download(order.id)}>${t("fleet.download")}</button>` : nothing}</li>`,
          )}</ul></div>`
        : html`<p class="mut">${t("fleet.no_orders")}</p>`}
      <h3>${t("fleet.facts")}</h3>
      <dl class="kv">
        ${kiosk.state === "new" ? nothing : html`<div><dt>${t(kiosk.connected ? "fleet.since.up" : "fleet.since.down")}</dt><dd><k-duration format="rough" .since=${this.at - kiosk.since * 1000}></k-duration></dd></div>`}
        ${kiosk.kind === "mobile"
          ? html`<div class="full"><dt>${t("fleet.place.today")}</dt><dd>${kiosk.placed ? kiosk.site : t("fleet.place.none")} <button class="small" ?disabled=${!kiosk.places?.length} title=${kiosk.places?.length ? "" : t("fleet.place.busy")} @click=${() => this.emit("act", "move")}>${t(kiosk.placed ? "fleet.place.choose" : "fleet.place.pick")}</button></dd></div>`
          : nothing}
        <div><dt>${t("fleet.now")}</dt><dd>${kiosk.busy ? label("busy", kiosk.busy) : kiosk.connected ? t("fleet.idle") : "—"}</dd></div>
        <div><dt>${t("fleet.seen")}</dt><dd>${seenAt(kiosk.last_seen, new Date())}</dd></div>
        ${kiosk.telephone && !kiosk.reason ? html`<div><dt>${t("fleet.telephone")}</dt><dd><b class="nw">${kiosk.telephone}</b></dd></div>` : nothing}
        <div><dt>${t("fleet.version")}</dt><dd>${older(kiosk, this.server) ? html`<span class="cau">▲ ${kiosk.version}</span><br /><small class="mut">${t("fleet.version.behind", { version: this.server })}</small>` : kiosk.version || "—"}</dd></div>
        <div><dt>${t("fleet.enrolled")}</dt><dd>${kiosk.enrolled ? new Date(kiosk.enrolled).toLocaleDateString("ja-JP") : "—"}</dd></div>
        <div><dt>${t("fleet.id")}</dt><dd class="mono">${kiosk.id}</dd></div>
        <div class="full"><dt>${t("fleet.last_error")}</dt><dd>${kiosk.last_error === null ? t("fleet.no_error") : html`${kiosk.last_error_at ? html`<b class="nw">${seenAt(kiosk.last_error_at, new Date())}</b>　` : nothing}${fault(kiosk.last_error)}<details class="raw"><summary>${t("fleet.raw")}</summary><span class="mono">${kiosk.last_error}</span></details>`}</dd></div>
      </dl>
      <h3>${t("fleet.devices")}</h3>
      <ul class="devices">${kiosk.devices.map((device) => {
        const [mark, tone] = device.state === "ok" ? ["●", "ok"] : device.state === "warning" ? ["▲", "cau"] : device.state === "unknown" ? ["？", "mut"] : ["■", "ng"];
        return html`<li><span>${t(`device.name.${device.name}`)}${device.driver === "simulated" ? html` <span class="chip y">${t("fleet.simulated")}</span>` : nothing}</span><b class=${tone}>${mark} ${device.state !== "ok" && device.note ? reason(device.note) : t(`device.${device.state}`)}</b></li>`;
      })}</ul>
      ${kiosk.state === "revoked" ? nothing : html`<p class="last"><button class="warn" @click=${() => this.emit("act", "revoke")}>${t("fleet.revoke")}</button></p>`}
    </section>`;
  }

  /** @param {"restart" | "logs" | "test_print"} action @param {string} kind */
  #deed(action, kind) {
    const kiosk = /** @type {Kiosk} */ (this.kiosk);
    return html`<button class=${kind} ?disabled=${obstacle(kiosk, action) !== null} @click=${() => this.emit("act", action)}>${t(`fleet.${action}`)}</button>`;
  }

  #why() {
    const why = this.kiosk ? obstacle(this.kiosk, "restart") : null;
    return why ? html`<p class="mut small">${t(why)}</p>` : nothing;
  }
}
customElements.define("k-kiosk-detail", KKioskDetail);
