"""One municipality's live state, and how each event changes it.

`evolve` reads neither the city's configuration nor a clock: a journal replayed under another configuration, in
another year, gives the same board. Dicts are copied on change; a board that was handed out never changes.
"""

from collections.abc import Iterable
from typing import Literal

import msgspec
from msgspec.structs import replace

from server.core import events as e
from server.core import ticket as machine
from server.core.states import Done, Over, Ticket, Wrapup, staff_of
from server.protocol.values import Health, Key, KioskId, OrderId, StaffId, TicketId

ENDED_KEPT = 200
"""Tickets remembered after their end, so that a late wish is answered for what it is."""

DEEDS_KEPT = 8
"""Settled orders of the fleet page kept per kiosk."""

DAYS_KEPT = 400


class Seat(msgspec.Struct, frozen=True, kw_only=True):
    """A member of staff: what they chose, whether they are there, what binds them."""

    id: StaffId
    chosen: Literal["away", "ready", "paused"] = "away"
    pause_reason: Key | None = None
    since: float = 0.0  # when choice, presence or ticket last changed
    idle_since: float = 0.0  # the longest idle is asked first
    connected: bool = False
    lost_until: float | None = None  # not connected, but counted as present until then
    session_key: bytes = b""
    missed: int = 0  # offers in a row that rang out
    ticket: TicketId | None = None

    @property
    def present(self) -> bool:
        """Whether residents may count on this person."""
        return self.connected or self.lost_until is not None


class PlacedOrder(msgspec.Struct, frozen=True, kw_only=True):
    """A deed a kiosk owes, and how it went."""

    id: OrderId
    kind: e.OrderKind
    at: float
    ticket: TicketId | None = None
    generation: int = 0
    outcome: Key | None = None


class Post(msgspec.Struct, frozen=True, kw_only=True):
    """A kiosk: whether it is there, how it is, whose visit it holds, what it owes."""

    id: KioskId
    machine: str = ""
    health: Health | None = None
    connected: bool = False
    since: float = 0.0  # in this connection state
    seen: float | None = None  # wall time at which it was last lost
    ticket: TicketId | None = None  # the newest one taken here, live or not
    orders: tuple[PlacedOrder, ...] = ()


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """What one civil day counts."""

    issued: int = 0
    served: int = 0
    talked: float = 0.0


class Board(msgspec.Struct, frozen=True, kw_only=True):
    """Everything live. `tickets` is in order of arrival; `seq` counts the events folded in."""

    seq: int = 0
    elapsed: float = 0.0  # of the newest event
    issued: int = 0
    days: dict[str, Day] = {}
    tickets: dict[TicketId, Ticket] = {}
    ended: dict[TicketId, Ticket] = {}
    seats: dict[StaffId, Seat] = {}
    posts: dict[KioskId, Post] = {}


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
            return _sit(board, replace(seat, since=event.at, idle_since=event.at))
        case e.StaffPaused():
            seat = replace(_seat(board, event.staff), chosen="paused", pause_reason=event.reason)
            return _sit(board, replace(seat, since=event.at))
        case e.KioskCame():
            post = _post(board, event.kiosk)
            came = replace(post, connected=True, machine=event.machine, health=event.health)
            return _place(board, came if post.connected else replace(came, since=event.at))
        case e.KioskWent():
            post = _post(board, event.kiosk)
            return _place(board, replace(post, connected=False, since=event.at, seen=event.wall))
        case e.HealthReported():
            return _place(board, replace(_post(board, event.kiosk), health=event.health))
        case e.OrderPlaced():
            order = PlacedOrder(
                id=event.order,
                kind=event.kind,
                at=event.at,
                ticket=event.ticket,
                generation=event.generation,
            )
            post = _post(board, event.kiosk)
            return _place(board, replace(post, orders=(*post.orders, order)))
        case e.OrderClosed():
            post = _post(board, event.kiosk)
            orders = tuple(
                replace(order, outcome=event.outcome) if order.id == event.order else order
                for order in post.orders
            )
            return _place(board, replace(post, orders=_kept(board, orders)))
        # One by one, because a type that is missing here must be missed by the checker.
        case (
            e.TicketQueued() | e.TicketOffered() | e.TicketAccepted() | e.TicketReturned()
            | e.CallStarted() | e.CallHeld() | e.CallResumed() | e.CallEnded() | e.WrapupFinished()
            | e.TicketCancelled() | e.TicketAbandoned() | e.TicketExpired()
            | e.ClerkHearing() | e.ClerkLineLost() | e.ClerkLineBack() | e.KioskLineLost() | e.KioskLineBack()
            | e.LeaseRenewed() | e.SheetChanged()
        ):  # fmt: skip
            return _befall(board, event)


def _taken(board: Board, event: e.TicketTaken) -> Board:
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
    )
    days = {**board.days, event.day: replace(board.days.get(event.day, Day()), issued=event.number)}
    while len(days) > DAYS_KEPT:
        del days[next(iter(days))]
    post = _post(board, event.kiosk)
    # What the former resident's paper became can no longer be seen from here: unknown, said as such.
    orders = tuple(
        replace(order, outcome="unknown") if order.ticket is not None and order.outcome is None else order
        for order in post.orders
    )
    board = replace(
        board, issued=board.issued + 1, days=days, tickets={**board.tickets, event.ticket: ticket}
    )
    return _place(board, replace(post, ticket=event.ticket, orders=_kept(board, orders)))


def _befall(board: Board, event: e.TicketEvent) -> Board:
    """Change one ticket and whoever is bound by it."""
    before = board.tickets[event.ticket]
    after = machine.evolve(before, event)
    seats = _bind(board, before, after, event)
    if isinstance(after.state, Over):
        return _end(replace(board, seats=seats), before, after)
    tickets = {**board.tickets, after.id: after}
    board = replace(board, tickets=tickets, seats=seats)
    if isinstance(event, e.CallEnded | e.TicketReturned):
        board = _withdraw_card(board, after)
    return board


def _bind(board: Board, before: Ticket, after: Ticket, event: e.TicketEvent) -> dict[StaffId, Seat]:
    """Keep `seat.ticket == t` and `t.state.staff == seat` the same statement (I8)."""
    old, new = staff_of(before.state), staff_of(after.state)
    if old == new and not isinstance(event, e.TicketAccepted):
        return board.seats
    seats = dict(board.seats)
    if old is not None and old != new:
        seat = replace(seats[old], ticket=None, since=event.at, idle_since=event.at)
        if isinstance(event, e.TicketReturned) and event.why == "no_answer":
            seat = replace(seat, missed=seat.missed + 1)
        seats[old] = seat
    if new is not None:
        missed = 0 if isinstance(event, e.TicketAccepted) else seats[new].missed
        seats[new] = replace(seats[new], ticket=after.id, since=event.at, missed=missed)
    return seats


def _end(board: Board, before: Ticket, after: Ticket) -> Board:
    """Move a ticket to those remembered, count it, and forget what was settled for it."""
    tickets = {id: ticket for id, ticket in board.tickets.items() if id != after.id}
    ended = {**board.ended, after.id: after}
    while len(ended) > ENDED_KEPT:
        del ended[next(iter(ended))]
    days = board.days
    if isinstance(after.state, Done) and isinstance(before.state, Wrapup) and after.day in days:
        day = days[after.day]
        talked = day.talked + before.state.talked
        days = {**days, after.day: replace(day, served=day.served + 1, talked=talked)}
    board = _withdraw_card(replace(board, tickets=tickets, ended=ended, days=days), after)
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
