"""What has happened, as the journal keeps it: facts that carry all that `evolve` needs, deadlines included.

Ids, states and times only. Rules of evolution are those of the protocol: new fields have defaults, a new meaning is
a new event, and what was once written is readable for ever. `at` is elapsed seconds (`journal.Now`).
"""

from typing import Literal

import msgspec

from server.protocol.values import Health, Key, KioskId, LaneId, OrderId, StaffId, TicketId

WhyReturned = Literal["no_answer", "declined", "not_connected", "clerk_lost"]
WhyEnded = Literal["clerk", "resident", "kiosk_lost", "kiosk_restarted"]
OrderKind = Literal["card", "slip", "sheet", "receipt", "test", "restart", "logs"]


def snake(name: str) -> str:
    """Return the tag of a class: TicketTaken -> ticket_taken."""
    return "".join("_" + c.lower() if c.isupper() else c for c in name).lstrip("_")


class Fact(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag=snake):
    """Base of every event."""

    at: float


class TicketFact(Fact, frozen=True, kw_only=True):
    """Base of what befalls one ticket."""

    ticket: TicketId


class TicketTaken(TicketFact, frozen=True, kw_only=True):
    """A resident asked for somebody: the ticket exists and has its number."""

    number: int
    day: str
    kiosk: KioskId
    lane: LaneId
    purpose: Key
    wants_text: bool = False
    language: Key = "ja"


class TicketQueued(TicketFact, frozen=True, kw_only=True):
    """It stands in its lane."""


class TicketOffered(TicketFact, frozen=True, kw_only=True):
    """One clerk is asked to answer."""

    staff: StaffId
    generation: int
    deadline: float


class TicketAccepted(TicketFact, frozen=True, kw_only=True):
    """A clerk answered; picture and voice are being set up."""

    staff: StaffId
    generation: int
    deadline: float


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


class SheetChanged(TicketFact, frozen=True, kw_only=True):
    """The checklist in the case has a newer revision. What was answered is in the case and nowhere else.

    `minutes` is how long the visit is likely to take, `skills` whose knowledge it needs, `relay` which counters in
    which order; counters of lines that must not be named are in neither.
    """

    revision: int
    minutes: int | None = None
    skills: tuple[Key, ...] = ()
    relay: tuple[Key, ...] = ()


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


class StaffPaused(Fact, frozen=True, kw_only=True):
    """一時停止."""

    staff: StaffId
    reason: Key


class KioskCame(Fact, frozen=True, kw_only=True):
    """A kiosk is connected."""

    kiosk: KioskId
    machine: str
    health: Health


class KioskWent(Fact, frozen=True, kw_only=True):
    """A kiosk's socket is gone; `wall` is when it was last seen, for people."""

    kiosk: KioskId
    wall: float


class HealthReported(Fact, frozen=True, kw_only=True):
    """A kiosk's health changed."""

    kiosk: KioskId
    health: Health


class OrderPlaced(Fact, frozen=True, kw_only=True):
    """A kiosk owes a deed. What is to be printed is kept in the case, not here."""

    order: OrderId
    kiosk: KioskId
    kind: OrderKind
    ticket: TicketId | None = None
    generation: int = 0


class OrderClosed(Fact, frozen=True, kw_only=True):
    """The deed came to its end."""

    order: OrderId
    kiosk: KioskId
    outcome: Key


TicketEvent = (
    TicketTaken
    | TicketQueued
    | TicketOffered
    | TicketAccepted
    | TicketReturned
    | CallStarted
    | CallHeld
    | CallResumed
    | CallEnded
    | WrapupFinished
    | TicketCancelled
    | TicketAbandoned
    | TicketExpired
    | ClerkHearing
    | ClerkLineLost
    | ClerkLineBack
    | KioskLineLost
    | KioskLineBack
    | LeaseRenewed
    | SheetChanged
)
StaffEvent = StaffCame | StaffWent | StaffLeft | StaffReady | StaffPaused
KioskEvent = KioskCame | KioskWent | HealthReported | OrderPlaced | OrderClosed
Event = TicketEvent | StaffEvent | KioskEvent
