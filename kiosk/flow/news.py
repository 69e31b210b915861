"""What the server's news do: its view leads the visit, and a ticket nobody here belongs to is given back."""

from dataclasses import replace

from msgspec import structs

from kiosk.flow import effects as do
from kiosk.flow import reserving
from kiosk.flow.call import heard
from kiosk.flow.company import besides, led_by
from kiosk.flow.events import (
    Barred,
    Challenged,
    FormCame,
    Heard,
    LinkLost,
    NumberCame,
    PaperArrived,
    PicturesCame,
    PlacesCame,
    QuestionsCame,
    Replied,
    Server,
    Viewed,
    Welcomed,
)
from kiosk.flow.form import form_came, form_replied, pictures_came
from kiosk.flow.hall import given
from kiosk.flow.keeping import shown_again
from kiosk.flow.keying import key_replied
from kiosk.flow.moves import Next, become, farewell, give_up, is_live, later_for, stay, unserved, why_shut
from kiosk.flow.places import Reserving
from kiosk.flow.proof import challenged, number_came, refused
from kiosk.flow.states import (
    LIVE_CALL,
    LIVE_QUEUE,
    POSTPONED_LASTS,
    USUAL_MORE,
    USUAL_PURPOSES,
    Asking,
    Choosing,
    Confirming,
    Farewell,
    Idle,
    InCall,
    Kept,
    Keying,
    Kiosk,
    Known,
    Names,
    Numbered,
    OutOfOrder,
    Quiet,
    Standing,
    State,
    Unserved,
    Waiting,
    Wiping,
)
from kiosk.flow.still import still_of
from kiosk.flow.survey import questions_came, survey_replied
from server.protocol.messages import KioskView, Postponed, TicketForKiosk
from server.protocol.values import Key

KEPT_PAPERS = 16


def server(kiosk: Kiosk, event: Server, now: float) -> Next:
    """Answer news of the server or of the link to it."""
    match event:
        case Welcomed():
            return _welcomed(kiosk, event)
        case LinkLost():
            lost = now if kiosk.link_up else kiosk.link_lost
            return replace(kiosk, link_up=False, link_lost=lost), ()
        case Barred(reason):
            return _barred(kiosk, reason)
        case Replied():
            return _replied(kiosk, event, now)
        case Viewed(view):
            again = shown_again(kiosk, view, now)
            return again or _viewed(replace(kiosk, server=view), view, now)
        case Heard():
            return heard(kiosk, event)
        case QuestionsCame():
            return questions_came(kiosk, event)
        case FormCame():
            return form_came(kiosk, event)
        case PicturesCame():
            return pictures_came(kiosk, event)
        case PaperArrived(order):
            papers = (*(paper for paper in kiosk.papers if paper != order), order)[-KEPT_PAPERS:]
            return replace(kiosk, papers=papers), ()
        case PlacesCame():
            return reserving.came(kiosk, event, now)
        case NumberCame():
            return number_came(kiosk, event)
        case Challenged():
            return challenged(kiosk, event, now)


def _welcomed(kiosk: Kiosk, event: Welcomed) -> Next:
    names = Names(
        city=event.city,
        site=event.site,
        telephone=event.telephone,
        ice_servers=event.ice_servers,
        purposes=event.purposes or USUAL_PURPOSES,
        more_purposes=event.more_purposes if event.purposes else USUAL_MORE,
    )
    told = event.told if event.told is not None else kiosk.told
    kiosk = replace(kiosk, link_up=True, names=names, clock_unsynced=False, told=told)
    return become(kiosk, Idle()) if isinstance(kiosk.state, OutOfOrder) else stay(kiosk)


def _barred(kiosk: Kiosk, reason: Key) -> Next:
    at_rest = isinstance(kiosk.state, Idle | OutOfOrder)
    return become(kiosk, OutOfOrder(reason), *(() if at_rest else (do.Wipe(),)))


def _replied(kiosk: Kiosk, event: Replied, now: float) -> Next:
    if isinstance(kiosk.state, Waiting):
        kiosk, _ = survey_replied(kiosk, kiosk.state, event)
    if isinstance(kiosk.state, Keying):
        return key_replied(kiosk, kiosk.state, event, now)
    if isinstance(kiosk.state, Reserving):
        return reserving.replied(kiosk, kiosk.state, event, now)
    kiosk, _ = form_replied(kiosk, event)
    if event.refused is None:
        return stay(kiosk)
    if isinstance(kiosk.state, Asking) and kiosk.state.command == event.id:
        purpose = kiosk.state.purpose
        return unserved(kiosk, why_shut(kiosk, purpose) or _reason(kiosk), now, purpose=purpose)
    if kiosk.ended is not None and kiosk.ended.command == event.id:
        # The ticket moved while we gave it up: the next view that still shows it is answered anew.
        return replace(kiosk, ended=replace(kiosk.ended, command="")), ()
    return refused(kiosk, event)


def _reason(kiosk: Kiosk) -> Key:
    view = kiosk.server
    return "refused" if view is None or view.open else (view.closed_reason or "hours")


def _viewed(kiosk: Kiosk, view: KioskView, now: float) -> Next:
    ticket = view.ticket
    match kiosk.state:
        case Asking() as asking if view.kind == "counter":
            return given(kiosk, asking, view, now)
        case Asking():
            if ticket is None or not is_live(ticket) or (kiosk.ended and kiosk.ended.ticket == ticket.id):
                return stay(kiosk)  # of the visit before; ours has not been decided
            return _in_visit(kiosk, ticket, None, now)
        case Waiting(ticket=before, returned=returned):
            if view.postponed is not None and view.postponed.ticket == before.id:
                return _let_go(kiosk, view.postponed, now)
            if ticket is None or not is_live(ticket):
                return unserved(kiosk, _reason(kiosk), now, before.number)
            if (before.state, ticket.state) == ("offered", "waiting") and not ticket.next_department:
                returned = "no_answer"
            # Rung elsewhere at once, it is never seen waiting in between: the server says why.
            return _in_visit(kiosk, ticket, ticket.returned or returned, now)
        case Keying(waiting=None, command=command):
            if command is None or ticket is None or not is_live(ticket):
                return _nobody_here_for(kiosk, ticket) if command is None else stay(kiosk)
            return _in_visit(kiosk, ticket, None, now)
        case Keying(waiting=waiting, command=command) as keying:
            if waiting is None or command is not None:
                return stay(kiosk)  # the reply says what became of it
            if ticket is None or ticket.state != "waiting":
                return _viewed(replace(kiosk, state=waiting), view, now)  # their turn has come, or it is gone
            return replace(kiosk, state=replace(keying, waiting=replace(waiting, ticket=ticket))), ()
        case InCall(ticket=before) as call:
            if ticket is None or not is_live(ticket) or ticket.id != before.id:
                return farewell(kiosk, call, "clerk", now)
            if ticket.state in LIVE_QUEUE:
                # On the way to somebody: nothing went wrong.
                handed = ticket.handed or ticket.next_name or ticket.next_department
                why = ticket.returned or (None if handed else "clerk_lost" if call.served else "no_answer")
                return _in_visit(kiosk, ticket, why, now)
            if ticket.generation != before.generation:
                return _in_visit(kiosk, ticket, None, now)
            return become(kiosk, _call_goes_on(call, ticket, now))
        case Farewell(ticket=here) as bye if (later := later_for(kiosk, here)) not in ((), bye.later):
            # Said while the resident takes their things: long enough to write it down.
            until = max(bye.until, now + POSTPONED_LASTS if any(one.code for one in later) else bye.until)
            return become(kiosk, replace(bye, later=later, print_problem=None, until=until))
        case (
            Idle() | Choosing() | Confirming() | Reserving() | Farewell() | Wiping()
            | Unserved() | Numbered() | Standing() | OutOfOrder()
        ):  # fmt: skip
            return _nobody_here_for(kiosk, ticket)


def _let_go(kiosk: Kiosk, postponed: Postponed, now: float) -> Next:
    """The lane closed first: say what becomes of the visit, long enough to write it down."""
    state = Unserved(
        reason=postponed.how, until=now + POSTPONED_LASTS, number=postponed.number, postponed=postponed
    )
    return become(kiosk, state)


def _in_visit(kiosk: Kiosk, ticket: TicketForKiosk, returned: Key | None, now: float) -> Next:
    kept = _kept(kiosk.state, ticket)
    if ticket.state in LIVE_CALL:
        served = ticket.state != "connecting"
        call = InCall(ticket=ticket, since=now, talking_since=now if served else None, served=served)
        same = ticket.staff_key != b"" and ticket.staff_key == kept.said_to  # it came back to whoever had it
        lines = kept.lines if same else tuple(structs.replace(line, before=True) for line in kept.lines)
        call = replace(call, lines=lines, cards_done=kept.cards_done)
        known = kept.known
        if known is not None and known.shown_to != b"" and known.shown_to == ticket.staff_key:
            call = replace(call, attributes=known.data)  # they have seen it
        else:
            call = replace(call, known=known)
        before = kiosk.state if isinstance(kiosk.state, InCall) else call
        call = led_by(call, before) if before.ticket.id == ticket.id else call
        return become(replace(kiosk, used=True), call)
    survey = None
    if not isinstance(kiosk.state, Waiting):
        kiosk = replace(kiosk, patience=Quiet(now))
    elif kiosk.state.ticket.id == ticket.id:
        survey = kiosk.state.survey
    return become(kiosk, Waiting(ticket=ticket, returned=returned, survey=survey, kept=kept))


def _kept(state: State, ticket: TicketForKiosk) -> Kept:
    """Return what stays here while this visit goes from one clerk to the next."""
    match state:
        case InCall() as call if call.ticket.id == ticket.id:
            read = call.attributes
            known = call.known if read is None else Known(read, call.ticket.staff_key)
            return Kept(
                lines=call.lines, said_to=call.ticket.staff_key, known=known, cards_done=call.cards_done
            )
        case Waiting() as waiting if waiting.ticket.id == ticket.id:
            return waiting.kept
        case (
            Idle() | Choosing() | Confirming() | Asking() | Waiting() | Keying() | Reserving()
            | InCall() | Farewell() | Wiping() | Unserved() | Numbered() | Standing() | OutOfOrder()
        ):  # fmt: skip
            return Kept()


def _call_goes_on(call: InCall, ticket: TicketForKiosk, now: float) -> InCall:
    if ticket.state != call.ticket.state:
        call = replace(
            call, since=now, served=call.served or ticket.state == "serving", resident_typing=False
        )
        if call.talking_since is None and call.served:
            call = replace(call, talking_since=now)
        if ticket.state == "held":
            call = replace(call, writing=False)
    return replace(call, ticket=ticket, others=besides(call, ticket), still=still_of(call.still, ticket))


def _nobody_here_for(kiosk: Kiosk, ticket: TicketForKiosk | None) -> Next:
    if ticket is None or not is_live(ticket):
        return stay(kiosk)
    ended = kiosk.ended
    if ended and (ended.ticket, ended.generation) == (ticket.id, ticket.generation) and ended.command:
        return stay(kiosk)  # our word is on its way; the link repeats it
    return give_up(kiosk, ticket, away=True)
