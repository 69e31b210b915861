/** What clerks read of reservations and of calling back. */

const WORDS = /** @type {const} */ ({
  "booking.title": "予約",
  "booking.lead": "電話で 受けた予約を ここで 取ります。空いている時間を 選び、名前と 電話番号を 聞いてください。",
  "booking.purpose": "用件",
  "booking.site": "来る場所",
  "booking.name": "名前",
  "booking.telephone": "電話番号",
  "booking.note": "メモ（本人には 見えません）",
  "booking.week": "空いている時間",
  "booking.earlier": "前の週",
  "booking.later": "次の週",
  "booking.none": "この用件は 予約を 受けていません。",
  "booking.full": "満",
  "booking.free": "あと{n}",
  "booking.read": "取りおいて 読み上げる",
  "booking.sentence_anywhere": "「{when}、ご用件は『{purpose}』の ご予約で よろしいですか。お名前は {name} さま、お電話は {telephone} ですね。」",
  "booking.sentence": "「{when}、場所は {site}、ご用件は『{purpose}』の ご予約で よろしいですか。お名前は {name} さま、お電話は {telephone} ですね。」",
  "booking.make": "この内容で 予約する",
  "booking.drop": "取りやめる",
  "booking.held": "この時間を 取りおいています。{minutes}分 いないに 決めてください。",
  "booking.made": "予約できました",
  "booking.code": "予約の番号",
  "booking.tell": "「番号は {code} です。当日、窓口の画面で『番号を お持ちの方』を 押して、この番号を 入れてください。本人とわかるものを お持ちください。」",
  "booking.next": "つぎの予約を 取る",
  "booking.print": "印刷する",
  "booking.day": "この日の予約",
  "booking.day_field": "見たい日（西暦の 年・月・日）",
  "booking.empty": "この日の予約は ありません。",
  "booking.cancel": "取り消す",
  "booking.cancel_sure": "本当に 取り消す",
  "booking.move": "日時を かえる",
  "booking.move_title": "予約の 日時を かえる",
  "booking.move_from": "いまの 予約: {when}　{who}　番号 {code}",
  "booking.move_lead": "左から 新しい時間を 選んでください。選ぶまで、いまの 予約は そのままです。",
  "booking.move_sentence": "「{from} の ご予約を、{to} に かえます。番号は {code} の ままです。よろしいですか。」",
  "booking.move_yes": "この時間に かえる",
  "booking.move_done": "日時を かえました",
  "booking.moved": "「{when} に かえました。番号は {code} の ままです。」",
  "booking.when": "時間",
  "booking.state": "ようす",
  "booking.sama": "{name} さま",
  "booking.no_name": "お名前は 伺っていません",
  "booking.gone": "（名前は 消えています）",
  "state.held": "取りおき中",
  "state.promised": "予約",
  "state.arrived": "来ています",
  "state.ended": "終わりました",
  "state.missed": "来ませんでした",
  "state.cancelled": "取り消し",
  "callback.answer": "電話番号を 出す",
  "callback.script": "「{city}役所 {department}の {name}です。お待たせしました。受付番号 {number} で お待ちの方でしょうか。」",
  "callback.end": "電話を 切ってから 押してください。電話番号は この画面から 消えます。",
  "callback.offer": "折り返し電話です",
  "callback.title": "受付番号 {number} の かたに 電話してください",
  "callback.number": "電話番号（あなただけに 見えています）",
  "callback.none": "電話番号を 読めませんでした。",
  "callback.tries": "{n}回 かけて、出ませんでした。",
  "callback.reached": "つながった",
  "callback.not_reached": "出なかった",
  "callback.wrong_number": "番号ちがい",
  "callback.talking": "お話し中です。終わったら「終了」を 押してください。",
  "floor.unreached": "折り返し電話が つながらなかった方（今日）",
  "floor.unreached.number": "{number}番",
  "floor.unreached.tries": "{n}回 かけて 出ませんでした",
  "callback.help": "出なかったときは、時間を おいて また 順番が 来ます。最後まで 出なければ 管理者の一覧に のります。",
});

/** @typedef {keyof typeof WORDS} BookingWord */

/** Return one sentence. @param {BookingWord} key @param {Record<string, string | number>} [values] */
export function b(key, values = {}) {
  return WORDS[key].replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}

/** 2026-11-24T10:00:00+09:00 -> 11月24日(火) 午前10時 @param {string} iso */
export function when(iso) {
  const day = new Date(`${iso.slice(0, 10)}T00:00:00Z`);
  return `${day.getUTCMonth() + 1}月${day.getUTCDate()}日(${"日月火水木金土"[day.getUTCDay()]}) ${clock(iso)}`;
}

/** @param {string} iso */
export function clock(iso) {
  const hour = Number(iso.slice(11, 13));
  const minute = Number(iso.slice(14, 16));
  return `${hour < 12 ? "午前" : "午後"}${hour < 12 ? hour : hour - 12}時${minute ? `${minute}分` : ""}`;
}
