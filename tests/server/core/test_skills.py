"""Who may answer a lane: departments, languages, signs, procedures and authority by one rule that relaxes with time."""

from math import inf

import pytest
from msgspec.structs import replace

from server.core.city import Lane, Person, Ring
from server.core.skills import answers_after, may_answer
from server.core.states import staff_of
from server.core.views import view_for_kiosk
from server.protocol import messages as m
from server.protocol.values import LaneId, StaffId
from tests.server.core.desk import Desk
from tests.server.core.example import HONDA, KITA, MINAMI, SATO, SUZUKI, TANAKA, busy_city, city


def one(department: str = "窓口課", *skills: str) -> Person:
    return Person(id=StaffId("x"), name="x", department=department, roles=("clerk",), skills=skills)


def lane(**rules: object) -> Lane:
    return replace(Lane(id=LaneId("l"), purposes=("talk",)), **rules)


RINGS = (Ring(any_of=("department:市民課",)), Ring(after=60, any_of=("department:支所",)), Ring(after=180))


@pytest.mark.parametrize(
    ("person", "where", "wishes", "after"),
    [
        (one(), lane(), (), 0.0),
        (one("市民課"), lane(rings=RINGS), (), 0.0),
        (one("支所"), lane(rings=RINGS), (), 60.0),
        (one("税務課"), lane(rings=RINGS), (), 180.0),
        (one("税務課"), lane(rings=RINGS[:2]), (), inf),
        (one(), lane(required=("procedure:koseki",)), (), inf),
        (one("窓口課", "procedure:koseki"), lane(required=("procedure:koseki",)), (), 0.0),
        (one(), lane(prefers_for=45.0), ("language:en",), 45.0),
        (one("窓口課", "language:en"), lane(prefers_for=45.0), ("language:en",), 0.0),
        (one(), lane(insists=("language",)), ("language:en",), inf),
        (one(), lane(insists=("sign",)), ("language:en",), 60.0),
        (one("窓口課", "language:en"), lane(insists=("sign",)), ("language:en", "sign:jsl"), inf),
        (one(), lane(kind="greeter"), (), 60.0),
        (one("窓口課", "authority:greeter"), lane(kind="greeter"), (), 0.0),
        (None, lane(), (), inf),
        (replace(one(), enabled=False), lane(), (), inf),
        (replace(one(), roles=("field_it",)), lane(), (), inf),
    ],
)
def test_a_threshold_says_how_long_a_ticket_waits_for_whom(
    person: Person | None, where: Lane, wishes: tuple[str, ...], after: float
):
    assert answers_after(person, where, wishes) == after
    assert may_answer(person, where, after if after < inf else 1e9, wishes) == (after < inf)
    if 0.0 < after < inf:
        assert not may_answer(person, where, after - 0.1, wishes)


def test_the_next_ring_opens_when_its_time_has_come_and_at_once_if_the_first_is_empty():
    desk = Desk(busy_city())
    desk.kiosk_on(KITA, MINAMI)
    desk.here(SATO, TANAKA)  # TANAKA is of another department: the ring of everybody opens after 40 s
    desk.call(SATO, KITA)
    second = desk.take(MINAMI)
    assert desk.name(second) == "Waiting"
    desk.pass_time(40.0)
    assert staff_of(desk.state(second)) == TANAKA
    alone = Desk(busy_city())
    alone.kiosk_on(KITA)
    alone.here(TANAKA)
    assert staff_of(alone.state(alone.take(KITA))) == TANAKA


def test_a_resident_who_speaks_english_rings_first_where_english_is_spoken():
    desk = Desk(busy_city())
    desk.kiosk_on(KITA)
    desk.here(SATO, SUZUKI, HONDA)
    asked = m.TakeTicket(id=desk.id(), purpose="jigyo", language="en")
    assert desk.kiosk(KITA, asked) is None
    assert staff_of(desk.state("t1")) == HONDA


def test_where_a_lane_insists_nobody_takes_a_number_that_nobody_can_answer():
    desk = Desk(busy_city())
    desk.kiosk_on(KITA, MINAMI)
    desk.here(SATO)
    assert desk.kiosk(KITA, m.TakeTicket(id="a", purpose="kaigo", language="en")) == "closed"
    assert desk.kiosk(KITA, m.TakeTicket(id="b", purpose="kaigo", language="easy")) is None


def test_a_kiosk_knows_which_purposes_nobody_present_could_answer():
    desk = Desk(city())
    desk.kiosk_on(KITA)
    desk.here(TANAKA)  # welfare
    view = view_for_kiosk(desk.board, desk.city, KITA, desk.now())
    assert (view.open, view.unavailable) == (True, ("talk", "tennyu"))
