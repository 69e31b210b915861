"""How much one connection may say: commands and relays counted apart, because ICE comes in bursts."""

from typing import Literal

from server.http.throttle import Rate, draw, full, until_next

COMMANDS = Rate(per_second=20, burst=60)
RELAYS = Rate(per_second=100, burst=300)
DEAF_AFTER = 100
"""Refusals in a row after which a peer is not confused but hostile."""

Verdict = Literal["go", "refuse", "cut"]


class Meter:
    """Counts one connection. `now` is any clock in seconds."""

    def __init__(self, now: float) -> None:
        self._commands = full(COMMANDS, now)
        self._relays = full(RELAYS, now)
        self._refused = 0

    def command(self, now: float) -> Verdict:
        """Count a command."""
        self._commands, fine = draw(self._commands, COMMANDS, now)
        self._refused = 0 if fine else self._refused + 1
        return "go" if fine else "refuse" if self._refused <= DEAF_AFTER else "cut"

    def relay(self, now: float) -> Verdict:
        """Count a relay; it cannot be refused in words, so too many of them end the connection."""
        self._relays, fine = draw(self._relays, RELAYS, now)
        return "go" if fine else "cut"

    @property
    def retry_after(self) -> float:
        """Seconds until a command may come again."""
        return until_next(self._commands, COMMANDS)
