"""What is heard and seen of the conversation, and pictures of papers."""

from dataclasses import (
    dataclass,
)
from typing import Literal

from server.protocol.values import (
    Attempt,
    Key,
    LinkName,
)


@dataclass(frozen=True, slots=True)
class AttemptSeen:
    """The console began a new attempt at a link."""

    generation: int
    link: LinkName
    attempt: Attempt


@dataclass(frozen=True, slots=True)
class VoiceIs:
    """How the page's voice link is."""

    generation: int
    attempt: int
    state: Literal["new", "connecting", "connected", "failed", "closed"]
    microphone: Literal["ok", "denied", "missing"] = "ok"


@dataclass(frozen=True, slots=True)
class EyesAre:
    """How the camera link is."""

    generation: int
    attempt: int
    up: bool


@dataclass(frozen=True, slots=True)
class ClerkPulse:
    """Whether the clerk's heartbeat arrives on the data channel."""

    generation: int
    alive: bool


@dataclass(frozen=True, slots=True)
class BadSignature:
    """An offer did not carry the clerk's signature: it was not answered."""

    generation: int
    link: LinkName


@dataclass(frozen=True, slots=True)
class Capturing:
    """A camera of ours is open, or all are closed."""

    on: bool


@dataclass(frozen=True, slots=True)
class PaperIs:
    """The clerk shows the resident the paper under the camera, and how well it is followed; None = no longer."""

    generation: int
    sight: Literal["looking", "seen", "lost"] | None


@dataclass(frozen=True, slots=True)
class LeafIs:
    """The clerk shows the resident this shared page; 0 = none."""

    generation: int
    number: int
    of: int


@dataclass(frozen=True, slots=True)
class StillAsked:
    """The clerk asks for a still of the paper; the same one again: once more."""

    generation: int
    still: str


@dataclass(frozen=True, slots=True)
class StillDropped:
    """The clerk does not want it any more."""

    generation: int
    still: str


@dataclass(frozen=True, slots=True)
class StillTaken:
    """It is taken, and the worst that is wrong with it."""

    generation: int
    still: str
    problem: Key | None = None


@dataclass(frozen=True, slots=True)
class StillFailed:
    """It could not be taken."""

    generation: int
    still: str
