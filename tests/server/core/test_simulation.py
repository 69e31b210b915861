"""Tens of thousands of seeded steps of people, faults and time, with every promise checked after each of them."""

from random import Random

import msgspec
import pytest

from server.core import events as e
from server.core.states import Held, Serving
from tests.server.core.chaos import Chaos
from tests.server.core.example import FRIDAY_10, busy_city, city, evening_city
from tests.server.core.rush import rush
from tests.server.core.world import World

ALWAYS_OPEN, BUSY, EVENING = city(), busy_city(), evening_city()
STEPS = 2_500


def simulate(seed: int, steps: int = STEPS, wall: float = FRIDAY_10) -> World:
    """Return a world after that many checked steps: a simple city, one in which every rule applies, or its evening."""
    world = World(EVENING if seed % 4 == 2 else BUSY if seed % 2 else ALWAYS_OPEN, wall)
    chaos = Chaos(world, Random(seed))
    for number in range(steps):
        chaos.step()
        if number % 250 == 0:
            world.check_history()
    world.check_history()
    return world


@pytest.mark.parametrize("seed", range(10))
def test_whatever_happens_the_promises_hold(seed: int):
    world = simulate(seed)
    assert world.steps >= STEPS * 0.8


@pytest.mark.parametrize("seed", range(6))
def test_in_a_rush_nobody_is_overtaken_more_often_than_promised(seed: int):
    world = rush(seed)
    assert any(world.books.overtaken.values()), "a rush in which nobody is overtaken proves nothing"


@pytest.mark.slow
def test_two_hundred_thousand_steps_and_no_promise_is_broken():
    for seed in range(1000, 1000 + 200_000 // 5_000):
        simulate(seed, 5_000)


@pytest.mark.slow
@pytest.mark.deep
def test_two_million_steps_and_no_promise_is_broken():
    for seed in range(10_000, 10_000 + 2_000_000 // 10_000):
        simulate(seed, 10_000)


@pytest.mark.slow
def test_the_simulation_reaches_every_kind_of_event():
    every = {kind.__struct_config__.tag for kind in e.Event.__args__} - {"ticket_expired"}
    missing = set(every)
    for seed in (
        146,
        139,
        *range(100, 130),
    ):  # 146: an evening that lets people go, 139: a place that moves; as far as it takes: what one walk never meets, another does
        missing -= {msgspec.json.decode(body)["type"] for body in simulate(seed).journal}
        if not missing:
            break
    assert not missing


@pytest.mark.parametrize("shift", [-10 * 365 * 86400.0, 10 * 365 * 86400.0, -3600.0])
def test_a_wall_clock_that_stands_elsewhere_changes_nothing_but_dates(shift: float):
    def outcome(wall: float) -> list[object]:
        facts = [msgspec.json.decode(body) for body in simulate(7, 1200, wall).journal]
        for fact in facts:
            if fact["type"] == "paper_kept":
                del fact["until"]  # a date, unlike the others' seconds
        dates = ("day", "wall", "number", "starts", "offset")
        return [{k: v for k, v in fact.items() if k not in dates} for fact in facts]

    assert outcome(FRIDAY_10) == outcome(FRIDAY_10 + shift)


def test_when_everybody_falls_silent_every_visit_comes_to_its_end():
    for seed in range(20, 26):
        world = simulate(seed, 600)
        world.pass_time(13 * 3600.0)
        # Only a conversation in which both sides still hear each other may last that long.
        for ticket in world.board.tickets.values():
            if ticket.callback is not None:
                continue  # at home, until somebody calls
            assert isinstance(ticket.state, Serving | Held)
            assert ticket.state.kiosk_lost is None
