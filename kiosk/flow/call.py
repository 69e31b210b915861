"""The conversation: what the resident, the clerk and the media links do to it."""

from dataclasses import replace

from kiosk.flow import effects as do
from kiosk.flow.card import card_touched
from kiosk.flow.company import beside, media_beside, new_page, no_page, sends
from kiosk.flow.effects import Effect
from kiosk.flow.events import (
    AttemptSeen,
    BadSignature,
    Capturing,
    ClerkPulse,
    EyesAre,
    Heard,
    LeafIs,
    Media,
    PaperIs,
    StillAsked,
    StillDropped,
    StillFailed,
    StillTaken,
    VoiceIs,
    Word,
    WritesNow,
    Wrote,
)
from kiosk.flow.moves import Next, become, farewell, give_up, numbered, stay
from kiosk.flow.states import InCall, Kiosk
from kiosk.flow.still import still_answered, still_news
from server.protocol.messages import ClerkHeard, MediaIsUp, MediaState, RestartLink, Say, Typing
from server.protocol.values import Line

MAX_TEXT = 14_000  # characters of 筆談 kept: a snapshot must fit one frame, whatever the script


def call_touched(kiosk: Kiosk, call: InCall, word: Word, now: float) -> Next:
    """Answer a touch during the conversation."""
    held = call.ticket.state == "held"
    match word:
        case "end" | "quit" | "cancel":
            return replace(kiosk, quitting=True), ()
        case "write":
            return become(kiosk, replace(call, writing=not held))
        case "write_done" | "back" | "done":
            return become(kiosk, replace(call, writing=False, resident_typing=False))
        case (
            "card_yes"
            | "card_no"
            | "card_skip"
            | "card_retry"
            | "card_last_try"
            | "confirm_yes"
            | "confirm_no"
        ):
            if held:
                return stay(kiosk)
            return (
                card_touched(kiosk, call, word) if call.card is not None else _shown_again(kiosk, call, word)
            )
        case "still_yes" | "still_no":
            return still_answered(kiosk, call, word == "still_yes")
        case (
            "start"
            | "confirm"
            | "check_in"
            | "without_number"
            | "callback"
            | "reserve"
            | "cancel_booking"
            | "other_day"
            | "more"
            | "less"
            | "no_number"
            | "quit_no"
            | "quit_yes"
            | "extend"
        ):
            return stay(kiosk)


def _shown_again(kiosk: Kiosk, call: InCall, word: Word) -> Next:
    """Answer whether the clerk who goes on may see what the card said before."""
    if call.known is None:
        return stay(kiosk)
    if word == "confirm_yes":
        return become(kiosk, replace(call, attributes=call.known.data, known=None))
    return become(kiosk, replace(call, known=None)) if word == "confirm_no" else stay(kiosk)


def hang_up(kiosk: Kiosk, call: InCall, now: float) -> Next:
    """End the conversation from our side; the screen does not wait for the server."""
    kiosk, told = give_up(kiosk, call.ticket, away=False)
    kiosk, effects = farewell(kiosk, call, "resident", now)
    return kiosk, told + effects


def wrote(kiosk: Kiosk, event: Wrote | WritesNow) -> Next:
    """Take over what the resident writes."""
    call = kiosk.state
    if not isinstance(call, InCall):
        return stay(kiosk)
    match event:
        case Wrote(line):
            call = replace(call, lines=with_line(call.lines, line), resident_typing=False)
        case WritesNow(on):
            call = replace(call, resident_typing=on)
    return become(kiosk, call)


def heard(kiosk: Kiosk, event: Heard) -> Next:
    """Take over what the clerk sends, unless it belongs to another conversation."""
    call = kiosk.state
    if not isinstance(call, InCall):
        return stay(kiosk)
    if event.generation != call.ticket.generation:
        if beside(call, event.generation) is None:
            return stay(kiosk)
        if isinstance(event.body, MediaState):
            return sends(kiosk, call, event.generation, event.body)
    match event.body:
        case Say(id=line, text=text):
            line = Line(id=line, who="clerk", text=text)
            return become(kiosk, replace(call, lines=with_line(call.lines, line), clerk_typing=False))
        case Typing(on=on):
            return become(kiosk, replace(call, clerk_typing=on))
        case MediaState(microphone=microphone, camera=camera):
            return become(kiosk, replace(call, clerk_microphone=microphone, clerk_camera=camera))


def with_line(lines: tuple[Line, ...], line: Line) -> tuple[Line, ...]:
    """Append a line once; the oldest go when a snapshot would grow too large for a frame."""
    if not line.text.strip() or any(old.id == line.id and old.who == line.who for old in lines):
        return lines
    lines = (*lines, line)
    while sum(len(old.text) + 40 for old in lines) > MAX_TEXT:
        lines = lines[1:]
    return lines


def media(kiosk: Kiosk, event: Media, now: float) -> Next:
    """Take over how the links are; news of another conversation or an older attempt changes nothing."""
    if isinstance(event, Capturing):
        return replace(kiosk, capturing=event.on), ()
    call = kiosk.state
    if not isinstance(call, InCall):
        return stay(kiosk)
    if event.generation != call.ticket.generation:
        return media_beside(kiosk, call, event, now)
    match event:
        case AttemptSeen(link=link, attempt=attempt):
            if link == "voice":
                call = replace(call, voice_attempt=max(attempt, call.voice_attempt))
            else:
                call = replace(call, eyes_attempt=max(attempt, call.eyes_attempt))
            return become(kiosk, call)
        case VoiceIs(attempt=attempt, state=state, microphone=microphone):
            if attempt < call.voice_attempt:
                return stay(kiosk)
            broke = state == "failed" and call.voice != "failed"
            call = replace(call, voice=state, microphone=microphone, voice_attempt=attempt)
            return become(kiosk, call, *(_again(call, "voice") if broke else ()))
        case EyesAre(attempt=attempt, up=up):
            if attempt < call.eyes_attempt:
                return stay(kiosk)
            broke = call.eyes_up and not up
            call = replace(call, eyes_up=up, eyes_attempt=attempt)
            return become(kiosk, call, *(_again(call, "eyes") if broke else ()))
        case ClerkPulse(alive=alive):
            if alive == call.clerk_alive:
                return stay(kiosk)
            kiosk, command = numbered(kiosk)
            told = ClerkHeard(
                id=command, ticket=call.ticket.id, generation=call.ticket.generation, alive=alive
            )
            return become(kiosk, replace(call, clerk_alive=alive), do.Tell(told))
        case PaperIs(sight=sight):
            return stay(kiosk) if sight == call.paper else become(kiosk, replace(call, paper=sight))
        case LeafIs(number=number, of=of):
            leaf = (number, of) if number else None
            return stay(kiosk) if leaf == call.leaf else become(kiosk, replace(call, leaf=leaf))
        case StillAsked() | StillDropped() | StillTaken() | StillFailed():
            return still_news(kiosk, call, event, now)
        case BadSignature(link=link):
            return replace(kiosk, last_error=f"BadSignature {link}", last_error_at=""), ()


def page_came(kiosk: Kiosk) -> Next:
    """A new page holds no voice link: ask the console for one."""
    kiosk = replace(kiosk, page_up=True)
    call = kiosk.state
    if not isinstance(call, InCall):
        return stay(kiosk)
    call, effects = new_page(call)
    if call.voice_attempt:  # else there is nothing to restart
        call, effects = replace(call, voice="new"), (*_again(call, "voice"), *effects)
    return become(kiosk, call, *effects)


def page_went(kiosk: Kiosk) -> Next:
    """Without its page the kiosk has no voice; the conversation itself goes on."""
    kiosk = replace(kiosk, page_up=False)
    call = kiosk.state
    return become(kiosk, replace(no_page(call), voice="closed")) if isinstance(call, InCall) else stay(kiosk)


def media_is_up(kiosk: Kiosk) -> Next:
    """Tell the server once per conversation that the two can talk: by voice, or in writing before a picture."""
    call = kiosk.state
    if not isinstance(call, InCall) or call.told_up or call.ticket.state != "connecting":
        return stay(kiosk)
    in_writing = call.eyes_up and (kiosk.settings.wants_text or call.microphone != "ok")
    if call.voice != "connected" and not in_writing:
        return stay(kiosk)
    kiosk, command = numbered(kiosk)
    told = MediaIsUp(id=command, ticket=call.ticket.id, generation=call.ticket.generation)
    return become(kiosk, replace(call, told_up=True), do.Tell(told))


def _again(call: InCall, link: str) -> tuple[Effect, ...]:
    if link == "voice":
        body = RestartLink(link="voice", after=call.voice_attempt)
    else:
        body = RestartLink(link="eyes", after=call.eyes_attempt)
    return (do.Relay(call.ticket.generation, body),)
