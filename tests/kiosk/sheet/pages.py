"""The papers that lie under the camera in these tests: fictional A4 forms, letters, certificates, set by typst."""

import functools
from typing import Literal, cast, get_args

import cv2
import numpy as np
import typst
from numpy.typing import NDArray

Kind = Literal["form", "letter", "certificate", "table", "flyer", "sparse", "number"]
KINDS: tuple[Kind, ...] = get_args(Kind)
DPI = 200
WIDTH_MM, HEIGHT_MM = 210.0, 297.0

NUMBER = "123456789018"  # fictional, with a correct check digit
NUMBER_BOXES = (60.0, 92.0, 132.0, 104.0)  # mm: where `number` prints it in twelve boxes
NUMBER_TEXT = (20.0, 198.0, 120.0, 210.0)  # mm: and where as three groups

_HEAD = '#set page(width: 210mm, height: 297mm, margin: 18mm)\n#set text(font: ("BIZ UDPGothic", "Noto Sans CJK JP"), size: 10pt, lang: "ja")\n'
_FORM = """
#align(center, text(16pt, weight: "bold")[住民異動届])
#grid(columns: (1fr, auto), [（あて先）見本市長], [届出日　令和８年１１月２１日])
#v(4mm)
#table(columns: (28mm, 1fr, 20mm, 1fr), inset: 8pt, stroke: 0.6pt,
  fill: (x, y) => if x == 0 or x == 2 { luma(225) },
  [氏名], [見本　花子], [続柄], [本人], [生年月日], [昭和１６年４月２日], [性別], [女],
  [旧住所], table.cell(colspan: 3)[見本県旧町大字川上一丁目二番三号], [新住所], table.cell(colspan: 3)[見本市中央二丁目４番５号 見本ハイツ２０１],
  [世帯主], [見本　太郎], [電話], [０００－００００－００００])
#v(6mm)
#table(columns: (10mm, 1fr, 34mm, 18mm, 18mm), inset: 7pt, stroke: 0.6pt, fill: (x, y) => if y == 0 { luma(210) },
  [], [異動する人の氏名], [生年月日], [性別], [続柄],
  ..range(1, 7).map(n => ([#n], [], [明・大・昭・平・令], [男・女], [])).flatten())
#v(6mm)
#box(stroke: 1.2pt, inset: 8pt, width: 100%, height: 34mm)[*窓口でおたずねすること* \\ □ 国民健康保険　□ 国民年金　□ 介護保険　□ 児童手当　□ 印鑑登録 \\ □ マイナンバーカードの住所の書きかえ　□ 学校の手続き]
#v(1fr)
#align(right)[受付　　　　係　　　　確認]
"""
_LETTER = """
#grid(columns: (1fr, auto), [〒０００－００００ \\ 見本市中央二丁目４番５号 \\ 見本　花子　様], align(right)[見保第１２３４号 \\ 令和８年１１月４日 \\ 見本市長])
#v(10mm)
#align(center, text(15pt, weight: "bold")[国民健康保険税 納税通知書の見方について])
#v(5mm)
#let words = "日ごろから市の仕事にご理解とご協力をいただき、ありがとうございます。このお知らせは、今年度の保険税の計算のしかたと、納める時期をまとめたものです。内容をお確かめのうえ、わからないところがありましたら、下の電話番号までお問い合わせください。口座振替をご利用の方は、手続きはいりません。"
#for n in range(4) [#h(1em)#words #v(2mm)]
#align(center)[記]
+ 納める期限　令和８年１１月３０日（月）
+ 納める場所　市役所、各支所、金融機関、コンビニエンスストア
+ お持ちいただくもの　この通知書、納付書
#v(5mm)
#for n in range(2) [#h(1em)#words #v(2mm)]
#v(1fr)
#box(stroke: (dash: "dashed"), inset: 6pt, width: 100%)[お問い合わせ　見本市 保険年金課　電話０００－０００－００００　午前８時３０分から午後５時１５分まで]
"""
_CERTIFICATE = """
#set page(fill: rgb("#e7f0e2"), margin: 24mm)
#align(center, text(20pt, weight: "bold")[住　民　票　の　写　し])
#v(10mm)
#for n in range(4) [
#table(columns: (30mm, 1fr, 30mm, 1fr), inset: 9pt, stroke: 0.5pt,
  [氏名], table.cell(colspan: 3)[見本　#("花子", "太郎", "一郎", "二葉").at(n)], [生年月日], [昭和１６年４月２日], [性別], [女], [住所], table.cell(colspan: 3)[見本市中央二丁目４番５号])
#v(3mm)]
#v(1fr)
この写しは、住民票の原本と相違ないことを証明する。
#grid(columns: (1fr, auto), [令和８年１１月２１日], [見本市長　見本　次郎 #box(stroke: 2pt + red, inset: 5pt)[#text(fill: red)[見本市長之印]]])
"""
_TABLE = """
#set text(size: 7pt)
#text(14pt)[公共交通 時刻表（見本市コミュニティバス）]
#table(columns: (1fr,) * 12, inset: 4.4pt, stroke: 0.4pt, fill: (x, y) => if calc.even(y) { luma(235) },
  ..range(480).map(n => [#(6 + calc.rem(n, 13)):#(10 + calc.rem(n * 7, 49))]))
"""
_FLYER = """
#set page(margin: 0mm)
#block(fill: rgb("#1d5fa8"), width: 100%, height: 62mm, inset: 14mm)[#text(34pt, fill: white, weight: "bold")[秋の健康づくり教室]]
#block(inset: 16mm)[#text(18pt)[ところ　中央公民館 #linebreak() とき　１１月２８日（土）午前１０時 #linebreak() 対象　６５歳以上の方 #linebreak() 参加費　無料]
#v(8mm)
#rect(fill: rgb("#f2b544"), width: 70mm, height: 52mm) #v(6mm)
#text(14pt)[お申し込みは電話またはこの窓口でどうぞ。動きやすい服装でお越しください。]]
"""
_SPARSE = """
#v(30mm)
#align(center, text(18pt)[委　任　状])
#v(16mm)
私は、次の者を代理人と定め、手続きを委任します。
#v(60mm)
#align(right)[令和　　年　　月　　日]
"""
_NUMBER = f"""
#place(top + left, dx: 0mm, dy: 0mm, text(16pt, weight: "bold")[個人番号の届出書（見本）])
#place(top + left, dy: 20mm)[次のとおり届け出ます。受付番号 20261121-0042　電話 000-0000-0000]
#place(top + left, dy: 40mm)[氏名　見本　花子　　生年月日　昭和１６年４月２日　　世帯番号 0012345678]
#place(top + left, dy: 76mm)[個人番号]
#place(top + left, dx: 42mm, dy: 74mm, table(columns: (6mm,) * 12, rows: 12mm, align: center + horizon, stroke: 0.5pt, {", ".join(f"text(14pt)[{d}]" for d in NUMBER)}))
#place(top + left, dy: 108mm, table(columns: (40mm, 1fr), inset: 9pt, [住所], [見本市中央二丁目４番５号], [届出の理由], [転入], [添付書類], [通知カードの写し 1 通、本人確認書類 2 点]))
#place(top + left, dx: 2mm, dy: 182mm, text(15pt)[{NUMBER[:4]} {NUMBER[4:8]} {NUMBER[8:]}])
#place(top + left, dy: 200mm)[うえの番号は通知カードから写しました。お問い合わせ番号 555-0123-999 ／ 法人番号 1234567890123]
"""
_RECEIPT = """
#align(center)[#text(14pt, weight: "bold")[見本スーパー 中央店] \\ 見本市中央二丁目４番５号 \\ 電話 000-000-0000]
#v(4mm) 2026年11月21日(土) 10:31　レジ 02
#v(2mm) #line(length: 100%, stroke: (dash: "dashed"))
#for (what, yen) in (("牛乳 1L", 228), ("食パン 6枚", 158), ("たまご 10個", 298), ("みかん 1袋", 498), ("ねぎ", 128), ("とうふ", 88), ("緑茶", 148)) [#what #h(1fr) #yen \\ ]
#line(length: 100%, stroke: (dash: "dashed"))
#text(16pt, weight: "bold")[合計 #h(1fr) ￥1,546]
#v(2mm) お預り #h(1fr) ￥2,000 \\ お釣り #h(1fr) ￥454
#v(6mm) #align(center)[ありがとうございました] #v(14mm)
"""
_TEXT: dict[Kind, str] = {
    "form": _FORM,
    "letter": _LETTER,
    "certificate": _CERTIFICATE,
    "table": _TABLE,
    "flyer": _FLYER,
    "sparse": _SPARSE,
    "number": _NUMBER,
}


@functools.cache
def page(kind: Kind, dpi: int = DPI) -> NDArray[np.uint8]:
    """Set one page; BGR, upright, without any camera."""
    return _drawn(_HEAD + _TEXT[kind], dpi)


def _drawn(source: str, dpi: int = DPI) -> NDArray[np.uint8]:
    png = typst.compile(source.encode(), format="png", ppi=float(dpi))
    if isinstance(png, list):
        raise ValueError("it does not fit on one page")
    image = cv2.imdecode(np.frombuffer(cast("bytes", png), np.uint8), cv2.IMREAD_COLOR)
    if image is None:
        raise ValueError("it did not become a picture")
    image = cast("NDArray[np.uint8]", image)
    image.setflags(write=False)
    return image


@functools.cache
def receipt() -> NDArray[np.uint8]:
    """Set a strip of a receipt printer's roll, 80 mm wide."""
    head = _HEAD.replace(
        "width: 210mm, height: 297mm, margin: 18mm", "width: 80mm, height: auto, margin: 5mm"
    )
    return _drawn(head + _RECEIPT)


@functools.cache
def notebook(hand: int) -> NDArray[np.uint8]:
    """Draw an open notebook, ruled, written on here and there; it lies on its side, the fold across its middle."""
    rng = np.random.default_rng(hand)
    height, width = int(HEIGHT_MM * DPI / 25.4), int(WIDTH_MM * DPI / 25.4)
    image = np.full((height, width, 3), (238, 246, 248), np.uint8)
    gap = int(7 * DPI / 25.4)
    for x in range(2 * gap, width - gap, gap):
        image[:, x : x + 2] = (214, 190, 160)
        for top in (0.06, 0.56):
            words = 0.38 * rng.uniform(0.2, 1.0) if rng.uniform() < 0.7 else 0.0
            ys = np.arange(int(top * height), int((top + words) * height))
            xs = x - gap / 3 + np.cumsum(rng.normal(0, 3, len(ys))) % (gap / 2) - gap / 4
            for part in np.array_split(np.column_stack((xs, ys)), max(1, len(ys) // 40)):
                cv2.polylines(
                    image, [np.round(part[:-8]).astype(np.int32)], False, (70, 50, 45), 3, cv2.LINE_AA
                )
    # The fold is in its own shadow.
    depth = np.abs(np.arange(height) - height / 2) / (0.04 * height)
    image = (image * np.clip(0.55 + 0.45 * depth, 0, 1)[:, None, None]).astype(np.uint8)
    image.setflags(write=False)
    return image


def check_digit(eleven: str) -> int:
    """Compute the twelfth digit (総務省令第85号): written apart from the code under test on purpose."""
    total = sum(int(d) * q for d, q in zip(eleven, (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2), strict=True))
    return 0 if total % 11 <= 1 else 11 - total % 11
