"""What befalls a kiosk, its devices and what it owes."""

from typing import Literal

from server.core.fact import Fact
from server.protocol.values import (
    CardAsk,
    CommandId,
    DocumentDigest,
    Health,
    Identity,
    Key,
    KioskId,
    OrderId,
    StaffId,
    TicketId,
)

OrderKind = Literal[
    "card", "slip", "sheet", "receipt", "form", "booking", "test", "restart", "logs", "number"
]


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
    filed: str = ""  # of a copy of a signed form: that form's SHA-256
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


class CodePutAway(Fact, frozen=True, kw_only=True):
    """The end of this visit, with its code, left the kiosk's screen: by its resident's hand, or its time was over."""

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
