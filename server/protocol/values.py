"""Values that more than one process speaks of: ids, states, health, and what a card says of a person.

Sizes are limited in the types, so a decoder refuses what is too long before anyone looks at it.
Everything personal derives from `Personal` and prints as ``<... redacted>``, also when nested.
"""

from datetime import date
from typing import Annotated, Literal, NewType

import msgspec
from msgspec import Meta

MunicipalityId = NewType("MunicipalityId", str)
SiteId = NewType("SiteId", str)
KioskId = NewType("KioskId", str)
StaffId = NewType("StaffId", str)
TicketId = NewType("TicketId", str)
LaneId = NewType("LaneId", str)
OrderId = NewType("OrderId", str)
CommandId = NewType("CommandId", str)
AppointmentId = NewType("AppointmentId", str)

Id = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.:-]+$")]
"""An identifier as it may appear on the wire."""

Key = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[a-z][a-z0-9_.]*$")]
"""A name from one of our own tables: a purpose, a reason, a string key."""

Skill = Annotated[str, Meta(max_length=64, pattern=r"^[a-z]+:[^\s:]+$")]
"""What a member of staff can or may do, kind first: "language:en", "sign:jsl", "department:市民課"."""

Short = Annotated[str, Meta(max_length=200)]
Text = Annotated[str, Meta(max_length=2000)]
Generation = Annotated[int, Meta(ge=0)]
"""Fencing number of an offer or call: anything older than the board's has no effect."""
Attempt = Annotated[int, Meta(ge=1, le=1_000_000)]
"""Which try at a link this is; the console alone numbers them."""
LinkName = Literal["voice", "eyes"]
Seconds = Annotated[float, Meta(ge=0)]

TicketState = Literal[
    "created", "waiting", "offered", "called", "absent", "connecting", "serving", "held", "wrapup",
    "done", "abandoned", "cancelled", "no_show", "expired", "postponed",
]  # fmt: skip
StaffState = Literal["away", "ready", "paused", "offered", "serving", "wrapup"]
DeviceName = Literal["card", "printer", "panel", "face_camera", "document_camera", "screen"]
DeviceState = Literal["ok", "warning", "missing", "fault", "unknown"]
BookingCode = Annotated[str, Meta(pattern=r"^[0-9]{6}$")]
"""Six digits somebody brings (`server/core/codes.py`): typed at a kiosk, or read to a clerk."""

CallbackOutcome = Literal["reached", "not_reached", "wrong_number"]
RefusalCode = Literal[
    "stale",            # an old generation, or somebody else was faster
    "not_yours",        # the ticket, call or order belongs to somebody else
    "not_now",          # the state does not allow it
    "too_few",          # the lane would stand with fewer seats than it keeps at lunch
    "closed",           # the lane is not open
    "taken",            # the last place is gone
    "unknown",          # no such ticket, order, lane or purpose
    "maybe_out",        # this paper may have come out already: somebody has to say that it shall be printed again
    "invalid",          # well formed, but makes no sense
    "different_body",   # this command id was used for another command (RFC 9110 422 in spirit)
    "too_many",         # token bucket empty
    "store",            # it could not be made durable; nothing happened
]  # fmt: skip
PrintOutcome = Literal["printed", "paper_out", "cover_open", "offline", "unknown", "failed"]
CardAsk = Literal["attributes", "attributes_by_number", "photo", "identity", "signature"]
"""What a clerk may ask of a card: 基本4情報 by PIN or by 照合番号B, the face photo, 本人確認 by the card's own key, a signature."""
CardOutcome = Literal[
    "shared", "declined", "no_card", "other_card", "pin_locked", "failed",
    "number_wrong",     # 照合番号B did not fit this card
    "no_certificate",   # a child's, face-only or lapsed card: nothing to prove or sign with
    "expired",          # the certificate's time is over
    "no_pin",           # 顔認証マイナンバーカード: it has no PIN; 照合番号B opens it
    "phone",            # a telephone: it cannot be read here
]  # fmt: skip
IdentityOutcome = Literal[
    "valid",            # the card's key signed our challenge, chain, dates and revocation were checked
    "unchecked",        # it signed, but nobody could tell whether the certificate was revoked: 有効性未確認
    "expired",
    "revoked",
    "unknown_issuer",   # no configured authority signed it
    "wrong_use",        # a certificate for something else
    "bad_signature",    # the answer does not fit the certificate or the challenge
]  # fmt: skip


class Value(msgspec.Struct, frozen=True, kw_only=True):
    """Base of shared values."""


class Personal(Value, frozen=True, kw_only=True):
    """Base of everything that says something about a person; it never prints itself."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__} redacted>"


class FourBasicData(Personal, frozen=True, kw_only=True):
    """基本4情報 as the card gives them (text AP, EF 0002); the 12-digit number is never among them."""

    name: Annotated[str, Meta(max_length=400)]
    address: Annotated[str, Meta(max_length=800)]
    birth_date: Annotated[str, Meta(pattern=r"^[0-9]{8}$")]  # YYYYMMDD, Gregorian
    sex: Literal["1", "2", "9", "0"]  # JIS X 0303 / ISO 5218


class Identity(Value, frozen=True, kw_only=True):
    """How the card proved who is there: the outcome and its grounds, nothing of the person."""

    outcome: IdentityOutcome
    at: Short  # wall time, ISO 8601 with offset
    source: Literal["ocsp", "crl", "none"] = "none"  # who said that the certificate is not revoked
    source_at: Short = ""  # as of when
    why: Key | None = (
        None  # with "unchecked": "no_anchors", "no_verifier", "no_answer", "not_known", "out_of_date"
    )


Certainty = Literal["proved", "partly", "none", "refused"]
"""How sure it is who sits there; only "proved" may be called 本人確認."""


class Identification(Value, frozen=True, kw_only=True):
    """One line for the clerk: how sure the identification is and why; the reason that decides comes first."""

    certainty: Certainty = "none"
    reasons: tuple[Key, ...] = ()  # "identity.<outcome>", "photo", "pin", "number"


Origin = Literal["card", "said", "typed", "document", "unasked", "touched", "phone"]
"""By whose word an answer is: "touched" by the resident at the kiosk, "phone" told before the visit, "said" to a clerk."""


class Chosen(Personal, frozen=True, kw_only=True, tag_field="type", tag="chosen"):
    """One of the options; ``yes``, ``no`` or ``unknown`` for a yes-no question."""

    option: Key
    origin: Origin


class Dated(Personal, frozen=True, kw_only=True, tag_field="type", tag="dated"):
    """A day."""

    day: date
    origin: Origin


class People(Personal, frozen=True, kw_only=True, tag_field="type", tag="people"):
    """Birth dates, None where one is not known; `complete` when nobody is left out."""

    births: Annotated[tuple[date | None, ...], Meta(max_length=30)]
    complete: bool = True
    origin: Origin


Answer = Chosen | Dated | People


class QuestionForKiosk(Personal, frozen=True, kw_only=True):
    """One question of the questionnaire as a resident reads it, and what they answered at the kiosk so far."""

    id: Key
    kind: Literal["yn", "date", "choice", "persons"]
    ask: Short
    yomi: Short = ""
    help: Short = ""
    options: dict[str, Short] = {}
    answer: Answer | None = None


class Line(Personal, frozen=True, kw_only=True):
    """One line of 筆談, in the order the kiosk received it."""

    id: Id
    who: Literal["resident", "clerk"]
    text: Text
    before: bool = False  # said to or by the clerk before: it came with the resident


class Device(Value, frozen=True, kw_only=True):
    """How one device is; `note` names the reason (a key in the string tables), never a serial number."""

    name: DeviceName
    state: DeviceState
    driver: Short = ""
    note: Key | None = None


class Health(Value, frozen=True, kw_only=True):
    """What a kiosk says of itself; sent when it changes."""

    version: Short
    devices: tuple[Device, ...] = ()
    last_error: Short | None = None  # redacted by its writer: class name and place, no values
    last_error_at: Short = ""  # by the kiosk's clock, ISO 8601 to the minute; empty: not known
    clock_unsynced: bool = False


class IceServer(Value, frozen=True, kw_only=True):
    """One entry of RTCConfiguration.iceServers."""

    urls: tuple[Short, ...]
    username: Short | None = None
    credential: Short | None = None


class SlipContent(Personal, frozen=True, kw_only=True):
    """What the clerk wants on the resident's slip; kept in the case, never in the journal."""

    done: Annotated[tuple[Annotated[str, Meta(max_length=60)], ...], Meta(max_length=8)] = ()
    next_steps: "Annotated[tuple[NextStep, ...], Meta(max_length=8)]" = ()
    note: Annotated[str, Meta(max_length=200)] = ""


class NextStep(Personal, frozen=True, kw_only=True):
    """One thing the resident still has to do."""

    what: Annotated[str, Meta(min_length=1, max_length=60)]
    where: Annotated[str, Meta(max_length=60)] = ""
    until: Annotated[str, Meta(max_length=60)] = ""
    bring: Annotated[str, Meta(max_length=120)] = ""


class DocumentDigest(Value, frozen=True, kw_only=True):
    """What a document is signed by: which of the two fits is for the card's key to say (RSA-2048 or ECDSA P-384)."""

    sha256: Annotated[bytes, Meta(min_length=32, max_length=32)]
    sha384: Annotated[bytes, Meta(min_length=48, max_length=48)]


class CardOrder(Value, frozen=True, kw_only=True, tag_field="type", tag="card"):
    """The clerk asks something of the card; settled by `OrderSettled` with a `CardOutcome`.

    "identity" and "signature" are settled by the server itself once it has checked what the card answered.
    """

    order: OrderId
    ticket: TicketId
    generation: Generation
    ask: CardAsk = "attributes"
    document: DocumentDigest | None = None  # with "signature", and only then


class PrintOrder(Value, frozen=True, kw_only=True, tag_field="type", tag="print"):
    """A paper to print, sent as `Paper` strips; settled with a `PrintOutcome`.

    A kiosk that knows `order` in its ledger answers with the recorded outcome and prints nothing.
    """

    order: OrderId
    ticket: TicketId | None  # None: of nobody's visit
    kind: Literal[
        "slip", "sheet", "receipt", "form", "booking", "test", "number"
    ]  # slip, 手続きチェックシート, 控え (what was read and kept), 控え of a signed form, a reservation made here, test page, number of the hall


class DeviceOrder(Value, frozen=True, kw_only=True, tag_field="type", tag="device"):
    """A deed ordered from the fleet page."""

    order: OrderId
    action: Literal["restart", "logs"]


Order = CardOrder | PrintOrder | DeviceOrder


# ---------------------------------------------------------------- forms

SIGN_WIDTH, SIGN_HEIGHT = 1200, 400
"""The frame on the screen in which a name is written, in its own units: 216 x 72 mm."""
Coordinate = Annotated[float, Meta(ge=-50, le=SIGN_WIDTH + 50)]
Millis = Annotated[int, Meta(ge=0, le=3_600_000)]
Point = tuple[Coordinate, Coordinate, Millis]
"""Where the finger was, and how many milliseconds after the frame was shown."""
Stroke = Annotated[tuple[Point, ...], Meta(min_length=1, max_length=2000)]
Strokes = Annotated[tuple[Stroke, ...], Meta(max_length=200)]
FormStage = Literal["filling", "reading", "agreed", "signed"]


class FormRow(Personal, frozen=True, kw_only=True):
    """One line of a form as its resident reads it; somebody in a table is one line."""

    label: Short
    text: Annotated[str, Meta(max_length=2000)] = ""
    above: Annotated[str, Meta(max_length=400)] = ""  # フリガナ over a name, 〒 over an address
    below: Annotated[str, Meta(max_length=2000)] = ""  # what else is known of this person
    refused: bool = False  # the resident called it wrong; it has not been written anew


class FormSheet(Personal, frozen=True, kw_only=True):
    """A form as clerk and resident have it before them."""

    form: Key
    title: Short
    plain: Short
    stage: FormStage
    rows: tuple[FormRow, ...]
    changed: int | None = None  # the row written last
    promise: Key = "accept"  # what this window may do with it: "accept", "prefill", "guide"
    total: int | None = None  # yen
    pay: Short = ""
    declaration: Short = ""
    signature: bool = True
    code: Short = ""  # of the signed paper, as it stands on it
    name: Strokes = ()  # as they wrote it under another form of this visit: it may be used again
    pay_code: tuple[Short, ...] = ()  # QR modules, rows of 0 and 1: where the sum can be paid beforehand
