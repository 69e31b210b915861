"""One writer, shared commits, failures that stay their own, and a file that is checked before it is trusted."""

import asyncio
import hashlib
import os
import resource
import sqlite3
import stat
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest

from server.core.journal import NotStored
from server.store.sqlite import SCHEMA, Database, Unusable

pytestmark = pytest.mark.slow

RELEASED = {
    "0001_initial.sql": "4a6d87b73be2ca74",
    "0002_windows.sql": "dc51fb58355b354d",
}
"""Schema files are never edited, only added: a database in some city hall has run them as they were."""


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(tmp_path / "city.db")
    await database.run(lambda c: c.execute("CREATE TABLE note (text UNIQUE)"))
    yield database
    await database.close()


def add(text: str, connection: sqlite3.Connection) -> None:
    connection.execute("INSERT INTO note VALUES (?)", (text,))


async def insert(database: Database, text: str) -> None:
    await database.run(lambda connection: add(text, connection))


async def notes(database: Database) -> list[str]:
    return await database.run(
        lambda c: [
            text for (text,) in c.execute("SELECT text FROM note WHERE length(text) < 99 ORDER BY rowid")
        ]
    )


@asynccontextmanager
async def writer_held(database: Database) -> AsyncGenerator[None]:
    """Keep the writer thread busy, so that everything handed over meanwhile is one batch."""
    entered, free = threading.Event(), threading.Event()

    def hold(_: sqlite3.Connection) -> None:
        entered.set()
        free.wait(20)

    holding = asyncio.ensure_future(database.run(hold))
    await asyncio.to_thread(entered.wait, 20)
    try:
        yield
    finally:
        free.set()
    await holding


async def together(database: Database, *works: Callable[[sqlite3.Connection], object]) -> list[object]:
    async with writer_held(database):
        tasks = [asyncio.ensure_future(database.run(work)) for work in works]
        await asyncio.sleep(0)  # each has handed over its work
    return await asyncio.gather(*tasks, return_exceptions=True)


async def test_work_returns_its_value(database: Database):
    assert await database.run(lambda c: c.execute("SELECT 6 * 7").fetchone()) == (42,)


async def test_what_arrived_meanwhile_shares_one_commit(database: Database):
    seen: list[str] = []
    await database.run(lambda c: c.set_trace_callback(seen.append))
    seen.clear()
    await together(database, *(partial(add, f"{n}") for n in range(100)))
    await database.run(lambda c: c.set_trace_callback(None))
    assert len(await notes(database)) == 100
    assert seen.count("COMMIT") == 2  # the one that held the thread, and the hundred


async def test_a_failing_work_undoes_only_itself(database: Database):
    def half_done(connection: sqlite3.Connection) -> None:
        add("half", connection)
        raise LookupError("no")

    def twice(connection: sqlite3.Connection) -> None:
        add("before", connection)

    outcomes = await together(
        database, lambda c: add("before", c), half_done, twice, lambda c: add("after", c)
    )
    assert [type(outcome) for outcome in outcomes] == [
        type(None),
        LookupError,
        sqlite3.IntegrityError,
        type(None),
    ]
    assert await notes(database) == ["before", "after"]


async def test_a_cancelled_wait_disturbs_nobody(database: Database):
    async with writer_held(database):
        first = asyncio.ensure_future(insert(database, "first"))
        second = asyncio.ensure_future(insert(database, "second"))
        await asyncio.sleep(0)
        first.cancel()
    await second
    assert await notes(database) == ["first", "second"]


async def test_closing_finishes_what_was_handed_over_and_refuses_the_rest(tmp_path: Path):
    database = Database(tmp_path / "a.db")
    await database.run(lambda c: c.execute("CREATE TABLE note (text UNIQUE)"))
    async with writer_held(database):
        last = asyncio.ensure_future(insert(database, "last"))
        await asyncio.sleep(0)
        closing = asyncio.ensure_future(database.close())
        await asyncio.sleep(0)
    await asyncio.gather(last, closing)
    with pytest.raises(NotStored):
        await insert(database, "too late")
    await database.close()
    database = Database(tmp_path / "a.db")
    assert await notes(database) == ["last"]
    await database.close()


async def test_a_full_disk_refuses_the_whole_batch_and_the_next_one_works_when_there_is_room(
    database: Database,
):
    await insert(database, "before")

    def no_room(connection: sqlite3.Connection) -> int:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        (before,) = connection.execute("PRAGMA max_page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count={pages + 1}")
        return before

    room = await database.run(no_room)
    outcomes = await together(
        database, lambda c: add("small", c), lambda c: add("x" * 50_000, c), lambda c: add("y", c)
    )
    assert [type(outcome) for outcome in outcomes] == [NotStored] * 3
    assert await notes(database) == ["before"]

    await database.run(lambda c: c.execute(f"PRAGMA max_page_count={room}").fetchone())
    await insert(database, "x" * 50_000)
    await insert(database, "after")
    assert await notes(database) == ["before", "after"]


async def test_a_write_the_system_refuses_is_not_acknowledged_and_leaves_a_usable_database(
    database: Database, tmp_path: Path
):
    await insert(database, "before")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    log = tmp_path / "city.db-wal"
    resource.setrlimit(
        resource.RLIMIT_FSIZE, (log.stat().st_size + 5_000, hard)
    )  # Python ignores SIGXFSZ: EFBIG
    try:
        refused = await together(database, lambda c: add("a" * 100_000, c), lambda c: add("b", c))
        assert [type(outcome) for outcome in refused] == [NotStored] * 2
        assert await notes(database) == ["before"]
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    await insert(database, "after")
    await database.close()

    database = Database(tmp_path / "city.db")
    assert await notes(database) == ["before", "after"]
    await database.close()


async def test_a_second_process_that_holds_the_lock_is_waited_for(database: Database, tmp_path: Path):
    other = sqlite3.connect(tmp_path / "city.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    other.execute("INSERT INTO note VALUES ('theirs')")
    mine = asyncio.ensure_future(insert(database, "mine"))
    await asyncio.sleep(0)
    other.execute("COMMIT")
    other.close()
    await mine
    assert await notes(database) == ["theirs", "mine"]


async def test_emptying_the_log_leaves_nothing_in_it(database: Database, tmp_path: Path):
    await insert(database, "something")
    assert (tmp_path / "city.db-wal").stat().st_size > 0
    assert await database.truncate_log()
    assert (tmp_path / "city.db-wal").stat().st_size == 0
    assert await notes(database) == ["something"]


async def test_nobody_else_may_read_the_file(database: Database, tmp_path: Path):
    await insert(database, "something")
    modes = {name: stat.S_IMODE(os.stat(tmp_path / name).st_mode) for name in os.listdir(tmp_path)}
    assert set(modes.values()) == {0o600}, modes


async def test_the_settings_that_durability_rests_on_are_in_force(database: Database):
    def settings(connection: sqlite3.Connection) -> dict[str, object]:
        names = ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        return {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in names}

    expected = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}
    assert await database.run(settings) == expected


# -------------------------------------------------------------------- schema


def test_released_schema_files_are_never_edited():
    found = {file.name: hashlib.sha256(file.read_bytes()).hexdigest()[:16] for file in SCHEMA.iterdir()}
    assert found == RELEASED


def schema(folder: Path, *files: str) -> Path:
    folder.mkdir(exist_ok=True)
    for number, sql in enumerate(files, 1):
        (folder / f"{number:04d}_step.sql").write_text(sql, encoding="utf-8")
    return folder


async def test_a_later_start_applies_only_what_is_new(tmp_path: Path):
    first = "CREATE TABLE a (x); -- with; a semicolon\nINSERT INTO a VALUES ('1;2');\n"
    await Database(tmp_path / "m.db", schema=schema(tmp_path / "s", first)).close()
    second = "ALTER TABLE a ADD COLUMN y;\nUPDATE a SET y = x;\n"
    database = Database(tmp_path / "m.db", schema=schema(tmp_path / "s", first, second))
    assert await database.run(lambda c: c.execute("SELECT x, y FROM a").fetchall()) == [("1;2", "1;2")]
    await database.close()


async def test_a_migration_that_fails_leaves_the_file_as_it_was(tmp_path: Path):
    good = "CREATE TABLE a (x);\n"
    await Database(tmp_path / "m.db", schema=schema(tmp_path / "s", good)).close()
    with pytest.raises(sqlite3.OperationalError):
        Database(
            tmp_path / "m.db",
            schema=schema(tmp_path / "s", good, "CREATE TABLE b (x);\nINSERT INTO nowhere VALUES (1);\n"),
        )
    database = Database(tmp_path / "m.db", schema=schema(tmp_path / "s2", good))
    assert await database.run(lambda c: c.execute("SELECT name FROM sqlite_schema").fetchall()) == [("a",)]
    await database.close()


async def test_a_file_of_a_newer_program_is_refused(tmp_path: Path):
    await Database(
        tmp_path / "m.db", schema=schema(tmp_path / "s", "CREATE TABLE a (x);\n", "CREATE TABLE b (x);\n")
    ).close()
    with pytest.raises(Unusable, match="newer"):
        Database(tmp_path / "m.db", schema=schema(tmp_path / "old", "CREATE TABLE a (x);\n"))


def test_a_file_that_is_no_database_is_refused_and_not_touched(tmp_path: Path):
    (tmp_path / "m.db").write_bytes(b"A letter to the mayor. " * 400)
    with pytest.raises(Unusable, match="foreign"):
        Database(tmp_path / "m.db")
    assert (tmp_path / "m.db").read_bytes() == b"A letter to the mayor. " * 400


async def test_a_damaged_file_is_refused_at_the_start(tmp_path: Path):
    database = Database(tmp_path / "m.db")
    await database.run(lambda c: c.execute("CREATE TABLE big AS SELECT randomblob(400000) AS x"))
    await database.close()
    content = bytearray((tmp_path / "m.db").read_bytes())
    for page in range(1, len(content) // 4096):
        content[page * 4096 : page * 4096 + 64] = b"\xa5" * 64
    (tmp_path / "m.db").write_bytes(content)
    with pytest.raises(Unusable, match="damaged"):
        Database(tmp_path / "m.db")


def test_a_folder_that_is_not_there_is_said(tmp_path: Path):
    with pytest.raises(Unusable, match="unreadable"):
        Database(tmp_path / "nowhere" / "m.db")
