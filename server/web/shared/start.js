/** How every staff page begins: who is signed in, may they see this page, and what stands there if not. */
import { html, render } from "/vendor/lit.js";
import { me, probe, signOut } from "/shared/api.js";
import { Link, socketUrl } from "/shared/link.js";
import { mayOpen } from "/shared/pages.js";
import "/shared/sign-in.js";
import { label, t } from "/shared/strings.ja.js";

/**
 * @typedef {import("/shared/api.js").Me} Me
 * @typedef {import("/shared/pages.js").PageName} PageName
 * @typedef {Object} Begun
 * @property {Me} who
 * @property {HTMLElement} root
 * @property {boolean} fresh                                they have just signed in
 * @property {(path: string) => Link} line                  a line for a page that only looks; it ends with the sign-in page
 * @property {(notice: string | null) => void} signIn
 * @property {() => Promise<void>} leave
 * @property {() => void} again                             look anew who is there, and open the page
 */

/**
 * Begin a page; `open` fills `root` for whoever may see it, `left` forgets what must not outlive a sign-out.
 * @param {{name: PageName, title: import("/shared/strings.ja.js").TextKey, open: (begun: Begun) => void | Promise<void>, left?: () => Promise<void>}} page
 */
export function begin({ name, title, open, left }) {
  const root = /** @type {HTMLElement} */ (document.getElementById("app"));

  /** @param {string | null} notice */
  const signIn = (notice) => {
    document.title = t("title.signin");
    render(html`<k-sign-in .notice=${notice} @signed-in=${() => void start(true)}></k-sign-in>`, root);
  };

  /** @type {Link | null} */
  let looking = null;

  /** @param {string} path */
  const line = (path) => {
    const link = new Link({ url: socketUrl(path), probe, hello: () => ({ type: "staff_hello", session_key: "" }) });
    link.addEventListener("goodbye", (event) => signIn(label("goodbye", /** @type {CustomEvent} */ (event).detail)));
    looking = link;
    return link;
  };

  const leave = async () => {
    looking?.close();
    await signOut().catch(() => undefined);
    await left?.();
    render(html``, root);
    signIn(t("signin.bye"));
  };

  /** @param {boolean} fresh */
  const start = async (fresh) => {
    let who = null;
    try {
      who = await me();
    } catch {
      return signIn(t("api.unreachable"));
    }
    if (who === null) return signIn(null);
    document.title = t(title);
    if (!mayOpen(name, who.roles)) return render(elsewhere(name, who, leave), root);
    await open({ who, root, fresh, line, signIn, leave, again: () => void start(false) });
  };

  void start(false);
}

/** Signed in, but this page is somebody else's: say whose, and lead to their own. @param {PageName} name @param {Me} who @param {() => Promise<void>} leave */
function elsewhere(name, who, leave) {
  return html`<main class="signin"><div class="replaced">
    <h1>${t("forbidden.title", { name: who.name })}</h1>
    <p>${t(`forbidden.${name}`)}</p>
    <k-pages .roles=${who.roles} here=${name}></k-pages>
    <button @click=${() => void leave()}>${t("signout")}</button>
  </div></main>`;
}
