"""The lane closes: what the resident reads, and how long."""

from dataclasses import replace

import pytest
from msgspec.structs import replace as struct_replace

from kiosk.flow import events as ev
from kiosk.flow import states as st
from server.protocol import screen as s
from tests.kiosk.flow.examples import EVENTS, READY, STATES, view
from tests.kiosk.flow.walk import Walk

LATE = struct_replace(
    view(is_open=True),
    closed={"tennyu": "full", "nenkin": "hours"},
    reopens={"tennyu": "11月24日(火) 午前9時"},
)
CARRIED_OVER = s.Unserved(
    reason="carry_over", number=12, code="048213", day="11月20日(金)", opens_at="11月24日(火) 午前9時"
)


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
