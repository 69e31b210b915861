"""A responder is believed only when it answers this question, today, and is who the authority named; else nobody knows."""

import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp

from hardware.card.virtual.pki import Issued, authority, odd
from server.identity.ocsp import Answer, Ocsp, judge, question
from server.identity.revocation import Standing
from tests.server.identity.cards import card, issuer
from tests.server.identity.responder import Fault, Responder, own_signer, responder

pytestmark = pytest.mark.slow

NONCE = bytes(range(32))


@pytest.fixture
async def there(tmp_path: Path) -> AsyncIterator[Responder]:
    """Run the verifier of today's authority."""
    async with responder(tmp_path) as one:
        yield one


def moment() -> float:
    """Return the time of this very test: its answers are given now, however long the run began before."""
    return datetime.now(UTC).timestamp()


async def ask(
    there: Responder, one: Issued, *, after: float = 0.0, timeout: float = 5.0, nonce_required: bool = True
) -> Standing:
    """Ask once, with a driver of its own."""
    driver = Ocsp(there.url, timeout=timeout, nonce_required=nonce_required)
    try:
        return await driver.standing(one.certificate, issuer(one), moment() + after)
    finally:
        await driver.close()


async def test_good_and_revoked_are_said_with_their_time(there: Responder):
    good = await ask(there, card("ordinary"))
    assert (good.state, good.source, good.why) == ("good", "ocsp", None)
    assert good.as_of is not None
    assert abs(good.as_of - moment()) < 600
    assert (await ask(there, odd("auth", "revoked"))).state == "revoked"


async def test_a_certificate_the_responder_has_never_heard_of_is_not_called_good(there: Responder):
    (there.place / "index.txt").write_text("")
    assert await ask(there, card("ordinary")) == Standing(state="unknown", why="not_known")


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        ("error", "no_answer"),
        ("garbage", "not_believed"),
        ("elsewhere", "no_answer"),
        ("endless", "no_answer"),
    ],
)
async def test_a_broken_answer_is_no_answer(there: Responder, fault: Fault, why: str):
    there.fault = fault
    assert await ask(there, card("ordinary")) == Standing(state="unknown", why=why)


async def test_silence_ends_after_the_time_that_is_configured(there: Responder):
    there.fault = "silent"
    assert await ask(there, card("ordinary"), timeout=0.2) == Standing(state="unknown", why="no_answer")
    assert len(there.asked) == 1


async def test_nobody_there_is_silence_too(there: Responder):
    driver = Ocsp("http://127.0.0.1:1/", timeout=5.0)
    one = card("ordinary")
    assert (await driver.standing(one.certificate, issuer(one), moment())).why == "no_answer"
    await driver.close()


async def test_an_older_answer_with_another_nonce_is_not_believed(there: Responder):
    await ask(there, card("ordinary"))
    there.fault = "replay"
    for required in (True, False):
        again = await ask(there, card("ordinary"), nonce_required=required)
        assert again == Standing(state="unknown", why="not_believed")


async def test_an_answer_without_a_nonce_counts_only_where_that_is_configured(there: Responder):
    one = card("ordinary")
    asked = question(one.certificate, issuer(one), NONCE)
    bare = ocsp.OCSPRequestBuilder().add_certificate(one.certificate, issuer(one), hashes.SHA1()).build()
    body = await there.openssl(bare.public_bytes(serialization.Encoding.DER))
    assert judge(asked, body, moment()) == "not_believed"
    answer = judge(asked, body, moment(), nonce_required=False)
    assert isinstance(answer, Answer)
    assert answer.standing.state == "good"


async def test_an_answer_about_another_card_is_not_believed(there: Responder):
    await ask(there, card("ordinary"))
    there.fault = "replay"
    assert (await ask(there, card("foreigner"), nonce_required=False)).why == "not_believed"


async def test_an_answer_past_its_time_is_out_of_date(there: Responder):
    assert (await ask(there, card("ordinary"), after=3600)).why == "out_of_date"
    assert (await ask(there, card("ordinary"), after=-3600)).why == "out_of_date"


async def test_a_responder_of_somebody_else_is_not_believed(there: Responder, tmp_path: Path):
    there.signer = own_signer(tmp_path, "stranger")
    assert (await ask(there, card("ordinary"))).why == "not_believed"
    elsewhere = tmp_path / "ocsp" / "auth-1"
    there.signer = (elsewhere / "signer.pem", elsewhere / "signer.key")
    assert (await ask(there, card("ordinary"))).why == "not_believed", "another generation's responder"
    there.signer = (tmp_path / "cards" / "ordinary-auth.pem", tmp_path / "cards" / "ordinary-auth.key")
    assert (await ask(there, card("ordinary"))).why == "not_believed", "a resident's card is no responder"


async def test_the_authority_itself_may_answer_and_a_corrupt_signature_may_not(
    there: Responder, tmp_path: Path
):
    there.signer = own_signer(tmp_path, "2")
    assert (await ask(there, card("ordinary"))).state == "good"
    there.args += ["-badsig"]
    assert (await ask(there, card("ordinary"))).why == "not_believed"


async def test_the_next_cards_authority_answers_as_well(tmp_path: Path):
    async with responder(tmp_path, "auth", "3") as there:
        assert (await ask(there, card("next_generation"))).state == "good"


async def test_an_answer_is_used_again_until_its_next_update_and_then_asked_anew(there: Responder):
    driver, one = Ocsp(there.url, timeout=5.0), card("ordinary")
    try:
        first = await driver.standing(one.certificate, issuer(one), moment())
        assert await driver.standing(one.certificate, issuer(one), moment() + 200) == first
        assert len(there.asked) == 1
        await driver.standing(one.certificate, issuer(one), moment() + 3600)
        assert len(there.asked) == 2
        await driver.standing(card("foreigner").certificate, issuer(one), moment())
        assert len(there.asked) == 3
    finally:
        await driver.close()


async def test_each_question_has_its_own_nonce_and_nothing_of_it_is_logged(
    there: Responder, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    one = card("ordinary")
    for fault in ("none", "garbage", "error"):
        there.fault = fault
        await ask(there, one)
    assert len(set(there.asked)) == 3
    serial = one.certificate.serial_number
    logged = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("server"))
    assert logged
    for secret in (str(serial), f"{serial:x}", "KOMADO", there.url):
        assert secret.lower() not in logged.lower()


def test_no_noise_is_an_answer():
    one = card("ordinary")
    asked = question(one.certificate, authority("auth", "2").certificate, NONCE)
    for noise in (b"", b"\x30", bytes(100), asked.der):
        assert judge(asked, noise, moment()) == "not_believed"
