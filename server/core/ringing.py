"""Several bells for one call: a lane that says `offers = "ring_all"` rings at whoever is free besides the first.

A second bell takes nobody's clerk: it is asked for after everybody who waits has been offered to whom they can be, and
never where an elder ticket could be served instead. Each bell is a claim of its own, with its own number and its own
time; the first yes wins, and every other number is stale from then on.
"""

from math import inf

from server.core import events as e
from server.core import fairness
from server.core import ticket as machine
from server.core.board import Board
from server.core.city import City
from server.core.matching import Floor
from server.core.states import Offered, Ticket, rings_at


def more_bells(board: Board, city: City, now: float) -> tuple[e.Event, ...]:
    """Return the further bells that are due on a board whose offers are made, the first in order first."""
    ringing = _with_room(board, city)
    if not ringing:
        return ()
    floor, waiting = Floor(board, city), fairness.standing(board.tickets.values())
    out: list[e.Event] = []
    for ticket in fairness.in_order(ringing, city):
        lane = floor.lane(ticket.lane)
        while len(rings_at(ticket.state)) < lane.ring_at_most:
            staff = floor.choose(ticket, waiting, now)
            if staff is None or floor.overtaken(ticket, staff, waiting, now):
                break
            bell = e.TicketAlsoOffered(
                ticket=ticket.id,
                staff=staff,
                generation=machine.next_claim(ticket),
                deadline=now + lane.offer_lasts,
                at=now,
            )
            ticket = machine.evolve(ticket, bell)
            del floor.free[staff]
            out.append(bell)
    return tuple(out)


def next_bell(board: Board, city: City, now: float) -> float | None:
    """Return when a clerk who must leave a ringing call alone now may be rung for it too."""
    ringing = _with_room(board, city)
    if not ringing:
        return None
    floor = Floor(board, city)
    times = [
        at
        for ticket in ringing
        for staff in floor.free
        if now < (at := floor.rings_from(ticket, staff)) < inf
    ]
    return min(times, default=None)


def _with_room(board: Board, city: City) -> list[Ticket]:
    """Return who rings in a lane of several bells and not yet at as many as it allows."""
    most = {lane.id: lane.ring_at_most for lane in city.lanes if lane.offers == "ring_all"}
    if not most:
        return []
    return [
        ticket
        for ticket in board.tickets.values()
        if isinstance(ticket.state, Offered)
        and ticket.state.kiosk_lost is None
        and ticket.only is None
        and len(ticket.state.others) + 1 < most.get(ticket.lane, 1)
    ]
