"""Links that were sent for one visit each, and who has opened them. Only SHA-256 digests of their codes are kept.

A link is opened by one key, once; the same key asking again is told what it was told. `now` is wall time.
"""

import sqlite3
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

from server.core.city import Device
from server.core.places import VISITORS, SentWindow
from server.protocol.values import KioskId, MunicipalityId, SiteId
from server.store.sqlite import Database

KEPT = 3 * 24 * 3600.0
"""Seconds a link is remembered after its time: a visit begun in time is long over by then."""
TOKYO = timezone(timedelta(hours=9))

_ALL = "SELECT id, purpose, who, made_by, expires, opened, public_key, machine, revoked FROM visit_window WHERE city = ?1 "


class Windows:
    """The windows of one municipality."""

    def __init__(self, database: Database, city: MunicipalityId) -> None:
        self._database = database
        self._city = city

    async def add(self, window: SentWindow, link: bytes, digits: bytes, now: float) -> bool:
        """Remember a link; False when somebody else's link that still lives has these six digits."""
        row = (
            self._city,
            window.id,
            window.purpose,
            window.who,
            window.made_by,
            link,
            digits,
            now,
            window.expires,
        )

        def write(connection: sqlite3.Connection) -> bool:
            connection.execute("DELETE FROM visit_window WHERE expires < ?", (now - KEPT,))
            taken = connection.execute(
                "SELECT 1 FROM visit_window WHERE city = ? AND digits = ? AND expires > ?",
                (self._city, digits, now),
            ).fetchone()
            if taken is not None:
                return False
            connection.execute(
                "INSERT INTO visit_window (city, id, purpose, who, made_by, link, digits, made, expires) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                row,
            )
            return True

        return await self._database.run(write)

    async def open(self, code: bytes, public_key: bytes, machine: str, now: float) -> SentWindow | None:
        """Give the window of this code to this key; None when the code is not good, too old, or used by another."""

        def write(connection: sqlite3.Connection) -> SentWindow | None:
            row: tuple[Any, ...] | None = connection.execute(
                _ALL + "AND (link = ?2 OR digits = ?2) AND expires > ?3 AND revoked = 0",
                (self._city, code, now),
            ).fetchone()
            if row is None:
                return None
            window, key = _window(row), row[6]
            if key is not None:
                return window if (key, row[7]) == (public_key, machine) else None
            known = connection.execute(
                "SELECT 1 FROM visit_window WHERE public_key = ?", (public_key,)
            ).fetchone()
            if known is not None:
                return None  # each visit has a key of its own
            connection.execute(
                "UPDATE visit_window SET opened = ?, public_key = ?, machine = ? WHERE city = ? AND id = ?",
                (now, public_key, machine, self._city, window.id),
            )
            return window

        return await self._database.run(write)

    async def sent(self, now: float) -> Sequence[SentWindow]:
        """Return the links whose time is not over, the newest first."""

        def read(connection: sqlite3.Connection) -> Sequence[SentWindow]:
            rows = connection.execute(
                _ALL + "AND expires > ?2 ORDER BY made DESC LIMIT 50",
                (self._city, now),
            )
            return [_window(row) for row in rows]

        return await self._database.run(read)

    async def revoke(self, window: str) -> bool:
        """Take a link back; False when there is none."""

        def write(connection: sqlite3.Connection) -> bool:
            sql = "UPDATE visit_window SET revoked = 1 WHERE city = ? AND id = ?"
            return connection.execute(sql, (self._city, window)).rowcount == 1

        return await self._database.run(write)


def devices(connection: sqlite3.Connection, city: MunicipalityId) -> list[Device]:
    """Return the windows somebody has opened, as `City.kiosks` wants them."""
    rows = connection.execute(_ALL + "AND public_key IS NOT NULL", (city,))
    return [_device(row) for row in rows]


def _window(row: tuple[Any, ...]) -> SentWindow:
    id, purpose, who, made_by, expires, opened, _key, _machine, revoked = row
    return SentWindow(
        id=id, purpose=purpose, who=who, made_by=made_by, expires=expires, opened=opened is not None,
        revoked=bool(revoked),
    )  # fmt: skip


def _device(row: tuple[Any, ...]) -> Device:
    id, purpose, who, _, expires, opened, key, machine, revoked = row
    return Device(
        id=KioskId(id),
        site=SiteId(""),
        name=VISITORS.get(who, VISITORS["other"]),
        public_key=key,
        machine=machine,
        enrolled=datetime.fromtimestamp(opened, TOKYO).isoformat(timespec="seconds"),
        revoked=bool(revoked),
        kind="window",
        purpose=purpose,
        expires=expires,
    )
