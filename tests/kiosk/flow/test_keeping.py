"""A kiosk that starts anew: a place in the queue and a code somebody was writing down come back, and no other's."""

from dataclasses import replace

import pytest
from msgspec.structs import replace as struct_replace

from kiosk.flow import events as ev
from kiosk.flow import states as st
from kiosk.flow.timing import next_deadline
from server.protocol import screen as s
from server.protocol.messages import CancelTicket, HangUp, KioskView, OnScreen, PaperLater, PutAway
from server.protocol.values import TicketId
from tests.kiosk.flow.examples import LET_GO, READY, STATES, ticket, view
from tests.kiosk.flow.walk import Walk

STARTED = replace(READY, server=None)
KEPT = OnScreen(ticket=TicketId(LET_GO.ticket), number=LET_GO.number, left=120.0)
CARRIED = struct_replace(view(is_open=False), postponed=LET_GO, on_screen=KEPT)
PAPER = PaperLater(ticket=TicketId("t1"), how="later", code="204817", until="11月27日(金)")
LATER = struct_replace(
    view(), later=(PAPER,), on_screen=OnScreen(ticket=TicketId("t1"), number=12, left=120.0)
)


@pytest.mark.parametrize(("seen", "code"), [(CARRIED, "048213"), (LATER, "204817")])
def test_after_a_restart_the_code_is_there_again_for_the_rest_of_its_time(seen: KioskView, code: str):
    walk = Walk(STARTED).on(ev.Viewed(seen))
    assert code in repr(walk.screen)
    walk.on(ev.LinkLost(), ev.Welcomed("見本市", "北公民館", "0000-00-0000"), ev.Viewed(view(is_open=False)))
    walk.on(ev.Tick(), after=119.0)
    assert code in repr(walk.screen), "nothing that comes later takes it away"
    walk.on(ev.Tick(), after=2.0)
    assert isinstance(walk.kiosk.state, st.Wiping)
    assert code not in repr(walk.display)
    assert [command.ticket for command in walk.told() if isinstance(command, PutAway)] == [
        seen.on_screen and seen.on_screen.ticket
    ]


@pytest.mark.parametrize("state", ["waiting", "offered"])
def test_whoever_waits_keeps_the_place_over_a_restart_if_they_say_that_they_are_there(state: str):
    walk = Walk(STARTED).on(ev.Viewed(view(ticket(state))))
    assert isinstance(walk.screen, s.Waiting)
    assert (walk.screen.number, walk.screen.returned) == (12, "restarted")
    assert walk.display.prompt_seconds == 60, "somebody else may stand there now"
    assert walk.told() == []
    walk.touch("extend")
    assert walk.display.prompt_seconds is None
    assert isinstance(walk.on(ev.Viewed(view(ticket("waiting")))).screen, s.Waiting)


def test_a_place_nobody_claims_after_a_restart_goes_on_to_the_next():
    walk = Walk(STARTED).on(ev.Viewed(view(ticket())))
    for _ in range(3):
        deadline = next_deadline(walk.kiosk, walk.now)
        assert deadline is not None
        walk.on(ev.Tick(), after=deadline - walk.now)
    (told,) = walk.told()
    assert told == CancelTicket(id=told.id, ticket="t1", away=True)


def test_a_call_is_not_taken_up_by_whoever_stands_there_after_a_restart():
    walk = Walk(STARTED).on(ev.Viewed(view(ticket("serving", 3))))
    assert isinstance(walk.screen, s.Attract)
    assert [type(one) for one in walk.told()] == [HangUp]


def test_a_page_that_was_reloaded_shows_the_code_as_before():
    walk = Walk(STARTED).on(ev.Viewed(CARRIED))
    shown = walk.screen
    assert walk.on(ev.PageWent(), ev.PageCame()).screen == shown


def test_whoever_has_begun_before_the_first_word_of_the_server_sees_nobody_elses_code():
    for state in (st.Choosing(), st.Confirming("talk", since=0.0), st.Wiping(12, 1e9, done=True)):
        walk = Walk(replace(STARTED, state=state)).on(ev.Viewed(CARRIED), ev.Viewed(CARRIED))
        assert "048213" not in repr(walk.display)
        assert type(walk.kiosk.state) is type(state)


def test_a_kiosk_that_was_there_all_the_time_brings_nothing_back():
    assert isinstance(Walk().on(ev.Viewed(CARRIED)).kiosk.state, st.Idle)
    assert isinstance(Walk(STARTED).on(ev.Viewed(view()), ev.Viewed(CARRIED)).kiosk.state, st.Idle)


@pytest.mark.parametrize("way", ["done", "start", "button"])
def test_the_server_hears_once_that_a_code_left_the_screen_whatever_took_it_away(way: str):
    walk = Walk(replace(STATES["Unserved, carried over"], server=view()))
    walk.on(ev.Button("call")) if way == "button" else walk.touch("done" if way == "done" else "start")
    assert not isinstance(walk.screen, s.Unserved)
    assert [one.ticket for one in walk.told() if isinstance(one, PutAway)] == [LET_GO.ticket]
    assert not walk.on(ev.Tick()).told()


def test_a_farewell_without_a_code_is_put_away_too_because_its_paper_may_get_one_when_nobody_is_here():
    walk = Walk(STATES["Farewell"]).touch("done")
    assert [type(command) for command in walk.told()] == [PutAway]
    late = struct_replace(view(ticket("wrapup", 1)), later=(PAPER,))
    assert "204817" not in repr(walk.on(ev.Wiped(), ev.Viewed(late)).display)
