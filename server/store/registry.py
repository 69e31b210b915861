"""Who is known here: staff accounts and their sessions, kiosks and the codes that enrol them.

Nothing in here hashes a password or makes a token: callers hand in argon2's text and SHA-256 digests.
`now` is wall time in seconds since 1970.
"""

import sqlite3
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

import msgspec

from server.core.city import Device, Person
from server.protocol.values import KioskId, MunicipalityId, SiteId, StaffId
from server.store import windows
from server.store.sqlite import Database

IDLE = 30 * 60.0
LONGEST = 12 * 3600.0
CODE_LASTS = 24 * 3600.0
NOTED_EVERY = 60.0
"""`last_used` is written at most this often: a durable write per command would be paid by everybody."""
TOKYO = timezone(timedelta(hours=9))


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """A member of staff with what signing in needs; `password` is argon2's own text."""

    account: str
    person: Person
    password: str

    def __repr__(self) -> str:
        return f"<Account {self.person.id}>"


class Taken(Exception):
    """The account name or id exists already."""


class Registry:
    """The registry of one municipality."""

    def __init__(self, database: Database, city: MunicipalityId) -> None:
        self._database = database
        self._city = city
        self.windows = windows.Windows(database, city)

    # ---------------------------------------------------------------- staff

    async def add_staff(self, account: Account) -> None:
        """Add a person who can sign in. Raises Taken."""
        person = account.person
        row = (
            self._city,
            person.id,
            account.account,
            person.name,
            person.department,
            msgspec.json.encode((*person.roles, *person.skills)).decode(),
            account.password,
            person.enabled,
        )

        def write(connection: sqlite3.Connection) -> None:
            try:
                connection.execute("INSERT INTO staff VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
            except sqlite3.IntegrityError as error:
                raise Taken from error

        await self._database.run(write)

    async def account(self, account: str) -> Account | None:
        """Return the account of this sign-in name, enabled or not."""
        found = await self._accounts(account)
        return found[0] if found else None

    async def accounts(self) -> Sequence[Account]:
        """Return all accounts, by sign-in name."""
        return await self._accounts()

    async def staff(self) -> dict[StaffId, Person]:
        """Return everybody as `City.staff` wants them."""
        return {account.person.id: account.person for account in await self.accounts()}

    async def set_password(self, staff: StaffId, password: str) -> bool:
        """Replace the argon2 text and end the person's sessions; False when there is no such person."""
        return await self._change_staff(
            "UPDATE staff SET password = ? WHERE city = ? AND id = ?", password, staff
        )

    async def set_enabled(self, staff: StaffId, enabled: bool) -> bool:
        """Let a person in or keep them out, ending their sessions; False when there is no such person."""
        return await self._change_staff(
            "UPDATE staff SET enabled = ? WHERE city = ? AND id = ?", enabled, staff
        )

    async def _change_staff(self, sql: str, value: str | bool, staff: StaffId) -> bool:
        def write(connection: sqlite3.Connection) -> bool:
            changed = connection.execute(sql, (value, self._city, staff)).rowcount == 1
            connection.execute("DELETE FROM session WHERE city = ? AND staff = ?", (self._city, staff))
            return changed

        return await self._database.run(write)

    async def _accounts(self, only: str | None = None) -> Sequence[Account]:
        def read(connection: sqlite3.Connection) -> Sequence[Account]:
            rows = connection.execute(
                "SELECT id, account, name, department, roles, password, enabled FROM staff "
                "WHERE city = ?1 AND (?2 IS NULL OR account = ?2) ORDER BY account",
                (self._city, only),
            )
            return [_account(row) for row in rows]

        return await self._database.run(read)

    # ---------------------------------------------------------------- sessions

    async def open_session(self, token: bytes, staff: StaffId, now: float) -> None:
        """Remember a token's SHA-256; the session ends after `IDLE` unused and after `LONGEST` in any case."""
        row = (token, self._city, staff, now, now, now + LONGEST)

        def write(connection: sqlite3.Connection) -> None:
            connection.execute("DELETE FROM session WHERE expires <= ? OR last_used <= ?", (now, now - IDLE))
            connection.execute("INSERT INTO session VALUES (?, ?, ?, ?, ?, ?)", row)

        await self._database.run(write)

    async def use_session(self, token: bytes, now: float) -> Person | None:
        """Return whose live session this is, and note that it was used; None when it is over or its owner is kept out."""

        def use(connection: sqlite3.Connection) -> Person | None:
            row: tuple[Any, ...] | None = connection.execute(
                "SELECT id, account, name, department, roles, password, enabled, last_used, expires "
                "FROM session JOIN staff ON staff.city = session.city AND staff.id = session.staff "
                "WHERE token = ? AND session.city = ?",
                (token, self._city),
            ).fetchone()
            if row is None:
                return None
            *account, last_used, expires = row
            person = _account(tuple(account)).person
            if not person.enabled or now >= expires or now >= last_used + IDLE:
                connection.execute("DELETE FROM session WHERE token = ?", (token,))
                return None
            if now >= last_used + NOTED_EVERY:
                connection.execute("UPDATE session SET last_used = ? WHERE token = ?", (now, token))
            return person

        return await self._database.run(use)

    async def close_session(self, token: bytes) -> None:
        """Sign out."""
        await self._database.run(
            lambda connection: connection.execute("DELETE FROM session WHERE token = ?", (token,))
        )

    # ---------------------------------------------------------------- kiosks

    async def kiosks(self) -> dict[KioskId, Device]:
        """Return all kiosks and opened windows as `City.kiosks` wants them, revoked ones too."""

        def read(connection: sqlite3.Connection) -> list[Device]:
            return [*self._kiosks(connection), *windows.devices(connection, self._city)]

        return {device.id: device for device in await self._database.run(read)}

    async def kiosk(self, kiosk: KioskId) -> Device | None:
        """Return one kiosk."""
        found = await self._database.run(lambda connection: self._kiosks(connection, kiosk))
        return found[0] if found else None

    async def revoke_kiosk(self, kiosk: KioskId) -> bool:
        """Never let this key in again; False when there is no such kiosk."""

        def write(connection: sqlite3.Connection) -> bool:
            sql = "UPDATE kiosk SET revoked = 1 WHERE city = ? AND id = ?"
            return connection.execute(sql, (self._city, kiosk)).rowcount == 1

        return await self._database.run(write)

    def _kiosks(self, connection: sqlite3.Connection, only: KioskId | None = None) -> Sequence[Device]:
        rows = connection.execute(
            "SELECT id, site, name, public_key, machine, enrolled, revoked FROM kiosk "
            "WHERE city = ?1 AND (?2 IS NULL OR id = ?2) ORDER BY id",
            (self._city, only),
        )
        return [_device(row) for row in rows]

    # ---------------------------------------------------------------- enrolment

    async def add_enrolment(self, code: bytes, site: SiteId, name: str, now: float) -> float:
        """Remember a code's SHA-256 for one kiosk of this name at this site; return when it expires."""
        expires = now + CODE_LASTS

        def write(connection: sqlite3.Connection) -> None:
            connection.execute("DELETE FROM enrolment WHERE kiosk IS NULL AND expires <= ?", (now,))
            row = (code, self._city, site, name, expires)
            connection.execute(
                "INSERT INTO enrolment (code, city, site, name, expires) VALUES (?, ?, ?, ?, ?)", row
            )

        await self._database.run(write)
        return expires

    async def enrol(
        self, code: bytes, kiosk: KioskId, public_key: bytes, machine: str, now: float
    ) -> Device | None:
        """Use a code and register the kiosk under the id `kiosk`, both or neither; None when the code is not good.

        The same device asking again with its code (the first answer was lost) is told what it was told.
        """
        enrolled = datetime.fromtimestamp(now, TOKYO).isoformat(timespec="seconds")

        def write(connection: sqlite3.Connection) -> Device | None:
            row: tuple[Any, ...] | None = connection.execute(
                "SELECT site, name, expires, kiosk FROM enrolment WHERE code = ? AND city = ?",
                (code, self._city),
            ).fetchone()
            if row is None or now >= row[2]:
                return None
            site, name, _, used_by = row
            if used_by is not None:
                (again,) = self._kiosks(connection, used_by)
                return again if (again.public_key, again.machine) == (public_key, machine) else None
            device = Device(
                id=kiosk, site=site, name=name, public_key=public_key, machine=machine, enrolled=enrolled
            )
            try:
                connection.execute(
                    "INSERT INTO kiosk VALUES (?, ?, ?, ?, ?, ?, ?, 0)",
                    (self._city, kiosk, site, name, public_key, machine, enrolled),
                )
            except sqlite3.IntegrityError as error:
                raise Taken from error  # this id or this key is registered already
            connection.execute("UPDATE enrolment SET kiosk = ? WHERE code = ?", (kiosk, code))
            return device

        return await self._database.run(write)


def _account(row: tuple[Any, ...]) -> Account:
    id, account, name, department, written, password, enabled = row
    known = msgspec.json.decode(written, type=tuple[str, ...])  # roles, and skills ("language:en")
    return Account(
        account=account,
        password=password,
        person=Person(
            id=id,
            name=name,
            department=department,
            roles=tuple(one for one in known if ":" not in one),
            enabled=bool(enabled),
            skills=tuple(one for one in known if ":" in one),
        ),
    )


def _device(row: tuple[Any, ...]) -> Device:
    id, site, name, public_key, machine, enrolled, revoked = row
    return Device(
        id=id,
        site=site,
        name=name,
        public_key=public_key,
        machine=machine,
        enrolled=enrolled,
        revoked=bool(revoked),
    )
