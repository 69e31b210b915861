"""How the city keeps over time: staff by the hour of the day, kiosks by day, faults of devices by week.

The same facts and definitions as the tiles (`numbers.py`, `machines.py`), only cut finer; no visit and no clerk is
named.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

import msgspec

from server.core.city import City
from server.core.hours import local
from server.core.machines import Machines, opened, share, standing, within
from server.protocol.values import Key

HOUR = 3600.0
FEWEST_DAYS, MOST_DAYS = 14, 31
"""Days a look at the kiosks shows: one day alone says nothing of a habit, more columns cannot be read."""
FEWEST_WEEKS, MOST_WEEKS = 8, 26


class Spent(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds of all staff on duty together."""

    ready: float = 0.0
    bound: float = 0.0


class Load(msgspec.Struct, frozen=True, kw_only=True):
    """One hour of the clock over the days that were asked for; `occupancy` None = nobody was on duty."""

    hour: int
    ready: float
    bound: float
    occupancy: float | None


class KioskDays(msgspec.Struct, frozen=True, kw_only=True):
    """The uptime of one kiosk (without a name: of all of them) on each day; None = closed, or never seen yet."""

    kiosk: str
    uptime: tuple[float | None, ...]


class Calendar(msgspec.Struct, frozen=True, kw_only=True):
    """Days, and how the kiosks kept on them; the first row is all of them together."""

    days: tuple[str, ...] = ()
    kiosks: tuple[KioskDays, ...] = ()


class FaultWeek(msgspec.Struct, frozen=True, kw_only=True):
    """One week, named by its Monday: how often which kind of device stopped working, and how many people came."""

    week: str
    visits: int
    faults: dict[Key, int]
    per_100: float | None


class Hours:
    """What all staff spent in each hour of each day, filled in place, as the books of visits are."""

    def __init__(self) -> None:
        self.spent: dict[tuple[str, int], Spent] = {}

    def add(self, wall: float, seconds: float, *, bound: bool) -> None:
        """Enter a stretch that ends at this wall time, cut at every full hour."""
        at, end = wall - seconds, wall
        while at < end:
            cut = min(end, (at // HOUR + 1) * HOUR)  # Japan is whole hours away from UTC
            here = local(at)
            key = (here.date().isoformat(), here.hour)
            before = self.spent.get(key) or Spent()
            self.spent[key] = Spent(
                ready=before.ready + (0.0 if bound else cut - at),
                bound=before.bound + (cut - at if bound else 0.0),
            )
            at = cut


def by_hour(spent: Mapping[tuple[str, int], Spent], since: str, until: str) -> tuple[Load, ...]:
    """Return every hour from the first to the last in which anybody was on duty on one of these days."""
    found: dict[int, Spent] = {}
    for (day, hour), one in spent.items():
        if since <= day <= until:
            sum_ = found.get(hour) or Spent()
            found[hour] = Spent(ready=sum_.ready + one.ready, bound=sum_.bound + one.bound)
    hours = range(min(found), max(found) + 1) if found else range(0)
    return tuple(_load(hour, found.get(hour) or Spent()) for hour in hours)


def by_day(machines: Machines, city: City, since: str, until: str, now: float) -> Calendar:
    """Return how each kiosk kept on each day: those asked for, and the days before if they are few."""
    last = date.fromisoformat(until)
    count = min(MOST_DAYS, max(FEWEST_DAYS, (last - date.fromisoformat(since)).days + 1))
    days = tuple((last - timedelta(days=back)).isoformat() for back in reversed(range(count)))
    all_ = [(0.0, 0.0)] * count
    rows: list[KioskDays] = []
    for id, changes in standing(machines, city):
        kept = [within(changes, opened(city, id, day, day), now) for day in days]
        all_ = [_sums(pair) for pair in zip(all_, kept, strict=True)]
        rows.append(KioskDays(kiosk=id, uptime=tuple(share(*one) for one in kept)))
    if not rows:
        return Calendar()
    together = KioskDays(kiosk="", uptime=tuple(share(*one) for one in all_))
    return Calendar(days=days, kiosks=(together, *rows))


def by_week(
    machines: Machines, city: City, visits: Iterable[str], since: str, until: str
) -> tuple[FaultWeek, ...]:
    """Return the faults of each week up to a day, whole weeks and some before; `visits` are the days people came."""
    last = _monday(date.fromisoformat(until))
    span = (last - _monday(date.fromisoformat(since))).days // 7 + 1
    count = min(MOST_WEEKS, max(FEWEST_WEEKS, span))
    weeks = {(last - timedelta(weeks=back)).isoformat(): dict[Key, int]() for back in reversed(range(count))}
    came = dict.fromkeys(weeks, 0)
    first = next(iter(weeks))
    for day in visits:
        if first <= day <= until:
            came[_monday(date.fromisoformat(day)).isoformat()] += 1
    for one in machines.faults:
        device = city.kiosks.get(one.kiosk)
        if device is not None and device.kind != "window" and first <= one.day <= until:
            kinds = weeks[_monday(date.fromisoformat(one.day)).isoformat()]
            kinds[one.device] = kinds.get(one.device, 0) + 1
    return tuple(
        FaultWeek(
            week=week,
            visits=came[week],
            faults=kinds,
            per_100=100.0 * sum(kinds.values()) / came[week] if came[week] else None,
        )
        for week, kinds in weeks.items()
    )


def _sums(pairs: Iterable[tuple[float, float]]) -> tuple[float, float]:
    there = gone = 0.0
    for one, other in pairs:
        there += one
        gone += other
    return there, gone


def _load(hour: int, spent: Spent) -> Load:
    return Load(hour=hour, ready=spent.ready, bound=spent.bound, occupancy=share(spent.bound, spent.ready))


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
