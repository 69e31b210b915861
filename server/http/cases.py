"""The JSON API of casework: a visit's questionnaire and sheet, staff's record, telephone records, and trying the data.

Everything personal goes in bodies, never in an address; a clerk sees the case of the call they hold and no other.
"""

import logging
from typing import Annotated, Literal

import msgspec
from aiohttp import web
from msgspec import Meta

from server.cards_read import was_there
from server.casework import NoQuestions
from server.core.checklist.case import Code, Note, Result
from server.core.checklist.page import SheetPage
from server.core.forms.served import Served
from server.core.states import Ticket, party_of, works_on
from server.http.api import body_of, reply
from server.http.auth import Session
from server.http.finished import History, visits_of
from server.http.floor import Floor
from server.http.ports import ChecklistContent, ReceiptContent
from server.http.problems import Problem
from server.http.staff import CONSOLE
from server.http.throttle import Bucket, Rate, draw, full
from server.protocol.values import Answer, Id, Key, Personal, StaffId, Text, TicketId

log = logging.getLogger(__name__)

DRAWINGS = Rate(per_second=4, burst=8)
GUESSES = Rate(per_second=5 / 60, burst=10)
"""Tries at a telephone record's number per member of staff: enough for mistyping, useless for searching a million."""


class Of(msgspec.Struct, frozen=True, kw_only=True):
    """Which visit: the caller must hold it."""

    ticket: Id


class GiveAnswer(Personal, frozen=True, kw_only=True):
    """POST /api/case/answer; None takes the clerk's own word back."""

    ticket: Id
    fact: Key
    answer: Answer | None
    origin: Literal["said", "document", "card", "phone", "touched"] = "said"


class ChooseEvent(msgspec.Struct, frozen=True, kw_only=True):
    """POST /api/case/event."""

    ticket: Id
    event: Key


class Attach(Personal, frozen=True, kw_only=True):
    """POST /api/case/attach."""

    ticket: Id
    code: Code


class Settle(Personal, frozen=True, kw_only=True):
    """POST /api/case/outcome; None takes it back."""

    ticket: Id
    line: Key
    result: Result | None


class WriteNote(Personal, frozen=True, kw_only=True):
    """POST /api/case/note."""

    ticket: Id
    id: Id
    text: Annotated[Text, Meta(min_length=1)]


class DrawPaper(msgspec.Struct, frozen=True, kw_only=True):
    """POST /api/case/picture and /api/case/pdf."""

    ticket: Id
    paper: Literal["sheet", "receipt"] = "sheet"


class OpenPrevisit(msgspec.Struct, frozen=True, kw_only=True):
    """POST /api/previsit."""

    event: Key


class OfPrevisit(Personal, frozen=True, kw_only=True):
    """POST /api/previsit/page."""

    code: Code


class PrevisitAnswer(Personal, frozen=True, kw_only=True):
    """POST /api/previsit/answer."""

    code: Code
    fact: Key
    answer: Answer | None


class Try(Personal, frozen=True, kw_only=True):
    """POST /api/try."""

    event: Key
    answers: dict[Key, Answer] = {}


class EventRow(msgspec.Struct, frozen=True, kw_only=True):
    """A life event to choose from."""

    id: Key
    label: str


class CasePage(Personal, frozen=True, kw_only=True):
    """What a clerk sees of a case; `page` is None while nobody has said which life event it is."""

    events: tuple[EventRow, ...]
    page: SheetPage | None = None
    notes: tuple[Note, ...] = ()  # of staff, also while there is no sheet
    served: dict[Key, Served] = {}  # by line: what its form came to
    code: str = ""  # of a telephone record
    days: float = 0.0  # how long that is kept


class Line(Personal, frozen=True, kw_only=True):
    """One line of a former visit and what came of it."""

    name: str
    result: Key


class HandOver(Personal, frozen=True, kw_only=True):
    """What whoever goes on with a visit has to know."""

    number: int
    title: str
    lines: tuple[Line, ...]
    open: tuple[str, ...]
    notes: tuple[str, ...]


class Why(Personal, frozen=True, kw_only=True):
    """What a clerk who is asked into a call is told of it beforehand; empty: nothing was written."""

    text: str


class CaseApi:
    """The handlers; what they stand on is the floor's."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self._hub = floor.parts.hub
        self._work = floor.parts.casework
        self._drawings: dict[StaffId, Bucket] = {}
        self._guesses: dict[StaffId, Bucket] = {}

    def routes(self) -> list[web.RouteDef]:
        """Return every route of casework."""
        handlers = {
            "/api/case/page": self.page,
            "/api/case/answer": self.answer,
            "/api/case/event": self.choose,
            "/api/case/attach": self.attach,
            "/api/case/outcome": self.outcome,
            "/api/case/note": self.note,
            "/api/case/picture": self.picture,
            "/api/case/pdf": self.pdf,
            "/api/case/hand-over": self.hand_over,
            "/api/case/asked": self.asked,
            "/api/previsit": self.open_previsit,
            "/api/previsit/page": self.previsit_page,
            "/api/previsit/answer": self.previsit_answer,
            "/api/try": self.attempt,
        }
        posts = [
            web.post(path, handler, name=f"case-{handler.__name__}") for path, handler in handlers.items()
        ]
        return [*posts, web.get("/api/case/history", self.history, name="case-history")]

    # ------------------------------------------------------------ the visit of the call

    async def page(self, request: web.Request) -> web.Response:
        """Return questionnaire, sheet and record of the clerk's own call."""
        _, ticket = await self._mine(request, (await body_of(request, Of)).ticket)
        return await self._show(ticket)

    async def answer(self, request: web.Request) -> web.Response:
        """Take one word in."""
        wish = await body_of(request, GiveAnswer)
        session, ticket = await self._mine(request, wish.ticket)
        if wish.answer is not None and wish.origin in ("phone", "touched", "card"):
            # Other people's words, and no card answers a question: a clerk may only strike those out.
            raise Problem("bad_answer", 400)
        try:
            await self._work.answer(ticket, wish.fact, wish.answer, wish.origin, session.person.id)
        except NoQuestions:
            raise Problem("bad_answer", 400) from None
        return await self._show(ticket)

    async def choose(self, request: web.Request) -> web.Response:
        """Say which life event the visit is about."""
        wish = await body_of(request, ChooseEvent)
        _, ticket = await self._mine(request, wish.ticket)
        try:
            await self._work.choose(ticket, wish.event)
        except NoQuestions:
            raise Problem("no_event", 404) from None
        await self._remember_card(ticket)
        return await self._show(ticket)

    async def attach(self, request: web.Request) -> web.Response:
        """Put what was told by telephone under this visit."""
        wish = await body_of(request, Attach)
        session, ticket = await self._mine(request, wish.ticket)
        self._guess(session.person.id)
        try:
            await self._work.attach(ticket, wish.code)
        except NoQuestions:
            raise Problem("no_record", 404) from None
        await self._remember_card(ticket)
        return await self._show(ticket)

    async def _remember_card(self, ticket: Ticket) -> None:
        """Let a card answer questions that were not there yet when it was read."""
        if was_there(self._hub.board(), ticket.id):
            await self._work.card_seen(ticket)

    async def outcome(self, request: web.Request) -> web.Response:
        """Note what came of a line."""
        wish = await body_of(request, Settle)
        session, ticket = await self._mine(request, wish.ticket)
        await self._work.settle(ticket, wish.line, wish.result, session.person.id)
        return await self._show(ticket)

    async def note(self, request: web.Request) -> web.Response:
        """Add a note that residents never see."""
        wish = await body_of(request, WriteNote)
        session, ticket = await self._mine(request, wish.ticket)
        await self._work.note(ticket.id, wish.id, wish.text, session.person.id)
        return await self._show(ticket)

    async def asked(self, request: web.Request) -> web.Response:
        """Return why a clerk is asked into a call: this one note, before they say yes; nothing else of the case."""
        session = await self._clerk(request)
        wanted = (await body_of(request, Of)).ticket
        ticket = self._hub.board().tickets.get(TicketId(wanted))
        party = None if ticket is None else party_of(ticket, session.person.id)
        if ticket is None or party is None:
            raise Problem("not_your_call", 409)
        notes = (await self._work.record(ticket.id)).notes
        return reply(Why(text=next((one.text for one in notes if one.id == party.note), "")))

    async def _show(self, ticket: Ticket) -> web.Response:
        fresh = self._hub.board().tickets.get(ticket.id, ticket)
        notes = (await self._work.record(ticket.id)).notes
        page = await self._work.page(fresh)
        forms = self._floor.parts.formwork
        served = {} if page is None else await forms.served(ticket.id, page.event)
        return reply(CasePage(events=self._events(), page=page, notes=notes, served=served))

    # ------------------------------------------------------------ papers

    async def picture(self, request: web.Request) -> web.Response:
        """Draw a paper of the clerk's own call exactly as it will print."""
        wish = await body_of(request, DrawPaper)
        session, ticket = await self._mine(request, wish.ticket)
        self._draw(session.person.id)
        desk = self._floor.parts.desk
        match wish.paper:
            case "sheet":
                picture = await desk.checklist_picture(await self._checklist(ticket))
            case "receipt":
                receipt = await self._work.receipt(
                    ticket,
                    papers=self._floor.papers_of(ticket.id) + 1,
                    waiting=self._floor.waiting_of(ticket.id),
                    stills=len((await self._floor.parts.stillwork.kept(ticket.id)).stills),
                    card_read=self._floor.card_was_read(ticket.id),
                    paper_seconds=self._floor.parts.case_seconds,
                    forms=await self._floor.parts.formwork.counted(ticket.id),
                    card_also=self._floor.card_also(ticket.id),
                    exports=self._floor.parts.formwork.exports,
                )
                content = ReceiptContent(
                    city=self._floor.city, ticket=ticket, receipt=receipt, now=self._hub.now()
                )
                picture = await desk.receipt_picture(content)
        return web.Response(body=picture, content_type="image/png", headers={"Cache-Control": "no-store"})

    async def pdf(self, request: web.Request) -> web.Response:
        """Return the checklist as A4, to open in the browser."""
        wish = await body_of(request, DrawPaper)
        session, ticket = await self._mine(request, wish.ticket)
        self._draw(session.person.id)
        body = await self._floor.parts.desk.checklist_pdf(await self._checklist(ticket))
        headers = {"Cache-Control": "no-store", "Content-Disposition": "inline"}
        return web.Response(body=body, content_type="application/pdf", headers=headers)

    async def _checklist(self, ticket: Ticket) -> ChecklistContent:
        checklist = await self._work.paper(ticket)
        if checklist is None:
            raise Problem("no_sheet", 409)
        return ChecklistContent(
            city=self._floor.city, ticket=ticket, checklist=checklist, now=self._hub.now()
        )

    # ------------------------------------------------------------ what was today

    async def history(self, request: web.Request) -> web.Response:
        """List today's visits that are over, newest first; no names, no answers."""
        session = await self._clerk(request)
        log.info("staff %s: looked at today's visits", session.person.id)
        today = self._work.today().isoformat()
        return reply(History(visits=await visits_of(self._floor, session.person.id, today)))

    async def hand_over(self, request: web.Request) -> web.Response:
        """Return what is settled, what is open and what was noted of a visit of today, or of the own call."""
        wish = await body_of(request, Of)
        session = await self._clerk(request)
        board = self._hub.board()
        ticket = next((one for id, one in board.ended.items() if id == wish.ticket), None)
        if ticket is None:
            _, ticket = await self._mine(request, wish.ticket)
        elif ticket.day != self._work.today().isoformat():
            raise Problem("not_today", 403)
        log.info("staff %s: read the hand-over of ticket %s", session.person.id, ticket.id)
        page = await self._work.page(ticket)
        record = await self._work.record(ticket.id)
        names = {} if page is None else {line.id: line.name for line in page.sheet.lines}
        wanted = () if page is None else [one for one in page.sheet.lines if one.state != "not_needed"]
        return reply(
            HandOver(
                number=ticket.number,
                title="" if page is None else page.sheet.title,
                lines=tuple(
                    Line(name=names.get(id, id), result=one.result) for id, one in record.outcomes.items()
                ),
                open=tuple(line.name for line in wanted if line.id not in record.outcomes),
                notes=tuple(note.text for note in record.notes),
            )
        )

    # ------------------------------------------------------------ by telephone, and to try

    async def open_previsit(self, request: web.Request) -> web.Response:
        """Begin a record for somebody on the telephone."""
        wish = await body_of(request, OpenPrevisit)
        await self._clerk(request)
        try:
            code = await self._work.open_previsit(wish.event)
        except NoQuestions:
            raise Problem("no_event", 404) from None
        return await self._show_previsit(code)

    async def previsit_page(self, request: web.Request) -> web.Response:
        """Show a telephone record by its number."""
        wish = await body_of(request, OfPrevisit)
        self._guess((await self._clerk(request)).person.id)
        return await self._show_previsit(wish.code)

    async def previsit_answer(self, request: web.Request) -> web.Response:
        """Take one word told by telephone."""
        wish = await body_of(request, PrevisitAnswer)
        session = await self._clerk(request)
        try:
            await self._work.previsit_answer(wish.code, wish.fact, wish.answer, session.person.id)
        except NoQuestions:
            self._guess(session.person.id)
            raise Problem("no_record", 404) from None
        return await self._show_previsit(wish.code)

    async def _show_previsit(self, code: Code) -> web.Response:
        try:
            page = await self._work.previsit_page(code)
        except NoQuestions:
            raise Problem("no_record", 404) from None
        days = self._floor.city.retention.previsit_days
        return reply(CasePage(events=self._events(), page=page, code=code, days=days))

    async def attempt(self, request: web.Request) -> web.Response:
        """Judge answers nobody gave: the city's staff try their own data. Nothing is kept."""
        wish = await body_of(request, Try)
        await self._clerk(request)
        try:
            return reply(CasePage(events=self._events(), page=self._work.tried(wish.event, wish.answers)))
        except NoQuestions:
            raise Problem("no_event", 404) from None

    # ------------------------------------------------------------ who

    def _events(self) -> tuple[EventRow, ...]:
        return tuple(EventRow(id=event.id, label=event.label.plain) for event in self._work.events().values())

    async def _clerk(self, request: web.Request) -> Session:
        session = await self._floor.parts.sessions.of(request, self._hub.now().wall)
        if session is None:
            raise Problem("not_signed_in", 401)
        if CONSOLE.isdisjoint(session.person.roles):
            raise Problem("forbidden", 403)
        return session

    async def _mine(self, request: web.Request, wanted: str) -> tuple[Session, Ticket]:
        session = await self._clerk(request)
        board = self._hub.board()
        seat = board.seats.get(session.person.id)
        ticket = None if seat is None or seat.ticket is None else board.tickets.get(seat.ticket)
        if ticket is None or ticket.id != wanted or not works_on(ticket, session.person.id):
            raise Problem("not_your_call", 409)
        return session, ticket

    def _draw(self, staff: StaffId) -> None:
        self._charge(self._drawings, DRAWINGS, staff)

    def _guess(self, staff: StaffId) -> None:
        self._charge(self._guesses, GUESSES, staff)

    def _charge(self, buckets: dict[StaffId, Bucket], rate: Rate, staff: StaffId) -> None:
        now = self._hub.now().elapsed
        buckets[staff], fine = draw(buckets.get(staff, full(rate, now)), rate, now)
        if not fine:
            raise Problem("busy", 429, 1)
