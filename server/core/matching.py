"""Who answers whom: the first in the lane rings at the clerk who has been idle longest."""

from server.core import events as e
from server.core import ticket as machine
from server.core.board import Board, Seat
from server.core.city import City, Lane, Person
from server.core.states import Ticket, Waiting
from server.protocol.values import LaneId, StaffId

ANSWERING = ("clerk", "supervisor")
"""Roles that may answer residents."""


def lane_of(city: City, lane: LaneId) -> Lane:
    """Return a lane; one that left the configuration is served by everybody until its tickets are done."""
    return next((known for known in city.lanes if known.id == lane), Lane(id=lane, purposes=()))


def may_answer(person: Person | None, lane: Lane) -> bool:
    """Say whether this person serves this lane; the city's records decide, nobody's message."""
    return (
        person is not None
        and person.enabled
        and any(role in ANSWERING for role in person.roles)
        and (not lane.departments or person.department in lane.departments)
    )


def is_free(seat: Seat) -> bool:
    """Say whether an offer may ring here."""
    return seat.connected and seat.chosen == "ready" and seat.ticket is None


def present(board: Board, city: City, lane: Lane) -> list[Seat]:
    """Return the clerks of a lane residents may count on."""
    return [
        seat for seat in board.seats.values() if seat.present and may_answer(city.staff.get(seat.id), lane)
    ]


def offers(board: Board, city: City, now: float) -> tuple[e.Event, ...]:
    """Return the offers that are due: each ticket at most one, each clerk at most one, oldest ticket first."""
    free = {seat.id: seat for seat in board.seats.values() if is_free(seat)}
    if not free:
        return ()
    out: list[e.Event] = []
    for ticket in board.tickets.values():
        if not free:
            break
        if not isinstance(ticket.state, Waiting) or ticket.state.kiosk_lost is not None:
            continue
        staff = _choose(board, city, ticket, free, now)
        if staff is None:
            continue
        del free[staff]
        out += machine.happens(ticket, machine.Offer(staff), lane_of(city, ticket.lane), now)
    return tuple(out)


def next_offer(board: Board, city: City) -> float | None:
    """Return when a ticket that everybody free let pass may ring there again."""
    free = [seat for seat in board.seats.values() if is_free(seat)]
    if not free:
        return None
    times = [
        at + machine.REST
        for ticket in board.tickets.values()
        if ticket.passed and isinstance(ticket.state, Waiting) and ticket.state.kiosk_lost is None
        for staff, at in ticket.passed
        if any(seat.id == staff for seat in free)
        and may_answer(city.staff.get(staff), lane_of(city, ticket.lane))
    ]
    return min(times, default=None)


def _choose(
    board: Board, city: City, ticket: Ticket, free: dict[StaffId, Seat], now: float
) -> StaffId | None:
    lane = lane_of(city, ticket.lane)
    able = [seat for seat in free.values() if may_answer(city.staff.get(seat.id), lane)]
    if ticket.passed:
        passed = dict(ticket.passed)
        on_duty = {
            seat.id
            for seat in present(board, city, lane)
            if seat.connected and seat.chosen == "ready"
        }  # fmt: skip
        able = [seat for seat in able if _may_ring_again(seat.id, passed, on_duty, now)]
        # Whoever has not been asked yet comes before whoever let it pass, and of those the earliest.
        order = {seat.id: passed.get(seat.id, float("-inf")) for seat in able}
    else:
        order = dict.fromkeys((seat.id for seat in able), 0.0)
    best = min(able, key=lambda seat: (order[seat.id], seat.idle_since, seat.id), default=None)
    return None if best is None else best.id


def _may_ring_again(staff: StaffId, passed: dict[StaffId, float], on_duty: set[StaffId], now: float) -> bool:
    """A ticket let pass rings elsewhere first; with nobody else it rests a while, so a refusal is no endless bell."""
    if staff not in passed or now >= passed[staff] + machine.REST:
        return True
    others = on_duty - {staff}
    return bool(others) and others <= passed.keys()
