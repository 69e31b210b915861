"""Which places a lane has: planned seats minus the share of those who come without a reservation, minus what is taken."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from math import floor

import msgspec

from server.core.booking.book import Arrived, Book, Ended, Held, Missed, Promised
from server.core.booking.rules import Reservations
from server.core.city import Lane, Opening
from server.core.hours import JAPAN, local, spans
from server.core.journal import Now

EPSILON = 1e-9


class Slot(msgspec.Struct, frozen=True, kw_only=True):
    """Visits that may begin at one time; `starts` is wall time."""

    starts: float
    free: int
    places: int


def days(lane: Lane, now: Now) -> tuple[date, ...]:
    """Return the days on which this lane may have places, the first one first."""
    rules, today = lane.reservations, local(now.wall).date()
    if rules is None:
        return ()
    ahead = (today + timedelta(days=n) for n in range(rules.days_ahead + 1))
    return tuple(day for day in ahead if _starts(lane, rules, day))


def slots(lane: Lane, book: Book, day: date, now: Now, wishes: tuple[str, ...] = ()) -> tuple[Slot, ...]:
    """Return the places of a day that can still be had by somebody with these wishes, full ones included."""
    rules = lane.reservations
    if rules is None:
        return ()
    last = local(now.wall).date() + timedelta(days=rules.days_ahead)
    if day > last:
        return ()
    first = now.wall + 60.0 * rules.notice_minutes
    out: list[Slot] = []
    for minute in _starts(lane, rules, day):
        starts = wall_of(day, minute)
        if starts >= first:
            places = capacity(lane, rules, minute, wishes)
            free = places - taken(book, lane, starts, now.elapsed, _narrowest(lane, rules, minute, wishes))
            whole = capacity(lane, rules, minute) - taken(book, lane, starts, now.elapsed)
            out.append(Slot(starts=starts, free=max(0, min(free, whole)), places=places))
    return tuple(out)


def slot_at(lane: Lane, book: Book, starts: float, now: Now, wishes: tuple[str, ...] = ()) -> Slot | None:
    """Return the place that begins at this very moment, if the lane has one."""
    day = local(starts).date()
    return next((one for one in slots(lane, book, day, now, wishes) if one.starts == starts), None)


def capacity(lane: Lane, rules: Reservations, minute: int, wishes: tuple[str, ...] = ()) -> int:
    """Return how many visits may be promised in the slot that begins at this minute of the day."""
    here = _planned(rules, minute)
    seats = min((here, *(min(here, rules.skilled[wish]) for wish in wishes if wish in rules.skilled)))
    visits = seats * rules.slot_minutes / lane.minutes_per_visit
    return floor(visits * (1.0 - rules.walk_in_share) + EPSILON)


def taken(book: Book, lane: Lane, starts: float, now: float, skill: str | None = None) -> int:
    """Return how many of these places are promised, held, or not shown again yet."""
    kept = sum(
        one.lane == lane.id and one.starts == starts and (skill is None or skill in one.wishes)
        for one in book.bookings.values()
        if isinstance(one.phase, Promised | Arrived | Ended | Missed)
        or (isinstance(one.phase, Held) and one.phase.until > now)
    )
    return kept + sum(
        one.lane == lane.id
        and one.starts == starts
        and one.until > now
        and (skill is None or skill in one.wishes)
        for one in book.cooling
    )


def wall_of(day: date, minute: int) -> float:
    """Return the wall time of a minute of a day in Japan."""
    return (datetime.combine(day, time(), JAPAN) + timedelta(minutes=minute)).timestamp()


def _narrowest(lane: Lane, rules: Reservations, minute: int, wishes: tuple[str, ...]) -> str | None:
    """Return the wish of which there are fewest places; the others are counted with it."""
    known = [wish for wish in wishes if wish in rules.skilled]
    return min(known, key=lambda wish: (capacity(lane, rules, minute, (wish,)), wish), default=None)


def _starts(lane: Lane, rules: Reservations, day: date) -> list[int]:
    if day.isoformat() in rules.closed:
        return []
    hours: Iterable[Opening] = (
        spans(lane, day) if lane.openings else (Opening(weekday=0, opens=0, closes=1440),)
    )
    step = rules.slot_minutes
    return [
        minute
        for opening in hours
        for minute in range(-(-opening.opens // step) * step, opening.closes - step + 1, step)
        if capacity(lane, rules, minute) > 0
    ]


def _planned(rules: Reservations, minute: int) -> float:
    """Return the seats planned for the whole slot: the fewest at any minute of it, as it may end in lunch time."""
    last = minute + rules.slot_minutes - 1
    return min(_seats_at(rules, one) for one in {minute, last, *range(minute, last, 15)})


def _seats_at(rules: Reservations, minute: int) -> float:
    return sum(seats for span, seats in rules.seats.items() if _within(span, minute))


def _within(span: str, minute: int) -> bool:
    begins, ends = (60 * int(text[:2]) + int(text[3:]) for text in span.split("-"))
    return begins <= minute < ends
