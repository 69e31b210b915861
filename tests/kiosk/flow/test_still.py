"""A still is taken after a 「はい」 to it, and only then."""

from msgspec.structs import replace

from kiosk.flow import effects as do
from kiosk.flow import events as ev
from kiosk.flow import states as st
from kiosk.flow.view import snapshot_for
from server.protocol import screen as s
from tests.kiosk.flow.examples import STATES, in_call, view, with_card
from tests.kiosk.flow.test_company import LEAD, OTHER, joined, with_company
from tests.kiosk.flow.walk import Walk

ASKED = ev.StillAsked(1, "s1")


def test_the_question_stands_until_it_is_answered_and_the_camera_waits():
    walk = Walk(STATES["Talking"]).on(ASKED)
    assert isinstance(walk.screen, s.StillAsk)
    assert not walk.screen.taking
    assert walk.on(ASKED).effects == []
    assert snapshot_for(walk.kiosk) is not None
    assert walk.touch("still_yes").effects == [do.TakeStill(1, "s1")]
    assert isinstance(walk.screen, s.StillAsk)
    assert walk.screen.taking


def test_a_no_tells_the_clerk_and_the_visit_goes_on():
    walk = Walk(STATES["Talking"]).on(ASKED).touch("still_no")
    assert walk.effects == [do.RefuseStill(1, "s1", "no")]
    assert isinstance(walk.screen, s.Call)
    assert walk.touch("still_yes").effects == []


def test_the_same_still_may_be_taken_again_and_another_one_is_another_question():
    walk = Walk(STATES["Talking"]).on(ASKED).touch("still_yes").on(ev.StillTaken(1, "s1", "cut_off"))
    assert isinstance(walk.screen, s.Call)
    assert walk.screen.notice == "still_cut_off"
    assert walk.on(ASKED).effects == [do.TakeStill(1, "s1")]
    walk.on(ev.StillTaken(1, "s1"))
    assert isinstance(walk.screen, s.Call)
    assert walk.screen.notice == "still_done"
    assert walk.on(ev.StillAsked(1, "s2")).effects == []
    assert isinstance(walk.screen, s.StillAsk)
    walk.on(ev.StillDropped(1, "s2"))
    assert isinstance(walk.screen, s.Call)


def test_a_card_or_a_hold_comes_first_and_the_clerk_is_told():
    assert Walk(with_card(st.Placing())).on(ASKED).effects == [do.RefuseStill(1, "s1", "busy")]
    assert Walk(in_call("held")).on(ASKED).effects == [do.RefuseStill(1, "s1", "held")]
    assert Walk(STATES["Talking"]).on(ev.StillAsked(0, "s1")).effects == []


def test_who_is_beside_asks_under_their_own_number_and_never_over_anothers_question():
    walk = joined().on(ASKED).on(ev.StillAsked(2, "s2"))
    assert walk.effects == [do.RefuseStill(2, "s2", "another")]
    walk.touch("still_yes").on(ev.StillTaken(1, "s1")).on(ev.StillAsked(2, "s2"))
    assert isinstance(walk.screen, s.StillAsk)
    assert walk.screen.staff_name == OTHER.name
    assert walk.touch("still_yes").effects == [do.TakeStill(2, "s2")]


def test_the_question_of_a_clerk_who_left_or_may_see_no_paper_leaves_the_screen():
    for others in ((), (replace(OTHER, may_see_papers=False),)):
        walk = joined().on(ev.StillAsked(2, "s2"))
        assert isinstance(walk.screen, s.StillAsk)
        walk.on(ev.Viewed(view(with_company(LEAD, *others))))
        assert isinstance(walk.screen, s.Call)
