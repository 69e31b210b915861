"""Transfer, consultation, conference, hand-over and relay: whoever leads a call keeps it until somebody else has it."""

from typing import Any

import pytest
from msgspec.structs import replace

from server.core.states import Connecting, Serving, Ticket, party_of, staff_of, works_on
from server.core.ticket import BREATH
from server.core.views import view_for_kiosk, view_for_staff
from server.protocol import messages as m
from server.protocol.values import StaffId, TicketId
from tests.server.core.desk import Desk
from tests.server.core.example import BOSS, HONDA, KITA, MINAMI, NISHI, SATO, SUZUKI, TANAKA, busy_city, city


def desk_in_call(*others: StaffId) -> tuple[Desk, str]:
    desk = Desk(busy_city())
    desk.kiosk_on(KITA, MINAMI, NISHI)
    desk.here(SATO)
    ticket = desk.call(SATO)
    desk.here(*others)
    return desk, ticket


def of(desk: Desk, ticket: str) -> Ticket:
    return desk.board.tickets[TicketId(ticket)]


def wish(desk: Desk, kind: type[Any], ticket: str, **rest: Any) -> Any:
    return kind(id=desk.id(), ticket=ticket, generation=desk.state(ticket).generation, **rest)


def answer(desk: Desk, staff: StaffId, ticket: str) -> str | None:
    """Accept with the number this viewer sees, as a console does."""
    mine = view_for_staff(desk.board, desk.city, staff, desk.now()).mine
    assert mine is not None
    accept = m.Accept(id=desk.id(), ticket=ticket, generation=mine.ticket.generation)
    return desk.staff(staff, accept)


def joined(desk: Desk, ticket: str, staff: StaffId = TANAKA, role: str = "second") -> None:
    assert desk.staff(SATO, wish(desk, m.AskToJoin, ticket, staff=staff, role=role)) is None
    assert answer(desk, staff, ticket) is None


# ---------------------------------------------------------------- cold


def test_a_cold_transfer_keeps_the_seniority_and_frees_the_sender():
    desk, ticket = desk_in_call(SUZUKI, TANAKA)
    other = desk.call(TANAKA, MINAMI) if desk.name("t1") == "Waiting" else None
    assert other is None
    desk.staff(SATO, m.Pause(id="p", reason="lunch"))
    desk.staff(SUZUKI, m.Pause(id="q", reason="lunch"))
    give = wish(desk, m.Transfer, ticket, mode="cold", lane="fukushi", note="n1")
    assert desk.staff(SATO, give) is None
    assert staff_of(desk.state(ticket)) == TANAKA
    assert (of(desk, ticket).rank, of(desk, ticket).lane) == (1, "fukushi")
    assert desk.board.seats[SATO].ticket is None
    mine = view_for_staff(desk.board, desk.city, TANAKA, desk.now()).mine
    assert mine is not None
    assert (mine.ask, mine.ticket.handed_from, mine.ticket.note) == ("answer", "窓口課の職員sato", "n1")
    assert desk.staff(SATO, give) == "stale"  # an old number does nothing


def test_the_resident_reads_who_is_next():
    desk, ticket = desk_in_call(TANAKA)
    desk.staff(SATO, wish(desk, m.Transfer, ticket, mode="cold", staff=TANAKA))
    shown = view_for_kiosk(desk.board, desk.city, KITA, desk.now()).ticket
    assert shown is not None
    assert (shown.state, shown.next_name, shown.next_department) == ("offered", "職員tanaka", "福祉課")
    answer(desk, TANAKA, ticket)
    desk.media(ticket)
    shown = view_for_kiosk(desk.board, desk.city, KITA, desk.now()).ticket
    assert shown is not None
    assert (shown.staff_name, shown.next_name) == ("職員tanaka", "")


def test_a_transfer_that_is_refused_is_back_with_its_sender():
    desk, ticket = desk_in_call(SUZUKI, TANAKA)
    desk.staff(SATO, wish(desk, m.Transfer, ticket, mode="cold", staff=TANAKA))
    number = desk.state(ticket).generation
    assert desk.staff(TANAKA, m.Decline(id="d", ticket=ticket, generation=number, reason="busy")) is None
    assert staff_of(desk.state(ticket)) == SATO  # and not SUZUKI, who is idle for longer
    assert (of(desk, ticket).lane, of(desk, ticket).returned) == ("shimin", "not_taken")


def test_a_transfer_nobody_answers_is_back_with_its_sender():
    desk, ticket = desk_in_call()
    desk.staff(SATO, wish(desk, m.Transfer, ticket, mode="cold", lane="fukushi"))
    desk.pass_time(BREATH)
    assert staff_of(desk.state(ticket)) == SATO  # 窓口課 serves welfare too
    desk.staff(SATO, wish(desk, m.Decline, ticket, reason="busy"))
    desk.pass_time(25.0)
    desk.staff(SATO, m.Pause(id="p", reason="lunch"))
    desk.pass_time(95.0)
    assert (of(desk, ticket).lane, of(desk, ticket).handed) == ("shimin", None)
    desk.staff(SATO, m.SetReady(id="r"))
    assert staff_of(desk.state(ticket)) == SATO


def given_on(how: str, *others: StaffId) -> tuple[Desk, str]:
    """SATO gives a call on while somebody else waits for them; return who waits."""
    desk, ticket = desk_in_call(TANAKA, *others)
    waiting = desk.take(MINAMI)
    if how == "cold":
        assert desk.staff(SATO, wish(desk, m.Transfer, ticket, mode="cold", staff=TANAKA)) is None
        answer(desk, TANAKA, ticket)
    else:
        desk.staff(SATO, wish(desk, m.AskToJoin, ticket, staff=TANAKA))
        answer(desk, TANAKA, ticket)
        assert desk.staff(SATO, wish(desk, m.HandOver, ticket, staff=TANAKA)) is None
    assert desk.media(ticket) is None
    return desk, waiting


@pytest.mark.parametrize("how", ["cold", "hand over"])
def test_whoever_gave_a_call_on_has_a_breath_before_the_next_one_rings(how: str):
    desk, waiting = given_on(how)
    assert view_for_staff(desk.board, desk.city, SATO, desk.now()).rests_for == BREATH
    desk.pass_time(BREATH - 1.0)
    assert desk.name(waiting) == "Waiting"
    desk.pass_time(1.0)
    assert staff_of(desk.state(waiting)) == SATO
    assert view_for_staff(desk.board, desk.city, SATO, desk.now()).rests_for is None


@pytest.mark.parametrize("early", [m.SetReady(id="r"), None])
def test_a_breath_is_over_as_soon_as_they_say_so_or_pick_somebody(early: m.SetReady | None):
    desk, waiting = given_on("cold")
    refused = desk.accept(SATO, waiting) if early is None else desk.staff(SATO, early)
    assert refused is None
    assert staff_of(desk.state(waiting)) == SATO


def test_a_colleague_who_is_free_does_not_wait_for_anybodys_breath():
    desk, waiting = given_on("cold")
    desk.here(SUZUKI)
    assert staff_of(desk.state(waiting)) == SUZUKI


def test_a_sender_who_left_is_not_waited_for():
    desk, ticket = desk_in_call(SUZUKI, TANAKA)
    desk.staff(SATO, wish(desk, m.Transfer, ticket, mode="cold", staff=TANAKA))
    desk.clerk_off(SATO)
    number = desk.state(ticket).generation
    desk.staff(TANAKA, m.Decline(id="d", ticket=ticket, generation=number, reason="busy"))
    assert staff_of(desk.state(ticket)) == SUZUKI


def test_nobody_else_takes_what_is_meant_for_one_person():
    desk, ticket = desk_in_call(TANAKA, SUZUKI)
    busy = desk.take(MINAMI, "kaigo")
    desk.accept(TANAKA, busy)
    desk.media(busy)
    desk.staff(SATO, wish(desk, m.Transfer, ticket, mode="cold", staff=TANAKA))
    assert desk.name(ticket) == "Waiting"
    assert desk.accept(SUZUKI, ticket) == "not_now"
    desk.end(TANAKA, busy)
    desk.finish(TANAKA, busy)
    assert staff_of(desk.state(ticket)) == TANAKA


def test_a_transfer_needs_somewhere_to_go():
    desk, ticket = desk_in_call(TANAKA)
    refused = {
        "nowhere": wish(desk, m.Transfer, ticket, mode="cold"),
        "here": wish(desk, m.Transfer, ticket, mode="cold", lane="shimin"),
        "no lane": wish(desk, m.Transfer, ticket, mode="cold", lane="moon"),
        "nobody": wish(desk, m.Transfer, ticket, mode="cold", staff="nobody"),
        "no clerk": wish(desk, m.Transfer, ticket, mode="cold", staff="it"),
        "myself": wish(desk, m.Transfer, ticket, mode="cold", staff=SATO),
    }
    answers = {name: desk.staff(SATO, one) for name, one in refused.items()}
    assert answers == {
        "nowhere": "invalid", "here": "invalid", "no lane": "unknown",
        "nobody": "unknown", "no clerk": "invalid", "myself": "invalid",
    }  # fmt: skip
    assert desk.name(ticket) == "Serving"


# ---------------------------------------------------------------- warm, consult, conference


def test_a_warm_transfer_talks_first_and_then_hands_over():
    desk, ticket = desk_in_call(TANAKA)
    assert desk.staff(SATO, wish(desk, m.Transfer, ticket, mode="warm", staff=TANAKA)) is None
    mine = view_for_staff(desk.board, desk.city, TANAKA, desk.now())
    assert mine.state == "offered"
    assert mine.mine is not None
    assert (mine.mine.ask, mine.mine.offer_lasts, mine.mine.ticket.state) == ("take_over", 20.0, "offered")
    assert (
        desk.staff(SATO, wish(desk, m.HandOver, ticket, staff=TANAKA)) == "not_now"
    )  # they did not answer yet
    answer(desk, TANAKA, ticket)
    assert staff_of(desk.state(ticket)) == SATO
    people = view_for_staff(desk.board, desk.city, SATO, desk.now()).mine.participants
    assert [(one.staff, one.role, one.state) for one in people] == [
        (SATO, "lead", "joined"),
        (TANAKA, "second", "joined"),
    ]
    assert desk.staff(SATO, wish(desk, m.HandOver, ticket, staff=TANAKA)) is None
    state = desk.state(ticket)
    assert isinstance(state, Connecting)
    assert (state.staff, state.generation, desk.board.seats[SATO].ticket) == (TANAKA, 2, None)
    desk.media(ticket)
    assert desk.name(ticket) == "Serving"


def test_with_their_own_voice_up_a_hand_over_cuts_nothing():
    desk, ticket = desk_in_call(TANAKA)
    joined(desk, ticket)
    party = party_of(of(desk, ticket), TANAKA)
    assert party is not None
    up = m.PartyIsUp(id="u", ticket=ticket, generation=party.generation)
    assert desk.kiosk(KITA, up) is None
    assert desk.kiosk(MINAMI, m.PartyIsUp(id="v", ticket=ticket, generation=party.generation)) == "not_yours"
    assert desk.kiosk(KITA, m.PartyIsUp(id="w", ticket=ticket, generation=99)) == "stale"
    before = desk.state(ticket)
    desk.pass_time(60.0)
    desk.staff(SATO, wish(desk, m.HandOver, ticket, staff=TANAKA))
    after = desk.state(ticket)
    assert isinstance(before, Serving)
    assert isinstance(after, Serving)
    assert (after.staff, after.since) == (TANAKA, before.since)


def test_a_hand_over_that_never_connects_goes_back_to_who_had_it():
    desk, ticket = desk_in_call(TANAKA, SUZUKI)
    joined(desk, ticket)
    desk.staff(SATO, wish(desk, m.HandOver, ticket, staff=TANAKA))
    desk.pass_time(20.0)
    assert staff_of(desk.state(ticket)) == SATO


def test_an_invitation_nobody_answers_leaves_everything_as_it_was():
    desk, ticket = desk_in_call(TANAKA)
    desk.staff(SATO, wish(desk, m.Transfer, ticket, mode="warm", staff=TANAKA))
    desk.pass_time(20.0)
    assert (desk.name(ticket), of(desk, ticket).parties) == ("Serving", ())
    assert (desk.board.seats[TANAKA].missed, desk.board.seats[TANAKA].ticket) == (1, None)


def test_in_a_lane_the_next_is_asked_when_one_cannot():
    desk, ticket = desk_in_call(SUZUKI, TANAKA)
    desk.staff(SATO, wish(desk, m.AskToJoin, ticket, lane="fukushi"))
    first = of(desk, ticket).parties[0]
    assert first.staff == SUZUKI
    refuse = m.Decline(id="d", ticket=ticket, generation=first.generation, reason="busy")
    assert desk.staff(SUZUKI, refuse) is None
    second = of(desk, ticket).parties[0]
    assert (second.staff, second.generation > first.generation) == (TANAKA, True)
    desk.pass_time(20.0)
    assert of(desk, ticket).parties == ()
    assert desk.staff(SUZUKI, refuse) == "stale"


def test_nobody_there_is_said_at_once():
    desk, ticket = desk_in_call()
    assert desk.staff(SATO, wish(desk, m.AskToJoin, ticket, lane="fukushi")) == "not_now"
    assert desk.staff(SATO, wish(desk, m.AskToJoin, ticket, staff=TANAKA)) == "not_now"


def test_four_parties_and_no_more():
    desk, ticket = desk_in_call(TANAKA, SUZUKI, HONDA)
    joined(desk, ticket, TANAKA)
    joined(desk, ticket, HONDA, "interpreter")
    assert desk.staff(SATO, wish(desk, m.AskToJoin, ticket, staff=SUZUKI)) == "not_now"
    assert (
        desk.staff(SATO, wish(desk, m.HandOver, ticket, staff=HONDA)) == "not_now"
    )  # interpreters do not lead
    shown = view_for_kiosk(desk.board, desk.city, KITA, desk.now()).ticket
    assert shown is not None
    assert [(one.role, one.staff_key) for one in shown.participants] == [
        ("lead", b"key-sato"),
        ("second", b"key-tanaka"),
        ("interpreter", b"key-honda"),
    ]


def test_who_leads_decides_what_a_participant_hears_and_sees():
    desk, ticket = desk_in_call(TANAKA, SUZUKI)
    joined(desk, ticket)
    show = wish(desk, m.SetParty, ticket, staff=TANAKA, held=True, may_see_papers=True)
    assert desk.staff(TANAKA, show) == "not_yours"
    assert desk.staff(SATO, show) is None
    party = party_of(of(desk, ticket), TANAKA)
    assert party is not None
    assert (party.held, party.may_see_papers) == (True, True)
    assert desk.staff(SATO, wish(desk, m.SetParty, ticket, staff=SUZUKI)) == "unknown"
    assert desk.staff(SATO, wish(desk, m.SetParty, ticket, staff=TANAKA, gone=True)) is None
    assert desk.board.seats[TANAKA].ticket is None


def test_papers_are_seen_only_by_who_may():
    desk, ticket = desk_in_call(TANAKA)
    joined(desk, ticket)
    desk.staff(SATO, wish(desk, m.RequestCard, ticket))

    def papers(staff: StaffId) -> int:
        mine = view_for_staff(desk.board, desk.city, staff, desk.now()).mine
        return 0 if mine is None else len(mine.orders)

    assert (papers(SATO), papers(TANAKA)) == (1, 0)
    desk.staff(SATO, wish(desk, m.SetParty, ticket, staff=TANAKA, may_see_papers=True))
    assert papers(TANAKA) == 1


def test_a_participant_may_go_and_the_end_of_the_call_frees_everybody():
    desk, ticket = desk_in_call(TANAKA, HONDA)
    joined(desk, ticket, TANAKA)
    joined(desk, ticket, HONDA)
    number = party_of(of(desk, ticket), TANAKA)
    assert number is not None
    leave = m.LeaveCall(id="l", ticket=ticket, generation=number.generation)
    assert desk.staff(TANAKA, leave) is None
    assert desk.staff(TANAKA, leave) == "stale"
    assert desk.end(HONDA, ticket) == "not_yours"
    assert desk.end(SATO, ticket) is None
    assert {desk.board.seats[one].ticket for one in (TANAKA, HONDA)} == {None}


def test_a_participant_whose_line_is_cut_has_the_same_grace_as_everybody():
    desk, ticket = desk_in_call(TANAKA)
    joined(desk, ticket)
    desk.clerk_off(TANAKA)
    desk.pass_time(29.0)
    assert party_of(of(desk, ticket), TANAKA) is not None
    desk.here(TANAKA)
    desk.pass_time(60.0)
    assert party_of(of(desk, ticket), TANAKA) is not None
    desk.clerk_off(TANAKA)
    desk.pass_time(31.0)
    assert party_of(of(desk, ticket), TANAKA) is None
    assert desk.name(ticket) == "Serving"


def test_pausing_while_an_invitation_rings_declines_it():
    desk, ticket = desk_in_call(TANAKA)
    desk.staff(SATO, wish(desk, m.AskToJoin, ticket, staff=TANAKA))
    assert desk.staff(TANAKA, m.Pause(id="p", reason="lunch")) is None
    assert (of(desk, ticket).parties, desk.board.seats[TANAKA].chosen) == ((), "paused")


# ---------------------------------------------------------------- relay


def test_a_plan_warns_the_next_desk_and_shrinks_as_desks_are_done():
    desk, ticket = desk_in_call(TANAKA)
    assert desk.staff(SATO, wish(desk, m.SetPlan, ticket, lanes=("moon",))) == "unknown"
    assert desk.staff(SATO, wish(desk, m.WarnNext, ticket)) == "not_now"
    assert desk.staff(SATO, wish(desk, m.SetPlan, ticket, lanes=("fukushi", "gyosha"))) is None
    assert desk.staff(SATO, wish(desk, m.WarnNext, ticket, minutes=3)) is None
    coming = view_for_staff(desk.board, desk.city, TANAKA, desk.now()).coming
    assert [(one.number, one.lane, one.minutes) for one in coming] == [(1, "fukushi", 3)]
    desk.staff(SATO, wish(desk, m.Transfer, ticket, mode="warm", lane="fukushi"))
    answer(desk, TANAKA, ticket)
    desk.staff(SATO, wish(desk, m.HandOver, ticket, staff=TANAKA))
    desk.media(ticket)
    mine = view_for_staff(desk.board, desk.city, TANAKA, desk.now())
    assert mine.mine is not None
    assert [desk.lane for desk in mine.mine.plan] == ["gyosha"]
    assert (of(desk, ticket).lane, mine.coming) == ("fukushi", ())


def test_in_a_plain_city_nothing_of_this_gets_in_the_way():
    desk = Desk(city())
    desk.kiosk_on(KITA)
    desk.here(SATO)
    ticket = desk.call(SATO)
    assert desk.staff(BOSS, wish(desk, m.AskToJoin, ticket, staff=SATO)) == "not_yours"
    assert desk.staff(SATO, m.HandOver(id="h", ticket="t9", generation=1, staff=SATO)) == "unknown"
    assert desk.staff(SATO, m.LeaveCall(id="l", ticket=ticket, generation=1)) == "stale"


def test_an_interpreter_is_asked_by_what_they_can_and_the_next_who_can_if_they_decline():
    desk, ticket = desk_in_call(SUZUKI, TANAKA)
    for staff in (SUZUKI, TANAKA):
        person = replace(desk.city.staff[staff], skills=("sign:jsl",))
        desk.city = replace(desk.city, staff={**desk.city.staff, staff: person})
    asked = wish(desk, m.AskToJoin, ticket, role="interpreter", skill="sign:jsl", note="n7")
    mine = view_for_staff(desk.board, desk.city, SATO, desk.now()).mine
    assert mine is not None
    assert [(one.skill, one.free) for one in mine.interpreters] == [("sign:jsl", 2)]
    assert desk.staff(SATO, asked) is None
    first = of(desk, ticket).parties[0].staff
    theirs = view_for_staff(desk.board, desk.city, first, desk.now()).mine
    assert theirs is not None
    assert (theirs.role, theirs.ticket.note, theirs.ticket.handed_from) == (
        "interpreter",
        "n7",
        "窓口課の職員sato",
    )
    number = of(desk, ticket).parties[0].generation
    assert desk.staff(first, m.Decline(id="d1", ticket=ticket, generation=number, reason="busy")) is None
    (second,) = of(desk, ticket).parties
    assert {first, second.staff} == {SUZUKI, TANAKA}
    assert (
        desk.staff(SATO, wish(desk, m.AskToJoin, ticket, role="interpreter", skill="authority:greeter"))
        == "invalid"
    )
    lacking = wish(desk, m.AskToJoin, ticket, role="interpreter", skill="language:ne", staff=HONDA)
    assert desk.staff(SATO, lacking) == "invalid"


def test_who_asked_reads_at_once_that_nobody_comes_and_why_until_they_ask_again():
    desk, ticket = desk_in_call(TANAKA)
    desk.staff(SATO, wish(desk, m.Transfer, ticket, mode="warm", staff=TANAKA))
    number = of(desk, ticket).parties[0].generation
    desk.staff(TANAKA, m.Decline(id="d", ticket=ticket, generation=number, reason="busy"))
    mine = view_for_staff(desk.board, desk.city, SATO, desk.now()).mine
    assert mine is not None
    assert mine.not_come is not None
    assert (mine.not_come.staff, mine.not_come.why) == (TANAKA, "declined")
    desk.staff(SATO, wish(desk, m.Transfer, ticket, mode="warm", staff=TANAKA))
    assert of(desk, ticket).not_come is None


def test_the_case_is_open_to_the_lead_and_to_whom_the_lead_lets_see_it():
    desk, ticket = desk_in_call(TANAKA)
    desk.staff(SATO, wish(desk, m.AskToJoin, ticket, staff=TANAKA))
    assert (works_on(of(desk, ticket), SATO), works_on(of(desk, ticket), TANAKA)) == (True, False)
    answer(desk, TANAKA, ticket)
    assert not works_on(of(desk, ticket), TANAKA)
    desk.staff(SATO, wish(desk, m.SetParty, ticket, staff=TANAKA, may_see_papers=True))
    assert works_on(of(desk, ticket), TANAKA)
