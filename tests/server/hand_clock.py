"""A clock that stands still until a test turns it."""

import asyncio


class HandClock:
    """Monotonic and wall time in the test's hand; `turn` wakes whoever waited for that."""

    def __init__(self, monotonic: float = 1000.0, wall: float = 1_795_136_400.0) -> None:
        self._monotonic = monotonic
        self._wall = wall
        self._waiting: list[tuple[float, asyncio.Future[None]]] = []

    def monotonic(self) -> float:
        """Return seconds that only grow."""
        return self._monotonic

    def wall(self) -> float:
        """Return seconds since 1970."""
        return self._wall

    async def wait_until(self, monotonic: float) -> None:
        """Return once the test has turned the clock that far."""
        if self._monotonic < monotonic:
            turned: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append((monotonic, turned))
            await turned

    def turn(self, seconds: float) -> None:
        """Let time pass."""
        self._monotonic += seconds
        self._wall += seconds
        for due, turned in self._waiting:
            if due <= self._monotonic and not turned.done():
                turned.set_result(None)
        self._waiting = [(due, turned) for due, turned in self._waiting if not turned.done()]

    def set_wall(self, wall: float) -> None:
        """Step the wall clock, as a bad NTP server would."""
        self._wall = wall
