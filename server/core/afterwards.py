"""What clerks do once the moment itself has passed: papers that are had another way, results that are put right.

A paper is never made twice silently: only one that is known not to have come out, or may not have, can wait or be
sent, and only one of the two; a code prints once, and again after an unknown outcome only when somebody says so.
"""

from datetime import date, timedelta

from server.core import closing, orders
from server.core import events as e
from server.core.board import Board, PlacedOrder, Post
from server.core.city import City
from server.core.commands import AfterCommand, Refusal
from server.core.hours import day_of, local
from server.core.journal import Now
from server.core.kept import KeptPaper
from server.core.states import Called, Connecting, Done, Ticket
from server.protocol import messages as m
from server.protocol.values import StaffId, TicketId

Decision = tuple[e.Event, ...] | Refusal

PAPERS = ("slip", "sheet", "receipt", "form")


def asks(board: Board, city: City, staff: StaffId, command: AfterCommand, now: Now) -> Decision:
    """Return what follows from such a wish, or why nothing may."""
    if isinstance(command, m.CorrectResult):
        return _corrects(board, city, staff, command, now)
    ticket = orders.own_call(board, staff, command.ticket, command.generation)
    if isinstance(ticket, Refusal):
        return ticket
    post = board.posts.get(ticket.kiosk) or Post(id=ticket.kiosk)
    match command:
        case m.PrintLater():
            return _waits(board, city, ticket, post, command, now)
        case m.SendByMail():
            order = _not_out(post, ticket, command.order, "mail")
            if not isinstance(order, PlacedOrder):
                return order
            return (e.PaperMailed(order=order.id, kiosk=post.id, ticket=ticket.id, at=now.elapsed),)
        case m.FetchPaper():
            return _fetched(board, ticket, post, command, now)


def waiting_under(board: Board, code: str, now: Now) -> KeptPaper | None:
    """Return the paper that waits under this code, if it is still good today."""
    paper = board.papers.get(code)
    return None if paper is None or paper.until < day_of(now.wall) else paper


def recorded(ticket: Ticket, city: City, now: Now) -> bool:
    """Say whether what was noted of a finished visit is kept today: until then it can be put right."""
    # The key is destroyed so many days after the visit has ended, so a day less is kept in every case.
    days = max(0, int(city.retention.record_days) - 1)
    return local(now.wall).date() - timedelta(days=days) <= date.fromisoformat(ticket.day)


def _waits(board: Board, city: City, ticket: Ticket, post: Post, command: m.PrintLater, now: Now) -> Decision:
    order = _not_out(post, ticket, command.order, "later")
    if not isinstance(order, PlacedOrder):
        return order
    # Its key is destroyed so many days after the visit has ended, so a day less is kept in every case.
    last = local(now.wall).date() + timedelta(days=max(0, int(city.retention.waiting_days) - 1))
    code = closing.draw_code(city, "paper", f"paper {order.id} {now.elapsed}", {*board.papers, *board.claims})
    return (
        e.PaperKept(
            order=order.id,
            kiosk=post.id,
            ticket=ticket.id,
            code=code,
            day=day_of(now.wall),
            until=last.isoformat(),
            at=now.elapsed,
        ),
    )


def _not_out(post: Post, ticket: Ticket, wanted: str, how: str) -> PlacedOrder | Decision:
    """Return the order if its paper may be had another way; nothing if that was said before, or why it may not."""
    order = next((one for one in post.orders if one.id == wanted and one.ticket == ticket.id), None)
    if order is None or order.kind not in PAPERS:
        return Refusal("unknown")
    if order.then is not None:
        return () if order.then == how else Refusal("not_now")
    if order.outcome in (None, "printed") or order.code:  # under way, there, or its code is good still
        return Refusal("not_now")
    return order


def _fetched(board: Board, ticket: Ticket, post: Post, command: m.FetchPaper, now: Now) -> Decision:
    paper = waiting_under(board, command.code, now)
    if paper is None:
        return Refusal("unknown")
    there = not isinstance(ticket.state, Called | Connecting) and orders.prints_for(post, ticket)
    if not there or paper.trying is not None:
        return Refusal("not_now")
    if paper.maybe and not command.again:
        return Refusal("maybe_out")
    return orders.place(board, post, paper.kind, command.id, ticket, now.elapsed, code=paper.code)


def _corrects(board: Board, city: City, staff: StaffId, command: m.CorrectResult, now: Now) -> Decision:
    ticket = board.ended.get(TicketId(command.ticket))
    if ticket is None:
        return Refusal("unknown")
    state = ticket.state
    if not isinstance(state, Done) or not recorded(ticket, city, now):
        return Refusal("not_now")
    if state.staff != staff:
        return Refusal("not_yours")
    if command.result not in city.wrapup_results or command.result == "no_show":
        return Refusal("invalid")  # somebody talked: that nobody was there cannot be noted afterwards
    if command.result == state.result:
        return ()
    return (e.ResultCorrected(ticket=ticket.id, staff=staff, result=command.result, at=now.elapsed),)
