// Pictures: a small window with a clerk, a finger, the blue button, a card on its pad. Drawn for this project; no emoji, no photographs.

import { html, nothing, svg } from "/vendor/lit.js";

/** The name of the product: a small window, somebody smiling, a hand that waves. @param {string} label */
export function windowPicture(label) {
  return html`<svg class="picture" viewBox="30 20 640 432" role=${label ? "img" : "presentation"} aria-label=${label || nothing} preserveAspectRatio="xMidYMid meet">
<ellipse cx="350" cy="436" rx="318" ry="12" fill="#ffe9b0"/>
 <g stroke="#6d2700" stroke-width="4" stroke-linejoin="round"><path d="M128 52 40 76v296l88 20z" fill="#ffdfca"/><path d="M572 52l88 24v296l-88 20z" fill="#ffdfca"/></g>
 <g stroke="#c98a5c" stroke-width="4" stroke-linecap="round"><path d="M58 108l54-12M58 148l54-9M58 188l54-6M58 228l54-2M58 268l54 2M58 308l54 6M58 346l54 9"/><path d="M642 108l-54-12M642 148l-54-9M642 188l-54-6M642 228l-54-2M642 268l-54 2M642 308l-54 6M642 346l-54 9"/></g>
 <rect x="124" y="28" width="452" height="372" rx="14" fill="#ffc199" stroke="#6d2700" stroke-width="5"/>
 <clipPath id="pane"><rect x="150" y="54" width="400" height="320" rx="6"/></clipPath>
 <g clip-path="url(#pane)"><rect x="150" y="54" width="400" height="320" fill="#dcf0ff"/>
  <rect x="150" y="250" width="400" height="130" fill="#c5e6fb"/>
  <g><circle cx="212" cy="122" r="29" fill="#fff" stroke="#57b8ff" stroke-width="5"/><path d="M212 122V104M212 122l-13-8" stroke="#333" stroke-width="5" stroke-linecap="round"/></g>
  <g><rect x="458" y="172" width="92" height="8" fill="#57a5dd"/><rect x="470" y="116" width="16" height="56" fill="#51b883"/><rect x="489" y="124" width="14" height="48" fill="#ffd43d"/><rect x="506" y="112" width="18" height="60" fill="#7096f8"/><rect x="527" y="126" width="14" height="46" fill="#ff8d44"/></g>
  <path d="M274 176c-6-74 34-112 76-112s84 36 76 112c-2 22-6 40-14 52H288c-8-12-13-30-14-52z" fill="#333"/>
  <path d="M214 400c0-82 42-122 96-132h80c54 10 96 50 96 132z" fill="#264af4"/>
  <path d="M304 268l46 74 46-74z" fill="#fff"/><path d="M304 267l-20 6 44 100 22-30zM396 267l20 6-44 100-22-30z" fill="#0017c1"/>
  <path d="M326 222h48v46c0 14-11 24-24 24s-24-10-24-24z" fill="#f2c9a5"/>
  <path d="M294 164c0-44 24-66 56-66s56 22 56 66c0 46-26 82-56 82s-56-36-56-82z" fill="#ffdcbc"/>
  <path d="M291 170c0-52 20-82 60-82s58 30 58 82c-10-14-16-30-19-44-24 10-56 12-78 4-6 14-12 28-21 40z" fill="#333"/>
  <path d="M320 168c4-7 14-7 18 0M362 168c4-7 14-7 18 0" fill="none" stroke="#333" stroke-width="5" stroke-linecap="round"/>
  <path d="M328 202c10 15 34 15 44 0" fill="#fff" stroke="#8b3200" stroke-width="5" stroke-linecap="round" stroke-linejoin="round"/>
  <circle cx="311" cy="192" r="10" fill="#ffb3a0" opacity=".75"/><circle cx="389" cy="192" r="10" fill="#ffb3a0" opacity=".75"/>
  <rect x="398" y="322" width="58" height="34" rx="4" fill="#fff" stroke="#c5d7fb" stroke-width="3"/><path d="M406 334h32M406 345h42" stroke="#666" stroke-width="4"/>
  <path d="M246 372c-14-22-30-54-38-86l28-10c8 26 24 50 40 64z" fill="#264af4"/><path d="M206 288c-10-14-16-34-10-40 5-4 9 2 12 10-4-16-4-30 3-31 6-1 9 10 11 24 0-15 3-27 9-26 7 1 6 14 5 28 4-11 9-18 14-15 6 4-2 22-6 36l-10 12z" fill="#ffdcbc" stroke="#e0a87c" stroke-width="2.5" stroke-linejoin="round"/>
  <path d="M150 54h400v26c-14 20-36 20-50 0-14 20-36 20-50 0-14 20-36 20-50 0-14 20-36 20-50 0-14 20-36 20-50 0-14 20-36 20-50 0-14 20-36 20-50 0-14 20-36 20-50 0z" fill="#fff" stroke="#c5d7fb" stroke-width="3"/>
 </g>
 <rect x="150" y="54" width="400" height="320" rx="6" fill="none" stroke="#6d2700" stroke-width="5"/>
 <rect x="96" y="374" width="508" height="36" rx="8" fill="#ffc199" stroke="#6d2700" stroke-width="5"/><path d="M116 392h468" stroke="#e8a578" stroke-width="4" stroke-linecap="round"/>
 <g stroke-linejoin="round"><path d="M522 372c-8-34-34-44-46-40 0 22 20 40 46 40zM526 372c-4-44 16-68 30-68 8 24-4 58-30 68zM528 372c14-28 38-30 48-24-4 20-24 30-48 24z" fill="#2cac6e" stroke="#115a36" stroke-width="4"/><circle cx="481" cy="328" r="11" fill="#ff8d44"/><circle cx="556" cy="302" r="12" fill="#ffd43d"/><circle cx="577" cy="344" r="10" fill="#ff8d44"/><path d="M494 366h64l-8 40h-48z" fill="#e25100" stroke="#6d2700" stroke-width="4"/></g>
 <path d="M154 380l70-14 26 8-66 18z" fill="#fff" stroke="#666" stroke-width="3" stroke-linejoin="round"/><path d="M176 381l44-9" stroke="#949494" stroke-width="3"/>
</svg>`;
}

/** The same window after hours: the shutters are closed, the flowers stay. */
export function closedWindow() {
  return html`<svg class="picture" viewBox="30 20 640 432" role="presentation" preserveAspectRatio="xMidYMid meet">
    <ellipse cx="350" cy="436" rx="318" ry="12" fill="#ffe9b0"/>
    <rect x="124" y="28" width="452" height="372" rx="14" fill="#ffc199" stroke="#6d2700" stroke-width="5"/>
    <g fill="#ffdfca" stroke="#6d2700" stroke-width="5" stroke-linejoin="round"><path d="M150 54h198v320H150zM352 54h198v320H352z"/></g>
    <path d="M176 92h146M176 128h146M176 164h146M176 200h146M176 236h146M176 272h146M176 308h146M176 344h146M378 92h146M378 128h146M378 164h146M378 200h146M378 236h146M378 272h146M378 308h146M378 344h146" stroke="#c98a5c" stroke-width="6" stroke-linecap="round"/>
    <circle cx="332" cy="216" r="8" fill="#6d2700"/><circle cx="368" cy="216" r="8" fill="#6d2700"/>
    <rect x="96" y="374" width="508" height="36" rx="8" fill="#ffc199" stroke="#6d2700" stroke-width="5"/><path d="M116 392h468" stroke="#e8a578" stroke-width="4" stroke-linecap="round"/>
    <g stroke-linejoin="round"><path d="M522 372c-8-34-34-44-46-40 0 22 20 40 46 40zM526 372c-4-44 16-68 30-68 8 24-4 58-30 68zM528 372c14-28 38-30 48-24-4 20-24 30-48 24z" fill="#2cac6e" stroke="#115a36" stroke-width="4"/><circle cx="481" cy="328" r="11" fill="#ff8d44"/><circle cx="556" cy="302" r="12" fill="#ffd43d"/><circle cx="577" cy="344" r="10" fill="#ff8d44"/><path d="M494 366h64l-8 40h-48z" fill="#e25100" stroke="#6d2700" stroke-width="4"/></g>
  </svg>`;
}

export function finger() {
  return html`<svg class="finger" viewBox="0 0 116 116" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="6" stroke-linejoin="round" stroke-linecap="round"><path d="M20 34a34 34 0 0 1 60 0" opacity=".75"/><path d="M32 42a20 20 0 0 1 36 0" opacity=".9"/><path d="M42 84V46a8 8 0 0 1 16 0v24l4-1a7 7 0 0 1 8 5 7 7 0 0 1 9 3 7 7 0 0 1 10 6v11c0 9-6 16-16 16H60c-6 0-10-3-13-8L32 84c-4-8 4-13 10-6z"/></svg>`;
}

export function blueButton() {
  return html`<svg class="blue" viewBox="0 0 104 88" aria-hidden="true"><path d="M4 62h96v16a6 6 0 0 1-6 6H10a6 6 0 0 1-6-6z" fill="#e6e6e6" stroke="#666" stroke-width="3"/><ellipse cx="52" cy="58" rx="40" ry="15" fill="#fff" stroke="#666" stroke-width="3"/><path d="M18 38v16c0 8 15 14 34 14s34-6 34-14V38z" fill="#00118f"/><ellipse cx="52" cy="38" rx="34" ry="15" fill="#0017c1"/><ellipse cx="46" cy="33" rx="16" ry="5" fill="#c5d7fb" opacity=".7"/></svg>`;
}

const floating = svg`
  <g transform="translate(0 8)">
    <rect x="165" y="20" width="230" height="146" rx="14" fill="#fff" stroke="#0017c1" stroke-width="6"/><path d="M168 54V34q0-11 11-11h202q11 0 11 11v20z" fill="#c5d7fb"/>
    <circle cx="208" cy="92" r="20" fill="#ffdcbc" stroke="#333" stroke-width="4"/><path d="M176 144q32-38 64 0" fill="none" stroke="#333" stroke-width="5" stroke-linecap="round"/>
    <path d="M262 84h106M262 110h106M262 136h70" stroke="#666" stroke-width="6" stroke-linecap="round"/>
  </g>
  <path d="M280 196v60M252 232l28 30 28-30" fill="none" stroke="#0017c1" stroke-width="12" stroke-linecap="round" stroke-linejoin="round"/>`;

const lying = svg`
  <path d="M206 246h148q8 0 11 7l22 46q3 9-7 9H180q-10 0-7-9l22-46q3-7 11-7z" fill="#fff" stroke="#0017c1" stroke-width="6" stroke-linejoin="round"/>
  <path d="M200 249h160l6 13H194z" fill="#c5d7fb"/>
  <ellipse cx="219" cy="275" rx="14" ry="8" fill="#ffdcbc" stroke="#333" stroke-width="3.5"/><path d="M193 299q26-20 48 0" fill="none" stroke="#333" stroke-width="4.5" stroke-linecap="round"/>
  <path d="M258 276h92M258 292h70" stroke="#666" stroke-width="5" stroke-linecap="round"/>
  <path d="M118 176q-38 18-52 58M442 176q38 18 52 58M150 122q-66 26-96 82M410 122q66 26 96 82" fill="none" stroke="#0017c1" stroke-width="11" stroke-linecap="round"/>`;

/** A card above the middle of the lit pad; `reading` shows it lying there. @param {string} label @param {boolean} reading */
export function cardOnPad(label, reading) {
  return html`<svg class="picture" viewBox=${reading ? "0 96 560 304" : "0 0 560 400"} role="img" aria-label=${label}>
    <ellipse cx="280" cy="372" rx="250" ry="16" fill="#e6e6e6"/>
    <path d="M70 330L130 210h300l60 120a24 24 0 0 1-22 34H92a24 24 0 0 1-22-34z" fill="#f2f2f2" stroke="#333" stroke-width="5" stroke-linejoin="round"/>
    <path d="M120 322l42-88h236l42 88z" fill="#ffe380" stroke="#927200" stroke-width="5" stroke-linejoin="round"/>
    <path d="M138 312l34-70h216l34 70z" fill="none" stroke="#fff" stroke-width="6" stroke-linejoin="round"/>
    ${reading ? lying : floating}
  </svg>`;
}

/** What is off while the clerk looks something up: nobody hears, nobody sees. */
export function quietDesk() {
  return html`<svg class="picture" viewBox="0 0 560 360" aria-hidden="true">
    <rect x="70" y="300" width="420" height="18" rx="6" fill="#ffc199" stroke="#6d2700" stroke-width="5"/>
    <path d="M120 300V132h150v168" fill="#dcf0ff" stroke="#333" stroke-width="5"/><path d="M142 160h106M142 190h106M142 220h70" stroke="#57a5dd" stroke-width="8" stroke-linecap="round"/>
    <path d="M330 300v-64h88v64z" fill="#fff" stroke="#333" stroke-width="5" stroke-linejoin="round"/><path d="M418 250q34 0 34 20t-34 18" fill="none" stroke="#333" stroke-width="5"/>
    <path d="M352 216q-12-16 0-30t0-30M388 216q-12-16 0-30t0-30" fill="none" stroke="#949494" stroke-width="6" stroke-linecap="round"/>
    <circle cx="196" cy="76" r="44" fill="#fff" stroke="#0017c1" stroke-width="7"/><path d="M196 48v30l18 12" fill="none" stroke="#333" stroke-width="7" stroke-linecap="round" stroke-linejoin="round"/>
  </svg>`;
}

/** The clerk behind the window, while there is no picture of them. */
export function clerkPicture() {
  return html`<svg class="picture" viewBox="0 0 520 330" preserveAspectRatio="xMidYMid meet" aria-hidden="true">
    <path d="M110 346c0-80 52-120 118-128h64c66 8 118 48 118 128z" fill="#264af4"/><path d="M222 218l38 62 38-62z" fill="#fff"/>
    <path d="M236 176h48v44c0 14-11 24-24 24s-24-10-24-24z" fill="#e0b896"/><ellipse cx="260" cy="136" rx="54" ry="66" fill="#f0cdae"/>
    <path d="M203 140c-4-62 24-90 58-90s60 28 56 90c-8-12-12-24-14-36-26 8-62 6-84-4-2 16-8 28-16 40z" fill="#3b3430"/>
    <circle cx="239" cy="142" r="5.5" fill="#3b3430"/><circle cx="281" cy="142" r="5.5" fill="#3b3430"/><path d="M242 172c11 12 25 12 36 0" fill="none" stroke="#8b4a32" stroke-width="5" stroke-linecap="round"/>
  </svg>`;
}
