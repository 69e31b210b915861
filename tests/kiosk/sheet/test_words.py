"""Promises about the words for what is wrong with a still."""

from typing import get_args

import pytest

from kiosk.sheet.geometry import Place
from kiosk.sheet.judge import Finding, Key
from kiosk.sheet.words import say, words


def test_the_clerk_reads_what_is_wrong_and_where():
    assert say(Finding("cut_off", "bottom_right")) == "紙の右下が切れています"
    assert say(Finding("glare", "top_left", 0.02)) == "光って読めないところがあります（左上）"
    assert say(Finding("small", measure=96.0)) == "小さく写っています（約96dpi）"


@pytest.mark.parametrize("reader", ["clerk", "resident"])
def test_every_finding_has_words_for_everybody(reader: str):
    assert set(words()[reader]) == set(get_args(Key))
    assert set(words()["place"]) == set(get_args(Place))
    for key in get_args(Key):
        assert "{" not in say(Finding(key, "top", 1.0), reader)  # type: ignore[arg-type]
