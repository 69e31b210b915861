"""The ledger survives a pulled plug, and what it does not know it does not claim."""

import subprocess
import sys
from pathlib import Path

from kiosk.ledger import KEPT, Ledger


async def test_an_order_begins_once_and_is_answered_ever_after(tmp_path: Path):
    ledger = Ledger(tmp_path / "data" / "ledger.sqlite")
    assert await ledger.outcome("p1") is None
    assert await ledger.begin("p1") is None
    await ledger.finish("p1", "printed")
    assert await ledger.begin("p1") == "printed"
    await ledger.close()
    again = Ledger(tmp_path / "data" / "ledger.sqlite")
    assert await again.outcome("p1") == "printed"
    await again.close()


CRASH = """
import asyncio, os, sys
from pathlib import Path
from kiosk.ledger import Ledger

async def main():
    ledger = Ledger(Path(sys.argv[1]))
    await ledger.begin("p1")
    os.kill(os.getpid(), 9)

asyncio.run(main())
"""


async def test_what_was_under_way_when_the_power_went_is_unknown_and_not_begun_again(tmp_path: Path):
    path = tmp_path / "ledger.sqlite"
    done = subprocess.run([sys.executable, "-c", CRASH, str(path)], check=False)  # noqa: ASYNC221
    assert done.returncode == -9
    ledger = Ledger(path)
    assert await ledger.begin("p1") == "unknown"
    await ledger.finish("p1", "unknown")
    assert await ledger.outcome("p1") == "unknown"
    await ledger.close()


async def test_the_ledger_does_not_grow_for_ever(tmp_path: Path):
    ledger = Ledger(tmp_path / "ledger.sqlite")
    for number in range(30):
        await ledger.begin(f"old{number}")
    import sqlite3

    with sqlite3.connect(tmp_path / "ledger.sqlite") as db:
        db.execute("insert into orders (at, id) values (?, 'far')", (KEPT + 20,))
    db.close()
    await ledger.begin("new")
    assert await ledger.outcome("old5") is None
    assert await ledger.outcome("far") == "unknown"
    await ledger.close()
