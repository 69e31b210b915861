"""A list counts when the certificate's own issuer signed it, it covers the certificate, and it is of today."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from hardware.card.virtual.pki import Generation, Issued, authority, crl, odd
from server.identity.crl import Crl, NotAList, judge, read, signed
from server.identity.revocation import Standing
from tests.server.identity.cards import NOW, card, issuer

pytestmark = pytest.mark.slow

WHEN = datetime.fromtimestamp(int(NOW), UTC)
DAY = 86_400.0
PEM = serialization.Encoding.PEM


def today(generation: Generation = "2", days: float = 7) -> x509.CertificateRevocationList:
    return crl("auth", generation, WHEN, days)


def put(file: Path, one: x509.CertificateRevocationList, mark: int) -> None:
    """Replace a file; `mark` is its time, so that no test waits for a clock to tick."""
    file.write_bytes(one.public_bytes(PEM))
    os.utime(file, (mark, mark))


async def ask(files: list[Path], one: Issued, now: float = NOW) -> Standing:
    driver = Crl(files, (), refresh=60.0, timeout=5.0)
    try:
        return await driver.standing(one.certificate, issuer(one), now)
    finally:
        await driver.close()


async def test_a_file_tells_good_from_revoked_with_the_time_of_the_list(tmp_path: Path):
    file = tmp_path / "auth.pem"
    put(file, today(), 1)
    good = Standing(state="good", source="crl", as_of=WHEN.timestamp())
    assert await ask([file], card("ordinary")) == good
    assert (await ask([file], odd("auth", "revoked"))).state == "revoked"
    file.write_bytes(today().public_bytes(serialization.Encoding.DER))
    assert await ask([file], card("ordinary")) == good, "PEM and DER are the same list"


async def test_an_old_list_calls_nobody_good_and_still_names_the_revoked(tmp_path: Path):
    file = tmp_path / "auth.pem"
    put(file, today(), 1)
    assert (await ask([file], card("ordinary"), NOW + 8 * DAY)).why == "out_of_date"
    assert (await ask([file], odd("auth", "revoked"), NOW + 8 * DAY)).state == "revoked"
    assert (await ask([file], card("ordinary"), NOW - DAY)).why == "out_of_date", "not yet issued"


async def test_a_list_of_another_authority_of_the_same_name_says_nothing(tmp_path: Path):
    file = tmp_path / "auth.pem"
    put(file, today("stranger"), 1)
    assert (await ask([file], card("ordinary"))).why == "not_known"
    put(file, today("1"), 2)
    assert (await ask([file], card("ordinary"))).why == "not_known"
    assert signed(today("3"), authority("auth", "3").certificate)
    assert (await ask([tmp_path / "none.pem"], card("ordinary"))).why == "no_answer"


async def test_a_replaced_file_is_taken_over_and_a_broken_one_is_not(tmp_path: Path):
    file, one = tmp_path / "auth.pem", card("ordinary")
    driver = Crl([file], (), refresh=60.0, timeout=5.0)
    put(file, today(days=1), 1)
    assert (await driver.standing(one.certificate, issuer(one), NOW)).state == "good"
    file.write_bytes(b"half a li")
    assert (await driver.standing(one.certificate, issuer(one), NOW)).state == "good"
    assert (await driver.standing(one.certificate, issuer(one), NOW + 2 * DAY)).why == "out_of_date"
    put(file, today(days=7), 3)
    assert (await driver.standing(one.certificate, issuer(one), NOW + 2 * DAY)).state == "good"
    await driver.close()


async def test_a_list_is_fetched_again_after_its_interval_and_kept_while_nobody_answers(tmp_path: Path):
    fetched: list[int] = []
    status = 200

    async def give(_: web.Request) -> web.Response:
        fetched.append(status)
        return web.Response(status=status, body=today().public_bytes(PEM))

    app = web.Application()
    app.router.add_get("/list", give)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    one = card("ordinary")
    driver = Crl((), [f"http://127.0.0.1:{runner.addresses[0][1]}/list"], refresh=3600.0, timeout=5.0)
    try:
        for passed in (0.0, 1800.0, 3700.0):
            assert (await driver.standing(one.certificate, issuer(one), NOW + passed)).state == "good"
        assert len(fetched) == 2
        status = 503
        assert (await driver.standing(one.certificate, issuer(one), NOW + 8000)).state == "good"
        assert (await driver.standing(one.certificate, issuer(one), NOW + 8 * DAY)).why == "out_of_date"
        assert len(fetched) == 4
    finally:
        await driver.close()
        await runner.cleanup()


def listed(*more: tuple[x509.ExtensionType, bool], revoked: Issued | None = None, hours: float = 0):
    """Return a list of today's authority with these extensions."""
    signer = authority("auth", "2")
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(signer.certificate.subject)
        .last_update(WHEN + timedelta(hours=hours))
        .next_update(WHEN + timedelta(days=1))
    )
    for value, critical in more:
        builder = builder.add_extension(value, critical)
    if revoked is not None:
        entry = x509.RevokedCertificateBuilder().serial_number(revoked.certificate.serial_number)
        builder = builder.add_revoked_certificate(entry.revocation_date(WHEN).build())
    return builder.sign(signer.key, hashes.SHA256())


def part(name: str | None = None, **rest: bool) -> x509.IssuingDistributionPoint:
    """Return which part of a divided list this is."""
    point = {"only_contains_user_certs": False, "only_contains_ca_certs": False, "indirect_crl": False} | rest
    full = None if name is None else [x509.UniformResourceIdentifier(name)]
    return x509.IssuingDistributionPoint(
        full_name=full,
        relative_name=None,
        only_some_reasons=None,
        only_contains_attribute_certs=False,
        **point,
    )


def test_a_part_of_a_divided_list_counts_only_for_its_own_certificates():
    ordinary = card("ordinary").certificate
    everybody, users = listed(), listed((part(only_contains_user_certs=True), True))
    assert judge(ordinary, [everybody], NOW).state == "good"
    assert judge(ordinary, [users], NOW).state == "good"
    for other in (
        listed((part("http://crl.test/7"), True)),
        listed((part(only_contains_ca_certs=True), True)),
        listed((part(indirect_crl=True), True)),
        listed((x509.DeltaCRLIndicator(1), True)),
    ):
        assert judge(ordinary, [other], NOW).why == "not_known"


def test_of_several_lists_the_newest_decides():
    ordinary = card("ordinary")
    on_hold, released = listed(revoked=ordinary, hours=-2), listed(hours=-1)
    assert judge(ordinary.certificate, [released, on_hold], NOW).state == "good"
    assert judge(ordinary.certificate, [on_hold], NOW).state == "revoked"


def test_what_is_no_list_is_said_to_be_none():
    for noise in (b"", b"-----BEGIN X509 CRL-----\n", bytes(100)):
        with pytest.raises(NotAList):
            read(noise)
