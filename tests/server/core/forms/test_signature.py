"""A signature is what was written: no dot, no resting hand, no corner of the digitiser, nothing outside its frame."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.core.forms.signature import HEIGHT, WIDTH, Signature, smooth, svg, written
from tests.forms import name_written

DOT = ((300.0, 200.0, 0),)
TAPS = tuple(((300.0 + i, 200.0, i * 10), (301.0 + i, 201.0, i * 10 + 5)) for i in range(30))
LINE = tuple((100.0 + k * 10, 200.0, 5000 + k * 10) for k in range(40))


@pytest.mark.parametrize("strokes", [(), (DOT,), TAPS, (DOT,) * 200])
def test_a_dot_is_no_signature(strokes: tuple[tuple[tuple[float, float, int], ...], ...]):
    assert written(Signature(strokes=strokes)) is None


def test_a_hand_resting_before_it_writes_leaves_no_mark():
    assert written(Signature(strokes=(DOT, LINE))) == Signature(strokes=(LINE,))


def test_a_dot_that_begins_a_letter_stays():
    soon = ((300.0, 100.0, 4500), (310.0, 110.0, 4600))
    assert written(Signature(strokes=(soon, LINE))) == Signature(strokes=(soon, LINE))


def test_strokes_keep_their_order_and_their_ends():
    curves = smooth(name_written())
    assert len(curves) == 6
    for curve, stroke in zip(curves, name_written().strokes, strict=True):
        assert curve.start == pytest.approx(stroke[0][:2], abs=0.1)
        assert curve.bends[-1][1] == pytest.approx(stroke[-1][:2], abs=0.1)


coordinates = st.tuples(st.floats(-50, WIDTH + 50), st.floats(-50, HEIGHT + 50), st.integers(0, 3_600_000))


@settings(max_examples=40)
@given(st.lists(st.lists(coordinates, min_size=1, max_size=40).map(tuple), max_size=8))
def test_whatever_the_glass_reports_the_path_is_numbers_inside_the_frame(
    strokes: list[tuple[tuple[float, float, int], ...]],
):
    drawn = svg(Signature(strokes=tuple(strokes)))
    found = re.search(r'd="([^"]*)"', drawn)
    assert found is not None
    assert re.fullmatch(r"[MQ0-9. ]*", found[1])
    for curve in smooth(Signature(strokes=tuple(strokes))):
        for x, y in (curve.start, *(point for bend in curve.bends for point in bend)):
            assert 0 <= x <= WIDTH + 1
            assert 0 <= y <= HEIGHT + 1
