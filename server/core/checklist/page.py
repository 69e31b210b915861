"""What a clerk sees of a case: every question with every word on it, and the sheet that follows, as it is now."""

from datetime import date
from typing import Literal

from server.core.checklist import answers as a
from server.core.checklist import words
from server.core.checklist.case import (
    CaseRecord,
    CaseSheet,
    Given,
    Note,
    Outcome,
    Stop,
    differences,
    known,
    likely_minutes,
    relay,
)
from server.core.checklist.catalogue import Catalogue, LifeEvent, Question
from server.core.checklist.deadline import OpenDays
from server.core.checklist.logic import Truth, applies, know
from server.core.checklist.sheet import Sheet, sheet
from server.protocol.values import Answer, Chosen, Dated, Key, Origin, People, Personal


class Word(Personal, frozen=True, kw_only=True):
    """One word on a question: whose, what, since when."""

    origin: Origin
    said: str
    at: float


class Derived(Personal, frozen=True, kw_only=True):
    """A fact that follows from birth dates, and whether it does; it can be answered directly."""

    fact: Key
    ask: str
    value: Truth
    words: tuple[Word, ...] = ()


class Row(Personal, frozen=True, kw_only=True):
    """One question as the clerk sees it."""

    id: Key
    kind: Literal["yn", "date", "choice", "persons"]
    ask: str
    help: str = ""
    options: dict[Key, str] = {}
    sensitive: bool = False
    staff_only: bool = False
    applies: bool = True
    value: Answer | None = None  # the word that counts
    words: tuple[Word, ...] = ()
    difference: Literal["none", "open", "settled"] = "none"
    decides: int = 0  # how many lines wait for it
    derived: tuple[Derived, ...] = ()


class SheetPage(Personal, frozen=True, kw_only=True):
    """The whole tab."""

    revision: int
    event: Key
    rows: tuple[Row, ...]
    sheet: Sheet
    minutes: int
    relay: tuple[Stop, ...]
    outdated: bool  # the city's procedures have changed since the case was begun
    outcomes: dict[Key, Outcome] = {}
    notes: tuple[Note, ...] = ()


def sheet_page(
    catalogue: Catalogue,
    event: LifeEvent,
    case: CaseSheet,
    record: CaseRecord,
    today: date,
    calendar: OpenDays,
    *,
    current: str,
) -> SheetPage:
    """Return everything a clerk may see of a case; `current` is the version new cases are begun with."""
    told = known(case)
    facts = know(event, told, today)
    judged = sheet(catalogue, event, told, today, calendar)
    open_lines = [line for line in judged.lines if line.state == "check"]
    differing = {one.fact: one.settled for one in differences(case)}

    def row(question: Question) -> Row:
        mine = {question.id, *question.derives}
        differs = [differing[fact] for fact in mine if fact in differing]
        return Row(
            id=question.id,
            kind=question.type,
            ask=question.ask,
            help=question.help or "",
            options=dict(question.options),
            sensitive=question.sensitive,
            staff_only=question.channel == "staff_only",
            applies=applies(question, facts),
            value=told.get(question.id),
            words=_words(question, case.given.get(question.id, ())),
            difference="none" if not differs else "settled" if all(differs) else "open",
            decides=sum(any(cite.fact in mine for cite in line.because) for line in open_lines),
            derived=tuple(
                Derived(
                    fact=key,
                    ask=derivation.ask,
                    value=_truth(facts[key].value),
                    words=_words(question, case.given.get(key, ())),
                )
                for key, derivation in question.derives.items()
            ),
        )

    return SheetPage(
        revision=case.revision,
        event=event.id,
        rows=tuple(row(question) for question in event.questions),
        sheet=judged,
        minutes=likely_minutes(judged),
        relay=relay(catalogue, event, judged),
        outdated=case.version != current,
        outcomes=record.outcomes,
        notes=record.notes,
    )


def _truth(value: object) -> Truth:
    return "yes" if value == a.YES else "no" if value == a.NO else "unknown"


def _words(question: Question, given: tuple[Given, ...]) -> tuple[Word, ...]:
    return tuple(Word(origin=one.answer.origin, said=_said(question, one.answer), at=one.at) for one in given)


def _said(question: Question, answer: Answer) -> str:
    match answer:
        case Chosen(option=option):
            return words.option(question.options, option)
        case Dated(day=day):
            return words.day(day)
        case People(births=births):
            return words.TEXTS["people"].format(n=len(births))
