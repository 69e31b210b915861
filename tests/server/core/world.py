"""Everything that may come at a board, in any order, with the promises that hold after each step.

The oracle keeps its own books (who was told which generation, which number was handed out, what the journal says)
and never asks the board whether it was right. Kiosks and clerks keep every capability they ever saw and use old ones.
"""

from collections import Counter
from collections.abc import Sequence
from math import inf

import msgspec
from msgspec.structs import replace

from server.core import events as e
from server.core.board import Board
from server.core.booking.book import Arrived, GivenBack, Promised
from server.core.booking.book import Held as HeldPlace
from server.core.booking.slots import capacity
from server.core.city import City
from server.core.commands import (
    Actor,
    AnyCommand,
    KioskConnected,
    KioskLost,
    Refusal,
    Restarted,
    ServerActor,
    StaffActor,
    StaffConnected,
    StaffLost,
    Tick,
)
from server.core.company import participants
from server.core.decide import decide
from server.core.due import next_deadline
from server.core.evolve import evolve, fold
from server.core.hours import day_of, local
from server.core.journal import Now
from server.core.matching import is_free
from server.core.orders import owed, resident_at
from server.core.states import (
    Absent,
    Called,
    Connecting,
    Done,
    Held,
    Offered,
    Over,
    Serving,
    Ticket,
    Waiting,
    Wrapup,
    bound_by,
    party_of,
    ring_of,
    rings_at,
    staff_of,
)
from server.core.views import view_for_fleet, view_for_kiosk, view_for_staff
from server.protocol import messages as m
from server.protocol.values import KioskId, StaffId, TicketId
from tests.server.core.oracle import Books

_event: msgspec.json.Decoder[e.Event] = msgspec.json.Decoder(e.Event)
_board = msgspec.json.Decoder(Board)

LIVE = Waiting | Offered | Called | Absent | Connecting | Serving | Held | Wrapup
BOUND = Offered | Called | Connecting | Serving | Held | Wrapup


class World:
    """A board, its journal, and an oracle beside them."""

    def __init__(self, city: City, wall: float) -> None:
        self.city = city
        self.board = Board()
        self.elapsed = 0.0
        self.wall = wall
        self.journal: list[bytes] = []
        self.numbers: set[tuple[str, int]] = set()
        self.arrivals: dict[TicketId, tuple[int, float]] = {}
        self.over: dict[TicketId, object] = {}
        self.printed: set[str] = set()  # codes of waiting papers that came out
        self.seen: list[tuple[TicketId, int]] = []  # every (ticket, generation) anybody was ever shown
        self.books = Books(city)
        self.steps = 0
        self.online: set[str] = set()  # whose socket stands, by our own books

    def now(self) -> Now:
        """Return the time as data."""
        return Now(elapsed=self.elapsed, wall=self.wall)

    def do(self, actor: Actor, command: AnyCommand) -> Refusal | tuple[e.Event, ...]:
        """Decide, write, fold, and check every promise."""
        before = self.board
        self.books.today = day_of(self.wall)
        decided = decide(before, self.city, actor, command, self.now())
        assert self.board is before
        events = () if isinstance(decided, Refusal) else decided
        if not isinstance(decided, Refusal):
            self._note(command)
        for event in events:
            body = msgspec.json.encode(event)
            self.journal.append(body)
            again = _event.decode(body)
            assert again == event, "an event says the same after it was written and read"
            was = self.board
            self.board = evolve(was, again)
            self._event_is_lawful(was, event)
        self._fencing(before, actor, command, events)
        self._promises(before)
        if isinstance(command, Tick):
            due = next_deadline(self.board, self.city, self.now())
            assert due is None or due > self.elapsed, "after a tick nothing is due"
        self.steps += 1
        return decided

    def pass_time(self, seconds: float) -> None:
        """Let time pass as the hub does: a tick at each deadline on the way, in order."""
        end = self.elapsed + seconds
        while (due := next_deadline(self.board, self.city, self.now())) is not None and due <= end:
            self._turn(max(due, self.elapsed))
            self.do(ServerActor(), Tick())
        self._turn(end)

    def _turn(self, elapsed: float) -> None:
        self.wall += elapsed - self.elapsed
        self.elapsed = elapsed

    def _note(self, command: AnyCommand) -> None:
        match command:
            case KioskConnected():
                self.online.add(command.kiosk)
            case StaffConnected():
                self.online.add(command.staff)
            case KioskLost():
                self.online.discard(command.kiosk)
            case StaffLost():
                self.online.discard(command.staff)
            case Restarted():
                self.online.clear()
            case _:
                pass

    # ------------------------------------------------------------ promises

    def _event_is_lawful(self, was: Board, event: e.Event) -> None:
        assert self.board.seq == was.seq + 1, "I14: no gap in the sequence"
        match event:
            case e.TicketTaken():
                assert (event.day, event.number) not in self.numbers, "a number is called once a day"
                self.numbers.add((event.day, event.number))
                kind = self.city.kinds.get(event.kiosk, "kiosk")
                assert event.counter == (kind == "counter")
                assert (event.site is not None) == (kind == "mobile"), (
                    "no resident before somebody said where"
                )
                assert event.ticket not in self.arrivals
                self.arrivals[event.ticket] = (self.board.tickets[event.ticket].rank, event.at)
            case e.TicketOffered():
                self._claim_is_new(was, event.ticket, event.generation)
                self._rings_rightly(was, event)
                self.books.claim(was, was.tickets[event.ticket], event.staff, event.at, offered=True)
            case e.TicketAlsoOffered():
                self._claim_is_new(was, event.ticket, event.generation)
                self._rings_rightly(was, event)
                ticket = was.tickets[event.ticket]
                before = {id: len(known) for id, known in self.books.overtaken.items()}
                self.books.claim(was, ticket, event.staff, event.at, offered=True)
                after = {id: len(known) for id, known in self.books.overtaken.items() if known}
                assert all(before.get(id) == count for id, count in after.items()), (
                    "a second bell takes nobody's clerk"
                )
                lane = self.books.lane(ticket)
                rings = len(rings_at(self.board.tickets[event.ticket].state))
                assert lane.offers == "ring_all", "several bells only where the lane says so"
                assert rings <= lane.ring_at_most, "no more bells than the lane allows"
            case e.OfferLapsed():
                left = self.board.tickets[event.ticket].state
                assert isinstance(left, Offered), "it rings on at somebody"
                assert ring_of(left, event.staff) is None
            case e.TicketPostponed():
                ticket = was.tickets[event.ticket]
                lane = self.books.lane(ticket)
                assert lane.at_close == event.how, "only as the lane says"
                assert not ticket.met, "nobody is cut short"
                assert (event.code in self.board.claims) == (event.how == "carry_over")
            case e.DutySet() | e.DutyEnded() | e.LanesChosen() | e.DeskChosen():
                self.books.duty(event)
            case e.TicketAccepted():
                if isinstance(was.tickets[event.ticket].state, Waiting):
                    self._claim_is_new(was, event.ticket, event.generation)
                    self.books.claim(was, was.tickets[event.ticket], event.staff, event.at, offered=False)
                else:
                    ring = ring_of(was.tickets[event.ticket].state, event.staff)
                    assert ring is not None, "I9: only whoever was asked may answer an offer"
                    assert ring.generation == event.generation, "I9: and only with their own claim"
                assert event.staff in self.online, "nobody answers who is not there"
                counter = was.tickets[event.ticket].counter
                assert event.desk == (self.books.sits(event.staff) if counter else ""), (
                    "called where they sit"
                )
                assert bool(event.desk) == counter, "nobody is called to no desk"
            case e.CalledAgain() | e.TicketSetAside() | e.StayedAway():
                ticket, state = was.tickets[event.ticket], was.tickets[event.ticket].state
                lane = self.books.lane(ticket)
                assert isinstance(state, Called), "only whoever was called can be missed"
                if isinstance(event, e.CalledAgain):
                    assert state.calls < 3, "nobody is called without end"
                    assert event.at >= state.called + 15.0, "time to get up"
                else:
                    assert state.calls >= 3 or event.at >= state.deadline, (
                        "nobody is given up before three calls"
                    )
                    kept = isinstance(event, e.TicketSetAside)
                    assert kept == (ticket.asides < lane.asides_at_most), (
                        "a place is kept as often as promised"
                    )
                    assert event.until == event.at + (lane.aside_lasts if kept else lane.absent_lasts)
            case e.NeverCame():
                state = was.tickets[event.ticket].state
                assert isinstance(state, Absent), "nobody is over before they could come back"
                assert event.at >= state.deadline, "nobody is over before they could come back"
            case e.BroughtBack():
                ticket, after = was.tickets[event.ticket], self.board.tickets[event.ticket]
                assert isinstance(ticket.state, Absent), "only who was given up is brought back"
                assert event.at < ticket.state.deadline or event.at == self.elapsed
                assert (after.since, after.rank, after.number) == (ticket.since, ticket.rank, ticket.number)
            case e.KioskMoved():
                assert self.city.kinds.get(event.kiosk) == "mobile"
                post = was.posts.get(event.kiosk)
                assert post is None or resident_at(was, post) is None, "no place changes under a resident"
            case e.CodePutAway():
                assert was.posts[event.kiosk].ticket == event.ticket, "nobody else's code is put away"
                assert event.ticket not in self.board.tickets or isinstance(
                    self.board.tickets[event.ticket].state, Wrapup
                ), "a visit under way has its screen"
            case e.IdentityChecked():
                placed = next(one for one in was.posts[event.kiosk].orders if one.id == event.order)
                assert (placed.ask, placed.outcome) == ("identity", None), (
                    "one check per request, and only of one"
                )
                state = was.tickets[event.ticket].state
                assert placed.generation == state.generation, "a proof counts in the call it was asked in"
            case e.PaperKept() | e.PaperMailed():
                placed = next(one for one in was.posts[event.kiosk].orders if one.id == event.order)
                assert placed.then is None, "a paper is had in one other way, and only one"
                assert placed.outcome not in (None, "printed"), "what came out is not made a second time"
                assert not isinstance(event, e.PaperKept) or event.code not in {*was.papers, *was.claims}
            case e.OrderPlaced() if event.code:
                paper = was.papers[event.code]
                assert paper.trying is None, "nobody orders a waiting paper while it is on its way"
                assert event.code not in self.printed, "a code prints once"
            case e.OrderClosed(outcome="printed"):
                placed = next(one for one in was.posts[event.kiosk].orders if one.id == event.order)
                if placed.code:
                    assert placed.code not in self.board.papers, "a code is used up by its print"
                    self.printed.add(placed.code)
            case e.ResultCorrected():
                before, after = was.ended[event.ticket], self.board.ended[event.ticket]
                assert isinstance(before.state, Done), "only what was noted is put right"
                assert before.state.staff == event.staff, "and only by whoever noted it"
                assert after == replace(before, state=replace(before.state, result=event.result))
                self.over[event.ticket] = after.state
            case e.PartyAsked():
                self._claim_is_new(was, event.ticket, event.generation)
                seat = was.seats[event.staff]
                assert seat.ticket is None, "an invitation rings only where somebody is free"
                assert seat.chosen == "ready", "an invitation rings only at the ready"
                assert event.staff in self.online, "an invitation rings only where somebody is"
            case e.SupervisorEntered():
                assert "supervisor" in self.city.staff[event.staff].roles, (
                    "only a supervisor comes in unasked"
                )
                known = party_of(was.tickets[event.ticket], event.staff)
                if known is None:
                    self._claim_is_new(was, event.ticket, event.generation)
                    assert was.seats[event.staff].ticket is None, "nobody is in two calls"
                    assert event.staff in self.online, "nobody watches without a console"
                else:
                    assert known.generation == event.generation, "who is in keeps their number"
            case e.PartyJoined() | e.CallHandedOver():
                party = party_of(was.tickets[event.ticket], event.staff)
                assert party is not None, "only whoever was asked may come in"
                assert isinstance(event, e.CallHandedOver) == (party.deadline is None)
            case e.TicketReassigned():
                ticket = was.tickets[event.ticket]
                assert isinstance(ticket.state, Waiting), "only who waits is moved"
                assert "supervisor" in self.city.staff[event.staff].roles, "only a supervisor moves others"
                after = self.board.tickets[event.ticket]
                assert (after.since, after.rank) == (ticket.since, ticket.rank), "moving costs no seniority"
            case e.WaitsTold():
                self._told_rightly(was, event)
            case e.StaffReady():
                assert event.staff in self.online or event.by is None, "nobody absent is made ready"
            case e.TransferFailed():
                handed = was.tickets[event.ticket].handed
                after = self.board.tickets[event.ticket]
                assert handed is not None
                assert (after.lane, after.only) == (handed.lane, handed.sender), (
                    "back to the sender, never to limbo"
                )
            case _:
                pass
        id = getattr(event, "ticket", None)
        if id is not None and not isinstance(event, e.OrderPlaced | e.ResultCorrected | e.CodePutAway):
            assert id not in self.over, "what is over stays over"

    def _told_rightly(self, was: Board, event: e.WaitsTold) -> None:
        for told in (*event.lanes.values(), *event.hall.values(), *event.tickets.values()):
            assert 5 <= told.low <= told.high, "a wait is a range and never nothing"
            assert told.low % 5 == told.high % 5 == 0, "a wait is told in steps of five"
        for id, told in event.tickets.items():
            heard = was.tickets[id].told
            if heard is not None and (told.low > heard.low or told.high > heard.high or told.by > heard.by):
                assert id in event.later, "a wait that gets longer is explained"
        for id in event.untold:
            assert id in event.later, "a wait nobody can tell any more is explained"

    def _claim_is_new(self, was: Board, id: TicketId, generation: int) -> None:
        ticket = was.tickets[id]
        given = {ticket.state.generation, *(party.generation for party in ticket.parties)}
        given |= {old for known, old in self.seen if known == id}
        assert generation > max(given), "I6: each claim has its own generation"
        self.seen.append((id, generation))

    def _rings_rightly(self, was: Board, event: e.TicketOffered | e.TicketAlsoOffered) -> None:
        ticket = was.tickets[event.ticket]
        seat = was.seats[event.staff]
        assert seat.chosen == "ready", "an offer rings only at the ready"
        assert seat.ticket is None, "an offer rings only where somebody is free"
        assert event.staff in self.online, "an offer rings only where somebody is"
        assert ticket.counter or ticket.callback or ticket.kiosk in self.online, (
            "nobody is rung for an empty line"
        )
        assert self.books.bell_from(was, ticket, event.staff) <= event.at, "only whoever may answer is rung"

    def _fencing(self, before: Board, actor: Actor, command: AnyCommand, events: Sequence[e.Event]) -> None:
        id = getattr(command, "ticket", None)
        generation = getattr(command, "generation", None)
        if id is None or generation is None or id not in before.tickets:
            return
        ticket = before.tickets[id]
        party = party_of(ticket, actor.id) if isinstance(actor, StaffActor) else None
        current = {ticket.state.generation if party is None else party.generation}
        current |= {ring.generation for ring in rings_at(ticket.state)}
        if isinstance(command, m.PartyIsUp):
            current = {one.generation for one in ticket.parties}
        if generation not in current and not isinstance(command, KioskConnected):
            touched = [event for event in events if getattr(event, "ticket", None) == id]
            assert not touched or isinstance(touched[0], e.TicketOffered | e.TicketAlsoOffered), (
                "I6: an old generation does nothing"
            )

    def _promises(self, before: Board) -> None:
        board = self.board
        residents: set[KioskId] = set()
        desks: set[str] = set()
        clerks: set[StaffId] = set()
        last_rank = 0
        for id, ticket in board.tickets.items():
            assert isinstance(ticket.state, LIVE), "no ticket rests between two states"
            assert id not in board.ended, "I2: one state per ticket"
            assert ticket.rank > last_rank, "the board stands in order of arrival"
            last_rank = ticket.rank
            assert (ticket.rank, ticket.arrived) == self.arrivals[id], "I11: seniority never changes"
            staff = staff_of(ticket.state)
            assert (staff is not None) == isinstance(ticket.state, BOUND)
            for one in bound_by(ticket):
                assert one not in clerks, "I4: one live ticket per clerk"
                clerks.add(one)
                assert board.seats[one].ticket == id, "I8: bound in both books"
            self._company(ticket)
            counted = self.books.overtaken.get(id, set())
            assert set(ticket.overtaken_by) == counted, "each overtake is counted, and once"
            if isinstance(ticket.state, Called):
                assert ticket.counter, "only a number of the hall is called"
                assert ticket.state.desk not in desks, "one number at a desk"
                desks.add(ticket.state.desk)
            assert ticket.counter or not isinstance(ticket.state, Absent), (
                "only a number of the hall stays away"
            )
            if ticket.counter:
                assert not ticket.parties, "nobody joins what is no call"
                assert ticket.callback is None, "a number of the hall stays in the hall"
                assert not isinstance(ticket.state, Connecting | Held), "a number of the hall is never linked"
                assert board.posts[ticket.kiosk].ticket != id, "whoever has it walked away from the kiosk"
            elif ticket.callback is not None:
                self._at_home(ticket)
            elif not isinstance(ticket.state, Wrapup):
                assert ticket.kiosk not in residents, "I5: one live ticket per kiosk"
                residents.add(ticket.kiosk)
                assert board.posts[ticket.kiosk].ticket == id
                assert isinstance(ticket.state, Waiting | Offered | Connecting | Serving | Held)
                there = ticket.kiosk in self.online
                assert there == (ticket.state.kiosk_lost is None), "a lost kiosk is counted until it is back"
        sat_at = [(one.day, one.desk) for one in board.duties.values() if one.desk]
        assert len(sat_at) == len(set(sat_at)), "one person at a desk"
        for seat in board.seats.values():
            assert seat.ticket is None or seat.id in clerks, "I8: bound in both books"
            assert not (seat.connected and seat.lost_until is not None)
            assert seat.connected == (seat.id in self.online)
        for id, ticket in board.ended.items():
            assert isinstance(ticket.state, Over)
            assert self.over.setdefault(id, ticket.state) == ticket.state, "what is over stays over"
        assert board.elapsed >= before.elapsed
        self._nobody_waits_in_vain()
        self._orders_make_sense()
        self._places()

    def _at_home(self, ticket: Ticket) -> None:
        """Whoever went home is at no kiosk, and waits for no link."""
        assert isinstance(ticket.state, Waiting | Offered | Serving | Held | Wrapup)
        assert not ticket.parties
        post = self.board.posts.get(ticket.kiosk)
        assert post is None or post.ticket != ticket.id, "the kiosk is somebody else's"
        if not isinstance(ticket.state, Wrapup):
            assert ticket.state.kiosk_lost is None

    def _places(self) -> None:
        """No place is promised twice, however wishes come: counted here, from the phases alone."""
        book = self.board.book
        taken = Counter(
            (one.lane, one.starts)
            for one in book.bookings.values()
            if not isinstance(one.phase, GivenBack)
            and not (isinstance(one.phase, HeldPlace) and one.phase.until <= self.elapsed)
        )
        for (lane_id, starts), count in taken.items():
            lane = next(lane for lane in self.city.lanes if lane.id == lane_id)
            assert lane.reservations is not None
            minute = local(starts).hour * 60 + local(starts).minute
            assert count <= capacity(lane, lane.reservations, minute), "a place is promised once"
        codes = [one.code for one in book.bookings.values() if isinstance(one.phase, Promised | Arrived)]
        assert len(set(codes)) == len(codes), "six digits are one booking's"
        for one in book.bookings.values():
            if isinstance(one.phase, Arrived):
                assert one.phase.ticket in self.board.tickets, "a visit that is over has arrived no more"

    def _company(self, ticket: Ticket) -> None:
        assert not ticket.parties or isinstance(ticket.state, Connecting | Serving | Held), (
            "company is for calls"
        )
        assert len(ticket.parties) <= 2, "four parties in all"
        for party in ticket.parties:
            shown = [one.role for one in self._told_of(ticket) if one.staff == party.staff]
            assert shown == [party.role], "whoever is in a call is shown to the resident, and as what"
        numbers = [ticket.state.generation, *(party.generation for party in ticket.parties)]
        assert len(set(numbers)) == len(numbers), "everybody in a call has their own number"
        if ticket.handed is not None:
            assert isinstance(ticket.state, Waiting | Offered | Connecting), "on its way until voice flows"

    def _told_of(self, ticket: Ticket) -> tuple[m.Participant, ...]:
        return participants(self.board, self.city, ticket, self.now())

    def _nobody_waits_in_vain(self) -> None:
        """L1, as a property of every single step: a free clerk and a waiting ticket meet, or it is known when."""
        free = [seat for seat in self.board.seats.values() if is_free(seat)]
        near = any(one.near for one in self.board.appointments)
        waiting = [
            ticket
            for ticket in self.board.tickets.values()
            if isinstance(ticket.state, Waiting) and ticket.state.kiosk_lost is None
        ]
        for ticket in waiting:
            business = self.books.lane(ticket).kind == "business"
            residents = any(self.books.lane(one).kind != "business" for one in waiting)
            for seat in free:
                rings = self.books.bell_from(self.board, ticket, seat.id)
                excused = (near and not ticket.aged) or (business and residents)
                if rings == inf or excused:
                    continue
                assert self.elapsed < rings, "somebody waits while somebody is free"
                due = next_deadline(self.board, self.city, self.now())
                assert due is not None, "a timer rings when the rest is over"
                assert due <= rings, "a timer rings when the rest is over"

    def _orders_make_sense(self) -> None:
        ids: list[str] = []
        for post in self.board.posts.values():
            ids += [order.id for order in post.orders]
            for order in post.orders:
                ticket = None if order.ticket is None else self.board.tickets.get(order.ticket)
                if order.kind == "card" and order.outcome is None:
                    assert ticket is not None, "a card request ends with its call"
                    assert isinstance(ticket.state, Serving | Held), "a card request ends with its call"
                    assert order.generation == ticket.state.generation
            if resident_at(self.board, post) is not None:
                kinds = [
                    (type(order).__name__, getattr(order, "action", "")) for order in owed(self.board, post)
                ]
                assert ("DeviceOrder", "restart") not in kinds, "no restart before somebody's eyes"
        assert len(set(ids)) == len(ids), "one order, one id"

    def check_history(self) -> None:
        """Replaying the journal gives this very board, also from a snapshot; and every view can be made."""
        assert fold(Board(), [_event.decode(body) for body in self.journal]) == self.board
        again = _board.decode(msgspec.json.encode(self.board))
        assert again == self.board
        assert list(again.tickets) == list(self.board.tickets), "a snapshot keeps the order of arrival"
        for kiosk in self.city.kiosks:
            view = view_for_kiosk(self.board, self.city, kiosk, self.now())
            ticket = view.ticket
            assert ticket is None or self.board.tickets[TicketId(ticket.id)].kiosk == kiosk
            assert view.wait_minutes is None or view.wait_minutes[0] >= 5
            msgspec.json.encode(view)
        for staff in self.city.staff:
            seat = self.board.seats.get(staff)
            mine = view_for_staff(self.board, self.city, staff, self.now()).mine
            assert (mine.ticket.id if mine else None) == (seat.ticket if seat else None)
            view_for_fleet(self.board, self.city, staff, self.now())

    def live(self, kiosk: KioskId) -> Ticket | None:
        """Return the ticket of whoever sits at a kiosk."""
        post = self.board.posts.get(kiosk)
        return None if post is None else resident_at(self.board, post)
