"""Our own log lines: to the console and to a small file that survives a crash, for the bundle field IT may ask for.

Lines hold ids and states only (every writer keeps to that), so the bundle needs no redaction afterwards.
"""

import logging
import zlib
from logging.handlers import RotatingFileHandler
from pathlib import Path

from server.protocol.messages import LogBundle

FILE = "agent.log"
LARGEST = 256 * 1024
KEPT = 3
PART = 40_000  # bytes; in base64 still below a frame
FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def set_up(folder: Path, level: str) -> None:
    """Send our log lines to stderr and to the file."""
    folder.mkdir(parents=True, exist_ok=True)
    to_file = RotatingFileHandler(folder / FILE, maxBytes=LARGEST, backupCount=KEPT, encoding="utf-8")
    to_file.setLevel(logging.INFO)  # DEBUG of a library may quote what people say: never into a bundle
    logging.basicConfig(level=level, format=FORMAT, handlers=[logging.StreamHandler(), to_file], force=True)
    for library in ("aiortc", "aioice", "websockets", "aiohttp", "asyncio"):
        logging.getLogger(library).setLevel(logging.WARNING)


def bundle(folder: Path) -> bytes:
    """Return everything kept, oldest first, compressed."""
    files = [folder / FILE, *(folder / f"{FILE}.{number}" for number in range(1, KEPT + 1))]
    text = b"".join(file.read_bytes() for file in reversed(files) if file.exists())
    return zlib.compress(text, 9)


def parts(order: str, data: bytes) -> tuple[LogBundle, ...]:
    """Cut a bundle into messages below the size of a frame."""
    pieces = [data[at : at + PART] for at in range(0, len(data), PART)] or [b""]
    return tuple(
        LogBundle(order=order, index=index, count=len(pieces), data=piece)
        for index, piece in enumerate(pieces)
    )
