"""What kiosks and the server say to each other."""

from typing import Annotated, Literal

from msgspec import Meta

from server.protocol.afterwards import OnScreen, PaperLater, PutAway
from server.protocol.booking import (
    AskBooking,
    AskPlaces,
    BookingShown,
    CancelBooking,
    ChoosePlace,
    KeepPlace,
    LeavePlace,
    Places,
    Reserved,
)
from server.protocol.call import (
    RelayToKiosk,
    RelayToStaff,
)
from server.protocol.counter import MoveHere, NumberGiven, PlaceToStand
from server.protocol.today import Postponed
from server.protocol.values import (
    Answer,
    BookingCode,
    FormSheet,
    Generation,
    Health,
    IceServer,
    Id,
    Key,
    Order,
    Personal,
    QuestionForKiosk,
    Seconds,
    Short,
    Strokes,
    TicketState,
    Value,
)
from server.protocol.wire import (
    Challenge,
    Command,
    Goodbye,
    Message,
    Reply,
)


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
    certificate: Annotated[bytes, Meta(max_length=4096)] = (
        b""  # of a signed document: read in the same dialogue
    )


class CheckIn(Personal, Command, frozen=True, kw_only=True):
    """Somebody typed the number they brought; granted, their ticket is in the view.

    Which kind it is the server finds out: a place kept from another day, a reservation, or answers told by telephone.
    "unknown" says that nothing is kept under it, "not_now" that its time has not come or is over.
    """

    code: BookingCode
    wants_text: bool = False
    language: Key = "ja"


class KeepCallback(Personal, Command, frozen=True, kw_only=True):
    """The resident goes home and wants to be called; granted, the ticket is the kiosk's no more."""

    ticket: Id
    number: Annotated[str, Meta(pattern=r"^0[0-9]{9,10}$")]


class ReportHealth(Command, frozen=True, kw_only=True):
    """The kiosk's health changed."""

    health: Health


class AnswerQuestion(Personal, Command, frozen=True, kw_only=True):
    """The resident answered a question while waiting; repeating it changes nothing."""

    ticket: Id
    question: Key
    answer: Answer


class AnswerForm(Personal, Command, frozen=True, kw_only=True):
    """What the resident says to a form that is read back: yes, no (to a row), or that they cannot write.

    `revision` is that of the `FormShown` they had before them; another one meanwhile makes it "stale".
    """

    ticket: Id
    form: Key
    revision: Annotated[int, Meta(ge=0)]
    answer: Literal["yes", "no", "cannot"]
    row: Annotated[int, Meta(ge=0, le=500)] | None = None


class SignForm(Personal, Command, frozen=True, kw_only=True):
    """The resident wrote their name under what they had agreed to."""

    ticket: Id
    form: Key
    revision: Annotated[int, Meta(ge=0)]
    strokes: Strokes


class LogBundle(Message, frozen=True, kw_only=True):
    """One part of the redacted log bundle of a "logs" order (zlib, text); parts arrive in order."""

    order: Id
    index: int
    count: int
    data: Annotated[bytes, Meta(max_length=45_000)]


FromKiosk = (
    Hello
    | TakeTicket
    | MoveHere
    | PutAway
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
    | AnswerForm
    | SignForm
    | CheckIn
    | KeepCallback
    | AskPlaces
    | ChoosePlace
    | KeepPlace
    | LeavePlace
    | AskBooking
    | CancelBooking
    | LogBundle
    | RelayToStaff
)


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
    role: Key  # "lead", "second", "interpreter", "supervisor", "monitor"
    state: Literal["asked", "joined"]
    generation: Generation
    since: Seconds = 0.0
    held: bool = False
    may_see_papers: bool = False
    staff_key: bytes = b""  # Ed25519 public key of their session
    takes_over: bool = False  # asked to lead the call afterwards


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
    moved: Key | None = None  # why somebody else goes first ("urgent", "skills", ...) or it "takes_longer"
    next_name: Short = ""  # who is being asked to go on with this resident; empty: anybody of the department
    next_department: Short = ""
    handed: bool = False  # on its way from one clerk to another desk, which may have no name
    participants: tuple[Participant, ...] = ()  # who leads the call first
    callback_offered: bool = False  # the wait is long: they may go home and be called


class Announcement(Value, frozen=True, kw_only=True):
    """One sentence of the city for everybody who waits: a ready-made one, free words, or both."""

    notice: Key | None = None
    text: Short = ""


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
    closed: dict[
        str, Key
    ] = {}  # purposes whose lane is closed now, and why: "hours", "full", or a supervisor's
    announcement: Announcement | None = None
    reopens: dict[str, Short] = {}  # of those: when, for people
    postponed: Postponed | None = None  # the visit here could not be answered before the lane closed
    takes_up: bool = False  # whoever brings a number types it here
    reserves: tuple[Key, ...] = ()  # purposes for which a time can be reserved here
    spent: bool = False  # a window has had its one visit
    kind: Literal["kiosk", "window", "mobile", "counter"] = "kiosk"
    site: Short = ""  # where a moving kiosk stands today
    places: tuple[PlaceToStand, ...] = ()  # a moving kiosk nobody has placed today: where it can stand
    given: NumberGiven | None = None  # the newest number of the hall from here
    later: tuple[
        PaperLater, ...
    ] = ()  # papers of the visit here that did not come out, and how they will be had
    on_screen: OnScreen | None = None  # the code of `postponed` or `later` still belongs on the screen


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


class FormShown(Personal, Message, frozen=True, kw_only=True):
    """The form on the resident's screen, whole; None takes it away."""

    ticket: Id
    generation: Generation
    revision: Annotated[int, Meta(ge=0)]
    sheet: FormSheet | None = None


class FormPicture(Personal, Message, frozen=True, kw_only=True):
    """One part of a page of the form that is read back, as PNG; pages and parts arrive in order."""

    ticket: Id
    revision: Annotated[int, Meta(ge=0)]
    page: Annotated[int, Meta(ge=0, le=20)]
    pages: Annotated[int, Meta(ge=1, le=20)]
    index: Annotated[int, Meta(ge=0, le=100)]
    count: Annotated[int, Meta(ge=1, le=100)]
    data: Annotated[bytes, Meta(max_length=45_000)]


ToKiosk = (
    Challenge
    | KioskWelcome
    | KioskView
    | Questions
    | FormShown
    | FormPicture
    | Places
    | Reserved
    | BookingShown
    | Reply
    | ToSign
    | Paper
    | RelayToKiosk
    | Goodbye
)
