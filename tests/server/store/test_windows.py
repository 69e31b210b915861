"""A link is opened by one browser, once, in its time; what is kept of its codes opens nothing."""

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server.core.places import SentWindow
from server.protocol.values import KioskId, MunicipalityId
from server.store.registry import Registry
from server.store.sqlite import Database

pytestmark = pytest.mark.slow

NOW = 1_795_000_000.0
LINK, DIGITS = hashlib.sha256(b"link").digest(), hashlib.sha256(b"123456").digest()
ONE, OTHER = b"1" * 32, b"2" * 32
WINDOW = SentWindow(id="w-1", purpose="talk", who="contractor", made_by="s1", expires=NOW + 3600)


@pytest.fixture
async def registry(tmp_path: Path) -> AsyncIterator[Registry]:
    database = Database(tmp_path / "city.db")
    registry = Registry(database, MunicipalityId("mihon"))
    assert await registry.windows.add(WINDOW, LINK, DIGITS, NOW)
    yield registry
    await database.close()


async def test_a_link_belongs_to_the_first_browser_that_opens_it_by_either_code(registry: Registry) -> None:
    assert await registry.kiosks() == {}
    opened = await registry.windows.open(DIGITS, ONE, "m1", NOW)
    assert opened is not None
    assert opened.id == "w-1"
    assert await registry.windows.open(LINK, OTHER, "m2", NOW) is None
    again = await registry.windows.open(LINK, ONE, "m1", NOW)
    assert again is not None
    assert again.opened
    device = (await registry.kiosks())[KioskId("w-1")]
    assert (device.kind, device.purpose, device.public_key, device.site) == ("window", "talk", ONE, "")


async def test_a_link_that_is_too_old_or_taken_back_is_opened_by_nobody(registry: Registry) -> None:
    assert await registry.windows.open(LINK, ONE, "m1", NOW + 3600) is None
    assert await registry.windows.revoke("w-1")
    assert not await registry.windows.revoke("w-2")
    assert await registry.windows.open(LINK, ONE, "m1", NOW) is None


async def test_six_digits_name_one_living_link_only(registry: Registry) -> None:
    second = SentWindow(id="w-2", purpose="talk", who="care", made_by="s1", expires=NOW + 9000)
    assert not await registry.windows.add(second, hashlib.sha256(b"x").digest(), DIGITS, NOW)
    assert await registry.windows.add(second, hashlib.sha256(b"x").digest(), DIGITS, NOW + 3600)
    assert [one.id for one in await registry.windows.sent(NOW + 3601)] == ["w-2"]
