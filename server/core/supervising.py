"""What a supervisor may do to the whole floor, and what anybody in trouble may do from their desk.

Closing a lane stops numbers, never people: whoever waits is still served. A call for help is ended by whoever called or
by a supervisor, and by the end of the day; there is no way to leave it on for ever.
"""

from server.core import events as e
from server.core import matching
from server.core import ticket as machine
from server.core.board import Board, Help, Seat
from server.core.city import City, Person
from server.core.commands import FloorCommand, Refusal
from server.core.hours import day_of
from server.core.journal import Now
from server.core.matching import lane_of
from server.core.parties import leaves, target
from server.core.skills import interprets
from server.core.states import Waiting, party_of, ring_of
from server.protocol import messages as m
from server.protocol.values import CommandId, LaneId, StaffId, TicketId

SUPERVISES = frozenset({"supervisor", "administrator"})
"""Roles that see and steer the whole floor."""

CLOSING = ("short_staff", "system", "weather", "early", "other")
"""Why a lane may be closed for today: kiosks know a sentence for each, in every language."""

NOTICES = ("busy", "short_staff", "system", "soon", "closing")
"""Ready-made announcements: kiosks know a sentence for each, in every language."""

Decision = tuple[e.Event, ...] | Refusal


def supervises(person: Person | None) -> bool:
    """Say whether this person steers the floor."""
    return person is not None and person.enabled and not SUPERVISES.isdisjoint(person.roles)


def closed_today(board: Board, now: Now) -> dict[LaneId, str]:
    """Return the lanes somebody has closed for today, each with its reason."""
    today = day_of(now.wall)
    return {lane: one.reason for lane, one in board.closures.items() if one.day == today}


def announced(board: Board, now: Now) -> m.Announcement | None:
    """Return what everybody who waits should read."""
    said = board.announcement
    if said is None or said.day != day_of(now.wall):
        return None
    return m.Announcement(notice=said.notice, text=said.text)


def calls_seen(board: Board, city: City, viewer: StaffId, now: Now) -> tuple[Help, ...]:
    """Return today's open calls for help that concern this person: their own department's, or all."""
    today, person = day_of(now.wall), city.staff.get(viewer)
    calls = [one for one in board.help if one.day == today]
    if person is None or not person.enabled:
        return ()
    if supervises(person):
        return tuple(calls)
    return tuple(one for one in calls if one.staff == viewer or _department(city, one) == person.department)


def asks(board: Board, city: City, staff: StaffId, command: FloorCommand, now: Now) -> Decision:
    """Return what follows from a wish about the floor; who may have it is decided here."""
    match command:
        case m.CallForHelp():
            return _call(board, staff, command, now)
        case m.ComeToHelp() | m.EndHelp():
            return _help(board, city, staff, command, now)
        case m.Reassign() | m.CloseLane() | m.OpenLane() | m.Announce() | m.EndAnnouncement():
            if not supervises(city.staff.get(staff)):
                return Refusal("not_yours")
            return _steers(board, city, staff, command, now)


def _steers(
    board: Board,
    city: City,
    staff: StaffId,
    command: m.Reassign | m.CloseLane | m.OpenLane | m.Announce | m.EndAnnouncement,
    now: Now,
) -> Decision:
    today, at = day_of(now.wall), now.elapsed
    match command:
        case m.Reassign():
            return _reassign(board, city, staff, command, at)
        case m.CloseLane():
            lane = LaneId(command.lane)
            if lane not in {one.id for one in city.lanes}:
                return Refusal("unknown")
            if command.reason not in CLOSING:
                return Refusal("invalid")
            if closed_today(board, now).get(lane) == command.reason:
                return ()
            return (e.LaneClosed(lane=lane, day=today, staff=staff, reason=command.reason, at=at),)
        case m.OpenLane():
            lane = LaneId(command.lane)
            return (e.LaneReopened(lane=lane, staff=staff, at=at),) if lane in board.closures else ()
        case m.Announce():
            text = " ".join(command.text.split())
            if (command.notice is None and not text) or command.notice not in (None, *NOTICES):
                return Refusal("invalid")
            if announced(board, now) == m.Announcement(notice=command.notice, text=text):
                return ()
            return (e.Announced(day=today, staff=staff, notice=command.notice, text=text, at=at),)
        case m.EndAnnouncement():
            return () if board.announcement is None else (e.AnnouncementEnded(staff=staff, at=at),)


def _reassign(board: Board, city: City, staff: StaffId, command: m.Reassign, now: float) -> Decision:
    ticket = board.tickets.get(TicketId(command.ticket))
    if ticket is None:
        return Refusal("stale" if TicketId(command.ticket) in board.ended else "unknown")
    if command.generation != ticket.state.generation:
        return Refusal("stale")
    if not isinstance(ticket.state, Waiting):
        return Refusal("not_now")  # ringing or answered: whoever has it transfers it
    found = target(city, ticket, command.lane, command.staff)
    if isinstance(found, Refusal):
        return found
    lane, to = found
    if to is None and lane.id == ticket.lane and ticket.only is None:
        return Refusal("invalid")
    until = now + lane.transfer_lasts
    return (e.TicketReassigned(ticket=ticket.id, staff=staff, lane=lane.id, to=to, until=until, at=now),)


def _call(board: Board, staff: StaffId, command: m.CallForHelp, now: Now) -> Decision:
    today = day_of(now.wall)
    if any(one.staff == staff and one.day == today for one in board.help):
        return ()  # it rings already
    seat = board.seats.get(staff)
    ticket = None if seat is None or seat.ticket is None else board.tickets[seat.ticket]
    kiosk = None if ticket is None else ticket.kiosk
    return (e.HelpWanted(help=CommandId(command.id), day=today, staff=staff, kiosk=kiosk, at=now.elapsed),)


def _help(board: Board, city: City, staff: StaffId, command: m.ComeToHelp | m.EndHelp, now: Now) -> Decision:
    call = next((one for one in board.help if one.id == command.help), None)
    if call is None:
        return ()  # it is over: the same wish again, or somebody was faster
    match command:
        case m.ComeToHelp():
            if call.staff == staff or call not in calls_seen(board, city, staff, now):
                return Refusal("not_yours")
            return () if staff in call.coming else (e.HelpComing(help=call.id, staff=staff, at=now.elapsed),)
        case m.EndHelp():
            if call.staff != staff and not supervises(city.staff.get(staff)):
                return Refusal("not_yours")
            return (e.HelpEnded(help=call.id, staff=staff, at=now.elapsed),)


# ---------------------------------------------------------------- ready and paused


def makes_ready(
    city: City, seat: Seat, now: float, by: StaffId | None = None
) -> tuple[e.Event, ...] | Refusal:
    """受付可, said by themselves or for them."""
    person = city.staff.get(seat.id)
    answers = any(matching.may_answer(person, lane) for lane in city.lanes)
    if not answers and not any(
        interprets(person, skill) for skill in (() if person is None else person.skills)
    ):
        return Refusal("not_yours")
    if seat.chosen == "ready" and seat.missed == 0 and seat.rests_until <= now:
        return ()
    return (e.StaffReady(staff=seat.id, by=by, at=now),)


def pauses(
    board: Board, city: City, seat: Seat, reason: str, now: float, by: StaffId | None = None
) -> Decision:
    """一時停止, said by themselves or for them: what rings there rings elsewhere, a call goes on."""
    if reason not in city.pause_reasons:
        return Refusal("invalid")
    if seat.chosen == "paused" and seat.pause_reason == reason:
        return ()
    paused = e.StaffPaused(staff=seat.id, reason=reason, by=by, at=now)
    ticket = None if seat.ticket is None else board.tickets[seat.ticket]
    party = None if ticket is None else party_of(ticket, seat.id)
    if ticket is not None and party is not None and party.deadline is not None:
        return (*leaves(board, city, ticket, party, "declined", now), paused)
    ring = None if ticket is None else ring_of(ticket.state, seat.id)
    if ticket is None or ring is None:
        return (paused,)  # during a call it counts for afterwards
    decline = m.Decline(id="pause", ticket=ticket.id, generation=ring.generation, reason=reason)
    back = machine.clerk_asks(ticket, decline, seat.id, lane_of(city, ticket.lane), now)
    return back if isinstance(back, Refusal) else (*back, paused)


def for_colleague(
    board: Board, city: City, staff: StaffId, command: m.PauseColleague | m.ReadyColleague, now: float
) -> Decision:
    """A supervisor corrects what somebody forgot."""
    if not supervises(city.staff.get(staff)):
        return Refusal("not_yours")
    seat = board.seats.get(StaffId(command.staff))
    if seat is None:
        return Refusal("unknown")
    match command:
        case m.PauseColleague():
            return pauses(board, city, seat, command.reason, now, by=staff)
        case m.ReadyColleague():
            # Nobody is made to answer from a desk they are not at, or in the middle of something.
            if not seat.connected or seat.ticket is not None:
                return Refusal("not_now")
            return makes_ready(city, seat, now, by=staff)


def _department(city: City, call: Help) -> str | None:
    person = city.staff.get(call.staff)
    return None if person is None else person.department
