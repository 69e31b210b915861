"""A telephone call that nobody answers is made again at its distances, and then it is over."""

from typing import get_args

import pytest
from msgspec.structs import replace

from server.core import becoming, callback
from server.core import events as e
from server.core.city import Callbacks
from server.core.commands import Refusal
from server.core.states import Callback, NoShow, Serving, Ticket, Waiting
from server.protocol import messages as m
from server.protocol.values import CallbackOutcome, TicketId
from tests.server.core.example import KITA, OPEN_LANE, SATO, SUZUKI

LANE = replace(OPEN_LANE, callbacks=Callbacks(after_minutes=20, retry_minutes=(15.0, 60.0)))
HOME = Ticket(
    id=TicketId("t1"), number=1, day="2026-11-20", kiosk=KITA, lane=LANE.id, purpose="talk", arrived=0.0, rank=1,
    wants_text=False, language="ja", changed=0.0, state=Serving(staff=SATO, generation=1, since=10.0), callback=Callback(since=5.0),
)  # fmt: skip


def said(outcome: CallbackOutcome, generation: int = 1) -> m.SettleCallback:
    return m.SettleCallback(id="c1", ticket="t1", generation=generation, outcome=outcome)


def after(ticket: Ticket, outcome: CallbackOutcome, now: float) -> Ticket:
    decided = callback.settles(ticket, said(outcome), SATO, LANE, now)
    assert not isinstance(decided, Refusal), decided
    for event in decided:
        ticket = becoming.evolve(ticket, event)
    return ticket


def test_it_is_offered_from_the_wait_on_that_the_city_chose_and_only_if_it_did() -> None:
    assert callback.offered(LANE, (15, 20))
    assert not callback.offered(LANE, (10, 15))
    assert not callback.offered(LANE, None)
    assert not callback.offered(OPEN_LANE, (50, 60))


def test_whoever_does_not_answer_is_called_twice_more_in_their_old_place_and_then_it_is_over() -> None:
    ticket = HOME
    for now, again in ((100.0, 100.0 + 900.0), (2000.0, 2000.0 + 3600.0)):
        ticket = after(ticket, "not_reached", now)
        assert isinstance(ticket.state, Waiting)
        assert ticket.callback is not None
        assert ticket.callback.again_at == again
        assert (ticket.since, ticket.rank) == (HOME.since, HOME.rank), "the place is kept"
        ticket = replace(ticket, state=HOME.state)
    ticket = after(ticket, "not_reached", 9000.0)
    assert isinstance(ticket.state, NoShow)
    assert not callback.may_be_called(ticket)


def test_a_wrong_number_is_not_called_again() -> None:
    assert isinstance(after(HOME, "wrong_number", 100.0).state, NoShow)


def test_a_line_that_breaks_after_they_answered_means_calling_them_anew() -> None:
    reached = after(HOME, "reached", 100.0)
    assert callback.may_be_called(reached)
    back = becoming.evolve(reached, e.TicketReturned(ticket=HOME.id, staff=SATO, why="clerk_lost", at=200.0))
    assert back.callback is not None
    assert back.callback.outcome is None


@pytest.mark.parametrize("outcome", get_args(CallbackOutcome))
def test_only_the_clerk_who_has_them_says_what_came_of_it_and_twice_is_once(outcome: CallbackOutcome) -> None:
    assert callback.settles(HOME, said(outcome), SUZUKI, LANE, 100.0) == Refusal("not_yours")
    assert callback.settles(HOME, said(outcome, 0), SATO, LANE, 100.0) == Refusal("stale")
    again = callback.settles(after(HOME, outcome, 100.0), said(outcome), SATO, LANE, 101.0)
    assert again == (() if outcome == "reached" else Refusal("stale"))
