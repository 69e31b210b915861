"""The only mutable thing: takes commands in order, makes what follows durable, and only then lets it be seen.

One batch, one append: everything that arrives while the disk works is the next batch (group commit). A batch is
decided on a tentative board; the committed one is all that views, replies and doorbells ever show. On a Conflict
somebody else wrote first: the hub folds the news and decides again, which is safe because deciding is pure.
"""

import asyncio
import hashlib
import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Protocol

import msgspec

from server.core.board import Board
from server.core.city import City
from server.core.commands import (
    Actor,
    AnyCommand,
    KioskActor,
    KioskLost,
    Refusal,
    Restarted,
    ServerActor,
    StaffActor,
    StaffLost,
    Tick,
)
from server.core.decide import decide
from server.core.due import next_deadline
from server.core.events import Event
from server.core.evolve import evolve
from server.core.journal import Answer, Conflict, Entry, Journal, NotStored, Now, Snapshot
from server.protocol.messages import Command, Reply
from server.protocol.values import CommandId, RefusalCode

log = logging.getLogger(__name__)

BATCH = 256
"""Commands in one transaction: more would only keep the loop from its sockets."""

TRIES = 50
"""How often a batch is decided again before the store counts as refusing."""

REMEMBERED = 24 * 3600.0
"""Seconds an answer stays in memory; the journal may know it longer."""

RETRY_STORE = 1.0
"""Seconds before the hub tries again by itself after the store refused."""

_to_event: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)
_to_board = msgspec.json.Decoder(Board)


class Clock(Protocol):
    """Where time comes from; tests turn it by hand."""

    def monotonic(self) -> float:
        """Return seconds that only grow while this process lives."""
        ...

    def wall(self) -> float:
        """Return seconds since 1970, UTC."""
        ...

    async def wait_until(self, monotonic: float) -> None:
        """Return once `monotonic()` has reached this."""
        ...


class SystemClock:
    """The machine's own clocks."""

    def monotonic(self) -> float:
        """Return seconds that only grow while this process lives."""
        return time.monotonic()

    def wall(self) -> float:
        """Return seconds since 1970, UTC."""
        return time.time()

    async def wait_until(self, monotonic: float) -> None:
        """Return once `monotonic()` has reached this."""
        await asyncio.sleep(max(0.0, monotonic - time.monotonic()))


class _Job:
    """One command on its way, and who waits for its answer."""

    def __init__(self, actor: Actor, command: AnyCommand, done: asyncio.Future[Reply] | None) -> None:
        self.actor = actor
        self.command = command
        self.done = done
        if isinstance(command, Command):
            self.key = (actor_name(actor), CommandId(command.id))
            self.digest = hashlib.sha256(msgspec.json.encode(command)).digest()
        else:
            self.key = None
            self.digest = b""

    def reply(self, refused: RefusalCode | None, retry_after: float | None = None) -> None:
        """Tell whoever still waits."""
        if self.done is not None and not self.done.done():
            name = self.key[1] if self.key else "internal"
            self.done.set_result(Reply(id=name, refused=refused, retry_after=retry_after))


class _Made:
    """What a batch came to, before it is durable."""

    def __init__(self, board: Board) -> None:
        self.board = board
        self.entries: list[Entry] = []
        self.answers: list[Answer] = []
        self.replies: list[tuple[_Job, RefusalCode | None, float | None]] = []
        self.lines: list[tuple[str, str, str, str]] = []

    def add(self, event: Event, now: Now) -> None:
        """Fold one event in."""
        before, self.board = self.board, evolve(self.board, event)
        self.entries.append(Entry(self.board.seq, now, msgspec.json.encode(event)))
        self.lines += _transition(before, self.board, event)


class Hub:
    """Decides in order, appends once per batch, and only then lets anything out."""

    def __init__(self, city: City, journal: Journal, clock: Clock, *, snapshot_every: int = 500) -> None:
        self._city = city
        self._journal = journal
        self._clock = clock
        self._snapshot_every = snapshot_every
        self._board = Board()
        self._snapshot_seq = 0
        self._elapsed_at_start = 0.0
        self._started = clock.monotonic()
        self._jobs: deque[_Job] = deque()
        self._wake = asyncio.Event()
        self._kept: list[_Job] = []  # what the store refused and nobody else will repeat
        self._not_before = float("-inf")  # after that: nothing of our own accord before this monotonic time
        self._answers: dict[tuple[str, CommandId], Answer] = {}
        self._watchers: dict[int, Callable[[int], None]] = {}
        self._next_watcher = 0

    @property
    def city(self) -> City:
        """The configuration decisions rest on now."""
        return self._city

    def board(self) -> Board:
        """Return the committed board."""
        return self._board

    def now(self) -> Now:
        """Return the time as data: elapsed since the city's first start, and the wall clock."""
        passed = self._clock.monotonic() - self._started
        return Now(elapsed=self._elapsed_at_start + max(0.0, passed), wall=self._clock.wall())

    def watch(self, callback: Callable[[int], None]) -> Callable[[], None]:
        """Ring `callback(seq)` after each commit, and after each change of the city; return how to stop that."""
        key, self._next_watcher = self._next_watcher, self._next_watcher + 1
        self._watchers[key] = callback

        def stop() -> None:
            self._watchers.pop(key, None)

        return stop

    async def entries(self, seq: int, limit: int) -> Sequence[tuple[Entry, Event]]:
        """Return committed entries after `seq` for those who count, at most `limit`; empty at the end."""
        found = await self._journal.since(self._city.id, seq, limit)
        return [(entry, _to_event.decode(entry.body)) for entry in found]

    async def start(self) -> None:
        """Rebuild the board from snapshot and journal; from here on nobody is known to be connected."""
        snapshot = await self._journal.latest_snapshot(self._city.id)
        if snapshot is not None:
            try:
                self._board = _to_board.decode(snapshot.board)
            except msgspec.DecodeError:  # written by a later version: the journal itself is the truth
                log.warning("snapshot at seq %d is not readable, replaying from the start", snapshot.seq)
            self._snapshot_seq = self._board.seq
        await self._catch_up()
        self._elapsed_at_start = self._board.elapsed
        self._started = self._clock.monotonic()
        await self._carry_out([_Job(ServerActor(), Restarted(), None)])
        log.info(
            "city %s at seq %d, %d live tickets", self._city.id, self._board.seq, len(self._board.tickets)
        )

    async def run(self) -> None:
        """Carry out commands and fire timers for ever."""
        while True:
            due = await self._until_due()
            batch, self._kept = self._kept, []
            batch += [self._jobs.popleft() for _ in range(min(BATCH, len(self._jobs)))]
            await self._carry_out(batch or [_Job(ServerActor(), Tick(), None)], due)
            await asyncio.sleep(0)  # sockets first, even when batch follows batch

    async def submit(self, actor: Actor, command: AnyCommand) -> Reply:
        """Return the answer once it is durable; a command that was answered before gets that answer."""
        done: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._jobs.append(_Job(actor, command, done))
        self._wake.set()
        return await done

    async def change_city(self, city: City) -> None:
        """Decide and show by another configuration from now on."""
        if city.id != self._city.id:
            raise ValueError("a hub keeps its municipality")
        self._city = city
        self._ring()
        await self.submit(ServerActor(), Tick())

    # ------------------------------------------------------------ waiting

    async def _until_due(self) -> float:
        """Return when there is something to do: a command, or a deadline that has come (then its elapsed time)."""
        while not self._jobs:
            self._wake.clear()
            due = self.now().elapsed if self._kept else next_deadline(self._board, self._city, self.now())
            if due is None:
                await self._wake.wait()
                continue
            moment = max(self._started + due - self._elapsed_at_start, self._not_before)
            if self._clock.monotonic() >= moment:
                return due
            alarm = asyncio.ensure_future(self._clock.wait_until(moment))
            news = asyncio.ensure_future(self._wake.wait())
            try:
                await asyncio.wait((alarm, news), return_when=asyncio.FIRST_COMPLETED)
            finally:
                alarm.cancel()
                news.cancel()
        return 0.0

    # ------------------------------------------------------------ deciding

    async def _carry_out(self, batch: Sequence[_Job], at_least: float = 0.0) -> None:
        """Decide a batch, append it, show it, answer it; on a Conflict look again and redo what is left."""
        jobs = list(batch)
        for _ in range(TRIES):
            now = self.now()
            if now.elapsed < at_least:  # a deadline that has come is due, whatever rounding says
                now = Now(elapsed=at_least, wall=now.wall)
            made = self._decide(jobs, now)
            try:
                if made.entries or made.answers:
                    await self._journal.append(self._city.id, self._board.seq, made.entries, made.answers)
            except Conflict:
                await self._catch_up()
                jobs = await self._without_answered(jobs)
                if jobs:
                    continue
                return
            except NotStored:
                break
            await self._commit(made)
            return
        self._drop(jobs)

    async def _commit(self, made: "_Made") -> None:
        """It is durable: now, and only now, show it and answer."""
        self._board = made.board
        self._remember(made.answers)
        for line in made.lines:
            log.info(*line)
        for job, refused, retry_after in made.replies:
            job.reply(refused, retry_after)
        if made.entries:
            self._ring()
            await self._snapshot_if_due()

    def _decide(self, jobs: Sequence[_Job], now: Now) -> "_Made":
        """Decide each job on the board the former one left; nothing of this is visible yet."""
        made = _Made(self._board)
        fresh: dict[tuple[str, CommandId], Answer] = {}
        for job in jobs:
            known = None if job.key is None else fresh.get(job.key) or self._answers.get(job.key)
            if known is not None:
                made.replies.append((job, _repeated(known, job), None))
                continue
            refused: RefusalCode | None = None
            retry_after: float | None = None
            decided = decide(made.board, self._city, job.actor, job.command, now)
            if isinstance(decided, Refusal):
                refused, retry_after = decided.code, decided.retry_after
            else:
                for event in decided:
                    made.add(event, now)
            if job.key is not None:
                fresh[job.key] = Answer(*job.key, job.digest, refused, now.elapsed)
            made.replies.append((job, refused, retry_after))
        made.answers = list(fresh.values())
        return made

    async def _without_answered(self, jobs: Sequence[_Job]) -> list[_Job]:
        """After a Conflict: answer what another hub, or this one before a restart, has answered already."""
        left: list[_Job] = []
        for job in jobs:
            known = None if job.key is None else await self._journal.answer(self._city.id, *job.key)
            if known is None:
                left.append(job)
            else:
                job.reply(_repeated(known, job))
        return left

    def _drop(self, jobs: Sequence[_Job]) -> None:
        """The store refused: nothing happened. A lost socket stays lost, though, and nobody else will say so again."""
        log.error("the journal refused %d commands; nothing of them happened", len(jobs))
        self._not_before = self._clock.monotonic() + RETRY_STORE
        for job in jobs:
            job.reply("store", RETRY_STORE)
        lasting = KioskLost | StaffLost | Restarted
        self._kept = [_Job(job.actor, job.command, None) for job in jobs if isinstance(job.command, lasting)]

    # ------------------------------------------------------------ what is written

    async def _catch_up(self) -> None:
        """Fold what is written and not yet seen."""
        seen = self._board.seq
        for entry in await self._journal.since(self._city.id, seen):
            if entry.seq != self._board.seq + 1:
                raise RuntimeError(f"the journal has a gap: {entry.seq} after {self._board.seq}")
            before, event = self._board, _to_event.decode(entry.body)
            self._board = evolve(before, event)
        if self._board.seq > seen:
            self._ring()

    def _remember(self, answers: Sequence[Answer]) -> None:
        for answer in answers:
            self._answers[answer.actor, answer.command] = answer
        oldest = self.now().elapsed - REMEMBERED
        while self._answers:
            first = next(iter(self._answers))
            if self._answers[first].elapsed >= oldest:
                return
            del self._answers[first]

    def _ring(self) -> None:
        for callback in tuple(self._watchers.values()):
            callback(self._board.seq)

    async def _snapshot_if_due(self) -> None:
        if self._board.seq - self._snapshot_seq < self._snapshot_every:
            return
        snapshot = Snapshot(seq=self._board.seq, board=msgspec.json.encode(self._board))
        self._snapshot_seq = self._board.seq
        try:
            await self._journal.save_snapshot(self._city.id, snapshot)
        except NotStored:  # a start will replay a little more
            log.warning("no snapshot at seq %d: the store refused", snapshot.seq)


def actor_name(actor: Actor) -> str:
    """Return under which name an actor's answers are kept."""
    match actor:
        case KioskActor():
            return f"kiosk:{actor.id}"
        case StaffActor():
            return f"staff:{actor.id}"
        case ServerActor():
            return "server"


def _repeated(known: Answer, job: _Job) -> RefusalCode | None:
    return known.refused if known.digest == job.digest else "different_body"


def _transition(before: Board, after: Board, event: Event) -> list[tuple[str, str, str, str]]:
    """Return the log line of a ticket that changed its kind of state: ids and states, nothing else."""
    id = getattr(event, "ticket", None)
    was = before.tickets.get(id) if id is not None else None
    if id is None or was is None:
        return []
    became = after.tickets.get(id) or after.ended[id]
    old, new = type(was.state).__name__, type(became.state).__name__
    return [] if old == new else [("ticket %s: %s -> %s", id, old, new)]
