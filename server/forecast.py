"""Keeps what people are told of their waits true: looks at the queue when it changed, never more often than needed.

The reckoning happens here, beside the hub and not within a decision: commands never wait for it. What comes of it is
a command like any other, so it is durable before anybody sees it, and a second server that says the same says nothing.
"""

import asyncio

from server.core import estimate, telling
from server.core.commands import ServerActor
from server.core.states import Waiting
from server.hub import Hub

SPACING = 3.0
"""Seconds between two looks, however much happens."""

AGAIN = 30.0
"""Seconds after which time alone is worth a look, while anybody waits."""


class Forecaster:
    """Reckons waits for as long as the server runs."""

    def __init__(self, hub: Hub, *, spacing: float = SPACING) -> None:
        self._hub = hub
        self._spacing = spacing
        self._news = asyncio.Event()
        self._news.set()

    async def run(self) -> None:
        """Look for ever: after what happened, and now and then while anybody waits."""
        stop = self._hub.watch(lambda _seq: self._news.set())
        try:
            while True:
                waits = any(isinstance(one.state, Waiting) for one in self._hub.board().tickets.values())
                try:
                    async with asyncio.timeout(AGAIN if waits else None):
                        await self._news.wait()
                except TimeoutError:
                    pass  # nothing happened; time passed
                self._news.clear()
                await self.look()
                await asyncio.sleep(self._spacing)
        finally:
            stop()

    async def look(self) -> None:
        """Reckon once, and have told what is new."""
        hub = self._hub
        board, now = hub.board(), hub.now()
        reckoned = estimate.reckon(board, hub.city, now)
        if telling.told(board, reckoned, now.elapsed):
            await hub.submit(ServerActor(), reckoned)
