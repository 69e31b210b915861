"""The one printer there is: raster over any transport. What differs between USB, TCP, file and simulation is below it."""

import asyncio
from typing import Protocol

from hardware.errors import PrinterMissing
from hardware.ports import Bitmap, PrinterStatus
from hardware.printer import encode
from server.protocol.values import PrintOutcome


class Transport(Protocol):
    """A way to a printer: bytes there, perhaps bytes back."""

    async def write(self, data: bytes) -> None:
        """Hand over all bytes. Raises PrinterMissing."""
        ...

    async def read(self, timeout: float) -> int | None:
        """Return the next byte, or None when none came in time. Raises PrinterMissing."""
        ...

    async def close(self) -> None:
        """Release it."""
        ...


class RasterPrinter:
    """`hardware.ports.Printer` over a transport; one page at a time."""

    def __init__(self, transport: Transport, *, patience: float = 0.5, page_time: float = 15.0) -> None:
        self._transport = transport
        self._patience = patience  # seconds for one real-time status byte
        self._page_time = page_time  # seconds for a page to leave the buffer
        self._busy = asyncio.Lock()

    async def status(self) -> PrinterStatus:
        """Ask the four real-time questions; a printer that cannot be reached has not answered."""
        async with self._busy:
            return await self._status()

    async def print(self, page: Bitmap) -> PrintOutcome:
        """Print and cut. Nothing is sent to a printer that says it cannot print; "printed" needs its own word for it."""
        async with self._busy:
            before = encode.outcome_of(await self._status())
            if before not in ("printed", "unknown"):
                return before
            try:
                await self._transport.write(encode.RESET)
                for band in encode.bands(page):
                    await self._transport.write(band)
                await self._transport.write(encode.FEED_AND_CUT + encode.ASK_PAPER_IN_ORDER)
                worked_off = await self._transport.read(self._page_time)
            except PrinterMissing:
                return "unknown"  # some of it may be on paper
            after = encode.outcome_of(await self._status())
            return "unknown" if after == "printed" and worked_off is None else after

    async def close(self) -> None:
        """Release the device."""
        await self._transport.close()

    async def _status(self) -> PrinterStatus:
        answers: list[int | None] = []
        try:
            for question in encode.ASK_NOW:
                await self._transport.write(question)
                answers.append(await self._transport.read(self._patience))
                if answers == [None]:
                    break  # a silent printer is not asked four times
        except PrinterMissing:
            return PrinterStatus(answered=False)
        one, two, three, four = (answers + [None] * 4)[:4]
        return encode.status_of((one, two, three, four))
