/** Opens the fleet page. */
import { html, render } from "/vendor/lit.js";
import { begin } from "/shared/start.js";
import "./dashboard.js";

begin({
  name: "fleet",
  title: "title.dashboard",
  open: ({ who, root, line, leave }) => {
    const link = line("/ws/fleet");
    render(html`<k-dashboard .link=${link} .me=${who} @sign-out=${() => void leave()}></k-dashboard>`, root);
    link.open();
  },
});
