"""What is personal lies sealed in the file, is bound to its place, and can be forgotten."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server.protocol.values import MunicipalityId, TicketId
from server.store.cases import FORGOTTEN_AFTER, CaseStore, CaseUnreadable
from server.store.sqlite import Database

pytestmark = pytest.mark.slow

CITY = MunicipalityId("mihon")
CITY_KEY = bytes(range(32))
T1, T2 = TicketId("t1"), TicketId("t2")
SECRET = "見本 花子 canary-7f3a".encode()
NOW = 1_795_000_000.0


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(tmp_path / "city.db")
    yield database
    await database.close()


@pytest.fixture
def cases(database: Database) -> CaseStore:
    return CaseStore(database, CITY, CITY_KEY)


def files(folder: Path) -> bytes:
    """Everything on the disk: database, write-ahead log, shared memory."""
    return b"".join((folder / name).read_bytes() for name in sorted(os.listdir(folder)))


async def test_what_was_put_comes_back_and_is_replaced_by_name(cases: CaseStore):
    await cases.put(T1, "slip", SECRET)
    await cases.put(T1, "notes", b"")
    assert await cases.get(T1, "slip") == SECRET
    await cases.put(T1, "slip", b"second")
    assert await cases.get(T1, "slip") == b"second"
    assert await cases.get(T1, "notes") == b""
    assert await cases.get(T1, "nothing") is None
    assert await cases.get(T2, "slip") is None


async def test_nothing_is_readable_in_the_file_or_its_log(
    cases: CaseStore, database: Database, tmp_path: Path
):
    await cases.put(T1, "slip", SECRET)
    in_log = files(tmp_path)
    await database.truncate_log()
    in_file = files(tmp_path)
    for content in (in_log, in_file):
        assert b"case_item" in content  # we look at the right bytes
        assert SECRET not in content
        assert b"canary" not in content
        assert CITY_KEY not in content


async def test_the_same_words_are_sealed_differently_every_time(cases: CaseStore, database: Database):
    for name in ("a", "b"):
        await cases.put(T1, name, SECRET)
    rows = await database.run(lambda c: c.execute("SELECT sealed FROM case_item").fetchall())
    assert len(set(rows)) == 2


async def test_an_erased_case_leaves_neither_key_nor_words(
    cases: CaseStore, database: Database, tmp_path: Path
):
    def sealed(table: str, column: str) -> bytes:
        ((value,),) = rows[table, column]
        return value

    await cases.put(T1, "slip", SECRET)
    columns = [("case_key", "wrapped"), ("case_item", "sealed")]
    rows = {
        (table, column): await database.run(
            lambda c, table=table, column=column: c.execute(f"SELECT {column} FROM {table}").fetchall()
        )
        for table, column in columns
    }
    before = files(tmp_path)
    assert all(sealed(*where) in before for where in columns)

    await cases.erase(T1)
    after = files(tmp_path)
    assert not any(sealed(*where) in after for where in columns)
    assert await cases.get(T1, "slip") is None
    await cases.erase(T1)


async def test_erasing_one_case_leaves_the_others(cases: CaseStore):
    await cases.put(T1, "slip", b"one")
    await cases.put(T2, "slip", b"two")
    await cases.erase(T1)
    assert await cases.get(T2, "slip") == b"two"


async def test_cases_go_when_their_end_has_come(cases: CaseStore):
    await cases.put(T1, "slip", b"one")
    await cases.put(T2, "slip", b"two")
    await cases.erase_at(T1, NOW + 10)
    await cases.erase_at(T2, NOW + 20)
    assert list(await cases.erase_due(NOW + 9)) == []
    assert list(await cases.erase_due(NOW + 10)) == [T1]
    assert await cases.get(T1, "slip") is None
    assert await cases.get(T2, "slip") == b"two"
    assert list(await cases.erase_due(NOW + 30)) == [T2]


async def test_a_case_whose_end_nobody_set_goes_all_the_same(cases: CaseStore):
    await cases.put(T1, "slip", b"one")
    assert list(await cases.erase_due(NOW)) == []
    assert list(await cases.erase_due(NOW + FORGOTTEN_AFTER - 1)) == []
    assert list(await cases.erase_due(NOW + FORGOTTEN_AFTER)) == [T1]


async def test_another_city_key_opens_nothing(cases: CaseStore, database: Database):
    await cases.put(T1, "slip", SECRET)
    with pytest.raises(CaseUnreadable) as caught:
        await CaseStore(database, CITY, b"x" * 32).get(T1, "slip")
    assert "canary" not in repr(caught.value)


async def test_a_case_of_another_city_is_not_there(cases: CaseStore, database: Database):
    await cases.put(T1, "slip", SECRET)
    assert await CaseStore(database, MunicipalityId("tonari"), CITY_KEY).get(T1, "slip") is None


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE case_item SET sealed = (SELECT sealed FROM case_item WHERE name = 'b') WHERE name = 'a'",
        "UPDATE case_item SET sealed = zeroblob(40)",
        "UPDATE case_item SET sealed = x''",
        "UPDATE case_key SET wrapped = (SELECT wrapped FROM case_key WHERE ticket = 't2')",
    ],
)
async def test_a_row_that_was_moved_or_changed_is_noticed(
    cases: CaseStore, database: Database, tampering: str
):
    await cases.put(T1, "a", b"one")
    await cases.put(T1, "b", b"two")
    await cases.put(T2, "a", b"three")
    await database.run(lambda c: c.execute(tampering))
    with pytest.raises(CaseUnreadable):
        await cases.get(T1, "a")


def test_a_short_key_is_refused(database: Database):
    with pytest.raises(ValueError, match="32 bytes"):
        CaseStore(database, CITY, b"short")
