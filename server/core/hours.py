"""When lanes are open, in Japan's one time zone, and how that is said to people."""

from datetime import UTC, datetime, timedelta, timezone

from server.core.city import City, Lane, Opening

JAPAN = timezone(timedelta(hours=9), "JST")
"""Asia/Tokyo: no summer time since 1951, so a fixed offset needs no zone database."""

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


def is_open(lane: Lane, wall: float) -> bool:
    """Say whether tickets of this lane can be taken at this moment."""
    if not lane.openings:
        return True
    here = local(wall)
    minute = here.hour * 60 + here.minute
    return any(
        opening.weekday == here.weekday() and opening.opens <= minute < opening.closes
        for opening in lane.openings
    )


def opens_at(city: City, wall: float) -> str:
    """Return when the next lane opens, for people: 「11月24日(火) 午前9時」; empty if that is never."""
    here = local(wall)
    minute = here.hour * 60 + here.minute
    for ahead in range(8):
        day = here.date() + timedelta(days=ahead)
        starts = [
            opening.opens
            for opening in _openings(city)
            if opening.weekday == day.weekday() and (ahead or opening.opens > minute)
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


def _openings(city: City) -> list[Opening]:
    return [opening for lane in city.lanes for opening in lane.openings]
