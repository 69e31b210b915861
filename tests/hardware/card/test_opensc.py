"""OpenSC, an independent reader of the same card: what it understands, we did not invent."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from hardware.card.dialogue import CardFacts, examine
from hardware.card.layout import JPKI
from hardware.card.pcsc import PcscCardReader
from hardware.card.virtual import VirtualCard, load
from hardware.card.virtual.pki import Use, issued
from hardware.card.vpcd import VpcdSlot
from hardware.ports import CardIn
from tests.hardware.card.pcscd import Service, heard

pytestmark = [
    pytest.mark.pcsc,
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("opensc-tool") is None, reason="OpenSC is not installed"),
]

MODULE = next((str(path) for path in Path("/usr/lib").glob("*/opensc-pkcs11.so")), "")
PASSWORD = "KOMADO1234"


async def run(*command: str) -> str:
    """Run somebody else's program to its end, while our card answers it."""
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env=os.environ | {"OPENSC_CONF": os.devnull, "LC_ALL": "C.UTF-8"},
    )
    async with asyncio.timeout(60):
        out, _ = await process.communicate()
    return out.decode(errors="replace")


async def noticed(reader: PcscCardReader) -> None:
    """Wait until our own reader sees the card."""
    news = reader.news()
    while not isinstance(await heard(news), CardIn):
        pass


async def facts() -> CardFacts:
    """Ask the card with our own reader."""
    reader = PcscCardReader()
    await noticed(reader)
    try:
        return await reader.talk(examine(datetime.now(UTC)))
    finally:
        await reader.close()


@pytest.fixture
async def card(service: Service) -> AsyncIterator[VirtualCard]:
    card, slot = load("ordinary"), VpcdSlot()
    await slot.insert(card)
    reader = PcscCardReader()
    await noticed(reader)
    await reader.close()
    yield card
    await slot.pull()


async def test_it_recognises_the_card_and_lists_and_reads_its_certificates(card: VirtualCard):
    assert "jpki" in (await run("opensc-tool", "-n")).lower()
    listing = await run("pkcs15-tool", "--list-certificates")
    assert "User Authentication Certificate" in listing
    assert "Digital Signature Certificate" in listing
    out = await run("pkcs15-tool", "--read-certificate", "01")
    made = issued(card.persona, "auth")
    assert made is not None
    assert x509.load_pem_x509_certificate(out[out.index("-----BEGIN") :].encode()) == made.certificate


@pytest.mark.parametrize(
    ("use", "slot", "secret", "key"), [("auth", "0", "1234", "01"), ("sign", "1", PASSWORD, "02")]
)
async def test_it_signs_with_either_key_and_openssl_agrees(
    card: VirtualCard, tmp_path: Path, use: Use, slot: str, secret: str, key: str
):
    text, signature, public = tmp_path / "text", tmp_path / "signature", tmp_path / "public.pem"
    text.write_bytes(b"said by nobody before")
    made = issued(card.persona, use)
    assert made is not None
    public.write_bytes(
        made.certificate.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    )
    out = await run(
        "pkcs11-tool", "--module", MODULE, "--slot-index", slot, "--login", "--pin", secret,
        "--sign", "--mechanism", "SHA256-RSA-PKCS", "--id", key,
        "--input-file", str(text), "--output-file", str(signature),
    )  # fmt: skip
    assert signature.exists(), out
    check = ("openssl", "dgst", "-sha256", "-verify", str(public), "-signature", str(signature), str(text))
    assert "Verified OK" in await run(*check)
    text.write_bytes(b"something else")
    assert "Verified OK" not in await run(*check)


async def test_its_wrong_pin_costs_the_try_that_our_reader_then_misses(card: VirtualCard):
    before = await facts()
    assert (before.authentication_tries, before.signing_tries) == (3, 5)
    for slot, wrong in (("0", "0000"), ("1", "WRONG1")):
        out = await run(
            "pkcs11-tool", "--module", MODULE, "--slot-index", slot, "--login", "--pin", wrong, "-O"
        )
        assert "CKR_PIN_INCORRECT" in out
    after = await facts()
    assert (after.authentication_tries, after.signing_tries) == (2, 4)
    assert (card.tries(JPKI, 0x0018), card.tries(JPKI, 0x001B)) == (2, 4)
    assert after.attributes_tries == before.attributes_tries == 3
