"""A paper that did not come out is had another way, once; a result noted wrongly is put right by whoever noted it."""

import msgspec

from server.core import events as e
from server.core.journal import Now
from server.core.views import view_for_kiosk, view_for_staff
from server.core.visits import Books
from server.protocol import messages as m
from server.protocol.values import KioskId, SlipContent, StaffId
from tests.server.core.desk import Desk
from tests.server.core.example import KITA, MINAMI, SATO, SUZUKI

DAY = 24 * 3600.0


def with_slip(outcome: str) -> tuple[Desk, str]:
    """Return a call in which a slip was ordered and ended so."""
    desk = Desk()
    desk.kiosk_on(KITA, MINAMI)
    desk.here(SATO, SUZUKI)
    ticket = desk.call(SATO)
    desk.staff(SATO, m.PrintSlip(id="slip-1", ticket=ticket, generation=1, content=SlipContent()))
    desk.kiosk(KITA, m.OrderSettled(id="settled", order="slip-1", outcome=outcome))
    return desk, ticket


def later(desk: Desk, ticket: str, order: str = "slip-1", staff: StaffId = SATO) -> str | None:
    return desk.staff(staff, m.PrintLater(id=desk.id(), ticket=ticket, generation=1, order=order))


def fetch(desk: Desk, ticket: str, code: str, id: str, *, again: bool = False) -> str | None:
    return desk.staff(SUZUKI, m.FetchPaper(id=id, ticket=ticket, generation=1, code=code, again=again))


def shown(desk: Desk, kiosk: KioskId = KITA) -> tuple[m.PaperLater, ...]:
    return view_for_kiosk(desk.board, desk.city, kiosk, desk.now()).later


def test_a_paper_that_did_not_come_out_waits_under_one_code_and_prints_once_elsewhere():
    desk, ticket = with_slip("paper_out")
    assert later(desk, ticket, staff=SUZUKI) == "not_yours"
    assert later(desk, ticket) is None
    assert later(desk, ticket) is None, "said twice it is the same code"
    (code,) = desk.board.papers
    mine = view_for_staff(desk.board, desk.city, SATO, desk.now()).mine
    assert mine is not None
    assert (mine.orders[0].then, mine.orders[0].code) == ("later", code)
    assert [(one.how, one.code) for one in shown(desk)] == [("later", code)]
    other = desk.call(SUZUKI, MINAMI)
    assert fetch(desk, other, "000000" if code != "000000" else "000001", "x") == "unknown"
    assert fetch(desk, other, code, "fetched") is None
    assert fetch(desk, other, code, "second") == "not_now", "while it is under way nobody orders it again"
    desk.kiosk(MINAMI, m.OrderSettled(id="out", order="fetched", outcome="printed"))
    assert fetch(desk, other, code, "third") == "unknown", "used up"


def test_what_came_out_or_is_under_way_is_not_made_a_second_time():
    desk, ticket = with_slip("printed")
    assert later(desk, ticket) == "not_now"
    desk.staff(SATO, m.PrintSlip(id="slip-2", ticket=ticket, generation=1, content=SlipContent()))
    assert later(desk, ticket, "slip-2") == "not_now"
    assert later(desk, ticket, "nothing") == "unknown"


def test_after_an_unknown_outcome_somebody_has_to_say_that_it_shall_print_again():
    desk, ticket = with_slip("unknown")
    later(desk, ticket)
    (code,) = desk.board.papers
    other = desk.call(SUZUKI, MINAMI)
    assert fetch(desk, other, code, "a") == "maybe_out"
    assert fetch(desk, other, code, "b", again=True) is None
    desk.kiosk(MINAMI, m.OrderSettled(id="out", order="b", outcome="paper_out"))
    assert later(desk, other, "b", SUZUKI) == "not_now", "its code is still good"
    assert fetch(desk, other, code, "c", again=True) is None
    desk.end(SUZUKI, other)
    desk.take(MINAMI)  # nobody will ever know what became of it
    assert desk.board.papers[code].maybe
    assert desk.board.papers[code].trying is None


def test_a_paper_is_sent_or_waits_and_never_both_and_a_code_ends_with_its_day():
    desk, ticket = with_slip("cover_open")
    assert desk.staff(SATO, m.SendByMail(id="m", ticket=ticket, generation=1, order="slip-1")) is None
    assert later(desk, ticket) == "not_now"
    assert [one.how for one in shown(desk)] == ["mail"]
    desk.staff(SATO, m.PrintSlip(id="slip-2", ticket=ticket, generation=1, content=SlipContent()))
    desk.kiosk(KITA, m.OrderSettled(id="s", order="slip-2", outcome="offline"))
    assert later(desk, ticket, "slip-2") is None
    (code,) = desk.board.papers
    other = desk.call(SUZUKI, MINAMI)
    desk.wall += desk.city.retention.waiting_days * DAY
    assert fetch(desk, other, code, "late") == "unknown"


def test_a_result_is_put_right_by_its_clerk_alone_and_counted_as_the_newest():
    desk, ticket = with_slip("printed")
    desk.end(SATO, ticket)
    right = m.CorrectResult(id="r", ticket=ticket, result="missing_papers")
    assert desk.staff(SATO, right) == "unknown", "a wrap-up is finished first"
    desk.finish(SATO, ticket)
    assert desk.staff(SUZUKI, right) == "not_yours"
    assert desk.staff(SATO, m.CorrectResult(id="n", ticket=ticket, result="no_show")) == "invalid"
    assert desk.staff(SATO, right) is None
    books = Books()
    for seq, body in enumerate(desk.journal, 1):
        event = msgspec.json.decode(body, type=e.Event)  # pyright: ignore[reportArgumentType]
        books.enter(seq, Now(elapsed=event.at, wall=desk.wall), event)
    (visit,) = books.visits.values()
    assert visit.result == "missing_papers"
    desk.wall += (desk.city.retention.record_days - 1) * DAY
    assert desk.staff(SATO, m.CorrectResult(id="k", ticket=ticket, result="completed")) is None, "it is kept"
    desk.wall += DAY
    assert desk.staff(SATO, m.CorrectResult(id="g", ticket=ticket, result="missing_papers")) == "not_now"
