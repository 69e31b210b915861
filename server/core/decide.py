"""What follows from a command: facts, or a refusal. The whole of it is pure, so a conflict is answered by asking again.

Identity was proved before (`Actor`); what it may do comes from the city's records, never from a message.
"""

from msgspec.structs import replace

from server.core import (
    afterwards,
    callback,
    closing,
    duty,
    fairness,
    hall,
    matching,
    moving,
    onscreen,
    orders,
    parties,
    places,
    ringing,
    supervising,
    telling,
    watching,
)
from server.core import events as e
from server.core import ticket as machine
from server.core.board import Board, Day, Post, Seat
from server.core.booking import deciding as booking
from server.core.booking import noting, paper
from server.core.booking.commands import CancelPlace, ConfirmPlace, HoldPlace, MovePlace, PrintPlace
from server.core.city import City, Lane
from server.core.commands import (
    Actor,
    AfterCommand,
    AnyCommand,
    CallbackWanted,
    DeskCommand,
    DutyCommand,
    FloorCommand,
    IdentityJudged,
    InternalCommand,
    KeySeenElsewhere,
    KioskActor,
    KioskCommand,
    KioskConnected,
    KioskLost,
    NoteAppointments,
    Refusal,
    Restarted,
    ServerActor,
    SheetRevised,
    StaffActor,
    StaffCommand,
    StaffConnected,
    StaffLost,
    Tick,
    WaitsReckoned,
)
from server.core.due import tick
from server.core.evolve import fold
from server.core.hours import closes_in, day_of
from server.core.journal import Now
from server.core.lines import kiosk_connected, kiosk_lost, restarted, staff_connected, staff_lost
from server.core.matching import lane_of
from server.core.states import (
    BUSINESS,
    DUE,
    NORMAL,
    URGENT,
    Offered,
    Ticket,
    Waiting,
    party_of,
    rings_at,
    staff_of,
    wishes,
)
from server.protocol import messages as m
from server.protocol.values import AppointmentId, KioskId, LaneId, OrderId, StaffId, TicketId

Decision = tuple[e.Event, ...] | Refusal


def decide(board: Board, city: City, actor: Actor, command: AnyCommand, now: Now) -> Decision:
    """Return what happens, offers that follow included, or why nothing may; the board is left alone."""
    decided = _decide(board, city, actor, command, now)
    if isinstance(decided, Refusal):
        return decided
    after = fold(board, decided)
    kept = _book(after, city, now)
    after = fold(after, kept)
    city = duty.today(after, city, now)
    offers = matching.offers(after, city, now.elapsed)
    if all(lane.offers == "one" for lane in city.lanes):
        return (*decided, *kept, *offers)
    return (*decided, *kept, *offers, *ringing.more_bells(fold(after, offers), city, now.elapsed))


def _book(board: Board, city: City, now: Now) -> tuple[e.Event, ...]:
    """Return what time and this decision bring to the reservations, and which of them the order must know."""
    kept = booking.keeps_up(board.book, city, frozenset(board.tickets), now)
    told = noting.noted(fold(board, kept), city, now.elapsed)
    return kept if told is None else (*kept, told)


def _decide(board: Board, city: City, actor: Actor, command: AnyCommand, now: Now) -> Decision:
    records, city = city, duty.today(board, city, now)
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
            if isinstance(command, FloorCommand):
                return supervising.asks(board, city, actor.id, command, now)
            if isinstance(command, m.MoveKiosk):
                return moving.asks_field(board, city, actor.id, command, now)
            if isinstance(command, m.EnterCall):
                return watching.enters(board, city, actor.id, command, now.elapsed)
            if isinstance(command, DutyCommand):
                return duty.asks(board, records, actor.id, command, now)
            if isinstance(command, AfterCommand):
                return afterwards.asks(board, city, actor.id, command, now)
            if isinstance(command, m.Pause) and duty.too_few(board, city, actor.id, command.reason, now):
                return Refusal("too_few")
            return _staff(board, city, actor.id, command, now.elapsed)
        case ServerActor():
            if not isinstance(command, InternalCommand):
                return Refusal("not_yours")
            return _server(board, city, command, now)


def _kiosk(board: Board, city: City, kiosk: KioskId, command: KioskCommand, now: Now) -> Decision:
    match command:
        case m.TakeTicket():
            return _take_ticket(board, city, kiosk, command, now)
        case m.CheckIn():
            return _take_up(board, city, kiosk, command, now)
        case m.MoveHere():
            return moving.asks_here(board, city, kiosk, command, now)
        case m.PutAway():
            return onscreen.puts_away(board, kiosk, command, now)
        case m.CancelTicket() | m.HangUp() | m.MediaIsUp() | m.ClerkHeard():
            ticket = _find(board, command.ticket)
            if ticket is None:
                return Refusal("unknown")
            if ticket.kiosk != kiosk or ticket.counter:
                return Refusal("not_yours")
            return machine.resident_asks(ticket, command, lane_of(city, ticket.lane), now.elapsed)
        case m.PartyIsUp():
            ticket = _find(board, command.ticket)
            if ticket is None:
                return Refusal("unknown")
            if ticket.kiosk != kiosk:
                return Refusal("not_yours")
            return parties.voice_flows(ticket, command.generation, now.elapsed)
        case m.OrderSettled():
            return orders.settled(board, kiosk, command, now.elapsed)
        case m.ReportHealth():
            if _post(board, kiosk).health == command.health:
                return ()
            return (e.HealthReported(kiosk=kiosk, health=command.health, at=now.elapsed),)


def _take_ticket(board: Board, city: City, kiosk: KioskId, command: m.TakeTicket, now: Now) -> Decision:
    post = _post(board, kiosk)
    device = city.kiosks[kiosk]
    if device.revoked:
        return Refusal("not_now")
    if (refused := places.refusal(board, device, command.purpose, now)) is not None:
        return refused
    if moving.wanted(board, city, kiosk, now):
        return Refusal("not_now")
    counter = places.kind_of(city, device) == "counter"
    if counter and hall.gave(board, OrderId(command.id)):
        return ()  # the same press again: the number is given, and its paper is on its way
    here = orders.resident_at(board, post)
    if here is not None:  # one live ticket per kiosk: the same wish again is granted already
        return () if here.purpose == command.purpose else Refusal("not_now")
    lane = next((lane for lane in city.lanes if command.purpose in lane.purposes), None)
    if lane is None:
        return Refusal("unknown")
    day = day_of(now.wall)
    id, at = TicketId(f"t{board.issued + 1}"), now.elapsed
    appointment = _appointment(board, command.appointment, lane)
    if command.appointment is not None and appointment is None:
        return Refusal("unknown")
    if appointment is not None and noting.early(board, city, appointment.id, at):
        return Refusal("not_now")
    fact = e.TicketTaken(
        ticket=id,
        number=board.days.get(day, Day()).issued + 1,
        day=day,
        kiosk=kiosk,
        lane=lane.id,
        purpose=command.purpose,
        wants_text=command.wants_text,
        language=command.language,
        wants_sign=command.wants_sign,
        level=_level(lane, appointment, at),
        max_wait=lane.max_wait,
        appointment=None if appointment is None else appointment.id,
        due=None if appointment is None else appointment.due,
        counter=counter,
        press=OrderId(command.id) if counter else None,
        site=moving.site_today(board, city, kiosk, now),
        at=at,
    )
    # An appointment was promised, whoever else waits.
    return _sits_down(board, city, post, lane, fact, now, promised=appointment is not None)


def _take_up(board: Board, city: City, kiosk: KioskId, command: m.CheckIn, now: Now) -> Decision:
    """Somebody is back with the code of a day that ended too early: a new number, and their old seniority."""
    post = _post(board, kiosk)
    if places.kind_of(city, city.kiosks[kiosk]) in ("window", "counter"):
        return Refusal("not_yours")  # good for what it was sent for; or nobody talks to anybody there
    if moving.wanted(board, city, kiosk, now):
        return Refusal("not_now")
    if city.kiosks[kiosk].revoked or orders.resident_at(board, post) is not None:
        return Refusal("not_now")
    claim = closing.claim_of(board, command.code, now)
    if isinstance(claim, Refusal):
        return claim
    day, at = day_of(now.wall), now.elapsed
    fact = e.TicketTaken(
        ticket=TicketId(f"t{board.issued + 1}"),
        number=board.days.get(day, Day()).issued + 1,
        day=day,
        kiosk=kiosk,
        lane=claim.lane,
        purpose=claim.purpose,
        wants_text=command.wants_text,
        language=command.language,
        wants_sign=claim.wants_sign,
        level=claim.level,
        max_wait=claim.max_wait,
        since=claim.since,
        claim=claim.code,
        continues=claim.ticket,
        site=moving.site_today(board, city, kiosk, now),
        at=at,
    )
    return _sits_down(board, city, post, lane_of(city, claim.lane), fact, now, promised=True)


def _sits_down(
    board: Board, city: City, post: Post, lane: Lane, fact: e.TicketTaken, now: Now, *, promised: bool
) -> Decision:
    """Better no number than one that nobody will call: residents are told before they sit and wait."""
    left = closes_in(lane, now.wall, closing.site_of(city, post.id))
    if lane.id in supervising.closed_today(board, now):
        return Refusal("closed")
    if left is None or not matching.somebody(board, city, lane, wishes(fact)):
        return Refusal("closed")
    if not promised and closing.last_number_is_out(board, city, lane, left):
        return Refusal("closed")
    taken: tuple[e.Event, ...] = (fact, e.TicketQueued(ticket=fact.ticket, at=fact.at))
    if fact.press is not None:  # whoever has it walks away: no chair stays empty here
        return (*taken, *orders.number_paper(post, fact, fact.press))
    if post.connected:
        return taken
    # The wish was still on its way when the socket went: the place is kept, nobody is rung for an empty chair.
    return (*taken, e.KioskLineLost(ticket=fact.ticket, until=fact.at + lane.walk_away_grace, at=fact.at))


def _appointment(board: Board, id: str | None, lane: Lane) -> e.Appointment | None:
    """Return an appointment of this lane that nobody has used yet."""
    for one in board.appointments:
        if one.id == id and one.lane == lane.id and one.ticket is None:
            return one
    return None


def _level(lane: Lane, appointment: e.Appointment | None, now: float) -> int:
    """Whoever is in time for an appointment stands before all but emergencies; too late is a walk-in with the time
    of the appointment as its arrival; too early waits for it as everybody does."""
    if appointment is not None and appointment.due <= now <= appointment.due + lane.late_after:
        return DUE
    return BUSINESS if lane.kind == "business" else NORMAL


def _staff(board: Board, city: City, staff: StaffId, command: DeskCommand, now: float) -> Decision:
    seat = board.seats.get(staff) or Seat(id=staff)
    match command:
        case m.SetReady():
            return supervising.makes_ready(city, seat, now)
        case m.Pause():
            return supervising.pauses(board, city, seat, command.reason, now)
        case m.PauseColleague() | m.ReadyColleague():
            return supervising.for_colleague(board, city, staff, command, now)
        case m.Accept():
            return _accept(board, city, seat, command, now)
        case m.CallAgain() | m.Arrived() | m.NotThere() | m.BringBack():
            ticket = _find(board, command.ticket)
            if ticket is None:
                return Refusal("unknown")
            return hall.asks(city, ticket, command, staff, now)
        case m.Decline() | m.Hold() | m.Resume() | m.EndCall() | m.FinishWrapup():
            if isinstance(command, m.FinishWrapup) and command.result not in city.wrapup_results:
                return Refusal("invalid")
            ticket = _find(board, command.ticket)
            if ticket is None:
                return Refusal("unknown")
            party = party_of(ticket, staff)
            if party is not None and isinstance(command, m.Decline):
                return parties.party_asks(board, city, ticket, party, command, now)
            return machine.clerk_asks(ticket, command, staff, lane_of(city, ticket.lane), now)
        case m.SettleCallback():
            ticket = _find(board, command.ticket)
            if ticket is None:
                return Refusal("unknown")
            return callback.settles(ticket, command, staff, lane_of(city, ticket.lane), now)
        case m.Raise():
            return _raise(board, city, staff, command, now)
        case m.Transfer() | m.AskToJoin() | m.HandOver() | m.SetParty() | m.SetPlan() | m.WarnNext():
            ticket = _find(board, command.ticket)
            if ticket is None:
                return Refusal("unknown")
            return parties.lead_asks(board, city, ticket, command, staff, now)
        case m.LeaveCall():
            ticket = _find(board, command.ticket)
            party = None if ticket is None else party_of(ticket, staff)
            if ticket is None or party is None:
                return Refusal("unknown" if ticket is None else "stale")
            return parties.party_asks(board, city, ticket, party, command, now)
        case m.RequestCard() | m.PrintSlip() | m.PrintSheet():
            return orders.clerk_orders(board, staff, command, now)
        case m.WithdrawOrder():
            return orders.clerk_withdraws(board, staff, OrderId(command.order), now)
        case m.OrderTestPrint() | m.OrderDevice():
            if not any(role in orders.FIELD for role in city.staff[staff].roles):
                return Refusal("not_yours")
            return orders.field_orders(board, city, command, now)
        case m.ClearKeyAlarm():
            if not any(role in orders.FIELD for role in city.staff[staff].roles):
                return Refusal("not_yours")
            kiosk = KioskId(command.kiosk)
            if kiosk not in city.kiosks:
                return Refusal("unknown")
            return (
                (e.KeyAlarmCleared(kiosk=kiosk, staff=staff, at=now),) if _post(board, kiosk).copied else ()
            )


def _accept(board: Board, city: City, seat: Seat, command: m.Accept, now: float) -> Decision:
    ticket = _find(board, command.ticket)
    if ticket is None:
        return Refusal("unknown")
    party = party_of(ticket, seat.id)
    if party is not None:
        if not seat.connected:
            return Refusal("not_now")
        return parties.party_asks(board, city, ticket, party, command, now)
    lane = lane_of(city, ticket.lane)
    asked = seat.id in (staff_of(ticket.state), *(ring.staff for ring in rings_at(ticket.state)))
    person = city.staff.get(seat.id)
    if not asked and not matching.may_answer(person, lane):
        return Refusal("not_yours")
    decided = machine.clerk_asks(ticket, command, seat.id, lane, now)
    if isinstance(decided, Refusal):
        return decided
    decided = hall.to_their_desk(ticket, person, decided)
    if isinstance(decided, Refusal):
        return decided
    if not seat.connected:
        return Refusal("not_now")  # a wish that arrives after its socket went: nobody would be there to talk
    if not isinstance(ticket.state, Waiting):
        return decided
    if not matching.is_free(seat):
        return Refusal("not_now")  # picking from the queue is for those who are ready and hold nothing
    return _picked(board, city, ticket, seat, decided, now)


def _picked(
    board: Board, city: City, ticket: Ticket, seat: Seat, decided: tuple[e.TicketEvent, ...], now: float
) -> Decision:
    """Picking from the queue overtakes as an offer does, and never whoever was overtaken often enough."""
    if ticket.handed is not None and ticket.handed.staff not in (None, seat.id):
        return Refusal("not_now")
    passed_by = matching.overtaken(board, city, ticket, seat.id, now)
    if any(fairness.reached(one, city) for one in passed_by):
        return Refusal("not_now")
    ids = tuple(one.id for one in passed_by)
    why = fairness.why(ticket, True) if ids else None
    return tuple(
        replace(event, overtakes=ids, why=why) if isinstance(event, e.TicketAccepted) else event
        for event in decided
    )


def _raise(board: Board, city: City, staff: StaffId, command: m.Raise, now: float) -> Decision:
    ticket = _find(board, command.ticket)
    if ticket is None:
        return Refusal("unknown")
    person = city.staff[staff]
    if "supervisor" not in person.roles and not matching.may_answer(person, lane_of(city, ticket.lane)):
        return Refusal("not_yours")
    if not isinstance(ticket.state, Waiting | Offered):
        return Refusal("not_now")
    return () if ticket.level == URGENT else (e.TicketRaised(ticket=ticket.id, staff=staff, at=now),)


def _server(board: Board, city: City, command: InternalCommand, now: Now) -> Decision:
    match command:
        case KioskConnected():
            return kiosk_connected(board, city, command, now.elapsed)
        case KioskLost():
            return kiosk_lost(board, city, _post(board, command.kiosk), now, expected=command.expected)
        case KeySeenElsewhere():
            if command.kiosk not in city.kiosks or _post(board, command.kiosk).copied:
                return ()
            return (e.KeyCopied(kiosk=command.kiosk, at=now.elapsed),)
        case StaffConnected():
            return staff_connected(board, city, command, now.elapsed)
        case StaffLost():
            return staff_lost(board, city, command.staff, now.elapsed)
        case IdentityJudged():
            return orders.identified(board, command, now.elapsed)
        case NoteAppointments():
            return _note(city, board, command, now)
        case SheetRevised():
            return _sheet_revised(board, command, now.elapsed)
        case HoldPlace() | ConfirmPlace() | MovePlace() | CancelPlace():
            return booking.asks(board.book, city, command, now)
        case PrintPlace():
            return paper.ordered(board, command, now.elapsed)
        case CallbackWanted():
            ticket = _find(board, command.ticket)
            if ticket is None or ticket.kiosk != command.kiosk:
                return Refusal("unknown")
            return callback.keeps(ticket, lane_of(city, ticket.lane), now.elapsed)
        case WaitsReckoned():
            return telling.told(board, command, now.elapsed)
        case Tick():
            return tick(board, city, now)
        case Restarted():
            return restarted(board, city, now)


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


def _note(city: City, board: Board, command: NoteAppointments, now: Now) -> tuple[e.Event, ...]:
    """Keep the appointments of these hours, in the time that drives decisions."""
    known = {one.id: one for one in board.appointments}
    noted: list[e.Appointment] = []
    for id, lane_id, starts in command.appointments:
        lane = lane_of(city, LaneId(lane_id))
        due = round(now.elapsed + starts - now.wall, 3)
        # A visit begun later than this would probably last beyond the window: its length is that of the lane.
        near_at = due + lane.appointment_window - 60.0 * lane.minutes_per_visit
        before = known.get(id)
        lapses = due + lane.appointment_window
        noted.append(
            e.Appointment(
                id=AppointmentId(id),
                lane=lane.id,
                due=due,
                near_at=near_at,
                lapses=lapses,
                near=near_at <= now.elapsed < lapses,
                lapsed=now.elapsed >= lapses,
                ticket=None if before is None else before.ticket,
            )
        )
    if tuple(noted) == board.appointments:
        return ()
    return (e.AppointmentsNoted(appointments=tuple(noted), at=now.elapsed),)


def _find(board: Board, id: str) -> Ticket | None:
    ticket = TicketId(id)
    return board.tickets.get(ticket) or board.ended.get(ticket)


def _post(board: Board, kiosk: KioskId) -> Post:
    return board.posts.get(kiosk) or Post(id=kiosk)
