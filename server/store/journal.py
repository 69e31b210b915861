"""The journal in SQLite: `server.core.journal.Journal` over a `Database`."""

import sqlite3
from collections.abc import Sequence
from typing import Any

from server.core.journal import Answer, Conflict, Entry, Now, Snapshot
from server.protocol.values import CommandId, MunicipalityId
from server.store.sqlite import Database

ANSWERS_KEPT = 24 * 3600.0
"""Seconds of `elapsed` a command may be repeated and still find its answer."""


class SqliteJournal:
    """Gap-free sequences fenced by a primary key; safe against kill -9 and, with FULL, against power loss."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def append(
        self, city: MunicipalityId, expected_seq: int, entries: Sequence[Entry], answers: Sequence[Answer]
    ) -> None:
        """Write all or nothing, durably. Raises Conflict or NotStored; then nothing was written."""
        if [entry.seq for entry in entries] != list(range(expected_seq + 1, expected_seq + 1 + len(entries))):
            raise ValueError("entries are numbered from expected_seq + 1")
        events = [(city, e.seq, e.at.elapsed, e.at.wall, e.body) for e in entries]
        replies = [(city, a.actor, a.command, a.digest, a.refused, a.elapsed) for a in answers]

        def write(connection: sqlite3.Connection) -> None:
            if _last(connection, city) != expected_seq:
                raise Conflict
            try:
                connection.executemany("INSERT INTO event VALUES (?, ?, ?, ?, ?)", events)
                connection.executemany("INSERT INTO answer VALUES (?, ?, ?, ?, ?, ?)", replies)
            except sqlite3.IntegrityError as error:
                raise Conflict from error

        await self._database.run(write)

    async def since(self, city: MunicipalityId, seq: int, limit: int | None = None) -> Sequence[Entry]:
        """Return the entries after `seq`, oldest first; at most `limit` of them."""

        def read(connection: sqlite3.Connection) -> Sequence[Entry]:
            rows = connection.execute(
                "SELECT seq, elapsed, wall, body FROM event WHERE city = ? AND seq > ? ORDER BY seq LIMIT ?",
                (city, seq, -1 if limit is None else limit),
            )
            return [Entry(number, Now(elapsed, wall), body) for number, elapsed, wall, body in rows]

        return await self._database.run(read)

    async def answer(self, city: MunicipalityId, actor: str, command: CommandId) -> Answer | None:
        """Return what this command was answered, if it was within `ANSWERS_KEPT`."""

        def read(connection: sqlite3.Connection) -> Answer | None:
            row: tuple[Any, ...] | None = connection.execute(
                "SELECT digest, refused, elapsed FROM answer WHERE city = ? AND actor = ? AND command = ?",
                (city, actor, command),
            ).fetchone()
            return None if row is None else Answer(actor, command, *row)

        return await self._database.run(read)

    async def save_snapshot(self, city: MunicipalityId, snapshot: Snapshot) -> None:
        """Keep the newest folded board and let answers go that nobody can still be waiting for."""

        def write(connection: sqlite3.Connection) -> None:
            connection.execute(
                "INSERT OR REPLACE INTO snapshot VALUES (?, ?, ?)", (city, snapshot.seq, snapshot.board)
            )
            connection.execute(
                "DELETE FROM snapshot WHERE city = ?1 AND seq < (SELECT max(seq) FROM snapshot WHERE city = ?1)",
                (city,),
            )
            connection.execute(
                "DELETE FROM answer WHERE city = ?1 AND elapsed < "
                "(SELECT elapsed FROM event WHERE city = ?1 AND seq = ?2) - ?3",
                (city, snapshot.seq, ANSWERS_KEPT),
            )

        await self._database.run(write)

    async def latest_snapshot(self, city: MunicipalityId) -> Snapshot | None:
        """Return the newest folded board."""

        def read(connection: sqlite3.Connection) -> Snapshot | None:
            row: tuple[Any, ...] | None = connection.execute(
                "SELECT seq, board FROM snapshot WHERE city = ? ORDER BY seq DESC LIMIT 1", (city,)
            ).fetchone()
            return None if row is None else Snapshot(*row)

        return await self._database.run(read)


def _last(connection: sqlite3.Connection, city: MunicipalityId) -> int:
    (seq,) = connection.execute("SELECT coalesce(max(seq), 0) FROM event WHERE city = ?", (city,)).fetchone()
    return seq
