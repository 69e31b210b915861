"""How each event changes the board.

`evolve` reads neither the city's configuration nor a clock: a journal replayed under another configuration, in
another year, gives the same board. Dicts are copied on change; a board that was handed out never changes.
"""

from collections.abc import Iterable

from msgspec.structs import replace

from server.core import events as e
from server.core import ticket as machine
from server.core.board import (
    DAYS_KEPT,
    DEEDS_KEPT,
    DURATIONS_KEPT,
    ENDED_KEPT,
    MOVES_KEPT,
    Board,
    Claim,
    Day,
    Help,
    Place,
    PlacedOrder,
    Post,
    Seat,
)
from server.core.booking import book as bookings
from server.core.booking import events as b
from server.core.duties import duties_after
from server.core.fairness import Move, overtaken
from server.core.kept import kept, settled, tried
from server.core.states import Done, Over, Ticket, Wrapup, bound_by
from server.protocol.values import (
    AppointmentId,
    KioskId,
    StaffId,
    TicketId,
)


def fold(board: Board, events: Iterable[e.Event]) -> Board:
    """Return the board after these events."""
    for event in events:
        board = evolve(board, event)
    return board


def evolve(board: Board, event: e.Event) -> Board:
    """Return what the board becomes. Events are facts: this never refuses."""
    after = _evolve(board, event)
    return replace(after, seq=board.seq + 1, elapsed=max(board.elapsed, event.at))


def _evolve(board: Board, event: e.Event) -> Board:
    match event:
        case e.TicketTaken():
            return _taken(board, event)
        case e.StaffCame():
            seat = board.seats.get(event.staff, Seat(id=event.staff, since=event.at, idle_since=event.at))
            key = event.session_key or seat.session_key
            return _sit(board, replace(seat, connected=True, lost_until=None, session_key=key))
        case e.StaffWent():
            return _sit(board, replace(_seat(board, event.staff), connected=False, lost_until=event.until))
        case e.StaffLeft():
            seat = _seat(board, event.staff)
            return _sit(
                board, replace(seat, lost_until=None, chosen="away", pause_reason=None, since=event.at)
            )
        case e.StaffReady():
            seat = replace(_seat(board, event.staff), chosen="ready", pause_reason=None, missed=0)
            return _sit(board, replace(seat, since=event.at, idle_since=event.at, rests_until=0.0))
        case e.StaffPaused():
            seat = replace(_seat(board, event.staff), chosen="paused", pause_reason=event.reason)
            return _sit(board, replace(seat, since=event.at))
        case e.KioskCame():
            post = _post(board, event.kiosk)
            came = replace(post, connected=True, machine=event.machine, health=event.health)
            return _place(board, came if post.connected else replace(came, since=event.at))
        case e.KioskWent():
            post = _post(board, event.kiosk)
            went = replace(post, connected=False, since=event.at, seen=event.wall, expected=event.expected)
            return _place(board, went)
        case e.KeyCopied() | e.KeyAlarmCleared():
            copied = isinstance(event, e.KeyCopied)
            return _place(board, replace(_post(board, event.kiosk), copied=copied))
        case e.KioskMoved():
            place = Place(site=event.site, day=event.day)
            return _place(board, replace(_post(board, event.kiosk), place=place))
        case e.CodePutAway():
            return _place(board, replace(_post(board, event.kiosk), put_away=event.ticket))
        case e.HealthReported():
            return _place(board, replace(_post(board, event.kiosk), health=event.health))
        case e.OrderPlaced():
            order = PlacedOrder(
                id=event.order,
                kind=event.kind,
                at=event.at,
                ticket=event.ticket,
                generation=event.generation,
                ask=event.ask or ("attributes" if event.kind == "card" else None),
                document=event.document,
                filed=event.filed,
                code=event.code,
            )
            post = _post(board, event.kiosk)
            board = replace(board, papers=tried(board.papers, event.code, event.order))
            return _place(board, replace(post, orders=(*post.orders, order)))
        case e.OrderClosed():
            post = _post(board, event.kiosk)
            orders = tuple(
                replace(order, outcome=event.outcome) if order.id == event.order else order
                for order in post.orders
            )
            board = replace(board, papers=settled(board.papers, event.order, event.outcome))
            return _place(board, replace(post, orders=_kept(board, orders)))
        case e.PaperKept() | e.PaperMailed():
            return _had_otherwise(board, event)
        case e.ResultCorrected():
            ticket = machine.evolve(board.ended[event.ticket], event)
            return replace(board, ended={**board.ended, event.ticket: ticket})
        case e.IdentityChecked():
            return _checked(board, event)
        case e.AppointmentsNoted():
            return replace(board, appointments=event.appointments)
        case e.AppointmentNear():
            return replace(board, appointments=_appointed(board, event.appointment, near=True))
        case e.WaitsTold():
            return _told(board, event)
        case e.AppointmentLapsed():
            return replace(board, appointments=_appointed(board, event.appointment, lapsed=True))
        case (
            b.PlaceHeld() | b.PlacePromised() | b.PlaceMoved() | b.PlaceGivenBack()
            | b.BookingMissed() | b.BookingEnded() | b.ClocksCompared()
        ):  # fmt: skip
            return replace(board, book=bookings.evolve(board.book, event))
        case (
            e.LaneClosed() | e.LaneReopened() | e.Announced() | e.AnnouncementEnded()
            | e.HelpWanted() | e.HelpComing() | e.HelpEnded()
        ):  # fmt: skip
            return _on_floor(board, event)
        case e.DutySet() | e.DutyEnded() | e.LanesChosen() | e.DeskChosen():
            return replace(board, duties=duties_after(board.duties, event))
        # One by one, because a type that is missing here must be missed by the checker.
        case (
            e.TicketQueued() | e.TicketOffered() | e.TicketAlsoOffered() | e.OfferLapsed() | e.TicketAccepted() | e.TicketReturned()
            | e.CalledAgain() | e.TicketSetAside() | e.StayedAway() | e.BroughtBack() | e.NeverCame()
            | e.CallStarted() | e.CallHeld() | e.CallResumed() | e.CallEnded() | e.WrapupFinished()
            | e.TicketCancelled() | e.TicketAbandoned() | e.TicketExpired() | e.TicketPostponed()
            | e.ClerkHearing() | e.ClerkLineLost() | e.ClerkLineBack() | e.KioskLineLost() | e.KioskLineBack()
            | e.LeaseRenewed() | e.TicketRaised() | e.TicketAged() | e.AppointmentBegan()
            | e.TicketTransferred() | e.TicketReassigned() | e.TransferFailed() | e.PartyAsked() | e.PartyJoined() | e.PartyVoice()
            | e.PartyLeft() | e.PartyChanged() | e.SupervisorEntered() | e.CallHandedOver() | e.PlanSet() | e.NextDeskWarned()
            | e.SheetChanged() | e.CallbackKept() | e.CallbackTried()
        ):  # fmt: skip
            return _befall(board, event)


def _had_otherwise(board: Board, event: e.PaperKept | e.PaperMailed) -> Board:
    """Note on an order that did not come out how its paper will be had."""
    post, papers = _post(board, event.kiosk), board.papers
    orders: list[PlacedOrder] = []
    for order in post.orders:
        if order.id == event.order and isinstance(event, e.PaperKept):
            papers = kept(papers, event, order.kind, order.outcome, event.day)
            order = replace(order, then="later", then_at=event.at, code=event.code)
        elif order.id == event.order:
            order = replace(order, then="mail")
        orders.append(order)
    return _place(replace(board, papers=papers), replace(post, orders=tuple(orders)))


def _on_floor(board: Board, event: e.FloorEvent) -> Board:
    match event:
        case e.LaneClosed():
            same_day = {lane: one for lane, one in board.closures.items() if one.day == event.day}
            return replace(board, closures={**same_day, event.lane: event})
        case e.LaneReopened():
            left = {lane: one for lane, one in board.closures.items() if lane != event.lane}
            return replace(board, closures=left)
        case e.Announced():
            return replace(board, announcement=event)
        case e.AnnouncementEnded():
            return replace(board, announcement=None)
        case e.HelpWanted():
            call = Help(id=event.help, staff=event.staff, day=event.day, at=event.at, kiosk=event.kiosk)
            return replace(board, help=(*(one for one in board.help if one.day == event.day), call))
        case e.HelpComing():
            return replace(
                board,
                help=tuple(
                    replace(one, coming=(*one.coming, event.staff)) if one.id == event.help else one
                    for one in board.help
                ),
            )
        case e.HelpEnded():
            return replace(board, help=tuple(one for one in board.help if one.id != event.help))


def _told(board: Board, event: e.WaitsTold) -> Board:
    waits = {lane: told for lane, told in board.waits.items() if lane not in event.lanes_free} | event.lanes
    hall = {lane: told for lane, told in board.hall_waits.items() if lane not in event.hall_free} | event.hall
    tickets = dict(board.tickets)
    for id in (*event.tickets, *event.untold):
        ticket, told, later = tickets[id], event.tickets.get(id), event.later.get(id)
        ticket = replace(ticket, told=told, reckoned=told is not None)
        tickets[id] = ticket if later is None else replace(ticket, later=later, later_at=event.at)
    return replace(board, waits=waits, hall_waits=hall, tickets=tickets)


def _taken(board: Board, event: e.TicketTaken) -> Board:
    heard = (board.hall_waits if event.counter else board.waits).get(event.lane)
    ticket = Ticket(
        id=event.ticket,
        rank=board.issued + 1,
        number=event.number,
        day=event.day,
        kiosk=event.kiosk,
        lane=event.lane,
        purpose=event.purpose,
        wants_text=event.wants_text,
        language=event.language,
        arrived=event.at,
        changed=event.at,
        wants_sign=event.wants_sign,
        level=event.level,
        since=_seniority(event),
        standing=event.at,
        due=event.due if event.due is not None and event.due > event.at else None,
        appointment=event.appointment,
        max_wait=event.max_wait,
        continues=event.continues,
        ages_at=None if event.max_wait is None else max(event.at, event.due or 0.0) + event.max_wait,
        told=None if heard is None else replace(heard, by=event.at + 60.0 * heard.high),
        counter=event.counter,
        site=event.site,
    )
    if event.appointment is not None:
        board = replace(board, appointments=_appointed(board, event.appointment, ticket=event.ticket))
        board = replace(board, book=bookings.arrived(board.book, event.appointment, event.ticket))
    days = {**board.days, event.day: replace(board.days.get(event.day, Day()), issued=event.number)}
    while len(days) > DAYS_KEPT:
        del days[next(iter(days))]
    post = _post(board, event.kiosk)
    board = replace(
        board, issued=board.issued + 1, days=days, tickets={**board.tickets, event.ticket: ticket}
    )
    if event.claim is not None:  # good once; who stands behind is told why
        claims = {code: claim for code, claim in board.claims.items() if code != event.claim}
        moves = (*board.moves[1 - MOVES_KEPT :], _move(ticket, event.at, "carried_over"))
        board = replace(board, claims=claims, moves=moves)
    if event.counter:  # whoever has it walks away with it: the kiosk is free for the next one
        given = None if event.press is None else (event.press, event.ticket)
        return _place(board, replace(post, given=given))
    # What the former resident's paper became can no longer be seen from here: unknown, said as such.
    papers = board.papers
    for order in post.orders:
        if order.ticket is not None and order.outcome is None:
            papers = settled(papers, order.id, "unknown")
    orders = tuple(
        replace(order, outcome="unknown") if order.ticket is not None and order.outcome is None else order
        for order in post.orders
    )
    board = replace(board, papers=papers)
    return _place(board, replace(post, ticket=event.ticket, orders=_kept(board, orders)))


def _seniority(event: e.TicketTaken) -> float:
    if event.since is not None:
        return event.since
    return event.at if event.due is None else event.due


def _claims(board: Board, ticket: Ticket, event: e.TicketPostponed) -> dict[str, Claim]:
    """Keep a place for another day; those whose day is long over are forgotten."""
    kept = {code: claim for code, claim in board.claims.items() if claim.until >= ticket.day}
    if not event.code:
        return kept
    claim = Claim(
        code=event.code,
        ticket=ticket.id,
        kiosk=ticket.kiosk,
        number=ticket.number,
        day=ticket.day,
        until=event.until,
        lane=ticket.lane,
        purpose=ticket.purpose,
        since=ticket.since,
        level=ticket.level,
        max_wait=ticket.max_wait,
        wants_sign=ticket.wants_sign,
    )
    return {**kept, event.code: claim}


def _checked(board: Board, event: e.IdentityChecked) -> Board:
    post = _post(board, event.kiosk)
    orders = tuple(
        replace(order, outcome=event.identity.outcome, identity=event.identity, settled_by=event.command)
        if order.id == event.order
        else order
        for order in post.orders
    )
    return _place(board, replace(post, orders=_kept(board, orders)))


def _befall(board: Board, event: e.TicketEvent) -> Board:
    """Change one ticket, whoever is bound by it, and whoever it went before."""
    before = board.tickets[event.ticket]
    after = machine.evolve(before, event)
    seats = _bind(board, before, after, event)
    if isinstance(event, e.TicketPostponed):
        board = replace(board, claims=_claims(board, before, event))
    if isinstance(after.state, Over):
        return _end(replace(board, seats=seats), before, after, event.at)
    tickets = {**board.tickets, after.id: after}
    moves = board.moves
    if isinstance(event, e.TicketOffered | e.TicketAccepted):
        for id in event.overtakes:
            tickets[id] = overtaken(tickets[id], after.id)
    if (why := _why_moved(event)) is not None:
        moves = (*moves[1 - MOVES_KEPT :], _move(after, event.at, why))
    board = replace(board, tickets=tickets, seats=seats, moves=moves)
    if isinstance(event, e.CallEnded | e.TicketReturned | e.TicketTransferred | e.CallHandedOver):
        board = _withdraw_card(board, after)
    if isinstance(event, e.CallbackKept):
        post = _post(board, after.kiosk)
        if post.ticket == after.id:
            board = _place(board, replace(post, ticket=None))
    return board


def _bind(board: Board, before: Ticket, after: Ticket, event: e.TicketEvent) -> dict[StaffId, Seat]:
    """Keep `seat.ticket == t` and "t binds this seat" the same statement (I8)."""
    old, new = bound_by(before), bound_by(after)
    answered = event.staff if isinstance(event, e.TicketAccepted | e.PartyJoined) else None
    if old == new and answered is None:
        return board.seats
    silent = (
        event.staff
        if isinstance(event, e.TicketReturned | e.PartyLeft | e.OfferLapsed) and event.why == "no_answer"
        else None
    )
    seats = dict(board.seats)
    for staff in old:
        if staff in new:
            continue
        seat = replace(seats[staff], ticket=None, since=event.at)
        if not isinstance(event, e.TicketAccepted):  # whoever was only slower has been idle all the while
            seat = replace(seat, idle_since=event.at)
        if staff == silent:
            seat = replace(seat, missed=seat.missed + 1)
        if isinstance(event, e.TicketTransferred | e.CallHandedOver):
            seat = replace(seat, rests_until=event.at + machine.BREATH)
        seats[staff] = seat
    for staff in new:
        if staff in old and staff != answered:
            continue
        missed = 0 if staff == answered else seats[staff].missed
        seats[staff] = replace(seats[staff], ticket=after.id, since=event.at, missed=missed)
    return seats


def _why_moved(event: e.TicketEvent) -> e.WhyMoved | None:
    match event:
        case e.TicketOffered() | e.TicketAccepted():
            return event.why
        case (
            e.TicketReturned() | e.TransferFailed() | e.TicketSetAside() | e.BroughtBack() | e.CallbackTried()
        ):
            return "returned"
        case e.TicketTransferred() | e.TicketReassigned():
            return "transferred"
        case e.TicketRaised():
            return "urgent"
        case e.AppointmentBegan():
            return "appointment"
        case e.TicketAged():
            return "waited_long"
        case (
            e.TicketTaken() | e.TicketQueued() | e.TicketAlsoOffered() | e.OfferLapsed() | e.CalledAgain() | e.StayedAway() | e.NeverCame() | e.CallStarted() | e.CallHeld() | e.CallResumed() | e.CallEnded()
            | e.WrapupFinished() | e.TicketCancelled() | e.TicketAbandoned() | e.TicketExpired() | e.TicketPostponed()
            | e.ClerkHearing() | e.ClerkLineLost() | e.ClerkLineBack() | e.KioskLineLost() | e.KioskLineBack()
            | e.LeaseRenewed() | e.PartyAsked() | e.PartyJoined() | e.PartyVoice() | e.PartyLeft()
            | e.PartyChanged() | e.SupervisorEntered() | e.CallHandedOver() | e.PlanSet() | e.NextDeskWarned() | e.SheetChanged()
            | e.ResultCorrected() | e.CallbackKept()
        ):  # fmt: skip
            return None


def _move(ticket: Ticket, at: float, why: e.WhyMoved) -> Move:
    return Move(
        ticket=ticket.id,
        lane=ticket.lane,
        level=ticket.level,
        since=ticket.since,
        rank=ticket.rank,
        at=at,
        why=why,
    )


def _appointed(
    board: Board,
    id: AppointmentId,
    near: bool = False,
    lapsed: bool = False,
    ticket: TicketId | None = None,
) -> tuple[e.Appointment, ...]:
    return tuple(
        replace(
            one,
            near=(one.near or near) and not lapsed,
            lapsed=one.lapsed or lapsed,
            ticket=ticket or one.ticket,
        )
        if one.id == id
        else one
        for one in board.appointments
    )


def _end(board: Board, before: Ticket, after: Ticket, at: float) -> Board:
    """Move a ticket to those remembered, count it, and forget what was settled for it."""
    tickets = {id: ticket for id, ticket in board.tickets.items() if id != after.id}
    ended = {**board.ended, after.id: after}
    while len(ended) > ENDED_KEPT:
        del ended[next(iter(ended))]
    days, durations = board.days, board.durations
    if isinstance(after.state, Done) and isinstance(before.state, Wrapup) and before.state.talked > 0.0:
        noting = (
            0.0 if after.state.result == "unrecorded" else at - before.changed
        )  # forgotten, not worked on
        took = round(before.state.talked + noting, 1)
        seen = (*durations.get(after.purpose, ())[1 - DURATIONS_KEPT :], took)
        durations = {**durations, after.purpose: seen}
    if isinstance(after.state, Done) and isinstance(before.state, Wrapup) and after.day in days:
        day = days[after.day]
        talked = day.talked + before.state.talked
        days = {**days, after.day: replace(day, served=day.served + 1, talked=talked)}
    board = _withdraw_card(
        replace(board, tickets=tickets, ended=ended, days=days, durations=durations), after
    )
    post = _post(board, after.kiosk)
    return _place(board, replace(post, orders=_kept(board, post.orders)))


def _withdraw_card(board: Board, ticket: Ticket) -> Board:
    """A card request ends with its call."""
    post = _post(board, ticket.kiosk)
    orders = tuple(
        replace(order, outcome="withdrawn")
        if order.kind == "card" and order.ticket == ticket.id and order.outcome is None
        else order
        for order in post.orders
    )
    return board if orders == post.orders else _place(board, replace(post, orders=orders))


def _kept(board: Board, orders: tuple[PlacedOrder, ...]) -> tuple[PlacedOrder, ...]:
    """Return the orders somebody still waits for or looks at."""
    settled_deeds = [order for order in orders if order.ticket is None and order.outcome is not None]
    old = {order.id for order in settled_deeds[:-DEEDS_KEPT]}
    return tuple(
        order
        for order in orders
        if order.id not in old
        and (order.outcome is None or order.ticket is None or order.ticket in board.tickets)
    )


def _seat(board: Board, staff: StaffId) -> Seat:
    return board.seats.get(staff) or Seat(id=staff)


def _post(board: Board, kiosk: KioskId) -> Post:
    return board.posts.get(kiosk) or Post(id=kiosk)


def _sit(board: Board, seat: Seat) -> Board:
    return replace(board, seats={**board.seats, seat.id: seat})


def _place(board: Board, post: Post) -> Board:
    return replace(board, posts={**board.posts, post.id: post})
