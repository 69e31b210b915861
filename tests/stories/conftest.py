"""One browser per file of stories; when a story fails, what everybody saw is kept in build/shots."""

from collections.abc import Generator, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.rig import CHROMIUM, FLAGS
from tests.stories.house import House

expect.set_options(timeout=30_000)  # a machine that also does other things is late, and not wrong


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playing:
        chromium = playing.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(autouse=True)
def stand_up(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whoever sat down for a story leaves after it."""
    house = request.getfixturevalue("house") if "house" in request.fixturenames else None
    before = house.here if isinstance(house, House) else 0
    yield
    if isinstance(house, House):
        house.everybody_leaves(but=before)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Function, call: pytest.CallInfo[None]
) -> Generator[None, Any, Any]:
    report = yield
    if report.when == "call" and report.failed and isinstance(house := item.funcargs.get("house"), House):
        house.photograph(item.name)
    return report
