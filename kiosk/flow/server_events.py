"""What the server and the clerk say to the kiosk."""

from dataclasses import (
    dataclass,
    field,
)

from server.protocol.booking import BookingNews
from server.protocol.messages import FormShown, KioskView, MediaState, Questions, Say, Typing
from server.protocol.values import (
    Health,
    IceServer,
    Key,
    RefusalCode,
)


@dataclass(frozen=True, slots=True)
class Welcomed:
    """The server knows us: the link is up."""

    city: str
    site: str
    telephone: str
    ice_servers: tuple[IceServer, ...] = ()
    purposes: tuple[Key, ...] = ()
    more_purposes: tuple[Key, ...] = ()
    told: Health | None = None  # what our `Hello` said


@dataclass(frozen=True, slots=True)
class LinkLost:
    """The socket is gone."""


@dataclass(frozen=True, slots=True)
class Barred:
    """The server refuses this device."""

    reason: Key


@dataclass(frozen=True, slots=True)
class Viewed:
    """The server's newest view of us."""

    view: KioskView


@dataclass(frozen=True, slots=True)
class Replied:
    """A command of ours was answered."""

    id: str
    refused: RefusalCode | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """Something the clerk sent to the resident's screen."""

    generation: int
    body: Say | Typing | MediaState


@dataclass(frozen=True, slots=True)
class QuestionsCame:
    """What to ask the resident while they wait."""

    questions: Questions


@dataclass(frozen=True, slots=True)
class FormCame:
    """The form clerk and resident have before them, or that there is none."""

    shown: FormShown


@dataclass(frozen=True, slots=True)
class PicturesCame:
    """All pages of the form that is read back are here, as pictures."""

    revision: int
    pages: int


@dataclass(frozen=True, slots=True)
class PaperArrived:
    """All strips of an order are here."""

    order: str


@dataclass(frozen=True, slots=True)
class PlacesCame:
    """What the server says of free places and reservations."""

    news: BookingNews


@dataclass(frozen=True, slots=True)
class NumberCame:
    """The clerk sent 照合番号B for an order; its digits stay in the runner."""

    generation: int
    order: str


@dataclass(frozen=True, slots=True)
class Challenged:
    """The server says what the card shall sign."""

    order: str
    data: bytes = field(repr=False)
    expires_in: float = 60.0
