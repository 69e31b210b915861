"""The numbers of a hall: given by a kiosk that keeps nobody, and called to a desk.

Such a ticket stands in the same lane as those from far away, with the same number series, the same order and the same
bound. What differs is only the end of the wait: a number is called, and whoever has it comes to a desk, or does not.
"""

from collections.abc import Iterable

from msgspec.structs import replace

from server.core import events as e
from server.core import fairness, matching, telling
from server.core.board import Board, Post
from server.core.calling import CALL_GAP, CALLS, ByDesk, brings_back, desk_asks
from server.core.city import City, Person
from server.core.commands import Refusal
from server.core.journal import Now
from server.core.states import Absent, Called, Held, Serving, Ticket, Waiting
from server.core.ticket import Decision
from server.protocol import messages as m
from server.protocol.values import KioskId, OrderId, StaffId


def asks(city: City, ticket: Ticket, command: ByDesk | m.BringBack, staff: StaffId, now: float) -> Decision:
    """Return what follows from a wish about a number of the hall."""
    lane = matching.lane_of(city, ticket.lane)
    if not isinstance(command, m.BringBack):
        return desk_asks(ticket, command, staff, lane, now)
    # Whoever they come to may say so, and that need not be whoever called them.
    if not matching.may_answer(city.staff.get(staff), lane):
        return Refusal("not_yours")
    return brings_back(ticket, command, staff, now)


def to_their_desk(ticket: Ticket, person: Person | None, accepted: Decision) -> Decision:
    """Return the answer to a number of the hall together with where it is called to."""
    if not ticket.counter or isinstance(accepted, Refusal) or not accepted:
        return accepted
    if person is None or not person.desk:
        return Refusal("not_now")  # whoever is called must be told where to go
    return tuple(
        replace(one, desk=person.desk) if isinstance(one, e.TicketAccepted) else one for one in accepted
    )


def gave(board: Board, press: OrderId) -> bool:
    """Say whether this press has its number already."""
    return any(
        (post.given is not None and post.given[0] == press)
        or any(placed.id == press for placed in post.orders)
        for post in board.posts.values()
    )


def absent(tickets: Iterable[Ticket], city: City, viewer: StaffId, now: Now) -> tuple[m.AbsentNumber, ...]:
    """Return the numbers this clerk can bring back, the one that was given up last first."""
    person = city.staff.get(viewer)
    out = [
        (
            ticket.changed,
            m.AbsentNumber(
                ticket=ticket.id,
                generation=state.generation,
                number=ticket.number,
                purpose=ticket.purpose,
                left=round(max(0.0, state.deadline - now.elapsed), 1),
            ),
        )
        for ticket in tickets
        if isinstance(state := ticket.state, Absent)
        and matching.may_answer(person, matching.lane_of(city, ticket.lane))
    ]
    return tuple(one for _, one in sorted(out, key=lambda pair: -pair[0]))


def at_desk(city: City, ticket: Ticket, now: Now) -> m.AtDesk | None:
    """Return how the number is being called, for its clerk."""
    state = ticket.state
    if not ticket.counter or not isinstance(state, Called | Serving | Held):
        return None
    if not isinstance(state, Called):
        return m.AtDesk(desk="", calls=0, calls_at_most=CALLS, again_in=0.0, here=True)
    return m.AtDesk(
        desk=state.desk,
        calls=state.calls,
        calls_at_most=CALLS,
        again_in=round(max(0.0, state.called + CALL_GAP - now.elapsed), 1),
        last=ticket.asides >= matching.lane_of(city, ticket.lane).asides_at_most,
    )


def called(board: Board, now: Now) -> tuple[m.CalledNumber, ...]:
    """Return the numbers that are called now, the newest first."""
    out = [
        m.CalledNumber(
            id=f"{ticket.id}.{state.generation}.{state.calls}",
            number=ticket.number,
            desk=state.desk,
            ago=round(max(0.0, now.elapsed - state.called), 1),
        )
        for ticket in board.tickets.values()
        if isinstance(state := ticket.state, Called)
    ]
    return tuple(sorted(out, key=lambda one: (one.ago, one.number)))


def given(board: Board, city: City, kiosk: KioskId, order: OrderId | None = None) -> m.NumberGiven | None:
    """Return the number whose paper this is, or the newest one from this kiosk, while it is remembered."""
    post = board.posts.get(kiosk) or Post(id=kiosk)
    if post.given is None:
        return None
    newest, id = post.given
    placed = next((one for one in post.orders if one.id == order), None)
    if placed is not None and placed.ticket is not None:
        newest, id = placed.id, placed.ticket
    ticket = board.tickets.get(id) or board.ended.get(id)
    if ticket is None:
        return None
    waits = isinstance(ticket.state, Waiting)
    return m.NumberGiven(
        order=newest,
        number=ticket.number,
        purpose=ticket.purpose,
        ahead=fairness.ahead_of(ticket, board.tickets.values(), city) if waits else 0,
        wait_minutes=telling.wait_of(board, ticket) if waits else None,
    )
