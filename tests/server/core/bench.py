"""A big city to measure in: 500 people wait, 100 clerks talk, 600 kiosks stand around."""

import time
from collections.abc import Callable
from typing import get_args

from msgspec.structs import replace

from server.core.board import Board
from server.core.city import Device
from server.core.commands import (
    Actor,
    AnyCommand,
    KioskActor,
    KioskConnected,
    Refusal,
    ServerActor,
    StaffActor,
    StaffConnected,
)
from server.core.decide import decide
from server.core.evolve import fold
from server.core.journal import Now
from server.core.states import Offered, Serving
from server.protocol import messages as m
from server.protocol.values import Device as Part
from server.protocol.values import DeviceName, Health, KioskId, SiteId, StaffId
from tests.server.core.example import FRIDAY_10, IT, OPEN_LANE, city, person

NOW = Now(elapsed=0.0, wall=FRIDAY_10)
CLERKS = [StaffId(f"s{number}") for number in range(100)]
KIOSKS = [KioskId(f"k{number}") for number in range(600)]
HEALTHY = Health(
    version="1",
    devices=tuple(Part(name=name, state="ok", driver="simulated") for name in get_args(DeviceName)),
)


class Bench:
    """A big city and how long its decisions take."""

    def __init__(self) -> None:
        staff = {id: person(id, "窓口課", "clerk") for id in CLERKS} | {IT: person(IT, "情報課", "field_it")}
        kiosks = {
            id: Device(id=id, site=SiteId("kita"), name=id, public_key=b"k", enrolled="2026-11-01")
            for id in KIOSKS
        }
        self.city = replace(city(OPEN_LANE), staff=staff, kiosks=kiosks)
        self.board = Board()
        self.times: list[float] = []
        self.ids = 0

    def do(self, actor: Actor, command: AnyCommand) -> None:
        """Decide and fold, and note how long both took."""
        start = time.thread_time()
        decided = decide(self.board, self.city, actor, command, NOW)
        if isinstance(decided, Refusal):
            raise AssertionError(decided)
        self.board = fold(self.board, decided)
        self.times.append(time.thread_time() - start)

    def id(self) -> str:
        """Return a fresh command id."""
        self.ids += 1
        return f"c{self.ids}"

    def answer(self) -> None:
        """Let the first ringing clerk answer, and voice flow."""
        ticket = next(one for one in self.board.tickets.values() if isinstance(one.state, Offered))
        assert isinstance(ticket.state, Offered)
        generation, staff = ticket.state.generation, ticket.state.staff
        self.do(StaffActor(staff), m.Accept(id=self.id(), ticket=ticket.id, generation=generation))
        self.do(KioskActor(ticket.kiosk), m.MediaIsUp(id=self.id(), ticket=ticket.id, generation=generation))

    def fill(self) -> None:
        """Bring 100 clerks into conversation and let 500 people wait."""
        for kiosk in KIOSKS:
            self.do(ServerActor(), KioskConnected(kiosk, "m", HEALTHY))
        for staff in CLERKS:
            self.do(ServerActor(), StaffConnected(staff, b"key"))
            self.do(StaffActor(staff), m.SetReady(id=self.id()))
        for kiosk in KIOSKS:
            self.do(KioskActor(kiosk), m.TakeTicket(id=self.id(), purpose="talk"))
        for _ in CLERKS:
            self.answer()

    def visit(self) -> None:
        """One conversation ends, the next begins, and its resident asks again."""
        ticket = next(one for one in self.board.tickets.values() if isinstance(one.state, Serving))
        assert isinstance(ticket.state, Serving)
        generation, clerk = ticket.state.generation, StaffActor(ticket.state.staff)
        self.do(clerk, m.EndCall(id=self.id(), ticket=ticket.id, generation=generation))
        finish = m.FinishWrapup(id=self.id(), ticket=ticket.id, generation=generation, result="completed")
        self.do(clerk, finish)
        self.answer()
        self.do(KioskActor(ticket.kiosk), m.TakeTicket(id=self.id(), purpose="talk"))


def timed(work: Callable[[int], object], times: int = 300) -> list[float]:
    """Return how long each run took."""
    out: list[float] = []
    for number in range(times):
        start = time.thread_time()
        work(number)
        out.append(time.thread_time() - start)
    return out
