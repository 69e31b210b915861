"""What the resident's touches and the physical buttons do, screen by screen, outside the conversation itself."""

from dataclasses import replace

from kiosk.flow import effects as do
from kiosk.flow import reserving
from kiosk.flow.call import call_touched, hang_up
from kiosk.flow.events import Answered, Button, Choose, Leaf, Pick, Set, Stand, Touch, Turn, Word
from kiosk.flow.hall import gives_numbers, nobody_for, stand, stands, unplaced
from kiosk.flow.keying import begin_call_back, keyed
from kiosk.flow.moves import Next, become, give_up, numbered, stay, unserved, why_closed, why_shut, wipe
from kiosk.flow.places import Reserving
from kiosk.flow.states import (
    ASK_LASTS,
    BOUNCE,
    LINK_PATIENCE,
    LOCAL_CALL_LASTS,
    Asking,
    Choosing,
    Confirming,
    Farewell,
    Idle,
    InCall,
    Keying,
    Kiosk,
    Numbered,
    OutOfOrder,
    Quiet,
    Standing,
    Unserved,
    Waiting,
    Wiping,
)
from kiosk.flow.survey import answered, leafed
from server.protocol.messages import TakeTicket
from server.protocol.values import Key

VOLUMES = {40: 70, 70: 100, 100: 40}


def touch(kiosk: Kiosk, event: Touch | Choose | Turn | Stand | Leaf | Answered | Pick, now: float) -> Next:
    """Answer a touch on the page."""
    prompted = not isinstance(kiosk.patience, Quiet)
    kiosk = replace(kiosk, patience=Quiet(now))
    if prompted and isinstance(event, Touch) and event.word in ("extend", "quit_no"):
        return stay(kiosk)
    if kiosk.quitting:
        return _while_quitting(kiosk, event, now)
    match event:
        case Touch(word):
            return _word(kiosk, word, now)
        case Choose(purpose):
            return _choose(kiosk, purpose, now)
        case Leaf():
            return leafed(kiosk, event)
        case Answered():
            return answered(kiosk, event)
        case Stand(index):
            return stand(kiosk, index)
        case Turn(page):
            state = kiosk.state
            return become(kiosk, replace(state, page=page)) if isinstance(state, Choosing) else stay(kiosk)
        case Pick():
            state = kiosk.state
            return reserving.picked(kiosk, state, event) if isinstance(state, Reserving) else stay(kiosk)


def _word(kiosk: Kiosk, word: Word, now: float) -> Next:
    state = kiosk.state
    if isinstance(state, Keying):
        return (
            (replace(kiosk, quitting=True), ()) if word in ("quit", "end") else keyed(kiosk, state, word, now)
        )
    if isinstance(state, Reserving):
        return reserving.touched(kiosk, state, word, now)
    if word == "reserve":
        if isinstance(state, Unserved) and reserving.may_reserve(kiosk, state):
            return reserving.begin(kiosk, state.purpose, now)
        if isinstance(state, Confirming) and reserving.reserves(kiosk, state.purpose):
            return reserving.begin(kiosk, state.purpose, now)
        return stay(kiosk)
    if word == "check_in":
        offered = isinstance(state, Choosing) and kiosk.server is not None and kiosk.server.takes_up
        return become(kiosk, Keying(what="code")) if offered else stay(kiosk)
    if word == "callback":
        if isinstance(state, Waiting) and state.ticket.callback_offered:
            return begin_call_back(kiosk, state)
        return stay(kiosk)
    match state, word:
        case Idle(), "start" if unplaced(kiosk):
            return stay(kiosk)
        case Idle(), "start":
            reason = why_closed(kiosk, now, LINK_PATIENCE)
            if reason is None and gives_numbers(kiosk):
                return stay(kiosk)  # its wishes are on the screen already
            return unserved(kiosk, reason, now) if reason else become(kiosk, Choosing())
        case Standing() as state, "confirm":
            return stands(kiosk, state)
        case ((Standing() | Numbered()), ("back" | "done" | "quit" | "cancel" | "end")):
            return become(kiosk, Idle())
        case Choosing(page=2) as choosing, "back":
            return become(kiosk, replace(choosing, page=1))
        case Choosing(page=1), "back":
            return wipe(kiosk, now)
        case Confirming(purpose=purpose), "confirm":
            return ring(kiosk, purpose, now)
        case Confirming(), ("back" | "cancel"):
            return become(kiosk, Choosing())
        case (Choosing(), ("quit" | "cancel" | "end")) | (Confirming(), ("quit" | "end")):
            return replace(kiosk, quitting=True), ()
        case ((Asking() | Waiting()), ("quit" | "cancel" | "end" | "back")):
            return replace(kiosk, quitting=True), ()
        case InCall() as call, _:
            return call_touched(kiosk, call, word, now)
        case Farewell() as state, ("done" | "quit" | "cancel" | "end" | "confirm"):
            # A handset off its hook may be a broken hook; a card is always somebody's.
            return stay(kiosk) if kiosk.card_in else wipe(kiosk, now, state.number)
        case Wiping(done=True), ("done" | "start" | "quit" | "cancel" | "end" | "confirm"):
            return become(kiosk, Idle())
        case Unserved(), ("done" | "quit" | "cancel" | "end" | "back"):
            return wipe(kiosk, now)
        case Unserved(), ("start" | "confirm") if gives_numbers(kiosk):
            return wipe(kiosk, now)
        case Unserved(), ("start" | "confirm"):
            return become(kiosk, Confirming("talk", since=now))
        case (
            (
                Idle() | Choosing() | Confirming() | Asking() | Waiting()
                | Farewell() | Wiping() | Unserved() | Numbered() | Standing()
            ),
            _,
        ):  # fmt: skip
            return stay(kiosk)  # a control that this screen does not have
        case OutOfOrder(), _:
            return stay(kiosk)


def _choose(kiosk: Kiosk, purpose: Key, now: float) -> Next:
    known = ("talk", *kiosk.names.purposes, *kiosk.names.more_purposes)
    if isinstance(kiosk.state, Idle | Numbered) and gives_numbers(kiosk) and purpose in known:
        nobody = nobody_for(kiosk).get(purpose) == "no_staff"
        return unserved(kiosk, "no_staff", now) if nobody else ring(kiosk, purpose, now)
    if isinstance(kiosk.state, Choosing) and purpose in known:
        if kiosk.state.later:
            return reserving.begin(kiosk, purpose, now)
        if (reason := why_shut(kiosk, purpose)) is not None:
            return unserved(kiosk, reason, now, purpose=purpose)
        return become(kiosk, Confirming(purpose, since=now))
    return stay(kiosk)


def ring(kiosk: Kiosk, purpose: Key, now: float) -> Next:
    """Ask the server for a ticket: the resident has said so twice."""
    reason = why_closed(kiosk, now, LINK_PATIENCE) or why_shut(kiosk, purpose)
    if reason:
        return unserved(kiosk, reason, now, purpose=purpose)
    kiosk, command = numbered(kiosk)
    take = TakeTicket(
        id=command,
        purpose=purpose,
        wants_text=kiosk.settings.wants_text,
        language=kiosk.settings.language,
    )
    return become(kiosk, Asking(purpose, command, until=now + ASK_LASTS), do.Tell(take))


def _while_quitting(
    kiosk: Kiosk, event: Touch | Choose | Turn | Stand | Leaf | Answered | Pick, now: float
) -> Next:
    match event:
        case Touch("quit_yes"):
            return leave(replace(kiosk, quitting=False), now)
        case Touch("quit_no" | "extend" | "cancel" | "back"):
            return replace(kiosk, quitting=False), ()
        case Touch() | Choose() | Turn() | Stand() | Leaf() | Answered() | Pick():
            return stay(kiosk)  # the question covers the screen


def leave(kiosk: Kiosk, now: float) -> Next:
    """The resident wants to go: from anywhere, with everything that has to be told."""
    match kiosk.state:
        case Asking(command=command):
            # If the wish has reached the server all the same, its ticket is given up when it shows.
            kiosk, effects = wipe(kiosk, now)
            return kiosk, (do.Withdraw(command), *effects)
        case Waiting(ticket=ticket):
            kiosk, told = give_up(kiosk, ticket, away=False)
            kiosk, effects = wipe(kiosk, now, ticket.number)
            return kiosk, told + effects
        case Keying(waiting=waiting, command=command):
            told: tuple[do.Effect, ...] = () if command is None else (do.Withdraw(command),)
            if waiting is not None:
                kiosk, given_up = give_up(kiosk, waiting.ticket, away=False)
                told += given_up
            kiosk, effects = wipe(kiosk, now, None if waiting is None else waiting.ticket.number)
            return kiosk, told + effects
        case InCall() as call:
            return hang_up(kiosk, call, now)
        case Reserving() as state:
            return reserving.leave(kiosk, state, now)
        case Choosing() | Confirming() | Unserved():
            return wipe(kiosk, now)
        case Idle() | Farewell() | Wiping() | Numbered() | Standing() | OutOfOrder():
            return stay(kiosk)


def pressed(kiosk: Kiosk, event: Button, now: float) -> Next:
    """Answer a physical button: the blue one asks first and rings second, and never hangs up."""
    if kiosk.quitting and event.button == "call":
        return replace(kiosk, quitting=False, patience=Quiet(now)), ()
    kiosk = replace(kiosk, patience=Quiet(now))
    match kiosk.state, event.button:
        case ((Idle() | Unserved() | Numbered()), "call") if gives_numbers(kiosk):
            return ring(kiosk, "talk", now)
        case Idle(), "call" if unplaced(kiosk):
            return stay(kiosk)
        case ((Idle() | Choosing() | Unserved() | Wiping(done=True)), "call"):
            reason = why_closed(kiosk, now, LINK_PATIENCE)
            return unserved(kiosk, reason, now) if reason else become(kiosk, Confirming("talk", since=now))
        case Confirming(purpose=purpose, since=since), "call":
            return stay(kiosk) if now - since < BOUNCE else ring(kiosk, purpose, now)
        case Reserving(step="made" | "cancelled"), "end":
            return wipe(kiosk, now)
        case ((Choosing() | Confirming() | Asking() | Waiting() | Keying() | Reserving() | InCall()), "end"):
            return replace(kiosk, quitting=True), ()
        case Farewell() as state, "end":
            return stay(kiosk) if kiosk.card_in else wipe(kiosk, now, state.number)
        case Unserved(), "end":
            return wipe(kiosk, now)
        case (
            (
                Asking() | Waiting() | Keying() | Reserving() | InCall() | Farewell() | Wiping()
                | Numbered() | Standing() | OutOfOrder()
            ),
            "call",
        ):  # fmt: skip
            return stay(kiosk)  # it is ringing, or there is nobody to ring
        case ((Numbered() | Standing()), "end"):
            return become(kiosk, Idle())
        case ((Idle() | Wiping() | OutOfOrder()), "end"):
            return stay(kiosk)
        case (
            (
                Idle() | Choosing() | Confirming() | Asking() | Waiting() | Keying() | Reserving()
                | InCall() | Farewell() | Wiping() | Unserved() | Numbered() | Standing() | OutOfOrder()
            ),
            "repeat",
        ):  # fmt: skip
            return set_up(kiosk, Set("repeat"), now)


def set_up(kiosk: Kiosk, event: Set, now: float) -> Next:
    """Change how the screen is for this resident."""
    kiosk = replace(kiosk, patience=Quiet(now))
    settings = kiosk.settings
    match event.what:
        case "wants_text":
            settings = replace(settings, wants_text=not settings.wants_text)
        case "large":
            settings = replace(settings, large=not settings.large)
        case "volume":
            settings = replace(settings, volume=VOLUMES.get(settings.volume, 70))
        case "ja" | "easy" | "en":
            settings = replace(settings, language=event.what)
        case "call_local":
            calling = kiosk.local_call_until is not None
            return replace(kiosk, local_call_until=None if calling else now + LOCAL_CALL_LASTS), ()
        case "repeat":
            return replace(kiosk, repeats=kiosk.repeats + 1), ()
    return replace(kiosk, settings=settings), ()
