"""What a ticket can be: one class per state, carrying exactly what that state needs.

How one becomes another is in `ticket.py`. The tags are the names that travel (`TicketState`).
"""

import msgspec

from server.core import events as e
from server.protocol.values import Key, KioskId, LaneId, StaffId, TicketId, TicketState


class State(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag=e.snake):
    """Base of the states; a state carries exactly what it needs."""

    generation: int = 0


class Created(State, frozen=True, kw_only=True):
    """It has a number and stands nowhere yet."""


class Waiting(State, frozen=True, kw_only=True):
    """In its lane. `kiosk_lost`: the kiosk is gone and its place is kept until then."""

    kiosk_lost: float | None = None


class Offered(State, frozen=True, kw_only=True):
    """Ringing at one clerk."""

    staff: StaffId
    deadline: float
    kiosk_lost: float | None = None


class Connecting(State, frozen=True, kw_only=True):
    """Answered; voice does not flow yet. `clerk_lost`: the clerk's socket is gone, grace until then."""

    staff: StaffId
    deadline: float
    clerk_lost: float | None = None
    kiosk_lost: float | None = None


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
    """A clerk answered and nobody sat there."""

    staff: StaffId


class Abandoned(State, frozen=True, kw_only=True):
    """The resident walked away."""


class Cancelled(State, frozen=True, kw_only=True):
    """The resident gave up."""


class Expired(State, frozen=True, kw_only=True):
    """It stood longer than a working day."""


InCall = Connecting | Serving | Held
Over = Done | NoShow | Abandoned | Cancelled | Expired
AnyState = Created | Waiting | Offered | InCall | Wrapup | Over


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
    sheet: int = 0  # revision of its checklist; 0 = nothing was answered
    minutes: int | None = None  # how long it is likely to take, by what was answered
    skills: tuple[Key, ...] = ()
    relay: tuple[Key, ...] = ()  # counters, in the order to visit them


def name(state: AnyState) -> TicketState:
    """Return the state's name on the wire."""
    tag: TicketState = state.__struct_config__.tag  # pyright: ignore[reportAssignmentType]  the tags are these names
    return tag


def staff_of(state: AnyState) -> StaffId | None:
    """Return the clerk who is bound by this ticket now."""
    match state:
        case Offered() | Connecting() | Serving() | Held() | Wrapup():
            return state.staff
        case Created() | Waiting() | Done() | NoShow() | Abandoned() | Cancelled() | Expired():
            return None
