"""The 12 digits never cross the border to PC/SC: not by our dialogues, not by a dialogue that tries everything."""

import random
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from hardware.card.dialogue import (
    Dialogue,
    Document,
    Photo,
    Signature,
    Signed,
    attributes_by_number,
    authenticate,
    authentication_certificate,
    authentication_dates,
    examine,
    face_photo,
    four_attributes,
    identify,
    sign,
    signing_certificate,
    tries_left,
)
from hardware.card.layout import JPKI, SHA256_INFO, TEXT, VISUAL
from hardware.card.pcsc import PcscCardReader
from hardware.card.virtual import VirtualCard, load
from hardware.card.virtual.files import COMMON, JUKI
from hardware.card.vpcd import VpcdSlot
from hardware.errors import ApduForbidden, CardError
from hardware.ports import CardIn
from server.protocol.values import FourBasicData
from tests.hardware.card.by_hand import tapped
from tests.hardware.card.pcscd import Service, heard

pytestmark = [pytest.mark.pcsc, pytest.mark.slow]

INFO = SHA256_INFO + bytes(32)
NUMBER_B = b"19050320341122"
AIDS = (TEXT, JPKI, VISUAL, JUKI, COMMON)


@pytest.fixture
async def reader(service: Service) -> AsyncIterator[PcscCardReader]:
    reader = PcscCardReader()
    yield reader
    await reader.close()


@pytest.fixture
async def card(service: Service, reader: PcscCardReader) -> AsyncIterator[VirtualCard]:
    card, slot = load("ordinary"), VpcdSlot()
    news = reader.news()
    await slot.insert(card)
    while not isinstance(await heard(news), CardIn):
        pass
    yield card
    await slot.pull()


def holds_number(card: VirtualCard, told: bytes) -> bool:
    """Look for the canary in any form it could have travelled in: in a row, or cut by the ends of answers."""
    number = card.persona.number
    return (
        number.encode() in told or bytes.fromhex(number) in told or bool(re.search(number[:8].encode(), told))
    )


async def test_the_canary_is_found_where_it_may_be_found(card: VirtualCard):
    for command in (
        "00A4040C0A" + TEXT.hex(),
        "00A4020C020011",
        "002000800431323334",
        "00A4020C020001",
        "00B0000000",
    ):
        card.execute(bytes.fromhex(command))
    assert holds_number(card, b"".join(card.answered))


async def test_no_dialogue_of_ours_brings_the_number_across(card: VirtualCard, reader: PcscCardReader):
    from_service: list[bytes] = []
    dialogues: list[tuple[Dialogue[object], type]] = [
        (identify(), str),
        (tries_left(), int),
        (examine(datetime.now(UTC)), object),
        (authentication_certificate(), object),
        (authentication_dates(), object),
        (four_attributes(bytearray(b"1234")), FourBasicData),
        (attributes_by_number(bytearray(NUMBER_B)), FourBasicData),
        (face_photo(bytearray(NUMBER_B)), Photo),
        (authenticate(bytearray(b"1234"), INFO), Signature),
        (signing_certificate(bytearray(b"KOMADO1234")), object),
        (sign(bytearray(b"KOMADO1234"), Document(INFO, bytes(48))), Signed),
    ]
    for dialogue, result in dialogues:
        assert isinstance(await reader.talk(tapped(dialogue, from_service)), result)
    on_the_wire = b"".join(card.answered)
    assert card.persona.name.encode() in on_the_wire, "we looked at the right wire"
    assert card.persona.name.encode() in b"".join(from_service)
    assert not holds_number(card, on_the_wire)
    assert not holds_number(card, b"".join(from_service))


async def test_no_hostile_dialogue_brings_the_number_across(card: VirtualCard, reader: PcscCardReader):
    chance = random.Random(111122)
    from_service: list[bytes] = []
    stopped = 0
    for attempt in range(300):
        try:
            await reader.talk(tapped(hostile(chance, attempt), from_service))
        except ApduForbidden:
            stopped += 1
        except CardError:
            pass
    assert stopped > 100
    assert len(card.answered) > 1000
    assert not holds_number(card, b"".join(card.answered))
    assert not holds_number(card, b"".join(from_service))
    pins = card.persona.pins
    assert pins is not None
    assert isinstance(await reader.talk(four_attributes(bytearray(pins.text.encode()))), FourBasicData), (
        "no PIN was changed"
    )


def hostile(chance: random.Random, attempt: int) -> Dialogue[None]:
    """Open everything that may be opened, then reach for what may not."""
    openings = (
        (TEXT, 0x0011, b"1234"),
        (TEXT, 0x0015, NUMBER_B),
        (VISUAL, 0x0012, NUMBER_B),
        (JPKI, 0x001B, b"KOMADO1234"),
    )
    application, pin_file, secret = openings[attempt % len(openings)]
    yield select(application)
    yield select_file(pin_file)
    yield bytes.fromhex("00200080")
    yield bytes.fromhex("00200080") + bytes((len(secret),)) + secret
    for _ in range(30):
        yield (
            chance.choice(
                (
                    select(chance.choice(AIDS[:3])),
                    select_file(chance.choice((0x0002, 0x0011, 0x0015, 0x000A, 0x0012))),
                    bytes((0x00, 0xB0, 0x00, chance.randrange(256), chance.randrange(256))),
                    bytes((0x00, 0xC0, 0x00, 0x00, chance.randrange(256))),
                )
            )
            if chance.random() < 0.97
            else forbidden(chance)
        )


def forbidden(chance: random.Random) -> bytes:
    """Say something that would bring the number, or is near it."""
    return chance.choice(
        (
            select(chance.choice(AIDS[3:])),
            select_file(chance.choice((0x0001, 0x0003, 0x0005, 0x0006, 0x0007, 0x0013, 0x0014))),
            bytes((0x00, 0xB0, 0x80 | chance.choice((1, 5)), 0x00, 0x00)),
            bytes((0x00, 0xB2, 0x01, 0x04, 0x00)),
            bytes.fromhex("002000910431323334"),
            bytes.fromhex("00240180083030303030303030"),
            chance.randbytes(chance.randrange(1, 20)),
        )
    )


def select(application: bytes) -> bytes:
    return bytes.fromhex("00A4040C0A") + application


def select_file(file: int) -> bytes:
    return bytes.fromhex("00A4020C02") + file.to_bytes(2)
