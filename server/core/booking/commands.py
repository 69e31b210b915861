"""What can be asked of the book. The shell asks (`server/booking.py`): it alone knows for whom."""

import msgspec

from server.protocol.values import AppointmentId, LaneId, StaffId


class HoldPlace(msgspec.Struct, frozen=True, kw_only=True):
    """Keep a place while somebody makes up their mind; `booking` is drawn by whoever asks."""

    booking: AppointmentId
    lane: LaneId
    starts: float  # wall time, exactly that of a slot
    contact: str = ""
    wishes: tuple[str, ...] = ()
    staff: StaffId | None = None


class ConfirmPlace(msgspec.Struct, frozen=True, kw_only=True):
    """They take it; `code` is the keyed hash of the digits they were told."""

    booking: AppointmentId
    code: str


class CancelPlace(msgspec.Struct, frozen=True, kw_only=True):
    """They do not need it."""

    booking: AppointmentId


BookingCommand = HoldPlace | ConfirmPlace | CancelPlace
