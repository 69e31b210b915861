"""Reservations at work: keeps who it is sealed, hashes what must be compared, and asks the board for the place itself.

The journal knows ids, times and lanes. A name, a telephone number and the six digits are in the case store under a key
of each booking's own, and go with it. Numbers of those who are to be called back are kept the same way.
"""

import hashlib
import hmac
import logging
import re
import secrets
import unicodedata
from datetime import date
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from server.casework import Cases, drawer
from server.core import codes
from server.core.booking.book import Arrived, Booking, Ended, GivenBack, Held, Missed, Promised
from server.core.booking.commands import BookingCommand, CancelPlace, ConfirmPlace, HoldPlace, MovePlace
from server.core.booking.deciding import may_check_in, with_code
from server.core.booking.slots import Slot, days, slots
from server.core.callback import keeps, may_be_called
from server.core.checklist.receipt import DAY
from server.core.city import Lane
from server.core.commands import CallbackWanted, KioskActor, Refusal, ServerActor
from server.core.hours import local
from server.core.journal import NotStored
from server.core.matching import lane_of
from server.core.states import Held as OnHold
from server.core.states import Serving
from server.hub import Hub
from server.protocol.messages import CheckIn, KeepCallback, Reply, TakeTicket
from server.protocol.values import (
    AppointmentId,
    BookingCode,
    Key,
    KioskId,
    LaneId,
    Personal,
    RefusalCode,
    Short,
    StaffId,
    TicketId,
)

log = logging.getLogger(__name__)

DETAILS, TELEPHONE = "booking", "telephone"
DRAWS = 20
CALLED_WITHIN = 14 * DAY
"""How long a number to call is kept at most; it goes with the end of its ticket at the latest."""

State = Literal["held", "promised", "arrived", "ended", "missed", "cancelled"]


class Details(Personal, frozen=True, kw_only=True):
    """Who has a place, for what, and with which digits."""

    name: Annotated[str, Meta(max_length=80)] = ""
    telephone: Annotated[str, Meta(max_length=20)] = ""
    purpose: Key
    site: Short = ""
    note: Annotated[str, Meta(max_length=400)] = ""
    code: BookingCode = "000000"


class Entry(Personal, frozen=True, kw_only=True):
    """A booking as clerks see it; nothing of the person is left once the case is erased."""

    booking: str
    lane: str
    starts: float
    state: State
    details: Details | None = None


class Refused(Exception):
    """The board says no; nothing happened."""

    def __init__(self, code: RefusalCode) -> None:
        super().__init__(code)
        self.code: RefusalCode = code


class Bookings:
    """The reservations of one city, and the numbers of those who are called back."""

    def __init__(self, hub: Hub, cases: Cases, city_key: bytes) -> None:
        self._hub = hub
        self._cases = cases
        self._key = hmac.digest(city_key, b"komado booking 1", "sha256")

    # ------------------------------------------------------------ which places

    def lane_for(self, purpose: Key) -> Lane:
        """Return the lane that takes a wish in advance. Raises Refused."""
        for lane in self._hub.city.lanes:
            if purpose in lane.purposes and lane.reservations is not None:
                return lane
        raise Refused("unknown")

    def free(self, lane: Lane, wishes: tuple[str, ...] = ()) -> dict[date, tuple[Slot, ...]]:
        """Return each coming day of a lane with its places, full ones included."""
        now, book = self._hub.now(), self._hub.board().book
        return {day: found for day in days(lane, now) if (found := slots(lane, book, day, now, wishes))}

    # ------------------------------------------------------------ making, moving, giving back

    async def hold(
        self,
        purpose: Key,
        starts: float,
        *,
        telephone: str = "",
        wishes: tuple[str, ...] = (),
        staff: StaffId | None = None,
        booking: AppointmentId | None = None,
        kiosk: KioskId | None = None,
    ) -> AppointmentId:
        """Keep a place for some minutes and return its id: the given one, or a new one. Raises Refused."""
        lane, booking = self.lane_for(purpose), booking or AppointmentId(f"b{secrets.token_hex(8)}")
        await self._ask(
            HoldPlace(
                booking=booking,
                lane=LaneId(lane.id),
                starts=starts,
                contact=self._contact(telephone),
                wishes=wishes,
                staff=staff,
                kiosk=kiosk,
            )
        )
        return booking

    async def confirm(self, booking: AppointmentId, details: Details) -> BookingCode:
        """Promise a place that is held and return the digits to check in with. Raises Refused."""
        for _ in range(DRAWS):
            code = codes.code("booked", secrets.randbelow(codes.EACH))
            if with_code(self._hub.board().book, self._hash("code", code)) is not None:
                continue
            # The board first: of two who confirm the same place, only the one it is promised to is written down.
            try:
                await self._ask(
                    ConfirmPlace(
                        booking=booking,
                        code=self._hash("code", code),
                        contact=self._contact(details.telephone),
                    )
                )
            except Refused as refused:
                if refused.code == "different_body":
                    continue
                raise
            try:
                await self._keep(booking, msgspec.structs.replace(details, code=code))
            except NotStored:
                await self._ask(
                    CancelPlace(booking=booking)
                )  # a promise that nobody can be told about is none
                raise
            log.info("booking %s: promised", booking)
            return code
        raise Refused("not_now")

    async def move(self, booking: AppointmentId, starts: float) -> None:
        """Let somebody come at another time, with the digits they have; at once, or not at all. Raises Refused."""
        await self._ask(MovePlace(booking=booking, starts=starts))
        found = self._hub.board().book.bookings.get(booking)
        if found is not None:
            ends = found.starts + self._hub.city.retention.booking_days * DAY
            await self._cases.erase_at(_drawer(booking), ends)
        log.info("booking %s: moved", booking)

    async def cancel(self, booking: AppointmentId) -> None:
        """Give a place back; who had it is forgotten at once. Raises Refused."""
        await self._ask(CancelPlace(booking=booking))
        await self._cases.erase(_drawer(booking))

    def by_code(self, code: BookingCode) -> Booking | None:
        """Return the open booking of these digits."""
        return with_code(self._hub.board().book, self._hash("code", code))

    def former(self, code: BookingCode) -> Booking | None:
        """Return a booking these digits were good for."""
        hashed = self._hash("code", code)
        bookings = self._hub.board().book.bookings.values()
        return next((one for one in bookings if one.code == hashed), None)

    async def listed(self, day: date) -> tuple[Entry, ...]:
        """Return the bookings of one day, the earliest first; those that came to nothing are left out."""
        found = [
            one
            for one in self._hub.board().book.bookings.values()
            if local(one.starts).date() == day and not isinstance(one.phase, Held | GivenBack)
        ]
        return tuple(
            [
                Entry(
                    booking=one.id,
                    lane=one.lane,
                    starts=one.starts,
                    state=state_of(one),
                    details=await self.details(one.id),
                )
                for one in sorted(found, key=lambda one: (one.starts, one.id))
            ]
        )

    # ------------------------------------------------------------ at the kiosk

    async def check_in(self, kiosk: KioskId, command: CheckIn, found: Booking) -> Reply:
        """Take a ticket for whoever has the digits of this booking; "not_now" = not yet, or too late."""
        city, board = self._hub.city, self._hub.board()
        if not may_check_in(board.book, city, found, self._hub.now()):
            return Reply(id=command.id, refused="not_now")
        details = await self.details(found.id)
        lane = next((lane for lane in city.lanes if lane.id == found.lane), None)
        purpose = details.purpose if details is not None else lane.purposes[0] if lane is not None else "talk"
        take = TakeTicket(
            id=command.id,
            purpose=purpose,
            wants_text=command.wants_text,
            language=command.language,
            wants_sign=any(wish.startswith("sign:") for wish in found.wishes),
            appointment=found.id,
        )
        return await self._hub.submit(KioskActor(kiosk), take)

    async def keep_number(self, kiosk: KioskId, command: KeepCallback) -> Reply:
        """Seal the number of somebody who goes home, then let their ticket wait without them."""
        ticket = TicketId(command.ticket)
        found = self._hub.board().tickets.get(ticket)
        if found is None or found.kiosk != kiosk:
            return Reply(id=command.id, refused="stale")
        kept = keeps(found, lane_of(self._hub.city, found.lane), self._hub.now().elapsed)
        if isinstance(kept, Refusal):
            return Reply(id=command.id, refused=kept.code)
        if not kept:
            return Reply(id=command.id)  # said before: the number that is sealed stays
        place = drawer(ticket, TELEPHONE)
        await self._cases.put(place, TELEPHONE, command.number.encode())
        await self._cases.erase_at(place, self._hub.now().wall + CALLED_WITHIN)
        reply = await self._hub.submit(ServerActor(), CallbackWanted(kiosk, ticket))
        if reply.refused is not None:
            await self._cases.erase(place)
        return Reply(id=command.id, refused=reply.refused, retry_after=reply.retry_after)

    async def number(self, ticket: TicketId, staff: StaffId) -> str | None:
        """Return the number to call, for the one clerk who has this ticket now and while they have it."""
        found = self._hub.board().tickets.get(ticket)
        if found is None or found.callback is None or not isinstance(found.state, Serving | OnHold):
            return None
        if found.state.staff != staff:
            return None
        kept = await self._cases.get(drawer(ticket, TELEPHONE), TELEPHONE)
        return None if kept is None else kept.decode()

    async def forget_numbers(self) -> None:
        """Erase the number of everybody who will not be called any more."""
        board = self._hub.board()
        for id in await self._cases.holding(TELEPHONE):
            ticket = board.tickets.get(TicketId(id.removesuffix(f".{TELEPHONE}")))
            if ticket is None or not may_be_called(ticket):
                await self._cases.erase(id)

    # ------------------------------------------------------------ inside

    async def _ask(self, command: BookingCommand) -> None:
        reply = await self._hub.submit(ServerActor(), command)
        if reply.refused is not None:
            raise Refused(reply.refused)

    async def _keep(self, booking: AppointmentId, details: Details) -> None:
        found = self._hub.board().book.bookings.get(booking)
        if found is None:
            raise Refused("unknown")
        await self._cases.put(_drawer(booking), DETAILS, msgspec.json.encode(details))
        ends = found.starts + self._hub.city.retention.booking_days * DAY
        await self._cases.erase_at(_drawer(booking), ends)

    async def details(self, booking: AppointmentId) -> Details | None:
        """Return who has a booking; None once that is erased."""
        kept = await self._cases.get(_drawer(booking), DETAILS)
        return None if kept is None else msgspec.json.decode(kept, type=Details)

    def _contact(self, telephone: str) -> str:
        return self._hash("contact", digits(telephone)) if telephone else ""

    def _hash(self, kind: str, text: str) -> str:
        """Return what two equal texts have in common and nobody without the key can compute."""
        return hmac.new(self._key, f"{kind}\n{text}".encode(), hashlib.sha256).hexdigest()[:32]


def wishes_of(language: Key, sign: bool = False) -> tuple[str, ...]:
    """Return the skills somebody with these wishes should meet."""
    spoken = () if language in ("ja", "easy") else (f"language:{language}",)
    return (*spoken, "sign:jsl") if sign else spoken


def digits(telephone: str) -> str:
    """Return a telephone number as its digits, however it was written."""
    return re.sub(r"[^0-9+]", "", unicodedata.normalize("NFKC", telephone))


def state_of(booking: Booking) -> State:
    """Return what clerks read of a booking."""
    match booking.phase:
        case Held():
            return "held"
        case Promised():
            return "promised"
        case Arrived():
            return "arrived"
        case Ended():
            return "ended"
        case Missed():
            return "missed"
        case GivenBack():
            return "cancelled"


def _drawer(booking: AppointmentId) -> TicketId:
    return TicketId(f"booking.{booking}")
