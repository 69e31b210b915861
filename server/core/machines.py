"""How the kiosks kept, entered from the journal: when each was there, when it was gone unawares, and what broke.

A stretch counts only while the place and any of its lanes are open: a kiosk that is switched off at night is no
failure. One that said it goes, or that the server left by its own restart, is not counted until it is back.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

import msgspec

from server.core import events as e
from server.core.city import City
from server.core.closing import site_of
from server.core.hours import day_ends, day_of, open_spans
from server.core.journal import Now
from server.core.places import kind_of
from server.protocol.values import Key, KioskId

BROKEN = ("missing", "fault")


class Fault(msgspec.Struct, frozen=True):
    """One device of one kiosk stopped working; it counts again only after it worked in between."""

    kiosk: KioskId
    day: str
    device: Key


class Change(msgspec.Struct, frozen=True):
    """From this wall time on a kiosk is there (True), gone unawares (False), or not to be counted (None)."""

    wall: float
    there: bool | None


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """How one kiosk, or all of them, kept in a span of days; seconds, within opening hours."""

    kiosk: str = ""
    there: float = 0.0
    gone: float = 0.0
    uptime: float | None = None
    faults: int = 0


class Machines:
    """Filled in place, as the books of visits are."""

    def __init__(self) -> None:
        self.changes: dict[KioskId, list[Change]] = {}
        self.faults: list[Fault] = []
        self._broken: dict[KioskId, frozenset[Key]] = {}

    def enter(self, at: Now, event: e.KioskCame | e.KioskWent | e.HealthReported) -> None:
        """Enter what a kiosk did or said."""
        match event:
            case e.KioskCame():
                self._change(event.kiosk, Change(at.wall, True))
                self._health(event, at)
            case e.KioskWent():
                self._change(event.kiosk, Change(at.wall, None if event.expected else False))
            case e.HealthReported():
                self._health(event, at)

    def _change(self, kiosk: KioskId, change: Change) -> None:
        known = self.changes.setdefault(kiosk, [])
        if not known or known[-1].there != change.there:
            known.append(change)

    def _health(self, event: e.KioskCame | e.HealthReported, at: Now) -> None:
        broken = frozenset(one.name for one in event.health.devices if one.state in BROKEN)
        new = broken - self._broken.get(event.kiosk, frozenset())
        self._broken[event.kiosk] = broken
        self.faults += [Fault(event.kiosk, day_of(at.wall), name) for name in sorted(new)]


def kept(machines: Machines, city: City, since: str, until: str, now: float) -> tuple[Kept, ...]:
    """Return how each kiosk of the city that was ever there kept from one civil day to another, today up to now."""
    out: list[Kept] = []
    for id, changes in standing(machines, city):
        there, gone = within(changes, opened(city, id, since, until), now)
        faults = sum(one.kiosk == id and since <= one.day <= until for one in machines.faults)
        out.append(Kept(kiosk=id, there=there, gone=gone, uptime=share(there, gone), faults=faults))
    return tuple(out)


def together(kiosks: Iterable[Kept]) -> Kept:
    """Return all of them as one."""
    known = list(kiosks)
    there, gone = sum(one.there for one in known), sum(one.gone for one in known)
    return Kept(there=there, gone=gone, uptime=share(there, gone), faults=sum(one.faults for one in known))


def share(there: float, gone: float) -> float | None:
    """Return the one as a part of both; None = there was neither."""
    return there / (there + gone) if there + gone > 0.0 else None


def standing(machines: Machines, city: City) -> Iterator[tuple[KioskId, Sequence[Change]]]:
    """Yield the kiosks that stand at one place and were ever there: one in a car or a bag is no failure."""
    for id, device in city.kiosks.items():
        if kind_of(city, device) in ("kiosk", "counter") and (changes := machines.changes.get(id)):
            yield id, changes


def within(
    changes: Sequence[Change], spans: Iterable[tuple[float, float]], now: float
) -> tuple[float, float]:
    """Return the seconds a kiosk was there and gone unawares in spans of wall time, as far as they are past."""
    there = gone = 0.0
    for begin, end in spans:
        index = max(0, bisect_right(changes, begin, key=lambda one: one.wall) - 1)
        while index < len(changes) and changes[index].wall < min(end, now):
            until = changes[index + 1].wall if index + 1 < len(changes) else now
            overlap = max(0.0, min(end, until, now) - max(begin, changes[index].wall))
            there += overlap if changes[index].there else 0.0
            gone += overlap if changes[index].there is False else 0.0
            index += 1
    return there, gone


def opened(city: City, kiosk: KioskId, since: str, until: str) -> Iterator[tuple[float, float]]:
    """Yield the wall times between which any lane is open at this kiosk's place, none of them twice."""
    site, day = site_of(city, kiosk), date.fromisoformat(since)
    while day <= date.fromisoformat(until):
        midnight = day_ends((day - timedelta(days=1)).isoformat())
        last = 0
        for begin, end in sorted(span for lane in city.lanes for span in open_spans(lane, site, day)):
            if end > last:
                yield midnight + 60.0 * max(begin, last), midnight + 60.0 * end
                last = end
        day += timedelta(days=1)
