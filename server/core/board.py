"""One municipality's live state. How events change it: `evolve.py`."""

from collections.abc import Iterator
from itertools import takewhile
from typing import Literal

import msgspec

from server.core import events as e
from server.core.booking.book import Book
from server.core.duties import Duty
from server.core.fairness import Move
from server.core.kept import KeptPaper
from server.core.states import Ticket
from server.protocol.values import (
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
    StaffId,
    TicketId,
)

ENDED_KEPT = 2000
"""Tickets remembered after their end, so that a late wish is answered for what it is, and what was noted of a visit can
be put right while its record is kept: a month of some sixty visits a day."""


DEEDS_KEPT = 8
"""Settled orders of the fleet page kept per kiosk."""


DAYS_KEPT = 400


MOVES_KEPT = 32
"""Reasons of changed places; older ones nobody reads any more."""


DURATIONS_KEPT = 60
"""Visits per purpose from which the next ones are estimated."""


class Seat(msgspec.Struct, frozen=True, kw_only=True):
    """A member of staff: what they chose, whether they are there, what binds them."""

    id: StaffId
    chosen: Literal["away", "ready", "paused"] = "away"
    pause_reason: Key | None = None
    since: float = 0.0  # when choice, presence or ticket last changed
    idle_since: float = 0.0  # the longest idle is asked first
    connected: bool = False
    lost_until: float | None = None  # not connected, but counted as present until then
    session_key: bytes = b""
    missed: int = 0  # offers in a row that rang out
    rests_until: float = 0.0  # they gave a call on: nothing rings here before
    ticket: TicketId | None = None

    @property
    def present(self) -> bool:
        """Whether residents may count on this person."""
        return self.connected or self.lost_until is not None


class PlacedOrder(msgspec.Struct, frozen=True, kw_only=True):
    """A deed a kiosk owes, and how it went."""

    id: OrderId
    kind: e.OrderKind
    at: float
    ticket: TicketId | None = None
    generation: int = 0
    ask: CardAsk | None = None  # of a card order
    document: DocumentDigest | None = None  # what is to be signed
    filed: str = ""  # of a copy of a signed form: that form's SHA-256
    outcome: Key | None = None
    identity: Identity | None = None  # with what the card's proof came to
    settled_by: CommandId | None = None  # the command whose repetition gets the same answer
    code: str = ""  # of a paper that waits or waited
    then: Literal["later", "mail"] | None = None  # it did not come out: how it will be had
    then_at: float = 0.0  # and since when that is known


class Post(msgspec.Struct, frozen=True, kw_only=True):
    """A kiosk: whether it is there, how it is, whose visit it holds, what it owes."""

    id: KioskId
    machine: str = ""
    health: Health | None = None
    connected: bool = False
    since: float = 0.0  # in this connection state
    seen: float | None = None  # wall time at which it was last lost
    expected: bool = False  # lost as announced: it will be back in a moment
    copied: bool = False  # another machine has shown its key, and nobody has ended the alarm
    ticket: TicketId | None = None  # the newest one taken here, live or not
    orders: tuple[PlacedOrder, ...] = ()
    given: tuple[OrderId, TicketId] | None = (
        None  # the newest number of the hall, and the press that asked for it
    )
    place: "Place | None" = None
    put_away: TicketId | None = None  # the visit whose code left the screen


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where a moving kiosk stands on one day."""

    site: SiteId
    day: str


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """What one civil day counts."""

    issued: int = 0
    served: int = 0
    talked: float = 0.0


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """A place that is kept for another day: whoever brings the code stands where they stood."""

    code: str
    ticket: TicketId
    kiosk: KioskId
    number: int
    day: str
    until: str
    lane: LaneId
    purpose: Key
    since: float
    level: int
    max_wait: float | None = None
    wants_sign: bool = False


class Help(msgspec.Struct, frozen=True, kw_only=True):
    """A call for help that nobody has ended."""

    id: CommandId
    staff: StaffId
    day: str
    at: float
    kiosk: KioskId | None = None
    coming: tuple[StaffId, ...] = ()


class Board(msgspec.Struct, frozen=True, kw_only=True):
    """Everything live. `tickets` is in order of arrival; `seq` counts the events folded in."""

    seq: int = 0
    elapsed: float = 0.0  # of the newest event
    issued: int = 0
    days: dict[str, Day] = {}
    tickets: dict[TicketId, Ticket] = {}
    ended: dict[TicketId, Ticket] = {}
    seats: dict[StaffId, Seat] = {}
    posts: dict[KioskId, Post] = {}
    appointments: tuple[e.Appointment, ...] = ()
    book: Book = Book()
    moves: tuple[Move, ...] = ()
    closures: dict[LaneId, e.LaneClosed] = {}
    announcement: e.Announced | None = None
    help: tuple[Help, ...] = ()
    claims: dict[str, Claim] = {}  # by code
    papers: dict[str, KeptPaper] = {}  # that wait, by code
    duties: dict[StaffId, Duty] = {}
    waits: dict[LaneId, e.Told] = {}  # what somebody who came now would be told
    hall_waits: dict[LaneId, e.Told] = {}  # and somebody who took a number of the hall
    durations: dict[Key, tuple[float, ...]] = {}  # seconds from answer to the end of wrap-up, per purpose


def ended_lately(board: Board, since: float) -> Iterator[Ticket]:
    """Yield the tickets that ended after `since` (elapsed seconds), newest first: they stand in the order of their end."""
    return takewhile(lambda one: one.changed > since, reversed(board.ended.values()))
