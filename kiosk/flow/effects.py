"""The deeds a step asks of the runner. What can be computed from the state (screen, lamps, media) is not here."""

from dataclasses import dataclass, field
from typing import Literal

from server.protocol.messages import (
    AnswerForm,
    AnswerQuestion,
    AskBooking,
    AskPlaces,
    CancelBooking,
    CancelTicket,
    CheckIn,
    ChoosePlace,
    ClerkHeard,
    FacePhoto,
    HangUp,
    KeepCallback,
    KeepPlace,
    LeavePlace,
    MediaIsUp,
    MoveHere,
    OrderSettled,
    PartyIsUp,
    PresentCertificate,
    PresentSignature,
    PutAway,
    ReportHealth,
    RestartLink,
    SignForm,
    TakeTicket,
)
from server.protocol.values import CardAsk, DocumentDigest

KioskCommand = (
    TakeTicket | MoveHere | CancelTicket | HangUp | MediaIsUp | ClerkHeard | PartyIsUp | OrderSettled
    | PresentCertificate | PresentSignature | ReportHealth | AnswerQuestion | AnswerForm | SignForm
    | CheckIn | KeepCallback | AskPlaces | ChoosePlace | KeepPlace | LeavePlace | AskBooking | CancelBooking
    | PutAway
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tell:
    """Send a command, again and again under the same id until it is answered."""

    command: KioskCommand


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Stop repeating a command whose wish is gone."""

    id: str


@dataclass(frozen=True, slots=True)
class Relay:
    """Say something to the clerk of this conversation, now or never: a wish for a new attempt, the card's photo."""

    generation: int
    body: RestartLink | FacePhoto


@dataclass(frozen=True, slots=True)
class TakeStill:
    """Take the still the resident said 「はい」 to, and send it to the clerk who asked; answered once."""

    generation: int
    still: str


@dataclass(frozen=True, slots=True)
class RefuseStill:
    """Tell the clerk who asked why there is no still."""

    generation: int
    still: str
    why: Literal["no", "busy", "another", "held"]


@dataclass(frozen=True, slots=True)
class LookAtCard:
    """Find out what card it is and how many tries are left; for a proof, read its certificate. Answered once."""

    dialogue: int
    ask: CardAsk = "attributes"


@dataclass(frozen=True, slots=True)
class ReadCard:
    """Spend the typed PIN, once; answered once."""

    dialogue: int
    last_try: bool


@dataclass(frozen=True, slots=True)
class ReadByNumber:
    """Spend the 照合番号B the clerk sent, once; answered once."""

    dialogue: int
    ask: CardAsk


@dataclass(frozen=True, slots=True)
class Prove:
    """Spend the typed PIN, once, and have the card sign the server's challenge; answered once."""

    dialogue: int
    last_try: bool
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class SignDocument:
    """Spend the typed password, once: read the signing certificate and have the card sign; answered once."""

    dialogue: int
    last_try: bool
    document: DocumentDigest = field(repr=False)


@dataclass(frozen=True, slots=True)
class KeepDigit:
    """The key just typed counts."""


@dataclass(frozen=True, slots=True)
class DropDigit:
    """The last key typed does not."""


@dataclass(frozen=True, slots=True)
class ForgetPin:
    """Zero whatever was typed."""


@dataclass(frozen=True, slots=True)
class ForgetNumber:
    """Zero the 照合番号B the clerk sent."""


@dataclass(frozen=True, slots=True)
class Print:
    """Print the paper of an order; if the ledger knows the order, answer from it."""

    order: str


@dataclass(frozen=True, slots=True)
class LookUp:
    """Nobody is here for this paper any more: answer from the ledger, or "failed"."""

    order: str


@dataclass(frozen=True, slots=True)
class Restart:
    """Start the agent anew; if the ledger knows the order, it has been done."""

    order: str


@dataclass(frozen=True, slots=True)
class SendLogs:
    """Send the redacted log bundle."""

    order: str


@dataclass(frozen=True, slots=True)
class Wipe:
    """Remove everything of the visit outside the state: page, PIN, papers, card power, media."""


@dataclass(frozen=True, slots=True)
class BeFresh:
    """End this process, where a conversation left traces in memory; `number` is for the next one to say goodbye."""

    number: int | None


Effect = (
    Tell | Withdraw | Relay | TakeStill | RefuseStill | LookAtCard | ReadCard | ReadByNumber | Prove | SignDocument
    | KeepDigit | DropDigit | ForgetPin | ForgetNumber | Print | LookUp | Restart | SendLogs | Wipe | BeFresh
)  # fmt: skip
