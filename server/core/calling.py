"""What whoever sits at a desk of the hall asks about a number: call again, here they are, not there, back again. Pure."""

from server.core import events as e
from server.core.city import Lane
from server.core.commands import Refusal
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
)
from server.core.ticket import Decision, not_holder, not_there
from server.protocol import messages as m
from server.protocol.values import StaffId

ByDesk = m.CallAgain | m.Arrived | m.NotThere

CALLS = 3
"""How often a number of the hall is called before it may be set aside."""

CALL_GAP = 15.0
"""Seconds between two calls: the time an old person takes to get up and look for the desk."""

_STALE = Refusal("stale")
_NOT_NOW = Refusal("not_now")


def desk_asks(ticket: Ticket, command: ByDesk, staff: StaffId, lane: Lane, now: float) -> Decision:
    """Return what the wish of whoever called a number does to it, or why nothing may."""
    id, state = ticket.id, ticket.state
    match state, command:
        case ((Created() | Waiting() | Offered() | Done()), _):
            return _STALE
        case ((Abandoned() | Cancelled() | Expired() | Postponed()), _):
            return _STALE
        case ((Absent() | NoShow()), (m.CallAgain() | m.Arrived())):
            return _STALE
        case ((Absent() | NoShow()), m.NotThere()):  # the same wish again
            return not_holder(state, staff, command.generation) or ()
        case Called(), m.CallAgain():
            again = state.calls < CALLS and now >= state.called + CALL_GAP
            allowed = (e.CalledAgain(ticket=id, at=now),) if again else _NOT_NOW
            return not_holder(state, staff, command.generation) or allowed
        case Called(), m.Arrived():
            return not_holder(state, staff, command.generation) or (e.CallStarted(ticket=id, at=now),)
        case Called(), m.NotThere():
            often = (not_there(ticket, state, lane, now),) if state.calls >= CALLS else _NOT_NOW
            return not_holder(state, staff, command.generation) or often
        case ((Serving() | Held()), m.Arrived()):  # the same wish again
            return not_holder(state, staff, command.generation) or ()
        case ((Serving() | Held()), (m.CallAgain() | m.NotThere())):
            return not_holder(state, staff, command.generation) or _NOT_NOW
        case ((Connecting() | Wrapup()), _):
            return not_holder(state, staff, command.generation) or _NOT_NOW


def brings_back(ticket: Ticket, command: m.BringBack, staff: StaffId, now: float) -> Decision:
    """Return what follows when somebody who was given up stands at a desk after all: their place, once more."""
    match ticket.state:
        case Absent() if command.generation == ticket.state.generation:
            return (e.BroughtBack(ticket=ticket.id, staff=staff, at=now),)
        case Waiting() if ticket.asides and command.generation == ticket.state.generation:
            return ()  # the same wish again
        case (
            Absent() | Created() | Waiting() | Offered() | Called() | Connecting() | Serving() | Held() | Wrapup()
            | Done() | NoShow() | Abandoned() | Cancelled() | Expired() | Postponed()
        ):  # fmt: skip
            return _STALE
