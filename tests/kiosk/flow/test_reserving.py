"""Reserving at the kiosk: a place that was touched is ours before anything more is asked, and nothing stays held."""

from msgspec.structs import replace as changed

from kiosk.flow import effects as do
from kiosk.flow import events as ev
from kiosk.flow import states as st
from kiosk.flow.places import Reserving, nearest, pages, shown
from server.protocol import screen as s
from server.protocol.messages import (
    AskBooking,
    AskPlaces,
    BookingShown,
    CancelBooking,
    ChoosePlace,
    KeepPlace,
    LeavePlace,
    Places,
    Reserved,
)
from server.protocol.values import PrintOrder
from tests.kiosk.flow.examples import NOW, PLACES, kiosk, view
from tests.kiosk.flow.walk import Walk

OPEN = changed(view(), reserves=("talk", "tennyu"))
CLOSED = changed(view(is_open=False), reserves=("talk", "tennyu"))


def asked(walk: Walk, kind: type) -> str:
    (command,) = walk.told()
    assert isinstance(command, kind)
    return command.id


def at_places(purpose: str = "talk") -> Walk:
    walk = Walk(kiosk(st.Confirming(purpose, since=NOW - 5), server=OPEN)).touch("reserve")
    id = asked(walk, AskPlaces)
    return walk.on(ev.PlacesCame(Places(purpose=purpose, starts=PLACES)), ev.Replied(id))


def at_telephone() -> tuple[Walk, str]:
    walk = at_places().on(ev.Pick(0))
    place = asked(walk, ChoosePlace)
    return walk.on(ev.Replied(place)), place


def at_confirm() -> tuple[Walk, str]:
    walk, place = at_telephone()
    return walk.on(*(ev.Digit(one) for one in "09012345678")).touch("confirm"), place


def made() -> tuple[Walk, str]:
    walk, place = at_confirm()
    id = asked(walk.touch("confirm"), KeepPlace)
    news = Reserved(place=place, starts=PLACES[0], code="345678", order="slip.k1")
    return walk.on(ev.PlacesCame(news), ev.Replied(id)), place


def test_who_cannot_be_served_names_a_wish_and_sees_the_nearest_times() -> None:
    walk = Walk(kiosk(st.Idle(), server=CLOSED)).touch("start")
    assert isinstance(walk.screen, s.Unserved)
    assert walk.screen.reserve
    walk.touch("reserve")
    assert isinstance(walk.screen, s.Purposes)
    assert walk.screen.later
    assert "tennyu" not in walk.screen.closed, "that the window is closed now does not matter"
    assert walk.screen.closed["tenkyo"] == "no_booking"
    walk.on(ev.Choose("tennyu"))
    asked(walk, AskPlaces)
    walk.on(ev.PlacesCame(Places(purpose="tennyu", starts=PLACES)))
    assert isinstance(walk.screen, s.Reserve)
    assert walk.screen.shown == PLACES


def test_a_wish_nobody_takes_in_advance_is_told_so() -> None:
    walk = Walk(kiosk(st.Choosing(later=True), server=CLOSED)).on(ev.Choose("tenkyo"))
    assert isinstance(walk.screen, s.Unserved)
    assert (walk.screen.reason, walk.screen.reserve) == ("no_booking", False)


def test_nothing_is_offered_where_no_lane_takes_reservations_or_nothing_reaches_the_server() -> None:
    for here in (view(is_open=False), CLOSED):
        at = kiosk(st.Unserved("hours", NOW + 45), server=here, link_up=here is not CLOSED)
        walk = Walk(at)
        assert isinstance(walk.screen, s.Unserved)
        assert not walk.screen.reserve
        assert isinstance(walk.touch("reserve").kiosk.state, st.Unserved)


def test_the_first_buttons_are_a_choice_between_mornings_and_afternoons() -> None:
    day = [f"2026-11-25T{hour}:00+09:00" for hour in ("09:00", "09:30", "10:00", "13:00", "13:30")]
    assert nearest(tuple(day)) == (day[0], day[1], day[2], day[3])
    next_day = "2026-11-26T09:00:00+09:00"
    last = "2026-11-27T09:00:00+09:00"
    assert nearest((*day, next_day, last)) == (day[0], day[3], next_day, last)
    assert nearest(()) == ()


def test_other_days_are_paged_and_lead_to_their_times() -> None:
    starts = tuple(f"2026-12-{day:02}T{hour:02}:00:00+09:00" for day in range(1, 9) for hour in range(9, 17))
    walk = Walk(kiosk(Reserving("talk", starts=starts), server=OPEN)).touch(
        "other_day", "less", "more", "more"
    )
    state = walk.kiosk.state
    assert isinstance(state, Reserving)
    assert (state.page, pages(state), shown(state)) == (1, 2, ("2026-12-07", "2026-12-08"))
    walk.on(ev.Pick(1))
    assert isinstance(walk.screen, s.Reserve)
    assert (walk.screen.day, len(walk.screen.shown), walk.screen.more) == ("2026-12-08", 6, True)
    walk.touch("more").on(ev.Pick(1))
    (command,) = walk.told()
    assert isinstance(command, ChoosePlace)
    assert command.starts == "2026-12-08T16:00:00+09:00"


def test_a_place_is_ours_before_the_number_is_asked_and_the_digits_stay_until_they_are_written_down() -> None:
    walk, place = at_confirm()
    assert isinstance(walk.screen, s.Reserve)
    assert (walk.screen.step, walk.screen.chosen, walk.screen.number) == ("confirm", PLACES[0], "09012345678")
    walk.touch("confirm")
    (command,) = walk.told()
    assert isinstance(command, KeepPlace)
    assert (command.place, command.number) == (place, "09012345678")
    walk, _ = made()
    assert isinstance(walk.screen, s.Reserve)
    assert (walk.screen.step, walk.screen.code, walk.screen.number) == ("made", "345678", "")
    walk.on(ev.Tick(), after=200)
    assert isinstance(walk.screen, s.Reserve), "long enough to write it down"
    walk.on(ev.Tick(), after=101)
    assert isinstance(walk.kiosk.state, st.Wiping)


def test_without_a_telephone_it_works_too() -> None:
    walk, _ = at_telephone()
    asked(walk.touch("no_number", "confirm"), KeepPlace)


def test_a_place_somebody_else_was_faster_for_leads_back_to_those_that_are_there() -> None:
    walk = at_places().on(ev.Pick(0))
    walk.on(ev.Replied(asked(walk, ChoosePlace), "taken"))
    asked(walk, AskPlaces)
    assert isinstance(walk.screen, s.Reserve)
    assert (walk.screen.problem, walk.screen.loading) == ("taken", True)


def test_who_goes_back_or_away_gives_the_place_back() -> None:
    walk, place = at_telephone()
    walk.touch("back")
    left, again = walk.told()
    assert isinstance(left, LeavePlace)
    assert left.place == place
    assert isinstance(again, AskPlaces)
    for leaving in ((ev.Touch("quit"), ev.Touch("quit_yes")), (ev.Button("end"), ev.Touch("quit_yes"))):
        walk, place = at_confirm()
        walk.on(*leaving)
        assert [(type(one), getattr(one, "place", "")) for one in walk.told()] == [(LeavePlace, place)]
    walk, place = at_confirm()
    walk.on(ev.Tick(), after=91).on(ev.Tick(), after=61)
    assert [type(one) for one in walk.told()] == [LeavePlace], "nobody answered whether they are still here"


def test_the_slip_is_printed_for_whoever_made_it_and_after_a_restart_but_never_for_the_next_one() -> None:
    order = PrintOrder(order="slip.k1", ticket=None, kind="booking")
    news = changed(OPEN, orders=(order,))
    walk, _ = made()
    walk.on(ev.Viewed(news), ev.PaperArrived("slip.k1"))
    assert walk.did(do.Print) == [do.Print("slip.k1")]
    walk.on(ev.PrintEnded("slip.k1", "paper_out"))
    assert isinstance(walk.screen, s.Reserve)
    assert walk.screen.printed == "paper_out"
    restarted = Walk(kiosk(st.Idle(), server=OPEN)).on(ev.Viewed(news), ev.PaperArrived("slip.k1"))
    assert restarted.did(do.Print) == [do.Print("slip.k1")]
    other = Walk(kiosk(st.Choosing(), server=OPEN)).on(ev.Viewed(news))
    assert other.did(do.LookUp) == [do.LookUp("slip.k1")]


def test_six_digits_show_which_reservation_it_is_and_give_it_back() -> None:
    walk = Walk(kiosk(st.Keying(what="code", digits="345678"), server=OPEN)).touch("cancel_booking")
    id = asked(walk, AskBooking)
    walk.on(ev.PlacesCame(BookingShown(starts=PLACES[0], purpose="talk")), ev.Replied(id))
    assert isinstance(walk.screen, s.Reserve)
    assert (walk.screen.step, walk.screen.chosen) == ("cancel", PLACES[0])
    walk.on(ev.Replied(asked(walk.touch("confirm"), CancelBooking)))
    assert isinstance(walk.screen, s.Reserve)
    assert walk.screen.step == "cancelled"
    wrong = Walk(kiosk(st.Keying(what="code", digits="345678"), server=OPEN)).touch("cancel_booking")
    wrong.on(ev.Replied(asked(wrong, AskBooking), "unknown"))
    assert isinstance(wrong.screen, s.Keypad)
    assert (wrong.screen.problem, wrong.screen.digits) == ("unknown", "")


def test_no_digits_of_a_reservation_are_in_what_is_logged() -> None:
    walk, _ = made()
    assert "345678" not in repr(walk.kiosk)
    assert "09012345678" not in repr(at_confirm()[0].kiosk)
