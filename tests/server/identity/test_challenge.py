"""A question to a card is good once, for a minute, and only for the order and call it was asked in."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from server.identity.challenge import LASTS, Challenge, Occasion, Open, consume, make, text
from server.protocol.values import KioskId, OrderId, TicketId

HERE = Occasion(kiosk=KioskId("k1"), order=OrderId("o1"), ticket=TicketId("t1"), generation=3)
OTHERS = (
    replace(HERE, kiosk=KioskId("k2")),
    replace(HERE, order=OrderId("o2")),
    replace(HERE, ticket=TicketId("t2")),
    replace(HERE, generation=2),
    replace(HERE, generation=4),
)


@dataclass(frozen=True)
class Asked:
    open: Open
    challenge: Challenge


def ask(now: float = 100.0, random: bytes = bytes(32), open: Open | None = None) -> Asked:
    return Asked(*make(open or {}, HERE, b"certificate", random, now))


def test_it_is_taken_once():
    asked = ask()
    open, taken = consume(asked.open, HERE, 100.0)
    assert taken == asked.challenge
    assert consume(open, HERE, 100.0) == ({}, None)


@pytest.mark.parametrize("other", OTHERS)
def test_it_serves_no_other_occasion_and_survives_the_attempt(other: Occasion):
    asked = ask()
    assert consume(asked.open, other, 100.0) == (asked.open, None)
    assert (
        text(asked.challenge) != text(replace(asked.challenge, occasion=other)) or other.kiosk != HERE.kiosk
    )


@given(st.floats(0, 1e6), st.floats(0, 200))
def test_after_a_minute_it_is_gone_for_good(start: float, later: float):
    asked = ask(start)
    open, taken = consume(asked.open, HERE, start + later)
    assert (taken is not None) == (start + later < start + LASTS)
    assert open == {}


def test_a_new_question_voids_the_older_one_and_old_ones_are_swept():
    first = ask(random=bytes(32))
    second = ask(random=bytes([1] * 32), open=first.open)
    assert consume(second.open, HERE, 101.0)[1] == second.challenge
    elsewhere, _ = make(second.open, OTHERS[1], b"", bytes(32), 100.0 + LASTS + 1)
    assert set(elsewhere) == {"o2"}


def test_what_is_signed_names_the_purpose_the_call_and_the_random_bytes():
    asked = ask(random=bytes(range(32)))
    assert text(asked.challenge) == b"komado identity 1\nt1\n3\no1\n" + bytes(range(32))


def test_it_never_prints_what_it_holds_and_takes_no_short_random():
    assert "certificate" not in repr(ask().challenge)
    with pytest.raises(ValueError, match="32"):
        ask(random=b"short")
