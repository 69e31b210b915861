"""What a kiosk owes: card requests, papers, deeds for field IT. Obligations, not messages: they stay until settled.

An order's id is the id of the command that made it. The journal knows id, kind and ticket; never the content.
"""

from typing import get_args

from server.core import events as e
from server.core.board import Board, PlacedOrder, Post
from server.core.city import City
from server.core.commands import IdentityJudged, Refusal
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
from server.protocol import messages as m
from server.protocol.values import (
    CardAsk,
    CardOrder,
    CardOutcome,
    DeviceOrder,
    DocumentDigest,
    KioskId,
    Order,
    OrderId,
    PrintOrder,
    PrintOutcome,
    StaffId,
    TicketId,
)

FIELD = ("field_it", "administrator")
"""Roles that may order deeds from the fleet page."""

OPEN_AT_MOST = 10
"""Unsettled orders per kiosk: a kiosk that answers nothing does not collect a pile of paper."""

Decision = tuple[e.Event, ...] | Refusal


def clerk_orders(
    board: Board, staff: StaffId, command: m.RequestCard | m.PrintSlip | m.PrintSheet, now: float
) -> Decision:
    """Place an order at the kiosk of the clerk's own call."""
    ticket = own_call(board, staff, command.ticket, command.generation)
    if isinstance(ticket, Refusal):
        return ticket
    if ticket.callback is not None:
        return Refusal("not_now")  # whoever sits at that kiosk now is somebody else
    state = ticket.state
    post = board.posts.get(ticket.kiosk) or Post(id=ticket.kiosk)
    match command:
        case m.RequestCard():
            wanted = (
                isinstance(state, Serving)
                and not ticket.counter
                and not any(order.kind == "card" and order.outcome is None for order in post.orders)
            )
            if not wanted:
                return Refusal("not_now")
            if (command.ask == "signature") != (command.document is not None):
                return Refusal(
                    "invalid"
                )  # there is nothing to sign without its document, and nothing else is signed
            return place(board, post, "card", command.id, ticket, now, command.ask, command.document)
        case m.PrintSlip():
            # During wrap-up the resident may still sit there; once the next one has a ticket, their paper comes first.
            wanted = not isinstance(state, Called | Connecting) and prints_for(post, ticket)
            return place(board, post, "slip", command.id, ticket, now) if wanted else Refusal("not_now")
        case m.PrintSheet():
            if command.paper != "form" and command.revision != ticket.sheet:
                return Refusal("stale")  # something was answered meanwhile: look at the new preview first
            wanted = not isinstance(state, Called | Connecting) and prints_for(post, ticket)
            if not wanted:
                return Refusal("not_now")
            filed = command.filed if command.paper == "form" else ""
            return place(board, post, command.paper, command.id, ticket, now, filed=filed)


def own_call(board: Board, staff: StaffId, wanted: str, generation: int) -> Ticket | Refusal:
    """Return the ticket of the clerk's own call or wrap-up, or why it is not theirs."""
    ticket = board.tickets.get(TicketId(wanted))
    if ticket is None:
        return Refusal("stale" if TicketId(wanted) in board.ended else "unknown")
    state = ticket.state
    match state:
        case Called() | Connecting() | Serving() | Held() | Wrapup():
            if generation != state.generation:
                return Refusal("stale")
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
            return Refusal("stale")
    return ticket


def clerk_withdraws(board: Board, staff: StaffId, order: OrderId, now: float) -> Decision:
    """Take back a card request of the clerk's own call. Paper is never taken back silently."""
    for post in board.posts.values():
        for placed in post.orders:
            if placed.id != order or placed.ticket is None:
                continue
            seat = board.seats.get(staff)
            if seat is None or seat.ticket != placed.ticket:
                return Refusal("not_yours")
            if placed.outcome is not None:
                return ()
            if placed.kind != "card":
                return Refusal("not_now")
            return (e.OrderClosed(order=order, kiosk=post.id, outcome="withdrawn", at=now),)
    return Refusal("unknown")


def field_orders(board: Board, city: City, command: m.OrderTestPrint | m.OrderDevice, now: float) -> Decision:
    """Place an order from the fleet page; never while a resident sits there."""
    kiosk = KioskId(command.kiosk)
    device = city.kiosks.get(kiosk)
    if device is None:
        return Refusal("unknown")
    post = board.posts.get(kiosk) or Post(id=kiosk)
    if device.revoked:
        return Refusal("not_now")
    match command:
        case m.OrderTestPrint():
            kind: e.OrderKind = "test"
        case m.OrderDevice():
            kind = command.action
    if kind != "logs" and resident_at(board, post) is not None:
        return Refusal("not_now")
    return place(board, post, kind, command.id, None, now)


def settled(board: Board, kiosk: KioskId, command: m.OrderSettled, now: float) -> Decision:
    """Note how an order went; a second time says nothing new."""
    order = find(board, kiosk, OrderId(command.order))
    if order is None:
        return Refusal("unknown")
    if order.outcome is not None:
        return ()
    if not _sensible(order, command.outcome):
        return Refusal("invalid")
    return (e.OrderClosed(order=order.id, kiosk=kiosk, outcome=command.outcome, at=now),)


def identified(board: Board, judged: IdentityJudged, now: float) -> Decision:
    """Note what a card's proof came to, once, and only for the order and the call it was asked in."""
    order = find(board, judged.kiosk, judged.order)
    if order is None or order.ask not in ("identity", "signature") or order.ticket != judged.ticket:
        return Refusal("unknown")
    if order.outcome is not None:
        return () if order.settled_by == judged.command else Refusal("stale")
    ticket = board.tickets.get(judged.ticket)
    if ticket is None or not order.generation == judged.generation == ticket.state.generation:
        return Refusal("stale")
    return (
        e.IdentityChecked(
            order=order.id,
            kiosk=judged.kiosk,
            ticket=judged.ticket,
            command=judged.command,
            identity=judged.identity,
            card=judged.card,
            at=now,
        ),
    )


def number_paper(post: Post, taken: e.TicketTaken, order: OrderId) -> tuple[e.OrderPlaced, ...]:
    """Return the paper of a number of the hall; none at a kiosk that owes a pile already: its screen shows the number."""
    if sum(placed.outcome is None for placed in post.orders) >= OPEN_AT_MOST:
        return ()
    return (e.OrderPlaced(order=order, kiosk=post.id, kind="number", ticket=taken.ticket, at=taken.at),)


def prints_for(post: Post, ticket: Ticket) -> bool:
    """Once the next resident has a ticket their paper comes first; a number of the hall shares its printer with all."""
    return ticket.counter or post.ticket == ticket.id


def find(board: Board, kiosk: KioskId, order: OrderId) -> PlacedOrder | None:
    """Return an order of this kiosk, open or settled, while it is remembered."""
    post = board.posts.get(kiosk)
    return None if post is None else next((one for one in post.orders if one.id == order), None)


def resident_at(board: Board, post: Post) -> Ticket | None:
    """Return the ticket of whoever is at this kiosk now; during wrap-up the chair is free."""
    ticket = None if post.ticket is None else board.tickets.get(post.ticket)
    if ticket is None or not isinstance(
        ticket.state, Created | Waiting | Offered | Connecting | Serving | Held
    ):
        return None
    return ticket


def owed(board: Board, post: Post) -> tuple[Order, ...]:
    """Return what the kiosk has to do now, as it travels."""
    resident = resident_at(board, post)
    out: list[Order] = []
    for order in post.orders:
        if order.outcome is not None:
            continue
        match order.kind:
            case "card":
                if order.ticket is not None:
                    out.append(
                        CardOrder(
                            order=order.id,
                            ticket=order.ticket,
                            generation=order.generation,
                            ask=order.ask or "attributes",
                            document=order.document,
                        )
                    )
            case "slip" | "sheet" | "receipt" | "form" | "number":
                out.append(PrintOrder(order=order.id, ticket=order.ticket, kind=order.kind))
            case "booking":
                out.append(PrintOrder(order=order.id, ticket=None, kind="booking"))
            case "test":
                if resident is None:  # it stays owed until the chair is free
                    out.append(PrintOrder(order=order.id, ticket=None, kind="test"))
            case "restart":
                if resident is None:
                    out.append(DeviceOrder(order=order.id, action="restart"))
            case "logs":
                out.append(DeviceOrder(order=order.id, action="logs"))
    return tuple(out)


def place(
    board: Board,
    post: Post,
    kind: e.OrderKind,
    id: str,
    ticket: Ticket | None,
    now: float,
    ask: CardAsk | None = None,
    document: DocumentDigest | None = None,
    filed: str = "",
    code: str = "",
) -> Decision:
    """Let a kiosk owe one more deed; one id is one deed, whoever says it again."""
    order = OrderId(id)
    if any(placed.id == order for other in board.posts.values() for placed in other.orders):
        return Refusal("different_body")  # somebody else's command had this id: one id, one deed
    if sum(placed.outcome is None for placed in post.orders) >= OPEN_AT_MOST:
        return Refusal("too_many")
    return (
        e.OrderPlaced(
            order=order,
            kiosk=post.id,
            kind=kind,
            ticket=None if ticket is None else ticket.id,
            generation=0 if ticket is None else ticket.state.generation,
            ask=ask,
            document=document,
            filed=filed,
            code=code,
            at=now,
        ),
    )


def _sensible(order: PlacedOrder, outcome: str) -> bool:
    match order.kind:
        case "card":
            proof = order.ask in ("identity", "signature")  # whether that succeeded is ours to say
            return outcome in get_args(CardOutcome) and not (proof and outcome == "shared")
        case "slip" | "sheet" | "receipt" | "form" | "booking" | "test" | "number":
            return outcome in get_args(PrintOutcome)
        case "restart" | "logs":
            return outcome in ("done", "failed")
