"""Time: asked before anything is taken away, never while a card or handset is left, and no deadline forgotten."""

from dataclasses import replace

import pytest

from kiosk.flow import effects as do
from kiosk.flow import events as ev
from kiosk.flow import states as st
from kiosk.flow.states import Kiosk
from kiosk.flow.timing import counting, next_deadline
from server.protocol import screen as s
from server.protocol.messages import CancelTicket
from tests.kiosk.flow.examples import NOW, READY, STATES, in_call, kiosk, ticket, view
from tests.kiosk.flow.walk import Walk

TICK = ev.Tick()


def until_deadline(walk: Walk) -> Walk:
    """Let time pass to the next deadline, as the runner does."""
    deadline = next_deadline(walk.kiosk, walk.now)
    assert deadline is not None
    return walk.on(TICK, after=max(0.0, deadline - walk.now))


def test_a_quiet_visitor_is_asked_and_after_a_minute_without_an_answer_all_is_wiped():
    walk = until_deadline(Walk(kiosk(st.Choosing())))
    assert walk.now == NOW + st.QUIET_FOR
    assert walk.display.prompt_seconds == 60
    assert counting(walk.kiosk)
    assert walk.on(TICK, after=20).display.prompt_seconds == 40
    until_deadline(walk)
    assert isinstance(walk.kiosk.state, st.Wiping)
    assert walk.did(do.Wipe)
    assert walk.display.prompt_seconds is None


def test_any_touch_is_an_answer_and_one_can_go_on_for_ever():
    walk = Walk(kiosk(st.Choosing()))
    for _ in range(12):
        until_deadline(walk).touch("extend")
        assert walk.display.prompt_seconds is None
    assert isinstance(walk.screen, s.Purposes)


def test_touching_what_one_wanted_is_an_answer_too():
    walk = until_deadline(Walk(kiosk(st.Choosing()))).on(ev.Choose("tennyu"))
    assert walk.screen == s.Confirm(purpose="tennyu")


def test_who_waits_is_asked_every_five_minutes_and_loses_the_place_only_after_two_questions():
    walk = until_deadline(Walk(STATES["Waiting"]))
    assert walk.now == NOW + st.PRESENCE_EVERY
    assert walk.display.prompt_seconds == 60
    until_deadline(walk)
    assert isinstance(walk.screen, s.Waiting)
    assert walk.display.prompt_seconds is None
    until_deadline(walk)
    assert walk.display.prompt_seconds == 60
    until_deadline(walk)
    (told,) = walk.told()
    assert told == CancelTicket(id=told.id, ticket="t1", away=True)
    assert isinstance(walk.kiosk.state, st.Wiping)


def test_one_answer_while_waiting_forgives_the_missed_question():
    walk = until_deadline(until_deadline(Walk(STATES["Waiting"])))
    until_deadline(walk).touch("extend")
    assert walk.kiosk.patience == st.Quiet(walk.now)


def test_an_empty_chair_is_asked_sooner_and_somebody_coming_back_is_an_answer():
    walk = Walk(STATES["Waiting"]).on(ev.Seen(False))
    until_deadline(walk)
    assert walk.now == NOW + st.ABSENT_FOR
    assert walk.display.prompt_seconds == 60
    walk.on(ev.Seen(False)).on(ev.Seen(True))
    assert walk.display.prompt_seconds is None


def test_presence_alone_does_nothing_outside_the_queue():
    assert Walk(in_call()).on(ev.Seen(False)).kiosk.state == in_call().state


def test_the_question_goes_when_the_clerk_comes():
    walk = until_deadline(Walk(STATES["Waiting"])).on(ev.Viewed(view(ticket("connecting", 1))))
    assert walk.display.prompt_seconds is None
    assert isinstance(walk.screen, s.Connecting)


def test_a_conversation_has_no_time_limit():
    for state in ("connecting", "serving", "held"):
        walk = Walk(in_call(state)).on(TICK, after=7200)
        assert isinstance(walk.kiosk.state, st.InCall)
        assert next_deadline(walk.kiosk, walk.now) is None


def test_a_farewell_lasts_fifteen_seconds_then_all_is_wiped_and_said_to_be():
    walk = Walk(in_call()).on(ev.Viewed(view()))
    until_deadline(walk)
    assert walk.now == NOW + st.FAREWELL_LASTS
    assert walk.did(do.Wipe)
    walk.on(ev.Wiped())
    assert walk.screen == s.Farewell(number=12, ended_by="wiped", wiped=True)
    assert walk.did(do.BeFresh) == [do.BeFresh(12)]
    until_deadline(walk)
    assert isinstance(walk.screen, s.Attract)


def test_a_farewell_waits_for_the_card_and_for_the_handset():
    walk = Walk(replace(in_call(), card_in=True, handset=True)).on(ev.Viewed(view()))
    assert next_deadline(walk.kiosk, walk.now) is None
    walk.on(TICK, after=3600)
    assert isinstance(walk.screen, s.Farewell)
    assert (walk.screen.card_left, walk.screen.handset_lifted) == (True, True)
    walk.touch("done")
    assert isinstance(walk.screen, s.Farewell)
    walk.on(ev.CardSituation(False)).on(ev.HandsetMoved(False))
    assert isinstance(walk.kiosk.state, st.Farewell)  # time to see what is said now
    assert isinstance(until_deadline(walk).kiosk.state, st.Wiping)


def test_a_broken_hook_does_not_hold_the_kiosk_for_ever():
    walk = Walk(STATES["Farewell, handset"]).touch("done")
    assert isinstance(walk.kiosk.state, st.Wiping)


def test_a_wipe_that_is_never_reported_does_not_hold_the_kiosk():
    walk = Walk(STATES["Wiping"])
    until_deadline(walk)
    until_deadline(walk)
    assert isinstance(walk.screen, s.Attract)


def test_settings_left_by_somebody_who_went_away_are_put_back():
    walk = Walk().on(ev.Set("en"))
    until_deadline(walk)
    assert walk.display.language == "ja"
    assert next_deadline(walk.kiosk, walk.now) is None


def test_a_sentence_about_why_not_goes_by_itself():
    assert isinstance(until_deadline(Walk(STATES["Unserved"])).kiosk.state, st.Wiping)


def test_a_call_to_the_centre_stops_by_itself():
    walk = until_deadline(Walk().on(ev.Set("call_local")))
    assert not walk.display.staff_call


@pytest.mark.parametrize("name", STATES)
def test_every_deadline_once_reached_is_dealt_with(name: str):
    """A deadline that stays in the past would keep the runner spinning."""
    walk = Walk(STATES[name])
    for _ in range(30):
        deadline = next_deadline(walk.kiosk, walk.now)
        if deadline is None:
            return
        walk.on(TICK, after=max(0.0, deadline - walk.now) + 0.001)
        after: Kiosk = walk.kiosk
        again = next_deadline(after, walk.now)
        assert again is None or again > walk.now


def test_time_runs_out_even_if_no_tick_ever_comes():
    walk = Walk(kiosk(st.Unserved("net", NOW + 1))).on(ev.Clock("午前9時"), after=2)
    assert isinstance(walk.kiosk.state, st.Wiping)


def test_an_idle_kiosk_with_a_lost_link_wakes_up_to_offer_the_telephone():
    lost = replace(READY, link_up=False, link_lost=NOW)
    assert next_deadline(lost, NOW) == NOW + st.LINK_PATIENCE
    assert next_deadline(lost, NOW + st.LINK_PATIENCE) is None
