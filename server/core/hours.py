"""When lanes are open, in Japan's one time zone, and how that is said to people."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from math import inf

from msgspec.structs import replace

from server.core.city import City, Lane, Opening, Site

JAPAN = timezone(timedelta(hours=9), "JST")
"""Asia/Tokyo: no summer time since 1951, so a fixed offset needs no zone database."""

A_DAY = 86_400.0
"""Seconds."""

LOOKED_AHEAD = 15
"""Days: over the New Year a city hall is closed for up to nine."""

_DAYS = "月火水木金土日"
_DAY = 24 * 60
_SOME_MONDAY = date(2024, 1, 1)


@lru_cache(maxsize=256)  # one decision asks for the same moment once for each lane, kiosk and ticket
def local(wall: float) -> datetime:
    """Return the wall clock of Japan."""
    # From an aware epoch, not `fromtimestamp`: a clock that stands at year 2100 or 1900 must not raise either.
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=wall)).astimezone(JAPAN)


@lru_cache(maxsize=256)
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
    return _of_day(lane.openings, lane.exceptions, day)


def is_open(lane: Lane, wall: float, site: Site | None = None) -> bool:
    """Say whether tickets of this lane can be taken at this moment, and at this place."""
    return closes_in(lane, wall, site) is not None


def closes_in(lane: Lane, wall: float, site: Site | None = None) -> float | None:
    """Return the seconds until this lane closes here, infinity if never; None when it is closed."""
    here = local(wall)
    second = here.hour * 3600 + here.minute * 60 + here.second
    day = here.date()
    end = _end(lane, site, day, second / 60)
    if end is None:
        return None
    ahead = 0
    while end == _DAY:  # open until midnight is open until the first gap after it
        on = _end(lane, site, day + timedelta(days=ahead + 1), 0.0) if ahead < LOOKED_AHEAD else inf
        if on is None:
            break
        ahead, end = ahead + 1, on
    return (ahead * _DAY + end) * 60.0 - second


def opens_at(city: City, wall: float, site: Site | None = None, lanes: Iterable[Lane] | None = None) -> str:
    """Return when the next of these lanes (all) opens here, for people: 「11月24日(火) 午前9時」; empty if never."""
    here = local(wall)
    minute = here.hour * 60 + here.minute
    with_hours = [lane for lane in (city.lanes if lanes is None else lanes) if _limited(lane, site)]
    for ahead in range(LOOKED_AHEAD):
        day = here.date() + timedelta(days=ahead)
        starts = [
            opens
            for lane in with_hours
            for opens, _ in open_spans(lane, site, day)
            if ahead or opens > minute
        ]
        if starts:
            return f"{day.month}月{day.day}日({_DAYS[day.weekday()]}) {clock(min(starts))}"
    return ""


def said(day: str) -> str:
    """Return a civil day as people say it: 2026-11-20 becomes 「11月20日(金)」."""
    one = date.fromisoformat(day)
    return f"{one.month}月{one.day}日({_DAYS[one.weekday()]})"


def open_spans(lane: Lane, site: Site | None, day: date) -> list[tuple[int, int]]:
    """Return from when until when, in minutes, this lane is open here on one day: its own hours within the site's."""
    of_lane = _minutes(spans(lane, day)) if lane.openings else [(0, _DAY)]
    of_site = [(0, _DAY)]
    if site is not None and (site.openings or day.isoformat() in site.exceptions):
        of_site = _minutes(_of_day(site.openings, site.exceptions, day))
    both = [
        (max(one[0], other[0]), min(one[1], other[1]))
        for one in of_lane
        for other in of_site
        if max(one[0], other[0]) < min(one[1], other[1])
    ]
    return sorted(both)


def at_lunch(lane: Lane, wall: float) -> bool:
    """Say whether it is the time at which a lane keeps fewer seats."""
    here = local(wall)
    return lane.lunch is not None and lane.lunch.starts <= here.hour * 60 + here.minute < lane.lunch.ends


def hours(city: City, site: Site | None = None) -> str:
    """Return the week's hours of all lanes together, here: 「月〜金 午前9時〜午後5時」."""
    if any(not _limited(lane, site) for lane in city.lanes):
        return "いつでも"
    spans: dict[int, tuple[int, int]] = {}
    for weekday in range(7):
        day = _SOME_MONDAY + timedelta(days=weekday)
        found = [span for lane in city.lanes for span in _usual_spans(lane, site, day)]
        if found:
            spans[weekday] = (min(opens for opens, _ in found), max(closes for _, closes in found))
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


def _end(lane: Lane, site: Site | None, day: date, minute: float) -> float | None:
    """Return the minute at which the span that holds this one ends; infinity without any hours, None outside."""
    if not _limited(lane, site):
        return inf
    at, end = minute, None
    for opens, closes in open_spans(
        lane, site, day
    ):  # in order: one that begins where the last ended goes on
        if opens <= at < closes:
            at = end = closes
    return end


def _limited(lane: Lane, site: Site | None) -> bool:
    return bool(lane.openings) or (site is not None and bool(site.openings or site.exceptions))


def _of_day(
    weekly: Iterable[Opening], exceptions: Mapping[str, tuple[Opening, ...]], day: date
) -> tuple[Opening, ...]:
    special = exceptions.get(day.isoformat())
    if special is not None:
        return special
    return tuple(one for one in weekly if one.weekday == day.weekday())


def _minutes(openings: Iterable[Opening]) -> list[tuple[int, int]]:
    return [(one.opens, one.closes) for one in openings]


def _usual_spans(lane: Lane, site: Site | None, day: date) -> list[tuple[int, int]]:
    """The same without the exceptions of any single day."""
    if site is not None:
        site = replace(site, exceptions={})
    return open_spans(replace(lane, exceptions={}), site, day)
