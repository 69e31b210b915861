// Where this moving kiosk stands today: for whoever sets it up, before the first resident comes.

import { css, html, nothing } from "/vendor/lit.js";
import { PagedScreen } from "./screen.js";

/** Places on one page: on a large screen, on a small one, and with large letters. */
const MANY = 9;
const SOME = 6;
const FEW = 4;

/** @extends {PagedScreen<import("/protocol/messages").PlaceList>} */
export class KPlaceList extends PagedScreen {
  render() {
    const screen = this.screen;
    const display = this.display;
    if (!screen || !display) return nothing;
    const { t } = this.words;
    if (screen.chosen)
      return html`<main class="sure"><h1>${t("place.sure")}</h1><p class="name">${screen.chosen}</p><p>${t("place.sure_note")}</p></main>
        <k-footer .display=${display} exit="" silent>
          <k-button icon="back" control="back">${t("place.again")}</k-button>
          <k-button kind="primary" control="confirm">${t("place.yes")}</k-button>
        </k-footer>`;
    const most = display.large ? FEW : matchMedia("(max-width: 1500px)").matches ? SOME : MANY;
    const pages = Math.max(1, Math.ceil(screen.places.length / most));
    const page = Math.min(this.page, pages - 1);
    return html`<main><h1>${t("place.title")}</h1><p class="lead">${t("place.lead")}</p>
        <div class="tiles">${screen.places.slice(page * most, (page + 1) * most).map(({ name }, index) => html`<k-button kind="plain" control=${`place:${page * most + index}`}>${name}</k-button>`)}</div></main>
      <k-footer .display=${display} exit="" silent>
        ${page > 0 ? html`<k-button icon="back" control=${`leaf:${page - 1}`}>${t("purposes.back")}</k-button>` : nothing}
        ${page < pages - 1 ? html`<k-button control=${`leaf:${page + 1}`}>${t("place.more")}</k-button>` : nothing}
      </k-footer>`;
  }

  static styles = [
    ...PagedScreen.styles,
    css`
      main { display: flex; flex-direction: column; gap: 20px; }
      .tiles { flex: 1; min-height: 0; display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); grid-template-rows: repeat(3, minmax(0, 1fr)); gap: 24px; }
      .tiles k-button { min-height: 0; --btn-h: 100%; --t-btn: calc(var(--t-h1) * 0.8); }
      :host-context(html[data-large]) .tiles { grid-template-columns: repeat(2, minmax(0, 1fr)); grid-template-rows: repeat(2, minmax(0, 1fr)); } :host-context(html[data-large]) .lead { display: none; }
      .sure { justify-content: center; align-items: center; text-align: center; gap: 40px; }
      .name { box-sizing: border-box; max-width: 100%; font-size: calc(var(--t-h1) * 1.9); font-weight: 700; line-height: 1.2; color: var(--primary); border: 6px solid var(--primary); border-radius: 24px; padding: 32px 64px; background: #fff; }
      @media (max-width: 1500px) { .tiles { gap: 18px; grid-template-rows: repeat(2, minmax(0, 1fr)); } .sure { gap: 20px; } .name { font-size: calc(var(--t-h1) * 1.4); padding: 20px 40px; } }
    `,
  ];
}
customElements.define("k-place-list", KPlaceList);
