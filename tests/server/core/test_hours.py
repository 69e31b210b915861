"""Hours are Japan's, to the minute, and are said as people say them."""

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from server.core.city import Opening
from server.core.hours import clock, closes_in, day_of, hours, is_open, iso, opens_at
from tests.server.core.example import FRIDAY_10, OPEN_LANE, WEEKDAYS, city

LANE = replace(OPEN_LANE, openings=WEEKDAYS)


def japan(text: str) -> float:
    """Return the wall seconds of a Japanese local time."""
    return datetime.fromisoformat(f"{text}+09:00").astimezone(UTC).timestamp()


def test_friday_ten_is_friday_ten_in_japan():
    assert iso(FRIDAY_10) == "2026-11-20T10:00:00+09:00"


@pytest.mark.parametrize(
    ("when", "open"),
    [
        ("2026-11-20T08:59:59", False),
        ("2026-11-20T09:00:00", True),
        ("2026-11-20T16:59:59", True),
        ("2026-11-20T17:00:00", False),
        ("2026-11-21T10:00:00", False),
        ("2028-02-29T10:00:00", True),
    ],
)
def test_a_lane_opens_and_closes_to_the_second(when: str, open: bool):
    assert is_open(LANE, japan(when)) is open


HOLIDAYS = {
    "2026-11-23": (),
    "2026-12-29": (), "2026-12-30": (), "2026-12-31": (),
    "2027-01-01": (), "2027-01-02": (), "2027-01-03": (),
    "2026-11-24": (Opening(weekday=1, opens=13 * 60, closes=24 * 60),),
}  # fmt: skip


@pytest.mark.parametrize(
    ("when", "left"),
    [
        ("2026-11-20T16:59:00", 60.0),
        ("2026-11-20T17:00:00", None),
        ("2026-11-23T10:00:00", None),  # 勤労感謝の日
        ("2026-11-24T12:59:59", None),
        ("2026-11-24T23:59:59", 1.0),  # an exception until midnight, and not a second longer
        ("2026-11-25T00:00:00", None),
        ("2026-12-28T16:00:00", 3600.0),
        ("2026-12-31T10:00:00", None),
        ("2027-01-04T09:00:00", 8 * 3600.0),
        ("2028-02-29T09:00:00", 8 * 3600.0),
    ],
)
def test_holidays_exceptions_and_the_new_year_change_the_days_they_name(when: str, left: float | None):
    assert closes_in(replace(LANE, exceptions=HOLIDAYS), japan(when)) == left


def test_after_the_new_year_people_read_the_first_day_that_is_open():
    town = city(replace(LANE, exceptions=HOLIDAYS))
    assert opens_at(town, japan("2026-12-28T18:00:00")) == "1月4日(月) 午前9時"


def test_a_lane_is_open_only_while_the_building_is():
    site = replace(city().sites[0], openings=(Opening(weekday=4, opens=10 * 60, closes=12 * 60),))
    seen = [closes_in(LANE, japan(f"2026-11-20T{at}"), site) for at in ("09:59:59", "10:00:00", "12:00:00")]
    assert seen == [None, 7200.0, None]
    assert closes_in(replace(LANE, openings=()), japan("2026-11-20T11:00:00"), site) == 3600.0


def test_a_lane_without_hours_is_always_open():
    assert is_open(OPEN_LANE, japan("2026-11-22T03:00:00"))
    assert hours(city(OPEN_LANE)) == "いつでも"
    assert opens_at(city(OPEN_LANE), FRIDAY_10) == ""


def test_the_day_changes_at_midnight_in_japan():
    assert day_of(japan("2026-12-31T23:59:59")) == "2026-12-31"
    assert day_of(japan("2027-01-01T00:00:00")) == "2027-01-01"


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("2026-11-20T08:00:00", "11月20日(金) 午前9時"),
        ("2026-11-20T17:00:00", "11月23日(月) 午前9時"),
        ("2026-11-22T12:00:00", "11月23日(月) 午前9時"),
        ("2026-12-31T20:00:00", "1月1日(金) 午前9時"),
    ],
)
def test_closed_says_when_it_opens_again(when: str, said: str):
    assert opens_at(city(LANE), japan(when)) == said


def test_the_week_is_said_in_runs_of_equal_days():
    assert hours(city(LANE)) == "月〜金 午前9時〜午後5時"
    openings = (*WEEKDAYS, Opening(weekday=5, opens=8 * 60 + 30, closes=12 * 60))
    assert hours(city(replace(LANE, openings=openings))) == "月〜金 午前9時〜午後5時、土 午前8時30分〜正午"


def test_lunch_makes_no_second_day():
    openings = (Opening(weekday=0, opens=540, closes=720), Opening(weekday=0, opens=780, closes=1020))
    lane = replace(LANE, openings=openings)
    assert hours(city(lane)) == "月 午前9時〜午後5時"
    assert not is_open(lane, japan("2026-11-23T12:30:00"))
    assert opens_at(city(lane), japan("2026-11-23T12:30:00")) == "11月23日(月) 午後1時"


def test_times_are_said_as_people_say_them():
    assert [clock(minute) for minute in (0, 510, 720, 765, 1020)] == [
        "午前0時", "午前8時30分", "正午", "午後0時45分", "午後5時",
    ]  # fmt: skip
