"""The visits of a day that are over, as every clerk may see them: of today, and of a day whose records are still kept."""

import msgspec

from server.core import places
from server.core.afterwards import recorded
from server.core.states import Done, NoShow
from server.http.floor import Floor
from server.protocol.values import Id, Key, Short, StaffId

AT_MOST = 30
"""Visits of one list: whoever looks for an earlier one knows its number."""


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """One visit that is over."""

    ticket: Id
    number: int
    purpose: Key
    site: Short
    staff: Short
    result: Key
    minutes_ago: int
    day: str
    notes: int
    mine: bool = False  # the caller may put it right
    corrected: bool = False


class History(msgspec.Struct, frozen=True, kw_only=True):
    """Visits of one day that are over, newest first; no names, no answers."""

    visits: tuple[Visit, ...]


async def visits_of(floor: Floor, staff: StaffId, day: str, number: int | None = None) -> tuple[Visit, ...]:
    """Return the visits of a day as this clerk sees them; nothing of a day whose records are gone."""
    now, city = floor.parts.hub.now(), floor.city
    found: list[Visit] = []
    for ticket in reversed(floor.parts.hub.board().ended.values()):
        if (
            ticket.day != day
            or not isinstance(ticket.state, Done | NoShow)
            or number not in (None, ticket.number)
        ):
            continue
        if len(found) == AT_MOST or not recorded(ticket, city, now):
            break
        person = city.staff.get(ticket.state.staff)
        record = await floor.parts.casework.record(ticket.id)
        found.append(
            Visit(
                ticket=ticket.id,
                number=ticket.number,
                purpose=ticket.purpose,
                site=places.site_of(city, ticket),
                staff="" if person is None else person.name,
                result=ticket.state.result if isinstance(ticket.state, Done) else "no_show",
                minutes_ago=max(0, int((now.elapsed - ticket.changed) / 60)),
                day=ticket.day,
                notes=len(record.notes),
                mine=isinstance(ticket.state, Done) and ticket.state.staff == staff,
                corrected=bool(record.corrections),
            )
        )
    return tuple(found)
