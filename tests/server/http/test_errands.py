"""An errand is done when it is rung for, never twice at a time, never forgotten, and never heard of after its end."""

import asyncio
import logging

import pytest

from server.http.errands import Errand

pytestmark = pytest.mark.asyncio


async def test_rung_while_it_works_it_is_done_once_more():
    begun, go_on, over = asyncio.Semaphore(0), asyncio.Semaphore(0), asyncio.Semaphore(0)

    async def work() -> None:
        begun.release()
        await go_on.acquire()
        over.release()

    errand = Errand("papers", work)
    errand.ring()
    await begun.acquire()
    for _ in range(3):
        errand.ring()
    assert begun.locked(), "one at a time"
    go_on.release()
    await over.acquire()
    await begun.acquire()
    go_on.release()
    await over.acquire()
    await asyncio.sleep(0)
    assert begun.locked(), "three rings are one wish"
    errand.ring()
    await begun.acquire()
    await errand.end()
    assert over.locked(), "left off in the middle"


async def test_what_fails_is_named_without_its_words_and_tried_at_the_next_ring(
    caplog: pytest.LogCaptureFixture,
):
    seen = asyncio.Semaphore(0)

    async def work() -> None:
        seen.release()
        raise ValueError("見本 太郎")

    errand = Errand("forms kiosk 1", work)
    with caplog.at_level(logging.ERROR):
        for _ in range(2):
            errand.ring()
            await seen.acquire()
            await asyncio.sleep(0)
    assert [record.getMessage() for record in caplog.records] == ["forms kiosk 1: failed, ValueError"] * 2


async def test_after_its_end_nobody_listens():
    done = list[int]()

    async def work() -> None:
        done.append(1)
        await asyncio.Event().wait()

    errand = Errand("questions", work)
    errand.ring()
    await asyncio.sleep(0)
    await errand.end()
    errand.ring()
    await asyncio.sleep(0)
    await errand.end()
    assert done == [1]
