"""Digits on the large pad: the six somebody brings, or a telephone number to be called at, read back before it is sent."""

from dataclasses import replace

from kiosk.flow import effects as do
from kiosk.flow.events import Digit, Replied, Word
from kiosk.flow.moves import Next, become, numbered, stay, unserved, why_closed, why_shut
from kiosk.flow.states import LINK_PATIENCE, Choosing, Confirming, Keying, Kiosk, Waiting
from server.protocol.messages import AskBooking, CheckIn, KeepCallback

CODE_LENGTH = 6
TELEPHONE_LENGTHS = (10, 11)


def whole(keying: Keying) -> bool:
    """Say whether everything that is needed has been typed."""
    if keying.what == "code":
        return len(keying.digits) == CODE_LENGTH
    return len(keying.digits) in TELEPHONE_LENGTHS and keying.digits.startswith("0")


def typed(kiosk: Kiosk, event: Digit) -> Next:
    """Take one key of the pad; while something is on its way nothing changes."""
    keying = kiosk.state
    if not isinstance(keying, Keying) or keying.step != "typing" or keying.command is not None:
        return stay(kiosk)
    if event.key == "delete":
        return become(kiosk, replace(keying, digits=keying.digits[:-1], problem=None))
    most = CODE_LENGTH if keying.what == "code" else TELEPHONE_LENGTHS[-1]
    digits = (keying.digits + event.key)[:most]
    return become(kiosk, replace(keying, digits=digits, problem=None))


def keyed(kiosk: Kiosk, keying: Keying, word: Word, now: float) -> Next:
    """Answer a control of the pad's screen."""
    match word:
        case "confirm" if whole(keying) and keying.command is None:
            if keying.what == "telephone" and keying.step == "typing":
                return become(kiosk, replace(keying, step="read_back"))
            return _send(kiosk, keying, now)
        case "without_number" if keying.what == "code" and keying.command is None:
            # Nobody is sent away for digits: whatever they were for, a clerk can look.
            shut = why_shut(kiosk, "talk")
            return unserved(kiosk, shut, now) if shut else become(kiosk, Confirming("talk", since=now))
        case "cancel_booking" if keying.what == "code" and whole(keying) and keying.command is None:
            kiosk, command = numbered(kiosk)
            told = AskBooking(id=command, code=keying.digits)
            return become(kiosk, replace(keying, command=command, problem=None), do.Tell(told))
        case "confirm_no" if keying.command is None:
            return become(kiosk, replace(keying, step="typing"))
        case "back" | "cancel" if keying.command is None:
            return become(kiosk, Choosing() if keying.waiting is None else keying.waiting)
        case _:  # a control that this screen does not have
            return stay(kiosk)


def _send(kiosk: Kiosk, keying: Keying, now: float) -> Next:
    if keying.waiting is None and (reason := why_closed(kiosk, now, LINK_PATIENCE)) is not None:
        return unserved(kiosk, reason, now)
    kiosk, command = numbered(kiosk)
    if keying.waiting is None:
        told = CheckIn(
            id=command,
            code=keying.digits,
            wants_text=kiosk.settings.wants_text,
            language=kiosk.settings.language,
        )
    else:
        told = KeepCallback(id=command, ticket=keying.waiting.ticket.id, number=keying.digits)
    return become(kiosk, replace(keying, command=command, problem=None), do.Tell(told))


def key_replied(kiosk: Kiosk, keying: Keying, event: Replied, now: float) -> Next:
    """Take the server's word: wrong digits are typed anew, and whoever is to be called may go home."""
    if event.id != keying.command:
        return stay(kiosk)
    if event.refused is not None:
        again = replace(keying, command=None, step="typing", problem=event.refused)
        return become(kiosk, replace(again, digits="") if keying.what == "code" else again)
    if keying.waiting is None:
        return stay(kiosk)  # their ticket comes with the next view, or their reservation has come before
    return unserved(kiosk, "callback_kept", now, keying.waiting.ticket.number)


def begin_call_back(kiosk: Kiosk, waiting: Waiting) -> Next:
    """Ask for the number, while the place in the queue is kept."""
    return become(kiosk, Keying(what="telephone", waiting=waiting))
