"""Three-valued logic: the tables, and the promise that a decision stands."""

from itertools import product

import pytest

from server.core.checklist.catalogue import All, Always, AnyOf, Condition, Maybe, Not
from server.core.checklist.logic import judge, know
from tests.server.core.checklist.city import TODAY, event, is_, said, yn

EVENT = event(questions=(yn("a"), yn("b")))
A, B = is_("a"), is_("b")
ORDER = {"no": 0, "unknown": 1, "yes": 2}


def truth(condition: Condition, a: str, b: str) -> str:
    return judge(condition, know(EVENT, said(a=a, b=b), TODAY)).truth


@pytest.mark.parametrize(("a", "b"), list(product(ORDER, ORDER)))
def test_all_is_the_lesser_and_any_the_greater_of_two_truths(a: str, b: str):
    assert truth(All(of=(A, B)), a, b) == min(a, b, key=ORDER.__getitem__)
    assert truth(AnyOf(of=(A, B)), a, b) == max(a, b, key=ORDER.__getitem__)


def test_the_opposite_of_unknown_is_unknown():
    assert [truth(Not(of=A), a, "no") for a in ("yes", "no", "unknown")] == ["no", "yes", "unknown"]


def test_always_holds_and_maybe_is_never_decided():
    assert truth(Always(), "unknown", "unknown") == "yes"
    assert truth(Maybe(), "yes", "yes") == "unknown"


def test_only_the_answers_that_decided_are_named():
    verdict = judge(All(of=(A, B)), know(EVENT, said(a="yes", b="no"), TODAY))
    assert [cite.fact for cite in verdict.because] == ["b"]


def test_an_open_condition_names_what_is_missing():
    verdict = judge(All(of=(A, B)), know(EVENT, said(a="yes"), TODAY))
    assert [(cite.fact, cite.origin) for cite in verdict.because] == [("b", "unasked")]


def test_a_question_that_does_not_apply_counts_as_no_with_the_reason_of_its_gate():
    gated = event(questions=(yn("child"), yn("pupil", ask_if=is_("child"))))
    verdict = judge(is_("pupil"), know(gated, said(child="no"), TODAY))
    assert (verdict.truth, [cite.fact for cite in verdict.because]) == ("no", ["child"])


def test_while_the_gate_is_open_to_doubt_so_is_the_question():
    gated = event(questions=(yn("child"), yn("pupil", ask_if=is_("child"))))
    assert judge(is_("pupil"), know(gated, {}, TODAY)).truth == "unknown"


def test_an_answer_given_in_spite_of_the_gate_counts():
    gated = event(questions=(yn("child"), yn("pupil", ask_if=is_("child"))))
    assert judge(is_("pupil"), know(gated, said(child="no", pupil="yes"), TODAY)).truth == "yes"
