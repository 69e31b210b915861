"""Promises about stills, and about what is not one."""

import cv2
import numpy as np
import pytest

from kiosk.sheet.still import MAX_BYTES, StillRefused, StillTooLarge, check, decode, still
from tests.kiosk.sheet.pages import page
from tests.kiosk.sheet.test_judge import take

pytestmark = pytest.mark.slow


def jpeg(image: np.ndarray) -> bytes:
    return cv2.imencode(".jpg", image)[1].tobytes()


def test_a_photo_becomes_a_straight_page_with_its_true_resolution():
    made = still(decode(jpeg(take("form"))))
    assert made.page is not None
    assert made.page.shape[:2] == (2339, 1654)
    assert 150 < made.dpi < 175
    assert made.findings == ()


def test_without_a_sheet_there_is_no_page_and_it_is_said():
    made = still(np.full((720, 1280, 3), 90, np.uint8))
    assert made.page is None
    assert [finding.key for finding in made.findings] == ["no_sheet"]


def test_a_picture_larger_than_the_limit_is_refused_from_its_header():
    tall = bytearray(jpeg(np.zeros((240, 320, 3), np.uint8)))
    at = tall.index(b"\xff\xc0") + 5
    tall[at : at + 4] = (65_000).to_bytes(2) * 2
    with pytest.raises(StillTooLarge, match="65000 x 65000"):
        decode(bytes(tall))
    with pytest.raises(StillTooLarge, match="bytes"):
        decode(bytes(MAX_BYTES + 1))
    with pytest.raises(StillTooLarge):
        check(np.broadcast_to(np.uint8(0), (8_000, 8_000, 3)))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x89PNG\r\n",
        b"\xff\xd8",
        b"\xff\xd8\xff\xe0\x00\x02",
        jpeg(np.zeros((240, 320, 3), np.uint8))[:200],
    ],
)
def test_what_is_no_jpeg_is_refused(data: bytes):
    with pytest.raises(StillRefused):
        check(decode(data))


def test_a_still_prints_nothing_of_the_paper():
    made = still(page("sparse", 100))
    assert "array" not in repr(made)
