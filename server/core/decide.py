"""What follows from a command: facts, or a refusal. The whole of it is pure, so a conflict is answered by asking again.

Identity was proved before (`Actor`); what it may do comes from the city's records, never from a message.
"""

from server.core import events as e
from server.core import matching, orders
from server.core import ticket as machine
from server.core.board import Board, Day, Post, Seat, evolve, fold
from server.core.city import City, Lane
from server.core.commands import (
    Actor,
    AnyCommand,
    InternalCommand,
    KioskActor,
    KioskCommand,
    KioskConnected,
    KioskLost,
    Refusal,
    Restarted,
    ServerActor,
    SheetRevised,
    StaffActor,
    StaffCommand,
    StaffConnected,
    StaffLost,
    Tick,
)
from server.core.hours import day_of, is_open
from server.core.journal import Now
from server.core.matching import lane_of
from server.core.states import Offered, Ticket, Waiting
from server.protocol import messages as m
from server.protocol.values import KioskId, OrderId, StaffId, TicketId

Decision = tuple[e.Event, ...] | Refusal


def decide(board: Board, city: City, actor: Actor, command: AnyCommand, now: Now) -> Decision:
    """Return what happens, offers that follow included, or why nothing may; the board is left alone."""
    decided = _decide(board, city, actor, command, now)
    if isinstance(decided, Refusal):
        return decided
    after = fold(board, decided)
    return (*decided, *matching.offers(after, city, now.elapsed))


def next_deadline(board: Board, city: City) -> float | None:
    """Return the elapsed time from which a `Tick` changes something; None while nothing can."""
    times = [at for ticket in board.tickets.values() if (at := machine.deadline(ticket)) is not None]
    times += [at for seat in board.seats.values() if (at := _leaves_at(seat)) is not None]
    again = matching.next_offer(board, city)
    return min(times if again is None else (*times, again), default=None)


def _decide(board: Board, city: City, actor: Actor, command: AnyCommand, now: Now) -> Decision:
    match actor:
        case KioskActor():
            if not isinstance(command, KioskCommand):
                return Refusal("not_yours")
            if actor.id not in city.kiosks:
                return Refusal("unknown")
            return _kiosk(board, city, actor.id, command, now)
        case StaffActor():
            person = city.staff.get(actor.id)
            if not isinstance(command, StaffCommand) or person is None or not person.enabled:
                return Refusal("not_yours")
            return _staff(board, city, actor.id, command, now.elapsed)
        case ServerActor():
            if not isinstance(command, InternalCommand):
                return Refusal("not_yours")
            return _server(board, city, command, now)


# ---------------------------------------------------------------- kiosks


def _kiosk(board: Board, city: City, kiosk: KioskId, command: KioskCommand, now: Now) -> Decision:
    match command:
        case m.TakeTicket():
            return _take_ticket(board, city, kiosk, command, now)
        case m.CancelTicket() | m.HangUp() | m.MediaIsUp() | m.ClerkHeard():
            ticket = _find(board, command.ticket)
            if ticket is None:
                return Refusal("unknown")
            if ticket.kiosk != kiosk:
                return Refusal("not_yours")
            return machine.resident_asks(ticket, command, lane_of(city, ticket.lane), now.elapsed)
        case m.OrderSettled():
            return orders.settled(board, kiosk, command, now.elapsed)
        case m.ReportHealth():
            if _post(board, kiosk).health == command.health:
                return ()
            return (e.HealthReported(kiosk=kiosk, health=command.health, at=now.elapsed),)


def _take_ticket(board: Board, city: City, kiosk: KioskId, command: m.TakeTicket, now: Now) -> Decision:
    post = _post(board, kiosk)
    if city.kiosks[kiosk].revoked:
        return Refusal("not_now")
    here = orders.resident_at(board, post)
    if here is not None:  # one live ticket per kiosk: the same wish again is granted already
        return () if here.purpose == command.purpose else Refusal("not_now")
    lane = next((lane for lane in city.lanes if command.purpose in lane.purposes), None)
    if lane is None:
        return Refusal("unknown")
    # Better no number than one that nobody will call: residents are told before they sit and wait.
    if not is_open(lane, now.wall) or not matching.present(board, city, lane):
        return Refusal("closed")
    day = day_of(now.wall)
    id, at = TicketId(f"t{board.issued + 1}"), now.elapsed
    taken: tuple[e.Event, ...] = (
        e.TicketTaken(
            ticket=id,
            number=board.days.get(day, Day()).issued + 1,
            day=day,
            kiosk=kiosk,
            lane=lane.id,
            purpose=command.purpose,
            wants_text=command.wants_text,
            language=command.language,
            at=at,
        ),
        e.TicketQueued(ticket=id, at=at),
    )
    if post.connected:
        return taken
    # The wish was still on its way when the socket went: the place is kept, nobody is rung for an empty chair.
    return (*taken, e.KioskLineLost(ticket=id, until=at + lane.walk_away_grace, at=at))


# ---------------------------------------------------------------- staff


def _staff(board: Board, city: City, staff: StaffId, command: StaffCommand, now: float) -> Decision:
    seat = board.seats.get(staff) or Seat(id=staff)
    match command:
        case m.SetReady():
            if not any(matching.may_answer(city.staff.get(staff), lane) for lane in city.lanes):
                return Refusal("not_yours")
            if seat.chosen == "ready" and seat.missed == 0:
                return ()
            return (e.StaffReady(staff=staff, at=now),)
        case m.Pause():
            if command.reason not in city.pause_reasons:
                return Refusal("invalid")
            return _pause(board, seat, command.reason, now)
        case m.Accept():
            return _accept(board, city, seat, command, now)
        case m.Decline() | m.Hold() | m.Resume() | m.EndCall() | m.FinishWrapup():
            if isinstance(command, m.FinishWrapup) and command.result not in city.wrapup_results:
                return Refusal("invalid")
            ticket = _find(board, command.ticket)
            if ticket is None:
                return Refusal("unknown")
            return machine.clerk_asks(ticket, command, staff, lane_of(city, ticket.lane), now)
        case m.RequestCard() | m.PrintSlip() | m.PrintSheet():
            return orders.clerk_orders(board, staff, command, now)
        case m.WithdrawOrder():
            return orders.clerk_withdraws(board, staff, OrderId(command.order), now)
        case m.OrderTestPrint() | m.OrderDevice():
            if not any(role in orders.FIELD for role in city.staff[staff].roles):
                return Refusal("not_yours")
            return orders.field_orders(board, city, command, now)


def _accept(board: Board, city: City, seat: Seat, command: m.Accept, now: float) -> Decision:
    ticket = _find(board, command.ticket)
    if ticket is None:
        return Refusal("unknown")
    lane = lane_of(city, ticket.lane)
    if not matching.may_answer(city.staff.get(seat.id), lane):
        return Refusal("not_yours")
    decided = machine.clerk_asks(ticket, command, seat.id, lane, now)
    if isinstance(decided, tuple) and not seat.connected:
        return Refusal("not_now")  # a wish that arrives after its socket went: nobody would be there to talk
    if isinstance(decided, tuple) and isinstance(ticket.state, Waiting) and not matching.is_free(seat):
        return Refusal("not_now")  # picking from the queue is for those who are ready and hold nothing
    return decided


def _pause(board: Board, seat: Seat, reason: str, now: float) -> Decision:
    if seat.chosen == "paused" and seat.pause_reason == reason:
        return ()
    paused = e.StaffPaused(staff=seat.id, reason=reason, at=now)
    ticket = None if seat.ticket is None else board.tickets[seat.ticket]
    if ticket is None or not isinstance(ticket.state, Offered):
        return (paused,)  # during a call it counts for afterwards
    back = e.TicketReturned(ticket=ticket.id, staff=seat.id, why="declined", reason=reason, at=now)
    return (back, paused)


# ---------------------------------------------------------------- the server's own news


def _server(board: Board, city: City, command: InternalCommand, now: Now) -> Decision:
    match command:
        case KioskConnected():
            return _kiosk_connected(board, city, command, now.elapsed)
        case KioskLost():
            return _kiosk_lost(board, city, _post(board, command.kiosk), now)
        case StaffConnected():
            return _staff_connected(board, city, command, now.elapsed)
        case StaffLost():
            return _staff_lost(board, city, command.staff, now.elapsed)
        case SheetRevised():
            return _sheet_revised(board, command, now.elapsed)
        case Tick():
            return _tick(board, city, now.elapsed)
        case Restarted():
            return _restarted(board, city, now)


def _sheet_revised(board: Board, command: SheetRevised, now: float) -> Decision:
    ticket = board.tickets.get(command.ticket)
    if ticket is None:
        return Refusal("stale" if command.ticket in board.ended else "unknown")
    if command.revision <= ticket.sheet:
        return ()  # said before, or overtaken by a newer one
    return (
        e.SheetChanged(
            ticket=ticket.id,
            revision=command.revision,
            minutes=command.minutes,
            skills=command.skills,
            relay=command.relay,
            at=now,
        ),
    )


def _kiosk_connected(board: Board, city: City, command: KioskConnected, now: float) -> Decision:
    device = city.kiosks.get(command.kiosk)
    if device is None:
        return Refusal("unknown")
    if device.revoked:
        return Refusal("not_now")
    came = e.KioskCame(kiosk=command.kiosk, machine=command.machine, health=command.health, at=now)
    ticket = orders.resident_at(board, _post(board, command.kiosk))
    if ticket is None:
        return (came,)
    known = command.ticket == ticket.id
    happening = machine.KioskBack() if known else machine.KioskForgot()
    return (came, *machine.happens(ticket, happening, lane_of(city, ticket.lane), now))


def _kiosk_lost(board: Board, city: City, post: Post, now: Now) -> Decision:
    if not post.connected:
        return ()
    went = e.KioskWent(kiosk=post.id, wall=now.wall, at=now.elapsed)
    ticket = orders.resident_at(board, post)
    if ticket is None:
        return (went,)
    return (went, *machine.happens(ticket, machine.KioskLost(), lane_of(city, ticket.lane), now.elapsed))


def _staff_connected(board: Board, city: City, command: StaffConnected, now: float) -> Decision:
    person = city.staff.get(command.staff)
    if person is None or not person.enabled:
        return Refusal("unknown")
    came = e.StaffCame(staff=command.staff, session_key=command.session_key, at=now)
    ticket = _held_by(board, command.staff)
    if ticket is None:
        return (came,)
    return (came, *machine.happens(ticket, machine.ClerkBack(), lane_of(city, ticket.lane), now))


def _staff_lost(board: Board, city: City, staff: StaffId, now: float) -> Decision:
    seat = board.seats.get(staff)
    if seat is None or not seat.connected:
        return ()
    went = e.StaffWent(staff=staff, until=now + _grace(city), at=now)
    ticket = _held_by(board, staff)
    if ticket is None:
        return (went,)
    return (went, *machine.happens(ticket, machine.ClerkLost(), lane_of(city, ticket.lane), now))


def _restarted(board: Board, city: City, now: Now) -> Decision:
    """Nobody is known to be there, and nobody loses a second of grace for our being away."""
    at = now.elapsed
    out: list[e.Event] = [
        e.StaffWent(staff=seat.id, until=at + _grace(city), at=at)
        for seat in board.seats.values()
        if seat.present
    ]
    out += [
        e.KioskWent(kiosk=post.id, wall=now.wall, at=at) for post in board.posts.values() if post.connected
    ]
    for ticket in board.tickets.values():
        lane = lane_of(city, ticket.lane)
        out += machine.server_came_back(ticket, lane, at)
        out += machine.happens(ticket, machine.KioskLost(), lane, at)
    return tuple(out)


def _tick(board: Board, city: City, now: float) -> tuple[e.Event, ...]:
    """Return all that is due. One thing may make the next one due, so this goes on until nothing is."""
    out: list[e.Event] = []
    moved = True
    while moved:
        moved = False
        for ticket in tuple(board.tickets.values()):
            lane = lane_of(city, ticket.lane)
            for event in machine.time_passes(ticket, lane, now):
                moved = True
                board = evolve(board, event)
                out.append(event)
                paused = _missed_too_often(board, event, lane, now)
                if paused is not None:
                    board = evolve(board, paused)
                    out.append(paused)
    left = [
        e.StaffLeft(staff=seat.id, at=now)
        for seat in board.seats.values()
        if (at := _leaves_at(seat)) is not None and now >= at
    ]
    return (*out, *left)


def _missed_too_often(board: Board, event: e.Event, lane: Lane, now: float) -> e.StaffPaused | None:
    if not isinstance(event, e.TicketReturned) or event.why != "no_answer":
        return None
    if board.seats[event.staff].missed < lane.misses_until_paused:
        return None
    return e.StaffPaused(staff=event.staff, reason="missed", at=now)


def _leaves_at(seat: Seat) -> float | None:
    # Whoever holds a ticket is judged by the ticket's own rules first.
    return seat.lost_until if seat.ticket is None else None


def _grace(city: City) -> float:
    return max((lane.socket_grace for lane in city.lanes), default=30.0)


def _held_by(board: Board, staff: StaffId) -> Ticket | None:
    seat = board.seats.get(staff)
    return None if seat is None or seat.ticket is None else board.tickets[seat.ticket]


def _find(board: Board, id: str) -> Ticket | None:
    ticket = TicketId(id)
    return board.tickets.get(ticket) or board.ended.get(ticket)


def _post(board: Board, kiosk: KioskId) -> Post:
    return board.posts.get(kiosk) or Post(id=kiosk)
