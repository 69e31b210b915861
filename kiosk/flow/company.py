"""Who else is in the conversation: each further clerk has links of their own, fenced by their own number.

Whoever leads is in `InCall` itself; here are the others. When one of them takes the lead their links go on as they are,
so that a hand-over is not heard.
"""

from dataclasses import replace
from typing import Literal

from kiosk.flow import effects as do
from kiosk.flow.effects import Effect
from kiosk.flow.events import (
    AttemptSeen,
    BadSignature,
    CallMedia,
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
from kiosk.flow.moves import Next, become, numbered, stay
from kiosk.flow.states import Beside, InCall, Kiosk
from kiosk.flow.still import still_news, still_of
from server.protocol import screen as s
from server.protocol.messages import (
    CallSnapshot,
    MediaState,
    Participant,
    PartyIsUp,
    RestartLink,
    TicketForKiosk,
)
from server.protocol.values import LinkName

WATCHES = "monitor"
"""The part of a supervisor who sees and hears and says nothing."""


def besides(call: InCall, ticket: TicketForKiosk) -> tuple[Beside, ...]:
    """Return the links to everybody in the call who does not lead it; who is new begins without any."""
    known = {one.generation: one for one in call.others}
    return tuple(
        known.get(one.generation, Beside(one.generation))
        for one in ticket.participants
        if one.state == "joined" and one.generation != ticket.generation
    )


def led_by(call: InCall, before: InCall) -> InCall:
    """Return a call under its new lead: somebody who was in it already keeps the links they have."""
    mine = beside(before, call.ticket.generation)
    if mine is not None:
        call = replace(
            call,
            voice=mine.voice,
            voice_attempt=mine.voice_attempt,
            eyes_attempt=mine.eyes_attempt,
            eyes_up=mine.eyes_up,
            clerk_microphone=mine.microphone,
            clerk_camera=mine.camera,
            microphone=before.microphone,
            paper=before.paper,
            leaf=before.leaf,
            still=still_of(before.still, call.ticket),
        )
    return replace(call, others=besides(before, call.ticket))


def beside(call: InCall, generation: int) -> Beside | None:
    """Return the links of a clerk who does not lead the call."""
    return next((one for one in call.others if one.generation == generation), None)


def media_beside(kiosk: Kiosk, call: InCall, event: CallMedia, now: float) -> Next:
    """Take over how the links of another clerk are; what is of nobody here changes nothing."""
    one = beside(call, event.generation)
    if one is None:
        return stay(kiosk)
    match event:
        case AttemptSeen(link=link, attempt=attempt):
            if link == "voice":
                return _with(kiosk, call, replace(one, voice_attempt=max(attempt, one.voice_attempt)))
            return _with(kiosk, call, replace(one, eyes_attempt=max(attempt, one.eyes_attempt)))
        case VoiceIs(attempt=attempt, state=state):
            if attempt < one.voice_attempt:
                return stay(kiosk)
            broke = state == "failed" and one.voice != "failed"
            after = replace(one, voice=state, voice_attempt=attempt)
            return _with(kiosk, call, after, *(again(after, "voice") if broke else ()))
        case EyesAre(attempt=attempt, up=up):
            if attempt < one.eyes_attempt:
                return stay(kiosk)
            broke = one.eyes_up and not up
            after = replace(one, eyes_up=up, eyes_attempt=attempt)
            return _with(kiosk, call, after, *(again(after, "eyes") if broke else ()))
        case BadSignature(link=link):
            return replace(kiosk, last_error=f"BadSignature {link}", last_error_at=""), ()
        # The server counts the silence of whoever leads; the paper is everybody's and said under the lead's number.
        case ClerkPulse() | PaperIs() | LeafIs():
            return stay(kiosk)
        case StillAsked() | StillDropped() | StillTaken() | StillFailed():
            return still_news(kiosk, call, event, now)


def sends(kiosk: Kiosk, call: InCall, generation: int, state: MediaState) -> Next:
    """Take over what another clerk sends at this moment."""
    one = beside(call, generation)
    if one is None:
        return stay(kiosk)
    return _with(kiosk, call, replace(one, microphone=state.microphone, camera=state.camera))


def parties_up(kiosk: Kiosk) -> Next:
    """Tell the server once of each further clerk whose voice flows."""
    call = kiosk.state
    if not isinstance(call, InCall):
        return stay(kiosk)
    one = next((one for one in call.others if one.voice == "connected" and not one.told_up), None)
    if one is None:
        return stay(kiosk)
    kiosk, command = numbered(kiosk)
    told = PartyIsUp(id=command, ticket=call.ticket.id, generation=one.generation)
    kiosk, effects = _with(kiosk, call, replace(one, told_up=True), do.Tell(told))
    kiosk, more = parties_up(kiosk)
    return kiosk, effects + more


def new_page(call: InCall) -> tuple[InCall, tuple[Effect, ...]]:
    """A new page holds none of their voices either: ask each of them for one."""
    effects = tuple(effect for one in call.others if one.voice_attempt for effect in again(one, "voice"))
    return replace(call, others=tuple(replace(one, voice="new") for one in call.others)), effects


def no_page(call: InCall) -> InCall:
    """Without a page nobody is heard."""
    return replace(call, others=tuple(replace(one, voice="closed") for one in call.others))


def companions(call: InCall) -> tuple[s.Companion, ...]:
    """Return whom the resident sees besides the one who leads: also who is only asked, before they come."""
    ticket = call.ticket
    out: list[s.Companion] = []
    for person in ticket.participants:
        if person.generation == ticket.generation or person.role == WATCHES:
            continue
        one = beside(call, person.generation) or Beside(person.generation)
        out.append(
            s.Companion(
                generation=person.generation,
                name=person.name,
                department=person.department,
                role=person.role,
                state=_how(person, one),
                takes_over=person.takes_over,
                held=person.held,
                microphone=one.microphone,
                camera=one.camera,
            )
        )
    return tuple(out)


def watched_by(call: InCall) -> tuple[str, ...]:
    """Return the names of those who see and hear this conversation without being part of it."""
    return tuple(one.name for one in call.ticket.participants if one.role == WATCHES)


def voices(kiosk: Kiosk, lead: s.Voice) -> tuple[s.Voice, ...]:
    """Return the conversations whose links may run: with whoever leads first, then with each other clerk."""
    call = kiosk.state
    if not isinstance(call, InCall):
        return ()
    people = {one.generation: one for one in call.ticket.participants}
    return (
        lead,
        *(
            s.Voice(
                ticket=lead.ticket,
                generation=one.generation,
                sending=lead.sending and not people[one.generation].held,
                papers=people[one.generation].may_see_papers,
                quiet=people[one.generation].role == WATCHES,
                ice_servers=lead.ice_servers,
            )
            for one in call.others
            if one.generation in people
        ),
    )


def snapshot_beside(whole: CallSnapshot, one: Beside) -> CallSnapshot:
    """Return what a clerk who does not lead sees of the resident's side: nothing of a card, the links they have."""
    return CallSnapshot(
        screen=whole.screen,
        lines=whole.lines,
        resident_typing=whole.resident_typing,
        attempts={"voice": one.voice_attempt, "eyes": one.eyes_attempt},
        devices=whole.devices,
        camera_on=whole.camera_on,
        microphone_on=whole.microphone_on,
        handset_lifted=whole.handset_lifted,
        wants_text=whole.wants_text,
    )


def again(one: Beside, link: LinkName) -> tuple[Effect, ...]:
    """Ask this clerk's console for a new attempt."""
    after = one.voice_attempt if link == "voice" else one.eyes_attempt
    return (do.Relay(one.generation, RestartLink(link=link, after=after)),)


def _how(person: Participant, one: Beside) -> Literal["asked", "coming", "here"]:
    if person.state == "asked":
        return "asked"
    return "here" if one.voice == "connected" or one.told_up else "coming"


def _with(kiosk: Kiosk, call: InCall, one: Beside, *effects: Effect) -> Next:
    others = tuple(one if old.generation == one.generation else old for old in call.others)
    return become(kiosk, replace(call, others=others), *effects)
