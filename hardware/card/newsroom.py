"""Where the news of a reader is handed out: to every listener, on the event loop."""

import asyncio
from collections.abc import AsyncIterator
from weakref import WeakSet

from hardware.card.watching import Situation, news
from hardware.ports import CardNews


class Newsroom:
    """Hands every change to every listener; whoever comes late is first told how things stand."""

    def __init__(self) -> None:
        self._situation: Situation | None = None
        self._known = asyncio.Event()
        # Weak: a listener that is dropped, iterated or not, needs no goodbye.
        self._listeners: WeakSet[asyncio.Queue[CardNews | None]] = WeakSet()
        self._closed = False

    def situation(self) -> Situation | None:
        """Say how things stand; None = not known yet."""
        return self._situation

    async def first(self) -> None:
        """Wait until anything is known."""
        await self._known.wait()

    def report(self, after: Situation) -> None:
        """Take note of how things stand and tell what changed."""
        changes = news(self._situation, after)
        self._situation = after
        self._known.set()
        for listener in tuple(self._listeners):
            for change in changes:
                listener.put_nowait(change)

    def listen(self) -> AsyncIterator[CardNews]:
        """Yield how things stand now, then each change, until `close`."""
        listener: asyncio.Queue[CardNews | None] = asyncio.Queue()
        if self._situation is not None:
            listener.put_nowait(self._situation.now)
        if self._closed:
            listener.put_nowait(None)
        self._listeners.add(listener)
        return _until_closed(listener)

    def close(self) -> None:
        """End every listener, after what it has not heard yet."""
        self._closed = True
        for listener in tuple(self._listeners):
            listener.put_nowait(None)


async def _until_closed(listener: "asyncio.Queue[CardNews | None]") -> AsyncIterator[CardNews]:
    while (change := await listener.get()) is not None:
        yield change
