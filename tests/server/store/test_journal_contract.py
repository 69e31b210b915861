"""Every journal keeps the promises of `server.core.journal.Journal`; only durability is SQLite's own affair."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server.core.journal import Answer, Conflict, Entry, Journal, Now, Snapshot
from server.protocol.values import CommandId, MunicipalityId, RefusalCode
from server.store.journal import SqliteJournal
from server.store.memory import MemoryJournal
from server.store.sqlite import Database

pytestmark = pytest.mark.slow

HERE = MunicipalityId("mihon")
THERE = MunicipalityId("tonari")


@pytest.fixture(params=["sqlite", "memory"])
async def journal(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Journal]:
    if request.param == "memory":
        yield MemoryJournal()
    else:
        database = Database(tmp_path / "city.db")
        yield SqliteJournal(database)
        await database.close()


def entry(seq: int, body: bytes = b"{}") -> Entry:
    return Entry(seq, Now(float(seq), 1_700_000_000.5 + seq), body)


def answer(command: str, actor: str = "staff:a", refused: RefusalCode | None = None) -> Answer:
    return Answer(actor, CommandId(command), b"\x01" * 32, refused, 7.25)


async def test_an_empty_journal_has_nothing_to_say(journal: Journal):
    assert list(await journal.since(HERE, 0)) == []
    assert await journal.answer(HERE, "staff:a", CommandId("c")) is None
    assert await journal.latest_snapshot(HERE) is None


async def test_what_was_appended_comes_back_in_order_and_unchanged(journal: Journal):
    written = [entry(1, b'{"type":"a"}'), entry(2, b"\x00\xff"), entry(3, b"")]
    await journal.append(HERE, 0, written[:2], [])
    await journal.append(HERE, 2, written[2:], [])
    assert list(await journal.since(HERE, 0)) == written
    assert list(await journal.since(HERE, 2)) == written[2:]
    assert list(await journal.since(HERE, 3)) == []


async def test_an_answer_comes_back_to_its_actor_only(journal: Journal):
    given = answer("c1", refused="stale")
    await journal.append(HERE, 0, [], [given])
    assert await journal.answer(HERE, "staff:a", CommandId("c1")) == given
    assert await journal.answer(HERE, "staff:b", CommandId("c1")) is None
    assert await journal.answer(THERE, "staff:a", CommandId("c1")) is None


async def test_two_cities_do_not_see_each_other(journal: Journal):
    await journal.append(HERE, 0, [entry(1, b"here")], [answer("c")])
    await journal.append(THERE, 0, [entry(1, b"there")], [answer("c")])
    await journal.save_snapshot(HERE, Snapshot(1, b"board"))
    assert [e.body for e in await journal.since(HERE, 0)] == [b"here"]
    assert [e.body for e in await journal.since(THERE, 0)] == [b"there"]
    assert await journal.latest_snapshot(THERE) is None


@pytest.mark.parametrize("expected", [0, 2])
async def test_a_sequence_that_moved_or_is_not_there_yet_is_a_conflict_and_writes_nothing(
    journal: Journal, expected: int
):
    await journal.append(HERE, 0, [entry(1)], [])
    with pytest.raises(Conflict):
        await journal.append(HERE, expected, [entry(expected + 1)], [answer("late")])
    assert list(await journal.since(HERE, 0)) == [entry(1)]
    assert await journal.answer(HERE, "staff:a", CommandId("late")) is None


async def test_an_answer_given_twice_is_a_conflict_and_its_events_are_not_written(journal: Journal):
    await journal.append(HERE, 0, [entry(1)], [answer("c")])
    with pytest.raises(Conflict):
        await journal.append(HERE, 1, [entry(2)], [answer("fresh"), answer("c")])
    assert list(await journal.since(HERE, 0)) == [entry(1)]
    assert await journal.answer(HERE, "staff:a", CommandId("fresh")) is None


async def test_one_batch_cannot_answer_a_command_twice(journal: Journal):
    with pytest.raises(Conflict):
        await journal.append(HERE, 0, [entry(1)], [answer("c"), answer("c")])
    assert list(await journal.since(HERE, 0)) == []


async def test_entries_with_a_gap_are_refused(journal: Journal):
    with pytest.raises(ValueError, match="numbered"):
        await journal.append(HERE, 0, [entry(1), entry(3)], [])
    assert list(await journal.since(HERE, 0)) == []


async def test_of_many_writers_at_one_place_exactly_one_wins(journal: Journal):
    bodies = [str(n).encode() for n in range(20)]
    done = await asyncio.gather(
        *(journal.append(HERE, 0, [entry(1, body)], []) for body in bodies), return_exceptions=True
    )
    won = [body for body, outcome in zip(bodies, done, strict=True) if outcome is None]
    assert [e.body for e in await journal.since(HERE, 0)] == won
    assert len(won) == 1
    assert sum(isinstance(outcome, Conflict) for outcome in done) == 19


async def test_the_newest_snapshot_is_kept_even_when_an_older_one_is_saved_later(journal: Journal):
    await journal.append(HERE, 0, [entry(1), entry(2)], [])
    await journal.save_snapshot(HERE, Snapshot(2, b"two"))
    await journal.save_snapshot(HERE, Snapshot(1, b"one"))
    assert await journal.latest_snapshot(HERE) == Snapshot(2, b"two")
