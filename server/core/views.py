"""What a kiosk and a member of staff may see: whole, computed from the board, never kept."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Literal

from msgspec.structs import replace

from server.core import (
    callback,
    closing,
    company,
    duty,
    fairness,
    hall,
    matching,
    moving,
    onscreen,
    places,
    skills,
    supervising,
    telling,
)
from server.core.board import Board, Day, PlacedOrder, Post, Seat, ended_lately
from server.core.city import City, Device, Site
from server.core.fleet import view_for_fleet
from server.core.hours import A_DAY, day_ends, day_of, hours, opens_at, said
from server.core.identification import identification, last_check
from server.core.journal import Now
from server.core.look import Look, since, state_of
from server.core.orders import owed
from server.core.states import (
    AT_COUNTER,
    Called,
    Connecting,
    Done,
    Held,
    Offered,
    Postponed,
    Serving,
    Ticket,
    Waiting,
    Wrapup,
    bound_by,
    name,
    party_of,
    ring_of,
)
from server.protocol import messages as m
from server.protocol.messages import (
    Destination,
    Forgotten,
    KioskView,
    MyTicket,
    OrderForStaff,
    StaffView,
    TicketForKiosk,
)
from server.protocol.values import Key, KioskId, StaffId

__all__ = ["view_for_fleet", "view_for_kiosk", "view_for_staff"]

QUEUE_SHOWN = 100
"""Tickets in one staff view: what a person can look over, and well below the protocol's frame."""


FORGOTTEN_SHOWN = 10
"""Visits without a result in one staff view, the newest."""


# ---------------------------------------------------------------- kiosks


def view_for_kiosk(board: Board, city: City, viewer: KioskId, now: Now) -> KioskView:
    """Return everything this kiosk may see."""
    city = duty.today(board, city, now)
    device = city.kiosks.get(viewer)
    post = board.posts.get(viewer) or Post(id=viewer)
    ticket = None if post.ticket is None else board.tickets.get(post.ticket)
    kind = "kiosk" if device is None else places.kind_of(city, device)
    wished = (AT_COUNTER,) if kind == "counter" else ()
    site = closing.site_of(city, viewer)
    lanes = () if device is None else places.lanes_for(city, device)
    doors = closing.doors(board, city, lanes, site, now)
    shut = [door for door in doors if door.why is not None]
    in_hours = [door.lane for door in doors if door.why is None]
    by_clock = [door for door in doors if door.why != "hours"]
    staffed = [lane for lane in in_hours if matching.somebody(board, city, lane, wished)]
    unplaced = moving.wanted(board, city, viewer, now)
    if device is None or device.revoked:
        reason = "revoked"
    elif unplaced:
        reason = "place"
    elif not in_hours:
        reason = f"today_{by_clock[0].why}" if by_clock else "hours"
    else:
        reason = None if staffed else "no_staff"
    waiting = [one for one in board.tickets.values() if isinstance(one.state, Waiting | Offered)]
    if device is not None and device.kind == "window":
        waiting = [one for one in waiting if any(one.lane == lane.id for lane in lanes)]
        city = replace(city, lanes=lanes)
    free = [seat for seat in board.seats.values() if matching.is_free(seat)]
    ready = any(
        matching.may_answer(city.staff.get(seat.id), lane, wishes=wished) for lane in staffed for seat in free
    )
    talk = next((lane for lane in staffed if "talk" in lane.purposes), staffed[0] if staffed else None)
    wait = None if ready or talk is None else telling.wait_in(board, talk.id, hall=kind == "counter")
    return KioskView(
        seq=board.seq,
        open=reason is None,
        closed_reason=reason,
        opens_at="" if in_hours else _reopens(city, doors, site, now),
        hours=hours(city, site),
        staff_ready=reason is None and ready,
        waiting=len(waiting),
        wait_minutes=wait,
        ticket=None if ticket is None else _for_kiosk(board, city, ticket, now),
        orders=owed(board, post),
        unavailable=company.unavailable(board, city, in_hours, wished),
        closed={purpose: door.why or "" for door in shut for purpose in door.lane.purposes},
        announcement=supervising.announced(board, now),
        reopens={
            purpose: when
            for door in shut
            if (when := _reopens(city, (door,), site, now))
            for purpose in door.lane.purposes
        },
        postponed=_postponed(board, city, post, site, now),
        takes_up=device is not None and places.kind_of(city, device) not in ("window", "counter"),
        reserves=_reserves(city, device),
        spent=device is not None and places.spent(board, device),
        kind=kind,
        site="" if kind != "mobile" or site is None or unplaced else site.name,
        places=moving.places(city) if unplaced else (),
        given=hall.given(board, city, viewer) if kind == "counter" else None,
        later=_later(board, post),
        on_screen=onscreen.shown(board, post, now),
    )


def _reserves(city: City, device: Device | None) -> tuple[Key, ...]:
    """Return the wishes somebody at this kiosk can reserve a time for, whether or not their lane is open now."""
    if device is None or device.revoked or places.kind_of(city, device) in ("window", "counter"):
        return ()
    return tuple(
        purpose
        for lane in places.lanes_for(city, device)
        if lane.reservations is not None
        for purpose in lane.purposes
    )


def _later(board: Board, post: Post) -> tuple[m.PaperLater, ...]:
    """Return how the papers of the visit here will be had that did not come out."""
    out: list[m.PaperLater] = []
    for order in post.orders:
        if order.then is None or order.ticket is None or order.ticket != post.ticket:
            continue
        paper = board.papers.get(order.code)
        if order.then == "mail" or paper is not None:
            until = "" if paper is None else said(paper.until)
            out.append(m.PaperLater(ticket=order.ticket, how=order.then, code=order.code, until=until))
    return tuple(out)


def _reopens(city: City, doors: Iterable[closing.Door], site: Site | None, now: Now) -> str:
    """Return when these lanes give numbers again: by the clock, or from tomorrow if today is over for them."""
    by_clock = [door.lane for door in doors if door.why == "hours"]
    lanes = by_clock or [door.lane for door in doors]
    return opens_at(city, now.wall if by_clock else day_ends(day_of(now.wall)), site, lanes)


def _postponed(board: Board, city: City, post: Post, site: Site | None, now: Now) -> m.Postponed | None:
    """Return what became of the visit here when its lane closed, until somebody else sits down."""
    ticket = None if post.ticket is None else board.ended.get(post.ticket)
    if ticket is None or not isinstance(ticket.state, Postponed):
        return None
    return m.Postponed(
        ticket=ticket.id,
        how=ticket.state.how,
        number=ticket.number,
        day=said(ticket.day),
        code=ticket.state.code,
        opens_at=opens_at(city, now.wall, site, [matching.lane_of(city, ticket.lane)]),
    )


def _for_kiosk(board: Board, city: City, ticket: Ticket, now: Now) -> TicketForKiosk:
    state = ticket.state
    ahead = wait = moved = None
    if isinstance(state, Waiting):
        ahead = fairness.ahead_of(ticket, board.tickets.values(), city)
        wait = telling.wait_of(board, ticket)
        moved = fairness.moved(ticket, board.moves, now.elapsed) or telling.later(ticket, now.elapsed)
    staff_name = department = ""
    key = b""
    if isinstance(state, Connecting | Serving | Held):  # a name only once somebody has answered
        person = city.staff.get(state.staff)
        if person is not None:
            staff_name, department = person.name, person.department
        key = board.seats[state.staff].session_key
    next_name, next_department = company.who_is_next(city, ticket)
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
        moved=moved,
        next_name=next_name,
        next_department=next_department,
        handed=ticket.handed is not None,
        participants=company.participants(board, city, ticket, now),
        callback_offered=callback.offered(matching.lane_of(city, ticket.lane), wait),
    )


# ---------------------------------------------------------------- staff


def view_for_staff(
    board: Board, city: City, viewer: StaffId, now: Now, look: Look | None = None
) -> StaffView:
    """Return everything this member of staff may see.

    `look` is one at this very board, for whoever makes many views of it.
    """
    look = look or Look(board, city, now)
    city = look.city
    seat = board.seats.get(viewer) or Seat(id=viewer)
    mine = None if seat.ticket is None else board.tickets[seat.ticket]
    lanes = _lanes_seen(city, viewer)
    queue = islice((ticket for ticket in look.waiting if ticket.lane in lanes), QUEUE_SHOWN)
    person = city.staff.get(viewer)
    supervises = person is not None and person.enabled and "supervisor" in person.roles
    today = board.days.get(day_of(now.wall), Day())
    return StaffView(
        seq=board.seq,
        state=state_of(board, seat),
        pause_reason=seat.pause_reason,
        in_state_for=since(now, seat.since if mine is None else mine.changed),
        missed=seat.missed,
        mine=None if mine is None else _mine(look, mine, viewer, now),
        queue=tuple(look.row(ticket) for ticket in queue),
        colleagues=tuple(one for one in look.colleagues if one.id != viewer),
        served_today=today.served,
        average_minutes=None if today.served == 0 else max(1, round(today.talked / today.served / 60)),
        kiosks_with_trouble=look.troubled,
        forgotten=tuple(_forgotten(look, viewer, now))[-FORGOTTEN_SHOWN:],
        coming=company.coming(board, city, lanes, now),
        alerts=company.alerts(board, city, now) if supervises else (),
        emergencies=company.emergencies(board, city, viewer, now) if board.help else (),
        lanes=tuple(
            m.LaneChoice(
                id=lane.id,
                name=company.lane_label(city, lane),
                chosen=chosen,
                shut=company.shut(board, city, lane, now),
            )
            for lane, chosen in duty.lanes_open_to(board, look.records, viewer, now)
        ),
        today=(said_today := duty.duty_of(board, viewer, now)) is not None and said_today.by is not None,
        desk="" if person is None else person.desk,
        desks=duty.free_desks(board, city, viewer, now) if city.desks else (),
        absent=hall.absent(look.absent, city, viewer, now),
        rests_for=matching.rests_for(board, viewer, now.elapsed),
    )


def _lanes_seen(city: City, viewer: StaffId) -> set[str]:
    person = city.staff.get(viewer)
    if person is not None and person.enabled and "supervisor" in person.roles:
        return {lane.id for lane in city.lanes}
    return {lane.id for lane in city.lanes if matching.may_answer(person, lane)}


def _mine(look: Look, ticket: Ticket, viewer: StaffId, now: Now) -> MyTicket:
    board, city, state = look.board, look.city, ticket.state
    lane = matching.lane_of(city, ticket.lane)
    post = board.posts.get(ticket.kiosk) or Post(id=ticket.kiosk)
    device = city.kiosks.get(ticket.kiosk)
    shown = look.row(ticket)
    ends = state.deadline if isinstance(state, Called | Connecting | Wrapup) else None
    rings = state.deadline if isinstance(state, Offered) else None
    talks = state.since if isinstance(state, Serving | Held) else None
    ask, role, papers, changed = None if rings is None else "answer", "lead", True, ticket.changed
    ring = ring_of(state, viewer)
    if ring is not None:
        rings, shown = ring.deadline, replace(shown, generation=ring.generation)
    party = party_of(ticket, viewer)
    if party is not None:  # asked into somebody's call, or in it: with their own number and their own clock
        rings, ends, changed = party.deadline, None, party.since
        talks = changed if rings is None else None
        shown = replace(shown, generation=party.generation, state="serving" if rings is None else "offered")
        ask = None if rings is None else "take_over" if party.take_over else "join"
        role, papers = party.role, party.may_see_papers and party.deadline is None
        shown = replace(shown, handed_from=company.leads(city, ticket), note=party.note)
        lane = lane if party.lane is None else matching.lane_of(city, party.lane)
    visible = papers and not isinstance(state, Offered)
    mine = tuple(
        order for order in post.orders if visible and order.ticket == ticket.id and order.kind != "number"
    )
    return MyTicket(
        ticket=shown,
        offer_expires_in=None if rings is None else max(0.0, rings - now.elapsed),
        offer_lasts=None if rings is None else lane.offer_lasts,
        in_state_for=since(now, changed),
        in_call_for=None if talks is None else since(now, talks),
        expires_in=None if ends is None else max(0.0, ends - now.elapsed),
        hold_minutes=state.minutes if isinstance(state, Held) else None,
        kiosk_connected=post.connected,
        kiosk_lost_for=None if post.connected else since(now, post.since),
        site_telephone=places.telephone(city, device),
        kiosk_key=b"" if device is None else device.public_key,
        orders=tuple(_order(order) for order in mine),
        identity=last_check(mine),
        identification=identification(mine),
        ask=ask,
        role=role,
        participants=company.participants(board, city, ticket, now),
        plan=company.plan(city, ticket),
        suggested=company.suggested(city, ticket),
        destinations=_destinations(look, ticket) if role == "lead" else (),
        interpreters=company.interpreters(board, city, ticket)
        if role == "lead" and talks is not None
        else (),
        not_come=company.not_come(city, ticket, now) if role == "lead" else None,
        at_desk=hall.at_desk(city, ticket, now),
    )


def _destinations(look: Look, ticket: Ticket) -> tuple[Destination, ...]:
    """Return where whoever leads this conversation can hand it on to, and what awaits the resident there."""
    if not isinstance(ticket.state, Serving | Held):
        return ()
    board, city, bound = look.board, look.city, bound_by(ticket)
    out: list[Destination] = []
    for lane in city.lanes:
        there = [seat for seat in look.present(lane) if seat.id not in bound]
        if ticket.counter:  # they walk on: only to somebody who sits somewhere
            there = [seat for seat in there if skills.has(city.staff[seat.id], AT_COUNTER)]
        here, ahead = lane.id == ticket.lane, look.waiting_in[lane.id]
        free = sum(matching.is_free(seat) for seat in there)
        out.append(
            Destination(
                lane=lane.id,
                name=company.lane_name(lane),
                staff=tuple(seat.id for seat in there),
                free=free,
                wait_minutes=None
                if here or free > ahead
                else telling.wait_in(board, lane.id, hall=ticket.counter),
                here=here,
            )
        )
    return tuple(out)


def _order(order: PlacedOrder) -> OrderForStaff:
    match order.kind:
        case "card" | "slip" | "sheet" | "receipt" | "form":
            kind: Literal["card", "slip", "sheet", "receipt", "form", "test"] = order.kind
        case "booking" | "test" | "restart" | "logs" | "number":  # none of a call
            kind = "test"
    return OrderForStaff(
        id=order.id,
        kind=kind,
        ask=order.ask,
        document=order.document,
        filed=order.filed,
        outcome=order.outcome,
        then=order.then,
        code=order.code,
        fetched=order.code != "" and order.then is None,
    )


def _forgotten(look: Look, viewer: StaffId, now: Now) -> Iterator[Forgotten]:
    """Yield the viewer's visits of today whose wrap-up ran out, newest last."""
    today = day_of(now.wall)
    for ticket in reversed([*ended_lately(look.board, now.elapsed - A_DAY)]):
        state = ticket.state
        if not isinstance(state, Done) or state.staff != viewer or state.result != "unrecorded":
            continue
        if ticket.day == today:
            shown = look.row(ticket)
            yield Forgotten(
                number=shown.number,
                site=shown.site,
                kiosk_name=shown.kiosk_name,
                purpose=shown.purpose,
                ended_for=since(now, ticket.changed),
            )
