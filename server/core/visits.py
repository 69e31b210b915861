"""What became of each visit, entered from the journal: the only source of every number the city counts.

A `Visit` holds times and outcomes, no person. Durations come from `elapsed`, which no clock change can bend; the wall
time of the arrival only says into which day and hour a visit belongs. Books are filled in place, because years of
journal pass through them; what they hand out is frozen.
"""

import msgspec
from msgspec.structs import replace

from server.core import events as e
from server.core.booking import events as b
from server.core.hours import day_of
from server.core.journal import Now
from server.core.machines import Machines
from server.core.trends import Hours
from server.protocol.values import Key, KioskId, LaneId, OrderId, SiteId, StaffId, TicketId


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """One ticket from its number to its end. Times are elapsed seconds; None = it has not happened."""

    ticket: TicketId
    number: int
    day: str
    kiosk: KioskId
    lane: LaneId
    purpose: Key
    language: Key
    wants_text: bool
    arrived: Now
    answered: float | None = None  # the first clerk said yes
    started: float | None = None  # voice flowed for the first time
    ended: float | None = None  # the last conversation was over
    closed: float | None = None  # counted, given up, walked away
    outcome: Key | None = None  # "done", "no_show", "cancelled", "abandoned", "expired", "postponed"
    result: Key | None = None  # what the clerk noted
    staff: tuple[StaffId, ...] = ()  # who answered, in order
    held: float = 0.0  # seconds on hold
    held_since: float | None = None
    missed: tuple[StaffId, ...] = ()  # at whose desk it rang out, once each time
    declined: int = 0
    transfers: int = 0  # to another lane or person, however
    card: tuple[Key, ...] = ()  # outcomes of card orders
    prints: tuple[Key, ...] = ()  # outcomes of print orders
    reserved: bool = False
    callback: Key | None = None  # they went home: "kept", then what came of the last call
    told: e.Told | None = None  # the first wait that was reckoned for this resident, at `told_at`
    told_at: float = 0.0
    lines_lost: int = 0  # conversations that did not come about or broke off on the way to or from a clerk
    explained: int = 0  # how often it came to be later than told, each time with its reason
    counter: bool = False  # with a number of the hall, face to face
    site: SiteId | None = None  # where a moving kiosk stood

    @property
    def waited(self) -> float | None:
        """Seconds from the first arrival to the first conversation, or to giving up; None while still open."""
        end = self.started if self.started is not None else self.closed
        return None if end is None else end - self.arrived.elapsed

    @property
    def waited_since_told(self) -> float | None:
        """Seconds from the first reckoned wait to the first conversation; None = nothing was told, or never begun."""
        return None if self.told is None or self.started is None else self.started - self.told_at


class Duty(msgspec.Struct, frozen=True, kw_only=True):
    """How a member of staff spent one day's time on duty, in seconds, up to the last change."""

    staff: StaffId
    day: str
    ready: float = 0.0  # 受付可, there, and nothing in hand
    bound: float = 0.0  # ringing, talking, on hold, wrapping up


class Promises(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the reservations of one day: who came, and who did not."""

    day: str
    came: int = 0
    missed: int = 0


class _Seat(msgspec.Struct, frozen=True, kw_only=True):
    """What a member of staff does since when."""

    staff: StaffId
    since: float
    chosen: bool = False
    there: bool = False
    ticket: TicketId | None = None


class Books:
    """All visits and duties so far; `seq` is the last journal entry entered."""

    def __init__(self) -> None:
        self.seq = 0
        self.visits: dict[TicketId, Visit] = {}
        self.promises: dict[str, Promises] = {}
        self.duties: dict[tuple[StaffId, str], Duty] = {}
        self.machines = Machines()
        self.hours = Hours()
        self._seats: dict[StaffId, _Seat] = {}
        self._day = ""
        self._wall = 0.0
        self._orders: dict[OrderId, tuple[TicketId, e.OrderKind]] = {}

    def enter(self, seq: int, at: Now, event: e.Event) -> None:
        """Enter one journal entry; entries come in order and once."""
        self.seq, self._day, self._wall = seq, day_of(at.wall), at.wall
        match event:
            case e.TicketTaken():
                self.visits[event.ticket] = Visit(
                    ticket=event.ticket,
                    number=event.number,
                    day=event.day,
                    kiosk=event.kiosk,
                    lane=event.lane,
                    purpose=event.purpose,
                    language=event.language,
                    wants_text=event.wants_text,
                    arrived=Now(event.at, at.wall),
                    counter=event.counter,
                    site=event.site,
                    reserved=event.appointment is not None,
                )
                if event.appointment is not None:
                    self._promise(came=1, missed=0)
            case e.OrderPlaced():
                if event.ticket is not None:
                    self._orders[event.order] = (event.ticket, event.kind)
            case e.PaperKept() | e.PaperMailed():
                pass  # that it did not come out is counted already
            case e.OrderClosed():
                self._settle(event.order, event.outcome)
            case e.IdentityChecked():
                self._settle(event.order, event.identity.outcome)
            case e.StaffCame():
                self._seat(event.staff, event.at, there=True)
            case e.StaffWent():
                self._seat(event.staff, event.at, there=False)
            case e.StaffLeft() | e.StaffPaused():
                self._seat(event.staff, event.at, chosen=False)
            case e.StaffReady():
                self._seat(event.staff, event.at, chosen=True)
            case e.KioskCame() | e.KioskWent() | e.HealthReported():
                self.machines.enter(at, event)
            case e.KeyCopied() | e.KeyAlarmCleared():
                pass  # an alarm; a person ends it
            case e.KioskMoved():
                pass  # the fleet's matter
            case e.CodePutAway():
                pass  # a screen's matter
            case e.AppointmentsNoted() | e.AppointmentNear() | e.AppointmentLapsed():
                pass  # promises; whoever keeps one takes a ticket
            case (
                e.LaneClosed() | e.LaneReopened() | e.Announced() | e.AnnouncementEnded()
                | e.HelpWanted() | e.HelpComing() | e.HelpEnded()
            ):  # fmt: skip
                pass  # no visit of anybody
            case b.BookingMissed():
                self._promise(came=0, missed=1)
            case (
                b.PlaceHeld() | b.PlacePromised() | b.PlaceMoved() | b.PlaceGivenBack()
                | b.BookingEnded() | b.ClocksCompared()
            ):  # fmt: skip
                pass  # whoever comes takes a ticket
            case e.DutySet() | e.DutyEnded() | e.LanesChosen() | e.DeskChosen():
                pass  # who may answer, not who did
            case e.WaitsTold():
                self._tell(event)
            case _:
                before = self.visits.get(event.ticket)
                if before is not None:
                    self.visits[event.ticket] = _befall(before, event)
                    self._bind(before, event)

    def _promise(self, came: int, missed: int) -> None:
        before = self.promises.get(self._day) or Promises(day=self._day)
        self.promises[self._day] = replace(before, came=before.came + came, missed=before.missed + missed)

    def _tell(self, event: e.WaitsTold) -> None:
        for id, told in event.tickets.items():
            visit = self.visits.get(id)
            if visit is not None and visit.told is None and visit.started is None:
                self.visits[id] = replace(visit, told=told, told_at=event.at)
        for id in event.later:
            visit = self.visits.get(id)
            if visit is not None:
                self.visits[id] = replace(visit, explained=visit.explained + 1)

    def _settle(self, order: OrderId, outcome: Key) -> None:
        ticket, kind = self._orders.pop(order, (None, None))
        visit = None if ticket is None else self.visits.get(ticket)
        if visit is None:
            return
        if kind == "card":
            visit = replace(visit, card=(*visit.card, outcome))
        else:
            visit = replace(visit, prints=(*visit.prints, outcome))
        self.visits[visit.ticket] = visit

    def _bind(self, before: Visit, event: e.TicketEvent) -> None:
        """Keep who is bound by which ticket: its lead is whoever answered last, all others are company."""
        lead = before.staff[-1:]
        match event:
            case e.TicketOffered() | e.TicketAccepted():
                self._free(event, but=(event.staff,))
                self._seat(event.staff, event.at, ticket=event.ticket)
            case e.PartyAsked() | e.TicketAlsoOffered() | e.SupervisorEntered():
                self._seat(event.staff, event.at, ticket=event.ticket)
            case e.PartyLeft() | e.OfferLapsed():
                self._free(event, only=(event.staff,))
            case e.CallHandedOver():
                self._free(event, only=lead)
            case e.CallEnded():
                self._free(event, but=lead)
            case (
                e.TicketReturned() | e.TicketSetAside() | e.StayedAway() | e.NeverCame() | e.TicketTransferred() | e.WrapupFinished()
                | e.TicketCancelled() | e.TicketAbandoned() | e.TicketExpired() | e.TicketPostponed()
            ):  # fmt: skip
                self._free(event)
            case e.CallbackTried(outcome=outcome) if outcome != "reached":
                self._free(event)
            case _:
                pass

    def _free(
        self, event: e.TicketFact, *, but: tuple[StaffId, ...] = (), only: tuple[StaffId, ...] | None = None
    ) -> None:
        for seat in tuple(self._seats.values()):
            if seat.ticket == event.ticket and seat.staff not in but and (only is None or seat.staff in only):
                self._change(seat, replace(seat, ticket=None, since=event.at))

    def _seat(
        self,
        staff: StaffId,
        at: float,
        *,
        there: bool | None = None,
        chosen: bool | None = None,
        ticket: TicketId | None = None,
    ) -> None:
        seat = self._seats.get(staff) or _Seat(staff=staff, since=at)
        after = _Seat(
            staff=staff,
            since=at,
            there=seat.there if there is None else there,
            chosen=seat.chosen if chosen is None else chosen,
            ticket=ticket or seat.ticket,
        )
        self._change(seat, after)

    def _change(self, seat: _Seat, after: _Seat) -> None:
        """Count the stretch that ends now by what it was; one that crosses midnight belongs to the later day."""
        self._seats[seat.staff] = after
        key = (seat.staff, self._day)
        duty = self.duties.get(key) or Duty(staff=seat.staff, day=self._day)
        span = max(0.0, after.since - seat.since)
        if seat.ticket is not None:
            duty = replace(duty, bound=duty.bound + span)
            self.hours.add(self._wall, span, bound=True)
        elif seat.chosen and seat.there:
            duty = replace(duty, ready=duty.ready + span)
            self.hours.add(self._wall, span, bound=False)
        self.duties[key] = duty


def _befall(visit: Visit, event: e.TicketEvent) -> Visit:
    match event:
        case e.TicketAccepted():
            first = visit.answered if visit.answered is not None else event.at
            return replace(visit, answered=first, staff=(*visit.staff, event.staff))
        case e.CallHandedOver():
            return replace(visit, staff=(*visit.staff, event.staff), transfers=visit.transfers + 1)
        case e.TicketTransferred():
            return replace(_resumed(visit, event.at), transfers=visit.transfers + 1)
        case e.TicketReturned(why="no_answer"):
            return replace(_resumed(visit, event.at), missed=(*visit.missed, event.staff))
        case e.TicketReturned(why="declined"):
            return replace(_resumed(visit, event.at), declined=visit.declined + 1)
        case e.TicketReturned(why="not_connected" | "clerk_lost"):
            return replace(_resumed(visit, event.at), lines_lost=visit.lines_lost + 1)
        case e.TicketReturned():
            return _resumed(visit, event.at)
        case e.OfferLapsed(why="no_answer"):
            return replace(visit, missed=(*visit.missed, event.staff))
        case e.OfferLapsed(why="declined"):
            return replace(visit, declined=visit.declined + 1)
        case e.OfferLapsed():
            return visit
        case e.CallStarted():
            return replace(visit, started=visit.started if visit.started is not None else event.at)
        case e.CallbackKept():
            return replace(visit, callback="kept")
        case e.CallbackTried(outcome="reached"):
            return replace(visit, callback="reached")
        case e.CallbackTried():
            # A telephone that rang is no conversation: the wait goes on.
            tried = replace(_resumed(visit, event.at), callback=event.outcome, started=None)
            return tried if event.again_at is not None else replace(tried, closed=event.at, outcome="no_show")
        case e.CallHeld():
            return visit if visit.held_since is not None else replace(visit, held_since=event.at)
        case e.CallResumed():
            return _resumed(visit, event.at)
        case e.CallEnded():
            return replace(_resumed(visit, event.at), ended=event.at)
        case e.WrapupFinished():
            outcome = "no_show" if event.result == "no_show" else "done"
            return replace(visit, closed=event.at, outcome=outcome, result=event.result)
        case e.NeverCame():
            return replace(visit, closed=event.at, outcome="no_show")
        case e.ResultCorrected():
            return replace(visit, result=event.result)
        case e.TicketCancelled():
            return replace(_resumed(visit, event.at), closed=event.at, outcome="cancelled")
        case e.TicketAbandoned():
            return replace(_resumed(visit, event.at), closed=event.at, outcome="abandoned")
        case e.TicketExpired():
            return replace(visit, closed=event.at, outcome="expired")
        case e.TicketPostponed():
            return replace(visit, closed=event.at, outcome="postponed")
        case (
            e.TicketTaken() | e.TicketQueued() | e.TicketOffered() | e.TicketAlsoOffered() | e.CalledAgain()
            | e.TicketSetAside() | e.StayedAway() | e.BroughtBack() | e.ClerkHearing() | e.ClerkLineLost()
            | e.ClerkLineBack() | e.KioskLineLost() | e.KioskLineBack() | e.LeaseRenewed()
            | e.TicketRaised() | e.TicketReassigned() | e.TicketAged() | e.AppointmentBegan() | e.TransferFailed()
            | e.PartyAsked() | e.SupervisorEntered()
            | e.PartyJoined() | e.PartyVoice() | e.PartyLeft() | e.PartyChanged() | e.PlanSet() | e.NextDeskWarned()
            | e.SheetChanged()
        ):  # fmt: skip
            return visit


def _resumed(visit: Visit, at: float) -> Visit:
    if visit.held_since is None:
        return visit
    return replace(visit, held=visit.held + at - visit.held_since, held_since=None)
