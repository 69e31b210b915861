"""What is typed becomes one spelling or is refused with a reason; names keep their letters."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core.forms.book import Field, Kind
from server.core.forms.taking import NotTaken, Taken, holds_my_number, take
from tests.forms import LETTERS, TODAY

OPTIONS = {"yes": "はい", "no": "いいえ"}
KINDS: tuple[Kind, ...] = (
    "name", "kana", "date", "postal", "address", "phone", "choice", "choices", "count", "digits", "text",
)  # fmt: skip


def taken(kind: Kind, raw: str, **more: int) -> Taken | NotTaken:
    field = Field(label="欄", ask="？", kind=kind, options=OPTIONS if "choice" in kind else {}, **more)
    return take(field, raw, OPTIONS, TODAY, LETTERS)


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        ("name", "見本  花子", "見本　花子"), ("name", " 見本　花子\n", "見本　花子"), ("name", "髙﨑 𠮷乃", "髙﨑　𠮷乃"),
        ("name", "神谷", "神谷"), ("name", "Nguyễn Văn An", "Nguyễn Văn An"), ("name", "オブライエン・ショーン", "オブライエン・ショーン"),
        ("name", "葛\U000e0100城", "葛\U000e0100城"),
        ("kana", "ﾐﾎﾝ ﾊﾅｺ", "ミホン　ハナコ"), ("kana", "みほん がっこう", "ミホン　ガッコウ"), ("kana", "ｼﾞｮ-ﾝｽﾞ", "ジョーンズ"),
        ("kana", "ヴぁ", "ヴァ"),
        ("date", "昭和19年5月3日", "1944-05-03"), ("date", "２０２６／１１／２４", "2026-11-24"),
        ("postal", "〒０９０−１２３４", "090-1234"), ("postal", "0901234", "090-1234"),
        ("address", "中央３丁目４番５−６０１号", "中央3丁目4番5-601号"), ("address", "1ー2ー3", "1-2-3"),
        ("address", "センター南", "センター南"),
        ("phone", "0901234ー5678", "090-1234-5678"), ("phone", "０１５７２３１１１１", "0157-23-1111"),
        ("phone", "(03) 3501-0001", "03-3501-0001"), ("phone", "+84 912 345 678", "+84 912 345 678"),
        ("choice", "yes", "yes"), ("choices", "no, yes,no", "yes,no"), ("count", "２", "2"),
        ("digits", "１２３-4567", "1234567"), ("text", "はい 😀", "はい 😀"), ("text", "一行\r\n二行", "一行 二行"),
    ],
)  # fmt: skip
def test_a_value_is_kept_in_one_spelling(kind: Kind, raw: str, value: str):
    result = taken(kind, raw)
    assert isinstance(result, Taken), result
    assert result.value == value


@pytest.mark.parametrize(
    ("kind", "raw", "reason"),
    [
        ("name", "花子😀", "emoji"), ("name", "花子2", "sign"), ("name", "=花子", "sign"), ("name", "花#子", "sign"),
        ("name", "あ" * 101, "too_long"), ("name", "あ" * 10_000, "too_long"), ("text", "あ" * 10_000, "too_long"),
        ("name", "\u202e\u200b", "empty"), ("name", " 　\t", "empty"),
        ("kana", "見本", "kana_only"), ("kana", "MIHON", "kana_only"), ("kana", "ミホン😀", "emoji"),
        ("date", "あした", "not_a_date"), ("date", "2026-02-30", "no_such_day"), ("date", "昭和64年1月8日", "not_in_era"),
        ("date", "2026-11-25", "ahead"), ("date", "1890-01-01", "too_old"),
        ("postal", "12345", "postal"), ("postal", "abcdefg", "postal"), ("phone", "12345", "phone"),
        ("phone", "0901234567a", "phone"), ("phone", "119", "phone"),
        ("choice", "maybe", "option"), ("choices", "yes,maybe", "option"), ("count", "two", "count"), ("count", "100", "too_many"),
        ("digits", "12a4", "digits"), ("address", "中央町😀", "emoji"),
        ("text", "番号は 1234 5678 9018 です", "my_number"), ("text", "１２３４５６７８９０１８", "my_number"),
        ("address", "中央123456789018号", "my_number"),
    ],
)  # fmt: skip
def test_what_cannot_be_kept_is_refused_with_its_reason(kind: Kind, raw: str, reason: str):
    result = taken(kind, raw)
    assert isinstance(result, NotTaken), "it was taken"
    assert result.reason == reason


@pytest.mark.parametrize(
    ("kind", "raw", "value", "warning"),
    [
        ("name", "花\u202e子\u200b", "花子", "stripped"), ("text", "a\u0000b\u2066c", "abc", "stripped"),
        ("name", "𠮷田", "𠮷田", "gaiji"), ("name", "花\ue000子", "花\ue000子", "private"),
        ("name", "ملك", "ملك", "unprintable"), ("text", "😀", "😀", "unprintable"),
        ("phone", "0100000000", "0100000000", "phone_unusual"),
    ],
)  # fmt: skip
def test_what_somebody_should_look_at_is_kept_and_said(kind: Kind, raw: str, value: str, warning: str):
    result = taken(kind, raw)
    assert isinstance(result, Taken), result
    assert result.value == value
    assert warning in result.warnings


def test_a_twelve_digit_number_with_another_check_digit_is_no_my_number():
    assert holds_my_number("123456789018")
    assert not any(holds_my_number(f"12345678901{digit}") for digit in "012345679")
    assert not holds_my_number("0123456789018")  # thirteen digits


@given(st.sampled_from(KINDS), st.text(max_size=300))
def test_taking_a_taken_value_again_changes_nothing_and_no_hidden_character_survives(kind: Kind, raw: str):
    result = taken(kind, raw)
    if isinstance(result, NotTaken):
        return
    assert not any(unicodedata.category(c) in ("Cc", "Cf", "Cs") for c in result.value)
    assert len(result.value) <= 1000
    again = taken(kind, result.value)
    assert isinstance(again, Taken), again
    assert again.value == result.value
