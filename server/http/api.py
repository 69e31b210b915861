"""The JSON API beside the sockets: sign-in, enrolment, revocation, logs, and the preview of a slip.

Refusals are `{error, message}` (problems.py). Every answer is for this person at this moment: nothing is cached.
"""

import logging
import math
from datetime import datetime
from typing import Annotated, TypeVar

import msgspec
from aiohttp import web
from msgspec import Meta

from server.core.city import Person
from server.core.hours import JAPAN
from server.core.states import Connecting, Held, Serving, Ticket, Wrapup
from server.http import auth
from server.http.auth import NotSignedIn, Session, SignedIn
from server.http.floor import Floor
from server.http.kiosks import site_name
from server.http.ports import Content
from server.http.problems import Problem
from server.http.throttle import CODES, Bucket, Ledger, Rate, draw, full
from server.protocol.values import Generation, Id, KioskId, SlipContent, StaffId

log = logging.getLogger(__name__)

T = TypeVar("T")

FIELD = frozenset({"field_it", "administrator"})
PREVIEWS = Rate(per_second=4, burst=8)


class SignIn(msgspec.Struct, frozen=True, kw_only=True):
    """POST /api/sign-in."""

    account: Annotated[str, Meta(min_length=1, max_length=64)]
    password: Annotated[str, Meta(min_length=1, max_length=auth.LONGEST_PASSWORD)]

    def __repr__(self) -> str:
        return "<SignIn redacted>"


class Me(msgspec.Struct, frozen=True, kw_only=True):
    """Who is signed in."""

    staff: str
    name: str
    department: str
    roles: tuple[str, ...]
    city: str


class SiteRow(msgspec.Struct, frozen=True, kw_only=True):
    """A place a kiosk can be enrolled at."""

    id: str
    name: str


class Sites(msgspec.Struct, frozen=True, kw_only=True):
    """GET /api/sites."""

    sites: tuple[SiteRow, ...]


class NewEnrolment(msgspec.Struct, frozen=True, kw_only=True):
    """POST /api/enrolments."""

    site: Id
    name: Annotated[str, Meta(min_length=1, max_length=60)]


class Enrolment(msgspec.Struct, frozen=True, kw_only=True):
    """The code to type on the kiosk; shown once, `expires` in ISO 8601."""

    code: str
    expires: str
    authority: bool = (
        False  # our certificate hangs on the city's own authority: the kiosk needs `GET /api/authority`
    )


class Enrol(msgspec.Struct, frozen=True, kw_only=True):
    """POST /api/enrol, from the kiosk."""

    code: Annotated[str, Meta(min_length=8, max_length=20)]
    public_key: Annotated[bytes, Meta(min_length=32, max_length=32)]
    machine: Id


class Enrolled(msgspec.Struct, frozen=True, kw_only=True):
    """What a kiosk is called from now on."""

    kiosk: str
    city: str
    site: str
    municipality: str


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """POST /api/slip/preview."""

    ticket: Id
    generation: Generation
    content: SlipContent


class Ok(msgspec.Struct, frozen=True):
    """Done."""

    ok: bool = True


class Api:
    """The handlers; what they stand on is the floor's."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self._hub = floor.parts.hub
        self._registry = floor.parts.registry
        self._sessions = floor.parts.sessions
        self._codes = Ledger(CODES)
        self._previews: dict[StaffId, Bucket] = {}

    def routes(self) -> list[web.RouteDef]:
        """Return every route of the API."""
        return [
            web.post("/api/sign-in", self.sign_in, name="sign_in"),
            web.post("/api/sign-out", self.sign_out, name="sign_out"),
            web.get("/api/me", self.me, name="me"),
            web.get("/api/sites", self.sites, name="sites"),
            web.post("/api/enrolments", self.new_enrolment, name="enrolments"),
            web.get("/api/authority", self.authority, name="authority"),
            web.post("/api/enrol", self.enrol, name="enrol"),
            web.post("/api/kiosks/{kiosk}/revoke", self.revoke, name="revoke"),
            web.get("/api/orders/{order}/logs", self.logs, name="logs"),
            web.post("/api/slip/preview", self.preview, name="preview"),
            web.get("/healthz", self.health, name="healthz"),
        ]

    # ------------------------------------------------------------ who

    async def sign_in(self, request: web.Request) -> web.Response:
        """Check account and password, end the old session, begin a new one."""
        wish = await body_of(request, SignIn)
        now = self._hub.now()
        match await self._sessions.sign_in(
            wish.account, wish.password, request.remote or "?", now.elapsed, now.wall
        ):
            case NotSignedIn(wait) if wait > 0:
                raise Problem("wait", 429, math.ceil(wait))
            case NotSignedIn():
                raise Problem("sign_in_failed", 401)
            case SignedIn(person=person, token=token):
                if (old := await self._sessions.of(request, now.wall)) is not None:
                    await self._end(old)
                if self._floor.city.staff.get(person.id) != person:
                    await self._floor.refresh()  # added by another process a moment ago
                response = reply(self._me(person))
                self._sessions.give(response, token)
                return response

    async def sign_out(self, request: web.Request) -> web.Response:
        """End the session and close what was opened with it."""
        if (session := await self._sessions.of(request, self._hub.now().wall)) is not None:
            await self._end(session)
        response = reply(Ok())
        self._sessions.take(response)
        return response

    async def me(self, request: web.Request) -> web.Response:
        """Say who is signed in."""
        return reply(self._me((await self._somebody(request)).person))

    def _me(self, person: Person) -> Me:
        return Me(
            staff=person.id,
            name=person.name,
            department=person.department,
            roles=person.roles,
            city=self._floor.city.name,
        )

    async def _end(self, session: Session) -> None:
        await self._sessions.close(session)
        self._floor.end_session(session.digest)

    async def _somebody(self, request: web.Request) -> Session:
        session = await self._sessions.of(request, self._hub.now().wall)
        if session is None:
            raise Problem("not_signed_in", 401)
        return session

    async def _field(self, request: web.Request) -> Session:
        session = await self._somebody(request)
        if FIELD.isdisjoint(session.person.roles):
            raise Problem("forbidden", 403)
        return session

    # ------------------------------------------------------------ kiosks

    async def sites(self, request: web.Request) -> web.Response:
        """List the places."""
        await self._field(request)
        sites = self._floor.city.sites
        return reply(Sites(sites=tuple(SiteRow(id=site.id, name=site.name) for site in sites)))

    async def new_enrolment(self, request: web.Request) -> web.Response:
        """Make a code with which one kiosk can be enrolled."""
        session = await self._field(request)
        wish = await body_of(request, NewEnrolment)
        site = next((site for site in self._floor.city.sites if site.id == wish.site), None)
        if site is None:
            raise Problem("unknown_site", 404)
        code = auth.new_code()
        wall = self._hub.now().wall
        expires = await self._registry.add_enrolment(auth.digest(code), site.id, wish.name, wall)
        log.info("staff %s made an enrolment code for site %s", session.person.id, site.id)
        when = datetime.fromtimestamp(expires, JAPAN).isoformat(timespec="seconds")
        return reply(Enrolment(code=code, expires=when, authority=self._floor.parts.authority != b""))

    async def authority(self, request: web.Request) -> web.Response:
        """Hand out the city's own certificate authority, to be carried to a kiosk."""
        await self._field(request)
        if not self._floor.parts.authority:
            raise web.HTTPNotFound
        headers = {"Content-Disposition": 'attachment; filename="ca.pem"'}
        return web.Response(
            body=self._floor.parts.authority, headers=headers, content_type="application/x-pem-file"
        )

    async def enrol(self, request: web.Request) -> web.Response:
        """Register a kiosk that shows a good code."""
        now, address = self._hub.now(), request.remote or "?"
        if (wait := self._codes.wait(address, now.elapsed)) > 0:
            raise Problem("wait", 429, math.ceil(wait))
        wish = await body_of(request, Enrol)
        if not auth.usable_key(wish.public_key):
            raise Problem("bad_key", 400)
        self._codes.mistake(address, now.elapsed)  # before the check: many at once are many mistakes
        code = auth.digest(auth.tidy_code(wish.code))
        try:
            device = await self._registry.enrol(
                code, KioskId(auth.new_kiosk_id()), wish.public_key, wish.machine, now.wall
            )
        except self._floor.parts.taken:
            raise Problem("already_enrolled", 409) from None
        if device is None:
            log.warning("enrolment refused from %s", address)
            raise Problem("bad_code", 403)
        self._codes.success(address)
        await self._floor.refresh()
        log.info("kiosk %s: enrolled at site %s", device.id, device.site)
        city = self._floor.city
        return reply(
            Enrolled(kiosk=device.id, city=city.name, site=site_name(city, device), municipality=city.id)
        )

    async def revoke(self, request: web.Request) -> web.Response:
        """Never let a kiosk in again, and close its connection now."""
        session = await self._field(request)
        kiosk = KioskId(request.match_info["kiosk"])
        if not await self._registry.revoke_kiosk(kiosk):
            raise Problem("unknown_kiosk", 404)
        log.warning("kiosk %s: revoked by staff %s", kiosk, session.person.id)
        await self._floor.refresh()
        return reply(Ok())

    async def logs(self, request: web.Request) -> web.Response:
        """Hand out the redacted logs a kiosk has sent."""
        await self._field(request)
        text = await self._floor.parts.bundles.text(request.match_info["order"])
        if text is None:
            raise Problem("no_logs", 404)
        headers = {"Content-Disposition": 'attachment; filename="komado-kiosk.log"'}
        return web.Response(body=text, headers=headers, content_type="text/plain", charset="utf-8")

    # ------------------------------------------------------------ papers

    async def preview(self, request: web.Request) -> web.Response:
        """Draw a slip of the clerk's own call exactly as it will print."""
        session = await self._somebody(request)
        wish = await body_of(request, Preview)
        ticket = self._own_call(session.person.id, wish)
        now = self._hub.now()
        bucket = self._previews.get(session.person.id, full(PREVIEWS, now.elapsed))
        self._previews[session.person.id], fine = draw(bucket, PREVIEWS, now.elapsed)
        if not fine:
            raise Problem("busy", 429, 1)
        content = Content(
            city=self._floor.city,
            ticket=ticket,
            slip=wish.content,
            card_read=self._floor.card_was_read(ticket.id),
            card_also=self._floor.card_also(ticket.id),
            now=now,
        )
        return web.Response(body=await self._floor.parts.desk.picture(content), content_type="image/png")

    def _own_call(self, staff: StaffId, wish: Preview) -> Ticket:
        board = self._hub.board()
        seat = board.seats.get(staff)
        ticket = None if seat is None or seat.ticket is None else board.tickets.get(seat.ticket)
        if (
            ticket is None
            or ticket.id != wish.ticket
            or not isinstance(ticket.state, Connecting | Serving | Held | Wrapup)
            or ticket.state.staff != staff
            or ticket.state.generation != wish.generation
        ):
            raise Problem("not_your_call", 409)
        return ticket

    async def health(self, request: web.Request) -> web.Response:
        """Say that we live; nothing else, because anybody may ask."""
        return reply(Ok())


async def body_of(request: web.Request, kind: type[T]) -> T:
    """Return a request's JSON. Raises Problem; the application bounds its size."""
    if request.content_type != "application/json":
        raise Problem("not_json", 415)
    try:
        return msgspec.json.decode(await request.read(), type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Problem("bad_json", 400) from None  # what was sent is repeated nowhere


def reply(body: msgspec.Struct) -> web.Response:
    """Return a JSON answer that nobody keeps."""
    return web.Response(
        body=msgspec.json.encode(body), content_type="application/json", headers={"Cache-Control": "no-store"}
    )
