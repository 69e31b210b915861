"""Somebody reserves a time: what they have chosen so far, and which of the free places stand on the screen."""

from dataclasses import dataclass, field
from typing import Literal

from server.protocol.messages import Reserved
from server.protocol.values import Key, PrintOutcome

NEAREST = 4
"""Large buttons on the first screen."""
DAYS, TIMES = 6, 6
"""Buttons of one page of days, and of one page of times."""
NOON = "12:00"

Step = Literal["places", "days", "times", "telephone", "confirm", "made", "cancel", "cancelled"]


@dataclass(frozen=True, slots=True)
class Reserving:
    """A time is being reserved (`place`: the one that is held for them), or a reservation given back."""

    purpose: Key
    step: Step = "places"
    starts: tuple[str, ...] | None = None  # all that is free; None until the server has said
    page: int = 0
    day: str = ""
    chosen: str = ""
    place: str = ""  # the id under which the chosen one is ours
    digits: str = field(default="", repr=False)  # a telephone number, or with "cancel" the six digits
    command: str | None = None
    problem: Key | None = None
    made: Reserved | None = None
    printed: PrintOutcome | None = None
    until: float = 0.0  # how long the digits stay on the screen


def nearest(starts: tuple[str, ...]) -> tuple[str, ...]:
    """Return the places to show first: of each day the earliest before noon and the earliest after it.

    Four half hours of one morning are no choice for somebody who cannot come that morning.
    """
    out: list[str] = []
    seen: set[tuple[str, bool]] = set()
    for one in starts:
        half = (one[:10], one[11:16] < NOON)
        if half not in seen:
            seen.add(half)
            out.append(one)
    more = [one for one in starts if one not in out]
    return tuple(sorted((*out[:NEAREST], *more[: max(0, NEAREST - len(out))])))


def shown(state: Reserving) -> tuple[str, ...]:
    """Return what the buttons of this page stand for: places, or days."""
    starts = state.starts or ()
    match state.step:
        case "places":
            return nearest(starts)
        case "days":
            return _page(tuple(dict.fromkeys(one[:10] for one in starts)), state.page, DAYS)
        case "times":
            return _page(_times(state), state.page, TIMES)
        case "telephone" | "confirm" | "made" | "cancel" | "cancelled":
            return ()


def pages(state: Reserving) -> int:
    """Return how many pages of such buttons there are."""
    match state.step:
        case "days":
            return -(-len({one[:10] for one in state.starts or ()}) // DAYS)
        case "times":
            return -(-len(_times(state)) // TIMES)
        case "places" | "telephone" | "confirm" | "made" | "cancel" | "cancelled":
            return 1


def _times(state: Reserving) -> tuple[str, ...]:
    return tuple(one for one in state.starts or () if one.startswith(state.day))


def _page(all_of_them: tuple[str, ...], page: int, many: int) -> tuple[str, ...]:
    return all_of_them[page * many : (page + 1) * many]
