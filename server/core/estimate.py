"""How long everybody is likely to wait: the queue as it stands, played on a few dozen times in numbers.

Played are the order of `fairness.py`, who may answer whom (`skills.py`) and from when, what running conversations
have lasted already, and appointments that are due. How long a visit takes is drawn from what the last visits of the
same purpose took; below `ENOUGH` of them from the checklist's own estimate, from the lane's other visits, or from
`minutes_per_visit`. Whoever waits in the last class lets those pass who come later, as many as came lately, until
they have waited long enough to stand one class higher. While residents stand behind it, a business ticket has no more
clerks than its lane's share. Not played: who gives up.

Nothing is left to chance: every ticket has its own fixed row of luck (common random numbers), in which each length
of a visit comes up once. So two looks at the same queue say the same, and a change is a change of the queue.
"""

from bisect import bisect_right
from collections.abc import Sequence
from heapq import heapify, heapreplace
from math import ceil, inf, log

from msgspec.structs import replace

from server.core import duty, fairness, skills
from server.core.board import Board, Seat, ended_lately
from server.core.city import City, Lane, Person
from server.core.commands import WaitsReckoned
from server.core.journal import Now
from server.core.matching import lane_of
from server.core.states import (
    AT_COUNTER,
    BUSINESS,
    NORMAL,
    Abandoned,
    Absent,
    Called,
    Cancelled,
    Connecting,
    Created,
    Done,
    Expired,
    Held,
    NoShow,
    Offered,
    Postponed,
    Serving,
    Ticket,
    Waiting,
    Wrapup,
    bound_by,
    wishes,
)
from server.protocol.values import LaneId, TicketId

SCENARIOS = 40
"""How often the queue is played; 40 give the 80th percentile to about a twentieth."""

ENOUGH = 20
"""Visits from which a purpose speaks for itself."""

ANSWERED_IN = 8.0
"""Seconds from a ring to voice."""

NOTING = 90.0
"""Seconds a clerk usually notes a result."""

SPREAD = 1.3
"""Shape (Weibull) of visits nobody has measured: most near the middle, few that take very long."""

LATELY = 1800.0
"""Seconds of arrivals from which those to come are foreseen."""

_MASK = (1 << 64) - 1
_ROWS = 257  # prime, so that neighbours in a queue never share their luck

Lengths = tuple[float, ...]
"""Seconds a visit takes, one for each scenario, ascending."""

_Wish = tuple[LaneId, tuple[str, ...]]
_Starts = list[float]


def _mixed(x: int) -> int:
    """Return 64 well mixed bits (splitmix64)."""
    x = (x + 0x9E3779B97F4A7C15) & _MASK
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & _MASK
    return x ^ (x >> 31)


_LUCK = tuple(
    tuple(sorted(range(SCENARIOS), key=lambda column, row=row: _mixed(row * SCENARIOS + column)))
    for row in range(_ROWS)
)
_QUANTILES = tuple((column + 0.5) / SCENARIOS for column in range(SCENARIOS))
_WEIBULL = tuple((-log(1.0 - part)) ** (1.0 / SPREAD) for part in _QUANTILES)
_UNKNOWN = tuple(value * SCENARIOS / sum(_WEIBULL) for value in _WEIBULL)


def reckon(board: Board, city: City, now: Now) -> WaitsReckoned:
    """Return how long each ticket still waits, and how long somebody would who came to a lane now."""
    return _Play(board, duty.today(board, city, now), now.elapsed).result()


def lengths(seen: Sequence[float], others: Sequence[float], minutes: int | None, usual: float) -> Lengths:
    """Return how long a visit takes: by its purpose, its checklist, its lane's other visits, or the configuration."""
    if len(seen) < ENOUGH and minutes is not None:
        return tuple(60.0 * minutes * part for part in _UNKNOWN)
    measured = sorted(seen if len(seen) >= ENOUGH else others)
    if len(measured) < ENOUGH:
        return tuple(60.0 * usual * part for part in _UNKNOWN)
    return tuple(measured[int(part * len(measured))] for part in _QUANTILES)


def rest(whole: Lengths, spent: float) -> Lengths:
    """Return how much longer a visit takes that has taken so long already: of those that took longer, what is left.

    One that takes longer than all of them may well take as long again as half a usual one.
    """
    longer = whole[bisect_right(whole, spent) :]
    if not longer:
        return tuple(part / 2 for part in whole)
    return tuple(longer[int(part * len(longer))] - spent for part in _QUANTILES)


def usual(board: Board, lane: Lane) -> float:
    """Return the seconds a visit of this lane takes on average, as the queue is played."""
    seen = [one for purpose in lane.purposes for one in board.durations.get(purpose, ())]
    return sum(lengths((), seen, None, lane.minutes_per_visit)) / SCENARIOS


class _Play:
    """One look at a board; made for one reckoning and thrown away."""

    def __init__(self, board: Board, city: City, now: float) -> None:
        self.board, self.city, self.now = board, city, now
        self.lanes = {lane.id: lane for lane in city.lanes}
        self.known: dict[tuple[str, LaneId, int | None], Lengths] = {}
        waiting = (
            self._as_it_will_be(one) for one in board.tickets.values() if isinstance(one.state, Waiting)
        )
        self.waiting = fairness.in_order(waiting, city)
        self.wished: dict[_Wish, int] = {(lane.id, ()): n for n, lane in enumerate(city.lanes)}
        for lane in city.lanes if city.desks else ():
            self.wished.setdefault((lane.id, (AT_COUNTER,)), len(self.wished))
        for ticket in self.waiting:
            self.wished.setdefault((ticket.lane, wishes(ticket)), len(self.wished))
        # Clerks who may answer the same are the same to a queue: one heap of "free from" per kind and scenario.
        self.kinds: dict[tuple[float, ...], list[_Starts]] = {}
        self.clerks = dict.fromkeys(self.lanes, 0)
        self._man()
        self.promised = sorted(
            (one.due - now, one.near_at - now, one.lane)
            for one in board.appointments
            if one.ticket is None and not one.lapsed and one.lane in self.lanes
        )
        self.kept = [0] * SCENARIOS  # appointments that have had their clerk, per scenario
        self.often = self._came_lately()
        self.residents = sum(not self._business(one) for one in self.waiting)  # who have no clerk yet
        self.visits = self._businesses()  # until when businesses have clerks, per scenario
        self.came = [0] * SCENARIOS  # how many of those to come have had their clerk, per scenario

    def result(self) -> WaitsReckoned:
        """Place everybody in order, and look from each lane's own place in it."""
        allowed = fairness.limits(self.city)
        newcomers = sorted(
            (BUSINESS if lane.kind == "business" else NORMAL, lane.id) for lane in self.city.lanes
        )
        lanes: dict[LaneId, tuple[float, float] | None] = {}
        hall: dict[LaneId, tuple[float, float] | None] = {}
        tickets: dict[TicketId, tuple[float, float] | None] = {}

        def come(lane: LaneId) -> None:
            lanes[lane] = self._newcomer(lane, ())
            if self.city.desks:
                hall[lane] = self._newcomer(lane, (AT_COUNTER,))

        for ticket in self.waiting:
            while newcomers and (True, newcomers[0][0], self.now, inf) < fairness.place(ticket, allowed):
                come(newcomers.pop(0)[1])
            tickets[ticket.id] = _spread(self._place(ticket))
        for level, id in newcomers:
            if level == BUSINESS:
                self._let_pass(self.wished[id, ()], self.lanes[id].max_wait)
            come(id)
        return WaitsReckoned(lanes=lanes, hall=hall, tickets=tickets, clerks=self.clerks)

    def _as_it_will_be(self, ticket: Ticket) -> Ticket:
        """Return a ticket in the class it will stand in by the time it is likely to be called."""
        usual = self.board.waits.get(ticket.lane)
        soon = self.now if usual is None else self.now + usual.p50
        if ticket.level <= NORMAL or ticket.ages_at is None or ticket.ages_at > soon:
            return ticket
        return replace(ticket, level=ticket.level - 1)

    # ------------------------------------------------------------ who works

    def _man(self) -> None:
        """Sort who works by what they may answer, with the times from which they are free."""
        same: dict[tuple[object, ...], tuple[float, ...]] = {}
        wished = [(self._lane(lane), wants) for lane, wants in self.wished]
        free: dict[tuple[float, ...], list[Lengths]] = {}
        for seat in self.board.seats.values():
            person = self.city.staff.get(seat.id)
            if not seat.present or seat.chosen != "ready" or person is None:
                continue
            who = (person.enabled, person.roles, person.department, person.skills, person.lanes, person.desk)
            kind = same.get(who)
            if kind is None:
                kind = same[who] = self._kind(person, wished)
            free.setdefault(kind, []).append(self._free_from(seat))
        for kind, seats in free.items():
            for n, lane in enumerate(self.lanes):
                self.clerks[lane] += len(seats) if kind[n] < inf else 0
            self.kinds[kind] = [[seat[column] for seat in seats] for column in range(SCENARIOS)]
            for heap in self.kinds[kind]:
                heapify(heap)

    def _kind(self, person: Person, wished: Sequence[tuple[Lane, tuple[str, ...]]]) -> tuple[float, ...]:
        return tuple(skills.answers_after(person, lane, wants) for lane, wants in wished)

    def _free_from(self, seat: Seat) -> Lengths:
        """Return in how many seconds this clerk can answer the next, for each scenario."""
        ticket = None if seat.ticket is None else self.board.tickets[seat.ticket]
        if ticket is None:
            return (0.0,) * SCENARIOS
        whole = self._lengths(ticket)
        match ticket.state:
            case Offered(staff=first) if seat.id != first:
                left = (ANSWERED_IN,) * SCENARIOS  # a further bell: whoever answers first frees this clerk
            case Offered() | Called() | Connecting():
                left = tuple(ANSWERED_IN + length for length in whole)
            case Serving() | Held():
                left = rest(whole, self.now - ticket.state.since)
            case Wrapup():
                left = (max(NOTING / 3, NOTING - (self.now - ticket.changed)),) * SCENARIOS
            case (
                Created() | Waiting() | Absent() | Done() | NoShow()
                | Abandoned() | Cancelled() | Expired() | Postponed()
            ):  # fmt: skip
                left = (0.0,) * SCENARIOS
        return tuple(left[column] for column in _LUCK[ticket.rank % _ROWS])

    # ------------------------------------------------------------ who waits

    def _place(self, ticket: Ticket) -> _Starts:
        """Return when this ticket rings in each scenario, and bind the clerk for its visit."""
        length = self._lengths(ticket)
        luck = _LUCK[ticket.rank % _ROWS]
        takes = [ANSWERED_IN + length[column] for column in luck]
        wish = self.wished[ticket.lane, wishes(ticket)]
        if ticket.level >= BUSINESS:
            self._let_pass(wish, inf if ticket.ages_at is None else ticket.ages_at - self.now)
        if not self._business(ticket):
            self.residents -= 1
            return self._bind(wish, ticket.standing - self.now, takes)
        starts = self._bind(wish, ticket.standing - self.now, takes, self._most(ticket))
        for visits, start, one in zip(self.visits, starts, takes, strict=False):
            visits.append(start + one)
        return starts

    def _business(self, ticket: Ticket) -> bool:
        return self._lane(ticket.lane).kind == "business"

    def _businesses(self) -> list[_Starts]:
        """Return when the businesses that are being answered now are done, per scenario."""
        running = [
            self._free_from(self.board.seats[bound[0]])
            for one in self.board.tickets.values()
            if self._business(one) and (bound := bound_by(one))
        ]
        return [[one[column] for one in running] for column in range(SCENARIOS)]

    def _most(self, ticket: Ticket) -> int | None:
        """Return how many clerks businesses may have when this one begins (`Floor.capped`); None = any number."""
        lane = self._lane(ticket.lane)
        if self.residents == 0 or lane.share == 1.0 or fairness.reached(ticket, self.city):
            return None
        return max(1, ceil(lane.share * self.clerks.get(lane.id, 0)))

    def _newcomer(self, lane: LaneId, wants: tuple[str, ...]) -> tuple[float, float] | None:
        """Return how long somebody waits who comes now; None = not at all, or nobody works there."""
        spread = _spread(self._look(self.wished[lane, wants]))
        return None if spread is None or spread[1] <= ANSWERED_IN else spread

    def _able(self, wish: int, stands: float) -> list[tuple[float, list[_Starts]]]:
        """Return who may answer this, each kind with the seconds until it may."""
        first = min((kind[wish] for kind in self.kinds), default=inf)
        return [
            (0.0 if kind[wish] <= first else max(0.0, stands + kind[wish]), heaps)
            for kind, heaps in self.kinds.items()
            if kind[wish] < inf
        ]

    def _look(self, wish: int) -> _Starts:
        able = self._able(wish, 0.0)
        if not able:
            return []
        return [min(max(opens, heaps[n][0]) for opens, heaps in able) for n in range(SCENARIOS)]

    def _bind(self, wish: int, stands: float, takes: Sequence[float], most: int | None = None) -> _Starts:
        """Give each scenario's soonest clerk to a visit; with `most`, only once fewer businesses than that have one."""
        able = self._able(wish, stands)
        if not able:
            return []
        if most is None and len(able) == 1 and not self.promised and able[0][0] == 0.0:
            return [heapreplace(heap, heap[0] + one) for heap, one in zip(able[0][1], takes, strict=True)]
        out: _Starts = []
        for n in range(SCENARIOS):
            start, heap = _soonest(able, n)
            while self._appointed_before(start, n):
                start, heap = _soonest(able, n)
            busy = sorted(end for end in self.visits[n] if end > start) if most is not None else []
            if most is not None and len(busy) >= most:
                start = _follow(able, n, busy[-most], takes[n])
            else:
                heapreplace(heap, start + takes[n])
            out.append(start)
        return out

    def _appointed_before(self, start: float, scenario: int) -> bool:
        """Give the next appointment its clerk if this start would run into it; say whether it did."""
        if self.kept[scenario] >= len(self.promised):
            return False
        due, near, lane = self.promised[self.kept[scenario]]
        if start < near:
            return False
        self.kept[scenario] += 1
        able = self._able(self.wished[lane, ()], 0.0)
        if able:
            free, heap = _soonest(able, scenario)
            heapreplace(heap, max(due, free) + 60.0 * self._lane(lane).minutes_per_visit)
        return True

    def _came_lately(self) -> list[Ticket]:
        """Return who came lately in the classes that go before the last one: as many more are to come, as far apart."""
        since = self.now - LATELY
        over = ended_lately(self.board, since)  # whoever ended before that came before it
        return [
            one
            for one in (*over, *self.board.tickets.values())
            if one.arrived > since and one.level < BUSINESS and one.lane in self.lanes
        ]

    def _let_pass(self, wish: int, until: float) -> None:
        """Bind clerks for those who come, in the next `until` seconds, before this wish has its turn."""
        able = self._able(wish, 0.0)
        if not self.often or not able:
            return
        apart = min(LATELY, max(self.now, 60.0)) / len(self.often)
        for n in range(SCENARIOS):
            while True:
                number = self.came[n]
                like, luck = self.often[number % len(self.often)], _LUCK[(7 * number + 1) % _ROWS][n]
                comes = apart * (number + luck / SCENARIOS)
                if comes > until or comes > _soonest(able, n)[0] or number >= len(self.often):
                    break
                self.came[n] += 1
                theirs = self._able(self.wished[like.lane, ()], 0.0)
                if theirs:
                    start, heap = _soonest(theirs, n)
                    heapreplace(heap, max(comes, start) + ANSWERED_IN + self._lengths(like)[luck])

    # ------------------------------------------------------------ how long visits take

    def _lengths(self, ticket: Ticket) -> Lengths:
        key = (ticket.purpose, ticket.lane, ticket.minutes)
        found = self.known.get(key)
        if found is None:
            lane, seen = self._lane(ticket.lane), self.board.durations
            others = [one for purpose in lane.purposes for one in seen.get(purpose, ())]
            found = lengths(seen.get(ticket.purpose, ()), others, ticket.minutes, lane.minutes_per_visit)
            self.known[key] = found
        return found

    def _lane(self, id: LaneId) -> Lane:
        return self.lanes.get(id) or lane_of(self.city, id)


def _soonest(able: Sequence[tuple[float, list[_Starts]]], scenario: int) -> tuple[float, _Starts]:
    """Return when the first of these kinds is free and may answer, and its heap."""
    best, chosen = inf, able[0][1][scenario]
    for opens, heaps in able:
        heap = heaps[scenario]
        start = max(opens, heap[0])
        if start < best:
            best, chosen = start, heap
    return best, chosen


def _follow(able: Sequence[tuple[float, list[_Starts]]], scenario: int, end: float, takes: float) -> float:
    """Give a visit the clerk whose business visit is over at `end`, or whoever is free after that; return its start."""
    for opens, heaps in able:
        heap = heaps[scenario]
        if end in heap and opens <= end:
            heap[heap.index(end)] = end + takes
            heapify(heap)
            return end
    start, heap = _soonest(able, scenario)
    start = max(start, end)
    heapreplace(heap, start + takes)
    return start


def _spread(starts: _Starts) -> tuple[float, float] | None:
    """Return the seconds until voice that half and four fifths of the scenarios keep; None without a clerk."""
    if not starts:
        return None
    ordered = sorted(starts)
    half, most = (ordered[ceil(part * SCENARIOS) - 1] for part in (0.5, 0.8))
    return round(half + ANSWERED_IN, 1), round(most + ANSWERED_IN, 1)
