"""What the kana keys do to a text."""

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def write(library: Page, *keys: str) -> str:
    return library.evaluate(
        "(keys) => import('/kana.js').then(({ typed }) => keys.reduce((text, key) => typed(text, key), ''))",
        list(keys),
    )


def test_the_mark_walks_through_the_forms_of_the_last_sound_and_back(library: Page) -> None:
    assert write(library, "か", "[mark]") == "が"
    assert write(library, "は", "[mark]", "[mark]") == "ぱ"
    assert write(library, "は", "[mark]", "[mark]", "[mark]") == "は"


def test_the_small_key_makes_the_last_sound_small_and_large_again(library: Page) -> None:
    assert write(library, "き", "や", "[small]") == "きゃ"
    assert write(library, "つ", "[small]", "[small]") == "つ"


def test_one_key_for_all_forms_walks_through_small_and_marked_ones(library: Page) -> None:
    assert [write(library, "つ", *["[form]"] * n) for n in range(4)] == ["つ", "っ", "づ", "つ"]
    assert [write(library, "や", *["[form]"] * n) for n in range(3)] == ["や", "ゃ", "や"]
    assert [write(library, "は", *["[form]"] * n) for n in range(4)] == ["は", "ば", "ぱ", "は"]


def test_a_sound_without_another_form_stays_as_it_is(library: Page) -> None:
    assert write(library, "ん", "[mark]", "[small]") == "ん"
    assert write(library, "[mark]", "[small]", "[delete]", "[space]") == ""


def test_delete_takes_one_whole_character(library: Page) -> None:
    assert write(library, "あ", "𠮷", "[delete]") == "あ"


def test_a_line_ends_at_two_hundred_characters(library: Page) -> None:
    assert len(write(library, *["あ"] * 250)) == 200


def test_a_birth_date_is_said_in_its_era_and_in_the_western_year(library: Page) -> None:
    def born(digits: str) -> str:
        return library.evaluate(
            "(d) => import('/dates.js').then(({ birthDate }) => birthDate(d, 'ja'))", digits
        )

    assert born("19410503") == "昭和16年（1941年）5月3日"
    assert born("20190430") == "平成31年（2019年）4月30日"
    assert born("20190501") == "令和元年（2019年）5月1日"
    assert born("19261224") == "大正15年（1926年）12月24日"


def test_hours_are_said_in_english_to_those_who_read_english_and_stay_as_they_are_when_not_understood(
    library: Page,
) -> None:
    def when(text: str, language: str = "en") -> str:
        return library.evaluate(
            "([text, language]) => import('/dates.js').then(({ when }) => when(text, language))",
            [text, language],
        )

    assert when("月〜金 午前8時30分〜午後5時") == "Mon–Fri 8:30 a.m.–5 p.m."
    assert when("月〜水 午前9時〜正午、土 午後1時〜午後3時") == "Mon–Wed 9 a.m.–noon, Sat 1 p.m.–3 p.m."
    assert when("11月24日(火) 午前9時") == "Nov 24 (Tue) 9 a.m."
    assert when("午後0時5分") == "12:05 p.m."
    assert when("第2土曜だけ") == "第2土曜だけ"
    assert when("月〜金 午前9時", "ja") == "月〜金 午前9時"
