"""Numbers of a hall stand in the same lanes as residents far away, and are called to a desk."""

import pytest
from msgspec.structs import replace

from server.core import events as e
from server.core import hall, telling
from server.core.city import Callbacks
from server.core.commands import CallbackWanted, Refusal
from server.core.orders import OPEN_AT_MOST
from server.core.states import Absent, Called, NoShow, Offered, Serving, Waiting
from server.core.views import view_for_kiosk, view_for_staff
from server.protocol import messages as m
from server.protocol.values import SlipContent
from tests.server.core.desk import Desk
from tests.server.core.example import BOSS, DESKS, HALL, IT, KITA, SATO, SUZUKI, TANAKA, city, with_hall

FIRST, SECOND, THIRD = DESKS


@pytest.fixture
def desk() -> Desk:
    desk = Desk(with_hall(city()))
    desk.kiosk_on(KITA, HALL)
    return desk


def sits(desk: Desk, at: str = THIRD) -> str | None:
    return desk.staff(SATO, m.ChooseDesk(id=desk.id(), desk=at))


def takes(desk: Desk, id: str | None = None) -> str | None:
    return desk.kiosk(HALL, m.TakeTicket(id=id or desk.id(), purpose="talk"))


def says(
    desk: Desk, kind: type[m.CallAgain | m.Arrived | m.NotThere | m.BringBack | m.Accept], ticket: str = "t1"
) -> str | None:
    generation = desk.ticket(ticket).state.generation
    return desk.staff(SATO, kind(id=desk.id(), ticket=ticket, generation=generation))


def unasked(desk: Desk, command: CallbackWanted) -> str | None:
    decided = desk.news(command)
    return decided.code if isinstance(decided, Refusal) else None


def called(desk: Desk) -> None:
    desk.here(SATO)
    sits(desk)
    takes(desk)
    assert says(desk, m.Accept) is None


def called_three_times(desk: Desk) -> None:
    for _ in range(2):
        desk.pass_time(15.0)
        assert says(desk, m.CallAgain) is None


def test_a_number_is_given_only_while_somebody_sits_at_a_desk(desk: Desk) -> None:
    desk.here(SATO)
    assert takes(desk) == "closed"
    assert not view_for_kiosk(desk.board, desk.city, HALL, desk.now()).open
    sits(desk)
    assert view_for_kiosk(desk.board, desk.city, HALL, desk.now()).open
    assert takes(desk) is None


def test_the_kiosk_is_free_for_the_next_person_at_once(desk: Desk) -> None:
    desk.here(SATO)
    sits(desk)
    assert [takes(desk), takes(desk), takes(desk)] == [None, None, None]
    given = view_for_kiosk(desk.board, desk.city, HALL, desk.now()).given
    assert given is not None
    assert (given.number, given.ahead) == (3, 1)  # one rings, one is before
    assert [order.id for order in desk.board.posts[HALL].orders][-1] == given.order


def test_the_same_press_twice_is_one_number_and_one_paper(desk: Desk) -> None:
    desk.here(SATO)
    sits(desk)
    takes(desk, "press")
    takes(desk, "press")
    assert len(desk.board.tickets) == 1


def test_hall_and_kiosk_are_served_in_the_order_they_came(desk: Desk) -> None:
    sits(desk)
    desk.here(SATO)
    desk.staff(SATO, m.Pause(id=desk.id(), reason="lunch"))
    takes(desk)
    desk.kiosk(KITA, m.TakeTicket(id=desk.id(), purpose="talk"))
    desk.staff(SATO, m.SetReady(id=desk.id()))
    first = desk.ticket("t1").state
    assert isinstance(first, Offered)
    assert (desk.ticket("t1").number, desk.ticket("t2").number) == (1, 2)
    says(desk, m.Accept)
    says(desk, m.Arrived)
    desk.staff(SATO, m.EndCall(id=desk.id(), ticket="t1", generation=1))
    desk.staff(SATO, m.FinishWrapup(id=desk.id(), ticket="t1", generation=1, result="completed"))
    assert isinstance(desk.ticket("t2").state, Offered)


def test_whoever_sits_at_no_desk_is_never_rung_for_the_hall(desk: Desk) -> None:
    desk.here(SATO, SUZUKI)
    sits(desk)
    takes(desk)
    takes(desk)
    state = desk.ticket("t1").state
    assert isinstance(state, Offered)
    assert state.staff == SATO
    assert isinstance(desk.ticket("t2").state, Waiting)
    assert desk.staff(SUZUKI, m.Accept(id=desk.id(), ticket="t2", generation=0)) == "not_now"


def test_a_call_stands_on_the_display_with_its_desk_until_they_come(desk: Desk) -> None:
    called(desk)
    (shown,) = hall.called(desk.board, desk.now())
    assert (shown.number, shown.desk) == (1, THIRD)
    before = shown.id
    desk.pass_time(15.0)
    says(desk, m.CallAgain)
    assert hall.called(desk.board, desk.now())[0].id != before, "the voice says it again"
    assert says(desk, m.Arrived) is None
    assert isinstance(desk.ticket("t1").state, Serving)
    assert hall.called(desk.board, desk.now()) == ()


def test_nobody_is_given_up_before_three_calls(desk: Desk) -> None:
    called(desk)
    assert says(desk, m.NotThere) == "not_now"
    assert says(desk, m.CallAgain) == "not_now", "not before they could get up"
    called_three_times(desk)
    desk.pass_time(15.0)
    assert says(desk, m.CallAgain) == "not_now", "three calls and no more"
    assert says(desk, m.NotThere) is None


def test_whoever_is_not_there_keeps_the_place_and_is_called_again_later(desk: Desk) -> None:
    called(desk)
    takes(desk)
    called_three_times(desk)
    says(desk, m.NotThere)
    assert isinstance(desk.ticket("t1").state, Waiting)
    assert isinstance(desk.ticket("t2").state, Offered), "the next one is served meanwhile"
    says(desk, m.Accept, "t2")
    says(desk, m.Arrived, "t2")
    takes(desk)
    desk.pass_time(301.0)
    desk.staff(SATO, m.EndCall(id=desk.id(), ticket="t2", generation=1))
    desk.staff(SATO, m.FinishWrapup(id=desk.id(), ticket="t2", generation=1, result="completed"))
    assert isinstance(desk.ticket("t1").state, Offered), "before those who came later"


def given_up(desk: Desk) -> None:
    called(desk)
    called_three_times(desk)
    says(desk, m.NotThere)
    desk.pass_time(301.0)
    says(desk, m.Accept)
    called_three_times(desk)
    assert says(desk, m.NotThere) is None


def test_whoever_never_comes_is_over_ten_minutes_after_the_second_time(desk: Desk) -> None:
    given_up(desk)
    assert isinstance(desk.ticket("t1").state, Absent)
    desk.pass_time(599.0)
    assert isinstance(desk.ticket("t1").state, Absent)
    desk.pass_time(2.0)
    assert isinstance(desk.ticket("t1").state, NoShow)
    assert says(desk, m.BringBack) == "stale"


def test_whoever_was_given_up_and_comes_after_all_is_brought_back_to_their_place_by_any_clerk(
    desk: Desk,
) -> None:
    given_up(desk)
    takes(desk)
    says(desk, m.Accept, "t2")
    takes(desk)
    desk.here(SUZUKI)
    (shown,) = view_for_staff(desk.board, desk.city, SUZUKI, desk.now()).absent
    assert (shown.ticket, shown.number, shown.purpose) == ("t1", 1, "talk")
    assert 0.0 < shown.left <= 600.0
    old = m.BringBack(id=desk.id(), ticket="t1", generation=shown.generation - 1)
    assert desk.staff(SUZUKI, old) == "stale"
    back = m.BringBack(id=desk.id(), ticket="t1", generation=shown.generation)
    assert desk.staff(SUZUKI, back) is None
    assert desk.staff(SUZUKI, m.BringBack(id=desk.id(), ticket="t1", generation=shown.generation)) is None
    assert view_for_staff(desk.board, desk.city, SUZUKI, desk.now()).absent == ()
    says(desk, m.Arrived, "t2")
    desk.staff(SATO, m.EndCall(id=desk.id(), ticket="t2", generation=1))
    desk.staff(SATO, m.FinishWrapup(id=desk.id(), ticket="t2", generation=1, result="completed"))
    assert isinstance(desk.ticket("t1").state, Offered), "before those who came later"
    assert desk.ticket("t1").number == 1


def test_only_who_answers_its_lane_brings_a_number_back_and_nobody_waits_behind_it_meanwhile(
    desk: Desk,
) -> None:
    given_up(desk)
    generation = desk.ticket("t1").state.generation
    back = m.BringBack(id=desk.id(), ticket="t1", generation=generation)
    assert desk.staff(IT, back) == "not_yours"
    assert desk.staff(SATO, m.BringBack(id=desk.id(), ticket="t1", generation=generation - 1)) == "stale"
    desk.kiosk(KITA, m.TakeTicket(id=desk.id(), purpose="talk"))
    assert view_for_kiosk(desk.board, desk.city, KITA, desk.now()).waiting == 1


def test_a_machine_that_owes_a_pile_of_paper_still_shows_each_number(desk: Desk) -> None:
    desk.here(SATO)
    sits(desk)
    for _ in range(OPEN_AT_MOST):
        takes(desk)
    assert takes(desk, "one-more") is None
    given = view_for_kiosk(desk.board, desk.city, HALL, desk.now()).given
    assert given is not None
    assert (given.order, given.number) == ("one-more", OPEN_AT_MOST + 1)
    assert len(desk.board.posts[HALL].orders) == OPEN_AT_MOST
    takes(desk, "one-more")
    assert len(desk.board.tickets) == OPEN_AT_MOST + 1


def test_the_wait_of_the_hall_counts_who_sits_at_a_desk(desk: Desk) -> None:
    desk.here(SATO, SUZUKI)
    sits(desk)
    for _ in range(3):
        takes(desk)
    desk.reckon()
    far = telling.wait_in(desk.board, "shimin")
    near = telling.wait_in(desk.board, "shimin", hall=True)
    assert far is None, "the second clerk is free for whoever calls"
    assert near is not None, "and sits at no desk"
    takes(desk)
    given = view_for_kiosk(desk.board, desk.city, HALL, desk.now()).given
    assert given is not None
    assert given.wait_minutes == near, "what the paper says is what the hall waits"
    desk.staff(SUZUKI, m.ChooseDesk(id=desk.id(), desk=FIRST))
    desk.reckon()
    both = telling.wait_in(desk.board, "shimin", hall=True)
    assert both is not None
    assert both[1] < near[1]


def test_a_call_nobody_says_anything_about_binds_its_clerk_for_five_minutes_at_most(desk: Desk) -> None:
    called(desk)
    desk.pass_time(301.0)
    assert isinstance(desk.ticket("t1").state, Waiting)


def test_losing_the_machine_of_the_numbers_costs_nobody_a_place(desk: Desk) -> None:
    called(desk)
    takes(desk)
    desk.kiosk_off(HALL)
    desk.pass_time(200.0)
    assert isinstance(desk.ticket("t1").state, Called)
    assert isinstance(desk.ticket("t2").state, Waiting)
    desk.restart()
    assert isinstance(desk.ticket("t2").state, Waiting)


def test_a_visit_at_a_desk_ends_even_if_the_clerks_machine_never_comes_back(desk: Desk) -> None:
    called(desk)
    says(desk, m.Arrived)
    desk.clerk_off(SATO)
    desk.pass_time(200.0)
    assert isinstance(desk.ticket("t1").state, Serving), "they are talking, whatever the machine does"
    desk.pass_time(500.0)
    assert "t1" in desk.board.ended


def test_nothing_that_needs_a_link_can_be_asked_at_a_desk(desk: Desk) -> None:
    called(desk)
    says(desk, m.Arrived)
    about = {"ticket": "t1", "generation": 1}
    assert desk.staff(SATO, m.Hold(id=desk.id(), **about)) == "not_now"
    assert desk.staff(SATO, m.RequestCard(id=desk.id(), **about)) == "not_now"
    assert desk.staff(SATO, m.AskToJoin(id=desk.id(), **about, lane="fukushi")) == "not_now"
    assert desk.kiosk(HALL, m.HangUp(id=desk.id(), **about)) == "not_yours"


def test_one_desk_is_one_persons(desk: Desk) -> None:
    desk.here(SATO, SUZUKI)
    sits(desk)
    assert desk.staff(SUZUKI, m.ChooseDesk(id=desk.id(), desk=THIRD)) == "not_now"
    assert view_for_staff(desk.board, desk.city, SUZUKI, desk.now()).desks == (FIRST, SECOND)
    assert desk.staff(SUZUKI, m.ChooseDesk(id=desk.id(), desk="9番窓口")) == "unknown"


def test_a_desk_somebody_left_is_whose_took_it_and_not_theirs_again_when_they_come_back(desk: Desk) -> None:
    desk.here(SATO, SUZUKI)
    sits(desk)
    desk.clerk_off(SATO)
    desk.pass_time(600.0)
    assert desk.staff(SUZUKI, m.ChooseDesk(id=desk.id(), desk=THIRD)) is None
    desk.here(SATO)
    assert view_for_staff(desk.board, desk.city, SATO, desk.now()).desk == ""


def test_a_visit_at_a_desk_is_no_call_somebody_could_come_into_or_make_by_telephone(desk: Desk) -> None:
    lanes = tuple(replace(lane, callbacks=Callbacks()) for lane in desk.city.lanes)
    desk.city = replace(desk.city, lanes=lanes)
    desk.here(SATO, BOSS)
    sits(desk)
    takes(desk)
    takes(desk)
    assert unasked(desk, CallbackWanted(HALL, "t2")) == "not_now"
    says(desk, m.Accept)
    assert unasked(desk, CallbackWanted(HALL, "t1")) == "not_now"
    says(desk, m.Arrived)
    assert desk.staff(BOSS, m.EnterCall(id=desk.id(), ticket="t1", how="watch")) == "not_now"
    about = {"ticket": "t1", "generation": 1}
    assert desk.staff(SATO, m.SettleCallback(id=desk.id(), outcome="reached", **about)) == "not_now"


def test_a_paper_that_did_not_come_out_at_a_kiosk_comes_out_of_the_halls_printer(desk: Desk) -> None:
    desk.here(SATO)
    sits(desk)
    ticket = desk.call(SATO)
    slip = m.PrintSlip(id="slip", ticket=ticket, generation=1, content=SlipContent())
    assert desk.staff(SATO, slip) is None
    assert desk.kiosk(KITA, m.OrderSettled(id=desk.id(), order="slip", outcome="paper_out")) is None
    assert desk.staff(SATO, m.PrintLater(id=desk.id(), ticket=ticket, generation=1, order="slip")) is None
    (code,) = desk.board.papers
    desk.end(SATO, ticket)
    desk.finish(SATO, ticket)
    takes(desk)
    says(desk, m.Accept, "t2")
    fetch = m.FetchPaper(id="fetch", ticket="t2", generation=1, code=code)
    assert desk.staff(SATO, fetch) == "not_now", "nobody is there yet to take it"
    says(desk, m.Arrived, "t2")
    assert desk.staff(SATO, fetch) is None
    assert desk.board.posts[HALL].orders[-1].id == "fetch"


def test_whoever_is_sent_on_is_sent_to_somebody_who_sits_at_a_desk(desk: Desk) -> None:
    desk.here(SATO, TANAKA)
    sits(desk)
    takes(desk)
    says(desk, m.Accept)
    says(desk, m.Arrived)

    def at_welfare() -> tuple[str, ...]:
        mine = view_for_staff(desk.board, desk.city, SATO, desk.now()).mine
        assert mine is not None
        return next(one.staff for one in mine.destinations if one.lane == "fukushi")

    assert at_welfare() == ()
    desk.staff(TANAKA, m.ChooseDesk(id=desk.id(), desk=FIRST))
    assert at_welfare() == (TANAKA,)


def test_both_kinds_are_counted_in_one_days_numbers(desk: Desk) -> None:
    desk.here(SATO)
    sits(desk)
    takes(desk)
    desk.kiosk(KITA, m.TakeTicket(id=desk.id(), purpose="talk"))
    taken = [event for event in desk.events() if isinstance(event, e.TicketTaken)]
    assert [(one.number, one.counter) for one in taken] == [(1, True), (2, False)]
