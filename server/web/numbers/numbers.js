/** The city's figures: how many came, how long they waited, where help is needed. */
import { html, nothing } from "/vendor/lit.js";
import { numbers } from "/shared/api.js";
import { dayInFull } from "/shared/dates.js";
import { Plain } from "/shared/elements.js";
import "/shared/pages.js";
import { label, t } from "/shared/strings.ja.js";
import { daysOf, gone, nameOf, percent, span } from "./figures.js";
import { FULL, HALF, figurePlot, toldPlot, visitsPlot, waitPlot } from "./plot.js";
import { save } from "./save.js";
import { PLOTTED, tiles } from "./tiles.js";
import { faultsByWeek, keptByDay, occupancyByHour } from "./trends.js";

/** @typedef {import("./figures.js").Answer} Answer */

const SPANS = /** @type {const} */ (["today", "yesterday", "week", "month"]);
const GROUPS = /** @type {const} */ (["hour", "day", "purpose", "lane", "kiosk", "language"]);
const TARGETS = [3, 5, 10, 15, 20];
const WHAT = /** @type {const} */ (["numbers.what.wait", "numbers.what.short", "numbers.what.level", "numbers.what.told", "numbers.what.handling", "numbers.what.truth"]);
const AGAIN_MS = 60_000;

class KNumbers extends Plain {
  static properties = { me: { attribute: false }, answer: { state: true }, error: { state: true }, busy: { state: true }, span: { state: true }, since: { state: true }, until: { state: true }, by: { state: true }, target: { state: true }, shown: { state: true } };
  #timer = 0;

  constructor() {
    super();
    /** @type {import("/shared/api.js").Me | null} */ this.me = null;
    /** @type {Answer | null} */ this.answer = null;
    this.error = "";
    this.busy = false;
    /** @type {import("./figures.js").Span | ""} */ this.span = "today";
    const [since, until] = daysOf("today", new Date());
    this.since = since;
    this.until = until;
    /** @type {string} */ this.by = "hour";
    this.target = 10;
    /** Which figure the third plot shows. */ this.shown = "one_contact";
  }

  connectedCallback() {
    super.connectedCallback();
    void this.#ask();
    this.#timer = setInterval(() => document.visibilityState === "visible" && void this.#ask(), AGAIN_MS);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.#timer);
  }

  get #question() {
    return new URLSearchParams({ since: this.since, until: this.until, by: this.by, target: String(this.target * 60) });
  }

  async #ask() {
    const question = this.#question;
    this.busy = true;
    try {
      const answer = await numbers(question);
      if (String(this.#question) !== String(question)) return; // asked for something else meanwhile
      this.answer = answer;
      this.error = "";
    } catch (error) {
      this.error = error instanceof Error && error.message ? error.message : t("api.failed");
    }
    this.busy = false;
  }

  /** @param {import("./figures.js").Span} name */
  #pick(name) {
    this.span = name;
    const [since, until] = daysOf(name, new Date());
    this.since = since;
    this.until = until;
    this.by = this.since === this.until ? (this.by === "day" ? "hour" : this.by) : this.by === "hour" ? "day" : this.by;
    void this.#ask();
  }

  /** @param {"since" | "until" | "by" | "target"} name @param {string} value */
  #set(name, value) {
    if (!value) return;
    if (name === "target") this.target = Number(value);
    else this[name] = value;
    if (name === "since" || name === "until") this.span = "";
    void this.#ask();
  }

  render() {
    const { answer } = this;
    return html`<div class="numbers">
      <header class="top">
        <h1>${this.me?.city ?? ""} <span class="wide">${t("brand.sub")}</span>　${t("numbers.title")}</h1>
        <k-pages .roles=${this.me?.roles ?? []} here="numbers"></k-pages>
        <k-clock class="nw r"></k-clock>
        <span class="nw"><b>${this.me?.name ?? ""}</b> <span class="wide">${this.me?.department ?? ""}</span></span>
        <button class="small" @click=${() => this.emit("sign-out")}>${t("signout")}</button>
      </header>
      <main>
        ${this.#controls()}
        ${this.error ? html`<p class="alert bad" role="alert"><b>${this.error}</b></p>` : nothing}
        ${answer === null ? html`<p class="panel empty">${t("numbers.busy")}</p>` : this.#all(answer)}
      </main>
    </div>`;
  }

  #controls() {
    return html`<div class="controls">
      <div class="seg" role="group" aria-label=${t("numbers.span")}>
        ${SPANS.map((name) => html`<button aria-pressed=${this.span === name} @click=${() => this.#pick(name)}>${t(`numbers.span.${name}`)}</button>`)}
      </div>
      <label>${t("numbers.since")} <input type="date" .value=${this.since} max=${this.until} @change=${(/** @type {any} */ e) => this.#set("since", e.target.value)} /> <b class="said nw">${dayInFull(this.since)}</b></label>
      <label>${t("numbers.until")} <input type="date" .value=${this.until} min=${this.since} @change=${(/** @type {any} */ e) => this.#set("until", e.target.value)} /> <b class="said nw">${dayInFull(this.until)}</b></label>
      <label>${t("numbers.by")} <select @change=${(/** @type {any} */ e) => this.#set("by", e.target.value)}>
        ${GROUPS.map((name) => html`<option value=${name} ?selected=${this.by === name}>${t(`numbers.by.${name}`)}</option>`)}
      </select></label>
      <label>${t("numbers.target")} <select @change=${(/** @type {any} */ e) => this.#set("target", e.target.value)}>
        ${TARGETS.map((minutes) => html`<option value=${minutes} ?selected=${this.target === minutes}>${t("numbers.minutes", { minutes })}</option>`)}
      </select></label>
      <span class="mut" role="status">${this.busy ? t("numbers.busy") : ""}</span>
      <a class="button r" href="/api/numbers.csv?${String(this.#question)}" download>${t("numbers.save")}</a>
    </div>`;
  }

  /** @param {Answer} answer */
  #all(answer) {
    // Nobody came, perhaps because the kiosks were gone: how they kept is still to be seen.
    if (answer.all.visits === 0) return html`<div class="panel empty"><p><b>${t("numbers.none")}</b></p><p>${t("numbers.none.hint")}</p></div>${keptByDay(answer, String(this.#question))}`;
    const name = (/** @type {string} */ key) => nameOf(answer, key, label);
    const question = String(this.#question);
    return html`${tiles(answer)}
      <div class="plots">
        <section class="panel"><h2>${t("numbers.plot.visits")}</h2><p class="key"><i class="served"></i>${t("numbers.plot.served")} <i class="gone"></i>${t("numbers.plot.gone")}</p>${visitsPlot(answer.rows, name, HALF)}</section>
        <section class="panel"><h2>${t("numbers.plot.wait")}</h2><p class="key"><i class="middle"></i>${t("numbers.plot.wait.key")} <i class="most"></i>${t("numbers.plot.wait.most")} <i class="range"></i>${t("numbers.plot.wait.range")}</p>${waitPlot(answer.rows, name, HALF, answer.asked.target, answer.targets.wait_p80)}</section>
      </div>
      ${this.#chosen(answer, name)}
      ${this.#table(answer, name)}
      <div class="plots even">${occupancyByHour(answer, question)}
        <section class="panel"><h2>${t("numbers.staff")}</h2><p class="key">${t("numbers.staff.note")}</p>${this.#staff(answer)}</section>
      </div>
      ${keptByDay(answer, question)}
      <div class="plots even">${faultsByWeek(answer, question)}
        <section class="panel kept"><h2>${t("numbers.kiosks")} ${save("numbers/kiosks", question, t("numbers.kiosks.save"))}</h2><p class="key">${t("numbers.kiosks.note")}</p>${this.#kiosks(answer)}</section>
      </div>
      <div class="plots even">
        <section class="panel"><h2>${t("numbers.plot.told")} ${save("numbers", question, t("numbers.lanes.save"), { by: "lane" })}</h2><p class="key">${t("numbers.plot.told.key")}</p>${answer.all.told ? html`<p class="key">${t("numbers.told.of", { half: percent(answer.all.told_half), most: percent(answer.all.told_most) })}</p>` : nothing}${toldPlot(answer.lanes, (key) => answer.lane_labels[key] ?? key, HALF, answer.targets.told_kept)}</section>
        <section class="panel what"><h2>${t("numbers.what")}</h2><ul>${WHAT.map((key) => html`<li>${t(key)}</li>`)}</ul></section>
      </div>`;
  }

  /** Any figure by group, beside its target. @param {Answer} answer @param {(key: string) => string} name */
  #chosen(answer, name) {
    const [key, words, aim] = PLOTTED.find(([one]) => one === this.shown) ?? PLOTTED[0] ?? (() => { throw new Error("no figure"); })();
    return html`<section class="panel chosen"><h2><label>${t("numbers.chosen")} <select @change=${(/** @type {any} */ e) => (this.shown = e.target.value)}>${PLOTTED.map(([one]) => html`<option value=${one} ?selected=${one === key}>${label("figure", one)}</option>`)}</select></label></h2>
      ${figurePlot(answer.rows, name, FULL, key, words, aim === null ? null : (answer.targets[aim] ?? null))}</section>`;
  }

  /** @param {Answer} answer */
  #kiosks({ kiosks, kiosk_labels }) {
    if (!kiosks.length) return html`<p class="empty">${t("numbers.kiosks.none")}</p>`;
    const worst = [...kiosks].sort((one, other) => (one.uptime ?? 2) - (other.uptime ?? 2) || other.faults - one.faults);
    return html`<div class="scroll" tabindex="0" role="region" aria-label=${t("numbers.kiosks")}><table>
      <thead><tr><th scope="col">${t("numbers.by.kiosk")}</th><th scope="col" class="num">${t("numbers.uptime")}</th><th scope="col" class="num">${t("numbers.col.away")}</th><th scope="col" class="num">${t("numbers.col.faults")}</th></tr></thead>
      <tbody>${worst.map((one) => html`<tr><th scope="row">${kiosk_labels[one.kiosk] ?? one.kiosk}</th><td class="num">${one.uptime === null ? "—" : `${(one.uptime * 100).toFixed(1)}%`}</td><td class="num">${span(one.gone)}</td><td class="num">${one.faults}</td></tr>`)}</tbody>
    </table></div>`;
  }

  /** @param {Answer} answer @param {(key: string) => string} name */
  #table({ rows, asked }, name) {
    const columns = /** @type {const} */ (["visits", "served", "gone", "p50", "p80", "p90", "longest", "level", "told", "handling", "card"]);
    return html`<section class="panel rows" tabindex="0" role="region" aria-label=${t("numbers.table")}><table>
      <thead><tr><th scope="col">${t(`numbers.by.${/** @type {typeof GROUPS[number]} */ (asked.by)}`)}</th>${columns.map((column) => html`<th scope="col" class="num">${t(`numbers.col.${column}`)}</th>`)}</tr></thead>
      <tbody>${rows.map(({ key, figures: f }) => html`<tr>
        <th scope="row">${name(key)}</th><td class="num">${f.visits}</td><td class="num">${f.served}</td><td class="num">${gone(f)}</td>
        <td class="num">${span(f.wait_p50)}</td><td class="num">${span(f.wait_p80)}</td><td class="num">${span(f.wait_p90)}</td><td class="num">${span(f.wait_longest)}</td>
        <td class="num">${percent(f.service_level)}</td><td class="num">${percent(f.told_kept)}</td><td class="num">${span(f.handling_mean)}</td><td class="num">${percent(f.card_share)}</td></tr>`)}</tbody>
    </table></section>`;
  }

  /** @param {Answer} answer */
  #staff({ staff }) {
    return html`<table>
      <thead><tr><th scope="col">${t("numbers.col.name")}</th><th scope="col" class="num">${t("numbers.col.ready")}</th><th scope="col" class="num">${t("numbers.col.bound")}</th><th scope="col" class="num">${t("numbers.col.missed")}</th></tr></thead>
      <tbody>${staff.map((one) => html`<tr><th scope="row">${one.name}</th><td class="num">${span(one.ready)}</td><td class="num">${span(one.bound)}</td><td class="num">${one.missed}</td></tr>`)}</tbody>
    </table>`;
  }
}
customElements.define("k-numbers", KNumbers);
