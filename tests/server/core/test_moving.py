"""A kiosk that moves stands where it was said to stand today, and everything that asks for its place follows."""

import msgspec
import pytest

from server.core import events as e
from server.core import places
from server.core.city import Opening
from server.core.fleet import view_for_fleet
from server.core.views import view_for_kiosk, view_for_staff
from server.protocol import messages as m
from server.protocol.values import TicketId
from tests.server.core.desk import Desk
from tests.server.core.example import CAR, IT, KITA, SATO, city, with_hall


@pytest.fixture
def desk() -> Desk:
    desk = Desk(with_hall(city()))
    desk.kiosk_on(CAR)
    desk.here(SATO)
    return desk


def here(desk: Desk, site: str) -> str | None:
    return desk.kiosk(CAR, m.MoveHere(id=desk.id(), site=site))


def field(desk: Desk, site: str) -> str | None:
    return desk.staff(IT, m.MoveKiosk(id=desk.id(), kiosk=CAR, site=site))


def takes(desk: Desk) -> str | None:
    return desk.kiosk(CAR, m.TakeTicket(id=desk.id(), purpose="talk"))


def view(desk: Desk) -> m.KioskView:
    return view_for_kiosk(desk.board, desk.city, CAR, desk.now())


def test_no_resident_before_somebody_said_where_it_stands(desk: Desk) -> None:
    assert [place.id for place in view(desk).places] == [site.id for site in desk.city.sites]
    assert (view(desk).open, takes(desk)) == (False, "not_now")
    assert here(desk, "minami") is None
    assert (view(desk).open, view(desk).places) == (True, ())
    assert takes(desk) is None


def test_clerks_read_where_it_stands_and_that_it_moves(desk: Desk) -> None:
    here(desk, "minami")
    takes(desk)
    mine = view_for_staff(desk.board, desk.city, SATO, desk.now()).mine
    site = next(one.name for one in desk.city.sites if one.id == "minami")
    assert mine is not None
    assert (mine.ticket.site, mine.ticket.kiosk_name) == (site, f"{site}（移動 1号）")
    assert view(desk).site == site


def test_its_hours_are_those_of_the_place(desk: Desk) -> None:
    sites = tuple(
        msgspec.structs.replace(site, openings=(Opening(weekday=4, opens=0, closes=9 * 60),))
        if site.id == "minami"
        else site
        for site in desk.city.sites
    )
    desk.city = msgspec.structs.replace(desk.city, sites=sites)
    here(desk, "minami")
    assert (view(desk).closed_reason, takes(desk)) == ("hours", "closed")
    assert field(desk, "kita") is None
    assert takes(desk) is None


def test_it_is_never_moved_while_a_resident_is_there(desk: Desk) -> None:
    here(desk, "minami")
    takes(desk)
    assert field(desk, "kita") == "not_now"
    desk.kiosk(CAR, m.CancelTicket(id=desk.id(), ticket="t1"))
    assert field(desk, "kita") is None


def test_a_resident_cannot_move_it_once_it_stands(desk: Desk) -> None:
    here(desk, "minami")
    assert here(desk, "kita") == "not_now"
    assert here(desk, "minami") is None, "the same word again"
    assert desk.kiosk(CAR, m.MoveHere(id=desk.id(), site="nowhere")) == "not_now"


def test_only_field_it_moves_and_only_what_moves(desk: Desk) -> None:
    assert desk.staff(SATO, m.MoveKiosk(id=desk.id(), kiosk=CAR, site="kita")) == "not_yours"
    assert desk.staff(IT, m.MoveKiosk(id=desk.id(), kiosk=KITA, site="kita")) == "invalid"
    assert field(desk, "nowhere") == "unknown"


def test_the_next_morning_it_is_asked_anew(desk: Desk) -> None:
    here(desk, "minami")
    desk.pass_time(15 * 3600.0)
    assert view(desk).places
    assert takes(desk) == "not_now"


def test_the_fleet_page_says_where_it_is_and_whether_it_can_be_moved(desk: Desk) -> None:
    def row() -> m.KioskForFleet:
        return next(
            one for one in view_for_fleet(desk.board, desk.city, IT, desk.now()).kiosks if one.id == CAR
        )

    assert (row().kind, row().placed) == ("mobile", False)
    here(desk, "minami")
    assert (row().placed, bool(row().places)) == (True, True)
    takes(desk)
    assert row().places == ()


def test_a_visit_stays_where_it_was_when_the_kiosk_has_moved_on(desk: Desk) -> None:
    here(desk, "minami")
    takes(desk)
    desk.kiosk(CAR, m.CancelTicket(id=desk.id(), ticket="t1"))
    assert field(desk, "kita") is None
    names = {one.id: one.name for one in desk.city.sites}
    (ended,) = desk.board.ended.values()
    assert places.site_of(desk.city, ended) == names["minami"]
    takes(desk)
    assert places.site_of(desk.city, desk.board.tickets[TicketId("t2")]) == names["kita"]


def test_the_journal_says_when_it_moved_and_where_each_visit_was(desk: Desk) -> None:
    here(desk, "minami")
    takes(desk)
    moved = next(one for one in desk.events() if isinstance(one, e.KioskMoved))
    taken = next(one for one in desk.events() if isinstance(one, e.TicketTaken))
    assert (moved.site, moved.staff, taken.site) == ("minami", None, "minami")
