"""Papers for the edge: what was kept for an order becomes dots, for the printer or to wait for another one."""

import msgspec

from server.core.booking.book import Promised
from server.core.booking.paper import booking_of
from server.core.checklist.receipt import Receipt
from server.core.checklist.sheet import Sheet as Checklist
from server.core.city import Device
from server.core.commands import Refusal
from server.core.forms.by_card import Copied
from server.core.orders import find, own_call
from server.core.states import Ticket
from server.http.floor import Floor
from server.http.ports import BookingContent, ChecklistContent, Content, ReceiptContent, Sheet
from server.paperwork import Drawn
from server.protocol.values import OrderId, SlipContent, StaffId

WAITED_FOR = 600.0
"""Seconds somebody stands at a kiosk that has just restarted and waits for their slip; later it would be a stranger's."""


async def draw(floor: Floor, kind: str, ticket: Ticket, text: bytes) -> Sheet:
    """Draw what was kept for an order when it was placed."""
    desk, city, now = floor.parts.desk, floor.city, floor.parts.hub.now()
    match kind:
        case "sheet":
            checklist = msgspec.json.decode(text, type=Checklist)
            return await desk.checklist(
                ChecklistContent(city=city, ticket=ticket, checklist=checklist, now=now)
            )
        case "receipt":
            receipt = msgspec.json.decode(text, type=Receipt)
            return await desk.receipt(ReceiptContent(city=city, ticket=ticket, receipt=receipt, now=now))
        case "form":
            filed = msgspec.json.decode(text, type=Copied)  # or, from before cards signed, the form alone
            return await desk.form_copy(floor.parts.formwork.content(ticket, filed))
        case _:
            content = Content(
                city=city,
                ticket=ticket,
                slip=msgspec.json.decode(text, type=SlipContent),
                card_read=floor.card_was_read(ticket.id),
                card_also=floor.card_also(ticket.id),
                now=now,
            )
            return await desk.slip(content)


async def draw_booking(floor: Floor, device: Device, order: OrderId) -> Sheet | None:
    """Draw the slip of a reservation; None when nobody waits for it any more, or it was given back meanwhile."""
    booking = booking_of(order)
    found = floor.parts.hub.board().book.bookings.get(booking)
    details = await floor.parts.bookings.details(booking)
    placed = find(floor.parts.hub.board(), device.id, order)
    late = placed is None or floor.parts.hub.now().elapsed - placed.at > WAITED_FOR
    if late or found is None or not isinstance(found.phase, Promised) or details is None:
        return None
    return await floor.parts.desk.booking(
        BookingContent(city=floor.city, kiosk=device, starts=found.starts, details=details)
    )


async def keep_drawn(floor: Floor, staff: StaffId, wanted: str, generation: int, order: str) -> None:
    """Seal a paper of the clerk's own call as it would have been printed, before anything says that it waits."""
    ticket = own_call(floor.parts.hub.board(), staff, wanted, generation)
    if isinstance(ticket, Refusal):
        return  # the board will refuse it, and nothing is kept
    post = floor.parts.hub.board().posts.get(ticket.kiosk)
    kinds = [] if post is None else [one.kind for one in post.orders if one.id == order]
    text = await floor.parts.cases.get(ticket.id, OrderId(order)) if kinds else None
    if text is None or await floor.parts.paperwork.waiting(ticket.id, order) is not None:
        return
    sheet = await draw(floor, kinds[0], ticket, text)
    await floor.parts.paperwork.keep(ticket.id, order, Drawn(width=sheet.width, strips=sheet.strips))
