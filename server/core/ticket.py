"""The life of one ticket: taken, waiting, offered, in a call, wrapped up, over.

Rule 1: everything that decides what becomes of a ticket is in this file.
Rule 2: this file knows no board, socket, clock or chance; who asks was proved before, and time is an argument.

A call's fencing number (`generation`) grows with each claim by a clerk, and never otherwise: whoever speaks with an
older one is "stale" and changes nothing. `tests/server/core/ticket.table.md` shows every state with every happening.
"""

import msgspec
from msgspec.structs import replace

from server.core import events as e
from server.core.city import Lane
from server.core.commands import Refusal
from server.core.states import (
    Abandoned,
    AnyState,
    Cancelled,
    Connecting,
    Created,
    Done,
    Expired,
    Held,
    NoShow,
    Offered,
    Serving,
    Ticket,
    Waiting,
    Wrapup,
)
from server.protocol import messages as m
from server.protocol.values import StaffId

STANDS_AT_MOST = 12 * 3600.0
"""Seconds a ticket may stand in its lane: longer than any working day, so nothing waits for ever."""

REST = 30.0
"""Seconds before a ticket rings again at a clerk who let it pass, unless all others did too."""

# ---------------------------------------------------------------- what can happen besides the wire commands


class Enqueue(msgspec.Struct, frozen=True):
    """Stand in the lane."""


class Offer(msgspec.Struct, frozen=True):
    """Ring at this clerk, who is free."""

    staff: StaffId


class ClerkLost(msgspec.Struct, frozen=True):
    """The clerk's last socket is gone."""


class ClerkBack(msgspec.Struct, frozen=True):
    """The clerk is connected again."""


class KioskLost(msgspec.Struct, frozen=True):
    """The kiosk's socket is gone."""


class KioskBack(msgspec.Struct, frozen=True):
    """The kiosk is connected again."""


class KioskForgot(msgspec.Struct, frozen=True):
    """The kiosk is connected again and does not remember this ticket: its power was cut, or the news never arrived."""


ByClerk = m.Accept | m.Decline | m.Hold | m.Resume | m.EndCall | m.FinishWrapup
ByResident = m.CancelTicket | m.HangUp | m.MediaIsUp | m.ClerkHeard
Happening = Enqueue | Offer | ClerkLost | ClerkBack | KioskLost | KioskBack | KioskForgot
Decision = tuple[e.TicketEvent, ...] | Refusal

_STALE = Refusal("stale")
_NOT_NOW = Refusal("not_now")

# ---------------------------------------------------------------- decisions


def clerk_asks(ticket: Ticket, command: ByClerk, staff: StaffId, lane: Lane, now: float) -> Decision:
    """Return what a clerk's wish does to a ticket, or why nothing may."""
    id, state, generation = ticket.id, ticket.state, command.generation
    match state, command:
        case Offered(), m.Accept():
            if (staff, generation) != (state.staff, state.generation):
                return _STALE
            until = now + lane.connect_within
            return (e.TicketAccepted(ticket=id, at=now, staff=staff, generation=generation, deadline=until),)
        case Waiting(), m.Accept():  # picked from the queue: a claim of its own
            if generation != state.generation:
                return _STALE
            if state.kiosk_lost is not None:
                return _NOT_NOW
            until = now + lane.connect_within
            return (
                e.TicketAccepted(ticket=id, at=now, staff=staff, generation=generation + 1, deadline=until),
            )
        case ((Connecting() | Serving() | Held()), m.Accept()):  # the same wish again, or somebody was faster
            return () if (staff, generation) == (state.staff, state.generation) else _STALE
        case ((Created() | Wrapup()), m.Accept()):
            return _STALE
        case Offered(), m.Decline():
            if (staff, generation) != (state.staff, state.generation):
                return _STALE
            return (e.TicketReturned(ticket=id, at=now, staff=staff, why="declined", reason=command.reason),)
        case ((Connecting() | Serving() | Held() | Wrapup()), m.Decline()):
            return _not_holder(state, staff, generation) or _NOT_NOW
        case ((Serving() | Held()), m.Hold()):
            return _not_holder(state, staff, generation) or (
                e.CallHeld(ticket=id, at=now, minutes=command.minutes),
            )
        case ((Connecting() | Wrapup()), (m.Hold() | m.Resume())):
            return _not_holder(state, staff, generation) or _NOT_NOW
        case Held(), m.Resume():
            return _not_holder(state, staff, generation) or (e.CallResumed(ticket=id, at=now),)
        case Serving(), m.Resume():
            return _not_holder(state, staff, generation) or ()
        case ((Connecting() | Serving() | Held()), m.EndCall()):
            return _not_holder(state, staff, generation) or _end(ticket, "clerk", lane, now)
        case Wrapup(), m.EndCall():  # the resident was faster
            return _not_holder(state, staff, generation) or ()
        case ((Connecting() | Serving() | Held()), m.FinishWrapup()):
            return _not_holder(state, staff, generation) or _NOT_NOW
        case Wrapup(), m.FinishWrapup():
            return _not_holder(state, staff, generation) or (
                e.WrapupFinished(ticket=id, at=now, result=command.result),
            )
        case ((Done() | NoShow()), (m.EndCall() | m.FinishWrapup())):  # the same wish again
            return _not_holder(state, staff, generation) or ()
        # It left this clerk, or never was with them.
        case (
            (Created() | Waiting()),
            (m.Decline() | m.Hold() | m.Resume() | m.EndCall() | m.FinishWrapup()),
        ):
            return _STALE
        case Offered(), (m.Hold() | m.Resume() | m.EndCall() | m.FinishWrapup()):
            return _STALE
        case ((Done() | NoShow()), (m.Accept() | m.Decline() | m.Hold() | m.Resume())):
            return _STALE
        case ((Abandoned() | Cancelled() | Expired()), _):
            return _STALE


def resident_asks(ticket: Ticket, command: ByResident, lane: Lane, now: float) -> Decision:
    """Return what the kiosk's news does to its ticket, or why nothing may."""
    id, state = ticket.id, ticket.state
    match state, command:
        # Giving up carries no generation: whoever has not been helped yet may always go.
        case ((Created() | Waiting() | Offered() | Connecting()), m.CancelTicket()):
            return _gone(ticket, command.away, now)
        case ((Serving() | Held()), m.CancelTicket()):  # a conversation is ended with HangUp
            return _NOT_NOW
        case ((Created() | Waiting() | Offered()), m.HangUp()):
            return _old(state, command.generation) or _gone(ticket, False, now)
        case ((Connecting() | Serving() | Held()), m.HangUp()):
            return _old(state, command.generation) or _end(ticket, "resident", lane, now)
        case Connecting(), m.MediaIsUp():
            return _old(state, command.generation) or (e.CallStarted(ticket=id, at=now),)
        case ((Serving() | Held()), m.MediaIsUp()):
            return _old(state, command.generation) or ()
        case ((Serving() | Held()), m.ClerkHeard()):
            if state.silent is not command.alive:
                return _old(state, command.generation) or ()
            return _old(state, command.generation) or (
                e.ClerkHearing(ticket=id, at=now, silent=not command.alive),
            )
        case Connecting(), m.ClerkHeard():  # its own deadline decides
            return _old(state, command.generation) or ()
        case ((Created() | Waiting() | Offered() | Wrapup()), (m.MediaIsUp() | m.ClerkHeard())):
            return _STALE
        # The same wish again, or late news about something settled.
        case Wrapup(), (m.CancelTicket() | m.HangUp()):
            return ()
        case ((Done() | NoShow() | Abandoned() | Cancelled() | Expired()), (m.CancelTicket() | m.HangUp())):
            return ()
        case ((Done() | NoShow() | Abandoned() | Cancelled() | Expired()), (m.MediaIsUp() | m.ClerkHeard())):
            return _STALE


def happens(ticket: Ticket, happening: Happening, lane: Lane, now: float) -> tuple[e.TicketEvent, ...]:
    """Return what follows from sockets that come and go, and from matching."""
    id, state = ticket.id, ticket.state
    match state, happening:
        case Created(), Enqueue():
            return (e.TicketQueued(ticket=id, at=now),)
        case Waiting(), Offer():
            until = now + lane.offer_lasts
            return (
                e.TicketOffered(
                    ticket=id, at=now, staff=happening.staff, generation=state.generation + 1, deadline=until
                ),
            )
        case Offered(), ClerkLost():  # nothing has begun: ring elsewhere at once
            return (e.TicketReturned(ticket=id, at=now, staff=state.staff, why="clerk_lost"),)
        case ((Connecting() | Serving() | Held()), ClerkLost()):
            return (e.ClerkLineLost(ticket=id, at=now, until=now + lane.socket_grace),)
        case ((Connecting() | Serving() | Held()), ClerkBack()):
            return () if state.clerk_lost is None else (e.ClerkLineBack(ticket=id, at=now),)
        case ((Waiting() | Offered() | Connecting()), KioskLost()):
            return (e.KioskLineLost(ticket=id, at=now, until=now + lane.walk_away_grace),)
        case ((Serving() | Held()), KioskLost()):
            return (e.KioskLineLost(ticket=id, at=now, until=now + lane.socket_grace),)
        case ((Waiting() | Offered() | Connecting() | Serving() | Held()), KioskBack()):
            return () if state.kiosk_lost is None else (e.KioskLineBack(ticket=id, at=now),)
        # In the lane a kiosk without memory finds its ticket again in its view; a conversation is gone with it.
        case ((Waiting() | Offered()), KioskForgot()):
            return () if state.kiosk_lost is None else (e.KioskLineBack(ticket=id, at=now),)
        case ((Connecting() | Serving() | Held()), KioskForgot()):
            return _end(ticket, "kiosk_restarted", lane, now)
        # Only one who waits is offered; only a new ticket is queued.
        case ((Waiting() | Offered() | Connecting() | Serving() | Held() | Wrapup()), Enqueue()):
            return ()
        case ((Created() | Offered() | Connecting() | Serving() | Held() | Wrapup()), Offer()):
            return ()
        # Nobody to lose, or nothing left that needs them.
        case ((Created() | Waiting() | Wrapup()), (ClerkLost() | ClerkBack())):
            return ()
        case Offered(), ClerkBack():
            return ()
        case ((Created() | Wrapup()), (KioskLost() | KioskBack() | KioskForgot())):
            return ()
        case ((Done() | NoShow() | Abandoned() | Cancelled() | Expired()), _):
            return ()


def server_came_back(ticket: Ticket, lane: Lane, now: float) -> tuple[e.TicketEvent, ...]:
    """Return what follows from a start of the server: connections are unknown, running leases start afresh."""
    id, state = ticket.id, ticket.state
    match state:
        case Waiting():
            return ()
        case Offered():
            return (e.LeaseRenewed(ticket=id, at=now, deadline=now + lane.offer_lasts),)
        case Connecting():
            return (
                e.LeaseRenewed(ticket=id, at=now, deadline=now + lane.connect_within),
                e.ClerkLineLost(ticket=id, at=now, until=now + lane.socket_grace),
            )
        case Serving() | Held():
            return (e.ClerkLineLost(ticket=id, at=now, until=now + lane.socket_grace),)
        case Wrapup():
            return (e.LeaseRenewed(ticket=id, at=now, deadline=now + lane.wrapup_lasts),)
        case Created() | Done() | NoShow() | Abandoned() | Cancelled() | Expired():
            return ()


def time_passes(ticket: Ticket, lane: Lane, now: float) -> tuple[e.TicketEvent, ...]:
    """Return what is due; harmless at any moment, any number of times."""
    id, state = ticket.id, ticket.state
    match state:
        case Waiting():
            if _due(state.kiosk_lost, now):
                return (e.TicketAbandoned(ticket=id, at=now),)
            if _due(ticket.arrived + STANDS_AT_MOST, now):
                return (e.TicketExpired(ticket=id, at=now),)
            return ()
        case Offered():
            if _due(state.kiosk_lost, now):
                return (e.TicketAbandoned(ticket=id, at=now),)
            if _due(state.deadline, now):
                return (e.TicketReturned(ticket=id, at=now, staff=state.staff, why="no_answer"),)
            return ()
        case Connecting():  # media never came up: no heartbeat need fall silent first
            if _due(state.clerk_lost, now):
                return (e.TicketReturned(ticket=id, at=now, staff=state.staff, why="clerk_lost"),)
            if _due(state.deadline, now):
                return (e.TicketReturned(ticket=id, at=now, staff=state.staff, why="not_connected"),)
            return ()
        case Serving() | Held():
            if _due(state.kiosk_lost, now):
                return _end(ticket, "kiosk_lost", lane, now)
            # A lost socket alone never touches an established call: voice may well go on.
            if state.silent and _due(state.clerk_lost, now):
                return (e.TicketReturned(ticket=id, at=now, staff=state.staff, why="clerk_lost"),)
            return ()
        case Wrapup():
            if _due(state.deadline, now):
                return (e.WrapupFinished(ticket=id, at=now, result="unrecorded"),)
            return ()
        case Created() | Done() | NoShow() | Abandoned() | Cancelled() | Expired():
            return ()


def deadline(ticket: Ticket) -> float | None:
    """Return the elapsed time from which `time_passes` changes this ticket."""
    state = ticket.state
    match state:
        case Waiting():
            return _first(state.kiosk_lost, ticket.arrived + STANDS_AT_MOST)
        case Offered():
            return _first(state.kiosk_lost, state.deadline)
        case Connecting():
            return _first(state.clerk_lost, state.deadline)
        case Serving() | Held():
            return _first(state.kiosk_lost, state.clerk_lost if state.silent else None)
        case Wrapup():
            return state.deadline
        case Created() | Done() | NoShow() | Abandoned() | Cancelled() | Expired():
            return None


def evolve(ticket: Ticket, event: e.TicketEvent) -> Ticket:
    """Return what the ticket becomes. Events are facts: this never refuses; one that cannot be raises."""
    state, at = ticket.state, event.at
    match event:
        case e.TicketTaken():
            return ticket
        case e.TicketQueued():
            return replace(ticket, state=Waiting(generation=state.generation), changed=at)
        case e.TicketOffered():
            after = Offered(staff=event.staff, generation=event.generation, deadline=event.deadline)
            return replace(ticket, state=after, changed=at)
        case e.TicketAccepted():
            after = Connecting(
                staff=event.staff,
                generation=event.generation,
                deadline=event.deadline,
                kiosk_lost=state.kiosk_lost if isinstance(state, Offered) else None,
            )
            return replace(ticket, state=after, changed=at)
        case e.TicketReturned():
            passed = ticket.passed
            if event.why != "clerk_lost":
                passed = (*(one for one in passed if one[0] != event.staff), (event.staff, at))
            lost = state.kiosk_lost if isinstance(state, Offered | Connecting | Serving | Held) else None
            after = Waiting(generation=state.generation, kiosk_lost=lost)
            return replace(ticket, state=after, changed=at, returned=event.why, passed=passed)
        case e.CallEnded():
            call = _call(state)
            after = Wrapup(
                staff=call.staff,
                generation=call.generation,
                deadline=event.deadline,
                why=event.why,
                talked=0.0 if isinstance(call, Connecting) else at - call.since,
            )
            return replace(ticket, state=after, changed=at)
        case e.CallStarted():
            call = _call(state)
            after = Serving(
                staff=call.staff,
                generation=call.generation,
                since=at,
                clerk_lost=call.clerk_lost,
                kiosk_lost=call.kiosk_lost,
            )
            return replace(ticket, state=after, changed=at, returned=None, passed=())
        case e.CallHeld():
            talk = _talk(state)
            after = Held(
                staff=talk.staff,
                generation=talk.generation,
                since=talk.since,
                minutes=event.minutes,
                silent=talk.silent,
                clerk_lost=talk.clerk_lost,
                kiosk_lost=talk.kiosk_lost,
            )
            return replace(ticket, state=after, changed=at)
        case e.CallResumed():
            talk = _talk(state)
            after = Serving(
                staff=talk.staff,
                generation=talk.generation,
                since=talk.since,
                silent=talk.silent,
                clerk_lost=talk.clerk_lost,
                kiosk_lost=talk.kiosk_lost,
            )
            return replace(ticket, state=after, changed=at)
        case e.WrapupFinished():
            staff, generation = _wrapup(state).staff, state.generation
            if event.result == "no_show":
                return replace(ticket, state=NoShow(staff=staff, generation=generation), changed=at)
            return replace(
                ticket, state=Done(staff=staff, generation=generation, result=event.result), changed=at
            )
        case e.TicketCancelled():
            return replace(ticket, state=Cancelled(generation=state.generation), changed=at)
        case e.TicketAbandoned():
            return replace(ticket, state=Abandoned(generation=state.generation), changed=at)
        case e.TicketExpired():
            return replace(ticket, state=Expired(generation=state.generation), changed=at)
        # What follows changes the line to one of the two, not the state.
        case e.ClerkHearing():
            return replace(ticket, state=replace(_talk(state), silent=event.silent))
        case e.ClerkLineLost():
            return replace(ticket, state=replace(_call(state), clerk_lost=event.until))
        case e.ClerkLineBack():
            return replace(ticket, state=replace(_call(state), clerk_lost=None))
        case e.KioskLineLost():
            return replace(ticket, state=replace(_with_resident(state), kiosk_lost=event.until))
        case e.KioskLineBack():
            return replace(ticket, state=replace(_with_resident(state), kiosk_lost=None))
        case e.LeaseRenewed():
            if not isinstance(state, Offered | Connecting | Wrapup):
                raise AssertionError(f"{type(state).__name__} has no lease")
            return replace(ticket, state=replace(state, deadline=event.deadline))
        case e.SheetChanged():
            return replace(
                ticket, sheet=event.revision, minutes=event.minutes, skills=event.skills, relay=event.relay
            )


def _not_holder(
    state: Connecting | Serving | Held | Wrapup | Done | NoShow, staff: StaffId, generation: int
) -> Refusal | None:
    if generation != state.generation:
        return _STALE
    return None if staff == state.staff else Refusal("not_yours")


def _old(state: AnyState, generation: int) -> Refusal | None:
    return None if generation == state.generation else _STALE


def _gone(ticket: Ticket, away: bool, now: float) -> Decision:
    event = e.TicketAbandoned if away else e.TicketCancelled
    return (event(ticket=ticket.id, at=now),)


def _end(ticket: Ticket, why: e.WhyEnded, lane: Lane, now: float) -> tuple[e.TicketEvent, ...]:
    return (e.CallEnded(ticket=ticket.id, at=now, why=why, deadline=now + lane.wrapup_lasts),)


def _due(until: float | None, now: float) -> bool:
    return until is not None and now >= until


def _first(one: float | None, other: float | None) -> float | None:
    if one is None or other is None:
        return other if one is None else one
    return min(one, other)


def _call(state: AnyState) -> Connecting | Serving | Held:
    if not isinstance(state, Connecting | Serving | Held):
        raise AssertionError(f"{type(state).__name__} is not in a call")
    return state


def _talk(state: AnyState) -> Serving | Held:
    if not isinstance(state, Serving | Held):
        raise AssertionError(f"{type(state).__name__} is not a conversation")
    return state


def _wrapup(state: AnyState) -> Wrapup:
    if not isinstance(state, Wrapup):
        raise AssertionError(f"{type(state).__name__} is not wrapped up")
    return state


def _with_resident(state: AnyState) -> Waiting | Offered | Connecting | Serving | Held:
    if not isinstance(state, Waiting | Offered | Connecting | Serving | Held):
        raise AssertionError(f"{type(state).__name__} has no resident before the kiosk")
    return state
