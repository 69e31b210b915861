"""The agent's own page server, driven from a test: displays in, what the page said out."""

import asyncio
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TypeVar

from playwright.sync_api import Browser, Page, sync_playwright

from kiosk.display import DisplayServer, PageConnected, PageLost, ScreenNews, new_token
from server.protocol.screen import Display

FLAGS = (
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-quic", "--autoplay-policy=no-user-gesture-required",
    "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
)  # fmt: skip
PATIENCE_MS = 30_000
T = TypeVar("T")


class Agent:
    """`DisplayServer` on its own loop in its own thread."""

    def __init__(self) -> None:
        self.said: list[ScreenNews] = []
        self._news = threading.Condition()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="page server")
        self._server = DisplayServer(port=0, token=new_token())

    def start(self) -> None:
        """Listen."""
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._server.start(self._receive), self._loop).result(10)

    def stop(self) -> None:
        """Close the page and the port."""
        asyncio.run_coroutine_threadsafe(self._server.stop(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    @property
    def url(self) -> str:
        """The address with its token."""
        return self._server.url

    def show(self, display: Display) -> None:
        """Send a whole display."""
        self._loop.call_soon_threadsafe(self._server.show, display)

    def paper(self, jpeg: bytes | None) -> None:
        """Show a picture of the paper under the camera, or none any more."""
        self._loop.call_soon_threadsafe(self._server.paper, jpeg)

    def reload(self) -> bool:
        """Have the page replaced; True when a new one came."""
        return asyncio.run_coroutine_threadsafe(self._server.reload(10.0), self._loop).result(15)

    def _receive(self, news: ScreenNews) -> None:
        with self._news:
            if not isinstance(news, PageConnected | PageLost):
                self.said.append(news)
            self._news.notify_all()

    def forget(self) -> None:
        """Start listening anew."""
        with self._news:
            self.said.clear()

    def wait(self, enough: Callable[[list[ScreenNews]], T | None]) -> T:
        """Return what `enough` finds in what the page said, as soon as it does."""
        with self._news:
            found = self._news.wait_for(lambda: enough(self.said), timeout=PATIENCE_MS / 1000)
            assert found, f"the page said only {[type(news).__name__ for news in self.said]}"
            return found


@contextmanager
def chromium() -> Generator[Browser]:
    """Open the system's Chromium without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=[*FLAGS, "--headless=new"]
        )
        yield browser
        browser.close()


@contextmanager
def agent() -> Generator[Agent]:
    """Run a page server."""
    it = Agent()
    it.start()
    try:
        yield it
    finally:
        it.stop()


def settled(page: Page, seq: int) -> None:
    """Wait until the display numbered `seq` is painted, with its letters, and nothing is being measured any more."""
    page.wait_for_function(  # a promise would count as true: what must be awaited comes after
        """(seq) => {
            const page = document.querySelector("kiosk-screen");
            return page?.shadowRoot.querySelector(".stage > :first-child")?.display?.seq === seq;
        }""",
        arg=seq,
        timeout=PATIENCE_MS,
    )
    page.evaluate(
        """async () => {
            await document.querySelector("kiosk-screen").shadowRoot.querySelector(".stage > :first-child").updateComplete;
            await document.fonts.ready;
            await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
        }"""
    )
