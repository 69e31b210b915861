"""When lanes are open, in Japan's one time zone, and how that is said to people."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, timezone
from math import inf

from server.core.city import City, Lane, Opening, Site

JAPAN = timezone(timedelta(hours=9), "JST")
"""Asia/Tokyo: no summer time since 1951, so a fixed offset needs no zone database."""

LOOKED_AHEAD = 15
"""Days: over the New Year a city hall is closed for up to nine."""

_DAYS = "月火水木金土日"
_DAY = 24 * 60


def local(wall: float) -> datetime:
    """Return the wall clock of Japan."""
    # From an aware epoch, not `fromtimestamp`: a clock that stands at year 2100 or 1900 must not raise either.
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=wall)).astimezone(JAPAN)


def day_of(wall: float) -> str:
    """Return the civil day that numbers tickets: 2026-11-20."""
    return local(wall).date().isoformat()


def day_ends(day: str) -> float:
    """Return the wall time at which a civil day, as `day_of` names it, is over."""
    return (datetime.fromisoformat(day).replace(tzinfo=JAPAN) + timedelta(days=1)).timestamp()


def iso(wall: float) -> str:
    """Return ISO 8601 with +09:00, to the second."""
    return local(wall).isoformat(timespec="seconds")


def spans(lane: Lane, day: date) -> tuple[Opening, ...]:
    """Return the hours of a lane on one day: its exception, or those of the weekday."""
    special = lane.exceptions.get(day.isoformat())
    if special is not None:
        return special
    return tuple(opening for opening in lane.openings if opening.weekday == day.weekday())


def is_open(lane: Lane, wall: float, site: Site | None = None) -> bool:
    """Say whether tickets of this lane can be taken at this moment, and at this place."""
    return closes_in(lane, wall, site) is not None


def closes_in(lane: Lane, wall: float, site: Site | None = None) -> float | None:
    """Return the seconds until this lane closes here, infinity if never; None when it is closed."""
    here = local(wall)
    second = here.hour * 3600 + here.minute * 60 + here.second
    ends: list[float] = []
    if lane.openings:
        ends.append(_end(spans(lane, here.date()), second))
    if site is not None and site.openings:
        ends.append(_end((one for one in site.openings if one.weekday == here.weekday()), second))
    left = min(ends, default=inf) - second
    return left if left > 0 else None


def opens_at(city: City, wall: float) -> str:
    """Return when the next lane opens, for people: 「11月24日(火) 午前9時」; empty if that is never."""
    here = local(wall)
    minute = here.hour * 60 + here.minute
    for ahead in range(LOOKED_AHEAD):
        day = here.date() + timedelta(days=ahead)
        starts = [
            opening.opens
            for lane in city.lanes
            if lane.openings
            for opening in spans(lane, day)
            if ahead or opening.opens > minute
        ]
        if starts:
            return f"{day.month}月{day.day}日({_DAYS[day.weekday()]}) {clock(min(starts))}"
    return ""


def hours(city: City) -> str:
    """Return the week's hours of all lanes together: 「月〜金 午前9時〜午後5時」."""
    if any(not lane.openings for lane in city.lanes):
        return "いつでも"
    spans: dict[int, tuple[int, int]] = {}
    for opening in _openings(city):
        first, last = spans.get(opening.weekday, (opening.opens, opening.closes))
        spans[opening.weekday] = (min(first, opening.opens), max(last, opening.closes))
    parts: list[str] = []
    days = sorted(spans)
    while days:
        run = [days.pop(0)]
        while days and days[0] == run[-1] + 1 and spans[days[0]] == spans[run[0]]:
            run.append(days.pop(0))
        name = _DAYS[run[0]] if len(run) == 1 else f"{_DAYS[run[0]]}〜{_DAYS[run[-1]]}"
        first, last = spans[run[0]]
        parts.append(f"{name} {clock(first)}〜{clock(last)}")
    return "、".join(parts)


def clock(minute: int) -> str:
    """Return a time of day as people say it: 午前8時30分, 正午, 午後5時."""
    if minute == _DAY // 2:
        return "正午"
    half, hour = ("午前", minute // 60) if minute < _DAY // 2 else ("午後", minute // 60 - 12)
    rest = f"{minute % 60}分" if minute % 60 else ""
    return f"{half}{hour}時{rest}"


def _end(openings: Iterable[Opening], second: int) -> float:
    return max(
        (60 * one.closes for one in openings if 60 * one.opens <= second < 60 * one.closes), default=-inf
    )


def _openings(city: City) -> list[Opening]:
    return [opening for lane in city.lanes for opening in lane.openings]
