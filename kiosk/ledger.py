"""What this kiosk has done and must not do again: print orders and restarts, by the ids of the server's orders.

`begin` is durable before the printer moves, `finish` after; what began and never finished ended as "unknown".
"""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

KEPT = 2000
_SCHEMA = """
create table if not exists orders (
    at integer primary key autoincrement,
    id text not null unique,
    outcome text
) strict;
"""


class Ledger:
    """A small table that survives a pulled plug; all its work is done on one thread of its own."""

    def __init__(self, path: Path) -> None:
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="ledger")
        self._db = self._worker.submit(_open, path).result()

    async def begin(self, order: str) -> str | None:
        """Note that `order` begins and return None, or return how it ended ("unknown" if nobody knows)."""
        return await self._do(lambda db: _begin(db, order))

    async def finish(self, order: str, outcome: str) -> None:
        """Note how `order` ended."""
        await self._do(lambda db: _finish(db, order, outcome))

    async def outcome(self, order: str) -> str | None:
        """Return how `order` ended, "unknown" if it began and never ended, None if it never began."""
        return await self._do(lambda db: _outcome(db, order))

    async def close(self) -> None:
        """Close the file."""
        await self._do(lambda db: db.close())
        self._worker.shutdown()

    async def _do(self, work: Callable[[sqlite3.Connection], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._worker, work, self._db)


def _open(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    db.execute("pragma journal_mode = wal")
    db.execute("pragma synchronous = full")
    db.executescript(_SCHEMA)
    return db


def _outcome(db: sqlite3.Connection, order: str) -> str | None:
    row = db.execute("select coalesce(outcome, 'unknown') from orders where id = ?", (order,)).fetchone()
    return None if row is None else str(row[0])


def _begin(db: sqlite3.Connection, order: str) -> str | None:
    known = _outcome(db, order)
    if known is None:
        db.execute("insert into orders (id) values (?)", (order,))
        db.execute("delete from orders where at <= (select max(at) from orders) - ?", (KEPT,))
    return known


def _finish(db: sqlite3.Connection, order: str, outcome: str) -> None:
    db.execute(
        "insert into orders (id, outcome) values (?, ?) on conflict (id) do update set outcome = excluded.outcome",
        (order, outcome),
    )
