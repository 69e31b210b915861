"""Dates and times as people here write them: era, Gregorian year, weekday, twelve hours."""

from datetime import date, datetime, timedelta, timezone

TOKYO = timezone(timedelta(hours=9))  # no summer time since 1951
ERAS = (
    (date(2019, 5, 1), "令和"),
    (date(1989, 1, 8), "平成"),
    (date(1926, 12, 25), "昭和"),
)
WEEKDAYS = "月火水木金土日"


def day(wall: float) -> str:
    """Say which day it is in Tokyo: 令和8年(2026年)11月20日(金)."""
    return on(datetime.fromtimestamp(wall, TOKYO).date())


def on(when: date) -> str:
    """Write a day in era, Gregorian year and weekday: 令和8年(2026年)11月20日(金)."""
    for begins, era in ERAS:
        if when >= begins:
            year = when.year - begins.year + 1
            named = f"{era}{'元' if year == 1 else year}年({when.year}年)"
            break
    else:
        named = f"{when.year}年"
    return f"{named}{when.month}月{when.day}日({WEEKDAYS[when.weekday()]})"


def clock(wall: float, after: float | None = None) -> str:
    """Say what time it is in Tokyo: 午前10時5分, 午後3時; 午前 or 午後 is left out when it is that of `after`."""
    when = datetime.fromtimestamp(wall, TOKYO)
    half = "午前" if when.hour < 12 else "午後"
    if after is not None and (datetime.fromtimestamp(after, TOKYO).hour < 12) == (when.hour < 12):
        half = ""
    minute = f"{when.minute}分" if when.minute else ""
    return f"{half}{when.hour % 12}時{minute}"
