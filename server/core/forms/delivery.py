"""How the handing out of a visit's signed forms stands, and when it is tried again: soon, then every hour, never not."""

from server.protocol.values import Value

FIRST, MOST = 30.0, 3600.0
"""Seconds until the second try, and the longest between two."""


class Delivery(Value, frozen=True, kw_only=True):
    """Since when something waits, how often it was tried, and why the last try failed (a word of ours, no content)."""

    since: float = 0.0
    tries: int = 0
    failed_at: float = 0.0
    why: str = ""

    def failed(self, why: str, now: float) -> "Delivery":
        """Return how it stands after one more try."""
        return Delivery(since=self.since or now, tries=self.tries + 1, failed_at=now, why=why)


def again_at(delivery: Delivery) -> float:
    """Return when the next try is due, in wall seconds."""
    if delivery.tries == 0:
        return 0.0
    return delivery.failed_at + min(FIRST * 2 ** min(delivery.tries - 1, 20), MOST)
