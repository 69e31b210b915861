"""The card's side of vpcd: by hand over TCP, through other people's clients, and as a program."""

import asyncio
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from hardware.card.layout import JPKI
from hardware.card.pcsc import PcscCardReader
from hardware.card.virtual import Faults, VirtualCard, load
from hardware.card.virtual.certificates import pair
from hardware.card.vpcd import VpcdSlot
from hardware.errors import DriverMissing
from hardware.ports import CardIn
from tests.hardware.card.pcscd import Service, heard, until

Program = Callable[..., Awaitable[asyncio.subprocess.Process]]
Peer = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@pytest.fixture
async def waiting() -> AsyncIterator[tuple[int, "asyncio.Queue[Peer]"]]:
    """A port that waits for a card, as vpcd does."""
    peers: asyncio.Queue[Peer] = asyncio.Queue()
    server = await asyncio.start_server(
        lambda reader, writer: peers.put_nowait((reader, writer)), "127.0.0.1", 0
    )
    yield server.sockets[0].getsockname()[1], peers
    server.close()
    await server.wait_closed()


async def ask(peer: Peer, message: bytes) -> bytes:
    reader, writer = peer
    writer.write(len(message).to_bytes(2) + message)
    async with asyncio.timeout(5):
        return await reader.readexactly(int.from_bytes(await reader.readexactly(2)))


async def test_orders_and_commands_are_told_apart(waiting: tuple[int, "asyncio.Queue[Peer]"]):
    port, peers = waiting
    slot, card = VpcdSlot(port=port, contactless=True), load("ordinary")
    await slot.insert(card)
    peer = await peers.get()
    assert await ask(peer, b"\x04") == bytes.fromhex(card.persona.atr_contactless)
    peer[1].write(b"\x00\x01\x01")
    assert await ask(peer, b"\x00\xa4\x04\x0c\x0a" + JPKI) == b"\x90\x00"
    peer[1].write(b"\x00\x01\x00")
    await until(lambda: not card.powered)
    assert slot.occupied
    await slot.pull()
    assert await peer[0].read() == b""
    assert not slot.occupied
    peer[1].close()


async def test_a_card_pulled_by_a_fault_answers_nothing_more(waiting: tuple[int, "asyncio.Queue[Peer]"]):
    port, peers = waiting
    slot, card = VpcdSlot(port=port), load("ordinary")
    card.faults = Faults(pull_at=1)
    await slot.insert(card)
    peer = await peers.get()
    with pytest.raises(asyncio.IncompleteReadError):
        await ask(peer, b"\x00\xa4\x04\x0c\x0a" + JPKI)
    await slot.gone()
    assert not slot.occupied
    peer[1].close()


async def test_no_vpcd_is_said_in_so_many_words(unused_tcp_port: int):
    with pytest.raises(DriverMissing, match="nobody waits"):
        await VpcdSlot(port=unused_tcp_port).insert(load("ordinary"))


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


MODULE = next((str(path) for path in Path("/usr/lib").glob("*/opensc-pkcs11.so")), "")


@pytest.mark.pcsc
@pytest.mark.skipif(shutil.which("opensc-tool") is None, reason="OpenSC is not installed")
class TestOpenSC:
    """An independent reader of the same card: what it understands, we did not invent."""

    @pytest.fixture
    async def card(self, service: Service) -> AsyncIterator[VirtualCard]:
        card, slot = load("ordinary"), VpcdSlot()
        for use in ("auth", "sign"):
            pair(
                card.persona, use
            )  # made now, so that nobody waits for a key in the middle of a conversation
        reader = PcscCardReader()
        news = reader.news()
        await slot.insert(card)
        while not isinstance(await heard(news), CardIn):
            pass
        await reader.close()
        yield card
        await slot.pull()

    async def test_it_recognises_a_my_number_card(self, card: VirtualCard):
        assert "jpki" in (await run("opensc-tool", "-n")).lower()

    async def test_it_lists_and_reads_the_certificates(self, card: VirtualCard):
        listing = await run("pkcs15-tool", "--list-certificates")
        assert "User Authentication Certificate" in listing
        assert "Digital Signature Certificate" in listing
        out = await run("pkcs15-tool", "--read-certificate", "01")
        pem = out[out.index("-----BEGIN") :]
        made = pair(card.persona, "auth")
        assert made is not None
        assert (
            x509.load_pem_x509_certificate(pem.encode()).public_bytes(serialization.Encoding.DER)
            == made.certificate
        )

    async def test_its_signature_with_the_pin_can_be_verified(self, card: VirtualCard, tmp_path: Path):
        nonce, signature = tmp_path / "nonce", tmp_path / "signature"
        nonce.write_bytes(b"said by nobody before")
        out = await run(
            "pkcs11-tool", "--module", MODULE, "--slot-index", "0", "--login", "--pin", "1234",
            "--sign", "--mechanism", "SHA256-RSA-PKCS", "--id", "01",
            "--input-file", str(nonce), "--output-file", str(signature),
        )  # fmt: skip
        assert signature.exists(), out
        made = pair(card.persona, "auth")
        assert made is not None
        key = x509.load_der_x509_certificate(made.certificate).public_key()
        assert isinstance(key, rsa.RSAPublicKey)
        key.verify(signature.read_bytes(), nonce.read_bytes(), padding.PKCS1v15(), hashes.SHA256())
        with pytest.raises(InvalidSignature):
            key.verify(signature.read_bytes(), b"something else", padding.PKCS1v15(), hashes.SHA256())
        assert card.tries(JPKI, 0x0018) == 3

    async def test_a_wrong_pin_of_its_costs_a_try_as_it_would_cost_us(self, card: VirtualCard):
        out = await run(
            "pkcs11-tool", "--module", MODULE, "--slot-index", "0", "--login", "--pin", "0000", "-O"
        )
        assert "CKR_PIN_INCORRECT" in out
        assert card.tries(JPKI, 0x0018) == 2


@pytest.fixture
async def program() -> AsyncIterator[Program]:
    """Start our own program; whatever became of it, it ends with the test."""
    started: list[asyncio.subprocess.Process] = []

    async def start(*options: str) -> asyncio.subprocess.Process:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "hardware.card.virtual",
            *options,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def test_the_program_explains_itself_in_japanese(program: Program):
    process = await program("--help")
    out, _ = await process.communicate()
    assert process.returncode == 0
    assert "架空のマイナンバーカード" in out.decode()
    assert "ordinary" in out.decode()


async def test_the_program_puts_a_card_in_until_it_is_interrupted(
    program: Program, waiting: tuple[int, "asyncio.Queue[Peer]"]
):
    port, peers = waiting
    process = await program("--persona", "locked", "--port", str(port), "--contactless")
    assert process.stdout is not None
    async with asyncio.timeout(30):
        peer = await peers.get()
        assert "ロック" in (await process.stdout.readline()).decode()
        assert (await ask(peer, b"\x04"))[:4] == b"\x3b\x88\x80\x01"
        peer[1].close()  # the service ended: it comes back by itself
        peer = await peers.get()
        process.send_signal(signal.SIGINT)
        assert await process.wait() == 0
    peer[1].close()


@pytest.mark.parametrize(
    ("options", "words"), [(("--persona", "nobody"), "ありません"), ((), "pcscd を起動")]
)
async def test_the_program_says_what_is_missing(
    program: Program, options: tuple[str, ...], words: str, unused_tcp_port: int
):
    process = await program("--port", str(unused_tcp_port), *options)
    out, _ = await process.communicate()
    assert process.returncode != 0
    assert words in out.decode()
