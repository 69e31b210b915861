/** What staff read while they send somebody a window. */
export const WINDOW_TEXTS = {
  title: "まどを 送る",
  short: "携帯や パソコンの 相手と 話す",
  lead: "業者・ケアマネジャー・家族に、携帯や パソコンから 話せる リンクを 作ります。",
  purpose: "用件",
  to: "相手",
  who: { contractor: "業者", care: "ケアマネジャー", family: "家族", other: "そのほか" },
  lasts: "使えるのは",
  make: "リンクを 作る",
  made: "できました。どれか 1つを 伝えてください",
  qr: "リンクの QRコード",
  digits: "電話で 言う番号",
  where: "番号を 入れるところ",
  copy: "リンクを コピー",
  copied: "コピーしました",
  another: "閉じる",
  once: "1回だけ",
  careful: "番号と リンクは ここでしか 見られません。閉じると 消えます。",
  open: "送った リンク",
  opened: "開かれました",
  revoke: "取り消す",
};

/** @param {number} minutes */
export function lasting(minutes) {
  return minutes < 24 * 60 ? `${minutes / 60}時間` : `${minutes / (24 * 60)}日`;
}

/** @param {string} iso */
export function until(iso) {
  const when = new Intl.DateTimeFormat("ja-JP", { month: "numeric", day: "numeric", weekday: "short", hour: "numeric", minute: "2-digit", timeZone: "Asia/Tokyo" });
  return `${when.format(new Date(iso))} まで`;
}
