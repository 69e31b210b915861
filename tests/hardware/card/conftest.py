"""Fixtures: the real service, and one place per driver where a card can be put."""

from collections.abc import AsyncIterator, Iterator

import pytest

from hardware.card.pcsc import PcscCardReader
from hardware.card.simulated import SimulatedCardReader
from hardware.card.virtual import VirtualCard
from hardware.card.vpcd import VpcdSlot
from hardware.ports import CardReader
from tests.hardware.card.pcscd import Service


class Place:
    """A reader and the hand that puts cards there."""

    def __init__(self, reader: CardReader, hand: SimulatedCardReader | VpcdSlot) -> None:
        self.reader = reader
        self._hand = hand

    async def insert(self, card: VirtualCard) -> None:
        match self._hand:
            case SimulatedCardReader() as hand:
                hand.insert(card)
            case VpcdSlot() as hand:
                await hand.insert(card)

    async def pull(self) -> None:
        match self._hand:
            case SimulatedCardReader() as hand:
                hand.pull()
            case VpcdSlot() as hand:
                await hand.pull()


@pytest.fixture
def service() -> Iterator[Service]:
    with Service() as running:
        yield running


@pytest.fixture(params=["simulated", pytest.param("pcsc", marks=pytest.mark.pcsc)])
async def place(request: pytest.FixtureRequest) -> AsyncIterator[Place]:
    match request.param:
        case "simulated":
            reader = SimulatedCardReader()
            yield Place(reader, reader)
            await reader.close()
        case _:
            request.getfixturevalue("service")
            reader, slot = PcscCardReader(), VpcdSlot()
            yield Place(reader, slot)
            await slot.pull()
            await reader.close()
