"""A card reader without a reader, for a demo, a desk or a test: virtual cards, in this process.

Stimulus: `insert`, `pull`, `unplug`, `plug`, `faults` of the card that lies in it. Witness: `apdus`, headers only.
It speaks through the same allow-list as the real driver.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Generator
from typing import TypeVar

from hardware.card import virtual
from hardware.card.allowlist import guarded
from hardware.card.newsroom import Newsroom
from hardware.card.virtual import Faults, Mute, Pulled, VirtualCard
from hardware.card.watching import Seat, situation
from hardware.errors import CardGone, CardMute
from hardware.ports import CardNews, Response

T = TypeVar("T")

_READER = "simulated"


class SimulatedCardReader:
    """A `CardReader` on virtual cards."""

    def __init__(self, *, contactless: bool = True) -> None:
        self.apdus: deque[bytes] = deque(maxlen=4096)
        """Witness: the first four bytes of every command that left, oldest first."""
        self.card: VirtualCard | None = None
        self._contactless = contactless
        self._plugged = True
        self._insertions = 0
        self._room = Newsroom()
        self._speaking = asyncio.Lock()
        self._report()

    # ---- stimulus

    def insert(self, card: str | VirtualCard) -> VirtualCard:
        """Put a card there: a persona's name, or a card whose counters shall last; instead of what lay there."""
        self.pull()
        self.card = virtual.load(card) if isinstance(card, str) else card
        self._insertions += 1
        self._report()
        return self.card

    def pull(self) -> None:
        """Take the card away, also in the middle of a dialogue."""
        if self.card is not None:
            self.card.power_off()
            self.card = None
            self._report()

    def unplug(self) -> None:
        """Take the reader away, with whatever lies on it."""
        self._plugged = False
        self.pull()
        self._report()

    def plug(self) -> None:
        """Give the reader back."""
        self._plugged = True
        self._report()

    @property
    def faults(self) -> Faults:
        """What goes wrong with the card that lies there; raises CardGone when there is none."""
        if self.card is None:
            raise CardGone("no card")
        return self.card.faults

    # ---- the port

    def news(self) -> AsyncIterator[CardNews]:
        """Yield the present situation at once, then each change."""
        return self._room.listen()

    async def talk(self, dialogue: Generator[bytes | bytearray, Response, T]) -> T:
        """Drive a dialogue on the card that lies there and power it off at the end."""
        speech = guarded(dialogue)
        try:
            command = next(
                speech
            )  # before anything can fail: only a dialogue that has begun wipes its secrets
            async with self._speaking:
                card = self.card
                if card is None:
                    raise CardGone("no card")
                card.power_off()
                try:
                    while True:
                        response = await self._exchange(card, command)
                        command = speech.send(response)
                finally:
                    card.power_off()
        except StopIteration as end:
            return end.value
        finally:
            speech.close()

    async def close(self) -> None:
        """End the news; nothing is left verified."""
        if self.card is not None:
            self.card.power_off()
        self._room.close()

    async def _exchange(self, card: VirtualCard, command: bytes | bytearray) -> Response:
        self.apdus.append(bytes(command[:4]))
        await asyncio.sleep(card.faults.slow)  # also lets a `pull` from elsewhere happen in between
        if self.card is not card:
            raise CardGone("taken away")
        try:
            raw = card.execute(command)
        except Pulled:
            self.pull()
            raise CardGone("taken away") from None
        except Mute:
            raise CardMute("no answer") from None
        if len(raw) < 2:
            raise CardMute("no status word")
        return Response(raw[:-2], int.from_bytes(raw[-2:]))

    def _report(self) -> None:
        seat = Seat(_READER, self.card is not None, False, self._contactless, self._insertions)
        self._room.report(situation([seat] if self._plugged else []))
