"""Promises about twelve-digit numbers, without any reader."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.sheet.numbers import Region, Word, check_digit_fits, mask, parse, turned_back
from tests.kiosk.sheet.pages import NUMBER, check_digit


@given(st.text("0123456789", min_size=11, max_size=11))
def test_exactly_one_last_digit_fits(eleven: str):
    assert [d for d in range(10) if check_digit_fits(f"{eleven}{d}")] == [check_digit(eleven)]


@pytest.mark.parametrize(
    "digits", ["", "12345678901", "1234567890180", "12345678901x", "１２３４５６７８９０１８"]
)
def test_what_is_not_twelve_digits_does_not_fit(digits: str):
    assert not check_digit_fits(digits)


def test_under_a_mask_nothing_is_left():
    noise = np.random.default_rng(5).integers(1, 256, (400, 300, 3), np.uint8)
    masked = mask(noise, (Region(10, 20, 15, 5),), 100)
    assert not masked[79:98, 40:98].any()
    assert np.array_equal(masked[110:], noise[110:])


@given(st.sampled_from([0, 90, 180, 270]))
def test_a_region_found_on_a_turned_page_is_masked_where_it_was(turn: int):
    from kiosk.sheet.straighten import turned

    dpi, size = 25.4, (100.0, 140.0)  # a pixel a millimetre
    at = np.zeros((140, 100, 3), np.uint8)
    at[30:40, 10:50] = 255
    lying = turned(at, turn)  # type: ignore[arg-type]
    ys, xs = np.nonzero(lying[..., 0])
    found = Region(float(xs.min()), float(ys.min()), float(np.ptp(xs) + 1), float(np.ptp(ys) + 1))
    assert not mask(at, (turned_back(found, turn, size),), dpi).any()  # type: ignore[arg-type]


def test_a_word_that_was_read_is_never_printed():
    assert NUMBER not in repr(Word((0, 0, 1, 1), NUMBER, 90.0))


def test_a_broken_table_of_words_is_read_as_far_as_it_goes():
    good = "5\t1\t1\t1\t1\t1\t10\t20\t30\t40\t91.5\t1234"
    table = "\n".join(("header", good, "5\t1", "4" + good[1:], good.replace("1234", "12a4"), ""))
    assert [word.box for word in parse(table)] == [(10, 20, 30, 40)]
