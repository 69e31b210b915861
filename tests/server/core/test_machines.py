"""How the kiosks kept: counted within opening hours, and only what nobody had announced."""

from datetime import datetime

from msgspec.structs import replace

from server.core import events as e
from server.core.city import City, Opening
from server.core.hours import JAPAN
from server.core.journal import Now
from server.core.machines import Machines, kept, together
from server.protocol.values import Device, Health
from tests.server.core.example import KITA, MINAMI, city

DAY = "2026-11-20"
FINE = Health(version="1", devices=(Device(name="printer", state="ok"),))
BROKEN = Health(version="1", devices=(Device(name="printer", state="fault"),))


def at(hour: float) -> Now:
    midnight = datetime(2026, 11, 20, tzinfo=JAPAN).timestamp()
    return Now(hour * 3600, midnight + hour * 3600)


def nine_to_five() -> City:
    whole = city()
    opening = Opening(weekday=4, opens=9 * 60, closes=17 * 60)
    return replace(whole, lanes=tuple(replace(lane, openings=(opening,)) for lane in whole.lanes))


def came(machines: Machines, hour: float, health: Health = FINE) -> None:
    now = at(hour)
    machines.enter(now, e.KioskCame(kiosk=KITA, machine="m", health=health, at=now.elapsed))


def went(machines: Machines, hour: float, *, expected: bool = False) -> None:
    now = at(hour)
    machines.enter(now, e.KioskWent(kiosk=KITA, wall=now.wall, expected=expected, at=now.elapsed))


def test_the_night_is_no_failure_and_an_hour_away_in_the_day_is():
    machines = Machines()
    came(machines, 8)
    went(machines, 12)
    came(machines, 13)
    went(machines, 20)
    (one,) = kept(machines, nine_to_five(), DAY, DAY, at(24).wall)
    assert (one.kiosk, one.there, one.gone) == (KITA, 7 * 3600, 3600)
    assert one.uptime == 7 / 8


def test_a_kiosk_that_is_carried_about_is_no_failure_while_it_lies_in_its_bag():
    machines = Machines()
    came(machines, 8)
    went(machines, 12)
    assert kept(machines, replace(nine_to_five(), kinds={KITA: "mobile"}), DAY, DAY, at(24).wall) == ()


def test_a_restart_that_was_announced_is_not_counted_and_a_day_that_runs_counts_to_now():
    machines = Machines()
    came(machines, 8)
    went(machines, 10, expected=True)
    came(machines, 11)
    (one,) = kept(machines, nine_to_five(), DAY, DAY, at(13).wall)
    assert (one.there, one.gone, one.uptime) == (3 * 3600, 0, 1.0)


def test_a_device_that_stays_broken_is_one_fault_and_after_a_repair_it_is_another():
    machines = Machines()
    came(machines, 9)
    for hour, health in ((10, BROKEN), (10.5, BROKEN), (11, FINE), (12, BROKEN)):
        now = at(hour)
        machines.enter(now, e.HealthReported(kiosk=KITA, health=health, at=now.elapsed))
    came(machines, 13, BROKEN)
    assert together(kept(machines, nine_to_five(), DAY, DAY, at(14).wall)).faults == 2
    assert together(kept(machines, nine_to_five(), "2026-11-19", "2026-11-19", at(14).wall)).faults == 0


def test_a_kiosk_that_was_never_there_says_nothing():
    assert kept(Machines(), nine_to_five(), DAY, DAY, at(14).wall) == ()
    assert together(()).uptime is None
    assert MINAMI not in {one.kiosk for one in kept(Machines(), nine_to_five(), DAY, DAY, at(14).wall)}
