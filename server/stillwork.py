"""Stills a clerk attached to a case: masked in the browser before they came, sealed here, listed on the 控え, erased with it.

Rule 1: nothing is kept without a reason, and without a person's word on every number that was found (`undecided`).
Rule 2: the picture and its reason leave only towards the clerk who holds the visit; the journal never learns of them.
"""

import asyncio
import logging
from contextlib import asynccontextmanager
from typing import Annotated, Literal
from weakref import WeakValueDictionary

import msgspec
from msgspec import Meta

from server.casework import Cases, drawer
from server.core.checklist.receipt import DAY
from server.hub import Hub
from server.protocol.values import Id, Personal, StaffId, TicketId

log = logging.getLogger(__name__)

STILLS = "stills"
_LIST = "list"
MOST = 12
"""Stills of one visit: papers are looked at; keeping them is the exception."""
LARGEST = 3_000_000
"""Bytes of a masked page: A4 at 200 dpi as JPEG is below one million."""
_JPEG = b"\xff\xd8\xff"

Why = Literal["identity", "procedure", "dispute", "other"]


class Wish(Personal, frozen=True, kw_only=True):
    """What a clerk says of a still they want kept."""

    ticket: Id
    id: Id  # made in the browser: sending it twice keeps it once
    why: Why
    item: Annotated[str, Meta(max_length=64)] = ""  # a line of the checklist; "" = the visit
    item_name: Annotated[str, Meta(max_length=120)] = ""
    note: Annotated[str, Meta(max_length=120)] = ""
    masks: Annotated[int, Meta(ge=0, le=500)] = 0  # boxes that were burnt in
    undecided: Annotated[int, Meta(ge=0, le=500)] = 0  # numbers nobody has looked at


class Kept(Personal, frozen=True, kw_only=True):
    """A still in the case."""

    id: Id
    why: Why
    item: str
    item_name: str
    note: str
    masks: int
    at: float
    by: StaffId


class KeptList(Personal, frozen=True, kw_only=True):
    """The stills of one visit, and how long they stay."""

    stills: tuple[Kept, ...] = ()
    days: float = 0.0


class NotKept(Exception):
    """It was not kept; `why` is a key of the API's texts."""

    def __init__(
        self, why: Literal["still_undecided", "still_no_reason", "still_too_many", "still_no_picture"]
    ) -> None:
        super().__init__(why)
        self.why = why


class Stillwork:
    """The kept stills of one city's visits."""

    def __init__(self, hub: Hub, cases: Cases) -> None:
        self._hub = hub
        self._cases = cases
        self._locks: WeakValueDictionary[TicketId, asyncio.Lock] = WeakValueDictionary()

    def kinds(self) -> dict[str, float]:
        """Return after how many seconds this drawer of a visit is erased."""
        return {STILLS: self._hub.city.retention.stills_days * DAY}

    async def keep(self, ticket: TicketId, wish: Wish, jpeg: bytes, staff: StaffId) -> None:
        """Seal a masked still; the same one again changes nothing. Raises NotKept."""
        if wish.undecided:
            raise NotKept("still_undecided")
        if wish.why == "other" and not wish.note.strip():
            raise NotKept("still_no_reason")
        if not jpeg.startswith(_JPEG) or len(jpeg) > LARGEST:
            raise NotKept("still_no_picture")
        one = Kept(
            id=wish.id,
            why=wish.why,
            item=wish.item,
            item_name=wish.item_name,
            note=wish.note.strip(),
            masks=wish.masks,
            at=self._hub.now().wall,
            by=staff,
        )
        async with self._at(ticket):
            kept = await self._list(ticket)
            if any(old.id == one.id for old in kept):
                return
            if len(kept) >= MOST:
                raise NotKept("still_too_many")
            place = drawer(ticket, STILLS)
            # The picture first: a list never names what is not there.
            await self._cases.put(place, _name(one.id), jpeg)
            await self._cases.put(place, _LIST, msgspec.json.encode((*kept, one)))
        log.info("ticket %s: a still was kept, %d masks", ticket, wish.masks)

    async def kept(self, ticket: TicketId) -> KeptList:
        """Return what is kept of a visit."""
        return KeptList(stills=await self._list(ticket), days=self._hub.city.retention.stills_days)

    async def picture(self, ticket: TicketId, id: str) -> bytes | None:
        """Return a kept still."""
        if all(one.id != id for one in await self._list(ticket)):
            return None
        return await self._cases.get(drawer(ticket, STILLS), _name(id)) or None

    async def drop(self, ticket: TicketId, id: str) -> None:
        """Take a still out of the case before its time."""
        async with self._at(ticket):
            kept = await self._list(ticket)
            left = tuple(one for one in kept if one.id != id)
            if left == kept:
                return
            place = drawer(ticket, STILLS)
            if left:
                await self._cases.put(place, _LIST, msgspec.json.encode(left))
                await self._cases.put(place, _name(id), b"")
            else:
                await self._cases.erase(place)  # the key goes with the last one
        log.info("ticket %s: a kept still was taken out", ticket)

    async def _list(self, ticket: TicketId) -> tuple[Kept, ...]:
        text = await self._cases.get(drawer(ticket, STILLS), _LIST)
        return () if text is None else msgspec.json.decode(text, type=tuple[Kept, ...])

    @asynccontextmanager
    async def _at(self, ticket: TicketId):
        """Let one change come after another."""
        lock = self._locks.setdefault(ticket, asyncio.Lock())
        async with lock:
            yield


def _name(id: str) -> str:
    return f"still.{id}"
