"""A range that was told only improves, or whoever heard it reads why it does not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from server.core import events as e
from server.core.commands import WaitsReckoned
from server.core.fairness import TOLD_FOR
from server.core.telling import later, rounded, told, wait_of
from server.core.views import view_for_kiosk
from server.protocol import messages as m
from server.protocol.values import LaneId, TicketId
from tests.server.core.desk import Desk
from tests.server.core.example import KITA, MINAMI, NISHI, SATO, SUZUKI
from tests.server.core.test_estimate import steady

SHIMIN = LaneId("shimin")


@pytest.mark.parametrize(
    ("p50", "p80", "expected"),
    [(1, 2, (5, 5)), (430, 500, (5, 10)), (460, 601, (10, 15)), (3000, 3001, (50, 55)), (899, 900, (15, 15))],
)
def test_a_wait_is_a_range_in_steps_of_five_and_never_nothing(
    p50: float, p80: float, expected: tuple[int, int]
):
    assert rounded(p50, p80) == expected


def busy_desk(minutes: float = 10.0) -> tuple[Desk, TicketId]:
    """Return a desk with two clerks in conversation and one resident who waits, and knows how long."""
    desk = Desk()
    desk.kiosk_on(KITA, MINAMI, NISHI)
    desk.here(SATO, SUZUKI)
    desk.board = replace(desk.board, durations=steady(minutes))
    desk.call(SATO, KITA)
    desk.call(SUZUKI, MINAMI)
    ticket = TicketId(desk.take(NISHI))
    desk.reckon()
    return desk, ticket


def shown(desk: Desk) -> tuple[tuple[int, int] | None, str | None]:
    ticket = view_for_kiosk(desk.board, desk.city, NISHI, desk.now()).ticket
    assert ticket is not None
    return ticket.wait_minutes, ticket.moved


def test_what_newcomers_were_told_is_what_one_hears_before_ones_own_is_reckoned():
    desk, _ = busy_desk()
    desk.kiosk(NISHI, m.CancelTicket(id="c", ticket="t3"))
    desk.reckon()
    before = desk.board.waits[SHIMIN]
    id = TicketId(desk.take(NISHI))
    ticket = desk.board.tickets[id]
    assert wait_of(desk.board, ticket) == (before.low, before.high) == (10, 15)


def test_a_wait_gets_shorter_as_time_passes_and_nothing_is_said_about_it():
    desk, _ = busy_desk()
    assert shown(desk) == ((10, 15), None)
    desk.pass_time(420.0)
    desk.reckon()
    assert shown(desk) == ((5, 5), None)


def test_a_visit_that_takes_longer_is_explained_for_a_while_and_the_range_is_told_anew():
    desk, ticket = busy_desk()
    desk.pass_time(1100.0)
    (event,) = desk.reckon()
    assert isinstance(event, e.WaitsTold)
    assert event.later == {ticket: "takes_longer"}
    assert shown(desk)[1] == "takes_longer"
    assert later(desk.board.tickets[ticket], desk.elapsed + TOLD_FOR + 1) is None


def test_a_clerk_who_stops_working_is_the_reason_that_is_given():
    desk, ticket = busy_desk()
    desk.kiosk(NISHI, m.CancelTicket(id="x", ticket=ticket))
    desk.pass_time(540.0)  # both visits are nearly over: whoever comes now waits a minute
    ticket = TicketId(desk.take(NISHI))
    desk.reckon()
    assert shown(desk)[0] == (5, 5)
    for staff in (SATO, SUZUKI):
        desk.staff(staff, m.Pause(id=f"p-{staff}", reason="lunch"))
    (event,) = desk.reckon()
    assert isinstance(event, e.WaitsTold)
    assert (event.untold, event.later) == ((ticket,), {ticket: "fewer_staff"})
    assert shown(desk) == (None, "fewer_staff")


def test_a_reckoning_that_says_nothing_new_writes_nothing():
    desk, _ = busy_desk()
    seq = desk.board.seq
    assert desk.reckon() == ()
    desk.pass_time(5.0)
    assert desk.reckon() == ()
    assert desk.board.seq == seq


def test_a_reckoning_of_a_moment_ago_tells_nobody_who_is_already_called():
    desk, ticket = busy_desk()
    desk.end(SATO, "t1")
    desk.finish(SATO, "t1")
    assert desk.name(ticket) == "Offered"
    old = WaitsReckoned(lanes={}, tickets={ticket: (9000.0, 9000.0)}, clerks={})
    assert all(ticket not in event.tickets for event in told(desk.board, old, desk.elapsed))  # pyright: ignore[reportAttributeAccessIssue]


@given(
    st.lists(st.tuples(st.floats(0, 7200), st.floats(0, 3600), st.floats(0, 900)), min_size=1, max_size=12)
)
@settings(max_examples=60, derandomize=True, deadline=None)
def test_whatever_is_reckoned_no_range_ever_gets_worse_in_silence(looks: list[tuple[float, float, float]]):
    desk, ticket = busy_desk()
    for half, more, passes in looks:
        desk.elapsed += passes
        spread = {ticket: (half, half + more)}
        desk.news(WaitsReckoned(lanes={SHIMIN: (half, half + more)}, tickets=spread, clerks={SHIMIN: 2}))
        told_now = desk.board.tickets[ticket].told
        assert told_now is not None
        assert desk.elapsed + half + more <= told_now.by + 150.0 + 1e-6, (
            "what is told is never far from the truth"
        )
