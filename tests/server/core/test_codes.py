"""Six digits: each kind has numbers of its own, and none loses a digit when it is written down."""

from typing import get_args

from server.core.codes import EACH, Kind, code


def test_no_number_of_one_kind_can_be_that_of_another_and_all_keep_their_six_digits():
    seen: set[str] = set()
    for kind in get_args(Kind):
        ends = {code(kind, drawn) for drawn in (0, 1, EACH - 1, EACH, 7 * EACH + 5)}
        assert len(ends) == 4, "a chance value of any size falls into the series"
        assert all(len(one) == 6 and one[0] != "0" for one in ends)
        low, high = int(min(ends)), int(max(ends))
        assert high - low == EACH - 1
        assert not any(low <= int(one) <= high for one in seen)
        seen |= ends
