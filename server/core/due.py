"""What time alone brings, and when it is worth looking again."""

from server.core import (
    closing,
    duty,
    matching,
    moving,
    parties,
    ringing,
)
from server.core import events as e
from server.core import ticket as machine
from server.core.board import Board, Seat
from server.core.booking import deciding as booking
from server.core.booking import noting
from server.core.city import City, Lane
from server.core.evolve import evolve
from server.core.journal import Now
from server.core.matching import lane_of
from server.core.states import (
    Connecting,
    Held,
    Serving,
    party_of,
    rings_at,
    staff_of,
)


def next_deadline(board: Board, city: City, now: Now) -> float | None:
    """Return the elapsed time from which a `Tick` changes something; None while nothing can."""
    city = duty.today(board, city, now)
    times = [at for ticket in board.tickets.values() if (at := machine.deadline(ticket)) is not None]
    times += [at for seat in board.seats.values() if (at := _leaves_at(board, seat)) is not None]
    times += [one.lapses if one.near else one.near_at for one in board.appointments if not one.lapsed]
    others = (
        booking.next_deadline(board.book, city),
        noting.next_noted(board),
        matching.next_offer(board, city),
        ringing.next_bell(board, city, now.elapsed),
        closing.look_again(board, city, now),
        duty.ends_at(board, now),
        moving.ends_at(board, city, now),
    )
    return min((*times, *(at for at in others if at is not None)), default=None)


def tick(board: Board, city: City, time: Now) -> tuple[e.Event, ...]:
    """Return all that is due. One thing may make the next one due, so this goes on until nothing is."""
    now = time.elapsed
    out: list[e.Event] = []
    moved = True
    while moved:
        moved = False
        for due in (*_due_appointments(board, now), *_gone(board, now)):
            board = evolve(board, due)
            out.append(due)
        for id in tuple(board.tickets):
            lane = lane_of(city, board.tickets[id].lane)
            for event in machine.time_passes(board.tickets[id], lane, now):
                moved = True
                follows = _follows(board, city, event, now)
                for one in (event, *follows):
                    board = evolve(board, one)
                    out.append(one)
                paused = _missed_too_often(board, event, lane, now)
                if paused is not None:
                    board = evolve(board, paused)
                    out.append(paused)
    return (*out, *closing.postponed(board, city, time))


def _follows(board: Board, city: City, event: e.TicketEvent, now: float) -> tuple[e.Event, ...]:
    """Return who is asked next when somebody of a lane did not answer an invitation."""
    ticket = board.tickets[event.ticket]
    if not isinstance(event, e.PartyLeft) or not isinstance(ticket.state, Connecting | Serving | Held):
        return ()
    party = party_of(ticket, event.staff)
    return () if party is None else parties.leaves(board, city, ticket, party, event.why, now)[1:]


def _gone(board: Board, now: float) -> list[e.Event]:
    """Return whose grace is over: away, and in nobody's call any more."""
    out: list[e.Event] = []
    for seat in board.seats.values():
        at = _leaves_at(board, seat)
        if at is None or now < at:
            continue
        if seat.ticket is not None:
            out.append(e.PartyLeft(ticket=seat.ticket, staff=seat.id, why="lost", at=now))
        out.append(e.StaffLeft(staff=seat.id, at=now))
    return out


def _due_appointments(board: Board, now: float) -> list[e.Event]:
    out: list[e.Event] = []
    for one in board.appointments:
        if one.lapsed:
            continue
        if now >= one.lapses:
            out.append(e.AppointmentLapsed(appointment=one.id, at=now))
        elif now >= one.near_at and not one.near:
            out.append(e.AppointmentNear(appointment=one.id, at=now))
    return out


def _missed_too_often(board: Board, event: e.Event, lane: Lane, now: float) -> e.StaffPaused | None:
    if not isinstance(event, e.TicketReturned | e.PartyLeft | e.OfferLapsed) or event.why != "no_answer":
        return None
    if board.seats[event.staff].missed < lane.misses_until_paused:
        return None
    return e.StaffPaused(staff=event.staff, reason="missed", at=now)


def _leaves_at(board: Board, seat: Seat) -> float | None:
    # Whoever leads a call is judged by the ticket's own rules first.
    if seat.ticket is None:
        return seat.lost_until
    state = board.tickets[seat.ticket].state
    rung = any(ring.staff == seat.id for ring in rings_at(state))
    return None if rung or staff_of(state) == seat.id else seat.lost_until
