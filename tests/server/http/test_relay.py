"""A relay reaches one peer of the current call, or nobody."""

import pytest
from msgspec.structs import replace

from server.core.board import Board, Post, Seat
from server.core.states import (
    AnyState,
    Connecting,
    Done,
    Held,
    Offered,
    Party,
    Serving,
    Ticket,
    Waiting,
    Wrapup,
)
from server.http.relay import clerk_for, colleague_for, kiosk_for
from server.protocol.messages import CardNumber
from server.protocol.values import KioskId, LaneId, StaffId, TicketId

pytestmark = pytest.mark.slow

CLERK, OTHER, THIRD = StaffId("s-1"), StaffId("s-2"), StaffId("s-3")
KIOSK = KioskId("k-1")


def board_with(state: AnyState) -> Board:
    id = TicketId("t1")
    ticket = Ticket(
        id=id,
        rank=1,
        number=1,
        day="2026-11-20",
        kiosk=KIOSK,
        lane=LaneId("shimin"),
        purpose="talk",
        wants_text=False,
        language="ja",
        arrived=0.0,
        changed=0.0,
        state=state,
    )
    return Board(
        tickets={id: ticket},
        posts={KIOSK: Post(id=KIOSK, ticket=id)},
        seats={CLERK: Seat(id=CLERK, ticket=id), OTHER: Seat(id=OTHER)},
    )


@pytest.mark.parametrize(
    "state",
    [
        Connecting(generation=3, staff=CLERK, deadline=9.0),
        Serving(generation=3, staff=CLERK, since=0.0),
        Held(generation=3, staff=CLERK, since=0.0, minutes=2),
    ],
)
def test_a_live_call_is_relayed_both_ways_under_its_own_generation_only(state: AnyState) -> None:
    board = board_with(state)
    assert clerk_for(board, KIOSK, 3) == CLERK
    assert kiosk_for(board, CLERK, 3) == KIOSK
    for stale in (0, 2, 4):
        assert clerk_for(board, KIOSK, stale) is None
        assert kiosk_for(board, CLERK, stale) is None
    assert kiosk_for(board, OTHER, 3) is None
    assert clerk_for(board, KioskId("k-2"), 3) is None


@pytest.mark.parametrize(
    "state",
    [
        Waiting(generation=3),
        Offered(generation=3, staff=CLERK, deadline=9.0),
        Wrapup(generation=3, staff=CLERK, deadline=9.0, why="clerk"),
        Done(generation=3, staff=CLERK, result="done"),
    ],
)
def test_outside_a_call_nothing_is_relayed(state: AnyState) -> None:
    board = board_with(state)
    assert clerk_for(board, KIOSK, 3) is None
    assert kiosk_for(board, CLERK, 3) is None


def board_with_company() -> Board:
    board = board_with(Serving(generation=3, staff=CLERK, since=0.0))
    ticket = board.tickets[TicketId("t1")]
    parties = (
        Party(staff=OTHER, role="interpreter", generation=5, since=0.0),
        Party(staff=THIRD, role="second", generation=6, since=0.0, deadline=9.0),
    )
    seats = {one: Seat(id=one, ticket=ticket.id) for one in (CLERK, OTHER, THIRD)}
    return replace(board, tickets={ticket.id: replace(ticket, parties=parties)}, seats=seats)


def test_each_clerk_of_a_call_is_reached_under_their_own_number_and_no_other() -> None:
    board = board_with_company()
    assert [clerk_for(board, KIOSK, number) for number in (2, 3, 4, 5, 6)] == [None, CLERK, None, OTHER, None]
    assert [kiosk_for(board, OTHER, number) for number in (3, 5, 6)] == [None, KIOSK, None]
    assert kiosk_for(board, THIRD, 6) is None, "who is only asked has no voice"


def test_two_clerks_reach_each_other_by_both_their_numbers_and_nobody_else() -> None:
    board = board_with_company()
    assert colleague_for(board, OTHER, 5, 3) == CLERK
    assert colleague_for(board, CLERK, 3, 5) == OTHER
    for staff, own, to in (
        (CLERK, 2, 5),
        (CLERK, 5, 5),
        (CLERK, 3, 3),
        (CLERK, 3, 6),
        (THIRD, 6, 3),
        (OTHER, 5, 4),
    ):
        assert colleague_for(board, staff, own, to) is None


def test_only_who_leads_sends_the_number_of_a_card() -> None:
    board = board_with_company()
    number = CardNumber(order="o1", digits="01020304050607")
    assert kiosk_for(board, CLERK, 3, number) == KIOSK
    assert kiosk_for(board, OTHER, 5, number) is None
