// K07 and K08: the form the clerk writes, a few lines at a time: followed, read back, called wrong, looked at whole, signed.

import { css, html, nothing } from "/vendor/lit.js";
import { icon } from "../parts/icons.js";
import { pressable } from "../parts/press.js";
import "../parts/k-sign.js";
import { ScreenPart } from "./screen.js";

/** @typedef {import("/protocol/messages").Form} Form */
/** @typedef {import("/protocol/messages").FormRow} FormRow */
/** @typedef {import("../parts/k-sign.js").KSign} KSign */

/** Letters of a value from which it takes two lines of smaller letters; what still does not fit ends in 「…」, and the whole paper can be looked at. */
const LONG = 26;

/** @extends {ScreenPart<Form>} */
export class KForm extends ScreenPart {
  static properties = { ...ScreenPart.properties, pages: { attribute: false }, inside: { type: Boolean } };

  constructor() {
    super();
    /** The whole form as pictures (data URLs). @type {readonly string[]} */
    this.pages = [];
    /** Whether the page around it has its own way out, and its own way to write. */
    this.inside = false;
  }

  get exit() {
    return this.inside ? "" : "end";
  }

  render() {
    const screen = this.screen;
    if (!screen || !this.display) return nothing;
    if (screen.step === "sign") return this.signing(screen);
    if (screen.step === "look") return this.looking(screen);
    if (screen.step === "signed" || screen.step === "helped") return this.said(screen);
    return this.lines(screen);
  }

  /** @param {Form} screen */
  lines(screen) {
    const { t } = this.words;
    const { sheet, step } = screen;
    const last = screen.page === screen.pages - 1;
    const pointing = step === "which";
    return html`
      <main class="lines ${step}">
        <header>
          <h1>${t(step === "read" ? "form.read" : pointing ? "form.which" : step === "told" ? "form.told" : "form.follow")}</h1>
          <p class="what"><b lang="ja">${sheet.plain}</b>${screen.pages > 1 ? html`<span class="number">${t("form.page", { n: screen.page + 1, of: screen.pages })}</span>` : nothing}</p>
        </header>
        <ol start=${screen.first + 1}>${sheet.rows.map((row, index) => this.line(row, screen.first + index, sheet.changed === screen.first + index, pointing))}</ol>
        ${this.foot(screen)}
      </main>
      ${pointing
        ? html`<k-footer .display=${this.display} silent exit=${this.exit} exit-key="end">
            <k-button icon="back" control="form:back">${t("form.back")}</k-button>
            ${this.leaf(screen)}
            <k-button kind="primary" control="form:unsure">${t("form.unsure")}</k-button>
          </k-footer>`
        : html`<k-footer .display=${this.display} silent exit=${this.exit} exit-key="end">
            ${step === "read"
              ? html`${screen.pictures ? html`<k-button class="look" kind="quiet" icon="paper" control="form:look">${t("form.look")}</k-button>` : nothing}<k-button control="form:no">${t("form.no")}</k-button>
                  ${screen.page > 0 ? html`<k-button icon="back" control="form:previous">${t("form.previous")}</k-button>` : nothing}
                  ${last
                    ? html`<k-button kind="primary" icon="check" control="form:yes" ?off=${screen.sending}>${t("form.yes")}</k-button>`
                    : html`<k-button kind="primary" control="form:next">${t("form.next")}</k-button>`}`
              : html`${this.leaf(screen)}${this.inside ? nothing : html`<k-button icon="pencil" control="write">${t("call.write")}</k-button>`}`}
          </k-footer>`}
    `;
  }

  /** @param {Form} screen */
  leaf(screen) {
    const { t } = this.words;
    if (screen.pages === 1) return nothing;
    return html`<k-button icon="back" control="form:previous" ?off=${screen.page === 0}>${t("form.previous")}</k-button>
      <k-button control="form:next" ?off=${screen.page === screen.pages - 1}>${t("form.next")}</k-button>`;
  }

  /** @param {FormRow} row @param {number} number @param {boolean} changed @param {boolean} pointing */
  line(row, number, changed, pointing) {
    const { t } = this.words;
    const empty = row.text === "" && row.below === "";
    const long = row.text.length > LONG;
    const body = html`<span class="label" lang="ja">${row.label}</span>
      <span class="value ${row.below ? "more" : ""} ${long ? "long" : ""}" lang="ja" dir="ltr">${row.above ? html`<small>${row.above}</small>` : nothing}<b>${empty ? t("form.empty") : row.text}</b>${row.below ? html`<small>${row.below}</small>` : nothing}</span>
      ${changed ? html`<span class="mark">${icon("pencil")}<i>${t("form.changed")}</i></span>` : row.refused ? html`<span class="mark wrong">${icon("warning")}<i>${t("form.wrong")}</i></span>` : nothing}`;
    const kind = `${changed ? "changed" : ""} ${row.refused ? "refused" : ""} ${empty ? "empty" : ""}`;
    return pointing
      ? html`<li class=${kind}><button type="button" data-row=${number}>${body}</button></li>`
      : html`<li class=${kind}>${body}</li>`;
  }

  /** @param {Map<PropertyKey, unknown>} changed */
  updated(changed) {
    super.updated(changed);
    for (const button of this.renderRoot.querySelectorAll("button[data-row]")) {
      const own = /** @type {HTMLElement & {ready?: boolean}} */ (button);
      if (own.ready) continue;
      own.ready = true;
      pressable(own, () => this.touch(`form:row:${own.dataset["row"]}`));
    }
  }

  /** The sum, what this window may do, and what went wrong. @param {Form} screen */
  foot(screen) {
    const { t, pick } = this.words;
    const { sheet } = screen;
    const parts = [
      screen.problem !== null ? html`<p class="problem" role="status">${icon("warning")}<span>${t(screen.problem === "again" || screen.problem === "one_dot" ? `form.problem_${screen.problem}` : pick("trouble", screen.problem, "trouble.other"))}</span></p>` : nothing,
      screen.problem === null && screen.lines.length ? html`<p class="wrote" lang="ja">${screen.lines.at(-1)?.text}</p>` : nothing,
      sheet.total !== null ? html`<p class="sum"><span>${t("form.sum")}</span><b class="number">${t("form.yen", { n: sheet.total.toLocaleString("ja-JP") })}</b><small lang="ja">${sheet.pay}</small></p>` : nothing,
      screen.step === "read" && screen.page === screen.pages - 1 ? html`<p class="promise">${t(pick("form.promise", sheet.promise, "form.promise.accept"))}</p>` : nothing,
    ];
    return html`<div class="foot">${parts}</div>`;
  }

  /** @param {Form} screen */
  signing(screen) {
    const { t, pick } = this.words;
    const earlier = screen.sheet.name ?? [];
    const same = this.pad?.same ?? earlier.length > 0;
    return html`
      <main class="signing">
        <header><h1>${t(same ? "form.sign_same" : "form.sign")}</h1><p class="declared" lang="ja">${screen.sheet.declaration}</p></header>
        <k-sign .display=${this.display} .earlier=${earlier} @inked=${() => this.requestUpdate()}></k-sign>
        ${screen.problem !== null
          ? html`<div class="hint"><p class="problem" role="status">${icon("warning")}<span>${t(screen.problem === "again" ? "form.problem_again" : screen.problem === "one_dot" ? "form.problem_one_dot" : pick("trouble", screen.problem, "trouble.other"))}</span></p>
              <k-button kind="quiet" icon="erase" control="sign_clear" @press=${this.clear}>${t("form.again")}</k-button></div>`
          : html`<div class="hint"><p>${t(same ? "form.sign_same_how" : "form.sign_how")}${this.inside && !same ? html`<span class="turn"> ${t("form.sign_turn")}</span>` : nothing}</p>
              ${screen.pictures ? html`<k-button kind="quiet" icon="paper" control="form:look">${t("form.look")}</k-button>` : nothing}
              <k-button kind="quiet" icon="erase" control="sign_clear" @press=${this.clear}>${t("form.again")}</k-button></div>`}
      </main>
      <k-footer .display=${this.display} silent exit=${this.exit} exit-key="end">
        <k-button control="form:cannot">${t("form.cannot")}</k-button>
        <k-button kind="primary" icon="check" control="sign_done" ?off=${!(this.pad?.inked ?? false) || screen.sending} @press=${this.done}>${t(same ? "form.sign_use" : "form.done")}</k-button>
      </k-footer>
    `;
  }

  get pad() {
    return /** @type {KSign | null} */ (this.renderRoot?.querySelector("k-sign") ?? null);
  }

  /** @param {CustomEvent<string>} event */
  clear(event) {
    event.stopPropagation();
    this.pad?.clear();
  }

  /** @param {CustomEvent<string>} event */
  done(event) {
    event.stopPropagation();
    const strokes = this.pad?.strokes() ?? [];
    if (strokes.length) this.say({ type: "name_written", strokes });
  }

  /** @param {Form} screen */
  looking(screen) {
    const { t, plain } = this.words;
    const picture = this.pages[screen.picture];
    return html`
      <main class="looking">
        <h1 class="unseen">${t("form.look")}</h1>
        <div class="sheet" tabindex="0" role="group" aria-label=${plain("form.look")}>${picture ? html`<img src=${picture} alt=${plain("form.picture", { title: screen.sheet.title, n: screen.picture + 1 })} />` : nothing}</div>
      </main>
      <k-footer .display=${this.display} silent exit=${this.exit} exit-key="end">
        <k-button icon="back" control="form:previous" ?off=${screen.picture === 0}>${t("form.previous")}</k-button>
        <k-button control="form:next" ?off=${screen.picture >= screen.pictures - 1}>${t("form.next")}</k-button>
        <k-button kind="primary" control="form:back">${t("form.look_done")}</k-button>
      </k-footer>
    `;
  }

  /** Said in large words: it is done, or the clerk goes on. @param {Form} screen */
  said(screen) {
    const { t, pick } = this.words;
    const done = screen.step === "signed";
    return html`
      <main class="middle">
        <h1>${t(done ? "form.signed" : screen.sheet.signature ? "form.helped" : "form.agreed")}</h1>
        ${done
          ? html`<p>${t(pick("form.promise", screen.sheet.promise, "form.promise.accept"))}</p>
              <p class="code">${t("form.code")} <b class="number">${screen.sheet.code}</b></p>
              ${this.paying(screen)}
              ${screen.notice !== null ? html`<p class="problem calm" role="status">${icon("paper")}<span>${t(pick("notice", screen.notice, "notice.other"))}</span></p>` : nothing}`
          : html`<p>${t("form.helped_how")}</p>`}
      </main>
      <k-footer .display=${this.display} silent exit=${this.exit} exit-key="end">
        ${done
          ? html`<k-button kind="primary" control="form:close">${t("form.close")}</k-button>`
          : screen.sheet.signature
            ? html`<k-button icon="pencil" control="form:back">${t("form.write_after_all")}</k-button>`
            : nothing}
      </k-footer>
    `;
  }

  /** The sum and how to pay; where the city takes it beforehand, the code a telephone reads. @param {Form} screen */
  paying(screen) {
    const { t, plain } = this.words;
    const { total, pay, pay_code: rows } = screen.sheet;
    if (total === null) return nothing;
    const size = rows?.length ?? 0;
    const path = (rows ?? []).map((row, y) => [...row].map((on, x) => (on === "1" ? `M${x} ${y}h1v1h-1z` : "")).join("")).join("");
    return html`<div class="paying">
      <div><p class="sum"><span>${t("form.sum")}</span><b class="number">${t("form.yen", { n: total.toLocaleString("ja-JP") })}</b></p><p lang="ja">${pay}</p>${size ? html`<p>${t("form.pay_code")}</p>` : nothing}</div>
      ${size ? html`<svg class="qr" role="img" aria-label=${plain("form.pay_code_name")} viewBox="-4 -4 ${size + 8} ${size + 8}" shape-rendering="crispEdges"><rect x="-4" y="-4" width=${size + 8} height=${size + 8} fill="#fff"></rect><path d=${path}></path></svg>` : nothing}
    </div>`;
  }

  static styles = [
    ...ScreenPart.styles,
    css`
      main { padding-right: calc(var(--edge) + var(--beside, calc(var(--side-w) + 32px))); }
      :host-context(html[data-large]) main { padding-right: var(--edge); }
      main.lines { display: grid; grid-template-rows: auto minmax(0, 1fr) auto; gap: 10px; padding-top: 12px; padding-bottom: 10px; }
      header { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 28px; }
      header h1 { font-size: min(var(--t-h1), 50px); }
      .what { display: flex; gap: 20px; color: #333; font-size: var(--t-min); line-height: 1.3; }
      ol { margin: 0; padding: 0; list-style: none; display: grid; grid-auto-rows: var(--form-rows, minmax(0, 1fr)); align-content: stretch; border-top: 3px solid var(--line); min-height: 0; }
      li, li button { display: grid; grid-template-columns: minmax(0, 7.6em) minmax(0, 1fr) auto; gap: 16px; align-items: center; min-height: 0; }
      li { border-bottom: 2px solid #bbb; padding: 0 12px; border-left: 10px solid transparent; overflow: hidden; }
      li button { grid-column: 1 / -1; height: 100%; width: 100%; font: inherit; color: inherit; text-align: left; background: #fff; border: 4px solid var(--primary); border-radius: 14px; padding: 0 14px; }
      ol:has(button) { gap: 8px; border-top: 0; } li:has(button) { padding: 0; border: 0; }
      li button.down { background: var(--pressed-light); }
      .label { font-size: var(--t-min); line-height: 1.2; color: #333; }
      .value { display: grid; min-width: 0; line-height: 1.2; }
      .value b { font-size: calc(var(--t-body) * 1.1); overflow-wrap: anywhere; }
      .value.more { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 20px; } .value.more b { order: -1; } .value.more small:last-child { flex-basis: 100%; }
      .value b, .value small { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; overflow: hidden; unicode-bidi: isolate; }
      .value small { -webkit-line-clamp: 1; } .value.long b { font-size: var(--t-fine, 28px); line-height: 1.25; } .long:has(small) b { -webkit-line-clamp: 1; } .value.more b { -webkit-line-clamp: 1; }
      .value small { font-size: var(--t-fine, 28px); line-height: 1.2; overflow-wrap: anywhere; }
      .empty .value b { color: #555; font-weight: 400; font-size: var(--t-fine, 28px); }
      .changed { border-left-color: var(--primary); background: var(--pressed-light); }
      .refused { border-left-color: var(--note); background: var(--note-light); }
      .mark { display: flex; align-items: center; gap: 8px; color: var(--primary); font-weight: 700; font-size: var(--t-fine, 28px); } .mark i { font-style: normal; } .mark svg { width: 1.2em; height: 1.2em; }
      .mark.wrong { color: var(--note); }
      .foot { display: grid; gap: 8px; } .foot:empty { display: none; }
      .foot p { font-size: var(--t-min); line-height: 1.35; }
      k-button.look { --t-btn: var(--t-look, var(--t-fine, 28px)); --btn-pad: 14px; }
      .sum { display: flex; flex-wrap: wrap; align-items: baseline; gap: 4px 16px; } .sum b { font-size: var(--t-h1); line-height: 1.1; } .sum small { font-size: var(--t-fine, 28px); }
      .foot .wrote { font-size: var(--t-body); border-left: 8px solid var(--primary); padding-left: 14px; }
      main.signing { display: grid; grid-template-rows: auto minmax(0, 1fr) auto; gap: 12px; padding-right: var(--edge); }
      main.signing header { padding-right: calc(var(--strip-w) + 24px); min-height: calc(var(--strip-w) * 9 / 16); align-content: center; }
      .declared { font-size: var(--t-min); }
      .hint { display: flex; flex-wrap: var(--footer-wrap, nowrap); align-items: center; gap: 16px; } .hint p { flex: var(--hint-p, 0 1 auto); font-size: var(--t-min); line-height: 1.3; color: #333; margin-right: auto; } .hint k-button { flex: none; --t-btn: var(--t-fine, 28px); --btn-h: var(--hint-h, 96px); --btn-pad: var(--hint-pad, 18px); }
      /* In a hand: upright the frame is as wide as the telephone is; on its side it is nearly twice that, if all else makes room. */
      .turn { display: none; } @media (orientation: portrait) and (max-width: 899px) { .turn { display: inline; font-weight: 700; } }
      @media (orientation: landscape) and (max-width: 899px) and (max-height: 560px) {
        main.signing { grid-template: minmax(0, 1fr) / minmax(0, 1fr) auto; } main.signing header { display: none; }
        .hint { flex-direction: column; align-items: stretch; justify-content: center; gap: 8px; } .hint p:not(.problem) { display: none; } .hint p { flex: none; max-width: 9em; margin: 0; }
      }
      main.looking { padding: 8px var(--edge); }
      .sheet { height: 100%; overflow-y: auto; background: #666; border-radius: 12px; display: grid; justify-items: center; touch-action: pan-y; padding: 12px; }
      .sheet img { width: min(1280px, 100%); background: #fff; display: block; }
      .paying { display: flex; align-items: center; gap: 32px; } .paying p { font-size: min(var(--t-body), 42px); line-height: 1.35; } .qr { flex: none; width: 264px; height: 264px; } @media (max-width: 1500px) { .qr { width: 208px; height: 208px; } }
      :host-context(html[data-large][data-language="easy"]) .paying p { font-size: 36px; }
      :host-context(html[data-large]) .qr { width: 208px; height: 208px; }
      .code { font-size: var(--t-body) !important; } .code b { letter-spacing: 0.05em; }
      .calm { border-color: var(--primary); background: #fff; } .calm svg { color: var(--primary); }
      /* Large letters are for what is written most of all: it is what is signed. */
      :host-context(html[data-large]) { --t-fine: 38px; --t-look: 28px; .value.long b { font-size: 42px; -webkit-line-clamp: 3; } .long:has(small) b { -webkit-line-clamp: 2; } .value.more small:last-child { -webkit-line-clamp: 2; } }
      /* What is read back stands whole: a line that needs two takes the room of those that need less. */
      @media (max-width: 1500px) { main.read ol { grid-auto-rows: var(--form-rows, minmax(min-content, 1fr)); } .read .value.more small:last-child { -webkit-line-clamp: 2; } }
      @media (max-width: 1500px) { .value small, .mark, .empty .value b { font-size: var(--t-fine, 28px); } .mark i { display: none; } header h1 { font-size: min(var(--t-h1), 38px); } li, li button { grid-template-columns: minmax(0, var(--label-w, 6.6em)) minmax(0, 1fr) auto; gap: 10px; } .value b { font-size: var(--t-body); } main.lines { gap: 4px; padding-top: 6px; } }
    `,
  ];
}
customElements.define("k-form", KForm);
