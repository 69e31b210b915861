"""Who may answer a lane: one rule for departments, procedures, languages, signs and authority.

Everything is a threshold: `answers_after` says how long a ticket stands until a person may answer it, and infinity is
"never". Rings and wishes only ever open with time, so whoever may answer now may answer later as well.
"""

from collections.abc import Iterable
from math import inf

from server.core.board import Board
from server.core.city import City, Lane, Person, Ring
from server.core.states import AT_COUNTER

ANSWERING = frozenset(("clerk", "supervisor"))
"""Roles that may answer residents."""

GREETER = "authority:greeter"
"""In a greeter's lane whoever has this is asked first."""


INTERPRETING = ("language:", "sign:")
"""The kinds of skill an interpreter is asked for."""


def interprets(person: Person | None, skill: str) -> bool:
    """Say whether this person answers residents and is noted for this language or sign language."""
    if person is None or not person.enabled or ANSWERING.isdisjoint(person.roles):
        return False
    return skill.startswith(INTERPRETING) and skill in person.skills


KNOWN_AT_MOST = 50_000
_known: dict[tuple[int, int, tuple[str, ...]], tuple[float, Person, Lane]] = {}
"""Answers by identity: people and lanes never change, only new ones come. Each entry keeps its two alive, so that
their ids stay theirs. Every decision and view asks this of every clerk; reckoning it anew was a third of both."""


def has(person: Person, skill: str) -> bool:
    """Say whether a person can or may do this: noted for them, their department, or Japanese."""
    if skill == AT_COUNTER:
        return person.desk != ""
    if skill in person.skills or skill == "language:ja":
        return True
    return skill.startswith("department:") and skill[11:] == person.department


def answers_after(person: Person | None, lane: Lane, wishes: tuple[str, ...] = ()) -> float:
    """Return how many seconds a ticket stands in this lane until this person may answer; infinity = never."""
    if person is None:
        return inf
    key = (id(person), id(lane), wishes)
    found = _known.get(key)
    if found is None:
        if len(_known) >= KNOWN_AT_MOST:
            _known.clear()
        found = _known[key] = (_answers_after(person, lane, wishes), person, lane)
    return found[0]


def _answers_after(person: Person, lane: Lane, wishes: tuple[str, ...]) -> float:
    if not person.enabled or ANSWERING.isdisjoint(person.roles):
        return inf
    if person.lanes is not None and lane.id not in person.lanes:
        return inf
    if not (lane.required or lane.rings or wishes or lane.kind == "greeter"):
        return 0.0
    for skill in lane.required:
        if not has(person, skill):
            return inf
    after = 0.0 if not lane.rings else min((one.after for one in lane.rings if _in(person, one)), default=inf)
    lacking = [wish for wish in wishes if not has(person, wish)]
    if any(wish == AT_COUNTER or wish.partition(":")[0] in lane.insists for wish in lacking):
        return inf
    if lacking or (lane.kind == "greeter" and not has(person, GREETER)):
        after = max(after, lane.prefers_for)
    return after


def _in(person: Person, ring: Ring) -> bool:
    return not ring.any_of or any(has(person, skill) for skill in ring.any_of)


def may_answer(person: Person | None, lane: Lane, waited: float = inf, wishes: tuple[str, ...] = ()) -> bool:
    """Say whether this person may answer a ticket that has stood so long; the city's records decide, no message."""
    after = answers_after(person, lane, wishes)
    return after != inf and after <= waited


def relaxes(lane: Lane, wishes: Iterable[str]) -> bool:
    """Say whether time changes anything about who may answer."""
    return lane.kind == "greeter" or any(True for _ in wishes) or any(ring.after for ring in lane.rings)


def head_start(board: Board, city: City, lane: Lane, wishes: tuple[str, ...]) -> float:
    """Return the seconds nobody need wait for: the first ring that has anybody on duty is open at once."""
    if not relaxes(lane, wishes):
        return 0.0
    on_duty = (
        answers_after(city.staff.get(seat.id), lane, wishes)
        for seat in board.seats.values()
        if seat.present and seat.chosen != "away"
    )
    first = min(on_duty, default=0.0)
    return 0.0 if first == inf else first
