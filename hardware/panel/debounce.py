"""When a contact's flutter is a press: ours, because gpiozero's mock ignores bounce and a real contact does not."""

import msgspec


class Contact(msgspec.Struct, frozen=True):
    """What is known of one contact: the settled level, and a change that has not lasted yet."""

    level: bool = False
    candidate: bool = False
    since: float = 0.0


SETTLE = 0.03
"""Seconds a level must last (edge.md: mechanical buttons flutter for up to 20 ms)."""


def observe(contact: Contact, level: bool, now: float) -> Contact:
    """Note the level seen at `now` (monotonic seconds); `settle` says when it counts."""
    if level == contact.candidate:
        return contact
    return Contact(level=contact.level, candidate=level, since=now)


def settle(contact: Contact, now: float) -> Contact:
    """Let a level that lasted `SETTLE` become the contact's level."""
    if contact.candidate != contact.level and now - contact.since >= SETTLE:
        return Contact(level=contact.candidate, candidate=contact.candidate, since=contact.since)
    return contact
