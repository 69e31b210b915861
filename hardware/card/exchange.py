"""What every dialogue is made of: select, count, verify once, read, sign; and what may come of them."""

from collections.abc import Generator
from typing import TypeVar

import msgspec

from hardware.errors import CardMute, CardRefused
from hardware.ports import Response
from server.protocol.values import Personal

T = TypeVar("T")

Command = bytes | bytearray
Dialogue = Generator[Command, Response, T]

_OK = 0x9000
_GENERAL = 0x6F00
_NO_COUNTER = 0x6300
_MOST_PARTS = 64
"""A card that hands out an answer byte by byte is broken, not slow."""
_LONGEST_SIGNATURE = 512


class WrongPin(msgspec.Struct, frozen=True):
    """The digits (PIN, password or 照合番号B) were not the right ones; one try was spent."""

    tries_left: int


class PinLocked(msgspec.Struct, frozen=True):
    """No try is left: only a municipal window can help. The card itself is not broken."""


class LastTryRefused(msgspec.Struct, frozen=True):
    """Nothing was sent: one try is left, or (None) the card does not say how many."""

    tries_left: int | None


class OtherCard(msgspec.Struct, frozen=True):
    """This card has no such application: another card, or a telephone where the four attributes are asked for."""


class NoCertificate(msgspec.Struct, frozen=True):
    """The card is right, but holds no such certificate: a child's or a face-only card, or a lapsed one."""


class Certificate(Personal, frozen=True, kw_only=True):
    """A certificate as it lies on the card (DER, X.509)."""

    der: bytes


class Signature(Personal, frozen=True, kw_only=True):
    """What the card's key answered: PKCS#1 v1.5 of its modulus' length, or ECDSA as DER."""

    value: bytes


Refused = WrongPin | PinLocked | LastTryRefused | OtherCard
"""How every dialogue with a secret may end short of its aim."""


def wipe(secret: bytearray) -> None:
    """Overwrite a secret in place."""
    secret[:] = bytes(len(secret))


def select_application(application: bytes) -> Dialogue[bool]:
    """Select an application; False = the card has no such thing."""
    command = bytes((0x00, 0xA4, 0x04, 0x0C, len(application))) + application
    response = yield command
    if response.sw == _GENERAL:
        # Seen on one card as the answer to the first command after a power-up: the second one works.
        response = yield command
    return _known("select application", response.sw) == _OK


def select_file(file: int) -> Dialogue[bool]:
    """Select an elementary file; False = there is no such file."""
    response = yield bytes((0x00, 0xA4, 0x02, 0x0C, 0x02)) + file.to_bytes(2)
    match _known("select file", response.sw):
        case 0x9000:
            return True
        case 0x6A82:
            return False
        case sw:
            raise CardRefused("select file", sw)


def count() -> Dialogue[int | None]:
    """Ask for the tries left: an empty VERIFY, four bytes without Lc, spends nothing.

    9000 means "not reported" (some cards after a successful VERIFY) and 6300 "no counter": None, never zero.
    """
    response = yield bytes((0x00, 0x20, 0x00, 0x80))
    match _known("count tries", response.sw):
        case 0x9000 | 0x6300:
            return None
        case 0x6983 | 0x6984:
            return 0
        case sw if sw & 0xFFF0 == 0x63C0:
            return sw & 0x0F
        case sw:
            raise CardRefused("count tries", sw)


def open_with(
    application: bytes, file: int, secret: bytearray, *, allow_last_try: bool
) -> Dialogue[Refused | None]:
    """Show a PIN file its secret, counter first and one VERIFY at most; None = it was right. `secret` is zero then.

    The last try, or a try of which the card does not say whether it is the last, is spent only with `allow_last_try`.
    """
    try:
        if not (yield from select_application(application)):
            return OtherCard()
        if not (yield from select_file(file)):
            return PinLocked()
        left = yield from count()
        if left == 0:
            return PinLocked()
        if (left is None or left == 1) and not allow_last_try:
            return LastTryRefused(left)
        return (yield from _verify(secret))
    finally:
        wipe(secret)


def _verify(secret: bytearray) -> Dialogue[WrongPin | PinLocked | None]:
    """Send the secret once. Never repeated, not even when the card asks for it (61xx, 6Cxx)."""
    size = len(secret)
    command = bytearray(5 + size)  # of its final size at once: a growing buffer leaves copies behind
    command[0:5] = bytes((0x00, 0x20, 0x00, 0x80, size))
    command[5:] = secret
    try:
        response = yield command
    finally:
        wipe(command)
        wipe(secret)
    match _known("verify", response.sw):
        case 0x9000:
            return None
        case 0x63C0 | 0x6983 | 0x6984:
            return PinLocked()
        case sw if sw & 0xFFF0 == 0x63C0:
            return WrongPin(sw & 0x0F)
        case 0x6300:
            left = yield from count()
            if left is None:
                raise CardRefused("verify", _NO_COUNTER)
            return WrongPin(left) if left else PinLocked()
        case sw:
            raise CardRefused("verify", sw)


def read(offset: int, length: int) -> Dialogue[bytes]:
    """Read up to `length` (1..256) bytes of the selected file; fewer at its end, none past it.

    With T=0 the answer may be 6Cxx (ask again with this Le) or 61xx (fetch the rest): ISO 7816-3 leaves both to us.
    """
    if offset > 0x7FFF:
        raise CardMute("read: past what a READ BINARY can name")
    command = bytes((0x00, 0xB0, offset >> 8, offset & 0xFF))
    response = yield command + bytes((length & 0xFF,))
    if response.sw >> 8 == 0x6C:
        response = yield command + bytes((response.sw & 0xFF,))
    data, sw = yield from _whole(response, length)
    match _known("read", sw):
        case 0x9000 | 0x6282:
            return data
        case 0x6B00:
            return b""
        case sw:
            raise CardRefused("read", sw)


def read_to(known: bytes, end: int, *, most: int, what: str, start: int = 0) -> Dialogue[bytes]:
    """Read the selected file up to `end`, after the bytes already known from `start`; raises CardMute when it is shorter.

    `most` bounds what a card may make us fetch, in bytes and therefore in commands.
    """
    if end - start > most:
        raise CardMute(f"{what}: the file is longer than any such file")
    file = bytearray(known)
    for _ in range(max(_MOST_PARTS, 4 * most // 256)):
        if start + len(file) >= end:
            return bytes(file[: end - start])
        at = start + len(file)
        part = yield from read(at, min(256, end - at))
        if not part:
            raise CardMute(f"{what}: the file is shorter than it says")
        file += part
    raise CardMute(f"{what}: the card hands out too little at a time")


def sign(data: bytes) -> Dialogue[Signature]:
    """Have the selected private key sign, after its PIN; raises CardMute when the answer cannot be a signature."""
    response = yield bytes((0x80, 0x2A, 0x00, 0x80, len(data))) + data + b"\x00"
    value, sw = yield from _whole(response, _LONGEST_SIGNATURE)
    if _known("sign", sw) != _OK:
        raise CardRefused("sign", sw)
    if len(value) < 8:
        raise CardMute("sign: that is no signature")
    return Signature(value=value)


def _whole(response: Response, length: int) -> Dialogue[tuple[bytes, int]]:
    """Fetch the rest of an answer as long as the card says there is one (61xx)."""
    data = bytearray(response.data)
    for _ in range(_MOST_PARTS):
        if response.sw >> 8 != 0x61:
            break
        response = yield bytes((0x00, 0xC0, 0x00, 0x00, response.sw & 0xFF))
        data += response.data
    return bytes(data[:length]), response.sw


def _known(step: str, sw: int) -> int:
    """Pass the status word on; raises CardMute when it is none (ISO 7816-4 §5.1.3: 6xxx and 9xxx only)."""
    if sw >> 12 not in (0x6, 0x9):
        raise CardMute(f"{step}: {sw:04X} is no status word")
    return sw
