"""A reservation at another time is one fact: the same digits, the new place taken, the old one free after a while."""

from msgspec.structs import replace

from server.core.booking import deciding
from server.core.booking.book import Book, Promised
from server.core.booking.commands import ConfirmPlace, MovePlace
from server.core.booking.events import PlaceMoved
from server.core.booking.offered import offered
from server.core.booking.slots import slots
from server.core.city import Opening, Site
from server.core.commands import Refusal
from server.core.journal import Now
from server.protocol.values import AppointmentId, KioskId, SiteId
from tests.server.core.booking.test_slots import CITY, LANE, MONDAY, NOW, RULES, ask, free, hold

PLACES = [one.starts for one in slots(LANE, Book(), MONDAY, NOW)]
A = AppointmentId("a")


def promised(name: str = "a", starts: float = PLACES[0], contact: str = "") -> Book:
    book = ask(Book(), hold(name, starts, contact=contact))
    return ask(book, ConfirmPlace(booking=AppointmentId(name), code=f"code {name}"))


def test_it_keeps_its_digits_and_the_old_place_comes_back_after_a_while() -> None:
    book = ask(promised(), MovePlace(booking=A, starts=PLACES[1]))
    moved = book.bookings[A]
    assert (moved.starts, moved.code, moved.phase) == (PLACES[1], "code a", Promised())
    found = slots(LANE, book, MONDAY, NOW)
    assert [one.free for one in found[:3]] == [1, 1, 2], "the old place cools down, the new one is taken"
    later = Now(elapsed=NOW.elapsed + 600.0, wall=NOW.wall + 600.0)
    assert free(book, later) == 2


def test_a_move_that_cannot_be_leaves_everything_as_it_was() -> None:
    book = promised()
    for name in ("b", "c"):
        book = ask(book, hold(name, PLACES[1]))
    assert deciding.asks(book, CITY, MovePlace(booking=A, starts=PLACES[1]), NOW) == Refusal("taken")
    assert deciding.asks(book, CITY, MovePlace(booking=A, starts=NOW.wall + 1), NOW) == Refusal("unknown")
    assert deciding.asks(book, CITY, MovePlace(booking=AppointmentId("b"), starts=PLACES[2]), NOW) == Refusal(
        "not_now"
    ), "what is only held is not moved"
    assert deciding.asks(book, CITY, MovePlace(booking=A, starts=PLACES[0]), NOW) == (), "said again"


def test_moving_asks_for_the_skills_the_reservation_was_made_for() -> None:
    book = ask(Book(), hold("a", PLACES[0], wishes=("language:en",)))
    book = ask(book, ConfirmPlace(booking=A, code="code a"))
    book = ask(book, hold("b", PLACES[1], wishes=("language:en",)))
    wish = MovePlace(booking=A, starts=PLACES[1])
    assert deciding.asks(book, CITY, wish, NOW) == Refusal("taken"), "only one there speaks it"
    decided = deciding.asks(book, CITY, MovePlace(booking=A, starts=PLACES[2]), NOW)
    assert not isinstance(decided, Refusal)
    assert [type(one) for one in decided] == [PlaceMoved]


def test_a_number_said_after_the_choice_counts_as_one_said_before_it() -> None:
    book = promised("a", contact="x")
    book = ask(book, hold("b", PLACES[1]))
    book = ask(book, ConfirmPlace(booking=AppointmentId("b"), code="code b", contact="x"))
    book = ask(book, hold("c", PLACES[2]))
    wish = ConfirmPlace(booking=AppointmentId("c"), code="code c", contact="x")
    assert deciding.asks(book, CITY, wish, NOW) == Refusal("too_many")


def test_people_who_leave_no_number_cannot_empty_a_lane_from_one_kiosk() -> None:
    city = replace(CITY, lanes=(replace(LANE, reservations=replace(RULES, open_per_kiosk=1)),))
    book = ask(Book(), hold("a", PLACES[0], kiosk=KioskId("k1")))
    again = hold("b", PLACES[1], kiosk=KioskId("k1"))
    assert deciding.asks(book, city, again, NOW) == Refusal("too_many")
    for other in (
        hold("b", PLACES[1], kiosk=KioskId("k2")),
        hold("b", PLACES[1], kiosk=KioskId("k1"), contact="x"),
    ):
        assert not isinstance(deciding.asks(book, city, other, NOW), Refusal)


def test_only_times_at_which_the_house_is_open_are_shown_there() -> None:
    all_of_them = offered(LANE, Book(), None, NOW)
    assert PLACES[0] in all_of_them
    afternoons = Site(
        id=SiteId("kita"),
        name="北公民館",
        openings=tuple(Opening(weekday=day, opens=13 * 60, closes=17 * 60) for day in range(5)),
    )
    here = offered(LANE, Book(), afternoons, NOW)
    assert here
    assert PLACES[0] not in here
    assert set(here) < set(all_of_them)
