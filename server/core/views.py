"""What a kiosk and a member of staff may see: whole, computed from the board, never kept."""

from math import ceil
from typing import Literal

from server.core import matching
from server.core.board import Board, Day, PlacedOrder, Post, Seat
from server.core.city import City, Lane
from server.core.fleet import trouble, view_for_fleet, warnings
from server.core.hours import day_of, hours, is_open, opens_at
from server.core.journal import Now
from server.core.orders import owed
from server.core.states import (
    Abandoned,
    Cancelled,
    Connecting,
    Created,
    Done,
    Expired,
    Held,
    NoShow,
    Offered,
    Serving,
    Ticket,
    Waiting,
    Wrapup,
    name,
)
from server.protocol.messages import (
    Colleague,
    KioskView,
    MyTicket,
    OrderForStaff,
    StaffView,
    TicketForKiosk,
    TicketForStaff,
)
from server.protocol.values import KioskId, SiteId, StaffId, StaffState

__all__ = ["state_of", "view_for_fleet", "view_for_kiosk", "view_for_staff", "wait_range"]

WRAPUP_MINUTES = 2.0
"""What writing down a result usually takes; the lane's `wrapup_lasts` is only its limit."""

QUEUE_SHOWN = 100
"""Tickets in one staff view: what a person can look over, and well below the protocol's frame."""


# ---------------------------------------------------------------- kiosks


def view_for_kiosk(board: Board, city: City, viewer: KioskId, now: Now) -> KioskView:
    """Return everything this kiosk may see."""
    device = city.kiosks.get(viewer)
    post = board.posts.get(viewer) or Post(id=viewer)
    ticket = None if post.ticket is None else board.tickets.get(post.ticket)
    in_hours = [lane for lane in city.lanes if is_open(lane, now.wall)]
    staffed = [lane for lane in in_hours if matching.present(board, city, lane)]
    if device is None or device.revoked:
        reason = "revoked"
    elif not in_hours:
        reason = "hours"
    else:
        reason = None if staffed else "no_staff"
    waiting = [one for one in board.tickets.values() if isinstance(one.state, Waiting | Offered)]
    free = [seat for seat in board.seats.values() if matching.is_free(seat)]
    ready = any(matching.may_answer(city.staff.get(seat.id), lane) for lane in staffed for seat in free)
    talk = next((lane for lane in staffed if "talk" in lane.purposes), staffed[0] if staffed else None)
    wait = None if ready or talk is None else _wait(board, city, talk, _count(waiting, talk))
    return KioskView(
        seq=board.seq,
        open=reason is None,
        closed_reason=reason,
        opens_at="" if in_hours else opens_at(city, now.wall),
        hours=hours(city),
        staff_ready=reason is None and ready,
        waiting=len(waiting),
        wait_minutes=wait,
        ticket=None if ticket is None else _for_kiosk(board, city, ticket),
        orders=owed(board, post),
    )


def _for_kiosk(board: Board, city: City, ticket: Ticket) -> TicketForKiosk:
    state = ticket.state
    ahead = wait = None
    if isinstance(state, Waiting):
        lane = matching.lane_of(city, ticket.lane)
        before = [
            one for one in board.tickets.values() if one.rank < ticket.rank and isinstance(one.state, Waiting)
        ]
        ahead = _count(before, lane)
        wait = _wait(board, city, lane, ahead)
    staff_name = department = ""
    key = b""
    if isinstance(state, Connecting | Serving | Held):  # a name only once somebody has answered
        person = city.staff.get(state.staff)
        if person is not None:
            staff_name, department = person.name, person.department
        key = board.seats[state.staff].session_key
    return TicketForKiosk(
        id=ticket.id,
        number=ticket.number,
        state=name(state),
        purpose=ticket.purpose,
        generation=state.generation,
        ahead=ahead,
        wait_minutes=wait,
        staff_name=staff_name,
        department=department,
        staff_key=key,
        hold_minutes=state.minutes if isinstance(state, Held) else None,
        returned=ticket.returned,
    )


def _count(tickets: list[Ticket], lane: Lane) -> int:
    return sum(ticket.lane == lane.id for ticket in tickets)


def _wait(board: Board, city: City, lane: Lane, ahead: int) -> tuple[int, int] | None:
    working = [seat for seat in matching.present(board, city, lane) if seat.chosen == "ready" or seat.ticket]
    busy = sum(_minutes_left(board, seat, lane) for seat in working)
    return wait_range(ahead * lane.minutes_per_visit + busy, len(working))


def _minutes_left(board: Board, seat: Seat, lane: Lane) -> float:
    """Return how long this clerk is likely to be busy with the ticket they hold."""
    match None if seat.ticket is None else board.tickets[seat.ticket].state:
        case Offered() | Connecting():
            return lane.minutes_per_visit
        case Serving() | Held():
            return lane.minutes_per_visit / 2
        case Wrapup():
            return min(WRAPUP_MINUTES, lane.minutes_per_visit)
        case None | Created() | Waiting() | Done() | NoShow() | Abandoned() | Cancelled() | Expired():
            return 0.0


def wait_range(work: float, clerks: int) -> tuple[int, int] | None:
    """Return from-to for `work` minutes shared by `clerks`, in steps of five, never 0; None when nobody works."""
    if clerks == 0:
        return None
    likely = work / clerks
    return 5 * max(1, ceil(likely / 5)), 5 * max(1, ceil(likely * 1.5 / 5))


# ---------------------------------------------------------------- staff


def view_for_staff(board: Board, city: City, viewer: StaffId, now: Now) -> StaffView:
    """Return everything this member of staff may see."""
    seat = board.seats.get(viewer) or Seat(id=viewer)
    mine = None if seat.ticket is None else board.tickets[seat.ticket]
    sites = {site.id: site.name for site in city.sites}
    lanes = _lanes_seen(city, viewer)
    queue: list[TicketForStaff] = []
    for ticket in board.tickets.values():
        if isinstance(ticket.state, Waiting | Offered) and ticket.lane in lanes:
            queue.append(_for_staff(board, city, ticket, sites, now))
            if len(queue) == QUEUE_SHOWN:
                break
    today = board.days.get(day_of(now.wall), Day())
    return StaffView(
        seq=board.seq,
        state=state_of(board, seat),
        pause_reason=seat.pause_reason,
        in_state_for=_since(now, seat.since if mine is None else mine.changed),
        missed=seat.missed,
        mine=None if mine is None else _mine(board, city, mine, sites, now),
        queue=tuple(queue),
        colleagues=_colleagues(board, city, viewer, now),
        served_today=today.served,
        average_minutes=None if today.served == 0 else max(1, round(today.talked / today.served / 60)),
        kiosks_with_trouble=trouble(board, city, now),
    )


def state_of(board: Board, seat: Seat) -> StaffState:
    """Return what colleagues see of a member of staff."""
    ticket = None if seat.ticket is None else board.tickets[seat.ticket]
    if ticket is None:
        return seat.chosen if seat.present else "away"
    match ticket.state:
        case Offered():
            return "offered"
        case Wrapup():
            return "wrapup"
        case Connecting() | Serving() | Held():
            return "serving"
        case Created() | Waiting() | Done() | NoShow() | Abandoned() | Cancelled() | Expired():
            raise AssertionError(f"{ticket.id} binds nobody and is still held by {seat.id}")


def _lanes_seen(city: City, viewer: StaffId) -> set[str]:
    person = city.staff.get(viewer)
    if person is not None and person.enabled and "supervisor" in person.roles:
        return {lane.id for lane in city.lanes}
    return {lane.id for lane in city.lanes if matching.may_answer(person, lane)}


def _for_staff(
    board: Board, city: City, ticket: Ticket, sites: dict[SiteId, str], now: Now
) -> TicketForStaff:
    device = city.kiosks.get(ticket.kiosk)
    post = board.posts.get(ticket.kiosk)
    return TicketForStaff(
        id=ticket.id,
        number=ticket.number,
        state=name(ticket.state),
        purpose=ticket.purpose,
        kiosk=ticket.kiosk,
        site="" if device is None else sites.get(device.site, device.site),
        waited=_since(now, ticket.arrived),
        generation=ticket.state.generation,
        returned=ticket.returned,
        wants_text=ticket.wants_text,
        language=ticket.language,
        warnings=() if post is None else warnings(post),
        sheet=ticket.sheet,
        minutes=ticket.minutes,
    )


def _mine(board: Board, city: City, ticket: Ticket, sites: dict[SiteId, str], now: Now) -> MyTicket:
    state = ticket.state
    lane = matching.lane_of(city, ticket.lane)
    post = board.posts.get(ticket.kiosk) or Post(id=ticket.kiosk)
    device = city.kiosks.get(ticket.kiosk)
    ringing = isinstance(state, Offered)
    return MyTicket(
        ticket=_for_staff(board, city, ticket, sites, now),
        offer_expires_in=max(0.0, state.deadline - now.elapsed) if ringing else None,
        offer_lasts=lane.offer_lasts if ringing else None,
        in_state_for=_since(now, ticket.changed),
        expires_in=max(0.0, state.deadline - now.elapsed) if isinstance(state, Connecting | Wrapup) else None,
        hold_minutes=state.minutes if isinstance(state, Held) else None,
        kiosk_connected=post.connected,
        kiosk_lost_for=None if post.connected else _since(now, post.since),
        kiosk_key=b"" if device is None else device.public_key,
        orders=tuple(_order(order) for order in post.orders if order.ticket == ticket.id),
    )


def _order(order: PlacedOrder) -> OrderForStaff:
    match order.kind:
        case "card" | "slip" | "sheet" | "receipt":
            kind: Literal["card", "slip", "sheet", "receipt", "test"] = order.kind
        case "test" | "restart" | "logs":
            kind = "test"
    return OrderForStaff(id=order.id, kind=kind, outcome=order.outcome)


def _colleagues(board: Board, city: City, viewer: StaffId, now: Now) -> tuple[Colleague, ...]:
    """Return who else answers residents and is here today, or holds a ticket."""
    out: list[Colleague] = []
    for seat in board.seats.values():
        person = city.staff.get(seat.id)
        if person is None or seat.id == viewer or not (seat.present or seat.ticket):
            continue
        ticket = None if seat.ticket is None else board.tickets[seat.ticket]
        out.append(
            Colleague(
                id=seat.id,
                name=person.name,
                department=person.department,
                state=state_of(board, seat),
                pause_reason=seat.pause_reason,
                for_seconds=_since(now, seat.since if ticket is None else ticket.changed),
                number=None if ticket is None else ticket.number,
            )
        )
    return tuple(out)


def _since(now: Now, elapsed: float) -> float:
    return round(max(0.0, now.elapsed - elapsed), 1)
