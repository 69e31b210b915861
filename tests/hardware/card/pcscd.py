"""The real pcscd for tests: one user at a time on this machine, started when none runs, stopped when it was us."""

import asyncio
import fcntl
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from hardware.card.vpcd import PORTS
from hardware.ports import CardNews

LOCK = Path(tempfile.gettempdir()) / "komado-pcscd.lock"
_DOOR = "/run/pcscd/pcscd.comm"
_LISTENING = "0A"


class Service:
    """pcscd with vpcd, under the machine-wide lock."""

    def __init__(self) -> None:
        self._lock = LOCK.open("w")
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Service":
        # Blocking, in a thread for the bound: the kernel queues those who wait, polling would starve here.
        waiting = threading.Thread(target=fcntl.flock, args=(self._lock, fcntl.LOCK_EX), daemon=True)
        waiting.start()
        waiting.join(600)
        assert not waiting.is_alive(), "another test on this machine keeps pcscd"
        if not _answers():
            self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._lock.close()

    @property
    def ours(self) -> bool:
        """Whether we started it, and so may kill it."""
        return self._process is not None

    def start(self) -> None:
        """Start it and wait until its slots wait for cards. Never with --apdu: that logs PINs."""
        program = shutil.which("pcscd") or "/usr/sbin/pcscd"
        self._process = subprocess.Popen(
            [program, "--foreground"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        _until(lambda: _answers() and _slots_wait(), 20, "pcscd does not start")

    def stop(self) -> None:
        """Stop it, if it is ours."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)
            self._process = None

    def kill(self) -> None:
        """Let it die without a word."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(10)
        self._process = None


async def until(condition: Callable[[], bool], seconds: float = 30) -> None:
    """Wait until a condition holds; a promise that is not kept in time fails the test."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - the condition lies outside this loop
            await asyncio.sleep(0.01)


async def heard(news: AsyncIterator[CardNews], seconds: float = 30) -> CardNews:
    """Wait for the next news; none in time fails the test."""
    async with asyncio.timeout(seconds):
        return await anext(news)


def _until(condition: Callable[[], bool], seconds: float, complaint: str) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, complaint
        time.sleep(0.02)


def _answers() -> bool:
    with socket.socket(socket.AF_UNIX) as door:
        return door.connect_ex(_DOOR) == 0


def _slots_wait() -> bool:
    """Look without knocking: a connection would be a card."""
    sockets = [line.split() for path in ("tcp", "tcp6") for line in _lines(f"/proc/net/{path}")]
    waiting = {int(fields[1].rsplit(":")[-1], 16) for fields in sockets if fields[3] == _LISTENING}
    return set(PORTS) <= waiting


def _lines(path: str) -> list[str]:
    file = Path(path)
    return file.read_text().splitlines()[1:] if file.exists() else []
