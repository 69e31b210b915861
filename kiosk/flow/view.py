"""What follows from a kiosk's state: the screen, the lamps, the clerk's snapshot, the media, the health.

All are total functions, so a lamp cannot be left on and a name cannot be left standing.
"""

from msgspec import structs

from hardware.ports import Lamps
from kiosk.flow.company import companions, snapshot_beside, voices, watched_by
from kiosk.flow.form import pages_of, rows_of
from kiosk.flow.hall import gives_numbers, nobody_for, unplaced
from kiosk.flow.keying import whole
from kiosk.flow.moves import later_for
from kiosk.flow.orders import printing_for
from kiosk.flow.places import Reserving
from kiosk.flow.reserve_view import reserve_screen
from kiosk.flow.reserving import may_reserve, reserves
from kiosk.flow.states import (
    LINK_PATIENCE,
    Asked,
    Asking,
    AwaitingNumber,
    CardRequest,
    CardUnusable,
    Challenging,
    Choosing,
    Confirming,
    Farewell,
    FormOnDesk,
    Idle,
    InCall,
    Keying,
    Kiosk,
    LastTry,
    Looking,
    Numbered,
    OutOfOrder,
    PinEntry,
    Placing,
    Prompting,
    Proving,
    Reading,
    Showing,
    Standing,
    Unserved,
    Waiting,
    Wiping,
)
from kiosk.flow.survey import offered, progress
from server.protocol import screen as s
from server.protocol.messages import CallSnapshot, Postponed, TicketForKiosk
from server.protocol.values import FormSheet, Health, Key


def _site(kiosk: Kiosk) -> str:
    """Return the place on the header: none while nobody has said where a moving kiosk stands."""
    if unplaced(kiosk):
        return ""
    return (kiosk.server.site if kiosk.server is not None else "") or kiosk.names.site


def display_for(kiosk: Kiosk, now: float) -> s.Display:
    """Return the whole page."""
    settings = kiosk.settings
    voice = media_for(kiosk)
    prompt = kiosk.patience
    return s.Display(
        seq=kiosk.seq,
        city=kiosk.names.city,
        site=_site(kiosk),
        telephone=kiosk.names.telephone,
        screen=screen_for(kiosk, now),
        language=settings.language,
        large=settings.large,
        volume=settings.volume,
        wants_text=settings.wants_text,
        link_up=kiosk.link_up,
        camera_on=kiosk.capturing,
        simulated=kiosk.simulated,
        prompt_seconds=max(0, round(prompt.until - now)) if isinstance(prompt, Prompting) else None,
        quitting=kiosk.quitting,
        voice=voice,
        voices=voices_for(kiosk)[1:],
        company=companions(kiosk.state) if isinstance(kiosk.state, InCall) else (),
        watched_by=watched_by(kiosk.state) if isinstance(kiosk.state, InCall) else (),
        staff_call=kiosk.local_call_until is not None,
        repeats=kiosk.repeats,
    )


def screen_for(kiosk: Kiosk, now: float) -> s.Screen:
    """Return the screen of the state; personal data only within the conversation it belongs to."""
    match kiosk.state:
        case Idle() if unplaced(kiosk):
            return s.PlaceList(places=unplaced(kiosk))
        case Standing(place=place):
            return s.PlaceList(chosen=place.name)
        case Idle() if gives_numbers(kiosk):
            return _counter(kiosk) or _attract(kiosk, now)
        case Idle():
            return _attract(kiosk, now)
        case Asking(purpose=purpose) if gives_numbers(kiosk):
            return s.NumberShown(purpose=purpose)
        case Numbered(given=given, outcome=outcome):
            return s.NumberShown(
                purpose=given.purpose,
                number=given.number,
                ahead=given.ahead,
                wait_minutes=given.wait_minutes,
                paper=outcome or "coming",
            )
        case Choosing(page=page, later=later):
            names = kiosk.names
            return s.Purposes(
                purposes=names.purposes if page == 1 else names.more_purposes,
                page=page,
                closed=_not_reserved(kiosk) if later else {} if kiosk.server is None else kiosk.server.closed,
                takes_up=kiosk.server is not None and kiosk.server.takes_up,
                later=later,
            )
        case Confirming(purpose=purpose):
            return s.Confirm(purpose=purpose, reserve=reserves(kiosk, purpose))
        case Reserving() as state:
            return reserve_screen(state)
        case Asking():
            return s.Waiting()
        case Waiting() as waiting:
            said = None if kiosk.server is None else kiosk.server.announcement
            return _question(kiosk, waiting) or s.Waiting(
                number=waiting.ticket.number,
                ahead=waiting.ticket.ahead,
                wait_minutes=waiting.ticket.wait_minutes,
                returned=waiting.returned,
                moved=waiting.ticket.moved,
                next_name=waiting.ticket.next_name,
                next_department=waiting.ticket.next_department,
                handed=waiting.ticket.handed,
                questions=progress(kiosk, waiting),
                callback_offered=waiting.ticket.callback_offered,
                notice=None if said is None else said.notice,
                notice_text="" if said is None else said.text,
            )
        case Keying() as keying:
            return s.Keypad(
                what=keying.what,
                digits=keying.digits,
                read_back=keying.step == "read_back",
                ready=whole(keying),
                sending=keying.command is not None,
                problem=keying.problem,
            )
        case InCall() as call:
            return _call(kiosk, call, now)
        case Farewell() as bye:
            return s.Farewell(
                number=bye.number,
                card_left=kiosk.card_in,
                handset_lifted=kiosk.handset is True,
                print_problem=bye.print_problem,
                later=bye.later,
                ended_by=bye.ended_by,
            )
        case Wiping(number=number, done=done):
            return s.Farewell(number=number, ended_by="wiped", wiped=done)
        case Unserved(postponed=Postponed() as kept):
            return s.Unserved(
                reason=kept.how, number=kept.number, opens_at=kept.opens_at, code=kept.code, day=kept.day
            )
        case Unserved(reason=reason, number=number, opens_at=opens_at) as unserved:
            screen = _unserved(kiosk, reason, number, opens_at)
            return structs.replace(screen, reserve=may_reserve(kiosk, unserved))
        case OutOfOrder(reason=reason):
            return s.OutOfOrder(reason=reason)


def _unserved(kiosk: Kiosk, reason: Key, number: int | None, opens_at: str) -> s.Unserved:
    view = kiosk.server if kiosk.link_up else None
    if view is None or not (reason == "hours" or reason.startswith("today_")):
        return s.Unserved(reason=reason, number=number)
    return s.Unserved(reason=reason, number=number, hours=view.hours, opens_at=opens_at or view.opens_at)


def _not_reserved(kiosk: Kiosk) -> dict[str, Key]:
    """Return the wishes no time can be reserved for, as those whose lane is closed are shown."""
    names = ("talk", *kiosk.names.purposes, *kiosk.names.more_purposes)
    return {purpose: "no_booking" for purpose in names if not reserves(kiosk, purpose)}


def _attract(kiosk: Kiosk, now: float) -> s.Attract:
    view = kiosk.server
    if not kiosk.link_up or view is None:
        late = now - kiosk.link_lost >= LINK_PATIENCE
        return s.Attract(open=False, closed_reason="net" if late else "reconnecting", clock=kiosk.clock)
    return s.Attract(
        open=view.open,
        closed_reason=view.closed_reason,
        opens_at=view.opens_at,
        hours=view.hours,
        staff_ready=view.staff_ready,
        wait_minutes=view.wait_minutes,
        clock=kiosk.clock,
    )


def _counter(kiosk: Kiosk) -> s.Counter | None:
    """Return the wishes of a hall, or None while no number can be given at all."""
    view = kiosk.server
    if not kiosk.link_up or view is None or not view.open:
        return None
    return s.Counter(
        purposes=("talk", *kiosk.names.purposes, *kiosk.names.more_purposes),
        closed=nobody_for(kiosk),
        waiting=view.waiting,
    )


def _question(kiosk: Kiosk, waiting: Waiting) -> s.Question | None:
    survey = waiting.survey
    if survey is None or survey.at is None or not offered(kiosk):
        return None
    asked = survey.questions.questions
    index = next((index for index, one in enumerate(asked) if one.id == survey.at), None)
    if index is None:
        return None
    ticket = waiting.ticket
    return s.Question(
        number=ticket.number,
        position=index + 1,
        total=len(asked),
        question=asked[index],
        today=survey.questions.today,
        sending=survey.sending is not None,
        first=index == 0,
        ahead=ticket.ahead,
        wait_minutes=ticket.wait_minutes,
    )


def _call(kiosk: Kiosk, call: InCall, now: float) -> s.Screen:
    ticket = call.ticket
    if ticket.state == "connecting":
        return s.Connecting(number=ticket.number, staff_name=ticket.staff_name, department=ticket.department)
    if ticket.state == "held":
        minutes = ticket.hold_minutes or 2
        return s.OnHold(
            number=ticket.number,
            staff_name=ticket.staff_name,
            department=ticket.department,
            minutes=minutes,
            seconds=max(0, round(call.since + minutes * 60 - now)),
        )
    if call.card is not None:
        return _card(call, call.card)
    if call.known is not None:
        who = f"{ticket.department} {ticket.staff_name}".strip()
        return s.CardConfirm(data=call.known.data, who=who)
    if call.still is not None and call.still.step != "agreed" and not call.writing:
        taking = call.still.step == "taking"
        return s.StillAsk(staff_name=_asker(ticket, call.still.generation), taking=taking, paper=call.paper)
    if call.form is not None and call.form.shown.sheet is not None and not call.writing:
        return _form(kiosk, call, call.form, call.form.shown.sheet)
    return s.Call(
        number=ticket.number,
        staff_name=ticket.staff_name,
        department=ticket.department,
        lines=call.lines,
        clerk_typing=call.clerk_typing,
        clerk_microphone=call.clerk_microphone,
        clerk_camera=call.clerk_camera,
        writing=call.writing,
        seconds=max(0, int(now - (call.since if call.talking_since is None else call.talking_since))),
        trouble=_trouble(call),
        printing=printing_for(kiosk),
        notice=call.notice,
        paper=call.paper,
        leaf=call.leaf,
        later=later_for(kiosk, ticket.id),
    )


def _asker(ticket: TicketForKiosk, generation: int) -> str:
    """Return the name of the clerk who asked for the still."""
    asker = (one.name for one in ticket.participants if one.generation == generation)
    return next(asker, ticket.staff_name)


def _form(kiosk: Kiosk, call: InCall, form: FormOnDesk, sheet: FormSheet) -> s.Form:
    """Show the form; only its lines of this page leave for the screen."""
    rows, pages = rows_of(kiosk), pages_of(kiosk, form.shown)
    page = min(form.page, pages - 1)  # the letters may have become smaller meanwhile
    first = page * rows
    lines = sheet.rows[first : first + rows]
    changed = sheet.changed if form.step in ("follow", "told") else None
    return s.Form(
        staff_name=call.ticket.staff_name,
        department=call.ticket.department,
        sheet=structs.replace(sheet, rows=lines, changed=changed),
        page=page,
        pages=pages,
        first=first,
        step=form.step,
        picture=form.picture,
        pictures=form.pictures,
        sending=form.sending is not None,
        problem=form.problem or _trouble(call),
        notice=call.notice,
        lines=call.lines[-2:],
        clerk_camera=call.clerk_camera,
        clerk_microphone=call.clerk_microphone,
    )


def _trouble(call: InCall) -> Key | None:
    if not call.clerk_alive:
        return "clerk_lost"
    if call.voice in ("failed", "closed"):
        return "link"
    return "no_microphone" if call.microphone != "ok" else None


def _card(call: InCall, request: CardRequest) -> s.Screen:
    wish = request.ask
    match request.step:
        case Asked():
            return s.CardAsk(staff_name=call.ticket.staff_name, wish=wish)
        case Placing(problem=problem):
            return s.CardPlace(problem=problem, wish=wish)
        case Looking() | Reading():
            return s.CardReading()
        case AwaitingNumber():
            return s.CardReading(until="clerk")
        case Challenging() | Proving():
            return s.CardReading(until="server")
        case PinEntry(tries_left=tries, entered=entered, problem=problem) if wish == "signature":
            return s.CardPassword(entered=entered, tries_left=tries, problem=problem)
        case PinEntry(tries_left=tries, entered=entered, problem=problem):
            return s.CardPin(entered=entered, tries_left=tries, problem=problem, wish=wish)
        case LastTry():
            return s.CardLastTry()
        case Showing(data=data):
            return s.CardConfirm(data=data)
        case CardUnusable(problem=problem, tries_left=tries):
            return s.CardFailed(problem=problem, tries_left=tries, wish=wish)


def place_of(kiosk: Kiosk) -> tuple[object, ...]:
    """Return what makes a screen another screen: a press meant for one must not count on the next."""
    state = kiosk.state
    more: tuple[object, ...] = ()
    if isinstance(state, Choosing):
        more = (state.page, state.later)
    elif isinstance(state, Confirming):
        more = (state.purpose,)
    elif isinstance(state, Reserving):
        more = (state.step, state.page, state.day, state.starts)
    elif isinstance(state, Wiping):
        more = (state.done,)
    elif isinstance(state, Numbered):
        more = (state.given.order,)
    elif isinstance(state, Standing):
        more = (state.place.id,)
    elif isinstance(state, Idle):
        more = (gives_numbers(kiosk), unplaced(kiosk))
    elif isinstance(state, Waiting):
        more = (None if state.survey is None else state.survey.at,)
    elif isinstance(state, Keying):
        more = (state.what, state.step)
    elif isinstance(state, InCall):
        card = state.card.step if state.card else None
        again = state.known is not None
        more = (
            state.ticket.state,
            state.ticket.generation,
            type(card),
            state.writing,
            again,
            state.still,
            _form_place(state),
        )
    return (type(state), kiosk.quitting, *more)


def _form_place(call: InCall) -> tuple[object, ...]:
    form = call.form
    return () if form is None else (form.step, form.page, form.picture, form.shown.revision)


def media_for(kiosk: Kiosk) -> s.Voice | None:
    """Return the conversation whose links may run and whether we send; camera and microphone follow this alone."""
    call = kiosk.state
    if not isinstance(call, InCall):
        return None
    return s.Voice(
        ticket=call.ticket.id,
        generation=call.ticket.generation,
        sending=call.ticket.state != "held",
        ice_servers=kiosk.names.ice_servers,
    )


def voices_for(kiosk: Kiosk) -> tuple[s.Voice, ...]:
    """Return all conversations whose links may run: with whoever leads first."""
    lead = media_for(kiosk)
    return () if lead is None else voices(kiosk, lead)


def snapshots_for(kiosk: Kiosk) -> dict[int, CallSnapshot]:
    """Return what each clerk of this conversation sees of the resident's side, by their number."""
    call, whole = kiosk.state, snapshot_for(kiosk)
    if not isinstance(call, InCall) or whole is None:
        return {}
    beside = {one.generation: snapshot_beside(whole, one) for one in call.others}
    return {call.ticket.generation: whole, **beside}


def lamps_for(kiosk: Kiosk) -> Lamps:
    """Return what the panel shows."""
    state = kiosk.state
    media = media_for(kiosk)
    card = isinstance(state, InCall) and state.card is not None and isinstance(state.card.step, Placing)
    left = isinstance(state, Farewell) and kiosk.card_in
    connecting = isinstance(state, InCall) and state.ticket.state == "connecting"
    printed = isinstance(state, InCall) and state.notice == "printed"
    numbered = isinstance(state, Numbered) and state.outcome in (None, "printed")
    return Lamps(
        call=_call_lamp(kiosk),
        camera=kiosk.capturing or (media is not None and media.sending),
        card=card or left,
        paper=printing_for(kiosk) or printed or numbered,
        buzzer="call" if left or kiosk.local_call_until is not None else "once" if connecting else "off",
    )


def _call_lamp(kiosk: Kiosk):
    match kiosk.state:
        case Idle():
            return "slow" if kiosk.link_up and kiosk.server is not None and kiosk.server.open else "off"
        case Choosing() | Confirming() | Reserving():
            return "slow"
        case Asking() | Waiting() | Keying():
            return "fast"
        case InCall():
            return "on"
        case Farewell() | Wiping() | Unserved() | Numbered() | Standing() | OutOfOrder():
            return "off"


CARD_STEPS: dict[type, Key] = {
    Asked: "ask", Placing: "insert", Looking: "reading", AwaitingNumber: "number", PinEntry: "pin",
    LastTry: "last_try", Reading: "reading", Challenging: "reading", Proving: "checking", Showing: "confirm",
    CardUnusable: "failed",
}  # fmt: skip


def snapshot_for(kiosk: Kiosk) -> CallSnapshot | None:
    """Return what the clerk of this conversation sees of the resident's side; attributes only after 「はい」."""
    call = kiosk.state
    if not isinstance(call, InCall):
        return None
    step = call.card.step if call.card else None
    sending = call.ticket.state != "held"
    talking = sending and call.voice == "connected" and call.microphone == "ok"
    return CallSnapshot(
        screen=tag_of(screen_for(kiosk, call.since)),
        lines=call.lines,
        resident_typing=call.resident_typing,
        attributes=call.attributes,
        card_step=CARD_STEPS[type(step)] if step is not None else "confirm" if _shows_again(call) else None,
        pin_tries_left=step.tries_left if isinstance(step, PinEntry | CardUnusable) else None,
        attempts={"voice": call.voice_attempt, "eyes": call.eyes_attempt},
        devices=kiosk.devices,
        camera_on=kiosk.capturing,
        microphone_on=talking,
        handset_lifted=kiosk.handset,
        wants_text=kiosk.settings.wants_text,
    )


def _shows_again(call: InCall) -> bool:
    return call.known is not None and call.ticket.state == "serving"


def tag_of(screen: s.Screen) -> Key:
    """Return the name of a screen as it is on the wire."""
    return str(type(screen).__struct_config__.tag)


def health_of(kiosk: Kiosk) -> Health:
    """Return what we say of ourselves."""
    return Health(
        version=kiosk.version,
        devices=kiosk.devices,
        last_error=kiosk.last_error,
        last_error_at=kiosk.last_error_at,
        clock_unsynced=kiosk.clock_unsynced,
    )
