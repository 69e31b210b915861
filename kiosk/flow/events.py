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

from kiosk.flow.card_events import (
    CardFault,
    CardIsOther,
    CardLooked,
    CardRead,
    CardSituation,
    NumberWrong,
    PhotoRead,
    PinWrong,
    Signed,
)
from kiosk.flow.media_events import (
    AttemptSeen,
    BadSignature,
    Capturing,
    ClerkPulse,
    EyesAre,
    LeafIs,
    PaperIs,
    StillAsked,
    StillDropped,
    StillFailed,
    StillTaken,
    VoiceIs,
)
from kiosk.flow.server_events import (
    Barred,
    Challenged,
    FormCame,
    Heard,
    LinkLost,
    NumberCame,
    PaperArrived,
    PicturesCame,
    PlacesCame,
    QuestionsCame,
    Replied,
    Viewed,
    Welcomed,
)
from server.protocol.values import (
    Answer,
    Chosen,
    Dated,
    Device,
    Key,
    Line,
    People,
    PrintOutcome,
    Strokes,
)

Word = Literal[
    "start", "confirm", "cancel", "back", "quit", "quit_no", "quit_yes", "extend", "end", "write", "write_done",
    "check_in", "without_number", "callback", "card_yes", "card_no", "card_skip", "card_retry", "card_last_try", "confirm_yes", "confirm_no",
    "done", "still_yes", "still_no", "reserve", "cancel_booking", "other_day", "more", "less", "no_number",
]  # fmt: skip


WORDS: tuple[Word, ...] = get_args(Word)


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


Stills = StillAsked | StillDropped | StillTaken | StillFailed


CallMedia = AttemptSeen | VoiceIs | EyesAre | ClerkPulse | BadSignature | PaperIs | LeafIs | Stills


Media = CallMedia | Capturing


CardAnswer = CardLooked | CardIsOther | CardRead | PhotoRead | Signed | NumberWrong | PinWrong | CardFault


CardNews = CardSituation | CardAnswer


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
    """An error of our own, redacted: class and place, and when (ISO 8601). `clock` = the clock looks wrong."""

    what: str | None = None
    at: str = ""
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
