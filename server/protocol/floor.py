"""What a supervisor may do to the whole floor, and how somebody at a desk calls for help."""

from typing import Annotated, Literal

from msgspec import Meta

from server.protocol.values import Generation, Id, Key, Seconds, Short, TicketState, Value
from server.protocol.wire import Command


class Reassign(Command, frozen=True, kw_only=True):
    """A supervisor moves one who waits to another lane, or keeps them for one person; the seniority stays."""

    ticket: Id
    generation: Generation
    lane: Id | None = None
    staff: Id | None = None


class CloseLane(Command, frozen=True, kw_only=True):
    """No new numbers in this lane for the rest of today; whoever waits in it is still served."""

    lane: Id
    reason: Key  # residents read it, in their own language


class OpenLane(Command, frozen=True, kw_only=True):
    """Take back `CloseLane`."""

    lane: Id


class Announce(Command, frozen=True, kw_only=True):
    """One sentence for everybody who waits at a kiosk, until it is ended or the day is over; nothing personal."""

    notice: Key | None = None  # a ready-made one, which kiosks know in each language
    text: Annotated[str, Meta(max_length=60)] = ""


class EndAnnouncement(Command, frozen=True, kw_only=True):
    """Take the sentence down."""


class PauseColleague(Command, frozen=True, kw_only=True):
    """Somebody left their desk and forgot to say so."""

    staff: Id
    reason: Key


class ReadyColleague(Command, frozen=True, kw_only=True):
    """Somebody is at their desk and forgot to say so."""

    staff: Id


class CallForHelp(Command, frozen=True, kw_only=True):
    """至急 応援: all seats of the department see it at once, with place and name."""


class ComeToHelp(Command, frozen=True, kw_only=True):
    """向かいます."""

    help: Id


class EndHelp(Command, frozen=True, kw_only=True):
    """It is over: said by whoever called, or by a supervisor."""

    help: Id


class EnterCall(Command, frozen=True, kw_only=True):
    """A supervisor comes into a call that goes on: "watch" sees and hears, "join" also speaks; everybody in it reads it."""

    ticket: Id
    how: Literal["watch", "join"] = "watch"


class InCallForFloor(Value, frozen=True, kw_only=True):
    """Somebody in a call besides the resident, and as what."""

    name: Short
    department: Short = ""
    role: Key = "lead"  # "lead", "second", "interpreter", "supervisor", "monitor"


class CallForFloor(Value, frozen=True, kw_only=True):
    """One call that goes on."""

    ticket: Id
    number: int
    purpose: Key
    lane: Id
    site: Short
    kiosk_name: Short
    state: TicketState
    people: tuple[InCallForFloor, ...] = ()  # who leads it first
    for_seconds: Seconds = 0.0  # since voice first flowed
    full: bool = False  # nobody more can come in
    mine: Generation | None = None  # the viewer is in it, with this number
    role: Key | None = None  # and as this


class Emergency(Value, frozen=True, kw_only=True):
    """Somebody called for help and nobody has ended it."""

    id: Id
    staff: Id
    name: Short
    department: Short
    site: Short = ""  # where the resident of this conversation sits; empty: no conversation
    kiosk_name: Short = ""
    for_seconds: Seconds = 0.0
    coming: tuple[Short, ...] = ()  # who said 「向かいます」
    role: Literal["caller", "coming", "asked"] = "asked"  # the viewer's own part
    may_end: bool = False


class LaneForFloor(Value, frozen=True, kw_only=True):
    """One lane at a glance."""

    id: Id
    name: Short
    open: bool
    closed: Key | None = None  # "hours", "no_staff", or "today" with its reason
    reason: Key | None = None
    waiting: int = 0
    longest: Seconds = 0.0
    late: int = 0  # of those who wait: longer than the target
    target: Seconds = 600.0
    wait_minutes: tuple[int, int] | None = None
    ready: int = 0
    busy: int = 0
    paused: int = 0
    visits: int = 0  # today
    level: float | None = None  # of those whose wait is over: answered within the target
    keeps: int = 0  # it is lunch time: so many seats stay


class KioskInTrouble(Value, frozen=True, kw_only=True):
    """A kiosk somebody should look at."""

    id: Id
    name: Short
    site: Short
    state: Key
    reason: Key | None = None
    busy: Key | None = None  # "waiting", "call"
    since: Seconds = 0.0  # in this connection state
