"""What a ticket becomes by each event. Events are facts: nothing here refuses; one that cannot be raises."""

from msgspec.structs import replace

from server.core import events as e
from server.core.states import (
    DUE,
    URGENT,
    Abandoned,
    Absent,
    AnyState,
    Callback,
    Called,
    Cancelled,
    Connecting,
    Done,
    Expired,
    HandedOver,
    Held,
    NoShow,
    NotCome,
    Offered,
    Party,
    Postponed,
    Ringing,
    Serving,
    Ticket,
    Waiting,
    Wrapup,
    party_of,
)
from server.protocol.values import LaneId, StaffId


def evolve(ticket: Ticket, event: e.TicketEvent) -> Ticket:
    """Return what the ticket becomes. Events are facts: this never refuses; one that cannot be raises."""
    state, at = ticket.state, event.at
    match event:
        case e.TicketTaken():
            return ticket
        case e.TicketQueued():
            return replace(ticket, state=Waiting(generation=state.generation), changed=at)
        case e.TicketOffered():
            after = Offered(staff=event.staff, generation=event.generation, deadline=event.deadline)
            return replace(ticket, state=after, changed=at, claims=event.generation)
        case e.TicketAlsoOffered():
            ring = Ringing(staff=event.staff, generation=event.generation, deadline=event.deadline)
            after = replace(_offered(state), others=(*_offered(state).others, ring))
            return replace(ticket, state=after, claims=event.generation)
        case e.OfferLapsed():
            after = _without_ring(_offered(state), event.staff)
            return replace(ticket, state=after, passed=_passed(ticket, event))
        case e.TicketAccepted() if ticket.counter:
            after = Called(
                staff=event.staff,
                generation=event.generation,
                desk=event.desk,
                deadline=event.deadline,
                called=at,
            )
            claims = max(ticket.claims, event.generation)
            # Whoever calls them has taken them over: if they are slow to come, that is nobody's refusal.
            return replace(ticket, state=after, changed=at, claims=claims, aside_until=None, handed=None)
        case e.CalledAgain():
            called = _at_desk(state)
            return replace(ticket, state=replace(called, calls=called.calls + 1, called=at))
        case e.TicketSetAside():
            after = Waiting(generation=state.generation)
            return replace(
                ticket, state=after, changed=at, aside_until=event.until, asides=ticket.asides + 1, passed=()
            )
        case e.StayedAway():
            after = Absent(staff=event.staff, generation=state.generation, deadline=event.until)
            return replace(ticket, state=after, changed=at, passed=())
        case e.BroughtBack():
            return replace(ticket, state=Waiting(generation=state.generation), changed=at, aside_until=None)
        case e.NeverCame():
            return replace(
                ticket, state=NoShow(staff=event.staff, generation=state.generation), changed=at, parties=()
            )
        case e.TicketAccepted():
            after = Connecting(
                staff=event.staff,
                generation=event.generation,
                deadline=event.deadline,
                kiosk_lost=state.kiosk_lost if isinstance(state, Offered) else None,
            )
            return replace(ticket, state=after, changed=at, claims=max(ticket.claims, event.generation))
        case e.TicketReturned():
            passed = _passed(ticket, event)
            lost = state.kiosk_lost if isinstance(state, Offered | Connecting | Serving | Held) else None
            after = Waiting(generation=state.generation, kiosk_lost=lost)
            ticket = replace(ticket, parties=(), asked=(), returns=ticket.returns + 1)
            if ticket.callback is not None and ticket.callback.outcome == "reached":
                ticket = replace(ticket, callback=replace(ticket.callback, outcome=None))  # to be called anew
            return replace(ticket, state=after, changed=at, returned=event.why, passed=passed)
        case e.CallEnded():
            call = _call(state)
            after = Wrapup(
                staff=call.staff,
                generation=call.generation,
                deadline=event.deadline,
                why=event.why,
                talked=0.0 if isinstance(call, Connecting) else at - call.since,
            )
            return replace(ticket, state=after, changed=at, parties=(), asked=(), handed=None, only=None)
        case e.CallStarted():
            call = state if isinstance(state, Called) else _call(state)
            after = Serving(
                staff=call.staff,
                generation=call.generation,
                since=at,
                clerk_lost=call.clerk_lost,
                kiosk_lost=None if isinstance(call, Called) else call.kiosk_lost,
            )
            ticket = replace(ticket, handed=None, only=None, warned=None, met=True)
            return replace(ticket, state=after, changed=at, returned=None, passed=())
        case e.CallHeld():
            talk = _talk(state)
            after = Held(
                staff=talk.staff,
                generation=talk.generation,
                since=talk.since,
                minutes=event.minutes,
                silent=talk.silent,
                clerk_lost=talk.clerk_lost,
                kiosk_lost=talk.kiosk_lost,
            )
            return replace(ticket, state=after, changed=at)
        case e.CallResumed():
            talk = _talk(state)
            after = Serving(
                staff=talk.staff,
                generation=talk.generation,
                since=talk.since,
                silent=talk.silent,
                clerk_lost=talk.clerk_lost,
                kiosk_lost=talk.kiosk_lost,
            )
            return replace(ticket, state=after, changed=at)
        case e.WrapupFinished():
            staff, generation = _wrapup(state).staff, state.generation
            if event.result == "no_show":
                return replace(ticket, state=NoShow(staff=staff, generation=generation), changed=at)
            return replace(
                ticket, state=Done(staff=staff, generation=generation, result=event.result), changed=at
            )
        case e.ResultCorrected():  # when it ended stays when it ended
            after = Done(staff=_done(state).staff, generation=state.generation, result=event.result)
            return replace(ticket, state=after)
        case e.TicketCancelled():
            return replace(ticket, state=Cancelled(generation=state.generation), changed=at, parties=())
        case e.TicketAbandoned():
            return replace(ticket, state=Abandoned(generation=state.generation), changed=at, parties=())
        case e.TicketExpired():
            return replace(ticket, state=Expired(generation=state.generation), changed=at, parties=())
        case e.TicketPostponed():
            after = Postponed(generation=state.generation, how=event.how, code=event.code)
            return replace(ticket, state=after, changed=at, parties=())
        case e.TicketRaised():
            return replace(ticket, level=URGENT)
        case e.TicketAged():
            return replace(ticket, level=event.level, ages_at=event.ages_at, aged=ticket.aged + 1)
        case e.AppointmentBegan():
            return replace(ticket, level=min(ticket.level, DUE), due=None)
        case e.TicketTransferred():
            return _transferred(ticket, event)
        case e.TicketReassigned():
            return replace(
                ticket,
                lane=event.lane,
                standing=at,
                handed=None,
                only=event.to,
                only_until=event.until,
                passed=(),
                returned=None,
                plan=_plan_after(ticket, event.lane),
                told=None,
                reckoned=False,
            )
        case e.TransferFailed():
            return _not_taken(ticket, event)
        case e.PartyAsked() | e.PartyJoined() | e.PartyVoice() | e.PartyLeft() | e.PartyChanged():
            return _parties(ticket, event)
        case e.SupervisorEntered():
            return _entered(ticket, event)
        case e.CallHandedOver():
            return _led_by(ticket, event)
        case e.PlanSet():
            return replace(ticket, plan=event.lanes, warned=None)
        case e.NextDeskWarned():
            return replace(ticket, warned=e.Warned(lane=event.lane, at=at, minutes=event.minutes))
        # What follows changes the line to one of the two, not the state.
        case e.ClerkHearing():
            return replace(ticket, state=replace(_talk(state), silent=event.silent))
        case e.ClerkLineLost():
            return replace(ticket, state=replace(_with_clerk(state), clerk_lost=event.until))
        case e.ClerkLineBack():
            return replace(ticket, state=replace(_with_clerk(state), clerk_lost=None))
        case e.KioskLineLost():
            return replace(ticket, state=replace(_with_resident(state), kiosk_lost=event.until))
        case e.KioskLineBack():
            return replace(ticket, state=replace(_with_resident(state), kiosk_lost=None))
        case e.SheetChanged():
            return replace(
                ticket, sheet=event.revision, minutes=event.minutes, skills=event.skills, relay=event.relay
            )
        case e.CallbackKept():
            return replace(
                ticket, callback=Callback(since=at), state=Waiting(generation=state.generation), changed=at
            )
        case e.CallbackTried():
            return _called(ticket, event)
        case e.LeaseRenewed():
            if not isinstance(state, Offered | Called | Absent | Connecting | Wrapup):
                raise AssertionError(f"{type(state).__name__} has no lease")
            renewed = replace(state, deadline=event.deadline)
            if isinstance(renewed, Offered):
                others = tuple(replace(one, deadline=event.deadline) for one in renewed.others)
                renewed = replace(renewed, others=others)
            return replace(ticket, state=renewed)


def _passed(ticket: Ticket, event: e.TicketReturned | e.OfferLapsed) -> tuple[tuple[StaffId, float], ...]:
    """Who let it pass, and when; whoever lost their line did not."""
    if event.why == "clerk_lost":
        return ticket.passed
    return (*(one for one in ticket.passed if one[0] != event.staff), (event.staff, event.at))


def _without_ring(state: Offered, staff: StaffId) -> Offered:
    """It rings on at the others; the first of them comes forward for whoever was first."""
    if staff != state.staff:
        return replace(state, others=tuple(one for one in state.others if one.staff != staff))
    first, *rest = state.others
    return replace(
        state, staff=first.staff, generation=first.generation, deadline=first.deadline, others=tuple(rest)
    )


def _called(ticket: Ticket, event: e.CallbackTried) -> Ticket:
    """Back in its place until the next try; with nobody reached in the last one it is over."""
    talk, callback = _talk(ticket.state), ticket.callback
    if callback is None:
        raise AssertionError(f"{ticket.id} has nobody to be called")
    callback = replace(callback, tries=callback.tries + 1, outcome=event.outcome)
    if event.outcome == "reached":
        return replace(ticket, callback=callback)
    if event.again_at is None:
        over = NoShow(staff=event.staff, generation=talk.generation)
        return replace(ticket, callback=callback, state=over, changed=event.at, parties=())
    return replace(
        ticket,
        callback=replace(callback, again_at=event.again_at),
        state=Waiting(generation=talk.generation),
        changed=event.at,
        passed=(),
        returned=None,
    )


def _transferred(ticket: Ticket, event: e.TicketTransferred) -> Ticket:
    talk = _talk(ticket.state)
    handed = HandedOver(
        sender=event.staff,
        lane=ticket.lane,
        until=event.until,
        staff=event.to,
        note=event.note,
        given_by=ticket.given_by,
        came_with=ticket.note,
    )
    return replace(
        ticket,
        state=Waiting(generation=talk.generation, kiosk_lost=talk.kiosk_lost),
        changed=event.at,
        standing=event.at,
        lane=event.lane,
        handed=handed,
        given_by=event.staff,
        note=event.note,
        only=event.to,
        only_until=event.until,
        parties=(),
        asked=(),
        passed=(),
        returned=None,
        plan=_plan_after(ticket, event.lane),
        told=None,
        reckoned=False,
    )


def _not_taken(ticket: Ticket, event: e.TransferFailed) -> Ticket:
    """Back where it came from: never somewhere between two desks."""
    handed = ticket.handed
    if handed is None:
        raise AssertionError(f"{ticket.id} was given to nobody")
    back = replace(ticket, lane=handed.lane, handed=None, only=handed.sender, only_until=event.until)
    back = replace(back, given_by=handed.given_by, note=handed.came_with)
    return replace(back, standing=event.at, passed=(), returned="not_taken", told=None, reckoned=False)


def _parties(
    ticket: Ticket, event: e.PartyAsked | e.PartyJoined | e.PartyVoice | e.PartyLeft | e.PartyChanged
) -> Ticket:
    match event:
        case e.PartyAsked():
            party = Party(
                staff=event.staff,
                role=event.role,
                generation=event.generation,
                since=event.at,
                deadline=event.deadline,
                take_over=event.take_over,
                lane=event.lane,
                skill=event.skill,
                note=event.note,
            )
            asked = (*ticket.asked, event.staff) if event.again else (event.staff,)
            ticket = replace(ticket, parties=(*ticket.parties, party), asked=asked, not_come=None)
            return replace(ticket, claims=event.generation)
        case e.PartyJoined():
            return _set(ticket, replace(_party(ticket, event.staff), deadline=None, since=event.at))
        case e.PartyVoice():
            return _set(ticket, replace(_party(ticket, event.staff), voice=True))
        case e.PartyChanged():
            changed = replace(
                _party(ticket, event.staff), held=event.held, may_see_papers=event.may_see_papers
            )
            return _set(ticket, changed)
        case e.PartyLeft():
            never = _party(ticket, event.staff).deadline is not None and event.why != "removed"
            missing = NotCome(staff=event.staff, why=event.why, at=event.at) if never else ticket.not_come
            return replace(ticket, parties=_without(ticket, event.staff), not_come=missing)


def _entered(ticket: Ticket, event: e.SupervisorEntered) -> Ticket:
    """Whom the call asks for stays as it is; who is in it already keeps their number and their links."""
    known = party_of(ticket, event.staff)
    if known is not None:
        return _set(ticket, replace(known, role=event.role, held=False))
    party = Party(staff=event.staff, role=event.role, generation=event.generation, since=event.at)
    return replace(ticket, parties=(*ticket.parties, party), claims=event.generation)


def _led_by(ticket: Ticket, event: e.CallHandedOver) -> Ticket:
    """The party leads. Should their voice never come up, whoever had the resident before is asked first."""
    party, talk = _party(ticket, event.staff), _talk(ticket.state)
    if party.voice:
        state: AnyState = Serving(
            staff=party.staff, generation=party.generation, since=talk.since, kiosk_lost=talk.kiosk_lost
        )
    else:
        state = Connecting(
            staff=party.staff,
            generation=party.generation,
            deadline=event.deadline,
            kiosk_lost=talk.kiosk_lost,
        )
    lane = party.lane or ticket.lane
    return replace(
        ticket,
        state=state,
        changed=event.at,
        lane=lane,
        parties=_without(ticket, event.staff),
        asked=(),
        not_come=None,
        given_by=talk.staff,
        note=party.note or ticket.note,
        only=talk.staff,
        only_until=event.until,
        plan=_plan_after(ticket, lane),
    )


def _plan_after(ticket: Ticket, lane: LaneId) -> tuple[LaneId, ...]:
    return ticket.plan[1:] if ticket.plan[:1] == (lane,) else ticket.plan


def _party(ticket: Ticket, staff: StaffId) -> Party:
    party = party_of(ticket, staff)
    if party is None:
        raise AssertionError(f"{staff} is no party of {ticket.id}")
    return party


def _set(ticket: Ticket, party: Party) -> Ticket:
    return replace(
        ticket, parties=tuple(party if one.staff == party.staff else one for one in ticket.parties)
    )


def _without(ticket: Ticket, staff: StaffId) -> tuple[Party, ...]:
    return tuple(one for one in ticket.parties if one.staff != staff)


def _call(state: AnyState) -> Connecting | Serving | Held:
    if not isinstance(state, Connecting | Serving | Held):
        raise AssertionError(f"{type(state).__name__} is not in a call")
    return state


def _at_desk(state: AnyState) -> Called:
    if not isinstance(state, Called):
        raise AssertionError(f"{type(state).__name__} is called to no desk")
    return state


def _with_clerk(state: AnyState) -> Called | Connecting | Serving | Held:
    return state if isinstance(state, Called) else _call(state)


def _talk(state: AnyState) -> Serving | Held:
    if not isinstance(state, Serving | Held):
        raise AssertionError(f"{type(state).__name__} is not a conversation")
    return state


def _offered(state: AnyState) -> Offered:
    if not isinstance(state, Offered):
        raise AssertionError(f"{type(state).__name__} does not ring")
    return state


def _done(state: AnyState) -> Done:
    if not isinstance(state, Done):
        raise AssertionError(f"{type(state).__name__} has no result")
    return state


def _wrapup(state: AnyState) -> Wrapup:
    if not isinstance(state, Wrapup):
        raise AssertionError(f"{type(state).__name__} is not wrapped up")
    return state


def _with_resident(state: AnyState) -> Waiting | Offered | Connecting | Serving | Held:
    if not isinstance(state, Waiting | Offered | Connecting | Serving | Held):
        raise AssertionError(f"{type(state).__name__} has no resident before the kiosk")
    return state
