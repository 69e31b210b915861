"""A simulated day is the real queue: it agrees with the theory where the theory applies, and repeats itself."""

from statistics import mean

import pytest

from server.core.city import City, Lane, Person
from server.protocol.values import LaneId, MunicipalityId, StaffId
from server.simulate.__main__ import MONDAY_9, always_open, clerks_needed, generalists, hit_rate, main, report
from server.simulate.day import Arrival, play, random_day
from server.simulate.erlang import mean_wait, waits

pytestmark = pytest.mark.slow


def town(clerks: int, *lanes: Lane) -> City:
    plain = Lane(id=LaneId("l0"), purposes=("p0",), last_ticket=False, max_wait=1e9)
    people = {
        id: Person(id=id, name=id, department="窓口", roles=("clerk",))
        for id in (StaffId(f"c{n}") for n in range(clerks))
    }
    return City(
        id=MunicipalityId("m"), name="m", telephone="0", lanes=lanes or (plain,), purposes=(), sites=(),
        staff=people, kiosks={}, pause_reasons=("lunch",), wrapup_results=("done",),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("load", "clerks", "expected"), [(0.5, 1, 0.5), (1.0, 2, 1 / 3), (2.0, 3, 4 / 9), (3.0, 2, 1.0)]
)
def test_erlang_c_gives_the_numbers_of_the_books(load: float, clerks: int, expected: float):
    assert waits(load, 60.0, clerks) == pytest.approx(expected)


def test_random_arrivals_wait_as_long_as_erlang_says():
    rate, minutes, clerks = 40.0, 12.0, 10
    arrivals = random_day(rate, 400.0, [("p0", 1.0, minutes)], seed=7)
    outcome = play(town(clerks), arrivals, MONDAY_9)
    assert outcome.turned_away == 0
    waited = mean(one.waited / 60.0 for one in outcome.visits if one.waited is not None)
    # What came by chance, not what was wished for, is what the formula is asked about.
    came = len(arrivals) / 400.0
    took = mean(one.seconds for one in arrivals) / 60.0
    assert waited == pytest.approx(mean_wait(came, took, clerks), rel=0.10)


def busy_day() -> tuple[City, list[Arrival]]:
    lanes = tuple(
        Lane(id=LaneId(f"l{n}"), purposes=(f"p{n}",), kind="business" if n == 3 else "resident", share=0.25)
        for n in range(4)
    )
    shares = [("p0", 4.0, 12.0), ("p1", 2.0, 10.0), ("p2", 2.0, 15.0), ("p3", 1.0, 8.0)]
    return town(12, *lanes), random_day(50.0, 8.0, shares, seed=3)


def test_a_city_day_ends_with_everybody_served_and_the_same_seed_is_the_same_day():
    city, arrivals = busy_day()
    outcome = play(city, arrivals, MONDAY_9)
    assert len(outcome.visits) + outcome.turned_away == len(arrivals)
    assert all(one.waited is not None for one in outcome.visits)
    assert max(one.overtaken for one in outcome.visits) <= 5
    assert play(city, arrivals, MONDAY_9) == outcome
    assert "answered within" in report(outcome, 5.0)


def test_half_of_all_come_by_the_median_they_were_told_and_four_fifths_by_the_upper_end():
    city, _ = busy_day()
    shares = [("p0", 4.0, 12.0), ("p1", 2.0, 10.0), ("p2", 2.0, 15.0), ("p3", 1.0, 8.0)]
    days = [random_day(54.0, 8.0, shares, seed) for seed in (3, 4, 5)]
    visits = [one for day in days for one in play(city, day, MONDAY_9, tell=True).visits]
    assert sum(one.told is not None for one in visits) > 400
    assert 0.40 <= hit_rate(visits, "p50") <= 0.60
    assert 0.70 <= hit_rate(visits, "p80") <= 0.90


def test_an_urgent_stream_starves_nobody_and_overtakes_nobody_more_than_promised():
    lane = Lane(id=LaneId("l0"), purposes=("p0",), overtaken_at_most=3, last_ticket=False, max_wait=1e9)
    arrivals = [Arrival(at=60.0 * n, purpose="p0", seconds=66.0, urgent=n % 2 == 0) for n in range(1, 200)]
    outcome = play(town(1, lane), arrivals, MONDAY_9)
    assert all(one.waited is not None for one in outcome.visits)
    assert max(one.overtaken for one in outcome.visits) == 3


def test_more_clerks_are_asked_for_when_the_promise_is_harder():
    city, arrivals = busy_day()
    city = always_open(city)
    easy = clerks_needed(city, arrivals[:120], minutes=30.0, level=0.5)
    hard = clerks_needed(city, arrivals[:120], minutes=1.0, level=0.95)
    assert easy is not None
    assert hard is not None
    assert easy < hard
    assert len(generalists(city, 3)) == 3


def test_the_command_prints_a_table(capsys: pytest.CaptureFixture[str], tmp_path):
    people, day = tmp_path / "staff", tmp_path / "arrivals"
    people.write_text("a 窓口\nb 窓口 language:en\n", encoding="utf-8")
    day.write_text("0 talk 10\n30 talk 5\n60 shibo 20\n", encoding="utf-8")
    assert main(["queue", "--staff", str(people), "--arrivals", str(day)]) == 0
    said = capsys.readouterr().out
    assert "okuyami" in said
    assert "never answered: 0" in said
    assert "by p80" in said
