"""What can happen to a kiosk. Touches come as closed sets of words, so that a match over them is checked.

No event holds a PIN digit: `PinKey` says only what kind of key it was.
"""

from dataclasses import (
    dataclass,
    field,
)
from datetime import (
    date,
)
from typing import Literal, TypeGuard, get_args

from server.protocol.booking import BookingNews
from server.protocol.messages import FormShown, KioskView, MediaState, Questions, Say, Typing
from server.protocol.values import (
    Answer,
    Attempt,
    Chosen,
    Dated,
    Device,
    FourBasicData,
    Health,
    IceServer,
    Key,
    Line,
    LinkName,
    People,
    PrintOutcome,
    RefusalCode,
    Strokes,
)

Word = Literal[
    "start", "confirm", "cancel", "back", "quit", "quit_no", "quit_yes", "extend", "end", "write", "write_done",
    "check_in", "without_number", "callback", "card_yes", "card_no", "card_skip", "card_retry", "card_last_try", "confirm_yes", "confirm_no",
    "done", "still_yes", "still_no", "reserve", "cancel_booking", "other_day", "more", "less", "no_number",
]  # fmt: skip
WORDS: tuple[Word, ...] = get_args(Word)

# ---------------------------------------------------------------- the resident


@dataclass(frozen=True, slots=True)
class Touch:
    """A control without a value."""

    word: Word


@dataclass(frozen=True, slots=True)
class Choose:
    """A wish."""

    purpose: Key


@dataclass(frozen=True, slots=True)
class Stand:
    """A place of the list was touched, by its position."""

    place: int


@dataclass(frozen=True, slots=True)
class Digit:
    """A key of the pad for a reservation or a telephone number."""

    key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Pick:
    """One of the days or places on the screen, counted from the first button."""

    index: int


@dataclass(frozen=True, slots=True)
class Turn:
    """A page of wishes."""

    page: Literal[1, 2]


@dataclass(frozen=True, slots=True)
class Leaf:
    """Begin or go on with the questions, go back one, or leave them for later."""

    where: Literal["questions", "questions_back", "questions_later"]


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer to the question on the screen."""

    answer: Answer


FormWord = Literal["yes", "no", "next", "previous", "row", "unsure", "back", "look", "cannot", "close"]


FORM_WORDS: tuple[FormWord, ...] = get_args(FormWord)


@dataclass(frozen=True, slots=True)
class OnForm:
    """A touch on the form; `row` is the line that was called wrong."""

    word: FormWord
    row: int | None = None


@dataclass(frozen=True, slots=True)
class NameGiven:
    """The name, as it was written with a finger."""

    strokes: Strokes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Set:
    """A chip of the header; works on every screen."""

    what: Literal["wants_text", "large", "volume", "ja", "easy", "en", "call_local", "repeat"]


@dataclass(frozen=True, slots=True)
class PinKey:
    """A key of the number pad or the keyboard: which one it was stays in the runner."""

    kind: Literal["digit", "letter", "delete", "enter"]


@dataclass(frozen=True, slots=True)
class Wrote:
    """A line of 筆談, finished."""

    line: Line


@dataclass(frozen=True, slots=True)
class WritesNow:
    """The resident is writing, or stopped."""

    on: bool


@dataclass(frozen=True, slots=True)
class Button:
    """A physical button."""

    button: Literal["call", "repeat", "end"]


@dataclass(frozen=True, slots=True)
class HandsetMoved:
    """The handset was lifted or put back."""

    lifted: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """Somebody is in front of the kiosk, or nobody is."""

    here: bool


Resident = (
    Touch
    | Choose
    | Turn
    | Pick
    | Stand
    | Digit
    | Leaf
    | Answered
    | OnForm
    | NameGiven
    | Set
    | PinKey
    | Wrote
    | WritesNow
    | Button
)

# ---------------------------------------------------------------- the server and the clerk


@dataclass(frozen=True, slots=True)
class Welcomed:
    """The server knows us: the link is up."""

    city: str
    site: str
    telephone: str
    ice_servers: tuple[IceServer, ...] = ()
    purposes: tuple[Key, ...] = ()
    more_purposes: tuple[Key, ...] = ()
    told: Health | None = None  # what our `Hello` said


@dataclass(frozen=True, slots=True)
class LinkLost:
    """The socket is gone."""


@dataclass(frozen=True, slots=True)
class Barred:
    """The server refuses this device."""

    reason: Key


@dataclass(frozen=True, slots=True)
class Viewed:
    """The server's newest view of us."""

    view: KioskView


@dataclass(frozen=True, slots=True)
class Replied:
    """A command of ours was answered."""

    id: str
    refused: RefusalCode | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """Something the clerk sent to the resident's screen."""

    generation: int
    body: Say | Typing | MediaState


@dataclass(frozen=True, slots=True)
class QuestionsCame:
    """What to ask the resident while they wait."""

    questions: Questions


@dataclass(frozen=True, slots=True)
class FormCame:
    """The form clerk and resident have before them, or that there is none."""

    shown: FormShown


@dataclass(frozen=True, slots=True)
class PicturesCame:
    """All pages of the form that is read back are here, as pictures."""

    revision: int
    pages: int


@dataclass(frozen=True, slots=True)
class PaperArrived:
    """All strips of an order are here."""

    order: str


@dataclass(frozen=True, slots=True)
class PlacesCame:
    """What the server says of free places and reservations."""

    news: BookingNews


@dataclass(frozen=True, slots=True)
class NumberCame:
    """The clerk sent 照合番号B for an order; its digits stay in the runner."""

    generation: int
    order: str


@dataclass(frozen=True, slots=True)
class Challenged:
    """The server says what the card shall sign."""

    order: str
    data: bytes = field(repr=False)
    expires_in: float = 60.0


Server = (
    Welcomed
    | LinkLost
    | Barred
    | Viewed
    | Replied
    | Heard
    | QuestionsCame
    | FormCame
    | PicturesCame
    | PaperArrived
    | NumberCame
    | Challenged
    | PlacesCame
)

# ---------------------------------------------------------------- media


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


Stills = StillAsked | StillDropped | StillTaken | StillFailed

CallMedia = AttemptSeen | VoiceIs | EyesAre | ClerkPulse | BadSignature | PaperIs | LeafIs | Stills
Media = CallMedia | Capturing

# ---------------------------------------------------------------- the card


@dataclass(frozen=True, slots=True)
class CardSituation:
    """What lies on the reader, or why nothing can be read."""

    present: bool
    problem: Key | None = None


@dataclass(frozen=True, slots=True)
class CardLooked:
    """A card that can do what is asked, how many tries its PIN has left (None: it does not say), and its certificate.

    The certificate is the free one, for a proof only.
    """

    dialogue: int
    tries_left: int | None
    certificate: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class CardIsOther:
    """Not a My Number card, or one that cannot do what is asked (`problem`)."""

    dialogue: int
    problem: Key


@dataclass(frozen=True, slots=True)
class CardRead:
    """What the card says of its owner."""

    dialogue: int
    data: FourBasicData


@dataclass(frozen=True, slots=True)
class PhotoRead:
    """The face photo, decoded; it goes to the clerk and stays nowhere."""

    dialogue: int
    jpeg: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Signed:
    """What the card's key made of the challenge, or of a document; then with the signing certificate."""

    dialogue: int
    signature: bytes = field(repr=False)
    certificate: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class NumberWrong:
    """照合番号B does not fit this card, or (0 tries left) cannot be tried any more."""

    dialogue: int
    tries_left: int


@dataclass(frozen=True, slots=True)
class PinWrong:
    """The card refused the PIN; 0 tries left = locked."""

    dialogue: int
    tries_left: int


@dataclass(frozen=True, slots=True)
class CardFault:
    """It moved ("moved") or did not answer sensibly ("unreadable")."""

    dialogue: int
    problem: Literal["moved", "unreadable"]


CardAnswer = CardLooked | CardIsOther | CardRead | PhotoRead | Signed | NumberWrong | PinWrong | CardFault
CardNews = CardSituation | CardAnswer

# ---------------------------------------------------------------- the machine itself


@dataclass(frozen=True, slots=True)
class Tick:
    """A deadline of ours may have come."""


@dataclass(frozen=True, slots=True)
class Clock:
    """What the clock on the wall says, for people."""

    text: str


@dataclass(frozen=True, slots=True)
class DeviceIs:
    """One device changed."""

    device: Device


@dataclass(frozen=True, slots=True)
class Trouble:
    """An error of our own, redacted: class and place. `clock` = the clock looks wrong."""

    what: str | None = None
    clock: bool | None = None


@dataclass(frozen=True, slots=True)
class PageCame:
    """A fresh page is connected."""


@dataclass(frozen=True, slots=True)
class PageSized:
    """The page has so many pixels from top to bottom."""

    height: int


@dataclass(frozen=True, slots=True)
class PageWent:
    """No page is connected, or it is silent."""


@dataclass(frozen=True, slots=True)
class PrintEnded:
    """An order to the printer came to its end."""

    order: str
    outcome: PrintOutcome


@dataclass(frozen=True, slots=True)
class DeedEnded:
    """A restart or log order came to its end."""

    order: str
    outcome: Literal["done", "failed"]


@dataclass(frozen=True, slots=True)
class Wiped:
    """Nothing of the visit is left."""


Machine = Tick | Clock | DeviceIs | Trouble | PageCame | PageSized | PageWent | PrintEnded | DeedEnded | Wiped

Event = Resident | HandsetMoved | Seen | Server | Media | CardNews | Machine


def _is_word(control: str) -> TypeGuard[Word]:
    return control in WORDS


def _is_form_word(word: str) -> TypeGuard[FormWord]:
    return word in FORM_WORDS and word != "row"


MOST_PEOPLE = 20


def _day(text: str) -> Answered | None:
    try:
        return Answered(Dated(day=date.fromisoformat(text), origin="touched"))
    except ValueError:
        return None


def touched(
    control: str,
) -> Touch | Choose | Turn | Stand | Digit | Leaf | Answered | OnForm | Pick | Set | None:
    """Return what a control of the page means, or None if it is none of ours."""
    match control.split(":"):
        case ["purpose", purpose]:
            return Choose(purpose)
        case ["place", text] if text.isdecimal() and text.isascii() and len(text) <= 3:
            return Stand(int(text))
        case [("questions" | "questions_back" | "questions_later") as where]:
            return Leaf(where)
        case ["answer", option] if option:
            return Answered(Chosen(option=option, origin="touched"))
        case ["day", text] if len(text) == 8:
            return _day(text)
        case ["count", text] if text.isdecimal() and text.isascii() and 0 < int(text) <= MOST_PEOPLE:
            return Answered(People(births=(None,) * int(text), origin="touched"))
        case ["form", "row", text] if text.isdecimal() and text.isascii() and len(text) <= 3:
            return OnForm("row", int(text))
        case ["form", word] if _is_form_word(word):
            return OnForm(word)
        case ["digit", "delete"]:
            return Digit("delete")
        case ["digit", key] if len(key) == 1 and key.isdecimal() and key.isascii():
            return Digit(key)
        case ["pick", text] if len(text) == 1 and text.isdecimal() and text.isascii():
            return Pick(int(text))
        case ["page", "1"]:
            return Turn(1)
        case ["page", "2"]:
            return Turn(2)
        case ["setting", ("wants_text" | "large" | "volume") as what]:
            return Set(what)
        case ["setting", "language", ("ja" | "easy" | "en") as language]:
            return Set(language)
        case [("call_local" | "repeat") as what]:
            return Set(what)
        case [word] if _is_word(word):
            return Touch(word)
        case _:  # an open set of strings from the page, the one place where the rest is refused
            return None
