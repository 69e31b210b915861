"""What has happened to places. Ids, times, lanes and keyed hashes only; who it is stays sealed in the case."""

from server.core.fact import Fact
from server.protocol.values import AppointmentId, Key, KioskId, LaneId, StaffId


class BookingFact(Fact, frozen=True, kw_only=True):
    """Base of what befalls one booking."""

    booking: AppointmentId


class PlaceHeld(BookingFact, frozen=True, kw_only=True):
    """Nobody else gets this place until `until`. `starts` is wall time, everything else elapsed."""

    lane: LaneId
    starts: float
    until: float
    contact: str = ""  # keyed hash of a telephone number
    wishes: tuple[str, ...] = ()
    staff: StaffId | None = None
    kiosk: KioskId | None = None


class PlacePromised(BookingFact, frozen=True, kw_only=True):
    """It is theirs. `code` is the keyed hash of the six digits."""

    code: str
    contact: str = ""  # said after the place was chosen


class PlaceMoved(BookingFact, frozen=True, kw_only=True):
    """It is at another time now, at once and as one fact: never two places, never none.

    The place it had is shown again at `free_at`.
    """

    starts: float
    free_at: float


class PlaceGivenBack(BookingFact, frozen=True, kw_only=True):
    """Cancelled, or not confirmed in time; it is shown again at `free_at`."""

    why: Key  # "cancelled", "lapsed"
    free_at: float


class BookingMissed(BookingFact, frozen=True, kw_only=True):
    """Its time is over and nobody came."""


class BookingEnded(BookingFact, frozen=True, kw_only=True):
    """The visit it was for is over."""


class ClocksCompared(Fact, frozen=True, kw_only=True):
    """By how much elapsed time lies before the clock on the wall: bookings are kept by the latter."""

    offset: float


BookingEvent = (
    PlaceHeld | PlacePromised | PlaceMoved | PlaceGivenBack | BookingMissed | BookingEnded | ClocksCompared
)
