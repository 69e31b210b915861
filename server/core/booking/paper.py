"""A reservation on paper, at the kiosk where it was made and nowhere else: it comes out while whoever made it stands there."""

from server.core import events as e
from server.core import orders
from server.core.board import Board, Post
from server.core.booking.book import Promised
from server.core.booking.commands import PrintPlace
from server.core.commands import Refusal
from server.protocol.values import AppointmentId, OrderId

SLIP = "slip."
Decision = tuple[e.Event, ...] | Refusal


def order_of(booking: AppointmentId) -> OrderId:
    """Return the one order that prints a booking."""
    return OrderId(SLIP + booking)


def booking_of(order: OrderId) -> AppointmentId:
    """Return the booking an order of kind "booking" prints."""
    return AppointmentId(order.removeprefix(SLIP))


def ordered(board: Board, command: PrintPlace, now: float) -> Decision:
    """Let the kiosk owe this paper, once."""
    found = board.book.bookings.get(command.booking)
    if found is None or found.kiosk is None:
        return Refusal("unknown")
    if not isinstance(found.phase, Promised):
        return Refusal("stale")
    post, order = board.posts.get(found.kiosk) or Post(id=found.kiosk), order_of(found.id)
    if any(placed.id == order for placed in post.orders):
        return ()
    return orders.place(board, post, "booking", order, None, now)
