"""The end of a lane's day: which number is the last, and what becomes of those nobody has talked to yet.

Two promises. No number is given that could not be called before the lane closes, by the same reckoning residents are
told of their wait (`estimate.py`); the kiosk says so before anybody presses twice. And whoever has a number when the lane
closes is served all the same, unless the lane says otherwise (`Lane.at_close`): then they are let go with something in
their hand. With "carry_over" that is a code: good once, at any kiosk, on the lane's next open day, and it brings back
the seniority of the first arrival, which is the head of the class. A visit in which somebody has talked to a clerk, one
on its way to another desk, and an appointment are never cut short by a clock.
"""

import hashlib
from collections.abc import Iterable
from datetime import timedelta
from math import inf

import msgspec

from server.core import estimate, matching, supervising
from server.core import events as e
from server.core.board import Board, Claim
from server.core.city import City, Lane, Site
from server.core.codes import Kind, code
from server.core.commands import Refusal
from server.core.hours import LOOKED_AHEAD, closes_in, day_of, local, open_spans
from server.core.journal import Now
from server.core.matching import lane_of
from server.core.states import Called, Connecting, Held, Offered, Serving, Ticket, Waiting
from server.protocol.values import KioskId

LOOK_AGAIN = 60.0
"""Seconds after which closing time is looked up anew: the wall clock may have been set right, or the hours changed."""


class Door(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a lane gives numbers at one place now, and why not: "hours", "full", or a supervisor's reason."""

    lane: Lane
    why: str | None


def doors(board: Board, city: City, lanes: Iterable[Lane], site: Site | None, now: Now) -> tuple[Door, ...]:
    """Return these lanes as somebody who stands before a kiosk of this place finds them."""
    shut = supervising.closed_today(board, now)
    out: list[Door] = []
    for lane in lanes:
        left = closes_in(lane, now.wall, site)
        if left is None:
            why = "hours"
        elif lane.id in shut:
            why = shut[lane.id]
        else:
            why = "full" if last_number_is_out(board, city, lane, left) else None
        out.append(Door(lane=lane, why=why))
    return tuple(out)


def last_number_is_out(board: Board, city: City, lane: Lane, left: float) -> bool:
    """Say whether whoever came now would not be called before the lane closes in `left` seconds."""
    return lane.last_ticket and left != inf and left < backlog(board, city, lane)


def backlog(board: Board, city: City, lane: Lane) -> float:
    """Return the seconds until somebody who comes now is called: what they would be told, and who came since.

    The upper end of the range on their screen, so that no number promises a time after the door is shut. What was told
    is a moment old, so whoever it did not know of comes on top; before anything was reckoned those are all who wait.
    """
    queue = [
        one
        for one in board.tickets.values()
        if one.lane == lane.id and isinstance(one.state, Waiting | Offered)
    ]
    visit = estimate.usual(board, lane)
    told = board.waits.get(lane.id)
    if told is None and not queue:
        return 0.0
    if told is not None:
        since = sum(isinstance(one.state, Waiting) and not one.reckoned for one in queue)
        return 60.0 * told.high + visit * since / max(1, told.clerks)
    working = [seat for seat in matching.present(board, city, lane) if seat.chosen == "ready" or seat.ticket]
    talking = sum(  # on average they are half way through
        isinstance(board.tickets[seat.ticket].state, Called | Connecting | Serving | Held)
        for seat in working
        if seat.ticket is not None
    )
    return visit * (len(queue) + talking / 2) / max(1, len(working))


def site_of(city: City, kiosk: KioskId) -> Site | None:
    """Return the place where a kiosk stands."""
    device = city.kiosks.get(kiosk)
    return None if device is None else next((one for one in city.sites if one.id == device.site), None)


# ---------------------------------------------------------------- those who wait when it closes


def look_again(board: Board, city: City, now: Now) -> float | None:
    """Return the elapsed time at which `postponed` should be asked again; None while no lane lets anybody go."""
    if all(lane.at_close == "serve" for lane in city.lanes):
        return None
    times = [
        now.elapsed + min(LOOK_AGAIN, closes_in(lane, now.wall, site_of(city, one.kiosk)) or LOOK_AGAIN)
        for one in board.tickets.values()
        if _may_be_let_go(one, lane := lane_of(city, one.lane))
    ]
    return min(times, default=None)


def postponed(board: Board, city: City, now: Now) -> tuple[e.TicketPostponed, ...]:
    """Return whom their lane lets go now, because its day is over at their place."""
    out: list[e.TicketPostponed] = []
    if all(lane.at_close == "serve" for lane in city.lanes):
        return ()
    for ticket in board.tickets.values():
        lane = lane_of(city, ticket.lane)
        if not _may_be_let_go(ticket, lane) or lane.at_close == "serve":
            continue
        site = site_of(city, ticket.kiosk)
        if closes_in(lane, now.wall, site) is not None or _opens_again_today(lane, site, ticket, now):
            continue
        keeps = lane.at_close == "carry_over"
        taken = {*board.claims, *(one.code for one in out)}
        out.append(
            e.TicketPostponed(
                ticket=ticket.id,
                how=lane.at_close,
                code=draw_code(city, "carried_over", f"{ticket.id} {ticket.arrived} {now.elapsed}", taken)
                if keeps
                else "",
                until=_next_open_day(lane, now) if keeps else "",
                at=now.elapsed,
            )
        )
    return tuple(out)


def _may_be_let_go(ticket: Ticket, lane: Lane) -> bool:
    return (
        lane.at_close != "serve"
        and isinstance(ticket.state, Waiting)
        and not ticket.met
        and ticket.handed is None
        and ticket.appointment is None
        and not ticket.counter  # they stand in the hall: there is no screen to say it on
        and ticket.callback is None  # they went home, and are called
    )


def _opens_again_today(lane: Lane, site: Site | None, ticket: Ticket, now: Now) -> bool:
    """A pause at noon is not the end of the day; midnight is, whatever comes after it."""
    if ticket.day != day_of(now.wall):
        return False
    here = local(now.wall)
    minute = here.hour * 60 + here.minute
    return any(opens > minute for opens, _ in open_spans(lane, site, here.date()))


def _next_open_day(lane: Lane, now: Now) -> str:
    today = local(now.wall).date()
    days = (today + timedelta(days=ahead) for ahead in range(1, LOOKED_AHEAD))
    open_days = (day for day in days if open_spans(lane, None, day))
    return next(open_days, today + timedelta(days=LOOKED_AHEAD)).isoformat()


def draw_code(city: City, kind: Kind, what: str, taken: set[str]) -> str:
    """Draw six digits nobody else has; deciding is pure, so chance comes from the city's salt."""
    drawn = hashlib.sha256(city.salt + what.encode()).digest()
    number = int.from_bytes(drawn[:8])
    while (found := code(kind, number)) in taken:
        number += 1
    return found


# ---------------------------------------------------------------- back on the next open day


def claim_of(board: Board, typed: str, now: Now) -> Claim | Refusal:
    """Return the place a code keeps, if it is still good today."""
    claim = board.claims.get(typed)
    if claim is None or claim.until < day_of(now.wall):
        return Refusal("unknown")
    return claim
