"""systemd hears that we are ready and that we live, as long as we do."""

import asyncio
import os
import socket
from pathlib import Path

import pytest

from server.notify import Supervisor

pytestmark = pytest.mark.slow


def listening(path: str) -> socket.socket:
    line = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    line.bind(path)
    line.setblocking(False)
    return line


async def heard(line: socket.socket) -> str:
    async with asyncio.timeout(10):
        return (await asyncio.get_running_loop().sock_recv(line, 100)).decode()


@pytest.mark.parametrize("abstract", [False, True])
async def test_what_is_said_arrives_at_a_path_and_at_an_abstract_name(tmp_path: Path, abstract: bool) -> None:
    name = f"@komado-{os.getpid()}" if abstract else str(tmp_path / "notify")
    with listening(name.replace("@", "\0")) as line:
        Supervisor({"NOTIFY_SOCKET": name}).say("READY=1")
        assert await heard(line) == "READY=1"


async def test_life_is_said_again_and_again_only_after_a_proof_of_it(tmp_path: Path) -> None:
    path = str(tmp_path / "notify")
    proofs = asyncio.Queue[None]()
    with listening(path) as line:
        supervisor = Supervisor({"NOTIFY_SOCKET": path, "WATCHDOG_USEC": "3000"})
        task = asyncio.create_task(supervisor.keep_alive(proofs.get))
        for _ in range(2):
            proofs.put_nowait(None)
            assert await heard(line) == "WATCHDOG=1"
        task.cancel()
        with pytest.raises(BlockingIOError):
            line.recv(100)


async def test_without_a_manager_nothing_is_said_and_nothing_runs(tmp_path: Path) -> None:
    Supervisor({}).say("READY=1")
    Supervisor({"NOTIFY_SOCKET": str(tmp_path / "gone")}).say("READY=1")
    for environment in ({}, {"WATCHDOG_USEC": "1000", "WATCHDOG_PID": "1"}):
        async with asyncio.timeout(10):
            await Supervisor(environment).keep_alive(asyncio.Event().wait)
