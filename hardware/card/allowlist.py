"""The only commands that may leave this house for a card.

The four digits of 券面事項入力補助 open the file with the 12-digit number as well as the four attributes, so the
card does not protect the number from us: this file does (番号法 §15, §19, §20). What is not written here
is not sent: not the number (TEXT 0001), not its picture (券面事項確認 0005), not 照合番号 A or B, not 住基, not the
common application, no certificate, no signature, no change of a PIN. Whoever adds a line adds a right.

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

_APPLICATIONS = frozenset({layout.TEXT, layout.JPKI})
_SELECTABLE = frozenset(
    {
        (layout.TEXT, layout.ATTRIBUTES),
        (layout.TEXT, layout.ATTRIBUTES_PIN),
        (layout.JPKI, layout.TOKEN_INFO),
        (layout.JPKI, layout.CERTIFICATES_PRESENT),
        (layout.JPKI, layout.AUTHENTICATION_PIN),
    }
)
_READABLE = frozenset(
    {
        (layout.TEXT, layout.ATTRIBUTES),
        (layout.JPKI, layout.TOKEN_INFO),
        (layout.JPKI, layout.CERTIFICATES_PRESENT),
    }
)
_COUNTED = frozenset({(layout.TEXT, layout.ATTRIBUTES_PIN), (layout.JPKI, layout.AUTHENTICATION_PIN)})
_VERIFIED = (layout.TEXT, layout.ATTRIBUTES_PIN)
_FARTHEST = 4096
"""No file we read is longer."""


class SelectApplication(msgspec.Struct, frozen=True):
    """`00 A4 04 0C 0A <AID>`."""

    application: bytes


class SelectFile(msgspec.Struct, frozen=True):
    """`00 A4 02 0C 02 <EF>`."""

    file: int


class Count(msgspec.Struct, frozen=True):
    """`00 20 00 80`: how many tries are left; spends none."""


class Verify(msgspec.Struct, frozen=True):
    """`00 20 00 80 04 <four ASCII digits>`; the digits are not kept here."""


class Read(msgspec.Struct, frozen=True):
    """`00 B0 <offset> <Le>`, of the selected file only (bit 8 of P1 would name another)."""


class GetResponse(msgspec.Struct, frozen=True):
    """`00 C0 00 00 <Le>`: the rest of what a READ answered with 61xx."""


Ask = SelectApplication | SelectFile | Count | Verify | Read | GetResponse


class Conversation(msgspec.Struct, frozen=True):
    """Where we are with a card, as far as its answers prove it."""

    application: bytes | None = None
    file: int | None = None
    counted: bool = False  # the tries of the PIN were read, so a VERIFY is not blind
    verified: bool = False  # the one VERIFY of this conversation was sent, whatever became of it
    more: Literal["nothing", "read"] = "nothing"  # 61xx: there is a rest to fetch


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
            allowed = place in _COUNTED
        case Verify():
            allowed = place == _VERIFIED and talk.counted and not talk.verified
        case Read():
            allowed = place in _READABLE
        case GetResponse():
            allowed = talk.more == "read" and place in _READABLE
        case None:
            allowed = False
    if ask is None or not allowed:
        raise ApduForbidden(bytes(command[:4]))
    return ask


def heard(talk: Conversation, ask: Ask, sw: int) -> Conversation:
    """Add what the card answered to a permitted command."""
    talk = msgspec.structs.replace(talk, more="nothing")
    done = sw == 0x9000
    match ask:
        case SelectApplication(application):
            return msgspec.structs.replace(
                talk, application=application if done else None, file=None, counted=False
            )
        case SelectFile(file):
            return msgspec.structs.replace(talk, file=file if done else None, counted=False)
        case Count():
            return msgspec.structs.replace(talk, counted=(talk.application, talk.file) == _VERIFIED)
        case Verify():
            return msgspec.structs.replace(talk, counted=False, verified=True)
        case Read() | GetResponse():
            return msgspec.structs.replace(talk, more="read" if sw >> 8 == 0x61 else "nothing")


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
        case [0x00, 0x20, 0x00, 0x80, 0x04, *digits] if len(digits) == 4 and all(
            0x30 <= digit <= 0x39 for digit in digits
        ):
            return Verify()
        case [0x00, 0xB0, high, low, length] if (high << 8 | low) + (length or 256) <= _FARTHEST:
            return Read()
        case [0x00, 0xC0, 0x00, 0x00, _]:
            return GetResponse()
        case _:  # every other byte string there is
            return None
