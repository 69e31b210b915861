"""What everybody may read counts whoever stands in the hall like whoever sits far away."""

from server.core import events as e
from server.core.numbers import grouped, published
from server.core.overview import view_for_hall
from server.core.visits import Books
from server.http import public
from server.protocol import messages as m
from tests.server.core.desk import Desk
from tests.server.core.example import DESKS, HALL, KITA, SATO, city, with_hall


def crowd(desk: Desk, of_hall: int) -> None:
    """Let some take a number of the hall and one more call from a kiosk, while the only clerk pauses."""
    desk.kiosk_on(KITA, HALL)
    desk.here(SATO)
    desk.staff(SATO, m.ChooseDesk(id=desk.id(), desk=DESKS[0]))
    desk.staff(SATO, m.Pause(id=desk.id(), reason="lunch"))
    for _ in range(of_hall):
        desk.take(HALL)
    desk.take(KITA)


def test_the_page_the_json_and_the_table_count_both_kinds() -> None:
    desk = Desk(with_hall(city()))
    crowd(desk, 5)
    hall = view_for_hall(desk.board, desk.city, desk.now())
    assert hall.lanes[0].waiting == 6
    assert "待っている人 <b>6</b>人" in public.page(hall, "0000-00-0000")
    assert ",1,6," in public.table(hall)


def test_four_are_never_told_from_one_whichever_kind_they_are() -> None:
    desk = Desk(with_hall(city()))
    crowd(desk, 3)
    hall = view_for_hall(desk.board, desk.city, desk.now())
    assert hall.lanes[0].waiting is None
    assert "待っている人 <b>1〜4</b>人" in public.page(hall, "0000-00-0000")
    assert ",1〜4," in public.table(hall)


def test_the_open_table_counts_both_kinds_and_leaves_small_lanes_out() -> None:
    desk = Desk(with_hall(city()))
    crowd(desk, 4)
    taken = [event for event in desk.events() if isinstance(event, e.TicketTaken)]
    books = Books()
    for seq, event in enumerate(taken, 1):
        books.enter(seq, desk.now(), event)
    rows = published(grouped(books.visits.values(), "lane", 600.0))
    assert [(row.key, row.figures.visits) for row in rows] == [("shimin", 5)]
    few = published(grouped(list(books.visits.values())[:4], "lane", 600.0))
    assert few == []
