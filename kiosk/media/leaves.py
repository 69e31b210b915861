"""Shared pages on their way from the console, over the data channel "pages": one header, then its bytes; whole ones only.

They are pictures (JPEG) that the server drew; here they are kept in memory for the conversation, and for nothing else.
"""

from typing import Annotated

import msgspec
from msgspec import Meta

from kiosk.media.marks import MOST_PAGES
from kiosk.media.stills import digest

LARGEST = 2_000_000
_JPEG = b"\xff\xd8\xff"
_MAX_TEXT = 400


class Header(msgspec.Struct, frozen=True):
    """The bytes of this page follow."""

    page: Annotated[int, Meta(ge=1, le=MOST_PAGES)]
    bytes: Annotated[int, Meta(ge=4, le=LARGEST)]
    sha256: Annotated[str, Meta(min_length=64, max_length=64)]
    width: Annotated[int, Meta(ge=1, le=4000)]
    height: Annotated[int, Meta(ge=1, le=4000)]


class Leaf(msgspec.Struct, frozen=True):
    """A shared page, whole."""

    header: Header
    jpeg: bytes

    def __repr__(self) -> str:
        return f"<Leaf {self.header.page}>"


class Arriving:
    """Collects one page after the other; what does not fit its header is dropped, and asked for again."""

    def __init__(self) -> None:
        self._header: Header | None = None
        self._data = bytearray()

    def take(self, message: object) -> Leaf | None:
        """Take one message of the channel; return a page when it is whole."""
        if isinstance(message, str):
            self._data.clear()
            self._header = _header(message)
            return None
        header = self._header
        if header is None or not isinstance(message, bytes):
            return None
        self._data += message
        if len(self._data) < header.bytes:
            return None
        data, self._header = bytes(self._data), None
        self._data.clear()
        whole = len(data) == header.bytes and data.startswith(_JPEG) and digest(data) == header.sha256
        return Leaf(header, data) if whole else None


def _header(text: str) -> Header | None:
    if len(text) > _MAX_TEXT:
        return None
    try:
        return msgspec.json.decode(text, type=Header)
    except msgspec.DecodeError:
        return None
