"""What SQLite adds to the journal's contract: it is still there afterwards, and old answers go."""

from pathlib import Path

from server.core.journal import Answer, Entry, Now, Snapshot
from server.protocol.values import CommandId, MunicipalityId
from server.store.journal import ANSWERS_KEPT, SqliteJournal
from server.store.sqlite import Database

CITY = MunicipalityId("mihon")


def answer(command: str, elapsed: float) -> Answer:
    return Answer("kiosk:k1", CommandId(command), b"d" * 32, None, elapsed)


async def test_a_closed_and_reopened_file_says_the_same(tmp_path: Path):
    written = [Entry(1, Now(1.5, 1e9), b"one"), Entry(2, Now(2.5, 1e9 + 1), b"two")]
    database = Database(tmp_path / "a.db")
    await SqliteJournal(database).append(CITY, 0, written, [answer("c", 2.5)])
    await SqliteJournal(database).save_snapshot(CITY, Snapshot(1, b"board"))
    await database.close()

    database = Database(tmp_path / "a.db")
    journal = SqliteJournal(database)
    assert list(await journal.since(CITY, 0)) == written
    assert await journal.answer(CITY, "kiosk:k1", CommandId("c")) == answer("c", 2.5)
    assert await journal.latest_snapshot(CITY) == Snapshot(1, b"board")
    await database.close()


async def test_a_snapshot_lets_answers_go_that_are_older_than_a_day_of_elapsed_time(tmp_path: Path):
    database = Database(tmp_path / "a.db")
    journal = SqliteJournal(database)
    now = 5 * ANSWERS_KEPT
    old, young = answer("old", now - ANSWERS_KEPT - 1), answer("young", now - ANSWERS_KEPT + 1)
    await journal.append(CITY, 0, [Entry(1, Now(now, 0.0), b"{}")], [old, young])
    await journal.save_snapshot(CITY, Snapshot(1, b"board"))
    assert await journal.answer(CITY, "kiosk:k1", CommandId("old")) is None
    assert await journal.answer(CITY, "kiosk:k1", CommandId("young")) == young
    await database.close()
