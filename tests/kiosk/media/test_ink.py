"""Marks in a picture: the ring is large, round and where it belongs, at the picture's edge too."""

import numpy as np
import pytest

from kiosk.media.ink import ORANGE, RADIUS, draw
from kiosk.media.marks import Board
from kiosk.sheet.track import Dot, Stroke


@pytest.mark.parametrize("desk", [(255, 255, 255), (20, 20, 20), (60, 90, 140)])
@pytest.mark.parametrize(("x", "y"), [(640, 360), (5, 5), (1270, 700), (-200, 4000)])
def test_a_ring_lies_around_its_place_and_never_fails_at_an_edge(
    x: float, y: float, desk: tuple[int, int, int]
):
    picture = np.full((720, 1280, 3), desk, np.uint8)
    draw(picture, np.eye(3), Board(shown=True, dot=Dot(x, y)))
    rows, columns = np.nonzero((picture == ORANGE).all(axis=2))
    away = np.hypot(columns - x, rows - y)
    assert ((away > RADIUS - 7) & (away < RADIUS + 7)).all()
    if (x, y) == (640, 360):
        assert np.ptp(columns) in range(94, 99)
        assert tuple(picture[360, 640]) == desk, "what is pointed at stays readable"


def test_ink_follows_its_places():
    picture = np.zeros((720, 1280, 3), np.uint8)
    board = Board(shown=True, strokes=(Stroke((Dot(10, 10), Dot(110, 10))), Stroke((Dot(50, 50),))))
    draw(picture, np.diag([2.0, 2.0, 1.0]), board)
    assert tuple(picture[20, 120]) == ORANGE
    assert tuple(picture[100, 100]) == ORANGE
    assert not picture[200:].any()
