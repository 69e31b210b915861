"""What kiosks and staff see is computed from the board: whole, and nothing that is not theirs."""

import msgspec
from msgspec.structs import replace

from server.core.commands import StaffConnected
from server.core.views import QUEUE_SHOWN, view_for_kiosk, view_for_staff
from server.protocol import messages as m
from server.protocol.values import Device, Health, KioskId
from tests.server.core.desk import Desk
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


def open_desk() -> Desk:
    desk = Desk()
    desk.kiosk_on(KITA, MINAMI, NISHI)
    desk.here(SATO)
    return desk


def kiosk_view(desk: Desk, kiosk: KioskId = KITA) -> m.KioskView:
    return view_for_kiosk(desk.board, desk.city, kiosk, desk.now())


def test_a_free_kiosk_sees_whether_somebody_could_answer_at_once():
    desk = open_desk()
    view = kiosk_view(desk)
    assert (view.open, view.closed_reason, view.staff_ready, view.waiting) == (True, None, True, 0)
    desk.call(SATO, MINAMI)
    desk.reckon()
    view = kiosk_view(desk)
    assert (view.staff_ready, view.wait_minutes) == (False, (10, 20))


def test_a_kiosk_is_told_why_it_is_closed_before_anybody_takes_a_number():
    desk = Desk(city(replace(OPEN_LANE, openings=WEEKDAYS)))
    desk.kiosk_on(KITA)
    assert (kiosk_view(desk).open, kiosk_view(desk).closed_reason) == (False, "no_staff")
    assert kiosk_view(desk).opens_at == ""
    desk.here(SATO)
    assert kiosk_view(desk).open
    desk.wall += 8 * 3600
    view = kiosk_view(desk)
    assert (view.closed_reason, view.opens_at) == ("hours", "11月23日(月) 午前9時")
    assert view.hours == "月〜金 午前9時〜午後5時"
    desk.city = replace(desk.city, kiosks={KITA: replace(desk.city.kiosks[KITA], revoked=True)})
    assert kiosk_view(desk).closed_reason == "revoked"
    assert kiosk_view(desk, MINAMI).closed_reason == "revoked"


def test_a_resident_sees_their_place_and_a_name_only_once_somebody_answered():
    desk = open_desk()
    first, second, third = desk.take(KITA), desk.take(MINAMI), desk.take(NISHI)
    assert (kiosk_view(desk, MINAMI).ticket.ahead, kiosk_view(desk, NISHI).ticket.ahead) == (0, 1)
    desk.reckon()
    assert kiosk_view(desk, NISHI).ticket.wait_minutes == (20, 40)
    ringing = kiosk_view(desk, KITA).ticket
    assert (ringing.id, ringing.state, ringing.ahead, ringing.staff_name) == (first, "offered", None, "")
    desk.accept(SATO, first)
    answered = kiosk_view(desk, KITA).ticket
    assert (answered.staff_name, answered.department, answered.staff_key) == (
        "職員sato",
        "窓口課",
        b"key-sato",
    )
    desk.media(first)
    desk.staff(SATO, m.Hold(id="h", ticket=first, generation=1, minutes=3))
    assert kiosk_view(desk, KITA).ticket.hold_minutes == 3
    desk.end(SATO, first)
    assert kiosk_view(desk, KITA).ticket.state == "wrapup"
    desk.finish(SATO, first)
    assert kiosk_view(desk, KITA).ticket is None
    assert (second, third) == ("t2", "t3")


def test_a_clerk_sees_the_offer_with_what_is_left_of_it_and_what_does_not_work_there():
    desk = open_desk()
    printer = Device(name="printer", state="warning", note="printer.paper_out")
    health = Health(
        version="1", devices=(printer, Device(name="card", state="missing"), Device(name="panel", state="ok"))
    )
    desk.kiosk(KITA, m.ReportHealth(id="h", health=health))
    desk.kiosk(KITA, m.ReportHealth(id="i", health=health))
    ticket = desk.take()
    desk.pass_time(5.0)
    mine = view_for_staff(desk.board, desk.city, SATO, desk.now()).mine
    assert mine is not None
    assert (mine.offer_expires_in, mine.offer_lasts, mine.in_state_for) == (15.0, 20.0, 5.0)
    assert mine.ticket.warnings == ("printer.paper_out", "card.missing")
    assert (mine.ticket.id, mine.ticket.site, mine.ticket.waited) == (ticket, "北公民館", 5.0)
    assert (mine.kiosk_key, mine.kiosk_connected, mine.kiosk_lost_for) == (b"k", True, None)
    assert mine.site_telephone == "0000-00-0101"
    desk.kiosk_off(KITA)
    desk.pass_time(2.0)
    mine = view_for_staff(desk.board, desk.city, SATO, desk.now()).mine
    assert mine is not None
    assert (mine.kiosk_connected, mine.kiosk_lost_for) == (False, 2.0)


def test_staff_see_their_lanes_their_colleagues_and_the_day():
    desk = open_desk()
    ticket = desk.call(SATO)
    desk.pass_time(600.0)
    desk.end(SATO, ticket)
    desk.finish(SATO, ticket)
    desk.here(SUZUKI, TANAKA)
    desk.staff(SUZUKI, m.Pause(id="p", reason="lunch"))
    desk.news(StaffConnected(BOSS))
    desk.news(StaffConnected(IT))
    busy = desk.call(SATO, KITA)
    desk.take(MINAMI, "tennyu")
    view = view_for_staff(desk.board, desk.city, SUZUKI, desk.now())
    assert (view.state, view.pause_reason, view.served_today, view.average_minutes) == (
        "paused",
        "lunch",
        1,
        10,
    )
    assert [(one.number, one.purpose, one.state) for one in view.queue] == [(3, "tennyu", "waiting")]
    states = {one.id: (one.state, one.number) for one in view.colleagues}
    assert states[SATO] == ("serving", 2)
    assert states[TANAKA] == ("ready", None)
    assert view_for_staff(desk.board, desk.city, TANAKA, desk.now()).queue == ()
    assert len(view_for_staff(desk.board, desk.city, BOSS, desk.now()).queue) == 1
    assert view_for_staff(desk.board, desk.city, IT, desk.now()).queue == ()
    desk.end(SATO, busy)
    assert view_for_staff(desk.board, desk.city, SATO, desk.now()).state == "wrapup"


def test_a_clerk_who_left_is_away_and_no_colleague_any_more():
    desk = open_desk()
    desk.here(SUZUKI)
    desk.clerk_off(SUZUKI)
    assert view_for_staff(desk.board, desk.city, SUZUKI, desk.now()).state == "ready"
    desk.pass_time(31.0)
    assert view_for_staff(desk.board, desk.city, SUZUKI, desk.now()).state == "away"
    assert view_for_staff(desk.board, desk.city, SATO, desk.now()).colleagues == ()


def test_the_clock_of_a_call_runs_on_through_a_hold():
    desk = open_desk()
    ticket = desk.take()
    desk.accept(SATO, ticket)
    mine = view_for_staff(desk.board, desk.city, SATO, desk.now()).mine
    assert mine is not None
    assert mine.in_call_for is None
    desk.media(ticket)
    desk.pass_time(60.0)
    desk.staff(SATO, m.Hold(id="h", ticket=ticket, generation=1))
    desk.pass_time(30.0)
    desk.staff(SATO, m.Resume(id="r", ticket=ticket, generation=1))
    desk.pass_time(1.0)
    mine = view_for_staff(desk.board, desk.city, SATO, desk.now()).mine
    assert mine is not None
    assert (mine.in_state_for, mine.in_call_for, mine.ticket.kiosk_name) == (1.0, 91.0, "北1")


def test_a_result_that_was_never_noted_is_shown_to_its_clerk_until_the_day_is_over():
    desk = open_desk()
    desk.here(SUZUKI)
    ticket = desk.call(SATO)
    desk.end(SATO, ticket)
    desk.pass_time(OPEN_LANE.wrapup_lasts + 60.0)
    (one,) = view_for_staff(desk.board, desk.city, SATO, desk.now()).forgotten
    assert (one.number, one.site, one.kiosk_name, one.purpose, one.ended_for) == (
        1,
        "北公民館",
        "北1",
        "talk",
        60.0,
    )
    assert view_for_staff(desk.board, desk.city, SUZUKI, desk.now()).forgotten == ()
    desk.pass_time(86_400.0)
    assert view_for_staff(desk.board, desk.city, SATO, desk.now()).forgotten == ()


def test_a_full_day_fits_the_protocols_frame():
    town = city(OPEN_LANE)
    device = town.kiosks[KITA]
    kiosks = {KioskId(f"k{n}"): replace(device, id=KioskId(f"k{n}")) for n in range(QUEUE_SHOWN + 50)}
    desk = Desk(replace(town, kiosks=kiosks))
    desk.news(StaffConnected(SATO))
    for kiosk in kiosks:
        desk.kiosk_on(kiosk)
        desk.take(kiosk)
    view = view_for_staff(desk.board, desk.city, SATO, desk.now())
    assert [one.number for one in view.queue] == list(range(1, QUEUE_SHOWN + 1))
    assert len(msgspec.json.encode(view)) < m.MAX_FRAME
