"""The whole flow: `step` answers one event with a new kiosk and the deeds to do.

Rule 1: whatever decides is in this folder; Rule 2: this folder knows no socket, device or clock; `make check` enforces it.
The table `tests/kiosk/flow/flow.table.md` shows every state with every event.
"""

from dataclasses import replace

from kiosk.flow import effects as do
from kiosk.flow import reserving
from kiosk.flow.call import media, media_is_up, page_came, page_went, wrote
from kiosk.flow.card import card_news, holds_secret, look_when_free, pin_key
from kiosk.flow.company import parties_up
from kiosk.flow.effects import Effect
from kiosk.flow.events import (
    Answered,
    AttemptSeen,
    BadSignature,
    Barred,
    Button,
    Capturing,
    CardFault,
    CardIsOther,
    CardLooked,
    CardRead,
    CardSituation,
    Challenged,
    Choose,
    ClerkPulse,
    Clock,
    DeedEnded,
    DeviceIs,
    Digit,
    Event,
    EyesAre,
    FormCame,
    HandsetMoved,
    Heard,
    Leaf,
    LeafIs,
    LinkLost,
    NameGiven,
    NumberCame,
    NumberWrong,
    OnForm,
    PageCame,
    PageSized,
    PageWent,
    PaperArrived,
    PaperIs,
    PhotoRead,
    Pick,
    PicturesCame,
    PinKey,
    PinWrong,
    PlacesCame,
    PrintEnded,
    QuestionsCame,
    Replied,
    Seen,
    Set,
    Signed,
    Stand,
    StillAsked,
    StillDropped,
    StillFailed,
    StillTaken,
    Tick,
    Touch,
    Trouble,
    Turn,
    Viewed,
    VoiceIs,
    Welcomed,
    Wiped,
    WritesNow,
    Wrote,
    touched,
)
from kiosk.flow.form import TALL, form_touched
from kiosk.flow.keeping import put_away
from kiosk.flow.keying import typed
from kiosk.flow.moves import Next, numbered, stay, wiped
from kiosk.flow.news import server
from kiosk.flow.orders import ended, take_up
from kiosk.flow.places import Reserving
from kiosk.flow.proof import drop_number, speak_when_free
from kiosk.flow.states import Kiosk, Prompting, Quiet, Wiping
from kiosk.flow.timing import due, handset, seen
from kiosk.flow.view import health_of, place_of
from kiosk.flow.visit import pressed, set_up, touch
from server.protocol.messages import ReportHealth
from server.protocol.values import Device, Strokes


def step(kiosk: Kiosk, event: Event, now: float) -> tuple[Kiosk, tuple[Effect, ...]]:
    """Return what the kiosk becomes on `event` at `now` (monotonic seconds), and what is to be done."""
    after, effects = _answer(kiosk, event, now)
    after, more = due(after, now)
    effects += more
    for timed in (take_up, speak_when_free):
        after, more = timed(after, now)
        effects += more
    for rule in (look_when_free, drop_number, media_is_up, parties_up, _report):
        after, more = rule(after)
        effects += more
    after, more = put_away(kiosk, after)
    effects += more
    asked = isinstance(after.patience, Prompting) and after.patience == kiosk.patience
    if asked and type(after.state) is not type(kiosk.state):
        after = replace(after, patience=Quiet(now))  # the question was about a screen that is gone
    spent = any(isinstance(effect, do.ReadCard | do.Prove | do.SignDocument) for effect in effects)
    if holds_secret(kiosk) and not holds_secret(after) and not spent:
        effects += (do.ForgetPin(),)
    return _in_order(kiosk, after), effects


def _answer(kiosk: Kiosk, event: Event, now: float) -> Next:
    match event:
        case Touch() | Choose() | Turn() | Stand() | Leaf() | Answered() | Pick():
            return touch(kiosk, event, now)
        case OnForm() | NameGiven():
            return form_touched(replace(kiosk, patience=Quiet(now)), event)
        case Digit():
            kiosk = replace(kiosk, patience=Quiet(now))
            if isinstance(kiosk.state, Reserving):
                return reserving.typed(kiosk, kiosk.state, event)
            return typed(kiosk, event)
        case Set():
            return set_up(kiosk, event, now)
        case PinKey():
            return pin_key(replace(kiosk, patience=Quiet(now)), event, now)
        case Wrote() | WritesNow():
            return wrote(replace(kiosk, patience=Quiet(now)), event)
        case Button():
            return pressed(kiosk, event, now)
        case HandsetMoved(lifted):
            return handset(kiosk, lifted, now)
        case Seen(here):
            return seen(kiosk, here, now)
        case (
            Welcomed() | LinkLost() | Barred() | Viewed() | Replied() | Heard() | QuestionsCame() | PaperArrived()
        ):  # fmt: skip
            return server(kiosk, event, now)
        case NumberCame() | Challenged() | FormCame() | PicturesCame() | PlacesCame():
            return server(kiosk, event, now)
        case (
            AttemptSeen()
            | VoiceIs()
            | EyesAre()
            | ClerkPulse()
            | BadSignature()
            | Capturing()
            | PaperIs()
            | LeafIs()
        ):
            return media(kiosk, event, now)
        case StillAsked() | StillDropped() | StillTaken() | StillFailed():
            return media(kiosk, event, now)
        case CardSituation() | CardLooked() | CardIsOther() | CardRead() | PinWrong() | CardFault():
            return card_news(kiosk, event, now)
        case PhotoRead() | Signed() | NumberWrong():
            return card_news(kiosk, event, now)
        case PrintEnded() | DeedEnded():
            return ended(kiosk, event, now)
        case Tick():
            return stay(kiosk)  # what is due happens after every event
        case Clock(text):
            return replace(kiosk, clock=text), ()
        case DeviceIs(device):
            return replace(kiosk, devices=_with(kiosk.devices, device)), ()
        case Trouble(what=None, clock=clock):
            return replace(kiosk, clock_unsynced=kiosk.clock_unsynced if clock is None else clock), ()
        case Trouble(what=what, at=at):
            return replace(kiosk, last_error=what, last_error_at=at), ()
        case PageCame():
            return page_came(kiosk)
        case PageSized(height):
            return replace(kiosk, tall=height >= TALL), ()
        case PageWent():
            return page_went(kiosk)
        case Wiped():
            state = kiosk.state
            return wiped(kiosk, state, now) if isinstance(state, Wiping) and not state.done else stay(kiosk)


def _with(devices: tuple[Device, ...], device: Device) -> tuple[Device, ...]:
    others = [other for other in devices if other.name != device.name]
    return tuple(sorted((*others, device), key=lambda one: one.name))


def _report(kiosk: Kiosk) -> Next:
    health = health_of(kiosk)
    if not kiosk.link_up or health == kiosk.told:
        return stay(kiosk)
    kiosk, command = numbered(replace(kiosk, told=health))
    return kiosk, (do.Tell(ReportHealth(id=command, health=health)),)


def _in_order(before: Kiosk, after: Kiosk) -> Kiosk:
    """Number what changed, and remember since when the screen is the one it is."""
    if after == before:
        return before
    after = replace(after, seq=before.seq + 1)
    return after if place_of(after) == place_of(before) else replace(after, place=after.seq)


def touch_of(
    kiosk: Kiosk, control: str, seq: int
) -> Touch | Choose | Turn | Stand | Digit | Leaf | Answered | OnForm | Pick | Set | None:
    """Return what a touch means, or None if it was meant for a screen that is gone; the header's chips never go."""
    event = touched(control)
    return event if seq >= kiosk.place or isinstance(event, Set) else None


def name_of(kiosk: Kiosk, strokes: Strokes, seq: int) -> NameGiven | None:
    """Return the name that was written, or None if its screen is gone."""
    return NameGiven(strokes) if seq >= kiosk.place else None


def key_of(kiosk: Kiosk, key: str, seq: int) -> PinKey | None:
    """Return what kind of key was pressed, never which one, or None if its screen is gone."""
    if seq < kiosk.place:
        return None
    if key == "delete" or key == "enter":
        return PinKey(key)
    return PinKey("digit" if key.isdigit() else "letter")
