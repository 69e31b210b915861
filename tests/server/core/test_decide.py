"""What follows from wishes, sockets and time, in plain words. `Desk` checks every invariant on the way."""

import pytest
from msgspec.structs import replace

from server.core.commands import KioskActor, KioskConnected, Refusal, StaffActor, StaffConnected
from server.core.due import next_deadline
from server.core.states import Offered, Serving, Wrapup, staff_of
from server.protocol import messages as m
from server.protocol.values import KioskId, StaffId
from tests.server.core.desk import HEALTH, Desk
from tests.server.core.example import (
    BOSS,
    IT,
    KITA,
    MINAMI,
    NISHI,
    OPEN_LANE,
    SATO,
    SUZUKI,
    TANAKA,
    WEEKDAYS,
    city,
)

CLOCK_BACK = -86_400.0


def open_desk(*staff: StaffId) -> Desk:
    desk = Desk()
    desk.kiosk_on(KITA, MINAMI, NISHI)
    desk.here(*staff)
    return desk


# ---------------------------------------------------------------- taking a ticket


def test_numbers_start_anew_each_day_and_are_never_given_twice_when_the_clock_steps_back():
    desk = open_desk(SATO)
    numbers: list[tuple[str, int]] = []
    for step in (0.0, 0.0, 86_400.0, 0.0, CLOCK_BACK, 86_400.0):
        desk.wall += step
        id = desk.take()
        ticket = desk.board.tickets[id]
        numbers.append((ticket.day, ticket.number))
        desk.kiosk(KITA, m.CancelTicket(id=desk.id(), ticket=ticket.id))
    assert numbers == [
        ("2026-11-20", 1), ("2026-11-20", 2), ("2026-11-21", 1), ("2026-11-21", 2), ("2026-11-20", 3), ("2026-11-21", 3),
    ]  # fmt: skip


def test_one_kiosk_has_one_live_ticket_and_the_same_wish_again_is_granted():
    desk = open_desk(SATO)
    desk.take()
    assert desk.kiosk(KITA, m.TakeTicket(id="again", purpose="talk")) is None
    assert desk.kiosk(KITA, m.TakeTicket(id="other", purpose="tennyu")) == "not_now"
    assert desk.board.issued == 1


def test_no_ticket_is_given_that_nobody_will_call():
    desk = open_desk()
    assert desk.kiosk(KITA, m.TakeTicket(id="a", purpose="talk")) == "closed"
    desk.here(TANAKA)  # welfare does not answer this lane
    assert desk.kiosk(KITA, m.TakeTicket(id="b", purpose="talk")) == "closed"
    assert desk.kiosk(KITA, m.TakeTicket(id="c", purpose="kaigo")) is None


def test_outside_hours_the_lane_is_closed_to_the_minute():
    lane = replace(OPEN_LANE, openings=WEEKDAYS)
    desk = Desk(city(lane))
    desk.kiosk_on(KITA)
    desk.here(SATO)
    desk.wall += 7 * 3600 - 60 - desk.elapsed  # 16:59
    assert desk.kiosk(KITA, m.TakeTicket(id="a", purpose="talk")) is None
    desk.kiosk(KITA, m.CancelTicket(id="b", ticket="t1"))
    desk.wall += 60  # 17:00
    assert desk.kiosk(KITA, m.TakeTicket(id="c", purpose="talk")) == "closed"
    desk.wall += 16 * 3600 + 86_400  # Sunday 9:00
    assert desk.kiosk(KITA, m.TakeTicket(id="d", purpose="talk")) == "closed"


def test_no_number_is_given_that_cannot_be_called_before_closing():
    lane = replace(OPEN_LANE, openings=WEEKDAYS, minutes_per_visit=20)
    desk = Desk(city(lane))
    desk.kiosk_on(KITA, MINAMI, NISHI)
    desk.here(SATO)
    desk.wall += 6.5 * 3600 - desk.elapsed  # 16:30
    desk.call(SATO, KITA)
    assert desk.kiosk(MINAMI, m.TakeTicket(id="a", purpose="talk")) is None
    desk.wall += 15 * 60
    assert desk.kiosk(NISHI, m.TakeTicket(id="b", purpose="talk")) == "closed"


def test_a_revoked_kiosk_takes_no_ticket_and_a_purpose_nobody_offers_is_unknown():
    town = city()
    town = replace(town, kiosks={**town.kiosks, KITA: replace(town.kiosks[KITA], revoked=True)})
    desk = Desk(town)
    desk.here(SATO)
    assert desk.kiosk(KITA, m.TakeTicket(id="a", purpose="talk")) == "not_now"
    assert desk.news(KioskConnected(KITA, "m", HEALTH)) == Refusal("not_now")
    desk.kiosk_on(MINAMI)
    assert desk.kiosk(MINAMI, m.TakeTicket(id="a", purpose="passport")) == "unknown"


def test_a_wish_that_arrives_after_its_socket_went_keeps_a_place_and_rings_nobody():
    desk = open_desk(SATO)
    desk.kiosk_off(KITA)
    ticket = desk.take()
    assert desk.name(ticket) == "Waiting"
    desk.kiosk_on(KITA)  # it never heard of the ticket, and its view tells it
    assert desk.name(ticket) == "Offered"


# ---------------------------------------------------------------- who answers whom


def test_the_first_in_the_lane_rings_at_the_clerk_idle_longest():
    desk = open_desk(SATO, SUZUKI)
    assert staff_of(desk.state(desk.take(KITA))) == SATO
    assert staff_of(desk.state(desk.take(MINAMI))) == SUZUKI
    third = desk.take(NISHI)
    assert desk.name(third) == "Waiting"


def test_a_lane_is_answered_by_its_departments_and_by_nobody_else():
    desk = open_desk(SATO, TANAKA)
    assert staff_of(desk.state(desk.take(KITA, "kaigo"))) == SATO  # 窓口課 serves both, and was idle longer
    waiting = desk.take(MINAMI, "talk")
    assert desk.name(waiting) == "Waiting"
    assert desk.accept(TANAKA, waiting) == "not_yours"
    assert staff_of(desk.state(desk.take(NISHI, "kaigo"))) == TANAKA


def test_an_offer_that_rings_out_goes_to_the_next_and_three_misses_pause_the_clerk():
    desk = open_desk(SATO)
    ticket = desk.take()
    for missed in (1, 2):
        desk.pass_time(20.0)
        assert desk.board.seats[SATO].missed == missed
        assert desk.name(ticket) == "Waiting"  # it rests: a bell without pause helps nobody
        desk.pass_time(30.0)
        assert desk.name(ticket) == "Offered"
    desk.pass_time(20.0)
    assert (desk.board.seats[SATO].chosen, desk.board.seats[SATO].pause_reason) == ("paused", "missed")
    desk.pass_time(60.0)
    assert desk.name(ticket) == "Waiting"
    assert desk.staff(SATO, m.SetReady(id="back")) is None
    assert desk.name(ticket) == "Offered"
    assert desk.board.seats[SATO].missed == 0


def test_whoever_let_it_pass_is_asked_again_only_after_all_others():
    desk = open_desk(SATO, SUZUKI)
    ticket = desk.take()
    desk.staff(SATO, m.Decline(id="d", ticket=ticket, generation=1, reason="busy"))
    assert staff_of(desk.state(ticket)) == SUZUKI
    desk.staff(SUZUKI, m.Decline(id="e", ticket=ticket, generation=2, reason="busy"))
    assert staff_of(desk.state(ticket)) == SATO
    assert desk.board.seats[SATO].missed == 0


def test_a_returned_ticket_stands_before_all_that_came_later():
    desk = open_desk(SATO)
    first, second = desk.take(KITA), desk.take(MINAMI)
    desk.clerk_off(SATO)
    assert desk.name(first) == "Waiting"
    desk.here(SUZUKI)
    assert staff_of(desk.state(first)) == SUZUKI
    assert desk.name(second) == "Waiting"


def test_a_ready_clerk_may_pick_from_the_queue_and_a_busy_or_paused_one_may_not():
    desk = open_desk(SATO)
    first, second = desk.call(SATO, KITA), desk.take(MINAMI)
    desk.news(StaffConnected(SUZUKI))
    assert desk.accept(SUZUKI, second) == "not_now"
    assert desk.accept(SATO, second) == "not_now"
    assert desk.name(first) == "Serving"
    desk.staff(SUZUKI, m.SetReady(id="r"))
    third = desk.take(NISHI)
    assert desk.staff(SUZUKI, m.Decline(id="d", ticket=second, generation=1, reason="busy")) is None
    # The declined one rests, the next one rings at once: a refusal does not stop the lane.
    assert staff_of(desk.state(third)) == SUZUKI
    assert desk.accept(SUZUKI, second) == "not_now"


def test_the_slower_of_two_clerks_is_told_that_somebody_was_faster():
    desk = open_desk(SATO, SUZUKI)
    ticket = desk.take()
    assert desk.staff(SUZUKI, m.Accept(id="s", ticket=ticket, generation=1)) == "stale"
    assert desk.staff(SATO, m.Accept(id="s", ticket=ticket, generation=1)) is None
    assert desk.staff(SATO, m.Accept(id="t", ticket=ticket, generation=1)) is None
    assert desk.staff(SUZUKI, m.Hold(id="h", ticket=ticket, generation=1)) == "not_yours"
    assert desk.staff(SUZUKI, m.Accept(id="u", ticket="t99", generation=1)) == "unknown"


def test_pausing_while_it_rings_gives_the_ticket_back_and_during_a_call_counts_for_afterwards():
    desk = open_desk(SATO, SUZUKI)
    ticket = desk.take()
    assert desk.staff(SATO, m.Pause(id="p", reason="lunch")) is None
    assert staff_of(desk.state(ticket)) == SUZUKI
    desk.accept(SUZUKI, ticket)
    desk.media(ticket)
    assert desk.staff(SUZUKI, m.Pause(id="q", reason="lunch")) is None
    assert desk.name(ticket) == "Serving"
    desk.end(SUZUKI, ticket)
    desk.finish(SUZUKI, ticket)
    assert desk.name(desk.take(MINAMI)) == "Waiting"
    assert desk.staff(SATO, m.Pause(id="x", reason="nap")) == "invalid"


# ---------------------------------------------------------------- the call


def test_a_call_from_hold_to_result():
    desk = open_desk(SATO)
    ticket = desk.call(SATO)
    assert desk.staff(SATO, m.Hold(id="h", ticket=ticket, generation=1, minutes=5)) is None
    assert desk.name(ticket) == "Held"
    assert desk.staff(SATO, m.Resume(id="r", ticket=ticket, generation=1)) is None
    desk.pass_time(120.0)
    assert desk.kiosk(KITA, m.HangUp(id="u", ticket=ticket, generation=1)) is None
    assert desk.end(SATO, ticket) is None  # the resident was faster: harmless
    assert desk.finish(SATO, ticket, "applause") == "invalid"
    assert desk.finish(SATO, ticket) is None
    assert desk.finish(SATO, ticket) is None
    day = desk.board.days["2026-11-20"]
    assert (day.issued, day.served, day.talked) == (1, 1, 120.0)


def test_the_next_resident_need_not_wait_for_the_wrap_up_of_the_former():
    desk = open_desk(SATO, SUZUKI)
    first = desk.call(SATO)
    desk.end(SATO, first)
    second = desk.take(KITA)
    assert desk.name(first) == "Wrapup"
    assert staff_of(desk.state(second)) == SUZUKI


def test_a_forgotten_wrap_up_ends_by_itself_and_the_clerk_is_ready_again():
    desk = open_desk(SATO)
    first = desk.call(SATO)
    desk.end(SATO, first)
    second = desk.take(MINAMI)
    desk.pass_time(300.0)
    assert desk.name(first) == "Done"
    assert staff_of(desk.state(second)) == SATO


def test_a_call_that_never_connects_goes_back_to_the_head():
    desk = open_desk(SATO)
    first = desk.take(KITA)
    desk.take(MINAMI)
    desk.accept(SATO, first)
    desk.pass_time(20.0)
    assert desk.board.tickets[first].returned == "not_connected"
    desk.here(SUZUKI)
    assert staff_of(desk.state(first)) == SUZUKI


@pytest.mark.parametrize(("away", "name"), [(False, "Cancelled"), (True, "Abandoned")])
def test_whoever_has_not_been_helped_may_always_go(away: bool, name: str):
    desk = open_desk(SATO)
    ticket = desk.take()
    desk.accept(SATO, ticket)
    assert desk.kiosk(MINAMI, m.CancelTicket(id="x", ticket=ticket)) == "not_yours"
    assert desk.kiosk(KITA, m.CancelTicket(id="y", ticket=ticket, away=away)) is None
    assert desk.name(ticket) == name
    assert desk.board.seats[SATO].ticket is None
    assert desk.kiosk(KITA, m.CancelTicket(id="z", ticket=ticket)) is None
    assert desk.kiosk(KITA, m.CancelTicket(id="v", ticket="t77")) == "unknown"


def test_nobody_in_the_chair_is_counted_as_a_no_show():
    desk = open_desk(SATO)
    ticket = desk.call(SATO)
    desk.end(SATO, ticket)
    desk.finish(SATO, ticket, "no_show")
    assert desk.name(ticket) == "NoShow"
    assert desk.board.days["2026-11-20"].served == 0


# ---------------------------------------------------------------- sockets


def test_a_lost_socket_alone_never_touches_a_conversation():
    desk = open_desk(SATO)
    ticket = desk.call(SATO)
    desk.clerk_off(SATO)
    desk.pass_time(3600.0)
    assert desk.name(ticket) == "Serving"
    desk.heard(ticket, False)
    desk.tick()
    assert desk.name(ticket) == "Waiting"
    assert desk.board.tickets[ticket].returned == "clerk_lost"


def test_a_clerk_back_in_time_goes_on_with_the_same_generation():
    desk = open_desk(SATO)
    ticket = desk.call(SATO)
    desk.clerk_off(SATO)
    desk.heard(ticket, False)
    desk.pass_time(29.0)
    desk.news(StaffConnected(SATO, b"new"))
    desk.pass_time(3600.0)
    state = desk.state(ticket)
    assert isinstance(state, Serving)
    assert (state.staff, state.generation, state.clerk_lost) == (SATO, 1, None)


def test_a_clerk_who_returns_too_late_finds_everything_stale():
    desk = open_desk(SATO)
    ticket = desk.call(SATO)
    desk.clerk_off(SATO)
    desk.heard(ticket, False)
    desk.pass_time(30.0)
    desk.here(SUZUKI)
    desk.accept(SUZUKI, ticket)
    desk.news(StaffConnected(SATO))
    for wish in (
        m.Hold(id="1", ticket=ticket, generation=1),
        m.EndCall(id="2", ticket=ticket, generation=1),
        m.FinishWrapup(id="3", ticket=ticket, generation=1, result="completed"),
        m.RequestCard(id="4", ticket=ticket, generation=1),
    ):
        assert desk.staff(SATO, wish) == "stale"
    assert desk.board.seats[SATO].chosen == "away"


def test_a_page_reload_within_the_grace_keeps_the_clerk_ready_and_a_longer_absence_does_not():
    desk = open_desk(SATO)
    desk.clerk_off(SATO)
    assert desk.name(desk.take()) == "Waiting"
    desk.pass_time(10.0)
    desk.news(StaffConnected(SATO))
    assert desk.name("t1") == "Offered"
    desk.kiosk(KITA, m.CancelTicket(id="x", ticket="t1"))
    desk.clerk_off(SATO)
    desk.pass_time(31.0)
    assert desk.kiosk(KITA, m.TakeTicket(id="a", purpose="talk")) == "closed"
    desk.news(StaffConnected(SATO))
    assert desk.name(desk.take()) == "Waiting"


def test_a_resident_whose_kiosk_is_gone_keeps_the_place_for_ninety_seconds():
    desk = open_desk()
    desk.news(StaffConnected(SATO))
    ticket = desk.take()
    desk.kiosk_off(KITA)
    desk.staff(SATO, m.SetReady(id="r"))
    assert desk.name(ticket) == "Waiting"  # nobody is rung for an empty line
    desk.pass_time(89.0)
    desk.kiosk_on(KITA, ticket=ticket)
    assert desk.name(ticket) == "Offered"
    desk.kiosk_off(KITA)
    desk.pass_time(90.0)
    assert desk.name(ticket) == "Abandoned"


def test_a_kiosk_lost_in_a_call_has_thirty_seconds_and_then_the_clerk_wraps_up():
    desk = open_desk(SATO)
    ticket = desk.call(SATO)
    desk.kiosk_off(KITA)
    desk.pass_time(29.0)
    desk.kiosk_on(KITA, ticket=ticket)
    desk.pass_time(60.0)
    assert desk.name(ticket) == "Serving"
    desk.kiosk_off(KITA)
    desk.pass_time(30.0)
    state = desk.state(ticket)
    assert isinstance(state, Wrapup)
    assert state.why == "kiosk_lost"


def test_a_kiosk_that_lost_its_memory_in_a_call_ends_it():
    desk = open_desk(SATO)
    ticket = desk.call(SATO)
    desk.kiosk_off(KITA)
    desk.kiosk_on(KITA)
    state = desk.state(ticket)
    assert isinstance(state, Wrapup)
    assert state.why == "kiosk_restarted"


def test_a_restart_of_the_server_takes_no_second_of_anybodys_grace():
    desk = open_desk(SATO, SUZUKI)
    talking, ringing = desk.call(SATO, KITA), desk.take(MINAMI)
    desk.pass_time(15.0)
    desk.restart()
    state = desk.state(ringing)
    assert isinstance(state, Offered)
    assert state.deadline == desk.elapsed + 20.0
    desk.pass_time(10.0)
    desk.kiosk_on(KITA, ticket=talking)
    desk.kiosk_on(MINAMI, ticket=ringing)
    desk.news(StaffConnected(SATO))
    desk.news(StaffConnected(SUZUKI))
    assert desk.accept(SUZUKI, ringing) is None
    desk.pass_time(10.0)
    assert desk.name(talking) == "Serving"


def test_a_restart_after_which_nobody_comes_back_ends_every_visit():
    desk = open_desk(SATO, SUZUKI)
    talking, ringing = desk.call(SATO, KITA), desk.take(MINAMI)
    desk.restart()
    desk.pass_time(1000.0)
    assert (desk.name(talking), desk.name(ringing)) == ("Done", "Abandoned")
    assert next_deadline(desk.board, desk.city, desk.now()) is None


def test_nobody_waits_longer_than_a_working_day():
    desk = open_desk()
    desk.news(StaffConnected(SATO))
    ticket = desk.take()
    desk.pass_time(12 * 3600.0)
    assert desk.name(ticket) == "Expired"


# ---------------------------------------------------------------- who may


def test_who_may_ready_or_order_comes_from_the_records():
    desk = open_desk()
    desk.news(StaffConnected(IT))
    desk.news(StaffConnected(BOSS))
    assert desk.staff(IT, m.SetReady(id="a")) == "not_yours"
    assert desk.staff(BOSS, m.SetReady(id="b")) is None
    assert desk.staff(BOSS, m.OrderTestPrint(id="c", kiosk=KITA)) == "not_yours"
    assert desk.staff(StaffId("nobody"), m.SetReady(id="d")) == "not_yours"
    assert desk.news(StaffConnected(StaffId("nobody"))) == Refusal("unknown")
    assert desk.news(KioskConnected(KioskId("nobody"), "m", HEALTH)) == Refusal("unknown")
    assert desk.do(KioskActor(KITA), m.SetReady(id="e")) == Refusal("not_yours")
    assert desk.do(StaffActor(BOSS), m.TakeTicket(id="f", purpose="talk")) == Refusal("not_yours")


def test_a_clerk_who_was_disabled_is_refused_at_once():
    desk = open_desk(SATO)
    desk.city = replace(
        desk.city, staff={**desk.city.staff, SATO: replace(desk.city.staff[SATO], enabled=False)}
    )
    assert desk.staff(SATO, m.SetReady(id="x")) == "not_yours"
    assert desk.kiosk(KITA, m.TakeTicket(id="a", purpose="talk")) == "closed"
