"""A relay reaches one peer of the current call, or nobody."""

import pytest

from server.core.board import Board, Post, Seat
from server.core.states import AnyState, Connecting, Done, Held, Offered, Serving, Ticket, Waiting, Wrapup
from server.http.relay import clerk_for, kiosk_for
from server.protocol.values import KioskId, LaneId, StaffId, TicketId

pytestmark = pytest.mark.slow

CLERK, OTHER = StaffId("s-1"), StaffId("s-2")
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
