/**
 * Ready-made rows for the slip, by purpose: what people most often still have to do, in their words.
 *
 * Places and dates differ from city to city, so a row holds only what is the same everywhere; the clerk adds the rest.
 */

/** @typedef {{what: string, where: string, until: string, bring: string}} Step */

const ID = "本人とわかるもの";

/** @param {string} what @param {string} where @param {string} bring @param {string} until @returns {Step} */
const step = (what, where, bring = "", until = "") => ({ what, where, until, bring });

/** @type {Record<string, {done: readonly string[], steps: readonly Step[]}>} */
const BY_PURPOSE = {
  talk: { done: ["ご相談"], steps: [step("窓口に 来る", "市役所の 窓口", ID)] },
  tennyu: {
    done: ["転入届の 書類づくり", "手続きの ご案内"],
    steps: [
      step("転入届を 出す", "住所や戸籍の窓口", `${ID}、引っ越した人全員のマイナンバーカード`, "引っ越した日から 14日"),
      step("国民健康保険に 入る", "健康保険の窓口", ID, "引っ越した日から 14日"),
      step("介護の認定を 引きつぐ", "介護の窓口", "受給資格証明書", "引っ越した日から 14日"),
      step("運転免許証の 住所変更", "警察署", "運転免許証、新しい住所がわかるもの"),
    ],
  },
  tenkyo: {
    done: ["転居届の 書類づくり", "手続きの ご案内"],
    steps: [
      step("転居届を 出す", "住所や戸籍の窓口", `${ID}、マイナンバーカード`, "引っ越した日から 14日"),
      step("国民健康保険の 住所変更", "健康保険の窓口", ID, "引っ越した日から 14日"),
      step("水道の 届", "水道の窓口", "お客様番号がわかるもの"),
    ],
  },
  tenshutsu: {
    done: ["転出届の 書類づくり", "手続きの ご案内"],
    steps: [
      step("転出届を 出す", "住所や戸籍の窓口", ID, "引っ越す前"),
      step("国民健康保険を やめる", "健康保険の窓口", "資格確認書", "引っ越しから 14日"),
      step("水道を 止める", "水道の窓口", "お客様番号がわかるもの", "引っ越す数日前"),
    ],
  },
  shibo: {
    done: ["手続きの ご案内", "葬祭費の 申し込み"],
    steps: [
      step("世帯主を 変える届", "住所や戸籍の窓口", ID, "亡くなった日から 14日"),
      step("資格確認書などを 返す", "健康保険の窓口", "資格確認書、介護保険証", "亡くなった日から 14日"),
      step("葬祭費を もらう", "健康保険の窓口", "葬儀の領収書、通帳", "葬儀から 2年"),
      step("年金の 相談", "年金事務所", "年金証書、通帳、戸籍"),
    ],
  },
  shussei: {
    done: ["手続きの ご案内"],
    steps: [
      step("出生届を 出す", "住所や戸籍の窓口", "出生証明書、母子健康手帳", "生まれた日から 14日"),
      step("児童手当の 申請", "子どもの窓口", "通帳、健康保険の資格がわかるもの", "生まれた次の日から 15日"),
      step("子ども医療費の 受給者証", "子どもの窓口", "赤ちゃんの健康保険の資格がわかるもの"),
    ],
  },
  konin: {
    done: ["手続きの ご案内"],
    steps: [step("婚姻届を 出す", "住所や戸籍の窓口", "届書、本人とわかるもの"), step("マイナンバーカードの 名前の書きかえ", "住所や戸籍の窓口", "マイナンバーカード")],
  },
  rikon: {
    done: ["ご相談"],
    steps: [step("届を 出す", "住所や戸籍の窓口", `届書、${ID}`), step("年金の 相談", "年金事務所", "年金手帳、戸籍")],
  },
  shomei: {
    done: ["証明書の 申し込み"],
    steps: [step("証明書を 受け取る", "市役所か 支所の窓口", `この紙、${ID}、手数料`), step("郵送で 受け取る", "ご自宅", "本人限定で 届きます")],
  },
  kaigo: { done: ["介護の ご相談"], steps: [step("要介護認定の 申し込み", "介護の窓口", "介護保険証、健康保険の資格がわかるもの")] },
  nenkin: { done: ["年金の ご相談"], steps: [step("年金の 相談", "年金事務所(電話で予約)", "届いたお知らせ、通帳")] },
  zeikin: { done: ["税金の ご相談"], steps: [step("納付書を 受け取る", "税金の窓口", ID)] },
  kokuho: { done: ["健康保険の ご相談"], steps: [step("国民健康保険の 届", "健康保険の窓口", ID, "14日 以内")] },
  shogai: { done: ["障がい福祉の ご相談"], steps: [step("手帳の 申請", "障がいの窓口", "診断書、写真")] },
  gomi: { done: ["ごみの ご案内"], steps: [step("大きなごみの 申し込み", "電話で 予約")] },
  suido: { done: ["水道の ご案内"], steps: [step("水道の 届", "水道の窓口", "お客様番号がわかるもの")] },
  mynumber: { done: ["マイナンバーカードの ご案内"], steps: [step("暗証番号を なおす", "市役所か 支所の窓口", "マイナンバーカード"), step("カードを 受け取る", "市役所か 支所の窓口", "届いたはがき、本人とわかるもの")] },
};

const NONE = { done: ["ご相談"], steps: [] };

/** Return the rows for a purpose. @param {string} purpose */
export function suggestions(purpose) {
  return BY_PURPOSE[purpose] ?? NONE;
}
