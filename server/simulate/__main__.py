"""`komado-bench queue`: how a city's lanes would do on a day like this, and how many clerks a promise needs.

usage: komado-bench queue [--lanes city.toml] [--arrivals FILE | --rate N] [--staff FILE] [--seed N]

FILE of arrivals: one a line, "seconds purpose minutes". FILE of staff: one a line, "id department skill skill ...".
"""

import argparse
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal

from msgspec.structs import replace

from server.config import load_city
from server.core.city import City, Person
from server.core.hours import JAPAN
from server.protocol.values import StaffId
from server.simulate.day import Arrival, Outcome, Visit, play, random_day

MONDAY_9 = datetime(2026, 11, 16, 9, tzinfo=JAPAN).timestamp()
CITY = Path(__file__).parent.parent / "city.toml"


def main(arguments: list[str] | None = None) -> int:
    """Play days and print what came of them."""
    parser = argparse.ArgumentParser(prog="komado-bench", description=__doc__)
    tools = parser.add_subparsers(dest="tool", required=True)
    queue = tools.add_parser("queue", help="play a day through the real decisions")
    queue.add_argument("--lanes", type=Path, default=CITY, help="a city.toml")
    queue.add_argument("--arrivals", type=Path, help='lines "seconds purpose minutes"')
    queue.add_argument("--rate", type=float, default=50.0, help="arrivals an hour, if there is no file")
    queue.add_argument("--hours", type=float, default=8.0)
    queue.add_argument("--staff", type=Path, help='lines "id department skill ..."')
    queue.add_argument("--clerks", type=int, default=12, help="how many, if there is no file")
    queue.add_argument("--seed", type=int, default=1)
    queue.add_argument(
        "--within", type=float, default=5.0, help="the promise: answered within so many minutes ..."
    )
    queue.add_argument("--level", type=float, default=0.8, help="... for this share of all")
    options = parser.parse_args(arguments)
    city = always_open(load_city(options.lanes))
    arrivals = _arrivals(options.arrivals) if options.arrivals else _by_chance(city, options)
    staff = _people(options.staff) if options.staff else generalists(city, options.clerks)
    outcome = play(replace(city, staff=staff), arrivals, MONDAY_9, tell=True)
    print(report(outcome, options.within))
    print(told(outcome))
    if options.staff is None:
        least = clerks_needed(city, arrivals, options.within, options.level)
        said = "no number of clerks up to 100" if least is None else f"{least} clerks"
        print(f"{options.level:.0%} within {options.within:g} min need {said}")
    return 0


def always_open(city: City) -> City:
    """Return the city without hours: the arrivals say when it is open, and every one of them is counted."""
    return replace(city, lanes=tuple(replace(lane, openings=()) for lane in city.lanes))


def generalists(city: City, count: int) -> dict[StaffId, Person]:
    """Return clerks who may answer every lane."""
    named = {skill for lane in city.lanes for skill in lane.required}
    named |= {skill for lane in city.lanes for ring in lane.rings for skill in ring.any_of}
    one = Person(id=StaffId(""), name="", department="窓口", roles=("clerk",), skills=tuple(sorted(named)))
    return {id: replace(one, id=id) for id in (StaffId(f"c{n:02}") for n in range(1, count + 1))}


def clerks_needed(city: City, arrivals: list[Arrival], minutes: float, level: float) -> int | None:
    """Return the smallest number of clerks that answers so many so soon; more clerks never make it worse."""
    low, high = 1, 100
    if _share(play(replace(city, staff=generalists(city, high)), arrivals, MONDAY_9), minutes) < level:
        return None
    while low < high:
        middle = (low + high) // 2
        outcome = play(replace(city, staff=generalists(city, middle)), arrivals, MONDAY_9)
        low, high = (low, middle) if _share(outcome, minutes) >= level else (middle + 1, high)
    return low


def report(outcome: Outcome, minutes: float) -> str:
    """Return a table of waits per lane, and what holds for everybody."""
    lines = [
        f"{'lane':12} {'visits':>6} {'mean':>6} {'p50':>6} {'p80':>6} {'p95':>6} {'most':>6} {'overtaken':>9}  (minutes)"
    ]
    for lane in (*sorted({one.lane for one in outcome.visits}), None):
        some = [one for one in outcome.visits if lane is None or one.lane == lane]
        waits = sorted(one.waited / 60.0 for one in some if one.waited is not None) or [0.0]
        numbers = (
            sum(waits) / len(waits),
            *(waits[int(q * (len(waits) - 1))] for q in (0.5, 0.8, 0.95, 1.0)),
        )
        most = max((one.overtaken for one in some), default=0)
        lines.append(
            f"{lane or 'all':12} {len(some):6} " + " ".join(f"{n:6.1f}" for n in numbers) + f" {most:9}"
        )
    never = sum(one.waited is None for one in outcome.visits)
    lines.append(
        f"answered within {minutes:g} min: {_share(outcome, minutes):.0%}; never answered: {never}; turned away: {outcome.turned_away}"
    )
    lines.append(f"clerks busy: {outcome.busy:.0%}; events: {outcome.events}")
    return "\n".join(lines)


def told(outcome: Outcome) -> str:
    """Return how true the waits were that people were told, per lane: half should come by p50, four fifths by p80."""
    lines = [f"{'told':12} {'people':>6} {'by p50':>7} {'by p80':>7} {'by range':>8} {'explained':>9}"]
    for lane in (*sorted({one.lane for one in outcome.visits}), None):
        some = [one for one in outcome.visits if lane is None or one.lane == lane]
        heard = [one for one in some if one.told is not None and one.waited is not None]
        if heard:
            by = [hit_rate(heard, part) for part in ("p50", "p80", "range")]
            explained = sum(one.explained > 0 for one in heard) / len(heard)
            lines.append(
                f"{lane or 'all':12} {len(heard):6} {by[0]:7.0%} {by[1]:7.0%} {by[2]:8.0%} {explained:9.0%}"
            )
    return "\n".join(lines)


def hit_rate(visits: Sequence[Visit], part: Literal["p50", "p80", "range"]) -> float:
    """Return the share of these visits that were answered by this part of what they were first told."""
    hits = people = 0
    for one in visits:
        if one.told is None or one.waited is None:
            continue
        people += 1
        by = {"p50": one.told.p50, "p80": one.told.p80, "range": 60.0 * one.told.high}[part]
        hits += one.waited - one.told_after <= by
    return hits / max(1, people)


def _share(outcome: Outcome, minutes: float) -> float:
    soon = sum(one.waited is not None and one.waited <= 60.0 * minutes for one in outcome.visits)
    return soon / max(1, len(outcome.visits) + outcome.turned_away)


def _by_chance(city: City, options: argparse.Namespace) -> list[Arrival]:
    shares = [(lane.purposes[0], 1.0, float(lane.minutes_per_visit)) for lane in city.lanes if lane.purposes]
    return random_day(options.rate, options.hours, shares, options.seed)


def _arrivals(file: Path) -> list[Arrival]:
    rows = (line.split() for line in file.read_text(encoding="utf-8").splitlines() if line.strip())
    return [Arrival(at=float(row[0]), purpose=row[1], seconds=60.0 * float(row[2])) for row in rows]


def _people(file: Path) -> dict[StaffId, Person]:
    rows = [line.split() for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    return {
        StaffId(row[0]): Person(
            id=StaffId(row[0]), name=row[0], department=row[1], roles=("clerk",), skills=tuple(row[2:])
        )
        for row in rows
    }


if __name__ == "__main__":
    sys.exit(main())
