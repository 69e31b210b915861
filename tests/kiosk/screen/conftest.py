"""One browser and one page server for all tests of the resident's page."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.kiosk.screen.serve import Agent, agent, chromium

expect.set_options(timeout=30_000)  # a machine that also does other things is late, and not wrong


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium."""
    with chromium() as it:
        yield it


@pytest.fixture(scope="module")
def kiosk() -> Iterator[Agent]:
    """The agent's side."""
    with agent() as it:
        yield it


@pytest.fixture(scope="module")
def library(browser: Browser, kiosk: Agent) -> Iterator[Page]:
    """A page that only lends its modules to tests of pure functions."""
    it = browser.new_page()
    it.goto(kiosk.url)
    yield it
    it.close()


@pytest.fixture(scope="module")
def window(browser: Browser) -> Iterator[BrowserContext]:
    """Pages of the usual size whose clock a test can move; their files are loaded once."""
    it = browser.new_context(viewport={"width": 1920, "height": 1080})
    it.clock.install()
    yield it
    it.close()


@pytest.fixture
def page(window: BrowserContext, kiosk: Agent) -> Iterator[Page]:
    """A fresh page whose errors fail the test."""
    it = window.new_page()
    errors: list[str] = []
    it.on("pageerror", lambda error: errors.append(str(error)))
    it.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    it.goto(kiosk.url)
    kiosk.forget()
    yield it
    it.close()
    assert errors == []
