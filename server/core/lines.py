"""Lines that come and go: a kiosk's, a member of staff's, and all of them at once when the server was away."""

from server.core import events as e
from server.core import (
    orders,
    parties,
)
from server.core import ticket as machine
from server.core.board import Board, Post
from server.core.city import City
from server.core.commands import (
    KioskConnected,
    Refusal,
    StaffConnected,
)
from server.core.journal import Now
from server.core.matching import lane_of
from server.core.states import (
    Ticket,
    party_of,
    staff_of,
)
from server.protocol.values import StaffId

Decision = tuple[e.Event, ...] | Refusal


def kiosk_connected(board: Board, city: City, command: KioskConnected, now: float) -> Decision:
    """Return what follows when a kiosk's line is up: its resident, if it still knows them, goes on."""
    device = city.kiosks.get(command.kiosk)
    if device is None:
        return Refusal("unknown")
    if device.revoked:
        return Refusal("not_now")
    came = e.KioskCame(kiosk=command.kiosk, machine=command.machine, health=command.health, at=now)
    ticket = orders.resident_at(board, board.posts.get(command.kiosk) or Post(id=command.kiosk))
    if ticket is None:
        return (came,)
    known = command.ticket == ticket.id
    happening = machine.KioskBack() if known else machine.KioskForgot()
    return (came, *machine.happens(ticket, happening, lane_of(city, ticket.lane), now))


def kiosk_lost(board: Board, city: City, post: Post, now: Now, *, expected: bool) -> Decision:
    """Return what follows when a kiosk is out of reach; `expected`: it said so before."""
    if not post.connected:
        return ()
    went = e.KioskWent(kiosk=post.id, wall=now.wall, expected=expected, at=now.elapsed)
    ticket = orders.resident_at(board, post)
    if ticket is None:
        return (went,)
    return (went, *machine.happens(ticket, machine.KioskLost(), lane_of(city, ticket.lane), now.elapsed))


def staff_connected(board: Board, city: City, command: StaffConnected, now: float) -> Decision:
    """Return what follows when somebody of the staff is there again: a call they held goes on."""
    person = city.staff.get(command.staff)
    if person is None or not person.enabled:
        return Refusal("unknown")
    came = e.StaffCame(staff=command.staff, session_key=command.session_key, at=now)
    ticket = _held_by(board, command.staff)
    if ticket is None or staff_of(ticket.state) != command.staff:
        return (came,)
    return (came, *machine.happens(ticket, machine.ClerkBack(), lane_of(city, ticket.lane), now))


def staff_lost(board: Board, city: City, staff: StaffId, now: float) -> Decision:
    """Return what follows when somebody's console is out of reach: grace, and a call that rings elsewhere."""
    seat = board.seats.get(staff)
    if seat is None or not seat.connected:
        return ()
    went = e.StaffWent(staff=staff, until=now + _grace(city), at=now)
    ticket = _held_by(board, staff)
    if ticket is None:
        return (went,)
    party = party_of(ticket, staff)
    if party is None:
        return (went, *machine.happens(ticket, machine.ClerkLost(staff), lane_of(city, ticket.lane), now))
    if party.deadline is None:
        return (went,)  # in the call: the same grace as for whoever leads it
    return (went, *parties.leaves(board, city, ticket, party, "lost", now))


def restarted(board: Board, city: City, now: Now) -> Decision:
    """Return what follows when the server is back: nobody is known to be there, and nobody loses a second of grace."""
    at = now.elapsed
    out: list[e.Event] = [
        e.StaffWent(staff=seat.id, until=at + _grace(city), at=at)
        for seat in board.seats.values()
        if seat.present
    ]
    out += [
        e.KioskWent(kiosk=post.id, wall=now.wall, expected=True, at=at)
        for post in board.posts.values()
        if post.connected
    ]
    for ticket in board.tickets.values():
        lane = lane_of(city, ticket.lane)
        out += machine.server_came_back(ticket, lane, at)
        out += machine.happens(ticket, machine.KioskLost(), lane, at)
    return tuple(out)


def _grace(city: City) -> float:
    return max((lane.socket_grace for lane in city.lanes), default=30.0)


def _held_by(board: Board, staff: StaffId) -> Ticket | None:
    seat = board.seats.get(staff)
    return None if seat is None or seat.ticket is None else board.tickets[seat.ticket]
