"""A rush hour: more people than clerks can answer, many of them urgent or with an appointment, and small bounds.

Where `chaos.py` breaks everything that can break, here everything works and there is simply too much of it: the bound
on overtaking is reached all the time, so that whatever would pass it does.
"""

from random import Random

from server.core.commands import KioskConnected, NoteAppointments, ServerActor, StaffActor, StaffConnected
from server.core.matching import is_free
from server.core.states import Connecting, Held, Offered, Serving, Waiting, Wrapup
from server.protocol import messages as m
from server.protocol.values import AppointmentId, StaffId
from tests.server.core.chaos import HEALTH, Chaos
from tests.server.core.example import FRIDAY_10, HONDA, SATO, SUZUKI, busy_city
from tests.server.core.world import World


def rush(seed: int, steps: int = 400) -> World:
    """Return a world after a rush of so many checked steps."""
    world, random = World(busy_city(), FRIDAY_10), Random(seed)
    people = Chaos(world, random)
    for kiosk in world.city.kiosks:
        world.do(ServerActor(), KioskConnected(kiosk, "m", HEALTH))
    for staff in (SATO, SUZUKI, HONDA)[: random.choice((1, 2, 3))]:
        world.do(ServerActor(), StaffConnected(staff, b"key"))
        world.do(StaffActor(staff), m.SetReady(id=people.id()))
    for _ in range(steps):
        _step(world, people, random)
    world.check_history()
    return world


def _step(world: World, people: Chaos, random: Random) -> None:
    roll = random.random()
    waiting = [one for one in world.board.tickets.values() if isinstance(one.state, Waiting)]
    if roll < 0.35:
        kiosk = random.choice(people.kiosks)
        if world.live(kiosk) is None:
            world.do(people.at(kiosk), people.take())
    elif roll < 0.45 and waiting:
        by = StaffActor(random.choice(people.clerks))
        world.do(by, m.Raise(id=people.id(), ticket=waiting[-1].id))
    elif roll < 0.50:
        starts = tuple(
            (
                AppointmentId(f"r{people.ids}-{n}"),
                random.choice(people.lanes),
                world.wall + random.uniform(0, 400),
            )
            for n in range(random.choice((1, 3)))
        )
        world.do(ServerActor(), NoteAppointments(starts))
    elif roll < 0.58:
        world.pass_time(random.choice((0.5, 3.0, 15.0, 40.0)))
    elif roll < 0.68 and waiting:
        free = [seat.id for seat in world.board.seats.values() if is_free(seat)]
        if free:  # kept for an appointment, and picking by hand all the same
            one = random.choice(waiting)
            accept = m.Accept(id=people.id(), ticket=one.id, generation=one.state.generation)
            world.do(StaffActor(random.choice(free)), accept)
    else:
        for seat in tuple(world.board.seats.values()):
            if random.random() < 0.7:
                _work(world, people, seat.id, random)


def _work(world: World, people: Chaos, staff: StaffId, random: Random) -> None:
    """Let a clerk do what comes next."""
    held = world.board.seats[staff].ticket
    if held is None:
        world.do(StaffActor(staff), m.SetReady(id=people.id()))
        return
    ticket, clerk = world.board.tickets[held], StaffActor(staff)
    where = {"id": people.id(), "ticket": held, "generation": ticket.state.generation}
    match ticket.state:
        case Offered():
            if random.random() < 0.15:
                world.do(clerk, m.Decline(**where, reason="busy"))
            else:
                world.do(clerk, m.Accept(**where))
        case Connecting():
            world.do(people.at(ticket.kiosk), m.MediaIsUp(**where))
        case Serving() | Held():
            world.do(clerk, m.EndCall(**where))
        case Wrapup():
            world.do(clerk, m.FinishWrapup(**where, result="completed"))
        case _:
            raise AssertionError("nobody is bound by anything else")
