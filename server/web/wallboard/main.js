/** Opens the supervisor's page. */
import { html, render } from "/vendor/lit.js";
import { begin } from "/shared/start.js";
import "./wallboard.js";

begin({
  name: "floor",
  title: "title.floor",
  open: ({ who, root, line, leave }) => {
    const link = line("/ws/floor");
    render(html`<k-wallboard .link=${link} .me=${who} @sign-out=${() => void leave()}></k-wallboard>`, root);
    link.open();
  },
});
