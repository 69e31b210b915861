/** The sign-in page: an account, a password, and plain sentences when they do not fit. */
import { html, nothing } from "/vendor/lit.js";
import { Refused, signIn } from "/shared/api.js";
import { Plain } from "/shared/elements.js";
import { t } from "/shared/strings.ja.js";

export class KSignIn extends Plain {
  static properties = {
    notice: { attribute: false },
    error: { state: true },
    busy: { state: true },
    caps: { state: true },
    shown: { state: true },
  };

  constructor() {
    super();
    /** Why the person is here again, if they were inside before. @type {string | null} */ this.notice = null;
    /** @type {string | null} */ this.error = null;
    this.busy = false;
    this.caps = false;
    this.shown = false;
  }

  firstUpdated() {
    this.querySelector("input")?.focus();
  }

  /** @param {SubmitEvent} event */
  async #submit(event) {
    event.preventDefault();
    if (this.busy) return;
    const form = /** @type {HTMLFormElement} */ (event.target);
    const data = new FormData(form);
    const [account, password] = [String(data.get("account")).trim(), String(data.get("password"))];
    if (!account || !password) {
      this.error = t("signin.empty");
      return;
    }
    this.busy = true;
    this.error = null;
    try {
      await signIn(account, password);
      form.reset();
      this.emit("signed-in");
    } catch (error) {
      this.error = error instanceof Refused ? error.message : t("api.failed");
      const field = /** @type {HTMLInputElement} */ (this.querySelector("[name=password]"));
      field.value = "";
      field.focus();
    } finally {
      this.busy = false;
    }
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    this.caps = event.getModifierState?.("CapsLock") ?? false;
  }

  render() {
    return html`<main class="signin">
      <form @submit=${this.#submit} @keydown=${this.#key} @keyup=${this.#key} novalidate>
        <p class="brand"><b>${t("brand")}</b><span>${t("brand.sub")}</span></p>
        <h1>${t("signin.title")}</h1>
        ${this.notice && !this.error ? html`<p class="note">${this.notice}</p>` : nothing}
        ${this.error ? html`<p class="error" role="alert"><span aria-hidden="true">▲</span> ${this.error}</p>` : nothing}
        <label class="field"><span>${t("signin.account")}</span>
          <input name="account" autocomplete="username" autocapitalize="none" autocorrect="off" spellcheck="false" aria-invalid=${this.error ? "true" : "false"} /></label>
        <label class="field"><span>${t("signin.password")}</span>
          <input name="password" type=${this.shown ? "text" : "password"} autocomplete="current-password" autocapitalize="none" autocorrect="off" spellcheck="false" aria-invalid=${this.error ? "true" : "false"} /></label>
        ${this.caps ? html`<p class="note caps" role="status">${t("signin.caps")}</p>` : nothing}
        <label class="check"><input type="checkbox" .checked=${this.shown} @change=${() => (this.shown = !this.shown)} /> ${t("signin.show")}</label>
        <button class="primary tall" ?disabled=${this.busy}>${this.busy ? t("signin.busy") : t("signin.go")}</button>
        <p class="mut small">${t("signin.help")}</p>
      </form>
    </main>`;
  }
}
customElements.define("k-sign-in", KSignIn);
