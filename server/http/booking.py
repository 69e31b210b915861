"""The JSON API of reservations: for clerks on the telephone, and for everybody at `/open/booking/` (the city's own page).

Everything personal goes in bodies, never in an address. The public half shows how many places are free and nothing of
anybody, and costs whoever asks too often a wait.
"""

from datetime import date, datetime, timedelta
from typing import Annotated

import msgspec
from aiohttp import web
from msgspec import Meta

from server.booking import Details, Entry, Refused, digits, state_of, wishes_of
from server.core.booking.book import Held, Promised
from server.core.booking.slots import Slot
from server.core.hours import iso, local
from server.http.api import body_of, reply
from server.http.auth import Session
from server.http.floor import Floor
from server.http.problems import Problem
from server.http.staff import CONSOLE
from server.http.throttle import CODES, Bucket, Ledger, Rate, draw, full
from server.protocol.values import AppointmentId, BookingCode, Id, Key, Personal, Short, TicketId

KNOCKS = Rate(per_second=30 / 60, burst=20)
"""Requests of one address to the public half."""
ADDRESSES = 5_000

Moment = Annotated[str, Meta(max_length=40)]
Telephone = Annotated[str, Meta(min_length=10, max_length=20, pattern=r"^[0-9０-９+＋()（）‐‑–—―−ー－ \-]+$")]


class AskFree(msgspec.Struct, frozen=True, kw_only=True):
    """POST /api/booking/free."""

    purpose: Key
    language: Key = "ja"
    sign: bool = False


class Hold(Personal, frozen=True, kw_only=True):
    """POST /api/booking/hold and /open/booking/hold; `telephone` limits how many places one person keeps."""

    purpose: Key
    starts: Moment
    telephone: Telephone
    language: Key = "ja"
    sign: bool = False


class Confirm(Personal, frozen=True, kw_only=True):
    """POST /api/booking/confirm and /open/booking/confirm."""

    booking: Id
    purpose: Key
    name: Annotated[str, Meta(min_length=1, max_length=80)]
    telephone: Telephone
    site: Short = ""
    note: Annotated[str, Meta(max_length=400)] = ""


class Which(msgspec.Struct, frozen=True, kw_only=True):
    """POST /api/booking/cancel."""

    booking: Id


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """POST /api/booking/move: the same reservation at another time."""

    booking: Id
    starts: Moment


class AskDay(msgspec.Struct, frozen=True, kw_only=True):
    """POST /api/booking/day."""

    day: Annotated[str, Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]


class CancelByCode(Personal, frozen=True, kw_only=True):
    """POST /open/booking/cancel: the digits and the number they were given for."""

    code: BookingCode
    telephone: Telephone


class MoveByCode(CancelByCode, frozen=True, kw_only=True):
    """POST /open/booking/move."""

    starts: Moment


class OfTicket(msgspec.Struct, frozen=True, kw_only=True):
    """POST /api/callback/number."""

    ticket: Id


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """One time."""

    starts: str
    free: int


class DayOfPlaces(msgspec.Struct, frozen=True, kw_only=True):
    """One day and its times."""

    day: str
    places: tuple[Place, ...]


class Free(msgspec.Struct, frozen=True, kw_only=True):
    """What can be had."""

    days: tuple[DayOfPlaces, ...]
    purposes: tuple[Key, ...] = ()
    labels: dict[str, str] = {}


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """A place that is held."""

    booking: str
    seconds: float


class Made(Personal, frozen=True, kw_only=True):
    """A place that is promised."""

    booking: str
    starts: str
    code: BookingCode


class Row(Personal, frozen=True, kw_only=True):
    """One booking of a day."""

    booking: str
    starts: str
    state: str
    purpose: Key = ""
    name: str = ""
    telephone: str = ""
    site: str = ""
    note: str = ""
    code: str = ""


class Rows(Personal, frozen=True, kw_only=True):
    """The bookings of a day."""

    rows: tuple[Row, ...]


class Number(Personal, frozen=True, kw_only=True):
    """Whom to call."""

    number: str


class BookingApi:
    """The handlers; what they stand on is the floor's."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self._work = floor.parts.bookings
        self._knocks: dict[str, Bucket] = {}
        self._guesses = Ledger(CODES)

    def routes(self) -> list[web.RouteDef]:
        """Return every route of reservations."""
        handlers = {
            "/api/booking/free": self.free,
            "/api/booking/hold": self.hold,
            "/api/booking/confirm": self.confirm,
            "/api/booking/cancel": self.cancel,
            "/api/booking/move": self.move,
            "/api/booking/day": self.day,
            "/api/callback/number": self.number,
            "/open/booking/hold": self.hold_openly,
            "/open/booking/confirm": self.confirm_openly,
            "/open/booking/cancel": self.cancel_openly,
            "/open/booking/move": self.move_openly,
        }
        posts = [
            web.post(path, handler, name=f"booking-{handler.__name__}") for path, handler in handlers.items()
        ]
        return [*posts, web.get("/open/booking/free.json", self.free_openly, name="booking-open")]

    # ------------------------------------------------------------ clerks

    async def free(self, request: web.Request) -> web.Response:
        """Return the coming places of a wish."""
        await self._clerk(request)
        wish = await body_of(request, AskFree)
        return self._shown(wish.purpose, wishes_of(wish.language, wish.sign))

    async def hold(self, request: web.Request) -> web.Response:
        """Keep a place while the clerk and the caller talk."""
        session = await self._clerk(request)
        return await self._held(await body_of(request, Hold), session)

    async def confirm(self, request: web.Request) -> web.Response:
        """Promise it."""
        await self._clerk(request)
        return await self._made(await body_of(request, Confirm))

    async def cancel(self, request: web.Request) -> web.Response:
        """Give it back."""
        await self._clerk(request)
        await self._cancel(AppointmentId((await body_of(request, Which)).booking))
        return web.Response(status=204)

    async def move(self, request: web.Request) -> web.Response:
        """Let the caller come at another time, with the digits they have."""
        await self._clerk(request)
        wish = await body_of(request, Move)
        await self._move(AppointmentId(wish.booking), wish.starts)
        return web.Response(status=204)

    async def day(self, request: web.Request) -> web.Response:
        """Return the bookings of one day."""
        await self._clerk(request)
        try:
            day = date.fromisoformat((await body_of(request, AskDay)).day)
        except ValueError:
            raise Problem("bad_json", 400) from None
        return reply(Rows(rows=tuple(row(one) for one in await self._work.listed(day))))

    async def number(self, request: web.Request) -> web.Response:
        """Return whom the clerk of this ticket is to call."""
        session = await self._clerk(request)
        ticket = TicketId((await body_of(request, OfTicket)).ticket)
        found = await self._work.number(ticket, session.person.id)
        if found is None:
            raise Problem("no_booking", 404)
        return reply(Number(number=found))

    # ------------------------------------------------------------ everybody

    async def free_openly(self, request: web.Request) -> web.Response:
        """Return how many places are free, of nobody."""
        self._knock(request)
        return self._shown(
            request.query.get("purpose", "talk"), wishes_of(request.query.get("language", "ja"))
        )

    async def hold_openly(self, request: web.Request) -> web.Response:
        """Keep a place for some minutes."""
        self._knock(request)
        return await self._held(await body_of(request, Hold), None)

    async def confirm_openly(self, request: web.Request) -> web.Response:
        """Promise it."""
        self._knock(request)
        return await self._made(await body_of(request, Confirm))

    async def cancel_openly(self, request: web.Request) -> web.Response:
        """Give a place back with its digits and its telephone number."""
        await self._cancel(await self._theirs(request, await body_of(request, CancelByCode)))
        return web.Response(status=204)

    async def move_openly(self, request: web.Request) -> web.Response:
        """Come at another time instead: the place changes at once, or nothing does."""
        wish = await body_of(request, MoveByCode)
        await self._move(await self._theirs(request, wish), wish.starts)
        return web.Response(status=204)

    # ------------------------------------------------------------ inside

    async def _theirs(self, request: web.Request, wish: CancelByCode) -> AppointmentId:
        """Return the reservation of these digits and this number; wrong ones make the next try wait."""
        self._knock(request)
        now = self._floor.parts.hub.now()
        if self._guesses.wait(address(request), now.elapsed) > 0:
            raise Problem("busy", 429, 2)
        found = self._work.by_code(wish.code)
        entries = () if found is None else await self._work.listed(local(found.starts).date())
        mine = next((one for one in entries if found is not None and one.booking == found.id), None)
        told = "" if mine is None or mine.details is None else digits(mine.details.telephone)
        if found is None or told != digits(wish.telephone) or state_of(found) != "promised":
            self._guesses.mistake(address(request), now.elapsed)
            raise Problem("no_booking", 404)
        self._guesses.success(address(request))
        return found.id

    def _shown(self, purpose: Key, wished: tuple[str, ...]) -> web.Response:
        try:
            lane = self._work.lane_for(purpose)
        except Refused as refused:
            raise problem(refused) from None
        days = tuple(
            DayOfPlaces(day=day.isoformat(), places=tuple(place(one) for one in found))
            for day, found in self._work.free(lane, wished).items()
        )
        return reply(Free(days=days, purposes=self._purposes(), labels=self._labels()))

    def _purposes(self) -> tuple[Key, ...]:
        lanes = [lane for lane in self._floor.city.lanes if lane.reservations is not None]
        return tuple(purpose for lane in lanes for purpose in lane.purposes)

    def _labels(self) -> dict[str, str]:
        known = self._purposes()
        return {one.id: one.staff_label for one in self._floor.city.purposes if one.id in known}

    async def _held(self, wish: Hold, session: Session | None) -> web.Response:
        try:
            booking = await self._work.hold(
                wish.purpose,
                moment(wish.starts),
                telephone=wish.telephone,
                wishes=wishes_of(wish.language, wish.sign),
                staff=None if session is None else session.person.id,
            )
            rules = self._work.lane_for(wish.purpose).reservations
        except Refused as refused:
            raise problem(refused) from None
        return reply(Kept(booking=booking, seconds=0.0 if rules is None else rules.hold_seconds))

    async def _made(self, wish: Confirm) -> web.Response:
        booking = AppointmentId(wish.booking)
        found = self._floor.parts.hub.board().book.bookings.get(booking)
        if found is None or not isinstance(found.phase, Held | Promised):
            raise Problem("no_booking", 404)
        if isinstance(found.phase, Promised):
            raise Problem("place_stale", 409)  # whoever confirmed it has its digits
        details = Details(
            name=wish.name, telephone=wish.telephone, purpose=wish.purpose, site=wish.site, note=wish.note
        )
        try:
            code = await self._work.confirm(booking, details)
        except Refused as refused:
            raise problem(refused) from None
        return reply(Made(booking=booking, starts=iso(found.starts), code=code))

    async def _cancel(self, booking: AppointmentId) -> None:
        try:
            await self._work.cancel(booking)
        except Refused as refused:
            raise problem(refused) from None

    async def _move(self, booking: AppointmentId, starts: str) -> None:
        try:
            await self._work.move(booking, moment(starts))
        except Refused as refused:
            raise problem(refused) from None

    async def _clerk(self, request: web.Request) -> Session:
        session = await self._floor.parts.sessions.of(request, self._floor.parts.hub.now().wall)
        if session is None:
            raise Problem("not_signed_in", 401)
        if CONSOLE.isdisjoint(session.person.roles):
            raise Problem("forbidden", 403)
        return session

    def _knock(self, request: web.Request) -> None:
        now, who = self._floor.parts.hub.now().elapsed, address(request)
        bucket, fine = draw(self._knocks.pop(who, full(KNOCKS, now)), KNOCKS, now)
        while len(self._knocks) >= ADDRESSES:
            del self._knocks[next(iter(self._knocks))]
        self._knocks[who] = bucket
        if not fine:
            raise Problem("busy", 429, 2)


def address(request: web.Request) -> str:
    """Return whom a limit counts for."""
    return request.remote or ""


def moment(text: str) -> float:
    """Return a wall time. Raises Problem for what is none."""
    try:
        found = datetime.fromisoformat(text)
        if found.utcoffset() not in (timedelta(hours=9), timedelta(0)):
            raise ValueError
    except ValueError:
        raise Problem("bad_json", 400) from None
    return found.timestamp()


def problem(refused: Refused) -> Problem:
    """Return how a refusal of the board is answered."""
    match refused.code:
        case "unknown":
            return Problem("no_place", 404)
        case "taken":
            return Problem("place_taken", 409)
        case "too_many":
            return Problem("places_enough", 409)
        case "stale" | "not_now":
            return Problem("place_stale", 409)
        case "store":
            return Problem("store", 503, 1)
        case "not_yours" | "closed" | "too_few" | "invalid" | "different_body" | "maybe_out":
            return Problem("no_place", 409)


def place(slot: Slot) -> Place:
    """Return a place as it travels."""
    return Place(starts=iso(slot.starts), free=slot.free)


def row(entry: Entry) -> Row:
    """Return a booking as it travels."""
    shown = Row(booking=entry.booking, starts=iso(entry.starts), state=entry.state)
    if (who := entry.details) is None:
        return shown
    return msgspec.structs.replace(
        shown,
        purpose=who.purpose,
        name=who.name,
        telephone=who.telephone,
        site=who.site,
        note=who.note,
        code=who.code,
    )
