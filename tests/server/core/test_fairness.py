"""The order and its promises, in plain words: classes, aging, appointments, shares, the bound, and what people read."""

from msgspec.structs import replace

from server.core.commands import NoteAppointments, Refusal, StaffActor
from server.core.decide import decide
from server.core.states import staff_of
from server.core.views import view_for_kiosk, view_for_staff
from server.protocol import messages as m
from server.protocol.values import AppointmentId, KioskId, StaffId
from tests.server.core.desk import Desk
from tests.server.core.example import (
    BOSS,
    HONDA,
    KITA,
    MINAMI,
    NISHI,
    OPEN_LANE,
    SATO,
    SUZUKI,
    busy_city,
    city,
)


def kiosks(desk: Desk, count: int) -> list[KioskId]:
    first = desk.city.kiosks[NISHI]
    ids = [KioskId(f"row-{n}") for n in range(count)]
    more = {id: replace(first, id=id) for id in ids}
    desk.city = replace(desk.city, kiosks={**desk.city.kiosks, **more})
    desk.kiosk_on(*ids)
    return ids


def desk_with(*staff: StaffId, **rules: object) -> Desk:
    desk = Desk(city(replace(OPEN_LANE, **rules)))
    desk.kiosk_on(KITA, MINAMI, NISHI)
    desk.here(*staff)
    return desk


def promise(desk: Desk, starts_in: float, id: str = "a1", lane: str = "shimin") -> None:
    desk.news(NoteAppointments(((AppointmentId(id), lane, desk.wall + starts_in),)))


def check_in(desk: Desk, kiosk: KioskId = KITA, id: str = "a1") -> str:
    assert desk.kiosk(kiosk, m.TakeTicket(id=desk.id(), purpose="talk", appointment=id)) is None
    return f"t{desk.board.issued}"


def over(desk: Desk, staff: StaffId, ticket: str) -> None:
    desk.end(staff, ticket)
    desk.finish(staff, ticket)


def moved(desk: Desk, kiosk: KioskId) -> str | None:
    ticket = view_for_kiosk(desk.board, desk.city, kiosk, desk.now()).ticket
    assert ticket is not None
    return ticket.moved


def ahead(desk: Desk, kiosk: KioskId) -> int | None:
    ticket = view_for_kiosk(desk.board, desk.city, kiosk, desk.now()).ticket
    assert ticket is not None
    return ticket.ahead


# ---------------------------------------------------------------- classes


def test_an_urgent_one_goes_first_and_the_others_read_why():
    desk = desk_with(SATO)
    busy = desk.call(SATO, KITA)
    second, third = desk.take(MINAMI), desk.take(NISHI)
    assert desk.staff(SATO, m.Raise(id="r", ticket=third)) is None
    assert desk.staff(SATO, m.Raise(id="s", ticket=third)) is None
    assert (moved(desk, MINAMI), ahead(desk, MINAMI), ahead(desk, NISHI)) == ("urgent", 1, 0)
    assert moved(desk, NISHI) is None
    over(desk, SATO, busy)
    assert staff_of(desk.state(third)) == SATO
    assert desk.board.tickets[second].overtaken_by == (third,)


def test_only_staff_of_the_lane_or_a_supervisor_call_it_urgent():
    desk = Desk(city())
    desk.kiosk_on(KITA, MINAMI)
    desk.here(SATO)
    desk.call(SATO, KITA)
    waiting = desk.take(MINAMI)
    assert desk.staff(StaffId("tanaka"), m.Raise(id="a", ticket=waiting)) == "not_yours"
    assert desk.staff(BOSS, m.Raise(id="b", ticket="t9")) == "unknown"
    assert desk.staff(BOSS, m.Raise(id="c", ticket="t1")) == "not_now"
    assert desk.staff(BOSS, m.Raise(id="d", ticket=waiting)) is None


def test_whoever_waited_long_stands_in_the_class_above_and_never_above_an_emergency():
    desk = desk_with(SATO, max_wait=100.0)
    desk.call(SATO, KITA)
    waiting = desk.take(MINAMI)
    desk.pass_time(99.0)
    assert desk.board.tickets[waiting].level == 2
    desk.pass_time(1.0)
    assert desk.board.tickets[waiting].level == 1
    desk.pass_time(1000.0)
    assert desk.board.tickets[waiting].level == 1


# ---------------------------------------------------------------- the bound


def test_at_the_bound_a_ticket_goes_before_all_later_ones_even_urgent_ones():
    desk = desk_with(SATO, overtaken_at_most=2)
    row = kiosks(desk, 5)
    talking = desk.call(SATO, KITA)
    waiting = desk.take(MINAMI)
    for kiosk in row[:2]:
        urgent = desk.take(kiosk)
        desk.staff(SATO, m.Raise(id=desk.id(), ticket=urgent))
        over(desk, SATO, talking)
        assert staff_of(desk.state(urgent)) == SATO
        desk.accept(SATO, urgent)
        desk.media(urgent)
        talking = urgent
    last = desk.take(row[2])
    desk.staff(SATO, m.Raise(id=desk.id(), ticket=last))
    over(desk, SATO, talking)
    assert staff_of(desk.state(waiting)) == SATO
    assert len(desk.board.tickets[waiting].overtaken_by) == 2


def test_two_clerks_who_are_free_at_the_same_moment_do_not_both_pass_one_at_its_bound():
    desk = desk_with(SATO, SUZUKI, overtaken_at_most=1)
    row = kiosks(desk, 3)
    talking = desk.call(SATO, KITA), desk.call(SUZUKI, MINAMI)
    first = desk.take(NISHI)
    for kiosk in row[:2]:
        desk.staff(SATO, m.Raise(id=desk.id(), ticket=desk.take(kiosk)))
    for staff, ticket in zip((SATO, SUZUKI), talking, strict=True):
        desk.end(staff, ticket)
    desk.pass_time(OPEN_LANE.wrapup_lasts)  # both are ready again in one tick
    assert staff_of(desk.state(first)) is not None
    assert len(desk.board.tickets[first].overtaken_by) == 1


def test_picking_from_the_queue_counts_and_is_refused_at_the_bound():
    desk = desk_with(SATO, SUZUKI, overtaken_at_most=1, minutes_per_visit=10)
    promise(desk, 300.0, "a1")
    promise_two = NoteAppointments(
        tuple((AppointmentId(f"a{n}"), "shimin", desk.wall + 300.0) for n in (1, 2))
    )
    desk.news(promise_two)  # both clerks are kept for appointments: walk-ins stand, and may be picked by hand
    first, second, third = desk.take(KITA), desk.take(MINAMI), desk.take(NISHI)
    assert desk.name(first) == "Waiting"
    assert desk.accept(SUZUKI, third) is None
    assert desk.board.tickets[first].overtaken_by == (third,)
    assert staff_of(desk.state(first)) == SATO  # at its bound it is not held back any more
    desk.staff(SATO, m.Decline(id="d", ticket=first, generation=1, reason="busy"))
    assert desk.name(second) == "Offered"


def test_before_a_late_tick_nobody_is_picked_past_the_bound():
    desk = desk_with(SATO, overtaken_at_most=1)
    talking, first = desk.call(SATO, KITA), desk.take(MINAMI)
    urgent = desk.take(NISHI)
    desk.staff(SATO, m.Raise(id="r", ticket=urgent))
    over(desk, SATO, talking)
    desk.accept(SATO, urgent)
    desk.media(urgent)
    over(desk, SATO, urgent)
    last = desk.take(KITA)
    for ticket in (first, last):  # both rest with the only clerk
        number = desk.state(ticket).generation
        assert (
            desk.staff(SATO, m.Decline(id=desk.id(), ticket=ticket, generation=number, reason="busy")) is None
        )
    desk.elapsed += 31.0  # the rest is over, and the timer is late
    pick = m.Accept(id="p", ticket=last, generation=desk.state(last).generation)
    assert decide(desk.board, desk.city, StaffActor(SATO), pick, desk.now()) == Refusal("not_now")
    desk.tick()
    assert staff_of(desk.state(first)) == SATO


def test_a_refusal_is_no_overtake_because_that_clerk_was_asked():
    desk = desk_with(SATO)
    first, second = desk.take(KITA), desk.take(MINAMI)
    desk.staff(SATO, m.Decline(id="d", ticket=first, generation=1, reason="busy"))
    assert staff_of(desk.state(second)) == SATO
    assert desk.board.tickets[first].overtaken_by == ()


# ---------------------------------------------------------------- appointments


def test_an_appointment_waits_for_its_time_and_then_stands_before_the_walk_ins():
    desk = desk_with(SATO)
    talking = desk.call(SATO, KITA)
    promise(desk, 600.0)
    early = check_in(desk, MINAMI)
    walk_in = desk.take(NISHI)
    assert (ahead(desk, MINAMI), ahead(desk, NISHI)) == (1, 0)
    desk.pass_time(600.0)
    assert (ahead(desk, MINAMI), ahead(desk, NISHI)) == (0, 1)
    assert moved(desk, NISHI) == "appointment"
    over(desk, SATO, talking)
    assert staff_of(desk.state(early)) == SATO
    assert desk.board.tickets[walk_in].overtaken_by == (early,)


def test_an_early_one_is_served_at_once_when_nobody_else_waits():
    desk = desk_with(SATO)
    promise(desk, 600.0)
    assert staff_of(desk.state(check_in(desk))) == SATO


def test_a_walk_in_is_not_begun_when_it_would_run_into_an_appointment():
    desk = desk_with(SATO, minutes_per_visit=12)
    promise(desk, 500.0)  # 12 minutes from now end after the window of 8 min 20 s + 5 min only later on
    assert desk.name(desk.take(KITA)) == "Offered"
    desk.kiosk(KITA, m.CancelTicket(id="c", ticket="t1"))
    desk.pass_time(200.0)
    walk_in = desk.take(KITA)
    assert desk.name(walk_in) == "Waiting"
    booked = check_in(desk, MINAMI)
    assert staff_of(desk.state(booked)) == SATO
    desk.accept(SATO, booked)
    desk.media(booked)
    over(desk, SATO, booked)
    assert staff_of(desk.state(walk_in)) == SATO


def test_a_clerk_is_kept_no_longer_than_the_window_and_only_while_no_other_is_free():
    desk = desk_with(SATO, SUZUKI, minutes_per_visit=12)
    promise(desk, 300.0)
    first, second = desk.take(KITA), desk.take(MINAMI)
    assert (desk.name(first), desk.name(second)) == ("Offered", "Waiting")
    desk.accept(SATO, first)
    desk.media(first)
    desk.pass_time(599.0)
    assert desk.name(second) == "Waiting"
    desk.pass_time(1.0)
    assert staff_of(desk.state(second)) == SUZUKI


def test_the_wait_of_a_walk_in_ends_the_keeping_of_a_clerk():
    desk = desk_with(SATO, minutes_per_visit=12, max_wait=60.0)
    promise(desk, 300.0)
    walk_in = desk.take(KITA)
    desk.pass_time(59.0)
    assert desk.name(walk_in) == "Waiting"
    desk.pass_time(1.0)
    assert staff_of(desk.state(walk_in)) == SATO


def test_whoever_comes_too_late_waits_from_the_time_of_the_appointment():
    desk = desk_with(SATO)
    talking = desk.call(SATO, KITA)
    promise(desk, 0.0)
    desk.pass_time(601.0)
    walk_in = desk.take(MINAMI)
    late = check_in(desk, NISHI)
    assert desk.board.tickets[late].level == 2
    assert (ahead(desk, NISHI), ahead(desk, MINAMI)) == (0, 1)
    over(desk, SATO, talking)
    assert staff_of(desk.state(late)) == SATO
    assert desk.board.tickets[walk_in].overtaken_by == ()  # the appointment was there before them


def test_an_appointment_is_used_once():
    desk = desk_with(SATO)
    promise(desk, 60.0)
    check_in(desk, KITA)
    again = m.TakeTicket(id="b", purpose="talk", appointment="a1")
    assert desk.kiosk(MINAMI, again) == "unknown"
    assert desk.kiosk(MINAMI, m.TakeTicket(id="c", purpose="talk", appointment="nothing")) == "unknown"


# ---------------------------------------------------------------- business lanes


def test_business_takes_only_its_share_while_residents_wait_and_everybody_when_none_do():
    desk = Desk(busy_city())
    row = kiosks(desk, 8)
    desk.here(SATO, SUZUKI, StaffId("honda"))
    calls = [desk.call(one, row[n]) for n, one in enumerate((SATO, SUZUKI, StaffId("honda")))]
    firms = [desk.take(kiosk, "jigyo") for kiosk in row[3:5]]
    resident = desk.take(row[5], "talk")
    over(desk, SATO, calls[0])
    assert staff_of(desk.state(resident)) == SATO
    over(desk, SUZUKI, calls[1])
    assert staff_of(desk.state(firms[0])) == SUZUKI
    desk.accept(SUZUKI, firms[0])
    desk.media(firms[0])
    desk.accept(SATO, resident)
    desk.media(resident)
    over(desk, SATO, resident)  # nobody else waits: the second firm may have the clerk
    assert staff_of(desk.state(firms[1])) == SATO


def test_a_firm_at_the_bound_is_served_though_its_lane_has_its_share():
    town = busy_city()
    lanes = tuple(replace(one, overtaken_at_most=1) if one.kind == "business" else one for one in town.lanes)
    desk = Desk(replace(town, lanes=lanes))
    row = kiosks(desk, 6)
    desk.here(HONDA, SATO, SUZUKI)
    first = desk.take(row[0], "jigyo")
    desk.accept(HONDA, first)
    desk.media(first)
    calls = [desk.call(one, row[1 + n]) for n, one in enumerate((SATO, SUZUKI))]
    firm = desk.take(row[3], "jigyo")
    before, after = desk.take(row[4], "talk"), desk.take(row[5], "talk")
    over(desk, SATO, calls[0])
    assert staff_of(desk.state(before)) == SATO, "the share is taken: residents first"
    assert desk.board.tickets[firm].overtaken_by == (before,)
    over(desk, SUZUKI, calls[1])
    assert staff_of(desk.state(firm)) == SUZUKI, "and nobody is overtaken without bound"
    assert desk.name(after) == "Waiting"


# ---------------------------------------------------------------- what is said


def test_a_ticket_that_comes_back_is_first_again_and_the_others_read_why():
    desk = desk_with(SATO)
    first = desk.call(SATO, KITA)
    desk.take(MINAMI)
    desk.clerk_off(SATO)
    desk.heard(first, False)
    desk.pass_time(30.0)
    assert (desk.name(first), ahead(desk, KITA), ahead(desk, MINAMI)) == ("Waiting", 0, 1)
    assert moved(desk, MINAMI) == "returned"
    desk.pass_time(181.0)
    assert moved(desk, MINAMI) is None


def test_staff_see_the_queue_in_the_order_in_which_it_is_served():
    desk = desk_with(SATO)
    desk.call(SATO, KITA)
    second, third = desk.take(MINAMI), desk.take(NISHI)
    desk.staff(SATO, m.Raise(id="r", ticket=third))
    queue = view_for_staff(desk.board, desk.city, SATO, desk.now()).queue
    assert [(one.id, one.urgency) for one in queue] == [(third, "urgent"), (second, "normal")]


def test_whoever_climbed_by_waiting_is_not_said_to_have_a_reservation():
    desk = desk_with(SATO, max_wait=200.0)
    desk.call(SATO, KITA)
    desk.take(MINAMI)
    desk.pass_time(201.0)
    (waits,) = view_for_staff(desk.board, desk.city, SATO, desk.now()).queue
    assert waits.urgency == "waited"


def test_a_supervisor_is_told_of_the_unanswered_the_silent_and_the_forgotten():
    desk = desk_with(SATO, escalate_after=2, misses_until_paused=2, max_wait=200.0)
    desk.take(KITA)
    desk.pass_time(20.0 + 30.0 + 20.0)
    boss = view_for_staff(desk.board, desk.city, BOSS, desk.now())
    assert [one.kind for one in boss.alerts] == ["nobody_ready", "missed_too_often"]
    assert boss.alerts[1].staff == SATO
    desk.here(SUZUKI)
    generation = next(iter(desk.board.tickets.values())).state.generation
    desk.staff(SUZUKI, m.Decline(id="d", ticket="t1", generation=generation, reason="busy"))
    theirs = desk.call(SUZUKI, MINAMI)  # who is in a call will be there again
    boss = view_for_staff(desk.board, desk.city, BOSS, desk.now())
    assert [one.kind for one in boss.alerts] == ["unanswered", "missed_too_often"]
    desk.staff(SUZUKI, m.Pause(id="p", reason="lunch"))
    desk.end(SUZUKI, theirs)
    desk.finish(SUZUKI, theirs)
    desk.clerk_off(SUZUKI)
    desk.clerk_off(SATO)
    desk.pass_time(31.0)
    boss = view_for_staff(desk.board, desk.city, BOSS, desk.now())
    assert [one.kind for one in boss.alerts] == ["nobody_there"]
    assert view_for_staff(desk.board, desk.city, SATO, desk.now()).alerts == ()
