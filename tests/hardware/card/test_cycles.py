"""Card after card leaves nothing behind: no handle, no thread, no listener."""

import gc
import os
import threading
from pathlib import Path

import pytest

from hardware.card.dialogue import four_attributes
from hardware.card.virtual import VirtualCard, load
from hardware.errors import CardGone
from hardware.ports import CardIn, CardOut
from server.protocol.values import FourBasicData
from tests.hardware.card.conftest import Place
from tests.hardware.card.pcscd import heard, until

pytestmark = pytest.mark.slow


def held() -> tuple[int, int]:
    """Open handles and threads of this process."""
    gc.collect()
    return len(os.listdir("/proc/self/fd")), threading.active_count()


async def cards(place: Place, card: VirtualCard, count: int) -> None:
    """Put a card in, read it, pull it out; every fifth one is pulled while it is read."""
    news = place.reader.news()
    await heard(news)
    for number in range(count):
        await place.insert(card)
        assert isinstance(await heard(news), CardIn)
        if number % 5 == 4:
            card.faults.pull_at = 5
            with pytest.raises(CardGone):
                await place.reader.talk(four_attributes(bytearray(b"1234")))
            card.faults.pull_at = None
        else:
            assert isinstance(await place.reader.talk(four_attributes(bytearray(b"1234"))), FourBasicData)
        await place.pull()
        assert isinstance(await heard(news), CardOut)


def resident_memory() -> int:
    """Bytes of this process in memory now."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


async def test_many_cards_leave_no_handle_and_no_thread_behind(place: Place, request: pytest.FixtureRequest):
    count = 8 if "pcsc" in request.node.name else 1000
    card = load("ordinary")
    await cards(place, card, 2)
    before = held()
    await cards(place, card, count)
    await until(lambda: held() == before)


@pytest.mark.deep
async def test_ten_thousand_cards_leave_no_handle_no_thread_and_no_memory_behind(
    place: Place, request: pytest.FixtureRequest
):
    # The real service takes 0.8 s for each card; a leak of one handle or page a card shows long before the end.
    count = 600 if "pcsc" in request.node.name else 10_000
    card = load("ordinary")
    await cards(place, card, count // 10)
    before, memory = held(), resident_memory()
    await cards(place, card, count)
    await until(lambda: held() == before)
    assert resident_memory() - memory < 4 << 20
