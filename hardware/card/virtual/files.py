"""What lies on the card: applications, their files, and which PIN opens which. The model is what others measured."""

from collections.abc import Callable, Mapping

import msgspec
from cryptography.hazmat.primitives.serialization import Encoding

from hardware.card import layout
from hardware.card.virtual.authorities import Issued, Use, issued
from hardware.card.virtual.face import portrait
from hardware.card.virtual.persona import Persona, Pins

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

    issued: Callable[[], Issued | None]
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
                layout.VISUAL: _visual(persona),
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
        files[0x0017] = Key(lambda: issued(persona, "auth"), 0x0018)
    if sign:
        files[0x0001] = Data(_certificate(persona, "sign"), frozenset({0x001B}))
        files[0x0002] = Data(_authority(persona, "sign"))
        files[0x001A] = Key(lambda: issued(persona, "sign"), 0x001B)
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
        0x0015: Secret(pins.verification_b.encode(), persona.tries.verification_b, 10),
    }


def _visual(persona: Persona) -> Application:
    pins, free = _pins(persona), _free(persona)
    return {
        0x0002: Data(lambda: face_file(persona), frozenset({0x0012, 0x0013})),
        0x0003: free(tlv(b"\xff\x30", tlv(b"\xdf\x34", b"13999"))),
        # On a real card a picture of the number; here the digits themselves, so that a test can find them.
        0x0005: Data(
            lambda: tlv(b"\xff\x40", tlv(b"\xdf\x41", persona.number.encode())), frozenset({0x0013})
        ),
        0x0011: Secret(pins.verification_b[:6].encode(), 10, 10),
        0x0012: Secret(pins.verification_b.encode(), persona.tries.verification_b, 10),
        0x0013: Secret(persona.number.encode(), 10, 10),
    }


def face_file(persona: Persona) -> bytes:
    """券面情報: the photo among the pictures of what is printed beside it."""
    picture = portrait(persona.id or persona.label, persona.sex)
    fields = [
        tlv(b"\xdf\x22", persona.birth_date.encode()),
        tlv(b"\xdf\x23", persona.sex.encode()),
        tlv(b"\xdf\x24", bytes(256)),
        # On a real card pictures of name and address; here the letters, so that a test can find them.
        tlv(b"\xdf\x25", persona.name.encode()),
        tlv(b"\xdf\x26", persona.address.encode()),
        tlv(b"\xdf\x27", picture),
        tlv(b"\xdf\x28", bytes(256)),
        tlv(b"\xdf\x29", persona.expires.encode()),
        tlv(b"\xdf\x2a", _pins(persona).verification_b[-4:].encode()),
    ]
    return tlv(b"\xff\x20", _offsets(fields) + b"".join(fields)) + _filler(persona)


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
    stray = b"\x00\x00"[: persona.quirks.stray]
    return stray + tlv(b"\xff\x20", _offsets(fields) + b"".join(fields)) + _filler(persona)


def _offsets(fields: list[bytes]) -> bytes:
    """Write DF21: where each field begins, counted from the start of the file."""
    table = 2 * len(fields)
    inner = 2 + len(_length(table)) + table + sum(len(field) for field in fields)
    at = 2 + len(_length(inner)) + inner - sum(len(field) for field in fields)
    starts = b""
    for field in fields:
        starts += at.to_bytes(2)
        at += len(field)
    return tlv(b"\xdf\x21", starts)


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


def _certificate(persona: Persona, use: Use) -> Callable[[], bytes]:
    def content() -> bytes:
        made = issued(persona, use)
        return (made.der if made else b"") + _filler(persona)

    return content


def _authority(persona: Persona, use: Use) -> Callable[[], bytes]:
    def content() -> bytes:
        made = issued(persona, use)
        issuer = made.authority.certificate.public_bytes(Encoding.DER) if made else b""
        return issuer + _filler(persona)

    return content


def _pins(persona: Persona) -> Pins:
    return persona.pins or Pins(text="", auth="", sign="", verification_b="00000000000000")
