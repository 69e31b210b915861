"""The JSON API of what is done once the moment has passed: papers that are sent, results that are put right."""

import logging
from datetime import date
from typing import Annotated, Literal

import msgspec
from aiohttp import web
from msgspec import Meta

from server.core import places
from server.core.afterwards import recorded
from server.core.checklist.case import Address, Correction, Mailed, Result
from server.core.commands import StaffActor
from server.core.hours import iso
from server.core.notices import Change, Notice
from server.core.states import Done, NoShow, Ticket
from server.http.api import body_of, reply
from server.http.drawing import keep_drawn
from server.http.finished import History, visits_of
from server.http.floor import Floor
from server.http.mine import clerk_of, ticket_of
from server.http.problems import Problem
from server.protocol.messages import CorrectResult, SendByMail
from server.protocol.values import Generation, Id, Key, Personal, StaffId, Text, TicketId

log = logging.getLogger(__name__)


class Mail(Personal, frozen=True, kw_only=True):
    """POST /api/case/mail: a paper of the own call that did not come out is sent; `id` makes a repetition harmless."""

    ticket: Id
    generation: Generation
    id: Id
    order: Id
    to: Address = Address()


class MailSaid(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the back office is told by the city's own way out, or by whoever reads the record."""

    told: bool


class OfFinished(msgspec.Struct, frozen=True, kw_only=True):
    """POST /api/case/finished."""

    ticket: Id


class OfDay(msgspec.Struct, frozen=True, kw_only=True):
    """POST /api/case/earlier: `number` None means every visit of the day."""

    day: date
    number: Annotated[int, Meta(ge=1, le=99_999)] | None = None


class Correct(Personal, frozen=True, kw_only=True):
    """POST /api/case/correct: only what shall be another one; `lines` with None takes an outcome back."""

    ticket: Id
    id: Id
    result: Key | None = None
    lines: dict[Key, Result | None] = {}
    note: Text = ""


class Item(Personal, frozen=True, kw_only=True):
    """One line of a finished visit, with what came of it."""

    id: Key
    name: str
    result: Key | None


class Corrected(Personal, frozen=True, kw_only=True):
    """One correction for people; `name` empty: the result of the visit."""

    name: str
    before: Key | None
    after: Key | None
    at: float
    staff: str


class SentPaper(Personal, frozen=True, kw_only=True):
    """A paper that is sent, for people."""

    kind: Key
    to: Address


class Finished(Personal, frozen=True, kw_only=True):
    """A finished visit: what was noted, what was put right since, and whether the caller may put more right."""

    ticket: Id
    number: int
    day: str
    result: Key
    mine: bool
    items: tuple[Item, ...]
    corrections: tuple[Corrected, ...]
    notes: tuple[str, ...]
    mailed: tuple[SentPaper, ...]
    days: float  # how long the record stays


class PaperApi:
    """The handlers; what they stand on is the floor's."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self._hub = floor.parts.hub
        self._work = floor.parts.casework

    def routes(self) -> list[web.RouteDef]:
        """Return every route of what is done afterwards."""
        return [
            web.post("/api/case/mail", self.mail, name="case-mail"),
            web.post("/api/case/finished", self.finished, name="case-finished"),
            web.post("/api/case/correct", self.correct, name="case-correct"),
            web.post("/api/case/earlier", self.earlier, name="case-earlier"),
        ]

    async def mail(self, request: web.Request) -> web.Response:
        """Have a paper sent that could not be printed: an item of the record, and a word to the back office."""
        wish = await body_of(request, Mail)
        session, ticket = await ticket_of(self._floor, request, wish.ticket)
        staff, paperwork = session.person, self._floor.parts.paperwork
        await keep_drawn(self._floor, staff.id, wish.ticket, wish.generation, wish.order)
        command = SendByMail(id=wish.id, ticket=wish.ticket, generation=wish.generation, order=wish.order)
        answer = await self._hub.submit(StaffActor(staff.id), command)
        if answer.refused is not None:
            raise Problem("not_mailed", 409)
        post = self._hub.board().posts[ticket.kiosk]
        kind = next((one.kind for one in post.orders if one.id == wish.order), "slip")
        at = self._hub.now().wall
        await self._work.mail(ticket.id, Mailed(order=wish.order, kind=kind, to=wish.to, at=at, by=staff.id))
        notice = self._notice(ticket, staff.name, f"mail.{wish.order}", "by_mail")
        await paperwork.told(
            ticket.id, msgspec.structs.replace(notice, paper=kind, order=wish.order, to=wish.to)
        )
        log.info("ticket %s: a paper is sent by mail", ticket.id)
        return reply(MailSaid(told=paperwork.tells))

    async def finished(self, request: web.Request) -> web.Response:
        """Return a visit that is over, while its record is kept."""
        wish = await body_of(request, OfFinished)
        session = await clerk_of(self._floor, request)
        log.info("staff %s: looked at finished ticket %s", session.person.id, wish.ticket)
        return await self._show(wish.ticket, session.person.id)

    async def earlier(self, request: web.Request) -> web.Response:
        """List the visits of a day, or the one that had this number then; no names, no answers."""
        wish = await body_of(request, OfDay)
        session = await clerk_of(self._floor, request)
        log.info("staff %s: looked for the visits of %s", session.person.id, wish.day)
        day = wish.day.isoformat()
        return reply(History(visits=await visits_of(self._floor, session.person.id, day, wish.number)))

    async def correct(self, request: web.Request) -> web.Response:
        """Put right what the caller noted of a visit; the words before stay, the newest are counted and told."""
        wish = await body_of(request, Correct)
        session = await clerk_of(self._floor, request)
        (ticket, state), staff = self._over(wish.ticket), session.person
        if state.staff != staff.id:
            raise Problem("not_your_visit", 403)
        at = self._hub.now().wall
        changes: list[Correction] = []
        names = await self._names(ticket)
        if any(line not in names for line in wish.lines):
            raise Problem("bad_answer", 400)
        if wish.result is not None and isinstance(state, Done) and wish.result != state.result:
            command = CorrectResult(id=wish.id, ticket=wish.ticket, result=wish.result)
            if (await self._hub.submit(StaffActor(staff.id), command)).refused is not None:
                raise Problem("not_corrected", 409)
            changes.append(
                Correction(id=wish.id, line=None, before=state.result, after=wish.result, at=at, by=staff.id)
            )
        changes += [
            Correction(id=wish.id, line=line, before=None, after=after, at=at, by=staff.id)
            for line, after in wish.lines.items()
        ]
        new = await self._work.correct(ticket.id, changes)
        if wish.note.strip():
            await self._work.note(ticket.id, wish.id, wish.note.strip(), staff.id)
        if new:
            notice = self._notice(ticket, staff.name, f"correct.{wish.id}", "correction")
            said = tuple(
                Change(
                    line=one.line or "",
                    name="" if one.line is None else names.get(one.line, one.line),
                    before=one.before or "",
                    after=one.after or "",
                )
                for one in new
            )
            await self._floor.parts.paperwork.told(ticket.id, msgspec.structs.replace(notice, changes=said))
        log.info("staff %s: put %d outcomes of ticket %s right", staff.id, len(new), ticket.id)
        return await self._show(wish.ticket, staff.id)

    # ------------------------------------------------------------ inside

    def _over(self, wanted: str) -> tuple[Ticket, Done | NoShow]:
        board = self._hub.board()
        ticket = board.ended.get(TicketId(wanted))
        if ticket is None or not isinstance(ticket.state, Done | NoShow):
            raise Problem("no_visit", 404)
        if not recorded(ticket, self._floor.city, self._hub.now()):
            raise Problem("not_kept", 403)
        return ticket, ticket.state

    async def _names(self, ticket: Ticket) -> dict[Key, str]:
        page = await self._work.page(ticket)
        return {} if page is None else {line.id: line.name for line in page.sheet.lines}

    def _notice(self, ticket: Ticket, staff: str, id: str, kind: Literal["by_mail", "correction"]) -> Notice:
        city = self._floor.city
        return Notice(
            id=id,
            kind=kind,
            number=ticket.number,
            day=ticket.day,
            site=places.site_of(city, ticket),
            at=iso(self._hub.now().wall),
            staff=staff,
        )

    async def _show(self, wanted: str, staff: StaffId) -> web.Response:
        ticket, state = self._over(wanted)
        names, record = await self._names(ticket), await self._work.record(ticket.id)
        page = await self._work.page(ticket)
        lines = () if page is None else tuple(one for one in page.sheet.lines if one.state != "not_needed")
        people = self._floor.city.staff
        return reply(
            Finished(
                ticket=ticket.id,
                number=ticket.number,
                day=ticket.day,
                result=state.result if isinstance(state, Done) else "no_show",
                mine=isinstance(state, Done) and state.staff == staff,
                items=tuple(
                    Item(
                        id=line.id,
                        name=line.name,
                        result=found.result if (found := record.outcomes.get(line.id)) else None,
                    )
                    for line in lines
                ),
                corrections=tuple(
                    Corrected(
                        name="" if one.line is None else names.get(one.line, one.line),
                        before=one.before,
                        after=one.after,
                        at=one.at,
                        staff=person.name if (person := people.get(one.by)) else "",
                    )
                    for one in record.corrections
                ),
                notes=tuple(note.text for note in record.notes),
                mailed=tuple(SentPaper(kind=one.kind, to=one.to) for one in record.mailed),
                days=self._floor.city.retention.record_days,
            )
        )
