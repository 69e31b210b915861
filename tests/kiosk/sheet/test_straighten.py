"""Promises about straight pages."""

import cv2
import numpy as np
import pytest

from kiosk.sheet.find import find_sheet
from kiosk.sheet.straighten import PageTooLarge, straighten, turned
from tests.kiosk.sheet.pages import page
from tests.kiosk.sheet.test_judge import take

pytestmark = pytest.mark.slow


def test_a_straight_page_is_the_page_that_was_photographed():
    image = take("form")
    sheet = find_sheet(image)
    assert sheet is not None
    straight = straighten(image, sheet)
    assert straight.shape == (2339, 1654, 3)  # A4 at 200 dpi
    true, seen = (
        cv2.GaussianBlur(cv2.cvtColor(p, cv2.COLOR_BGR2GRAY), (0, 0), 3)[40:-40, 40:-40]
        for p in (page("form"), straight)
    )
    assert np.corrcoef(true.ravel(), seen.ravel())[0, 1] > 0.93


def test_a_page_larger_than_the_limit_is_refused():
    image = take("sparse")
    sheet = find_sheet(image)
    assert sheet is not None
    with pytest.raises(PageTooLarge):
        straighten(image, sheet, dpi=1200)


def test_four_quarter_turns_are_none():
    upright = page("form")
    quarter = turned(upright, 90)
    assert quarter.shape[:2] == upright.shape[1::-1]
    assert np.array_equal(turned(turned(quarter, 180), 90), upright)
