"""Durable commands per second through the journal: `python -m tests.server.store.bench`.

One command is one event and one answer, acknowledged when it is synced. Each client has a city of its own, so nothing
conflicts and everything shares commits.
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path

from server.core.journal import Answer, Entry, Now
from server.protocol.values import CommandId, MunicipalityId
from server.store.journal import SqliteJournal
from server.store.sqlite import Database

BODY = b'{"type":"offered","ticket":"t1234","staff":"s12","generation":7,"deadline":123456.7,"at":123436.7}'


async def measure(folder: Path, clients: int, commands: int) -> tuple[float, list[float]]:
    """Return commands per second and each one's time to its acknowledgement."""
    database = Database(folder / f"bench{clients}.db")
    journal = SqliteJournal(database)
    times: list[float] = []

    async def client(city: MunicipalityId) -> None:
        for seq in range(commands // clients):
            began = time.perf_counter()
            entry = Entry(seq + 1, Now(float(seq), 1e9), BODY)
            answer = Answer("staff:s12", CommandId(f"c{seq}"), b"d" * 32, None, float(seq))
            await journal.append(city, seq, [entry], [answer])
            times.append(time.perf_counter() - began)

    began = time.perf_counter()
    await asyncio.gather(*(client(MunicipalityId(f"city{n}")) for n in range(clients)))
    rate = len(times) / (time.perf_counter() - began)
    await database.close()
    return rate, times


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.server.store.bench", description=__doc__)
    parser.add_argument("--folder", type=Path, help="where to write: the disk that is measured")
    parser.add_argument("--commands", type=int, default=4_096)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        for clients in (1, 16, 256):
            rate, times = asyncio.run(measure(Path(folder), clients, options.commands))
            cuts = statistics.quantiles(times, n=100)
            print(
                f"{clients:4} clients: {rate:7.0f} commands/s, p50 {cuts[49] * 1e3:.2f} ms, p99 {cuts[98] * 1e3:.2f} ms"
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
