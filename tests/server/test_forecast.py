"""The forecaster: whoever waits is soon told how long, durably, and nothing is written that says nothing."""

import asyncio

import pytest

from server.core.commands import KioskActor, KioskConnected, ServerActor, StaffActor, StaffConnected
from server.forecast import Forecaster
from server.hub import Hub
from server.protocol import messages as m
from server.protocol.values import Health, TicketId
from server.store.memory import MemoryJournal
from tests.server.core.example import KITA, MINAMI, SATO
from tests.server.test_hub import running, until

pytestmark = pytest.mark.slow


async def two_residents(hub: Hub) -> TicketId:
    """Bring one clerk, and one resident more than they can answer."""
    for kiosk in (KITA, MINAMI):
        await hub.submit(ServerActor(), KioskConnected(kiosk, "m", Health(version="1")))
    await hub.submit(ServerActor(), StaffConnected(SATO, b"key"))
    await hub.submit(StaffActor(SATO), m.SetReady(id="r"))
    for kiosk in (KITA, MINAMI):
        await hub.submit(KioskActor(kiosk), m.TakeTicket(id=f"t-{kiosk}", purpose="talk"))
    return TicketId("t2")


async def test_whoever_comes_to_wait_is_told_how_long():
    async with running(MemoryJournal()) as hub:
        task = asyncio.create_task(Forecaster(hub, spacing=0.0).run())
        try:
            ticket = await two_residents(hub)
            await until(hub, lambda: hub.board().tickets[ticket].reckoned)
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        told = hub.board().tickets[ticket].told
        assert told is not None
        assert 5 <= told.low <= told.high


async def test_a_second_look_at_the_same_queue_writes_nothing_and_a_restart_forgets_no_promise():
    journal = MemoryJournal()
    async with running(journal) as hub:
        ticket = await two_residents(hub)
        await Forecaster(hub).look()
        seq, told = hub.board().seq, hub.board().tickets[ticket].told
        await Forecaster(hub).look()
        assert hub.board().seq == seq
    async with running(journal) as again:
        assert again.board().tickets[ticket].told == told
