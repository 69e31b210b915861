"""The only commands that may leave this house for a card.

The four digits of 券面事項入力補助 open the file with the 12-digit number as well as the four attributes, so the
card does not protect the number from us: this file does (番号法 §15, §19, §20). What is not written here
is not sent: not the number (TEXT 0001) nor what is derived from it, not its picture (VISUAL 0005), not 照合番号A,
not 住基, not the common application, no change of a PIN, and a signature over nothing but a hash. One VERIFY and one
signature per conversation. Whoever adds a line adds a right.

Pure: `permit` looks at the conversation so far and a command; `heard` adds the answer. What a failed SELECT leaves
selected differs between cards, so after one we know nothing and allow nothing but another SELECT.
"""

from collections.abc import Generator
from typing import Literal, TypeVar

import msgspec

from hardware.card import layout
from hardware.errors import ApduForbidden
from hardware.ports import Response

T = TypeVar("T")

Command = bytes | bytearray

Place = tuple[bytes | None, int | None]

_APPLICATIONS = frozenset({layout.TEXT, layout.JPKI, layout.VISUAL})
_READABLE: dict[Place, int] = {
    (layout.TEXT, layout.ATTRIBUTES): 4096,
    (layout.JPKI, layout.TOKEN_INFO): 4096,
    (layout.JPKI, layout.CERTIFICATES_PRESENT): 4096,
    (layout.JPKI, layout.AUTHENTICATION_CERTIFICATE): 4096,
    (layout.JPKI, layout.SIGNING_CERTIFICATE): 4096,
    (layout.VISUAL, layout.FACE): 0x8000,  # as far as a READ BINARY can name
}
"""The files that may be read, and how far."""
_SECRETS: dict[Place, tuple[int, int, bool]] = {
    (layout.TEXT, layout.ATTRIBUTES_PIN): (4, 4, True),
    (layout.TEXT, layout.NUMBER_B): (14, 14, True),
    (layout.JPKI, layout.AUTHENTICATION_PIN): (4, 4, True),
    (layout.JPKI, layout.SIGNING_PASSWORD): (6, 16, False),
    (layout.VISUAL, layout.FACE_NUMBER_B): (14, 14, True),
}
"""The files whose tries may be counted and that may be shown a secret: its shortest, its longest, digits only."""
_KEYS: dict[Place, Place] = {
    (layout.JPKI, layout.AUTHENTICATION_KEY): (layout.JPKI, layout.AUTHENTICATION_PIN),
    (layout.JPKI, layout.SIGNING_KEY): (layout.JPKI, layout.SIGNING_PASSWORD),
}
"""The private keys that may sign, each after its own secret was right."""
_DIGITS = frozenset(b"0123456789")
_ALPHABET = _DIGITS | frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_SELECTABLE = _READABLE.keys() | _SECRETS.keys() | _KEYS.keys()


class SelectApplication(msgspec.Struct, frozen=True):
    """`00 A4 04 0C 0A <AID>`."""

    application: bytes


class SelectFile(msgspec.Struct, frozen=True):
    """`00 A4 02 0C 02 <EF>`."""

    file: int


class Count(msgspec.Struct, frozen=True):
    """`00 20 00 80`: how many tries are left; spends none."""


class Verify(msgspec.Struct, frozen=True):
    """`00 20 00 80 <Lc> <A-Z, 0-9>`; the secret is not kept here."""

    size: int
    digits: bool


class Read(msgspec.Struct, frozen=True):
    """`00 B0 <offset> <Le>`, of the selected file only (bit 8 of P1 would name another)."""

    end: int


class GetResponse(msgspec.Struct, frozen=True):
    """`00 C0 00 00 <Le>`: the rest of what a READ or a SIGN answered with 61xx."""


class Sign(msgspec.Struct, frozen=True):
    """`80 2A 00 80 <Lc> <DigestInfo of SHA-256, or bare SHA-384> 00`."""


Ask = SelectApplication | SelectFile | Count | Verify | Read | GetResponse | Sign


class Conversation(msgspec.Struct, frozen=True):
    """Where we are with a card, as far as its answers prove it."""

    application: bytes | None = None
    file: int | None = None
    counted: bool = False  # the tries of the selected PIN file were read, so a VERIFY is not blind
    verified: bool = False  # the one VERIFY of this conversation was sent, whatever became of it
    opened: Place | None = None  # the PIN file whose secret was right
    signed: bool = False  # the one signature of this conversation was asked for, whatever became of it
    more: Literal["nothing", "read", "signature"] = "nothing"  # 61xx: there is a rest to fetch


def permit(talk: Conversation, command: Command) -> Ask:
    """Say what the command asks for; raises ApduForbidden unless it may be sent at this point."""
    ask = _understand(command)
    place = (talk.application, talk.file)
    match ask:
        case SelectApplication(application):
            allowed = application in _APPLICATIONS
        case SelectFile(file):
            allowed = (talk.application, file) in _SELECTABLE
        case Count():
            allowed = place in _SECRETS
        case Verify():
            allowed = _fits(ask, place) and talk.counted and not talk.verified
        case Read(end):
            allowed = end <= _READABLE.get(place, 0)
        case GetResponse():
            allowed = (talk.more == "read" and place in _READABLE) or (
                talk.more == "signature" and place in _KEYS
            )
        case Sign():
            allowed = place in _KEYS and talk.opened == _KEYS[place] and not talk.signed
        case None:
            allowed = False
    if ask is None or not allowed:
        raise ApduForbidden(bytes(command[:4]))
    return ask


def heard(talk: Conversation, ask: Ask, sw: int) -> Conversation:
    """Add what the card answered to a permitted command."""
    rest = sw >> 8 == 0x61
    before, done = talk.more, sw == 0x9000
    place = (talk.application, talk.file)
    if before != "nothing":
        talk = msgspec.structs.replace(talk, more="nothing")
    match ask:
        case SelectApplication(application):
            return msgspec.structs.replace(
                talk, application=application if done else None, file=None, counted=False
            )
        case SelectFile(file):
            return msgspec.structs.replace(talk, file=file if done else None, counted=False)
        case Count():
            return msgspec.structs.replace(talk, counted=place in _SECRETS)
        case Verify():
            return msgspec.structs.replace(talk, counted=False, verified=True, opened=place if done else None)
        case Read():
            return msgspec.structs.replace(talk, more="read") if rest else talk
        case Sign():
            return msgspec.structs.replace(talk, signed=True, more="signature" if rest else "nothing")
        case GetResponse():
            return msgspec.structs.replace(talk, more=before if rest else "nothing")


def guarded(dialogue: Generator[Command, Response, T]) -> Generator[Command, Response, T]:
    """Speak the dialogue, but let no command pass that is not permitted; every driver speaks through this."""
    talk = Conversation()
    try:
        command = next(dialogue)
        while True:
            ask = permit(talk, command)
            response = yield command
            talk = heard(talk, ask, response.sw)
            command = dialogue.send(response)
    except StopIteration as end:
        return end.value
    finally:
        dialogue.close()  # it wipes its secrets also when it was stopped half-way


def _understand(command: Command) -> Ask | None:
    """Recognise a command by its exact shape; None for everything else, however similar."""
    match list(command):
        case [0x00, 0xA4, 0x04, 0x0C, 0x0A, *application] if len(application) == 10:
            return SelectApplication(bytes(application))
        case [0x00, 0xA4, 0x02, 0x0C, 0x02, high, low]:
            return SelectFile(high << 8 | low)
        case [0x00, 0x20, 0x00, 0x80]:
            return Count()
        case [0x00, 0x20, 0x00, 0x80, size, *secret] if size == len(secret) and _ALPHABET.issuperset(secret):
            return Verify(size, _DIGITS.issuperset(secret))
        case [0x00, 0xB0, high, low, length] if high < 0x80:
            return Read((high << 8 | low) + (length or 256))
        case [0x00, 0xC0, 0x00, 0x00, _]:
            return GetResponse()
        case [0x80, 0x2A, 0x00, 0x80, size, *data, 0x00] if size == len(data) and _is_hash(bytes(data)):
            return Sign()
        case _:  # every other byte string there is
            return None


def _fits(ask: Verify, place: Place) -> bool:
    """Tell whether a secret of this form can be the one of this file."""
    if place not in _SECRETS:
        return False
    shortest, longest, digits = _SECRETS[place]
    return shortest <= ask.size <= longest and (ask.digits or not digits)


def _is_hash(data: bytes) -> bool:
    info = layout.SHA256_INFO
    return (len(data) == len(info) + 32 and data.startswith(info)) or len(data) == layout.SHA384_SIZE
