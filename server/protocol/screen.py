"""What the agent and the resident's page say to each other, over a loopback WebSocket.

The page is a dumb terminal: one whole `Display` in, touches out. It also holds the voice connection,
so SDP passes through it. The page never holds a PIN: it sends single key presses and shows how many there are.
"""

from typing import Annotated, Literal

from msgspec import Meta

from server.protocol.messages import Ice, Message, PaperLater, PlaceToStand, Sdp
from server.protocol.values import CardAsk as CardWish
from server.protocol.values import (
    FormSheet,
    FourBasicData,
    IceServer,
    Id,
    Key,
    Line,
    Personal,
    QuestionForKiosk,
    Short,
    Strokes,
    Text,
    Value,
)

Control = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[a-z][a-z0-9_.:]*$")]
"""What was touched: "start", "purpose:tennyu", "confirm", "cancel", "back", "extend", "end", "yes", "no" ..."""


class Attract(Message, frozen=True, kw_only=True):
    """K00 待機."""

    open: bool
    closed_reason: Key | None = None
    opens_at: Short = ""
    hours: Short = ""
    staff_ready: bool = False
    wait_minutes: tuple[int, int] | None = None
    clock: Short = ""


class Purposes(Message, frozen=True, kw_only=True):
    """K02 用事."""

    purposes: tuple[Key, ...]
    page: Literal[1, 2] = 1
    closed: dict[str, Key] = {}  # those whose lane is closed now, and why
    takes_up: bool = False  # 「番号を お持ちの方」
    later: bool = False  # for which wish another time is to be reserved


class Counter(Message, frozen=True, kw_only=True):
    """The wishes of a hall: one press gives a number."""

    purposes: tuple[Key, ...]
    closed: dict[str, Key] = {}  # those nobody calls now, and why
    waiting: int = 0


class NumberShown(Message, frozen=True, kw_only=True):
    """A number of the hall; `number` is None until the server has given it. `paper`: "coming" or its outcome."""

    purpose: Key
    number: int | None = None
    ahead: int = 0
    wait_minutes: tuple[int, int] | None = None
    paper: Key = "coming"


class PlaceList(Message, frozen=True, kw_only=True):
    """Where this moving kiosk stands today, asked before its first resident; `chosen` is asked once more."""

    places: tuple[PlaceToStand, ...] = ()
    chosen: Short = ""


class Confirm(Message, frozen=True, kw_only=True):
    """「つなぎますか」: the second press rings."""

    purpose: Key
    reserve: bool = False  # another time can be had instead


class Waiting(Message, frozen=True, kw_only=True):
    """K05 待ち; `number` is None until the server has answered."""

    number: int | None = None
    ahead: int | None = None
    wait_minutes: tuple[int, int] | None = None
    returned: Key | None = None  # why the clerk is not there (yet): said in one sentence
    moved: Key | None = None  # why somebody else goes first, or it takes longer
    next_name: Short = ""  # to whom the resident is being handed over
    next_department: Short = ""
    handed: bool = False  # on the way to another desk, whether or not it has a name
    card_offered: bool = False
    questions: Literal["none", "offered", "some", "done"] = "none"  # what can be answered meanwhile
    notice: Key | None = None  # what the city says to everybody who waits
    notice_text: Short = ""
    callback_offered: bool = False  # the wait is long: they may go home and be called


class Keypad(Personal, Message, frozen=True, kw_only=True):
    """The six digits of a reservation, or the number to be called at: typed, and a number read back."""

    what: Literal["code", "telephone"]
    digits: Annotated[str, Meta(max_length=11)] = ""
    read_back: bool = False
    ready: bool = False  # everything that is needed has been typed
    booking: bool = False  # for a reservation, and without it if they would rather not
    sending: bool = False
    problem: Key | None = None


class Reserve(Personal, Message, frozen=True, kw_only=True):
    """Reserving a time: the nearest ones, days, times of a day, one look at it, the digits; or giving it back."""

    step: Literal["places", "days", "times", "confirm", "made", "cancel", "cancelled"]
    purpose: Key
    shown: tuple[Short, ...] = ()  # ISO 8601: what the buttons stand for, times or (with "days") days
    less: bool = False  # earlier and later pages
    more: bool = False
    day: Short = ""
    chosen: Short = ""
    number: Annotated[str, Meta(max_length=11)] = ""
    loading: bool = False
    sending: bool = False
    problem: Key | None = None
    code: Short = ""
    bring: tuple[Short, ...] = ()
    printed: Key | None = None  # what came of the slip; None = on its way


class Question(Personal, Message, frozen=True, kw_only=True):
    """K02b: one question while waiting; leaving it loses nothing."""

    number: int
    position: int
    total: int
    question: QuestionForKiosk
    today: Annotated[str, Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
    sending: bool = False  # the answer is on its way
    first: bool = False
    ahead: int | None = None
    wait_minutes: tuple[int, int] | None = None


class Connecting(Message, frozen=True, kw_only=True):
    """Somebody answered; picture and voice are being set up."""

    number: int
    staff_name: Short
    department: Short


class Call(Personal, Message, frozen=True, kw_only=True):
    """K06 通話."""

    number: int
    staff_name: Short
    department: Short
    lines: tuple[Line, ...] = ()
    clerk_typing: bool = False
    clerk_microphone: bool = True
    clerk_camera: bool = True
    writing: bool = False  # the kana keyboard is open
    seconds: int = 0
    trouble: Key | None = None  # "link", "clerk_lost", "no_microphone"
    printing: bool = False
    notice: Key | None = None  # one sentence over the picture: "printed", "paper_out", ...
    paper: Literal["looking", "seen", "lost"] | None = None  # both look at the paper under the camera
    leaf: tuple[int, int] | None = None  # both look at a shared page: which, of how many
    later: tuple[PaperLater, ...] = ()  # papers that did not come out, and how they will be had


class StillAsk(Message, frozen=True, kw_only=True):
    """「この紙を 撮影します」: はい or いいえ; `taking`: agreed, and the camera is at work."""

    staff_name: Short
    taking: bool = False
    paper: Literal["looking", "seen", "lost"] | None = None  # under the camera, shown to both


class OnHold(Message, frozen=True, kw_only=True):
    """保留: the promise and its countdown."""

    number: int
    staff_name: Short
    department: Short
    minutes: int
    seconds: int


class Form(Personal, Message, frozen=True, kw_only=True):
    """K07 確認, K08 署名: the form as it is at this moment, a few lines at a time."""

    staff_name: Short
    department: Short
    sheet: FormSheet
    page: Annotated[int, Meta(ge=0)] = 0
    pages: Annotated[int, Meta(ge=1)] = 1
    first: Annotated[int, Meta(ge=0)] = 0  # number of the first row of this page
    step: Literal["follow", "read", "which", "told", "sign", "look", "helped", "signed"]
    picture: Annotated[int, Meta(ge=0)] = 0  # page of the whole form that is looked at
    pictures: Annotated[int, Meta(ge=0)] = 0  # how many of them are here
    sending: bool = False
    problem: Key | None = None
    notice: Key | None = None
    lines: tuple[Line, ...] = ()  # what was written last
    clerk_camera: bool = True
    clerk_microphone: bool = True


class CardAsk(Message, frozen=True, kw_only=True):
    """K03: 「マイナンバーカードは ありますか」, asked by the clerk; `wish` says what for."""

    staff_name: Short
    wish: CardWish = "attributes"


class CardPlace(Message, frozen=True, kw_only=True):
    """Put the card on the pad; `problem` is the sentence of what went wrong the last time."""

    problem: Key | None = None
    wish: CardWish = "attributes"


class CardPin(Message, frozen=True, kw_only=True):
    """K14: `entered` is how many digits, never which."""

    entered: Annotated[int, Meta(ge=0, le=4)]
    tries_left: int
    problem: Key | None = None
    wish: CardWish = "attributes"


class CardPassword(Message, frozen=True, kw_only=True):
    """署名用のパスワード, 6 to 16 of A-Z and 0-9: `entered` is how many, never which."""

    entered: Annotated[int, Meta(ge=0, le=16)]
    tries_left: int
    problem: Key | None = None


class CardLastTry(Message, frozen=True, kw_only=True):
    """One try is left: it is spent only by an explicit choice."""


class CardReading(Message, frozen=True, kw_only=True):
    """Leave the card where it is; `until` says whom we wait for."""

    until: Literal["card", "clerk", "server"] = "card"


class CardConfirm(Personal, Message, frozen=True, kw_only=True):
    """K07: what was read, shown to its owner; nothing is sent before 「はい」."""

    data: FourBasicData
    who: Short = ""  # the clerk who goes on, when it was read for another one: department and name


class CardFailed(Message, frozen=True, kw_only=True):
    """The card cannot be used; the visit goes on without it."""

    problem: Key
    tries_left: int | None = None
    wish: CardWish = "attributes"


class Farewell(Message, frozen=True, kw_only=True):
    """K10: what is still on the desk, then 「消しました」."""

    number: int | None = None
    card_left: bool = False
    handset_lifted: bool = False
    print_problem: Key | None = None
    ended_by: Key = "clerk"
    wiped: bool = False
    later: tuple[PaperLater, ...] = ()  # papers that did not come out, and how they will be had


class Unserved(Message, frozen=True, kw_only=True):
    """The wish could not be met: what happened, what to do now."""

    reason: (
        Key  # "no_staff", "hours", "net", "refused", "today_full", "carry_over", "callback", "reservation"
    )
    number: int | None = None
    hours: Short = ""
    opens_at: Short = ""  # for people: when it is possible again
    code: Short = ""  # what keeps the place until then
    reserve: bool = False  # another time can be had
    day: Short = ""  # of that number, for people


class OutOfOrder(Message, frozen=True, kw_only=True):
    """K13 点検中."""

    reason: Key


Screen = (
    Attract
    | Purposes
    | Counter
    | NumberShown
    | PlaceList
    | Confirm
    | Waiting
    | Question
    | Keypad
    | Reserve
    | Connecting
    | Call
    | StillAsk
    | OnHold
    | Form
    | CardAsk
    | CardPlace
    | CardPin
    | CardPassword
    | CardLastTry
    | CardReading
    | CardConfirm
    | CardFailed
    | Farewell
    | Unserved
    | OutOfOrder
)


class Voice(Value, frozen=True, kw_only=True):
    """Which conversation the page's voice link belongs to; None in `Display` = no link, no microphone."""

    ticket: Id
    generation: int
    sending: bool  # False on hold: the microphone's track is stopped at its source
    ice_servers: tuple[IceServer, ...] = ()
    papers: bool = True  # whether this clerk may see the paper under the camera
    quiet: bool = False  # a supervisor who only watches: whatever comes of them is not played


class Display(Message, frozen=True, kw_only=True):
    """The whole page."""

    seq: int
    city: Short
    site: Short
    telephone: Short
    screen: Screen
    language: Key = "ja"  # "ja", "easy", "en"
    large: bool = False
    volume: Annotated[int, Meta(ge=0, le=100)] = 70
    wants_text: bool = False
    link_up: bool = True
    camera_on: bool = False
    simulated: tuple[Key, ...] = ()  # devices whose driver is simulated: the page says so
    prompt_seconds: int | None = None  # 「まだ つづけますか」 is shown over the screen
    quitting: bool = False  # 「おわりますか」 is shown over the screen
    voice: Voice | None = None
    voices: tuple[Voice, ...] = ()  # with each further clerk of the conversation
    company: "tuple[Companion, ...]" = ()  # who that is, and who is asked in
    watched_by: tuple[Short, ...] = ()  # supervisors who see and hear this conversation
    staff_call: bool = False  # 「公民館の人をよぶ」 was pressed
    repeats: int = 0  # presses of 「もういちど聞く」: at each change the page says its sentence again


class Companion(Value, frozen=True, kw_only=True):
    """One clerk besides whoever leads the call, as the resident sees them."""

    generation: int
    name: Short
    department: Short
    role: Key  # "second", "interpreter", "supervisor"
    state: Literal["asked", "coming", "here"]  # asked in; answered; their voice flows
    takes_over: bool = False  # asked to go on with this resident
    held: bool = False
    microphone: bool = True
    camera: bool = True


class VoiceSignal(Message, frozen=True, kw_only=True):
    """SDP or a candidate of the voice link, either way."""

    generation: int
    body: Sdp | Ice


class Reload(Message, frozen=True, kw_only=True):
    """After a visit: replace the page by a new one, so that nothing of it is left."""


class FormPages(Personal, Message, frozen=True, kw_only=True):
    """The whole form as pictures (PNG), for the page's memory only; none: forget them."""

    pages: tuple[bytes, ...] = ()


class SharedPage(Personal, Message, frozen=True, kw_only=True):
    """The page (JPEG) that clerk and resident look at together, for the page's memory only; 0: forget it."""

    number: int = 0
    of: int = 0
    width: int = 1
    height: int = 1
    jpeg: bytes = b""


class PageMarks(Message, frozen=True, kw_only=True):
    """What stands on the shared page, in parts of its width and height, and which part both see."""

    dot: tuple[float, float] | None = None
    lines: tuple[tuple[tuple[float, float], ...], ...] = ()
    zoom: Literal[100, 150, 200] = 100
    x: float = 0.5
    y: float = 0.5


ToScreen = Display | VoiceSignal | FormPages | SharedPage | PageMarks | Reload


class Touched(Message, frozen=True, kw_only=True):
    """A control was pressed."""

    control: Control
    seq: int  # of the display it was pressed on: a press on an old screen does nothing


class KeyPressed(Message, frozen=True, kw_only=True):
    """One key of the PIN pad, or of the keyboard for the signing password."""

    key: Literal[
        "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "delete", "enter",
        "A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L", "M",
        "N", "O", "P", "Q", "R", "S", "T", "U", "V", "W", "X", "Y", "Z",
    ]  # fmt: skip
    seq: int

    def __repr__(self) -> str:
        return "<KeyPressed redacted>"


class Written(Personal, Message, frozen=True, kw_only=True):
    """A line of 筆談 the resident finished; `id` makes a repetition harmless."""

    id: Id
    text: Text


class NameWritten(Personal, Message, frozen=True, kw_only=True):
    """The resident wrote their name and pressed 「できました」."""

    strokes: Strokes
    seq: int


class WritingNow(Message, frozen=True, kw_only=True):
    """The resident is writing just now."""

    on: bool


class VoiceState(Message, frozen=True, kw_only=True):
    """How the voice link is, from the page's own connection state."""

    generation: int
    attempt: int
    state: Literal["new", "connecting", "connected", "failed", "closed"]
    microphone: Literal["ok", "denied", "missing"] = "ok"
    heard: bool = False  # sound is arriving


class PageAlive(Message, frozen=True, kw_only=True):
    """The page's heartbeat, every 5 s; 20 s of silence and the agent replaces the page."""

    seq: int


class PageSize(Message, frozen=True, kw_only=True):
    """How large the page is, said when it connects and whenever that changes: how many lines fit is the agent's to say."""

    width: Annotated[int, Meta(ge=0, le=20_000)]
    height: Annotated[int, Meta(ge=0, le=20_000)]


FromScreen = (
    Touched
    | KeyPressed
    | Written
    | NameWritten
    | WritingNow
    | VoiceSignal
    | VoiceState
    | PageAlive
    | PageSize
)
