"""A backup taken from a running server brings the whole city back, or says why it cannot."""

import asyncio
import shutil
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from server.backup import MANIFEST, CannotBackUp, Manifest, backup, restore
from server.protocol import messages as m
from tests.server.http.rig import house, prepare

pytestmark = pytest.mark.slow

NOW = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)


def taken(home: Path, into: Path, now: datetime = NOW, *, keys: bool = True, keep: int | None = None) -> Path:
    before = set(into.glob("*"))
    backup(home / "server.toml", into, now, keys=keys, keep=keep)
    (made,) = set(into.glob("*")) - before
    return made


async def test_a_backup_of_a_running_server_brings_everything_back(tmp_path: Path) -> None:
    home, moved = tmp_path / "home", tmp_path / "moved"
    async with house(home) as at:
        console = await (await at.signed_in("sato")).console()
        await console.ask(m.SetReady)
        kiosk = await at.kiosk("北1")
        line = await kiosk.connect()
        await line.shows(m.KioskView, lambda view: view.open)
        assert (await line.ask(m.TakeTicket, purpose="talk")).refused is None
        made = await asyncio.to_thread(taken, home, tmp_path / "backups")
        assert (await line.ask(m.CancelTicket, ticket="t1")).refused is None  # after the backup
    for file in made.rglob("*"):
        assert file.stat().st_mode & 0o077 == 0, file
    home.rename(moved)
    told = restore(made)
    assert f"{home}/server.toml" in told[0]
    assert (home / "secrets" / "case.key").read_bytes() == (moved / "secrets" / "case.key").read_bytes()
    async with house(home) as at:
        browser = await at.browser()
        assert (await browser.sign_in("sato"))[0] == 200
        view = await (await browser.console()).until(m.StaffView)
        assert [ticket.number for ticket in view.queue] == [1]


async def test_everything_a_case_or_a_check_rests_on_is_in_it(tmp_path: Path) -> None:
    home = tmp_path / "home"
    async with house(home):
        pass
    (home / "data" / "logs").mkdir(exist_ok=True)
    (home / "data" / "logs" / "o1.log").write_text("a kiosk's own story")
    manifest = msgspec.json.decode((taken(home, tmp_path / "all") / MANIFEST).read_bytes(), type=Manifest)
    belongs = {Path(saved.belongs).relative_to(home) for saved in manifest.files}
    left = {
        file.relative_to(home)
        for file in home.rglob("*")
        if file.is_file() and not file.name.endswith(("-wal", "-shm", ".log"))
    }
    assert left <= belongs
    assert not any("logs" in file.parts for file in belongs)
    without = taken(home, tmp_path / "open", keys=False)
    assert not list(without.rglob("*.key"))


def test_a_backup_that_was_changed_or_would_overwrite_something_puts_nothing_back(tmp_path: Path) -> None:
    home = tmp_path / "home"
    loaded = prepare(home)
    loaded.data.mkdir()
    sqlite3.connect(loaded.database).close()
    made = taken(home, tmp_path / "backups")
    with pytest.raises(CannotBackUp, match="もうあります"):
        restore(made)
    shutil.rmtree(home)
    (made / "city.toml").write_text("damaged")
    with pytest.raises(CannotBackUp, match="city.toml"):
        restore(made)
    assert not home.exists()
    with pytest.raises(CannotBackUp, match="控えでは ありません"):
        restore(tmp_path)


def test_keys_stay_out_when_asked_and_old_backups_go(tmp_path: Path) -> None:
    home = tmp_path / "home"
    prepare(home)
    into = tmp_path / "backups"
    (into / "komado-mine").mkdir(parents=True)
    for day in range(3):
        made = taken(home, into, NOW + timedelta(days=day), keys=False, keep=2) if day else taken(home, into)
    manifest = msgspec.json.decode((made / MANIFEST).read_bytes(), type=Manifest)
    assert manifest.keys == (str(home / "secrets" / "case.key"),)
    assert not (made / "secrets").exists()
    assert sorted(one.name for one in into.iterdir()) == [
        "komado-20261122-073000",
        "komado-20261123-073000",
        "komado-mine",
    ]
