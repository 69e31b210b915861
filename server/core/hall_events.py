"""What has happened to numbers of a hall, to whoever calls them, and to kiosks that move."""

from server.core.fact import Fact, TicketFact
from server.protocol.values import KioskId, SiteId, StaffId


class CalledAgain(TicketFact, frozen=True, kw_only=True):
    """The number was called once more."""


class TicketSetAside(TicketFact, frozen=True, kw_only=True):
    """Called and not there: back at its place, and not called again before `until`."""

    staff: StaffId
    until: float


class StayedAway(TicketFact, frozen=True, kw_only=True):
    """Called, set aside, called again, and not there: over at `until`, unless they come back to a desk before."""

    staff: StaffId
    until: float


class BroughtBack(TicketFact, frozen=True, kw_only=True):
    """They did come, and a clerk took them up again at the place they had."""

    staff: StaffId


class NeverCame(TicketFact, frozen=True, kw_only=True):
    """Nobody brought the number back in time."""

    staff: StaffId


class DeskChosen(Fact, frozen=True, kw_only=True):
    """At which desk of the hall somebody sits on this day; "" = at none."""

    staff: StaffId
    day: str
    desk: str


class KioskMoved(Fact, frozen=True, kw_only=True):
    """A moving kiosk stands there for the rest of this day; `staff` said so, or whoever set it up (None)."""

    kiosk: KioskId
    site: SiteId
    day: str
    staff: StaffId | None = None
