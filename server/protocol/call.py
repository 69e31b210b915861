"""What a clerk and a resident say to each other while they talk.

The server forwards these to exactly one peer while the generation is current, and keeps none of them."""

from typing import Annotated, Literal

from msgspec import Meta

from server.protocol.values import (
    Attempt,
    Device,
    FourBasicData,
    Generation,
    Id,
    Key,
    Line,
    LinkName,
    Personal,
    Short,
    Text,
)
from server.protocol.wire import (
    Message,
)


class Sdp(Message, frozen=True, kw_only=True):
    """An offer (always from the console) or answer for one attempt at a link (RFC 8829).

    `signature` is Ed25519 over `kiosk.link`'s canonical text of (ticket, generation, link, attempt, fingerprint).
    """

    link: LinkName
    attempt: Attempt
    kind: Literal["offer", "answer"]
    sdp: Annotated[str, Meta(max_length=32_768)]
    signature: Annotated[bytes, Meta(max_length=128)] = b""


class Ice(Message, frozen=True, kw_only=True):
    """One trickled candidate (RFC 8838); an empty string ends them."""

    link: LinkName
    attempt: Attempt
    candidate: Annotated[str, Meta(max_length=1000)]
    mid: Short = "0"


class RestartLink(Message, frozen=True, kw_only=True):
    """The kiosk asks the console for a new attempt: its page was reloaded, or the path went silent."""

    link: LinkName
    after: Annotated[int, Meta(ge=0)]  # the last attempt the kiosk has seen


class Say(Personal, Message, frozen=True, kw_only=True):
    """A line of 筆談 from the clerk; it has arrived when it appears in `CallSnapshot.lines`."""

    id: Id
    text: Text


class Typing(Message, frozen=True, kw_only=True):
    """The other side is writing just now."""

    on: bool


class MediaState(Message, frozen=True, kw_only=True):
    """What the clerk's side sends at this moment; the resident's screen shows it."""

    microphone: bool
    camera: bool


class CardNumber(Personal, Message, frozen=True, kw_only=True):
    """照合番号B as the clerk read it from the card under the document camera, for one card order; kept nowhere."""

    order: Id
    digits: Annotated[str, Meta(pattern=r"^[0-9]{14}$")]  # birth YYMMDD, expiry YYYY, security code


class FacePhoto(Personal, Message, frozen=True, kw_only=True):
    """The face photo from the card, decoded on the kiosk, for the eyes of this clerk; kept nowhere."""

    order: Id
    jpeg: Annotated[bytes, Meta(max_length=40_000)]


class CallSnapshot(Personal, Message, frozen=True, kw_only=True):
    """The kiosk's whole view of the call for its clerk; sent at each change and after each reconnect."""

    screen: Key  # which screen the resident has before them
    lines: tuple[Line, ...] = ()
    resident_typing: bool = False
    attributes: FourBasicData | None = None
    card_step: Key | None = None  # "insert", "pin", "reading", "confirm": never a digit
    pin_tries_left: int | None = None
    attempts: dict[LinkName, int] = {}
    devices: tuple[Device, ...] = ()
    camera_on: bool = False
    microphone_on: bool = False
    handset_lifted: bool | None = None
    wants_text: bool = False  # 「きこえにくい」/ 筆談希望


ToResident = Sdp | Ice | Say | Typing | MediaState | CardNumber
ToClerk = Sdp | Ice | RestartLink | CallSnapshot | FacePhoto


class RelayToKiosk(Message, frozen=True, kw_only=True):
    """Clerk to resident, guarded by the call's generation."""

    generation: Generation
    body: ToResident


class RelayToStaff(Message, frozen=True, kw_only=True):
    """Resident to clerk, guarded by the call's generation."""

    generation: Generation
    body: ToClerk


class RelayToParty(Message, frozen=True, kw_only=True):
    """One clerk of a call to another: the voice link of this pair, and nothing else.

    `generation` is the sender's own number, `to` the receiver's. Who joined later (the higher number) offers; what is
    signed names both numbers, `<lower>~<higher>`, in the place of the generation.
    """

    generation: Generation
    to: Generation
    body: Sdp | Ice | RestartLink
