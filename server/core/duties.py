"""What holds for people on one day besides the records, as events make it. Pure."""

from collections.abc import Mapping

import msgspec
from msgspec.structs import replace

from server.core import events as e
from server.protocol.values import LaneId, StaffId


class Duty(msgspec.Struct, frozen=True, kw_only=True):
    """What holds for somebody on one day besides the records; `by` None: only what they chose themselves."""

    staff: StaffId
    day: str
    lanes: tuple[LaneId, ...] = ()
    skills: tuple[str, ...] = ()
    by: StaffId | None = None
    chosen: tuple[LaneId, ...] = ()
    desk: str = ""


def duties_after(duties: Mapping[StaffId, Duty], event: e.DutyEvent) -> dict[StaffId, Duty]:
    """Return what holds for everybody once this has happened."""
    match event:
        case e.DutySet():
            today = {id: one for id, one in duties.items() if one.day == event.day}
            set_ = Duty(staff=event.staff, day=event.day, lanes=event.lanes, skills=event.skills, by=event.by)
            if (mine := today.get(event.staff)) is not None and mine.desk:
                set_ = replace(set_, desk=mine.desk)  # what they may do changed, not where they sit
            return {**today, event.staff: set_}
        case e.DutyEnded():
            ended = duties.get(event.staff)
            left = {id: one for id, one in duties.items() if id != event.staff}
            if ended is None or not ended.desk:
                return left
            return {**left, event.staff: Duty(staff=event.staff, day=ended.day, desk=ended.desk)}
        case e.DeskChosen():
            # Whoever had this desk and is gone finds somebody in the chair: a desk is one person's.
            today = {
                id: replace(one, desk="") if one.desk == event.desk else one
                for id, one in duties.items()
                if one.day == event.day
            }
            mine = today.get(event.staff) or Duty(staff=event.staff, day=event.day)
            return {**today, event.staff: replace(mine, desk=event.desk)}
        case e.LanesChosen():
            today = {id: one for id, one in duties.items() if one.day == event.day}
            mine = today.get(event.staff) or Duty(staff=event.staff, day=event.day)
            return {**today, event.staff: replace(mine, chosen=event.lanes)}
