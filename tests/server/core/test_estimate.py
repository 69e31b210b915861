"""How long people wait is reckoned from the queue as it stands, and twice the same from the same queue."""

import pytest
from msgspec.structs import replace

from server.core.city import Lane, Ring
from server.core.commands import NoteAppointments
from server.core.estimate import ENOUGH, SCENARIOS, lengths, reckon, rest
from server.protocol import messages as m
from server.protocol.values import AppointmentId, KioskId, LaneId, StaffId, TicketId
from tests.server.core.desk import Desk
from tests.server.core.example import (
    BOSS,
    KITA,
    MINAMI,
    NISHI,
    OPEN_LANE,
    OTHER_LANE,
    SATO,
    SUZUKI,
    TANAKA,
    city,
)

BUSINESS_LANE = Lane(id=LaneId("gyosha"), purposes=("zumen",), kind="business")
HARDLY = 0.05
"""Relative difference between one reckoning of forty scenarios and the whole truth."""


def steady(minutes: float) -> dict[str, tuple[float, ...]]:
    return dict.fromkeys(("talk", "tennyu", "kaigo"), (60.0 * minutes,) * ENOUGH)


def desk_with(*here: str, minutes: float | None = 10.0) -> Desk:
    """Return a desk at which every visit has taken exactly so long, if it is said."""
    desk = Desk()
    desk.kiosk_on(KITA, MINAMI, NISHI)
    desk.here(*here)  # pyright: ignore[reportArgumentType]  ids
    if minutes is not None:
        desk.board = replace(desk.board, durations=steady(minutes))
    return desk


def p80(desk: Desk, ticket: str) -> float:
    spread = reckon(desk.board, desk.city, desk.now()).tickets[TicketId(ticket)]
    assert spread is not None
    return spread[1]


def test_who_is_ahead_and_what_the_running_visit_has_lasted_already_is_what_one_waits_for():
    desk = desk_with(SATO)
    desk.call(SATO, KITA)
    first, second = desk.take(MINAMI), desk.take(NISHI)
    assert p80(desk, first) == pytest.approx(600, abs=20)
    assert p80(desk, second) == pytest.approx(1200, abs=30)
    desk.pass_time(240.0)
    assert p80(desk, first) == pytest.approx(360, abs=20)


def test_a_second_clerk_halves_the_wait_and_one_who_may_not_answer_changes_nothing():
    lanes = (replace(OPEN_LANE, rings=(), required=("department:窓口課",)), OTHER_LANE)

    def wait(*here: StaffId) -> float:
        desk = Desk(city(*lanes))
        kiosks = (KITA, MINAMI, NISHI)
        desk.kiosk_on(*kiosks)
        desk.here(SATO)
        desk.board = replace(desk.board, durations=steady(10.0))
        desk.call(SATO, KITA)
        desk.take(MINAMI)
        last = desk.take(NISHI)
        for one in here:  # here and ready, and rung by the first of the two who wait
            desk.here(one)
        return p80(desk, last)

    assert wait() == pytest.approx(1200, abs=30)
    assert wait(TANAKA) == pytest.approx(wait(), abs=5), "a second passes while she comes"
    assert wait(SUZUKI) == pytest.approx(600, abs=30)


def test_the_urgent_are_reckoned_first():
    desk = desk_with(SATO)
    desk.call(SATO, KITA)
    first, second = desk.take(MINAMI), desk.take(NISHI)
    desk.here(BOSS)
    desk.staff(BOSS, m.Pause(id="p", reason="lunch"))
    before = p80(desk, first)
    desk.staff(BOSS, m.Raise(id="r", ticket=second))
    assert p80(desk, second) == before
    assert p80(desk, first) > before


def test_an_appointment_that_is_due_before_ones_turn_is_waited_for_as_well():
    desk = desk_with(SATO)
    desk.call(SATO, KITA)
    ticket = desk.take(MINAMI)
    without = p80(desk, ticket)
    desk.news(NoteAppointments(((AppointmentId("a"), LaneId("shimin"), desk.wall + 650.0),)))
    assert p80(desk, ticket) >= without + 600.0


def test_nobody_who_may_answer_means_no_estimate_and_a_free_clerk_means_no_wait():
    desk = desk_with(SATO)
    reckoned = reckon(desk.board, desk.city, desk.now())
    assert reckoned.lanes == {"shimin": None, "fukushi": None}
    assert reckoned.clerks == {"shimin": 1, "fukushi": 1}
    lonely = Desk(city(OPEN_LANE, replace(OTHER_LANE, required=("procedure:koseki",))))
    lonely.kiosk_on(KITA)
    lonely.here(SATO)
    assert reckon(lonely.board, lonely.city, lonely.now()).clerks == {"shimin": 1, "fukushi": 0}


def test_the_same_queue_gives_the_same_numbers_to_the_last_digit():
    desk = desk_with(SATO, SUZUKI, minutes=None)
    desk.take(KITA)
    desk.take(MINAMI)
    desk.take(NISHI)
    assert reckon(desk.board, desk.city, desk.now()) == reckon(desk.board, desk.city, desk.now())


def test_a_purpose_speaks_for_itself_from_twenty_visits_on_and_before_that_the_next_best_does():
    mean = lambda found: sum(found) / SCENARIOS  # noqa: E731  one word for one sum
    few, many = (300.0,) * (ENOUGH - 1), (300.0,) * ENOUGH
    assert lengths(many, (), 40, 12) == (300.0,) * SCENARIOS
    assert mean(lengths(few, (900.0,) * 30, 40, 12)) == pytest.approx(2400, rel=HARDLY)
    assert lengths(few, (900.0,) * 30, None, 12) == (900.0,) * SCENARIOS
    assert mean(lengths(few, few, None, 12)) == pytest.approx(720, rel=HARDLY)


def test_what_is_left_of_a_visit_comes_from_those_that_took_longer_and_is_never_nothing():
    whole = tuple(60.0 * n for n in range(1, SCENARIOS + 1))
    left = rest(whole, 600.0)
    assert min(left) == 60.0
    assert max(left) == whole[-1] - 600.0
    assert min(rest(whole, 10_000.0)) > 0.0


def test_whoever_comes_before_one_who_waits_is_reckoned_for_their_own_lane():
    lanes = (OPEN_LANE, replace(OTHER_LANE, rings=(Ring(any_of=("department:福祉課",)),)), BUSINESS_LANE)
    desk = Desk(city(*lanes))
    desk.kiosk_on(KITA, MINAMI)
    desk.here(SATO)
    desk.board = replace(desk.board, durations=steady(10.0))
    desk.call(SATO, KITA)
    desk.take(MINAMI, "zumen")
    waits = reckon(desk.board, desk.city, desk.now()).lanes
    assert set(waits) == {lane.id for lane in lanes}
    assert waits[OTHER_LANE.id] is None, "nobody works there"
    usual = waits[OPEN_LANE.id]
    assert usual is not None
    assert usual[1] == pytest.approx(600, abs=30), "a resident comes before a contractor"


def test_a_business_waits_for_its_share_while_residents_stand_behind_it_and_it_comes_as_reckoned():
    share = replace(BUSINESS_LANE, share=0.5, max_wait=60.0)
    desk = Desk(city(OPEN_LANE, OTHER_LANE, share))
    more = [KioskId(f"k-{n}") for n in range(6)]
    desk.city = replace(desk.city, kiosks={**desk.city.kiosks, **dict.fromkeys(more, desk.city.kiosks[KITA])})
    desk.kiosk_on(*more)
    desk.here(SATO, SUZUKI)
    desk.board = replace(desk.board, durations=steady(10.0) | {"zumen": (600.0,) * ENOUGH})
    running = [desk.call(clerk, kiosk) for clerk, kiosk in zip((SATO, SUZUKI), more[:2], strict=True)]
    firms = [desk.take(kiosk, "zumen") for kiosk in more[2:4]]
    desk.pass_time(130.0)  # they stand among the residents by now
    people = [desk.take(kiosk) for kiosk in more[4:]]
    waits = [p80(desk, ticket) / 60.0 for ticket in (*firms, *people)]
    half, whole = (600 - 130) / 60.0, (1200 - 130) / 60.0
    assert waits == pytest.approx([half, whole, half, whole], abs=0.7), "two firms never have both clerks"
    desk.pass_time(470.0)
    for clerk, ticket in zip((SATO, SUZUKI), running, strict=True):
        desk.end(clerk, ticket)
        desk.finish(clerk, ticket)
    called = [desk.name(ticket) == "Offered" for ticket in (*firms, *people)]
    assert called == [True, False, True, False], "and so it came"
