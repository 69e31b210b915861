"""The card's side of vpcd, so that a virtual card lies in a reader of the real PC/SC service.

vpcd is a reader driver for pcscd that waits on TCP, a slot per port. We connect; each message is a 2-byte big-endian
length and a payload. One byte is an order: 00 power off, 01 power on, 02 reset, 04 tell the ATR. Anything longer is a
command, answered with data and status word. Closing the connection is taking the card away.

vpcd listens on all interfaces: for test machines, never for a kiosk.
"""

import asyncio
import contextlib
import logging
import socket

from hardware.card.virtual import Mute, Pulled, VirtualCard
from hardware.errors import DriverMissing

log = logging.getLogger(__name__)

PORTS = (35963, 35964)


class VpcdSlot:
    """One slot of vpcd: `insert` and `pull` are what a hand does."""

    def __init__(self, host: str = "127.0.0.1", port: int = PORTS[0], *, contactless: bool = False) -> None:
        self._address = (host, port)
        self._contactless = contactless
        self._service: asyncio.Task[None] | None = None

    @property
    def occupied(self) -> bool:
        """Whether a card is in."""
        return self._service is not None and not self._service.done()

    async def insert(self, card: VirtualCard) -> None:
        """Put the card in; raises DriverMissing when no vpcd waits there."""
        await self.pull()
        host, port = self._address
        try:
            reader, writer = await asyncio.open_connection(host, port)
        except OSError as error:
            raise DriverMissing(
                "vpcd", f"nobody waits on {host}:{port}; does pcscd run with vpcd?"
            ) from error
        service = self._serve(card, reader, writer)
        self._service = asyncio.create_task(service, name=f"vpcd {port}")

    async def pull(self) -> None:
        """Take the card out; returns when the connection is closed."""
        service, self._service = self._service, None
        if service is not None:
            service.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await service

    async def gone(self) -> None:
        """Wait until the card is out, by our hand or because the service ended."""
        if self._service is not None:
            await asyncio.wait([self._service])

    async def _serve(
        self, card: VirtualCard, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        try:
            while True:
                _acknowledge_at_once(writer)
                message = await reader.readexactly(int.from_bytes(await reader.readexactly(2)))
                answer = self._answer(card, message)
                if answer is None:
                    continue
                if len(message) > 1:
                    await asyncio.sleep(card.faults.slow)
                writer.write(len(answer).to_bytes(2) + answer)
                await writer.drain()
        except (Pulled, asyncio.IncompleteReadError, ConnectionError):
            log.info("card out")
        finally:
            card.power_off()
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    def _answer(self, card: VirtualCard, message: bytes) -> bytes | None:
        match message:
            case b"\x00":
                card.power_off()
                return None
            case b"\x01":
                card.power_on()
                return None
            case b"\x02":
                card.reset()
                return None
            case b"\x04":
                return card.atr(self._contactless)
            case _:  # a command
                try:
                    return card.execute(message)
                except Mute:
                    return b"\x00"  # too short for an answer: with silence vpcd itself would hang


def _acknowledge_at_once(writer: asyncio.StreamWriter) -> None:
    """Ask for immediate TCP acknowledgements: vpcd writes length and payload apart, and Nagle would add 40 ms to each.

    Linux forgets the option after a while (tcp(7)), so it is set again before each message.
    """
    sock: socket.socket = writer.get_extra_info("socket")
    with contextlib.suppress(OSError):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
