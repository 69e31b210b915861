"""What only the real service can do to us: die, come back, hang, hold two cards, keep a card verified."""

import asyncio
import importlib
from collections.abc import AsyncIterator
from typing import Any

import pytest

from hardware.card.dialogue import four_attributes, identify, tries_left
from hardware.card.pcsc import PcscCardReader
from hardware.card.virtual import Faults, load
from hardware.card.vpcd import PORTS, VpcdSlot
from hardware.errors import CardError, CardGone, CardMute
from hardware.ports import CardIn, CardOut, ReaderGone, ReaderReady
from server.protocol.values import FourBasicData
from tests.hardware.card.pcscd import Service, heard, until

pytestmark = pytest.mark.pcsc


@pytest.fixture
async def slot(service: Service) -> AsyncIterator[VpcdSlot]:
    slot = VpcdSlot()
    yield slot
    await slot.pull()


@pytest.fixture
async def reader(service: Service) -> AsyncIterator[PcscCardReader]:
    reader = PcscCardReader()
    yield reader
    await reader.close()


async def test_a_service_that_dies_and_returns_is_survived(
    service: Service, slot: VpcdSlot, reader: PcscCardReader
):
    if not service.ours:
        pytest.skip("pcscd of this machine is not ours to kill")
    card = load("ordinary")
    news = reader.news()
    assert await heard(news) == ReaderReady()
    for _ in range(2):
        await slot.insert(card)
        assert isinstance(await heard(news), CardIn)
        assert await reader.talk(tries_left()) == 3
        service.kill()
        assert await heard(news) == ReaderGone("no_service")
        with pytest.raises(CardGone):
            await reader.talk(identify())
        service.start()
        assert await heard(news) == ReaderReady()
    await slot.insert(card)
    assert isinstance(await heard(news), CardIn)
    assert isinstance(await reader.talk(four_attributes(bytearray(b"1234"))), FourBasicData)


async def test_a_service_that_dies_while_a_card_is_read_is_a_card_error(
    service: Service, slot: VpcdSlot, reader: PcscCardReader
):
    if not service.ours:
        pytest.skip("pcscd of this machine is not ours to kill")
    news = reader.news()
    card = load("ordinary")
    await slot.insert(card)
    while not isinstance(await heard(news), CardIn):
        pass
    before = len(card.answered)
    card.faults = Faults(slow=0.2)
    pin = bytearray(b"1234")
    talk = asyncio.create_task(reader.talk(four_attributes(pin)))
    await until(lambda: len(card.answered) > before)
    service.kill()
    with pytest.raises(CardError):
        await talk
    assert pin == bytes(4)
    service.start()


async def test_two_cards_are_refused_until_one_is_taken_away(slot: VpcdSlot, reader: PcscCardReader):
    second = VpcdSlot(port=PORTS[1], contactless=True)
    news = reader.news()
    assert await heard(news) == ReaderReady()
    await slot.insert(load("ordinary"))
    first = await heard(news)
    assert isinstance(first, CardIn)
    assert not first.contactless
    await second.insert(load("child"))
    assert await heard(news) == ReaderGone("two_cards")
    pin = bytearray(b"1234")
    with pytest.raises(CardGone):
        await reader.talk(four_attributes(pin))
    assert pin == bytes(4)
    await slot.pull()
    other = await heard(news)
    assert isinstance(other, CardIn)
    assert other.contactless
    assert isinstance(await reader.talk(four_attributes(bytearray(b"5678"))), FourBasicData)
    await second.pull()
    assert await heard(news) == CardOut()


async def test_a_reader_that_hangs_costs_its_thread_but_not_the_kiosk(service: Service, slot: VpcdSlot):
    reader = PcscCardReader(patience=0.3)
    news = reader.news()
    card = load("ordinary")
    await slot.insert(card)
    while not isinstance(await heard(news), CardIn):
        pass
    card.faults = Faults(slow=3600)
    pin = bytearray(b"1234")
    with pytest.raises(CardMute, match="in time"):
        await reader.talk(four_attributes(pin))
    assert pin == bytes(4)
    with pytest.raises(CardMute):
        await reader.talk(identify())  # the hanging conversation still holds the card
    await slot.pull()
    async with asyncio.timeout(5):
        await reader.close()


async def test_a_card_left_verified_by_a_process_that_died_loses_its_power_at_the_start(
    service: Service, slot: VpcdSlot
):
    card = load("ordinary")
    await slot.insert(card)
    scard: Any = importlib.import_module("smartcard.scard")  # somebody else's program
    _, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
    _, names = scard.SCardListReaders(context, [])

    def connects() -> bool:
        nonlocal handle
        code, handle, _ = scard.SCardConnect(context, names[0], scard.SCARD_SHARE_SHARED, 3)
        return code == 0

    handle = 0
    await until(connects)
    for command in ("00A4040C0AD3921000310001010408", "00A4020C020011", "002000800431323334"):
        code, answer = await asyncio.to_thread(
            scard.SCardTransmit, handle, scard.SCARD_PCI_T1, list(bytes.fromhex(command))
        )
        assert (code, answer) == (0, [0x90, 0x00])
    scard.SCardDisconnect(handle, scard.SCARD_LEAVE_CARD)
    scard.SCardReleaseContext(context)
    assert card.powered
    ups = card.power_ups
    reader = PcscCardReader()
    assert isinstance(await heard(reader.news()), CardIn)
    await until(lambda: not card.powered or card.power_ups > ups, 3)
    await reader.close()


async def test_without_a_service_there_is_no_reader_and_closing_is_quick(service: Service):
    if not service.ours:
        pytest.skip("pcscd of this machine is not ours to stop")
    service.stop()
    reader = PcscCardReader()
    assert await heard(reader.news()) == ReaderGone("no_service")
    with pytest.raises(CardGone):
        await reader.talk(identify())
    async with asyncio.timeout(5):
        await reader.close()


async def test_a_reader_that_nobody_asked_anything_closes_at_once():
    async with asyncio.timeout(1):
        await PcscCardReader().close()
