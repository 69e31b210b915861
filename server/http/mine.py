"""Who may see what is personal of a visit: the clerk who holds it now and whom they let see the papers; nobody else."""

from aiohttp import web

from server.core.states import Ticket, works_on
from server.http.auth import Session
from server.http.floor import Floor
from server.http.problems import Problem
from server.http.staff import CONSOLE


async def clerk_of(floor: Floor, request: web.Request) -> Session:
    """Return whoever asks, if they may answer residents. Raises Problem."""
    session = await floor.parts.sessions.of(request, floor.parts.hub.now().wall)
    if session is None:
        raise Problem("not_signed_in", 401)
    if CONSOLE.isdisjoint(session.person.roles):
        raise Problem("forbidden", 403)
    return session


async def ticket_of(floor: Floor, request: web.Request, wanted: str) -> tuple[Session, Ticket]:
    """Return the caller and the ticket of their own call. Raises Problem."""
    session = await clerk_of(floor, request)
    board = floor.parts.hub.board()
    seat = board.seats.get(session.person.id)
    ticket = None if seat is None or seat.ticket is None else board.tickets.get(seat.ticket)
    if ticket is None or ticket.id != wanted or not works_on(ticket, session.person.id):
        raise Problem("not_your_call", 409)
    return session, ticket
