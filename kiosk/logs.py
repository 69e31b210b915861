"""Our own log lines: to the console and to a small file that survives a crash, for the bundle field IT may ask for.

Lines hold ids and states only (every writer keeps to that), so the bundle needs no redaction afterwards.
"""

import logging
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

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


class Faults(logging.Handler):
    """Tells of every error of ours that is logged: its class and place, never its words."""

    def __init__(self, tell: Callable[[str, datetime], object]) -> None:
        super().__init__(logging.ERROR)
        self._tell = tell

    def emit(self, record: logging.LogRecord) -> None:
        """Name what went wrong as `OSError at kiosk.calls:309`, and when, in UTC."""
        kind, place = "Error", f"{record.name}:{record.lineno}"
        if record.exc_info is not None and record.exc_info[0] is not None:
            kind = record.exc_info[0].__name__
            place = _deepest(record.exc_info[2]) or place
        self._tell(f"{kind} at {place}", datetime.fromtimestamp(record.created, UTC))


def _deepest(traceback: TracebackType | None) -> str:
    """Return the last place in our own code an exception came through."""
    found = ""
    while traceback is not None:
        module = str(traceback.tb_frame.f_globals.get("__name__", ""))
        if module.startswith(("kiosk.", "hardware.")):
            found = f"{module}:{traceback.tb_lineno}"
        traceback = traceback.tb_next
    return found


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
