"""Whatever a card answers, a dialogue ends with a result or one of our errors, after one VERIFY and one signature at most."""

import hashlib
import random
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from hardware.card.allowlist import guarded
from hardware.card.dialogue import (
    Dialogue,
    Document,
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
from hardware.card.layout import SHA256_INFO
from hardware.card.virtual import VirtualCard, read
from hardware.errors import ApduForbidden, CardError
from hardware.ports import Response

INFO, HASH = SHA256_INFO + bytes(32), hashlib.sha384(b"").digest()
NOW = datetime(2030, 1, 1, tzinfo=UTC)
PIN, PASSWORD, NUMBER_B = b"1234", b"KOMADO1234", b"19050320341122"
STATUS = (
    0x9000, 0x9000, 0x9000, 0x63C3, 0x63C1, 0x63C0, 0x6300, 0x6282, 0x6A82, 0x6B00, 0x6982, 0x6F00, 0x6110, 0x6C05, 0x6100,
)  # fmt: skip

Maker = Callable[[bytearray, bool], Dialogue[object]]
DIALOGUES: tuple[tuple[bytes, Maker], ...] = (
    (b"", lambda _secret, _last: identify()),
    (b"", lambda _secret, _last: tries_left()),
    (b"", lambda _secret, _last: examine(NOW)),
    (b"", lambda _secret, _last: authentication_certificate()),
    (b"", lambda _secret, _last: authentication_dates()),
    (PIN, lambda secret, last: four_attributes(secret, allow_last_try=last)),
    (NUMBER_B, lambda secret, last: attributes_by_number(secret, allow_last_try=last)),
    (NUMBER_B, lambda secret, last: face_photo(secret, allow_last_try=last)),
    (PIN, lambda secret, last: authenticate(secret, INFO, allow_last_try=last)),
    (PASSWORD, lambda secret, last: sign(secret, Document(INFO, HASH), allow_last_try=last)),
    (PASSWORD, lambda secret, last: signing_certificate(secret, allow_last_try=last)),
)
MOST_COMMANDS = 2_000
"""A dialogue that asks more often than this hangs: the longest file takes 128 of 256 bytes, four times that of fewer."""


@pytest.mark.slow
def test_a_hundred_thousand_hostile_answers_give_results_or_our_own_errors():
    hostilities(100_000, seed=20340503)


@pytest.mark.slow
@pytest.mark.deep
def test_a_million_hostile_answers_give_results_or_our_own_errors():
    hostilities(1_000_000, seed=19440503)


def hostilities(answers: int, seed: int) -> None:
    """Speak all dialogues until so many answers were given; each as hostile as chance wants it."""
    chance = random.Random(seed)
    whose = [read(name) for name in ("ordinary", "ordinary", "child", "next_generation", "phone")]
    while answers > 0:
        value, maker = chance.choice(DIALOGUES)
        secret = bytearray(value)
        card = VirtualCard(chance.choice(whose))
        politeness = chance.choice((chance.random(), 0.9, 0.99, 0.999))
        answers -= one(chance, card, maker(secret, chance.random() < 0.5), politeness)
        assert secret == bytes(len(secret)), "a secret was left behind"


def one(chance: random.Random, card: VirtualCard, dialogue: Dialogue[object], politeness: float) -> int:
    """Speak one dialogue to its end; say how many answers it was given."""
    speech = guarded(dialogue)
    verifies = signatures = given = 0
    try:
        command = next(speech)
        while given < MOST_COMMANDS:
            verifies += command[1] == 0x20 and len(command) > 4
            signatures += command[1] == 0x2A
            given += 1
            command = speech.send(answer(chance, card, command, politeness))
        raise AssertionError("a dialogue without an end")
    except ApduForbidden:
        raise AssertionError("our own dialogue asked for something forbidden") from None
    except (StopIteration, CardError):
        pass
    speech.close()
    assert verifies <= 1
    assert signatures <= 1
    return given


def answer(
    chance: random.Random, card: VirtualCard, command: bytes | bytearray, politeness: float
) -> Response:
    """Answer as the card with this probability (and then with a byte changed now and then), otherwise with anything."""
    if chance.random() < politeness:
        raw = card.execute(command)
        data = bytearray(raw[:-2])
        if data and chance.random() < 1 - politeness:
            data[chance.randrange(len(data))] = chance.randrange(256)
        return Response(bytes(data), int.from_bytes(raw[-2:]))
    sw = chance.choice(STATUS) if chance.random() < 0.8 else chance.randrange(0x10000)
    return Response(chance.randbytes(chance.choice((0, 0, 1, 7, 32, 256, 300))), sw)
