"""A made-up city day for the page of figures: seeded, so that every picture of it is the same."""

from datetime import date, datetime, timedelta
from math import ceil
from random import Random

from server.core import numbers, trends
from server.core.city import Targets
from server.core.events import Told
from server.core.hours import JAPAN
from server.core.journal import Now
from server.core.machines import Kept, together
from server.core.visits import Duty, Visit
from server.http.numbers import Answer, Asked, Staffing
from server.protocol.values import KioskId, LaneId, StaffId, TicketId

DAY = "2026-11-20"
NINE = datetime(2026, 11, 20, 9, 0, tzinfo=JAPAN).timestamp()
LABELS = {
    "purpose": {
        "talk": "職員と話したい",
        "tennyu": "転入",
        "shibo": "おくやみ",
        "shomei": "証明書",
        "kaigo": "介護",
    },
    "kiosk": {"k1": "北公民館 1階", "k2": "南支所 ロビー", "k3": "山の手公民館"},
}
KEPT = (
    Kept(kiosk="k1", there=28_800, uptime=1.0),
    Kept(kiosk="k2", there=27_000, gone=1_800, uptime=0.9375, faults=2),
    Kept(kiosk="k3", there=28_650, gone=150, uptime=0.9948, faults=1),
)
LOADS = (0.41, 0.63, 0.92, 0.78, 0.38, 0.66, 0.81, 0.55)
"""How bound staff were in each hour from nine: more than the target at eleven."""
WEEKS: tuple[dict[str, int], ...] = (
    {},
    {"printer": 1},
    {},
    {"printer": 2, "card": 1},
    {"face_camera": 1},
    {},
    {"printer": 1},
    {"printer": 4, "card": 3, "document_camera": 1},
)
"""Faults of the weeks up to the day."""
BUSY = (9, 14, 18, 12, 5, 11, 13, 8)
"""People who come in each hour from nine."""


def visits(seed: int = 1) -> list[Visit]:
    """Return one day's visits."""
    random = Random(seed)
    made: list[Visit] = []
    for hour, count in enumerate(BUSY):
        for at in sorted(random.uniform(0, 3600) for _ in range(count)):
            arrived = hour * 3600 + at
            wait = random.gammavariate(1.6, 60 + 22 * count)
            talk = random.lognormvariate(6.2, 0.5)
            stays = random.random() > wait / 9000
            made.append(
                Visit(
                    ticket=TicketId(f"t{len(made)}"),
                    number=len(made) + 1,
                    day=DAY,
                    kiosk=KioskId(random.choice(["k1", "k1", "k2", "k3"])),
                    lane=LaneId("okuyami" if len(made) % 7 == 3 else "shimin"),
                    purpose=random.choices(list(LABELS["purpose"]), (5, 3, 2, 4, 2))[0],
                    language="ja",
                    wants_text=random.random() < 0.06,
                    arrived=Now(arrived, NINE + arrived),
                    started=arrived + wait if stays else None,
                    ended=arrived + wait + talk if stays else None,
                    closed=arrived + wait + (talk + random.uniform(20, 200) if stays else 0),
                    outcome="done" if stays else "abandoned",
                    result=None if not stays else "come_in" if len(made) % 6 == 0 else "done",
                    told=told(wait, Random(len(made)).lognormvariate(0.1, 0.35)) if wait > 90 else None,
                    told_at=arrived + 3,
                    staff=(StaffId(random.choice("abc")),) if stays else (),
                    missed=(StaffId("c"),) if random.random() < 0.05 else (),
                    card=("shared",) if random.random() < 0.4 else (),
                    prints=("printed",) if random.random() < 0.7 else (),
                )
            )
    return made


def told(wait: float, luck: float) -> Told:
    """Return what somebody was told who came to wait so long."""
    p50 = wait * luck
    high = 5 * max(1, ceil(p50 * 1.3 / 300))
    return Told(low=min(high, 5 * max(1, round(p50 / 300))), high=high, p50=p50, p80=p50 * 1.3, by=0.0)


def calendar() -> trends.Calendar:
    """Return a fortnight of three kiosks, of which one was away on a Tuesday."""
    days = [date.fromisoformat(DAY) - timedelta(days=back) for back in reversed(range(14))]

    def row(kiosk: str, bad: dict[int, float]) -> trends.KioskDays:
        return trends.KioskDays(
            kiosk=kiosk,
            uptime=tuple(None if day.weekday() > 4 else bad.get(day.day, 1.0) for day in days),
        )

    rows = (
        row("", {11: 0.9931, 17: 0.6271, 20: 0.9771}),
        row("k1", {11: 0.9942}),
        row("k2", {17: 0.125, 20: 0.9375}),
        row("k3", {11: 0.9851, 20: 0.9948}),
    )
    return trends.Calendar(days=tuple(day.isoformat() for day in days), kiosks=rows)


def weeks() -> tuple[trends.FaultWeek, ...]:
    """Return the faults of eight weeks."""
    monday = date.fromisoformat(DAY) - timedelta(days=4)
    made: list[trends.FaultWeek] = []
    for index, faults in enumerate(WEEKS):
        week, came = monday - timedelta(weeks=len(WEEKS) - 1 - index), 180 + 12 * index
        total = 100 * sum(faults.values())
        made.append(trends.FaultWeek(week=week.isoformat(), visits=came, faults=faults, per_100=total / came))
    return tuple(made)


def answer(since: str, until: str, by: str, target: float) -> Answer:
    """Return what the server would say of that day."""
    found = visits() if since <= DAY <= until else []
    return Answer(
        asked=Asked(since=since, until=until, by=by, target=target),
        all=numbers.figures(found, target),
        before=numbers.figures(visits(2)[:70] if found else [], target),
        rows=tuple(numbers.grouped(found, by, target)),
        lanes=tuple(numbers.grouped(found, "lane", target)),
        labels=LABELS.get(by, {}),
        lane_labels={"shimin": "総合窓口", "okuyami": "おくやみ窓口"},
        targets=Targets(),
        machines=together(KEPT if found else ()),
        faults_per_100=100 * 3 / len(found) if found else None,
        kiosks=KEPT,
        kiosk_labels=LABELS["kiosk"],
        hours=tuple(
            trends.Load(hour=9 + index, ready=7200 * (1 - load), bound=7200 * load, occupancy=load)
            for index, load in enumerate(LOADS if found else ())
        ),
        kept=calendar(),
        weeks=weeks(),
        occupancy=numbers.occupancy([Duty(staff=StaffId("a"), day=DAY, ready=9000, bound=16_000)]),
        staff=(
            Staffing(staff="a", name="佐藤 恵", ready=9000, bound=16_000, missed=0),
            Staffing(staff="b", name="鈴木 一郎", ready=7400, bound=17_200, missed=1),
            Staffing(staff="c", name="高橋 みどり", ready=12_000, bound=9800, missed=4),
        ),
    )
