"""What every event is."""

import msgspec

from server.protocol.values import TicketId


def snake(name: str) -> str:
    """Return the tag of a class: TicketTaken -> ticket_taken."""
    return "".join("_" + c.lower() if c.isupper() else c for c in name).lstrip("_")


class Fact(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag=snake):
    """Base of every event."""

    at: float


class TicketFact(Fact, frozen=True, kw_only=True):
    """Base of what befalls one ticket."""

    ticket: TicketId
