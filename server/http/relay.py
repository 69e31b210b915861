"""To whom a message between a clerk and a resident goes: exactly one, and only while its call is the current one.

Pure, and judged on the committed board: a generation the journal has not seen cannot pass (I6, I15).
"""

from server.core.board import Board
from server.core.states import InCall, Ticket
from server.protocol.values import KioskId, StaffId


def clerk_for(board: Board, kiosk: KioskId, generation: int) -> StaffId | None:
    """Return the clerk this kiosk's call is with, if it is this call."""
    post = board.posts.get(kiosk)
    ticket = None if post is None or post.ticket is None else board.tickets.get(post.ticket)
    if ticket is None or not isinstance(ticket.state, InCall) or ticket.state.generation != generation:
        return None
    return ticket.state.staff


def kiosk_for(board: Board, staff: StaffId, generation: int) -> KioskId | None:
    """Return the kiosk this clerk's call is with, if it is this call."""
    ticket = call_of(board, staff)
    return None if ticket is None or ticket.state.generation != generation else ticket.kiosk


def call_of(board: Board, staff: StaffId) -> Ticket | None:
    """Return the ticket of the live call this clerk leads; being asked into one gives no voice in it."""
    seat = board.seats.get(staff)
    ticket = None if seat is None or seat.ticket is None else board.tickets.get(seat.ticket)
    led = ticket is not None and isinstance(ticket.state, InCall) and ticket.state.staff == staff
    return ticket if led else None
