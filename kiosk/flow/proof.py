"""What the card proves to the server and shows to the clerk: a challenge signed, a number from its face, a photo.

Rule 1: what was typed waits at most `CHALLENGE_WITHIN` for the server, and only while the card lies there.
Rule 2: a challenge is signed only while there is time to send the answer; otherwise the certificate is presented anew.
Rule 3: nothing read here is kept in the state: it leaves in the effect of the very step that read it.
"""

from dataclasses import replace

from kiosk.flow import effects as do
from kiosk.flow.events import Challenged, NumberCame, Replied, Signed
from kiosk.flow.moves import Next, dialogue, numbered, on_card, settle, stay
from kiosk.flow.states import (
    CHALLENGE_WITHIN,
    PROOF_WITHIN,
    SIGNING_TAKES,
    AwaitingNumber,
    CardRequest,
    CardStep,
    CardUnusable,
    Challenge,
    Challenging,
    InCall,
    Kiosk,
    Looking,
    Proving,
    Reading,
)
from server.protocol.messages import FacePhoto, PresentCertificate, PresentSignature
from server.protocol.values import CardOutcome, Key


def sign_soon(now: float, failures: int, last_try: bool) -> Challenging:
    """Return the step in which what was typed waits for what the server wants signed."""
    return Challenging(now + CHALLENGE_WITHIN, failures, last_try)


def present(kiosk: Kiosk, call: InCall, request: CardRequest, certificate: bytes, step: CardStep) -> Next:
    """Show the server the certificate and go on to `step`; what to sign comes as `Challenged`."""
    kiosk, command = numbered(kiosk)
    request = replace(request, challenge=None, command=command)
    tell = do.Tell(PresentCertificate(id=command, order=request.order, certificate=certificate))
    return on_card(kiosk, call, request, step, tell)


def present_signature(kiosk: Kiosk, call: InCall, request: CardRequest, signed: Signed, now: float) -> Next:
    """Send what the card signed; the server's check ends the order."""
    kiosk, command = numbered(kiosk)
    request = replace(request, challenge=None, command=command)
    answer = PresentSignature(
        id=command, order=request.order, signature=signed.signature, certificate=signed.certificate
    )
    return on_card(kiosk, call, request, Proving(now + PROOF_WITHIN), do.Tell(answer))


def show_photo(kiosk: Kiosk, call: InCall, request: CardRequest, jpeg: bytes, now: float) -> Next:
    """Send the photo to the clerk of this conversation and to nobody else."""
    photo = do.Relay(call.ticket.generation, FacePhoto(order=request.order, jpeg=jpeg))
    kiosk, effects = settle(kiosk, call, request, "shared", notice="photo_shown", now=now)
    return kiosk, (photo, *effects)


def wrong_number(kiosk: Kiosk, call: InCall, request: CardRequest, tries_left: int, now: float) -> Next:
    """Go back to the talk: the clerk reads the card again, or finds another way."""
    outcome: CardOutcome = "number_wrong" if tries_left > 0 else "failed"
    notice: Key = "number_wrong" if tries_left > 0 else "number_locked"
    return settle(kiosk, call, request, outcome, notice=notice, now=now)


def number_came(kiosk: Kiosk, event: NumberCame) -> Next:
    """Remember for which order the runner holds 照合番号B; one of another conversation is forgotten at once."""
    call = kiosk.state
    if not isinstance(call, InCall) or event.generation != call.ticket.generation:
        return kiosk, (do.ForgetNumber(),)
    return replace(kiosk, number_for=event.order), ()


def drop_number(kiosk: Kiosk) -> Next:
    """Have 照合番号B forgotten as soon as no order can need it any more."""
    if kiosk.number_for is None:
        return stay(kiosk)
    call = kiosk.state
    if isinstance(call, InCall) and kiosk.number_for not in call.cards_done:
        return stay(kiosk)  # the order itself may arrive a moment after its number
    return replace(kiosk, number_for=None), (do.ForgetNumber(),)


def challenged(kiosk: Kiosk, event: Challenged, now: float) -> Next:
    """Keep what the server wants signed; `speak_when_free` has it signed as soon as a PIN was typed."""
    call = kiosk.state
    if not isinstance(call, InCall) or call.card is None or call.card.order != event.order:
        return stay(kiosk)
    challenge = Challenge(event.data, now + event.expires_in)
    return replace(kiosk, state=replace(call, card=replace(call.card, challenge=challenge))), ()


def refused(kiosk: Kiosk, event: Replied) -> Next:
    """Say that the card cannot be checked when the server does not take what we presented."""
    call = kiosk.state
    if not isinstance(call, InCall) or call.card is None or call.card.command != event.id:
        return stay(kiosk)
    if isinstance(call.card.step, Reading):
        return stay(kiosk)  # the dialogue ends first; what it brings is refused in its turn
    return on_card(kiosk, call, call.card, CardUnusable("not_checked", "failed"))


def speak_when_free(kiosk: Kiosk, now: float) -> Next:
    """Begin what waited for the server or the clerk, when that is there and no other dialogue is under way."""
    call = kiosk.state
    if not isinstance(call, InCall) or call.card is None or kiosk.dialogue is not None or not kiosk.card_in:
        return stay(kiosk)
    request = call.card
    step, challenge = request.step, request.challenge
    if isinstance(step, AwaitingNumber) and kiosk.number_for == request.order:
        kiosk, number = dialogue(replace(kiosk, number_for=None))
        read = do.ReadByNumber(number, request.ask)
        return on_card(kiosk, call, request, Reading(number, step.failures), read)
    if not isinstance(step, Challenging) or challenge is None:
        return stay(kiosk)
    if now + SIGNING_TAKES < challenge.until:
        kiosk, number = dialogue(kiosk)
        prove = do.Prove(number, step.last_try, challenge.data)
        return on_card(kiosk, call, request, Reading(number, step.failures), prove)
    again = Looking(step.failures, typed=True, last_try=step.last_try)
    return on_card(kiosk, call, replace(request, challenge=None), again)


def give_up_waiting(kiosk: Kiosk, call: InCall, now: float) -> Next:
    """Go on without the server's answer when it takes too long."""
    until = waiting_until(call)
    if call.card is None or until is None or now < until:
        return stay(kiosk)
    return on_card(kiosk, call, call.card, CardUnusable("not_checked", "failed"))


def waiting_until(call: InCall) -> float | None:
    """Return when waiting for the server ends, if we wait for it."""
    step = call.card.step if call.card else None
    return step.until if isinstance(step, Challenging | Proving) else None
