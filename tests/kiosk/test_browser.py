"""The browser: brought back when it ends, and nothing of its profile stays."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from kiosk.browser import Browser
from tests.kiosk.scripted import until

PROGRAM = (
    "import sys, time, pathlib; "
    "pathlib.Path(sys.argv[2], 'cookies').write_text(sys.argv[1]); "
    "open(sys.argv[3], 'a').write(sys.argv[1] + ' ' + sys.argv[2] + chr(10)); "
    "time.sleep(60)"
)


async def test_it_is_started_again_with_a_fresh_profile_and_leaves_none(tmp_path: Path):
    marks = tmp_path / "marks"
    profiles = tmp_path / "profiles"
    profiles.mkdir()
    browser = Browser((sys.executable, "-c", PROGRAM, "{url}", "{profile}", str(marks)), profiles, 0.01)
    task = asyncio.create_task(browser.run("http://127.0.0.1:1/#token"))
    lines: list[str] = []

    def started(count: int) -> bool:
        lines[:] = marks.read_text().splitlines() if marks.exists() else []
        return len(lines) >= count

    await until(lambda: started(1))
    browser.restart()
    await until(lambda: started(2))
    assert lines[0].startswith("http://127.0.0.1:1/#token ")
    assert lines[0] != lines[1]
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert os.listdir(profiles) == []
    browser.restart()  # nothing runs, nothing happens


async def test_a_program_that_is_not_there_is_tried_again(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    task = asyncio.create_task(Browser(("no-such-browser", "{url}"), tmp_path, 0.01).run("x"))
    await until(lambda: caplog.text.count("cannot be started") >= 2)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert os.listdir(tmp_path) == []
