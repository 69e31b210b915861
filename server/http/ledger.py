"""The books of all visits, filled from the journal when somebody asks, from where they stopped.

The journal is the truth: whatever is counted here can be counted again at any time.
"""

import asyncio
from collections.abc import Mapping

from server.core import numbers
from server.core.city import City
from server.core.hours import day_of
from server.core.visits import Books, Visit
from server.hub import Hub
from server.protocol.values import LaneId

PART = 2000
"""Journal entries entered at a time; between two parts the loop serves its sockets."""


class Ledger:
    """One set of books for everybody who counts."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._books = Books()
        self._filling = asyncio.Lock()
        self._today: dict[LaneId, numbers.Figures] = {}

    async def filled(self) -> Books:
        """Return the books as of now."""
        async with self._filling:
            while part := await self._hub.entries(self._books.seq, PART):
                for entry, event in part:
                    self._books.enter(entry.seq, entry.at, event)
                await asyncio.sleep(0)
        return self._books

    @property
    def today(self) -> Mapping[LaneId, numbers.Figures]:
        """Today's figures by lane, as of the last `count_today`."""
        return self._today

    async def count_today(self, city: City) -> None:
        """Count today's visits, each lane by its own target."""
        books = await self.filled()
        day = day_of(self._hub.now().wall)
        by_lane: dict[LaneId, list[Visit]] = {}
        for visit in books.visits.values():
            if visit.day == day:
                by_lane.setdefault(visit.lane, []).append(visit)
        targets = {lane.id: lane.target for lane in city.lanes}
        self._today = {
            lane: numbers.figures(visits, targets[lane])
            for lane, visits in by_lane.items()
            if lane in targets
        }
