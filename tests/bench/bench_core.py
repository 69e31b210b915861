"""How long the pure part thinks in a big city: 500 people wait, 100 clerks talk, 600 kiosks stand around.

Processor time of one thread; each number is the middle one of `ROUNDS`, because a busy machine slows whole rounds.
"""

from collections.abc import Callable
from statistics import median

from tests.bench.table import Row, spread

ROUNDS = 7
VISITS = 100
VIEWS = 200


def measure() -> list[Row]:
    """Time decisions, and the views each kind of viewer is sent after them."""
    from server.core.due import next_deadline
    from server.core.estimate import reckon
    from server.core.look import Look
    from server.core.views import view_for_fleet, view_for_kiosk, view_for_staff
    from tests.server.core.bench import CLERKS, IT, KIOSKS, NOW, Bench, timed

    bench = Bench()
    bench.fill()
    city = bench.city
    looks = [Look(bench.board, city, NOW)]

    def one_clerk(n: int) -> None:
        """As the server does: a commit is looked at once, for all consoles."""
        if n % len(CLERKS) == 0:
            looks[:] = [Look(bench.board, city, NOW)]
        view_for_staff(bench.board, city, CLERKS[n % len(CLERKS)], NOW, looks[0])

    views: dict[str, Callable[[int], object]] = {
        "next deadline": lambda _: next_deadline(bench.board, city, NOW),
        "view for one clerk": one_clerk,
        "view for one clerk, the first of a commit": lambda n: view_for_staff(
            bench.board, city, CLERKS[n % len(CLERKS)], NOW
        ),
        "view for one kiosk": lambda n: view_for_kiosk(bench.board, city, KIOSKS[n % len(KIOSKS)], NOW),
        "view for the fleet page": lambda _: view_for_fleet(bench.board, city, IT, NOW),
    }
    seen = dict[str, list[tuple[float, float]]]()
    for _ in range(ROUNDS):
        bench.times.clear()
        for _ in range(VISITS):
            bench.visit()
        seen.setdefault("decide and evolve", []).append(spread(bench.times))
        for what, work in views.items():
            seen.setdefault(what, []).append(spread(timed(work, VIEWS)))
        reckoned = timed(lambda _: reckon(bench.board, city, NOW), VIEWS // 10)
        seen.setdefault("waits of everybody, reckoned", []).append(spread(reckoned))
    targets = {"decide and evolve": 500.0, "view for one clerk": 1_000.0}
    return [row for what, rounds in seen.items() for row in _rows(what, rounds, targets.get(what))]


def _rows(what: str, rounds: list[tuple[float, float]], target: float | None) -> list[Row]:
    middles, highs = [1e6 * one for one, _ in rounds], [1e6 * one for _, one in rounds]
    note = f"rounds: {min(highs):.0f} to {max(highs):.0f}"
    return [
        Row(bench="core", what=f"{what}, p50", value=median(middles), unit="us"),
        Row(bench="core", what=f"{what}, p95", value=median(highs), unit="us", target=target, note=note),
    ]
