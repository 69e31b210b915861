"""When a lane closes: nobody gets a number for nothing, and nobody who has one is left with nothing."""

import pytest
from msgspec.structs import replace

from server.core import telling
from server.core.city import AtClose, Lane, Opening
from server.core.closing import backlog
from server.core.commands import Tick
from server.core.estimate import ENOUGH
from server.core.views import view_for_kiosk
from server.protocol import messages as m
from server.protocol.values import KioskId, LaneId
from tests.server.core.desk import Desk
from tests.server.core.example import FRIDAY_10, KITA, MINAMI, NISHI, OPEN_LANE, SATO, WEEKDAYS, city

HOUR, DAY = 3600.0, 24 * 3600.0
SEVEN_LEFT = FRIDAY_10 + 7 * HOUR - 7 * 60.0  # 16:53
MONDAY_9 = FRIDAY_10 - HOUR + 3 * DAY


def desk(at_close: AtClose = "serve", wall: float = FRIDAY_10, **more: object) -> Desk:
    lane = replace(OPEN_LANE, openings=WEEKDAYS, at_close=at_close, **more)
    made = Desk(city(lane), wall)
    made.kiosk_on(KITA, MINAMI, NISHI)
    made.here(SATO)
    return made


def view(desk: Desk, kiosk: KioskId = NISHI) -> m.KioskView:
    return view_for_kiosk(desk.board, desk.city, kiosk, desk.now())


def carried(wall: float = SEVEN_LEFT) -> tuple[Desk, str]:
    """Somebody talks until after the lane has closed, and somebody waits behind them in vain."""
    made = desk("carry_over", wall, minutes_per_visit=2)
    made.call(SATO, KITA)
    made.take(MINAMI)
    made.pass_time(10 * 60.0)
    postponed = view(made, MINAMI).postponed
    assert postponed is not None
    return made, postponed.code


def back_on(made: Desk, wall: float) -> None:
    """Let the time come; everybody is at work again."""
    for ticket in tuple(made.board.tickets):
        made.end(SATO, ticket)
        made.finish(SATO, ticket)
    made.pass_time(wall - made.wall)
    made.here(SATO)


def take_up(made: Desk, code: str, kiosk: KioskId = NISHI) -> str | None:
    return made.kiosk(kiosk, m.CheckIn(id=made.id(), code=code))


def test_the_last_number_is_given_while_it_can_still_be_called_and_the_kiosk_says_so_before_anybody_asks():
    made = desk(wall=SEVEN_LEFT, minutes_per_visit=6)
    made.call(SATO, KITA)
    assert view(made).closed == {}
    made.take(MINAMI)  # whoever comes now would be called after closing: the visit there, then this one
    seen = view(made)
    assert (seen.open, seen.closed_reason) == (False, "today_full")
    assert seen.closed["talk"] == "full"
    assert seen.reopens["talk"] == seen.opens_at == "11月23日(月) 午前9時"
    assert made.kiosk(NISHI, m.TakeTicket(id=made.id(), purpose="talk")) == "closed"
    assert desk(wall=SEVEN_LEFT, last_ticket=False).take(NISHI)


def test_a_lane_that_is_shut_by_the_clock_says_so_while_others_are_open():
    short = Lane(
        id=LaneId("hiru"), purposes=("kaigo",), openings=(Opening(weekday=4, opens=540, closes=600),)
    )
    made = Desk(city(replace(OPEN_LANE, openings=WEEKDAYS), short))
    made.kiosk_on(NISHI)
    made.here(SATO)
    seen = view(made)
    assert seen.open
    assert (seen.closed, seen.reopens) == ({"kaigo": "hours"}, {"kaigo": "11月27日(金) 午前9時"})


def test_whoever_waits_at_closing_is_served_to_the_end_unless_the_lane_says_otherwise():
    made = desk("serve", SEVEN_LEFT, minutes_per_visit=2)
    talking = made.call(SATO, KITA)
    waiting = made.take(MINAMI)
    made.pass_time(30 * 60.0)
    made.end(SATO, talking)
    made.finish(SATO, talking)
    assert made.name(waiting) == "Offered"


def test_carried_over_a_resident_leaves_with_a_code_and_the_conversation_under_way_goes_on():
    made, code = carried()
    seen = view(made, MINAMI).postponed
    assert seen is not None
    assert (seen.how, seen.number, seen.day) == ("carry_over", 2, "11月20日(金)")
    assert seen.opens_at == "11月23日(月) 午前9時"
    assert len(code) == 6
    assert [type(one.state).__name__ for one in made.board.tickets.values()] == ["Serving"]
    assert view(made, KITA).postponed is None, "nobody else's"


def test_back_on_the_next_open_day_at_any_kiosk_they_stand_at_the_head_of_their_class():
    made, code = carried()
    back_on(made, MONDAY_9 + 60.0)
    talking = made.call(SATO, KITA)
    early = made.take(MINAMI)
    assert take_up(made, code) is None
    assert view(made, MINAMI).ticket.ahead == 1  # pyright: ignore[reportOptionalMemberAccess]
    assert view(made, MINAMI).ticket.moved == "carried_over"  # pyright: ignore[reportOptionalMemberAccess]
    assert (view(made).ticket.ahead, view(made).ticket.number) == (0, 3)  # pyright: ignore[reportOptionalMemberAccess]
    made.end(SATO, talking)
    made.finish(SATO, talking)
    assert made.name(early) == "Waiting"
    assert made.name("t5") == "Offered"


def test_a_code_is_good_once_and_only_until_the_day_it_names_is_over():
    made, code = carried()
    assert take_up(made, code) == "closed"
    back_on(made, MONDAY_9 + 60.0)
    assert take_up(made, "000000" if code != "000000" else "111111") == "unknown"
    assert take_up(made, code) is None
    assert take_up(made, code, MINAMI) == "unknown"
    late, code = carried()
    back_on(late, MONDAY_9 + DAY)
    assert take_up(late, code) == "unknown"


@pytest.mark.parametrize("how", ["callback", "reservation"])
def test_what_is_neither_served_nor_carried_is_told_apart_for_whoever_takes_it_from_here(how: AtClose):
    made = desk(how, SEVEN_LEFT, minutes_per_visit=2)
    made.call(SATO, KITA)
    made.take(MINAMI)
    made.pass_time(10 * 60.0)
    seen = view(made, MINAMI).postponed
    assert seen is not None
    assert (seen.how, seen.code) == (how, "")
    assert made.board.claims == {}


def test_a_pause_at_noon_is_not_the_end_of_the_day():
    split = tuple(
        Opening(weekday=4, opens=opens, closes=closes) for opens, closes in ((540, 720), (780, 1020))
    )
    made = Desk(city(replace(OPEN_LANE, openings=split, at_close="carry_over")), FRIDAY_10 + 1.9 * HOUR)
    made.kiosk_on(KITA, MINAMI)
    made.here(SATO)
    made.call(SATO, KITA)
    waiting = made.take(MINAMI)
    made.pass_time(HOUR)
    assert made.name(waiting) == "Waiting"
    made.pass_time(5 * HOUR)
    assert made.name(waiting) == "Postponed"


def test_a_visit_that_has_begun_is_not_cut_short_by_the_clock():
    made = desk("carry_over", SEVEN_LEFT)
    ticket = made.call(SATO, KITA)
    made.clerk_off(SATO)
    made.heard(ticket, alive=False)
    made.pass_time(10 * 60.0)
    assert made.name(ticket) == "Waiting", "it came back from a clerk and waits for the next one"


def test_a_city_that_changes_its_hours_while_people_wait_lets_nobody_fall_between_them():
    made = desk("carry_over", FRIDAY_10 + 2 * HOUR, minutes_per_visit=2)
    made.call(SATO, KITA)
    waiting = made.take(MINAMI)
    lane = made.city.lanes[0]
    longer = replace(lane, exceptions={"2026-11-20": (Opening(weekday=4, opens=540, closes=1200),)})
    made.city = replace(made.city, lanes=(longer,))
    made.pass_time(6 * HOUR)
    assert made.name(waiting) == "Waiting"
    made.city = replace(made.city, lanes=(replace(lane, exceptions={"2026-11-20": ()}),))
    made.news(Tick())
    assert made.name(waiting) == "Postponed"
    kept = next(iter(made.board.claims.values()))
    assert (kept.number, kept.until) == (2, "2026-11-23")


def test_over_the_new_year_the_code_is_good_on_the_first_open_day():
    shut: dict[str, tuple[Opening, ...]] = {f"2026-12-{day}": () for day in (29, 30, 31)}
    shut |= {f"2027-01-0{day}": () for day in (1, 2, 3)}
    made = desk("carry_over", FRIDAY_10 + 38 * DAY + 6 * HOUR, minutes_per_visit=2, exceptions=shut)
    made.call(SATO, KITA)
    made.take(MINAMI)
    made.pass_time(2 * HOUR)
    kept = next(iter(made.board.claims.values()))
    assert (kept.day, kept.until) == ("2026-12-28", "2027-01-04")


@pytest.mark.parametrize(("took", "configured", "gives"), [(2, 30, True), (12, 1, False)])
def test_the_last_number_goes_by_what_residents_are_told_of_their_wait(
    took: int, configured: int, gives: bool
):
    made = desk(wall=SEVEN_LEFT, minutes_per_visit=configured)
    made.board = replace(made.board, durations={"talk": (60.0 * took,) * ENOUGH})
    made.call(SATO, KITA)
    made.reckon()
    told = telling.wait_in(made.board, made.city.lanes[0].id)
    assert told is not None
    assert (told[1] <= 7) is gives
    assert view(made).open is gives
    assert (made.kiosk(NISHI, m.TakeTicket(id=made.id(), purpose="talk")) is None) is gives


def test_whoever_came_since_the_last_reckoning_counts_and_is_counted_once():
    made = desk(wall=SEVEN_LEFT)
    made.board = replace(made.board, durations={"talk": (150.0,) * ENOUGH})
    made.call(SATO, KITA)
    made.reckon()
    lane = made.city.lanes[0]
    before = backlog(made.board, made.city, lane)
    made.take(MINAMI)
    assert backlog(made.board, made.city, lane) == before + 150.0
    assert view(made).closed["talk"] == "full"
    made.reckon()
    assert backlog(made.board, made.city, lane) == 60.0 * made.board.waits[lane.id].high
