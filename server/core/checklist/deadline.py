"""From a rule like 「14日以内」 to a day on the calendar, with the sentence that says how it was counted."""

import calendar as months
from collections.abc import Mapping
from datetime import date, timedelta

import msgspec

from server.core.checklist import words
from server.core.checklist.answers import Facts
from server.core.checklist.catalogue import BaseDate, Deadline, Span, Spoken
from server.core.checklist.logic import judge
from server.protocol.values import Key, Personal

ONE_DAY = timedelta(days=1)


class OpenDays(msgspec.Struct, frozen=True, kw_only=True):
    """When city hall is open, as far ahead as anybody knows: from `first` to `last`."""

    first: date
    last: date
    weekly: frozenset[int] = frozenset()  # closed weekdays, 0 = Monday
    closed: frozenset[date] = frozenset()

    def knows(self, day: date) -> bool:
        """Say whether this calendar speaks about `day`."""
        return self.first <= day <= self.last

    def is_open(self, day: date) -> bool:
        """Say whether city hall is open on `day`."""
        return day.weekday() not in self.weekly and day not in self.closed


class Due(Personal, frozen=True, kw_only=True):
    """A deadline of one household: the day if it can be computed, and in any case how."""

    day: date | None
    how: str
    severe: str | None = None  # what is lost after that day
    note: str | None = None
    certain: bool = True  # False: whether the deadline applies at all is not known yet
    overdue: bool = False


def due(
    deadline: Deadline, bases: Mapping[Key, BaseDate], facts: Facts, today: date, calendar: OpenDays
) -> Due:
    """Compute when something has to be done."""
    match deadline:
        case Spoken(text=text, note=note):
            return Due(day=None, how=text, note=note)
        case Span():
            needed = judge(deadline.only_if, facts).truth
            if needed == "no":
                return Due(day=None, how=deadline.note or words.TEXTS["no_limit"])
            return _counted(deadline, bases, facts, today, calendar, certain=needed == "yes")


def last_day(span: Span, base: date) -> date:
    """Count the days, months or years of a span from its base date, without regard to closed days.

    民法140条: the first day is left out unless the law counts it. 民法143条: months and years end on the day before the one
    that answers to their beginning, or, where there is no such day, with the month.
    """
    begin = base if span.first_day == "included" else base + ONE_DAY
    if span.unit == "day":
        return begin + timedelta(days=span.n - 1)
    ahead = begin.year * 12 + begin.month - 1 + span.n * (12 if span.unit == "year" else 1)
    year, month = divmod(ahead, 12)
    length = months.monthrange(year, month + 1)[1]
    if begin.day > length:
        return date(year, month + 1, length)
    return date(year, month + 1, begin.day) - ONE_DAY


def _counted(
    span: Span, bases: Mapping[Key, BaseDate], facts: Facts, today: date, calendar: OpenDays, certain: bool
) -> Due:
    base, how = _base(span, bases, facts)
    if not certain:
        how += [words.TEXTS["if_needed"]]
    if base is None:
        return Due(day=None, how="。".join(how), severe=span.severe, note=span.note, certain=certain)
    day = last_day(span, base)
    if span.roll == "next_open_day" and span.severe is None:
        day, rolled = _rolled(day, calendar)
        how += rolled
    return Due(
        day=day, how="。".join(how), severe=span.severe, note=span.note, certain=certain, overdue=day < today
    )


def _base(span: Span, bases: Mapping[Key, BaseDate], facts: Facts) -> tuple[date | None, list[str]]:
    """Return the day to count from, itself or its stand-in, and the words for it."""
    known, name, stand_in = facts[span.start].value, span.start, list[str]()
    earlier = bases[span.start].earlier
    if not isinstance(known, date) and earlier is not None:
        known, name = facts[earlier].value, earlier
        stand_in = [words.TEXTS["stand_in"].format(label=bases[span.start].label)]
    if not isinstance(known, date):
        within = words.TEXTS[f"within_{span.unit}"]
        return None, [within.format(label=bases[span.start].label, n=span.n)]
    if span.unit == "day":
        counting = "days_with" if span.first_day == "included" else "days_after"
    else:
        counting = f"{span.unit}s"
    said = words.TEXTS[counting].format(label=bases[name].label, base=words.day(known), n=span.n)
    return known, [said, *stand_in]


def _rolled(day: date, calendar: OpenDays) -> tuple[date, list[str]]:
    """Move a closed day to the next open one; beyond the calendar's knowledge leave it, the safe side."""
    ahead = day
    while calendar.knows(ahead) and not calendar.is_open(ahead):
        ahead += ONE_DAY
    if not calendar.knows(ahead):
        return day, [words.TEXTS["uncharted"]]
    return ahead, [] if ahead == day else [words.TEXTS["rolled"].format(day=words.day(day))]
