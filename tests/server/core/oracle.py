"""Our own books on order: who could be rung for whom and since when, and who went before whom.

Written a second time on purpose, plainly and slowly, from the promises and not from the code under test.
"""

from math import inf

from server.core import events as e
from server.core.board import Board, Seat
from server.core.city import City, Lane
from server.core.states import Ticket, Waiting
from server.protocol.values import StaffId, TicketId


class Books:
    """Counts overtakes by itself, event by event."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.overtaken: dict[TicketId, set[TicketId]] = {}
        self.today = ""
        self.said: dict[
            StaffId, tuple[str, tuple[str, ...], tuple[str, ...]]
        ] = {}  # by a supervisor: day, lanes, skills
        self.chosen: dict[StaffId, tuple[str, tuple[str, ...]]] = {}
        self.desks: dict[StaffId, tuple[str, str]] = {}  # where somebody sits in the hall: day, desk

    def duty(self, event: e.DutyEvent) -> None:
        """Note what somebody answers today."""
        match event:
            case e.DutySet():
                self.said[event.staff] = (event.day, event.lanes, event.skills)
                self.chosen.pop(event.staff, None)
            case e.DutyEnded():
                self.said.pop(event.staff, None)
                self.chosen.pop(event.staff, None)
            case e.LanesChosen():
                self.chosen[event.staff] = (event.day, event.lanes)
            case e.DeskChosen():
                taken = (event.day, event.desk)
                self.desks = {one: where for one, where in self.desks.items() if where != taken}
                self.desks[event.staff] = taken

    def sits(self, staff: StaffId) -> str:
        """Return the desk of the hall somebody sits at today; "" = none."""
        day, desk = self.desks.get(staff, ("", ""))
        return desk if day == self.today else ""

    def lane(self, ticket: Ticket) -> Lane:
        """Return the lane a ticket stands in."""
        return next(lane for lane in self.city.lanes if lane.id == ticket.lane)

    def claim(self, was: Board, ticket: Ticket, staff: StaffId, now: float, offered: bool) -> None:
        """A clerk is claimed: note whom that overtakes, and that none of them had been overtaken enough.

        A clerk who picks by hand may choose among those who were not: that is what picking is for.
        """
        for other in was.tickets.values():
            if not isinstance(other.state, Waiting) or other.state.kiosk_lost is not None:
                continue
            elder = (other.since, other.rank) < (ticket.since, ticket.rank) and other.since <= now
            if not elder or self.rings_from(was, other, staff) > now:
                continue
            count = self.overtaken.setdefault(other.id, set())
            count.add(ticket.id)
            most = self.lane(other).overtaken_at_most
            assert len(count) <= most, "K: nobody is overtaken more often than the lane promises"
            if offered:
                self._fifo(other, ticket)

    def _fifo(self, elder: Ticket, younger: Ticket) -> None:
        same = (elder.lane, elder.language, elder.wants_sign, elder.counter) == (
            younger.lane,
            younger.language,
            younger.wants_sign,
            younger.counter,
        )
        first = len(younger.overtaken_by) >= self.lane(younger).overtaken_at_most
        if same and elder.level <= younger.level and not first:
            assert younger.appointment is not None, "I12: first come, first served within class and skills"

    def rings_from(self, board: Board, ticket: Ticket, staff: StaffId) -> float:
        """Return since when this clerk may be rung for this ticket; infinity = never as things are."""
        lane = self.lane(ticket)
        ring = self._ring(board, ticket, lane, staff)
        times = [0.0, 0.0 if ticket.only == staff and ring < inf else ring]
        if ticket.aside_until is not None:
            times.append(ticket.aside_until)
        if ticket.only is not None and ticket.only != staff:
            if ticket.handed is not None:
                return inf
            keeper = board.seats.get(ticket.only)
            if keeper is not None and keeper.connected and keeper.chosen == "ready":
                times.append(ticket.only_until)
        if ticket.callback is not None:
            times.append(ticket.callback.again_at)
        let_pass = dict(ticket.passed)
        if staff in let_pass:
            others = {
                seat.id
                for seat in board.seats.values()
                if seat.id != staff
                and seat.connected
                and seat.chosen == "ready"
                and self.needs(seat, lane, ticket) < inf
            }
            if not others or not others <= set(let_pass):
                times.append(let_pass[staff] + 30.0)
        return max(times)

    def bell_from(self, board: Board, ticket: Ticket, staff: StaffId) -> float:
        """Return the same for the bell: who gave a call on is left alone for a breath, unless one comes back to them."""
        meant = any(one.only == staff and isinstance(one.state, Waiting) for one in board.tickets.values())
        rests = 0.0 if meant else board.seats[staff].rests_until
        return max(self.rings_from(board, ticket, staff), rests)

    def _ring(self, board: Board, ticket: Ticket, lane: Lane, staff: StaffId) -> float:
        mine = self.needs(board.seats[staff], lane, ticket)
        best = min(
            (
                self.needs(seat, lane, ticket)
                for seat in board.seats.values()
                if (seat.connected or seat.lost_until is not None) and seat.chosen != "away"
            ),
            default=0.0,
        )
        return 0.0 if mine <= best < inf else ticket.standing + mine

    def needs(self, seat: Seat, lane: Lane, ticket: Ticket) -> float:
        """Return how long a ticket stands before this person may answer it."""
        person = self.city.staff[seat.id]
        if not person.enabled or not {"clerk", "supervisor"} & set(person.roles):
            return inf
        if ticket.counter and not self.sits(seat.id):
            return inf
        day, lanes, skills = self.said.get(seat.id, ("", (), ()))
        chosen_on, chosen = self.chosen.get(seat.id, ("", ()))
        if (day == self.today and lanes and lane.id not in lanes) or (
            chosen_on == self.today and chosen and lane.id not in chosen
        ):
            return inf
        has = {"department:" + person.department, "language:ja"}
        has |= set(skills if day == self.today else person.skills)
        if not set(lane.required) <= has:
            return inf
        rings = [ring.after for ring in lane.rings if not ring.any_of or set(ring.any_of) & has]
        if lane.rings and not rings:
            return inf
        wait = min(rings, default=0.0)
        wants = {"language:" + ticket.language} if ticket.language not in ("ja", "easy") else set[str]()
        wants |= {"sign:jsl"} if ticket.wants_sign else set()
        missing = wants - has
        if any(wish.split(":")[0] in lane.insists for wish in missing):
            return inf
        second = missing or (lane.kind == "greeter" and "authority:greeter" not in has)
        return max(wait, lane.prefers_for) if second else wait
