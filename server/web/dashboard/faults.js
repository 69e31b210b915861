/** A kiosk's last fault in a technician's words. What the agent writes is a class and a place: `LinkLost at kiosk.link:142`. */

/** By the class of what went wrong. @type {Record<string, string>} */
const KINDS = {
  LinkLost: "サーバーとの 線が 切れました",
  BadSignature: "音声・映像の つなぎの 署名が 合わず、つなぎませんでした",
  CardMute: "カードの機械から 返事が ありませんでした",
  TimeoutError: "待っても 返事が ありませんでした",
  ConnectionRefusedError: "相手に つながりませんでした（断られました）",
  ConnectionResetError: "つながりが 相手から 切られました",
  PermissionError: "端末の利用者に 許可が ありませんでした",
  FileNotFoundError: "要る ファイルか 機器が ありませんでした",
  OSError: "機器か ファイルが 使えませんでした",
  MemoryError: "端末の メモリーが 足りませんでした",
};

/** By the part of the agent it came from. @type {readonly [RegExp, string][]} */
const PLACES = [
  [/hardware\.card|pcsc|kiosk\.cards/, "カードの機械で 不具合が ありました"],
  [/hardware\.printer|kiosk\.papers/, "印刷機で 不具合が ありました"],
  [/hardware\.camera/, "カメラで 不具合が ありました"],
  [/hardware\.panel/, "手もとのボタンか ランプで 不具合が ありました"],
  [/kiosk\.(media|calls)/, "音声か 映像の つなぎで 不具合が ありました"],
  [/kiosk\.link/, "サーバーとの 線で 不具合が ありました"],
  [/kiosk\.(display|browser)/, "端末の 画面で 不具合が ありました"],
];

/** Return one sentence for what the agent wrote; never the raw text. @param {string} raw @returns {string} */
export function fault(raw) {
  const kind = /^\w+/.exec(raw)?.[0] ?? "";
  return KINDS[kind] ?? PLACES.find(([place]) => place.test(raw))?.[1] ?? "端末の プログラムで 不具合が ありました";
}
