"""What somebody with a reservation is told, and when: that it stands, that it is at another time, the day and the hour before, that it is gone.

Nothing here is remembered besides what was said: what is owed follows from the booking and from that. So a crash, a
restart or a receiver that is away for a day loses no word and says none twice.
"""

from typing import Literal

from msgspec.structs import replace

from server.core.booking.book import Arrived, Booking, Ended, GivenBack, Held, Missed, Promised
from server.core.forms.delivery import Delivery
from server.protocol.values import Personal, Value

Kind = Literal["reserved", "moved", "tomorrow", "soon", "cancelled"]
NEWS: tuple[Kind, ...] = ("reserved", "moved")
HOUR, DAY = 3600.0, 86_400.0


class Said(Value, frozen=True, kw_only=True):
    """One word that arrived."""

    kind: Kind
    starts: float  # of the reservation then
    at: float


class Told(Personal, frozen=True, kw_only=True):
    """Whom to tell, what they must know, and what they were told."""

    telephone: str
    purpose: str
    site: str
    code: str
    said: tuple[Said, ...] = ()
    delivery: Delivery = Delivery()


def owed(booking: Booking, said: tuple[Said, ...], wall: float) -> Kind | None:
    """Return what is to be said next; None while nothing is."""
    if wall >= booking.starts:
        return None
    news = next((one for one in reversed(said) if one.kind in NEWS), None)
    match booking.phase:
        case Promised():
            if news is None:
                return "reserved"
            if news.starts != booking.starts:
                return "moved"
            if _due(booking, said, news, wall, "soon", HOUR):
                return "soon"
            late = wall >= booking.starts - HOUR  # the other reminder says it better by then
            return "tomorrow" if not late and _due(booking, said, news, wall, "tomorrow", DAY) else None
        case GivenBack(why="cancelled"):
            gone = any(one.kind == "cancelled" for one in said)
            return "cancelled" if news is not None and not gone else None
        case Held() | GivenBack() | Arrived() | Ended() | Missed():
            return None


def over(booking: Booking | None, said: tuple[Said, ...], wall: float) -> bool:
    """Say whether nothing will ever be owed again, so that whom to tell can be forgotten."""
    if booking is None or wall >= booking.starts:
        return True
    return not isinstance(booking.phase, Held | Promised) and owed(booking, said, wall) is None


def after(told: Told, kind: Kind, booking: Booking, wall: float) -> Told:
    """Return what is known once a word has arrived."""
    one = Said(kind=kind, starts=booking.starts, at=wall)
    return replace(told, said=(*told.said, one), delivery=Delivery())


def _due(
    booking: Booking, said: tuple[Said, ...], news: Said, wall: float, kind: Kind, before: float
) -> bool:
    """Whoever heard of this time later than the reminder would come needs no reminder."""
    begins = booking.starts - before
    known = any(one.kind == kind and one.starts == booking.starts for one in said)
    return news.at < begins <= wall and not known
