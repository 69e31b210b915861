"""Which places a lane gives away: planned seats less the share of walk-ins, less what is promised, held or cooling."""

from datetime import date

from msgspec.structs import replace

from server.core.booking import deciding
from server.core.booking.book import Book, GivenBack, evolve
from server.core.booking.commands import CancelPlace, ConfirmPlace, HoldPlace
from server.core.booking.rules import Reservations
from server.core.booking.slots import days, slots
from server.core.city import Opening
from server.core.commands import Refusal
from server.core.journal import Now
from server.protocol.values import AppointmentId
from tests.server.core.example import FRIDAY_10, OPEN_LANE, city

RULES = Reservations(
    seats={"09:00-12:00": 2, "13:00-16:00": 4},
    skilled={"language:en": 1},
    walk_in_share=0.5,
    notice_minutes=0,
)
LANE = replace(
    OPEN_LANE,
    minutes_per_visit=15,
    openings=tuple(Opening(weekday=day, opens=9 * 60, closes=17 * 60) for day in range(5)),
    reservations=RULES,
)
CITY = city(LANE)
NOW = Now(elapsed=1000.0, wall=FRIDAY_10)
FRIDAY, SATURDAY, MONDAY = date(2026, 11, 20), date(2026, 11, 21), date(2026, 11, 23)


def ask(book: Book, command: HoldPlace | ConfirmPlace | CancelPlace, now: Now = NOW) -> Book:
    decided = deciding.asks(book, CITY, command, now)
    assert not isinstance(decided, Refusal), decided
    for event in decided:
        book = evolve(book, event)
    return book


def hold(name: str, starts: float, **rest: object) -> HoldPlace:
    return replace(HoldPlace(booking=AppointmentId(name), lane=LANE.id, starts=starts), **rest)


def free(book: Book, now: Now = NOW, wishes: tuple[str, ...] = ()) -> int:
    return slots(LANE, book, MONDAY, now, wishes)[0].free


def test_half_of_the_planned_visits_stay_for_those_who_just_come() -> None:
    found = slots(LANE, Book(), MONDAY, NOW)
    assert [one.places for one in found] == [2] * 6 + [4] * 6, (
        "2 seats, 2 visits each in half an hour, half of them"
    )


def test_no_place_on_a_closed_day_in_the_past_or_too_far_ahead() -> None:
    assert SATURDAY not in days(LANE, NOW)
    assert slots(LANE, Book(), FRIDAY, NOW)[0].starts == FRIDAY_10
    assert slots(replace(LANE, reservations=replace(RULES, days_ahead=1)), Book(), MONDAY, NOW) == ()
    holiday = replace(LANE, reservations=replace(RULES, closed=("2026-11-23",)))
    assert MONDAY not in days(holiday, NOW)


def test_the_last_place_is_had_once_and_comes_back_when_nobody_confirms() -> None:
    starts = slots(LANE, Book(), MONDAY, NOW)[0].starts
    book = ask(ask(Book(), hold("a", starts)), hold("b", starts))
    assert free(book) == 0
    assert deciding.asks(book, CITY, hold("c", starts), NOW) == Refusal("taken")
    later = Now(elapsed=NOW.elapsed + RULES.hold_seconds, wall=NOW.wall + RULES.hold_seconds)
    for event in deciding.keeps_up(book, CITY, frozenset(), later):
        book = evolve(book, event)
    assert {one.phase for one in book.bookings.values()} == {GivenBack(why="lapsed")}
    assert free(book, later) == 2


def test_places_with_a_skill_are_fewer_and_leave_the_others_alone() -> None:
    starts = slots(LANE, Book(), MONDAY, NOW)[0].starts
    assert free(Book(), wishes=("language:en",)) == 1
    book = ask(Book(), hold("a", starts, wishes=("language:en",)))
    assert (free(book, wishes=("language:en",)), free(book)) == (0, 1)


def test_a_place_given_back_cools_down_before_it_is_shown_again() -> None:
    starts = slots(LANE, Book(), MONDAY, NOW)[0].starts
    book = ask(ask(Book(), hold("a", starts)), ConfirmPlace(booking=AppointmentId("a"), code="h"))
    book = ask(book, CancelPlace(booking=AppointmentId("a")))
    assert free(book) == 1
    cool = 60.0 * RULES.cool_down_minutes
    assert free(book, Now(elapsed=NOW.elapsed + cool, wall=NOW.wall + cool)) == 2


def test_nobody_hoards_and_no_two_bookings_share_their_digits() -> None:
    first, second, third = (one.starts for one in slots(LANE, Book(), MONDAY, NOW)[:3])
    book = ask(ask(Book(), hold("a", first, contact="x")), hold("b", second, contact="x"))
    assert deciding.asks(book, CITY, hold("c", third, contact="x"), NOW) == Refusal("too_many")
    book = ask(book, ConfirmPlace(booking=AppointmentId("a"), code="h"))
    same = ConfirmPlace(booking=AppointmentId("b"), code="h")
    assert deciding.asks(book, CITY, same, NOW) == Refusal("different_body")
