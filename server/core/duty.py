"""Who answers what today: what a supervisor said for this day, and which of their lanes a clerk takes calls of.

Both end at midnight by themselves. Everything else in the core goes on asking the city's records: `today` hands it
records in which this day's changes are already made, so there is no second rule for who may answer whom.
"""

from msgspec.structs import replace

from server.core import events as e
from server.core import moving
from server.core.board import Board
from server.core.city import SKILL_KINDS, City, Lane, Person
from server.core.commands import Refusal
from server.core.duties import Duty
from server.core.hours import day_ends, day_of
from server.core.journal import Now
from server.core.skills import may_answer
from server.core.states import Called
from server.core.supervising import supervises
from server.protocol import messages as m
from server.protocol.values import LaneId, StaffId

LUNCH = "lunch"
"""The pause that leaves a lane its last seats (`Lunch.at_least`); any other may be needed at once."""

Decision = tuple[e.Event, ...] | Refusal


def today(board: Board, city: City, now: Now) -> City:
    """Return the city in which everybody can and may do, and every kiosk stands, as it holds on this day."""
    day, city = day_of(now.wall), moving.today(board, city, now)
    changed = {
        duty.staff: _on(person, duty)
        for duty in board.duties.values()
        if duty.day == day and (person := city.staff.get(duty.staff)) is not None
    }
    return replace(city, staff={**city.staff, **changed}) if changed else city


def ends_at(board: Board, now: Now) -> float | None:
    """Return the elapsed time of the midnight that ends what holds today; None if nothing does."""
    day = day_of(now.wall)
    if all(duty.day != day for duty in board.duties.values()):
        return None
    # A moment later than midnight, so that whoever looks then sees the new day.
    return now.elapsed + max(1.0, day_ends(day) - now.wall + 0.001)


def duty_of(board: Board, staff: StaffId, now: Now) -> Duty | None:
    """Return what holds for somebody today besides the records."""
    duty = board.duties.get(staff)
    return duty if duty is not None and duty.day == day_of(now.wall) else None


def lanes_open_to(board: Board, city: City, staff: StaffId, now: Now) -> list[tuple[Lane, bool]]:
    """Return the lanes somebody may answer today, each with whether its calls ring at them."""
    person, duty = city.staff.get(staff), duty_of(board, staff, now)
    if person is None:
        return []
    allowed = person if duty is None else _allowed(person, duty)
    chosen = () if duty is None else duty.chosen
    return [(lane, not chosen or lane.id in chosen) for lane in city.lanes if may_answer(allowed, lane)]


def free_desks(board: Board, city: City, staff: StaffId, now: Now) -> tuple[str, ...]:
    """Return the desks of the hall somebody can sit down at: nobody who is here has them today."""
    taken = {one.state.desk for one in board.tickets.values() if isinstance(one.state, Called)}
    taken |= {
        one.desk
        for seat in board.seats.values()
        if seat.id != staff
        and (seat.present or seat.ticket)
        and (one := duty_of(board, seat.id, now)) is not None
    }
    return tuple(desk for desk in city.desks if desk not in taken)


def known_skills(city: City) -> tuple[str, ...]:
    """Return what can be given to somebody for a day: all that a lane asks for or anybody has."""
    asked = {skill for lane in city.lanes for skill in lane.required}
    asked |= {skill for lane in city.lanes for ring in lane.rings for skill in ring.any_of}
    has = {skill for person in city.staff.values() if person.enabled for skill in person.skills}
    return tuple(sorted(asked | has, key=lambda one: (SKILL_KINDS.index(one.partition(":")[0]), one)))


def asks(
    board: Board,
    city: City,
    staff: StaffId,
    command: m.SetDuty | m.EndDuty | m.ChooseLanes | m.ChooseDesk,
    now: Now,
) -> Decision:
    """Return what follows from a wish about today's duty. `city` is that of the records."""
    day, at = day_of(now.wall), now.elapsed
    match command:
        case m.SetDuty():
            if not supervises(city.staff.get(staff)):
                return Refusal("not_yours")
            return _set(board, city, staff, command, now)
        case m.EndDuty():
            if not supervises(city.staff.get(staff)):
                return Refusal("not_yours")
            if duty_of(board, StaffId(command.staff), now) is None:
                return ()
            return (e.DutyEnded(staff=StaffId(command.staff), by=staff, at=at),)
        case m.ChooseLanes():
            lanes = tuple(LaneId(lane) for lane in dict.fromkeys(command.lanes))
            allowed = {lane.id for lane, _ in lanes_open_to(board, city, staff, now)}
            if not allowed.issuperset(lanes):
                return Refusal("not_yours")
            duty = duty_of(board, staff, now)
            if (() if duty is None else duty.chosen) == lanes:
                return ()
            return (e.LanesChosen(staff=staff, day=day, lanes=lanes, at=at),)
        case m.ChooseDesk():
            if command.desk and command.desk not in city.desks:
                return Refusal("unknown")
            seat = board.seats.get(staff)
            if seat is not None and seat.ticket is not None:
                return Refusal("not_now")  # somebody is on the way to where they sit
            if command.desk and command.desk not in free_desks(board, city, staff, now):
                return Refusal("not_now")
            mine = duty_of(board, staff, now)
            if ("" if mine is None else mine.desk) == command.desk:
                return ()
            return (e.DeskChosen(staff=staff, day=day, desk=command.desk, at=at),)


def _set(board: Board, city: City, by: StaffId, command: m.SetDuty, now: Now) -> Decision:
    person = city.staff.get(StaffId(command.staff))
    if person is None or not person.enabled:
        return Refusal("unknown")
    lanes = tuple(LaneId(lane) for lane in dict.fromkeys(command.lanes))
    skills = tuple(dict.fromkeys(command.skills))
    if not {lane.id for lane in city.lanes}.issuperset(lanes) or not set(known_skills(city)).issuperset(
        skills
    ):
        return Refusal("unknown")
    event = e.DutySet(
        staff=person.id, day=day_of(now.wall), by=by, lanes=lanes, skills=skills, at=now.elapsed
    )
    duty = Duty(staff=person.id, day=event.day, lanes=lanes, skills=skills, by=by)
    if not any(may_answer(_on(person, duty), lane) for lane in city.lanes):
        return Refusal("invalid")  # nobody is sent home by a list of lanes: that is what a pause is for
    known = duty_of(board, person.id, now)
    same = known is not None and (known.lanes, known.skills) == (lanes, skills)
    return () if same else (event,)


def too_few(board: Board, city: City, staff: StaffId, reason: str, now: Now) -> bool:
    """Say whether a lunch now would leave a lane with fewer seats than it keeps. `city` is today's."""
    person = city.staff.get(staff)
    if reason != LUNCH or person is None:
        return False
    others = [seat for seat in board.seats.values() if seat.id != staff and seat.present]
    at_work = [city.staff.get(seat.id) for seat in others if seat.chosen == "ready"]
    return any(
        lane.lunch is not None
        and may_answer(person, lane)
        and sum(may_answer(one, lane) for one in at_work) < lane.lunch.at_least
        for lane in city.lanes
    )


def _on(person: Person, duty: Duty) -> Person:
    """Return somebody with what was said and what they chose."""
    allowed = _allowed(person, duty)
    if duty.desk:
        allowed = replace(allowed, desk=duty.desk)
    if not duty.chosen:
        return allowed
    if allowed.lanes is None:
        return replace(allowed, lanes=duty.chosen)
    return replace(allowed, lanes=tuple(lane for lane in duty.chosen if lane in allowed.lanes))


def _allowed(person: Person, duty: Duty) -> Person:
    if duty.by is None:
        return person
    return replace(person, skills=duty.skills, lanes=duty.lanes or None)
