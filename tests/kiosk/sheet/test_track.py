"""Promises about marks on a moving sheet, measured on films whose every frame is known."""

import numpy as np
import pytest

from kiosk.sheet.geometry import apply
from kiosk.sheet.track import Lost, Seen, Tracker
from tests.kiosk.sheet.films import HEIGHT, WIDTH, FilmFrame, FilmKind, film
from tests.kiosk.sheet.pages import Kind

pytestmark = pytest.mark.slow

DRIFT_MM = 3.0


def drifts(frames: list[FilmFrame]) -> list[float | None]:
    """Follow a film: how far the worst mark in the picture is off in millimetres, None where the sheet was lost."""
    tracker = Tracker()
    first = tracker.start(frames[0].image)
    assert isinstance(first, Seen)
    assert frames[0].dots is not None
    marks = tuple(first.to_paper(float(x), float(y)) for x, y in frames[0].dots)
    off = list[float | None]()
    for frame in frames[1:]:
        seen = tracker.next(frame.image)
        if isinstance(seen, Lost):
            off.append(None)
            continue
        assert frame.dots is not None, "a mark was shown on another sheet"
        back = np.linalg.inv(seen.matrix)
        shown = apply(back, np.array(seen.to_picture(marks)))
        inside = ((frame.dots > 0) & (frame.dots < (WIDTH, HEIGHT))).all(axis=1)
        off.append(float(np.linalg.norm(shown - apply(back, frame.dots), axis=1)[inside].max(initial=0.0)))
    return off


@pytest.mark.parametrize(
    ("kind", "paper"),
    [
        ("slides", "form"),
        ("turns", "letter"),
        ("tilts", "certificate"),
        ("hand", "form"),
        ("light", "flyer"),
        ("quick", "number"),
    ],
)
def test_marks_stay_within_three_millimetres(kind: FilmKind, paper: Kind):
    off = drifts(list(film(kind, paper, frames=24)))
    assert sum(one is None for one in off) <= 1
    assert max(one for one in off if one is not None) <= DRIFT_MM


def test_no_mark_is_shown_on_another_sheet():
    assert all(one is None for one in drifts(list(film("swapped", frames=12)))[6:])


def test_a_sheet_that_comes_back_has_its_marks_again():
    off = drifts(list(film("taken away and back", frames=24)))
    assert None in off
    assert off[-1] is not None
    assert off[-1] <= DRIFT_MM


def test_before_a_sheet_was_taken_there_is_nothing_to_follow():
    assert isinstance(Tracker().next(np.zeros((HEIGHT, WIDTH, 3), np.uint8)), Lost)
    assert isinstance(Tracker().start(np.zeros((HEIGHT, WIDTH, 3), np.uint8)), Lost)
