"""The power goes: whatever the disk had not been told to keep is gone, and no acknowledgement with it.

Every check runs with `synchronous=NORMAL` too, where it must fail: a check that cannot see the difference is none.
"""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from server.store.journal import SqliteJournal
from server.store.sqlite import Database, Synchronous
from tests.server.store.crash import CITIES, append, examine
from tests.server.store.trace import Acknowledged, record

pytestmark = pytest.mark.slow

CITY = CITIES[0]
HEADER = 32
FRAME = 24 + 4096


@dataclass(frozen=True)
class Left:
    """A database with its log as it lay on the disk, and what was acknowledged at which length of the log."""

    database: Path
    log: bytes
    acked_at: list[tuple[int, int]]  # (number, bytes of the log)


async def write(folder: Path, appends: int) -> Left:
    """Write without ever moving the log into the file, and take both away while they are open."""
    os.mkdir(folder)
    database = Database(folder / "log.db")
    await database.truncate_log()
    journal = SqliteJournal(database)
    log = folder / "log.db-wal"
    acked_at: list[tuple[int, int]] = []
    last = 0
    for n in range(appends):
        last = await append(journal, CITY, last, 1 + n % 3)
        acked_at.append((last, log.stat().st_size))
    copy = folder / "copy.db"
    shutil.copy(folder / "log.db", copy)
    left = Left(copy, log.read_bytes(), acked_at)
    await database.close()
    return left


async def after(folder: Path, left: Left, log: bytes, acked: int) -> list[str]:
    """Put the database beside this log and say what is wrong when it is opened."""
    path = folder / "restarted.db"
    shutil.copy(left.database, path)
    (folder / "restarted.db-wal").write_bytes(log)
    (folder / "restarted.db-shm").unlink(missing_ok=True)
    return await examine(path, {CITY: acked})


def acked_within(left: Left, size: int) -> int:
    return max((last for last, at in left.acked_at if at <= size), default=0)


@pytest.mark.slow
async def test_cut_at_any_frame_or_within_one_the_log_holds_all_that_was_acknowledged_before(tmp_path: Path):
    left = await write(tmp_path / "run", appends=12)
    frames = (len(left.log) - HEADER) // FRAME
    assert frames > 24
    cuts = [0, HEADER // 2, HEADER]
    for frame in range(frames):
        start = HEADER + frame * FRAME
        cuts += [start + 12, start + FRAME // 2, start + FRAME]
    wrong = {
        cut: found
        for cut in cuts
        if (found := await after(tmp_path, left, left.log[:cut], acked_within(left, cut)))
    }
    assert wrong == {}


@pytest.mark.slow
async def test_a_torn_last_frame_is_not_believed(tmp_path: Path):
    left = await write(tmp_path / "run", appends=6)
    for last, at in left.acked_at:
        torn = left.log[:at] + bytes(reversed(left.log[at : at + FRAME])) + left.log[at + FRAME :]
        assert await after(tmp_path, left, torn, last) == []


async def test_the_cut_sees_a_log_that_lost_an_acknowledged_frame(tmp_path: Path):
    left = await write(tmp_path / "run", appends=3)
    last, at = left.acked_at[-1]
    assert await after(tmp_path, left, left.log[: at - FRAME], last) != []


async def traced(folder: Path, synchronous: Synchronous) -> tuple[Left, list[Acknowledged]]:
    database = Database(folder / "log.db")
    await database.truncate_log()
    await database.close()
    copy = folder / "copy.db"
    shutil.copy(folder / "log.db", copy)
    acks = record(folder, synchronous, appends=10)
    assert len(acks) == 10
    assert acks[-1].written > 10 * FRAME  # the trace was understood
    log = (folder / "log.db-wal").read_bytes()
    assert len(log) == acks[-1].written
    return Left(copy, log, []), acks


async def lost(folder: Path, left: Left, acks: list[Acknowledged]) -> list[str]:
    """Lose the power right after each acknowledgement and collect what is missing then."""
    missing: list[str] = []
    for ack in acks:
        missing += await after(folder, left, left.log[: ack.synced], ack.last)
    return missing


@pytest.mark.slow
async def test_every_acknowledgement_comes_after_its_log_was_synced_and_survives_the_power(tmp_path: Path):
    left, acks = await traced(tmp_path, "FULL")
    assert [ack for ack in acks if ack.synced < ack.written] == []
    assert await lost(tmp_path, left, acks) == []


@pytest.mark.slow
async def test_with_less_than_full_synchronisation_both_checks_raise_the_alarm(tmp_path: Path):
    left, acks = await traced(tmp_path, "NORMAL")
    assert [ack for ack in acks if ack.synced < ack.written] == acks
    assert len(await lost(tmp_path, left, acks)) >= len(acks)
