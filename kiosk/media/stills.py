"""Stills of the paper on request, over the data channel "stills": the words both ends say, and the picture in pieces.

A still is asked for under an id and taken only after the resident's 「はい」. What travels is one `Taken` and then its bytes
in binary messages; an end that lost the line asks with `Resume` for what is missing, and checks the whole by its hash.
"""

import hashlib
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from server.protocol.values import Id

CHUNK = 16_384
MOST_BYTES = 8_000_000
"""A page of A4 at 300 dpi as JPEG is below three million; what is larger is no page."""
MAX_TEXT = 400

Why = Literal["no", "busy", "another", "held", "not_allowed", "camera_missing", "failed", "gone"]
"""no: the resident does not want it; another: they are answering another clerk; not_allowed: this clerk may not see the
paper; gone: there is no such still (any more)."""


class Ask(msgspec.Struct, frozen=True, tag_field="do", tag="ask"):
    """May I have a still? The same id again, after a 「はい」: once more, please."""

    still: Id


class Drop(msgspec.Struct, frozen=True, tag_field="do", tag="drop"):
    """No longer wanted: the question leaves the resident's screen, the picture our memory."""

    still: Id


class Resume(msgspec.Struct, frozen=True, tag_field="do", tag="resume"):
    """The line broke: the bytes from here on, please."""

    still: Id
    take: Annotated[int, Meta(ge=0)]
    at: Annotated[int, Meta(ge=0, le=MOST_BYTES)]


Wish = Ask | Drop | Resume


class Asking(msgspec.Struct, frozen=True, tag_field="is", tag="asking"):
    """The question is before the resident."""

    still: Id


class Taking(msgspec.Struct, frozen=True, tag_field="is", tag="taking"):
    """They agreed; the camera is at work."""

    still: Id


class Refused(msgspec.Struct, frozen=True, tag_field="is", tag="refused"):
    """There is none."""

    still: Id
    why: Why


class Found(msgspec.Struct, frozen=True):
    """What is wrong with the picture, as a key and as the clerk reads it."""

    key: str
    says: str


class Box(msgspec.Struct, frozen=True):
    """A place on the picture in its pixels: a number a person should mask. `certain`: its check digit fits."""

    x: float
    y: float
    width: float
    height: float
    certain: bool


class Taken(msgspec.Struct, frozen=True, tag_field="is", tag="taken"):
    """A picture of this size follows; `dpi` is what the camera saw of the paper, 0 when no paper was found."""

    still: Id
    take: int  # how often this still was taken: an answer to `Resume` must be of the same picture
    at: int  # the first byte that follows
    bytes: int
    sha256: str
    width: int
    height: int
    dpi: int
    straight: bool
    found: tuple[Found, ...] = ()
    boxes: tuple[Box, ...] = ()
    searched: bool = True  # numbers were looked for; else a person must look
    says: str = ""  # what came of looking for numbers, as the clerk reads it


Answer = Asking | Taking | Refused | Taken


def asked(message: object) -> Wish | None:
    """Read a message of the channel; None for anything else."""
    if not isinstance(message, str) or len(message) > MAX_TEXT:
        return None
    try:
        return msgspec.json.decode(message, type=Wish)
    except msgspec.DecodeError:
        return None


def chunks(data: bytes, at: int = 0) -> list[bytes]:
    """Cut for a channel whose messages must stay small."""
    return [data[start : start + CHUNK] for start in range(at, len(data), CHUNK)]


def digest(data: bytes) -> str:
    """Return the hash that both ends compare."""
    return hashlib.sha256(data).hexdigest()
