"""A supervisor steers the floor and anybody can call for help: who may, what follows, and that it all ends."""

import pytest

from server.core import events as e
from server.core.commands import StaffConnected
from server.core.numbers import figures
from server.core.overview import view_for_floor, view_for_hall
from server.core.states import Ticket
from server.core.supervising import CLOSING, NOTICES
from server.core.views import view_for_kiosk, view_for_staff
from server.protocol import messages as m
from server.protocol.values import LaneId, StaffId, TicketId
from tests.server.core.desk import Desk
from tests.server.core.example import BOSS, IT, KITA, MINAMI, NISHI, SATO, SUZUKI, TANAKA

DAY = 24 * 3600.0


def floor(desk: Desk, viewer: StaffId = BOSS) -> m.FloorView:
    return view_for_floor(desk.board, desk.city, viewer, desk.now())


def busy() -> Desk:
    """One clerk in a call, one resident who waits."""
    desk = Desk()
    desk.kiosk_on(KITA, MINAMI, NISHI)
    desk.here(SATO)
    desk.call(SATO, KITA)
    desk.take(MINAMI)
    return desk


def waiting(desk: Desk) -> m.TicketForStaff:
    return floor(desk).queue[0]


def move(
    desk: Desk, seen: m.TicketForStaff, lane: str | None = None, staff: str | None = None, later: int = 0
) -> m.Reassign:
    generation = seen.generation + later
    return m.Reassign(id=desk.id(), ticket=seen.id, generation=generation, lane=lane, staff=staff)


def on_board(desk: Desk, seen: m.TicketForStaff) -> Ticket:
    return desk.board.tickets[TicketId(seen.id)]


# ---------------------------------------------------------------- reassign


def test_one_who_waits_is_moved_to_another_lane_with_their_seniority():
    desk = busy()
    seen = waiting(desk)
    arrived = on_board(desk, seen).arrived
    assert desk.staff(BOSS, move(desk, seen, "fukushi")) is None
    desk.here(TANAKA)  # of the lane it was moved to
    after = on_board(desk, seen)
    assert (after.lane, after.arrived, desk.board.seats[TANAKA].ticket) == ("fukushi", arrived, seen.id)


def test_one_kept_for_a_person_rings_there_and_after_a_while_at_everybody():
    desk = busy()
    desk.news(StaffConnected(SUZUKI, b"key"))
    seen = waiting(desk)
    assert desk.staff(BOSS, move(desk, seen, staff=SATO)) is None
    desk.staff(SUZUKI, m.SetReady(id=desk.id()))
    assert desk.board.seats[SUZUKI].ticket is None, "kept for the person the supervisor named"
    desk.pass_time(121.0)
    assert desk.board.seats[SUZUKI].ticket == seen.id, "and not for ever"


def test_only_who_waits_is_moved_and_only_as_they_were_seen():
    desk = busy()
    seen = waiting(desk)
    assert desk.staff(SATO, move(desk, seen, "fukushi")) == "not_yours"
    assert desk.staff(BOSS, move(desk, seen, "nowhere")) == "unknown"
    assert desk.staff(BOSS, move(desk, seen, seen.lane)) == "invalid"
    assert desk.staff(BOSS, move(desk, seen, "shimin", TANAKA)) == "invalid"
    assert desk.staff(BOSS, move(desk, seen, "fukushi", later=1)) == "stale"
    desk.here(SUZUKI)  # it rings now
    assert desk.staff(BOSS, move(desk, waiting(desk), "fukushi")) == "not_now"


# ---------------------------------------------------------------- lanes


def test_a_lane_closed_for_today_gives_no_number_says_why_and_serves_who_waits():
    desk = busy()
    assert desk.staff(BOSS, m.CloseLane(id=desk.id(), lane="shimin", reason="system")) is None
    view = view_for_kiosk(desk.board, desk.city, NISHI, desk.now())
    assert view.closed == {"talk": "system", "tennyu": "system"}
    assert desk.kiosk(NISHI, m.TakeTicket(id=desk.id(), purpose="talk")) == "closed"
    lane = floor(desk).lanes[0]
    assert (lane.open, lane.closed, lane.reason, lane.waiting) == (False, "today", "system", 1)
    desk.here(SUZUKI)
    assert desk.board.seats[SUZUKI].ticket is not None, "a promise that was made is kept"
    assert desk.staff(BOSS, m.OpenLane(id=desk.id(), lane="shimin")) is None
    assert desk.kiosk(NISHI, m.TakeTicket(id=desk.id(), purpose="talk")) is None


def test_when_every_lane_is_closed_the_kiosk_says_so_before_anything_else():
    desk = busy()
    for lane in desk.city.lanes:
        desk.staff(BOSS, m.CloseLane(id=desk.id(), lane=lane.id, reason="weather"))
    view = view_for_kiosk(desk.board, desk.city, NISHI, desk.now())
    assert (view.open, view.closed_reason) == (False, "today_weather")


def test_tomorrow_a_lane_is_open_again_by_itself_and_nothing_is_announced():
    desk = busy()
    desk.staff(BOSS, m.CloseLane(id=desk.id(), lane="fukushi", reason="other"))
    desk.staff(BOSS, m.Announce(id=desk.id(), notice="busy"))
    desk.wall += DAY
    view = view_for_kiosk(desk.board, desk.city, NISHI, desk.now())
    assert (view.closed, view.announcement) == ({}, None)


def test_a_reason_or_a_notice_kiosks_have_no_words_for_is_refused():
    desk = busy()
    assert desk.staff(BOSS, m.CloseLane(id=desk.id(), lane="shimin", reason="whim")) == "invalid"
    assert desk.staff(BOSS, m.CloseLane(id=desk.id(), lane="nowhere", reason="other")) == "unknown"
    assert desk.staff(BOSS, m.Announce(id=desk.id(), notice="whim")) == "invalid"
    assert desk.staff(BOSS, m.Announce(id=desk.id(), text="  ")) == "invalid"
    for staff in (SATO, IT):
        assert desk.staff(staff, m.CloseLane(id=desk.id(), lane="shimin", reason="other")) == "not_yours"
        assert desk.staff(staff, m.Announce(id=desk.id(), notice="busy")) == "not_yours"


def test_everybody_who_waits_reads_an_announcement_until_it_is_taken_down():
    desk = busy()
    assert desk.staff(BOSS, m.Announce(id=desk.id(), notice="busy", text=" 北の 駐車場も\n使えます ")) is None
    said = m.Announcement(notice="busy", text="北の 駐車場も 使えます")
    assert view_for_kiosk(desk.board, desk.city, MINAMI, desk.now()).announcement == said
    assert floor(desk).announcement == view_for_hall(desk.board, desk.city, desk.now()).announcement == said
    assert desk.staff(BOSS, m.EndAnnouncement(id=desk.id())) is None
    assert floor(desk).announcement is None


# ---------------------------------------------------------------- people


def test_a_supervisor_corrects_what_a_clerk_forgot_to_say():
    desk = busy()
    desk.here(TANAKA)
    assert desk.staff(BOSS, m.PauseColleague(id=desk.id(), staff=TANAKA, reason="lunch")) is None
    assert desk.board.seats[TANAKA].chosen == "paused"
    assert desk.staff(SATO, m.ReadyColleague(id=desk.id(), staff=TANAKA)) == "not_yours"
    assert desk.staff(BOSS, m.ReadyColleague(id=desk.id(), staff=TANAKA)) is None
    assert desk.board.seats[TANAKA].chosen == "ready"
    assert desk.staff(BOSS, m.PauseColleague(id=desk.id(), staff=TANAKA, reason="nap")) == "invalid"
    assert desk.staff(BOSS, m.ReadyColleague(id=desk.id(), staff=SATO)) == "not_now", "in a conversation"
    desk.clerk_off(TANAKA)
    assert desk.staff(BOSS, m.ReadyColleague(id=desk.id(), staff=TANAKA)) == "not_now", "nobody sits there"


# ---------------------------------------------------------------- help


def calls(desk: Desk, viewer: StaffId) -> tuple[m.Emergency, ...]:
    return view_for_staff(desk.board, desk.city, viewer, desk.now()).emergencies


def test_a_call_for_help_reaches_the_department_and_supervisors_with_place_and_name():
    desk = busy()
    desk.here(SUZUKI)
    assert desk.staff(SATO, m.CallForHelp(id="h1")) is None
    assert desk.staff(SATO, m.CallForHelp(id="h2")) is None, "pressing twice is one call"
    (seen,) = calls(desk, SUZUKI)
    assert (seen.staff, seen.site, seen.role, seen.may_end) == (SATO, "北公民館", "asked", False)
    assert calls(desk, TANAKA) == (), "another department is not alarmed"
    assert floor(desk).emergencies[0].may_end
    assert desk.staff(TANAKA, m.ComeToHelp(id=desk.id(), help="h1")) == "not_yours"
    assert desk.staff(SUZUKI, m.ComeToHelp(id=desk.id(), help="h1")) is None
    (mine,) = calls(desk, SATO)
    assert (mine.role, mine.coming) == ("caller", ("職員suzuki",))
    assert calls(desk, SUZUKI)[0].role == "coming"


@pytest.mark.parametrize("who", [SATO, BOSS])
def test_a_call_is_ended_by_whoever_made_it_or_by_a_supervisor(who: StaffId):
    desk = busy()
    desk.here(SUZUKI)
    desk.staff(SATO, m.CallForHelp(id="h1"))
    assert desk.staff(SUZUKI, m.EndHelp(id=desk.id(), help="h1")) == "not_yours"
    assert desk.staff(who, m.EndHelp(id=desk.id(), help="h1")) is None
    assert calls(desk, SUZUKI) == calls(desk, SATO) == ()
    assert desk.staff(SATO, m.EndHelp(id=desk.id(), help="h1")) is None, "the same wish again"


def test_a_call_nobody_ended_is_over_with_its_day():
    desk = busy()
    desk.staff(SATO, m.CallForHelp(id="h1"))
    desk.wall += DAY
    assert calls(desk, SATO) == ()
    desk.staff(SATO, m.CallForHelp(id="h2"))
    assert [one.id for one in desk.board.help] == ["h2"], "and the board does not keep it"


# ---------------------------------------------------------------- what is seen


def test_the_floor_is_for_supervisors_and_the_worst_stands_first():
    desk = Desk()
    desk.kiosk_on(MINAMI)
    desk.here(SATO)
    desk.staff(SATO, m.Pause(id=desk.id(), reason="lunch"))
    desk.here(SUZUKI)
    desk.kiosk_on(KITA)
    theirs = desk.call(SUZUKI, KITA)
    desk.take(MINAMI)
    assert floor(desk, SATO).queue == floor(desk, IT).lanes == ()
    desk.pass_time(601.0)
    assert [one.kind for one in floor(desk).alerts] == ["over_target"]
    desk.staff(SUZUKI, m.Pause(id="p", reason="lunch"))
    desk.end(SUZUKI, theirs)
    desk.finish(SUZUKI, theirs)
    desk.clerk_off(SUZUKI)
    desk.clerk_off(SATO)
    desk.pass_time(31.0)
    kinds = [one.kind for one in floor(desk).alerts]
    assert kinds[0] == "nobody_there"
    assert "over_target" not in kinds, "one line per lane: the worst of it"


def test_a_lane_nobody_answers_is_said_at_once_and_once():
    desk = Desk()
    desk.kiosk_on(KITA, MINAMI)
    desk.here(SATO)
    desk.staff(SATO, m.Pause(id=desk.id(), reason="lunch"))
    assert floor(desk).alerts == (), "nobody waits"
    desk.take(KITA)
    desk.take(MINAMI)
    assert [(one.kind, one.lane, one.number) for one in floor(desk).alerts] == [
        ("nobody_ready", "shimin", None)
    ]
    desk.pass_time(601.0)
    assert [one.kind for one in floor(desk).alerts] == ["nobody_ready"], "and not as late besides"
    desk.staff(SATO, m.SetReady(id=desk.id()))
    assert "nobody_ready" not in {one.kind for one in floor(desk).alerts}


def test_a_long_pause_is_mentioned_only_while_somebody_waits_for_that_person():
    desk = Desk()
    desk.kiosk_on(KITA, MINAMI)
    desk.here(SATO, SUZUKI)
    desk.call(SATO, KITA)
    desk.staff(SUZUKI, m.Pause(id=desk.id(), reason="lunch"))
    desk.pass_time(1801.0)
    assert floor(desk).alerts == ()
    desk.take(MINAMI)
    assert [one.staff for one in floor(desk).alerts] == [SUZUKI]


def test_the_service_level_of_all_lanes_weighs_each_by_its_visits():
    desk = busy()
    level = view_for_floor(desk.board, desk.city, BOSS, desk.now(), {}).level
    assert level is None
    empty = {lane.id: figures((), lane.target) for lane in desk.city.lanes}
    assert view_for_floor(desk.board, desk.city, BOSS, desk.now(), empty).level is None


def test_a_display_in_the_hall_learns_nothing_of_anybody():
    desk = busy()
    desk.reckon()
    hall = view_for_hall(desk.board, desk.city, desk.now())
    assert [(one.id, one.open, one.waiting) for one in hall.lanes] == [
        ("shimin", True, None),  # somebody, and fewer than five
        ("fukushi", True, 0),
    ]
    assert hall.lanes[0].wait_minutes is not None
    assert "職員" not in repr(hall)
    assert set(type(hall.lanes[0]).__struct_fields__) == {
        "id", "name", "open", "closed", "reason", "waiting", "wait_minutes", "hours", "opens",
    }  # fmt: skip


def test_what_supervisors_say_is_in_the_journal_with_who_said_it():
    desk = busy()
    desk.staff(BOSS, m.CloseLane(id=desk.id(), lane="fukushi", reason=CLOSING[0]))
    desk.staff(BOSS, m.Announce(id=desk.id(), notice=NOTICES[0]))
    said = desk.board.announcement
    assert isinstance(said, e.Announced)
    assert desk.board.closures[LaneId("fukushi")].staff == said.staff == BOSS
    desk.check_history()
