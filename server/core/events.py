"""What has happened, as the journal keeps it: facts that carry all that `evolve` needs, deadlines included.

Ids, states and times only. Rules of evolution are those of the protocol: new fields have defaults, a new meaning is
a new event, and what was once written is readable for ever. `at` is elapsed seconds (`journal.Now`).
"""

from typing import Literal

import msgspec

from server.core.booking.events import BookingEvent
from server.core.fact import Fact, TicketFact
from server.core.hall_events import (
    BroughtBack,
    CalledAgain,
    DeskChosen,
    KioskMoved,
    NeverCame,
    StayedAway,
    TicketSetAside,
)
from server.protocol.today import AfterClose
from server.protocol.values import (
    AppointmentId,
    CallbackOutcome,
    CardAsk,
    CommandId,
    DocumentDigest,
    Health,
    Identity,
    Key,
    KioskId,
    LaneId,
    OrderId,
    SiteId,
    Skill,
    StaffId,
    TicketId,
)

WhyReturned = Literal["no_answer", "declined", "not_connected", "clerk_lost", "not_taken"]
WhyEnded = Literal["clerk", "resident", "kiosk_lost", "kiosk_restarted", "clerk_lost"]
PartyRole = Literal["second", "interpreter", "supervisor", "monitor"]
WhyPartyLeft = Literal["declined", "no_answer", "left", "removed", "lost"]
WhyMoved = Literal[
    "urgent", "appointment", "waited_long", "skills", "returned", "transferred", "carried_over"
]
WhyLater = Literal[WhyMoved, "takes_longer", "fewer_staff"]
OrderKind = Literal[
    "card", "slip", "sheet", "receipt", "form", "booking", "test", "restart", "logs", "number"
]


class TicketTaken(TicketFact, frozen=True, kw_only=True):
    """A resident asked for somebody: the ticket exists and has its number."""

    number: int
    day: str
    kiosk: KioskId
    lane: LaneId
    purpose: Key
    wants_text: bool = False
    language: Key = "ja"

    wants_sign: bool = False
    level: int = 2  # `states.Level`
    max_wait: float | None = None  # seconds until it stands in the class above
    appointment: AppointmentId | None = None
    due: float | None = None  # when the appointment begins
    since: float | None = None  # seniority from another day, for which `claim` was kept
    claim: str | None = None
    continues: TicketId | None = None  # the ticket of that day
    counter: bool = False  # a number of the hall, called to a desk
    press: OrderId | None = None  # which gave it, and the order of its paper
    site: SiteId | None = None  # where a moving kiosk stood; unsaid: where the registry has it


class TicketQueued(TicketFact, frozen=True, kw_only=True):
    """It stands in its lane."""


class TicketOffered(TicketFact, frozen=True, kw_only=True):
    """One clerk is asked to answer."""

    staff: StaffId
    generation: int
    deadline: float
    overtakes: tuple[TicketId, ...] = ()  # who came earlier and could have been served instead
    why: WhyMoved | None = None


class TicketAlsoOffered(TicketFact, frozen=True, kw_only=True):
    """It rings at one more clerk, who would have nobody else: a claim of its own."""

    staff: StaffId
    generation: int
    deadline: float


class OfferLapsed(TicketFact, frozen=True, kw_only=True):
    """One of several does not answer; it rings on at the others."""

    staff: StaffId
    why: WhyReturned
    reason: Key | None = None


class TicketAccepted(TicketFact, frozen=True, kw_only=True):
    """A clerk answered; picture and voice are being set up."""

    staff: StaffId
    generation: int
    deadline: float
    overtakes: tuple[TicketId, ...] = ()
    why: WhyMoved | None = None
    desk: str = ""  # to which somebody of the hall is called


class TicketReturned(TicketFact, frozen=True, kw_only=True):
    """It is back in its lane at its first place."""

    staff: StaffId
    why: WhyReturned
    reason: Key | None = None  # the clerk's own, with "declined"


class CallStarted(TicketFact, frozen=True, kw_only=True):
    """Voice flows."""


class CallHeld(TicketFact, frozen=True, kw_only=True):
    """Cameras and microphones stopped, with a promise in minutes."""

    minutes: int


class CallResumed(TicketFact, frozen=True, kw_only=True):
    """The conversation goes on."""


class CallEnded(TicketFact, frozen=True, kw_only=True):
    """The conversation is over; the clerk has until `deadline` to note the result."""

    why: WhyEnded
    deadline: float


class WrapupFinished(TicketFact, frozen=True, kw_only=True):
    """The result is counted; "no_show" when nobody sat there, "unrecorded" when the time ran out."""

    result: Key


class TicketCancelled(TicketFact, frozen=True, kw_only=True):
    """The resident gave up."""


class TicketAbandoned(TicketFact, frozen=True, kw_only=True):
    """The resident walked away, or the kiosk did not come back."""


class TicketExpired(TicketFact, frozen=True, kw_only=True):
    """It stood longer than a working day."""


class TicketPostponed(TicketFact, frozen=True, kw_only=True):
    """Its lane closed before anybody had talked to the resident; with "carry_over" the code keeps the place."""

    how: AfterClose
    code: str = ""
    until: str = ""  # the last day on which the code is good


class ClerkHearing(TicketFact, frozen=True, kw_only=True):
    """The kiosk says whether the clerk's heartbeat still arrives."""

    silent: bool


class ClerkLineLost(TicketFact, frozen=True, kw_only=True):
    """The clerk's socket went away during the call; until then nothing follows."""

    until: float


class ClerkLineBack(TicketFact, frozen=True, kw_only=True):
    """The clerk's socket is back: same call, same generation."""


class KioskLineLost(TicketFact, frozen=True, kw_only=True):
    """The kiosk's socket went away; its place is kept until then."""

    until: float


class KioskLineBack(TicketFact, frozen=True, kw_only=True):
    """The kiosk's socket is back."""


class LeaseRenewed(TicketFact, frozen=True, kw_only=True):
    """The running deadline starts afresh, because the server did."""

    deadline: float


class TicketRaised(TicketFact, frozen=True, kw_only=True):
    """Somebody saw that this resident cannot wait."""

    staff: StaffId


class TicketAged(TicketFact, frozen=True, kw_only=True):
    """It waited as long as its lane allows and stands in the class above."""

    level: int
    ages_at: float | None


class AppointmentBegan(TicketFact, frozen=True, kw_only=True):
    """The time that was promised has come."""


class TicketTransferred(TicketFact, frozen=True, kw_only=True):
    """A clerk gave it to another lane or person; its seniority stays, and until `until` it can come back."""

    staff: StaffId
    lane: LaneId
    until: float
    to: StaffId | None = None
    note: Key | None = None


class TicketReassigned(TicketFact, frozen=True, kw_only=True):
    """A supervisor moved it while it waited; kept for `to` until `until`, then for everybody of the lane."""

    staff: StaffId
    lane: LaneId
    until: float
    to: StaffId | None = None


class TransferFailed(TicketFact, frozen=True, kw_only=True):
    """Nobody there took it: it is kept for its sender until `until`, and then for everybody of the lane it left."""

    until: float


class PartyAsked(TicketFact, frozen=True, kw_only=True):
    """Somebody is asked to join the call, or to take it over."""

    staff: StaffId
    by: StaffId
    role: PartyRole
    generation: int
    deadline: float
    take_over: bool = False
    lane: LaneId | None = None
    again: bool = False  # the one asked before could not
    skill: Skill | None = None  # asked as one who has it
    note: Key | None = None  # which note of the case says why


class PartyJoined(TicketFact, frozen=True, kw_only=True):
    """They are in the call."""

    staff: StaffId


class SupervisorEntered(TicketFact, frozen=True, kw_only=True):
    """A supervisor came in unasked, or changed as what they are in: everybody in the call reads who and how."""

    staff: StaffId
    role: PartyRole
    generation: int


class PartyVoice(TicketFact, frozen=True, kw_only=True):
    """Their own link to the resident stands."""

    staff: StaffId


class PartyLeft(TicketFact, frozen=True, kw_only=True):
    """They did not come, or are not in the call any more."""

    staff: StaffId
    why: WhyPartyLeft


class PartyChanged(TicketFact, frozen=True, kw_only=True):
    """What they hear, see and may look at."""

    staff: StaffId
    held: bool
    may_see_papers: bool


class CallHandedOver(TicketFact, frozen=True, kw_only=True):
    """A party leads the call now, with the fencing number they have; who led it is free."""

    staff: StaffId
    deadline: float  # until their voice must flow, if it does not yet
    until: float  # and how long it is kept for whoever led it, if it never does


class PlanSet(TicketFact, frozen=True, kw_only=True):
    """The desks still ahead of this resident, in order."""

    lanes: tuple[LaneId, ...]


class NextDeskWarned(TicketFact, frozen=True, kw_only=True):
    """The next desk knows that somebody comes in about so many minutes."""

    lane: LaneId
    minutes: int


class ResultCorrected(TicketFact, frozen=True, kw_only=True):
    """Its clerk noted another result afterwards; the one before stands in the journal where it was."""

    staff: StaffId
    result: Key


class AppointmentsNoted(Fact, frozen=True, kw_only=True):
    """The appointments that are to be protected, all of them."""

    appointments: "tuple[Appointment, ...]"


class AppointmentNear(Fact, frozen=True, kw_only=True):
    """A visit begun now would probably run into it."""

    appointment: AppointmentId


class AppointmentLapsed(Fact, frozen=True, kw_only=True):
    """Its window is over: no clerk is kept for it any more."""

    appointment: AppointmentId


class SheetChanged(TicketFact, frozen=True, kw_only=True):
    """The checklist in the case has a newer revision. What was answered is in the case and nowhere else.

    `minutes` is how long the visit is likely to take, `skills` whose knowledge it needs, `relay` which counters in
    which order; counters of lines that must not be named are in neither.
    """

    revision: int
    minutes: int | None = None
    skills: tuple[Key, ...] = ()
    relay: tuple[Key, ...] = ()


class CallbackKept(TicketFact, frozen=True, kw_only=True):
    """The resident went home: the ticket keeps its place, and the kiosk is somebody else's."""


class CallbackTried(TicketFact, frozen=True, kw_only=True):
    """They were called. `again_at`: it waits for the next try; None with nobody reached: it is closed."""

    staff: StaffId
    outcome: CallbackOutcome
    again_at: float | None = None


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


class KioskCame(Fact, frozen=True, kw_only=True):
    """A kiosk is connected."""

    kiosk: KioskId
    machine: str
    health: Health


class KioskWent(Fact, frozen=True, kw_only=True):
    """A kiosk's socket is gone; `wall` is when it was last seen, for people."""

    kiosk: KioskId
    wall: float
    expected: bool = False  # it said that it goes, or we went ourselves: it will be back in a moment


class HealthReported(Fact, frozen=True, kw_only=True):
    """A kiosk's health changed."""

    kiosk: KioskId
    health: Health


class KeyCopied(Fact, frozen=True, kw_only=True):
    """Another machine has shown this kiosk's key: an alarm until a person ends it."""

    kiosk: KioskId


class KeyAlarmCleared(Fact, frozen=True, kw_only=True):
    """Somebody looked and ended the alarm."""

    kiosk: KioskId
    staff: StaffId


class OrderPlaced(Fact, frozen=True, kw_only=True):
    """A kiosk owes a deed. What is to be printed is kept in the case, not here."""

    order: OrderId
    kiosk: KioskId
    kind: OrderKind
    ticket: TicketId | None = None
    generation: int = 0
    ask: CardAsk | None = None  # of a card order; those of the first release asked for the attributes
    document: DocumentDigest | None = None  # what is to be signed
    code: str = ""  # of the paper that waited, when this prints one


class OrderClosed(Fact, frozen=True, kw_only=True):
    """The deed came to its end."""

    order: OrderId
    kiosk: KioskId
    outcome: Key


class PaperKept(Fact, frozen=True, kw_only=True):
    """A paper that did not come out waits under a code, until the end of a day."""

    order: OrderId
    kiosk: KioskId
    ticket: TicketId
    code: str
    day: str
    until: str


class PaperMailed(Fact, frozen=True, kw_only=True):
    """A paper that did not come out is sent by the back office. To whom stands in the case."""

    order: OrderId
    kiosk: KioskId
    ticket: TicketId


class IdentityChecked(Fact, frozen=True, kw_only=True):
    """The card's own proof was judged, and its order is closed by that."""

    order: OrderId
    kiosk: KioskId
    ticket: TicketId
    command: CommandId  # the kiosk's, so that its repetition is known after a restart
    identity: Identity
    card: str  # keyed hash of issuer and serial number; tells an auditor "the same card" and nothing else


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


class Warned(msgspec.Struct, frozen=True, kw_only=True):
    """Which desk was told, when, and how soon it said."""

    lane: LaneId
    at: float
    minutes: int


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
    | IdentityChecked
)
LaneEvent = AppointmentsNoted | AppointmentNear | AppointmentLapsed | WaitsTold
FloorEvent = LaneClosed | LaneReopened | Announced | AnnouncementEnded | HelpWanted | HelpComing | HelpEnded
DutyEvent = DutySet | DutyEnded | LanesChosen | DeskChosen
Event = TicketEvent | StaffEvent | KioskEvent | LaneEvent | FloorEvent | DutyEvent | BookingEvent
