"""What befalls one ticket, from the number that is taken to the result that is put right."""

from typing import Literal

import msgspec

from server.core.fact import TicketFact
from server.protocol.today import AfterClose
from server.protocol.values import (
    AppointmentId,
    CallbackOutcome,
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


class Warned(msgspec.Struct, frozen=True, kw_only=True):
    """Which desk was told, when, and how soon it said."""

    lane: LaneId
    at: float
    minutes: int
