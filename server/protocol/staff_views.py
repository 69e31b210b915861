"""What the server shows to staff, and everything their pages draw from."""

from typing import Annotated, Literal

from msgspec import Meta

from server.protocol.counter import (
    AbsentNumber,
    AtDesk,
    PlaceToStand,
)
from server.protocol.floor import (
    CallForFloor,
    Emergency,
    KioskInTrouble,
    LaneForFloor,
)
from server.protocol.kiosk import (
    Announcement,
    Participant,
)
from server.protocol.today import LaneChoice
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
    StaffState,
    TicketState,
    Value,
)
from server.protocol.wire import (
    Message,
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
    urgency: Key = (
        "normal"  # "urgent", "appointment", "waited" (climbed by waiting), "normal", "business": the class
    )
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
    filed: str = ""  # of a copy of a signed form: that form's SHA-256
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
        "unanswered", "missed_too_often", "waits_long", "nobody_there", "nobody_ready", "over_target", "paused_long",
        "kiosk_stopped",
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
    rests_for: Seconds | None = None  # they gave a call on: so long nothing rings at them


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
    last_error_at: Short = ""  # by the kiosk's clock, ISO 8601; empty: not known
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
