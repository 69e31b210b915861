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
    Arrived,
    BringBack,
    CallAgain,
    ChooseDesk,
    MoveKiosk,
    NotThere,
)
from server.protocol.floor import (
    Announce,
    CallForHelp,
    CloseLane,
    ComeToHelp,
    EndAnnouncement,
    EndHelp,
    EnterCall,
    OpenLane,
    PauseColleague,
    ReadyColleague,
    Reassign,
)
from server.protocol.staff_views import FleetView, FloorView, FormsChanged, StaffView, StaffWelcome
from server.protocol.today import ChooseLanes, EndDuty, SetDuty
from server.protocol.values import (
    CallbackOutcome,
    CardAsk,
    DocumentDigest,
    Generation,
    Id,
    Key,
    Skill,
    SlipContent,
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


ToStaff = (
    StaffWelcome | StaffView | FleetView | FloorView | FormsChanged | Reply | RelayToStaff | RelayToParty | Goodbye
)  # fmt: skip
