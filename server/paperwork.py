"""Papers that could not be printed, sealed as they were drawn, and what the back office is told besides forms.

A paper waits as dots: whatever changes meanwhile, the one that is fetched is the one that was ordered.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary

import msgspec
from msgspec.structs import replace

from server.casework import RECORD, Cases, drawer
from server.core.checklist.receipt import DAY
from server.core.forms.delivery import Delivery
from server.core.notices import Notice, Notices, owed, told_of
from server.hub import Hub
from server.outgoing import Outgoing
from server.protocol.values import Personal, TicketId

log = logging.getLogger(__name__)

WAITING = "waiting"
NOTICES = "notices"

Tell = Callable[[Notice, bytes], Awaitable[str]]


class Drawn(Personal, frozen=True, kw_only=True):
    """A paper as it was drawn: strips of whole rows."""

    width: int
    strips: tuple[bytes, ...]


class Paperwork:
    """The waiting papers and the notices of one city's visits."""

    def __init__(
        self,
        hub: Hub,
        cases: Cases,
        picture: Callable[[int, tuple[bytes, ...]], bytes],
        tell: Tell | None = None,
    ) -> None:
        """`picture` makes a PNG of a drawn paper; `tell` reaches the back office and says why not ("": it has it)."""
        self._hub = hub
        self._cases = cases
        self._picture = picture
        self._tell = tell
        self._locks: WeakValueDictionary[TicketId, asyncio.Lock] = WeakValueDictionary()
        self.outgoing = Outgoing(hub, self)

    @property
    def tells(self) -> bool:
        """Whether there is a back office to tell."""
        return self._tell is not None

    def kinds(self) -> dict[str, float]:
        """Return after how many seconds this drawer of a visit is erased."""
        return {WAITING: self._hub.city.retention.waiting_days * DAY}

    # ------------------------------------------------------------ papers that wait

    async def keep(self, ticket: TicketId, order: str, drawn: Drawn) -> None:
        """Seal a paper as it was drawn; it lies there when this returns."""
        await self._cases.put(drawer(ticket, WAITING), order, msgspec.msgpack.encode(drawn))

    async def waiting(self, ticket: TicketId, order: str) -> Drawn | None:
        """Return a paper that waits, or None when its time is over."""
        text = await self._cases.get(drawer(ticket, WAITING), order)
        return None if text is None else msgspec.msgpack.decode(text, type=Drawn)

    # ------------------------------------------------------------ telling the back office

    async def told(self, ticket: TicketId, notice: Notice) -> None:
        """Owe the back office a word; durable when this returns, and the same word again is told once."""
        async with self._at(ticket):
            before = await self._notices(ticket)
            after = told_of(before, notice)
            if after != before:
                await self._keep(ticket, after)
        if self._tell is not None:
            self.outgoing.ring(ticket)

    async def everybody(self) -> Sequence[TicketId]:
        """Name every visit of which somebody was or is to be told."""
        held = await self._cases.holding(NOTICES)
        return [TicketId(one.removesuffix(f".{RECORD}")) for one in held if one.endswith(f".{RECORD}")]

    async def hand_out(self, ticket: TicketId) -> Delivery | None:
        """Tell what is owed; how far that came is durable before this returns."""
        notices = await self._notices(ticket)
        if self._tell is None or not owed(notices):
            return None
        told: list[str] = []
        why = ""
        for one in owed(notices):
            why = await self._told(ticket, one, self._tell)
            if why:
                log.error("ticket %s: the back office could not be told, %s", ticket, why)
                break
            told.append(one.id)
        async with self._at(ticket):
            now = await self._notices(ticket)
            wall = self._hub.now().wall
            begun = replace(now.delivery, since=now.delivery.since or wall)
            delivery = begun.failed(why, wall) if why else Delivery()
            after = replace(now, told=(*now.told, *told), delivery=delivery)
            if now.all:  # erased meanwhile: its time was over, and nothing of it comes back
                await self._keep(ticket, after)
        return after.delivery if owed(after) else None

    async def _told(self, ticket: TicketId, one: Notice, tell: Tell) -> str:
        picture = b""
        if one.kind == "by_mail":
            drawn = await self.waiting(ticket, one.order)
            if drawn is not None:  # else its time is over, and only that it was to be sent can be told
                picture = await asyncio.to_thread(self._picture, drawn.width, drawn.strips)
        try:
            return await tell(one, picture)
        except Exception as error:  # a back office nobody foresaw must not end the server, nor print a case
            return type(error).__name__

    # ------------------------------------------------------------ inside

    async def _notices(self, ticket: TicketId) -> Notices:
        text = await self._cases.get(drawer(ticket, RECORD), NOTICES)
        return Notices() if text is None else msgspec.json.decode(text, type=Notices)

    async def _keep(self, ticket: TicketId, notices: Notices) -> None:
        await self._cases.put(drawer(ticket, RECORD), NOTICES, msgspec.json.encode(notices))

    @asynccontextmanager
    async def _at(self, ticket: TicketId):
        """Let one change come after another."""
        lock = self._locks.setdefault(ticket, asyncio.Lock())
        async with lock:
            yield
