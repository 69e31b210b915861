"""One SQLite file, one writer thread, and a commit that everything which arrived meanwhile shares.

Facts this file rests on:
* In WAL mode only `synchronous=FULL` syncs the log before COMMIT returns; NORMAL may lose acknowledged commits when the
  power goes (sqlite.org/wal.html, "Performance Considerations").
* A failed statement usually undoes itself only, but a full disk may roll back the whole transaction: afterwards
  `in_transaction` tells (sqlite.org/lang_transaction.html, "Response To Errors Within A Transaction").
* A second process (the command line beside a running server) may hold the write lock: we wait `BUSY_MS` for it.
"""

import asyncio
import logging
import os
import queue
import sqlite3
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeVar

from server.core.journal import NotStored

log = logging.getLogger(__name__)

T = TypeVar("T")
Synchronous = Literal["FULL", "NORMAL"]

SCHEMA = Path(__file__).parent / "schema"
BUSY_MS = 5_000
BATCH = 512
"""Jobs in one commit; more would let the first one wait too long for the last."""

NOT_THE_CALLER = frozenset(
    {
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_PROTOCOL,
    }
)
"""Primary result codes that blame the machine and not the statement."""


class Unusable(Exception):
    """This file cannot be our database; `reason` says why, and nothing was changed."""

    def __init__(self, path: Path, reason: Literal["damaged", "newer", "unreadable", "foreign"]) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


class _Job(NamedTuple):
    work: Callable[[sqlite3.Connection], Any]
    loop: asyncio.AbstractEventLoop
    future: "asyncio.Future[Any]"
    alone: bool  # outside any transaction (checkpoints)


class _Returned(NamedTuple):
    value: Any


class _Raised(NamedTuple):
    error: Exception


_Outcome = _Returned | _Raised


class Database:
    """The only way to the file: `run` a function in the writer thread and get its result once it is durable."""

    def __init__(self, path: Path, *, synchronous: Synchronous = "FULL", schema: Path = SCHEMA) -> None:
        """Open or create the file, check it, and bring its schema up to date. Raises Unusable.

        `synchronous="NORMAL"` loses acknowledged writes when the power goes; it is for the tests which show that
        they would notice.
        """
        self._path = path
        self._synchronous: Synchronous = synchronous
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._closed = False
        self._connection: sqlite3.Connection | None = _connect(path, synchronous)
        try:
            _check(path, self._connection)
            _migrate(path, self._connection, schema)
        except BaseException:
            self._connection.close()
            raise
        self._thread = threading.Thread(target=self._work, name=f"store {path.name}", daemon=True)
        self._thread.start()

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Call `work` inside a write transaction and return what it returned, when that is on the disk.

        What `work` raises undoes its own writes only and is raised here. Raises NotStored when the disk refuses: then
        nothing of the whole batch was written. `work` may read and write, but neither begin nor end a transaction, and
        runs in another thread. Cancelling the wait does not take the write back.
        """
        return await self._hand_over(work, alone=False)

    async def truncate_log(self) -> bool:
        """Move the write-ahead log into the file and empty it, so that nothing deleted survives in it.

        False when another process was reading just then: the log stays until the next time.
        """

        def checkpoint(connection: sqlite3.Connection) -> bool:
            busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            return not busy

        return await self._hand_over(checkpoint, alone=True)

    async def close(self) -> None:
        """Finish what was handed over, then close the file; a second call does nothing."""
        if not self._closed:
            self._closed = True
            self._jobs.put(None)
        await asyncio.to_thread(self._thread.join)

    async def _hand_over(self, work: Callable[[sqlite3.Connection], T], *, alone: bool) -> T:
        if self._closed:
            raise NotStored("the database is closed")
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._jobs.put(_Job(work, loop, future, alone))
        return await future

    # ------------------------------------------------------------ in the writer thread

    def _work(self) -> None:
        while (first := self._jobs.get()) is not None:
            jobs = [first]
            last = False
            while len(jobs) < BATCH and not last:
                try:
                    job = self._jobs.get_nowait()
                except queue.Empty:
                    break
                if job is None:
                    last = True
                else:
                    jobs.append(job)
            together = [job for job in jobs if not job.alone]
            if together:
                _deliver(together, self._commit(together))
            for job in jobs:
                if job.alone:
                    _deliver([job], [self._alone(job)])
            if last:
                break
        if self._connection is not None:
            self._connection.close()

    def _commit(self, jobs: Sequence[_Job]) -> Sequence[_Outcome]:
        try:
            connection = self._open()
            connection.execute("BEGIN IMMEDIATE")
            outcomes = [_attempt(connection, job.work) for job in jobs]
            connection.execute("COMMIT")
            return outcomes
        except Exception as error:  # whatever it was: the thread must live and nobody may wait for ever
            return [_Raised(self._give_up(error, len(jobs)))] * len(jobs)

    def _alone(self, job: _Job) -> _Outcome:
        try:
            return _Returned(job.work(self._open()))
        except Exception as error:
            return _Raised(self._give_up(error, 1))

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = _connect(self._path, self._synchronous)
        return self._connection

    def _give_up(self, error: Exception, jobs: int) -> NotStored:
        name = getattr(error, "sqlite_errorname", type(error).__name__)
        log.error("%d write(s) refused by the disk: %s", jobs, name)
        if self._connection is not None:
            try:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
            except sqlite3.Error:
                # Nothing can be trusted on this handle; the next batch opens a new one, which recovers from the log.
                self._connection.close()
                self._connection = None
        return NotStored(name)


def _attempt(connection: sqlite3.Connection, work: Callable[[sqlite3.Connection], Any]) -> _Outcome:
    """Run one job of a batch so that its failure is its own. Raises sqlite3.Error when the machine is to blame."""
    connection.execute("SAVEPOINT job")
    try:
        outcome: _Outcome = _Returned(work(connection))
    except Exception as error:
        cause = error if isinstance(error, sqlite3.Error) else error.__cause__
        if (
            isinstance(cause, sqlite3.Error)
            and getattr(cause, "sqlite_errorcode", 0) & 0xFF in NOT_THE_CALLER
        ):
            raise cause from None
        if not connection.in_transaction:
            raise sqlite3.OperationalError("the transaction was lost") from None
        connection.execute("ROLLBACK TO job")
        outcome = _Raised(error)
    connection.execute("RELEASE job")
    return outcome


def _deliver(jobs: Sequence[_Job], outcomes: Sequence[_Outcome]) -> None:
    """Hand the outcomes to the waiting loops: one wake-up per loop, however many waited."""
    for loop in {job.loop for job in jobs}:
        mine = [
            (job.future, outcome) for job, outcome in zip(jobs, outcomes, strict=True) if job.loop is loop
        ]
        try:
            loop.call_soon_threadsafe(_settle, mine)
        except RuntimeError:
            pass  # that loop is closed: nobody waits any more


def _settle(outcomes: Sequence[tuple["asyncio.Future[Any]", _Outcome]]) -> None:
    for future, outcome in outcomes:
        if future.done():
            continue  # the caller was cancelled
        match outcome:
            case _Returned(value):
                future.set_result(value)
            case _Raised(error):
                # A NotStored is shared by a batch; each waiter raises its own, or their tracebacks would pile up.
                future.set_exception(NotStored(*error.args) if type(error) is NotStored else error)


def _connect(path: Path, synchronous: Synchronous) -> sqlite3.Connection:
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))  # the log inherits the mode
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    except (OSError, sqlite3.Error) as error:
        raise Unusable(path, "unreadable") from error
    try:
        connection.execute(f"PRAGMA busy_timeout={BUSY_MS:d}")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute(f"PRAGMA synchronous={synchronous}")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA secure_delete=ON")
        connection.execute("PRAGMA trusted_schema=OFF")
    except sqlite3.DatabaseError as error:
        connection.close()
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        raise Unusable(path, "foreign" if code == sqlite3.SQLITE_NOTADB else "damaged") from error
    return connection


def _check(path: Path, connection: sqlite3.Connection) -> None:
    try:
        (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        raise Unusable(path, "damaged") from error
    if verdict != "ok":
        raise Unusable(path, "damaged")


def _migrate(path: Path, connection: sqlite3.Connection, schema: Path) -> None:
    """Apply the numbered files this database has not seen, each in one transaction with its number."""
    files = sorted(schema.glob("[0-9][0-9][0-9][0-9]_*.sql"))
    steps = {int(file.name[:4]): file for file in files}
    if list(steps) != list(range(1, len(files) + 1)):
        raise AssertionError("schema files are numbered without gaps")
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > len(steps):
        raise Unusable(path, "newer")
    for number in range(version + 1, len(steps) + 1):
        connection.execute("BEGIN IMMEDIATE")
        try:
            (reached,) = connection.execute("PRAGMA user_version").fetchone()
            if reached < number:  # another process may have been faster
                for statement in _statements(steps[number].read_text(encoding="utf-8")):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version={number:d}")
                log.info("schema %s applied", steps[number].stem)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


def _statements(sql: str) -> list[str]:
    """Split a schema file; `executescript` would commit behind our back."""
    found: list[str] = []
    pending = ""
    for line in sql.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            found.append(pending)
            pending = ""
    if pending.strip():
        raise AssertionError("a schema file ends with a complete statement")
    return found
