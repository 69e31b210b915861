"""The order of a lane, and the promise that nobody is overtaken without bound.

Order: whoever was overtaken K times (`Lane.overtaken_at_most`), then the class (urgent, appointment that is due,
everybody, business; a ticket climbs one class for each full `Lane.max_wait`, see `ticket.py`), then seniority: the
arrival, or the start of the appointment. All of it stands on the board, so it is the same for everybody who looks.

An *overtake* of t: a clerk who may answer t at that moment is claimed for u, which has less seniority, while t waits
before its kiosk and its time has come. Each claim carries the ids it overtakes, and each t keeps who overtook it.

Why at most K: let t have been overtaken by K others. Then t stands in the first group, whose order is seniority alone.
Suppose clerk c, who may answer t, were claimed for a u with less seniority. By an offer: tickets are placed in order,
so u stands before t, so u is in the first group too, so it has more seniority: a contradiction. (Neither an appointment
nor the share of a business lane holds back anybody of the first group; of several offers in one decision each sees
what the ones before it overtook.) By picking from the queue: refused while it
would overtake somebody of the first group. There is no other claim of a clerk for one who waits. Hence also nobody
starves: a ticket some clerk may answer, and whom clerks keep letting finish, is at the latest the oldest of the first
group after finitely many claims, and is then offered before all others.

Within one class, one lane and the same wishes the order is seniority alone (I12), because every clerk who may answer
the younger may answer the elder, unless that very clerk has just let the elder pass.
"""

from collections.abc import Iterable, Mapping, Sequence

import msgspec
from msgspec.structs import replace

from server.core import events as e
from server.core.city import City
from server.core.states import DUE, URGENT, Ticket, Waiting
from server.protocol.values import LaneId, TicketId

TOLD_FOR = 180.0
"""Seconds for which a resident reads why the order changed."""


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody goes before others, and why."""

    ticket: TicketId
    lane: LaneId
    level: int
    since: float
    rank: int
    at: float
    why: e.WhyMoved


USUAL = 5
"""K of a lane that left the configuration."""

Place = tuple[bool, int, float, int]


def limits(city: City) -> dict[LaneId, int]:
    """Return the K of each lane."""
    return {lane.id: lane.overtaken_at_most for lane in city.lanes}


def place(ticket: Ticket, allowed: Mapping[LaneId, int]) -> Place:
    """Return where a ticket stands: the smallest is served first."""
    if ticket.overtaken_by and len(ticket.overtaken_by) >= allowed.get(ticket.lane, USUAL):
        return (False, URGENT, ticket.since, ticket.rank)
    return (True, ticket.level, ticket.since, ticket.rank)


def in_order(tickets: Iterable[Ticket], city: City) -> list[Ticket]:
    """Return tickets as they will be served."""
    allowed = limits(city)

    def key(one: Ticket) -> Place:  # `place`, spared for the many nobody overtook: this runs for each of them
        return place(one, allowed) if one.overtaken_by else (True, one.level, one.since, one.rank)

    return sorted(tickets, key=key)


def ahead_of(ticket: Ticket, tickets: Iterable[Ticket], city: City) -> int:
    """Return how many who wait in the same lane are served before this one, as things stand."""
    allowed, lane = limits(city), ticket.lane
    mine = place(ticket, allowed)
    level = ticket.level if mine[0] else URGENT
    rivals = [one for one in tickets if one.lane == lane and (one.level <= level or one.overtaken_by)]
    return sum(isinstance(one.state, Waiting) and place(one, allowed) < mine for one in rivals)


def elder_than(index: int, ordered: Sequence[Ticket], city: City) -> list[Ticket]:
    """Return who has more seniority than the one at this place of the order, and stands elsewhere in it.

    Within a group the order is seniority, so they stand before it, or at the end of the order in a group of less.
    """
    allowed, ticket = limits(city), ordered[index]
    group = place(ticket, allowed)[:2]
    behind: list[Ticket] = []
    for one in reversed(ordered):
        if place(one, allowed)[:2] <= group:
            break
        behind.append(one)
    return [one for one in (*ordered[:index], *behind) if senior(one, ticket)]


def standing(tickets: Iterable[Ticket]) -> list[Ticket]:
    """Return those a clerk could be claimed for: they wait, and their kiosk is there."""
    return [one for one in tickets if isinstance(one.state, Waiting) and one.state.kiosk_lost is None]


def senior(one: Ticket, other: Ticket) -> bool:
    """Say whether the one has more seniority than the other."""
    return (one.since, one.rank) < (other.since, other.rank)


def overtaken(ticket: Ticket, by: TicketId) -> Ticket:
    """Return a ticket with one more that was served before it; each counts once."""
    return ticket if by in ticket.overtaken_by else replace(ticket, overtaken_by=(*ticket.overtaken_by, by))


def overtake(by: TicketId, passed_by: Iterable[Ticket], tickets: Iterable[Ticket]) -> list[Ticket]:
    """Return tickets as they are once this one was served before some of them."""
    ids = {one.id for one in passed_by}
    return [overtaken(one, by) if one.id in ids else one for one in tickets]


def reached(ticket: Ticket, city: City) -> bool:
    """Say whether this ticket was overtaken as often as its lane allows."""
    return not place(ticket, limits(city))[0]


def why(ticket: Ticket, passed_by: bool) -> e.WhyMoved | None:
    """Return why a ticket is served before an elder one: its class, or (nobody overtaken) the clerk's skills."""
    if ticket.level == URGENT:
        return "urgent"
    if ticket.appointment is not None and ticket.level == DUE:
        return "appointment"
    if ticket.aged:
        return "waited_long"
    return "skills" if passed_by else None


def moved(ticket: Ticket, moves: Iterable[Move], now: float) -> e.WhyMoved | None:
    """Return the newest reason why somebody went or goes before this ticket who did not before."""
    for move in reversed(tuple(moves)):
        if now - move.at > TOLD_FOR or move.at < ticket.standing:
            return None
        if move.ticket != ticket.id and _concerns(move, ticket):
            return move.why
    return None


def _concerns(move: Move, ticket: Ticket) -> bool:
    if move.ticket in ticket.overtaken_by:
        return True
    if move.lane != ticket.lane:
        return False
    before = (move.since, move.rank) < (ticket.since, ticket.rank)
    match move.why:
        case "returned" | "transferred" | "waited_long" | "carried_over":
            return before and move.level <= ticket.level
        case "urgent" | "appointment" | "skills":
            return not before and move.level <= ticket.level
