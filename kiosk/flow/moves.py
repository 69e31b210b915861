"""The moves every part of the flow shares: become another state, give a command its id, say farewell, wipe."""

from dataclasses import replace

from kiosk.flow import effects as do
from kiosk.flow.effects import Effect
from kiosk.flow.states import (
    FAREWELL_LASTS,
    LIVE_CALL,
    LIVE_QUEUE,
    NOTICE_LASTS,
    POSTPONED_LASTS,
    UNSERVED_LASTS,
    WIPE_LASTS,
    WIPED_SHOWN,
    CardRequest,
    CardStep,
    Ended,
    Farewell,
    InCall,
    Keying,
    Kiosk,
    Quiet,
    Settings,
    State,
    Unserved,
    Waiting,
    Wiping,
)
from server.protocol.messages import CancelTicket, HangUp, OrderSettled, PaperLater, TicketForKiosk
from server.protocol.values import CardOutcome, Key

Next = tuple[Kiosk, tuple[Effect, ...]]


def stay(kiosk: Kiosk) -> Next:
    """Change nothing."""
    return kiosk, ()


def become(kiosk: Kiosk, state: State, *effects: Effect) -> Next:
    """Be in another state; a question about quitting belonged to the old one."""
    quitting = kiosk.quitting and type(state) is type(kiosk.state)
    return replace(kiosk, state=state, quitting=quitting), effects


def numbered(kiosk: Kiosk) -> tuple[Kiosk, str]:
    """Return a command id that no other command of any start of this kiosk has."""
    count = kiosk.commands + 1
    return replace(kiosk, commands=count), f"{kiosk.boot}-{count}"


def dialogue(kiosk: Kiosk) -> tuple[Kiosk, int]:
    """Begin a dialogue with the card: its number, which its one answer will carry."""
    number = kiosk.dialogues + 1
    return replace(kiosk, dialogue=number, dialogues=number), number


def on_card(kiosk: Kiosk, call: InCall, request: CardRequest, step: CardStep, *effects: Effect) -> Next:
    """Be at another step of the card's part of the conversation."""
    return become(kiosk, replace(call, card=replace(request, step=step)), *effects)


def settle(
    kiosk: Kiosk,
    call: InCall,
    request: CardRequest,
    outcome: CardOutcome,
    *,
    notice: Key | None = None,
    now: float = 0.0,
) -> Next:
    """End the card's part of the conversation and tell the clerk how; `notice` tells the resident."""
    kiosk, command = numbered(kiosk)
    call = replace(call, card=None, cards_done=(*call.cards_done, request.order)[-8:])
    if notice is not None:
        call = replace(call, notice=notice, notice_until=now + NOTICE_LASTS)
    return become(kiosk, call, do.Tell(OrderSettled(id=command, order=request.order, outcome=outcome)))


def visit_of(kiosk: Kiosk) -> TicketForKiosk | None:
    """Return the ticket of the visit we are in, which `Hello` names after a reconnect."""
    if isinstance(kiosk.state, Keying):
        return None if kiosk.state.waiting is None else kiosk.state.waiting.ticket
    return kiosk.state.ticket if isinstance(kiosk.state, Waiting | InCall) else None


def is_live(ticket: TicketForKiosk) -> bool:
    """Tell whether the server still holds a place or a clerk for it."""
    return ticket.state in LIVE_CALL or ticket.state in LIVE_QUEUE


def give_up(kiosk: Kiosk, ticket: TicketForKiosk, *, away: bool) -> Next:
    """Tell the server that this ticket is over for us; once per generation."""
    kiosk, command = numbered(kiosk)
    ended = Ended(ticket.id, ticket.generation, command)
    told = (
        HangUp(id=command, ticket=ticket.id, generation=ticket.generation)
        if ticket.state in LIVE_CALL
        else CancelTicket(id=command, ticket=ticket.id, away=away)
    )
    return replace(kiosk, ended=ended), (do.Tell(told),)


def wipe(kiosk: Kiosk, now: float, number: int | None = None) -> Next:
    """Forget the visit here and have the runner forget it everywhere else."""
    kiosk = replace(kiosk, settings=Settings(), patience=Quiet(now), local_call_until=None)
    return become(kiosk, Wiping(number=number, until=now + WIPE_LASTS), do.Wipe())


def wiped(kiosk: Kiosk, wiping: Wiping, now: float) -> Next:
    """Say 「消しました」; a process in which somebody talked goes with what they said."""
    done = replace(wiping, done=True, until=now + WIPED_SHOWN)
    return become(kiosk, done, *((do.BeFresh(wiping.number),) if kiosk.used else ()))


def later_for(kiosk: Kiosk, ticket: str) -> tuple[PaperLater, ...]:
    """Return how this visit's papers will be had that did not come out."""
    known = () if kiosk.server is None else kiosk.server.later
    return tuple(one for one in known if one.ticket == ticket)


def farewell(kiosk: Kiosk, call: InCall, ended_by: Key, now: float) -> Next:
    """Leave a conversation: from here on nothing personal is in the state."""
    later = later_for(kiosk, call.ticket.id)
    return become(
        kiosk,
        Farewell(
            ticket=call.ticket.id,
            number=call.ticket.number,
            ended_by=ended_by,
            since=now,
            until=now + (POSTPONED_LASTS if any(one.code for one in later) else FAREWELL_LASTS),
            print_problem=None if later else call.print_problem,
            later=later,
        ),
    )


def unserved(
    kiosk: Kiosk, reason: Key, now: float, number: int | None = None, purpose: Key | None = None
) -> Next:
    """Say what happened and what to do now; when it is possible again, if that is known."""
    view, opens = kiosk.server, ""
    if view is not None and (reason == "hours" or reason.startswith("today_")):
        opens = view.opens_at if purpose is None else view.reopens.get(purpose, view.opens_at)
    state = Unserved(
        reason=reason, until=now + UNSERVED_LASTS, number=number, opens_at=opens, purpose=purpose
    )
    return become(kiosk, state)


def why_shut(kiosk: Kiosk, purpose: Key) -> Key | None:
    """Return why nobody takes this wish now: said before anybody gets a number and waits for it."""
    why = None if kiosk.server is None else kiosk.server.closed.get(purpose)
    return why if why is None or why == "hours" else f"today_{why}"


def why_closed(kiosk: Kiosk, now: float, patience: float) -> Key | None:
    """Return why nobody can be reached, or None. A link lost for less than `patience` is not yet a reason."""
    if not kiosk.link_up and now - kiosk.link_lost >= patience:
        return "net"
    if kiosk.link_up and kiosk.server is not None and not kiosk.server.open:
        return kiosk.server.closed_reason or "hours"
    return None
