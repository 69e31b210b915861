"""What befalls staff, lanes and everybody who waits."""

from typing import Literal

import msgspec

from server.core.fact import Fact
from server.core.ticket_events import WhyMoved
from server.protocol.values import (
    AppointmentId,
    CommandId,
    Key,
    KioskId,
    LaneId,
    StaffId,
    TicketId,
)

WhyLater = Literal[WhyMoved, "takes_longer", "fewer_staff"]


class AppointmentsNoted(Fact, frozen=True, kw_only=True):
    """The appointments that are to be protected, all of them."""

    appointments: "tuple[Appointment, ...]"


class AppointmentNear(Fact, frozen=True, kw_only=True):
    """A visit begun now would probably run into it."""

    appointment: AppointmentId


class AppointmentLapsed(Fact, frozen=True, kw_only=True):
    """Its window is over: no clerk is kept for it any more."""

    appointment: AppointmentId


class StaffCame(Fact, frozen=True, kw_only=True):
    """A member of staff is connected."""

    staff: StaffId
    session_key: bytes = b""


class StaffWent(Fact, frozen=True, kw_only=True):
    """Their socket is gone; they count as present until then."""

    staff: StaffId
    until: float


class StaffLeft(Fact, frozen=True, kw_only=True):
    """They did not come back: 離席 until they say otherwise."""

    staff: StaffId


class StaffReady(Fact, frozen=True, kw_only=True):
    """受付可."""

    staff: StaffId
    by: StaffId | None = None  # a supervisor said it for them


class StaffPaused(Fact, frozen=True, kw_only=True):
    """一時停止."""

    staff: StaffId
    reason: Key
    by: StaffId | None = None  # a supervisor said it for them


class DutySet(Fact, frozen=True, kw_only=True):
    """What somebody answers on this day, as a supervisor said; no lanes = all they may answer."""

    staff: StaffId
    day: str
    by: StaffId
    lanes: tuple[LaneId, ...] = ()
    skills: tuple[str, ...] = ()


class DutyEnded(Fact, frozen=True, kw_only=True):
    """What the records say holds again."""

    staff: StaffId
    by: StaffId


class LanesChosen(Fact, frozen=True, kw_only=True):
    """Whose calls somebody takes on this day, of those they may; no lanes = all."""

    staff: StaffId
    day: str
    lanes: tuple[LaneId, ...] = ()


class LaneClosed(Fact, frozen=True, kw_only=True):
    """No new numbers in this lane for the rest of this day."""

    lane: LaneId
    day: str
    staff: StaffId
    reason: Key


class LaneReopened(Fact, frozen=True, kw_only=True):
    """The lane gives numbers again, within its hours."""

    lane: LaneId
    staff: StaffId


class Announced(Fact, frozen=True, kw_only=True):
    """Everybody who waits reads this, for the rest of this day at most; it says nothing of anybody."""

    day: str
    staff: StaffId
    notice: Key | None = None
    text: str = ""


class AnnouncementEnded(Fact, frozen=True, kw_only=True):
    """Nobody reads it any more."""

    staff: StaffId


class HelpWanted(Fact, frozen=True, kw_only=True):
    """Somebody at a desk calls for help; `kiosk` is where their resident sits."""

    help: CommandId
    day: str
    staff: StaffId
    kiosk: KioskId | None = None


class HelpComing(Fact, frozen=True, kw_only=True):
    """Somebody is on their way."""

    help: CommandId
    staff: StaffId


class HelpEnded(Fact, frozen=True, kw_only=True):
    """It is over."""

    help: CommandId
    staff: StaffId


class WaitsTold(Fact, frozen=True, kw_only=True):
    """What people are told of their waits from now on: only what changed, and why wherever it got later.

    `lanes` is what somebody who came now would be told. Numbers of nobody: predictions and what became of them are
    compared by whoever reads the journal.
    """

    lanes: "dict[LaneId, Told]" = {}
    lanes_free: tuple[LaneId, ...] = ()  # nobody would wait there, or nobody works there
    hall: "dict[LaneId, Told]" = {}  # who took a number of the hall now: not everybody sits at a desk
    hall_free: tuple[LaneId, ...] = ()
    tickets: "dict[TicketId, Told]" = {}
    later: dict[TicketId, WhyLater] = {}
    untold: tuple[TicketId, ...] = ()  # nobody who could answer them works now


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """From-to in minutes, steps of five, and what it was made of."""

    low: int
    high: int
    p50: float  # seconds from then, as reckoned
    p80: float
    by: float  # the promise in elapsed seconds: whatever comes to be later than this is explained
    clerks: int = 0  # who worked for it then


class Appointment(msgspec.Struct, frozen=True, kw_only=True):
    """A time promised in a lane, in elapsed seconds. From `near_at` on a clerk is kept for it, until `lapses`."""

    id: AppointmentId
    lane: LaneId
    due: float
    near_at: float
    lapses: float
    near: bool = False
    lapsed: bool = False  # whoever still comes waits as everybody does
    ticket: TicketId | None = None  # whoever has it is here
