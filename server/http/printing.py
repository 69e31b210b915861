"""What leaves for the printer of one kiosk: each order once per connection, drawn when its turn comes, sent in strips."""

import asyncio
import logging
from collections import deque
from collections.abc import Iterable

from server.core import hall, moving
from server.core.board import Board
from server.core.city import Device
from server.core.commands import KioskActor
from server.core.journal import NotStored
from server.core.orders import find
from server.core.states import Ticket
from server.http.drawing import draw, draw_booking
from server.http.errands import Errand
from server.http.floor import Floor
from server.http.peers import Peer
from server.http.ports import Sheet
from server.protocol.messages import OrderSettled, Paper
from server.protocol.values import CommandId, OrderId, PrintOrder, TicketId

log = logging.getLogger(__name__)

RETRY_PAPER = 1.0


class Printing:
    """The papers one connected kiosk is owed."""

    def __init__(self, floor: Floor, device: Device, peer: Peer) -> None:
        self._floor = floor
        self._hub = floor.parts.hub
        self._device = device
        self._id = device.id
        self._peer = peer
        self._sent: set[OrderId] = set()
        self._papers: deque[PrintOrder] = deque()
        self._errand = Errand(f"papers {peer.name}", self._send_all)

    def owe(self, orders: Iterable[PrintOrder]) -> None:
        """Send each of these papers, if this connection has not had it yet."""
        new = [order for order in orders if order.order not in self._sent]
        if new:
            self._sent.update(order.order for order in new)
            self._papers.extend(new)
            self._errand.ring()

    async def end(self) -> None:
        """Leave off: what was not sent is owed to the next connection."""
        await self._errand.end()

    async def _send_all(self) -> None:
        while self._papers:
            order = self._papers.popleft()
            try:
                await self._send(order)
            except NotStored:  # the disk refuses for a moment: the paper is still owed
                await asyncio.sleep(RETRY_PAPER)
                self._papers.append(order)
            except Exception as error:  # one paper that cannot be drawn must not cost the others
                log.error("order %s: no paper, %s", order.order, type(error).__name__)
                await self._no_paper(order)

    async def _send(self, order: PrintOrder) -> None:
        sheet = await self._drawn(order)
        if sheet is None:
            await self._no_paper(order)
            return
        for index, rows in enumerate(sheet.strips):
            paper = Paper(
                order=order.order, index=index, count=len(sheet.strips), width=sheet.width, rows=rows
            )
            await self._peer.send_in_turn(paper)
        log.info("order %s: paper sent to kiosk %s", order.order, self._id)

    async def _drawn(self, order: PrintOrder) -> Sheet | None:
        """Return the paper as dots; None when there is nothing left to draw."""
        parts, city, now, board = self._floor.parts, self._floor.city, self._hub.now(), self._hub.board()
        of = order.ticket or TicketId("")
        match order.kind:
            case "test":
                here = moving.today(board, city, now).kiosks.get(self._id, self._device)
                return await parts.desk.test(city, here, now)
            case "number":
                given, ticket = hall.given(board, city, self._id, order.order), board.tickets.get(of)
                if given is None or ticket is None:
                    return None
                return await parts.desk.number(city, ticket, given, now)
            case "booking":
                return await draw_booking(self._floor, self._device, order.order)
            case _:
                ticket = board.tickets.get(of) or board.ended.get(of)
                return None if ticket is None else await self._of_visit(board, order, ticket)

    async def _of_visit(self, board: Board, order: PrintOrder, ticket: Ticket) -> Sheet | None:
        """Return a paper of a visit: drawn now, or as it waited; None when there is nothing left of it."""
        parts = self._floor.parts
        placed = find(board, self._id, order.order)
        if placed is not None and placed.code:
            paper = board.papers.get(placed.code)
            drawn = None if paper is None else await parts.paperwork.waiting(paper.ticket, paper.order)
            return None if drawn is None else Sheet(drawn.width, drawn.strips)
        text = await parts.cases.get(ticket.id, order.order)
        return None if text is None else await draw(self._floor, order.kind, ticket, text)

    async def _no_paper(self, order: PrintOrder) -> None:
        """Settle an order that can never be met: its content is gone. The id makes a second time harmless."""
        command = OrderSettled(
            id=CommandId(f"nopaper.{order.order}"[:64]), order=order.order, outcome="failed"
        )
        await self._hub.submit(KioskActor(self._id), command)
