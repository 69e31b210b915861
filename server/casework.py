"""Cases at work: takes words in, keeps them sealed, tells the board that there is a newer sheet, and shows who may see.

What is personal is written to the case first and leaves it only towards the kiosk and the clerk of its visit; the
journal learns a revision. A drawer is a key of its own in the case store, so that each kind of thing has its own end.
"""

import asyncio
import contextlib
import logging
import secrets
from collections.abc import Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import date
from typing import Protocol
from weakref import WeakValueDictionary

import msgspec
from msgspec.structs import replace

from server.core import codes
from server.core.checklist import answers as a
from server.core.checklist import case as c
from server.core.checklist.catalogue import Catalogue, LifeEvent
from server.core.checklist.deadline import OpenDays
from server.core.checklist.heard import News, heard
from server.core.checklist.page import SheetPage, sheet_page
from server.core.checklist.receipt import DAY, CardAlso, Receipt, receipt
from server.core.checklist.sheet import Sheet, printable, sheet
from server.core.checklist.unasked import card_seen, settled
from server.core.commands import ServerActor, SheetRevised
from server.core.forms.state import UseAnswers
from server.core.hours import local
from server.core.orders import resident_at
from server.core.states import Ticket
from server.hub import Hub
from server.protocol.messages import AnswerQuestion, Questions, Reply
from server.protocol.values import Answer, Chosen, Dated, Key, KioskId, Origin, People, StaffId, TicketId

log = logging.getLogger(__name__)

SHEET, RECORD = "sheet", "record"


class Cases(Protocol):
    """What is personal about a ticket, sealed."""

    async def put(self, ticket: TicketId, name: str, plaintext: bytes) -> None: ...
    async def get(self, ticket: TicketId, name: str) -> bytes | None: ...
    async def holding(self, name: str) -> Sequence[TicketId]: ...
    async def erase_at(self, ticket: TicketId, when: float) -> None: ...
    async def erase(self, ticket: TicketId) -> None: ...


class Shelf(Protocol):
    """Every catalogue a case may name."""

    @property
    def current(self) -> Catalogue: ...
    def at(self, version: str) -> Catalogue: ...
    def open_days(self, catalogue: Catalogue, today: date) -> OpenDays: ...


class NoQuestions(Exception):
    """There is no such life event, question or record, or the answer does not fit."""


def drawer(ticket: TicketId, kind: str) -> TicketId:
    """Return under which key one kind of thing of a visit is kept."""
    return TicketId(f"{ticket}.{kind}")


def previsit(code: c.Code) -> TicketId:
    """Return under which key a record of a telephone call is kept."""
    return TicketId(f"previsit.{code}")


def answers_for_forms(event: Key, known: Mapping[Key, Answer]) -> UseAnswers:
    """Write answers as forms take them: options by name, days as ISO; what nobody knows is left out."""
    facts: dict[Key, str] = {"event": event}  # what the visit is about answers a question, too
    births: tuple[str | None, ...] = ()
    for fact, answer in known.items():
        match answer:
            case Chosen(option=option):
                if option != a.UNKNOWN:
                    facts[fact] = option
            case Dated(day=day):
                facts[fact] = day.isoformat()
            case People(births=given):
                births = tuple(None if birth is None else birth.isoformat() for birth in given)
    return UseAnswers(facts=facts, births=births)


def _result(record: c.CaseRecord, line: Key) -> c.Result | None:
    outcome = record.outcomes.get(line)
    return None if outcome is None else outcome.result


class Casework:
    """The cases of one city."""

    def __init__(self, hub: Hub, cases: Cases, shelf: Shelf) -> None:
        self._hub = hub
        self._cases = cases
        self._shelf = shelf
        self._locks: WeakValueDictionary[TicketId, asyncio.Lock] = WeakValueDictionary()

    # ------------------------------------------------------------ which questions

    def today(self) -> date:
        """Return the day in Japan."""
        return local(self._hub.now().wall).date()

    def events(self) -> Mapping[Key, LifeEvent]:
        """Return the life events a new case can be about."""
        return self._shelf.current.events

    def event_of(self, purpose: Key) -> Key | None:
        """Return which life event a wish is about, if any."""
        named = next((one.event for one in self._hub.city.purposes if one.id == purpose), None)
        event = purpose if named is None else named
        return event if event in self._shelf.current.events else None

    def purpose_of(self, event: Key) -> Key:
        """Return with which wish somebody comes about this life event; 「talk」 is never wrong."""
        city = self._hub.city
        taken = {purpose for lane in city.lanes for purpose in lane.purposes}
        wishes = (one.id for one in city.purposes if one.id in taken and one.page != 0)
        return next((wish for wish in wishes if self.event_of(wish) == event), "talk")

    def kinds(self) -> dict[str, float]:
        """Return after how many seconds each drawer of a visit is erased."""
        retention = self._hub.city.retention
        return {SHEET: retention.sheet_days * DAY, RECORD: retention.record_days * DAY}

    def fresh(self, event: Key) -> c.CaseSheet:
        """Begin a case. Raises NoQuestions."""
        if event not in self._shelf.current.events:
            raise NoQuestions
        return c.CaseSheet(event=event, version=self._shelf.current.version)

    def _law(self, case: c.CaseSheet) -> tuple[Catalogue, LifeEvent, OpenDays]:
        catalogue = self._shelf.at(case.version)
        event = catalogue.events.get(case.event)
        if event is None:
            raise NoQuestions
        return catalogue, event, self._shelf.open_days(catalogue, self.today())

    # ------------------------------------------------------------ the resident's side

    async def questions(self, ticket: Ticket) -> Questions | None:
        """Return what to ask the resident of this ticket while they wait, or None."""
        case = await self._case(ticket.id)
        if case is None:
            event = self.event_of(ticket.purpose)
            if event is None:
                return None
            case = self.fresh(event)
        _, law, _ = self._law(case)
        asked = c.for_kiosk(law, case, self.today())
        if not asked:
            return None
        day = self.today().isoformat()
        return Questions(ticket=ticket.id, revision=case.revision, today=day, questions=asked)

    async def answered(self, kiosk: KioskId, command: AnswerQuestion) -> Reply:
        """Take an answer of the resident who sits at this kiosk; the reply says that it is durable."""
        board = self._hub.board()
        post = board.posts.get(kiosk)
        here = None if post is None else resident_at(board, post)
        if here is None or here.id != command.ticket:
            return Reply(id=command.id, refused="stale")
        answer = replace(command.answer, origin="touched")
        try:
            async with self._at(here.id):
                case = await self._case(here.id)
                if case is None:
                    event = self.event_of(here.purpose)
                    if event is None:
                        return Reply(id=command.id, refused="unknown")
                    case = self.fresh(event)
                _, law, _ = self._law(case)
                asked = {one.id for one in c.for_kiosk(law, case, self.today())}
                if command.question not in asked or not a.fits(law, command.question, answer):
                    return Reply(id=command.id, refused="invalid")
                await self._keep(here.id, c.give(case, command.question, self._word(answer, None)))
        except NoQuestions:
            return Reply(id=command.id, refused="unknown")
        return Reply(id=command.id)

    # ------------------------------------------------------------ the clerk's side

    async def page(self, ticket: Ticket) -> SheetPage | None:
        """Return what the clerk of this ticket sees; None while nobody has said which life event it is."""
        case = await self._case(ticket.id)
        if case is None:
            event = self.event_of(ticket.purpose)
            if event is None:
                return None
            case = self.fresh(event)
        if case.revision > ticket.sheet:  # the process ended between the case and the board
            await self._tell(ticket.id, case)
        return self._page(case, await self.record(ticket.id))

    async def answer(
        self, ticket: Ticket, fact: Key, answer: Answer | None, origin: Origin, staff: StaffId
    ) -> None:
        """Take a clerk's word, or take an origin's word back (`answer` None). Raises NoQuestions."""

        def change(case: c.CaseSheet) -> c.CaseSheet:
            return self._answered(case, fact, answer, origin, staff)

        await self._change(ticket, change)

    async def choose(self, ticket: Ticket, event: Key) -> None:
        """Say which life event this visit is about; words that fit the other one stay. Raises NoQuestions."""
        async with self._at(ticket.id):
            before = await self._case(ticket.id)
            if before is not None and before.event == event:
                return
            case = replace(self.fresh(event), revision=1 if before is None else before.revision + 1)
            law = self._shelf.current.events[event]
            if before is not None:
                fitting = {
                    fact: words
                    for fact, words in before.given.items()
                    if all(a.fits(law, fact, word.answer) for word in words)
                }
                case = replace(case, given=fitting)
            await self._keep(ticket.id, case)

    async def attach(self, ticket: Ticket, code: c.Code) -> None:
        """Put the record of a telephone call under a visit; it is then gone from where it was. Raises NoQuestions."""
        async with self._at(ticket.id):
            earlier = await self._case(previsit(code), own=True)
            if earlier is None:
                raise NoQuestions
            case = await self._case(ticket.id)
            if case is None or not case.given:
                revision = 0 if case is None else case.revision
                case = c.CaseSheet(event=earlier.event, version=earlier.version, revision=revision)
            if case.event != earlier.event:
                raise NoQuestions
            await self._keep(ticket.id, c.adopt(case, earlier))
            await self._cases.erase(previsit(code))
        log.info("ticket %s: a record of a telephone call was attached", ticket.id)

    async def record(self, ticket: TicketId) -> c.CaseRecord:
        """Return what staff noted of a visit."""
        text = await self._cases.get(drawer(ticket, RECORD), RECORD)
        return c.CaseRecord() if text is None else msgspec.json.decode(text, type=c.CaseRecord)

    async def settle(self, ticket: Ticket, line: Key, result: c.Result | None, staff: StaffId) -> None:
        """Note what came of a line, and with it the date that its being done stands for."""
        at = self._hub.now().wall
        outcome = None if result is None else c.Outcome(result=result, at=at, by=staff)
        before, after = await self._note(ticket.id, lambda record: c.settle(record, line, outcome))

        def change(case: c.CaseSheet) -> c.CaseSheet:
            _, law, _ = self._law(case)
            was, now = before.outcomes.get(line), after.outcomes.get(line)
            return settled(law, case, line, was, now, self.today())

        with contextlib.suppress(NoQuestions):
            await self._change(ticket, change)

    async def note(self, ticket: TicketId, id: str, text: str, staff: StaffId) -> None:
        """Add a note of staff."""
        one = c.Note(id=id, text=text, at=self._hub.now().wall, by=staff)
        await self._note(ticket, lambda record: c.note(record, one))

    async def correct(self, ticket: TicketId, found: Sequence[c.Correction]) -> tuple[c.Correction, ...]:
        """Put outcomes of a finished visit right; return what was not known yet. Append-only."""
        known = await self.record(ticket)

        def change(record: c.CaseRecord) -> c.CaseRecord:
            for one in found:
                before = one.before if one.line is None else _result(record, one.line)
                record = c.correct(record, replace(one, before=before))
            return record

        await self._note(ticket, change)
        return (await self.record(ticket)).corrections[len(known.corrections) :]

    async def mail(self, ticket: TicketId, one: c.Mailed) -> None:
        """Note a paper that the back office sends."""
        await self._note(ticket, lambda record: c.mail(record, one))

    async def card_seen(self, ticket: Ticket) -> None:
        """Let a card that was read in this visit answer that there is one; nothing it says comes into the case."""

        def change(case: c.CaseSheet) -> c.CaseSheet:
            _, law, _ = self._law(case)
            return card_seen(law, case, self._hub.now().wall)

        with contextlib.suppress(NoQuestions):
            await self._change(ticket, change)

    # ------------------------------------------------------------ what the forms take over

    async def wanted(self, ticket: Ticket) -> tuple[str, ...]:
        """Name what this visit needs or may need, as forms name what they serve (event.procedure), in the checklist's order."""
        case = await self._case(ticket.id)
        if case is None:
            return ()
        catalogue, event, days = self._law(case)
        judged = sheet(catalogue, event, c.known(case), self.today(), days)
        return tuple(f"{event.id}.{line.id}" for line in judged.lines if line.state != "not_needed")

    async def told(self, ticket: Ticket) -> tuple[UseAnswers, ...]:
        """Return what was answered, as forms take it over."""
        case = await self._case(ticket.id)
        return () if case is None else (answers_for_forms(case.event, c.known(case)),)

    async def heard(self, ticket: Ticket, news: News, staff: StaffId) -> None:
        """Take over what forms have learnt of this visit; where nothing is asked there is nothing to do."""

        def change(case: c.CaseSheet) -> c.CaseSheet:
            _, law, _ = self._law(case)
            return heard(law, case, news, self._hub.now().wall, staff)

        if news.facts or news.come or news.gone:
            with contextlib.suppress(NoQuestions):
                await self._change(ticket, change)

    # ------------------------------------------------------------ before the visit

    async def open_previsit(self, event: Key) -> c.Code:
        """Begin a record for somebody on the telephone; return the number to read out. Raises NoQuestions."""
        case = self.fresh(event)
        while True:
            code = codes.code("answers", secrets.randbelow(codes.EACH))
            async with self._at(previsit(code)):
                if await self._case(previsit(code), own=True) is None:
                    await self._keep_previsit(code, case)
                    return code

    async def previsit_event(self, code: c.Code) -> Key | None:
        """Return which life event was told about under this number; None: nothing is kept under it."""
        case = await self._case(previsit(code), own=True)
        return None if case is None else case.event

    async def previsit_page(self, code: c.Code) -> SheetPage:
        """Return what was told by telephone. Raises NoQuestions."""
        case = await self._case(previsit(code), own=True)
        if case is None:
            raise NoQuestions
        return self._page(case, c.CaseRecord())

    async def previsit_answer(self, code: c.Code, fact: Key, answer: Answer | None, staff: StaffId) -> None:
        """Take a word told by telephone. Raises NoQuestions."""
        async with self._at(previsit(code)):
            case = await self._case(previsit(code), own=True)
            if case is None:
                raise NoQuestions
            await self._keep_previsit(code, self._answered(case, fact, answer, "phone", staff))

    def tried(self, event: Key, told: Mapping[Key, Answer]) -> SheetPage:
        """Judge answers nobody gave, for staff who try their data; nothing is kept. Raises NoQuestions."""
        case = self.fresh(event)
        for fact, answer in told.items():
            case = self._answered(case, fact, answer, "said", None)
        return self._page(case, c.CaseRecord())

    # ------------------------------------------------------------ papers

    async def paper(self, ticket: Ticket) -> Sheet | None:
        """Return the sheet as paper may show it, or None while there is none."""
        case = await self._case(ticket.id)
        if case is None:
            return None
        catalogue, event, days = self._law(case)
        return printable(event, sheet(catalogue, event, c.known(case), self.today(), days))

    async def receipt(
        self,
        ticket: Ticket,
        *,
        papers: int,
        card_read: bool,
        paper_seconds: float,
        waiting: int = 0,
        stills: int = 0,
        forms: tuple[int, int] = (0, 0),
        card_also: tuple[CardAlso, ...] = (),
        exports: bool = False,
    ) -> Receipt:
        """Return the 控え of a visit as it is at this moment; `forms`: how many are signed, how many of them by card."""
        return receipt(
            await self._case(ticket.id),
            await self.record(ticket.id),
            papers=papers,
            waiting=waiting,
            stills=stills,
            card_read=card_read,
            retention=self._hub.city.retention,
            paper_seconds=paper_seconds,
            forms=forms[0],
            signatures=forms[1],
            card_also=card_also,
            exports=exports,
            now=self._hub.now().wall,
        )

    # ------------------------------------------------------------ inside

    def _page(self, case: c.CaseSheet, record: c.CaseRecord) -> SheetPage:
        catalogue, event, days = self._law(case)
        current = self._shelf.current.version
        return sheet_page(catalogue, event, case, record, self.today(), days, current=current)

    def _answered(
        self, case: c.CaseSheet, fact: Key, answer: Answer | None, origin: Origin, staff: StaffId | None
    ) -> c.CaseSheet:
        _, law, _ = self._law(case)
        if answer is None:
            return c.take_back(case, fact, origin)
        answer = replace(answer, origin=origin)
        if not a.fits(law, fact, answer):
            raise NoQuestions
        return c.give(case, fact, self._word(answer, staff))

    def _word(self, answer: Answer, staff: StaffId | None) -> c.Given:
        return c.Given(answer=answer, at=self._hub.now().wall, by=staff)

    async def _change(self, ticket: Ticket, change: Callable[[c.CaseSheet], c.CaseSheet]) -> None:
        async with self._at(ticket.id):
            case = await self._case(ticket.id)
            if case is None:
                event = self.event_of(ticket.purpose)
                if event is None:
                    raise NoQuestions
                case = self.fresh(event)
            after = change(case)
            if after is case and case.revision <= ticket.sheet:
                return  # nothing new, and the board knows what there is
            await self._keep(ticket.id, after)

    async def _keep(self, ticket: TicketId, case: c.CaseSheet) -> None:
        await self._cases.put(drawer(ticket, SHEET), SHEET, msgspec.json.encode(case))
        await self._tell(ticket, case)

    async def _tell(self, ticket: TicketId, case: c.CaseSheet) -> None:
        """Tell the board that there is a newer sheet; said twice, the second time changes nothing."""
        catalogue, event, days = self._law(case)
        judged = sheet(catalogue, event, c.known(case), self.today(), days)
        stops = c.relay(catalogue, event, judged)
        tellable = c.tellable(stops, judged)
        revised = SheetRevised(
            ticket=ticket,
            revision=case.revision,
            minutes=c.likely_minutes(judged),
            skills=tuple(sorted(tellable)),
            relay=tellable,
        )
        await self._hub.submit(ServerActor(), revised)

    async def _keep_previsit(self, code: c.Code, case: c.CaseSheet) -> None:
        await self._cases.put(previsit(code), SHEET, msgspec.json.encode(case))
        ends = self._hub.now().wall + self._hub.city.retention.previsit_days * DAY
        await self._cases.erase_at(previsit(code), ends)

    async def _note(
        self, ticket: TicketId, change: Callable[[c.CaseRecord], c.CaseRecord]
    ) -> tuple[c.CaseRecord, c.CaseRecord]:
        """Change the record; return it as it was and as it is."""
        async with self._at(drawer(ticket, RECORD)):
            before = await self.record(ticket)
            after = change(before)
            if after != before:
                await self._cases.put(drawer(ticket, RECORD), RECORD, msgspec.json.encode(after))
            return before, after

    async def _case(self, id: TicketId, *, own: bool = False) -> c.CaseSheet | None:
        text = await self._cases.get(id if own else drawer(id, SHEET), SHEET)
        return None if text is None else msgspec.json.decode(text, type=c.CaseSheet)

    @asynccontextmanager
    async def _at(self, id: TicketId):
        """Let one change of a case come after another."""
        lock = self._locks.setdefault(id, asyncio.Lock())
        async with lock:
            yield
