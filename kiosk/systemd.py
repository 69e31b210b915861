"""What systemd wants to know: that we are ready, and, again and again, that the loop still turns (sd_notify(3), by hand).

Without systemd (`NOTIFY_SOCKET` unset) all of it is nothing.
"""

import asyncio
import logging
import os
import socket
from collections.abc import Awaitable, Callable, Mapping

log = logging.getLogger(__name__)

Sleep = Callable[[float], Awaitable[None]]


class Systemd:
    """The supervisor, if there is one."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        address = environment.get("NOTIFY_SOCKET", "")
        self._address = "\0" + address[1:] if address.startswith("@") else address
        micros = environment.get("WATCHDOG_USEC", "")
        self._patience = int(micros) / 1_000_000 if micros.isdigit() else 0.0

    @property
    def patience(self) -> float:
        """Seconds after which silence means that we hang; 0 = nobody watches."""
        return self._patience if self._address else 0.0

    def ready(self) -> None:
        """Say that the page can be opened."""
        self._say("READY=1")

    async def watch(self, sleep: Sleep = asyncio.sleep) -> None:
        """Say at a third of the patience that the loop turns; a loop that hangs says nothing and is started anew."""
        while self.patience:
            self._say("WATCHDOG=1")
            await sleep(self.patience / 3)

    def _say(self, text: str) -> None:
        if not self._address:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as to:
                to.setblocking(False)
                to.sendto(text.encode(), self._address)
        except OSError as error:
            log.warning("systemd: not reached (%s)", type(error).__name__)
