"""How many visits of a lane may be promised in advance: data of `city.toml`, `[lanes.reservations]`."""

from typing import Annotated

import msgspec
from msgspec import Meta

Span = Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-4]):[0-5][0-9]$")]
"""Hours of any day: "09:00-12:00"."""

Seats = Annotated[float, Meta(ge=0, le=500)]


class Reservations(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a lane promises in advance. It holds only within the lane's own hours."""

    seats: dict[Span, Seats]  # planned at these hours; none named = nothing is promised then
    skilled: dict[str, Seats] = {}  # how many of them have a skill: "language:en" -> 0.5
    walk_in_share: Annotated[float, Meta(ge=0, le=1)] = 0.5  # kept for whoever comes without a reservation
    slot_minutes: Annotated[int, Meta(ge=5, le=240)] = 30
    days_ahead: Annotated[int, Meta(ge=0, le=120)] = 14
    notice_minutes: Annotated[int, Meta(ge=0, le=10_080)] = 60  # no place sooner than this
    closed: tuple[str, ...] = ()  # days without reservations though the lane is open: "2026-12-28"
    hold_seconds: Annotated[float, Meta(gt=0, le=3600)] = 300.0
    open_per_contact: Annotated[int, Meta(ge=1)] = 2
    open_per_kiosk: Annotated[int, Meta(ge=0)] = 8  # made at one kiosk by people who leave no number
    cool_down_minutes: Annotated[float, Meta(ge=0)] = 10.0  # until a place given back is shown again
    early_minutes: Annotated[float, Meta(ge=0)] = 60.0  # how long before its time somebody may check in
    missed_after_minutes: Annotated[float, Meta(ge=0)] = 60.0  # and how long after it
