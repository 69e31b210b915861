"""A world with short words, so that a test reads like what happened."""

import msgspec

from server.core import estimate
from server.core import events as e
from server.core.city import City
from server.core.commands import (
    AnyCommand,
    KioskActor,
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
from server.core.states import AnyState, Ticket
from server.protocol import messages as m
from server.protocol.values import Health, KioskId, RefusalCode, StaffId, TicketId
from tests.server.core.example import FRIDAY_10, KITA, city
from tests.server.core.world import World

SERVER = ServerActor()
HEALTH = Health(version="1.0")


class Desk(World):
    """What people and sockets do, one word each; each checks every promise on its way."""

    def __init__(self, town: City | None = None, wall: float = FRIDAY_10) -> None:
        super().__init__(town or city(), wall)
        self.ids = 0

    def id(self) -> str:
        """Return a fresh command id."""
        self.ids += 1
        return f"c{self.ids}"

    def news(self, command: AnyCommand) -> tuple[e.Event, ...] | Refusal:
        """Tell the board something of the server's own."""
        return self.do(SERVER, command)

    def here(self, *staff: StaffId) -> None:
        """Connect clerks who are ready, one second apart, so that the first is the longest idle."""
        for one in staff:
            self.news(StaffConnected(one, b"key-" + one.encode()))
            self.staff(one, m.SetReady(id=self.id()))
            self.pass_time(1.0)

    def kiosk_on(self, *kiosks: KioskId, ticket: str | None = None, health: Health = HEALTH) -> None:
        """Connect kiosks."""
        for one in kiosks:
            self.news(KioskConnected(one, f"m-{one}", health, None if ticket is None else TicketId(ticket)))

    def kiosk_off(self, kiosk: KioskId) -> None:
        """Lose a kiosk's socket."""
        self.news(KioskLost(kiosk))

    def clerk_off(self, staff: StaffId) -> None:
        """Lose a clerk's socket."""
        self.news(StaffLost(staff))

    def restart(self) -> None:
        """Start the server again."""
        self.news(Restarted())

    def tick(self) -> None:
        """Let what is due happen."""
        self.news(Tick())

    def reckon(self) -> tuple[e.Event, ...]:
        """Let everybody be told how long it takes; return what they were told."""
        return self.do(SERVER, estimate.reckon(self.board, self.city, self.now()))  # pyright: ignore[reportReturnType]  never refused

    def staff(self, staff: StaffId, command: AnyCommand) -> RefusalCode | None:
        """Return the refusal of a clerk's wish, if any."""
        return self._refused(self.do(StaffActor(staff), command))

    def kiosk(self, kiosk: KioskId, command: AnyCommand) -> RefusalCode | None:
        """Return the refusal of a kiosk's wish, if any."""
        return self._refused(self.do(KioskActor(kiosk), command))

    def take(self, kiosk: KioskId = KITA, purpose: str = "talk") -> str:
        """Take a ticket and return its id."""
        assert self.kiosk(kiosk, m.TakeTicket(id=self.id(), purpose=purpose)) is None
        return f"t{self.board.issued}"

    def accept(self, staff: StaffId, ticket: str) -> RefusalCode | None:
        """Accept with the generation the board shows."""
        generation = self.state(ticket).generation
        return self.staff(staff, m.Accept(id=self.id(), ticket=ticket, generation=generation))

    def media(self, ticket: str) -> RefusalCode | None:
        """Say that voice flows."""
        one = self.board.tickets[TicketId(ticket)]
        up = m.MediaIsUp(id=self.id(), ticket=ticket, generation=one.state.generation)
        return self.kiosk(one.kiosk, up)

    def heard(self, ticket: str, alive: bool) -> RefusalCode | None:
        """Say whether the clerk's heartbeat arrives."""
        one = self.board.tickets[TicketId(ticket)]
        heard = m.ClerkHeard(id=self.id(), ticket=ticket, generation=one.state.generation, alive=alive)
        return self.kiosk(one.kiosk, heard)

    def end(self, staff: StaffId, ticket: str) -> RefusalCode | None:
        """End the call."""
        end = m.EndCall(id=self.id(), ticket=ticket, generation=self.state(ticket).generation)
        return self.staff(staff, end)

    def finish(self, staff: StaffId, ticket: str, result: str = "completed") -> RefusalCode | None:
        """Finish the wrap-up."""
        generation = self.state(ticket).generation
        wish = m.FinishWrapup(id=self.id(), ticket=ticket, generation=generation, result=result)
        return self.staff(staff, wish)

    def call(self, staff: StaffId, kiosk: KioskId = KITA) -> str:
        """Bring this clerk and this kiosk into conversation and return the ticket."""
        ticket = self.take(kiosk)
        assert self.accept(staff, ticket) is None
        assert self.media(ticket) is None
        return ticket

    def state(self, ticket: str) -> AnyState:
        """Return the state of a ticket, live or over."""
        id = TicketId(ticket)
        return (self.board.tickets.get(id) or self.board.ended[id]).state

    def ticket(self, ticket: str) -> Ticket:
        """Return a ticket, live or over."""
        id = TicketId(ticket)
        return self.board.tickets.get(id) or self.board.ended[id]

    def events(self) -> list[e.Event]:
        """Return everything in the journal."""
        return [msgspec.json.decode(body, type=e.Event) for body in self.journal]

    def name(self, ticket: str) -> str:
        """Return the name of a ticket's state."""
        return type(self.state(ticket)).__name__

    @staticmethod
    def _refused(decided: tuple[e.Event, ...] | Refusal) -> RefusalCode | None:
        return decided.code if isinstance(decided, Refusal) else None
