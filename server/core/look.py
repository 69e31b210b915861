"""What all views of one board have in common: looked up once per commit for a hundred consoles, thrown away with it."""

from collections import Counter
from functools import cached_property

from server.core import company, duty, fairness, matching, places
from server.core.board import Board, Seat
from server.core.city import City, Lane
from server.core.fleet import trouble, warnings
from server.core.journal import Now
from server.core.states import (
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
    name,
    party_of,
)
from server.protocol.messages import Colleague, TicketForStaff
from server.protocol.values import LaneId, StaffState, TicketId

_URGENCY = ("urgent", "appointment", "normal", "business")  # by `states.Level`


class Look:
    """One look at a board at one moment. Everything is reckoned when it is first asked for, and then known."""

    def __init__(self, board: Board, city: City, now: Now) -> None:
        self.board = board
        self.records = city
        self.city = duty.today(board, city, now)
        self.now = now
        self._rows: dict[TicketId, TicketForStaff] = {}
        self._present: dict[LaneId, list[Seat]] = {}

    @cached_property
    def troubled(self) -> int:
        """How many kiosks somebody should look at."""
        return trouble(self.board, self.city, self.now)

    @cached_property
    def waiting(self) -> list[Ticket]:
        """Everybody who waits, or for whom it rings, as they will be served."""
        there = (one for one in self.board.tickets.values() if isinstance(one.state, Waiting | Offered))
        return fairness.in_order(there, self.city)

    @cached_property
    def waiting_in(self) -> Counter[LaneId]:
        """How many of them each lane has."""
        return Counter(one.lane for one in self.waiting)

    @cached_property
    def absent(self) -> list[Ticket]:
        """The numbers that did not come when they were called."""
        return [one for one in self.board.tickets.values() if isinstance(one.state, Absent)]

    @cached_property
    def colleagues(self) -> tuple[Colleague, ...]:
        """Who answers residents and is here today, or holds a ticket."""
        out: list[Colleague] = []
        for seat in self.board.seats.values():
            person = self.city.staff.get(seat.id)
            if person is None or not (seat.present or seat.ticket):
                continue
            ticket = None if seat.ticket is None else self.board.tickets[seat.ticket]
            out.append(
                Colleague(
                    id=seat.id,
                    name=person.name,
                    department=person.department,
                    state=state_of(self.board, seat),
                    pause_reason=seat.pause_reason,
                    for_seconds=since(self.now, seat.since if ticket is None else ticket.changed),
                    number=None if ticket is None else ticket.number,
                )
            )
        return tuple(out)

    def present(self, lane: Lane) -> list[Seat]:
        """Return the clerks of a lane residents may count on."""
        if (there := self._present.get(lane.id)) is None:
            there = self._present[lane.id] = matching.present(self.board, self.city, lane)
        return there

    def row(self, ticket: Ticket) -> TicketForStaff:
        """Return a ticket as colleagues see it."""
        if (row := self._rows.get(ticket.id)) is None:
            row = self._rows[ticket.id] = _row(self.board, self.city, ticket, self.now)
        return row


def state_of(board: Board, seat: Seat) -> StaffState:
    """Return what colleagues see of a member of staff."""
    ticket = None if seat.ticket is None else board.tickets[seat.ticket]
    if ticket is None:
        return seat.chosen if seat.present else "away"
    party = party_of(ticket, seat.id)
    if party is not None:
        return "serving" if party.deadline is None else "offered"
    match ticket.state:
        case Offered():
            return "offered"
        case Wrapup():
            return "wrapup"
        case Called() | Connecting() | Serving() | Held():
            return "serving"
        case (
            Created() | Waiting() | Absent() | Done() | NoShow()
            | Abandoned() | Cancelled() | Expired() | Postponed()
        ):  # fmt: skip
            raise AssertionError(f"{ticket.id} binds nobody and is still held by {seat.id}")


def since(now: Now, elapsed: float) -> float:
    """Return the seconds since then, never less than none."""
    return round(max(0.0, now.elapsed - elapsed), 1)


def _row(board: Board, city: City, ticket: Ticket, now: Now) -> TicketForStaff:
    device = city.kiosks.get(ticket.kiosk)
    post = board.posts.get(ticket.kiosk)
    site = places.site_of(city, ticket)
    return TicketForStaff(
        id=ticket.id,
        number=ticket.number,
        state=name(ticket.state),
        purpose=ticket.purpose,
        kiosk=ticket.kiosk,
        site=site,
        kiosk_name="" if device is None else places.name_of(city, device, site),
        waited=since(now, ticket.arrived),
        generation=ticket.state.generation,
        returned=ticket.returned,
        wants_text=ticket.wants_text,
        language=ticket.language,
        warnings=() if post is None else warnings(post),
        lane=ticket.lane,
        urgency=_urgency(ticket),
        overtaken=len(ticket.overtaken_by),
        wants_sign=ticket.wants_sign,
        handed_from=company.handed_from(city, ticket),
        note=ticket.note,
        sheet=ticket.sheet,
        minutes=ticket.minutes,
        counter=ticket.counter,
        aside_for=_aside(ticket, now),
        callback=None if ticket.callback is None else ticket.callback.outcome or "kept",
        tries=0 if ticket.callback is None else ticket.callback.tries,
    )


def _urgency(ticket: Ticket) -> str:
    """Return the class a ticket stands in; who climbed by waiting has no appointment, and is not said to have one."""
    key = _URGENCY[ticket.level]
    return "waited" if key == "appointment" and ticket.appointment is None else key


def _aside(ticket: Ticket, now: Now) -> float | None:
    left = 0.0 if ticket.aside_until is None else ticket.aside_until - now.elapsed
    return round(left, 1) if left > 0.0 else None
