"""Promises about finding the sheet, measured against photos whose corners are known."""

from collections import defaultdict
from collections.abc import Iterable

import numpy as np
import pytest
from numpy.typing import NDArray

from kiosk.sheet.find import find, find_sheet, look
from kiosk.sheet.geometry import Sheet
from kiosk.sheet.lines import view
from kiosk.sheet.quads import Quads
from tests.kiosk.sheet.photos import CLASSES, Photo, photo, photos

pytestmark = pytest.mark.slow

PART = 0.01  # of the page's long side


def error(one: Photo, sheet: Sheet) -> float:
    """The worst corner's distance over the long side; a corner beyond the picture cannot be measured by anybody."""
    assert one.corners is not None
    height, width = one.image.shape[:2]
    inside = ((one.corners >= 0) & (one.corners <= (width - 1, height - 1))).all(axis=1)
    # Which corner comes first is the picture's business, not the print's.
    distances = (np.linalg.norm(np.roll(sheet.points, n, axis=0) - one.corners, axis=1) for n in range(4))
    return float(min(distance[inside].max() for distance in distances)) / one.long_side


def right(one: Photo, sheet: Sheet | None) -> bool:
    """Whether a photo was answered rightly: nothing found where nothing is, all seen corners within a hundredth."""
    if one.corners is None or sheet is None:
        return one.corners is None and sheet is None
    return error(one, sheet) <= PART


def missed(taken: Iterable[Photo]) -> tuple[int, dict[str, list[str]]]:
    """Return how many photos there are, and those answered wrongly by class."""
    wrong, count = defaultdict[str, list[str]](list), 0
    for one in taken:
        count += 1
        if not right(one, find_sheet(one.image)):
            wrong[one.kind].append(one.name)
    return count, dict(wrong)


def test_ninety_seven_of_a_hundred_sheets_are_found_within_a_hundredth_of_their_long_side():
    # Three of each class; many more of them in `make deep`.
    count, wrong = missed(photo(kind, n) for kind in CLASSES for n in range(3))
    assert count >= 60
    assert sum(map(len, wrong.values())) <= 0.03 * count, wrong
    assert all(len(names) <= 2 for names in wrong.values()), wrong


@pytest.mark.deep
def test_ninety_seven_of_a_hundred_of_many_more_are_found():
    count, wrong = missed(one for seed in range(4) for one in photos(seed, per_class=8))
    assert sum(map(len, wrong.values())) <= 0.03 * count, wrong


def test_of_two_papers_upon_each_other_the_upper_one_is_found():
    one = photo("on another sheet", 2)
    assert right(one, find_sheet(one.image))


def test_when_it_is_not_certain_which_paper_lies_on_top_that_is_said_and_no_sheet_is_shown():
    found = find(photo("on another sheet", 6).image)
    assert (found.sheet, found.stacked) == (None, True)


def test_the_same_picture_gives_the_same_corners():
    image = photo("curl", 0).image
    assert find_sheet(image) == find_sheet(image)


def test_corners_run_clockwise_from_the_pictures_top_left():
    sheet = find_sheet(photo("rotated", 1).image)
    assert sheet is not None
    corners: NDArray[np.float64] = sheet.points
    ahead = np.roll(corners, -1, axis=0)
    assert np.sum(corners[:, 0] * ahead[:, 1] - ahead[:, 0] * corners[:, 1]) > 0
    assert np.argmin(corners.sum(axis=1)) == 0


def test_a_strip_of_a_receipt_is_taken_for_no_sheet_rather_than_for_a_wrong_one():
    one = photo("receipt roll", 1)
    sheet = find_sheet(one.image)
    assert sheet is None or right(one, sheet)


def test_a_corner_folded_over_is_no_second_paper():
    one = photo("folded corner", 3)
    found = find(one.image)
    assert right(one, found.sheet)
    assert not found.stacked


def test_a_candidate_that_lies_beyond_the_picture_is_worth_nothing():
    small = view(np.full((480, 640, 3), 90, np.uint8), 640)
    away = np.array([[[-300, -400], [-100, -400], [-100, -100], [-300, -100]]], np.float64)
    assert look(small, Quads(away, np.zeros(1), np.zeros((1, 4), np.bool_)), 0).score < -90


@pytest.mark.parametrize("value", [0, 128, 255])
def test_an_empty_picture_holds_no_sheet(value: int):
    assert find_sheet(np.full((480, 640, 3), value, np.uint8)) is None


def test_noise_holds_no_sheet():
    assert find_sheet(np.random.default_rng(1).integers(0, 256, (480, 640, 3), np.uint8)) is None
