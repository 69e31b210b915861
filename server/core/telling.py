"""What people are told of their wait: a range in steps of five minutes, never 0, that only improves or is explained.

A range that was told is a promise: by its upper end somebody answers. It gets smaller as time passes and as others
leave; it is taken back only when what is reckoned now lies beyond the promise by more than `SLACK`, and then always
with one sentence why. Between the two it stands still: numbers that dance are worse than numbers that are old.
"""

from collections.abc import Mapping
from math import ceil

from msgspec.structs import replace

from server.core import events as e
from server.core import fairness
from server.core.board import Board
from server.core.commands import WaitsReckoned
from server.core.states import Ticket, Waiting
from server.protocol.values import LaneId, TicketId

STEP = 5
"""Minutes."""

SLACK = 150.0
"""Seconds a promise may slip unsaid: half a step."""

MARGIN = 30.0
"""Seconds by which a smaller range must be deserved, so that it is not told back and forth."""

Range = tuple[int, int]


def wait_of(board: Board, ticket: Ticket) -> Range | None:
    """Return what this resident is told; before their own is reckoned, what anybody in their lane would be."""
    told = ticket.told or (board.hall_waits if ticket.counter else board.waits).get(ticket.lane)
    return None if told is None else (told.low, told.high)


def wait_in(board: Board, lane: LaneId, *, hall: bool = False) -> Range | None:
    """Return what somebody would be told who came to this lane now; None = no wait, or nobody works there."""
    told = (board.hall_waits if hall else board.waits).get(lane)
    return None if told is None else (told.low, told.high)


def later(ticket: Ticket, now: float) -> e.WhyLater | None:
    """Return why it takes longer than this resident was told, for as long as they are to read it."""
    return ticket.later if now - ticket.later_at <= fairness.TOLD_FOR else None


def rounded(p50: float, p80: float) -> Range:
    """Return from-to in minutes: the middle to the nearest step, the upper end never below what was reckoned."""
    high = STEP * max(1, ceil(p80 / 60.0 / STEP))
    return min(high, STEP * max(1, round(p50 / 60.0 / STEP))), high


def told(board: Board, reckoned: WaitsReckoned, now: float) -> tuple[e.Event, ...]:
    """Return what is to be told after a reckoning: one event, or nothing when nobody hears anything new."""
    lanes, free = _newcomers(board.waits, reckoned.lanes, reckoned.clerks, now)
    hall, hall_free = _newcomers(board.hall_waits, reckoned.hall, reckoned.clerks, now)
    tickets: dict[TicketId, e.Told] = {}
    why: dict[TicketId, e.WhyLater] = {}
    untold: list[TicketId] = []
    for id, spread in reckoned.tickets.items():
        ticket = board.tickets.get(id)
        if ticket is None or not isinstance(ticket.state, Waiting):
            continue  # answered, or gone, since it was reckoned
        if spread is None:
            if ticket.told is not None:
                untold.append(id)
                why[id] = "fewer_staff"
            continue
        fresh = _fresh(*spread, now, reckoned.clerks.get(ticket.lane, 0))
        heard = ticket.told
        if heard is not None and now + fresh.p80 > heard.by + SLACK:
            tickets[id], why[id] = fresh, _why(board, ticket, fresh, now)
            continue
        said = fresh if heard is None else _kept(heard, fresh)
        if not ticket.reckoned:  # the first of their own is what the statistics compare with what came
            said = replace(said, p50=fresh.p50, p80=fresh.p80)
        if not ticket.reckoned or said != heard:
            tickets[id] = said
    if not (lanes or free or hall or hall_free or tickets or untold):
        return ()
    return (
        e.WaitsTold(
            lanes=lanes, lanes_free=free, hall=hall, hall_free=hall_free,
            tickets=tickets, later=why, untold=tuple(untold), at=now,
        ),
    )  # fmt: skip


def _newcomers(
    before: Mapping[LaneId, e.Told],
    reckoned: Mapping[LaneId, tuple[float, float] | None],
    clerks: Mapping[LaneId, int],
    now: float,
) -> tuple[dict[LaneId, e.Told], tuple[LaneId, ...]]:
    """Return what is new for those who come now, and where they do not wait any more."""
    lanes: dict[LaneId, e.Told] = {}
    for lane, spread in reckoned.items():
        heard = before.get(lane)
        if spread is not None and (heard is None or _dances_not(heard, spread)):
            lanes[lane] = _fresh(*spread, now, clerks.get(lane, 0))
    return lanes, tuple(lane for lane in before if reckoned.get(lane) is None)


def _fresh(p50: float, p80: float, now: float, clerks: int) -> e.Told:
    low, high = rounded(p50, p80)
    return e.Told(low=low, high=high, p50=p50, p80=p80, by=now + 60.0 * high, clerks=clerks)


def _kept(heard: e.Told, fresh: e.Told) -> e.Told:
    """Return the better of what was heard and what is reckoned now, for each end; the promise never moves back."""
    high = fresh.high if fresh.p80 <= 60.0 * (heard.high - STEP) - MARGIN else heard.high
    low = fresh.low if fresh.p50 <= 60.0 * (heard.low - STEP / 2) - MARGIN else heard.low
    low = min(low, high)
    if (low, high) == (heard.low, heard.high):
        return heard
    by = min(heard.by, fresh.by) if high == fresh.high else heard.by
    return e.Told(low=low, high=high, p50=fresh.p50, p80=fresh.p80, by=by, clerks=fresh.clerks)


def _dances_not(before: e.Told, spread: tuple[float, float]) -> bool:
    """Say whether what newcomers hear changes for good. No promise was given to them, so it may also grow."""
    low, high = rounded(*spread)
    if high > before.high:
        return spread[1] > 60.0 * before.high + MARGIN
    if high < before.high:
        return spread[1] <= 60.0 * (before.high - STEP) - MARGIN
    return abs(spread[0] - 60.0 * before.low) > 60.0 * STEP / 2 + MARGIN and low != before.low


def _why(board: Board, ticket: Ticket, fresh: e.Told, now: float) -> e.WhyLater:
    """Return the one reason a resident reads: somebody goes first, somebody stopped working, or it takes longer."""
    moved = fairness.moved(ticket, board.moves, now)
    if moved is not None:
        return moved
    before = ticket.told
    return "fewer_staff" if before is not None and fresh.clerks < before.clerks else "takes_longer"
