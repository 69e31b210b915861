"""What staff pages and the server say to each other."""

from typing import Annotated, Literal

from msgspec import Meta

from server.protocol.afterwards import CorrectResult, FetchPaper, PrintLater, SendByMail
from server.protocol.call import (
    RelayToKiosk,
    RelayToParty,
    RelayToStaff,
)
from server.protocol.counter import (
    AbsentNumber,
    Arrived,
    AtDesk,
    BringBack,
    CallAgain,
    ChooseDesk,
    MoveKiosk,
    NotThere,
    PlaceToStand,
)
from server.protocol.floor import (
    Announce,
    CallForFloor,
    CallForHelp,
    CloseLane,
    ComeToHelp,
    Emergency,
    EndAnnouncement,
    EndHelp,
    EnterCall,
    KioskInTrouble,
    LaneForFloor,
    OpenLane,
    PauseColleague,
    ReadyColleague,
    Reassign,
)
from server.protocol.kiosk import (
    Announcement,
    Participant,
)
from server.protocol.today import ChooseLanes, EndDuty, LaneChoice, SetDuty
from server.protocol.values import (
    CallbackOutcome,
    CardAsk,
    Device,
    DocumentDigest,
    Generation,
    IceServer,
    Id,
    Identification,
    Identity,
    Key,
    Seconds,
    Short,
    Skill,
    SlipContent,
    StaffState,
    TicketState,
    Value,
)
from server.protocol.wire import (
    Command,
    Goodbye,
    Message,
    Reply,
)


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


class SettleCallback(Command, frozen=True, kw_only=True):
    """What came of calling the resident who went home."""

    ticket: Id
    generation: Generation
    outcome: CallbackOutcome


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
    skill: Skill | None = None  # of an interpreter: "language:en", "sign:jsl"; whoever is free and has it
    note: Key | None = None  # which note of the case says why


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
    document: DocumentDigest | None = None  # what shall be signed: of a document in this ticket's case


class WithdrawOrder(Command, frozen=True, kw_only=True):
    """Take back a card request that nobody answers."""

    order: Id


class PrintSlip(Command, frozen=True, kw_only=True):
    """Print a slip at the kiosk of this call. The command's id is the order's id: never silently twice."""

    ticket: Id
    generation: Generation
    content: SlipContent


class PrintSheet(Command, frozen=True, kw_only=True):
    """Print the checklist, the 控え as the case is at `revision`, or the 控え of a signed form. The command's id is the order's id."""

    ticket: Id
    generation: Generation
    revision: Annotated[int, Meta(ge=0)]
    paper: Literal["sheet", "receipt", "form"] = "sheet"
    filed: Annotated[str, Meta(max_length=64)] = (
        ""  # SHA-256 of the signed form; `revision` is then not looked at
    )


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
    | CallAgain
    | Arrived
    | NotThere
    | BringBack
    | ChooseDesk
    | MoveKiosk
    | SettleCallback
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
    | PrintLater
    | SendByMail
    | FetchPaper
    | CorrectResult
    | OrderTestPrint
    | OrderDevice
    | ClearKeyAlarm
    | Reassign
    | CloseLane
    | OpenLane
    | Announce
    | EndAnnouncement
    | PauseColleague
    | ReadyColleague
    | CallForHelp
    | ComeToHelp
    | EndHelp
    | EnterCall
    | SetDuty
    | EndDuty
    | ChooseLanes
    | RelayToKiosk
    | RelayToParty
)


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
    counter: bool = False  # a number of the hall: whoever has it comes to a desk
    aside_for: Seconds | None = None  # called and not there: until it is called again
    callback: Key | None = None  # to be called by telephone: "kept", or what came of the last try
    tries: int = 0  # how often they were called


class OrderForStaff(Value, frozen=True, kw_only=True):
    """An order of the current call and how it went; None = still on its way."""

    id: Id
    kind: Literal["card", "slip", "sheet", "receipt", "form", "test"]
    ask: CardAsk | None = None  # of a card order
    document: DocumentDigest | None = None  # what it asks to sign
    outcome: Key | None = None
    then: Literal["later", "mail"] | None = None  # it did not come out: how it will be had
    code: Short = ""  # with "later": what the resident says at the other kiosk
    fetched: bool = False  # it waited, and was fetched here with its code


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
    site_telephone: Short = ""  # of the people at the resident's place; empty: none is known
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
    suggested: tuple["Desk", ...] = ()  # a plan by what was answered, while there is none
    destinations: tuple["Destination", ...] = ()  # where the viewer can hand the resident on to
    interpreters: tuple["Interpreters", ...] = ()  # who could be asked in for a language or for signs
    not_come: "NotCome | None" = None  # who was asked last and is not in the call
    at_desk: AtDesk | None = None  # a number of the hall


class Destination(Value, frozen=True, kw_only=True):
    """A lane a resident can be handed on to, and who could answer there; `wait_minutes` None: nobody works there."""

    lane: Id
    name: Short = ""
    staff: tuple[Id, ...] = ()  # who is on duty and may answer it
    free: int = 0  # how many of them could answer at once
    wait_minutes: tuple[int, int] | None = None
    here: bool = False  # the resident is in this lane now: only somebody by name


class Interpreters(Value, frozen=True, kw_only=True):
    """Who is on duty with one language or sign language."""

    skill: Skill
    staff: tuple[Id, ...] = ()
    free: int = 0  # how many of them could answer at once
    wished: bool = False  # the resident asked for it


class NotCome(Value, frozen=True, kw_only=True):
    """Somebody who was asked into the call and did not come."""

    staff: Id
    name: Short = ""
    department: Short = ""
    why: Literal["declined", "no_answer", "left", "removed", "lost"]
    for_seconds: Seconds = 0.0


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

    kind: Literal[
        "unanswered", "missed_too_often", "waits_long", "nobody_there", "over_target", "paused_long", "kiosk_stopped",
    ]  # fmt: skip
    number: int | None = None  # of the ticket
    staff: Id | None = None
    lane: Id | None = None
    kiosk: Id | None = None
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
    missed: int = 0  # offers in a row that rang out
    lanes: tuple[Id, ...] = ()  # what they may answer today; for supervisors
    skills: tuple[Short, ...] = ()  # what they can or may today; for supervisors
    today: bool = False  # a supervisor set it for today


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
    emergencies: tuple[Emergency, ...] = ()  # of the viewer's department; supervisors see all
    lanes: tuple[LaneChoice, ...] = ()  # what the viewer may answer today
    today: bool = False  # a supervisor set that for today
    desk: Short = ""  # of the hall, where the viewer sits today
    desks: tuple[Short, ...] = ()  # that are free, and their own
    absent: tuple[AbsentNumber, ...] = ()  # numbers of the hall the viewer can bring back


class ClosedCallback(Value, frozen=True, kw_only=True):
    """A resident who went home and could not be called: somebody may want to write to them."""

    number: int
    purpose: Key
    lane: Short
    outcome: CallbackOutcome
    tries: int
    ended_for: Seconds


class FloorView(Message, frozen=True, kw_only=True):
    """Everything a supervisor may see of the whole floor. Durations count from when this was sent."""

    seq: int
    now: Short
    lanes: tuple[LaneForFloor, ...] = ()
    queue: tuple[TicketForStaff, ...] = ()  # who waits, in order; the first of many
    waiting: int = 0
    longest: Seconds = 0.0
    staff: tuple[Colleague, ...] = ()  # who is on duty
    kiosks: tuple[KioskInTrouble, ...] = ()
    kiosks_in_all: int = 0
    alerts: tuple[Alert, ...] = ()  # worst first
    emergencies: tuple[Emergency, ...] = ()
    announcement: Announcement | None = None
    served: int = 0  # today
    level: float | None = None  # today, all lanes, each by its own target
    closing_reasons: tuple[Key, ...] = ()
    skills: tuple[Short, ...] = ()  # what can be given to somebody for today
    notices: tuple[Key, ...] = ()
    callbacks: tuple[ClosedCallback, ...] = ()  # of today, closed with nobody reached; the newest first
    calls: tuple[CallForFloor, ...] = ()  # that go on, the longest first


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
    telephone: Short = ""  # of the people at its site
    orders: "tuple[OrderForFleet, ...]" = ()
    enrolled: Short = ""
    kind: Literal["kiosk", "mobile", "counter"] = "kiosk"
    placed: bool = False  # somebody said where it stands today
    places: tuple[PlaceToStand, ...] = ()  # where a moving kiosk can stand; empty while somebody sits there


class OrderForFleet(Value, frozen=True, kw_only=True):
    """A deed ordered from the fleet page and how it went."""

    id: Id
    action: Literal["restart", "logs", "test_print"]
    outcome: Key | None = None
    age: Seconds = 0.0


class ExportState(Value, frozen=True, kw_only=True):
    """Visits whose signed forms the back office has not taken: how many, since when (wall seconds), and why."""

    waiting: Annotated[int, Meta(ge=0)] = 0
    since: float = 0.0
    why: Short = ""


class FleetView(Message, frozen=True, kw_only=True):
    """Everything field IT may see, whole; a large fleet comes as `parts` messages, in order, each below the frame."""

    seq: int
    now: Short
    version: Short
    kiosks: tuple[KioskForFleet, ...] = ()
    exports: ExportState = ExportState()
    part: int = 0
    parts: int = 1


class FormsChanged(Message, frozen=True, kw_only=True):
    """The resident did something with the forms of the call: fetch them."""

    ticket: Id
    revision: Annotated[int, Meta(ge=0)]


ToStaff = (
    StaffWelcome | StaffView | FleetView | FloorView | FormsChanged | Reply | RelayToStaff | RelayToParty | Goodbye
)  # fmt: skip
