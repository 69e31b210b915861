"""Log bundles: whole, bounded, and only what follows."""

import os
import zlib
from pathlib import Path

import pytest

from server.http.bundles import KEPT, BadBundle, Bundles, add, unpack
from server.protocol.messages import LogBundle
from server.protocol.values import KioskId

pytestmark = pytest.mark.slow

KIOSK = KioskId("k-1")


def parts_of(text: bytes, order: str = "o1", size: int = 50) -> list[LogBundle]:
    packed = zlib.compress(text)
    cuts = [packed[i : i + size] for i in range(0, len(packed), size)]
    return [LogBundle(order=order, index=i, count=len(cuts), data=cut) for i, cut in enumerate(cuts)]


def kept_in(folder: Path) -> list[str]:
    return [file.name for file in folder.rglob("*.log")]


async def test_parts_in_order_become_the_text_that_was_sent(tmp_path: Path) -> None:
    text = os.urandom(400).hex().encode()
    bundles = Bundles(tmp_path / "logs")
    for part in parts_of(text):
        assert await bundles.text("o1") is None
        await bundles.take(KIOSK, part)
    assert await bundles.text("o1") == text
    assert (tmp_path / "logs" / "o1.log").stat().st_mode & 0o077 == 0


async def test_a_kiosk_that_reconnects_starts_again(tmp_path: Path) -> None:
    bundles = Bundles(tmp_path)
    parts = parts_of(os.urandom(100).hex().encode())
    assert len(parts) > 1
    await bundles.take(KIOSK, parts[0])
    for part in parts:
        await bundles.take(KIOSK, part)
    assert await bundles.text("o1") is not None


async def test_a_gap_drops_the_bundle(tmp_path: Path) -> None:
    bundles = Bundles(tmp_path)
    parts = parts_of(os.urandom(200).hex().encode())
    await bundles.take(KIOSK, parts[0])
    with pytest.raises(BadBundle):
        await bundles.take(KIOSK, parts[2])
    with pytest.raises(BadBundle):
        await bundles.take(KIOSK, parts[1])


def test_a_small_part_does_not_unpack_to_all_our_memory() -> None:
    (bomb,) = parts_of(bytes(40_000_000), size=1_000_000)
    with pytest.raises(BadBundle):
        unpack(add(None, bomb))


def test_more_than_the_limit_is_refused() -> None:
    parts = None
    for index in range(44):
        parts = add(parts, LogBundle(order="o1", index=index, count=64, data=bytes(45_000)))
    with pytest.raises(BadBundle):
        add(parts, LogBundle(order="o1", index=44, count=64, data=bytes(45_000)))


async def test_an_orders_name_never_becomes_a_path(tmp_path: Path) -> None:
    bundles = Bundles(tmp_path / "logs")
    for part in parts_of(b"text", order="..", size=1000):
        await bundles.take(KIOSK, part)
    assert kept_in(tmp_path) == ["__.log"]
    assert await bundles.text("../../etc/passwd") is None


async def test_only_the_newest_bundles_are_kept(tmp_path: Path) -> None:
    bundles = Bundles(tmp_path)
    for number in range(KEPT + 3):
        for part in parts_of(b"text", order=f"o{number}", size=1000):
            await bundles.take(KIOSK, part)
    assert len(kept_in(tmp_path)) == KEPT
