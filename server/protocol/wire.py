"""What every message is, and what the server says to anybody."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from server.protocol.values import (
    Id,
    RefusalCode,
    Seconds,
    Short,
)

PROTOCOL = 1
MAX_FRAME = 65_536
"""Bytes in one WebSocket message, either way (papers travel as strips below this)."""


def _snake(name: str) -> str:
    return "".join("_" + c.lower() if c.isupper() else c for c in name).lstrip("_")


class Message(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag=_snake):
    """Base of everything that travels."""


class Command(Message, frozen=True, kw_only=True):
    """Base of what asks for a change; answered by exactly one `Reply`."""

    id: Id


class Challenge(Message, frozen=True, kw_only=True):
    """The first word on a kiosk's socket: sign this."""

    nonce: Annotated[bytes, Meta(min_length=32, max_length=32)]
    protocol: int = PROTOCOL


class Reply(Message, frozen=True, kw_only=True):
    """The answer to one command, sent when it is durable."""

    id: Id
    refused: RefusalCode | None = None
    retry_after: Seconds | None = None


class Goodbye(Message, frozen=True, kw_only=True):
    """Why the server closes; after it the socket is closed with 4000 + the position in this list."""

    reason: Literal[
        "unknown_device", "bad_signature", "revoked", "copied_key", "replaced", "signed_out",
        "too_slow", "too_much", "bad_message", "stopping",
    ]  # fmt: skip
    detail: Short = ""
