"""Kill a writing process again and again, and look whether anything it had acknowledged is gone.

`python -m tests.server.store.crash --cycles 200` is the long run; the tests run a few cycles.
The child (`--write FILE`) appends to four cities at once, so that commits are shared, and says so only after the
journal has: one line per acknowledged append on its standard output.
"""

import argparse
import asyncio
import hashlib
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import cast

from server.core.journal import Answer, Entry, Now
from server.protocol.values import CommandId, MunicipalityId
from server.store.journal import SqliteJournal
from server.store.sqlite import Database, Synchronous

ROOT = Path(__file__).parents[3]
CITIES = tuple(MunicipalityId(f"city{n}") for n in range(4))


def body(city: str, seq: int) -> bytes:
    """What a cell of the journal must contain: anything else in it is damage."""
    return hashlib.sha256(f"{city} {seq}".encode()).hexdigest().encode() * (1 + seq % 3)


async def append(journal: SqliteJournal, city: MunicipalityId, after: int, count: int) -> int:
    """Append `count` entries and one answer; return the last number."""
    entries = [
        Entry(seq, Now(float(seq), 0.0), body(city, seq)) for seq in range(after + 1, after + count + 1)
    ]
    last = after + count
    await journal.append(
        city, after, entries, [Answer("a", CommandId(str(last)), b"d" * 32, None, float(last))]
    )
    return last


async def write(
    path: Path, synchronous: Synchronous, cities: Sequence[MunicipalityId], appends: int | None
) -> None:
    """Append for ever (or so many times per city) and say each acknowledgement; never close the database."""
    database = Database(path, synchronous=synchronous)
    journal = SqliteJournal(database)

    async def one(city: MunicipalityId) -> None:
        last, done = len(await journal.since(city, 0)), 0
        while appends is None or done < appends:
            last = await append(journal, city, last, 1 + done % 3)
            done += 1
            os.write(1, f"acked {city} {last}\n".encode())

    await asyncio.gather(*(one(city) for city in cities))


async def examine(path: Path, acked: dict[str, int]) -> list[str]:
    """Open what a crash left and say everything that is wrong with it."""
    wrong: list[str] = []
    database = Database(path)  # quick_check, or it raises
    journal = SqliteJournal(database)
    for city in CITIES:
        found = await journal.since(city, 0)
        if [e.seq for e in found] != list(range(1, len(found) + 1)):
            wrong.append(f"{city}: a gap")
        if any(e.body != body(city, e.seq) for e in found):
            wrong.append(f"{city}: an entry with another content")
        if len(found) < acked.get(city, 0):
            wrong.append(f"{city}: {acked[city]} acknowledged, {len(found)} found")
        if found and await journal.answer(city, "a", CommandId(str(len(found)))) is None:
            wrong.append(f"{city}: events without their answer: half a transaction")
    await database.close()
    return wrong


def child(path: Path, *options: str) -> list[str]:
    """Return the command line of the writing process."""
    return [sys.executable, "-m", "tests.server.store.crash", "--write", str(path), *options]


def cycle(path: Path, acked: dict[str, int], kill_after: int) -> int:
    """Let a child write, kill it after so many acknowledgements, note what it acknowledged; return how many."""
    count = 0
    with subprocess.Popen(child(path), cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        for line in process.stdout:  # goes on after the kill, to the end of what was said before it
            if not line.endswith(b"\n"):
                break  # cut off while speaking
            _, city, last = line.decode().split()
            acked[city] = int(last)
            count += 1
            if count == kill_after:
                process.kill()
    return count


def run(path: Path, cycles: int, seed: int) -> tuple[int, list[str]]:
    """Kill `cycles` times on one file; return the number of acknowledgements and everything found wrong."""
    chance = random.Random(seed)
    acked: dict[str, int] = {}
    total, wrong = 0, list[str]()
    for _ in range(cycles):
        total += cycle(path, acked, chance.randint(1, 150))
        wrong += asyncio.run(examine(path, acked))
    return total, wrong


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.server.store.crash", description=__doc__)
    parser.add_argument("--cycles", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", type=Path, help="be the child that is killed")
    parser.add_argument("--synchronous", choices=["FULL", "NORMAL"], default="FULL")
    parser.add_argument("--appends", type=int, help="the child ends itself after so many, without closing")
    options = parser.parse_args()
    if options.write is not None:
        few = options.appends is not None
        cities = CITIES[:1] if few else CITIES
        synchronous = cast(Synchronous, options.synchronous)
        asyncio.run(write(options.write, synchronous, cities, options.appends))
        os._exit(0)  # as a crash would: no checkpoint, the log stays
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        total, wrong = run(Path(folder) / "crash.db", options.cycles, options.seed)
    print(f"{options.cycles} kills, {total} acknowledged appends, {time.monotonic() - began:.0f} s")
    print("\n".join(wrong) or "nothing acknowledged was lost, no gap, quick_check ok")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
