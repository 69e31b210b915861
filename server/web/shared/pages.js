/** The way between the staff pages, the same on all of them: who may see a page finds it there. */
import { html, nothing } from "/vendor/lit.js";
import { Plain } from "/shared/elements.js";
import { t } from "/shared/strings.ja.js";

/** @typedef {"console" | "floor" | "numbers" | "fleet"} PageName */

/** @type {readonly {name: PageName, href: string, roles: readonly string[]}[]} */
const PAGES = [
  { name: "console", href: "/console/", roles: ["clerk", "supervisor"] },
  { name: "floor", href: "/wallboard/", roles: ["supervisor", "administrator"] },
  { name: "numbers", href: "/numbers/", roles: ["supervisor", "administrator", "auditor"] },
  { name: "fleet", href: "/dashboard/", roles: ["field_it", "administrator", "supervisor"] },
];

/** Return the pages open to these roles. @param {readonly string[]} roles */
export function pagesFor(roles) {
  return PAGES.filter((page) => page.roles.some((role) => roles.includes(role)));
}

/** May somebody with these roles open this page? @param {PageName} name @param {readonly string[]} roles */
export function mayOpen(name, roles) {
  return pagesFor(roles).some((page) => page.name === name);
}

/** Links to the other pages; nothing when there is none. With `apart` they open beside this one, so a call is never left. */
class KPages extends Plain {
  static properties = { roles: { attribute: false }, here: {}, apart: { type: Boolean } };

  constructor() {
    super();
    /** @type {readonly string[]} */ this.roles = [];
    /** @type {PageName} */ this.here = "console";
    this.apart = false;
  }

  render() {
    const others = pagesFor(this.roles).filter((page) => page.name !== this.here);
    if (!others.length) return nothing;
    return html`<nav class="pages" aria-label=${t("pages.label")}>
      ${others.map((page) => html`<a class="button small" href=${page.href} target=${this.apart ? `komado-${page.name}` : nothing}>${t(`pages.${page.name}`)}</a>`)}
    </nav>`;
  }
}
customElements.define("k-pages", KPages);
