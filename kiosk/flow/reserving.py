"""Reserving a time at the kiosk, and giving one back: which touch and which answer lead where.

A place that was touched is held by the server before anything more is asked, so what stands on the last screen is true.
Whoever leaves gives it back at once; if that word is lost, the server takes it back by itself some minutes later.
"""

from dataclasses import replace
from typing import Literal

from kiosk.flow import effects as do
from kiosk.flow.events import Digit, Pick, PlacesCame, Replied, Word
from kiosk.flow.keying import CODE_LENGTH, TELEPHONE_LENGTHS
from kiosk.flow.moves import Next, become, numbered, stay, unserved, wipe
from kiosk.flow.places import Reserving, pages, shown
from kiosk.flow.states import POSTPONED_LASTS, Choosing, Keying, Kiosk, Unserved
from server.protocol.messages import (
    AskPlaces,
    BookingShown,
    CancelBooking,
    ChoosePlace,
    KeepPlace,
    LeavePlace,
    Places,
    Reserved,
)
from server.protocol.values import Key

AGAIN = ("taken", "stale", "unknown", "not_now")
"""Refusals after which the places are asked for anew: this one is gone, others may be there."""


NOT_INSTEAD = ("callback_kept", "revoked", "no_booking", "net")
"""After these another time is no help: they are being called, or nothing would reach the server."""


def reserves(kiosk: Kiosk, purpose: Key | None) -> bool:
    """Say whether a time can be reserved here for this wish, or for any."""
    known = () if kiosk.server is None or not kiosk.link_up else kiosk.server.reserves
    return bool(known) if purpose is None else purpose in known


def begin(kiosk: Kiosk, purpose: Key | None, now: float) -> Next:
    """Show which times are free; without a wish, ask for it first."""
    if not reserves(kiosk, purpose):
        return unserved(kiosk, "no_booking" if kiosk.link_up else "net", now, purpose=purpose)
    if purpose is None:
        return become(kiosk, Choosing(later=True))
    return _ask(kiosk, Reserving(purpose=purpose))


def picked(kiosk: Kiosk, state: Reserving, event: Pick) -> Next:
    """Take the day or the place of a button."""
    found = shown(state)
    if state.command is not None or event.index >= len(found):
        return stay(kiosk)
    if state.step == "days":
        return become(kiosk, replace(state, step="times", day=found[event.index], page=0))
    kiosk, command = numbered(kiosk)
    chosen = found[event.index]
    told = ChoosePlace(id=command, purpose=state.purpose, starts=chosen, language=kiosk.settings.language)
    return become(
        kiosk, replace(state, chosen=chosen, place=command, command=command, problem=None), do.Tell(told)
    )


def typed(kiosk: Kiosk, state: Reserving, event: Digit) -> Next:
    """Take one key of the telephone number."""
    if state.step != "telephone":
        return stay(kiosk)
    if event.key == "delete":
        return become(kiosk, replace(state, digits=state.digits[:-1], problem=None))
    digits = (state.digits + event.key)[: TELEPHONE_LENGTHS[-1]]
    return become(kiosk, replace(state, digits=digits, problem=None))


def whole(state: Reserving) -> bool:
    """Say whether the telephone number is one."""
    return len(state.digits) in TELEPHONE_LENGTHS and state.digits.startswith("0")


def touched(kiosk: Kiosk, state: Reserving, word: Word, now: float) -> Next:
    """Answer a control; while something is on its way only leaving does anything."""
    if word in ("quit", "end") and state.step not in ("made", "cancelled"):
        return replace(kiosk, quitting=True), ()
    if state.command is not None:
        return stay(kiosk)
    match state.step, word:
        case "places", "other_day":
            return become(kiosk, replace(state, step="days", page=0, problem=None))
        case "places", "start":
            return _ask(kiosk, state)
        case (("days" | "times"), ("more" | "less")):
            return _turn(kiosk, state, word)
        case "telephone", "confirm" if whole(state):
            return become(kiosk, replace(state, step="confirm", problem=None))
        case "telephone", "no_number":
            return become(kiosk, replace(state, step="confirm", digits="", problem=None))
        case "confirm", "confirm":
            return _keep(kiosk, state)
        case "cancel", "confirm":
            return _give_back(kiosk, state)
        case (("made" | "cancelled"), ("done" | "quit" | "cancel" | "end" | "confirm")):
            return wipe(kiosk, now)
        case _, ("back" | "cancel"):
            return _back(kiosk, state, now)
        case _:  # a control that this screen does not have
            return stay(kiosk)


def _back(kiosk: Kiosk, state: Reserving, now: float) -> Next:
    match state.step:
        case "places" | "cancel":
            view = kiosk.server
            return become(kiosk, Choosing(later=view is None or not view.open))
        case "days":
            return become(kiosk, replace(state, step="places", page=0))
        case "times":
            return become(kiosk, replace(state, step="days", page=0))
        case "telephone":
            kiosk, gone = _leave(kiosk, state)
            kiosk, asked = _ask(kiosk, state)
            return kiosk, gone + asked
        case "confirm":
            return become(kiosk, replace(state, step="telephone", problem=None))
        case "made" | "cancelled":
            return wipe(kiosk, now)


def _turn(kiosk: Kiosk, state: Reserving, word: Literal["more", "less"]) -> Next:
    page = state.page + (1 if word == "more" else -1)
    return become(kiosk, replace(state, page=page)) if 0 <= page < pages(state) else stay(kiosk)


def _ask(kiosk: Kiosk, state: Reserving, problem: Key | None = None) -> Next:
    kiosk, command = numbered(kiosk)
    told = AskPlaces(id=command, purpose=state.purpose, language=kiosk.settings.language)
    fresh = Reserving(purpose=state.purpose, digits=state.digits, command=command, problem=problem)
    return become(kiosk, fresh, do.Tell(told))


def _keep(kiosk: Kiosk, state: Reserving) -> Next:
    kiosk, command = numbered(kiosk)
    told = KeepPlace(id=command, place=state.place, purpose=state.purpose, number=state.digits)
    return become(kiosk, replace(state, command=command, problem=None), do.Tell(told))


def _give_back(kiosk: Kiosk, state: Reserving) -> Next:
    kiosk, command = numbered(kiosk)
    told = CancelBooking(id=command, code=state.digits)
    return become(kiosk, replace(state, command=command, problem=None), do.Tell(told))


def _leave(kiosk: Kiosk, state: Reserving) -> Next:
    """Give the place back that was only chosen."""
    if not state.place or state.step not in ("places", "times", "telephone", "confirm"):
        return stay(kiosk)
    kiosk, command = numbered(kiosk)
    return kiosk, (do.Tell(LeavePlace(id=command, place=state.place)),)


def leave(kiosk: Kiosk, state: Reserving, now: float) -> Next:
    """The resident goes, or has gone: nothing stays held for them."""
    withdrawn: tuple[do.Effect, ...] = () if state.command is None else (do.Withdraw(state.command),)
    kiosk, gone = _leave(kiosk, state)
    kiosk, wiping = wipe(kiosk, now)
    return kiosk, (*withdrawn, *gone, *wiping)


# ---------------------------------------------------------------- what the server says


def came(kiosk: Kiosk, event: PlacesCame, now: float) -> Next:
    """Take what the server says of places, if somebody is here for it."""
    state, news = kiosk.state, event.news
    match news:
        case Places():
            if not isinstance(state, Reserving) or state.step != "places" or news.purpose != state.purpose:
                return stay(kiosk)
            return become(kiosk, replace(state, starts=news.starts))
        case Reserved():
            if not isinstance(state, Reserving) or state.place != news.place or state.step != "confirm":
                return stay(kiosk)
            made = replace(
                state, step="made", made=news, chosen=news.starts, command=None, until=now + POSTPONED_LASTS
            )
            return become(kiosk, replace(made, digits="", starts=None))
        case BookingShown():
            if not isinstance(state, Keying) or state.command is None or len(state.digits) != CODE_LENGTH:
                return stay(kiosk)
            found = Reserving(purpose=news.purpose, step="cancel", chosen=news.starts, digits=state.digits)
            return become(kiosk, found)


def replied(kiosk: Kiosk, state: Reserving, event: Replied, now: float) -> Next:
    """Go on with what was granted; a place that is gone leads back to those that are there."""
    if event.id != state.command:
        return stay(kiosk)
    if event.refused is None:
        after = replace(state, command=None)
        match state.step:
            case "places" | "times" if state.place == event.id:
                return become(kiosk, replace(after, step="telephone"))
            case "cancel":
                done = replace(after, step="cancelled", digits="", until=now + POSTPONED_LASTS)
                return become(kiosk, done)
            case "places" | "days" | "times" | "telephone" | "confirm" | "made" | "cancelled":
                return become(kiosk, after)
    refused = replace(state, command=None, problem=event.refused)
    match state.step:
        case "places" if not state.place:  # the list itself did not come
            return become(kiosk, replace(refused, starts=state.starts or ()))
        case "places" | "times" | "confirm" if event.refused in AGAIN:
            return _ask(kiosk, state, problem="taken")
        case "confirm" if event.refused == "too_many":
            return become(kiosk, replace(refused, step="telephone"))
        case "cancel" if event.refused in AGAIN:  # used, or over, since we asked
            return become(kiosk, Keying(what="code", problem=event.refused))
        case "places" | "days" | "times" | "telephone" | "confirm" | "made" | "cancel" | "cancelled":
            return become(kiosk, refused)


def stays(state: Reserving) -> float | None:
    """Return until when the screen stays by itself; None while somebody is choosing."""
    return state.until if state.step in ("made", "cancelled") else None


def may_reserve(kiosk: Kiosk, state: Unserved) -> bool:
    """Say whether somebody who could not be served is offered another time."""
    return state.postponed is None and state.reason not in NOT_INSTEAD and reserves(kiosk, state.purpose)
