"""A supervisor comes into a call: by their role only, read by everybody in it, and gone with it."""

from typing import Literal

import pytest

from server.core.overview import view_for_floor
from server.core.states import party_of, works_on
from server.core.views import view_for_kiosk, view_for_staff
from server.http.relay import kiosk_for
from server.protocol import messages as m
from server.protocol.values import StaffId
from tests.server.core.desk import Desk
from tests.server.core.example import BOSS, KITA, SATO, SUZUKI, TANAKA
from tests.server.core.test_parties import desk_in_call, joined, of, wish


def enter(
    desk: Desk, ticket: str, how: Literal["watch", "join"] = "watch", staff: StaffId = BOSS
) -> str | None:
    return desk.staff(staff, m.EnterCall(id=desk.id(), ticket=ticket, how=how))


def read_by(desk: Desk, staff: StaffId) -> list[tuple[str, str]]:
    """Return who is in the call as this clerk reads it."""
    mine = view_for_staff(desk.board, desk.city, staff, desk.now()).mine
    return [] if mine is None else [(one.staff, one.role) for one in mine.participants]


def test_whoever_watches_is_read_by_clerk_resident_and_journal_at_once():
    desk, ticket = desk_in_call(BOSS)
    assert enter(desk, ticket) is None
    assert read_by(desk, SATO) == [(SATO, "lead"), (BOSS, "monitor")]
    assert read_by(desk, BOSS) == [(SATO, "lead"), (BOSS, "monitor")]
    shown = view_for_kiosk(desk.board, desk.city, KITA, desk.now()).ticket
    assert shown is not None
    assert [(one.staff, one.role, one.state) for one in shown.participants][1] == (BOSS, "monitor", "joined")
    assert not works_on(of(desk, ticket), BOSS), "the case stays closed until the lead shows the papers"
    (entered,) = [line.decode() for line in desk.journal if b"supervisor_entered" in line]
    assert f'"{BOSS}"' in entered
    assert '"monitor"' in entered
    assert enter(desk, ticket) is None, "the same wish again"
    assert len(of(desk, ticket).parties) == 1


@pytest.mark.parametrize("staff", [SUZUKI, TANAKA])
def test_only_a_supervisor_comes_in_unasked(staff: StaffId):
    desk, ticket = desk_in_call(staff)
    assert enter(desk, ticket, staff=staff) == "not_yours"
    assert of(desk, ticket).parties == ()


def test_nobody_watches_without_a_console_from_another_call_or_before_voice_flows():
    desk, ticket = desk_in_call()
    assert enter(desk, ticket) == "not_now", "there is no console to be seen at"
    desk.here(BOSS)
    desk.staff(SATO, wish(desk, m.EndCall, ticket))
    assert enter(desk, ticket) == "not_now", "nobody is there any more"
    desk.finish(SATO, ticket)
    assert enter(desk, ticket) == "stale"
    assert enter(desk, "t99") == "unknown"


def test_whoever_watches_is_not_sent_out_leads_nothing_and_writes_nothing():
    desk, ticket = desk_in_call(BOSS)
    enter(desk, ticket)
    assert desk.staff(SATO, wish(desk, m.SetParty, ticket, staff=BOSS, gone=True)) == "not_yours"
    assert desk.staff(SATO, wish(desk, m.SetParty, ticket, staff=BOSS, held=True)) == "not_yours"
    assert desk.staff(SATO, wish(desk, m.HandOver, ticket, staff=BOSS)) == "not_now"
    assert desk.staff(SATO, wish(desk, m.SetParty, ticket, staff=BOSS, may_see_papers=True)) is None
    party = party_of(of(desk, ticket), BOSS)
    assert party is not None
    assert party.may_see_papers
    said = m.Say(id="s", text="はい")
    assert kiosk_for(desk.board, BOSS, party.generation, said) is None
    assert kiosk_for(desk.board, BOSS, party.generation) == KITA, "their links are relayed"
    assert enter(desk, ticket, "join") is None
    assert kiosk_for(desk.board, BOSS, party.generation, said) == KITA, (
        "who joined may write, with the same number"
    )


def test_they_leave_when_they_like_and_are_gone_with_the_call():
    desk, ticket = desk_in_call(BOSS)
    enter(desk, ticket)
    number = of(desk, ticket).parties[0].generation
    leave = m.LeaveCall(id=desk.id(), ticket=ticket, generation=number)
    assert desk.staff(BOSS, leave) is None
    assert of(desk, ticket).parties == ()
    assert desk.board.seats[BOSS].ticket is None
    enter(desk, ticket, "join")
    desk.end(SATO, ticket)
    assert desk.board.seats[BOSS].ticket is None
    assert read_by(desk, SATO) == []


def test_four_are_in_a_call_at_most_and_a_running_search_is_not_disturbed():
    desk, ticket = desk_in_call(TANAKA, BOSS)
    joined(desk, ticket, TANAKA)
    desk.here(SUZUKI)
    assert desk.staff(SATO, wish(desk, m.AskToJoin, ticket, staff=SUZUKI)) is None
    assert enter(desk, ticket) == "not_now"
    desk.staff(SUZUKI, m.Pause(id=desk.id(), reason="lunch"))
    missing = of(desk, ticket).not_come
    assert missing is not None
    assert enter(desk, ticket) is None
    assert of(desk, ticket).not_come == missing, "the clerk still reads who did not come"


def test_the_floor_names_the_calls_and_who_is_in_them():
    desk, ticket = desk_in_call(BOSS)
    enter(desk, ticket)
    (call,) = view_for_floor(desk.board, desk.city, BOSS, desk.now()).calls
    assert (call.ticket, call.state, [one.role for one in call.people]) == (
        ticket,
        "serving",
        ["lead", "monitor"],
    )
    assert (call.mine, call.role) == (of(desk, ticket).parties[0].generation, "monitor")
    assert view_for_floor(desk.board, desk.city, SATO, desk.now()).calls == ()
