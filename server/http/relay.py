"""To whom a message between the ends of a call goes: exactly one, and only while both ends are in it.

Pure, and judged on the committed board: a generation the journal has not seen cannot pass (I6, I15). Every clerk of a
call has their own number; a message that carries an older one, or somebody else's, reaches nobody.
"""

from server.core.board import Board
from server.core.states import InCall, Ticket, bound_by, number_in, party_of
from server.protocol.messages import CardNumber, Say, ToResident, Typing
from server.protocol.values import KioskId, StaffId


def clerk_for(board: Board, kiosk: KioskId, generation: int) -> StaffId | None:
    """Return the clerk who has this number in this kiosk's call."""
    post = board.posts.get(kiosk)
    ticket = None if post is None or post.ticket is None else board.tickets.get(post.ticket)
    return None if ticket is None else _numbered(ticket, generation)


def kiosk_for(
    board: Board, staff: StaffId, generation: int, body: ToResident | None = None
) -> KioskId | None:
    """Return the kiosk of the call in which this clerk has this number; only who leads it reads a card."""
    ticket = call_of(board, staff)
    if ticket is None or number_in(ticket, staff) != generation:
        return None
    if isinstance(body, CardNumber) and bound_by(ticket)[0] != staff:
        return None
    party = party_of(ticket, staff)
    if party is not None and party.role == "monitor" and isinstance(body, Say | Typing):
        return None  # whoever only watches says nothing, in writing neither
    return ticket.kiosk


def colleague_for(board: Board, staff: StaffId, generation: int, to: int) -> StaffId | None:
    """Return the other clerk of this very pair, if both are in the call now."""
    ticket = call_of(board, staff)
    if ticket is None or number_in(ticket, staff) != generation or to == generation:
        return None
    return _numbered(ticket, to)


def call_of(board: Board, staff: StaffId) -> Ticket | None:
    """Return the ticket of the live call this clerk is in; being asked into one gives no voice in it."""
    seat = board.seats.get(staff)
    ticket = None if seat is None or seat.ticket is None else board.tickets.get(seat.ticket)
    return None if ticket is None or number_in(ticket, staff) is None else ticket


def _numbered(ticket: Ticket, generation: int) -> StaffId | None:
    if not isinstance(ticket.state, InCall):
        return None
    return next((one for one in bound_by(ticket) if number_in(ticket, one) == generation), None)
