"""Orders: each begun once and settled, papers only for whom they are, restarts only when nobody is here."""

from dataclasses import replace

import pytest

from kiosk.flow import effects as do
from kiosk.flow import events as ev
from kiosk.flow import states as st
from server.protocol import screen as s
from server.protocol.messages import OrderSettled
from server.protocol.values import PrintOutcome
from tests.kiosk.flow.examples import (
    LOGS,
    READY,
    RESTART,
    SLIP,
    STATES,
    TEST,
    in_call,
    kiosk,
    ticket,
    view,
)
from tests.kiosk.flow.walk import Walk

SLIP_ORDERED = ev.Viewed(view(ticket("serving", 1), SLIP))
PAPER = ev.PaperArrived("p1")


@pytest.mark.parametrize("first", ["order", "paper"])
def test_a_slip_is_printed_once_when_order_and_paper_are_here(first: str):
    both = (SLIP_ORDERED, PAPER) if first == "order" else (PAPER, SLIP_ORDERED)
    walk = Walk(in_call()).on(both[0])
    assert not walk.did(do.Print)
    assert walk.on(both[1]).did(do.Print) == [do.Print("p1")]
    walk.on(SLIP_ORDERED, PAPER, ev.LinkLost(), SLIP_ORDERED, PAPER)
    assert not walk.did(do.Print)


@pytest.mark.parametrize("outcome", ["printed", "paper_out", "cover_open", "offline", "unknown", "failed"])
def test_the_outcome_is_told_to_the_server_and_to_the_resident(outcome: PrintOutcome):
    walk = Walk(in_call()).on(SLIP_ORDERED, PAPER)
    assert isinstance(walk.screen, s.Call)
    assert walk.screen.printing
    walk.on(ev.PrintEnded("p1", outcome))
    (told,) = walk.told()
    assert told == OrderSettled(id=told.id, order="p1", outcome=outcome)
    assert isinstance(walk.screen, s.Call)
    assert (walk.screen.notice, walk.screen.printing) == (outcome, False)
    assert not walk.on(ev.PrintEnded("p1", outcome)).effects
    walk.on(ev.Tick(), after=st.NOTICE_LASTS)
    assert isinstance(walk.screen, s.Call)
    assert walk.screen.notice is None
    walk.on(ev.Viewed(view()))
    assert isinstance(walk.screen, s.Farewell)
    assert walk.screen.print_problem == (None if outcome == "printed" else outcome)


def test_a_slip_ordered_at_the_very_end_is_waited_for_in_the_farewell():
    walk = Walk(in_call()).on(ev.Viewed(view(ticket("wrapup", 1), SLIP)))
    walk.on(ev.Tick(), after=st.FAREWELL_LASTS + 1)
    assert isinstance(walk.screen, s.Farewell)
    assert not walk.screen.wiped
    assert walk.on(PAPER).did(do.Print)
    walk.on(ev.PrintEnded("p1", "paper_out"))
    assert isinstance(walk.screen, s.Farewell)
    assert walk.screen.print_problem == "paper_out"
    assert isinstance(walk.on(ev.Tick(), after=st.NOTICE_LASTS).kiosk.state, st.Wiping)


def test_a_paper_that_never_comes_does_not_hold_the_farewell_for_ever():
    walk = Walk(STATES["Farewell"]).on(ev.Viewed(view(None, SLIP)))
    walk.on(ev.Tick(), after=st.PAPER_LASTS)
    assert isinstance(walk.kiosk.state, st.Wiping)
    assert walk.did(do.LookUp) == [do.LookUp("p1")]


def test_a_slip_is_not_printed_to_an_empty_chair():
    walk = Walk().on(PAPER).on(ev.Viewed(view(None, SLIP)))
    assert walk.did(do.LookUp) == [do.LookUp("p1")]
    assert not walk.did(do.Print)
    (told,) = walk.on(ev.PrintEnded("p1", "unknown")).told()
    assert isinstance(told, OrderSettled)
    assert isinstance(walk.screen, s.Attract)


def test_a_test_print_comes_out_whoever_is_there():
    walk = Walk(in_call()).on(ev.Viewed(view(ticket("serving", 1), TEST)), ev.PaperArrived("p2"))
    assert walk.did(do.Print) == [do.Print("p2")]
    walk.on(ev.PrintEnded("p2", "printed"))
    assert isinstance(walk.screen, s.Call)
    assert walk.screen.notice is None  # it is not the resident's


def test_a_restart_waits_until_nobody_is_here():
    walk = Walk(kiosk(st.Choosing())).on(ev.Viewed(view(None, RESTART)))
    assert not walk.did(do.Restart)
    walk.touch("back").on(ev.Wiped()).on(ev.Tick(), after=st.WIPED_SHOWN)
    assert walk.did(do.Restart) == [do.Restart("d1")]
    (told,) = walk.on(ev.DeedEnded("d1", "done")).told()
    assert told == OrderSettled(id=told.id, order="d1", outcome="done")


def test_logs_are_sent_at_any_time():
    assert Walk(in_call()).on(ev.Viewed(view(ticket("serving", 1), LOGS))).did(do.SendLogs)


def test_an_outcome_nobody_asked_for_is_not_told():
    assert not Walk().on(ev.PrintEnded("p9", "printed"), ev.DeedEnded("d9", "done")).effects


def test_a_slip_is_still_printed_while_the_resident_waits_for_another_clerk():
    waiting = replace(READY, state=st.Waiting(ticket()))
    walk = Walk(waiting).on(ev.Viewed(view(ticket(), SLIP)), PAPER)
    assert walk.did(do.Print)
    assert isinstance(walk.on(ev.PrintEnded("p1", "printed")).screen, s.Waiting)
