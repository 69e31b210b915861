"""The card inside a call: asked for, placed, looked at, its secret typed, read, shown, agreed to.

Rule 1: nothing that was read leaves `Showing` but by the resident's 「はい」.
Rule 2: one dialogue at a time; one PIN, once typed, is spent in one dialogue; the last try is a choice of its own.
What needs the server or the clerk in between (a proof, a number read from the card) is in `proof.py`.
"""

from dataclasses import replace
from typing import Literal

from kiosk.flow import effects as do
from kiosk.flow.events import (
    CardAnswer,
    CardFault,
    CardIsOther,
    CardLooked,
    CardNews,
    CardRead,
    CardSituation,
    NumberWrong,
    PhotoRead,
    PinKey,
    PinWrong,
    Signed,
)
from kiosk.flow.moves import Next, become, dialogue, on_card, settle, stay
from kiosk.flow.proof import present, present_signature, show_photo, sign_soon, wrong_number
from kiosk.flow.states import (
    TRIES_AT_PLACING,
    Asked,
    AwaitingNumber,
    CardRequest,
    CardStep,
    CardUnusable,
    Challenging,
    Farewell,
    InCall,
    Kiosk,
    LastTry,
    Looking,
    PinEntry,
    Placing,
    Proving,
    Reading,
    Showing,
)
from server.protocol.values import CardAsk, CardOutcome, Key

PIN_LENGTH = 4
PASSWORD_LENGTH = 6, 16
CardWord = Literal[
    "card_yes", "card_no", "card_skip", "card_retry", "card_last_try", "confirm_yes", "confirm_no"
]
NO_READER = frozenset({"no_reader", "no_service"})
FINAL = frozenset({"pin_locked", "pin_was_locked"})
"""Another try cannot help, and must not look as if it could."""
OUTCOMES: dict[Key, CardOutcome] = {
    "no_certificate": "no_certificate", "expired": "expired", "face_only": "no_pin", "phone": "phone",
}  # fmt: skip
"""What the clerk is told of a card that cannot do what is asked; of every other kind: "other_card"."""


def card_touched(kiosk: Kiosk, call: InCall, word: CardWord) -> Next:
    """Answer a touch on one of the card's screens."""
    request = call.card
    if request is None:
        return stay(kiosk)
    match request.step, word:
        case Asked(), "card_yes":
            return on_card(kiosk, call, request, _place_or_look(kiosk, 0))
        case (Asked(), ("card_no" | "card_skip")) | (Placing(), "card_no"):
            return settle(kiosk, call, request, "no_card")
        case ((Placing() | PinEntry() | LastTry()), "card_skip"):
            return settle(kiosk, call, request, "declined")
        case ((PinEntry() | LastTry()), "card_no"):
            return settle(kiosk, call, request, "declined")
        case ((Looking() | AwaitingNumber() | Challenging()), ("card_skip" | "card_no")):
            return settle(kiosk, call, request, "declined")
        case Placing(failures=failures), ("card_retry" | "card_yes"):
            return on_card(kiosk, call, request, _place_or_look(kiosk, failures))
        case LastTry(failures=failures), "card_last_try":
            return on_card(kiosk, call, request, PinEntry(tries_left=1, last_try=True, failures=failures))
        case Showing(data=data), "confirm_yes":
            return settle(kiosk, replace(call, attributes=data, known=None), request, "shared")
        case Showing(), ("confirm_no" | "card_skip" | "card_no"):
            return settle(kiosk, call, request, "declined")
        case CardUnusable(problem=problem), ("card_retry" | "card_yes") if problem in FINAL:
            return stay(kiosk)
        case CardUnusable(), ("card_retry" | "card_yes"):
            return on_card(kiosk, call, request, _place_or_look(kiosk, 0))
        case CardUnusable(outcome=outcome), ("card_skip" | "card_no"):
            return settle(kiosk, call, request, outcome)
        # Controls that the screen of this step does not have; a card being read is not interrupted.
        case ((Asked() | PinEntry()), ("card_retry" | "card_last_try" | "confirm_yes" | "confirm_no")):
            return stay(kiosk)
        case (Placing(), ("card_last_try" | "confirm_yes" | "confirm_no")) | (PinEntry(), "card_yes"):
            return stay(kiosk)
        case LastTry(), ("card_yes" | "card_retry" | "confirm_yes" | "confirm_no"):
            return stay(kiosk)
        case (
            (Looking() | AwaitingNumber() | Challenging()),
            ("card_yes" | "card_retry" | "card_last_try" | "confirm_yes" | "confirm_no"),
        ):
            return stay(kiosk)
        case Showing(), ("card_yes" | "card_retry" | "card_last_try"):
            return stay(kiosk)
        case CardUnusable(), ("card_last_try" | "confirm_yes" | "confirm_no"):
            return stay(kiosk)
        case ((Reading() | Proving()), _):
            return stay(kiosk)


def pin_key(kiosk: Kiosk, event: PinKey, now: float) -> Next:
    """Count a key of the number pad or the keyboard; anywhere but where something is typed it is nothing."""
    call = kiosk.state
    if not isinstance(call, InCall) or call.card is None or not isinstance(call.card.step, PinEntry):
        return stay(kiosk)
    if call.ticket.state != "serving" or kiosk.quitting:
        return stay(kiosk)  # another screen covers the keys
    return _pin_key(kiosk, call, call.card, call.card.step, event, now)


def lengths(ask: CardAsk) -> tuple[int, int]:
    """Return the fewest and the most keys of what is typed."""
    return PASSWORD_LENGTH if ask == "signature" else (PIN_LENGTH, PIN_LENGTH)


def _pin_key(
    kiosk: Kiosk, call: InCall, request: CardRequest, pin: PinEntry, event: PinKey, now: float
) -> Next:
    least, most = lengths(request.ask)
    match event.kind:
        case "letter" if request.ask != "signature":
            return stay(kiosk)
        case "digit" | "letter" if pin.entered < most:
            step = replace(pin, entered=pin.entered + 1, problem=None)
            return on_card(kiosk, call, request, step, do.KeepDigit())
        case "delete" if pin.entered > 0:
            return on_card(kiosk, call, request, replace(pin, entered=pin.entered - 1), do.DropDigit())
        case "enter" if pin.entered >= least and kiosk.dialogue is None:
            return _spend(kiosk, call, request, pin, now)
        case "enter" if pin.entered < least:
            problem = "four_digits" if most == PIN_LENGTH else "six_letters"
            return on_card(kiosk, call, request, replace(pin, problem=problem))
        case "digit" | "letter" | "delete" | "enter":
            return stay(kiosk)


def _spend(kiosk: Kiosk, call: InCall, request: CardRequest, pin: PinEntry, now: float) -> Next:
    match request.ask:
        case "attributes":
            kiosk, number = dialogue(kiosk)
            step = Reading(number, pin.failures)
            return on_card(kiosk, call, request, step, do.ReadCard(number, pin.last_try))
        case "signature" if request.document is not None:
            kiosk, number = dialogue(kiosk)
            step = Reading(number, pin.failures)
            sign = do.SignDocument(number, pin.last_try, request.document)
            return on_card(kiosk, call, request, step, sign)
        case "identity":
            return on_card(kiosk, call, request, sign_soon(now, pin.failures, pin.last_try))
        case "attributes_by_number" | "photo" | "signature":
            return stay(kiosk)  # nothing is typed for these, and nothing is signed without its document


def card_news(kiosk: Kiosk, event: CardNews, now: float) -> Next:
    """Take over what the reader says; an answer to a dialogue nobody waits for is dropped here."""
    if isinstance(event, CardSituation):
        return _situation(kiosk, event, now)
    expected = event.dialogue == kiosk.dialogue
    if not expected:
        return stay(kiosk)
    kiosk = replace(kiosk, dialogue=None)
    call = kiosk.state
    if not isinstance(call, InCall) or call.card is None:
        return stay(kiosk)  # the conversation ended while the card was read
    return _answer(kiosk, call, call.card, event, now)


def _answer(kiosk: Kiosk, call: InCall, request: CardRequest, event: CardAnswer, now: float) -> Next:
    match request.step, event:
        case ((Looking(dialogue=number) | Reading(dialogue=number)), _) if number != event.dialogue:
            return stay(kiosk)  # of an order taken back meanwhile; the next look starts now
        case Looking() as looking, CardLooked():
            return _looked(kiosk, call, request, looking, event, now)
        case ((Looking() | Reading()), CardIsOther(problem=problem)):
            outcome = OUTCOMES.get(problem, "other_card")
            return on_card(kiosk, call, request, CardUnusable(problem, outcome))
        case Reading(), CardRead(data=data):
            return on_card(kiosk, call, request, Showing(data))
        case Reading(), PhotoRead(jpeg=jpeg):
            return show_photo(kiosk, call, request, jpeg, now)
        case Reading(), Signed():
            return present_signature(kiosk, call, request, event, now)
        case Reading(), NumberWrong(tries_left=tries):
            return wrong_number(kiosk, call, request, tries, now)
        case Reading(failures=failures), PinWrong(tries_left=tries):
            step = _by_tries(tries, failures, locked="pin_locked")
            if isinstance(step, PinEntry):
                step = replace(step, problem="wrong_password" if request.ask == "signature" else "wrong_pin")
            return on_card(kiosk, call, request, step)
        case Reading(failures=failures), CardLooked(tries_left=tries):
            return on_card(kiosk, call, request, _by_tries(tries, failures, locked="pin_was_locked"))
        case ((Looking(failures=failures) | Reading(failures=failures)), CardFault(problem=problem)):
            if failures + 1 >= TRIES_AT_PLACING:
                return on_card(kiosk, call, request, CardUnusable("unreadable", "failed"))
            # Whether a PIN under way was counted is not known: the counter is read when the card is back.
            spent = isinstance(request.step, Reading) and request.ask in (
                "attributes",
                "identity",
                "signature",
            )
            said = "moved_reading" if spent and problem == "moved" else problem
            return on_card(kiosk, call, request, Placing(said, failures + 1))
        case Looking(), (CardRead() | PhotoRead() | Signed() | NumberWrong() | PinWrong()):
            # A look spends no PIN and reads no data; whatever this was, it is not used.
            return on_card(kiosk, call, request, CardUnusable("unreadable", "failed"))
        case (
            (
                Asked() | Placing() | AwaitingNumber() | PinEntry() | LastTry()
                | Challenging() | Proving() | Showing() | CardUnusable()
            ),
            _,
        ):  # fmt: skip
            return stay(kiosk)  # an answer to an order taken back meanwhile


def _looked(
    kiosk: Kiosk, call: InCall, request: CardRequest, looking: Looking, event: CardLooked, now: float
) -> Next:
    tries, failures = event.tries_left, looking.failures
    match request.ask:
        case "attributes" | "signature":
            return on_card(kiosk, call, request, _by_tries(tries, failures, locked="pin_was_locked"))
        case "attributes_by_number" | "photo":
            return on_card(kiosk, call, request, AwaitingNumber(failures))
        case "identity":
            step = _by_tries(tries, failures, locked="pin_was_locked")
            if isinstance(step, CardUnusable):
                return on_card(kiosk, call, request, step)
            if looking.typed and (looking.last_try or not isinstance(step, LastTry)):
                step = sign_soon(now, failures, looking.last_try)
            return present(kiosk, call, request, event.certificate, step)


def _by_tries(tries: int | None, failures: int, *, locked: Key) -> CardStep:
    # A card that does not tell its counter is treated as having one try: only a choice leads on.
    tries_left = 1 if tries is None else tries
    if tries_left <= 0:
        return CardUnusable(locked, "pin_locked", tries_left=0)
    if tries_left == 1:
        return LastTry(failures=failures)
    return PinEntry(tries_left=tries_left, failures=failures)


def _situation(kiosk: Kiosk, event: CardSituation, now: float) -> Next:
    came = event.present and not kiosk.card_in
    kiosk = replace(kiosk, card_in=event.present, reader=event.problem)
    state = kiosk.state
    if isinstance(state, InCall) and state.card is not None:
        return _moved(kiosk, state, state.card, came)
    if isinstance(state, Farewell) and not event.present:
        return become(kiosk, replace(state, until=max(state.until, now + 5.0)))  # time to see what was said
    return stay(kiosk)


def _moved(kiosk: Kiosk, call: InCall, request: CardRequest, came: bool) -> Next:
    match request.step:
        case Asked() if came:
            return on_card(kiosk, call, request, Looking())  # laying it on the pad is a yes
        case Placing(failures=failures) if kiosk.card_in and came:
            return on_card(kiosk, call, request, Looking(failures=failures))
        case Placing(failures=failures) if kiosk.reader is not None:
            return on_card(kiosk, call, request, _problem(kiosk.reader, failures))
        case (Looking() | AwaitingNumber() | PinEntry() | LastTry() | Challenging()) as step if (
            not kiosk.card_in
        ):
            return on_card(kiosk, call, request, Placing("moved", step.failures))
        case (
            Asked() | Placing() | Looking() | AwaitingNumber() | PinEntry() | LastTry()
            | Reading() | Challenging() | Proving() | Showing() | CardUnusable()
        ):  # fmt: skip
            return stay(kiosk)  # a dialogue under way says itself what became of it


def _problem(reader: str, failures: int) -> CardStep:
    if reader in NO_READER:
        return CardUnusable("no_reader", "failed")
    return Placing("two_cards" if reader == "two_cards" else "unreadable", failures)


def _place_or_look(kiosk: Kiosk, failures: int) -> CardStep:
    if kiosk.card_in:
        return Looking(failures=failures)
    if kiosk.reader is not None:
        return _problem(kiosk.reader, failures)
    return Placing(failures=failures)


def look_when_free(kiosk: Kiosk) -> Next:
    """Begin the look at the card as soon as no other dialogue is under way."""
    call = kiosk.state
    if not isinstance(call, InCall) or call.card is None or kiosk.dialogue is not None or not kiosk.card_in:
        return stay(kiosk)
    step = call.card.step
    if not isinstance(step, Looking) or step.dialogue is not None:
        return stay(kiosk)
    kiosk, number = dialogue(kiosk)
    # A certificate is presented anew after each look, so what the server wanted signed before is void.
    request = replace(call.card, challenge=None)
    return on_card(kiosk, call, request, replace(step, dialogue=number), do.LookAtCard(number, call.card.ask))


def holds_secret(kiosk: Kiosk) -> bool:
    """Tell whether something typed is still needed; as soon as it is not, `step` has it zeroed."""
    call = kiosk.state
    if not isinstance(call, InCall) or call.card is None:
        return False
    match call.card.step:
        case PinEntry(entered=entered):
            return entered > 0
        case Looking(typed=typed):
            return typed
        case Challenging():
            return True
        case (
            Reading()
            | Asked()
            | Placing()
            | AwaitingNumber()
            | LastTry()
            | Proving()
            | Showing()
            | CardUnusable()
        ):
            return False
