// Writing with one finger: the sounds in their columns, the words on top; a real keyboard works as well.

import { css, html, nothing } from "/vendor/lit.js";
import { DIGITS, FULL, KANA, LATIN, typed } from "../kana.js";
import { Part, base } from "./base.js";
import "./k-button.js";

const SMALL = matchMedia("(max-width: 1500px)");
const PHRASES = /** @type {const} */ (["write.phrase_1", "write.phrase_2", "write.phrase_3", "write.phrase_4", "write.phrase_5"]);

export class KKeyboard extends Part {
  static properties = { ...Part.properties, text: { state: true }, digits: { state: true }, small: { state: true }, usual: { state: true } };

  constructor() {
    super();
    this.text = "";
    this.digits = false;
    /** Whether the usual words have no column of their own and take the place of the keys when asked for. */
    this.small = SMALL.matches;
    this.usual = false;
    this.measure = () => (this.small = SMALL.matches);
  }

  connectedCallback() {
    super.connectedCallback();
    SMALL.addEventListener("change", this.measure);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    SMALL.removeEventListener("change", this.measure);
  }

  /** Send what stands there, if anything. */
  send() {
    const text = this.text.trim();
    if (text) this.say({ type: "written", id: crypto.randomUUID(), text });
    this.become("");
  }

  /** @param {string} text */
  become(text) {
    const on = text !== "";
    if (on !== (this.text !== "")) this.say({ type: "writing_now", on });
    this.text = text.slice(0, FULL);
  }

  /** @param {CustomEvent<string>} event */
  key(event) {
    event.stopPropagation();
    if (event.detail === "[digits]") this.digits = !this.digits;
    else if (event.detail === "[usual]") this.usual = true;
    else this.become(typed(this.text, event.detail));
    // The last word must stay in sight in a box that does not scroll by hand.
    void this.updateComplete.then(() => {
      const box = this.renderRoot.querySelector("textarea");
      if (box) box.scrollTop = box.scrollHeight;
    });
  }

  /** @param {CustomEvent<string>} event */
  phrase(event) {
    event.stopPropagation();
    this.usual = false;
    if (event.detail !== "[back]") this.say({ type: "written", id: crypto.randomUUID(), text: event.detail });
  }

  /** @param {Event & { currentTarget: HTMLTextAreaElement }} event */
  real(event) {
    this.become(event.currentTarget.value.replaceAll("\n", " "));
  }

  /** @param {KeyboardEvent} event */
  enter(event) {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    this.send();
  }

  render() {
    const { t, plain, language } = this.words;
    const columns = this.digits ? DIGITS : language === "en" ? LATIN : KANA;
    const kana = columns === KANA;
    return html`
      <textarea
        .value=${this.text}
        maxlength=${FULL}
        rows="1"
        autocomplete="off"
        spellcheck="false"
        inputmode="none"
        aria-label=${plain("write.title")}
        placeholder=${plain("write.placeholder")}
        @input=${this.real}
        @keydown=${this.enter}
      ></textarea>
      ${this.text.length >= FULL ? html`<p class="full" role="status">${t("write.full")}</p>` : nothing}
      <div class=${this.small && this.usual ? "below usual" : "below"}>
        <div class="keys" @press=${this.key}>
          ${columns.map((column) => column.map((key) => html`<k-button kind="key" typing control=${key} lang="ja">${key}</k-button>`))}
          <k-button kind="key" class="deed" typing control="[delete]" >${t("write.delete")}</k-button>
          ${kana && this.small
            ? html`<k-button kind="key" class="deed small" typing control="[form]" label=${plain("write.form_name")}>${t("write.form")}</k-button>`
            : kana
            ? html`<k-button kind="key" class="deed" typing control="[mark]" label=${plain("write.mark_name")}>${t("write.mark")}</k-button>
                <k-button kind="key" class="deed small" typing control="[small]" label=${plain("write.small")}>${t("write.small")}</k-button>`
            : nothing}
          ${this.small ? html`<k-button kind="key" class="deed small" typing control="[usual]">${t("write.usual")}</k-button>` : nothing}
          <k-button kind="key" class="deed small" typing control="[space]">${t("write.space")}</k-button>
          <k-button kind="key" class="deed small last" typing control="[digits]">${t(this.digits ? "write.kana" : "write.digits")}</k-button>
        </div>
        <div class="phrases" @press=${this.phrase}>
          ${PHRASES.map((key) => html`<k-button kind="quiet" control=${plain(key)}>${t(key)}</k-button>`)}
          ${this.small ? html`<k-button control="[back]">${t("write.kana")}</k-button>` : nothing}
        </div>
      </div>
    `;
  }

  static styles = [
    base,
    css`
      :host { display: contents; }
      textarea {
        grid-area: text; width: 100%; height: calc(var(--t-key) * 1.3 + 12px); padding: 0 24px; border: 5px solid var(--primary); border-radius: 16px; resize: none; overflow: hidden;
        font: 400 var(--t-key) / 1.3 var(--font); color: var(--ink); background: #fff; outline-offset: 2px;
      }
      textarea::placeholder { color: #595959; }
      textarea:focus-visible { outline: 4px solid #000; box-shadow: 0 0 0 2px var(--focus); }
      .full { grid-area: heard; z-index: 3; align-self: stretch; display: grid; align-content: center; padding: 0 24px; border: 4px solid var(--note); border-radius: 20px; background: var(--note-light); font-weight: 700; }
      .below { grid-area: keys; display: grid; grid-template-columns: minmax(0, 1fr) var(--phrases-w, 300px); gap: 20px; min-height: 0; }
      .keys { display: grid; grid-template-rows: repeat(5, 96px); grid-auto-flow: column; grid-auto-columns: minmax(96px, 1fr); gap: 16px; }
      .deed { --t-key: 40px; }
      .small { --t-key: 28px; letter-spacing: -0.08em; }
      .last { grid-row: 5; }
      .phrases { display: grid; grid-auto-rows: 96px; gap: 16px; --btn-h: 96px; --btn-pad: 12px; --t-btn: 30px; }
      @media (max-width: 1500px) {
        .below { grid-template-columns: minmax(0, 1fr); } .phrases, .usual .keys { display: none; }
        .usual .phrases { display: grid; grid-template-columns: 1fr 1fr; grid-template-rows: repeat(3, 1fr); height: 544px; --t-btn: 40px; }
        textarea { height: 100%; font-size: 34px; line-height: 1.2; padding: 2px 16px; }
      }
    `,
  ];
}
customElements.define("k-keyboard", KKeyboard);
