"""The card's side of vpcd: by hand over TCP, through other people's clients, and as a program."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from hardware.card.layout import JPKI
from hardware.card.virtual import Faults, load
from hardware.card.vpcd import VpcdSlot
from hardware.errors import DriverMissing
from tests.hardware.card.pcscd import until

pytestmark = pytest.mark.slow

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
