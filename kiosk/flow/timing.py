"""What time does to a kiosk: every deadline is data in the state, and only what is due happens."""

from dataclasses import replace

from kiosk.flow import effects as do
from kiosk.flow.moves import Next, become, give_up, stay, unserved, visit_of, wipe, wiped
from kiosk.flow.orders import printing_for
from kiosk.flow.places import Reserving
from kiosk.flow.proof import give_up_waiting, waiting_until
from kiosk.flow.reserving import leave, stays
from kiosk.flow.states import (
    ABSENT_FOR,
    LINK_PATIENCE,
    PAPER_LASTS,
    PRESENCE_EVERY,
    PROMPT_LASTS,
    QUIET_FOR,
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
    Prompting,
    Quiet,
    Settings,
    Standing,
    Unserved,
    Waiting,
    Wiping,
)

MISSES = 2  # presence checks in a row without an answer until the place in the queue is given back


def due(kiosk: Kiosk, now: float) -> Next:
    """Let happen what time has brought by `now`."""
    if kiosk.local_call_until is not None and now >= kiosk.local_call_until:
        kiosk = replace(kiosk, local_call_until=None)
    match kiosk.state:
        case Idle():
            changed = kiosk.settings != Settings()
            return (
                (replace(kiosk, settings=Settings()), ()) if changed and _quiet(kiosk, now) else stay(kiosk)
            )
        case Keying(command=str()):
            return stay(kiosk)  # the link repeats it; the reply ends this
        case Reserving() as state:
            if state.command is not None:
                return stay(kiosk)  # the link repeats it; the reply ends this
            until = stays(state)
            return _prompting(kiosk, now) if until is None else _ends(kiosk, until, now)
        case Choosing() | Confirming() | Standing() | Keying(waiting=None):
            return _prompting(kiosk, now)
        case Numbered(until=until):
            return become(replace(kiosk, patience=Quiet(now)), Idle()) if now >= until else stay(kiosk)
        case Waiting() | Keying():
            return _presence(kiosk, now)
        case Asking(command=command, until=until):
            if now < until:
                return stay(kiosk)
            kiosk, effects = unserved(kiosk, "net", now)
            return kiosk, (do.Withdraw(command), *effects)
        case InCall() as call:
            if call.notice is not None and now >= call.notice_until:
                call = replace(call, notice=None)
                kiosk = replace(kiosk, state=call)
            return give_up_waiting(kiosk, call, now)
        case Farewell() as state:
            over = _farewell_ends(kiosk, state)
            return wipe(kiosk, now, state.number) if over is not None and now >= over else stay(kiosk)
        case Wiping(until=until, done=True):
            return become(replace(kiosk, patience=Quiet(now)), Idle()) if now >= until else stay(kiosk)
        case Wiping(until=until) as state:
            return wiped(kiosk, state, now) if now >= until else stay(kiosk)
        case Unserved(until=until):
            return wipe(kiosk, now) if now >= until else stay(kiosk)
        case OutOfOrder():
            return stay(kiosk)


def _quiet(kiosk: Kiosk, now: float) -> bool:
    return isinstance(kiosk.patience, Quiet) and now >= kiosk.patience.since + QUIET_FOR


def _prompting(kiosk: Kiosk, now: float) -> Next:
    match kiosk.patience:
        case Quiet():
            prompt = replace(kiosk, patience=Prompting(now + PROMPT_LASTS))
            return (prompt, ()) if _quiet(kiosk, now) else stay(kiosk)
        case Prompting(until=until):
            if now >= until and isinstance(kiosk.state, Reserving):
                return leave(kiosk, kiosk.state, now)
            return wipe(kiosk, now) if now >= until else stay(kiosk)


def _ends(kiosk: Kiosk, until: float, now: float) -> Next:
    return wipe(kiosk, now) if now >= until else stay(kiosk)


def _presence(kiosk: Kiosk, now: float) -> Next:
    match kiosk.patience:
        case Quiet(since=since, missed=missed):
            if now < since + PRESENCE_EVERY:
                return stay(kiosk)
            return replace(kiosk, patience=Prompting(now + PROMPT_LASTS, missed)), ()
        case Prompting(until=until, missed=missed):
            if now < until:
                return stay(kiosk)
            if missed + 1 < MISSES:
                # The second question comes soon: two in a row, not two in ten minutes.
                since = now - PRESENCE_EVERY + ABSENT_FOR
                return replace(kiosk, patience=Quiet(since, missed + 1)), ()
            return _walked_away(kiosk, now)


def _walked_away(kiosk: Kiosk, now: float) -> Next:
    ticket = visit_of(kiosk)
    assert ticket is not None
    kiosk, told = give_up(kiosk, ticket, away=True)
    kiosk, effects = wipe(kiosk, now, ticket.number)
    return kiosk, told + effects


def _farewell_ends(kiosk: Kiosk, state: Farewell) -> float | None:
    if kiosk.card_in or kiosk.handset is True:
        return None  # until it is taken away or hung up, which is an event
    return max(state.until, state.since + PAPER_LASTS) if printing_for(kiosk) else state.until


def next_deadline(kiosk: Kiosk, now: float) -> float | None:
    """Return when the runner must come back with a Tick, at the latest."""
    times = [kiosk.local_call_until]
    match kiosk.state:
        case Idle():
            if kiosk.settings != Settings():
                times.append(_patience_ends(kiosk, QUIET_FOR))
            if not kiosk.link_up and now < kiosk.link_lost + LINK_PATIENCE:
                times.append(kiosk.link_lost + LINK_PATIENCE)  # the telephone number appears
        case Keying(command=str()):
            pass
        case Reserving() as state:
            if state.command is None:
                until = stays(state)
                times.append(_patience_ends(kiosk, QUIET_FOR) if until is None else until)
        case Choosing() | Confirming() | Standing() | Keying(waiting=None):
            times.append(_patience_ends(kiosk, QUIET_FOR))
        case Waiting() | Keying():
            times.append(_patience_ends(kiosk, PRESENCE_EVERY))
        case Asking(until=until) | Wiping(until=until) | Unserved(until=until) | Numbered(until=until):
            times.append(until)
        case InCall(notice=notice, notice_until=until) as call:
            times.append(until if notice is not None else None)
            times.append(waiting_until(call))
        case Farewell() as state:
            times.append(_farewell_ends(kiosk, state))
        case OutOfOrder():
            pass
    return min((time for time in times if time is not None), default=None)


def _patience_ends(kiosk: Kiosk, quiet_for: float) -> float:
    match kiosk.patience:
        case Quiet(since=since):
            return since + quiet_for
        case Prompting(until=until):
            return until


def counting(kiosk: Kiosk) -> bool:
    """Tell whether the screen shows seconds that pass, so that it must be painted again each second."""
    held = isinstance(kiosk.state, InCall) and kiosk.state.ticket.state == "held"
    return held or isinstance(kiosk.patience, Prompting)


def seen(kiosk: Kiosk, here: bool, now: float) -> Next:
    """Take over what the presence sensor says; it only ever shortens or spares the question while waiting."""
    kiosk = replace(kiosk, here=here)
    if not isinstance(kiosk.state, Waiting):
        return stay(kiosk)
    match kiosk.patience, here:
        case ((Quiet() | Prompting()), True):
            return replace(kiosk, patience=Quiet(now)), ()
        case Quiet(since=since, missed=missed), False:
            return replace(kiosk, patience=Quiet(min(since, now - PRESENCE_EVERY + ABSENT_FOR), missed)), ()
        case Prompting(), False:
            return stay(kiosk)


def handset(kiosk: Kiosk, lifted: bool, now: float) -> Next:
    """Take over where the handset is; after it is hung up a farewell stays a moment longer."""
    kiosk = replace(kiosk, handset=lifted)
    if isinstance(kiosk.state, Farewell) and not lifted:
        return become(kiosk, replace(kiosk.state, until=max(kiosk.state.until, now + 5.0)))
    return stay(kiosk)
