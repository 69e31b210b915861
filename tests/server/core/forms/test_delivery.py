"""What the back office did not take is tried again: soon at first, at least every hour, and it is known since when it waits."""

from server.core.forms.delivery import FIRST, MOST, Delivery, again_at


def test_the_first_try_is_at_once_and_the_pauses_double_up_to_an_hour():
    one = Delivery()
    assert again_at(one) == 0
    pauses: list[float] = []
    for now in range(1000, 1012):
        one = one.failed("OSError", float(now))
        pauses.append(again_at(one) - now)
    assert pauses[:3] == [FIRST, 2 * FIRST, 4 * FIRST]
    assert pauses[-1] == MOST
    assert one.since == 1000
    assert again_at(Delivery(tries=10_000, failed_at=5.0)) == 5 + MOST
