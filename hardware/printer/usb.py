"""USB through python-escpos: its transport only. Its text() sends wrong encodings and its paper_status() takes silence for paper."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

from escpos.exceptions import Error as EscposError
from escpos.printer import Usb

from hardware.errors import PrinterMissing


class UsbTransport:
    """One USB printer by vendor and product id; its blocking calls live in one thread of their own."""

    def __init__(self, vendor: int, product: int, *, timeout_ms: int = 3000) -> None:
        self._ids, self._timeout_ms = (vendor, product), timeout_ms
        self._thread = ThreadPoolExecutor(1, "usb-printer")
        self._device: Any = None

    async def write(self, data: bytes) -> None:
        """Open if need be and send all bytes."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._write, data)

    async def read(self, timeout: float) -> int | None:
        """Return the next byte, or None in time."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._read, timeout)

    async def close(self) -> None:
        """Give the device back."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._drop)
        self._thread.shutdown(wait=False)

    def _write(self, data: bytes) -> None:
        try:
            if self._device is None:
                # The default timeout of 0 would wait for ever.
                device = cast(Any, Usb(*self._ids, timeout=self._timeout_ms))
                device.open()
                self._device = device
            self._device._raw(data)
        except (EscposError, OSError) as error:  # usb.core.USBError is an OSError
            self._drop()
            raise PrinterMissing("the USB printer does not take data") from error

    def _read(self, timeout: float) -> int | None:
        if self._device is None:
            raise PrinterMissing("not open")
        try:
            endpoint, milliseconds = self._device.in_ep, int(timeout * 1000)
            data = bytes(self._device.device.read(endpoint, 16, milliseconds))
        except OSError as error:
            if type(error).__name__ == "USBTimeoutError":
                return None
            self._drop()
            raise PrinterMissing("the USB printer went away") from error
        return data[0] if data else None

    def _drop(self) -> None:
        device, self._device = self._device, None
        if device is not None:
            try:
                device.close()
            except (EscposError, OSError):
                pass  # unplugged: there is nothing left to give back
