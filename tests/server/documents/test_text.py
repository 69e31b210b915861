"""Text for paper is harmless, and its lines may end between phrases only."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from server.documents.text import CLOSING, OPENING, clean, phrases


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("年金事務所の窓口で相談する", "年金事務所の|窓口で|相談する"),
        ("住民票を受け取る", "住民票を|受け取る"),
        ("葬祭費の申し込み", "葬祭費の|申し込み"),
        ("引っ越しの手続き", "引っ越しの|手続き"),
        ("届いたお知らせ・通帳・住民票", "届いたお知らせ・|通帳・|住民票"),
        (
            "本人とわかるもの(マイナンバーカードか運転免許証)",
            "本人とわかるもの|(マイナンバーカードか|運転免許証)",
        ),
        ("11月24日(火)から 12月1日(火)まで", "11月24日(火)から| |12月1日(火)まで"),
        ("新しい住所が書かれたページ", "新しい|住所が|書かれた|ページ"),
        ("プリンターは10.5センチ", "プリンターは|10.5センチ"),
        ("(前の学校でもらったもの)をお持ちください", "(前の|学校でもらったもの)を|お持ちください"),
        ("お早めに", "お早めに"),
        ("ご家族の印かん", "ご家族の|印かん"),
        ("国民健康保険に入る手続きをする", "国民健康保険に|入る|手続きをする"),
        ("はい。では、また", "はい。|では、|また"),
        ("「北支所」へ", "「北支所」|へ"),
        ("手数料 300 円を払う", "手数料| |300\u00a0円を|払う"),
    ],
)
def test_phrases_end_where_a_reader_would_pause(text: str, cut: str):
    assert "|".join(phrases(text)) == cut


@given(st.text())
@example("0 \r.")
def test_no_phrase_is_lost_and_none_begins_or_ends_a_line_wrongly(text: str):
    cleaned = clean(text)
    found = phrases(cleaned)
    assert "".join(found).replace("\u00a0", " ") == cleaned.replace("\u00a0", " ")
    for before, after in zip(found, found[1:], strict=False):
        if " " not in (before, after):
            assert after[0] not in CLOSING
            assert before[-1] not in OPENING


@given(st.text(st.characters()))
def test_cleaning_leaves_nothing_that_could_turn_or_break_a_line(text: str):
    once = clean(text)
    assert not any(ord(c) < 0x20 or 0x7F <= ord(c) < 0xA0 for c in once)
    assert not any(
        c in once for c in "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\ufeff"
    )
    assert "  " not in once
    assert clean(once) == once
    once.encode("utf-8")


def test_names_keep_their_letters():
    assert clean("髙﨑𠮷 葛\U000e0100") == "髙﨑𠮷 葛\U000e0100"
    assert clean("か\u3099") == clean("か\u200d\u3099") == "が"
