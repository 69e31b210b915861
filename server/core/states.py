"""What a ticket can be: one class per state, carrying exactly what that state needs.

How one becomes another is in `ticket.py`. The tags are the names that travel (`TicketState`).
"""

from typing import Literal

import msgspec

from server.core import events as e
from server.core.fact import snake
from server.protocol.today import AfterClose
from server.protocol.values import (
    AppointmentId,
    Key,
    KioskId,
    LaneId,
    SiteId,
    Skill,
    StaffId,
    TicketId,
    TicketState,
)


class State(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag=snake):
    """Base of the states; a state carries exactly what it needs."""

    generation: int = 0


class Created(State, frozen=True, kw_only=True):
    """It has a number and stands nowhere yet."""


class Waiting(State, frozen=True, kw_only=True):
    """In its lane. `kiosk_lost`: the kiosk is gone and its place is kept until then."""

    kiosk_lost: float | None = None


class Ringing(msgspec.Struct, frozen=True, kw_only=True):
    """One more clerk at whom an offer rings, with a claim of their own."""

    staff: StaffId
    generation: int
    deadline: float


class Offered(State, frozen=True, kw_only=True):
    """Ringing at one clerk, or at several: the first yes wins."""

    staff: StaffId
    deadline: float
    kiosk_lost: float | None = None
    others: tuple[Ringing, ...] = ()


class Connecting(State, frozen=True, kw_only=True):
    """Answered; voice does not flow yet. `clerk_lost`: the clerk's socket is gone, grace until then."""

    staff: StaffId
    deadline: float
    clerk_lost: float | None = None
    kiosk_lost: float | None = None


class Called(State, frozen=True, kw_only=True):
    """Somebody with a number of the hall is called to a desk: `calls` times so far, last at `called`.

    No kiosk and no link belongs to it: they come on foot, or they do not.
    """

    staff: StaffId
    desk: str
    deadline: float
    called: float
    calls: int = 1
    clerk_lost: float | None = None


class Absent(State, frozen=True, kw_only=True):
    """Called, set aside, called again, and not there: over at `deadline`, unless somebody brings the number back."""

    staff: StaffId  # who called last
    deadline: float


class Serving(State, frozen=True, kw_only=True):
    """In conversation since `since`. `silent`: the kiosk hears no heartbeat of the clerk."""

    staff: StaffId
    since: float
    silent: bool = False
    clerk_lost: float | None = None
    kiosk_lost: float | None = None


class Held(State, frozen=True, kw_only=True):
    """On hold, with a promise in minutes."""

    staff: StaffId
    since: float
    minutes: int
    silent: bool = False
    clerk_lost: float | None = None
    kiosk_lost: float | None = None


class Wrapup(State, frozen=True, kw_only=True):
    """The resident is done; the clerk notes the result. `talked` is in seconds."""

    staff: StaffId
    deadline: float
    why: e.WhyEnded
    talked: float = 0.0


class Done(State, frozen=True, kw_only=True):
    """Counted with its result."""

    staff: StaffId
    result: Key


class NoShow(State, frozen=True, kw_only=True):
    """A clerk answered, or called, and nobody was there."""

    staff: StaffId


class Abandoned(State, frozen=True, kw_only=True):
    """The resident walked away."""


class Cancelled(State, frozen=True, kw_only=True):
    """The resident gave up."""


class Expired(State, frozen=True, kw_only=True):
    """It stood longer than a working day."""


class Postponed(State, frozen=True, kw_only=True):
    """Its lane closed first; `code` keeps the place for another day."""

    how: AfterClose
    code: str = ""


InCall = Connecting | Serving | Held
Over = Done | NoShow | Abandoned | Cancelled | Expired | Postponed
AnyState = Created | Waiting | Offered | Called | Absent | InCall | Wrapup | Over


Level = Literal[0, 1, 2, 3]
"""Class of a ticket: urgent, appointment that is due, everybody, business. Smaller goes first."""

URGENT, DUE, NORMAL, BUSINESS = 0, 1, 2, 3

AT_COUNTER = "desk"
"""What whoever calls a number of the hall must have: a desk somebody can walk to. It never relaxes."""


class Party(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody besides the one clerk who leads the call. `deadline`: asked, and not in yet."""

    staff: StaffId
    role: e.PartyRole
    generation: int  # their own fencing number, drawn from the ticket's
    since: float
    deadline: float | None = None
    take_over: bool = False  # asked to lead the call afterwards
    lane: LaneId | None = None  # asked as one of this lane; the next of it is asked if they cannot
    voice: bool = False  # their own link to the resident stands
    held: bool = False
    may_see_papers: bool = False
    skill: Skill | None = None  # asked as one who has it; the next who has it is asked if they cannot
    note: Key | None = None  # which note of the case says why


class NotCome(msgspec.Struct, frozen=True, kw_only=True):
    """Who was asked last and is not in the call, until somebody is asked again."""

    staff: StaffId
    why: e.WhyPartyLeft
    at: float


class Callback(msgspec.Struct, frozen=True, kw_only=True):
    """The resident went home and is called when it is their turn."""

    since: float
    tries: int = 0
    again_at: float = 0.0  # not before this
    outcome: Key | None = None  # of the last try: "reached", "not_reached", "wrong_number"


class HandedOver(msgspec.Struct, frozen=True, kw_only=True):
    """On its way from one clerk to another lane or person, until somebody there answers."""

    sender: StaffId
    lane: LaneId  # where it came from
    until: float
    staff: StaffId | None = None  # the one it is meant for
    note: Key | None = None
    given_by: StaffId | None = (
        None  # by whom, and with which note, the sender got it: theirs again if nobody takes it
    )
    came_with: Key | None = None


class Ticket(msgspec.Struct, frozen=True, kw_only=True):
    """One visit on the board; `rank` is its place in the order of arrival and never changes."""

    id: TicketId
    rank: int
    number: int
    day: str
    kiosk: KioskId
    lane: LaneId
    purpose: Key
    wants_text: bool
    language: Key
    arrived: float
    changed: float  # when its kind of state last changed
    state: AnyState = Created()
    returned: e.WhyReturned | None = None
    passed: tuple[tuple[StaffId, float], ...] = ()  # who let it pass, and when
    wants_sign: bool = False
    level: int = NORMAL
    since: float = 0.0  # seniority: the arrival, or the start of the appointment; never changes
    standing: float = 0.0  # in this lane
    due: float | None = None  # an appointment that has not begun yet
    appointment: AppointmentId | None = None
    callback: Callback | None = None
    max_wait: float | None = None
    ages_at: float | None = None  # when it stands in the class above
    aged: int = 0
    overtaken_by: tuple[
        TicketId, ...
    ] = ()  # who came later and went first though this one could have been served
    returns: int = 0  # how often it came back from a clerk
    claims: int = 0  # the highest fencing number ever given for it
    parties: tuple[Party, ...] = ()
    asked: tuple[StaffId, ...] = ()  # who was asked to join in the running search
    not_come: NotCome | None = None
    handed: HandedOver | None = None
    given_by: StaffId | None = None  # who handed it to whoever has it now, also once they talk
    note: Key | None = None  # which note of the case came with it
    only: StaffId | None = None  # kept for this clerk until `only_until`
    only_until: float = 0.0
    plan: tuple[LaneId, ...] = ()  # the desks still ahead of this resident, in order
    warned: e.Warned | None = None  # the next desk knows
    sheet: int = 0  # revision of its checklist; 0 = nothing was answered
    minutes: int | None = None  # how long it is likely to take, by what was answered
    skills: tuple[Key, ...] = ()
    met: bool = False  # somebody has talked to this resident: such a visit is never cut short by the clock
    continues: TicketId | None = None  # the visit of another day
    relay: tuple[Key, ...] = ()  # counters, in the order to visit them
    told: e.Told | None = None  # how long this resident was told it takes
    reckoned: bool = False  # for this very ticket; before that they hear what anybody in its lane would
    later: e.WhyLater | None = None  # why it takes longer than that, said at `later_at`
    later_at: float = 0.0
    counter: bool = False  # a number of the hall: whoever has it is called to a desk, and nothing is linked
    aside_until: float | None = None  # called and not there: not called again before
    asides: int = 0
    site: SiteId | None = None  # where a moving kiosk stood then; unsaid: where the registry has it


def name(state: AnyState) -> TicketState:
    """Return the state's name on the wire."""
    tag: TicketState = state.__struct_config__.tag  # pyright: ignore[reportAssignmentType]  the tags are these names
    return tag


def staff_of(state: AnyState) -> StaffId | None:
    """Return the clerk who is bound by this ticket now."""
    match state:
        case Offered() | Called() | Connecting() | Serving() | Held() | Wrapup():
            return state.staff
        case (
            Created() | Waiting() | Absent() | Done() | NoShow()
            | Abandoned() | Cancelled() | Expired() | Postponed()
        ):  # fmt: skip
            return None


def rings_at(state: AnyState) -> tuple[Ringing, ...]:
    """Return everybody an offer rings at, each with their own claim."""
    if not isinstance(state, Offered):
        return ()
    first = Ringing(staff=state.staff, generation=state.generation, deadline=state.deadline)
    return (first, *state.others)


def ring_of(state: AnyState, staff: StaffId) -> Ringing | None:
    """Return this clerk's own claim on what rings at them."""
    return next((one for one in rings_at(state) if one.staff == staff), None)


def bound_by(ticket: Ticket) -> tuple[StaffId, ...]:
    """Return everybody who can do nothing else now because of this ticket: who leads it first, then its parties."""
    leads = staff_of(ticket.state)
    others = tuple(party.staff for party in ticket.parties)
    if isinstance(ticket.state, Offered):
        others = (*(one.staff for one in ticket.state.others), *others)
    return others if leads is None else (leads, *others)


def party_of(ticket: Ticket, staff: StaffId) -> Party | None:
    """Return this person's part in the ticket besides leading it."""
    return next((party for party in ticket.parties if party.staff == staff), None)


def works_on(ticket: Ticket, staff: StaffId) -> bool:
    """Say whether this person may look into the case: who leads, and who is in the call and was let see the papers."""
    state = ticket.state
    if isinstance(state, Called | Connecting | Serving | Held | Wrapup) and state.staff == staff:
        return True
    party = party_of(ticket, staff)
    return party is not None and party.deadline is None and party.may_see_papers


def number_in(ticket: Ticket, staff: StaffId) -> int | None:
    """Return the fencing number of somebody who is in this live call; who is only asked has no voice in it."""
    state = ticket.state
    if ticket.counter or not isinstance(state, Connecting | Serving | Held):
        return None
    if state.staff == staff:
        return state.generation
    party = party_of(ticket, staff)
    return None if party is None or party.deadline is not None else party.generation


def wishes(ticket: Ticket | e.TicketTaken) -> tuple[str, ...]:
    """Return the skills this resident would like to meet."""
    language = () if ticket.language in ("ja", "easy") else (f"language:{ticket.language}",)
    wished = (*language, "sign:jsl") if ticket.wants_sign else language
    return (AT_COUNTER, *wished) if ticket.counter else wished
