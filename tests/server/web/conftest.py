"""One Chromium and one address per file, one scripted server and one page per test."""

import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.server.web.rig import PROBLEMS, Rig, launch, new_seat, open_page

expect.set_options(timeout=30_000)  # a machine that also does other things is late, and not wrong


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start Chromium; it ends with the file, because its loop would be in the way of asynchronous tests."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def seats() -> list[BrowserContext]:
    """Profiles that hold the pages' files already; they go with the browser."""
    return []


@pytest.fixture(scope="module")
def door() -> Iterator[socket.socket]:
    """One address for a file of tests: whoever comes while nobody serves there waits."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as door:
        yield door


@pytest.fixture
def rig(door: socket.socket) -> Iterator[Rig]:
    """Start the scripted server."""
    rig = Rig(door.dup())
    yield rig
    rig.stop()


@pytest.fixture
def visit(browser: Browser, rig: Rig, seats: list[BrowserContext]) -> Iterator[Callable[..., Page]]:
    """Open pages of the scripted server, each on a seat of its own; an exception in one of them fails the test."""
    pages: list[Page] = []

    taken: list[BrowserContext] = []

    def opened(
        path: str = "/console/", size: tuple[int, int] = (1920, 1080), *, spoils: bool = False, **options: Any
    ) -> Page:
        if len(seats) == len(taken):
            seats.append(new_seat(browser))
        seat = seats.pop(len(taken)) if spoils else seats[len(taken)]  # nobody sits here after a moved clock
        taken.extend([] if spoils else [seat])
        pages.append(open_page(browser, rig, path, size, seat=seat, **options))
        return pages[-1]

    yield opened
    # A page that complains about a refused connection is doing what a test asked for.
    wrong = [
        line
        for page in pages
        for line in PROBLEMS[page]
        if "WebSocket" not in line and "status of 4" not in line
    ]
    for page in pages:
        for one in page.context.pages:
            one.close()
    assert wrong == []
