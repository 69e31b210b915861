"""The card: commands per dialogue, what our code adds to them, how soon a card is noticed, and ten thousand cards in a row."""

import asyncio
import gc
import importlib
import os
import queue
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable
from statistics import median
from typing import Any

import msgspec

from hardware.card.dialogue import (
    Document,
    attributes_by_number,
    authenticate,
    face_photo,
    four_attributes,
    sign,
)
from hardware.card.layout import SHA256_INFO
from hardware.card.pcsc import PcscCardReader
from hardware.card.simulated import SimulatedCardReader
from hardware.card.virtual import VirtualCard, load, read
from hardware.card.virtual.files import attributes_file
from hardware.card.vpcd import VpcdSlot
from hardware.ports import CardIn, CardNews, CardOut
from tests.bench.table import Row, spread
from tests.hardware.card.pcscd import Service, heard

CYCLES = 10_000
VPCD_CYCLES = 300
REPEAT = 60
AS_A_REAL_CARD = 0.01  # s before each answer
INFO = SHA256_INFO + bytes(32)
NUMBER_B = b"19050320341122"


def measure() -> list[Row]:
    """Measure on the simulated reader first, then through the real card service."""
    rows = asyncio.run(_commands()) + asyncio.run(_simulated())
    with Service():
        return rows + asyncio.run(_service())


def card_of_300_bytes() -> VirtualCard:
    """The ordinary card with an address that makes its attributes a file of 300 bytes."""
    persona = read("ordinary")
    quirks = msgspec.structs.replace(persona.quirks, filler=0)
    for length in range(400):
        longer = msgspec.structs.replace(persona, address="A" * length, quirks=quirks)
        if len(attributes_file(longer)) == 300:
            return VirtualCard(longer)
    raise AssertionError("no such length")


# ---------------------------------------------------------------- the simulated reader


async def _commands() -> list[Row]:
    reader = SimulatedCardReader()
    rows = list[Row]()
    for what, dialogue, target in (
        ("commands for attributes of 300 bytes", lambda: four_attributes(bytearray(b"1234")), 8),
        ("commands for the same by 照合番号B", lambda: attributes_by_number(bytearray(NUMBER_B)), 8),
        ("commands to prove identity, after the PIN", lambda: authenticate(bytearray(b"1234"), INFO), None),
        (
            "commands to sign a document",
            lambda: sign(bytearray(b"KOMADO1234"), Document(INFO, bytes(48))),
            None,
        ),
        ("commands for the face photo", lambda: face_photo(bytearray(NUMBER_B)), None),
    ):
        reader.insert(card_of_300_bytes())
        reader.apdus.clear()
        await reader.talk(dialogue())
        rows.append(Row(bench="card", what=what, value=len(reader.apdus), unit="", target=target))
    await reader.close()
    return rows


async def _simulated() -> list[Row]:
    reader = SimulatedCardReader()
    news = reader.news()
    await heard(news)
    card = load("ordinary")

    async def cycle() -> None:
        reader.insert(card)
        assert isinstance(await heard(news), CardIn)
        await reader.talk(four_attributes(bytearray(b"1234")))
        reader.pull()
        assert isinstance(await heard(news), CardOut)

    rows = await _cycles(f"{CYCLES} cards, simulated", cycle, CYCLES)
    await reader.close()
    return rows


# ---------------------------------------------------------------- the real service


async def _service() -> list[Row]:
    reader, slot, card = PcscCardReader(), VpcdSlot(), card_of_300_bytes()
    news = reader.news()
    await heard(news)
    seen, lost, reading, bare, notice = (
        list[float](),
        list[float](),
        list[float](),
        list[float](),
        list[float](),
    )
    with _Watch() as watch:
        for _ in range(15):
            began = time.perf_counter()
            await slot.insert(card)
            assert isinstance(await heard(news), CardIn)
            seen.append(time.perf_counter() - began)
            notice.append(await watch.since_it_knew(time.perf_counter()))
            began = time.perf_counter()
            await slot.pull()
            assert isinstance(await heard(news), CardOut)
            lost.append(time.perf_counter() - began)
            notice.append(await watch.since_it_knew(time.perf_counter()))
    reading, bare = await _beside_bare(reader, news, 0.0)
    slow_reading, slow_bare = await _beside_bare(reader, news, AS_A_REAL_CARD)

    async def cycle() -> None:
        await slot.insert(card)
        assert isinstance(await heard(news), CardIn)
        await reader.talk(four_attributes(bytearray(b"1234")))
        await slot.pull()
        assert isinstance(await heard(news), CardOut)

    rows = await _cycles(f"{VPCD_CYCLES} cards, vpcd", cycle, VPCD_CYCLES)
    await slot.insert(card)
    assert isinstance(await heard(news), CardIn)
    rows += await _cycles(
        f"{CYCLES} readings, vpcd", lambda: reader.talk(four_attributes(bytearray(b"1234"))), CYCLES
    )
    await reader.close()
    added = median(reading) - median(bare)
    return [
        Row(bench="card", what="PIN to attributes, vpcd", value=1000 * median(reading), unit="ms", target=300,
            note=f"p95 {1000 * spread(reading)[1]:.1f}; a real card adds its own time"),
        Row(bench="card", what="the same commands by bare pyscard", value=1000 * median(bare), unit="ms",
            note=f"p95 {1000 * spread(bare)[1]:.1f}; connecting and powering off included"),
        Row(bench="card", what="what our code adds", value=100 * added / median(bare), unit="%", target=10,
            note=f"{1000 * added:.2f} ms: two hand-overs between threads, allow-list, parsing; a card that costs nothing is the hardest case"),
        Row(bench="card", what=f"what our code adds, {1000 * AS_A_REAL_CARD:.0f} ms per command",
            value=100 * (median(slow_reading) / median(slow_bare) - 1), unit="%", target=10,
            note="about what a fast real card takes"),
        _latency("card noticed after it was put in, vpcd", seen, 500),
        _latency("card missed after it was pulled, vpcd", lost, 500),
        _latency("news after pcscd reported it", notice, 20),
        *rows,
    ]  # fmt: skip


async def _beside_bare(
    reader: PcscCardReader, news: AsyncIterator[CardNews], slow: float
) -> tuple[list[float], list[float]]:
    """Measure with a card in a process of its own: a real card does not compute under our interpreter's lock."""
    program = (sys.executable, "-m", "hardware.card.virtual", "--slow", str(slow))
    card = await asyncio.create_subprocess_exec(*program, stdout=asyncio.subprocess.DEVNULL)
    try:
        assert isinstance(await heard(news), CardIn)
        return await _in_turns(reader, _spoken(load("ordinary")))
    finally:
        card.terminate()
        await card.wait()
        assert isinstance(await heard(news), CardOut)


async def _in_turns(reader: PcscCardReader, commands: list[bytes]) -> tuple[list[float], list[float]]:
    """Read the attributes with our code and without, in turns, so that a busy machine is busy for both."""
    ours, bare = list[float](), list[float]()
    for _ in range(REPEAT):
        began = time.perf_counter()
        await reader.talk(four_attributes(bytearray(b"1234")))
        ours.append(time.perf_counter() - began)
        bare.append(await asyncio.to_thread(_bare, commands))
    return ours, bare


def _latency(what: str, values: list[float], target: float) -> Row:
    middle, late = spread(values)
    return Row(
        bench="card", what=what, value=1000 * middle, unit="ms", target=target, note=f"p95 {1000 * late:.1f}"
    )


async def _cycles(what: str, cycle: Callable[[], Any], count: int) -> list[Row]:
    """Run many cards through a reader and look what is left of them."""
    for _ in range(min(200, count // 5)):  # what grows only once is no leak
        await cycle()
    before, began = _holdings(), time.perf_counter()
    for _ in range(count):
        await cycle()
    each = (time.perf_counter() - began) / count
    after = _holdings()
    left = [late - early for early, late in zip(before, after, strict=True)]
    return [
        Row(bench="card", what=f"{what}: each", value=1000 * each, unit="ms"),
        Row(bench="card", what=f"{what}: handles left", value=left[0], unit="", target=0),
        Row(bench="card", what=f"{what}: threads left", value=left[1], unit="", target=0),
        Row(bench="card", what=f"{what}: memory left", value=left[2] / 1024, unit="KiB", target=1024),
    ]  # fmt: skip


def _holdings() -> tuple[int, int, int]:
    """Return open handles, threads and resident bytes of this process."""
    import psutil

    gc.collect()
    return len(os.listdir("/proc/self/fd")), threading.active_count(), psutil.Process().memory_info().rss


def _spoken(card: VirtualCard) -> list[bytes]:
    """Return what a dialogue would say to this card."""
    from hardware.ports import Response

    said, dialogue = list[bytes](), four_attributes(bytearray(b"1234"))
    card.power_off()
    try:
        command = next(dialogue)
        while True:
            said.append(bytes(command))
            raw = card.execute(command)
            command = dialogue.send(Response(raw[:-2], int.from_bytes(raw[-2:])))
    except StopIteration:
        return said


def _bare(commands: list[bytes]) -> float:
    """Say the same to the card with nothing of ours in between; seconds."""
    scard: Any = importlib.import_module("smartcard.scard")
    began = time.perf_counter()
    _, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
    _, names = scard.SCardListReaders(context, [])
    code, handle, _ = scard.SCardConnect(context, names[0], scard.SCARD_SHARE_EXCLUSIVE, 3)
    assert code == 0, f"{code & 0xFFFFFFFF:08X}"
    for command in commands:
        code, answer = scard.SCardTransmit(handle, scard.SCARD_PCI_T1, list(command))
        assert code == 0
        assert answer[-2] in (0x90, 0x62, 0x63)
    scard.SCardDisconnect(handle, scard.SCARD_UNPOWER_CARD)
    scard.SCardReleaseContext(context)
    return time.perf_counter() - began


class _Watch:
    """A second listener of the card service, with nothing of ours in it: when did pcscd say so?"""

    def __init__(self) -> None:
        self._changes: queue.Queue[float] = queue.Queue()
        self._scard: Any = importlib.import_module("smartcard.scard")
        self._thread = threading.Thread(target=self._follow, name="bench watcher", daemon=True)
        self._over = threading.Event()

    def __enter__(self) -> "_Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(3)

    async def since_it_knew(self, ours: float) -> float:
        """Say how much later than this listener we knew of the change that just happened; nothing if we were first."""
        return max(0.0, ours - await asyncio.to_thread(self._changes.get, timeout=5))

    def _follow(self) -> None:
        scard = self._scard
        _, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
        _, names = scard.SCardListReaders(context, [])
        states = [(name, scard.SCARD_STATE_UNAWARE) for name in names]
        while not self._over.is_set():
            code, now = scard.SCardGetStatusChange(context, 500, states)
            if code == 0:
                present = [bool(state & scard.SCARD_STATE_PRESENT) for _, state, _ in now]
                if present != [bool(state & scard.SCARD_STATE_PRESENT) for _, state in states]:
                    self._changes.put(time.perf_counter())
                states = [(name, state & ~scard.SCARD_STATE_CHANGED) for name, state, _ in now]
        scard.SCardReleaseContext(context)
