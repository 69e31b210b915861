"""The days city hall is closed."""

from datetime import date

from server.core.checklist.catalogue import ClosedDays
from server.procedures.calendar import open_days

TODAY = date(2026, 11, 24)


def is_open(day: date, **rules: object) -> bool:
    return open_days(ClosedDays(**rules), TODAY).is_open(day)  # type: ignore[arg-type]


def test_the_states_holidays_are_closed_the_moved_ones_too():
    assert not is_open(date(2026, 11, 23))  # 勤労感謝の日
    assert not is_open(date(2026, 9, 22))  # 国民の休日 between two holidays
    assert is_open(date(2026, 11, 24))


def test_weekends_are_closed_unless_the_city_says_otherwise():
    assert not is_open(date(2026, 11, 28))
    assert is_open(date(2026, 11, 28), weekly=("sun",))


def test_the_turn_of_the_year_is_closed_on_both_sides():
    rules = ("12-29..01-03",)
    shut = [date(2026, 12, 29), date(2026, 12, 31), date(2027, 1, 1), date(2029, 1, 3)]
    assert not any(is_open(day, extra=rules, weekly=()) for day in shut)
    assert is_open(date(2026, 12, 28), extra=rules)
    assert is_open(date(2027, 1, 4), extra=rules)


def test_the_first_days_charted_belong_to_a_closure_begun_the_year_before():
    calendar = open_days(ClosedDays(extra=("12-29..01-03",), holidays="none", weekly=()), TODAY)
    assert not calendar.is_open(calendar.first)


def test_a_single_day_of_one_year_is_closed_that_year_only():
    rules = ("2026-11-26",)
    assert not is_open(date(2026, 11, 26), extra=rules)
    assert is_open(date(2027, 11, 26), extra=rules)


def test_the_calendar_reaches_over_the_longest_deadline():
    calendar = open_days(ClosedDays(), TODAY)
    assert calendar.knows(date(2031, 11, 24))
    assert not calendar.knows(date(2040, 1, 1))
