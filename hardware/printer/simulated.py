"""A receipt printer that understands the bytes a real one does, and misbehaves on request.

Stimulus: `paper`, `cover_open`, `silent`, `offline`, `out_after_rows`. Witness: `pages`.
It sits at the transport, so everything above it is the code that drives a real printer; `serve` offers it on TCP.
"""

import asyncio
from dataclasses import dataclass, field
from typing import Literal

from hardware.errors import PrinterMissing
from hardware.ports import Bitmap


@dataclass
class SimulatedPrinter:
    """A printer on the desk; all fields may be changed at any time."""

    paper: Literal["enough", "near_end", "out"] = "enough"
    cover_open: bool = False
    silent: bool = False
    unplugged: bool = False
    out_after_rows: int | None = None
    pages: list[Bitmap] = field(default_factory=list[Bitmap])
    _buffer: bytes = b""
    _answers: asyncio.Queue[int] = field(default_factory=lambda: asyncio.Queue[int]())
    _width: int = 0
    _rows: bytes = b""

    async def write(self, data: bytes) -> None:
        """Take bytes like a real printer: what is incomplete waits for the rest."""
        if self.unplugged:
            raise PrinterMissing("unplugged")
        self._buffer += data
        while self._buffer and self._step():
            pass

    async def read(self, timeout: float) -> int | None:
        """Return the next answer, or None in time."""
        if self.unplugged:
            raise PrinterMissing("unplugged")
        if self.silent and self._answers.empty():
            return None  # it never will: nobody needs to wait for that
        try:
            async with asyncio.timeout(timeout):
                return await self._answers.get()
        except TimeoutError:
            return None

    async def close(self) -> None:
        """Nothing is held."""

    @property
    def ready(self) -> bool:
        """Whether it would print now."""
        return self.paper != "out" and not self.cover_open

    async def serve(self, host: str = "127.0.0.1", port: int = 0) -> asyncio.Server:
        """Offer this printer as a raw TCP printer, as on port 9100."""

        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            async def answers() -> None:
                while True:
                    writer.write(bytes([await self._answers.get()]))
                    await writer.drain()

            answering = asyncio.create_task(answers(), name="simulated printer's answers")
            try:
                while data := await reader.read(65536):
                    await self.write(data)
            except (ConnectionError, PrinterMissing):
                pass
            finally:
                answering.cancel()
                writer.close()

        return await asyncio.start_server(connected, host, port)

    def _step(self) -> bool:
        """Work off one command; False when it waits for more bytes or for paper."""
        b = self._buffer
        if b[:2] == b"\x10\x04":
            if len(b) < 3:
                return False
            self._reply(self._status(b[2]))
            self._buffer = b[3:]
            return True
        if not self.ready:
            # Offline, a printer still answers real-time questions that stand behind what waits in its buffer.
            at = b.find(b"\x10\x04")
            if at > 0 and len(b) >= at + 3:
                self._reply(self._status(b[at + 2]))
                self._buffer = b[:at] + b[at + 3 :]
                return True
            return False
        if b[:4] == b"\x1dv0\x00":
            across, down = int.from_bytes(b[4:6], "little"), int.from_bytes(b[6:8], "little")
            end = 8 + across * down
            if len(b) < end:
                return False
            self._print(across, b[8:end])
            self._buffer = b[end:]
            return True
        for command, length in ((b"\x1b@", 2), (b"\x1bd", 3), (b"\x1dV", 4), (b"\x1dr", 3)):
            if b.startswith(command):
                if len(b) < length:
                    return False
                self._buffer = b[length:]
                self._act(command)
                return True
        if len(b) < 2:
            return False
        self._buffer = b[1:]  # not a command of ours: a real printer would print it as a character
        return True

    def _act(self, command: bytes) -> None:
        if command == b"\x1b@":
            self._rows = b""
        elif command == b"\x1dV" and self._rows:
            self.pages.append(Bitmap(width=self._width, rows=self._rows))
            self._rows = b""
        elif command == b"\x1dr":
            self._reply({"enough": 0x00, "near_end": 0x03, "out": 0x0F}[self.paper])

    def _print(self, across: int, rows: bytes) -> None:
        self._width = across * 8
        if self.out_after_rows is not None:
            rows = rows[: max(0, self.out_after_rows) * across]
            self.out_after_rows -= len(rows) // across
            if self.out_after_rows <= 0:
                self.paper, self.out_after_rows = "out", None
        self._rows += rows

    def _status(self, question: int) -> int:
        match question:
            case 1:
                return 0x12 | (0 if self.ready else 0x08)
            case 2:
                return 0x12 | (0x04 if self.cover_open else 0) | (0x20 if self.paper == "out" else 0)
            case 3:
                return 0x12
            case _:
                return 0x12 | {"enough": 0x00, "near_end": 0x0C, "out": 0x6C}[self.paper]

    def _reply(self, byte: int) -> None:
        if not self.silent:
            self._answers.put_nowait(byte)
