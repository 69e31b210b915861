"""A panel without pins. Stimulus: `press`, `lift`, `approach`. Witness: `lamps`, `history`."""

import asyncio
from collections.abc import AsyncIterator
from typing import Literal

from hardware.ports import Handset, Lamps, PanelNews, Presence, Pressed


class SimulatedPanel:
    """`hardware.ports.Panel` played by hand."""

    def __init__(self) -> None:
        self._news: asyncio.Queue[PanelNews] = asyncio.Queue()
        self.lamps = Lamps()
        self.history: list[Lamps] = []

    def press(self, button: Literal["call", "repeat", "end"]) -> None:
        """Press and let go."""
        self._news.put_nowait(Pressed(button))

    def lift(self, lifted: bool) -> None:
        """Lift the handset, or put it back."""
        self._news.put_nowait(Handset(lifted))

    def approach(self, here: bool) -> None:
        """Somebody comes, or leaves."""
        self._news.put_nowait(Presence(here))

    async def news(self) -> AsyncIterator[PanelNews]:
        """Yield each use, in order."""
        while True:
            yield await self._news.get()

    def show(self, lamps: Lamps) -> None:
        """Remember what would be lit; the last thousand changes are kept."""
        if lamps != self.lamps:
            self.history = [*self.history[-999:], lamps]
            self.lamps = lamps

    async def close(self) -> None:
        """All lamps off."""
        self.show(Lamps())
