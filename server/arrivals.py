"""Whoever comes with a number: finds out what is kept under it, and lets them take a ticket with it.

One pad at the kiosk for three promises: a place kept from a day that ended too early, a reservation, and answers given
by telephone. The resident need not know which it is. Answers go into the sealed case of the new visit; the kiosk asks
what is still missing and shows none of them.
"""

import asyncio
import logging

from server.booking import Bookings
from server.casework import Casework, NoQuestions
from server.core.closing import claim_of
from server.core.commands import KioskActor, Refusal
from server.core.journal import NotStored
from server.core.orders import resident_at
from server.core.states import Ticket
from server.hub import Hub
from server.protocol.messages import CheckIn, Reply, TakeTicket
from server.protocol.values import CommandId, KioskId

log = logging.getLogger(__name__)


class Arrivals:
    """The numbers residents bring to the kiosks of one city."""

    def __init__(self, hub: Hub, bookings: Bookings, casework: Casework) -> None:
        self._hub = hub
        self._bookings = bookings
        self._casework = casework
        self._granted: dict[KioskId, CommandId] = {}
        self._one_by_one = (
            asyncio.Lock()
        )  # of two who type the same number, the second finds nothing under it

    async def check_in(self, kiosk: KioskId, command: CheckIn) -> Reply:
        """Take a ticket with a number; "unknown" = nothing is kept under it, "not_now" = not yet, or too late."""
        async with self._one_by_one:
            if self._granted.get(kiosk) == command.id:
                return Reply(id=command.id)  # the reply was lost, the number is used: it was theirs
            reply = await self._decide(kiosk, command)
            if reply.refused is None:
                self._granted[kiosk] = CommandId(command.id)
            return reply

    async def _decide(self, kiosk: KioskId, command: CheckIn) -> Reply:
        now, board = self._hub.now(), self._hub.board()
        if self._here(kiosk) is not None:
            return Reply(id=command.id, refused="not_now")
        if not isinstance(claim_of(board, command.code, now), Refusal):
            return await self._hub.submit(KioskActor(kiosk), command)
        if (booking := self._bookings.by_code(command.code)) is not None:
            return await self._bookings.check_in(kiosk, command, booking)
        reply = await self._with_answers(kiosk, command)
        if reply.refused == "unknown" and self._bookings.former(command.code) is not None:
            return Reply(id=command.id, refused="not_now")
        return reply

    async def _with_answers(self, kiosk: KioskId, command: CheckIn) -> Reply:
        """Begin the visit those answers were given for, with them in its case."""
        event = await self._casework.previsit_event(command.code)
        if event is None:
            return Reply(id=command.id, refused="unknown")
        take = TakeTicket(
            id=command.id,
            purpose=self._casework.purpose_of(event),
            wants_text=command.wants_text,
            language=command.language,
        )
        reply = await self._hub.submit(KioskActor(kiosk), take)
        ticket = self._here(kiosk)
        if reply.refused is not None or ticket is None:
            return reply
        try:
            await self._casework.attach(ticket, command.code)
        except (NoQuestions, NotStored) as error:  # the clerk can still open it by its number
            log.warning("ticket %s: no answers attached, %s", ticket.id, type(error).__name__)
        return reply

    def _here(self, kiosk: KioskId) -> Ticket | None:
        board = self._hub.board()
        post = board.posts.get(kiosk)
        return None if post is None else resident_at(board, post)
