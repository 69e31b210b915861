"""The JSON API of forms: one thing at a time, durable before it is answered; everything personal goes in bodies."""

import logging
from typing import Annotated

import msgspec
from aiohttp import web
from msgspec import Meta

from server.core.forms.state import Refused
from server.core.states import Connecting, Held, Serving, Ticket, Wrapup
from server.formwork import Act
from server.http.api import body_of, reply
from server.http.auth import Session
from server.http.floor import Floor
from server.http.problems import Problem
from server.http.staff import CONSOLE
from server.http.throttle import Bucket, Rate, draw, full
from server.protocol.values import Id, Key, Personal, StaffId

log = logging.getLogger(__name__)

DRAWINGS = Rate(per_second=2, burst=6)


class Of(msgspec.Struct, frozen=True, kw_only=True):
    """POST /api/form/page: which visit; the caller must hold it."""

    ticket: Id


class Deed(Personal, frozen=True, kw_only=True):
    """POST /api/form/do."""

    ticket: Id
    act: Act


class OfPaper(msgspec.Struct, frozen=True, kw_only=True):
    """POST /api/form/pdf and /api/form/copy: a signed form by its hash, or (PDF only) an open one by its name."""

    ticket: Id
    sha256: Annotated[str, Meta(max_length=64)] = ""
    form: Key | None = None


class FormApi:
    """The handlers; what they stand on is the floor's."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self._hub = floor.parts.hub
        self._work = floor.parts.formwork
        self._drawings: dict[StaffId, Bucket] = {}

    def routes(self) -> list[web.RouteDef]:
        """Return every route of forms."""
        handlers = {
            "/api/form/page": self.page,
            "/api/form/do": self.do,
            "/api/form/pdf": self.pdf,
            "/api/form/copy": self.copy,
        }
        return [
            web.post(path, handler, name=f"form-{handler.__name__}") for path, handler in handlers.items()
        ]

    async def page(self, request: web.Request) -> web.Response:
        """Return all forms of the clerk's own call."""
        _, ticket = await self._mine(request, (await body_of(request, Of)).ticket)
        return reply(await self._work.page(ticket))

    async def do(self, request: web.Request) -> web.Response:
        """Let one thing happen; a refusal is a sentence, and the place it is about."""
        wish = await body_of(request, Deed)
        session, ticket = await self._mine(request, wish.ticket)
        done = await self._work.act(ticket, wish.act, session.person)
        if isinstance(done, Refused):
            body = {"error": done.code, "message": done.sentence, "slot": done.slot}
            return web.Response(
                status=422,
                body=msgspec.json.encode(body),
                content_type="application/json",
                headers={"Cache-Control": "no-store"},
            )
        return reply(done)

    async def pdf(self, request: web.Request) -> web.Response:
        """Return a signed form as it was signed, or an open one as it stands."""
        wish = await body_of(request, OfPaper)
        session, ticket = await self._mine(request, wish.ticket)
        self._draw(session.person.id)
        if wish.form is not None:
            body = await self._work.draft(ticket, wish.form)
        else:
            body = await self._work.pdf(ticket.id, wish.sha256)
        if body is None:
            raise Problem("no_form", 404)
        headers = {"Cache-Control": "no-store", "Content-Disposition": "inline"}
        return web.Response(body=body, content_type="application/pdf", headers=headers)

    async def copy(self, request: web.Request) -> web.Response:
        """Draw the 控え exactly as it will print."""
        wish = await body_of(request, OfPaper)
        session, ticket = await self._mine(request, wish.ticket)
        self._draw(session.person.id)
        filed = await self._work.copy(ticket.id, wish.sha256)
        if filed is None:
            raise Problem("no_form", 404)
        picture = await self._floor.parts.desk.form_copy_picture(self._work.content(ticket, filed))
        return web.Response(body=picture, content_type="image/png", headers={"Cache-Control": "no-store"})

    async def _mine(self, request: web.Request, wanted: str) -> tuple[Session, Ticket]:
        session = await self._floor.parts.sessions.of(request, self._hub.now().wall)
        if session is None:
            raise Problem("not_signed_in", 401)
        if CONSOLE.isdisjoint(session.person.roles):
            raise Problem("forbidden", 403)
        board = self._hub.board()
        seat = board.seats.get(session.person.id)
        ticket = None if seat is None or seat.ticket is None else board.tickets.get(seat.ticket)
        own = (
            ticket is not None
            and ticket.id == wanted
            and isinstance(ticket.state, Connecting | Serving | Held | Wrapup)
            and ticket.state.staff == session.person.id
        )
        if ticket is None or not own:
            raise Problem("not_your_call", 409)
        return session, ticket

    def _draw(self, staff: StaffId) -> None:
        now = self._hub.now().elapsed
        self._drawings[staff], fine = draw(self._drawings.get(staff, full(DRAWINGS, now)), DRAWINGS, now)
        if not fine:
            raise Problem("busy", 429, 1)
