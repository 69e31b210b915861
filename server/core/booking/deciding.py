"""What may happen to a place, and what time brings by itself.

Rule 1: whether a place is free is asked here and nowhere else, on the board that is being decided on: of any number of
people who want the last one, one gets it. Rule 2: nothing here knows who somebody is.
"""

from msgspec.structs import replace

from server.core.booking import events as e
from server.core.booking.book import Arrived, Book, Booking, Ended, GivenBack, Held, Missed, Promised, due
from server.core.booking.commands import (
    BookingCommand,
    CancelPlace,
    ConfirmPlace,
    HoldPlace,
    MovePlace,
)
from server.core.booking.rules import Reservations
from server.core.booking.slots import slot_at
from server.core.city import City, Lane
from server.core.commands import Refusal
from server.core.journal import Now
from server.protocol.values import KioskId

CLOCKS_DIFFER = 2.0
"""Seconds by which the clock on the wall may wander before bookings follow it."""

LANE_GONE = Reservations(seats={})
"""The rules of a lane that gives no places any more: what it promised before stays promised."""

Decision = tuple[e.BookingEvent, ...] | Refusal


def asks(book: Book, city: City, command: BookingCommand, now: Now) -> Decision:
    """Return what a wish does to the book, or why nothing may; the same wish again changes nothing."""
    found = book.bookings.get(command.booking)
    match command:
        case HoldPlace():
            return _hold(book, city, found, command, now)
        case ConfirmPlace():
            return _confirm(book, city, found, command, now)
        case MovePlace():
            return _move(book, city, found, command, now)
        case CancelPlace():
            return _cancel(book, city, found, now)


def _hold(book: Book, city: City, found: Booking | None, command: HoldPlace, now: Now) -> Decision:
    if found is not None:
        same = (found.lane, found.starts) == (command.lane, command.starts)
        return () if same and isinstance(found.phase, Held) else Refusal("not_now")
    lane = _lane(city, command.lane)
    if lane is None or lane.reservations is None:
        return Refusal("unknown")
    if command.contact and open_of(book, command.contact, now) >= lane.reservations.open_per_contact:
        return Refusal("too_many")
    if not command.contact and command.kiosk and _full(book, lane.reservations, command.kiosk, now):
        return Refusal("too_many")
    if (no := _no_place(book, lane, command.starts, command.wishes, now)) is not None:
        return no
    return (
        e.PlaceHeld(
            booking=command.booking,
            lane=lane.id,
            starts=command.starts,
            until=now.elapsed + lane.reservations.hold_seconds,
            contact=command.contact,
            wishes=command.wishes,
            staff=command.staff,
            kiosk=command.kiosk,
            at=now.elapsed,
        ),
    )


def _confirm(book: Book, city: City, found: Booking | None, command: ConfirmPlace, now: Now) -> Decision:
    if found is None:
        return Refusal("unknown")
    match found.phase:
        case Held(until=until):
            if now.elapsed >= until:
                return Refusal("stale")
            if with_code(book, command.code) is not None:
                return Refusal("different_body")  # these six digits are somebody's: draw others
            said = command.contact if not found.contact else ""
            if said and open_of(book, said, now) >= rules_of(city, found).open_per_contact:
                return Refusal("too_many")
            return (e.PlacePromised(booking=found.id, code=command.code, contact=said, at=now.elapsed),)
        case Promised():
            return () if found.code == command.code else Refusal("not_now")
        case Arrived() | Ended() | Missed() | GivenBack():
            return Refusal("stale")


def _move(book: Book, city: City, found: Booking | None, command: MovePlace, now: Now) -> Decision:
    if found is None:
        return Refusal("unknown")
    match found.phase:
        case Promised():
            if found.starts == command.starts:
                return ()
            lane = _lane(city, found.lane)
            if lane is None or lane.reservations is None:
                return Refusal("unknown")
            if (no := _no_place(book, lane, command.starts, found.wishes, now)) is not None:
                return no
            free_at = now.elapsed + 60.0 * lane.reservations.cool_down_minutes
            return (e.PlaceMoved(booking=found.id, starts=command.starts, free_at=free_at, at=now.elapsed),)
        case Held():
            return Refusal("not_now")  # not theirs yet: choose another one
        case Arrived() | Ended() | Missed() | GivenBack():
            return Refusal("stale")


def _cancel(book: Book, city: City, found: Booking | None, now: Now) -> Decision:
    if found is None:
        return Refusal("unknown")
    match found.phase:
        case Held():  # nobody else has been told yet that it is gone: it is there again at once
            return (e.PlaceGivenBack(booking=found.id, why="cancelled", free_at=now.elapsed, at=now.elapsed),)
        case Promised():
            free_at = now.elapsed + 60.0 * rules_of(city, found).cool_down_minutes
            return (e.PlaceGivenBack(booking=found.id, why="cancelled", free_at=free_at, at=now.elapsed),)
        case GivenBack():
            return ()
        case Arrived() | Ended() | Missed():
            return Refusal("stale")


def keeps_up(book: Book, city: City, live: frozenset[str], now: Now) -> tuple[e.BookingEvent, ...]:
    """Return what time has brought: holds that lapse, times nobody came to, visits that are over (not `live`)."""
    if not book.bookings:
        return ()
    out: list[e.BookingEvent] = []
    offset = round(now.elapsed - now.wall, 3)
    if abs(offset - book.offset) > CLOCKS_DIFFER:
        out.append(e.ClocksCompared(offset=offset, at=now.elapsed))
        book = replace(book, offset=offset)
    for one in book.bookings.values():
        match one.phase:
            case Held(until=until):
                if now.elapsed >= until:
                    out.append(
                        e.PlaceGivenBack(booking=one.id, why="lapsed", free_at=now.elapsed, at=now.elapsed)
                    )
            case Promised():
                if now.elapsed >= _missed_at(book, city, one):
                    out.append(e.BookingMissed(booking=one.id, at=now.elapsed))
            case Arrived(ticket=ticket):
                if ticket not in live:
                    out.append(e.BookingEnded(booking=one.id, at=now.elapsed))
            case Ended() | Missed() | GivenBack():
                pass
    return tuple(out)


def next_deadline(book: Book, city: City) -> float | None:
    """Return the elapsed time from which `keeps_up` or `noted` has something new."""
    times: list[float] = []
    for one in book.bookings.values():
        match one.phase:
            case Held(until=until):
                times.append(until)
            case Promised():
                times.append(_missed_at(book, city, one))
            case Arrived() | Ended() | Missed() | GivenBack():
                pass
    return min(times, default=None)


def may_check_in(book: Book, city: City, booking: Booking, now: Now) -> bool:
    """Say whether somebody with this booking is neither too early nor too late."""
    if not isinstance(booking.phase, Promised):
        return False
    begins = due(book, booking)
    early = begins - 60.0 * rules_of(city, booking).early_minutes
    return early <= now.elapsed < _missed_at(book, city, booking)


def with_code(book: Book, code: str) -> Booking | None:
    """Return the open booking that has this code."""
    return next(
        (
            one
            for one in book.bookings.values()
            if one.code == code and code and isinstance(one.phase, Promised | Arrived)
        ),
        None,
    )


def open_of(book: Book, contact: str, now: Now) -> int:
    """Return how many places one contact has before them."""
    return sum(
        one.contact == contact
        and (
            isinstance(one.phase, Promised) or (isinstance(one.phase, Held) and one.phase.until > now.elapsed)
        )
        for one in book.bookings.values()
    )


def _full(book: Book, rules: Reservations, kiosk: KioskId, now: Now) -> bool:
    """Say whether people who left no number have taken at this kiosk what they may: an idle hand empties no lane."""
    found = sum(
        one.kiosk == kiosk
        and not one.contact
        and (
            isinstance(one.phase, Promised) or (isinstance(one.phase, Held) and one.phase.until > now.elapsed)
        )
        for one in book.bookings.values()
    )
    return found >= rules.open_per_kiosk


def rules_of(city: City, booking: Booking) -> Reservations:
    """Return by which rules a booking is kept."""
    lane = _lane(city, booking.lane)
    return LANE_GONE if lane is None or lane.reservations is None else lane.reservations


def _no_place(book: Book, lane: Lane, starts: float, wishes: tuple[str, ...], now: Now) -> Refusal | None:
    slot = slot_at(lane, book, starts, now, wishes)
    if slot is None:
        return Refusal("unknown")
    return None if slot.free > 0 else Refusal("taken")


def _missed_at(book: Book, city: City, booking: Booking) -> float:
    return due(book, booking) + 60.0 * rules_of(city, booking).missed_after_minutes


def _lane(city: City, id: str) -> Lane | None:
    return next((lane for lane in city.lanes if lane.id == id), None)
