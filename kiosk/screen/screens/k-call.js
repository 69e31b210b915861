// K06: the clerk large, the written words beside them, one way to write and one way out; or the paper both look at.

import { css, html, nothing } from "/vendor/lit.js";
import { icon } from "../parts/icons.js";
import { laterPapers, laterStyles } from "../parts/later.js";
import { duration } from "../strings.js";
import "../parts/k-keyboard.js";
import "../parts/k-lines.js";
import "../parts/k-live.js";
import "../parts/k-paper.js";
import "/protocol/page-view.js";
import { ScreenPart } from "./screen.js";

/** @typedef {import("/protocol/messages").Call} Call */
/** @typedef {import("../parts/k-keyboard.js").KKeyboard} KKeyboard */

/** @extends {ScreenPart<Call>} */
export class KCall extends ScreenPart {
  static properties = { ...ScreenPart.properties, leaf: { attribute: false }, marks: { attribute: false }, since: { type: Number } };

  constructor() {
    super();
    /** @type {import("../kiosk-screen.js").Leaf | null} */
    this.leaf = null;
    /** @type {import("/protocol/messages").PageMarks | null} */
    this.marks = null;
    /** Seconds since this display arrived. */
    this.since = 0;
  }

  render() {
    const screen = this.screen;
    if (!screen || !this.display) return nothing;
    if (screen.writing) return this.writing(screen);
    return screen.paper !== null || screen.leaf !== null ? this.paper(screen) : this.talking(screen);
  }

  /** The paper large, the clerk beside it. @param {Call} screen */
  paper(screen) {
    const { t } = this.words;
    return html`
      <main class="look">
        ${screen.leaf === null ? html`<h1 class="unseen">${t("paper.title")}</h1><k-paper .display=${this.display} .screen=${screen}></k-paper>` : this.shared(screen.leaf)}
        ${this.said(screen)}
        ${screen.lines.length || screen.clerk_typing ? html`<k-lines .display=${this.display} .lines=${screen.lines} ?typing=${screen.clerk_typing}></k-lines>` : nothing}
        ${screen.lines.length ? html`<p class="caption">${screen.lines.at(-1)?.text}</p>` : nothing}
      </main>
      ${this.ways(screen)}
    `;
  }

  /** The page both look at, and which one it is. @param {[number, number]} which */
  shared([number, of]) {
    const { t, plain } = this.words;
    const { leaf, marks } = this;
    const title = plain("leaf.of", { n: String(number), of: String(of) });
    return html`<section class="leaf">
      <h1>${t("leaf.title")}${of > 1 ? html` <b>${t("leaf.of", { n: String(number), of: String(of) })}</b>` : nothing}</h1>
      ${leaf ? html`<page-view .src=${leaf.src} .width=${leaf.width} .height=${leaf.height} .look=${marks ?? { zoom: 100, x: 0.5, y: 0.5 }} .dot=${marks?.dot ?? null} .lines=${marks?.lines ?? []} .label=${title} .here=${plain("leaf.here")}></page-view>` : nothing}
    </section>`;
  }

  /** @param {Call} screen */
  talking(screen) {
    const { t } = this.words;
    return html`
      <main class="talk">
        <h1 class="unseen">${t("call.talk")}</h1>
        ${this.said(screen)}
        <k-lines .display=${this.display} .lines=${screen.lines} ?typing=${screen.clerk_typing}></k-lines>
      </main>
      ${this.ways(screen)}
    `;
  }

  /** The way to write, the way out. @param {Call} screen */
  ways(screen) {
    const { t } = this.words;
    const time = duration(this.words, screen.seconds + this.since);
    // While both talk nobody must think that 「もういちど 聞く」 makes the clerk say it again.
    return html`<k-footer .display=${this.display} exit="end" exit-key="end" ?silent=${screen.trouble === null}>
      <p slot="aside" class="time"><b class="number">${t("call.time", { time })}</b><span class="record"><br />${t("call.no_recording")}</span></p>
      <k-button kind="primary" icon="pencil" control="write">${t("call.write")}</k-button>
    </k-footer>`;
  }

  /** @param {Call} screen */
  writing(screen) {
    const { t } = this.words;
    return html`
      <main class="write">
        <h1 class="unseen">${t("write.title")}</h1>
        <div class="heard">
          <k-lines bare .display=${this.display} .lines=${screen.lines.slice(-3)} ?typing=${screen.clerk_typing}></k-lines>
          ${this.said(screen)}
        </div>
        <k-keyboard .display=${this.display}></k-keyboard>
      </main>
      <k-footer .display=${this.display} exit="end" exit-key="end" silent>
        <k-live slot="aside" .display=${this.display}></k-live>
        <k-button control="write_done">${t("write.close")}</k-button>
        <k-button kind="primary" icon="send" control="send" @press=${this.send}>${t("write.send")}</k-button>
      </k-footer>
    `;
  }

  /** @param {CustomEvent<string>} event */
  send(event) {
    event.stopPropagation();
    /** @type {KKeyboard | null} */ (this.renderRoot.querySelector("k-keyboard"))?.send();
  }

  /** The one sentence that matters most just now. @param {Call} screen */
  said(screen) {
    const { t, pick } = this.words;
    const company = this.display?.company ?? [];
    const next = company.find((one) => one.state !== "here");
    if (screen.trouble === null && next) {
      const word = next.takes_over ? "company.takes_over" : next.role === "interpreter" ? "company.interpreter_comes" : "company.comes";
      return html`<p class="problem over calm below" role="status">${icon("people")}<span>${t(word, { name: next.name, department: next.department })}</span></p>`;
    }
    if (screen.trouble !== null) return html`<p class="problem over" role="status">${icon("warning")}<span>${t(pick("trouble", screen.trouble, "trouble.other"))}</span></p>`;
    if (screen.notice !== null) return html`<p class="problem over calm" role="status">${icon(/^(?:card|photo|number)_/u.test(screen.notice) ? "card" : "paper")}<span>${t(pick("notice", screen.notice, "notice.other"))}</span></p>`;
    if (screen.printing) return html`<p class="problem over calm" role="status">${icon("paper")}<span>${t("call.printing")}</span></p>`;
    if (screen.later.length) return html`<div class="over">${laterPapers(this.words, screen.later)}</div>`;
    return nothing;
  }

  static styles = [
    ...ScreenPart.styles,
    laterStyles,
    css`
      .over .later-code > b { font-size: calc(var(--t-h1) * 1.3); } div.over { box-shadow: none; } .over .later { box-shadow: 0 0 0 4px #fff; }
      main.talk { position: relative; padding: 16px var(--edge) 16px calc(var(--edge) + var(--gap) + var(--clerk-w)); display: grid; }
      main.look { position: relative; padding: 16px var(--edge); display: grid; grid-template-columns: minmax(0, 1fr) var(--side-w); gap: var(--gap); }
      .leaf { display: grid; grid-template-rows: auto minmax(0, 1fr); gap: 8px; min-height: 0; }
      .leaf h1 { font-size: var(--t-say); line-height: var(--l-head); display: flex; flex-wrap: wrap; gap: 4px 24px; align-items: baseline; } .leaf h1 b { color: var(--primary); white-space: nowrap; }
      .leaf page-view { border: 6px solid var(--color-primitive-orange-600, #fb5b01); border-radius: 20px; background: #3a4149; }
      main.look k-lines { margin-top: calc(var(--side-w) * 9 / 16 + var(--clerk-line-h) + var(--pad) - 8px); padding: 12px 20px; }
      .caption { display: none; }
      main.look .over { left: calc(var(--edge) + 20px); right: auto; width: calc(100% - 2 * var(--edge) - var(--side-w) - var(--gap) - 40px); bottom: 36px; }
      .over { position: absolute; z-index: 2; left: calc(var(--edge) + 20px); width: calc(var(--clerk-w) - 40px); bottom: calc(var(--clerk-name-h) + 44px); box-shadow: 0 0 0 4px #fff; line-height: var(--l-head); }
      /* Beside others there is room below the clerk's name: nobody's name or picture is covered. */
      main.talk .below { left: var(--edge); width: calc((var(--clerk-w) - var(--gap)) * 2 / 3); bottom: 16px; }
      @media (max-width: 1500px) { :host-context(html[data-large]) main.talk .below { width: var(--clerk-w); } }
      .calm { border-color: var(--primary); background: #fff; } .calm svg { color: var(--primary); }
      /* On a small screen the written words are a caption on the paper: beside it there is room for the clerk only. */
      @media (max-width: 1600px) {
        main.look k-lines { display: none; }
        main.look k-paper, main.look .leaf { grid-area: 1 / 1; }
        main.look .caption { display: block; grid-area: 1 / 1; align-self: end; z-index: 1; margin: 0 16px 16px; max-height: 60%; overflow-y: auto; padding: 12px 20px; border: 2px solid var(--primary); border-radius: 16px; background: #fff; line-height: var(--l-head); }
        main.look .over { bottom: auto; top: 36px; }
      }
      .time { font-size: var(--t-min); line-height: 1.3; color: #333; white-space: nowrap; }
      /* The keyboard is two parts of this grid: its text and its keys (display: contents). */
      main.write { display: grid; grid-template: "heard" minmax(calc(var(--strip-w) * 9 / 16), 1fr) "text" auto "keys" auto / minmax(0, 1fr); gap: 8px; padding: 4px var(--edge); }
      .heard { grid-area: heard; padding-left: calc(var(--strip-w) + 16px); min-height: 0; position: relative; }
      .heard k-lines { height: 100%; }
      .heard .over { left: calc(var(--strip-w) + 16px); right: 0; width: auto; bottom: 0; top: 0; }
      k-live { display: none; }
      @media (max-width: 1500px) {
        main.write { grid-template: "heard text" minmax(0, 1fr) "keys keys" auto / minmax(0, 1.05fr) minmax(0, 1fr); padding: 4px var(--edge); }
        k-live { display: grid; }
        :host-context(html[data-large]) .record { display: none; }
      }
      @media (max-width: 1500px) { .over { padding: 10px 16px; gap: 14px; } }
      @media (max-width: 1500px) { :host-context(html[data-large]) .time { white-space: normal; } }
    `,
  ];
}
customElements.define("k-call", KCall);
