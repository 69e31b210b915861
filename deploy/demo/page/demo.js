// The demo's own page: two seats, the devices between them, and a guide that follows what really happened.
const setup = await (await fetch("setup.json")).json();
const $ = (/** @type {string} */ id) => /** @type {any} */ (document.getElementById(id));

// Every word in [brackets] is a button's; tests/deploy/test_demo.py looks for it in the pages' own tables.
const STEPS = [
  ["職員が 入る", "右の画面に ID と パスワードを 入れて、[受付を はじめる] を 押します"],
  ["住民が よぶ", "左の画面を さわり、[職員と 話したい] → [はい、つなぎます] を 押します"],
  ["職員が 出る", "右の画面で [応答] (F2) を 押します。声と顔が つながります"],
  ["カードを 読む", "職員が 右上の [カード] から [氏名・住所を読む（暗証番号）]、住民が [ある]。下で [台に置く]、暗証番号も 下に 書いてあります"],
  ["紙を わたす", "職員が 紙の内容を えらんで [紙を 印刷]。右下に 紙が 出ます"],
  ["おわる", "職員が [終了…] → [通話を 終わる]、結果を えらびます。住民の画面は きれいに 消えます"],
];

$("account").textContent = setup.account;
$("password").textContent = setup.password;
for (const side of ["kiosk", "console"]) {
  $(side).src = setup[side];
  $(`${side}-link`).href = setup[side];
}
$("guide").append(...STEPS.map(([title, detail]) => {
  const item = document.createElement("li");
  const more = document.createElement("span");
  more.textContent = detail;
  item.append(title, more);
  return item;
}));

/** Fit a 1920×1080 page into its stage, whole and centred. */
function fit() {
  for (const stage of document.querySelectorAll(".stage")) {
    const frame = /** @type {HTMLElement} */ (stage.firstElementChild);
    const wide = stage.clientWidth >= 1180 ? 1920 : 1280;
    const high = wide === 1920 ? 1080 : 800;
    const scale = Math.min(stage.clientWidth / wide, (stage.clientHeight - 4) / high);
    const left = Math.max(0, (stage.clientWidth - wide * scale) / 2);
    Object.assign(frame.style, { width: `${wide}px`, height: `${high}px`, transform: `translate(${left}px, 2px) scale(${scale})` });
  }
}
new ResizeObserver(fit).observe(document.body);

const at = (/** @type {string} */ path) => `${setup.control}${path}${path.includes("?") ? "&" : "?"}t=${setup.token}`;
let personas = /** @type {{name: string, label: string}[]} */ ([]);
let pages = 0;
let step = 0;

/** @param {Record<string, unknown>} deed */
async function act(deed) {
  const answer = await fetch(at("/do"), { method: "POST", body: JSON.stringify(deed) });
  if (answer.ok) show(await answer.json());
}

/** @param {any} state */
function show(state) {
  if (personas.length === 0) {
    personas = state.personas;
    $("persona").append(...personas.map(({ name, label }) => new Option(label, name)));
    $("persona").value = "ordinary";
  }
  $("insert").disabled = !state.can_insert || state.card !== "";
  $("pull").disabled = state.card === "";
  for (const lamp of document.querySelectorAll("[data-lamp]")) {
    const how = state.lamps?.[/** @type {HTMLElement} */ (lamp).dataset.lamp ?? ""];
    lamp.className = how === true || how === "on" ? "on" : typeof how === "string" && how !== "off" ? how : "";
  }
  while (pages < (state.printer?.pages ?? 0)) {
    const link = document.createElement("a");
    const picture = new Image();
    link.href = picture.src = at(`/pages/${pages}.png`);
    picture.alt = `出てきた紙 ${++pages}`;
    link.target = "_blank";
    link.append(picture);
    $("pages").prepend(link);
    $("nopaper").hidden = true;
  }
  const reached = Math.max(step, state.progress ?? 0);
  step = reached;
  [...$("guide").children].forEach((item, index) => {
    item.className = index < step ? "done" : index === step ? "now" : "";
  });
}

$("insert").addEventListener("click", () => act({ card: $("persona").value }));
$("pull").addEventListener("click", () => act({ card: "" }));
for (const button of document.querySelectorAll("[data-do]"))
  button.addEventListener("click", () => act(JSON.parse(/** @type {HTMLElement} */ (button).dataset.do ?? "{}")));
for (const box of document.querySelectorAll("[data-flag]"))
  box.addEventListener("change", (event) => {
    const input = /** @type {HTMLInputElement} */ (event.target);
    void act({ [input.dataset.flag ?? ""]: input.checked });
  });
for (const choice of document.querySelectorAll("[data-choice]"))
  choice.addEventListener("change", (event) => {
    const input = /** @type {HTMLSelectElement} */ (event.target);
    void act({ [input.dataset.choice ?? ""]: input.value });
  });

async function watch() {
  try {
    const [devices, progress] = await Promise.all([fetch(at("/state")), fetch("progress.json")]);
    if (devices.ok) show({ ...(await devices.json()), ...(await progress.json()) });
  } catch {
    // the kiosk is restarting: look again in a moment
  }
  setTimeout(watch, 700);
}
void watch();
