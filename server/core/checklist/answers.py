"""What was answered, by whose word, and what is known after it.

An answer that is missing, 「わからない」 or makes no sense leaves its fact unknown; nothing here ever guesses.
"""

from collections.abc import Mapping
from datetime import date

from server.core.checklist import words
from server.core.checklist.catalogue import Derivation, LifeEvent, Question
from server.protocol.values import Answer, Chosen, Dated, Key, Origin, People, Personal

YES, NO, UNKNOWN = "yes", "no", "unknown"
Answers = Mapping[Key, Answer]
"""By question; a derived fact may be answered directly, and then that answer counts."""


class Because(Personal, frozen=True, kw_only=True):
    """One answer that decided something, in words."""

    fact: Key
    asked: str
    answered: str
    origin: Origin
    sensitive: bool = False


class Fact(Personal, frozen=True, kw_only=True):
    """What is known about one thing: an option, a day, or None."""

    value: str | date | None
    because: tuple[Because, ...]


Facts = Mapping[Key, Fact]

NOWHERE = ""
"""The value of a choice that does not apply: it equals no option."""


def merge(earlier: Answers, later: Answers) -> dict[Key, Answer]:
    """Put `later` answers over `earlier` ones; not knowing never replaces knowing."""
    merged = dict(earlier)
    for fact, answer in later.items():
        if fact not in merged or not unknowing(answer):
            merged[fact] = answer
    return merged


def fits(event: LifeEvent, fact: Key, answer: Answer) -> bool:
    """Say whether `answer` is one that `fact` of this event can have."""
    for question in event.questions:
        if question.id == fact:
            return _fits(question, answer)
        if fact in question.derives:
            return isinstance(answer, Chosen) and answer.option in (YES, NO, UNKNOWN)
    return fact in event.base_dates and isinstance(answer, Dated)


def of_question(question: Question, answers: Answers, gate: "Fact | None") -> Fact:
    """Return what is known of one question; `gate` is the reason it does not apply, if it does not."""
    answer = answers.get(question.id)
    sensitive = question.sensitive or question.channel == "staff_only"
    if answer is None and gate is not None:
        value = {"yn": NO, "choice": NOWHERE, "date": None, "persons": None}[question.type]
        return Fact(value=value, because=gate.because)
    if answer is not None and not _fits(question, answer):
        answer = None
    match answer:
        case None:
            value, said, origin = None, words.TEXTS["unasked"], "unasked"
        case Chosen(option=option, origin=origin):
            value = None if option == UNKNOWN else option
            said = words.option(question.options, option)
        case Dated(day=day, origin=origin):
            value, said = day, words.day(day)
        case People(births=births, origin=origin):
            value, said = None, words.TEXTS["people"].format(n=len(births))
    cite = Because(fact=question.id, asked=question.ask, answered=said, origin=origin, sensitive=sensitive)
    return Fact(value=value, because=(cite,))


def of_derivation(
    question: Question, fact: Key, derivation: Derivation, answers: Answers, gate: "Fact | None", today: date
) -> Fact:
    """Return what birth dates say about one derived fact, unless somebody answered it directly."""
    direct = answers.get(fact)
    people = answers.get(question.id)
    if isinstance(direct, Chosen) and direct.option in (YES, NO, UNKNOWN):
        value, origin = direct.option, direct.origin
    elif isinstance(people, People):
        value, origin = _among(people, derivation, today), people.origin
    elif gate is not None:
        return Fact(value=NO, because=gate.because)
    else:
        value, origin = None, "unasked"
    said = words.TEXTS["unasked"] if value is None else words.option({}, value)
    cite = Because(
        fact=fact, asked=derivation.ask, answered=said, origin=origin,
        sensitive=question.sensitive or question.channel == "staff_only",
    )  # fmt: skip
    return Fact(value=None if value == UNKNOWN else value, because=(cite,))


def of_base_date(fact: Key, label: str, answers: Answers) -> Fact:
    """Return what is known of a day that no question asks for."""
    answer = answers.get(fact)
    if isinstance(answer, Dated):
        cite = Because(fact=fact, asked=label, answered=words.day(answer.day), origin=answer.origin)
        return Fact(value=answer.day, because=(cite,))
    cite = Because(fact=fact, asked=label, answered=words.TEXTS["unasked"], origin="unasked")
    return Fact(value=None, because=(cite,))


def age(birth: date, day: date) -> int:
    """Count full years on `day`; somebody born on 29 February has the birthday on 1 March in other years."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def school_age(birth: date, day: date) -> int:
    """Return the age on 1 April of the school year `day` lies in; who is born on 1 April belongs to the year before."""
    return age(birth, date(day.year if day.month >= 4 else day.year - 1, 4, 1))


def _among(people: People, derivation: Derivation, today: date) -> str:
    count = age if derivation.measure == "age" else school_age
    known = [count(birth, today) for birth in people.births if birth is not None]
    if any(derivation.least <= years <= derivation.most for years in known):
        return YES
    # A household of nobody is a question not understood, not an answer.
    whole = people.complete and known and len(known) == len(people.births)
    return NO if whole else UNKNOWN


def _fits(question: Question, answer: Answer) -> bool:
    match answer:
        case Chosen(option=option):
            if question.type == "yn":
                return option in (YES, NO, UNKNOWN)
            return option == UNKNOWN or (question.type == "choice" and option in question.options)
        case Dated():
            return question.type == "date"
        case People():
            return question.type == "persons"


def unknowing(answer: Answer) -> bool:
    """Say whether an answer leaves its fact as open as it was."""
    match answer:
        case Chosen(option=option):
            return option == UNKNOWN
        case People(births=births):
            return not any(births)
        case Dated():
            return False
