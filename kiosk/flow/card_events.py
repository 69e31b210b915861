"""What the card said, and what it refused."""

from dataclasses import (
    dataclass,
    field,
)
from typing import Literal

from server.protocol.values import (
    FourBasicData,
    Key,
)


@dataclass(frozen=True, slots=True)
class CardSituation:
    """What lies on the reader, or why nothing can be read."""

    present: bool
    problem: Key | None = None


@dataclass(frozen=True, slots=True)
class CardLooked:
    """A card that can do what is asked, how many tries its PIN has left (None: it does not say), and its certificate.

    The certificate is the free one, for a proof only.
    """

    dialogue: int
    tries_left: int | None
    certificate: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class CardIsOther:
    """Not a My Number card, or one that cannot do what is asked (`problem`)."""

    dialogue: int
    problem: Key


@dataclass(frozen=True, slots=True)
class CardRead:
    """What the card says of its owner."""

    dialogue: int
    data: FourBasicData


@dataclass(frozen=True, slots=True)
class PhotoRead:
    """The face photo, decoded; it goes to the clerk and stays nowhere."""

    dialogue: int
    jpeg: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Signed:
    """What the card's key made of the challenge, or of a document; then with the signing certificate."""

    dialogue: int
    signature: bytes = field(repr=False)
    certificate: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class NumberWrong:
    """照合番号B does not fit this card, or (0 tries left) cannot be tried any more."""

    dialogue: int
    tries_left: int


@dataclass(frozen=True, slots=True)
class PinWrong:
    """The card refused the PIN; 0 tries left = locked."""

    dialogue: int
    tries_left: int


@dataclass(frozen=True, slots=True)
class CardFault:
    """It moved ("moved") or did not answer sensibly ("unreadable")."""

    dialogue: int
    problem: Literal["moved", "unreadable"]
