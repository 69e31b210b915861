"""Papers become whole from strips in order, or not at all."""

import pytest

from kiosk.papers import MOST_PAPERS, PaperTray
from server.protocol.messages import Paper

ROW = b"\x81" * 2


def strip(index: int, count: int = 3, order: str = "p1", width: int = 16, rows: bytes = ROW) -> Paper:
    return Paper(order=order, index=index, count=count, width=width, rows=rows)


def test_strips_in_order_make_a_paper_that_is_handed_out_once():
    tray = PaperTray()
    assert [tray.add(strip(index)) for index in range(3)] == [False, False, True]
    page = tray.take("p1")
    assert page is not None
    assert (page.width, page.height, page.rows) == (16, 3, ROW * 3)
    assert tray.take("p1") is None


def test_a_paper_sent_again_after_a_reconnect_begins_anew():
    tray = PaperTray()
    tray.add(strip(0))
    tray.add(strip(1))
    assert [tray.add(strip(index)) for index in range(3)] == [False, False, True]
    page = tray.take("p1")
    assert page is not None
    assert page.height == 3


@pytest.mark.parametrize(
    "bad",
    [
        strip(2),
        strip(1, count=4),
        strip(1, width=24, rows=b"\0" * 3),
        strip(1, rows=b"\0"),
        strip(1, rows=b""),
    ],
)
def test_a_strip_that_does_not_fit_spoils_its_paper_and_nothing_else(bad: Paper):
    tray = PaperTray()
    tray.add(strip(0))
    assert not tray.add(bad)
    assert not tray.add(strip(1))
    assert tray.take("p1") is None


def test_a_paper_that_is_not_whole_is_not_handed_out():
    tray = PaperTray()
    tray.add(strip(0))
    assert tray.take("p1") is None
    assert tray.take("never") is None


def test_only_a_few_papers_are_kept_and_none_after_a_visit():
    tray = PaperTray()
    for number in range(MOST_PAPERS + 2):
        tray.add(strip(0, 1, order=f"p{number}"))
    assert tray.take("p0") is None
    assert tray.take("p2") is not None
    tray.empty()
    assert tray.take("p3") is None
