"""Bytes to and from an ESC/POS receipt printer, without a printer.

Raster only: Japanese text modes differ between models and no 8-bit code page holds every name (𠮷, 髙).
Source: Epson ESC/POS command reference (ESC @, ESC d, GS v 0, GS V, GS r, DLE EOT) and the status bits of the
TM-T88III manual, pages 84 and 145.
"""

from collections.abc import Iterator

from hardware.ports import Bitmap, PrinterStatus
from server.protocol.values import PrintOutcome

RESET = b"\x1b@"
FEED_AND_CUT = b"\x1bd\x04\x1dVB\x00"  # four lines, then a partial cut
ASK_PAPER_IN_ORDER = b"\x1dr\x01"
"""GS r 1 waits its turn in the printer's buffer: its answer says that all before it was worked off."""
ASK_NOW = tuple(b"\x10\x04" + bytes([n]) for n in (1, 2, 3, 4))
"""DLE EOT 1 to 4 are answered at once, also when the printer is offline: printer, offline cause, error, paper."""

BAND = 128  # rows in one GS v 0: small enough for the smallest buffers seen (4 KiB at 72 bytes a row is 56; 9 KiB is common)


def bands(page: Bitmap) -> Iterator[bytes]:
    """Yield the page as GS v 0 commands of at most `BAND` rows; width must be a multiple of 8."""
    across = page.width // 8
    for start in range(0, page.height, BAND):
        rows = page.rows[start * across : (start + BAND) * across]
        down = len(rows) // across
        yield b"\x1dv0\x00" + across.to_bytes(2, "little") + down.to_bytes(2, "little") + rows


def status_of(answers: tuple[int | None, int | None, int | None, int | None]) -> PrinterStatus:
    """Read the four DLE EOT bytes; None = that byte never came. Silence is never "no paper"."""
    printer, offline, error, paper = (a if a is not None and a & 0x93 == 0x12 else None for a in answers)
    if all(a is None for a in (printer, offline, error, paper)):
        return PrinterStatus(answered=False)
    out = bool(paper & 0x60) if paper is not None else None
    near = bool(paper & 0x0C) if paper is not None else None
    return PrinterStatus(
        answered=True,
        online=not printer & 0x08 if printer is not None else None,
        cover_open=bool(offline & 0x04) if offline is not None else None,
        fault=bool(error & 0x68) if error is not None else None,  # cutter, unrecoverable, overheated
        paper=None if out is None else "out" if out else "near_end" if near else "enough",
    )


def outcome_of(status: PrinterStatus) -> PrintOutcome:
    """Say in one word what a status means for a paper that was just sent or is about to be."""
    if not status.answered:
        return "unknown"
    if status.paper == "out":
        return "paper_out"
    if status.cover_open:
        return "cover_open"
    if status.fault:
        return "failed"
    if status.online is False:
        return "offline"
    return "printed"
