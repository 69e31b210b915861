"""What has happened, as the journal keeps it: facts that carry all that `evolve` needs, deadlines included.

Ids, states and times only. Rules of evolution are those of the protocol: new fields have defaults, a new meaning is
a new event, and what was once written is readable for ever. `at` is elapsed seconds (`journal.Now`).
"""

from server.core.booking.events import BookingEvent
from server.core.fact import TicketFact as TicketFact
from server.core.floor_events import (
    Announced,
    AnnouncementEnded,
    AppointmentLapsed,
    AppointmentNear,
    AppointmentsNoted,
    DutyEnded,
    DutySet,
    HelpComing,
    HelpEnded,
    HelpWanted,
    LaneClosed,
    LaneReopened,
    LanesChosen,
    StaffCame,
    StaffLeft,
    StaffPaused,
    StaffReady,
    StaffWent,
    WaitsTold,
)
from server.core.floor_events import Appointment as Appointment
from server.core.floor_events import Told as Told
from server.core.floor_events import WhyLater as WhyLater
from server.core.hall_events import (
    BroughtBack,
    CalledAgain,
    DeskChosen,
    KioskMoved,
    NeverCame,
    StayedAway,
    TicketSetAside,
)
from server.core.kiosk_events import (
    CodePutAway,
    HealthReported,
    IdentityChecked,
    KeyAlarmCleared,
    KeyCopied,
    KioskCame,
    KioskWent,
    OrderClosed,
    OrderPlaced,
    PaperKept,
    PaperMailed,
)
from server.core.kiosk_events import OrderKind as OrderKind
from server.core.ticket_events import (
    AppointmentBegan,
    CallbackKept,
    CallbackTried,
    CallEnded,
    CallHandedOver,
    CallHeld,
    CallResumed,
    CallStarted,
    ClerkHearing,
    ClerkLineBack,
    ClerkLineLost,
    KioskLineBack,
    KioskLineLost,
    LeaseRenewed,
    NextDeskWarned,
    OfferLapsed,
    PartyAsked,
    PartyChanged,
    PartyJoined,
    PartyLeft,
    PartyVoice,
    PlanSet,
    ResultCorrected,
    SheetChanged,
    SupervisorEntered,
    TicketAbandoned,
    TicketAccepted,
    TicketAged,
    TicketAlsoOffered,
    TicketCancelled,
    TicketExpired,
    TicketOffered,
    TicketPostponed,
    TicketQueued,
    TicketRaised,
    TicketReassigned,
    TicketReturned,
    TicketTaken,
    TicketTransferred,
    TransferFailed,
    WrapupFinished,
)
from server.core.ticket_events import PartyRole as PartyRole
from server.core.ticket_events import Warned as Warned
from server.core.ticket_events import WhyEnded as WhyEnded
from server.core.ticket_events import WhyMoved as WhyMoved
from server.core.ticket_events import WhyPartyLeft as WhyPartyLeft
from server.core.ticket_events import WhyReturned as WhyReturned

TicketEvent = (
    TicketTaken
    | TicketQueued
    | TicketOffered
    | TicketAlsoOffered
    | OfferLapsed
    | TicketAccepted
    | CalledAgain
    | TicketSetAside
    | StayedAway
    | BroughtBack
    | NeverCame
    | TicketReturned
    | CallStarted
    | CallHeld
    | CallResumed
    | CallEnded
    | WrapupFinished
    | TicketCancelled
    | TicketAbandoned
    | TicketExpired
    | TicketPostponed
    | ClerkHearing
    | ClerkLineLost
    | ClerkLineBack
    | KioskLineLost
    | KioskLineBack
    | LeaseRenewed
    | TicketRaised
    | TicketAged
    | AppointmentBegan
    | TicketTransferred
    | TicketReassigned
    | TransferFailed
    | PartyAsked
    | PartyJoined
    | SupervisorEntered
    | PartyVoice
    | PartyLeft
    | PartyChanged
    | CallHandedOver
    | PlanSet
    | NextDeskWarned
    | SheetChanged
    | CallbackKept
    | CallbackTried
    | ResultCorrected
)


StaffEvent = StaffCame | StaffWent | StaffLeft | StaffReady | StaffPaused


KioskEvent = (
    KioskCame
    | KioskWent
    | HealthReported
    | KeyCopied
    | KeyAlarmCleared
    | KioskMoved
    | OrderPlaced
    | OrderClosed
    | PaperKept
    | PaperMailed
    | CodePutAway
    | IdentityChecked
)


LaneEvent = AppointmentsNoted | AppointmentNear | AppointmentLapsed | WaitsTold


FloorEvent = LaneClosed | LaneReopened | Announced | AnnouncementEnded | HelpWanted | HelpComing | HelpEnded


DutyEvent = DutySet | DutyEnded | LanesChosen | DeskChosen


Event = TicketEvent | StaffEvent | KioskEvent | LaneEvent | FloorEvent | DutyEvent | BookingEvent
