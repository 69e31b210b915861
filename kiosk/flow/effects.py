"""The deeds a step asks of the runner. What can be computed from the state (screen, lamps, media) is not here."""

from dataclasses import dataclass

from server.protocol.messages import (
    AnswerQuestion,
    CancelTicket,
    ClerkHeard,
    HangUp,
    MediaIsUp,
    OrderSettled,
    ReportHealth,
    RestartLink,
    TakeTicket,
)

KioskCommand = (
    TakeTicket | CancelTicket | HangUp | MediaIsUp | ClerkHeard | OrderSettled | ReportHealth | AnswerQuestion
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
    """Ask the console for a new attempt, if it can be reached."""

    generation: int
    body: RestartLink


@dataclass(frozen=True, slots=True)
class LookAtCard:
    """Find out what card it is and how many tries are left; answered once."""

    dialogue: int


@dataclass(frozen=True, slots=True)
class ReadCard:
    """Spend the typed PIN, once; answered once."""

    dialogue: int
    last_try: bool


@dataclass(frozen=True, slots=True)
class KeepDigit:
    """The digit just typed counts."""


@dataclass(frozen=True, slots=True)
class DropDigit:
    """The last digit typed does not."""


@dataclass(frozen=True, slots=True)
class ForgetPin:
    """Zero whatever was typed."""


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
    Tell | Withdraw | Relay | LookAtCard | ReadCard | KeepDigit | DropDigit | ForgetPin
    | Print | LookUp | Restart | SendLogs | Wipe | BeFresh
)  # fmt: skip
