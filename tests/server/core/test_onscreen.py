"""What a kiosk that starts anew shows again: a code nobody has put away, while its time lasts and nobody else came."""

from server.core import events as e
from server.core.views import view_for_kiosk
from server.protocol import messages as m
from server.protocol.afterwards import CODE_SHOWN
from server.protocol.values import KioskId
from tests.server.core.desk import Desk
from tests.server.core.example import KITA, MINAMI, SATO
from tests.server.core.test_afterwards import later, with_slip
from tests.server.core.test_closing import carried


def again(desk: Desk, kiosk: KioskId = KITA) -> m.OnScreen | None:
    return view_for_kiosk(desk.board, desk.city, kiosk, desk.now()).on_screen


def put_away(desk: Desk, ticket: str, kiosk: KioskId = KITA) -> int:
    """Say that it left the screen; return how much was written because of it."""
    before = len(desk.journal)
    assert desk.kiosk(kiosk, m.PutAway(id=desk.id(), ticket=ticket)) is None
    return len(desk.journal) - before


def test_a_place_kept_for_another_day_is_shown_again_until_its_time_is_over_or_somebody_put_it_away():
    desk, _ = carried()
    first = again(desk, MINAMI)
    assert first is not None
    assert 0.0 < first.left <= CODE_SHOWN
    assert again(desk) is None, "nobody else's"
    desk.kiosk_off(MINAMI)
    desk.restart()
    desk.kiosk_on(MINAMI)
    assert again(desk, MINAMI) == first, "neither start forgets it"
    assert put_away(desk, first.ticket, KITA) == 0, "another kiosk has no say in it"
    desk.pass_time(first.left)
    assert again(desk, MINAMI) is None
    desk, _ = carried()
    assert put_away(desk, first.ticket, MINAMI) == 1
    assert put_away(desk, first.ticket, MINAMI) == 0
    assert again(desk, MINAMI) is None


def test_the_code_of_a_paper_is_shown_again_from_the_end_of_the_call_and_never_to_the_next_resident():
    desk, ticket = with_slip("paper_out")
    later(desk, ticket)
    assert again(desk) is None, "they are talking: the clerk says it"
    assert put_away(desk, ticket) == 0
    desk.end(SATO, ticket)
    shown = again(desk)
    assert shown is not None
    assert (shown.ticket, shown.number, shown.left) == (ticket, 1, CODE_SHOWN)
    desk.pass_time(61.0)
    shorter = again(desk)
    assert shorter is not None
    assert shorter.left == CODE_SHOWN - 60.0, "never shorter than promised"
    desk.take()
    assert again(desk) is None


def test_whoever_left_before_the_clerk_gave_their_paper_a_code_is_not_shown_it_behind_their_back():
    desk, ticket = with_slip("paper_out")
    desk.end(SATO, ticket)
    assert put_away(desk, ticket) == 1
    assert later(desk, ticket) is None
    assert again(desk) is None
    assert sum(isinstance(event, e.CodePutAway) for event in desk.events()) == 1
