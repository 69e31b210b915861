"""Who answers whom: the first in order rings at the clerk who has been idle longest and may answer.

What keeps a free clerk and a waiting ticket apart is either a time on the board (`rings_from`: a ring that opens, a
rest after a refusal or a hand-over, a clerk it is kept for) or ends with an event (an appointment that is near, a business lane's share).
So `next_offer` names exactly the moments at which something rings.
"""

from collections.abc import Mapping
from math import ceil, inf

from server.core import events as e
from server.core import fairness, skills
from server.core import ticket as machine
from server.core.board import Board, Seat
from server.core.city import City, Lane
from server.core.skills import may_answer
from server.core.states import Ticket, Waiting, bound_by, wishes
from server.protocol.values import LaneId, StaffId, TicketId

__all__ = [
    "Floor",
    "answering",
    "is_free",
    "lane_of",
    "may_answer",
    "next_offer",
    "offers",
    "overtaken",
    "present",
    "rests_for",
    "somebody",
]


def lane_of(city: City, lane: LaneId) -> Lane:
    """Return a lane; one that left the configuration is served by everybody until its tickets are done."""
    return next((known for known in city.lanes if known.id == lane), Lane(id=lane, purposes=()))


def is_free(seat: Seat) -> bool:
    """Say whether an offer may ring here."""
    return seat.connected and seat.chosen == "ready" and seat.ticket is None


def present(board: Board, city: City, lane: Lane, wished: tuple[str, ...] = ()) -> list[Seat]:
    """Return the clerks of a lane residents with these wishes may count on."""
    return [
        seat
        for seat in board.seats.values()
        if seat.present and may_answer(city.staff.get(seat.id), lane, inf, wished)
    ]


def somebody(board: Board, city: City, lane: Lane, wished: tuple[str, ...] = ()) -> bool:
    """Say whether residents with these wishes may count on anybody of a lane."""
    return any(
        seat.present and may_answer(city.staff.get(seat.id), lane, inf, wished)
        for seat in board.seats.values()
    )


def answering(board: Board, city: City, lane: Lane, wished: tuple[str, ...] = ()) -> bool:
    """Say whether anybody of a lane answers residents with these wishes: now, or as soon as their call is over."""
    return any(
        seat.chosen == "ready" or seat.ticket is not None for seat in present(board, city, lane, wished)
    )


class Floor:
    """One look at a board: who may be rung for whom. Made for one decision and thrown away."""

    def __init__(self, board: Board, city: City) -> None:
        self.board = board
        self.city = city
        self.free = {seat.id: seat for seat in board.seats.values() if is_free(seat)}
        self.placed: set[TicketId] = set()
        self._resting = _resting(board, self.free)
        self._lanes = {lane.id: lane for lane in city.lanes}
        self._after: dict[tuple[LaneId, tuple[str, ...], StaffId], float] = {}

    def lane(self, id: LaneId) -> Lane:
        """Return a lane (see `lane_of`)."""
        return self._lanes.get(id) or lane_of(self.city, id)

    def released(self, ticket: Ticket, staff: StaffId) -> float:
        """Return the elapsed time from which this free clerk may be rung for this ticket; infinity = never."""
        kept = 0.0
        if ticket.only is not None and ticket.only != staff:
            if ticket.handed is not None:
                return inf  # meant for this one person; if they do not come, it goes back
            keeper = self.board.seats.get(ticket.only)
            if keeper is not None and keeper.connected and keeper.chosen == "ready":
                kept = ticket.only_until
        after = self._answers_after(ticket, staff)
        asked_for = ticket.only == staff and after != inf  # rings are for those nobody asked for by name
        opens = 0.0 if after == 0.0 or asked_for else ticket.standing + after
        rests = 0.0
        if ticket.passed:
            rests = self._rests(ticket, staff)
        called = 0.0 if ticket.callback is None else ticket.callback.again_at
        return max(kept, opens, rests, called, ticket.aside_until or 0.0)

    def rings_from(self, ticket: Ticket, staff: StaffId) -> float:
        """Return the same, and not before they have caught their breath (`machine.BREATH`).

        A breath is theirs: they may pick somebody all the same, and whom that overtakes counts as ever.
        """
        return max(self.released(ticket, staff), self._resting.get(staff, 0.0))

    def held_back(self, ticket: Ticket, staff: StaffId) -> bool:
        """Say whether this clerk is kept for an appointment that is near, rather than for this walk-in.

        Never for whoever waited as long as the lane allows or was overtaken K times: promises to those who came
        without an appointment are promises too.
        """
        near = [one for one in self.board.appointments if one.near]
        if not near or ticket.aged or ticket.level < 2 or ticket.appointment is not None:
            return False
        if fairness.reached(ticket, self.city):
            return False
        mine = [one for one in near if self._awaited(one) and self._serves(staff, one.lane)]
        if not mine:
            return False
        others = sum(
            any(self._serves(other, one.lane) for one in mine) for other in self.free if other != staff
        )
        return len(mine) > others

    def capped(self, ticket: Ticket, staff: StaffId, waiting: list[Ticket], now: float) -> bool:
        """Say whether this business ticket must leave the clerk to residents who wait for them."""
        lane = self.lane(ticket.lane)
        if lane.kind != "business" or fairness.reached(ticket, self.city):
            return False
        working = sum(
            (seat.chosen == "ready" or seat.ticket is not None) and self._serves(seat.id, lane.id)
            for seat in self.board.seats.values()
        )
        busy = sum(
            bool(bound_by(one)) or one.id in self.placed
            for one in self.board.tickets.values()
            if self.lane(one.lane).kind == "business"
        )
        if busy < ceil(lane.share * working):
            return False
        return any(
            one.id not in self.placed
            and self.lane(one.lane).kind != "business"
            and self.released(one, staff) <= now
            and not self.held_back(one, staff)
            for one in waiting
        )

    def choose(self, ticket: Ticket, waiting: list[Ticket], now: float) -> StaffId | None:
        """Return the clerk this ticket rings at now, if any: not asked before first, then the longest idle."""
        passed = dict(ticket.passed)
        able = [
            seat
            for seat in self.free.values()
            if self.rings_from(ticket, seat.id) <= now
            and not self.held_back(ticket, seat.id)
            and not self.capped(ticket, seat.id, waiting, now)
        ]
        best = min(able, key=lambda seat: (passed.get(seat.id, -inf), seat.idle_since, seat.id), default=None)
        return None if best is None else best.id

    def overtaken(self, ticket: Ticket, staff: StaffId, waiting: list[Ticket], now: float) -> list[Ticket]:
        """Return the elder ones this clerk could have been claimed for instead."""
        return [
            one
            for one in waiting
            if fairness.senior(one, ticket)
            and one.since <= now
            and one.id not in self.placed
            and self.released(one, staff) <= now
        ]

    def _answers_after(self, ticket: Ticket, staff: StaffId) -> float:
        key = (ticket.lane, wishes(ticket), staff)
        after = self._after.get(key)
        if after is None:
            lane = self.lane(ticket.lane)
            after = skills.answers_after(self.city.staff.get(staff), lane, key[1])
            if 0.0 < after < inf and after <= skills.head_start(self.board, self.city, lane, key[1]):
                after = 0.0
            self._after[key] = after
        return after

    def _rests(self, ticket: Ticket, staff: StaffId) -> float:
        """A ticket let pass rings elsewhere first; with nobody else it rests a while: a refusal is no endless bell."""
        passed = dict(ticket.passed)
        if staff not in passed:
            return 0.0
        others = {
            seat.id
            for seat in self.board.seats.values()
            if seat.connected and seat.chosen == "ready" and seat.id != staff
            and self._answers_after(ticket, seat.id) != inf
        }  # fmt: skip
        return 0.0 if others and others <= passed.keys() else passed[staff] + machine.REST

    def _serves(self, staff: StaffId, lane: LaneId) -> bool:
        return may_answer(self.city.staff.get(staff), self.lane(lane))

    def _awaited(self, one: e.Appointment) -> bool:
        ticket = None if one.ticket is None else self.board.tickets.get(one.ticket)
        if one.ticket is None:
            return True
        return ticket is not None and ticket.id not in self.placed and isinstance(ticket.state, Waiting)


def _resting(board: Board, free: Mapping[StaffId, Seat]) -> dict[StaffId, float]:
    """Return until when these catch their breath; nobody does while somebody waits who is meant for them.

    Then for all at once: a call that comes back to its sender must not go before an elder only because that one is
    still kept from them.
    """
    resting = {id: seat.rests_until for id, seat in free.items() if seat.rests_until > 0.0}
    if not resting:
        return {}
    meant = {one.only for one in board.tickets.values() if isinstance(one.state, Waiting)}
    return {id: until for id, until in resting.items() if id not in meant}


def rests_for(board: Board, staff: StaffId, now: float) -> float | None:
    """Return how long nothing rings at somebody free because they gave a call on."""
    seat = board.seats.get(staff)
    until = None if seat is None or not is_free(seat) else _resting(board, {staff: seat}).get(staff)
    return None if until is None or until <= now else round(until - now, 1)


def offers(board: Board, city: City, now: float) -> tuple[e.Event, ...]:
    """Return the offers that are due: each ticket at most one, each clerk at most one, in order."""
    floor = Floor(board, city)
    waiting = fairness.standing(board.tickets.values()) if floor.free else []
    if not waiting:
        return ()
    waiting = fairness.in_order(waiting, city)
    out: list[e.Event] = []
    found = True
    # Looked at anew after an appointment that is served early: it may release a clerk for the one before it.
    while found and floor.free:
        found = False
        for index, ticket in enumerate(waiting):
            if not floor.free:
                break
            staff = None if ticket.id in floor.placed else floor.choose(ticket, waiting, now)
            if staff is None:
                continue
            found = True
            elder = fairness.elder_than(index, waiting, city)
            passed_by = floor.overtaken(ticket, staff, elder, now)
            out += _offer(floor, ticket, staff, elder, passed_by, now)
            if passed_by:  # one more of these may have reached its bound, and goes before the next offer
                waiting = fairness.in_order(fairness.overtake(ticket.id, passed_by, waiting), city)
                break
    return tuple(out)


def overtaken(board: Board, city: City, ticket: Ticket, staff: StaffId, now: float) -> list[Ticket]:
    """Return whom this ticket would overtake if this clerk took it now."""
    return Floor(board, city).overtaken(ticket, staff, fairness.standing(board.tickets.values()), now)


def next_offer(board: Board, city: City) -> float | None:
    """Return when a ticket that everybody free must leave alone now may ring there."""
    floor = Floor(board, city)
    if not floor.free:
        return None
    waiting = fairness.standing(board.tickets.values())
    times = [
        at
        for ticket in waiting
        for staff in floor.free
        if 0.0 < (at := floor.rings_from(ticket, staff)) < inf
        and not floor.held_back(ticket, staff)
        and not floor.capped(ticket, staff, waiting, at)
    ]
    return min(times, default=None)


def _offer(
    floor: Floor, ticket: Ticket, staff: StaffId, elder: list[Ticket], passed_by: list[Ticket], now: float
) -> tuple[e.Event, ...]:
    left = any(one.lane == ticket.lane and one.id not in floor.placed for one in elder)
    floor.placed.add(ticket.id)
    del floor.free[staff]
    offer = machine.Offer(
        staff, tuple(one.id for one in passed_by), fairness.why(ticket, left) if left or passed_by else None
    )
    return machine.happens(ticket, offer, floor.lane(ticket.lane), now)
