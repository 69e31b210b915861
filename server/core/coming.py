"""Whose telephone is about to ring: the first in line of those who went home to be called."""

from server.core import fairness, matching
from server.core.board import Board
from server.core.city import City
from server.core.states import (
    Abandoned,
    Absent,
    Called,
    Cancelled,
    Connecting,
    Created,
    Done,
    Expired,
    Held,
    NoShow,
    Offered,
    Postponed,
    Serving,
    Ticket,
    Waiting,
    Wrapup,
    wishes,
)


def is_coming(board: Board, city: City, ticket: Ticket) -> bool:
    """Say whether the first call is about to be made: nobody of the lane is ahead, and somebody is at work there."""
    if ticket.callback is None or ticket.callback.tries or ticket.callback.outcome is not None:
        return False
    match ticket.state:
        case Waiting():
            lane = matching.lane_of(city, ticket.lane)
            return (
                matching.somebody(board, city, lane, wishes(ticket))
                and fairness.ahead_of(ticket, board.tickets.values(), city) == 0
            )
        case Offered():
            return True
        case (
            Created() | Called() | Absent() | Connecting() | Serving() | Held() | Wrapup()
            | Done() | NoShow() | Abandoned() | Cancelled() | Expired() | Postponed()
        ):  # fmt: skip
            return False
