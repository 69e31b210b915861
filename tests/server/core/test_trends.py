"""What shows itself over time says the same as the totals, only cut finer."""

from datetime import datetime

import pytest
from msgspec.structs import replace

from server.core import events as e
from server.core.city import City, Opening
from server.core.hours import JAPAN
from server.core.journal import Now
from server.core.machines import Machines, kept, together
from server.core.trends import Hours, by_day, by_hour, by_week
from server.protocol.values import Device, Health, KioskId
from tests.server.core.example import KITA, MINAMI, city
from tests.server.core.test_visits import SATO, accepted, books, offered, taken

MONDAY = datetime(2026, 11, 16, tzinfo=JAPAN).timestamp()
HOUR = 3600.0
FINE = Health(version="1")


def broken(*devices: str) -> Health:
    return Health(version="1", devices=tuple(Device(name=name, state="fault") for name in devices))


def open_on_weekdays() -> City:
    whole = city()
    openings = tuple(Opening(weekday=day, opens=9 * 60, closes=17 * 60) for day in range(5))
    return replace(whole, lanes=tuple(replace(lane, openings=openings) for lane in whole.lanes))


def now(day: int, hour: float) -> Now:
    return Now(day * 24 * HOUR + hour * HOUR, MONDAY + day * 24 * HOUR + hour * HOUR)


def came(machines: Machines, kiosk: KioskId, at: Now, health: Health = FINE) -> None:
    machines.enter(at, e.KioskCame(kiosk=kiosk, machine="m", health=health, at=at.elapsed))


def went(machines: Machines, kiosk: KioskId, at: Now, *, expected: bool = False) -> None:
    machines.enter(at, e.KioskWent(kiosk=kiosk, wall=at.wall, expected=expected, at=at.elapsed))


def test_time_on_duty_is_cut_at_full_hours_and_all_hours_together_are_the_whole_time():
    made = books(  # the first entry is at nine o'clock
        e.StaffCame(at=0, staff=SATO),
        e.StaffReady(at=0, staff=SATO),
        taken("t1", 3000),
        offered("t1", 3000),
        accepted("t1", 3005),
        e.WrapupFinished(at=3600 + 1800, ticket=taken("t1", 0).ticket, result="done"),
        e.StaffPaused(at=3600 + 2400, staff=SATO, reason="break"),
    )
    loads = by_hour(made.hours.spent, "2026-11-20", "2026-11-20")
    assert [(one.hour, one.ready, one.bound) for one in loads] == [(9, 3000, 600), (10, 600, 1800)]
    assert [one.occupancy for one in loads] == [pytest.approx(1 / 6), 0.75]
    assert sum(one.bound for one in loads) == sum(duty.bound for duty in made.duties.values())
    assert sum(one.ready for one in loads) == sum(duty.ready for duty in made.duties.values())
    assert by_hour(made.hours.spent, "2026-11-19", "2026-11-19") == ()


def test_an_hour_without_anybody_is_shown_as_such_and_a_night_is_cut_at_midnight():
    hours = Hours()
    hours.add(MONDAY + 24 * HOUR + 600, 1200, bound=True)
    assert {key: spent.bound for key, spent in hours.spent.items()} == {
        ("2026-11-16", 23): 600,
        ("2026-11-17", 0): 600,
    }
    hours.add(MONDAY + 22 * HOUR, 60, bound=False)
    loads = by_hour(hours.spent, "2026-11-16", "2026-11-16")
    assert [(one.hour, one.occupancy) for one in loads] == [(21, 0.0), (22, None), (23, 1.0)]


def test_each_day_of_each_kiosk_is_what_it_would_be_asked_alone_and_a_closed_day_is_none():
    machines, whole = Machines(), open_on_weekdays()
    for day in range(7):
        came(machines, KITA, now(day, 8))
        went(machines, KITA, now(day, 17.5), expected=True)
    came(machines, MINAMI, now(1, 8))
    went(machines, MINAMI, now(1, 11))
    came(machines, MINAMI, now(1, 13))
    went(machines, MINAMI, now(3, 13))
    wall = now(6, 20).wall
    found = by_day(machines, whole, "2026-11-22", "2026-11-22", wall)
    assert (len(found.days), found.days[-7:][0]) == (14, "2026-11-16")
    rows = {row.kiosk: row.uptime[-7:] for row in found.kiosks}
    assert rows[KITA] == (1, 1, 1, 1, 1, None, None)
    assert rows[MINAMI] == (None, 0.75, 1, 0.5, 0, None, None)
    assert rows[""] == (1, 7 / 8, 1, 0.75, 0.5, None, None)
    for index, day in enumerate(found.days):
        alone = kept(machines, whole, day, day, wall)
        assert found.kiosks[0].uptime[index] == together(alone).uptime
        assert [row.uptime[index] for row in found.kiosks[1:]] == [one.uptime for one in alone]


def test_a_day_that_runs_counts_to_now_and_a_long_question_shows_its_last_month():
    machines = Machines()
    came(machines, KITA, now(0, 8))
    went(machines, KITA, now(0, 11))
    found = by_day(machines, open_on_weekdays(), "2026-01-01", "2026-11-16", now(0, 13).wall)
    assert len(found.days) == 31
    assert found.kiosks[1].uptime[-1] == 0.5
    assert by_day(Machines(), open_on_weekdays(), "2026-01-01", "2026-11-16", now(0, 13).wall).kiosks == ()


def test_faults_are_counted_by_kind_in_the_week_of_their_day_beside_who_came():
    machines = Machines()
    came(machines, KITA, now(-1, 9), broken("card"))  # the Sunday before
    came(machines, KITA, now(0, 9))
    came(machines, MINAMI, now(4, 9), broken("printer", "card"))
    came(machines, KioskId("gone"), now(4, 9), broken("printer"))  # no kiosk of the city any more
    came(machines, KITA, now(6, 9), broken("printer"))
    days = ["2026-11-15"] * 3 + ["2026-11-16", "2026-11-20", "2026-11-23"]
    weeks = by_week(machines, city(), days, "2026-11-20", "2026-11-22")
    assert len(weeks) == 8
    assert [(one.week, one.visits, one.faults, one.per_100) for one in weeks[-2:]] == [
        ("2026-11-09", 3, {"card": 1}, pytest.approx(100 / 3)),
        ("2026-11-16", 2, {"card": 1, "printer": 2}, 150.0),
    ]
    assert weeks[0].per_100 is None
    assert by_week(machines, city(), days, "2026-11-20", "2026-11-20")[-1].faults == {"card": 1, "printer": 1}
