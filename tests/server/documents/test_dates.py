"""Dates and times are said the way people here say them."""

from datetime import datetime

import pytest

from server.documents.dates import TOKYO, clock, day


def wall(*when: int) -> float:
    return datetime(*when, tzinfo=TOKYO).timestamp()  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ((2026, 11, 24, 9, 0), "令和8年(2026年)11月24日(火)"),
        ((2019, 5, 1, 0, 0), "令和元年(2019年)5月1日(水)"),
        ((2019, 4, 30, 23, 59), "平成31年(2019年)4月30日(火)"),
        ((2000, 2, 29, 12, 0), "平成12年(2000年)2月29日(火)"),
        ((1989, 1, 7, 12, 0), "昭和64年(1989年)1月7日(土)"),
    ],
)
def test_a_day_has_its_era_its_year_and_its_weekday(when: tuple[int, ...], said: str):
    assert day(wall(*when)) == said


def test_the_day_is_that_of_tokyo():
    assert day(wall(2026, 1, 1, 0, 0)) == "令和8年(2026年)1月1日(木)"
    assert day(wall(2026, 1, 1, 0, 0) - 1) == "令和7年(2025年)12月31日(水)"


@pytest.mark.parametrize(
    ("hour", "minute", "said"),
    [
        (9, 0, "午前9時"),
        (10, 5, "午前10時5分"),
        (0, 30, "午前0時30分"),
        (12, 0, "午後0時"),
        (13, 1, "午後1時1分"),
        (23, 59, "午後11時59分"),
    ],
)
def test_a_time_has_twelve_hours(hour: int, minute: int, said: str):
    assert clock(wall(2026, 11, 20, hour, minute)) == said


def test_the_half_of_the_day_is_said_again_only_when_it_changed():
    morning, noon = wall(2026, 11, 20, 11, 50), wall(2026, 11, 20, 12, 10)
    assert clock(morning + 300, morning) == "11時55分"
    assert clock(noon, morning) == "午後0時10分"
