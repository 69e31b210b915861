"""Promises about how much the cameras send."""

import pytest

from kiosk.media.rate import (
    DOCUMENT,
    FACE,
    FLOOR,
    FULL,
    HALF_RATE,
    SMALL,
    START,
    Budget,
    Repairs,
    Report,
    after,
    encoder_bits,
    repair,
    rung_for,
    shares,
)


def test_a_clean_line_reaches_a_megabit_within_three_reports():
    budget = Budget()
    for _ in range(3):
        budget = after(budget, Report(sent=budget.total, lost=0.0))
    assert budget.total >= 1_000_000


def test_it_starts_low():
    assert Budget().total == START <= 400_000


def test_heavy_loss_lowers_the_budget_and_ends_the_quick_climb():
    lowered = after(Budget(1_000_000), Report(sent=1_000_000, lost=0.2))
    assert lowered.total == 900_000
    assert after(lowered, Report(sent=900_000, lost=0.0)).total == pytest.approx(972_000)


def test_a_little_loss_neither_raises_nor_lowers():
    assert after(Budget(1_000_000), Report(sent=1_000_000, lost=0.05)).total == 1_000_000


def test_silence_of_the_receiver_is_no_reason_to_climb():
    assert after(Budget(), Report(sent=START)).total == START


def test_a_quiet_picture_does_not_climb_unseen():
    assert after(Budget(), Report(sent=START // 4, lost=0.0)).total == START


def test_a_low_estimate_under_a_quiet_picture_means_nothing():
    budget = Budget()
    for remb in (85_000, 60_000, 85_000, 50_000):
        budget = after(budget, Report(sent=50_000, lost=0.0, remb=remb))
    assert budget.total == START


def test_a_falling_estimate_is_obeyed_at_once_by_who_fills_the_line():
    budget = after(Budget(1_000_000), Report(sent=600_000, lost=0.0, remb=1_100_000))
    assert after(budget, Report(sent=1_000_000, lost=0.0, remb=450_000)).total == 450_000


def test_a_queue_on_the_line_makes_the_picture_give_way_at_its_second_sight():
    empty = after(Budget(1_000_000), Report(sent=500_000, lost=0.0, rtt=0.02))
    once = after(empty, Report(sent=1_000_000, lost=0.0, rtt=0.2))
    assert once.total == 1_000_000
    assert after(once, Report(sent=1_000_000, lost=0.0, rtt=0.3)).total == 800_000


def test_a_queue_somebody_else_made_makes_a_quiet_picture_give_way_too():
    empty = after(Budget(1_000_000), Report(sent=200_000, lost=0.0, rtt=0.02))
    once = after(empty, Report(sent=200_000, lost=0.0, rtt=0.3))
    assert after(once, Report(sent=200_000, lost=0.0, rtt=0.3)).total == 160_000


def test_a_long_line_is_not_a_queue():
    budget = Budget()
    for _ in range(4):
        budget = after(budget, Report(sent=budget.total, lost=0.0, rtt=0.4))
    assert budget.total > 1_000_000


def test_a_quiet_picture_is_not_caught_below_the_start():
    budget = Budget(FLOOR, climbs_freely=False)
    for _ in range(25):
        budget = after(budget, Report(sent=40_000, lost=0.0, remb=60_000, rtt=0.02))
    assert budget.total >= START


def test_it_never_falls_below_the_floor():
    budget = Budget()
    for _ in range(20):
        budget = after(budget, Report(sent=budget.total, lost=0.9))
    assert budget.total == FLOOR


def test_the_cameras_share_one_budget():
    assert sum(shares(1_000_000, True, True)) == 1_000_000
    assert shares(500_000, True, False) == (500_000, 0)
    assert shares(500_000, False, True) == (0, 500_000)


@pytest.mark.parametrize(
    ("target", "now", "then"),
    [
        (400_000, FULL, FULL),
        (230_000, FULL, HALF_RATE),
        (260_000, HALF_RATE, HALF_RATE),  # it came down at 240: up again only with a third to spare
        (330_000, HALF_RATE, FULL),
        (100_000, FULL, SMALL),
        (130_000, SMALL, SMALL),
        (1_000_000, SMALL, FULL),
    ],
)
def test_the_ladder_goes_down_and_up_with_a_third_to_spare(target: int, now: object, then: object):
    assert rung_for(FACE, target, now) == then  # pyright: ignore[reportArgumentType]


def test_the_paper_stays_whole_on_a_line_where_the_face_is_halved():
    assert rung_for(DOCUMENT, 120_000, FULL) == FULL


def test_an_encoder_that_gets_every_other_frame_is_told_twice_the_rate():
    assert encoder_bits(FACE, 200_000, HALF_RATE) == 400_000


def test_paper_at_rest_comes_half_as_often_and_each_picture_may_be_twice_as_large():
    assert encoder_bits(DOCUMENT, 200_000, FULL, DOCUMENT.usual) == 400_000
    assert encoder_bits(DOCUMENT, 200_000, FULL, DOCUMENT.fps) == 200_000


def test_while_both_look_at_the_paper_it_gets_half():
    assert shares(1_000_000, True, True, pointing=True) == (500_000, 500_000)


def test_an_encoder_is_never_told_more_than_it_was_opened_with():
    assert encoder_bits(FACE, 9_000_000, FULL) == FACE.cap


def test_repairs_are_limited_and_come_back_with_time():
    repairs, sent = Repairs(), 0
    for _ in range(100):
        repairs, may = repair(repairs, 400_000, 1.0)
        sent += may
    assert sent == 20
    assert repair(repairs, 400_000, 2.0)[1]
