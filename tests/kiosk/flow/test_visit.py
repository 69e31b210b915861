"""Before and after the conversation: two presses to ring, a question before quitting, nothing by accident."""

from dataclasses import replace

import pytest
from msgspec.structs import replace as struct_replace

from kiosk.flow import effects as do
from kiosk.flow import events as ev
from kiosk.flow import states as st
from server.protocol import screen as s
from server.protocol.messages import Announcement, CancelTicket, HangUp, TakeTicket
from tests.kiosk.flow.examples import NOW, READY, STATES, in_call, ticket, view
from tests.kiosk.flow.walk import Walk

CALL = ev.Button("call")


def test_the_blue_button_asks_first_and_rings_second():
    walk = Walk().on(CALL)
    assert walk.screen == s.Confirm(purpose="talk")
    assert not walk.effects
    walk.on(CALL, after=2)
    (take,) = walk.told()
    assert isinstance(take, TakeTicket)
    assert take.purpose == "talk"


def test_a_shaking_hand_on_the_blue_button_does_not_ring():
    walk = Walk().on(CALL).on(CALL, after=0.3).on(CALL, after=0.3)
    assert isinstance(walk.screen, s.Confirm)
    assert walk.on(CALL, after=1).told()


@pytest.mark.parametrize("name", ["Asking", "Waiting", "Connecting", "Talking", "Held", "Card PIN 2"])
def test_the_blue_button_never_hangs_up(name: str):
    before = STATES[name]
    walk = Walk(before).on(CALL)
    assert walk.kiosk.state == before.state
    assert not walk.effects


def test_a_wish_chosen_on_the_screen_is_confirmed_and_sent_with_how_the_resident_wants_to_talk():
    walk = Walk().touch("start").on(ev.Set("wants_text"), ev.Set("easy"), ev.Turn(2), ev.Choose("nenkin"))
    assert walk.screen == s.Confirm(purpose="nenkin")
    (take,) = walk.touch("confirm").told()
    assert isinstance(take, TakeTicket)
    assert (take.purpose, take.wants_text, take.language) == ("nenkin", True, "easy")
    assert walk.screen == s.Waiting()


def test_every_command_has_an_id_of_its_own():
    walk = Walk().on(CALL).on(CALL, after=2)
    first = walk.told()[0].id
    walk.on(ev.Replied(first, "not_now")).on(CALL).on(CALL, after=2)
    assert walk.told()[0].id != first


def test_the_servers_own_list_of_wishes_is_shown():
    walk = Walk().on(ev.Welcomed("見本市", "北公民館", "0", purposes=("a", "b"), more_purposes=("c",)))
    walk.touch("start")
    assert walk.screen == s.Purposes(purposes=("a", "b"), page=1)
    assert walk.on(ev.Turn(2)).screen == s.Purposes(purposes=("c",), page=2)
    assert walk.on(ev.Choose("tennyu")).screen == s.Purposes(purposes=("c",), page=2)


@pytest.mark.parametrize("closed", ["hours", "no_staff"])
def test_a_closed_window_says_why_instead_of_leading_on(closed: str):
    shut = replace(READY, server=replace_view(closed))
    assert Walk(shut).touch("start").screen == s.Unserved(reason=closed)
    assert Walk(shut).on(CALL).screen == s.Unserved(reason=closed)


def test_who_comes_outside_the_hours_reads_when_to_come():
    server = struct_replace(replace_view("hours"), hours="月〜金", opens_at="11月24日(火) 午前9時")
    screen = Walk(replace(READY, server=server)).touch("start").screen
    assert screen == s.Unserved(reason="hours", hours="月〜金", opens_at="11月24日(火) 午前9時")


def replace_view(closed: str):
    return struct_replace(view(), open=False, closed_reason=closed)


def test_without_a_link_a_wish_may_still_be_made_for_a_minute_and_then_the_telephone_is_offered():
    walk = Walk().on(ev.LinkLost()).touch("start")
    assert isinstance(walk.screen, s.Purposes)
    assert walk.display.link_up is False
    long_ago = replace(READY, link_up=False, link_lost=NOW - 61)
    assert Walk(long_ago).touch("start").screen == s.Unserved(reason="net")
    confirming = replace(long_ago, state=st.Confirming("talk", NOW - 9))
    assert Walk(confirming).touch("confirm").screen == s.Unserved(reason="net")


def test_a_wish_the_server_does_not_answer_is_withdrawn_after_a_while():
    walk = Walk().on(CALL).on(CALL, after=2)
    command = walk.told()[0].id
    walk.on(ev.LinkLost()).on(ev.Tick(), after=st.ASK_LASTS)
    assert walk.screen == s.Unserved(reason="net")
    assert walk.did(do.Withdraw) == [do.Withdraw(command)]


def test_a_ticket_that_comes_too_late_is_given_back_once():
    walk = Walk(STATES["Unserved"]).on(ev.Viewed(view(ticket())))
    (cancel,) = walk.told()
    assert cancel == CancelTicket(id=cancel.id, ticket="t1", away=True)
    assert not walk.on(ev.Viewed(view(ticket()))).told()


def test_a_ticket_given_back_is_given_back_again_when_it_moved_meanwhile():
    walk = Walk().on(ev.Viewed(view(ticket())))
    first = walk.told()[0].id
    (again,) = walk.on(ev.Viewed(view(ticket("connecting", 1)))).told()
    assert again == HangUp(id=again.id, ticket="t1", generation=1)
    walk.on(ev.Replied(again.id, "stale"))
    assert walk.on(ev.Viewed(view(ticket("connecting", 1)))).told()
    assert first != again.id


def test_quitting_is_asked_once_and_can_be_taken_back():
    walk = Walk().touch("start", "quit")
    assert walk.display.quitting
    assert not walk.touch("quit_no").display.quitting
    assert walk.touch("quit", "confirm").display.quitting  # the question covers the screen
    walk.touch("quit_yes")
    assert isinstance(walk.kiosk.state, st.Wiping)
    assert walk.did(do.Wipe)


def test_quitting_while_waiting_gives_the_place_back():
    walk = Walk(STATES["Waiting"]).on(ev.Button("end")).touch("quit_yes")
    (cancel,) = walk.told()
    assert cancel == CancelTicket(id=cancel.id, ticket="t1", away=False)
    assert isinstance(walk.screen, s.Farewell)
    assert not walk.on(ev.Viewed(view(ticket()))).told()  # the link repeats it, we need not


def test_quitting_while_asking_withdraws_the_wish():
    walk = Walk(STATES["Asking"]).touch("cancel", "quit_yes")
    assert walk.did(do.Withdraw) == [do.Withdraw("b-1")]


def test_the_question_about_quitting_goes_when_a_clerk_answers():
    walk = Walk(STATES["Waiting, quitting"]).on(ev.Viewed(view(ticket("connecting", 1))))
    assert not walk.display.quitting
    assert isinstance(walk.screen, s.Connecting)


def test_a_refused_wish_says_why():
    walk = Walk(STATES["Asking"]).on(ev.Replied("b-1", "too_many"))
    assert walk.screen == s.Unserved(reason="refused")
    shut = replace(STATES["Asking"], server=replace_view("no_staff"))
    assert Walk(shut).on(ev.Replied("b-1", "closed")).screen == s.Unserved(reason="no_staff")


def test_from_unserved_one_can_ring_again_or_leave():
    assert isinstance(Walk(STATES["Unserved"]).touch("start").screen, s.Confirm)
    assert isinstance(Walk(STATES["Unserved"]).touch("done").kiosk.state, st.Wiping)


def test_a_revoked_kiosk_shows_it_until_it_is_welcome_again():
    walk = Walk(in_call()).on(ev.Barred("revoked"))
    assert walk.screen == s.OutOfOrder(reason="revoked")
    assert walk.did(do.Wipe)
    assert walk.touch("start").on(CALL).screen == s.OutOfOrder(reason="revoked")
    assert isinstance(walk.on(ev.Welcomed("", "", "")).screen, s.Attract)


def test_settings_work_on_every_screen_and_go_with_the_visit():
    walk = Walk(in_call()).on(ev.Set("large"), ev.Set("volume"), ev.Set("en"))
    assert (walk.display.large, walk.display.volume, walk.display.language) == (True, 100, "en")
    walk.touch("end", "quit_yes", "done")
    assert (walk.display.large, walk.display.volume, walk.display.language) == (False, 70, "ja")


def test_somebody_of_the_centre_can_be_called_and_the_call_taken_back():
    walk = Walk().on(ev.Set("call_local"))
    assert walk.display.staff_call
    assert not walk.on(ev.Set("call_local")).display.staff_call
    assert not walk.on(ev.Set("call_local")).on(ev.Tick(), after=60).display.staff_call


def test_a_wish_whose_lane_is_closed_for_today_is_marked_and_says_why_before_any_number():
    walk = (
        Walk()
        .on(ev.Viewed(struct_replace(view(), closed={"nenkin": "system", "talk": "weather"})))
        .touch("start")
    )
    assert isinstance(walk.screen, s.Purposes)
    assert walk.screen.closed == {"nenkin": "system", "talk": "weather"}
    walk.on(ev.Turn(2), ev.Choose("nenkin"))
    assert walk.screen == s.Unserved(reason="today_system")
    assert not walk.told()
    blue = Walk().on(ev.Viewed(struct_replace(view(), closed={"talk": "weather"}))).on(CALL).on(CALL, after=2)
    assert blue.screen == s.Unserved(reason="today_weather")
    assert not blue.told()


def test_whoever_waits_reads_what_the_city_says_to_all():
    said = Announcement(notice="busy", text="北の 駐車場も 使えます")
    walk = Walk(STATES["Waiting"]).on(ev.Viewed(struct_replace(view(ticket()), announcement=said)))
    assert isinstance(walk.screen, s.Waiting)
    assert (walk.screen.notice, walk.screen.notice_text) == ("busy", said.text)
