"""A question only a card's key can answer, good once, for one order of one call, for a minute. Pure.

What is signed is a text, not bare random bytes: a signature given here can be shown to mean nothing else, and no other
text can be passed off as ours.
"""

from collections.abc import Mapping

import msgspec

from server.protocol.values import KioskId, OrderId, Personal, TicketId

LASTS = 60.0
RANDOM = 32
CONTEXT = b"komado identity 1\n"


class Occasion(msgspec.Struct, frozen=True, kw_only=True):
    """What a challenge is asked for."""

    kiosk: KioskId
    order: OrderId
    ticket: TicketId
    generation: int


class Challenge(Personal, frozen=True, kw_only=True):
    """An open question to the holder of one certificate."""

    occasion: Occasion
    certificate: bytes
    random: bytes
    until: float  # elapsed


Open = Mapping[OrderId, Challenge]
"""The questions nobody has answered yet, at most one per order."""


def make(
    open: Open, occasion: Occasion, certificate: bytes, random: bytes, now: float
) -> tuple[Open, Challenge]:
    """Ask anew: an older question of the same order is void, and so is whatever has become too old."""
    if len(random) != RANDOM:
        raise ValueError(f"a challenge needs {RANDOM} random bytes")
    challenge = Challenge(occasion=occasion, certificate=certificate, random=random, until=now + LASTS)
    fresh = {order: one for order, one in open.items() if one.until > now}
    return {**fresh, occasion.order: challenge}, challenge


def consume(open: Open, occasion: Occasion, now: float) -> tuple[Open, Challenge | None]:
    """Take the question out for good; None when there is none for just this occasion, or it is too old."""
    challenge = open.get(occasion.order)
    if challenge is None or challenge.occasion != occasion:
        return open, None
    rest = {order: one for order, one in open.items() if order != occasion.order}
    return rest, challenge if now < challenge.until else None


def text(challenge: Challenge) -> bytes:
    """Return what the card signs the hash of: what for, for whom, and what nobody could know before."""
    occasion = challenge.occasion
    about = f"{occasion.ticket}\n{occasion.generation}\n{occasion.order}\n"
    return CONTEXT + about.encode() + challenge.random
