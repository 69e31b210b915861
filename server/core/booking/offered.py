"""Which places somebody before a kiosk is shown: those of their lane while the house it stands in is open."""

from server.core.booking.book import Book
from server.core.booking.slots import days, slots
from server.core.city import Lane, Site
from server.core.hours import local, open_spans
from server.core.journal import Now

SHOWN = 300
"""Places in one answer: what anybody would page through, and well below the protocol's frame."""


def offered(
    lane: Lane, book: Book, site: Site | None, now: Now, wishes: tuple[str, ...] = ()
) -> tuple[float, ...]:
    """Return when the free places begin that somebody can come to here, the earliest first."""
    out: list[float] = []
    for day in days(lane, now):
        spans = open_spans(lane, site, day)
        out += [
            slot.starts
            for slot in slots(lane, book, day, now, wishes)
            if slot.free > 0 and any(opens <= _minute(slot.starts) < closes for opens, closes in spans)
        ]
        if len(out) >= SHOWN:
            break
    return tuple(out[:SHOWN])


def _minute(wall: float) -> int:
    here = local(wall)
    return here.hour * 60 + here.minute
