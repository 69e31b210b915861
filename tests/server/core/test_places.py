"""A link that was sent is a kiosk for one visit and one wish, and nobody has to look after it."""

import pytest

from server.core.fleet import trouble, view_for_fleet
from server.core.views import view_for_kiosk
from server.protocol import messages as m
from tests.server.core.desk import Desk
from tests.server.core.example import IT, LINK, SATO, with_link


@pytest.fixture
def desk() -> Desk:
    desk = Desk(with_link())
    desk.kiosk_on(LINK)
    desk.here(SATO)
    return desk


def take(desk: Desk, purpose: str = "tennyu") -> str | None:
    return desk.kiosk(LINK, m.TakeTicket(id=desk.id(), purpose=purpose))


def spent(desk: Desk) -> bool:
    return view_for_kiosk(desk.board, desk.city, LINK, desk.now()).spent


def test_a_link_takes_a_number_for_the_wish_it_was_sent_for_and_for_no_other(desk: Desk) -> None:
    assert take(desk, "talk") == "not_yours"
    assert take(desk) is None


def test_after_one_conversation_a_link_is_used_up(desk: Desk) -> None:
    assert take(desk) is None
    desk.staff(SATO, m.Accept(id=desk.id(), ticket="t1", generation=1))
    desk.kiosk(LINK, m.MediaIsUp(id=desk.id(), ticket="t1", generation=1))
    assert not spent(desk)
    desk.staff(SATO, m.EndCall(id=desk.id(), ticket="t1", generation=1))
    desk.staff(SATO, m.FinishWrapup(id=desk.id(), ticket="t1", generation=1, result="completed"))
    assert spent(desk)
    assert take(desk) == "not_now"


def test_whoever_gave_up_waiting_may_come_again_while_the_link_is_valid(desk: Desk) -> None:
    assert take(desk) is None
    desk.kiosk(LINK, m.CancelTicket(id=desk.id(), ticket="t1"))
    assert not spent(desk)
    assert take(desk) is None
    desk.kiosk(LINK, m.CancelTicket(id=desk.id(), ticket="t2"))
    desk.pass_time(5 * 3600)
    assert take(desk) == "not_now"


def test_a_link_is_no_machine_of_the_fleet(desk: Desk) -> None:
    desk.kiosk_off(LINK)
    desk.pass_time(3600)
    assert LINK not in {one.id for one in view_for_fleet(desk.board, desk.city, IT, desk.now(), "1").kiosks}
    assert trouble(desk.board, desk.city, desk.now()) == 0
