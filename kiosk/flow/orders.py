"""What the server's standing orders ask of this kiosk: each is begun once, and settled when it ends."""

from dataclasses import replace

from kiosk.flow import effects as do
from kiosk.flow.events import DeedEnded, PrintEnded
from kiosk.flow.hall import gives_numbers, printed
from kiosk.flow.moves import Next, become, numbered, stay
from kiosk.flow.places import Reserving
from kiosk.flow.states import (
    NOTICE_LASTS,
    Asking,
    CardRequest,
    Choosing,
    Confirming,
    Farewell,
    Idle,
    InCall,
    Job,
    Keying,
    Kiosk,
    Numbered,
    OutOfOrder,
    Standing,
    Unserved,
    Waiting,
    Wiping,
)
from server.protocol.messages import OrderSettled, Reserved
from server.protocol.values import CardOrder, DeviceOrder, Order, PrintOrder

KEPT_JOBS = 64


def take_up(kiosk: Kiosk, now: float) -> Next:
    """Begin whatever the last view orders and the state allows."""
    kiosk = _drop_withdrawn(kiosk, now)
    effects: tuple[do.Effect, ...] = ()
    for order in kiosk.server.orders if kiosk.server else ():
        if kiosk.job(order.order) is None:
            kiosk, more = _begin(kiosk, order)
            effects += more
    return kiosk, effects


def _drop_withdrawn(kiosk: Kiosk, now: float) -> Kiosk:
    call = kiosk.state
    if not isinstance(call, InCall) or call.card is None or kiosk.server is None:
        return kiosk
    if any(order.order == call.card.order for order in kiosk.server.orders):
        return kiosk
    # What was presented is judged by the server, which ends the order; the resident learns the result from the clerk.
    notice = "card_checked" if call.card.command is not None else None
    after = replace(
        call, card=None, cards_done=(*call.cards_done, call.card.order)[-8:] if notice else call.cards_done
    )
    if notice is not None:
        after = replace(after, notice=notice, notice_until=now + NOTICE_LASTS)
    return replace(kiosk, state=after)


def _begin(kiosk: Kiosk, order: Order) -> Next:
    match order:
        case CardOrder():
            return _ask_for_card(kiosk, order)
        case PrintOrder(order=name, kind=kind, ticket=ticket):
            if kind == "booking":
                return _reservation(kiosk, name)
            anybodys = kind in ("test", "number") or gives_numbers(kiosk)
            if not anybodys and _here_for(kiosk) != ticket:
                return _job(kiosk, name, do.LookUp(name))
            return _job(kiosk, name, do.Print(name)) if name in kiosk.papers else stay(kiosk)
        case DeviceOrder(order=name, action=action):
            if action == "logs":
                return _job(kiosk, name, do.SendLogs(name))
            # Only when nobody is here: a screen that goes dark under somebody's hand helps no one.
            return _job(kiosk, name, do.Restart(name)) if isinstance(kiosk.state, Idle) else stay(kiosk)


def _reservation(kiosk: Kiosk, name: str) -> Next:
    """Print what somebody has just reserved; after a restart in between, too: whoever waits for it stands there."""
    match kiosk.state:
        case Reserving(made=Reserved(order=order)) if order == name:
            here = True
        case Idle():
            here = True
        case Reserving(step="confirm", command=str()):
            return stay(kiosk)  # the digits are on their way, as this is
        case (
            Choosing() | Confirming() | Asking() | Waiting() | Keying() | Reserving()
            | InCall() | Farewell() | Wiping() | Unserved() | Numbered() | Standing() | OutOfOrder()
        ):  # fmt: skip
            here = False
    if not here:
        return _job(kiosk, name, do.LookUp(name))
    return _job(kiosk, name, do.Print(name)) if name in kiosk.papers else stay(kiosk)


def _ask_for_card(kiosk: Kiosk, order: CardOrder) -> Next:
    call = kiosk.state
    if not isinstance(call, InCall) or call.card is not None or order.order in call.cards_done:
        return stay(kiosk)
    current = (order.ticket, order.generation) == (call.ticket.id, call.ticket.generation)
    if not current or call.ticket.state != "serving":
        return stay(kiosk)
    return become(
        kiosk,
        replace(call, card=CardRequest(order.order, ask=order.ask, document=order.document), writing=False),
    )


def _here_for(kiosk: Kiosk) -> str | None:
    state = kiosk.state
    if isinstance(state, InCall | Waiting):
        return state.ticket.id
    return state.ticket if isinstance(state, Farewell) else None


def _job(kiosk: Kiosk, order: str, effect: do.Effect) -> Next:
    return replace(kiosk, jobs=(*kiosk.jobs, Job(order))[-KEPT_JOBS:]), (effect,)


def printing_for(kiosk: Kiosk) -> bool:
    """Tell whether a paper of the visit that is here is still on its way."""
    here = _here_for(kiosk)
    orders = kiosk.server.orders if kiosk.server else ()
    papers = [order for order in orders if isinstance(order, PrintOrder) and order.ticket == here]
    jobs = [kiosk.job(order.order) for order in papers]
    return here is not None and any(job is None or job.outcome is None for job in jobs)


def ended(kiosk: Kiosk, event: PrintEnded | DeedEnded, now: float) -> Next:
    """Tell the server how an order ended, and the resident if it was theirs."""
    job = kiosk.job(event.order)
    if job is None or job.outcome is not None:
        return stay(kiosk)
    jobs = tuple(Job(j.order, event.outcome) if j.order == event.order else j for j in kiosk.jobs)
    kiosk, command = numbered(replace(kiosk, jobs=jobs))
    told = do.Tell(OrderSettled(id=command, order=event.order, outcome=event.outcome))
    if isinstance(kiosk.state, Reserving) and isinstance(event, PrintEnded):
        made = kiosk.state.made
        if made is not None and made.order == event.order:
            return become(kiosk, replace(kiosk.state, printed=event.outcome), told)
    if isinstance(event, PrintEnded) and isinstance(kiosk.state, Numbered):
        return printed(kiosk, kiosk.state, event.order, event.outcome, now), (told,)
    if isinstance(event, DeedEnded) or not _is_ours(kiosk, event.order):
        return kiosk, (told,)
    problem = None if event.outcome == "printed" else event.outcome
    state = kiosk.state
    if isinstance(state, InCall):
        until = now + NOTICE_LASTS
        call = replace(state, notice=event.outcome, notice_until=until, print_problem=problem)
        return become(kiosk, call, told)
    if isinstance(state, Farewell):
        until = max(state.until, now + NOTICE_LASTS)  # time to take the paper, or to read why there is none
        return become(kiosk, replace(state, print_problem=problem, until=until), told)
    return kiosk, (told,)


def _is_ours(kiosk: Kiosk, name: str) -> bool:
    here = _here_for(kiosk)
    orders = kiosk.server.orders if kiosk.server else ()
    return here is not None and any(
        isinstance(order, PrintOrder) and order.order == name and order.ticket == here for order in orders
    )
