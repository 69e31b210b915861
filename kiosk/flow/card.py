"""The card inside a call: asked for, placed, looked at, its PIN typed, read, shown, agreed to.

Rule 1: nothing that was read leaves `Showing` but by the resident's 「はい」.
Rule 2: one dialogue at a time; one PIN, once typed, is spent in one dialogue; the last try is a choice of its own.
"""

from dataclasses import replace
from typing import Literal

from kiosk.flow import effects as do
from kiosk.flow.effects import Effect
from kiosk.flow.events import (
    CardAnswer,
    CardFault,
    CardIsOther,
    CardLooked,
    CardNews,
    CardRead,
    CardSituation,
    PinKey,
    PinWrong,
)
from kiosk.flow.moves import Next, become, numbered, stay
from kiosk.flow.states import (
    TRIES_AT_PLACING,
    Asked,
    CardRequest,
    CardStep,
    CardUnusable,
    Farewell,
    InCall,
    Kiosk,
    LastTry,
    Looking,
    PinEntry,
    Placing,
    Reading,
    Showing,
)
from server.protocol.messages import OrderSettled
from server.protocol.values import CardOutcome

PIN_LENGTH = 4
CardWord = Literal[
    "card_yes", "card_no", "card_skip", "card_retry", "card_last_try", "confirm_yes", "confirm_no"
]
NO_READER = frozenset({"no_reader", "no_service"})


def card_touched(kiosk: Kiosk, call: InCall, word: CardWord) -> Next:
    """Answer a touch on one of the card's screens."""
    request = call.card
    if request is None:
        return stay(kiosk)
    match request.step, word:
        case Asked(), "card_yes":
            return _on(kiosk, call, request, _place_or_look(kiosk, 0))
        case (Asked(), ("card_no" | "card_skip")) | (Placing(), "card_no"):
            return settle(kiosk, call, request, "no_card")
        case ((Placing() | PinEntry() | LastTry()), "card_skip"):
            return settle(kiosk, call, request, "declined")
        case ((PinEntry() | LastTry()), "card_no"):
            return settle(kiosk, call, request, "declined")
        case (Looking(), ("card_skip" | "card_no")):
            return settle(kiosk, call, request, "declined")
        case Placing(failures=failures), ("card_retry" | "card_yes"):
            return _on(kiosk, call, request, _place_or_look(kiosk, failures))
        case LastTry(failures=failures), "card_last_try":
            return _on(kiosk, call, request, PinEntry(tries_left=1, last_try=True, failures=failures))
        case Showing(data=data), "confirm_yes":
            return settle(kiosk, replace(call, attributes=data), request, "shared")
        case Showing(), ("confirm_no" | "card_skip" | "card_no"):
            return settle(kiosk, call, request, "declined")
        case CardUnusable(outcome="pin_locked"), ("card_retry" | "card_yes"):
            return stay(kiosk)  # another try cannot help, and must not look as if it could
        case CardUnusable(), ("card_retry" | "card_yes"):
            return _on(kiosk, call, request, _place_or_look(kiosk, 0))
        case CardUnusable(outcome=outcome), ("card_skip" | "card_no"):
            return settle(kiosk, call, request, outcome)
        # Controls that the screen of this step does not have; a card being read is not interrupted.
        case ((Asked() | PinEntry()), ("card_retry" | "card_last_try" | "confirm_yes" | "confirm_no")):
            return stay(kiosk)
        case (Placing(), ("card_last_try" | "confirm_yes" | "confirm_no")) | (PinEntry(), "card_yes"):
            return stay(kiosk)
        case LastTry(), ("card_yes" | "card_retry" | "confirm_yes" | "confirm_no"):
            return stay(kiosk)
        case Looking(), ("card_yes" | "card_retry" | "card_last_try" | "confirm_yes" | "confirm_no"):
            return stay(kiosk)
        case Showing(), ("card_yes" | "card_retry" | "card_last_try"):
            return stay(kiosk)
        case CardUnusable(), ("card_yes" | "card_last_try" | "confirm_yes" | "confirm_no"):
            return stay(kiosk)
        case Reading(), _:
            return stay(kiosk)


def pin_key(kiosk: Kiosk, event: PinKey) -> Next:
    """Count a key of the number pad; anywhere but at the PIN screen it is nothing."""
    call = kiosk.state
    if not isinstance(call, InCall) or call.card is None or not isinstance(call.card.step, PinEntry):
        return stay(kiosk)
    if call.ticket.state != "serving" or kiosk.quitting:
        return stay(kiosk)  # another screen covers the number pad
    return _pin_key(kiosk, call, call.card, call.card.step, event)


def _pin_key(kiosk: Kiosk, call: InCall, request: CardRequest, pin: PinEntry, event: PinKey) -> Next:
    match event.kind:
        case "digit" if pin.entered < PIN_LENGTH:
            step = replace(pin, entered=pin.entered + 1, problem=None)
            return _on(kiosk, call, request, step, do.KeepDigit())
        case "delete" if pin.entered > 0:
            return _on(kiosk, call, request, replace(pin, entered=pin.entered - 1), do.DropDigit())
        case "enter" if pin.entered == PIN_LENGTH and kiosk.dialogue is None:
            number = kiosk.dialogues + 1
            kiosk = replace(kiosk, dialogue=number, dialogues=number)
            step = Reading(dialogue=number, failures=pin.failures)
            return _on(kiosk, call, request, step, do.ReadCard(number, pin.last_try))
        case "enter" if pin.entered < PIN_LENGTH:
            return _on(kiosk, call, request, replace(pin, problem="four_digits"))
        case "digit" | "delete" | "enter":
            return stay(kiosk)


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
    return _answer(kiosk, call, call.card, event)


def _answer(kiosk: Kiosk, call: InCall, request: CardRequest, event: CardAnswer) -> Next:
    match request.step, event:
        case Looking(dialogue=number), _ if number != event.dialogue:
            return stay(kiosk)  # of an order taken back meanwhile; the next look starts now
        case Looking(failures=failures), CardLooked(tries_left=tries):
            return _on(kiosk, call, request, _by_tries(tries, failures))
        case ((Looking() | Reading()), CardIsOther(problem=problem)):
            return _on(kiosk, call, request, CardUnusable(problem, "other_card"))
        case Reading(), CardRead(data=data):
            return _on(kiosk, call, request, Showing(data))
        case Reading(failures=failures), (PinWrong(tries_left=tries) | CardLooked(tries_left=tries)):
            step = _by_tries(tries, failures)
            if isinstance(step, PinEntry) and isinstance(event, PinWrong):
                step = replace(step, problem="wrong_pin")
            return _on(kiosk, call, request, step)
        case ((Looking(failures=failures) | Reading(failures=failures)), CardFault(problem=problem)):
            if failures + 1 >= TRIES_AT_PLACING:
                return _on(kiosk, call, request, CardUnusable("unreadable", "failed"))
            return _on(kiosk, call, request, Placing(problem, failures + 1))
        case Looking(), (CardRead() | PinWrong()):
            # A look spends no PIN and reads no data; whatever this was, it is not used.
            return _on(kiosk, call, request, CardUnusable("unreadable", "failed"))
        case ((Asked() | Placing() | PinEntry() | LastTry() | Showing() | CardUnusable()), _):
            return stay(kiosk)  # an answer to an order taken back meanwhile


def _by_tries(tries_left: int, failures: int) -> CardStep:
    if tries_left <= 0:
        return CardUnusable("pin_locked", "pin_locked", tries_left=0)
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
            return _on(kiosk, call, request, Looking())  # laying it on the pad is a yes
        case Placing(failures=failures) if kiosk.card_in and came:
            return _on(kiosk, call, request, Looking(failures=failures))
        case Placing(failures=failures) if kiosk.reader is not None:
            return _on(kiosk, call, request, _problem(kiosk.reader, failures))
        case (Looking() | PinEntry() | LastTry()) as step if not kiosk.card_in:
            return _on(kiosk, call, request, Placing("moved", step.failures))
        case (
            Asked() | Placing() | Looking() | PinEntry() | LastTry() | Reading() | Showing() | CardUnusable()
        ):
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


def settle(kiosk: Kiosk, call: InCall, request: CardRequest, outcome: CardOutcome) -> Next:
    """End the card's part of the conversation and tell the clerk how."""
    kiosk, command = numbered(kiosk)
    call = replace(call, card=None, cards_done=(*call.cards_done, request.order)[-8:])
    return become(kiosk, call, do.Tell(OrderSettled(id=command, order=request.order, outcome=outcome)))


def look_when_free(kiosk: Kiosk) -> Next:
    """Begin the look at the card as soon as no other dialogue is under way."""
    call = kiosk.state
    if not isinstance(call, InCall) or call.card is None or kiosk.dialogue is not None or not kiosk.card_in:
        return stay(kiosk)
    step = call.card.step
    if not isinstance(step, Looking) or step.dialogue is not None:
        return stay(kiosk)
    number = kiosk.dialogues + 1
    kiosk = replace(kiosk, dialogue=number, dialogues=number)
    return _on(kiosk, call, call.card, replace(step, dialogue=number), do.LookAtCard(number))


def _on(kiosk: Kiosk, call: InCall, request: CardRequest, step: CardStep, *effects: Effect) -> Next:
    return become(kiosk, replace(call, card=replace(request, step=step)), *effects)
