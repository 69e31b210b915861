"""The slip of a reservation: day, hour and digits, what to bring, and nothing that says who it is."""

import numpy as np
import pytest

from server.documents.booking import BookingPaper, booking_data
from server.documents.papers import WIDTH, Papers

PAPER = BookingPaper(
    city="見本市",
    site="北公民館",
    starts=1_795_743_000.0,  # 2026-11-27 10:30 in Tokyo
    code="345678",
    purpose="転入",
    bring=("転出証明書", "年金手帳または 基礎年金番号通知書"),
    telephone="0000-00-0000",
    hours="月〜金 午前8時30分〜午後5時15分",
)


def test_when_and_the_digits_are_said_as_people_write_them() -> None:
    data = booking_data(PAPER)
    assert (data["year"], data["day"], data["clock"]) == ("令和8年(2026年)", "11月27日(金)", "午前10時30分")
    assert data["code"] == ["345", "678"]


def test_the_digits_are_on_the_paper_and_in_no_log() -> None:
    assert "345678" not in repr(PAPER)


@pytest.mark.slow
def test_it_fits_the_paper_and_the_longest_words_do_not_run_over() -> None:
    papers = Papers()
    long = BookingPaper(**{**{name: getattr(PAPER, name) for name in PAPER.__struct_fields__}, "site": "北部地区コミュニティセンター 2階 相談室"})  # fmt: skip
    for paper in (PAPER, long):
        raster = papers.render_booking(paper)
        assert raster.width == WIDTH
        dots = np.unpackbits(np.frombuffer(raster.rows, np.uint8)).reshape(raster.height, WIDTH)
        assert not dots[:, :10].any()
        assert not dots[:, -10:].any()
