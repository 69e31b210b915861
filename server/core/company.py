"""Who is in a call, who comes next, and what needs a supervisor's eye: parts of views, computed from the board."""

from collections.abc import Iterable

from msgspec.structs import replace

from server.core.board import Board, Help
from server.core.city import City, Lane
from server.core.hours import iso
from server.core.journal import Now
from server.core.matching import answering, is_free, lane_of, somebody
from server.core.places import name_of
from server.core.skills import interprets
from server.core.states import Connecting, Held, Offered, Serving, Ticket, Waiting, bound_by, wishes
from server.core.supervising import calls_seen, closed_today, supervises
from server.protocol.messages import (
    Alert,
    Coming,
    Desk,
    Emergency,
    Interpreters,
    LaneShut,
    NotCome,
    Participant,
)
from server.protocol.values import LaneId, StaffId


def participants(board: Board, city: City, ticket: Ticket, now: Now) -> tuple[Participant, ...]:
    """Return everybody in a call and everybody asked into it, who leads it first."""
    state = ticket.state
    if not isinstance(state, Connecting | Serving | Held):
        return ()
    since = ticket.changed if isinstance(state, Connecting) else state.since
    lead = _participant(board, city, state.staff, state.generation)
    out = [replace(lead, since=_ago(now, since), may_see_papers=True, held=isinstance(state, Held))]
    for party in ticket.parties:
        one = _participant(board, city, party.staff, party.generation)
        out.append(
            replace(
                one,
                role=party.role,
                state="joined" if party.deadline is None else "asked",
                since=_ago(now, party.since),
                held=party.held,
                may_see_papers=party.may_see_papers,
                takes_over=party.take_over,
            )
        )
    return tuple(out)


def who_is_next(city: City, ticket: Ticket) -> tuple[str, str]:
    """Return name and department of whoever goes on with this resident; both empty if nobody is on the way."""
    handed = ticket.handed
    if handed is not None:
        return _named(city, handed.staff, ticket.lane)
    for party in ticket.parties:
        if party.take_over:
            return _named(city, party.staff, ticket.lane if party.lane is None else party.lane)
    if ticket.warned is not None:
        return _named(city, None, ticket.warned.lane)
    return "", ""


def lane_name(lane: Lane) -> str:
    """Return what people call a lane: its name, or the department that is asked first."""
    if lane.name:
        return lane.name
    named = (*lane.required, *(skill for ring in lane.rings[:1] for skill in ring.any_of))
    return next((one.partition(":")[2] for one in named if one.startswith("department:")), "")


def lane_label(city: City, lane: Lane) -> str:
    """Return what people call a lane: its name or department, else its first wish."""
    labels = {purpose.id: purpose.staff_label for purpose in city.purposes}
    first = lane.purposes[0] if lane.purposes else lane.id
    return lane_name(lane) or labels.get(first, first)


def plan(city: City, ticket: Ticket) -> tuple[Desk, ...]:
    """Return the desks still ahead of a resident."""
    told = None if ticket.warned is None else ticket.warned.lane
    return tuple(
        Desk(lane=lane, name=lane_name(lane_of(city, lane)), warned=lane == told) for lane in ticket.plan
    )


def suggested(city: City, ticket: Ticket) -> tuple[Desk, ...]:
    """Return the desks the resident's answers lead to besides this one, while nobody has planned any."""
    lanes = [lane for counter in ticket.relay for lane in city.lanes if counter in lane.counters]
    ahead = dict.fromkeys(lane.id for lane in lanes if lane.id != ticket.lane)
    if ticket.plan:
        return ()
    return tuple(Desk(lane=lane, name=lane_name(lane_of(city, lane))) for lane in ahead)


def interpreters(board: Board, city: City, ticket: Ticket) -> tuple[Interpreters, ...]:
    """Return for each language and sign language who is on duty and could be asked into this call."""
    wanted, bound = wishes(ticket), bound_by(ticket)
    there = [seat for seat in board.seats.values() if seat.present and seat.id not in bound]
    skills = sorted(
        {skill for seat in there if (one := city.staff.get(seat.id)) for skill in one.skills}, key=str
    )
    out: list[Interpreters] = []
    for skill in skills:
        able = [seat for seat in there if interprets(city.staff.get(seat.id), skill)]
        if able:
            free = sum(is_free(seat) for seat in able)
            ids = tuple(seat.id for seat in able)
            out.append(Interpreters(skill=skill, staff=ids, free=free, wished=skill in wanted))
    return tuple(sorted(out, key=lambda one: (not one.wished, one.skill)))


def not_come(city: City, ticket: Ticket, now: Now) -> NotCome | None:
    """Return who was asked last and is not in the call."""
    missing = ticket.not_come
    if missing is None:
        return None
    person = city.staff.get(missing.staff)
    return NotCome(
        staff=missing.staff,
        name="" if person is None else person.name,
        department="" if person is None else person.department,
        why=missing.why,
        for_seconds=_ago(now, missing.at),
    )


def coming(board: Board, city: City, lanes: Iterable[str], now: Now) -> tuple[Coming, ...]:
    """Return who comes to these lanes next, as their present desk said."""
    seen = set(lanes)
    return tuple(
        Coming(
            number=ticket.number,
            purpose=ticket.purpose,
            lane=ticket.warned.lane,
            department=lane_name(lane_of(city, ticket.lane)),
            minutes=ticket.warned.minutes,
            for_seconds=_ago(now, ticket.warned.at),
        )
        for ticket in board.tickets.values()
        if ticket.warned is not None
        and ticket.warned.lane in seen
        and isinstance(ticket.state, Connecting | Serving | Held)
    )


def handed_from(city: City, ticket: Ticket) -> str:
    """Return who gave a ticket here: 「市民課の佐藤」; empty if nobody did."""
    person = None if ticket.given_by is None else city.staff.get(ticket.given_by)
    return "" if person is None else f"{person.department}の{person.name}"


def leads(city: City, ticket: Ticket) -> str:
    """Return who leads a call: 「市民課の佐藤」."""
    person = city.staff.get(bound_by(ticket)[0])
    return "" if person is None else f"{person.department}の{person.name}"


def alerts(board: Board, city: City, now: Now) -> tuple[Alert, ...]:
    """Return what a supervisor should see before the resident does: longest first."""
    out: list[Alert] = []
    unmanned: dict[LaneId, Alert] = {}
    for ticket in board.tickets.values():
        if not isinstance(ticket.state, Waiting):
            continue
        lane = lane_of(city, ticket.lane)
        waited = _ago(now, ticket.arrived)
        one = Alert(kind="waits_long", number=ticket.number, lane=ticket.lane, for_seconds=waited)
        if not somebody(board, city, lane, wishes(ticket)):
            out.append(replace(one, kind="nobody_there"))
        elif not answering(board, city, lane, wishes(ticket)):
            # At once, and one line for all who wait there: what is to be done is to find one clerk.
            longest = max(waited, known.for_seconds if (known := unmanned.get(lane.id)) else 0.0)
            unmanned[lane.id] = Alert(kind="nobody_ready", lane=lane.id, for_seconds=longest)
        elif ticket.returns >= lane.escalate_after:
            out.append(replace(one, kind="unanswered"))
        elif ticket.aged:
            out.append(one)
    out += unmanned.values()
    for seat in board.seats.values():
        if seat.chosen == "paused" and seat.pause_reason == "missed" and seat.connected:
            out.append(Alert(kind="missed_too_often", staff=seat.id, for_seconds=_ago(now, seat.since)))
    return tuple(sorted(out, key=lambda one: -one.for_seconds)[:20])


def shut(board: Board, city: City, lane: Lane, now: Now) -> LaneShut | None:
    """Return who closed a lane for today, for the clerks whose calls come from it."""
    closure = board.closures.get(lane.id)
    if closure is None or lane.id not in closed_today(board, now):
        return None
    person = city.staff.get(closure.staff)
    return LaneShut(
        since=iso(now.wall - now.elapsed + closure.at),
        by="" if person is None else f"{person.department}の{person.name}",
        reason=closure.reason,
        waiting=sum(
            one.lane == lane.id and isinstance(one.state, Waiting | Offered) for one in board.tickets.values()
        ),
    )


def unavailable(
    board: Board, city: City, open_lanes: Iterable[Lane], wished: tuple[str, ...] = ()
) -> tuple[str, ...]:
    """Return the purposes nobody present could answer now, so that it is said before anybody takes a number."""
    served = {lane.id for lane in open_lanes if somebody(board, city, lane, wished)}
    return tuple(purpose for lane in city.lanes if lane.id not in served for purpose in lane.purposes)


def emergencies(board: Board, city: City, viewer: StaffId, now: Now) -> tuple[Emergency, ...]:
    """Return the open calls for help this person must see, the oldest first."""
    seen = calls_seen(board, city, viewer, now)
    ends_any = supervises(city.staff.get(viewer))
    return tuple(_emergency(city, one, viewer, now, ends_any) for one in seen)


def _emergency(city: City, call: Help, viewer: StaffId, now: Now, ends_any: bool) -> Emergency:
    person = city.staff.get(call.staff)
    device = None if call.kiosk is None else city.kiosks.get(call.kiosk)
    sites = {site.id: site.name for site in city.sites}
    site = "" if device is None else sites.get(device.site, device.site)
    return Emergency(
        id=call.id,
        staff=call.staff,
        name="" if person is None else person.name,
        department="" if person is None else person.department,
        site=site,
        kiosk_name="" if device is None else name_of(city, device, site),
        for_seconds=_ago(now, call.at),
        coming=tuple(one.name for id in call.coming if (one := city.staff.get(id)) is not None),
        role="caller" if call.staff == viewer else "coming" if viewer in call.coming else "asked",
        may_end=ends_any or call.staff == viewer,
    )


def _participant(board: Board, city: City, staff: StaffId, generation: int) -> Participant:
    person = city.staff.get(staff)
    return Participant(
        staff=staff,
        name="" if person is None else person.name,
        department="" if person is None else person.department,
        role="lead",
        state="joined",
        generation=generation,
        staff_key=board.seats[staff].session_key,
    )


def _named(city: City, staff: StaffId | None, lane: LaneId) -> tuple[str, str]:
    person = None if staff is None else city.staff.get(staff)
    return ("", lane_name(lane_of(city, lane))) if person is None else (person.name, person.department)


def _ago(now: Now, elapsed: float) -> float:
    return round(max(0.0, now.elapsed - elapsed), 1)
