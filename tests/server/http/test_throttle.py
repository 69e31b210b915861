"""Back-off and buckets, turned by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.http.throttle import (
    ACCOUNT,
    Bucket,
    Ledger,
    Mistakes,
    Patience,
    Rate,
    draw,
    full,
    mistake,
    until_next,
    wait,
)

pytestmark = pytest.mark.slow

RATE = Rate(per_second=2, burst=3)


def test_a_burst_passes_and_then_the_rate_holds() -> None:
    bucket = full(RATE, 0.0)
    passed: list[bool] = []
    for now in (0.0, 0.0, 0.0, 0.0, 0.5, 0.5):
        bucket, fine = draw(bucket, RATE, now)
        passed.append(fine)
    assert passed == [True, True, True, False, True, False]
    assert until_next(bucket, RATE) == 0.5


@given(st.lists(st.floats(0, 100), min_size=1, max_size=60))
def test_no_order_of_moments_gets_more_than_burst_and_rate(moments: list[float]) -> None:
    bucket, passed = full(RATE, 0.0), 0
    for now in sorted(moments):
        bucket, fine = draw(bucket, RATE, now)
        passed += fine
    assert passed <= RATE.burst + RATE.per_second * max(moments) + 1e-6


def test_a_clock_that_steps_back_gives_nothing_away() -> None:
    bucket, fine = draw(Bucket(0.0, 100.0), RATE, 50.0)
    assert not fine
    assert bucket.tokens == 0.0


def test_the_wait_doubles_after_the_free_mistakes_and_never_becomes_a_lock() -> None:
    patience = Patience(free=2, first=1.0, longest=8.0, forget=60.0)
    mistakes, waits = Mistakes(), list[float]()
    for _ in range(8):
        mistakes = mistake(mistakes, patience, 10.0)
        waits.append(wait(mistakes, patience, 10.0))
    assert waits == [0.0, 0.0, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0]
    assert wait(mistakes, patience, 18.0) == 0.0
    assert mistake(mistakes, patience, 71.0) == Mistakes(1, 71.0)


def test_invented_names_do_not_fill_the_memory() -> None:
    ledger = Ledger(ACCOUNT, limit=10)
    for name in range(1000):
        ledger.mistake(str(name), 0.0)
    assert ledger.size == 10


def test_success_forgets_and_forgiving_takes_back_one() -> None:
    ledger = Ledger(Patience(free=0))
    ledger.mistake("a", 0.0)
    ledger.forgive("a")
    assert ledger.wait("a", 0.0) == 0.0
    ledger.mistake("a", 0.0)
    ledger.mistake("a", 0.0)
    ledger.success("a")
    assert ledger.wait("a", 0.0) == 0.0
