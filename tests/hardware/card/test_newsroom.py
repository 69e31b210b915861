"""News reach every listener, whenever it came."""

import asyncio

import pytest

from hardware.card.newsroom import Newsroom
from hardware.card.watching import Situation
from hardware.ports import CardIn, CardOut, ReaderReady
from tests.hardware.card.pcscd import heard

EMPTY = Situation(ReaderReady())
CARD = Situation(CardIn("a", False), 1)


async def test_whoever_listens_late_hears_how_things_stand():
    room = Newsroom()
    room.report(CARD)
    listener = room.listen()
    assert await heard(listener) == CARD.now
    room.report(EMPTY)
    assert await heard(listener) == CardOut()
    assert await heard(room.listen()) == ReaderReady()
    room.close()
    with pytest.raises(StopAsyncIteration):
        await heard(listener)


async def test_nobody_waits_for_news_of_a_closed_place():
    room = Newsroom()
    room.close()
    async with asyncio.timeout(5):
        assert [change async for change in room.listen()] == []


async def test_nothing_is_missed_between_asking_and_the_first_look():
    room = Newsroom()
    listener = room.listen()
    for after in (EMPTY, CARD, CARD, EMPTY):
        room.report(after)
    assert [await heard(listener) for _ in range(3)] == [ReaderReady(), CARD.now, CardOut()]
