// K02b: one question while waiting. はい, いいえ and わからない are equally good answers and equally large.

import { css, html, nothing } from "/vendor/lit.js";
import { eraYear } from "../dates.js";
import { icon } from "../parts/icons.js";
import { minutes } from "../strings.js";
import { ScreenPart } from "./screen.js";

/** @typedef {import("/protocol/messages").Question} Question */
/** @typedef {import("/protocol/messages").QuestionForKiosk["answer"]} Answer */
/** @typedef {"year" | "month" | "day"} Wheel */

const MOST_PEOPLE = 20;
const OLDEST = 1900;

/** The day moved by one on one wheel; days that do not exist become the month's last. @param {string} day @param {Wheel} wheel @param {number} by */
export function turned(day, wheel, by) {
  let [year = 2000, month = 1, date = 1] = day.split("-").map(Number);
  if (wheel === "year") year = Math.max(OLDEST, year + by);
  if (wheel === "month") month = ((month - 1 + by + 12) % 12) + 1;
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate();
  if (wheel === "day") date = ((date - 1 + by + last) % last) + 1;
  return [String(year).padStart(4, "0"), String(month).padStart(2, "0"), String(Math.min(date, last)).padStart(2, "0")].join("-");
}

/** @extends {ScreenPart<Question>} */
export class KQuestion extends ScreenPart {
  static properties = { ...ScreenPart.properties, day: { state: true }, people: { state: true } };

  constructor() {
    super();
    /** What the wheels show; nothing is said before the button below them is pressed. */
    this.day = "";
    this.people = 1;
    this.asked = "";
  }

  willUpdate() {
    const screen = this.screen;
    if (!screen || screen.question.id === this.asked) return;
    const answer = screen.question.answer;
    this.asked = screen.question.id;
    this.day = answer?.type === "dated" ? answer.day : screen.today;
    this.people = answer?.type === "people" ? answer.births.length : 1;
  }

  /** Wheels are the page's own affair. @param {CustomEvent<string>} event */
  turn(event) {
    const [what, which, by] = event.detail.split(":");
    if (what !== "turn") return;
    event.stopPropagation();
    const step = by === "up" ? 1 : -1;
    if (which === "people") this.people = Math.min(MOST_PEOPLE, Math.max(1, this.people + step));
    else if (which === "today") this.day = this.screen?.today ?? this.day;
    else this.day = turned(this.day, /** @type {Wheel} */ (which), step);
  }

  render() {
    const screen = this.screen;
    const display = this.display;
    if (!screen || !display) return nothing;
    const { t } = this.words;
    const { question } = screen;
    return html`
      <main @press=${this.turn}>
        <div class="top">
          <p class="progress"><b>${t("question.progress", { n: html`<span class="number">${screen.position}</span>`, total: screen.total })}</b>
            <i aria-hidden="true">${Array.from({ length: screen.total }, (_, index) => html`<u class=${index < screen.position ? "on" : ""}></u>`)}</i></p>
          <p class="place">${t("question.number")} <b class="number">${screen.number}</b>${screen.wait_minutes ? html` ${t("waiting.eta", { range: minutes(this.words, screen.wait_minutes) })}` : nothing}</p>
        </div>
        <section class="ask">
          <h1 lang="ja">${question.ask}</h1>
          ${display.link_up ? this.help(question) : html`<p class="problem" role="status">${icon("warning")}<span>${t("link.waiting")}</span></p>`}
        </section>
        ${this.answers(question.kind, question.answer)}
      </main>
      <k-footer .display=${display} exit="quit">
        ${screen.first ? nothing : html`<k-button kind="quiet" icon="back" control="questions_back" ?off=${screen.sending}>${t("question.back")}</k-button>`}
        <k-button kind="quiet" control="questions_later">${t("question.later")}</k-button>
      </k-footer>
    `;
  }

  /** @param {Question["question"]} question */
  help({ kind, help }) {
    if (kind === "persons") return html`<p>${this.words.t("question.people_help")}</p>`;
    return help ? html`<p lang="ja">${help}</p>` : nothing;
  }

  /** @param {Question["question"]["kind"]} kind @param {Answer} answer */
  answers(kind, answer) {
    const { t } = this.words;
    const chosen = answer?.type === "chosen" ? answer.option : null;
    const off = this.screen?.sending ?? false;
    const unknown = html`<k-button class="answer" control="answer:unknown" .on=${chosen === "unknown" ? true : null} ?off=${off}>${t("question.unknown")}</k-button>`;
    switch (kind) {
      case "yn":
        return html`<div class="row three">
          <k-button class="answer" control="answer:yes" .on=${chosen === "yes" ? true : null} ?off=${off}>${t("question.yes")}</k-button>
          <k-button class="answer" control="answer:no" .on=${chosen === "no" ? true : null} ?off=${off}>${t("question.no")}</k-button>
          ${unknown}
        </div>`;
      case "choice":
        return html`<div class="row options ${Object.keys(this.screen?.question.options ?? {}).length > 4 ? "many" : ""}">
          ${Object.entries(this.screen?.question.options ?? {}).filter(([option]) => option !== "unknown").map(
            ([option, label]) => html`<k-button class="answer" lang="ja" control=${`answer:${option}`} .on=${chosen === option ? true : null} ?off=${off}>${label}</k-button>`,
          )}${unknown}
        </div>`;
      case "date":
        return html`<div class="wheels">${this.wheel("year", Number(this.day.slice(0, 4)))}${this.wheel("month", Number(this.day.slice(5, 7)))}${this.wheel("day", Number(this.day.slice(8)))}</div>
          <div class="row three said">
            <k-button class="answer" control="turn:today:up" ?off=${this.day === this.screen?.today}>${t("question.today")}</k-button>
            <k-button class="answer" kind="primary" control=${`day:${this.day.replaceAll("-", "")}`} ?off=${off}>${t("question.this_day")}</k-button>
            ${unknown}
          </div>`;
      case "persons":
        return html`<div class="wheels one">${this.wheel("people", this.people)}</div>
          <div class="row two said">
            <k-button class="answer" kind="primary" control=${`count:${this.people}`} ?off=${off}>${t("question.this_many")}</k-button>
            ${unknown}
          </div>`;
    }
  }

  /** @param {Wheel | "people"} which @param {number} value */
  wheel(which, value) {
    const { t, plain, language } = this.words;
    // Who counts in 昭和 and 令和 all their life cannot say quickly which Western year it was.
    const era = which === "year" && language === "ja" ? eraYear(this.day.replaceAll("-", "")) : "";
    return html`<div class="wheel">
      <k-button control=${`turn:${which}:down`} label=${plain("question.less", { what: plain(`question.${which}`, { n: "" }) })} typing>−</k-button>
      <p aria-live="polite" class="number">${t(`question.${which}`, { n: html`<b>${value}</b>` })}${era ? html`<small>${era}</small>` : nothing}</p>
      <k-button control=${`turn:${which}:up`} label=${plain("question.more", { what: plain(`question.${which}`, { n: "" }) })} typing>＋</k-button>
    </div>`;
  }

  static styles = [
    ...ScreenPart.styles,
    css`
      main { display: grid; grid-template-rows: auto minmax(0, 1fr) auto; gap: 20px; }
      main:has(.wheels) { grid-template-rows: auto minmax(0, 1fr) auto auto; }
      .top { display: flex; justify-content: space-between; align-items: center; gap: 24px; }
      .progress { display: flex; align-items: center; gap: 24px; color: var(--primary); white-space: nowrap; }
      .progress i { display: flex; gap: 8px; }
      .progress u { width: 40px; height: 16px; border-radius: 8px; border: 3px solid var(--primary); text-decoration: none; }
      .progress u.on { background: var(--primary); }
      .place { color: #333; white-space: nowrap; }
      .ask { display: grid; align-content: center; gap: 16px; min-height: 0; }
      .ask h1 { font-size: calc(var(--t-h1) * 1.3); word-break: auto-phrase; }
      .ask p { font-size: var(--t-say); color: #333; word-break: auto-phrase; }
      .row { display: grid; gap: 32px; }
      .three { grid-template-columns: repeat(3, minmax(0, 1fr)); }
      .two { grid-template-columns: repeat(2, minmax(0, 1fr)); }
      .options { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 20px 32px; }
      .options.many { grid-template-columns: repeat(4, minmax(0, 1fr)); }
      .answer { --btn-h: 210px; --t-btn: 64px; }
      .options .answer { --btn-h: 112px; --t-btn: 44px; }
      .said .answer { --btn-h: 140px; --t-btn: 48px; }
      .wheels { display: grid; grid-template-columns: 1.25fr 1fr 1fr; gap: 40px; }
      .wheels.one { grid-template-columns: minmax(0, 760px); }
      .wheel { display: grid; grid-template-columns: 112px minmax(0, 1fr) 112px; align-items: center; border: 4px solid var(--line); border-radius: 24px; background: #fff; padding: 12px; }
      .wheel p { text-align: center; font-size: var(--t-body); white-space: nowrap; }
      .wheel b { font-size: 84px; line-height: 1.2; }
      .wheel small { display: block; font-size: var(--t-body); line-height: 1.2; font-weight: 700; }
      .wheel k-button { --btn-h: 140px; --btn-pad: 0px; --t-btn: 64px; }
      @media (max-width: 1500px) {
        main { gap: 12px; } .answer { --btn-h: 150px; --t-btn: 46px; } .row { gap: 20px; } .progress u { width: 24px; height: 12px; } .top p { font-size: 28px; }
        .said .answer { --btn-h: 104px; --t-btn: 38px; } .options { gap: 14px 20px; } .options .answer { --btn-h: 98px; --t-btn: 34px; }
        .wheels { gap: 20px; } .wheel { grid-template-columns: 96px minmax(0, 1fr) 96px; padding: 8px; } .wheels { grid-template-columns: 1.4fr 1fr 1fr; } .options.many { grid-template-columns: repeat(3, minmax(0, 1fr)); } .many .answer { --btn-pad: 12px; } .wheel b { font-size: 48px; } .wheel p { font-size: 28px; } .wheel k-button { --btn-h: 104px; --t-btn: 48px; }
        .ask { gap: 8px; } .ask h1 { font-size: calc(var(--t-h1) * 1.12); }
      }
      :host-context(html[data-large]) { .options .answer { --btn-pad: 12px; } .place { display: none; } .options .answer { --t-btn: 44px; } .answer { --t-btn: 56px; } .said .answer { --t-btn: 46px; } .ask p { font-size: var(--t-body); } .ask h1 { font-size: var(--t-h1); } }
    `,
  ];
}
customElements.define("k-question", KQuestion);
