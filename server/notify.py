"""What systemd is told (sd_notify(3)): that we are ready, that we live, that we end. Silent wherever nobody asked."""

import asyncio
import logging
import os
import socket
from collections.abc import Awaitable, Callable, Mapping

log = logging.getLogger(__name__)


class Supervisor:
    """The service manager that started us, if one did."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        address = environment.get("NOTIFY_SOCKET", "")
        # An abstract socket is written with "@" for its first, empty byte (unix(7)).
        self._address = f"\0{address[1:]}" if address.startswith("@") else address
        meant = environment.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        self._patience = int(environment.get("WATCHDOG_USEC", "0")) / 1e6 if meant else 0.0

    def say(self, state: str) -> None:
        """Send one state, "READY=1"; a manager that does not listen is no reason to stop."""
        if not self._address:
            return
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as line:
            try:
                line.connect(self._address)
                line.send(state.encode())
            except OSError as error:
                log.warning("the service manager does not listen: %s", error.strerror)

    async def keep_alive(self, alive: Callable[[], Awaitable[object]]) -> None:
        """Say for ever that we live, each time after `alive` has returned; it never returning is what ends us."""
        while self._patience > 0:
            await alive()
            self.say("WATCHDOG=1")
            await asyncio.sleep(self._patience / 3)
