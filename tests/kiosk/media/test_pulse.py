"""Promises about what the clerk's pulse says."""

from kiosk.media.pulse import Clerk, LinkDown, LinkUp, News, Pulse, broke, heard, looked, retried


def after(*steps: tuple[str, float]) -> list[News]:
    """Walk through pulses and looks; return everything that was said."""
    pulse, said = Pulse(), list[News]()
    for what, now in steps:
        match what:
            case "heard":
                pulse, news = heard(pulse, now)
            case "broke":
                pulse, news = broke(pulse)
            case "retried":
                pulse, news = retried(pulse), ()
            case _:
                pulse, news = looked(pulse, now)
        said += news
    return said


def test_the_first_pulse_says_that_link_and_clerk_are_there_and_the_next_say_nothing():
    assert after(("heard", 1), ("heard", 2), ("looked", 3)) == [LinkUp(), Clerk(True)]


def test_three_silent_seconds_lose_the_link_but_not_the_clerk():
    assert after(("heard", 1), ("looked", 3.9), ("looked", 4)) == [LinkUp(), Clerk(True), LinkDown()]


def test_ten_silent_seconds_lose_the_clerk_once():
    said = after(("heard", 1), ("looked", 10.9), ("looked", 11), ("looked", 12))
    assert said == [LinkUp(), Clerk(True), LinkDown(), Clerk(False)]


def test_a_call_that_never_had_a_pulse_says_nothing_of_the_clerk():
    assert after(("looked", 1), ("looked", 100)) == []


def test_a_broken_connection_is_said_once_even_if_it_never_was_up():
    assert after(("broke", 1), ("broke", 1), ("looked", 9)) == [LinkDown()]


def test_a_new_attempt_in_time_keeps_the_clerk():
    said = after(("heard", 1), ("broke", 2), ("retried", 2), ("looked", 8), ("heard", 9), ("looked", 11))
    assert said == [LinkUp(), Clerk(True), LinkDown(), LinkUp()]


def test_a_clerk_who_comes_back_is_announced_again():
    said = after(("heard", 1), ("looked", 20), ("heard", 21))
    assert said[-2:] == [LinkUp(), Clerk(True)]
