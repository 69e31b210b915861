"""Who else is in a call: transfer, consultation, conference, hand-over, and the plan of a resident with many errands.

Whoever leads the call keeps it until somebody else has it: an invitation nobody answers leaves everything as it was,
and a cold transfer nobody takes comes back (`ticket.py`). Every participant has a fencing number of their own, drawn
from the ticket's one sequence, so an old wish of anybody is told from a current one.
"""

from server.core import events as e
from server.core import matching
from server.core.board import Board
from server.core.city import City, Lane
from server.core.commands import Refusal
from server.core.skills import INTERPRETING, answers_after, interprets, may_answer
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
    Party,
    Postponed,
    Serving,
    Ticket,
    Waiting,
    Wrapup,
    bound_by,
    party_of,
)
from server.core.ticket import next_claim
from server.protocol import messages as m
from server.protocol.values import LaneId, StaffId

BESIDES = 2
"""Participants besides the resident and who leads the call: four parties in all."""

ByLead = m.Transfer | m.AskToJoin | m.HandOver | m.SetParty | m.SetPlan | m.WarnNext
ByParty = m.Accept | m.Decline | m.LeaveCall
Decision = tuple[e.TicketEvent, ...] | Refusal

_STALE = Refusal("stale")
_NOT_NOW = Refusal("not_now")


def lead_asks(
    board: Board, city: City, ticket: Ticket, command: ByLead, staff: StaffId, now: float
) -> Decision:
    """Return what follows from a wish of whoever leads the call."""
    state = ticket.state
    match state:
        case Serving() | Held() | Called() | Connecting() | Wrapup():
            if command.generation != state.generation:
                return _STALE
            if staff != state.staff:
                return Refusal("not_yours")
        case (
            Created()
            | Waiting()
            | Offered()
            | Absent()
            | Done()
            | NoShow()
            | Abandoned()
            | Cancelled()
            | Expired()
            | Postponed()
        ):
            return _STALE
    if not isinstance(state, Serving | Held):
        return _NOT_NOW
    if ticket.counter and (isinstance(command, m.AskToJoin | m.HandOver) or _warm(command)):
        return _NOT_NOW  # there is no call to join: the resident walks on with their number
    match command:
        case m.Transfer():
            if command.mode == "cold":
                return _give(city, ticket, command, staff, now)
            if ticket.callback is not None:
                return _NOT_NOW
            return _ask(board, city, ticket, command, "second", staff, now)
        case m.AskToJoin() | m.HandOver() if ticket.callback is not None:
            return _NOT_NOW  # they are on the telephone: there is nothing anybody could join
        case m.AskToJoin():
            return _ask(board, city, ticket, command, command.role, staff, now)
        case m.HandOver():
            return _hand_over(city, ticket, StaffId(command.staff), now)
        case m.SetParty():
            return _change(ticket, command, now)
        case m.SetPlan():
            lanes = tuple(LaneId(lane) for lane in command.lanes)
            if any(lane not in {known.id for known in city.lanes} for lane in lanes):
                return Refusal("unknown")
            return () if lanes == ticket.plan else (e.PlanSet(ticket=ticket.id, at=now, lanes=lanes),)
        case m.WarnNext():
            if not ticket.plan:
                return _NOT_NOW
            return (e.NextDeskWarned(ticket=ticket.id, at=now, lane=ticket.plan[0], minutes=command.minutes),)


def _warm(command: ByLead) -> bool:
    return isinstance(command, m.Transfer) and command.mode == "warm"


def party_asks(
    board: Board, city: City, ticket: Ticket, party: Party, command: ByParty, now: float
) -> Decision:
    """Return what follows from a wish of somebody who is asked to join, or has."""
    if command.generation != party.generation:
        return _STALE
    match command:
        case m.Accept():
            if party.deadline is None:
                return ()
            return (e.PartyJoined(ticket=ticket.id, at=now, staff=party.staff),)
        case m.Decline():
            if party.deadline is None:
                return _NOT_NOW
            return leaves(board, city, ticket, party, "declined", now)
        case m.LeaveCall():
            if party.deadline is not None:
                return leaves(board, city, ticket, party, "declined", now)
            return leaves(board, city, ticket, party, "left", now)


def voice_flows(ticket: Ticket, generation: int, now: float) -> Decision:
    """Return what follows when the kiosk hears a participant."""
    party = next((one for one in ticket.parties if one.generation == generation), None)
    if party is None or party.deadline is not None:
        return _STALE
    return () if party.voice else (e.PartyVoice(ticket=ticket.id, at=now, staff=party.staff),)


def leaves(
    board: Board, city: City, ticket: Ticket, party: Party, why: e.WhyPartyLeft, now: float
) -> tuple[e.TicketEvent, ...]:
    """Return that a party goes, and who of the same lane is asked next if they never came."""
    left = e.PartyLeft(ticket=ticket.id, at=now, staff=party.staff, why=why)
    if party.deadline is None or why == "removed":
        return (left,)
    without = (*ticket.asked, *bound_by(ticket))
    lane = matching.lane_of(city, party.lane or ticket.lane)
    if party.skill is not None:
        staff = _free_with(board, city, party.skill, without)
    else:
        staff = None if party.lane is None else _free_in(board, city, lane, without)
    if staff is None:
        return (left,)
    asked = e.PartyAsked(
        ticket=ticket.id,
        at=now,
        staff=staff,
        by=_lead(ticket),
        role=party.role,
        generation=next_claim(ticket),
        deadline=now + lane.offer_lasts,
        take_over=party.take_over,
        lane=party.lane,
        again=True,
        skill=party.skill,
        note=party.note,
    )
    return (left, asked)


def _give(city: City, ticket: Ticket, command: m.Transfer, staff: StaffId, now: float) -> Decision:
    """Cold: the resident stands in the other lane with the seniority they have, and the sender is free."""
    found = target(city, ticket, command.lane, command.staff)
    if isinstance(found, Refusal):
        return found
    lane, to = found
    if to in bound_by(ticket) or (to is None and lane.id == ticket.lane):
        return Refusal("invalid")
    return (
        e.TicketTransferred(
            ticket=ticket.id,
            at=now,
            staff=staff,
            lane=lane.id,
            until=now + lane.transfer_lasts,
            to=to,
            note=command.note,
        ),
    )


def _ask(
    board: Board,
    city: City,
    ticket: Ticket,
    command: m.Transfer | m.AskToJoin,
    role: e.PartyRole,
    staff: StaffId,
    now: float,
) -> Decision:
    skill = command.skill if isinstance(command, m.AskToJoin) else None
    if skill is None:
        found = target(city, ticket, command.lane, command.staff)
    else:
        found = _interprets(city, ticket, skill, command.staff)
    if isinstance(found, Refusal):
        return found
    lane, to = found
    if to is not None and to in bound_by(ticket):
        return () if party_of(ticket, to) is not None else Refusal("invalid")
    if len(ticket.parties) >= BESIDES:
        return _NOT_NOW
    chosen = to or (
        _free_in(board, city, lane, bound_by(ticket))
        if skill is None
        else _free_with(board, city, skill, bound_by(ticket))
    )
    seat = None if chosen is None else board.seats.get(chosen)
    if chosen is None or seat is None or not matching.is_free(seat):
        return (
            _NOT_NOW  # nobody is there: the one who asks reads it at once, and the resident notices nothing
        )
    return (
        e.PartyAsked(
            ticket=ticket.id,
            at=now,
            staff=chosen,
            by=staff,
            role=role,
            generation=next_claim(ticket),
            deadline=now + lane.offer_lasts,
            take_over=isinstance(command, m.Transfer),
            lane=None if skill is not None or (to is not None and command.lane is None) else lane.id,
            skill=None if to is not None else skill,
            note=command.note,
        ),
    )


def _hand_over(city: City, ticket: Ticket, to: StaffId, now: float) -> Decision:
    party = party_of(ticket, to)
    if party is None:
        return Refusal("unknown")
    if party.deadline is not None or party.role in ("interpreter", "monitor"):
        return _NOT_NOW
    lane = matching.lane_of(city, party.lane or ticket.lane)
    until = now + lane.connect_within
    return (
        e.CallHandedOver(
            ticket=ticket.id, at=now, staff=to, deadline=until, until=until + lane.transfer_lasts
        ),
    )


def _change(ticket: Ticket, command: m.SetParty, now: float) -> Decision:
    party = party_of(ticket, StaffId(command.staff))
    if party is None:
        return Refusal("unknown")
    if party.role == "monitor" and (command.gone or command.held):
        return Refusal("not_yours")  # whoever watches over a call is not sent out of it by those in it
    if command.gone:
        return (e.PartyLeft(ticket=ticket.id, at=now, staff=party.staff, why="removed"),)
    if (party.held, party.may_see_papers) == (command.held, command.may_see_papers):
        return ()
    changed = e.PartyChanged(
        ticket=ticket.id,
        at=now,
        staff=party.staff,
        held=command.held,
        may_see_papers=command.may_see_papers,
    )
    return (changed,)


def target(
    city: City, ticket: Ticket, lane: str | None, staff: str | None
) -> tuple[Lane, StaffId | None] | Refusal:
    """Return where to: a lane, or one person in a lane they answer (this one first)."""
    known = next((one for one in city.lanes if one.id == lane), None)
    if (lane is None and staff is None) or (lane is not None and known is None):
        return Refusal("invalid" if lane is None else "unknown")
    if staff is None:
        return Refusal("unknown") if known is None else (known, None)
    person = city.staff.get(StaffId(staff))
    if person is None:
        return Refusal("unknown")
    here = matching.lane_of(city, ticket.lane)
    candidates = (here, *city.lanes) if known is None else (known,)
    found = min(candidates, key=lambda one: answers_after(person, one))
    return (found, person.id) if may_answer(person, found) else Refusal("invalid")


def _interprets(
    city: City, ticket: Ticket, skill: str, staff: str | None
) -> tuple[Lane, StaffId | None] | Refusal:
    """Return the lane of the call, whose times count, and the interpreter if one is named: lanes do not bind them."""
    here = matching.lane_of(city, ticket.lane)
    if not skill.startswith(INTERPRETING):
        return Refusal("invalid")
    if staff is None:
        return here, None
    person = city.staff.get(StaffId(staff))
    if person is None:
        return Refusal("unknown")
    return (here, person.id) if interprets(person, skill) else Refusal("invalid")


def _free_with(board: Board, city: City, skill: str, without: tuple[StaffId, ...]) -> StaffId | None:
    free = [
        seat
        for seat in board.seats.values()
        if matching.is_free(seat) and seat.id not in without and interprets(city.staff.get(seat.id), skill)
    ]
    best = min(free, key=lambda seat: (seat.idle_since, seat.id), default=None)
    return None if best is None else best.id


def _free_in(board: Board, city: City, lane: Lane, without: tuple[StaffId, ...]) -> StaffId | None:
    free = [
        seat
        for seat in board.seats.values()
        if matching.is_free(seat) and seat.id not in without and may_answer(city.staff.get(seat.id), lane)
    ]
    best = min(free, key=lambda seat: (seat.idle_since, seat.id), default=None)
    return None if best is None else best.id


def _lead(ticket: Ticket) -> StaffId:
    return bound_by(ticket)[0]
