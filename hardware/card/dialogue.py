"""What is said to a My Number card and what its answers mean, without a reader.

A dialogue is a generator: it yields commands and is sent a `Response` for each. A driver speaks it through
`allowlist.guarded` and powers the card off afterwards; a test speaks it by hand. Whether selecting an application
again drops a verified PIN is not known, so nothing here relies on either.

    kind = await reader.talk(identify())
    tries = await reader.talk(tries_left())
    result = await reader.talk(four_attributes(pin))        # `pin` is all zeros afterwards
"""

from collections.abc import Generator
from typing import Literal, TypeVar

import msgspec

from hardware.card import basic_four, layout
from hardware.errors import CardMute, CardRefused
from hardware.ports import Response
from server.protocol.values import FourBasicData

T = TypeVar("T")

Command = bytes | bytearray
Dialogue = Generator[Command, Response, T]

CardKind = Literal["my_number", "face_only", "phone", "other"]
"""What lies on the reader: 顔認証マイナンバーカード has no PIN, and a telephone has no four attributes to read."""

_OK = 0x9000
_GENERAL = 0x6F00
_NO_COUNTER = 0x6300
_MOST_PARTS = 64
"""A card that hands out a file byte by byte is broken, not slow."""


class WrongPin(msgspec.Struct, frozen=True):
    """The four digits were not the right ones; one try was spent."""

    tries_left: int


class PinLocked(msgspec.Struct, frozen=True):
    """No try is left: only a municipal window can help. The card itself is not broken."""


class LastTryRefused(msgspec.Struct, frozen=True):
    """Nothing was sent: one try is left, or (None) the card does not say how many."""

    tries_left: int | None


class OtherCard(msgspec.Struct, frozen=True):
    """This is no card with 券面事項入力補助."""


Attributes = FourBasicData | WrongPin | PinLocked | LastTryRefused | OtherCard


def identify() -> Dialogue[CardKind]:
    """Tell what kind of card this is, by what it can do and never by its ATR; spends no try."""
    if (yield from _select_application(layout.TEXT)):
        if not (yield from _select_file(layout.ATTRIBUTES_PIN)):
            return "face_only"
        if (yield from _count()) != 0:
            return "my_number"
        return "face_only" if (yield from _never_had_a_pin()) else "my_number"
    if (yield from _select_application(layout.JPKI)) and (yield from _select_file(layout.TOKEN_INFO)):
        label = (yield from _read(0, 32)).rstrip(b" \x00")
        return "phone" if label in layout.PHONE_TOKENS else "other"
    return "other"


def tries_left() -> Dialogue[int | None]:
    """Ask how often the four digits may still be wrong (0 = locked, None = the card does not say); spends no try."""
    yield from _open_text()
    return (yield from _count())


def four_attributes(pin: bytearray, *, allow_last_try: bool = False) -> Dialogue[Attributes]:
    """Read 基本4情報 with one VERIFY at most; `pin` is overwritten with zeros, whatever happens.

    The last try, or a try of which the card does not say whether it is the last, is spent only with `allow_last_try`.
    """
    try:
        if len(pin) != 4 or not pin.isdigit():
            raise ValueError("a PIN of 券面事項入力補助 has four digits")
        if not (yield from _select_application(layout.TEXT)):
            return OtherCard()
        if not (yield from _select_file(layout.ATTRIBUTES_PIN)):
            return PinLocked()
        left = yield from _count()
        if left == 0:
            return PinLocked()
        if (left is None or left == 1) and not allow_last_try:
            return LastTryRefused(left)
        refused = yield from _verify(pin)
    finally:
        wipe(pin)
    if refused is not None:
        return refused
    if not (yield from _select_file(layout.ATTRIBUTES)):
        raise CardMute("attributes: no such file")
    return basic_four.parse((yield from _read_attributes()))


def wipe(secret: bytearray) -> None:
    """Overwrite a secret in place."""
    secret[:] = bytes(len(secret))


def _open_text() -> Dialogue[None]:
    if not (yield from _select_application(layout.TEXT)):
        raise CardRefused("select 券面事項入力補助", 0x6A82)
    if not (yield from _select_file(layout.ATTRIBUTES_PIN)):
        raise CardRefused("select its PIN", 0x6A82)


def _never_had_a_pin() -> Dialogue[bool]:
    """Tell 顔認証 from a locked card: it has no signing certificate, and its other PIN has no tries either.

    A guess until somebody has measured one; being wrong costs nothing, both ways lead to going on without the card.
    """
    if not (yield from _select_application(layout.JPKI)):
        return False
    if not (yield from _select_file(layout.CERTIFICATES_PRESENT)):
        return False
    if (yield from _read(0, 3))[:1] == b"\x8f":
        return False
    if not (yield from _select_file(layout.AUTHENTICATION_PIN)):
        return True
    return (yield from _count()) == 0


def _select_application(application: bytes) -> Dialogue[bool]:
    """Select an application; False = the card has no such thing."""
    command = bytes((0x00, 0xA4, 0x04, 0x0C, len(application))) + application
    response = yield command
    if response.sw == _GENERAL:
        # Seen on one card as the answer to the first command after a power-up: the second one works.
        response = yield command
    return _answered("select application", response) == _OK


def _select_file(file: int) -> Dialogue[bool]:
    """Select an elementary file; False = there is no such file."""
    response = yield bytes((0x00, 0xA4, 0x02, 0x0C, 0x02)) + file.to_bytes(2)
    match _answered("select file", response):
        case 0x9000:
            return True
        case 0x6A82:
            return False
        case sw:
            raise CardRefused("select file", sw)


def _count() -> Dialogue[int | None]:
    """Ask for the tries left: an empty VERIFY, four bytes without Lc, spends nothing.

    9000 means "not reported" (some cards after a successful VERIFY) and 6300 "no counter": None, never zero.
    """
    response = yield bytes((0x00, 0x20, 0x00, 0x80))
    match _answered("count tries", response):
        case 0x9000 | 0x6300:
            return None
        case 0x6983 | 0x6984:
            return 0
        case sw if sw & 0xFFF0 == 0x63C0:
            return sw & 0x0F
        case sw:
            raise CardRefused("count tries", sw)


def _verify(pin: bytearray) -> Dialogue[WrongPin | PinLocked | None]:
    """Send the digits once; None = they were right. Never repeated, not even when the card asks for it (61xx, 6Cxx)."""
    command = bytearray(9)  # of its final size at once: a growing buffer leaves copies behind
    command[0:5] = bytes((0x00, 0x20, 0x00, 0x80, 0x04))
    command[5:9] = pin
    try:
        response = yield command
    finally:
        wipe(command)
        wipe(pin)
    match _answered("verify", response):
        case 0x9000:
            return None
        case 0x63C0 | 0x6983 | 0x6984:
            return PinLocked()
        case sw if sw & 0xFFF0 == 0x63C0:
            return WrongPin(sw & 0x0F)
        case 0x6300:
            left = yield from _count()
            if left is None:
                raise CardRefused("verify", _NO_COUNTER)
            return WrongPin(left) if left else PinLocked()
        case sw:
            raise CardRefused("verify", sw)


def _read_attributes() -> Dialogue[bytes]:
    """Read the header, then exactly as much as it says."""
    file = bytearray((yield from _read(0, basic_four.HEAD)))
    _, end = basic_four.extent(bytes(file))
    for _ in range(_MOST_PARTS):
        if len(file) >= end:
            return bytes(file)
        part = yield from _read(len(file), min(256, end - len(file)))
        if not part:
            raise CardMute("attributes: the file is shorter than it says")
        file += part
    raise CardMute("attributes: the card hands out too little at a time")


def _read(offset: int, length: int) -> Dialogue[bytes]:
    """Read up to `length` (1..256) bytes of the selected file; fewer at its end, none past it.

    With T=0 the answer may be 6Cxx (ask again with this Le) or 61xx (fetch the rest): ISO 7816-3 leaves both to us.
    """
    if offset > 0x7FFF:
        raise CardMute("read: past what a READ BINARY can name")
    command = bytes((0x00, 0xB0, offset >> 8, offset & 0xFF))
    response = yield command + bytes((length & 0xFF,))
    if response.sw >> 8 == 0x6C:
        response = yield command + bytes((response.sw & 0xFF,))
    data = bytearray(response.data)
    for _ in range(_MOST_PARTS):
        if response.sw >> 8 != 0x61:
            break
        response = yield bytes((0x00, 0xC0, 0x00, 0x00, response.sw & 0xFF))
        data += response.data
    match _answered("read", response):
        case 0x9000 | 0x6282:
            return bytes(data[:length])
        case 0x6B00:
            return b""
        case sw:
            raise CardRefused("read", sw)


def _answered(step: str, response: Response) -> int:
    """Pass the status word on; raises CardMute when it is none (ISO 7816-4 §5.1.3: 6xxx and 9xxx only)."""
    if response.sw >> 12 not in (0x6, 0x9):
        raise CardMute(f"{step}: {response.sw:04X} is no status word")
    return response.sw
