"""What is personal about a ticket: sealed under a key of its own, and forgotten by destroying that key.

AES-256-GCM throughout (NIST SP 800-38D: a fresh random 96-bit nonce per sealing). The city's key lives outside the
database; what it wraps and what the ticket's key seals are bound to city, ticket and name by the associated data, so
no row can be passed off as another.

What erasing promises: the wrapped key is overwritten in the file (`secure_delete`) and gone from the write-ahead log.
What it cannot promise: that a flash disk has no older copy of a block, or that there is no backup. Those hold sealed
bytes and wrapped keys only; without the city's key they say nothing.
"""

import os
import sqlite3
from collections.abc import Sequence
from typing import Any

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from server.protocol.values import MunicipalityId, TicketId
from server.store.sqlite import Database

KEY = 32
NONCE = 12
FORGOTTEN_AFTER = 7 * 24 * 3600.0
"""Seconds until a case goes whose end nobody has set: a lost ticket must not leave its data for ever."""


class CaseUnreadable(Exception):
    """The city's key does not open this case, or somebody changed its bytes."""


class CaseStore:
    """The cases of one municipality."""

    def __init__(self, database: Database, city: MunicipalityId, city_key: bytes) -> None:
        if len(city_key) != KEY:
            raise ValueError("the city's key has 32 bytes")
        self._database = database
        self._city = city
        self._city_key = AESGCM(city_key)

    async def put(self, ticket: TicketId, name: str, plaintext: bytes) -> None:
        """Keep `plaintext` under this name, replacing what was there."""

        def write(connection: sqlite3.Connection) -> None:
            key = self._key(connection, ticket)
            if key is None:
                key = os.urandom(KEY)
                wrapped = _seal(self._city_key, key, self._bind(ticket))
                connection.execute(
                    "INSERT INTO case_key (city, ticket, wrapped) VALUES (?, ?, ?)",
                    (self._city, ticket, wrapped),
                )
            sealed = _seal(AESGCM(key), plaintext, self._bind(ticket, name))
            connection.execute(
                "INSERT INTO case_item VALUES (?, ?, ?, ?) "
                "ON CONFLICT (city, ticket, name) DO UPDATE SET sealed = excluded.sealed",
                (self._city, ticket, name, sealed),
            )

        await self._database.run(write)

    async def get(self, ticket: TicketId, name: str) -> bytes | None:
        """Return what was kept under this name, or None. Raises CaseUnreadable."""

        def read(connection: sqlite3.Connection) -> bytes | None:
            row: tuple[Any, ...] | None = connection.execute(
                "SELECT sealed FROM case_item WHERE city = ? AND ticket = ? AND name = ?",
                (self._city, ticket, name),
            ).fetchone()
            key = self._key(connection, ticket)
            if row is None or key is None:
                return None
            return _open(AESGCM(key), row[0], self._bind(ticket, name))

        return await self._database.run(read)

    async def holding(self, name: str) -> Sequence[TicketId]:
        """Name every ticket that keeps something under this name."""

        def read(connection: sqlite3.Connection) -> Sequence[TicketId]:
            rows = connection.execute(
                "SELECT ticket FROM case_item WHERE city = ? AND name = ? ORDER BY ticket", (self._city, name)
            )
            return [TicketId(ticket) for (ticket,) in rows.fetchall()]

        return await self._database.run(read)

    async def erase_at(self, ticket: TicketId, when: float) -> None:
        """Let the case go at wall time `when`; saying it again moves the end. No case, no effect."""

        def write(connection: sqlite3.Connection) -> None:
            sql = "UPDATE case_key SET erase_at = ? WHERE city = ? AND ticket = ?"
            connection.execute(sql, (when, self._city, ticket))

        await self._database.run(write)

    async def erase(self, ticket: TicketId) -> None:
        """Destroy the key and what it sealed, also in the write-ahead log; erasing twice is harmless."""
        await self._database.run(lambda connection: self._destroy(connection, [ticket]))
        await self._database.truncate_log()

    async def erase_due(self, now: float) -> Sequence[TicketId]:
        """Erase every case whose end has come and return which; call it now and then.

        A case without an end is given one, `FORGOTTEN_AFTER` from the first time this sees it.
        """

        def write(connection: sqlite3.Connection) -> Sequence[TicketId]:
            connection.execute(
                "UPDATE case_key SET erase_at = ? WHERE city = ? AND erase_at IS NULL",
                (now + FORGOTTEN_AFTER, self._city),
            )
            rows = connection.execute(
                "SELECT ticket FROM case_key WHERE city = ? AND erase_at <= ? ORDER BY ticket",
                (self._city, now),
            )
            due = [TicketId(ticket) for (ticket,) in rows.fetchall()]
            self._destroy(connection, due)
            return due

        due = await self._database.run(write)
        await self._database.truncate_log()  # always: an earlier erasure may have been cut off before this
        return due

    def _destroy(self, connection: sqlite3.Connection, tickets: Sequence[TicketId]) -> None:
        for ticket in tickets:
            connection.execute(
                "UPDATE case_key SET wrapped = zeroblob(length(wrapped)) WHERE city = ? AND ticket = ?",
                (self._city, ticket),
            )
            connection.execute("DELETE FROM case_key WHERE city = ? AND ticket = ?", (self._city, ticket))

    def _key(self, connection: sqlite3.Connection, ticket: TicketId) -> bytes | None:
        row: tuple[Any, ...] | None = connection.execute(
            "SELECT wrapped FROM case_key WHERE city = ? AND ticket = ?", (self._city, ticket)
        ).fetchone()
        return None if row is None else _open(self._city_key, row[0], self._bind(ticket))

    def _bind(self, ticket: TicketId, *name: str) -> bytes:
        """Associated data; JSON, so that no two triples have the same bytes."""
        return msgspec.json.encode(["komado case 1", self._city, ticket, *name])


def _seal(key: AESGCM, plaintext: bytes, bound_to: bytes) -> bytes:
    nonce = os.urandom(NONCE)
    return nonce + key.encrypt(nonce, plaintext, bound_to)


def _open(key: AESGCM, sealed: bytes, bound_to: bytes) -> bytes:
    try:
        return key.decrypt(sealed[:NONCE], sealed[NONCE:], bound_to)
    except (InvalidTag, ValueError):  # ValueError: too short to hold a nonce
        raise CaseUnreadable from None
