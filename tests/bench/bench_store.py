"""Durable commands per second on this disk: the whole hub, its journal alone, and one commit per command beside them.

Every command is acknowledged when it is synced (`synchronous=FULL`). The peer does the same inserts with the same
settings in the usual way: one transaction each, one after the other, whoever else waits.
"""

import asyncio
import contextlib
import sqlite3
import tempfile
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.bench.table import Row, spread

CLIENTS = (1, 16, 256)
COMMANDS = {1: 512, 16: 2_048, 256: 8_192}
PEER_COMMANDS = 512
ROUNDS = 3
"""Rates differ from moment to moment on a shared disk: the middle one of so many interleaved rounds counts."""


def measure() -> list[Row]:
    """Take turns, so that a busy minute does not hit one of them only."""
    rates = dict[tuple[str, int], list[float]]()
    waits = dict[tuple[str, int], list[float]]()
    Path("build").mkdir(exist_ok=True)
    for _ in range(ROUNDS):
        for clients in CLIENTS:
            for name, run in (("hub", _hub), ("journal", _journal), ("peer: one commit per command", _peer)):
                with tempfile.TemporaryDirectory(prefix="bench-store-", dir="build") as folder:
                    rate, times = asyncio.run(run(Path(folder), clients))
                rates.setdefault((name, clients), []).append(rate)
                waits.setdefault((name, clients), []).extend(times)
    rows = list[Row]()
    for (name, clients), found in rates.items():
        middle, high = (1e3 * value for value in spread(waits[name, clients]))
        note = f"to its answer: p50 {middle:.1f} ms, p95 {high:.1f} ms; middle of {ROUNDS}"
        what = f"{name}, {clients} client{'s' if clients > 1 else ''}"
        rows.append(
            Row(bench="store", what=what, value=spread(found)[0], unit="cmd/s", better="higher", note=note)
        )
    return rows


async def _timed(
    clients: int, commands: int, command: Callable[[int, int], Awaitable[object]]
) -> tuple[float, list[float]]:
    times = list[float]()

    async def client(number: int) -> None:
        for turn in range(commands // clients):
            began = time.perf_counter()
            await command(number, turn)
            times.append(time.perf_counter() - began)

    began = time.perf_counter()
    await asyncio.gather(*(client(number) for number in range(clients)))
    return len(times) / (time.perf_counter() - began), times


async def _hub(folder: Path, clients: int) -> tuple[float, list[float]]:
    """Clerks of one city who pause and come back: decided, made durable, shown and answered."""
    from msgspec.structs import replace

    from server.core.commands import ServerActor, StaffActor, StaffConnected
    from server.hub import Hub, SystemClock
    from server.protocol import messages as m
    from server.protocol.values import StaffId
    from server.store.journal import SqliteJournal
    from server.store.sqlite import Database
    from tests.server.core.example import OPEN_LANE, city, person

    clerks = [StaffId(f"s{number}") for number in range(clients)]
    town = replace(city(OPEN_LANE), staff={id: person(id, "窓口課", "clerk") for id in clerks})
    database = Database(folder / "hub.db")
    hub = Hub(town, SqliteJournal(database), SystemClock())
    await hub.start()
    running = asyncio.create_task(hub.run(), name="hub")
    for clerk in clerks:
        await hub.submit(ServerActor(), StaffConnected(clerk))

    async def command(number: int, turn: int) -> None:
        id = f"c{turn}"
        wish = m.Pause(id=id, reason="lunch") if turn % 2 else m.SetReady(id=id)
        reply = await hub.submit(StaffActor(clerks[number]), wish)
        if reply.refused is not None:
            raise RuntimeError(reply.refused)

    measured = await _timed(clients, COMMANDS[clients], command)
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
    await database.close()
    return measured


async def _journal(folder: Path, clients: int) -> tuple[float, list[float]]:
    from tests.server.store.bench import measure as journal

    return await journal(folder, clients, COMMANDS[clients])


async def _peer(folder: Path, clients: int) -> tuple[float, list[float]]:
    from server.store.sqlite import SCHEMA
    from tests.server.store.bench import BODY

    connection = sqlite3.connect(folder / "peer.db", isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.executescript((SCHEMA / "0001_initial.sql").read_text("utf-8"))

    def write(number: int, turn: int) -> None:
        connection.execute("BEGIN IMMEDIATE")
        city = f"city{number}"
        connection.execute("INSERT INTO event VALUES (?, ?, ?, ?, ?)", (city, turn + 1, 0.0, 0.0, BODY))
        answer = (city, "staff:s12", f"c{turn}", b"d" * 32, None, 0.0)
        connection.execute("INSERT INTO answer VALUES (?, ?, ?, ?, ?, ?)", answer)
        connection.execute("COMMIT")

    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(1) as writer:
        measured = await _timed(
            clients, PEER_COMMANDS, lambda number, turn: loop.run_in_executor(writer, write, number, turn)
        )
    connection.close()
    return measured
