"""How promised places reach the order of a lane: as the appointments its clerks are kept for."""

from server.core import events as e
from server.core.board import Board
from server.core.booking.book import Arrived, Booking, Promised, due
from server.core.booking.deciding import rules_of
from server.core.city import City
from server.core.matching import lane_of
from server.protocol.values import AppointmentId

AHEAD = 24 * 3600.0
"""Seconds: a board knows the appointments of a day, not of the next weeks."""

AGREE = 0.01
"""Seconds of rounding."""


def noted(board: Board, city: City, now: float) -> e.AppointmentsNoted | None:
    """Return the appointments the board should know and does not; None when it does."""
    book = board.book
    if not book.bookings:
        return None
    known = {one.id: one for one in board.appointments}
    wanted = tuple(
        _appointment(board, city, one, known.get(one.id), now)
        for one in book.bookings.values()
        if isinstance(one.phase, Promised | Arrived) and due(book, one) - AHEAD <= now
    )
    others = tuple(one for one in board.appointments if one.id not in book.bookings)
    if _same((*others, *wanted), board.appointments):
        return None
    return e.AppointmentsNoted(appointments=(*others, *wanted), at=now)


def next_noted(board: Board) -> float | None:
    """Return when the board should learn of another booking."""
    known = {one.id for one in board.appointments}
    return min(
        (
            due(board.book, one) - AHEAD
            for one in board.book.bookings.values()
            if isinstance(one.phase, Promised) and one.id not in known
        ),
        default=None,
    )


def early(board: Board, city: City, booking: AppointmentId, now: float) -> bool:
    """Say whether it is too early to check in for a booking."""
    found = board.book.bookings.get(booking)
    if found is None:
        return False
    return now < due(board.book, found) - 60.0 * rules_of(city, found).early_minutes


def _appointment(
    board: Board, city: City, booking: Booking, known: e.Appointment | None, now: float
) -> e.Appointment:
    begins = round(due(board.book, booking), 3)
    if known is not None and abs(known.due - begins) <= AGREE:
        return known
    lane = lane_of(city, booking.lane)
    near_at = begins + lane.appointment_window - 60.0 * lane.minutes_per_visit
    lapses = begins + lane.appointment_window
    return e.Appointment(
        id=booking.id,
        lane=booking.lane,
        due=begins,
        near_at=near_at,
        lapses=lapses,
        near=near_at <= now < lapses,
        lapsed=now >= lapses,
        ticket=booking.phase.ticket if isinstance(booking.phase, Arrived) else None,
    )


def _same(wanted: tuple[e.Appointment, ...], known: tuple[e.Appointment, ...]) -> bool:
    return {one.id: one.due for one in wanted} == {one.id: one.due for one in known}
