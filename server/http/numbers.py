"""The city's key figures over HTTP: JSON and CSV for supervisors, and a coarse open table for everybody.

They are counted from the floor's ledger, which is filled from the journal when somebody asks.
"""

import csv
import io
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import msgspec
from aiohttp import web

from server.core import numbers, trends
from server.core.city import Targets
from server.core.company import lane_label
from server.core.hours import local
from server.core.machines import Kept, kept, together
from server.core.visits import Books, Duty, Visit
from server.http.api import reply
from server.http.floor import Floor
from server.http.problems import Problem

READERS = frozenset({"supervisor", "administrator", "auditor"})
TARGET = 600.0
"""Seconds of the service level unless asked otherwise."""
LONGEST = 366
"""Days of one question."""
OPEN_DAYS = 28
"""Days the open table looks back; today is left out, because it is not over."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A question, as it was understood."""

    since: str
    until: str
    by: str
    target: float


class Staffing(msgspec.Struct, frozen=True, kw_only=True):
    """What concerns one member of staff. No ranking is made of it: it shows who needs help."""

    staff: str
    name: str
    ready: float
    bound: float
    missed: int


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """GET /api/numbers."""

    asked: Asked
    all: numbers.Figures
    before: numbers.Figures  # the same span just before, to compare with
    rows: tuple[numbers.Row, ...]
    lanes: tuple[numbers.Row, ...]  # the same visits by lane: how true each lane's waits were
    labels: dict[str, str]
    lane_labels: dict[str, str]
    occupancy: float | None
    targets: Targets
    staff: tuple[Staffing, ...]
    reserved_missed: float | None = None  # of the reservations whose time came
    machines: Kept = Kept()
    machines_before: Kept = Kept()
    faults_per_100: float | None = None
    faults_per_100_before: float | None = None
    kiosks: tuple[Kept, ...] = ()
    kiosk_labels: dict[str, str] = {}
    hours: tuple[trends.Load, ...] = ()
    kept: trends.Calendar = trends.Calendar()
    weeks: tuple[trends.FaultWeek, ...] = ()


class Numbers:
    """The handlers."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor

    def routes(self) -> list[web.RouteDef]:
        """Return every route of the figures."""
        return [
            web.get("/api/numbers", self.figures, name="numbers"),
            web.get("/api/numbers.csv", self.table, name="numbers_csv"),
            web.get("/api/numbers/kiosks.csv", self.kiosk_table, name="numbers_kiosks_csv"),
            web.get("/api/numbers/kiosks-by-day.csv", self.day_table, name="numbers_kiosks_by_day_csv"),
            web.get("/api/numbers/hours.csv", self.hour_table, name="numbers_hours_csv"),
            web.get("/api/numbers/faults-by-week.csv", self.week_table, name="numbers_faults_by_week_csv"),
            web.get("/open/visits.csv", self.open_table, name="open_visits"),
        ]

    async def figures(self, request: web.Request) -> web.Response:
        """Answer a supervisor's question."""
        await self._reader(request)
        asked = self._asked(request)
        books = await self._floor.ledger.filled()
        visits = _between(books, asked.since, asked.until)
        first, last = date.fromisoformat(asked.since), date.fromisoformat(asked.until)
        span = last - first + timedelta(days=1)
        before = _between(books, (first - span).isoformat(), (last - span).isoformat())
        city, wall = self._floor.city, self._floor.parts.hub.now().wall
        kiosks = kept(books.machines, city, asked.since, asked.until, wall)
        all_, earlier = (
            together(kiosks),
            together(kept(books.machines, city, (first - span).isoformat(), (last - span).isoformat(), wall)),
        )
        duties = [duty for duty in books.duties.values() if asked.since <= duty.day <= asked.until]
        return reply(
            Answer(
                asked=asked,
                all=numbers.figures(visits, asked.target),
                before=numbers.figures(before, asked.target),
                rows=tuple(numbers.grouped(visits, asked.by, asked.target)),
                lanes=tuple(numbers.grouped(visits, "lane", asked.target)),
                labels=self._labels(asked.by),
                lane_labels=self._labels("lane"),
                occupancy=numbers.occupancy(duties),
                targets=self._floor.city.targets,
                staff=self._staffing(duties, visits),
                reserved_missed=numbers.no_shows_of_reservations(
                    one for one in books.promises.values() if asked.since <= one.day <= asked.until
                ),
                machines=all_,
                machines_before=earlier,
                faults_per_100=numbers.share(100.0 * all_.faults, len(visits)),
                faults_per_100_before=numbers.share(100.0 * earlier.faults, len(before)),
                kiosks=kiosks,
                kiosk_labels=self._labels("kiosk"),
                hours=trends.by_hour(books.hours.spent, asked.since, asked.until),
                kept=trends.by_day(books.machines, city, asked.since, asked.until, wall),
                weeks=self._weeks(books, asked),
            )
        )

    async def table(self, request: web.Request) -> web.Response:
        """Hand out the same rows for a spreadsheet."""
        await self._reader(request)
        asked = self._asked(request)
        visits = _between(await self._floor.ledger.filled(), asked.since, asked.until)
        rows = numbers.grouped(visits, asked.by, asked.target)
        labels = self._labels(asked.by)
        fields = numbers.Figures.__struct_fields__
        lines = [(asked.by, "label", *fields)]
        lines += [(row.key, labels.get(row.key, ""), *msgspec.structs.astuple(row.figures)) for row in rows]
        return _csv(lines, f"komado-{asked.by}-{asked.since}-{asked.until}.csv")

    async def kiosk_table(self, request: web.Request) -> web.Response:
        """Hand out how the kiosks kept for a spreadsheet."""
        await self._reader(request)
        asked = self._asked(request)
        books, wall = await self._floor.ledger.filled(), self._floor.parts.hub.now().wall
        labels = self._labels("kiosk")
        lines: list[tuple[Any, ...]] = [("kiosk", "label", "there", "gone", "uptime", "faults")]
        lines += [
            (one.kiosk, labels.get(one.kiosk, ""), one.there, one.gone, one.uptime, one.faults)
            for one in kept(books.machines, self._floor.city, asked.since, asked.until, wall)
        ]
        return _csv(lines, f"komado-kiosks-{asked.since}-{asked.until}.csv")

    async def day_table(self, request: web.Request) -> web.Response:
        """Hand out how each kiosk kept on each day for a spreadsheet: one line a kiosk and day."""
        await self._reader(request)
        asked = self._asked(request)
        books, wall = await self._floor.ledger.filled(), self._floor.parts.hub.now().wall
        labels = self._labels("kiosk")
        found = trends.by_day(books.machines, self._floor.city, asked.since, asked.until, wall)
        lines: list[tuple[Any, ...]] = [("kiosk", "label", "day", "uptime")]
        lines += [
            (row.kiosk, labels.get(row.kiosk, ""), day, uptime)
            for row in found.kiosks
            if row.kiosk  # all together is no line of a table that is summed up
            for day, uptime in zip(found.days, row.uptime, strict=True)
        ]
        return _csv(lines, f"komado-kiosks-by-day-{asked.since}-{asked.until}.csv")

    async def hour_table(self, request: web.Request) -> web.Response:
        """Hand out how much of their time on duty all staff together spent on residents, hour by hour."""
        await self._reader(request)
        asked = self._asked(request)
        books = await self._floor.ledger.filled()
        lines: list[tuple[Any, ...]] = [("hour", "ready", "bound", "occupancy")]
        lines += [
            (one.hour, one.ready, one.bound, one.occupancy)
            for one in trends.by_hour(books.hours.spent, asked.since, asked.until)
        ]
        return _csv(lines, f"komado-hours-{asked.since}-{asked.until}.csv")

    async def week_table(self, request: web.Request) -> web.Response:
        """Hand out how often devices failed each week: one line a week and kind of device."""
        await self._reader(request)
        asked = self._asked(request)
        books = await self._floor.ledger.filled()
        lines: list[tuple[Any, ...]] = [("week", "device", "faults", "visits", "per_100")]
        for one in self._weeks(books, asked):
            # A week without any fault has a line too: it is a good week, not a missing one.
            lines += [
                (one.week, kind, count, one.visits, numbers.share(100.0 * count, one.visits))
                for kind, count in (sorted(one.faults.items()) or [("", 0)])
            ]
        return _csv(lines, f"komado-faults-by-week-{asked.since}-{asked.until}.csv")

    async def open_table(self, request: web.Request) -> web.Response:
        """Hand out to everybody how many visits each lane had and how long they waited, small groups left out."""
        yesterday = local(self._floor.parts.hub.now().wall).date() - timedelta(days=1)
        since = yesterday - timedelta(days=OPEN_DAYS - 1)
        visits = _between(await self._floor.ledger.filled(), since.isoformat(), yesterday.isoformat())
        rows = numbers.published(numbers.grouped(visits, "lane", TARGET))
        lines: list[tuple[Any, ...]] = [("lane", "since", "until", "visits", "wait_p50", "wait_p80")]
        lines += [
            (row.key, since, yesterday, row.figures.visits, row.figures.wait_p50, row.figures.wait_p80)
            for row in rows
        ]
        return _csv(lines, "komado-visits.csv")

    def _weeks(self, books: Books, asked: Asked) -> tuple[trends.FaultWeek, ...]:
        days = (visit.day for visit in books.visits.values())
        return trends.by_week(books.machines, self._floor.city, days, asked.since, asked.until)

    def _staffing(self, duties: Sequence[Duty], visits: Sequence[Visit]) -> tuple[Staffing, ...]:
        missed = numbers.missed_by(visits)
        people = {id: person for id, person in self._floor.city.staff.items() if person.enabled}
        return tuple(
            Staffing(
                staff=id,
                name=person.name,
                ready=sum(duty.ready for duty in duties if duty.staff == id),
                bound=sum(duty.bound for duty in duties if duty.staff == id),
                missed=missed.get(id, 0),
            )
            for id, person in people.items()
            if any(duty.staff == id for duty in duties)
        )

    async def _reader(self, request: web.Request) -> None:
        session = await self._floor.parts.sessions.of(request, self._floor.parts.hub.now().wall)
        if session is None:
            raise Problem("not_signed_in", 401)
        if READERS.isdisjoint(session.person.roles):
            raise Problem("forbidden", 403)

    def _asked(self, request: web.Request) -> Asked:
        today = local(self._floor.parts.hub.now().wall).date()
        try:
            until = date.fromisoformat(request.query.get("until", today.isoformat()))
            since = date.fromisoformat(request.query.get("since", until.isoformat()))
            target = float(request.query.get("target", TARGET))
        except ValueError:
            raise Problem("bad_question", 400) from None
        by = request.query.get("by", "hour")
        if not 0 <= (until - since).days < LONGEST or by not in numbers.GROUPS or not 0 < target <= 86_400:
            raise Problem("bad_question", 400)
        return Asked(since=since.isoformat(), until=until.isoformat(), by=by, target=target)

    def _labels(self, by: str) -> dict[str, str]:
        city = self._floor.city
        match by:
            case "lane":
                return {lane.id: lane_label(city, lane) for lane in city.lanes}
            case "purpose":
                return {purpose.id: purpose.staff_label for purpose in city.purposes}
            case "kiosk":
                sites = {site.id: site.name for site in city.sites}
                fixed = {
                    kiosk.id: f"{sites.get(kiosk.site, kiosk.site)} {kiosk.name}"
                    for kiosk in city.kiosks.values()
                }
                moved = {  # one that moves is counted where it stood
                    f"{kiosk.id}@{site}": f"{name}（{kiosk.name}）"
                    for kiosk in city.kiosks.values()
                    if city.kinds.get(kiosk.id) == "mobile"
                    for site, name in sites.items()
                }
                return fixed | moved
            case _:
                return {}


def _between(books: Books, since: str, until: str) -> list[Visit]:
    return [visit for visit in books.visits.values() if since <= visit.day <= until]


def _csv(lines: Sequence[Sequence[Any]], name: str) -> web.Response:
    text = io.StringIO()
    csv.writer(text).writerows(["" if cell is None else cell for cell in line] for line in lines)
    # With a byte order mark: the spreadsheet of every city hall reads it as UTF-8 only then.
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return web.Response(
        body=text.getvalue().encode("utf-8-sig"), headers=headers, content_type="text/csv", charset="utf-8"
    )
