"""Dates go into eras and come back the same; a day its era never had is refused."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core.forms.eras import GREGORIAN_SINCE, NoSuchDay, read, write


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("昭和19年5月3日", date(1944, 5, 3)),
        ("昭和１９年　５月　３日", date(1944, 5, 3)),
        ("S19.5.3", date(1944, 5, 3)),
        ("s19/5/3", date(1944, 5, 3)),
        ("㍼19年5月3日", date(1944, 5, 3)),
        ("令和元年5月1日", date(2019, 5, 1)),
        ("平成31年4月30日", date(2019, 4, 30)),
        ("昭和64年1月7日", date(1989, 1, 7)),
        ("大正15年12月25日", date(1926, 12, 25)),
        ("昭和元年12月25日", date(1926, 12, 25)),
        ("明治45年7月30日", date(1912, 7, 30)),
        ("1944-05-03", date(1944, 5, 3)),
        ("1944/5/3", date(1944, 5, 3)),
        ("19440503", date(1944, 5, 3)),
        ("1944年5月3日", date(1944, 5, 3)),
        ("令和8年(2026年)11月24日(火)", date(2026, 11, 24)),
    ],
)
def test_the_ways_people_write_a_date_are_read(words: str, day: date):
    assert read(words) == day


@pytest.mark.parametrize(
    ("words", "era"),
    [
        ("昭和64年1月8日", "昭和"), ("平成元年1月7日", "平成"), ("平成31年5月1日", "平成"), ("令和元年4月30日", "令和"),
        ("昭和0年1月1日", "昭和"), ("大正16年1月1日", "大正"), ("2026-02-29", ""), ("2026-13-01", ""), ("明治5年12月3日", ""),
    ],
)  # fmt: skip
def test_a_day_that_never_was_is_refused_and_the_era_named(words: str, era: str):
    with pytest.raises(NoSuchDay) as caught:
        read(words)
    assert caught.value.era == era


@pytest.mark.parametrize("words", ["", "きのう", "5月3日", "昭和19年", "12345", "昭和十九年五月三日", "R8-"])
def test_what_is_no_date_is_not_read_as_one(words: str):
    assert read(words) is None


@given(st.dates(min_value=GREGORIAN_SINCE, max_value=date(2099, 12, 31)))
def test_a_day_written_in_its_era_is_read_as_the_same_day(day: date):
    assert read(write(day)) == day
    assert read(day.isoformat()) == day
