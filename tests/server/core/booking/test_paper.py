"""A reservation is printed where it was made, once, and only while it stands."""

from msgspec.structs import replace

from server.core import events as e
from server.core.board import Board, Post
from server.core.booking.book import Book, Booking, GivenBack, Promised
from server.core.booking.commands import PrintPlace
from server.core.booking.paper import booking_of, order_of, ordered
from server.core.commands import Refusal
from server.core.evolve import evolve
from server.core.orders import owed
from server.protocol.values import AppointmentId, KioskId, LaneId

B, HERE = AppointmentId("b1"), KioskId("k1")
BOOKED = Booking(id=B, lane=LaneId("shimin"), starts=1.0, phase=Promised(), code="c", kiosk=HERE)
WISH = PrintPlace(booking=B)


def board(booking: Booking) -> Board:
    return replace(Board(), book=Book(bookings={B: booking}))


def test_it_is_owed_once_by_the_kiosk_where_it_was_made() -> None:
    at = board(BOOKED)
    decided = ordered(at, WISH, 5.0)
    assert not isinstance(decided, Refusal)
    (placed,) = decided
    assert isinstance(placed, e.OrderPlaced)
    assert (placed.kiosk, placed.kind, placed.ticket, booking_of(placed.order)) == (HERE, "booking", None, B)
    at = evolve(at, placed)
    assert [one.order for one in owed(at, at.posts[HERE])] == [order_of(B)]
    assert ordered(at, WISH, 6.0) == ()


def test_what_was_made_elsewhere_or_given_back_comes_out_nowhere() -> None:
    assert ordered(board(replace(BOOKED, kiosk=None)), WISH, 5.0) == Refusal("unknown")
    assert ordered(Board(posts={HERE: Post(id=HERE)}), WISH, 5.0) == Refusal("unknown")
    assert ordered(board(replace(BOOKED, phase=GivenBack(why="cancelled"))), WISH, 5.0) == Refusal("stale")
