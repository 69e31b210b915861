/** Opens the page of figures. */
import { html, render } from "/vendor/lit.js";
import { begin } from "/shared/start.js";
import "./numbers.js";

begin({
  name: "numbers",
  title: "title.numbers",
  open: ({ who, root, leave }) => void render(html`<k-numbers .me=${who} @sign-out=${() => void leave()}></k-numbers>`, root),
});
