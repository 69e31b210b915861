"""Three-valued logic: a condition holds, does not hold, or nobody can say yet; and which answers made it so.

Kleene's strong tables. What they promise: once a condition is decided, no further answer changes it.
"""

from collections.abc import Iterable
from datetime import date
from typing import Literal

import msgspec

from server.core.checklist import answers as a
from server.core.checklist.catalogue import (
    All,
    Always,
    AnyOf,
    Condition,
    Is,
    LifeEvent,
    Maybe,
    Not,
    Question,
    Since,
)
from server.protocol.values import Key

Truth = Literal["yes", "no", "unknown"]


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """A truth and the answers it rests on; for an unknown, the answers that are missing."""

    truth: Truth
    because: tuple[a.Because, ...] = ()


def judge(condition: Condition, facts: a.Facts) -> Verdict:
    """Decide a condition from what is known."""
    match condition:
        case Always():
            return Verdict(truth="yes")
        case Maybe():
            return Verdict(truth="unknown")
        case Is(fact=fact, value=value):
            known = facts[fact]
            return _verdict(known, None if known.value is None else known.value == value)
        case Since(fact=fact, day=day):
            known = facts[fact]
            return _verdict(known, known.value >= day if isinstance(known.value, date) else None)
        case Not(of=inner):
            verdict = judge(inner, facts)
            return Verdict(truth=_OPPOSITE[verdict.truth], because=verdict.because)
        case All(of=parts):
            return _together([judge(part, facts) for part in parts], decisive="no")
        case AnyOf(of=parts):
            return _together([judge(part, facts) for part in parts], decisive="yes")


def know(event: LifeEvent, answers: a.Answers, today: date) -> dict[Key, a.Fact]:
    """Return what is known of every fact of an event.

    A question whose `ask_if` is decided against counts as 「いいえ」, with the reason of the gate; but an answer
    somebody gave nevertheless counts first.
    """
    facts = {key: a.of_base_date(key, base.label, answers) for key, base in event.base_dates.items()}
    for question in event.questions:  # gates look back only; the linter sees to it
        opening = judge(question.ask_if, facts)
        gate = a.Fact(value=a.NO, because=opening.because) if opening.truth == "no" else None
        facts[question.id] = a.of_question(question, answers, gate)
        for key, derivation in question.derives.items():
            facts[key] = a.of_derivation(question, key, derivation, answers, gate, today)
    return facts


def asked_about(condition: Condition) -> Iterable[Key]:
    """Name the facts a condition looks at."""
    match condition:
        case Always() | Maybe():
            return ()
        case Is(fact=fact) | Since(fact=fact):
            return (fact,)
        case Not(of=inner):
            return asked_about(inner)
        case All(of=parts) | AnyOf(of=parts):
            return tuple(key for part in parts for key in asked_about(part))


def applies(question: Question, facts: a.Facts) -> bool:
    """Say whether a question is still one for this household; doubt means yes."""
    return judge(question.ask_if, facts).truth != "no"


_OPPOSITE: dict[Truth, Truth] = {"yes": "no", "no": "yes", "unknown": "unknown"}


def _verdict(fact: a.Fact, holds: bool | None) -> Verdict:
    truth: Truth = "unknown" if holds is None else "yes" if holds else "no"
    return Verdict(truth=truth, because=fact.because)


def _together(parts: list[Verdict], decisive: Literal["yes", "no"]) -> Verdict:
    """One decisive part decides; else one unknown leaves it open; else all of them have spoken."""
    for truth in (decisive, "unknown"):
        speaking = [part for part in parts if part.truth == truth]
        if speaking:
            return Verdict(truth=truth, because=_once(speaking))
    return Verdict(truth=_OPPOSITE[decisive], because=_once(parts))


def _once(parts: list[Verdict]) -> tuple[a.Because, ...]:
    return tuple({cite.fact: cite for part in parts for cite in part.because}.values())
