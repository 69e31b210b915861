"""One Chromium per file, one scripted server and one page per test."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.server.web.rig import PROBLEMS, Rig, launch, open_page


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start Chromium; it ends with the file, because its loop would be in the way of asynchronous tests."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture
def rig() -> Iterator[Rig]:
    """Start the scripted server."""
    rig = Rig()
    yield rig
    rig.stop()


@pytest.fixture
def visit(browser: Browser, rig: Rig) -> Iterator[Callable[..., Page]]:
    """Open pages of the scripted server; an exception in one of them fails the test."""
    pages: list[Page] = []

    def opened(path: str = "/console/", size: tuple[int, int] = (1920, 1080), **options: Any) -> Page:
        pages.append(open_page(browser, rig, path, size, **options))
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
        page.context.close()
    assert wrong == []
