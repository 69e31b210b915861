"""One day of a city, event by event, through the very decisions that run the counter.

People arrive, clerks answer at once and talk as long as the visit takes; nobody is late but whom the seed makes late.
Kiosks are as many as needed (a queue at the kiosk itself is another question). The clock is a number in a heap.
"""

from collections import Counter
from collections.abc import Sequence
from heapq import heappop, heappush
from itertools import count
from random import Random

import msgspec

from server.core.board import Board
from server.core.city import City, Device
from server.core.commands import (
    Actor,
    AnyCommand,
    KioskActor,
    KioskConnected,
    Refusal,
    ServerActor,
    StaffActor,
    StaffConnected,
    Tick,
)
from server.core.decide import decide
from server.core.due import next_deadline
from server.core.estimate import reckon
from server.core.events import Event, TicketEvent, Told, WaitsTold
from server.core.evolve import fold
from server.core.journal import Now
from server.core.states import Connecting, Offered, Serving, Ticket, Wrapup, staff_of
from server.protocol import messages as m
from server.protocol.values import Health, Key, KioskId, LaneId, SiteId, StaffId, TicketId

HEALTH = Health(version="simulated")

RECKON_EVERY = 3.0
"""Seconds between two looks at how long everybody waits, as in the running server."""


class Arrival(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody comes: when (seconds), for what, and how long their visit takes."""

    at: float
    purpose: Key
    seconds: float
    urgent: bool = False


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """How it went: `waited` until somebody answered; None when nobody ever did."""

    purpose: Key
    lane: LaneId
    arrived: float
    waited: float | None
    overtaken: int
    staff: StaffId | None
    told: Told | None = None  # the first wait that was reckoned for them
    told_after: float = 0.0  # seconds from their arrival to that
    explained: int = 0  # how often it came to be later, with its reason


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """A whole day."""

    visits: tuple[Visit, ...]
    turned_away: int  # refused before a number was given
    busy: float  # the share of the clerks' time that was spent with residents
    events: int


def random_day(
    rate_per_hour: float, hours: float, shares: Sequence[tuple[Key, float, float]], seed: int
) -> list[Arrival]:
    """Return arrivals as they come by chance: `shares` are (purpose, weight, mean minutes), visits exponential."""
    random, at, out = Random(seed), 0.0, list[Arrival]()
    weights = [weight for _, weight, _ in shares]
    while (at := at + random.expovariate(rate_per_hour / 3600.0)) < hours * 3600.0:
        purpose, _, minutes = random.choices(shares, weights)[0]
        out.append(Arrival(at=at, purpose=purpose, seconds=random.expovariate(1.0 / (60.0 * minutes))))
    return out


def play(
    city: City, arrivals: Sequence[Arrival], wall: float, notes: float = 0.0, *, tell: bool = False
) -> Outcome:
    """Return what becomes of these people with this city's lanes and staff; `notes` are the seconds of a wrap-up.

    `tell`: waits are reckoned and told as the running server does, to be compared with what came.
    """
    return _Day(city, wall, notes, tell).run(arrivals)


class _Day:
    def __init__(self, city: City, wall: float, notes: float, tell: bool) -> None:
        self.city = city
        self.board = Board()
        self.wall = wall
        self.now = 0.0
        self.notes = notes
        self.ids = count(1)
        self.order = count()
        self.due: list[tuple[float, int, Arrival | tuple[Actor, AnyCommand]]] = []
        self.free: list[KioskId] = []
        self.lengths: dict[TicketId, float] = {}
        self.answered: dict[TicketId, tuple[float, StaffId]] = {}
        self.seen: dict[TicketId, Ticket] = {}
        self.turned_away = 0
        self.busy = 0.0
        self.tell = tell
        self.told_at = -RECKON_EVERY
        self.told: dict[TicketId, tuple[float, Told]] = {}
        self.explained: Counter[TicketId] = Counter()

    def run(self, arrivals: Sequence[Arrival]) -> Outcome:
        """Play until nothing is left to happen."""
        for staff in self.city.staff:
            self._do(ServerActor(), StaffConnected(staff, b"simulated"))
            self._do(StaffActor(staff), m.SetReady(id=self._id()))
        for arrival in arrivals:
            self._later(arrival.at, arrival)
        while self.due:
            at, _, what = heappop(self.due)
            self._tick_until(at)
            self.now = at
            if isinstance(what, Arrival):
                self._arrives(what)
            else:
                self._do(*what)
            self._tell()
        end = max(self.now, 1.0)
        visits = tuple(self._visit(ticket) for ticket in self.seen.values())
        share = self.busy / (end * max(1, len(self.city.staff)))
        return Outcome(visits=visits, turned_away=self.turned_away, busy=share, events=self.board.seq)

    def _tick_until(self, at: float) -> None:
        while (due := next_deadline(self.board, self.city, self._time())) is not None and due <= at:
            self.now = max(self.now, due)
            self._do(ServerActor(), Tick())

    def _arrives(self, arrival: Arrival) -> None:
        kiosk = self.free.pop() if self.free else self._another_kiosk()
        wish = m.TakeTicket(id=self._id(), purpose=arrival.purpose)
        if not self._do(KioskActor(kiosk), wish, arrival.seconds):
            self.turned_away += 1
            self.free.append(kiosk)
            return
        if arrival.urgent:
            staff = next(iter(self.city.staff))
            self._do(StaffActor(staff), m.Raise(id=self._id(), ticket=f"t{self.board.issued}"))

    def _another_kiosk(self) -> KioskId:
        kiosk = KioskId(f"sim-{len(self.city.kiosks) + 1}")
        device = Device(id=kiosk, site=SiteId("sim"), name=kiosk, public_key=b"", enrolled="")
        self.city = msgspec.structs.replace(self.city, kiosks={**self.city.kiosks, kiosk: device})
        self._do(ServerActor(), KioskConnected(kiosk, "sim", HEALTH))
        return kiosk

    def _time(self) -> Now:
        return Now(elapsed=self.now, wall=self.wall + self.now)

    def _do(self, actor: Actor, command: AnyCommand, seconds: float = 0.0) -> bool:
        decided = decide(self.board, self.city, actor, command, self._time())
        if isinstance(decided, Refusal):
            return False
        before = self.board.issued
        self.board = fold(self.board, decided)
        if self.board.issued > before:
            self.lengths[TicketId(f"t{self.board.issued}")] = seconds
        self._note(decided)
        for id in dict.fromkeys(event.ticket for event in decided if isinstance(event, TicketEvent)):
            self._goes_on(id)
        return True

    def _tell(self) -> None:
        """Let everybody be told how long it takes, once all that happens at this moment has happened."""
        if (
            not self.tell
            or self.now - self.told_at < RECKON_EVERY
            or (self.due and self.due[0][0] <= self.now)
        ):
            return
        self.told_at = self.now
        self._do(ServerActor(), reckon(self.board, self.city, Now(self.now, self.wall + self.now)))

    def _note(self, events: Sequence[Event]) -> None:
        for event in events:
            if isinstance(event, WaitsTold):
                self.explained.update(event.later.keys())
                for id, told in event.tickets.items():
                    self.told.setdefault(id, (event.at, told))

    def _goes_on(self, id: TicketId) -> None:
        """Let the people around a ticket do what comes next, at its time."""
        ticket = self.board.tickets.get(id) or self.board.ended[id]
        self.seen[id] = ticket
        staff = staff_of(ticket.state)
        wish, number = self._id(), ticket.state.generation
        match ticket.state:
            case Offered():
                self._later(
                    self.now,
                    (StaffActor(ticket.state.staff), m.Accept(id=wish, ticket=id, generation=number)),
                )
            case Connecting():
                self._later(
                    self.now, (KioskActor(ticket.kiosk), m.MediaIsUp(id=wish, ticket=id, generation=number))
                )
            case Serving() if id not in self.answered and staff is not None:
                self.answered[id] = (self.now, staff)
                self.busy += self.lengths[id]
                self._later(
                    self.now + self.lengths[id],
                    (StaffActor(staff), m.EndCall(id=wish, ticket=id, generation=number)),
                )
            case Wrapup() if staff is not None:
                self.free.append(ticket.kiosk)
                finish = m.FinishWrapup(
                    id=wish, ticket=id, generation=number, result=self.city.wrapup_results[0]
                )
                self._later(self.now + self.notes, (StaffActor(staff), finish))
            case _:
                pass  # it waits, or is over: nobody has to do anything

    def _later(self, at: float, what: Arrival | tuple[Actor, AnyCommand]) -> None:
        heappush(self.due, (at, next(self.order), what))

    def _visit(self, ticket: Ticket) -> Visit:
        answered, told = self.answered.get(ticket.id), self.told.get(ticket.id)
        return Visit(
            purpose=ticket.purpose,
            lane=ticket.lane,
            arrived=ticket.arrived,
            waited=None if answered is None else answered[0] - ticket.arrived,
            overtaken=len(ticket.overtaken_by),
            staff=None if answered is None else answered[1],
            told=None if told is None else told[1],
            told_after=0.0 if told is None else told[0] - ticket.arrived,
            explained=self.explained[ticket.id],
        )

    def _id(self) -> str:
        return f"s{next(self.ids)}"
