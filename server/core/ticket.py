"""The life of one ticket: taken, waiting, offered, in a call, wrapped up, over.

Rule 1: everything that decides what happens to a ticket by itself is in this file, and what it becomes then is in
`becoming.py`; who else joins a call is in `parties.py`.
Rule 2: this file knows no board, socket, clock or chance; who asks was proved before, and time is an argument.

A call's fencing number (`generation`) grows with each claim by a clerk, and never otherwise: whoever speaks with an
older one is "stale" and changes nothing. `tests/server/core/ticket.table.md` shows every state with every happening.
"""

import msgspec

from server.core import events as e
from server.core.becoming import evolve
from server.core.city import Lane
from server.core.commands import Refusal
from server.core.states import (
    DUE,
    Abandoned,
    Absent,
    AnyState,
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
    Ringing,
    Serving,
    Ticket,
    Waiting,
    Wrapup,
    ring_of,
    rings_at,
)
from server.protocol import messages as m
from server.protocol.values import StaffId, TicketId

STANDS_AT_MOST = 12 * 3600.0
"""Seconds a ticket may stand in its lane: longer than any working day, so nothing waits for ever."""

CALLED_WITHIN = 14 * 86_400.0
"""The same for one that is to be called: over the New Year a city hall is closed for up to nine days."""

BREATH = 10.0
"""Seconds nothing rings at a clerk who gave a call on, which leaves them no wrap-up to catch their breath in. Few:
who answers first for a whole city gives every call on."""
REST = 30.0
"""Seconds before a ticket rings again at a clerk who let it pass, unless all others did too."""

# ---------------------------------------------------------------- what can happen besides the wire commands


class Enqueue(msgspec.Struct, frozen=True):
    """Stand in the lane."""


class Offer(msgspec.Struct, frozen=True):
    """Ring at this clerk, who is free, although these could have been served instead."""

    staff: StaffId
    overtakes: tuple[TicketId, ...] = ()
    why: e.WhyMoved | None = None


class ClerkLost(msgspec.Struct, frozen=True):
    """The clerk's last socket is gone; `staff` is who that was, of several it rings at."""

    staff: StaffId | None = None


class ClerkBack(msgspec.Struct, frozen=True):
    """The clerk is connected again."""


class KioskLost(msgspec.Struct, frozen=True):
    """The kiosk's socket is gone."""


class KioskBack(msgspec.Struct, frozen=True):
    """The kiosk is connected again."""


class KioskForgot(msgspec.Struct, frozen=True):
    """The kiosk is connected again and does not remember this ticket: its power was cut, or the news never arrived."""


__all__ = ["deadline", "evolve", "happens", "resident_asks", "server_came_back", "time_passes"]

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
            if _claim(state, staff, generation) is None:
                return _STALE
            until = now + _answered_within(ticket, lane)
            accepted = e.TicketAccepted(ticket=id, at=now, staff=staff, generation=generation, deadline=until)
            return (accepted, *_by_telephone(ticket, now))
        case Waiting(), m.Accept():  # picked from the queue: a claim of its own
            if generation != state.generation:
                return _STALE
            if state.kiosk_lost is not None:
                return _NOT_NOW
            until = now + _answered_within(ticket, lane)
            accepted = e.TicketAccepted(
                ticket=id, at=now, staff=staff, generation=next_claim(ticket), deadline=until
            )
            return (accepted, *_by_telephone(ticket, now))
        # The same wish again, or somebody was faster.
        case ((Called() | Connecting() | Serving() | Held()), m.Accept()):
            return () if (staff, generation) == (state.staff, state.generation) else _STALE
        case ((Created() | Wrapup()), m.Accept()):
            return _STALE
        case Offered(), m.Decline():
            ring = _claim(state, staff, generation)
            if ring is None:
                return _STALE
            return _unanswered(ticket, state, ring, "declined", lane, now, command.reason)
        case ((Called() | Connecting() | Serving() | Held() | Wrapup()), m.Decline()):
            return not_holder(state, staff, generation) or _NOT_NOW
        case Called(), (m.Hold() | m.Resume() | m.EndCall() | m.FinishWrapup()):
            return not_holder(state, staff, generation) or _NOT_NOW
        case Serving(), m.Hold() if ticket.counter:  # there is nothing to stop
            return not_holder(state, staff, generation) or _NOT_NOW
        case ((Serving() | Held()), m.Hold()):
            return not_holder(state, staff, generation) or (
                e.CallHeld(ticket=id, at=now, minutes=command.minutes),
            )
        case ((Connecting() | Wrapup()), (m.Hold() | m.Resume())):
            return not_holder(state, staff, generation) or _NOT_NOW
        case Held(), m.Resume():
            return not_holder(state, staff, generation) or (e.CallResumed(ticket=id, at=now),)
        case Serving(), m.Resume():
            return not_holder(state, staff, generation) or ()
        case ((Connecting() | Serving() | Held()), m.EndCall()):
            if ticket.callback is not None and ticket.callback.outcome != "reached":
                return not_holder(state, staff, generation) or _NOT_NOW  # whether they answered comes first
            return not_holder(state, staff, generation) or _end(ticket, "clerk", lane, now)
        case Wrapup(), m.EndCall():  # the resident was faster
            return not_holder(state, staff, generation) or ()
        case ((Connecting() | Serving() | Held()), m.FinishWrapup()):
            return not_holder(state, staff, generation) or _NOT_NOW
        case Wrapup(), m.FinishWrapup():
            return not_holder(state, staff, generation) or (
                e.WrapupFinished(ticket=id, at=now, result=command.result),
            )
        case ((Done() | NoShow()), (m.EndCall() | m.FinishWrapup())):  # the same wish again
            return not_holder(state, staff, generation) or ()
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
        case ((Absent() | Abandoned() | Cancelled() | Expired() | Postponed()), _):
            return _STALE


def resident_asks(ticket: Ticket, command: ByResident, lane: Lane, now: float) -> Decision:
    """Return what the kiosk's news does to its ticket, or why nothing may."""
    id, state = ticket.id, ticket.state
    if ticket.callback is not None:
        return _NOT_NOW  # they went home: nobody at this kiosk speaks for them
    match state, command:
        # Giving up carries no generation: whoever has not been helped yet may always go.
        case ((Created() | Waiting() | Offered() | Called() | Absent() | Connecting()), m.CancelTicket()):
            return _gone(ticket, command.away, now)
        case ((Serving() | Held()), m.CancelTicket()):  # a conversation is ended with HangUp
            return _NOT_NOW
        case ((Created() | Waiting() | Offered() | Called() | Absent()), m.HangUp()):
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
        case (
            (Created() | Waiting() | Offered() | Called() | Absent() | Wrapup()),
            (m.MediaIsUp() | m.ClerkHeard()),
        ):
            return _STALE
        # The same wish again, or late news about something settled.
        case Wrapup(), (m.CancelTicket() | m.HangUp()):
            return ()
        case (
            (Done() | NoShow() | Abandoned() | Cancelled() | Expired() | Postponed()),
            (m.CancelTicket() | m.HangUp()),
        ):
            return ()
        case (
            (Done() | NoShow() | Abandoned() | Cancelled() | Expired() | Postponed()),
            (m.MediaIsUp() | m.ClerkHeard()),
        ):
            return _STALE


def happens(ticket: Ticket, happening: Happening, lane: Lane, now: float) -> tuple[e.TicketEvent, ...]:
    """Return what follows from sockets that come and go, and from matching."""
    id, state = ticket.id, ticket.state
    if ticket.callback is not None and isinstance(happening, KioskLost | KioskBack | KioskForgot):
        return ()
    match state, happening:
        case Created(), Enqueue():
            return (e.TicketQueued(ticket=id, at=now),)
        # Whoever has a number of the hall sits at no kiosk.
        case _, (KioskLost() | KioskBack() | KioskForgot()) if ticket.counter:
            return ()
        case Waiting(), Offer():
            until = now + lane.offer_lasts
            return (
                e.TicketOffered(
                    ticket=id,
                    at=now,
                    staff=happening.staff,
                    generation=next_claim(ticket),
                    deadline=until,
                    overtakes=happening.overtakes,
                    why=happening.why,
                ),
            )
        case Offered(), ClerkLost():  # nothing has begun: ring elsewhere at once
            lost = ring_of(state, state.staff if happening.staff is None else happening.staff)
            return () if lost is None else _unanswered(ticket, state, lost, "clerk_lost", lane, now)
        case ((Called() | Connecting() | Serving() | Held()), ClerkLost()):
            return (e.ClerkLineLost(ticket=id, at=now, until=now + _clerk_grace(ticket, lane)),)
        case ((Called() | Connecting() | Serving() | Held()), ClerkBack()):
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
        case (
            (Waiting() | Offered() | Called() | Absent() | Connecting() | Serving() | Held() | Wrapup()),
            Enqueue(),
        ):
            return ()
        case (
            (Created() | Offered() | Called() | Absent() | Connecting() | Serving() | Held() | Wrapup()),
            Offer(),
        ):
            return ()
        # Nobody to lose, or nothing left that needs them.
        case ((Created() | Waiting() | Absent() | Wrapup()), (ClerkLost() | ClerkBack())):
            return ()
        case Offered(), ClerkBack():
            return ()
        case ((Created() | Called() | Absent() | Wrapup()), (KioskLost() | KioskBack() | KioskForgot())):
            return ()
        case ((Done() | NoShow() | Abandoned() | Cancelled() | Expired() | Postponed()), _):
            return ()


def server_came_back(ticket: Ticket, lane: Lane, now: float) -> tuple[e.TicketEvent, ...]:
    """Return what follows from a start of the server: connections are unknown, running leases start afresh."""
    id, state = ticket.id, ticket.state
    match state:
        case Waiting():
            return ()
        case Offered():
            return (e.LeaseRenewed(ticket=id, at=now, deadline=now + lane.offer_lasts),)
        case Called() | Connecting():
            return (
                e.LeaseRenewed(ticket=id, at=now, deadline=now + _answered_within(ticket, lane)),
                e.ClerkLineLost(ticket=id, at=now, until=now + _clerk_grace(ticket, lane)),
            )
        case Serving() | Held():
            return (e.ClerkLineLost(ticket=id, at=now, until=now + _clerk_grace(ticket, lane)),)
        case Wrapup():
            return (e.LeaseRenewed(ticket=id, at=now, deadline=now + lane.wrapup_lasts),)
        case Absent():  # nobody could bring it back meanwhile
            return (e.LeaseRenewed(ticket=id, at=now, deadline=now + lane.absent_lasts),)
        case Created() | Done() | NoShow() | Abandoned() | Cancelled() | Expired() | Postponed():
            return ()


def time_passes(ticket: Ticket, lane: Lane, now: float) -> tuple[e.TicketEvent, ...]:
    """Return what is due; harmless at any moment, any number of times."""
    id, state = ticket.id, ticket.state
    match state:
        case Waiting():
            if _due(state.kiosk_lost, now):
                return (e.TicketAbandoned(ticket=id, at=now),)
            if _due(_stands_until(ticket), now):
                return (e.TicketExpired(ticket=id, at=now),)
            if ticket.handed is not None and _due(ticket.handed.until, now):
                return (e.TransferFailed(ticket=id, at=now, until=now + lane.transfer_lasts),)
            if _due(ticket.due, now):
                return (e.AppointmentBegan(ticket=id, at=now),)
            if _due(ticket.ages_at, now):
                return (_aged(ticket, now),)
            return ()
        case Offered():
            if _due(state.kiosk_lost, now):
                return (e.TicketAbandoned(ticket=id, at=now),)
            for ring in rings_at(state):
                if _due(ring.deadline, now):
                    return _unanswered(ticket, state, ring, "no_answer", lane, now)
            return ()
        case Called():
            if _due(state.clerk_lost, now):
                return (e.TicketReturned(ticket=id, at=now, staff=state.staff, why="clerk_lost"),)
            return (not_there(ticket, state, lane, now),) if _due(state.deadline, now) else ()
        case Absent():
            return (e.NeverCame(ticket=id, at=now, staff=state.staff),) if _due(state.deadline, now) else ()
        case Connecting():  # media never came up: no heartbeat need fall silent first
            if (late := _late_party(ticket, now)) is not None:
                return (late,)
            if _due(state.clerk_lost, now):
                return (e.TicketReturned(ticket=id, at=now, staff=state.staff, why="clerk_lost"),)
            if _due(state.deadline, now):
                return (e.TicketReturned(ticket=id, at=now, staff=state.staff, why="not_connected"),)
            return ()
        case Serving() | Held():
            if (late := _late_party(ticket, now)) is not None:
                return (late,)
            if _due(state.kiosk_lost, now):
                return _end(ticket, "kiosk_lost", lane, now)
            if ticket.counter and _due(state.clerk_lost, now):  # face to face; only their PC is gone
                return _end(ticket, "clerk_lost", lane, now)
            # A lost socket alone never touches an established call: voice may well go on.
            if (state.silent or ticket.callback is not None) and _due(state.clerk_lost, now):
                return (e.TicketReturned(ticket=id, at=now, staff=state.staff, why="clerk_lost"),)
            return ()
        case Wrapup():
            if _due(state.deadline, now):
                return (e.WrapupFinished(ticket=id, at=now, result="unrecorded"),)
            return ()
        case Created() | Done() | NoShow() | Abandoned() | Cancelled() | Expired() | Postponed():
            return ()


def deadline(ticket: Ticket) -> float | None:
    """Return the elapsed time from which `time_passes` changes this ticket."""
    state = ticket.state
    match state:
        case Waiting():
            at = _stands_until(ticket)
            handed = None if ticket.handed is None else ticket.handed.until
            for one in (state.kiosk_lost, ticket.ages_at, ticket.due, handed):
                at = at if one is None or at < one else one
            return at
        case Offered():
            return _first(state.kiosk_lost, min(ring.deadline for ring in rings_at(state)))
        case Called():
            return _first(state.clerk_lost, state.deadline)
        case Connecting():
            return _first(_first(state.clerk_lost, state.deadline), _party_due(ticket))
        case Serving() | Held():
            goes_on = not (state.silent or ticket.counter or ticket.callback is not None)
            lost = None if goes_on else state.clerk_lost
            return _first(_first(state.kiosk_lost, lost), _party_due(ticket))
        case Absent() | Wrapup():
            return state.deadline
        case Created() | Done() | NoShow() | Abandoned() | Cancelled() | Expired() | Postponed():
            return None


def _stands_until(ticket: Ticket) -> float:
    return ticket.arrived + (STANDS_AT_MOST if ticket.callback is None else CALLED_WITHIN)


def _by_telephone(ticket: Ticket, now: float) -> tuple[e.TicketEvent, ...]:
    """A conversation by telephone has no links to set up: it is theirs from the moment they take it."""
    return () if ticket.callback is None else (e.CallStarted(ticket=ticket.id, at=now),)


def not_holder(
    state: Called | Absent | Connecting | Serving | Held | Wrapup | Done | NoShow,
    staff: StaffId,
    generation: int,
) -> Refusal | None:
    """Return why this is not for this person to say; None = it is theirs."""
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


def _answered_within(ticket: Ticket, lane: Lane) -> float:
    """Seconds a claim lasts: until voice must flow, or until somebody who was called must have come."""
    return lane.called_lasts if ticket.counter else lane.connect_within


def _clerk_grace(ticket: Ticket, lane: Lane) -> float:
    """Seconds a clerk may be away: somebody at a desk goes on talking while a PC starts anew."""
    return max(lane.socket_grace, lane.called_lasts) if ticket.counter else lane.socket_grace


def not_there(ticket: Ticket, state: Called, lane: Lane, now: float) -> e.TicketEvent:
    """Their place is kept once; whoever is not there after that either has gone home, or comes back soon."""
    if ticket.asides >= lane.asides_at_most:
        return e.StayedAway(ticket=ticket.id, at=now, staff=state.staff, until=now + lane.absent_lasts)
    return e.TicketSetAside(ticket=ticket.id, at=now, staff=state.staff, until=now + lane.aside_lasts)


def next_claim(ticket: Ticket) -> int:
    """Return the fencing number of the next claim: higher than any ever given for this ticket."""
    return max(ticket.state.generation, ticket.claims) + 1


def _claim(state: Offered, staff: StaffId, generation: int) -> Ringing | None:
    ring = ring_of(state, staff)
    return ring if ring is not None and ring.generation == generation else None


def _unanswered(
    ticket: Ticket,
    state: Offered,
    ring: Ringing,
    why: e.WhyReturned,
    lane: Lane,
    now: float,
    reason: str | None = None,
) -> tuple[e.TicketEvent, ...]:
    """One who does not answer ends the offer only if it rings nowhere else."""
    if not state.others:
        return _back(ticket, state, why, lane, now, reason)
    return (e.OfferLapsed(ticket=ticket.id, at=now, staff=ring.staff, why=why, reason=reason),)


def _back(
    ticket: Ticket, state: Offered, why: e.WhyReturned, lane: Lane, now: float, reason: str | None = None
) -> tuple[e.TicketEvent, ...]:
    """An offer nobody took. One that was meant for this very person has failed, and its sender has it again."""
    back = e.TicketReturned(ticket=ticket.id, at=now, staff=state.staff, why=why, reason=reason)
    if ticket.handed is None or ticket.handed.staff != state.staff:
        return (back,)
    return (back, e.TransferFailed(ticket=ticket.id, at=now, until=now + lane.transfer_lasts))


def _aged(ticket: Ticket, now: float) -> e.TicketAged:
    """One class up for each full wait, until beside those with an appointment: an emergency stays one."""
    level = max(min(ticket.level, DUE), ticket.level - 1)
    again = None if ticket.max_wait is None or level <= DUE else now + ticket.max_wait
    return e.TicketAged(ticket=ticket.id, at=now, level=level, ages_at=again)


def _late_party(ticket: Ticket, now: float) -> e.PartyLeft | None:
    for party in ticket.parties:
        if _due(party.deadline, now):
            return e.PartyLeft(ticket=ticket.id, at=now, staff=party.staff, why="no_answer")
    return None


def _party_due(ticket: Ticket) -> float | None:
    return min((party.deadline for party in ticket.parties if party.deadline is not None), default=None)


def _due(until: float | None, now: float) -> bool:
    return until is not None and now >= until


def _first(one: float | None, other: float | None) -> float | None:
    if one is None or other is None:
        return other if one is None else one
    return min(one, other)
