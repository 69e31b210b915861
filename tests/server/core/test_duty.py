"""What somebody answers today: set by a supervisor, narrowed by themselves, over at midnight."""

from msgspec.structs import replace

from server.core.city import Lunch
from server.core.overview import view_for_floor
from server.core.views import view_for_staff
from server.protocol import messages as m
from server.protocol.values import StaffId
from tests.server.core.desk import Desk
from tests.server.core.example import (
    BOSS,
    FRIDAY_10,
    KITA,
    MINAMI,
    OPEN_LANE,
    OTHER_LANE,
    SATO,
    SUZUKI,
    TANAKA,
    city,
)

HOUR = 3600.0


def desk(wall: float = FRIDAY_10) -> Desk:
    made = Desk(wall=wall)
    made.kiosk_on(KITA)
    return made


def duty(
    made: Desk,
    staff: StaffId,
    *,
    lanes: tuple[str, ...] = (),
    skills: tuple[str, ...] = (),
    by: StaffId = BOSS,
) -> str | None:
    return made.staff(by, m.SetDuty(id=made.id(), staff=staff, lanes=lanes, skills=skills))


def lanes(made: Desk, staff: StaffId) -> list[str]:
    """Return whose calls ring here now, as the viewer reads it."""
    seen = view_for_staff(made.board, made.city, staff, made.now())
    return [one.id for one in seen.lanes if one.chosen]


def test_a_supervisor_lends_a_clerk_to_another_lane_for_today():
    made = desk()
    made.here(TANAKA)
    assert lanes(made, TANAKA) == ["fukushi"]
    assert made.kiosk(KITA, m.TakeTicket(id=made.id(), purpose="talk")) == "closed"
    assert duty(made, TANAKA, skills=("department:窓口課",)) is None
    assert lanes(made, TANAKA) == ["shimin", "fukushi"]
    ticket = made.take(KITA)
    assert made.name(ticket) == "Offered"
    shown = view_for_floor(made.board, made.city, BOSS, made.now()).staff[0]
    assert (shown.today, shown.skills) == (True, ("department:窓口課",))


def test_it_ends_at_midnight_by_itself():
    made = desk(FRIDAY_10 + 13 * HOUR)
    made.here(SATO)
    assert duty(made, SATO, lanes=("fukushi",)) is None
    ticket = made.kiosk(KITA, m.TakeTicket(id=made.id(), purpose="talk"))
    assert ticket == "closed"
    made.pass_time(HOUR + 1.0)
    assert lanes(made, SATO) == ["shimin", "fukushi"]
    assert made.name(made.take(KITA)) == "Offered"


def test_whoever_waits_is_rung_for_the_moment_the_duty_changes_or_ends():
    made = desk(FRIDAY_10 + 13.9 * HOUR)
    made.here(SATO, SUZUKI)
    assert duty(made, SATO, lanes=("fukushi",)) is None
    made.clerk_off(SUZUKI)
    waiting = made.take(KITA)
    assert made.name(waiting) == "Waiting"
    made.pass_time(0.1 * HOUR)
    assert made.board.seats[SATO].ticket == waiting


def test_a_clerk_chooses_among_their_own_lanes_and_not_among_others():
    made = desk()
    made.here(SATO, TANAKA)
    choose = m.ChooseLanes(id=made.id(), lanes=("fukushi",))
    assert made.staff(SATO, choose) is None
    assert lanes(made, SATO) == ["fukushi"]
    assert made.staff(TANAKA, m.ChooseLanes(id=made.id(), lanes=("shimin",))) == "not_yours"
    assert made.staff(SATO, m.ChooseLanes(id=made.id())) is None
    assert lanes(made, SATO) == ["shimin", "fukushi"]


def test_only_a_supervisor_sets_the_duty_of_others_and_nobody_is_left_without_any_lane():
    made = desk()
    made.here(SATO)
    assert duty(made, SUZUKI, by=SATO) == "not_yours"
    assert duty(made, SATO, skills=("language:tlh",)) == "unknown"
    assert duty(made, SATO, lanes=("moon",)) == "unknown"
    assert duty(made, TANAKA, lanes=("shimin",)) == "invalid"
    assert made.staff(BOSS, m.EndDuty(id=made.id(), staff=SATO)) is None
    assert duty(made, SATO, lanes=("shimin",)) is None
    assert made.staff(BOSS, m.EndDuty(id=made.id(), staff=SATO)) is None
    assert lanes(made, SATO) == ["shimin", "fukushi"]


def test_a_lunch_never_takes_the_last_seats_a_lane_keeps():
    lane = replace(OPEN_LANE, lunch=Lunch(starts=720, ends=780, at_least=1))
    made = Desk(city(lane, OTHER_LANE), FRIDAY_10 + 2.2 * HOUR)
    made.here(SATO, SUZUKI)
    assert view_for_floor(made.board, made.city, BOSS, made.now()).lanes[0].keeps == 1
    assert made.staff(SATO, m.Pause(id=made.id(), reason="lunch")) is None
    assert made.staff(SUZUKI, m.Pause(id=made.id(), reason="lunch")) == "too_few"
    assert made.staff(SUZUKI, m.Pause(id=made.id(), reason="meeting")) is None


def test_a_clerk_reads_which_of_their_lanes_was_closed_by_whom_and_who_still_waits_there():
    made = desk()
    made.kiosk_on(MINAMI)
    made.here(SATO)
    made.call(SATO, KITA)
    made.take(MINAMI)
    close = m.CloseLane(id=made.id(), lane="shimin", reason="short_staff")
    assert made.staff(BOSS, close) is None
    shut = {one.id: one.shut for one in view_for_staff(made.board, made.city, SATO, made.now()).lanes}
    seen = shut["shimin"]
    assert seen is not None
    assert (seen.since[11:16], seen.by, seen.reason, seen.waiting) == (
        "10:00",
        "窓口課の職員boss",
        "short_staff",
        1,
    )
    assert shut["fukushi"] is None
    made.staff(BOSS, m.OpenLane(id=made.id(), lane="shimin"))
    assert all(one.shut is None for one in view_for_staff(made.board, made.city, SATO, made.now()).lanes)
