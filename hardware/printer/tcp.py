"""Raw TCP 9100. The protocol has no authentication (JVNTA#97995322): loopback, or `trusted_network = true` said aloud."""

import asyncio
import ipaddress

from hardware.errors import DriverMissing, PrinterMissing


def check_address(host: str, trusted_network: bool) -> None:
    """Refuse a printer across the network unless the city said that its network may be trusted."""
    try:
        loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = host == "localhost"
    if not loopback and not trusted_network:
        raise DriverMissing(
            "devices.printer.trusted_network",
            'printing over TCP has no protection; say `trusted_network = true`, or use driver = "usb"',
        )


class TcpTransport:
    """One connection, made when needed and made anew after an error."""

    def __init__(self, host: str, port: int, *, timeout: float = 3.0) -> None:
        self._host, self._port, self._timeout = host, port, timeout
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def write(self, data: bytes) -> None:
        """Connect if need be and send."""
        try:
            async with asyncio.timeout(self._timeout):
                if self._streams is None:
                    self._streams = await asyncio.open_connection(self._host, self._port)
                self._streams[1].write(data)
                await self._streams[1].drain()
        except (OSError, TimeoutError) as error:
            await self.close()
            raise PrinterMissing("the network printer does not take data") from error

    async def read(self, timeout: float) -> int | None:
        """Return the next byte, or None in time."""
        if self._streams is None:
            raise PrinterMissing("not connected")
        try:
            async with asyncio.timeout(timeout):
                data = await self._streams[0].read(1)
        except TimeoutError:
            return None
        except OSError as error:
            await self.close()
            raise PrinterMissing("the network printer went away") from error
        if not data:
            await self.close()
            raise PrinterMissing("the network printer closed the connection")
        return data[0]

    async def close(self) -> None:
        """Drop the connection."""
        if self._streams is not None:
            writer = self._streams[1]
            self._streams = None
            writer.close()
            try:
                await writer.wait_closed()
            except OSError:
                pass  # it was gone already
