/**
 * 照合番号B, as the clerk reads it from the card under the document camera: three short fields instead of fourteen digits.
 * The digits stand in the fields until they are sent and nowhere else; the event "number" carries them away.
 */
import { html, nothing } from "/vendor/lit.js";
import { Plain } from "/shared/elements.js";
import { t } from "/shared/strings.ja.js";

const PARTS = /** @type {const} */ ([
  ["birth", 6],
  ["expiry", 4],
  ["code", 4],
]);

class KCardNumber extends Plain {
  static properties = { send: { attribute: false }, open: { attribute: false }, complete: { state: true } };

  constructor() {
    super();
    /** What the button says. */
    this.send = "";
    /** Whether one may turn back here; a request that stands is taken back where it stands. */
    this.open = true;
    this.complete = false;
  }

  firstUpdated() {
    this.#fields()[0]?.focus();
  }

  /** A form that goes away leaves no digits in a field the browser might keep. */
  disconnectedCallback() {
    super.disconnectedCallback();
    this.#clear();
  }

  #fields() {
    return /** @type {HTMLInputElement[]} */ ([...this.querySelectorAll("input")]);
  }

  #clear() {
    for (const field of this.#fields()) field.value = "";
    this.complete = false;
  }

  /** @param {InputEvent} event */
  #typed(event) {
    const field = /** @type {HTMLInputElement} */ (event.target);
    if (event.isComposing) return; // full-width digits arrive when the input method is done with them
    const digits = field.value.normalize("NFKC").replace(/\D/g, "").slice(0, field.maxLength);
    if (digits !== field.value) field.value = digits;
    const fields = this.#fields();
    this.complete = fields.every((one) => one.value.length === one.maxLength);
    if (digits.length === field.maxLength && event.inputType.startsWith("insert")) fields[fields.indexOf(field) + 1]?.focus();
  }

  /** @param {SubmitEvent} event */
  #submit(event) {
    event.preventDefault();
    if (!this.complete) return;
    const digits = this.#fields().map((field) => field.value).join("");
    this.#clear();
    this.emit("number", digits);
  }

  render() {
    return html`<form class="digits" autocomplete="off" @submit=${this.#submit}>
      <p class="mut">${t("number.how")}</p>
      <svg class="face" viewBox="0 0 170 104" aria-hidden="true">
        <rect x="2" y="2" width="166" height="100" rx="8" /><rect class="photo" x="12" y="44" width="38" height="48" rx="3" />
        <path d="M12 15h78M12 29h120" /><path class="mark" d="M78 50h62M78 68h62M78 86h30" />
        <g><circle cx="66" cy="50" r="7" /><text x="66" y="53.5">1</text><circle cx="66" cy="68" r="7" /><text x="66" y="71.5">2</text><circle cx="66" cy="86" r="7" /><text x="66" y="89.5">3</text></g>
      </svg>
      <div class="parts">
        ${PARTS.map(
          ([name, size], index) => html`<label><span><b aria-hidden="true">${index + 1}</b> ${t(`number.${name}`)}</span>
            <input name=${name} inputmode="numeric" maxlength=${size} size=${size} autocomplete="off" spellcheck="false" aria-describedby=${`number-${name}`} @input=${this.#typed} @compositionend=${this.#typed} />
            <small id=${`number-${name}`}>${t(`number.${name}.help`)}</small></label>`,
        )}
      </div>
      <div class="row">${this.open ? html`<button type="button" @click=${() => this.emit("number-cancel")}>${t("dialog.cancel")}</button>` : nothing}<button class="primary" ?disabled=${!this.complete}>${this.send}</button></div>
    </form>`;
  }
}
customElements.define("k-card-number", KCardNumber);
