"""The hub: nothing leaves before it is written, everything is answered once, a restart loses nothing."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

import msgspec
import pytest

from server.core.board import Board
from server.core.commands import (
    KioskActor,
    KioskConnected,
    KioskLost,
    ServerActor,
    StaffActor,
    StaffConnected,
    StaffLost,
)
from server.core.events import Event
from server.core.evolve import fold
from server.core.journal import Answer, Entry, NotStored, Snapshot
from server.core.states import Connecting, Offered, Serving, Waiting, Wrapup
from server.hub import Hub
from server.protocol import messages as m
from server.protocol.values import Health, KioskId, MunicipalityId, StaffId, TicketId
from server.store.memory import MemoryJournal
from tests.server.core.example import IT, KITA, MINAMI, NISHI, SATO, SUZUKI, city
from tests.server.hand_clock import HandClock

HEALTH = Health(version="1.0")
SERVER = ServerActor()
T1 = TicketId("t1")


class WatchedJournal(MemoryJournal):
    """A journal that can be held, refused and counted at its door."""

    def __init__(self) -> None:
        super().__init__()
        self.appends: list[int] = []
        self.refuse = False
        self.door = asyncio.Event()
        self.door.set()
        self.knocked = asyncio.Event()

    async def append(
        self, city: MunicipalityId, expected_seq: int, entries: Sequence[Entry], answers: Sequence[Answer]
    ) -> None:
        """Write, once the door is open."""
        self.knocked.set()
        await self.door.wait()
        if self.refuse:
            raise NotStored
        await super().append(city, expected_seq, entries, answers)
        self.appends.append(len(answers))


@asynccontextmanager
async def running(
    journal: MemoryJournal, clock: HandClock | None = None, **options: int
) -> AsyncIterator[Hub]:
    """Start a hub and let it run."""
    hub = Hub(city(), journal, clock or HandClock(), **options)
    await hub.start()
    task = asyncio.create_task(hub.run(), name="hub")
    try:
        yield hub
    finally:
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def until(hub: Hub, condition: Callable[[], bool]) -> None:
    """Return once it holds, asked again after each commit; bounded."""
    rung = asyncio.Event()
    stop = hub.watch(lambda _seq: rung.set())
    try:
        async with asyncio.timeout(10):
            while not condition():
                rung.clear()
                await rung.wait()
    finally:
        stop()


async def opened(hub: Hub, *staff: StaffId, kiosks: tuple[KioskId, ...] = (KITA,)) -> None:
    """Connect kiosks and clerks; the clerks are ready."""
    for kiosk in kiosks:
        await hub.submit(SERVER, KioskConnected(kiosk, "m", HEALTH))
    for one in staff:
        await hub.submit(SERVER, StaffConnected(one, b"key"))
        await hub.submit(StaffActor(one), m.SetReady(id=f"ready-{one}"))


async def test_a_visit_from_the_button_to_the_result():
    async with running(MemoryJournal()) as hub:
        await opened(hub, SATO)
        kiosk, clerk = KioskActor(KITA), StaffActor(SATO)
        assert (await hub.submit(kiosk, m.TakeTicket(id="a", purpose="talk"))).refused is None
        assert isinstance(hub.board().tickets[T1].state, Offered)
        assert (await hub.submit(clerk, m.Accept(id="b", ticket="t1", generation=1))).refused is None
        assert (await hub.submit(kiosk, m.MediaIsUp(id="c", ticket="t1", generation=1))).refused is None
        assert isinstance(hub.board().tickets[T1].state, Serving)
        assert (await hub.submit(clerk, m.EndCall(id="d", ticket="t1", generation=1))).refused is None
        finish = m.FinishWrapup(id="e", ticket="t1", generation=1, result="completed")
        assert (await hub.submit(clerk, finish)).refused is None
        assert T1 in hub.board().ended


async def test_nothing_is_seen_or_answered_before_it_is_written():
    journal = WatchedJournal()
    async with running(journal) as hub:
        await opened(hub, SATO)
        before, rung = hub.board(), []
        hub.watch(rung.append)
        journal.door.clear()
        journal.knocked.clear()
        asking = asyncio.create_task(hub.submit(KioskActor(KITA), m.TakeTicket(id="a", purpose="talk")))
        await journal.knocked.wait()
        assert hub.board() is before
        assert not rung
        assert not asking.done()
        journal.door.set()
        assert await asking == m.Reply(id="a")
        assert rung == [hub.board().seq]


async def test_a_restart_rebuilds_the_same_board_and_the_visit_goes_on():
    journal, clock = MemoryJournal(), HandClock()
    async with running(journal, clock) as hub:
        await opened(hub, SATO)
        await hub.submit(KioskActor(KITA), m.TakeTicket(id="a", purpose="talk"))
        await hub.submit(StaffActor(SATO), m.Accept(id="b", ticket="t1", generation=1))
        await hub.submit(KioskActor(KITA), m.MediaIsUp(id="c", ticket="t1", generation=1))
        clock.turn(50.0)
        await hub.submit(StaffActor(SATO), m.Hold(id="d", ticket="t1", generation=1))
        old = hub.board()
    async with running(journal, HandClock(monotonic=3.0)) as hub:
        assert hub.now().elapsed >= old.elapsed
        ticket = hub.board().tickets[T1]
        assert type(ticket.state) is type(old.tickets[T1].state)
        assert not hub.board().posts[KITA].connected
        await hub.submit(SERVER, KioskConnected(KITA, "m", HEALTH, T1, 1))
        await hub.submit(SERVER, StaffConnected(SATO, b"key2"))
        assert (
            await hub.submit(StaffActor(SATO), m.Resume(id="e", ticket="t1", generation=1))
        ).refused is None
        assert isinstance(hub.board().tickets[T1].state, Serving)


async def test_a_snapshot_and_the_rest_of_the_journal_are_the_whole_journal():
    journal = MemoryJournal()
    async with running(journal, snapshot_every=5) as hub:
        await opened(hub, SATO, SUZUKI)
        for number in range(12):
            await hub.submit(StaffActor(SATO), m.Pause(id=f"p{number}", reason="lunch"))
            await hub.submit(StaffActor(SATO), m.SetReady(id=f"r{number}"))
        snapshot = await journal.latest_snapshot(hub.city.id)
        assert snapshot is not None
        assert 0 < hub.board().seq - snapshot.seq < 5
    for spoilt in (False, True):
        if spoilt:
            await journal.save_snapshot(hub.city.id, Snapshot(seq=10_000, board=b'{"seq": "?"}'))
        again = Hub(city(), journal, HandClock())
        await again.start()
        entries = await journal.since(hub.city.id, 0)
        assert again.board() == fold(Board(), [msgspec.json.decode(one.body, type=Event) for one in entries])


async def test_a_command_repeated_is_answered_with_the_first_answer_and_done_once():
    journal = MemoryJournal()
    take = m.TakeTicket(id="a", purpose="talk")
    async with running(journal) as hub:
        await opened(hub, SATO)
        replies = await asyncio.gather(*(hub.submit(KioskActor(KITA), take) for _ in range(5)))
        assert {reply.refused for reply in replies} == {None}
        await hub.submit(KioskActor(KITA), m.CancelTicket(id="b", ticket="t1"))
        assert (await hub.submit(KioskActor(KITA), take)).refused is None
        assert hub.board().issued == 1
    async with running(journal) as hub:  # its memory is empty now: the journal knows
        seq = hub.board().seq
        assert (await hub.submit(KioskActor(KITA), take)).refused is None
        assert (hub.board().issued, hub.board().seq) == (1, seq)


async def test_a_refusal_is_remembered_as_well():
    journal = MemoryJournal()
    take = m.TakeTicket(id="a", purpose="talk")
    async with running(journal) as hub:
        await opened(hub)
        assert (await hub.submit(KioskActor(KITA), take)).refused == "closed"
        await opened(hub, SATO, kiosks=())
        assert (await hub.submit(KioskActor(KITA), take)).refused == "closed"
    async with running(journal) as hub:
        await opened(hub, kiosks=(KITA,))
        await hub.submit(SERVER, StaffConnected(SATO))
        assert (await hub.submit(KioskActor(KITA), take)).refused == "closed"


async def test_another_body_under_the_same_id_is_refused_and_another_sender_may_use_it():
    journal = MemoryJournal()
    async with running(journal) as hub:
        await opened(hub, SATO, kiosks=(KITA, MINAMI))
        await hub.submit(KioskActor(KITA), m.TakeTicket(id="a", purpose="talk"))
        other = m.TakeTicket(id="a", purpose="tennyu")
        assert (await hub.submit(KioskActor(KITA), other)).refused == "different_body"
        assert (await hub.submit(KioskActor(MINAMI), other)).refused is None
    async with running(journal) as hub:
        assert (await hub.submit(KioskActor(KITA), other)).refused == "different_body"


async def test_answers_older_than_a_day_leave_memory_and_are_still_known():
    clock = HandClock()
    async with running(MemoryJournal(), clock) as hub:
        await opened(hub, SATO)
        take = m.TakeTicket(id="a", purpose="talk")
        await hub.submit(KioskActor(KITA), take)
        await hub.submit(KioskActor(KITA), m.CancelTicket(id="b", ticket="t1"))
        clock.turn(25 * 3600.0)
        await hub.submit(StaffActor(SATO), m.SetReady(id="later"))
        assert (await hub.submit(KioskActor(KITA), take)).refused is None
        assert hub.board().issued == 1


async def test_what_the_store_refuses_did_not_happen_and_may_be_asked_again():
    journal = WatchedJournal()
    async with running(journal) as hub:
        await opened(hub, SATO)
        before = hub.board()
        journal.refuse = True
        take = m.TakeTicket(id="a", purpose="talk")
        reply = await hub.submit(KioskActor(KITA), take)
        assert (reply.refused, reply.retry_after) == ("store", 1.0)
        assert hub.board() is before
        journal.refuse = False
        assert (await hub.submit(KioskActor(KITA), take)).refused is None
        assert hub.board().tickets[T1].number == 1


async def test_a_socket_lost_while_the_store_refused_is_not_forgotten():
    journal, clock = WatchedJournal(), HandClock()
    async with running(journal, clock) as hub:
        await opened(hub, SATO)
        journal.refuse = True
        assert (await hub.submit(SERVER, KioskLost(KITA))).refused == "store"
        assert (await hub.submit(SERVER, StaffLost(SATO))).refused == "store"
        journal.refuse = False
        clock.turn(1.0)
        await until(hub, lambda: not hub.board().posts[KITA].connected)
        await until(hub, lambda: not hub.board().seats[SATO].connected)


async def test_what_arrives_while_the_disk_works_is_one_transaction():
    journal = WatchedJournal()
    async with running(journal) as hub:
        await opened(hub, SATO, SUZUKI)
        journal.appends.clear()
        health = [m.ReportHealth(id=f"h{n}", health=Health(version=str(n))) for n in range(200)]
        replies = await asyncio.gather(*(hub.submit(KioskActor(KITA), one) for one in health))
        assert all(reply.refused is None for reply in replies)
        assert sum(journal.appends) == 200
        assert len(journal.appends) <= 3


async def test_of_many_accepts_in_two_hubs_on_one_journal_exactly_one_is_granted():
    journal = MemoryJournal()
    async with running(journal) as one, running(journal) as two:
        await opened(one, kiosks=(KITA,))
        for hub, staff in ((one, SATO), (two, SUZUKI)):
            await hub.submit(SERVER, StaffConnected(staff, b"key"))
        # Nobody is ready yet, so the ticket waits and both may pick it.
        await one.submit(KioskActor(KITA), m.TakeTicket(id="a", purpose="talk"))
        await one.submit(KioskActor(KITA), m.ReportHealth(id="h", health=HEALTH))
        assert isinstance(one.board().tickets[T1].state, Waiting)
        await one.submit(StaffActor(SATO), m.SetReady(id="r"))
        await two.submit(StaffActor(SUZUKI), m.SetReady(id="r"))
        offered = two.board().tickets[T1].state
        assert isinstance(offered, Offered)
        accept = [m.Accept(id=f"x{n}", ticket="t1", generation=offered.generation) for n in range(20)]
        replies = await asyncio.gather(
            *(
                (one if n % 2 else two).submit(StaffActor(SATO if n % 3 else SUZUKI), a)
                for n, a in enumerate(accept)
            )
        )
        await one.submit(StaffActor(SATO), m.SetReady(id="z"))
        await two.submit(StaffActor(SUZUKI), m.SetReady(id="z"))
        assert one.board() == two.board()
        state = one.board().tickets[T1].state
        assert isinstance(state, Connecting)
        granted = {SATO if n % 3 else SUZUKI for n, reply in enumerate(replies) if reply.refused is None}
        assert granted == {state.staff}
        entries = await journal.since(one.city.id, 0)
        accepted = [entry for entry in entries if b'"ticket_accepted"' in entry.body]
        assert len(accepted) == 1


async def test_a_command_sent_to_two_hubs_is_done_once():
    journal = MemoryJournal()
    async with running(journal) as one, running(journal) as two:
        await opened(one, SATO)
        take = m.TakeTicket(id="a", purpose="talk")
        first, second = await asyncio.gather(
            one.submit(KioskActor(KITA), take), two.submit(KioskActor(KITA), take)
        )
        assert (first.refused, second.refused) == (None, None)
        assert two.board().issued == 1


async def test_an_offer_nobody_answers_goes_on_by_itself():
    clock = HandClock()
    async with running(MemoryJournal(), clock) as hub:
        await opened(hub, SATO, SUZUKI)
        await hub.submit(KioskActor(KITA), m.TakeTicket(id="a", purpose="talk"))
        first = hub.board().tickets[T1].state
        assert isinstance(first, Offered)
        clock.turn(20.0)
        await until(hub, lambda: hub.board().tickets[T1].state.generation == 2)
        second = hub.board().tickets[T1].state
        assert isinstance(second, Offered)
        assert second.staff != first.staff
        assert hub.board().seats[first.staff].missed == 1


async def test_a_clerk_who_vanishes_loses_the_ticket_only_when_voice_is_gone_too():
    clock = HandClock()
    async with running(MemoryJournal(), clock) as hub:
        await opened(hub, SATO)
        kiosk = KioskActor(KITA)
        await hub.submit(kiosk, m.TakeTicket(id="a", purpose="talk"))
        await hub.submit(StaffActor(SATO), m.Accept(id="b", ticket="t1", generation=1))
        await hub.submit(kiosk, m.MediaIsUp(id="c", ticket="t1", generation=1))
        await hub.submit(SERVER, StaffLost(SATO))
        clock.turn(120.0)
        await hub.submit(kiosk, m.ReportHealth(id="h", health=Health(version="2")))
        assert isinstance(hub.board().tickets[T1].state, Serving)
        await hub.submit(kiosk, m.ClerkHeard(id="d", ticket="t1", generation=1, alive=False))
        await until(hub, lambda: isinstance(hub.board().tickets[T1].state, Waiting))
        await hub.submit(SERVER, StaffConnected(SATO, b"key"))
        late = m.EndCall(id="e", ticket="t1", generation=1)
        assert (await hub.submit(StaffActor(SATO), late)).refused == "stale"


async def test_a_step_of_the_wall_clock_moves_no_deadline():
    clock = HandClock()
    async with running(MemoryJournal(), clock) as hub:
        await opened(hub, SATO)
        await hub.submit(KioskActor(KITA), m.TakeTicket(id="a", purpose="talk"))
        clock.set_wall(clock.wall() + 10 * 365 * 86400)
        await hub.submit(KioskActor(KITA), m.ReportHealth(id="h", health=Health(version="2")))
        assert isinstance(hub.board().tickets[T1].state, Offered)
        assert (
            await hub.submit(StaffActor(SATO), m.Accept(id="b", ticket="t1", generation=1))
        ).refused is None


async def test_a_change_of_the_city_counts_at_once():
    async with running(MemoryJournal()) as hub:
        await opened(hub, SATO)
        kiosks = dict(hub.city.kiosks)
        kiosks[KITA] = msgspec.structs.replace(kiosks[KITA], revoked=True)
        rung: list[int] = []
        stop = hub.watch(rung.append)
        await hub.change_city(msgspec.structs.replace(hub.city, kiosks=kiosks))
        assert rung
        reply = await hub.submit(KioskActor(KITA), m.TakeTicket(id="a", purpose="talk"))
        assert reply.refused == "not_now"
        stop()
        stop()
        with pytest.raises(ValueError, match="municipality"):
            await hub.change_city(msgspec.structs.replace(hub.city, id=MunicipalityId("other")))


async def test_the_log_says_what_became_of_a_ticket_with_ids_only(caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.INFO, logger="server.hub")
    async with running(MemoryJournal()) as hub:
        await opened(hub, SATO)
        await hub.submit(KioskActor(KITA), m.TakeTicket(id="a", purpose="talk"))
        await hub.submit(StaffActor(SATO), m.Accept(id="b", ticket="t1", generation=1))
        await hub.submit(KioskActor(KITA), m.HangUp(id="c", ticket="t1", generation=1))
    lines = [record.getMessage() for record in caplog.records if record.getMessage().startswith("ticket")]
    assert lines == [
        "ticket t1: Created -> Waiting",
        "ticket t1: Waiting -> Offered",
        "ticket t1: Offered -> Connecting",
        "ticket t1: Connecting -> Wrapup",
    ]
    assert "職員" not in caplog.text


async def test_wishes_of_strangers_are_refused():
    async with running(MemoryJournal()) as hub:
        await opened(hub, SATO)
        unknown = KioskActor(KioskId("stranger"))
        assert (await hub.submit(unknown, m.TakeTicket(id="a", purpose="talk"))).refused == "unknown"
        assert (await hub.submit(StaffActor(StaffId("x")), m.SetReady(id="a"))).refused == "not_yours"
        assert (await hub.submit(StaffActor(IT), m.SetReady(id="a"))).refused == "not_yours"
        assert (await hub.submit(KioskActor(NISHI), m.SetReady(id="a"))).refused == "not_yours"
        assert (await hub.submit(KioskActor(KITA), KioskLost(MINAMI))).refused == "not_yours"
        assert isinstance(hub.board().seats[SATO].ticket, type(None))


async def test_a_caller_who_gave_up_does_not_stop_the_hub():
    journal = WatchedJournal()
    async with running(journal) as hub:
        await opened(hub, SATO)
        journal.door.clear()
        journal.knocked.clear()
        asking = asyncio.create_task(hub.submit(KioskActor(KITA), m.TakeTicket(id="a", purpose="talk")))
        await journal.knocked.wait()
        asking.cancel()
        journal.door.set()
        await until(hub, lambda: T1 in hub.board().tickets)
        assert (await hub.submit(KioskActor(KITA), m.CancelTicket(id="b", ticket="t1"))).refused is None
        assert not isinstance(hub.board().ended[T1].state, Wrapup)
