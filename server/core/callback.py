"""折り返し電話: a ticket whose resident went home keeps its place, and is called by telephone when its turn comes.

The number is sealed in the case; the board knows that there is one, how often it was tried, and when again.
"""

from server.core import events as e
from server.core.city import Lane
from server.core.commands import Refusal
from server.core.states import (
    Abandoned,
    Absent,
    Callback,
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
)
from server.protocol import messages as m
from server.protocol.values import StaffId

Decision = tuple[e.TicketEvent, ...] | Refusal


def offered(lane: Lane, wait_minutes: tuple[int, int] | None) -> bool:
    """Say whether somebody who has to expect this wait is asked if they would rather be called."""
    if lane.callbacks is None or wait_minutes is None:
        return False
    return wait_minutes[1] >= lane.callbacks.after_minutes


def keeps(ticket: Ticket, lane: Lane, now: float) -> Decision:
    """Let the resident go home with their place kept; the same wish again changes nothing."""
    match ticket.state:
        case Waiting() if lane.callbacks is not None and not ticket.counter:
            if ticket.callback is not None:
                return ()
            return (e.CallbackKept(ticket=ticket.id, at=now),)
        case (
            Waiting()
            | Created()
            | Offered()
            | Called()
            | Absent()
            | Connecting()
            | Serving()
            | Held()
            | Wrapup()
        ):
            return Refusal("not_now")
        case Done() | NoShow() | Abandoned() | Cancelled() | Expired() | Postponed():
            return Refusal("stale")


def may_be_called(ticket: Ticket) -> bool:
    """Say whether anybody still needs the number: until the conversation is over, as the line may break in it."""
    match ticket.state:
        case Created() | Waiting() | Offered() | Connecting() | Serving() | Held():
            return True
        case (
            Called()
            | Absent()
            | Wrapup()
            | Done()
            | NoShow()
            | Abandoned()
            | Cancelled()
            | Expired()
            | Postponed()
        ):
            return False


def settles(ticket: Ticket, command: m.SettleCallback, staff: StaffId, lane: Lane, now: float) -> Decision:
    """Note what came of a call: reached goes on as any conversation; else it is tried again, or closed for good."""
    state, callback = ticket.state, ticket.callback
    match state:
        case Serving() | Held():
            if command.generation != state.generation:
                return Refusal("stale")
            if staff != state.staff:
                return Refusal("not_yours")
            if callback is None:
                return Refusal("not_now")
            if callback.outcome == "reached":
                return () if command.outcome == "reached" else Refusal("not_now")
            return (
                e.CallbackTried(
                    ticket=ticket.id,
                    staff=staff,
                    outcome=command.outcome,
                    again_at=_again_at(callback, command, lane, now),
                    at=now,
                ),
            )
        case Created() | Waiting() | Offered() | Called() | Absent() | Connecting() | Wrapup():
            return Refusal("stale")
        case Done() | NoShow() | Abandoned() | Cancelled() | Expired() | Postponed():
            return Refusal("stale")


def _again_at(callback: Callback, command: m.SettleCallback, lane: Lane, now: float) -> float | None:
    """Return when to try again; None = never, because they answered, the number is wrong, or it was the last try."""
    retries = () if lane.callbacks is None else lane.callbacks.retry_minutes
    if command.outcome != "not_reached" or callback.tries >= len(retries):
        return None
    return now + 60.0 * retries[callback.tries]
