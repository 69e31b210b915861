"""The questionnaire believes the forms, invents nobody and loses nobody."""

from datetime import date

from server.core.checklist.case import CaseSheet, Given, give, known
from server.core.checklist.heard import heard
from server.core.forms.learnt import Learnt
from server.procedures.load import SHIPPED, load
from server.protocol.values import Chosen, Dated, People, StaffId

EVENT = load(SHIPPED).events["tennyu"]
EMPTY = CaseSheet(event="tennyu", version="0" * 16)
ONE, TWO, THREE = date(1990, 5, 3), date(2017, 5, 5), date(2017, 5, 6)


def told(case: CaseSheet, news: Learnt) -> CaseSheet:
    return heard(EVENT, case, news, 1.0, StaffId("s1"))


def people(case: CaseSheet) -> People:
    found = known(case)["persons"]
    assert isinstance(found, People)
    return found


def test_a_day_and_a_choice_of_a_form_answer_their_questions_and_what_is_not_asked_is_left_out():
    case = told(EMPTY, Learnt(facts={"moved_on": "2026-11-20", "join_household": "no", "event": "tennyu"}))
    assert known(case) == {
        "moved_on": Dated(day=date(2026, 11, 20), origin="said"),
        "join_household": Chosen(option="no", origin="said"),
    }
    assert told(case, Learnt(facts={"moved_on": "2026-11-20"})) == case


def test_births_of_a_form_fill_the_people_who_were_counted_at_the_kiosk():
    counted = People(births=(None, None, None), origin="touched")
    case = give(EMPTY, "persons", Given(answer=counted, at=0.0))
    both = (ONE.isoformat(), TWO.isoformat())
    case = told(case, Learnt(come=both, births=both))
    assert (people(case).births, people(case).complete) == ((ONE, TWO, None), True)
    assert people(told(case, Learnt(gone=both[1:], births=both[:1]))).births == (ONE, None), (
        "who has no birth yet stays"
    )


def test_a_household_nobody_counted_stays_open_so_that_no_line_is_dropped_for_it():
    case = told(EMPTY, Learnt(come=(ONE.isoformat(),), births=(ONE.isoformat(),)))
    assert (people(case).births, people(case).complete) == ((ONE,), False)


def test_a_birth_put_right_changes_in_its_place_and_one_taken_away_goes():
    one, two, three = ONE.isoformat(), TWO.isoformat(), THREE.isoformat()
    case = told(EMPTY, Learnt(come=(one, two), births=(one, two)))
    right = told(case, Learnt(come=(three,), gone=(two,), births=(one, three)))
    assert people(right).births == (ONE, THREE)
    assert people(told(right, Learnt(gone=(three,), births=(one,)))).births == (ONE,)


def test_twins_are_two_and_whom_the_questionnaire_knew_is_not_counted_again():
    two = TWO.isoformat()
    case = told(EMPTY, Learnt(come=(two,), births=(two,)))
    assert people(told(case, Learnt(come=(two,), births=(two, two)))).births == (TWO, TWO)
    known_before = People(births=(TWO, TWO), origin="touched")
    asked = give(EMPTY, "persons", Given(answer=known_before, at=0.0))
    assert people(told(asked, Learnt(come=(two,), births=(two,)))).births == (TWO, TWO)
