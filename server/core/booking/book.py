"""The book of a city: every place that is held or promised, and how each event changes it."""

import msgspec
from msgspec.structs import replace

from server.core.booking import events as e
from server.core.fact import snake
from server.protocol.values import AppointmentId, Key, KioskId, LaneId, StaffId, TicketId

KEPT_FOR = 2 * 86_400.0
"""Seconds a booking stays in the book after its time: today's list, and the reasons for late questions."""


class Phase(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag=snake):
    """Base of what a booking can be."""


class Held(Phase, frozen=True, kw_only=True):
    """Somebody is making up their mind."""

    until: float


class Promised(Phase, frozen=True, kw_only=True):
    """Confirmed."""


class Arrived(Phase, frozen=True, kw_only=True):
    """Whoever has it has checked in."""

    ticket: TicketId


class Ended(Phase, frozen=True, kw_only=True):
    """They came, and their visit is over."""

    ticket: TicketId


class Missed(Phase, frozen=True, kw_only=True):
    """Nobody came."""


class GivenBack(Phase, frozen=True, kw_only=True):
    """Cancelled, or never confirmed."""

    why: Key


AnyPhase = Held | Promised | Arrived | Ended | Missed | GivenBack


class Booking(msgspec.Struct, frozen=True, kw_only=True):
    """One place in a lane at one time."""

    id: AppointmentId
    lane: LaneId
    starts: float  # wall time
    phase: AnyPhase
    contact: str = ""
    code: str = ""
    wishes: tuple[str, ...] = ()
    staff: StaffId | None = None  # who made it, if not the resident
    kiosk: KioskId | None = None  # where they made it, if not elsewhere


class Cooling(msgspec.Struct, frozen=True, kw_only=True):
    """A place that was given back and is not shown yet."""

    lane: LaneId
    starts: float
    wishes: tuple[str, ...]
    until: float


class Book(msgspec.Struct, frozen=True, kw_only=True):
    """All bookings, the newest last; `offset` is elapsed time minus wall time."""

    bookings: dict[AppointmentId, Booking] = {}
    cooling: tuple[Cooling, ...] = ()
    offset: float = 0.0


def due(book: Book, booking: Booking) -> float:
    """Return when a booking's time begins, in the time that drives decisions."""
    return booking.starts + book.offset


def evolve(book: Book, event: e.BookingEvent) -> Book:
    """Return what the book becomes. Events are facts: this never refuses."""
    match event:
        case e.PlaceHeld():
            new = Booking(
                id=event.booking,
                lane=event.lane,
                starts=event.starts,
                phase=Held(until=event.until),
                contact=event.contact,
                wishes=event.wishes,
                staff=event.staff,
                kiosk=event.kiosk,
            )
            return replace(
                book,
                bookings={**_recent(book, event.at), new.id: new},
                cooling=tuple(one for one in book.cooling if one.until > event.at),
            )
        case e.PlacePromised():
            before = book.bookings[event.booking]
            contact = event.contact or before.contact
            return _set(book, replace(before, phase=Promised(), code=event.code, contact=contact))
        case e.PlaceMoved():
            before = book.bookings[event.booking]
            return _set(_cool(book, before, event.free_at), replace(before, starts=event.starts))
        case e.PlaceGivenBack():
            before = book.bookings[event.booking]
            book = _cool(book, before, event.free_at)
            return _set(book, replace(before, phase=GivenBack(why=event.why)))
        case e.BookingMissed():
            return _set(book, replace(book.bookings[event.booking], phase=Missed()))
        case e.BookingEnded():
            before = book.bookings[event.booking]
            if not isinstance(before.phase, Arrived):
                raise AssertionError(f"{before.id} has not arrived")
            return _set(book, replace(before, phase=Ended(ticket=before.phase.ticket)))
        case e.ClocksCompared():
            return replace(book, offset=event.offset)


def arrived(book: Book, booking: AppointmentId, ticket: TicketId) -> Book:
    """Return the book after whoever has a booking took a ticket; an appointment of elsewhere changes nothing."""
    found = book.bookings.get(booking)
    return book if found is None else _set(book, replace(found, phase=Arrived(ticket=ticket)))


def _set(book: Book, booking: Booking) -> Book:
    return replace(book, bookings={**book.bookings, booking.id: booking})


def _cool(book: Book, booking: Booking, until: float) -> Book:
    one = Cooling(lane=booking.lane, starts=booking.starts, wishes=booking.wishes, until=until)
    return replace(book, cooling=(*book.cooling, one))


def _recent(book: Book, at: float) -> dict[AppointmentId, Booking]:
    return {
        id: one
        for id, one in book.bookings.items()
        if due(book, one) + KEPT_FOR > at or isinstance(one.phase, Held | Arrived)
    }
