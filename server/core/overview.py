"""What a supervisor sees of the whole floor, and what everybody in the hall may see of it."""

from collections.abc import Mapping

import msgspec
from msgspec.structs import replace

from server.core import closing, company, duty, matching, places, supervising, telling, watching
from server.core.board import Board, Day, Post, ended_lately
from server.core.city import City, Lane
from server.core.fleet import STOPPED_AFTER, busy, judge
from server.core.hours import A_DAY, at_lunch, closes_in, day_of, hours, iso, opens_at
from server.core.journal import Now
from server.core.look import Look, state_of
from server.core.numbers import SMALL, Figures
from server.core.states import Offered, Ticket, Waiting
from server.protocol import messages as m
from server.protocol.values import KioskId, LaneId, SiteId, StaffId

QUEUE_SHOWN = 60
"""Tickets in one floor view: more than fit on any wall."""

PAUSED_LONG = 30 * 60.0
"""Seconds after which a pause looks forgotten, if somebody waits whom this person could answer."""

_WORST_FIRST = (
    "nobody_there", "nobody_ready", "unanswered", "waits_long", "kiosk_stopped", "over_target", "missed_too_often",
    "paused_long",
)  # fmt: skip
_IN_TROUBLE = ("copied_key", "stopped", "attention")


class HallLane(msgspec.Struct, frozen=True, kw_only=True):
    """One lane, for whoever waits for it."""

    id: LaneId
    name: str
    open: bool
    closed: str | None  # "hours", "full", "no_staff", "today"
    reason: str | None
    waiting: int | None  # None: somebody, and fewer than `numbers.SMALL`
    wait_minutes: tuple[int, int] | None
    hours: str = ""  # of the week
    opens: str = ""  # next, while it is closed by the clock


class Hall(msgspec.Struct, frozen=True, kw_only=True):
    """GET /open/wait.json: nothing of anybody."""

    city: str
    updated_at: str
    lanes: tuple[HallLane, ...]
    announcement: m.Announcement | None


def view_for_floor(
    board: Board, city: City, viewer: StaffId, now: Now, today: Mapping[LaneId, Figures] | None = None
) -> m.FloorView:
    """Return everything a supervisor may see; nothing for whoever is none. `today` are today's figures by lane."""
    if not supervising.supervises(city.staff.get(viewer)):
        return m.FloorView(seq=board.seq, now=iso(now.wall))
    look = Look(board, city, now)
    city, waiting = look.city, look.waiting
    sites = {site.id: site.name for site in city.sites}
    kiosks = _kiosks(board, city, sites, now)
    staff = _staff(board, city, now)
    lanes = tuple(_lane(board, city, lane, waiting, now, today or {}) for lane in city.lanes)
    return m.FloorView(
        seq=board.seq,
        now=iso(now.wall),
        lanes=lanes,
        queue=tuple(look.row(one) for one in waiting[:QUEUE_SHOWN]),
        waiting=len(waiting),
        longest=max((_ago(now, one.arrived) for one in waiting), default=0.0),
        staff=staff,
        kiosks=kiosks,
        kiosks_in_all=sum(not device.revoked for device in places.kiosks(city)),
        alerts=_alerts(board, city, now, lanes, staff, kiosks),
        emergencies=company.emergencies(board, city, viewer, now),
        announcement=supervising.announced(board, now),
        served=board.days.get(day_of(now.wall), Day()).served,
        level=_level(today or {}),
        closing_reasons=supervising.CLOSING,
        skills=duty.known_skills(city),
        notices=supervising.NOTICES,
        callbacks=_unreached(board, city, now),
        calls=watching.calls(board, city, viewer, now),
    )


def _unreached(board: Board, city: City, now: Now) -> tuple[m.ClosedCallback, ...]:
    today = day_of(now.wall)
    out: list[m.ClosedCallback] = []
    for one in ended_lately(board, now.elapsed - A_DAY):
        callback = one.callback
        if callback is None or callback.outcome in (None, "reached"):
            continue
        if day_of(now.wall - now.elapsed + one.changed) == today:
            out.append(
                m.ClosedCallback(
                    number=one.number,
                    purpose=one.purpose,
                    lane=company.lane_label(city, matching.lane_of(city, one.lane)),
                    outcome="wrong_number" if callback.outcome == "wrong_number" else "not_reached",
                    tries=callback.tries,
                    ended_for=_ago(now, one.changed),
                )
            )
    return tuple(out)


def view_for_hall(board: Board, city: City, now: Now) -> Hall:
    """Return what everybody may read: per lane that kiosks offer, how many wait and about how long."""
    city = duty.today(board, city, now)
    waiting = [one for one in board.tickets.values() if _waits(one)]
    lanes = [(lane, _lane(board, city, lane, waiting, now, {})) for lane in places.offered(city)]
    return Hall(
        city=city.name,
        updated_at=iso(now.wall),
        lanes=tuple(
            HallLane(
                id=LaneId(shown.id),
                name=shown.name,
                open=shown.open,
                closed=shown.closed,
                reason=shown.reason,
                waiting=shown.waiting if shown.waiting == 0 or shown.waiting >= SMALL else None,
                wait_minutes=shown.wait_minutes,
                hours=hours(replace(city, lanes=(lane,))),
                opens=opens_at(replace(city, lanes=(lane,)), now.wall) if shown.closed == "hours" else "",
            )
            for lane, shown in lanes
        ),
        announcement=supervising.announced(board, now),
    )


# ---------------------------------------------------------------- lanes


def _lane(
    board: Board,
    city: City,
    lane: Lane,
    waiting: list[Ticket],
    now: Now,
    today: Mapping[LaneId, Figures],
) -> m.LaneForFloor:
    mine = [one for one in waiting if one.lane == lane.id]
    waits = [_ago(now, one.arrived) for one in mine]
    here = matching.present(board, city, lane)
    reason = supervising.closed_today(board, now).get(lane.id)
    left, staffed = closes_in(lane, now.wall), bool(here)
    if reason:
        closed = "today"
    elif left is None:
        closed = "hours"
    elif staffed:
        closed = "full" if closing.last_number_is_out(board, city, lane, left) else None
    else:
        closed = "no_staff"
    counted = today.get(lane.id)
    free = any(matching.is_free(seat) for seat in here)
    return m.LaneForFloor(
        id=lane.id,
        name=company.lane_label(city, lane),
        open=closed is None,
        closed=closed,
        reason=reason,
        waiting=len(mine),
        longest=max(waits, default=0.0),
        late=sum(one > lane.target for one in waits),
        target=lane.target,
        wait_minutes=None if free and not mine else telling.wait_in(board, lane.id),
        ready=sum(matching.is_free(seat) for seat in here),
        busy=sum(seat.ticket is not None for seat in here),
        paused=sum(seat.ticket is None and seat.chosen != "ready" for seat in here),
        visits=0 if counted is None else counted.visits,
        level=None if counted is None else counted.service_level,
        keeps=lane.lunch.at_least if lane.lunch is not None and at_lunch(lane, now.wall) else 0,
    )


def _level(today: Mapping[LaneId, Figures]) -> float | None:
    """Return the share of all lanes together, each visit judged by its own lane's target."""
    over = in_time = 0.0
    for one in today.values():
        if one.service_level is None:
            continue
        counted = one.visits - one.open - one.short_abandons
        over += counted
        in_time += one.service_level * counted
    return in_time / over if over else None


# ---------------------------------------------------------------- people and kiosks


def _staff(board: Board, city: City, now: Now) -> tuple[m.Colleague, ...]:
    """Return who is on duty, those who need a look first: paused, then free, then busy."""
    out: list[m.Colleague] = []
    for seat in board.seats.values():
        person = city.staff.get(seat.id)
        lanes = tuple(lane.id for lane in city.lanes if matching.may_answer(person, lane))
        if person is None or not lanes or not (seat.present or seat.ticket):
            continue
        ticket = None if seat.ticket is None else board.tickets[seat.ticket]
        out.append(
            m.Colleague(
                id=seat.id,
                name=person.name,
                department=person.department,
                state=state_of(board, seat),
                pause_reason=seat.pause_reason if ticket is None else None,
                for_seconds=_ago(now, seat.since if ticket is None else ticket.changed),
                number=None if ticket is None else ticket.number,
                missed=seat.missed,
                lanes=lanes,
                skills=person.skills,
                today=(held := duty.duty_of(board, seat.id, now)) is not None and held.by is not None,
            )
        )
    order = ("paused", "away", "ready", "offered", "wrapup", "serving")
    return tuple(sorted(out, key=lambda one: (one.department, order.index(one.state), one.name, one.id)))


def _kiosks(board: Board, city: City, sites: Mapping[SiteId, str], now: Now) -> tuple[m.KioskInTrouble, ...]:
    out: list[m.KioskInTrouble] = []
    for device in places.kiosks(city):
        post = board.posts.get(KioskId(device.id)) or Post(id=device.id)
        state, why = judge(post, device, now)
        if state in _IN_TROUBLE:
            out.append(
                m.KioskInTrouble(
                    id=device.id,
                    name=device.name,
                    site=sites.get(device.site, device.site),
                    state=state,
                    reason=why,
                    busy=busy(board, post),
                    since=_ago(now, post.since),
                )
            )
    return tuple(sorted(out, key=lambda one: (_IN_TROUBLE.index(one.state), one.site, one.name, one.id)))


# ---------------------------------------------------------------- what to look at


def _alerts(
    board: Board,
    city: City,
    now: Now,
    lanes: tuple[m.LaneForFloor, ...],
    staff: tuple[m.Colleague, ...],
    kiosks: tuple[m.KioskInTrouble, ...],
) -> tuple[m.Alert, ...]:
    """Return what needs somebody, the worst first and within it the longest; one line per lane that is late."""
    out = list(company.alerts(board, city, now))
    out += [
        m.Alert(kind="over_target", lane=lane.id, for_seconds=lane.longest)
        for lane in lanes
        if lane.late and not any(one.lane == lane.id for one in out)
    ]
    out += [
        m.Alert(kind="kiosk_stopped", kiosk=one.id, for_seconds=one.since)
        for one in kiosks
        if one.state != "attention" and (one.state == "copied_key" or one.since >= STOPPED_AFTER)
    ]
    wanted = {lane.id for lane in lanes if lane.waiting}
    out += [
        m.Alert(kind="paused_long", staff=one.id, for_seconds=one.for_seconds)
        for one in staff
        if one.state == "paused"
        and one.pause_reason != "missed"
        and one.for_seconds >= PAUSED_LONG
        and not wanted.isdisjoint(one.lanes)
    ]
    return tuple(sorted(out, key=lambda one: (_WORST_FIRST.index(one.kind), -one.for_seconds)))


def _waits(ticket: Ticket) -> bool:
    return isinstance(ticket.state, Waiting | Offered)


def _ago(now: Now, elapsed: float) -> float:
    return round(max(0.0, now.elapsed - elapsed), 1)
