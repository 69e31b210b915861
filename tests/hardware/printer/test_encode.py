"""The bytes of a receipt, and what status bytes mean."""

import pytest

from hardware.ports import Bitmap, PrinterStatus
from hardware.printer import encode


def test_a_small_page_is_one_raster_command():
    page = Bitmap(width=16, rows=bytes([0xFF, 0x00, 0x0F, 0xF0]))
    assert list(encode.bands(page)) == [b"\x1dv0\x00\x02\x00\x02\x00" + page.rows]


def test_a_long_page_is_cut_into_bands_that_lose_no_row():
    page = Bitmap(width=576, rows=bytes(range(256)) * 9 * 10)
    sent = list(encode.bands(page))
    assert all(len(band) <= 8 + encode.BAND * 72 for band in sent)
    assert b"".join(band[8:] for band in sent) == page.rows
    assert sum(int.from_bytes(band[6:8], "little") for band in sent) == page.height


@pytest.mark.parametrize(
    ("answers", "status"),
    [
        ((0x12, 0x12, 0x12, 0x12), PrinterStatus(answered=True, online=True, cover_open=False, fault=False, paper="enough")),
        ((0x12, 0x12, 0x12, 0x1E), PrinterStatus(answered=True, online=True, cover_open=False, fault=False, paper="near_end")),
        ((0x1A, 0x32, 0x12, 0x7E), PrinterStatus(answered=True, online=False, cover_open=False, fault=False, paper="out")),
        ((0x1A, 0x16, 0x12, 0x12), PrinterStatus(answered=True, online=False, cover_open=True, fault=False, paper="enough")),
        ((None, None, None, None), PrinterStatus(answered=False)),
        ((0x00, 0xFF, 0x41, 0x20), PrinterStatus(answered=False)),  # line noise is not a status
    ],
)  # fmt: skip
def test_status_bytes_mean_what_the_manual_says(answers: tuple[int | None, ...], status: PrinterStatus):
    assert encode.status_of(answers) == status  # type: ignore[arg-type]


def test_silence_is_unknown_and_never_no_paper():
    assert encode.outcome_of(encode.status_of((None, None, None, None))) == "unknown"
