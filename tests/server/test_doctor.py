"""The doctor says what is missing and what to do, before somebody stands at a kiosk and finds out."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from server import config
from server.core.city import Person
from server.doctor import Finding, examine
from server.http.tls import make_authority, make_server
from server.protocol.values import MunicipalityId, StaffId
from server.store.registry import Account, Registry
from server.store.sqlite import Database
from tests.server.http.rig import prepare

pytestmark = pytest.mark.slow

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def found(folder: Path, now: datetime = NOW) -> str:
    return "\n".join(map(str, examine(folder / "server.toml", now)))


async def hire(loaded: config.Server, role: str) -> None:
    database = Database(loaded.database)
    person = Person(id=StaffId(role), name="佐藤", department="市民課", roles=(role,))
    await Registry(database, MunicipalityId("mihon")).add_staff(
        Account(account=role, person=person, password="-")
    )
    await database.close()


def test_a_city_without_anybody_to_answer_is_told(tmp_path: Path) -> None:
    loaded = prepare(tmp_path)
    assert "▲ データは まだ ありません" in found(tmp_path)
    loaded.data.mkdir()
    asyncio.run(hire(loaded, "field_it"))
    assert "応答できる職員が いません" in found(tmp_path)
    asyncio.run(hire(loaded, "clerk"))
    text = found(tmp_path)
    assert "応答できる職員 1人" in text
    assert "×" not in text


def test_a_certificate_that_ends_is_said_before_and_after(tmp_path: Path) -> None:
    authority = make_authority("Komado CA", NOW)
    own = make_server(authority, ["localhost"], NOW)
    (tmp_path / "own.pem").write_bytes(own.certificate)
    (tmp_path / "own.key").write_bytes(own.key)
    prepare(tmp_path, extra='[tls]\ncertificate = "own.pem"\nkey = "own.key"\n')
    assert "○ 証明書は" in found(tmp_path)
    assert "▲ 証明書が" in found(tmp_path, NOW + timedelta(days=380))
    assert "× 証明書が" in found(tmp_path, NOW + timedelta(days=400))


def test_a_damaged_database_is_named_and_not_touched(tmp_path: Path) -> None:
    loaded = prepare(tmp_path)
    loaded.data.mkdir()
    loaded.database.write_bytes(b"this is not a database" * 1000)
    *_, last = examine(tmp_path / "server.toml", NOW)
    assert isinstance(last, Finding)
    assert last.mark == "bad"
    assert str(loaded.database) in last.text
    assert loaded.database.read_bytes().startswith(b"this is not")
