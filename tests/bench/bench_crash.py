"""Kill -9 the server while residents and clerks work, again and again: is anything it had promised gone?

Every client writes down what it asked for and what it was answered. After a kill it comes back, and asks again with the
same id for what was not answered, as kiosks and consoles do. At the end the whole history is held against the journal.
"""

import asyncio
import contextlib
import random
import sqlite3
import tempfile
import time
from pathlib import Path

from tests.bench.table import Row
from tests.rig import City

CYCLES = 20
KIOSKS, CLERKS = 24, 8
COMMANDS = (5, 120)
"""The kill comes after some number of answers between these."""
SEED = 1


def measure(cycles: int = CYCLES) -> list[Row]:
    """Kill `cycles` times and examine."""
    with tempfile.TemporaryDirectory(prefix="komado-bench-") as folder:
        began = time.monotonic()
        found = asyncio.run(_run(Path(folder), cycles))
        took = time.monotonic() - began
    answered, repeated, promises = found
    note = f"{cycles} kills, {answered} answers, {repeated} commands asked again, {took:.0f} s"
    return [
        Row(bench="crash", what=what, value=len(wrong), unit="", target=0, note="; ".join(wrong[:3]) or note)
        for what, wrong in promises.items()
    ]


async def _run(folder: Path, cycles: int) -> tuple[int, int, dict[str, list[str]]]:
    from tests.bench.history import History, examine
    from tests.bench.peers import town
    from tests.bench.workers import work

    chance = random.Random(SEED)
    history = History()
    async with town(folder, kiosks=KIOSKS, clerks=CLERKS, tls=False) as at:
        for _ in range(cycles):
            await asyncio.to_thread(at.city.start)
            enough = history.answered + chance.randint(*COMMANDS)
            working = asyncio.create_task(work(at, history, chance), name="work")
            killing = asyncio.create_task(history.reached(enough), name="enough")
            await asyncio.wait({working, killing}, timeout=60, return_when=asyncio.FIRST_COMPLETED)
            if not killing.done():
                at.city.server.check()
                if working.done():
                    working.result()
                raise RuntimeError(f"{history.answered} of {enough} answers within a minute")
            await asyncio.to_thread(at.city.server.kill)
            async with asyncio.timeout(30):
                await working  # what was said before the kill is still read, and counts
        return history.answered, history.repeated, examine(history, at.city.events(), _answers(at.city))


def _answers(city: City) -> dict[tuple[str, str], str | None]:
    with contextlib.closing(sqlite3.connect(f"file:{city.database}?mode=ro", uri=True)) as journal:
        rows = journal.execute("SELECT actor, command, refused FROM answer").fetchall()
    return {(actor, command): refused for actor, command, refused in rows}
