"""A reader of the real PC/SC service in which the test's own process puts virtual cards."""

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any

from hardware.card.virtual import VirtualCard
from hardware.card.vpcd import VpcdSlot


class CardPlace:
    """A hand at the reader, from a test without a loop of its own."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="card place", daemon=True)
        self._thread.start()
        self._slot = VpcdSlot(contactless=True)

    def insert(self, card: VirtualCard) -> None:
        """Put it there."""
        self._do(self._slot.insert(card))

    def pull(self) -> None:
        """Take it away."""
        self._do(self._slot.pull())

    def close(self) -> None:
        """Take everything away."""
        self.pull()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        done: Future[None] = asyncio.run_coroutine_threadsafe(work, self._loop)
        done.result(10)
