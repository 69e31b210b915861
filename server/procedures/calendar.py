"""Which days city hall is closed: the state's holidays, the weekdays, and the city's own days, as plain data."""

from collections.abc import Iterator
from datetime import date, timedelta

import jpholiday

from server.core.checklist.catalogue import ClosedDays
from server.core.checklist.deadline import OpenDays
from server.procedures.reading import Problem, Tree

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")  # as `date.weekday`
YEARS_BACK, YEARS_AHEAD = 2, 6  # deadlines reach five years from a day already past
ANY_LEAP_YEAR = 2024


def open_days(closed: ClosedDays, today: date) -> OpenDays:
    """Chart the years around `today`; what lies beyond is not known. Made once a day, not for every sheet."""
    first, last = date(today.year - YEARS_BACK, 1, 1), date(today.year + YEARS_AHEAD, 12, 31)
    shut = {day for day, _name in jpholiday.between(first, last)} if closed.holidays == "jp" else set[date]()
    for written in closed.extra:
        shut.update(_days(written, first, last))
    weekly = frozenset(WEEKDAYS.index(name) for name in closed.weekly)
    return OpenDays(first=first, last=last, weekly=weekly, closed=frozenset(shut))


def problems(closed: ClosedDays, tree: Tree) -> Iterator[Problem]:
    """Name the closed days that cannot be read, and a week without one open day."""
    for i, written in enumerate(closed.extra):
        at = ("closed_days", "extra", i)
        begin, _, end = written.partition("..")
        try:
            yearly = {len(begin) == 5, len(end or begin) == 5}
            days = [date.fromisoformat(_full(part, ANY_LEAP_YEAR)) for part in (begin, end or begin)]
        except ValueError:
            yield tree.problem(at, "closed_day", value=written)
            continue
        # Half a date with a year, or a span that ends before it begins.
        if len(yearly) > 1 or (yearly == {False} and days[0] > days[1]):
            yield tree.problem(at, "closed_day", value=written)
    if set(closed.weekly) == set(WEEKDAYS):
        yield tree.problem(("closed_days", "weekly"), "never_open")


def _days(written: str, first: date, last: date) -> Iterator[date]:
    begin, _, end = written.partition("..")
    end = end or begin
    years = range(first.year - 1, last.year + 1) if len(begin) == 5 else range(1)
    for year in years:
        # 12-29..01-03 runs into the next year; 02-29 is missing in most.
        over = 1 if len(begin) == 5 and end < begin else 0
        try:
            start, stop = date.fromisoformat(_full(begin, year)), date.fromisoformat(_full(end, year + over))
        except ValueError:
            continue
        yield from (start + timedelta(n) for n in range((stop - start).days + 1))


def _full(part: str, year: int) -> str:
    return part if len(part) == 10 else f"{year:04d}-{part}"
