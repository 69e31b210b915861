"""Promises about the reader of print: Debian's tesseract, kept short."""

import logging
import stat
from pathlib import Path

import pytest

from kiosk.sheet.find import find_sheet
from kiosk.sheet.numbers import Region
from kiosk.sheet.ocr import find_numbers, reading_turn
from kiosk.sheet.straighten import straighten, turned
from tests.kiosk.sheet.pages import NUMBER, NUMBER_BOXES, NUMBER_TEXT, page
from tests.kiosk.sheet.test_judge import take

pytestmark = pytest.mark.slow


def covers(regions: tuple[Region, ...], left: float, top: float, right: float, bottom: float) -> bool:
    """Whether one certain region lies over the middle of a box in millimetres, and not far beyond it."""
    x, y = (left + right) / 2, (top + bottom) / 2
    return any(
        r.certain
        and r.x <= x <= r.x + r.width
        and r.y <= y <= r.y + r.height
        and left - 3 < r.x
        and r.y > top - 3
        for r in regions
    )


async def test_numbers_in_boxes_and_in_groups_are_found_on_a_photo_and_other_numbers_are_not(
    caplog: pytest.LogCaptureFixture,
):
    caplog.set_level(logging.DEBUG)
    image = take("number")
    sheet = find_sheet(image)
    assert sheet is not None
    found = await find_numbers(straighten(image, sheet), turns=(0,))
    assert found.outcome == "searched"
    assert len(found.regions) == 2
    assert covers(found.regions, *NUMBER_BOXES)
    assert covers(found.regions, 18, 196, 73, 208), NUMBER_TEXT
    assert NUMBER not in caplog.text + repr(found)
    assert NUMBER[:4] not in caplog.text + repr(found)


async def test_a_number_on_a_page_that_lies_on_its_side_is_found_too():
    found = await find_numbers(turned(page("number"), 90))
    assert len([region for region in found.regions if region.certain]) == 2


async def test_print_tells_how_to_turn_a_page():
    assert await reading_turn(turned(page("letter"), 180)) == 180


async def test_without_a_reader_it_is_said_that_none_is_installed():
    assert (
        await find_numbers(page("number"), program="tesseract-that-is-not-there")
    ).outcome == "not_installed"


async def test_a_reader_that_hangs_or_fails_is_ended_and_said(tmp_path: Path):
    for name, script in (("hangs", "while :; do :; done"), ("fails", "exit 3")):
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        found = await find_numbers(page("number"), program=str(program), timeout=0.5, turns=(0,))
        assert found.outcome == "failed"
