"""What lies on the card: applications, their files, and which PIN opens which. The model is what others measured."""

from collections.abc import Callable, Mapping
from typing import Literal

import msgspec

from hardware.card import layout
from hardware.card.virtual.certificates import Pair, pair
from hardware.card.virtual.persona import Persona, Pins

VISUAL = bytes.fromhex("D3921000310001010402")  # 券面事項確認
JUKI = bytes.fromhex("D3921000310001010401")  # 住基
COMMON = bytes.fromhex("D3921000310001010100")  # 共通カード


class Data(msgspec.Struct, frozen=True):
    """A file to read; `opened_by` names the PIN files of which one must be verified (none = free)."""

    content: Callable[[], bytes]
    opened_by: frozenset[int] = frozenset()


class Secret(msgspec.Struct, frozen=True):
    """A PIN file: VERIFY compares with `value`, at most `most` times wrong in a row."""

    value: bytes
    left: int
    most: int

    def __repr__(self) -> str:
        return "<Secret>"


class Key(msgspec.Struct, frozen=True):
    """A private key, used after its PIN."""

    pair: Callable[[], Pair | None]
    opened_by: int


File = Data | Secret | Key
Application = Mapping[int, File]


def applications(persona: Persona) -> dict[bytes, Application]:
    """Lay out the whole card."""
    match persona.kind:
        case "other":
            return {}
        case "phone":
            return {layout.JPKI: _jpki(persona, b"JPKIAPIOSTOKEN")}
        case "my_number" | "face_only":
            return {
                layout.JPKI: _jpki(persona, b"JPKIAPICCTOKEN2"),
                layout.TEXT: _text(persona),
                VISUAL: _visual(persona),
                # Selectable on a real card; nothing of them is modelled, nothing of ours may ever ask.
                JUKI: {},
                COMMON: {},
            }


def _jpki(persona: Persona, label: bytes) -> Application:
    pins, free = _pins(persona), _free(persona)
    sign = persona.certificates.sign != "none"
    auth = persona.certificates.auth != "none"
    files: dict[int, File] = {
        0x0006: free(label.ljust(32, b" ") + bytes(128)),
        0x0008: free(bytes((0x8F if sign else 0, 0x8F if auth else 0, 0))),
        0x0018: Secret(pins.auth.encode(), persona.tries.auth, 3),
        0x001B: Secret(pins.sign.encode(), persona.tries.sign, 5),
    }
    if auth:
        files[0x000A] = Data(_certificate(persona, "auth"))
        files[0x000B] = Data(_authority(persona, "auth"))
        files[0x0017] = Key(lambda: pair(persona, "auth"), 0x0018)
    if sign:
        files[0x0001] = Data(_certificate(persona, "sign"), frozenset({0x001B}))
        files[0x0002] = Data(_authority(persona, "sign"))
        files[0x001A] = Key(lambda: pair(persona, "sign"), 0x001B)
    return files


def _text(persona: Persona) -> Application:
    pins, free = _pins(persona), _free(persona)
    either = frozenset({0x0011, 0x0014, 0x0015})
    return {
        0x0001: Data(lambda: number_file(persona), frozenset({0x0011, 0x0014})),
        0x0002: Data(lambda: attributes_file(persona), frozenset({0x0011, 0x0015})),
        0x0003: Data(lambda: b"\xff\x30\x82\x01\x4c" + bytes(332), either),
        0x0005: free(b"\xff\x40\x04\x30\x31\x30\x31"),
        0x0011: Secret(pins.text.encode(), persona.tries.text, 3),
        0x0014: Secret(persona.number.encode(), 10, 10),
        0x0015: Secret(pins.verification_b.encode(), 10, 10),
    }


def _visual(persona: Persona) -> Application:
    pins, free = _pins(persona), _free(persona)
    face = tlv(
        b"\xff\x20",
        tlv(b"\xdf\x22", persona.birth_date.encode())
        + tlv(b"\xdf\x23", persona.sex.encode())
        + tlv(b"\xdf\x29", persona.expires.encode()),
    )
    return {
        0x0002: Data(lambda: face, frozenset({0x0012, 0x0013})),
        0x0003: free(tlv(b"\xff\x30", tlv(b"\xdf\x34", b"13999"))),
        # On a real card a picture of the number; here the digits themselves, so that a test can find them.
        0x0005: Data(
            lambda: tlv(b"\xff\x40", tlv(b"\xdf\x41", persona.number.encode())), frozenset({0x0013})
        ),
        0x0011: Secret(pins.verification_b[:6].encode(), 10, 10),
        0x0012: Secret(pins.verification_b.encode(), 10, 10),
        0x0013: Secret(persona.number.encode(), 10, 10),
    }


def number_file(persona: Persona) -> bytes:
    """個人番号: what our own driver must never be answered."""
    return tlv(b"\xff\x10", persona.number.encode()) + b"\xff\xff"


def attributes_file(persona: Persona) -> bytes:
    """基本4情報, with the table of where the fields begin."""
    fields = [
        tlv(b"\xdf\x22", persona.name.encode()),
        tlv(b"\xdf\x23", persona.address.encode()),
        tlv(b"\xdf\x24", persona.birth_date.encode()),
        tlv(b"\xdf\x25", persona.sex.encode()),
    ]
    inner = 11 + sum(len(field) for field in fields)
    at = 2 + len(_length(inner)) + 11
    table = b""
    for field in fields:
        table += at.to_bytes(2)
        at += len(field)
    stray = b"\x00\x00"[: persona.quirks.stray]
    return stray + tlv(b"\xff\x20", tlv(b"\xdf\x21", table) + b"".join(fields)) + _filler(persona)


def tlv(tag: bytes, value: bytes) -> bytes:
    """Write one BER object."""
    return tag + _length(len(value)) + value


def _length(length: int) -> bytes:
    if length < 0x80:
        return bytes((length,))
    return b"\x81" + bytes((length,)) if length < 0x100 else b"\x82" + length.to_bytes(2)


def _filler(persona: Persona) -> bytes:
    return b"\xff" * persona.quirks.filler


def _free(persona: Persona) -> Callable[[bytes], Data]:
    return lambda content: Data(lambda: content + _filler(persona))


def _certificate(persona: Persona, use: Literal["auth", "sign"]) -> Callable[[], bytes]:
    def content() -> bytes:
        made = pair(persona, use)
        return (made.certificate if made else b"") + _filler(persona)

    return content


def _authority(persona: Persona, use: Literal["auth", "sign"]) -> Callable[[], bytes]:
    def content() -> bytes:
        made = pair(persona, use)
        return (made.authority if made else b"") + _filler(persona)

    return content


def _pins(persona: Persona) -> Pins:
    # A card without PINs has the files, exhausted from the start; no value in them could ever be right.
    return persona.pins or Pins(text="0000", auth="0000", sign="000000", verification_b="00000000000000")
