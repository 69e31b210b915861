"""A device node or a file: bytes go there, nothing comes back, so every outcome is "unknown"."""

import asyncio
from pathlib import Path

from hardware.errors import PrinterMissing


class FileTransport:
    """Appends to `path`, e.g. a `usblp` node."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def write(self, data: bytes) -> None:
        """Append and flush."""

        def append() -> None:
            with self._path.open("ab") as file:
                file.write(data)

        try:
            await asyncio.to_thread(append)
        except OSError as error:
            raise PrinterMissing("the printer's file cannot be written") from error

    async def read(self, timeout: float) -> int | None:
        """There is no way back."""
        del timeout
        return None

    async def close(self) -> None:
        """Nothing is held open."""
