"""What the visit knows is not asked: a card answers that there is one, a line done today gives its date."""

from datetime import date

import pytest

from server.core.checklist import case as c
from server.core.checklist.sheet import sheet
from server.core.checklist.unasked import card_seen, settled
from server.procedures.calendar import open_days
from server.procedures.load import SHIPPED, load
from server.protocol.values import Answer, Chosen, Dated, StaffId

CITY = load(SHIPPED)
TENNYU = CITY.events["tennyu"]
TODAY = date(2026, 11, 24)
SATO = StaffId("sato")
EMPTY = c.CaseSheet(event="tennyu", version=CITY.version)
CARD = Chosen(option="yes", origin="card")
FILED, LINE = "tennyu_filed_on", "tennyu_todoke"


def given(case: c.CaseSheet, fact: str, answer: Answer, at: float) -> c.CaseSheet:
    return c.give(case, fact, c.Given(answer=answer, at=at, by=SATO))


def outcome(result: c.Result, at: float) -> c.Outcome:
    return c.Outcome(result=result, at=at, by=SATO)


@pytest.mark.parametrize("name", ["tennyu", "tenkyo", "tenshutsu", "konin", "rikon"])
def test_who_laid_a_card_down_is_not_asked_whether_there_is_one(name: str) -> None:
    event = CITY.events[name]
    case = card_seen(event, c.CaseSheet(event=name, version=CITY.version), 1.0)
    assert c.known(case) == {"mnc": CARD}
    assert "mnc" not in {one.id for one in c.for_kiosk(event, case, TODAY)}


def test_a_card_answers_nothing_where_another_persons_is_asked_about() -> None:
    case = c.CaseSheet(event="shibo", version=CITY.version)
    assert card_seen(CITY.events["shibo"], case, 1.0) is case


def test_a_cards_word_shows_beside_the_residents_and_the_clerk_overrules_it_for_good() -> None:
    case = card_seen(TENNYU, given(EMPTY, "mnc", Chosen(option="no", origin="touched"), 1.0), 2.0)
    assert c.known(case)["mnc"] == CARD
    assert [one.fact for one in c.differences(case)] == ["mnc"]
    case = given(case, "mnc", Chosen(option="no", origin="said"), 3.0)
    again = card_seen(TENNYU, case, 4.0)
    assert again is case, "the same card again, or another of the family, is no newer word"
    assert c.known(again)["mnc"] == Chosen(option="no", origin="said")


def test_a_notification_done_today_gives_the_day_that_deadlines_count_from() -> None:
    case = settled(TENNYU, given(EMPTY, "mnc", CARD, 1.0), LINE, None, outcome("done", 2.0), TODAY)
    assert c.known(case)[FILED] == Dated(day=TODAY, origin="said")
    judged = sheet(CITY, TENNYU, c.known(case), TODAY, open_days(CITY.common.closed_days, TODAY))
    (line,) = [one for one in judged.lines if one.id == "mnc_keizoku"]
    assert line.due is not None
    assert line.due.day == date(2027, 2, 22)


def test_a_result_taken_back_takes_its_own_date_along_and_nobody_elses() -> None:
    done = outcome("done", 2.0)
    case = settled(TENNYU, EMPTY, LINE, None, done, TODAY)
    assert FILED not in c.known(settled(TENNYU, case, LINE, done, None, TODAY))
    assert FILED not in c.known(settled(TENNYU, case, LINE, done, outcome("come_in", 3.0), TODAY))
    typed = given(EMPTY, FILED, Dated(day=TODAY, origin="said"), 1.0)
    assert settled(TENNYU, typed, LINE, None, done, TODAY) is typed
    assert settled(TENNYU, typed, LINE, done, None, TODAY) is typed
    other = given(case, FILED, Dated(day=date(2026, 11, 20), origin="said"), 5.0)
    assert settled(TENNYU, other, LINE, done, None, TODAY) is other, "the clerk put the date right"


def test_other_results_and_other_lines_give_no_date() -> None:
    assert settled(TENNYU, EMPTY, LINE, None, outcome("come_in", 2.0), TODAY) is EMPTY
    assert settled(TENNYU, EMPTY, "gomi", None, outcome("done", 2.0), TODAY) is EMPTY


def test_the_same_result_again_keeps_its_moment() -> None:
    once = c.settle(c.CaseRecord(), LINE, outcome("done", 2.0))
    assert c.settle(once, LINE, outcome("done", 9.0)) is once
