"""Hours as a person writes them in `city.toml`, and what the core makes of them: weeks, single days, holidays, lunch."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated

import msgspec
from msgspec import Meta

from server.core.checklist.catalogue import ClosedDays
from server.core.city import Lunch, Opening, Site
from server.procedures.calendar import open_days
from server.protocol.values import SiteId

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")  # as `datetime.weekday`

Days = dict[str, tuple[str, ...]]
"""Single days with hours of their own: "2027-03-28" = ["09:00-12:00"]; an empty list is a day off."""


class Unreadable(Exception):
    """Something here is no hours; `why` names the sentence, `key` the place."""

    def __init__(self, key: str, why: str, value: str = "") -> None:
        super().__init__(key)
        self.key, self.why, self.value = key, why, value


class Hours(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Reception hours by weekday, "08:30-17:15"; a day without any is closed, and no table at all means always open."""

    mon: tuple[str, ...] = ()
    tue: tuple[str, ...] = ()
    wed: tuple[str, ...] = ()
    thu: tuple[str, ...] = ()
    fri: tuple[str, ...] = ()
    sat: tuple[str, ...] = ()
    sun: tuple[str, ...] = ()


class LunchInFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When a lane keeps fewer seats, and how many stay."""

    at: str
    at_least: Annotated[int, Meta(ge=0)] = 1


class SiteInFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A place as written: open whenever a lane is, unless it has hours of its own."""

    id: SiteId
    name: str
    telephone: Annotated[str, Meta(max_length=40, pattern=r"^[0-9+() -]*$")] = ""
    hours: Hours | None = None
    exceptions: Days = {}


def shut(days: ClosedDays | None, today: date) -> dict[str, tuple[Opening, ...]]:
    """Return the days of these years on which nothing is open; what the core knows of calendars is this."""
    if days is None:
        return {}
    return {day.isoformat(): () for day in open_days(days, today).closed}


def week(hours: Hours | None) -> tuple[Opening, ...]:
    """Return the openings of a week. Raises Unreadable."""
    if hours is None:
        return ()
    found = tuple(
        _opening(f"hours.{name}", weekday, span)
        for weekday, name in enumerate(DAYS)
        for span in getattr(hours, name)
    )
    if not found:  # no opening means "always" to the core: nobody writes that with an empty table
        raise Unreadable("hours", "empty")
    return found


def single_days(*layers: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[Opening, ...]]:
    """Return the days with hours of their own; a later layer decides over an earlier one. Raises Unreadable."""
    return {day: openings for layer in layers for day, openings in _days(layer)}


def lunch(written: LunchInFile | None) -> Lunch | None:
    """Return when a lane keeps fewer seats. Raises Unreadable."""
    if written is None:
        return None
    starts, ends = _span("lunch.at", written.at)
    return Lunch(starts=starts, ends=ends, at_least=written.at_least)


def site(written: SiteInFile) -> Site:
    """Return a place with its hours. Raises Unreadable."""
    return Site(
        id=written.id,
        name=written.name,
        telephone=written.telephone,
        openings=week(written.hours),
        exceptions=single_days(written.exceptions),
    )


def _days(layer: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, tuple[Opening, ...]]]:
    for written, hours in layer.items():
        key = f"exceptions.{written}"
        try:
            day = date.fromisoformat(written)
        except ValueError as error:
            raise Unreadable(key, "day", written) from error
        yield day.isoformat(), tuple(_opening(key, day.weekday(), span) for span in hours)


def _opening(key: str, weekday: int, span: str) -> Opening:
    opens, closes = _span(key, span)
    return Opening(weekday=weekday, opens=opens, closes=closes)


def _span(key: str, span: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d{1,2}):([0-5]\d)-(\d{1,2}):([0-5]\d)", span)
    if match is None:
        raise Unreadable(key, "hours", span)
    numbers = [int(part) for part in match.groups()]
    opens, closes = numbers[0] * 60 + numbers[1], numbers[2] * 60 + numbers[3]
    if not opens < closes <= 1440:
        raise Unreadable(key, "hours", span)
    return opens, closes
