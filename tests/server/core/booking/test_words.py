"""What somebody with a reservation is told: each thing once, in time, and nothing after it would help."""

from msgspec.structs import replace

from server.core.booking.book import Booking, GivenBack, Missed, Promised
from server.core.booking.words import DAY, HOUR, Said, Told, after, over, owed
from server.protocol.values import AppointmentId, LaneId

STARTS = 1_000_000.0
BOOKED = Booking(id=AppointmentId("b1"), lane=LaneId("shimin"), starts=STARTS, phase=Promised())
TOLD = Told(telephone="09012345678", purpose="talk", site="北公民館", code="345678")


def walk(booking: Booking, told: Told, *walls: float) -> tuple[list[str], Told]:
    """Say whatever is owed at these times."""
    out: list[str] = []
    for wall in walls:
        while (kind := owed(booking, told.said, wall)) is not None:
            out.append(kind)
            told = after(told, kind, booking, wall)
    return out, told


def test_it_is_told_once_then_the_day_before_and_the_hour_before() -> None:
    times = [
        STARTS - DAY * 3,
        STARTS - DAY * 2,
        STARTS - DAY,
        STARTS - HOUR * 5,
        STARTS - HOUR,
        STARTS - 1,
        STARTS,
    ]
    assert walk(BOOKED, TOLD, *times)[0] == ["reserved", "tomorrow", "soon"]


def test_whoever_reserves_an_hour_before_is_not_reminded_of_what_they_have_just_heard() -> None:
    assert walk(BOOKED, TOLD, STARTS - 2 * HOUR, STARTS - HOUR / 2)[0] == ["reserved", "soon"]
    assert walk(BOOKED, TOLD, STARTS - HOUR / 2, STARTS - 60)[0] == ["reserved"]


def test_another_time_is_told_and_reminded_of_anew() -> None:
    _, told = walk(BOOKED, TOLD, STARTS - 3 * DAY, STARTS - DAY)
    moved = replace(BOOKED, starts=STARTS + 5 * DAY)
    said, _ = walk(moved, told, STARTS - DAY, moved.starts - DAY, moved.starts - HOUR)
    assert said == ["moved", "tomorrow", "soon"]


def test_a_reservation_that_is_gone_is_told_to_whoever_knew_of_it() -> None:
    _, told = walk(BOOKED, TOLD, STARTS - 3 * DAY)
    gone = replace(BOOKED, phase=GivenBack(why="cancelled"))
    assert owed(gone, (), STARTS - DAY) is None, "whoever never heard of it needs no word"
    assert walk(gone, told, STARTS - DAY, STARTS - HOUR)[0] == ["cancelled"]
    assert over(gone, (Said(kind="cancelled", starts=STARTS, at=0.0),), STARTS - DAY)
    assert not over(gone, told.said, STARTS - DAY)


def test_a_receiver_that_was_away_gets_what_still_helps_and_nothing_else() -> None:
    _, told = walk(BOOKED, TOLD, STARTS - 3 * DAY)
    assert walk(BOOKED, told, STARTS - HOUR / 2)[0] == ["soon"], "not the day before any more"
    assert walk(BOOKED, told, STARTS + 1)[0] == []
    assert walk(replace(BOOKED, phase=Missed()), told, STARTS - 1)[0] == []
    assert over(None, (), 0.0)
