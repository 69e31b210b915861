"""How long the code of a visit that is over belongs on the kiosk's screen, should the kiosk begin anew meanwhile.

A kiosk keeps nothing on its disk, so a restart would take a code from somebody who is writing it down. What ended here
is on the board until somebody else takes a number; what must be known besides is that nobody has put the code away.
"""

from math import ceil, inf

from server.core import events as e
from server.core.board import Board, Post
from server.core.commands import Refusal
from server.core.journal import Now
from server.core.states import Over, Postponed, Ticket, Wrapup
from server.protocol import messages as m
from server.protocol.afterwards import CODE_SHOWN, OnScreen
from server.protocol.values import KioskId, TicketId

Decision = tuple[e.Event, ...] | Refusal

STEP = 60.0


def shown(board: Board, post: Post, now: Now) -> OnScreen | None:
    """Return the visit whose code a kiosk that starts now shows again, and for how long; None = there is none."""
    ticket = _left_here(board, post)
    if ticket is None or post.put_away == ticket.id:
        return None
    since = [
        max(ticket.changed, order.then_at)
        for order in post.orders
        if order.ticket == ticket.id and order.then == "later" and order.code in board.papers
    ]
    if isinstance(ticket.state, Postponed) and ticket.state.code:
        since.append(ticket.changed)
    left = max(since, default=-inf) + CODE_SHOWN - now.elapsed
    return (
        OnScreen(ticket=ticket.id, number=ticket.number, left=STEP * ceil(left / STEP)) if left > 0 else None
    )


def puts_away(board: Board, kiosk: KioskId, command: m.PutAway, now: Now) -> Decision:
    """Note that a visit left the screen whose code is there or may still come; said again it means nothing."""
    post = board.posts.get(kiosk)
    ticket = None if post is None else _left_here(board, post)
    if post is None or ticket is None or ticket.id != command.ticket or post.put_away == ticket.id:
        return ()
    if isinstance(ticket.state, Over) and shown(board, post, now) is None:
        return ()
    return (e.CodePutAway(kiosk=kiosk, ticket=TicketId(ticket.id), at=now.elapsed),)


def _left_here(board: Board, post: Post) -> Ticket | None:
    """Return the visit that was the last here, once its resident needs the screen for nothing else."""
    if post.ticket is None:
        return None
    ticket = board.tickets.get(post.ticket) or board.ended.get(post.ticket)
    return ticket if ticket is not None and isinstance(ticket.state, Wrapup | Over) else None
