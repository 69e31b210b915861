"""Answers: what they say, what they do not, and how they come together."""

from datetime import date

import pytest

from server.core.checklist import answers as a
from server.core.checklist.catalogue import Derivation, Question
from server.core.checklist.logic import know
from tests.server.core.checklist.city import TODAY, event, said, yn

PUPIL = Derivation(ask="小中学生は いますか", measure="school_age", least=6, most=14)
OLD = Derivation(ask="75歳以上の人は いますか", measure="age", least=75)
EVENT = event(
    questions=(
        Question(id="who", type="persons", ask="だれですか", derives={"pupil": PUPIL, "old": OLD}),
        yn("dog"),
    )
)


def people(*births: date | None, complete: bool = True) -> dict[str, a.Answer]:
    return {"who": a.People(births=births, complete=complete, origin="document")}


def known(answers: a.Answers, fact: str) -> object:
    return know(EVENT, answers, TODAY)[fact].value


@pytest.mark.parametrize(
    ("birth", "pupil"),
    [
        (date(2020, 4, 2), "no"),  # one day too young for this school year
        (date(2020, 4, 1), "yes"),  # 早生まれ: the youngest first-grader
        (date(2011, 4, 2), "yes"),  # the oldest in 中3
        (date(2011, 4, 1), "no"),
    ],
)
def test_the_school_year_turns_between_the_first_and_second_of_april(birth: date, pupil: str):
    assert known(people(birth), "pupil") == pupil


def test_the_seventy_fifth_birthday_makes_seventy_five():
    assert known(people(date(1951, 11, 24)), "old") == "yes"
    assert known(people(date(1951, 11, 25)), "old") == "no"


def test_nobody_is_ruled_out_while_somebody_is_missing():
    young = date(1990, 1, 1)
    assert known(people(young, None), "old") is None
    assert known(people(young, complete=False), "old") is None
    assert known(people(), "old") is None


def test_one_who_fits_is_enough_even_if_others_are_missing():
    assert known(people(None, date(1940, 1, 1), complete=False), "old") == "yes"


def test_a_direct_answer_counts_more_than_birth_dates():
    assert known({**people(date(1990, 1, 1)), **said(old="yes")}, "old") == "yes"


def test_an_answer_that_makes_no_sense_is_not_known_rather_than_no():
    assert known(said(dog="perhaps"), "dog") is None
    assert known({"dog": a.Dated(day=TODAY, origin="said")}, "dog") is None


def test_fits_tells_the_answers_a_question_can_have():
    assert a.fits(EVENT, "dog", a.Chosen(option="unknown", origin="said"))
    assert a.fits(EVENT, "old", a.Chosen(option="yes", origin="typed"))
    assert not a.fits(EVENT, "dog", a.Chosen(option="cat", origin="said"))
    assert not a.fits(EVENT, "cat", a.Chosen(option="yes", origin="said"))


def test_not_knowing_never_replaces_knowing():
    assert a.merge(said(dog="yes"), said(dog="unknown")) == said(dog="yes")
    assert a.merge(said(dog="unknown"), said(dog="no")) == said(dog="no")
    assert a.merge(said(dog="yes"), said(dog="no")) == said(dog="no")


def test_answers_and_facts_do_not_print_what_they_say():
    given = people(date(1940, 1, 1))
    shown = f"{given!r} {know(EVENT, given, TODAY)!r}"
    assert "1940" not in shown
    assert "redacted" in shown
