"""One call, several bells: the first yes wins, everybody else is free at once, and no bell takes anybody's clerk."""

import pytest
from msgspec.structs import replace

from server.core.states import Offered, rings_at
from server.core.views import view_for_staff
from server.protocol import messages as m
from server.protocol.values import StaffId, TicketId
from tests.server.core.desk import Desk
from tests.server.core.example import BOSS, KITA, MINAMI, OPEN_LANE, OTHER_LANE, SATO, SUZUKI, city


def desk(most: int = 5) -> Desk:
    made = Desk(city(replace(OPEN_LANE, offers="ring_all", ring_at_most=most), OTHER_LANE))
    made.kiosk_on(KITA, MINAMI)
    made.here(SATO, SUZUKI, BOSS)
    return made


def rung(made: Desk, ticket: str) -> dict[StaffId, int]:
    """Return at whom it rings, each with the number of their own claim."""
    return {ring.staff: ring.generation for ring in rings_at(made.state(ticket))}


def accept(made: Desk, staff: StaffId, ticket: str, generation: int) -> str | None:
    return made.staff(staff, m.Accept(id=made.id(), ticket=ticket, generation=generation))


@pytest.mark.parametrize("winner", [SATO, SUZUKI, BOSS])
def test_the_first_yes_wins_and_the_others_are_free_at_once(winner: StaffId):
    made = desk()
    ticket = made.take(KITA)
    claims = rung(made, ticket)
    assert claims == {SATO: 1, SUZUKI: 2, BOSS: 3}
    idle = {staff: made.board.seats[staff].idle_since for staff in claims}
    assert accept(made, winner, ticket, claims[winner]) is None
    for loser in claims.keys() - {winner}:
        assert accept(made, loser, ticket, claims[loser]) == "stale"
        seat = made.board.seats[loser]
        assert (seat.ticket, seat.idle_since, seat.missed) == (None, idle[loser], 0)
        assert view_for_staff(made.board, made.city, loser, made.now()).mine is None
    assert made.media(ticket) is None


def test_nobody_answers_with_anothers_claim():
    made = desk()
    ticket = made.take(KITA)
    claims = rung(made, ticket)
    assert accept(made, SATO, ticket, claims[SUZUKI]) == "stale"
    assert made.name(ticket) == "Offered"


def test_each_is_shown_their_own_claim():
    made = desk()
    ticket = made.take(KITA)
    for staff, generation in rung(made, ticket).items():
        mine = view_for_staff(made.board, made.city, staff, made.now()).mine
        assert mine is not None
        assert (mine.ticket.generation, mine.offer_expires_in) == (generation, OPEN_LANE.offer_lasts)


def test_no_more_bells_than_the_lane_allows_and_a_refusal_rings_the_next():
    made = desk(most=2)
    ticket = made.take(KITA)
    assert list(rung(made, ticket)) == [SATO, SUZUKI]
    decline = m.Decline(id=made.id(), ticket=ticket, generation=1, reason="busy")
    assert made.staff(SATO, decline) is None
    assert rung(made, ticket) == {SUZUKI: 2, BOSS: 3}
    assert made.board.tickets[TicketId(ticket)].returns == 0, "it has not come back: it rings"


def test_when_nobody_answers_it_comes_back_once_and_everybody_has_missed_it():
    made = desk()
    ticket = made.take(KITA)
    made.pass_time(OPEN_LANE.offer_lasts + 0.1)
    assert [made.board.seats[one].missed for one in (SATO, SUZUKI, BOSS)] == [1, 1, 1]
    assert made.board.tickets[TicketId(ticket)].returns == 1
    assert isinstance(made.state(ticket), Offered), "all let it pass, so it rings again at once"


def test_a_second_bell_takes_nobodys_clerk():
    made = desk()
    first = made.take(KITA)
    second = made.take(MINAMI)
    assert made.name(second) == "Waiting"
    assert accept(made, SATO, first, rung(made, first)[SATO]) is None
    assert rung(made, second).keys() == {SUZUKI, BOSS}, "those who were slower answer the next"


def test_a_clerk_whose_line_is_lost_is_one_bell_less_and_a_restart_keeps_the_rest():
    made = desk()
    ticket = made.take(KITA)
    made.clerk_off(SATO)
    assert rung(made, ticket) == {SUZUKI: 2, BOSS: 3}
    made.restart()
    made.pass_time(120.0)
    assert made.name(ticket) == "Abandoned"
    assert all(seat.ticket is None for seat in made.board.seats.values())


def test_the_resident_who_gives_up_silences_every_bell():
    made = desk()
    ticket = made.take(KITA)
    assert made.kiosk(KITA, m.CancelTicket(id=made.id(), ticket=ticket)) is None
    assert all(seat.ticket is None for seat in made.board.seats.values())


def test_a_pause_while_it_rings_lets_it_ring_elsewhere():
    made = desk()
    ticket = made.take(KITA)
    assert made.staff(SUZUKI, m.Pause(id=made.id(), reason="meeting")) is None
    assert rung(made, ticket).keys() == {SATO, BOSS}
    lapsed = [one for one in made.journal if b'"offer_lapsed"' in one]
    assert len(lapsed) == 1
