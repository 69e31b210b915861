"""Signed forms on their way to the back office: tried at once, then ever more slowly, until they are there or erased.

What is owed stands in the encrypted case itself, so a restart, a crash or a restored backup forgets nothing: at the
start every case that holds forms is looked at. Here is only the memory of when to try again.
"""

import asyncio
import logging
from collections.abc import Sequence
from typing import Protocol

from server.core.forms.delivery import Delivery, again_at
from server.hub import Hub
from server.protocol.messages import ExportState
from server.protocol.values import TicketId

log = logging.getLogger(__name__)

LOOK_AT_LEAST = 15.0
"""Seconds: a clock that was set forward is noticed within so many."""


class Owing(Protocol):
    """Whoever keeps the forms."""

    async def everybody(self) -> Sequence[TicketId]:
        """Name every visit that has forms."""
        ...

    async def hand_out(self, ticket: TicketId) -> Delivery | None:
        """Try to hand out what a visit owes; return how that stands now, None when nothing is owed any more."""
        ...


def together(one: ExportState, other: ExportState) -> ExportState:
    """Return how two queues stand, for whoever looks after both."""
    since = [at.since for at in (one, other) if at.since]
    return ExportState(
        waiting=one.waiting + other.waiting, since=min(since, default=0.0), why=one.why or other.why
    )


class Outgoing:
    """The queue of one city; nothing in it names a person or a form."""

    def __init__(self, hub: Hub, owing: Owing) -> None:
        self._hub = hub
        self._owing = owing
        self._waiting: dict[TicketId, Delivery] = {}
        self._bell = asyncio.Event()

    def ring(self, ticket: TicketId) -> None:
        """Something of this visit is owed: try at once."""
        self._waiting.setdefault(ticket, Delivery(since=self._hub.now().wall))
        self._bell.set()

    def state(self) -> ExportState:
        """Return how many visits wait, since when, and why the last try failed."""
        failed = [one for one in self._waiting.values() if one.tries]
        last = max(failed, key=lambda one: one.failed_at, default=None)
        return ExportState(
            waiting=len(failed),
            since=min((one.since for one in failed), default=0.0),
            why="" if last is None else last.why,
        )

    async def run(self) -> None:
        """Run for ever: whatever is owed is tried when its time has come."""
        for ticket in await self._owing.everybody():
            await self._try(ticket)
        while True:
            now = self._hub.now().wall
            for ticket in [one for one, delivery in self._waiting.items() if again_at(delivery) <= now]:
                await self._try(ticket)
            await self._wait()

    async def _try(self, ticket: TicketId) -> None:
        try:
            delivery = await self._owing.hand_out(ticket)
        except Exception as error:  # a case nobody foresaw must end neither the queue nor the server
            log.error("ticket %s: its forms could not be handed out, %s", ticket, type(error).__name__)
            before = self._waiting.get(ticket, Delivery(since=self._hub.now().wall))
            delivery = before.failed(type(error).__name__, self._hub.now().wall)
        if delivery is None:
            self._waiting.pop(ticket, None)
        else:
            self._waiting[ticket] = delivery

    async def _wait(self) -> None:
        now = self._hub.now().wall
        next_at = min((again_at(one) for one in self._waiting.values()), default=now + LOOK_AT_LEAST)
        try:
            async with asyncio.timeout(min(max(next_at - now, 0.0), LOOK_AT_LEAST)):
                await self._bell.wait()
        except TimeoutError:
            return
        self._bell.clear()
