"""Words to people with a reservation, through the city's own sender: it gets a number and a sentence, and sends them.

What is owed is derived from the book (`core/booking/words.py`); whom to tell and what was said is sealed in a drawer of
its own before anything leaves. The sender is tried as the back office is: soon, then ever more slowly, never not.
"""

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Literal

import msgspec
from msgspec.structs import replace

from server.booking import Bookings
from server.casework import Cases
from server.core.booking.book import Booking
from server.core.booking.words import Kind, Said, Told, after, over, owed
from server.core.checklist.receipt import DAY
from server.core.forms.delivery import Delivery
from server.core.hours import clock, iso, local, said
from server.hub import Hub
from server.outgoing import Outgoing
from server.protocol.values import AppointmentId, Personal, TicketId

log = logging.getLogger(__name__)

MESSAGE = "message"
LOOK = 5.0
"""Seconds between looks at the book: a word that is due leaves within so many."""

TEXTS: dict[Kind, str] = {
    "reserved": "{city} リモート窓口です。{when}、{site}の ご予約を 受けました。番号は {code} です。",
    "moved": "{city} リモート窓口です。ご予約を {when}、{site}に かえました。番号は {code} の ままです。",
    "tomorrow": "{city} リモート窓口です。{when}、{site}の ご予約が 近づきました。番号は {code} です。",
    "soon": "{city} リモート窓口です。ご予約は このあと {when}、{site}です。番号は {code} です。",
    "cancelled": "{city} リモート窓口です。{when}の ご予約を 取り消しました。番号は もう 使えません。",
}
ASK = "お問い合わせは {telephone} へ。"


class Word(Personal, frozen=True, kw_only=True):
    """What the sender gets; the same `id` again is the same word."""

    id: str
    kind: Kind | Literal["callback"]
    to: str
    text: str
    starts: str
    site: str
    purpose: str
    code: str


Send = Callable[[Word], Awaitable[str]]
"""Hand a word over; return in a word why it was not taken, "" when it was."""


class Messages:
    """The words of one city that has a sender."""

    def __init__(self, hub: Hub, cases: Cases, bookings: Bookings, send: Send) -> None:
        self._hub = hub
        self._cases = cases
        self._bookings = bookings
        self._send = send
        self._said: dict[AppointmentId, tuple[Said, ...]] = {}
        self._silent: set[AppointmentId] = set()  # who left no number
        self.outgoing = Outgoing(hub, self)

    async def run(self) -> None:
        """Run for ever: whatever becomes due is said."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.outgoing.run(), name="say what is owed")
            tasks.create_task(self._look(), name="look what is owed")

    async def everybody(self) -> Sequence[TicketId]:
        """Name every reservation of which somebody was told."""
        return await self._cases.holding(MESSAGE)

    async def hand_out(self, ticket: TicketId) -> Delivery | None:
        """Say what is owed; how far that came is durable before this returns."""
        id = AppointmentId(ticket.removeprefix(f"{MESSAGE}."))
        while True:
            booking, wall = self._hub.board().book.bookings.get(id), self._hub.now().wall
            told = await self._told(id, booking)
            if told is None:
                return None
            self._said[id] = told.said
            if booking is None or over(booking, told.said, wall):
                await self._cases.erase(ticket)  # whom to tell is nobody's business any more
                return None
            kind = owed(booking, told.said, wall)
            if kind is None:
                return None
            why = await self._try(self._word(booking, told, kind))
            if why:
                log.warning("booking %s: not said (%s), %s", id, kind, why)
                begun = replace(told.delivery, since=told.delivery.since or wall)
                told = replace(told, delivery=begun.failed(why, wall))
                await self._keep(ticket, told)
                return told.delivery
            told = after(told, kind, booking, wall)
            await self._keep(ticket, told)
            self._said[id] = told.said
            log.info("booking %s: said (%s)", id, kind)

    # ------------------------------------------------------------ inside

    async def _look(self) -> None:
        while True:
            wall = self._hub.now().wall
            for booking in self._hub.board().book.bookings.values():
                if booking.id in self._silent:
                    continue
                if owed(booking, self._said.get(booking.id, ()), wall) is not None:
                    self.outgoing.ring(_drawer(booking.id))
            await asyncio.sleep(LOOK)

    async def _told(self, id: AppointmentId, booking: Booking | None) -> Told | None:
        kept = await self._cases.get(_drawer(id), MESSAGE)
        if kept is not None:
            return msgspec.json.decode(kept, type=Told)
        details = None if booking is None else await self._bookings.details(id)
        if booking is None or details is None or not details.telephone:
            self._silent.add(id)
            return None
        told = Told(
            telephone=details.telephone, purpose=details.purpose, site=details.site, code=details.code
        )
        await self._keep(_drawer(id), told)  # before anything leaves
        ends = booking.starts + self._hub.city.retention.booking_days * DAY
        await self._cases.erase_at(_drawer(id), ends)
        return told

    async def _try(self, word: Word) -> str:
        try:
            return await self._send(word)
        except Exception as error:  # a sender nobody foresaw must not end the server, nor print a number
            return type(error).__name__

    def _word(self, booking: Booking, told: Told, kind: Kind) -> Word:
        city = self._hub.city
        here = local(booking.starts)
        when = f"{said(here.date().isoformat())} {clock(here.hour * 60 + here.minute)}"
        text = TEXTS[kind].format(city=city.name, when=when, site=told.site or "窓口", code=told.code)
        if city.telephone:
            text += ASK.format(telephone=city.telephone)
        drawn = hashlib.sha256(f"{booking.id}\n{kind}\n{booking.starts}\n{len(told.said)}".encode())
        return Word(
            id=f"{kind}-{drawn.hexdigest()[:16]}",
            kind=kind,
            to=told.telephone,
            text=text,
            starts=iso(booking.starts),
            site=told.site,
            purpose=told.purpose,
            code=told.code,
        )

    async def _keep(self, ticket: TicketId, told: Told) -> None:
        await self._cases.put(ticket, MESSAGE, msgspec.json.encode(told))


def _drawer(booking: AppointmentId) -> TicketId:
    return TicketId(f"{MESSAGE}.{booking}")
