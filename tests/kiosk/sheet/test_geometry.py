"""Promises about millimetres, dots and places."""

import numpy as np
import pytest

from kiosk.sheet.geometry import A4, Sheet, apply, dpi, outline, paper_size, place_of, to_picture


def lying(*corners: tuple[float, float], picture: tuple[float, float] = (1920.0, 1080.0)) -> Sheet:
    """A sheet with these corners."""
    return Sheet(corners=corners, picture=picture, confidence=1.0, seen=(1.0, 1.0, 1.0, 1.0))  # type: ignore[arg-type]


UPRIGHT = lying((600, 100), (1230, 100), (1230, 991), (600, 991))  # 3 pixels a millimetre


def test_dots_per_inch_are_measured_on_the_paper():
    assert dpi(UPRIGHT) == pytest.approx(3 * 25.4, rel=0.01)


def test_a_sheet_that_lies_across_is_as_wide_as_it_is_long():
    across = lying((300, 200), (1191, 200), (1191, 830), (300, 830))
    assert paper_size(across) == (297.0, 210.0)


def test_paper_of_unknown_size_keeps_its_own_proportions():
    width, height = paper_size(lying((300, 200), (800, 200), (800, 700), (300, 700)), None)
    assert width == pytest.approx(height, rel=0.02)


def test_corners_of_the_paper_lie_on_corners_in_the_picture():
    places = apply(to_picture(UPRIGHT), outline(A4))
    assert np.allclose(places, UPRIGHT.points, atol=1e-3)


@pytest.mark.parametrize(
    ("x", "y", "place"),
    [(0.9, 0.95, "bottom_right"), (0.1, 0.1, "top_left"), (0.5, 0.5, "middle"), (0.5, 0, "top")],
)
def test_places_have_names(x: float, y: float, place: str):
    assert place_of(x, y) == place


def test_a_covered_corner_is_known_by_the_gap_that_reaches_it():
    hand = Sheet(
        corners=UPRIGHT.corners,
        picture=UPRIGHT.picture,
        confidence=1,
        seen=(1, 1, 1, 1),
        gaps=((), ((0.8, 1.0),), (), ()),
    )
    assert hand.hidden == {2}
