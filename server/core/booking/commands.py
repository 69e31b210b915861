"""What can be asked of the book. The shell asks (`server/booking.py`): it alone knows for whom."""

import msgspec

from server.protocol.values import AppointmentId, KioskId, LaneId, StaffId


class HoldPlace(msgspec.Struct, frozen=True, kw_only=True):
    """Keep a place while somebody makes up their mind; `booking` is drawn by whoever asks."""

    booking: AppointmentId
    lane: LaneId
    starts: float  # wall time, exactly that of a slot
    contact: str = ""
    wishes: tuple[str, ...] = ()
    staff: StaffId | None = None
    kiosk: KioskId | None = None  # where the resident stands who chose it


class ConfirmPlace(msgspec.Struct, frozen=True, kw_only=True):
    """They take it; `code` is the keyed hash of the digits they were told."""

    booking: AppointmentId
    code: str
    contact: str = ""  # of whoever chose a place first and said their number then


class MovePlace(msgspec.Struct, frozen=True, kw_only=True):
    """They come at another time; the digits they have stay good."""

    booking: AppointmentId
    starts: float  # wall time, exactly that of a slot


class PrintPlace(msgspec.Struct, frozen=True, kw_only=True):
    """Put it on paper at the kiosk where it was made."""

    booking: AppointmentId


class CancelPlace(msgspec.Struct, frozen=True, kw_only=True):
    """They do not need it."""

    booking: AppointmentId


BookingCommand = HoldPlace | ConfirmPlace | MovePlace | CancelPlace
