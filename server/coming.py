"""「つぎは あなたの 番です」: one word to whoever went home to be called, so that they are near their telephone.

Sent once, when nobody in their lane is ahead of them and somebody is at work there. That it was said is sealed beside
the number and goes with it; the word's id follows from the ticket, so a repetition after a crash is the same word.
"""

import asyncio
import hashlib
import logging
from collections.abc import Sequence

from server.booking import TELEPHONE
from server.casework import Cases, drawer
from server.core.coming import is_coming
from server.core.forms.delivery import Delivery
from server.hub import Hub
from server.messages import ASK, Send, Word
from server.outgoing import Outgoing
from server.protocol.values import TicketId

log = logging.getLogger(__name__)

SAID = "coming"
LOOK = 5.0
"""Seconds between looks at the queue."""

TEXT = "{city} リモート窓口です。つぎは あなたの 番です（番号 {number}）。まもなく お電話します。"


class Coming:
    """The callbacks of one city that has a sender."""

    def __init__(self, hub: Hub, cases: Cases, send: Send) -> None:
        self._hub = hub
        self._cases = cases
        self._send = send
        self._said: set[TicketId] = set()
        self._failed: dict[TicketId, Delivery] = {}
        self._outgoing = Outgoing(hub, self)

    async def run(self) -> None:
        """Run for ever: whoever is next is told."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._outgoing.run(), name="say who is next")
            tasks.create_task(self._look(), name="look who is next")

    async def everybody(self) -> Sequence[TicketId]:
        """Name nobody: whoever is next is found by looking, after a restart too."""
        return ()

    async def hand_out(self, ticket: TicketId) -> Delivery | None:
        """Tell this resident, unless they were told or their turn is over; a refusal is tried again while it is not."""
        place = drawer(ticket, TELEPHONE)
        found = self._hub.board().tickets.get(ticket)
        number = await self._cases.get(place, TELEPHONE)
        told = ticket in self._said or await self._cases.get(place, SAID) is not None
        if told or found is None or number is None or not is_coming(self._hub.board(), self._hub.city, found):
            if told:
                self._said.add(ticket)
            self._failed.pop(ticket, None)
            return None
        why = await self._try(self._word(ticket, found.number, found.purpose, number.decode()))
        if why:
            log.warning("ticket %s: not told that it is next, %s", ticket, why)
            failed = self._failed.get(ticket, Delivery()).failed(why, self._hub.now().wall)
            self._failed[ticket] = failed
            return failed
        await self._cases.put(place, SAID, b"said")
        self._said.add(ticket)
        self._failed.pop(ticket, None)
        log.info("ticket %s: told that it is next", ticket)
        return None

    async def _look(self) -> None:
        while True:
            board, city = self._hub.board(), self._hub.city
            self._said &= board.tickets.keys()
            for ticket in board.tickets.values():
                if ticket.id not in self._said and is_coming(board, city, ticket):
                    self._outgoing.ring(ticket.id)
            await asyncio.sleep(LOOK)

    async def _try(self, word: Word) -> str:
        try:
            return await self._send(word)
        except Exception as error:  # a sender nobody foresaw must not end the server, nor print a number
            return type(error).__name__

    def _word(self, ticket: TicketId, number: int, purpose: str, to: str) -> Word:
        city = self._hub.city
        text = TEXT.format(city=city.name, number=number)
        if city.telephone:
            text += ASK.format(telephone=city.telephone)
        drawn = hashlib.sha256(f"{city.id}\n{ticket}\ncallback".encode())
        return Word(
            id=f"callback-{drawn.hexdigest()[:16]}", kind="callback", to=to, text=text,
            starts="", site="", purpose=purpose, code="",
        )  # fmt: skip
