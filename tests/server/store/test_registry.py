"""Who may come in: accounts, sessions, kiosks, and codes that work once."""

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server.core.city import Device, Person
from server.protocol.values import KioskId, MunicipalityId, SiteId, StaffId
from server.store.registry import CODE_LASTS, IDLE, LONGEST, NOTED_EVERY, Account, Registry, Taken
from server.store.sqlite import Database

pytestmark = pytest.mark.slow

NOW = 1_795_000_000.0
SITE = SiteId("kita")
TOKEN = hashlib.sha256(b"token").digest()
CODE = hashlib.sha256(b"code").digest()
KEY = b"k" * 32
SATO = Account(
    account="sato",
    password="$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA",
    person=Person(id=StaffId("s1"), name="佐藤", department="窓口課", roles=("clerk", "supervisor")),
)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(tmp_path / "city.db")
    yield database
    await database.close()


@pytest.fixture
async def registry(database: Database) -> Registry:
    registry = Registry(database, MunicipalityId("mihon"))
    await registry.add_staff(SATO)
    return registry


@pytest.fixture
def neighbour(database: Database) -> Registry:
    return Registry(database, MunicipalityId("tonari"))


# -------------------------------------------------------------------- staff


async def test_an_account_comes_back_as_it_was_added(registry: Registry):
    assert await registry.account("sato") == SATO
    assert list(await registry.accounts()) == [SATO]
    assert await registry.staff() == {StaffId("s1"): SATO.person}
    assert await registry.account("suzuki") is None


async def test_an_account_name_or_id_is_given_once_per_city(registry: Registry, neighbour: Registry):
    with pytest.raises(Taken):
        await registry.add_staff(SATO)
    await neighbour.add_staff(SATO)
    assert len(await neighbour.accounts()) == 1


async def test_another_city_sees_nobody(registry: Registry, neighbour: Registry):
    await registry.open_session(TOKEN, SATO.person.id, NOW)
    assert await neighbour.account("sato") is None
    assert await neighbour.use_session(TOKEN, NOW) is None
    assert await registry.use_session(TOKEN, NOW) == SATO.person


async def test_an_account_prints_neither_name_nor_hash(registry: Registry):
    assert repr(SATO) == "<Account s1>"


async def test_a_new_password_ends_the_sessions(registry: Registry):
    await registry.open_session(TOKEN, SATO.person.id, NOW)
    assert await registry.set_password(SATO.person.id, "$argon2id$other")
    assert await registry.use_session(TOKEN, NOW) is None
    account = await registry.account("sato")
    assert account is not None
    assert account.password == "$argon2id$other"
    assert not await registry.set_password(StaffId("nobody"), "x")


async def test_who_is_kept_out_has_no_session_and_none_comes_back_with_them(registry: Registry):
    await registry.open_session(TOKEN, SATO.person.id, NOW)
    assert await registry.set_enabled(SATO.person.id, False)
    assert await registry.use_session(TOKEN, NOW) is None
    assert await registry.set_enabled(SATO.person.id, True)
    assert await registry.use_session(TOKEN, NOW) is None


# -------------------------------------------------------------------- sessions


async def test_a_session_ends_when_it_is_not_used(registry: Registry):
    await registry.open_session(TOKEN, SATO.person.id, NOW)
    assert await registry.use_session(TOKEN, NOW + IDLE - 1) == SATO.person
    assert await registry.use_session(TOKEN, NOW + 2 * IDLE - 2) == SATO.person
    assert await registry.use_session(TOKEN, NOW + 3 * IDLE) is None
    assert await registry.use_session(TOKEN, NOW + 2 * IDLE) is None  # it is gone, whatever the clock says


async def test_a_session_ends_after_its_longest_time_however_busy(registry: Registry):
    await registry.open_session(TOKEN, SATO.person.id, NOW)
    step = IDLE / 2
    for n in range(int(LONGEST / step)):
        assert await registry.use_session(TOKEN, NOW + n * step) is not None
    assert await registry.use_session(TOKEN, NOW + LONGEST) is None


async def test_using_a_session_often_writes_seldom(registry: Registry, database: Database):
    await registry.open_session(TOKEN, SATO.person.id, NOW)
    before = await database.run(lambda c: c.total_changes)
    for second in range(int(NOTED_EVERY)):
        await registry.use_session(TOKEN, NOW + second)
    assert await database.run(lambda c: c.total_changes) == before
    await registry.use_session(TOKEN, NOW + NOTED_EVERY)
    assert await database.run(lambda c: c.total_changes) == before + 1


async def test_signing_out_ends_one_session_only(registry: Registry):
    other = hashlib.sha256(b"other").digest()
    await registry.open_session(TOKEN, SATO.person.id, NOW)
    await registry.open_session(other, SATO.person.id, NOW)
    await registry.close_session(TOKEN)
    assert await registry.use_session(TOKEN, NOW) is None
    assert await registry.use_session(other, NOW) == SATO.person


async def test_dead_sessions_do_not_pile_up(registry: Registry, database: Database):
    for n in range(5):
        token = hashlib.sha256(bytes([n])).digest()
        await registry.open_session(token, SATO.person.id, NOW + n * IDLE)
    assert await database.run(lambda c: c.execute("SELECT count(*) FROM session").fetchone()) == (1,)


# -------------------------------------------------------------------- kiosks


async def test_a_code_enrols_one_kiosk(registry: Registry):
    assert await registry.add_enrolment(CODE, SITE, "北公民館 1号機", NOW) == NOW + CODE_LASTS
    device = await registry.enrol(CODE, KioskId("k1"), KEY, "machine-1", NOW + 60)
    assert device == Device(
        id=KioskId("k1"),
        site=SITE,
        name="北公民館 1号機",
        public_key=KEY,
        machine="machine-1",
        enrolled="2026-11-18T20:07:40+09:00",
    )
    assert await registry.kiosks() == {KioskId("k1"): device}
    assert await registry.kiosk(KioskId("k1")) == device
    assert await registry.kiosk(KioskId("k2")) is None


async def test_a_used_code_is_worth_nothing_to_another_device(registry: Registry):
    await registry.add_enrolment(CODE, SITE, "1号機", NOW)
    device = await registry.enrol(CODE, KioskId("k1"), KEY, "machine-1", NOW)
    assert await registry.enrol(CODE, KioskId("k2"), b"o" * 32, "machine-2", NOW) is None
    assert await registry.enrol(CODE, KioskId("k2"), KEY, "machine-2", NOW) is None
    assert list(await registry.kiosks()) == [KioskId("k1")]
    # The first answer may have been lost on the way: the same device hears it again.
    assert await registry.enrol(CODE, KioskId("k9"), KEY, "machine-1", NOW) == device


async def test_an_old_unknown_or_foreign_code_is_not_good(registry: Registry, neighbour: Registry):
    await registry.add_enrolment(CODE, SITE, "1号機", NOW)
    assert await registry.enrol(hashlib.sha256(b"x").digest(), KioskId("k1"), KEY, "m", NOW) is None
    assert await neighbour.enrol(CODE, KioskId("k1"), KEY, "m", NOW) is None
    assert await registry.enrol(CODE, KioskId("k1"), KEY, "m", NOW + CODE_LASTS) is None
    assert await registry.kiosks() == {}


async def test_a_key_belongs_to_one_kiosk_and_the_refused_code_stays_good(registry: Registry):
    second = hashlib.sha256(b"second").digest()
    await registry.add_enrolment(CODE, SITE, "1号機", NOW)
    await registry.add_enrolment(second, SITE, "2号機", NOW)
    await registry.enrol(CODE, KioskId("k1"), KEY, "m", NOW)
    with pytest.raises(Taken):
        await registry.enrol(second, KioskId("k2"), KEY, "m", NOW)
    assert await registry.enrol(second, KioskId("k2"), b"o" * 32, "m", NOW) is not None


async def test_a_revoked_kiosk_stays_known_and_revoked(registry: Registry):
    await registry.add_enrolment(CODE, SITE, "1号機", NOW)
    await registry.enrol(CODE, KioskId("k1"), KEY, "m", NOW)
    assert await registry.revoke_kiosk(KioskId("k1"))
    kiosk = await registry.kiosk(KioskId("k1"))
    assert kiosk is not None
    assert kiosk.revoked
    assert not await registry.revoke_kiosk(KioskId("k2"))


async def test_codes_nobody_used_do_not_pile_up(registry: Registry, database: Database):
    await registry.add_enrolment(CODE, SITE, "1号機", NOW)
    await registry.add_enrolment(hashlib.sha256(b"later").digest(), SITE, "1号機", NOW + CODE_LASTS)
    assert await database.run(lambda c: c.execute("SELECT count(*) FROM enrolment").fetchone()) == (1,)
