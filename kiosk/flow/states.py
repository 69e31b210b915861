"""What a kiosk can be in: each state carries exactly what it needs, `Kiosk` what every state answers to.

Rule 1: whatever is personal lives in a state, never in `Kiosk`, so leaving the state drops it.
Rule 2: a PIN digit is in none of these; `PinEntry.entered` is how many were typed.
"""

from dataclasses import dataclass, field
from typing import Literal

from kiosk.flow.places import Reserving
from server.protocol.afterwards import CODE_SHOWN
from server.protocol.messages import (
    FormShown,
    KioskView,
    NumberGiven,
    PaperLater,
    PlaceToStand,
    Postponed,
    Questions,
    TicketForKiosk,
)
from server.protocol.values import (
    CardAsk,
    CardOutcome,
    Device,
    DocumentDigest,
    FourBasicData,
    Health,
    IceServer,
    Key,
    Line,
    PrintOutcome,
)

QUIET_FOR = 90.0  # seconds without a touch until we ask 「まだ つづけますか」 (ux.md §2.1)
PROMPT_LASTS = 60.0
PRESENCE_EVERY = 300.0  # while waiting
ABSENT_FOR = 45.0  # the sensor sees nobody while waiting: ask earlier
ASK_LASTS = 25.0  # seconds until a wish the server does not answer is given up
FAREWELL_LASTS = 15.0
PAPER_LASTS = 90.0  # a farewell waits this long for a paper that is on its way
WIPE_LASTS = 20.0  # the wipe is known to be done sooner; after this we go on, for the state is gone anyway
WIPED_SHOWN = 5.0
UNSERVED_LASTS = 45.0
POSTPONED_LASTS = CODE_SHOWN  # a code is written down or printed by nobody else
NOTICE_LASTS = 10.0
LOCAL_CALL_LASTS = 30.0
LINK_PATIENCE = 60.0  # seconds of reconnecting until the telephone number is offered
BOUNCE = 1.0  # a second press of the button sooner than this is a shaking hand, not a decision
TRIES_AT_PLACING = 3
CHALLENGE_WITHIN = (
    12.0  # seconds the server has to say what the card shall sign; what was typed waits no longer
)
PROOF_WITHIN = (
    25.0  # seconds it has to check what the card signed; asking a revocation service takes its time
)
SIGNING_TAKES = 5.0  # a challenge with less time left than this is not given to the card
USUAL_PURPOSES: tuple[Key, ...] = (
    "tennyu", "tenkyo", "tenshutsu", "shibo", "shussei", "konin", "rikon", "shomei",
)  # fmt: skip
USUAL_MORE: tuple[Key, ...] = (
    "kaigo", "nenkin", "zeikin", "kokuho", "shogai", "gomi", "suido", "mynumber",
)  # fmt: skip


# ---------------------------------------------------------------- the card, inside a call


@dataclass(frozen=True, slots=True)
class Asked:
    """The clerk asks for the card; the resident has not answered."""


@dataclass(frozen=True, slots=True)
class Placing:
    """The card is to be put on the pad."""

    problem: Key | None = None
    failures: int = 0


@dataclass(frozen=True, slots=True)
class Looking:
    """What card it is and how many tries are left; `dialogue` is None until the reader is free.

    `typed`: the PIN is there already, and only the certificate is fetched anew.
    """

    failures: int = 0
    dialogue: int | None = None
    typed: bool = False
    last_try: bool = False


@dataclass(frozen=True, slots=True)
class AwaitingNumber:
    """The clerk reads 照合番号B from the card and sends it; the runner alone holds its digits."""

    failures: int = 0


@dataclass(frozen=True, slots=True)
class PinEntry:
    """Digits are being typed; the runner alone holds them."""

    tries_left: int
    entered: int = 0
    problem: Key | None = None
    last_try: bool = False  # chosen by the resident, in so many words
    failures: int = 0


@dataclass(frozen=True, slots=True)
class LastTry:
    """One try is left: only an explicit choice leads on."""

    failures: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """What was typed is spent in this one dialogue."""

    dialogue: int
    failures: int = 0


@dataclass(frozen=True, slots=True)
class Challenging:
    """The PIN is typed and waits for what the server wants signed."""

    until: float
    failures: int = 0
    last_try: bool = False


@dataclass(frozen=True, slots=True)
class Proving:
    """The card has signed; the server checks it and ends the order."""

    until: float


@dataclass(frozen=True, slots=True)
class Showing:
    """The resident sees what was read; nobody else does."""

    data: FourBasicData


@dataclass(frozen=True, slots=True)
class CardUnusable:
    """The visit goes on without the card; `outcome` is what the clerk will be told."""

    problem: Key
    outcome: CardOutcome
    tries_left: int | None = None


CardStep = (
    Asked | Placing | Looking | AwaitingNumber | PinEntry | LastTry
    | Reading | Challenging | Proving | Showing | CardUnusable
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Challenge:
    """What the server wants signed, and until when it takes the answer."""

    data: bytes
    until: float


@dataclass(frozen=True, slots=True)
class CardRequest:
    """The clerk's order and how far the resident has come with it."""

    order: str
    step: CardStep = Asked()
    ask: CardAsk = "attributes"
    document: DocumentDigest | None = None  # what is to be signed
    challenge: Challenge | None = None
    command: str | None = None  # the certificate or signature we presented last


# ---------------------------------------------------------------- the visit


@dataclass(frozen=True, slots=True)
class Idle:
    """Nobody is here, as far as we know."""


@dataclass(frozen=True, slots=True)
class Choosing:
    """Which wish it is."""

    page: Literal[1, 2] = 1
    later: bool = False  # for which another time is to be reserved


@dataclass(frozen=True, slots=True)
class Confirming:
    """「つなぎますか」: the next press rings."""

    purpose: Key
    since: float


@dataclass(frozen=True, slots=True)
class Asking:
    """The wish was sent as `command`; the server has not shown a ticket yet."""

    purpose: Key
    command: str
    until: float


@dataclass(frozen=True, slots=True)
class Survey:
    """What the server asks meanwhile; `at` is the question on the screen, `sending` the answer under way."""

    questions: Questions
    at: str | None = None
    sending: str | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What was read of the card earlier in this visit, and the session key of the clerk it was shown to."""

    data: FourBasicData
    shown_to: bytes


@dataclass(frozen=True, slots=True)
class Kept:
    """What was said and shown so far, for whoever goes on with this visit: nothing has to be said twice."""

    lines: tuple[Line, ...] = ()
    said_to: bytes = b""  # the session key of the clerk it was said to
    known: Known | None = None
    cards_done: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Waiting:
    """In the queue; `returned` says why nobody is there (any more)."""

    ticket: TicketForKiosk
    returned: Key | None = None
    survey: Survey | None = None
    kept: Kept = Kept()


@dataclass(frozen=True, slots=True)
class Keying:
    """Digits are being typed; `waiting`: the visit they belong to, whose place is kept meanwhile."""

    what: Literal["code", "telephone"]
    digits: str = field(default="", repr=False)
    step: Literal["typing", "read_back"] = "typing"
    problem: Key | None = None
    command: str | None = None
    waiting: Waiting | None = None


FormStep = Literal["follow", "told", "read", "which", "look", "sign", "helped", "signed"]
"""follow: see what is written; told: said what is wrong; read: 「この内容で よいですか」; which: point at the wrong line;
look: the whole form as a picture; sign: write the name; helped: the clerk helps; signed: done."""


@dataclass(frozen=True, slots=True)
class FormOnDesk:
    """The form before the resident, and how far they have come with it."""

    shown: FormShown
    step: FormStep
    page: int = 0
    back: FormStep = "read"  # where looking at the whole form leads back to
    picture: int = 0
    pictures: int = 0
    sending: str | None = None
    problem: Key | None = None


@dataclass(frozen=True, slots=True)
class Beside:
    """A clerk who is in the conversation and does not lead it: their own links, and what they send."""

    generation: int
    voice_attempt: int = 0
    eyes_attempt: int = 0
    voice: Literal["new", "connecting", "connected", "failed", "closed"] = "new"
    eyes_up: bool = False
    microphone: bool = True
    camera: bool = True
    told_up: bool = False


@dataclass(frozen=True, slots=True)
class StillOnDesk:
    """A still this clerk asked for. ask: the question stands; taking: hold still; agreed: taken, and may be taken again."""

    generation: int
    still: str
    step: Literal["ask", "taking", "agreed"] = "ask"


@dataclass(frozen=True, slots=True)
class InCall:
    """A clerk has this visit: connecting, serving or held, as the ticket says."""

    ticket: TicketForKiosk
    since: float  # of this ticket state
    talking_since: float | None = None  # a hold does not begin the conversation anew
    lines: tuple[Line, ...] = ()
    writing: bool = False
    resident_typing: bool = False
    clerk_typing: bool = False
    clerk_microphone: bool = True
    clerk_camera: bool = True
    paper: Literal["looking", "seen", "lost"] | None = None  # under the camera, shown to both
    leaf: tuple[int, int] | None = None  # the shared page both look at: which, of how many
    voice_attempt: int = 0
    eyes_attempt: int = 0
    voice: Literal["new", "connecting", "connected", "failed", "closed"] = "new"
    microphone: Literal["ok", "denied", "missing"] = "ok"
    eyes_up: bool = False
    others: tuple[Beside, ...] = ()  # who is in the conversation besides whoever leads it
    clerk_alive: bool = True
    told_up: bool = False
    served: bool = False
    form: FormOnDesk | None = None
    still: StillOnDesk | None = None
    card: CardRequest | None = None
    cards_done: tuple[str, ...] = ()
    attributes: FourBasicData | None = None
    known: Known | None = None  # shown to another clerk: this one gets it only after another 「はい」
    notice: Key | None = None
    notice_until: float = 0.0
    print_problem: PrintOutcome | None = None


@dataclass(frozen=True, slots=True)
class Farewell:
    """The conversation is over; what is left on the desk is named. Nothing personal is here any more."""

    ticket: str
    number: int
    ended_by: Key
    since: float
    until: float
    print_problem: PrintOutcome | None = None
    later: tuple[PaperLater, ...] = ()  # how papers will be had that did not come out


@dataclass(frozen=True, slots=True)
class Wiping:
    """Everything of the visit is being removed; `done` shows 「消しました」 for a moment."""

    number: int | None
    until: float
    done: bool = False


@dataclass(frozen=True, slots=True)
class Unserved:
    """The wish could not be met."""

    reason: Key
    until: float
    number: int | None = None
    opens_at: str = ""
    postponed: Postponed | None = None
    purpose: Key | None = None


@dataclass(frozen=True, slots=True)
class Numbered:
    """A number of the hall was given here; `outcome` is what became of its paper. The next press is somebody else's."""

    given: NumberGiven
    until: float
    outcome: PrintOutcome | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Whoever set this kiosk up chose where it stands today, and is asked once more."""

    place: PlaceToStand


@dataclass(frozen=True, slots=True)
class OutOfOrder:
    """The server does not know this device (any more); only the server's welcome leads out."""

    reason: Key


State = (
    Idle
    | Choosing
    | Confirming
    | Asking
    | Waiting
    | Keying
    | Reserving
    | InCall
    | Farewell
    | Wiping
    | Unserved
    | Numbered
    | Standing
    | OutOfOrder
)  # fmt: skip


# ---------------------------------------------------------------- what every state answers to


@dataclass(frozen=True, slots=True)
class Settings:
    """What the resident asked of the screen; forgotten with the visit."""

    language: Literal["ja", "easy", "en"] = "ja"
    large: bool = False
    volume: int = 70
    wants_text: bool = False


@dataclass(frozen=True, slots=True)
class Quiet:
    """Nobody has touched anything since; `missed` prompts went unanswered."""

    since: float
    missed: int = 0


@dataclass(frozen=True, slots=True)
class Prompting:
    """「まだ つづけますか」 is shown until then."""

    until: float
    missed: int = 0


@dataclass(frozen=True, slots=True)
class Names:
    """What the server calls us, and what it told us once."""

    city: str = ""
    site: str = ""
    telephone: str = ""
    ice_servers: tuple[IceServer, ...] = ()
    purposes: tuple[Key, ...] = USUAL_PURPOSES
    more_purposes: tuple[Key, ...] = USUAL_MORE


@dataclass(frozen=True, slots=True)
class Ended:
    """The ticket we left last and the generation we said so in: its late echoes are no visit."""

    ticket: str
    generation: int
    command: str


@dataclass(frozen=True, slots=True)
class Job:
    """One print order, restart or log bundle: under way, or how it ended."""

    order: str
    outcome: str | None = None


@dataclass(frozen=True, slots=True)
class Kiosk:
    """Everything the flow knows."""

    boot: str  # makes the command ids of this start unlike those of the last
    version: str = ""
    state: State = Idle()
    settings: Settings = Settings()
    patience: Quiet | Prompting = Quiet(0.0)
    quitting: bool = False  # 「おわりますか」 is shown
    names: Names = Names()
    server: KioskView | None = None  # the last view; old while the link is down
    link_up: bool = False
    link_lost: float = 0.0  # when, while it is down
    page_up: bool = False
    tall: bool = False  # the page has room for more lines
    capturing: bool = False  # a camera of ours is open at this moment
    devices: tuple[Device, ...] = ()
    simulated: tuple[Key, ...] = ()
    last_error: str | None = None
    last_error_at: str = ""
    clock_unsynced: bool = False
    here: bool | None = None
    handset: bool | None = None
    card_in: bool = False
    reader: Key | None = "no_reader"  # why no card can be read; None = it can
    dialogue: int | None = None  # the card dialogue under way: never two
    dialogues: int = 0
    local_call_until: float | None = None
    clock: str = ""
    repeats: int = 0  # of 「もういちど聞く」
    ended: Ended | None = None
    number_for: str | None = None  # the order whose 照合番号B the runner holds
    papers: tuple[str, ...] = ()  # orders whose paper has arrived whole
    jobs: tuple[Job, ...] = field(default=())
    told: Health | None = None  # what the server last heard of our health
    used: bool = False  # a conversation took place in this process
    commands: int = 0
    seq: int = 1
    place: int = 1  # the seq at which the screen last became another one

    def job(self, order: str) -> Job | None:
        """Return what became of an order, if it was begun."""
        return next((job for job in self.jobs if job.order == order), None)


LIVE_CALL = frozenset({"connecting", "serving", "held"})
LIVE_QUEUE = frozenset({"created", "waiting", "offered"})
