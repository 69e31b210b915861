"""Deadlines: counted as the civil code counts, moved only where that is safe."""

from datetime import date

import pytest

from server.core.checklist.answers import Answer, Dated
from server.core.checklist.catalogue import BaseDate, Span, Spoken
from server.core.checklist.deadline import Due, due, last_day
from server.core.checklist.logic import know
from tests.server.core.checklist.city import CALENDAR, TODAY, event, is_, said, yn

BASES = {"died_on": BaseDate(label="亡くなった日"), "known_on": BaseDate(label="知った日", earlier="died_on")}
EVENT = event(questions=(yn("court"),), base_dates=BASES)


def on(**days: date) -> dict[str, Answer]:
    return {fact: Dated(day=day, origin="said") for fact, day in days.items()}


def span(n: int, unit: str = "day", **more: object) -> Span:
    return Span(n=n, unit=unit, start=str(more.pop("start", "died_on")), **more)  # type: ignore[arg-type]


def computed(rule: Span | Spoken, answers: dict[str, Answer]) -> Due:
    return due(rule, BASES, know(EVENT, answers, TODAY), TODAY, CALENDAR)


@pytest.mark.parametrize(
    ("rule", "base", "last"),
    [
        (span(14), date(2026, 11, 10), date(2026, 11, 24)),
        (span(14, first_day="included"), date(2026, 11, 10), date(2026, 11, 23)),
        (span(7, first_day="included"), date(2026, 12, 28), date(2027, 1, 3)),
        (span(3, "month"), date(2026, 11, 10), date(2027, 2, 10)),
        (span(3, "month"), date(2026, 11, 30), date(2027, 2, 28)),
        (span(3, "month"), date(2026, 11, 29), date(2027, 2, 28)),
        (span(3, "month"), date(2027, 2, 28), date(2027, 5, 31)),  # from 1 March: three whole months
        (span(10, "month"), date(2026, 3, 1), date(2027, 1, 1)),
        (span(2, "year"), date(2026, 2, 27), date(2028, 2, 27)),
        (span(1, "year"), date(2028, 2, 28), date(2029, 2, 28)),  # begins on the 29th, ends with February
    ],
)
def test_days_months_and_years_end_where_the_civil_code_says(rule: Span, base: date, last: date):
    assert last_day(rule, base) == last


def test_a_closed_last_day_moves_to_the_next_open_one_and_says_so():
    found = computed(span(14, roll="next_open_day"), on(died_on=date(2026, 11, 7)))
    assert found.day == date(2026, 11, 24)  # Saturday 21, Sunday 22, holiday 23
    assert "2026年11月21日(土)" in found.how


def test_a_severe_deadline_never_moves_even_if_the_data_says_so():
    found = computed(span(14, roll="next_open_day", severe="やり直し"), on(died_on=date(2026, 11, 7)))
    assert found.day == date(2026, 11, 21)


def test_beyond_the_calendar_the_earlier_day_stands():
    found = computed(span(3, "year", roll="next_open_day"), on(died_on=date(2026, 11, 7)))
    assert found.day == date(2029, 11, 7)
    assert "まだ わかりません" in found.how


def test_a_roll_that_runs_out_of_the_calendar_stays_on_its_day():
    edge = CALENDAR.last  # Friday 31 December 2027, closed below
    shut = type(CALENDAR)(first=CALENDAR.first, last=edge, weekly=CALENDAR.weekly, closed=frozenset({edge}))
    facts = know(EVENT, on(died_on=date(2027, 12, 17)), TODAY)
    assert due(span(14, roll="next_open_day"), BASES, facts, TODAY, shut).day == edge


def test_without_a_base_date_the_rule_is_said_in_words():
    found = computed(span(14), {})
    assert (found.day, found.how) == (None, "亡くなった日から 14日以内")


def test_an_earlier_day_stands_in_for_an_unknown_one_and_says_so():
    found = computed(span(3, "month", start="known_on"), on(died_on=date(2026, 11, 10)))
    assert found.day == date(2027, 2, 10)
    assert "知った日が まだ わからない" in found.how


def test_a_deadline_that_may_not_apply_is_shown_as_uncertain():
    rule = span(10, only_if=is_("court"), note="協議離婚は期限なし")
    day = on(died_on=date(2026, 11, 20))
    assert computed(rule, day).certain is False
    assert computed(rule, {**day, **said(court="no")}).how == "協議離婚は期限なし"
    assert computed(rule, {**day, **said(court="yes")}).certain is True


def test_the_last_day_is_not_late_and_the_day_after_is():
    assert computed(span(14), on(died_on=date(2026, 11, 10))).overdue is False
    assert computed(span(14), on(died_on=date(2026, 11, 9))).overdue is True


def test_a_sentence_stays_a_sentence():
    assert computed(Spoken(text="すみやかに"), {}).how == "すみやかに"
