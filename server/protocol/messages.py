"""What kiosks, consoles and the server say to each other, as tagged unions, one per direction.

Rules of evolution (msgspec, "Schema Evolution"): add fields with defaults; never change a type or a meaning;
a new meaning is a new message. Unknown fields are ignored, unknown tags are refused with their path.
`tests/wire/` keeps one example of each message of each released version, and all of them decode for ever.

Commands carry an `id`; the sender repeats a command with the same id until it has a `Reply`. The server applies
each (sender, id) at most once and answers a repetition with the first reply.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from server.protocol.values import (
    Answer,
    Attempt,
    CardAsk,
    Device,
    FourBasicData,
    Generation,
    Health,
    IceServer,
    Id,
    Identification,
    Identity,
    Key,
    Line,
    LinkName,
    Order,
    Personal,
    QuestionForKiosk,
    RefusalCode,
    Seconds,
    Short,
    SlipContent,
    StaffState,
    Text,
    TicketState,
    Value,
)

PROTOCOL = 1
MAX_FRAME = 65_536
"""Bytes in one WebSocket message, either way (papers travel as strips below this)."""


def _snake(name: str) -> str:
    return "".join("_" + c.lower() if c.isupper() else c for c in name).lstrip("_")


class Message(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag=_snake):
    """Base of everything that travels."""


class Command(Message, frozen=True, kw_only=True):
    """Base of what asks for a change; answered by exactly one `Reply`."""

    id: Id


# ---------------------------------------------------------------- between a clerk and a resident
# The server forwards these to exactly one peer while the generation is current, and keeps none of them.


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


# ---------------------------------------------------------------- server to anybody


class Challenge(Message, frozen=True, kw_only=True):
    """The first word on a kiosk's socket: sign this."""

    nonce: Annotated[bytes, Meta(min_length=32, max_length=32)]
    protocol: int = PROTOCOL


class Reply(Message, frozen=True, kw_only=True):
    """The answer to one command, sent when it is durable."""

    id: Id
    refused: RefusalCode | None = None
    retry_after: Seconds | None = None


class Goodbye(Message, frozen=True, kw_only=True):
    """Why the server closes; after it the socket is closed with 4000 + the position in this list."""

    reason: Literal[
        "unknown_device", "bad_signature", "revoked", "copied_key", "replaced", "signed_out",
        "too_slow", "too_much", "bad_message", "stopping",
    ]  # fmt: skip
    detail: Short = ""


# ---------------------------------------------------------------- kiosk to server


class Hello(Message, frozen=True, kw_only=True):
    """Who a kiosk is: `signature` is Ed25519 over b"komado hello 1\\n" + nonce + kiosk + b"\\n" + machine."""

    kiosk: Id
    machine: Id  # hash of the machine's own id: tells a copied key from a reconnect
    signature: Annotated[bytes, Meta(min_length=64, max_length=64)]
    health: Health
    ticket: Id | None = None  # the visit it is in, so that a restart does not cut a conversation
    generation: Generation = 0


class TakeTicket(Command, frozen=True, kw_only=True):
    """The resident said 「はい、つなぎます」."""

    purpose: Key
    wants_text: bool = False
    language: Key = "ja"
    wants_sign: bool = False  # 手話
    appointment: Id | None = None  # checked in with its code


class CancelTicket(Command, frozen=True, kw_only=True):
    """The resident gave up waiting, or walked away (`away`)."""

    ticket: Id
    away: bool = False


class HangUp(Command, frozen=True, kw_only=True):
    """The resident ended the conversation."""

    ticket: Id
    generation: Generation


class MediaIsUp(Command, frozen=True, kw_only=True):
    """Voice flows: connecting becomes serving."""

    ticket: Id
    generation: Generation


class ClerkHeard(Command, frozen=True, kw_only=True):
    """Whether the clerk's heartbeat still arrives on media or data channel (silent = 10 s without)."""

    ticket: Id
    generation: Generation
    alive: bool


class PartyIsUp(Command, frozen=True, kw_only=True):
    """Voice flows with one more participant; `generation` is theirs."""

    ticket: Id
    generation: Generation


class OrderSettled(Command, frozen=True, kw_only=True):
    """An order came to its end; `outcome` is a `PrintOutcome`, a `CardOutcome` or "done"."""

    order: Id
    outcome: Key


class PresentCertificate(Personal, Command, frozen=True, kw_only=True):
    """The card's certificate for an "identity" or "signature" order; answered by `ToSign`, or the order is settled.

    "stale" says that the order is settled already. A later one for the same order makes a fresh `ToSign`.
    """

    order: Id
    certificate: Annotated[bytes, Meta(max_length=4096)]  # DER (X.509, RFC 5280)


class PresentSignature(Personal, Command, frozen=True, kw_only=True):
    """What the card answered to `ToSign`; the server checks it and settles the order.

    "stale" says that `ToSign` is too old, used up, or forgotten in a restart: while the order stands, present the
    certificate again (a fresh id) and sign anew.
    """

    order: Id
    signature: Annotated[bytes, Meta(max_length=1024)]


class ReportHealth(Command, frozen=True, kw_only=True):
    """The kiosk's health changed."""

    health: Health


class AnswerQuestion(Personal, Command, frozen=True, kw_only=True):
    """The resident answered a question while waiting; repeating it changes nothing."""

    ticket: Id
    question: Key
    answer: Answer


class LogBundle(Message, frozen=True, kw_only=True):
    """One part of the redacted log bundle of a "logs" order (zlib, text); parts arrive in order."""

    order: Id
    index: int
    count: int
    data: Annotated[bytes, Meta(max_length=45_000)]


FromKiosk = (
    Hello
    | TakeTicket
    | CancelTicket
    | HangUp
    | MediaIsUp
    | ClerkHeard
    | PartyIsUp
    | OrderSettled
    | PresentCertificate
    | PresentSignature
    | ReportHealth
    | AnswerQuestion
    | LogBundle
    | RelayToStaff
)


# ---------------------------------------------------------------- server to kiosk


class KioskWelcome(Message, frozen=True, kw_only=True):
    """What a kiosk needs to know once: its names, as the server has them."""

    kiosk: Id
    city: Short
    site: Short
    telephone: Short
    ice_servers: tuple[IceServer, ...] = ()
    purposes: tuple[Key, ...] = ()  # first page of wishes; empty: the kiosk shows its own list
    more_purposes: tuple[Key, ...] = ()  # 「そのほかの用事」


class Participant(Value, frozen=True, kw_only=True):
    """One clerk of a call; each has their own links to the resident, fenced by their own `generation`."""

    staff: Id
    name: Short
    department: Short
    role: Key  # "lead", "second", "interpreter", "supervisor"
    state: Literal["asked", "joined"]
    generation: Generation
    since: Seconds = 0.0
    held: bool = False
    may_see_papers: bool = False
    staff_key: bytes = b""  # Ed25519 public key of their session


class TicketForKiosk(Value, frozen=True, kw_only=True):
    """The kiosk's own ticket."""

    id: Id
    number: int
    state: TicketState
    purpose: Key
    generation: Generation = 0
    ahead: int | None = None  # people in front; None once offered
    wait_minutes: tuple[int, int] | None = None  # from, to; in steps of 5, never 0
    staff_name: Short = ""
    department: Short = ""
    staff_key: bytes = b""  # Ed25519 public key of the clerk's session: signs their fingerprints
    hold_minutes: int | None = None  # the promise given with a hold
    returned: Key | None = None  # why it came back to the lane: "no_answer", "declined", "clerk_lost"
    moved: Key | None = None  # why somebody else went or goes first: "urgent", "appointment", "skills", ...
    next_name: Short = ""  # who is being asked to go on with this resident; empty: anybody of the department
    next_department: Short = ""
    participants: tuple[Participant, ...] = ()  # who leads the call first


class KioskView(Message, frozen=True, kw_only=True):
    """Everything a kiosk may see, whole."""

    seq: int
    open: bool  # tickets can be taken now
    closed_reason: Key | None = None  # "hours", "no_staff", "revoked"
    opens_at: Short = ""  # for people: 「11月24日(火) 午前9時」
    hours: Short = ""
    staff_ready: bool = False  # somebody could answer at once
    waiting: int = 0
    wait_minutes: tuple[int, int] | None = None
    ticket: TicketForKiosk | None = None
    orders: tuple[Order, ...] = ()
    unavailable: tuple[
        Key, ...
    ] = ()  # purposes nobody present could answer, said before anybody takes a number


class ToSign(Message, frozen=True, kw_only=True):
    """What the card's key shall sign, exactly as the card takes it (DigestInfo for RSA, the bare hash for ECDSA)."""

    order: Id
    data: Annotated[bytes, Meta(max_length=128)]
    expires_in: Seconds


class Paper(Message, frozen=True, kw_only=True):
    """One strip of a paper: rows of 1-bit pixels, most significant bit first, 1 = black."""

    order: Id
    index: int
    count: int
    width: Annotated[int, Meta(ge=8, le=1024)]  # dots, a multiple of 8
    rows: Annotated[bytes, Meta(max_length=45_000)]


class Questions(Personal, Message, frozen=True, kw_only=True):
    """The whole questionnaire for who waits now: what to ask at the kiosk, with the answers given there.

    What only staff may ask, what is sensitive, and what others answered is not in it.
    """

    ticket: Id
    revision: Annotated[int, Meta(ge=0)]
    today: Annotated[str, Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
    questions: tuple[QuestionForKiosk, ...] = ()


ToKiosk = Challenge | KioskWelcome | KioskView | Questions | Reply | ToSign | Paper | RelayToKiosk | Goodbye


# ---------------------------------------------------------------- staff to server


class StaffHello(Message, frozen=True, kw_only=True):
    """First word of a console or fleet page; who it is comes from the session cookie, not from here."""

    session_key: Annotated[bytes, Meta(max_length=32)] = b""  # Ed25519 public key made in the browser


class SetReady(Command, frozen=True, kw_only=True):
    """受付可: offers may come."""


class Pause(Command, frozen=True, kw_only=True):
    """一時停止, with the reason colleagues see."""

    reason: Key


class Accept(Command, frozen=True, kw_only=True):
    """Answer the ticket offered (or pick one that waits: `generation` as seen)."""

    ticket: Id
    generation: Generation


class Decline(Command, frozen=True, kw_only=True):
    """見送る: the ticket keeps its place and goes to the next clerk."""

    ticket: Id
    generation: Generation
    reason: Key


class Hold(Command, frozen=True, kw_only=True):
    """保留: both sides' cameras and microphones stop at their source."""

    ticket: Id
    generation: Generation
    minutes: Annotated[int, Meta(ge=1, le=30)] = 2  # the promise the resident sees


class Resume(Command, frozen=True, kw_only=True):
    """End a hold."""

    ticket: Id
    generation: Generation


class EndCall(Command, frozen=True, kw_only=True):
    """End the conversation; wrap-up begins."""

    ticket: Id
    generation: Generation


class FinishWrapup(Command, frozen=True, kw_only=True):
    """後処理 done, with the result that is counted."""

    ticket: Id
    generation: Generation
    result: Key


class Raise(Command, frozen=True, kw_only=True):
    """This resident cannot wait: the ticket becomes urgent."""

    ticket: Id


class Transfer(Command, frozen=True, kw_only=True):
    """Give the resident to another lane or person: cold, or after talking with them first (warm).

    A cold one frees the sender; a warm one asks somebody into the call, and `HandOver` completes it. Whoever is asked
    answers with `Accept` or `Decline`. Nobody there: it is back with its sender.
    """

    ticket: Id
    generation: Generation
    mode: Literal["cold", "warm"]
    lane: Id | None = None
    staff: Id | None = None
    note: Key | None = None  # which note of the case explains it


class AskToJoin(Command, frozen=True, kw_only=True):
    """Ask somebody into the call; they answer with `Accept` or `Decline`."""

    ticket: Id
    generation: Generation
    role: Literal["second", "interpreter", "supervisor"] = "second"
    lane: Id | None = None
    staff: Id | None = None


class HandOver(Command, frozen=True, kw_only=True):
    """A participant leads the call from now on, and the sender is free."""

    ticket: Id
    generation: Generation
    staff: Id


class LeaveCall(Command, frozen=True, kw_only=True):
    """A participant goes; `generation` is theirs."""

    ticket: Id
    generation: Generation


class SetParty(Command, frozen=True, kw_only=True):
    """Who leads the call changes what a participant hears, sees and may look at, or sends them away."""

    ticket: Id
    generation: Generation
    staff: Id
    held: bool = False
    may_see_papers: bool = False
    gone: bool = False


class SetPlan(Command, frozen=True, kw_only=True):
    """The desks this resident still goes through, in order."""

    ticket: Id
    generation: Generation
    lanes: Annotated[tuple[Id, ...], Meta(max_length=16)]


class WarnNext(Command, frozen=True, kw_only=True):
    """Tell the next desk of the plan that somebody comes in about so many minutes."""

    ticket: Id
    generation: Generation
    minutes: Annotated[int, Meta(ge=1, le=60)] = 5


class RequestCard(Command, frozen=True, kw_only=True):
    """Ask something of the resident's card."""

    ticket: Id
    generation: Generation
    ask: CardAsk = "attributes"


class WithdrawOrder(Command, frozen=True, kw_only=True):
    """Take back a card request that nobody answers."""

    order: Id


class PrintSlip(Command, frozen=True, kw_only=True):
    """Print a slip at the kiosk of this call. The command's id is the order's id: never silently twice."""

    ticket: Id
    generation: Generation
    content: SlipContent


class PrintSheet(Command, frozen=True, kw_only=True):
    """Print the checklist, or the 控え, as the case is at `revision`. The command's id is the order's id."""

    ticket: Id
    generation: Generation
    revision: Annotated[int, Meta(ge=0)]
    paper: Literal["sheet", "receipt"] = "sheet"


class OrderTestPrint(Command, frozen=True, kw_only=True):
    """Field IT: print a test page at an idle kiosk."""

    kiosk: Id


class OrderDevice(Command, frozen=True, kw_only=True):
    """Field IT: restart the agent (refused during a call) or fetch the redacted logs."""

    kiosk: Id
    action: Literal["restart", "logs"]


class ClearKeyAlarm(Command, frozen=True, kw_only=True):
    """Field IT: somebody went there and looked; the alarm that another machine showed this kiosk's key is over."""

    kiosk: Id


FromStaff = (
    StaffHello
    | SetReady
    | Pause
    | Accept
    | Decline
    | Hold
    | Resume
    | EndCall
    | FinishWrapup
    | Raise
    | Transfer
    | AskToJoin
    | HandOver
    | LeaveCall
    | SetParty
    | SetPlan
    | WarnNext
    | RequestCard
    | WithdrawOrder
    | PrintSlip
    | PrintSheet
    | OrderTestPrint
    | OrderDevice
    | ClearKeyAlarm
    | RelayToKiosk
)


# ---------------------------------------------------------------- server to staff


class StaffWelcome(Message, frozen=True, kw_only=True):
    """Who the server says you are."""

    staff: Id
    name: Short
    department: Short
    roles: tuple[Key, ...]
    city: Short
    ice_servers: tuple[IceServer, ...] = ()
    purposes: dict[str, Short] = {}  # key -> what staff read
    pause_reasons: tuple[Key, ...] = ()
    wrapup_results: tuple[Key, ...] = ()


class TicketForStaff(Value, frozen=True, kw_only=True):
    """A ticket as colleagues see it: no names, no answers."""

    id: Id
    number: int
    state: TicketState
    purpose: Key
    kiosk: Id
    site: Short
    kiosk_name: Short = ""  # tells two kiosks of one site apart
    waited: Seconds  # since the first arrival
    generation: Generation = 0
    returned: Key | None = None  # why it came back: "no_answer", "declined", "clerk_lost"
    wants_text: bool = False
    language: Key = "ja"
    warnings: tuple[Key, ...] = ()  # devices that do not work there, e.g. "printer.paper_out"
    lane: Short = ""
    urgency: Key = "normal"  # "urgent", "appointment", "normal", "business": the class it stands in now
    overtaken: int = 0  # how many who came later went first
    wants_sign: bool = False
    handed_from: Short = ""  # who gave it here: 「市民課の佐藤」
    note: Key | None = None  # which note of the case came with it
    sheet: Annotated[int, Meta(ge=0)] = 0  # revision of its checklist; 0 = nothing was answered
    minutes: int | None = None  # how long it is likely to take, by what was answered


class OrderForStaff(Value, frozen=True, kw_only=True):
    """An order of the current call and how it went; None = still on its way."""

    id: Id
    kind: Literal["card", "slip", "sheet", "receipt", "test"]
    ask: CardAsk | None = None  # of a card order
    outcome: Key | None = None


class MyTicket(Value, frozen=True, kw_only=True):
    """The ticket offered to or served by the viewer."""

    ticket: TicketForStaff
    offer_expires_in: Seconds | None = None
    offer_lasts: Seconds | None = None
    expires_in: Seconds | None = None  # until connecting or wrap-up ends by itself
    in_state_for: Seconds = 0.0
    in_call_for: Seconds | None = None  # since voice first flowed, holds included
    hold_minutes: int | None = None
    kiosk_connected: bool = True
    kiosk_lost_for: Seconds | None = None
    kiosk_key: bytes = b""  # Ed25519 public key of the device: signs its fingerprints
    orders: tuple[OrderForStaff, ...] = ()
    identity: Identity | None = None
    identification: Identification = Identification()
    ask: Key | None = None  # what the viewer is asked: "answer", "join", "take_over"
    role: Key = "lead"  # the viewer's own part
    participants: tuple[
        Participant, ...
    ] = ()  # everybody in the call and everybody asked, who leads it first
    plan: tuple["Desk", ...] = ()


class Desk(Value, frozen=True, kw_only=True):
    """One desk of a resident's plan."""

    lane: Id
    name: Short = ""
    warned: bool = False


class Coming(Value, frozen=True, kw_only=True):
    """Somebody comes to one of the viewer's lanes next."""

    number: int
    purpose: Key
    lane: Id
    department: Short = ""  # where they are now
    minutes: int = 5  # as said when the desk was told
    for_seconds: Seconds = 0.0  # since then


class Alert(Value, frozen=True, kw_only=True):
    """Something a supervisor should look at now."""

    kind: Literal["unanswered", "missed_too_often", "waits_long", "nobody_there"]
    number: int | None = None  # of the ticket
    staff: Id | None = None
    lane: Id | None = None
    for_seconds: Seconds = 0.0


class Colleague(Value, frozen=True, kw_only=True):
    """Another member of staff on the board."""

    id: Id
    name: Short
    department: Short
    state: StaffState
    pause_reason: Key | None = None
    for_seconds: Seconds = 0.0
    number: int | None = None  # the ticket they serve


class Forgotten(Value, frozen=True, kw_only=True):
    """A visit of today whose result the viewer did not note in time: it counts as "unrecorded"."""

    number: int
    site: Short
    kiosk_name: Short = ""
    purpose: Key
    ended_for: Seconds  # since its wrap-up ran out


class StaffView(Message, frozen=True, kw_only=True):
    """Everything a member of staff may see, whole. Durations count from when this was sent."""

    seq: int
    state: StaffState
    pause_reason: Key | None = None
    in_state_for: Seconds = 0.0
    missed: int = 0  # offers in a row that rang out
    mine: MyTicket | None = None
    queue: tuple[TicketForStaff, ...] = ()
    colleagues: tuple[Colleague, ...] = ()
    served_today: int = 0
    average_minutes: int | None = None
    kiosks_with_trouble: int = 0
    forgotten: tuple[Forgotten, ...] = ()
    coming: tuple[Coming, ...] = ()
    alerts: tuple[Alert, ...] = ()  # supervisors only


class KioskForFleet(Value, frozen=True, kw_only=True):
    """One kiosk as field IT sees it."""

    id: Id
    name: Short
    site: Short
    connected: bool
    state: Literal["stopped", "attention", "ok", "maintenance", "revoked", "copied_key", "new"]
    reason: Key | None = None
    busy: Key | None = None  # "waiting", "call"
    since: Seconds = 0.0  # in this connection state
    last_seen: Short = ""  # wall time, ISO 8601 with offset
    version: Short = ""
    devices: tuple[Device, ...] = ()
    last_error: Short | None = None
    orders: "tuple[OrderForFleet, ...]" = ()
    enrolled: Short = ""


class OrderForFleet(Value, frozen=True, kw_only=True):
    """A deed ordered from the fleet page and how it went."""

    id: Id
    action: Literal["restart", "logs", "test_print"]
    outcome: Key | None = None
    age: Seconds = 0.0


class FleetView(Message, frozen=True, kw_only=True):
    """Everything field IT may see, whole; a large fleet comes as `parts` messages, in order, each below the frame."""

    seq: int
    now: Short
    version: Short
    kiosks: tuple[KioskForFleet, ...] = ()
    part: int = 0
    parts: int = 1


ToStaff = StaffWelcome | StaffView | FleetView | Reply | RelayToStaff | Goodbye
