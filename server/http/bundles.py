"""Redacted logs that kiosks send on a "logs" order: put together part by part, kept in a folder, fetched by field IT."""

import asyncio
import logging
import os
import re
import zlib
from pathlib import Path

import msgspec

from server.protocol.messages import LogBundle
from server.protocol.values import KioskId

log = logging.getLogger(__name__)

PARTS = 64
PACKED = 2_000_000
UNPACKED = 16_000_000
"""Bytes; text packs well, and a small part must not unpack to all our memory."""
KEPT = 100


class BadBundle(Exception):
    """The parts do not make a bundle; it is dropped."""


class Parts(msgspec.Struct, frozen=True):
    """What has come of one bundle so far."""

    order: str
    count: int
    data: tuple[bytes, ...] = ()


def add(parts: Parts | None, part: LogBundle) -> Parts:
    """Return the parts with one more. Raises BadBundle when it does not follow."""
    if part.index == 0:
        parts = Parts(part.order, part.count)  # the kiosk starts again after a reconnect
    if parts is None or not 1 <= part.count <= PARTS:
        raise BadBundle
    if (part.order, part.count, part.index) != (parts.order, parts.count, len(parts.data)):
        raise BadBundle
    if sum(map(len, parts.data)) + len(part.data) > PACKED:
        raise BadBundle
    return Parts(parts.order, parts.count, (*parts.data, part.data))


def unpack(parts: Parts) -> bytes:
    """Return the text of a whole bundle. Raises BadBundle."""
    unpacker = zlib.decompressobj()
    try:
        text = unpacker.decompress(b"".join(parts.data), UNPACKED)
    except zlib.error as error:
        raise BadBundle from error
    if not unpacker.eof:
        raise BadBundle
    return text


class Bundles:
    """Keeps the newest bundles as files, one per order."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._coming: dict[KioskId, Parts] = {}

    async def take(self, kiosk: KioskId, part: LogBundle) -> None:
        """Add a part; the last one makes the bundle ready. Raises BadBundle."""
        try:
            parts = add(self._coming.pop(kiosk, None), part)
            if len(parts.data) < parts.count:
                self._coming[kiosk] = parts
                return
            text = await asyncio.to_thread(unpack, parts)
        except BadBundle:
            self._coming.pop(kiosk, None)
            raise
        await asyncio.to_thread(self._keep, parts.order, text)
        log.info("kiosk %s: logs of order %s are here", kiosk, parts.order)

    def forget(self, kiosk: KioskId) -> None:
        """Drop what came in part; the kiosk is gone."""
        self._coming.pop(kiosk, None)

    async def text(self, order: str) -> bytes | None:
        """Return a bundle, or None while there is none."""
        return await asyncio.to_thread(self._read, order)

    def _keep(self, order: str, text: bytes) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = self._file(order)
        half = file.with_suffix(".part")
        with open(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as opened:
            opened.write(text)
        half.replace(file)
        files = sorted(self._folder.glob("*.log"), key=lambda path: path.stat().st_mtime)
        for old in files[:-KEPT]:
            old.unlink(missing_ok=True)

    def _read(self, order: str) -> bytes | None:
        try:
            return self._file(order).read_bytes()
        except FileNotFoundError:
            return None

    def _file(self, order: str) -> Path:
        # An order's id may hold dots and colons, never a slash (`values.Id`); still, none of them becomes a path.
        return self._folder / (re.sub(r"[^A-Za-z0-9_-]", "_", order) + ".log")
