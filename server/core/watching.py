"""A supervisor comes into a call that goes on: seen and read by everybody in it, from the first moment to the last.

There is no way to be in a call without being one of its parties: the clerk and the resident both read who watches, the
journal has it, and it ends with the call or when the supervisor leaves. Whoever watches ("monitor") neither speaks nor
writes and leads nothing; whoever joins ("supervisor") is a party as any other. Papers stay the lead's to show.
"""

from collections.abc import Mapping

from server.core import events as e
from server.core import places
from server.core.board import Board, Seat
from server.core.city import City, Person
from server.core.commands import Refusal
from server.core.company import participants
from server.core.journal import Now
from server.core.parties import BESIDES
from server.core.states import Connecting, Held, Serving, Ticket, name, party_of
from server.core.ticket import next_claim
from server.protocol import messages as m
from server.protocol.values import StaffId, TicketId

CALLS_SHOWN = 60
"""Calls in one floor view: more than fit on any wall."""

_ROLES: Mapping[str, e.PartyRole] = {"watch": "monitor", "join": "supervisor"}

Decision = tuple[e.Event, ...] | Refusal


def may_enter(person: Person | None) -> bool:
    """Say whether this person may come into calls nobody asked them into."""
    return person is not None and person.enabled and "supervisor" in person.roles


def enters(board: Board, city: City, staff: StaffId, command: m.EnterCall, now: float) -> Decision:
    """Return that a supervisor is in the call, from their own console, as one who watches or one who speaks."""
    if not may_enter(city.staff.get(staff)):
        return Refusal("not_yours")
    id = TicketId(command.ticket)
    ticket = board.tickets.get(id)
    if ticket is None:
        return Refusal("stale" if id in board.ended else "unknown")
    if not isinstance(ticket.state, Serving | Held) or ticket.callback is not None or ticket.counter:
        return Refusal("not_now")  # by telephone or at a desk: there is nothing here to come into
    seat, role = board.seats.get(staff) or Seat(id=staff), _ROLES[command.how]
    party = party_of(ticket, staff)
    if party is not None:
        if party.deadline is not None or party.role not in _ROLES.values():
            return Refusal("not_now")  # asked in by the lead: that is answered or left first
        if party.role == role:
            return ()
        return (_entered(ticket, staff, role, party.generation, now),)
    if not seat.connected or seat.ticket is not None or len(ticket.parties) >= BESIDES:
        return Refusal(
            "not_now"
        )  # no console to see and hear with, something else in hand, or four are in it
    return (_entered(ticket, staff, role, next_claim(ticket), now),)


def calls(board: Board, city: City, viewer: StaffId, now: Now) -> tuple[m.CallForFloor, ...]:
    """Return the calls that go on, the longest first."""
    out = [
        one
        for ticket in board.tickets.values()
        if (one := _call(board, city, ticket, viewer, now)) is not None
    ]
    return tuple(sorted(out, key=lambda one: -one.for_seconds)[:CALLS_SHOWN])


def _call(board: Board, city: City, ticket: Ticket, viewer: StaffId, now: Now) -> m.CallForFloor | None:
    state = ticket.state
    if not isinstance(state, Connecting | Serving | Held) or ticket.callback is not None or ticket.counter:
        return None
    device, mine = city.kiosks.get(ticket.kiosk), party_of(ticket, viewer)
    since = ticket.changed if isinstance(state, Connecting) else state.since
    return m.CallForFloor(
        ticket=ticket.id,
        number=ticket.number,
        purpose=ticket.purpose,
        lane=ticket.lane,
        site=(site := places.site_of(city, ticket)),
        kiosk_name="" if device is None else places.name_of(city, device, site),
        state=name(state),
        people=tuple(
            m.InCallForFloor(name=one.name, department=one.department, role=one.role)
            for one in participants(board, city, ticket, now)
            if one.state == "joined"
        ),
        for_seconds=round(max(0.0, now.elapsed - since), 1),
        full=len(ticket.parties) >= BESIDES,
        mine=None if mine is None or mine.deadline is not None else mine.generation,
        role=None if mine is None or mine.deadline is not None else mine.role,
    )


def _entered(
    ticket: Ticket, staff: StaffId, role: e.PartyRole, generation: int, now: float
) -> e.SupervisorEntered:
    return e.SupervisorEntered(ticket=ticket.id, at=now, staff=staff, role=role, generation=generation)
