"""Who asks, what can be asked, and how a wish is refused.

What kiosks and clerks ask are the wire commands themselves; here are only the facts the server tells its own board.
None of them says who somebody is or may do: that comes from the city's records.
"""

import msgspec

from server.core.booking.commands import BookingCommand, PrintPlace
from server.protocol import messages as m
from server.protocol.values import (
    AppointmentId,
    CommandId,
    Health,
    Identity,
    KioskId,
    LaneId,
    OrderId,
    RefusalCode,
    StaffId,
    TicketId,
)


class KioskActor(msgspec.Struct, frozen=True):
    """A kiosk, as its key proved."""

    id: KioskId


class StaffActor(msgspec.Struct, frozen=True):
    """A member of staff, as their session proved."""

    id: StaffId


class ServerActor(msgspec.Struct, frozen=True):
    """The server itself: sockets that come and go, time that passes."""


Actor = KioskActor | StaffActor | ServerActor


class Refusal(msgspec.Struct, frozen=True):
    """Why nothing happens."""

    code: RefusalCode
    retry_after: float | None = None


class KioskConnected(msgspec.Struct, frozen=True):
    """A kiosk said hello; `ticket` is the visit it remembers."""

    kiosk: KioskId
    machine: str
    health: Health
    ticket: TicketId | None = None
    generation: int = 0


class KioskLost(msgspec.Struct, frozen=True):
    """A kiosk's only socket is gone; `expected`: it closed the connection itself, as it does after each visit."""

    kiosk: KioskId
    expected: bool = False


class KeySeenElsewhere(msgspec.Struct, frozen=True):
    """Another machine has shown this kiosk's key at the door."""

    kiosk: KioskId


class StaffConnected(msgspec.Struct, frozen=True):
    """A console or fleet page said hello; an empty key leaves the former one."""

    staff: StaffId
    session_key: bytes = b""


class StaffLost(msgspec.Struct, frozen=True):
    """The last socket of a member of staff is gone."""

    staff: StaffId


class IdentityJudged(msgspec.Struct, frozen=True, kw_only=True):
    """What a card's certificate and signature came to, for the order they were asked for."""

    kiosk: KioskId
    order: OrderId
    ticket: TicketId
    generation: int
    command: CommandId
    identity: Identity
    card: str


class NoteAppointments(msgspec.Struct, frozen=True):
    """The appointments of the next hours, all of them: id, lane, and start as wall time."""

    appointments: tuple[tuple[AppointmentId, LaneId, float], ...]


class SheetRevised(msgspec.Struct, frozen=True):
    """A newer revision of a ticket's checklist is durable in its case. Saying it again changes nothing."""

    ticket: TicketId
    revision: int
    minutes: int | None = None
    skills: tuple[str, ...] = ()
    relay: tuple[str, ...] = ()


class CallbackWanted(msgspec.Struct, frozen=True):
    """Whoever waits at this kiosk left a telephone number, and it is sealed in their case."""

    kiosk: KioskId
    ticket: TicketId


class WaitsReckoned(msgspec.Struct, frozen=True, kw_only=True):
    """How long everybody is likely to wait, reckoned from a board a moment ago: (p50, p80) in seconds.

    `lanes` is for somebody who came now, `hall` for who took a number of the hall; None = nobody would wait there, or nobody works there. `clerks` is how many
    work for a lane. Saying it again changes nothing.
    """

    lanes: dict[LaneId, tuple[float, float] | None]
    hall: dict[LaneId, tuple[float, float] | None] = {}
    tickets: dict[TicketId, tuple[float, float] | None]
    clerks: dict[LaneId, int]


class Tick(msgspec.Struct, frozen=True):
    """Time has passed: let what is due happen. Harmless at any moment, any number of times."""


class Restarted(msgspec.Struct, frozen=True):
    """The server started: nobody's connection is known, every running lease starts afresh."""


KioskCommand = (
    m.TakeTicket
    | m.CheckIn
    | m.MoveHere
    | m.PutAway
    | m.CancelTicket
    | m.HangUp
    | m.MediaIsUp
    | m.ClerkHeard
    | m.PartyIsUp
    | m.OrderSettled
    | m.ReportHealth
)
DeskCommand = (
    m.SetReady
    | m.Pause
    | m.Accept
    | m.Decline
    | m.Hold
    | m.Resume
    | m.EndCall
    | m.FinishWrapup
    | m.CallAgain
    | m.Arrived
    | m.NotThere
    | m.BringBack
    | m.SettleCallback
    | m.Raise
    | m.Transfer
    | m.AskToJoin
    | m.HandOver
    | m.LeaveCall
    | m.SetParty
    | m.SetPlan
    | m.WarnNext
    | m.RequestCard
    | m.WithdrawOrder
    | m.PrintSlip
    | m.PrintSheet
    | m.OrderTestPrint
    | m.OrderDevice
    | m.ClearKeyAlarm
    | m.PauseColleague
    | m.ReadyColleague
)
FloorCommand = (
    m.Reassign
    | m.CloseLane
    | m.OpenLane
    | m.Announce
    | m.EndAnnouncement
    | m.CallForHelp
    | m.ComeToHelp
    | m.EndHelp
)
DutyCommand = m.SetDuty | m.EndDuty | m.ChooseLanes | m.ChooseDesk
AfterCommand = m.PrintLater | m.SendByMail | m.FetchPaper | m.CorrectResult
StaffCommand = DeskCommand | FloorCommand | DutyCommand | AfterCommand | m.MoveKiosk | m.EnterCall
InternalCommand = (
    KioskConnected
    | KioskLost
    | KeySeenElsewhere
    | StaffConnected
    | StaffLost
    | IdentityJudged
    | NoteAppointments
    | SheetRevised
    | BookingCommand
    | PrintPlace
    | CallbackWanted
    | WaitsReckoned
    | Tick
    | Restarted
)
AnyCommand = KioskCommand | StaffCommand | InternalCommand
