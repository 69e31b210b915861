"""The checklist of one household: what is needed, what somebody has to check, what is not needed, and why.

A line leaves the sheet for no reason at all: what cannot be decided stays as ``check``, and what is decided against
stays as ``not_needed`` with the answers that said so.
"""

from datetime import date
from typing import Literal

import msgspec

from server.core.checklist import words
from server.core.checklist.answers import Answers, Because, Facts
from server.core.checklist.catalogue import (
    Audience,
    Belonging,
    Catalogue,
    Confidence,
    Counter,
    Law,
    LifeEvent,
    Money,
    Print,
    Procedure,
    Question,
    Remote,
    Span,
)
from server.core.checklist.deadline import Due, OpenDays, due
from server.core.checklist.logic import Truth, Verdict, applies, judge, know
from server.protocol.values import Key, Personal

LineState = Literal["needed", "check", "not_needed"]
Group = Literal["here", "counter", "elsewhere"]
"""Done at this kiosk, brought to a counter of the city, or somebody else's business."""


class Bring(Personal, frozen=True, kw_only=True):
    """A thing to bring; ``check`` while it is not known whether this household needs it."""

    id: Key | None
    name: str
    plain: str | None
    note: str | None
    state: Literal["needed", "check"]


class Line(Personal, frozen=True, kw_only=True):
    """One procedure, judged for this household."""

    id: Key
    name: str
    state: LineState
    why: str  # when no answer decided it; otherwise `because` says it
    because: tuple[Because, ...]
    group: Group
    counter: Counter
    remote: Remote
    remote_words: str
    due: Due | None
    bring: tuple[Bring, ...]
    conf: Confidence
    law: tuple[Law, ...]
    source: str | None
    print: Print
    print_name: str | None = None
    auto: str | None = None
    give: str | None = None
    money: Money | None = None
    form: Key | None = None
    handout: Key | None = None
    note: str | None = None
    warn: str | None = None
    link: tuple[Key, ...] = ()


class Sheet(Personal, frozen=True, kw_only=True):
    """The whole checklist: needed lines first, then those to check, then those not needed."""

    version: str  # of the catalogue it was made with
    event: Key
    title: str
    today: date
    lines: tuple[Line, ...]
    bring: tuple[Bring, ...]  # of all lines together, each thing once
    open_questions: tuple[Key, ...]  # not known yet, and would decide a line, its day or what to bring


class Change(Personal, frozen=True, kw_only=True):
    """A line that became something else, and the answers that made it so."""

    line: Key
    before: LineState | None
    after: LineState
    why: str
    because: tuple[Because, ...]


def applicable_questions(
    event: LifeEvent, answers: Answers, today: date, audience: Audience = "staff"
) -> tuple[Question, ...]:
    """Return the questions that are, or may be, ones for this household; what only staff may ask is kept from others."""
    facts = know(event, answers, today)
    return tuple(
        question
        for question in event.questions
        if applies(question, facts) and (audience == "staff" or question.channel == "everybody")
    )


def sheet(catalogue: Catalogue, event: LifeEvent, answers: Answers, today: date, calendar: OpenDays) -> Sheet:
    """Judge every procedure of an event for one household."""
    facts = know(event, answers, today)
    lines = [_line(catalogue, event, procedure, facts, today, calendar) for procedure in event.procedures]
    lines.sort(key=lambda line: _ORDER[line.state])
    return Sheet(
        version=catalogue.version,
        event=event.id,
        title=event.label.plain,
        today=today,
        lines=tuple(lines),
        bring=_together(lines),
        open_questions=_open(lines, event, facts),
    )


def printable(event: LifeEvent, judged: Sheet) -> Sheet:
    """Return what paper, and a screen others can see, may show of a sheet.

    Lines not needed are left out; never-printed ones too; hidden ones lose everything that could give them away but
    the day; and no sensitive answer is quoted.
    """
    return veiled(msgspec.structs.replace(judged, title=event.privacy.receipt_title or judged.title))


def veiled(judged: Sheet) -> Sheet:
    """Return a sheet without what gives somebody away; of a printable one nothing is changed."""
    lines = [_shown(line) for line in judged.lines if line.state != "not_needed" and line.print != "never"]
    return msgspec.structs.replace(judged, lines=tuple(lines), bring=_together(lines), open_questions=())


def changes(before: Sheet, after: Sheet) -> tuple[Change, ...]:
    """Tell what new answers did to a sheet, line by line, so that nothing disappears silently."""
    was: dict[Key, LineState] = {line.id: line.state for line in before.lines}
    return tuple(
        Change(line=line.id, before=was.get(line.id), after=line.state, why=line.why, because=line.because)
        for line in after.lines
        if was.get(line.id) != line.state
    )


_STATES: dict[Truth, LineState] = {"yes": "needed", "unknown": "check", "no": "not_needed"}
_ORDER: dict[LineState, int] = {"needed": 0, "check": 1, "not_needed": 2}
_HIDDEN = Counter(name=words.TEXTS["hidden_counter"], plain=words.TEXTS["hidden_counter"])


def _line(
    catalogue: Catalogue, event: LifeEvent, p: Procedure, facts: Facts, today: date, calendar: OpenDays
) -> Line:
    verdict, why = _verdict(p, facts, today)
    counter = catalogue.common.counters[p.counter]
    wanted = verdict.truth != "no"
    return Line(
        id=p.id,
        name=p.name,
        state=_STATES[verdict.truth],
        why=why,
        because=verdict.because,
        group=_group(counter, p.remote),
        counter=counter,
        remote=p.remote,
        remote_words=catalogue.common.remote_levels[p.remote],
        due=due(p.deadline, event.base_dates, facts, today, calendar) if wanted and p.deadline else None,
        bring=_needed(p.bring, facts) if wanted else (),
        conf=p.conf,
        law=p.law,
        source=p.source,
        print=p.print,
        print_name=p.print_name,
        auto=p.auto,
        give=p.give,
        money=p.money,
        form=p.form,
        handout=p.handout,
        note=p.note,
        warn=p.warn,
        link=p.link,
    )


def _verdict(p: Procedure, facts: Facts, today: date) -> tuple[Verdict, str]:
    """Judge a procedure; one that does not exist yet, or any more, is not needed, and says since when."""
    if p.effective_from is not None and today < p.effective_from:
        return Verdict(truth="no"), words.TEXTS["not_yet"].format(day=words.day(p.effective_from))
    if p.effective_until is not None and today > p.effective_until:
        return Verdict(truth="no"), words.TEXTS["no_more"].format(day=words.day(p.effective_until))
    verdict = judge(p.when, facts)
    if verdict.because:
        return verdict, ""
    return verdict, words.TEXTS["always" if verdict.truth == "yes" else "maybe"]


def _group(counter: Counter, remote: Remote) -> Group:
    if counter.external:
        return "elsewhere"
    return "here" if remote in ("complete", "accept") else "counter"


def _needed(things: tuple[Belonging, ...], facts: Facts) -> tuple[Bring, ...]:
    judged = [(thing, judge(thing.when, facts).truth) for thing in things]
    return tuple(
        Bring(
            id=thing.id,
            name=thing.name,
            plain=thing.plain,
            note=thing.note,
            state="needed" if truth == "yes" else "check",
        )
        for thing, truth in judged
        if truth != "no"
    )


def _together(lines: list[Line]) -> tuple[Bring, ...]:
    """Write every thing once; it is needed as soon as one needed line needs it."""
    found: dict[str, Bring] = {}
    for line in lines:
        for thing in line.bring:
            key = thing.id or thing.name
            certain = line.state == "needed" and thing.state == "needed"
            if key not in found:
                found[key] = msgspec.structs.replace(thing, state="needed" if certain else "check")
            elif certain:
                found[key] = msgspec.structs.replace(found[key], state="needed")
    return tuple(found.values())


def _open(lines: list[Line], event: LifeEvent, facts: Facts) -> tuple[Key, ...]:
    """Name what to ask next: first the facts that hold up most lines, then those a needed line's details hang on."""
    held: dict[Key, int] = {}
    for line in lines:
        if line.state == "check":
            for cite in line.because:
                held[cite.fact] = held.get(cite.fact, 0) + 1
    needed = {line.id for line in lines if line.state == "needed"}
    for p in event.procedures:
        if p.id in needed:
            for cite in _missing(p, facts):
                held.setdefault(cite.fact, 0)
    return tuple(sorted(held, key=lambda fact: -held[fact]))


def _missing(p: Procedure, facts: Facts) -> list[Because]:
    """Return what is not known yet of a needed procedure's day and things to bring."""
    open_ends = [judge(thing.when, facts) for thing in p.bring]
    if isinstance(p.deadline, Span):
        base = facts[p.deadline.start]
        applies_at_all = judge(p.deadline.only_if, facts)
        open_ends.append(applies_at_all)
        if base.value is None and applies_at_all.truth != "no":
            open_ends.append(Verdict(truth="unknown", because=base.because))
    cites = [cite for end in open_ends if end.truth == "unknown" for cite in end.because]
    return [cite for cite in cites if facts[cite.fact].value is None]


def _shown(line: Line) -> Line:
    quoted = tuple(cite for cite in line.because if not cite.sensitive)
    if line.print == "plain":
        return msgspec.structs.replace(line, because=quoted)
    return Line(
        id="hidden",
        name=line.print_name or words.TEXTS["hidden_name"],
        state=line.state,
        why="",
        because=(),
        group="counter",
        counter=_HIDDEN,
        remote="guide",
        remote_words="",
        due=_bare(line.due),
        bring=(),
        conf=line.conf,
        law=(),
        source=None,
        print="plain",
    )


def _bare(deadline: Due | None) -> Due | None:
    """Keep the day alone: the words for it say what it is about."""
    if deadline is None or deadline.day is None:
        return None
    return Due(day=deadline.day, how="", certain=deadline.certain, overdue=deadline.overdue)
