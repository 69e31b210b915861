"""One household's case: what was answered and by whose word, what came of each line, what staff noted.

An answer is kept per origin, so that nobody's word is silently replaced by somebody else's; the newest word that knows
something counts, and words that differ stay visible until a clerk has decided.
"""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Literal

from msgspec import Meta
from msgspec.structs import replace

from server.core.checklist import answers as a
from server.core.checklist.catalogue import Catalogue, LifeEvent, Question
from server.core.checklist.sheet import Sheet, applicable_questions
from server.protocol.values import (
    Answer,
    Chosen,
    Dated,
    Key,
    Origin,
    People,
    Personal,
    QuestionForKiosk,
    StaffId,
    Text,
)

AT_THE_KIOSK = 8
"""Questions asked of somebody who waits: more would be an examination (ux.md K02b)."""

NOTES = 100
"""Notes in one case: a visit is not a novel, and a record must stay small enough to seal at once."""

STAFF_WORDS: frozenset[Origin] = frozenset({"said", "typed", "document", "card"})
"""Origins a clerk answers for: the newest of these settles a difference."""

Result = Literal["done", "papers_missing", "by_mail", "come_in", "other_desk", "booked", "advice_only"]


class Given(Personal, frozen=True, kw_only=True):
    """One word on one fact: whose, and when (wall seconds)."""

    answer: Answer
    at: float
    by: StaffId | None = None  # who wrote it down; None: the resident


class CaseSheet(Personal, frozen=True, kw_only=True):
    """The questionnaire of one visit; `version` is the catalogue's it was begun with."""

    event: Key
    version: str
    revision: int = 0
    given: dict[Key, tuple[Given, ...]] = {}  # by fact; one per origin, the newest last


class Outcome(Personal, frozen=True, kw_only=True):
    """What came of one line."""

    result: Result
    at: float
    by: StaffId


class Note(Personal, frozen=True, kw_only=True):
    """What staff want to remember; residents never see it."""

    id: str
    text: Text
    at: float
    by: StaffId


class Correction(Personal, frozen=True, kw_only=True):
    """What was noted otherwise after the visit was over; the word before stays readable."""

    id: str  # of the wish: said twice, it is written once
    line: Key | None  # None: the result of the visit itself
    before: Key | None
    after: Key | None
    at: float
    by: StaffId


class Address(Personal, frozen=True, kw_only=True):
    """To whom a paper is sent; empty: as the forms of the visit say."""

    name: Annotated[str, Meta(max_length=60)] = ""
    postal: Annotated[str, Meta(max_length=8)] = ""
    address: Annotated[str, Meta(max_length=120)] = ""


class Mailed(Personal, frozen=True, kw_only=True):
    """A paper that could not be printed, an item with the outcome "by mail"."""

    order: str
    kind: Key
    to: Address
    at: float
    by: StaffId


class CaseRecord(Personal, frozen=True, kw_only=True):
    """What staff keep longer than the answers: outcome per line, notes, papers to send, what was put right."""

    outcomes: dict[Key, Outcome] = {}
    notes: tuple[Note, ...] = ()
    corrections: tuple[Correction, ...] = ()
    mailed: tuple[Mailed, ...] = ()


class Difference(Personal, frozen=True, kw_only=True):
    """Two words on one fact that cannot both be true; `settled` when a clerk spoke last."""

    fact: Key
    settled: bool


# ---------------------------------------------------------------- answering


def give(case: CaseSheet, fact: Key, given: Given) -> CaseSheet:
    """Take one word in; the same word of the same origin again changes nothing."""
    known = case.given.get(fact, ())
    before = next((one for one in known if one.answer.origin == given.answer.origin), None)
    if before is not None and before.answer == given.answer and known[-1] is before:
        return case
    others = tuple(one for one in known if one is not before)
    return replace(case, revision=case.revision + 1, given={**case.given, fact: (*others, given)})


def take_back(case: CaseSheet, fact: Key, origin: Origin) -> CaseSheet:
    """Let one origin's word on a fact count no longer."""
    known = case.given.get(fact, ())
    left = tuple(one for one in known if one.answer.origin != origin)
    if left == known:
        return case
    given = {key: words for key, words in {**case.given, fact: left}.items() if words}
    return replace(case, revision=case.revision + 1, given=given)


def adopt(case: CaseSheet, earlier: CaseSheet) -> CaseSheet:
    """Put a record made by telephone under a visit: what was said since stays the newest word."""
    if earlier.event != case.event or not earlier.given:
        return case
    given = dict(case.given)
    for fact, told in earlier.given.items():
        here = given.get(fact, ())
        origins = {one.answer.origin for one in here}
        given[fact] = tuple(
            sorted((*(t for t in told if t.answer.origin not in origins), *here), key=lambda one: one.at)
        )
    return case if given == case.given else replace(case, revision=case.revision + 1, given=given)


def known(case: CaseSheet) -> dict[Key, Answer]:
    """Return the answers that count: the newest word on each fact, not knowing never replacing knowing."""
    counted: dict[Key, Answer] = {}
    for fact, words in case.given.items():
        for word in words:
            counted = a.merge(counted, {fact: word.answer})
    return counted


def differences(case: CaseSheet) -> tuple[Difference, ...]:
    """Name the facts on which words differ."""
    found: list[Difference] = []
    for fact, words in case.given.items():
        sure = [
            word.answer for word in words if not a.unknowing(word.answer) or isinstance(word.answer, People)
        ]
        if any(_differ(sure[0], other) for other in sure[1:]):
            found.append(Difference(fact=fact, settled=sure[-1].origin in STAFF_WORDS))
    return tuple(found)


def _differ(one: Answer, other: Answer) -> bool:
    match one, other:
        case Chosen(option=left), Chosen(option=right):
            return left != right
        case Dated(day=left), Dated(day=right):
            return left != right
        case People(births=left), People(births=right):
            # A count and a list of birth dates say the same when they have one length.
            return len(left) != len(right) or (
                any(left) and any(right) and sorted_days(left) != sorted_days(right)
            )
        case _, _:
            return True


def sorted_days(births: Iterable[date | None]) -> list[date]:
    """Return the days that are known, oldest first."""
    return sorted(day for day in births if day is not None)


# ---------------------------------------------------------------- at the kiosk


def may_ask_at_kiosk(event: LifeEvent) -> bool:
    """Say whether this event's questions may be asked where others can look on."""
    return not event.privacy.ask_in_call_only


def for_kiosk(event: LifeEvent, case: CaseSheet, today: date) -> tuple[QuestionForKiosk, ...]:
    """Return what to ask somebody who waits: their own answers first given, then the next, `AT_THE_KIOSK` at most.

    Sensitive questions, those of staff, and what others have answered stay away from the screen.
    """
    if not may_ask_at_kiosk(event):
        return ()
    own = {
        fact: word.answer
        for fact, words in case.given.items()
        for word in words
        if word.answer.origin == "touched"
    }
    told = known(case)
    shown: list[QuestionForKiosk] = []
    for question in applicable_questions(event, told, today, "resident"):
        mine = own.get(question.id)
        if question.sensitive or (mine is None and question.id in told):
            continue
        shown.append(_as_asked(question, mine))
    return tuple(shown[:AT_THE_KIOSK])


def _as_asked(question: Question, mine: Answer | None) -> QuestionForKiosk:
    return QuestionForKiosk(
        id=question.id,
        kind=question.type,
        ask=question.ask,
        yomi=question.yomi or "",
        help=question.help or "",
        options=dict(question.options),
        answer=mine,
    )


# ---------------------------------------------------------------- what the visit is likely to need

SHORTEST, LONGEST = 10, 90
PER_LINE, PER_CHECK = 4, 2
"""Minutes: a guess from the number of lines until durations are measured; it only ever orders and announces."""


def likely_minutes(judged: Sheet) -> int:
    """Return how long the conversation is likely to take, in steps of five."""
    lines = [line for line in judged.lines if line.group != "elsewhere"]
    work = sum({"needed": PER_LINE, "check": PER_CHECK, "not_needed": 0}[line.state] for line in lines)
    return min(LONGEST, max(SHORTEST, -(-work // 5) * 5))


class Stop(Personal, frozen=True, kw_only=True):
    """One counter of the relay, and the lines to settle there."""

    counter: Key
    name: str
    plain: str
    lines: tuple[Key, ...]


def relay(catalogue: Catalogue, event: LifeEvent, judged: Sheet) -> tuple[Stop, ...]:
    """Return which counters are needed, in the order the city lists them; other authorities are not ours to plan."""
    at = {procedure.id: procedure.counter for procedure in event.procedures}
    stops: list[Stop] = []
    for key, counter in catalogue.common.counters.items():
        lines = tuple(line.id for line in judged.lines if line.state == "needed" and at.get(line.id) == key)
        if lines and not counter.external:
            stops.append(
                Stop(counter=key, name=counter.name, plain=counter.plain or counter.name, lines=lines)
            )
    return tuple(stops)


def tellable(stops: Iterable[Stop], judged: Sheet) -> tuple[Key, ...]:
    """Return the counters that may stand in the journal: none that only a line not to be named leads to."""
    plain = {line.id for line in judged.lines if line.print == "plain"}
    return tuple(stop.counter for stop in stops if plain.intersection(stop.lines))


# ---------------------------------------------------------------- staff's record


def settle(record: CaseRecord, line: Key, outcome: Outcome | None) -> CaseRecord:
    """Note what came of a line, or take it back; the same result again keeps its moment."""
    before = record.outcomes.get(line)
    if before is not None and outcome is not None and before.result == outcome.result:
        return record
    outcomes = {key: one for key, one in record.outcomes.items() if key != line}
    return replace(record, outcomes=outcomes if outcome is None else {**outcomes, line: outcome})


def note(record: CaseRecord, one: Note) -> CaseRecord:
    """Add a note; the same note again changes nothing, and the oldest go when there are too many."""
    if any(old.id == one.id for old in record.notes):
        return record
    return replace(record, notes=(*record.notes, one)[-NOTES:])


def correct(record: CaseRecord, one: Correction) -> CaseRecord:
    """Note another outcome than before, and that it is another one; the same wish again changes nothing."""
    if one.before == one.after or any((old.id, old.line) == (one.id, one.line) for old in record.corrections):
        return record
    if one.line is not None:
        result: Result | None = one.after  # pyright: ignore[reportAssignmentType]  a line's correction has these words
        outcome = None if result is None else Outcome(result=result, at=one.at, by=one.by)
        record = settle(record, one.line, outcome)
    return replace(record, corrections=(*record.corrections, one)[-NOTES:])


def mail(record: CaseRecord, one: Mailed) -> CaseRecord:
    """Note a paper to send; the same order again changes nothing."""
    if any(old.order == one.order for old in record.mailed):
        return record
    return replace(record, mailed=(*record.mailed, one))


Code = Annotated[str, Meta(pattern=r"^[0-9]{6}$")]
"""What a clerk reads out on the telephone, and the visit is begun with."""
