/** What to do about a kiosk, in the order somebody would try it; the words of the handbook's trouble page, where it hurts. */

/** @typedef {import("/protocol/messages").KioskForFleet} Kiosk */

/** By the state of the whole kiosk. @type {Partial<Record<Kiosk["state"], string>>} */
const STATES = {
  copied_key: "同じ鍵が 別の機械で 使われました（その機械は 断りました）。登録を 取り消し、端末を 登録しなおしてください。わけが わかっていて 心配ないときだけ、警報を 消せます。",
  revoked: "この端末は もう つながりません。使うときは 登録しなおしてください。",
  new: "登録は すんでいます。端末の電源を 入れ、komado-kiosk を 始めると つながります。",
};

/** By the whole reason, else by its part after the device. @type {Record<string, string>} */
const REASONS = {
  offline: "電源、ネットワークの線、ルーターを 順に 見てください。もどれば 自動で つながります。",
  coming_back: "端末は 1件ごとに 新しく 始まります。2分たっても もどらなければ「注意」に なります。",
  clock_unsynced: "時刻合わせ（NTP）の 相手に つながるか 見てください。ずれたままだと カードの 有効期限を 正しく 判定できません。",
  paper_out: "公民館の人に 紙の入れかえを たのみ、すんだら「試し印刷」で 確かめてください。",
  near_end: "まだ 刷れます。つぎに 行く人に 紙を 持っていってもらってください。",
  cover_open: "公民館の人に、印刷機の ふたを 音がするまで 閉めてもらってください。",
  "printer.offline": "印刷機の電源と USBの線を 見てもらってください。もどれば 自動で 使えます。",
  no_reader: "カードの機械の USBの線を さしなおしてもらってください。だめなら「再起動」を 押してください。",
  no_service: "端末で komado-kiosk doctor を 打つと、pcscd が 動いているか わかります。「再起動」で 直ることが あります。",
  "card.missing": "カードの機械の USBの線を さしなおしてもらってください。だめなら「再起動」を 押してください。",
  "face_camera.missing": "顔のカメラの USBの線を さしなおしてもらってください。映像なしでも 声と字で 話せます。",
  "document_camera.missing": "書類のカメラの USBの線を さしなおしてもらってください。通話は できます。",
  no_frames: "カメラの線を さしなおしてもらい、だめなら「再起動」を 押してください。",
  denied: "端末の利用者に 機器を使う許可が ありません。端末で komado-kiosk doctor を 打ってください。",
  no_page: "画面の Chromium が 動いていません。「再起動」を 押し、だめなら 端末の電源を 入れなおしてもらってください。",
  no_answer: "その機器から 返事が ありません。線と電源を 見てもらい、だめなら「再起動」を 押してください。",
  missing: "その機器の線を さしなおしてもらい、だめなら「再起動」を 押してください。",
  fault: "線と電源を 見てもらい、「再起動」を 押してください。くり返すなら「記録を 取る」で 記録を 残し、機器を 交換してください。",
};

/** Return what to do, or nothing where all is well. @param {Kiosk} kiosk @returns {string} */
export function advice(kiosk) {
  const whole = STATES[kiosk.state];
  if (whole) return whole;
  if (kiosk.reason === null) return "";
  return REASONS[kiosk.reason] ?? REASONS[kiosk.reason.slice(kiosk.reason.indexOf(".") + 1)] ?? "";
}
