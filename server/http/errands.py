"""Work beside a conversation, asked for by a ring: nothing is kept of it while nobody rings, as a server has a thousand
lines that are silent all day."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

log = logging.getLogger(__name__)


class Errand:
    """One piece of work, never twice at a time; rung while it works, it is done once more afterwards."""

    def __init__(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """`name` stands in the log when the work fails; the failure costs nothing else."""
        self._name = name
        self._work = work
        self._task: asyncio.Task[None] | None = None
        self._due = False
        self._ended = False

    def ring(self) -> None:
        """Ask for it. After `end` nobody listens."""
        self._due = True
        if self._task is None and not self._ended:
            self._task = asyncio.create_task(self._run(), name=self._name)

    async def end(self) -> None:
        """Leave off, and return when it has."""
        self._ended = True
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        try:
            while self._due:
                self._due = False
                try:
                    await self._work()
                except Exception as error:  # its words may hold a name
                    log.error("%s: failed, %s", self._name, type(error).__name__)
        finally:
            self._task = None
