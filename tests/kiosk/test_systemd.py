"""The supervisor hears that we are ready and that the loop turns; without one nothing is said to anybody."""

import asyncio
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.systemd import Systemd

pytestmark = pytest.mark.slow


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as one:
        one.bind(str(tmp_path / "notify"))
        one.settimeout(5)
        yield one


async def test_it_says_that_it_is_ready_and_then_that_it_lives_three_times_in_the_patience(
    supervisor: socket.socket,
):
    systemd = Systemd({"NOTIFY_SOCKET": supervisor.getsockname(), "WATCHDOG_USEC": "30000000"})
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 2:
            raise asyncio.CancelledError

    systemd.ready()
    with pytest.raises(asyncio.CancelledError):
        await systemd.watch(sleep)
    assert [supervisor.recv(64) for _ in range(3)] == [b"READY=1", b"WATCHDOG=1", b"WATCHDOG=1"]
    assert slept == [10.0, 10.0]


async def test_without_a_supervisor_nothing_is_said_and_watching_is_over_at_once():
    systemd = Systemd({"WATCHDOG_USEC": "30000000"})
    systemd.ready()
    await systemd.watch()
    assert systemd.patience == 0.0


async def test_a_supervisor_that_is_gone_does_not_stop_a_conversation(tmp_path: Path):
    Systemd({"NOTIFY_SOCKET": str(tmp_path / "nobody")}).ready()
