"""Planted bugs, one at a time: the simulation with its checks must notice each, or it proves nothing.

A bug is a line of the core replaced by a wrong one. Only the bytecode of the module's functions is exchanged, so
every caller runs the wrong line while all classes stay the same; the true bytecode is put back afterwards.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FunctionType, ModuleType

import pytest

from server.core import board, decide, matching, orders, ticket
from tests.server.core.test_simulation import simulate

MUTANTS: dict[str, tuple[ModuleType, str, str]] = {
    "anybody may accept another clerk's offer": (
        ticket, "if (staff, generation) != (state.staff, state.generation):", "if generation != state.generation:",
    ),
    "an old generation may accept": (
        ticket, "if (staff, generation) != (state.staff, state.generation):", "if staff != state.staff:",
    ),
    "an old generation may end a call": (ticket, "if generation != state.generation:\n        return _STALE\n    return None if staff", "if False:\n        return _STALE\n    return None if staff"),
    "a proof of an old generation counts": (orders, "order.generation == judged.generation == ticket.state.generation", "order.generation"),
    "a proof counts twice": (orders, 'return () if order.settled_by == judged.command else Refusal("stale")', "pass"),
    "an old generation may hang up": (ticket, "return None if generation == state.generation else _STALE", "return None"),
    "an offer does not raise the generation": (ticket, "generation=state.generation + 1, deadline=until", "generation=state.generation, deadline=until"),
    "picking from the queue does not raise the generation": (ticket, "generation=generation + 1, deadline=until", "generation=generation, deadline=until"),
    "an offer never expires": (ticket, 'why="no_answer"),)', 'why="no_answer"),)[:0]'),
    "a lost kiosk is forgotten on the way back": (ticket, "kiosk_lost=lost)", "kiosk_lost=None)"),
    "a clerk is rung while holding a ticket": (matching, 'and seat.chosen == "ready" and seat.ticket is None', 'and seat.chosen == "ready"'),
    "a clerk is rung who is not there": (matching, "return seat.connected and", "return"),
    "one clerk gets two offers at once": (matching, "del free[staff]", "pass"),
    "the newest ticket is served first": (matching, "for ticket in board.tickets.values():\n        if not free:", "for ticket in reversed(board.tickets.values()):\n        if not free:"),
    "a ticket rings though its kiosk is gone": (matching, "or ticket.state.kiosk_lost is not None:\n            continue", "or False:\n            continue"),
    "a declined ticket never rings there again": (matching, "now >= passed[staff] + machine.REST", "False"),
    "nobody is rung when a ticket comes back": (decide, "return (*decided, *matching.offers(after, city, now.elapsed))", "return decided if len(decided) == 1 else (*decided, *matching.offers(after, city, now.elapsed))"),
    "a kiosk may take many tickets": (decide, "if here is not None:  #", "if False:  #"),
    "numbers go by how many are waiting": (decide, "number=board.days.get(day, Day()).issued + 1", "number=len(board.tickets) + 1"),
    "a busy clerk may pick another ticket": (decide, "and not matching.is_free(seat)", "and False"),
    "a clerk without socket may accept": (decide, "isinstance(decided, tuple) and not seat.connected", "False"),
    "a clerk is not freed at the end": (board, "seat = replace(seats[old], ticket=None,", "seat = replace(seats[old],"),
    "a clerk is not bound by an offer": (board, "seats[new] = replace(seats[new], ticket=after.id,", "seats[new] = replace(seats[new],"),
    "what is over stays on the board": (board, "for id, ticket in board.tickets.items() if id != after.id}", "for id, ticket in {**board.tickets, after.id: after}.items()}"),
    "a returned ticket goes to the end": (board, "tickets = {**board.tickets, after.id: after}", "tickets = {**{i: t for i, t in board.tickets.items() if i != after.id}, after.id: after}"),
    "a card request outlives its call": (board, 'if order.kind == "card" and', "if False and"),
    "one order id is used twice": (orders, "if any(placed.id == order for other", "if False and any(placed.id == order for other"),
    "a kiosk restarts before somebody's eyes": (orders, 'case "restart":\n                if resident is None:', 'case "restart":\n                if True:'),
}  # fmt: skip


@contextmanager
def planted(module: ModuleType, right: str, wrong: str) -> Iterator[None]:
    """Run with this bug in the module."""
    assert module.__file__ is not None
    source = Path(module.__file__).read_text(encoding="utf-8")
    assert right in source, "the line this bug replaces is gone: plant it anew"
    scratch = dict(vars(module))
    exec(compile(source.replace(right, wrong), f"{module.__name__} with a bug", "exec"), scratch)
    true = {name: one for name, one in vars(module).items() if _own(one, module)}
    codes = {name: one.__code__ for name, one in true.items()}
    try:
        for name, one in true.items():
            one.__code__ = scratch[name].__code__
        yield
    finally:
        for name, one in true.items():
            one.__code__ = codes[name]


def _own(one: object, module: ModuleType) -> bool:
    return isinstance(one, FunctionType) and one.__module__ == module.__name__


def many_days(seeds: int = 12) -> None:
    """Run the simulation on these seeds."""
    for seed in range(seeds):
        simulate(seed, 1500)


@pytest.mark.parametrize("bug", MUTANTS)
def test_a_planted_bug_is_noticed(bug: str):
    module, right, wrong = MUTANTS[bug]
    assert module is sys.modules[module.__name__]
    with planted(module, right, wrong), pytest.raises((AssertionError, KeyError)):
        many_days()


def test_without_a_bug_the_same_seeds_pass():
    many_days(2)
