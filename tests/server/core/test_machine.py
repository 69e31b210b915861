"""Hypothesis tries every order of wishes and faults on the board, old capabilities included, and shrinks what breaks."""

from typing import Literal

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from server.core import estimate
from server.core.commands import (
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
from server.protocol import messages as m
from server.protocol.values import Health, KioskId, SlipContent, StaffId, TicketId
from tests.server.core.example import (
    BOSS,
    FRIDAY_10,
    KITA,
    LINK,
    MINAMI,
    NISHI,
    SATO,
    SUZUKI,
    TANAKA,
    with_link,
)
from tests.server.core.world import World

KIOSKS = st.sampled_from((KITA, MINAMI, NISHI, LINK))
CLERKS = st.sampled_from((SATO, SUZUKI, TANAKA, BOSS))
BACK = st.integers(0, 5)
SECONDS = st.sampled_from((0.0, 0.5, 5.0, 19.9, 20.0, 30.0, 31.0, 90.0, 300.0))
SERVER = ServerActor()


class AnyDay(RuleBasedStateMachine):
    """Whatever order things come in, the promises of `World` hold after each."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World(with_link(), FRIDAY_10)
        self.ids = 0
        for kiosk in (KITA, MINAMI):
            self.world.do(SERVER, KioskConnected(kiosk, "m", Health(version="1")))
        for staff in (SATO, SUZUKI):
            self.world.do(SERVER, StaffConnected(staff, b"key"))

    def id(self) -> str:
        """Return a fresh command id."""
        self.ids += 1
        return f"c{self.ids}"

    def capability(self, back: int) -> tuple[str, int]:
        """Return a (ticket, generation) somebody was shown: the newest, or one from before."""
        seen = self.world.seen
        return seen[-1 - back % len(seen)] if seen else ("t1", 0)

    def current(self, staff: StaffId) -> tuple[str, int]:
        """Return what this clerk holds now."""
        seat = self.world.board.seats.get(staff)
        if seat is None or seat.ticket is None:
            return self.capability(0)
        return seat.ticket, self.world.board.tickets[seat.ticket].state.generation

    @rule(kiosk=KIOSKS, purpose=st.sampled_from(("talk", "tennyu", "kaigo", "unheard")))
    def take_ticket(self, kiosk: KioskId, purpose: str) -> None:
        self.world.do(KioskActor(kiosk), m.TakeTicket(id=self.id(), purpose=purpose))

    @rule(kiosk=KIOSKS, back=BACK, away=st.booleans())
    def cancel(self, kiosk: KioskId, back: int, away: bool) -> None:
        ticket, _ = self.capability(back)
        self.world.do(KioskActor(kiosk), m.CancelTicket(id=self.id(), ticket=ticket, away=away))

    @rule(kiosk=KIOSKS, back=BACK)
    def hang_up(self, kiosk: KioskId, back: int) -> None:
        ticket, generation = self.capability(back)
        self.world.do(KioskActor(kiosk), m.HangUp(id=self.id(), ticket=ticket, generation=generation))

    @rule(kiosk=KIOSKS, back=BACK)
    def media_is_up(self, kiosk: KioskId, back: int) -> None:
        ticket, generation = self.capability(back)
        self.world.do(KioskActor(kiosk), m.MediaIsUp(id=self.id(), ticket=ticket, generation=generation))

    @rule(kiosk=KIOSKS, back=BACK, alive=st.booleans())
    def clerk_heard(self, kiosk: KioskId, back: int, alive: bool) -> None:
        ticket, generation = self.capability(back)
        heard = m.ClerkHeard(id=self.id(), ticket=ticket, generation=generation, alive=alive)
        self.world.do(KioskActor(kiosk), heard)

    @rule(staff=CLERKS)
    def ready(self, staff: StaffId) -> None:
        self.world.do(StaffActor(staff), m.SetReady(id=self.id()))

    @rule(staff=CLERKS)
    def pause(self, staff: StaffId) -> None:
        self.world.do(StaffActor(staff), m.Pause(id=self.id(), reason="lunch"))

    @rule(staff=CLERKS)
    def accept(self, staff: StaffId) -> None:
        ticket, generation = self.current(staff)
        self.world.do(StaffActor(staff), m.Accept(id=self.id(), ticket=ticket, generation=generation))

    @rule(staff=CLERKS, back=BACK)
    def accept_something_old(self, staff: StaffId, back: int) -> None:
        ticket, generation = self.capability(back)
        self.world.do(StaffActor(staff), m.Accept(id=self.id(), ticket=ticket, generation=generation))

    @rule(
        staff=CLERKS,
        back=BACK,
        wish=st.sampled_from(
            ("decline", "hold", "resume", "end", "finish", "card", "slip", "later", "mail", "fetch")
        ),
    )
    def wish(self, staff: StaffId, back: int, wish: str) -> None:
        ticket, generation = self.current(staff) if back < 4 else self.capability(back)
        where = {"id": self.id(), "ticket": ticket, "generation": generation}
        wishes = {
            "decline": lambda: m.Decline(**where, reason="busy"),
            "hold": lambda: m.Hold(**where),
            "resume": lambda: m.Resume(**where),
            "end": lambda: m.EndCall(**where),
            "finish": lambda: m.FinishWrapup(**where, result="completed"),
            "card": lambda: m.RequestCard(**where),
            "slip": lambda: m.PrintSlip(**where, content=SlipContent()),
            "later": lambda: m.PrintLater(**where, order=self.some_order()),
            "mail": lambda: m.SendByMail(**where, order=self.some_order()),
            "fetch": lambda: m.FetchPaper(**where, code=next(iter(self.world.board.papers), "000000")),
        }
        decided = self.world.do(StaffActor(staff), wishes[wish]())
        held = self.world.board.tickets.get(TicketId(ticket))
        if held is not None and generation < held.state.generation:
            assert isinstance(decided, Refusal)

    @rule(staff=CLERKS, back=BACK, how=st.sampled_from(("watch", "join")))
    def enter_call(self, staff: StaffId, back: int, how: Literal["watch", "join"]) -> None:
        ticket, _ = self.capability(back)
        self.world.do(StaffActor(staff), m.EnterCall(id=self.id(), ticket=ticket, how=how))

    def some_order(self) -> str:
        """Return the newest order of any kiosk."""
        orders = [order.id for post in self.world.board.posts.values() for order in post.orders]
        return orders[-1] if orders else "nothing"

    @rule(kiosk=KIOSKS, outcome=st.sampled_from(("printed", "paper_out", "unknown")))
    def an_order_ends(self, kiosk: KioskId, outcome: str) -> None:
        post = self.world.board.posts.get(kiosk)
        for order in () if post is None else post.orders:
            settled = m.OrderSettled(id=self.id(), order=order.id, outcome=outcome)
            self.world.do(KioskActor(kiosk), settled)

    @rule(staff=CLERKS)
    def a_result_is_put_right(self, staff: StaffId) -> None:
        for id in list(self.world.board.ended)[-2:]:
            wish = m.CorrectResult(id=self.id(), ticket=id, result="missing_papers")
            self.world.do(StaffActor(staff), wish)

    @rule(kiosk=KIOSKS, remembers=st.booleans())
    def kiosk_connects(self, kiosk: KioskId, remembers: bool) -> None:
        live = self.world.live(kiosk)
        ticket = live.id if live is not None and remembers else None
        self.world.do(SERVER, KioskConnected(kiosk, "m", Health(version="1"), ticket))

    @rule(kiosk=KIOSKS)
    def kiosk_goes(self, kiosk: KioskId) -> None:
        self.world.do(SERVER, KioskLost(kiosk))

    @rule(staff=CLERKS)
    def clerk_connects(self, staff: StaffId) -> None:
        self.world.do(SERVER, StaffConnected(staff, b"key"))

    @rule(staff=CLERKS)
    def clerk_goes(self, staff: StaffId) -> None:
        self.world.do(SERVER, StaffLost(staff))

    @rule()
    def waits_are_reckoned(self) -> None:
        self.world.do(SERVER, estimate.reckon(self.world.board, self.world.city, self.world.now()))

    @rule()
    def the_server_restarts(self) -> None:
        self.world.do(SERVER, Restarted())

    @rule()
    def a_late_tick(self) -> None:
        self.world.do(SERVER, Tick())

    @rule(seconds=SECONDS)
    def time_passes(self, seconds: float) -> None:
        self.world.pass_time(seconds)

    @rule(seconds=SECONDS)
    def nobody_ticks_for_a_while(self, seconds: float) -> None:
        self.world.elapsed += seconds

    @rule(hours=st.sampled_from((-48, -1, 1, 24)))
    def the_wall_clock_steps(self, hours: int) -> None:
        self.world.wall += hours * 3600

    @invariant()
    def history_replays(self) -> None:
        self.world.check_history()


OFTEN = settings(
    max_examples=80,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


TestAnyDay = AnyDay.TestCase
TestAnyDay.settings = settings(OFTEN, max_examples=12)


@pytest.mark.slow
def test_any_order_of_wishes_and_faults_tried_often_breaks_no_promise():
    run_state_machine_as_test(AnyDay, settings=OFTEN)
