"""One seeded step of anybody: the wishes of people, the faults of networks, and time."""

from random import Random

from server.core import estimate
from server.core.booking.book import Held as HeldPlace
from server.core.booking.book import Promised
from server.core.booking.commands import CancelPlace, ConfirmPlace, HoldPlace, MovePlace, PrintPlace
from server.core.booking.slots import slots
from server.core.commands import (
    Actor,
    AnyCommand,
    CallbackWanted,
    IdentityJudged,
    KeySeenElsewhere,
    KioskActor,
    KioskConnected,
    KioskLost,
    NoteAppointments,
    Restarted,
    ServerActor,
    SheetRevised,
    StaffActor,
    StaffConnected,
    StaffLost,
    Tick,
)
from server.core.duty import known_skills
from server.core.hours import local
from server.core.states import (
    Absent,
    Called,
    Connecting,
    Held,
    Offered,
    Serving,
    Ticket,
    Waiting,
    Wrapup,
    staff_of,
)
from server.protocol import messages as m
from server.protocol.values import (
    AppointmentId,
    CallbackOutcome,
    CardAsk,
    CommandId,
    Health,
    Identity,
    KioskId,
    OrderId,
    SlipContent,
    StaffId,
    TicketId,
)
from tests.server.core.world import World

HEALTH = Health(version="1.0")


class Chaos:
    """Draws wishes: mostly sensible ones, so that calls come about, and a share of stale or foreign ones."""

    def __init__(self, world: World, random: Random) -> None:
        self.world = world
        self.random = random
        self.kiosks = list(world.city.kiosks)
        self.clerks = [id for id, one in world.city.staff.items() if "field_it" not in one.roles]
        self.everybody = list(world.city.staff)
        self.ids = 0
        self.lanes = [lane.id for lane in world.city.lanes]
        self.purposes = [purpose for lane in world.city.lanes for purpose in lane.purposes]
        self.promised = 0
        self.sites = [*(site.id for site in world.city.sites), "nowhere"]
        self.booked = 0

    def step(self) -> None:
        """Let one thing happen."""
        random = self.random
        kind = random.random()
        if kind < 0.17:
            self.world.pass_time(random.choice((0.1, 1.0, 5.0, 10.0, 20.0, 31.0, 95.0, 305.0)))
        elif kind < 0.40:
            self.forward()
        elif kind < 0.60:
            kiosk = random.choice(self.kiosks)
            self.world.do(KioskActor(kiosk), self.kiosk_command(kiosk))
        elif kind < 0.88:
            staff = random.choice(self.clerks if random.random() < 0.9 else self.everybody)
            self.world.do(StaffActor(staff), self.staff_command(staff))
        else:
            self.world.do(ServerActor(), self.news())

    def forward(self) -> None:
        """Do what people would do next, so that visits get far enough to go wrong late."""
        random, world = self.random, self.world
        tickets = list(world.board.tickets.values())
        if not tickets:
            kiosk, staff = random.choice(self.kiosks), random.choice(self.clerks)
            world.do(ServerActor(), KioskConnected(kiosk, "m-1", HEALTH))
            world.do(ServerActor(), StaffConnected(staff, b"key"))
            world.do(StaffActor(staff), m.SetReady(id=self._id()))
            world.do(KioskActor(kiosk), self.take())
            return
        if random.random() < 0.2:  # somebody comes to work: calls with company need more than one
            colleague = random.choice(self.clerks)
            world.do(ServerActor(), StaffConnected(colleague, b"key"))
            world.do(StaffActor(colleague), m.SetReady(id=self._id()))
            if random.random() < 0.5:
                world.do(StaffActor(colleague), self._desk())
        calls = [one for one in tickets if one.parties]
        ticket = random.choice(calls if calls and random.random() < 0.5 else tickets)
        id, generation = ticket.id, ticket.state.generation
        kiosk, staff = (
            KioskActor(ticket.kiosk),
            StaffActor(staff_of(ticket.state) or random.choice(self.clerks)),
        )
        match ticket.state:
            case Offered() | Waiting():
                seen = generation if random.random() < 0.9 else max(0, generation - 1)  # an old screen
                world.do(staff, m.Accept(id=self._id(), ticket=id, generation=seen))
            case Called():
                about = {"id": self._id(), "ticket": id, "generation": generation}
                said: tuple[tuple[Actor, AnyCommand], ...] = (
                    (staff, m.CallAgain(**about)),
                    (staff, m.CallAgain(**about)),
                    (staff, m.NotThere(**about)),
                    (staff, m.Arrived(**about)),
                    (ServerActor(), StaffLost(staff.id)),
                )
                world.do(*random.choice(said))
                if random.random() < 0.5:
                    world.pass_time(16.0)
            case Absent():
                world.do(staff, m.BringBack(id=self._id(), ticket=id, generation=generation))
            case Connecting():
                world.do(kiosk, m.MediaIsUp(id=self._id(), ticket=id, generation=generation))
            case Serving() | Held():
                talk: tuple[tuple[Actor, AnyCommand], ...] = (
                    (staff, m.Hold(id=self._id(), ticket=id, generation=generation)),
                    (staff, m.Resume(id=self._id(), ticket=id, generation=generation)),
                    (
                        staff,
                        m.RequestCard(id=self._id(), ticket=id, generation=generation, ask=self._ask()),
                    ),
                    (ServerActor(), self._judged(ticket.kiosk)),
                    (
                        staff,
                        m.PrintSlip(id=self._id(), ticket=id, generation=generation, content=SlipContent()),
                    ),
                    *((staff, self.afterwards(id, generation)) for _ in range(2)),
                    (kiosk, self._not_out(id)),
                    (kiosk, m.ClerkHeard(id=self._id(), ticket=id, generation=generation, alive=False)),
                    (kiosk, m.ClerkHeard(id=self._id(), ticket=id, generation=generation, alive=True)),
                    (staff, m.EndCall(id=self._id(), ticket=id, generation=generation)),
                    *((staff, self.company(id, generation)) for _ in range(6)),
                    *(
                        (
                            StaffActor(party.staff),
                            m.Accept(id=self._id(), ticket=id, generation=party.generation),
                        )
                        for party in ticket.parties
                        for _ in range(12)
                    ),
                    *(
                        (
                            staff,
                            m.SetParty(
                                id=self._id(), ticket=id, generation=generation, staff=party.staff, held=True
                            ),
                        )
                        for party in ticket.parties
                    ),
                    *(
                        (
                            staff,
                            m.HandOver(id=self._id(), ticket=id, generation=generation, staff=party.staff),
                        )
                        for party in ticket.parties
                        for _ in range(3)
                    ),
                    *(
                        (kiosk, m.PartyIsUp(id=self._id(), ticket=id, generation=party.generation))
                        for party in ticket.parties
                        for _ in range(2)
                    ),
                    (ServerActor(), StaffLost(staff.id)),
                    (ServerActor(), StaffConnected(staff.id)),
                )
                world.do(*random.choice(talk))
            case Wrapup():
                world.do(
                    staff, m.FinishWrapup(id=self._id(), ticket=id, generation=generation, result="completed")
                )
            case _:
                raise AssertionError("nothing else is live")

    def kiosk_command(self, kiosk: KioskId) -> AnyCommand:
        """Return a wish of a kiosk: about its own ticket, or about anything it ever heard of."""
        random = self.random
        ticket, generation = self._what(self.world.live(kiosk))
        orders = (
            [order.id for order in self.world.board.posts[kiosk].orders]
            if kiosk in self.world.board.posts
            else []
        )
        order = random.choice(orders) if orders and random.random() < 0.9 else "nothing"
        return random.choice(
            (
                self.take(),
                m.TakeTicket(id=self._id(), purpose="talk", wants_text=True),
                m.MoveHere(id=self._id(), site=random.choice(self.sites)),
                m.PutAway(id=self._id(), ticket=ticket),
                m.CheckIn(id=self._id(), code=random.choice((*self.world.board.claims, "000000"))),
                m.CancelTicket(id=self._id(), ticket=ticket, away=random.random() < 0.3),
                m.HangUp(id=self._id(), ticket=ticket, generation=generation),
                m.MediaIsUp(id=self._id(), ticket=ticket, generation=generation),
                m.MediaIsUp(id=self._id(), ticket=ticket, generation=generation),
                m.MediaIsUp(id=self._id(), ticket=ticket, generation=generation),
                m.ClerkHeard(
                    id=self._id(), ticket=ticket, generation=generation, alive=random.random() < 0.4
                ),
                m.PartyIsUp(id=self._id(), ticket=ticket, generation=generation),
                m.OrderSettled(
                    id=self._id(),
                    order=order,
                    outcome=random.choice(("shared", "printed", "paper_out", "unknown", "done")),
                ),
                m.ReportHealth(
                    id=self._id(), health=Health(version="1.0", clock_unsynced=random.random() < 0.5)
                ),
            )
        )

    def staff_command(self, staff: StaffId) -> AnyCommand:
        """Return a wish of a member of staff."""
        random = self.random
        world = self.world
        seat = world.board.seats.get(staff)
        own = None if seat is None or seat.ticket is None else world.board.tickets[seat.ticket]
        if own is None and world.board.tickets and random.random() < 0.3:
            own = random.choice(list(world.board.tickets.values()))
        ticket, generation = self._what(own)
        kiosk = random.choice(self.kiosks)
        orders = [order.id for post in world.board.posts.values() for order in post.orders] or ["nothing"]
        if "field_it" in world.city.staff[staff].roles and random.random() < 0.9:
            again = random.choice((self._id(), random.choice(orders)))
            return random.choice(
                (
                    m.OrderTestPrint(id=again, kiosk=kiosk),
                    m.OrderDevice(id=self._id(), kiosk=kiosk, action=random.choice(("restart", "logs"))),
                    m.ClearKeyAlarm(id=self._id(), kiosk=kiosk),
                    m.MoveKiosk(id=self._id(), kiosk=kiosk, site=random.choice(self.sites)),
                )
            )
        if own is not None and own.callback is not None and random.random() < 0.4:
            return m.SettleCallback(
                id=self._id(), ticket=ticket, generation=generation, outcome=self._called()
            )
        if random.random() < 0.12:
            return self.afterwards(ticket, generation)
        if random.random() < 0.2:
            return self.company(ticket, generation)
        if random.random() < (0.25 if "supervisor" in world.city.staff[staff].roles else 0.02):
            return m.EnterCall(id=self._id(), ticket=ticket, how=random.choice(("watch", "join")))
        if random.random() < (0.4 if "supervisor" in world.city.staff[staff].roles else 0.03):
            return self.steering(ticket, generation)
        return random.choice(
            (
                m.SetReady(id=self._id()),
                m.SetReady(id=self._id()),
                m.SetReady(id=self._id()),
                m.Pause(id=self._id(), reason=random.choice(("lunch", "nap"))),
                m.Accept(id=self._id(), ticket=ticket, generation=generation),
                m.Accept(id=self._id(), ticket=ticket, generation=generation),
                m.Accept(id=self._id(), ticket=ticket, generation=generation),
                m.SettleCallback(id=self._id(), ticket=ticket, generation=generation, outcome=self._called()),
                m.SettleCallback(id=self._id(), ticket=ticket, generation=generation, outcome=self._called()),
                m.Decline(id=self._id(), ticket=ticket, generation=generation, reason="busy"),
                m.CallAgain(id=self._id(), ticket=ticket, generation=generation),
                m.Arrived(id=self._id(), ticket=ticket, generation=generation),
                m.NotThere(id=self._id(), ticket=ticket, generation=generation),
                m.BringBack(id=self._id(), ticket=ticket, generation=generation),
                self._desk(),
                m.Hold(id=self._id(), ticket=ticket, generation=generation),
                m.Resume(id=self._id(), ticket=ticket, generation=generation),
                m.EndCall(id=self._id(), ticket=ticket, generation=generation),
                m.FinishWrapup(id=self._id(), ticket=ticket, generation=generation, result="completed"),
                m.FinishWrapup(id=self._id(), ticket=ticket, generation=generation, result="no_show"),
                m.RequestCard(id=self._id(), ticket=ticket, generation=generation, ask=self._ask()),
                m.PrintSlip(id=self._id(), ticket=ticket, generation=generation, content=SlipContent()),
                m.WithdrawOrder(id=self._id(), order=random.choice(orders)),
                m.OrderTestPrint(id=random.choice((self._id(), random.choice(orders))), kiosk=kiosk),
                m.OrderDevice(id=self._id(), kiosk=kiosk, action=random.choice(("restart", "logs"))),
            )
        )

    def _not_out(self, ticket: str) -> m.OrderSettled:
        """Return the news that a paper of this visit did not come out, if one is under way."""
        owed = [
            one.id
            for post in self.world.board.posts.values()
            for one in post.orders
            if one.ticket == ticket and one.outcome is None and one.kind != "card"
        ]
        outcome = self.random.choice(("paper_out", "unknown"))
        return m.OrderSettled(id=self._id(), order=(owed or ["nothing"])[0], outcome=outcome)

    def afterwards(self, ticket: str, generation: int) -> AnyCommand:
        """Return a wish about what did not come out, or was noted wrongly."""
        random, board = self.random, self.world.board
        mine = [one for post in board.posts.values() for one in post.orders if one.ticket == ticket]
        failed = [one.id for one in mine if one.outcome not in (None, "printed") and one.then is None]
        where = {"id": self._id(), "ticket": ticket, "generation": generation}
        order = random.choice(failed or [one.id for one in mine] or ["nothing"])
        return random.choice(
            (
                m.PrintLater(**where, order=order),
                m.PrintLater(**where, order=order),
                m.SendByMail(**where, order=order),
                m.FetchPaper(
                    **where, code=random.choice((*board.papers, "000000")), again=random.random() < 0.5
                ),
                m.CorrectResult(
                    id=self._id(),
                    ticket=random.choice((*list(board.ended)[-5:], ticket)),
                    result=random.choice(("completed", "missing_papers", "no_show", "nonsense")),
                ),
            )
        )

    def news(self) -> AnyCommand:
        """Return what the server tells its board: sockets that come and go, late ticks, its own restart."""
        random = self.random
        kiosk, staff = random.choice(self.kiosks), random.choice(self.clerks)
        roll = random.random()
        if roll < 0.04:
            return self._judged(kiosk)
        if roll < 0.14:
            return self.booking()
        if roll < 0.17:
            waiting = [one for one in self.world.board.tickets.values() if isinstance(one.state, Waiting)]
            one = random.choice(waiting) if waiting else None
            return CallbackWanted(
                kiosk if one is None else one.kiosk, TicketId("t1") if one is None else one.id
            )
        if roll < 0.32:
            live = self.world.live(kiosk)
            remembers = live is not None and random.random() < 0.7
            return KioskConnected(
                kiosk,
                "m-1",
                HEALTH,
                live.id if remembers else None,
                live.state.generation if remembers else 0,
            )
        if roll < 0.42:
            return KioskLost(kiosk, expected=random.random() < 0.5)
        if roll < 0.78:
            return StaffConnected(staff, b"key")
        if roll < 0.92:
            return StaffLost(staff)
        if roll < 0.925:
            return estimate.reckon(self.world.board, self.world.city, self.world.now())
        if roll < 0.93:
            return KeySeenElsewhere(kiosk)
        if roll < 0.95:
            return Tick()
        if roll < 0.955:
            ticket, _ = self._what(self.world.live(kiosk))
            return SheetRevised(TicketId(ticket), random.randrange(5))
        if roll < 0.98:
            return self.promises()
        return Restarted()

    def _ask(self) -> CardAsk:
        return self.random.choice(("attributes", "identity", "identity", "photo", "signature"))

    def _judged(self, kiosk: KioskId) -> IdentityJudged:
        """Return what some card came to: for an order that stands, or for anything else there ever was."""
        random, post = self.random, self.world.board.posts.get(kiosk)
        placed = [] if post is None else [one for one in post.orders if one.ticket is not None]
        order = random.choice(placed) if placed else None
        ticket, generation = ("t1", 1) if order is None else (order.ticket or "t1", order.generation)
        return IdentityJudged(
            kiosk=kiosk if random.random() < 0.9 else random.choice(self.kiosks),
            order=OrderId("nothing") if order is None else order.id,
            ticket=TicketId(ticket),
            generation=generation if random.random() < 0.8 else generation + random.choice((-1, 1)),
            command=CommandId(random.choice((self._id(), "again"))),
            identity=Identity(outcome=random.choice(("valid", "unchecked", "revoked")), at=""),
            card="",
        )

    def take(self) -> m.TakeTicket:
        """Return somebody's wish for a ticket: with an appointment, in another language, or for what nobody does."""
        random = self.random
        purpose = random.choice((*self.purposes, *self.purposes, *self.purposes, "void"))
        appointment, known = None, self.world.board.appointments
        if known and random.random() < 0.4:
            one = random.choice(known)
            appointment = one.id
            purpose = next(lane.purposes[0] for lane in self.world.city.lanes if lane.id == one.lane)
        return m.TakeTicket(
            id=self._id(),
            purpose=purpose,
            language="en" if random.random() < 0.15 else "ja",
            wants_sign=random.random() < 0.1,
            appointment=appointment,
        )

    def booking(self) -> AnyCommand:
        """Return a wish about a place: one that is free, one that is full, or something about one there is."""
        random, world = self.random, self.world
        lanes = [lane for lane in world.city.lanes if lane.reservations is not None]
        known = list(world.board.book.bookings) or [AppointmentId("b0")]
        open_ = [
            one.id
            for one in world.board.book.bookings.values()
            if isinstance(one.phase, HeldPlace | Promised)
        ]
        one, roll = random.choice(open_ if open_ and random.random() < 0.9 else known), random.random()
        if not lanes or roll < 0.35:
            code = random.choice((f"code-{one}", f"code-{one}", "code"))
            return ConfirmPlace(booking=one, code=code, contact=random.choice(("", "", "x", "z")))
        if roll < 0.42:
            return CancelPlace(booking=one)
        if roll < 0.46:
            return PrintPlace(booking=one)
        lane = random.choice(lanes)
        wishes = ("language:en",) if random.random() < 0.3 else ()
        today = local(world.wall).date()
        places = slots(lane, world.board.book, today, world.now(), wishes)[:4]
        starts = random.choice(places).starts if places else world.wall
        if roll < 0.6:
            return MovePlace(booking=one, starts=starts)
        self.booked += 1
        new = AppointmentId(f"b{self.booked}") if random.random() < 0.9 else one
        contact = random.choice(("", "", "x", "y"))
        kiosk = random.choice((None, random.choice(tuple(world.city.kiosks))))
        return HoldPlace(
            booking=new, lane=lane.id, starts=starts, contact=contact, wishes=wishes, kiosk=kiosk
        )

    def _called(self) -> CallbackOutcome:
        return self.random.choice(("reached", "not_reached", "not_reached", "wrong_number"))

    def promises(self) -> NoteAppointments:
        """Return the appointments of the next minutes."""
        random, wall = self.random, self.world.wall
        self.promised += 2
        first = self.promised - 2
        return NoteAppointments(
            tuple(
                (
                    AppointmentId(f"a{first + n}"),
                    random.choice(self.lanes),
                    wall + random.uniform(-100.0, 900.0),
                )
                for n in range(2)
            )
        )

    def company(self, ticket: str, generation: int) -> AnyCommand:
        """Return a wish about who else is in a call, or where its resident goes next."""
        random = self.random
        where = {"id": self._id(), "ticket": ticket, "generation": generation}
        lane, staff = random.choice((None, *self.lanes)), random.choice((None, *self.everybody))
        other = staff or random.choice(self.clerks)
        return random.choice(
            (
                lambda: m.Raise(id=self._id(), ticket=ticket),
                lambda: m.Transfer(**where, mode="cold", lane=lane, staff=staff),
                lambda: m.Transfer(**where, mode="warm", lane=lane, staff=staff),
                lambda: m.AskToJoin(
                    **where, role=random.choice(("second", "interpreter")), lane=lane, staff=staff
                ),
                lambda: m.AskToJoin(**where, lane=random.choice(self.lanes), note="n1"),
                lambda: m.AskToJoin(
                    **where, role="interpreter", staff=staff, skill=random.choice(("language:en", "sign:jsl"))
                ),
                lambda: m.HandOver(**where, staff=other),
                lambda: m.LeaveCall(**where),
                lambda: m.SetParty(
                    **where, staff=other, held=random.random() < 0.5, gone=random.random() < 0.3
                ),
                lambda: m.SetPlan(**where, lanes=tuple(random.sample(self.lanes, min(2, len(self.lanes))))),
                lambda: m.WarnNext(**where),
            )
        )()

    def steering(self, ticket: str, generation: int) -> AnyCommand:
        """Return a wish about the whole floor, or a call for help."""
        random, world = self.random, self.world
        waiting = [one for one in world.board.tickets.values() if isinstance(one.state, Waiting)]
        if waiting and random.random() < 0.8:
            one = random.choice(waiting)
            ticket, generation = one.id, one.state.generation
        lane, staff = random.choice(self.lanes), random.choice(self.clerks)
        to = random.choice(((lane, None), (None, staff), (lane, staff)))
        calls = [one.id for one in world.board.help] or ["nothing"]
        return random.choice(
            (
                lambda: m.Reassign(
                    id=self._id(), ticket=ticket, generation=generation, lane=to[0], staff=to[1]
                ),
                lambda: m.Reassign(
                    id=self._id(), ticket=ticket, generation=generation, lane=to[0], staff=to[1]
                ),
                lambda: m.CloseLane(id=self._id(), lane=lane, reason="other"),
                lambda: m.OpenLane(id=self._id(), lane=lane),
                lambda: m.OpenLane(id=self._id(), lane=lane),
                lambda: m.PauseColleague(id=self._id(), staff=staff, reason="lunch"),
                lambda: m.ReadyColleague(id=self._id(), staff=staff),
                lambda: m.Announce(id=self._id(), notice=random.choice(("busy", "soon"))),
                lambda: m.EndAnnouncement(id=self._id()),
                lambda: m.SetDuty(
                    id=self._id(),
                    staff=staff,
                    lanes=random.choice(((), (lane,))),
                    skills=tuple(skill for skill in known_skills(world.city) if random.random() < 0.6),
                ),
                lambda: m.EndDuty(id=self._id(), staff=staff),
                lambda: m.EndDuty(id=self._id(), staff=staff),
                lambda: m.ChooseLanes(id=self._id(), lanes=random.choice(((), (), (lane,)))),
                lambda: m.CallForHelp(id=self._id()),
                lambda: m.ComeToHelp(id=self._id(), help=random.choice(calls)),
                lambda: m.EndHelp(id=self._id(), help=random.choice(calls)),
            )
        )()

    def _what(self, own: Ticket | None) -> tuple[str, int]:
        """Return a ticket and generation: the current ones, or something old, foreign or never heard of."""
        random = self.random
        if own is not None and random.random() < 0.8:
            return own.id, own.state.generation
        if own is not None and random.random() < 0.5:
            return own.id, max(0, own.state.generation - 1)
        if self.world.seen and random.random() < 0.8:
            return random.choice(self.world.seen[-12:])
        return f"t{random.randrange(1, 9)}", random.randrange(3)

    def _desk(self) -> m.ChooseDesk:
        return m.ChooseDesk(id=self._id(), desk=self.random.choice((*self.world.city.desks, "")))

    def at(self, kiosk: KioskId) -> KioskActor:
        """Return the kiosk as somebody who asks."""
        return KioskActor(kiosk)

    def id(self) -> str:
        """Return a fresh command id."""
        return self._id()

    def _id(self) -> str:
        self.ids += 1
        return f"c{self.ids}"
