"""The lane closes: what the resident reads, and how they come back with a code."""

from dataclasses import replace

import pytest
from msgspec.structs import replace as struct_replace

from kiosk.flow import events as ev
from kiosk.flow import states as st
from server.protocol import screen as s
from server.protocol.messages import TakeUp
from tests.kiosk.flow.examples import EVENTS, READY, STATES, ticket, view
from tests.kiosk.flow.walk import Walk

LATE = struct_replace(
    view(is_open=True),
    closed={"tennyu": "full", "nenkin": "hours"},
    reopens={"tennyu": "11月24日(火) 午前9時"},
)
CARRIED_OVER = s.Unserved(
    reason="carry_over", number=12, code="048213", day="11月20日(金)", opens_at="11月24日(火) 午前9時"
)


def keys(text: str) -> tuple[ev.Coded, ...]:
    return tuple(ev.Coded(key) for key in text)


@pytest.mark.parametrize(("purpose", "reason"), [("tennyu", "today_full"), ("nenkin", "hours")])
def test_a_wish_that_would_not_be_called_today_gets_no_number_but_the_reason(purpose: str, reason: str):
    walk = Walk(replace(READY, server=LATE)).touch("start").on(ev.Choose(purpose))
    assert isinstance(walk.screen, s.Unserved)
    assert walk.screen.reason == reason
    assert walk.screen.opens_at == LATE.reopens.get(purpose, "")
    assert not walk.told()


def test_when_the_last_number_goes_while_somebody_decides_the_second_press_says_so():
    walk = Walk().touch("start").on(ev.Choose("tennyu"), ev.Viewed(LATE)).touch("confirm")
    assert isinstance(walk.screen, s.Unserved)
    assert walk.screen.reason == "today_full"
    assert not walk.told()


def test_whoever_waits_when_the_lane_closes_reads_their_code_long_enough_to_write_it_down():
    walk = Walk(STATES["Waiting"]).on(EVENTS["view: let go"])
    assert walk.screen == CARRIED_OVER
    walk.on(ev.Tick(), after=st.UNSERVED_LASTS)
    assert walk.screen == CARRIED_OVER
    walk.on(ev.Viewed(view(is_open=False)), ev.LinkLost())
    assert walk.screen == CARRIED_OVER, "nothing the server says later takes it away"
    assert isinstance(walk.on(ev.Tick(), after=st.POSTPONED_LASTS).kiosk.state, st.Wiping | st.Idle)


def test_a_code_that_was_put_away_is_not_shown_to_who_comes_next():
    walk = Walk(STATES["Unserved, carried over"]).touch("done").on(ev.Wiped())
    walk.on(EVENTS["view: let go"], EVENTS["view: let go"])
    assert not isinstance(walk.screen, s.Unserved)
    assert "048213" not in repr(walk.display)


def test_whoever_comes_back_types_six_digits_and_waits_again():
    walk = Walk().touch("start").on(ev.Coded("open"), *keys("04")).on(ev.Coded("delete"), *keys("48213"))
    assert walk.screen == s.CodePad(digits="048213")
    (take,) = walk.on(ev.Coded("7"), ev.Coded("enter")).told()
    assert isinstance(take, TakeUp)
    assert take.code == "048213"
    walk.on(ev.Viewed(view(ticket())))
    assert isinstance(walk.screen, s.Waiting)


def test_five_digits_are_not_sent():
    walk = Walk().touch("start").on(ev.Coded("open"), *keys("04821"), ev.Coded("enter"))
    assert not walk.told()
    assert walk.screen == s.CodePad(digits="04821")


def test_a_code_nobody_knows_may_be_typed_again_and_back_leads_to_the_wishes():
    walk = Walk(STATES["Asking, with a code"]).on(ev.Replied("b-1", "unknown"))
    assert walk.screen == s.CodePad(wrong=True)
    assert walk.on(ev.Coded("1")).screen == s.CodePad(digits="1")
    assert isinstance(walk.touch("back").screen, s.Purposes)


def test_the_way_back_is_offered_only_while_somebody_may_come():
    for somebody in (False, True):
        ready = replace(READY, server=struct_replace(view(), takes_up=somebody))
        screen = Walk(ready).touch("start").screen
        assert isinstance(screen, s.Purposes)
        assert screen.takes_up is somebody
