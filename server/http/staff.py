"""`/ws/staff`, `/ws/fleet` and `/ws/floor`: a signed-in member of staff sees whole views and says what they want.

Who somebody is comes from the session's cookie, looked at again before each command; what they may do is decided by
the board's rules from the city's records.
"""

import asyncio
import logging
from collections.abc import Sequence
from types import UnionType
from typing import Literal

import msgspec
from aiohttp import web

from server.core.commands import FloorCommand, ServerActor, StaffActor, StaffCommand, StaffConnected
from server.core.fleet import in_parts
from server.core.journal import NotStored
from server.core.overview import view_for_floor
from server.core.states import number_in
from server.core.supervising import SUPERVISES
from server.core.views import view_for_fleet, view_for_staff
from server.http.auth import Session
from server.http.drawing import keep_drawn
from server.http.floor import IDLE, Floor, StaffLine
from server.http.frames import BadFrame, Frames, open_socket
from server.http.meter import Meter
from server.http.peers import Peer, dismiss
from server.http.relay import call_of, colleague_for, kiosk_for
from server.outgoing import together
from server.protocol.messages import (
    ClearKeyAlarm,
    EndCall,
    EndDuty,
    FromStaff,
    LeaveCall,
    Message,
    MoveKiosk,
    OrderDevice,
    OrderTestPrint,
    PauseColleague,
    PrintLater,
    PrintSheet,
    PrintSlip,
    Raise,
    ReadyColleague,
    RelayToKiosk,
    RelayToParty,
    Reply,
    RequestCard,
    SetDuty,
    SettleCallback,
    StaffHello,
    StaffView,
    StaffWelcome,
)
from server.protocol.values import OrderId, StaffId, TicketId

log = logging.getLogger(__name__)

SPACING = 0.05
CONSOLE = frozenset({"clerk", "supervisor"})
FLEET = frozenset({"field_it", "administrator", "supervisor"})

PageKind = Literal["staff", "fleet", "floor"]
MAY_OPEN: dict[PageKind, frozenset[str]] = {"staff": CONSOLE, "fleet": FLEET, "floor": SUPERVISES}
MAY_SAY: dict[PageKind, type | UnionType] = {
    "staff": StaffCommand,
    "fleet": OrderTestPrint | OrderDevice | ClearKeyAlarm | MoveKiosk,
    "floor": FloorCommand | SetDuty | EndDuty | PauseColleague | ReadyColleague | Raise | LeaveCall,
}
FLOOR_IDLE = 4 * 3600.0
"""Seconds a floor page may say nothing: it is there to be looked at. A display nobody sits at is the hall's page."""
COUNT_EVERY = 15.0
"""Seconds between two counts of today's figures while somebody looks at the floor."""

frames = Frames[FromStaff](FromStaff)  # pyright: ignore[reportArgumentType]  a union is no `type` to the checker


async def staff_socket(floor: Floor, request: web.Request) -> web.WebSocketResponse:
    """Serve one console until its connection ends."""
    return await _serve(floor, request, "staff")


async def fleet_socket(floor: Floor, request: web.Request) -> web.WebSocketResponse:
    """Serve one fleet page until its connection ends."""
    return await _serve(floor, request, "fleet")


async def floor_socket(floor: Floor, request: web.Request) -> web.WebSocketResponse:
    """Serve one supervisor's page until its connection ends."""
    return await _serve(floor, request, "floor")


async def _serve(floor: Floor, request: web.Request, kind: PageKind) -> web.WebSocketResponse:
    session = await floor.parts.sessions.of(request, floor.parts.hub.now().wall)
    socket = await open_socket(request)
    if session is None:
        await dismiss(socket, "signed_out")
    elif MAY_OPEN[kind].isdisjoint(session.person.roles):
        await dismiss(socket, "signed_out", "forbidden")
    elif (hello := await _hello(socket)) is not None and request.transport is not None:
        page = _Page(floor, socket, session, request.transport, kind)
        await page.serve(hello)
    return socket


async def _hello(socket: web.WebSocketResponse) -> StaffHello | None:
    """Wait for the first word; None when the connection was ended instead."""
    message = await frames.first(socket)
    if message is None or isinstance(message, StaffHello):
        return message
    await dismiss(socket, "bad_message", "$.type")
    return None


class _Page:
    """One page of a signed-in member of staff."""

    def __init__(
        self,
        floor: Floor,
        socket: web.WebSocketResponse,
        session: Session,
        transport: asyncio.Transport,
        kind: PageKind,
    ) -> None:
        self._floor = floor
        self._hub = floor.parts.hub
        self._socket = socket
        self._kind: PageKind = kind
        self._staff: StaffId = session.person.id
        self._welcomed = -1  # the generation whose credentials the page has
        views = {"staff": self._staff_views, "fleet": self._fleet_views, "floor": self._floor_views}[kind]
        name = f"{kind} {self._staff}"
        self._peer = Peer(socket, name, views, floor.spacing(SPACING), transport.abort)
        self._line = StaffLine(peer=self._peer, session=session, idle=FLOOR_IDLE if kind == "floor" else IDLE)

    async def serve(self, hello: StaffHello) -> None:
        """Live until the connection ends."""
        if self._kind != "staff":
            self._floor.pages.add(self._line)
        else:
            self._floor.console_came(self._line)
        log.info("%s: connected", self._peer.name)
        try:
            async with asyncio.TaskGroup() as tasks:
                writing = tasks.create_task(self._peer.write(), name=f"write {self._peer.name}")
                counting = tasks.create_task(self._count(), name=f"count {self._peer.name}")
                await self._read(hello)
                counting.cancel()
                if self._peer.leaving:
                    await writing  # the goodbye is still on its way
                writing.cancel()
        finally:
            self._floor.pages.discard(self._line)
            await self._floor.console_went(self._line)
            log.info("%s: disconnected", self._peer.name)

    async def _count(self) -> None:
        """Keep today's figures fresh while a supervisor looks at them."""
        while self._kind == "floor":
            try:
                await self._floor.ledger.count_today(self._floor.city)
            except NotStored:
                log.error("%s: the store refuses; the figures stay as they are", self._peer.name)
            self._peer.show()
            await asyncio.sleep(COUNT_EVERY)

    async def _read(self, hello: StaffHello) -> None:
        clock = asyncio.get_running_loop().time
        meter = Meter(clock())
        if self._kind == "staff":
            connected = StaffConnected(self._staff, hello.session_key)
            reply = await self._hub.submit(ServerActor(), connected)
            if reply.refused is not None:
                self._peer.leave("stopping" if reply.refused == "store" else "signed_out")
                return
        self._peer.send(self._welcome(self._staff))
        self._peer.show(soon=True)
        try:
            async for message in frames.of(self._socket):
                self._peer.heard = clock()
                if self._peer.leaving:
                    return
                await self._take(message, meter, clock())
        except BadFrame as error:
            log.warning("%s: bad message at %s", self._peer.name, error)
            self._peer.leave("bad_message", str(error))

    async def _take(self, message: FromStaff, meter: Meter, now: float) -> None:
        match message:
            case StaffHello():
                self._peer.leave("bad_message", "$.type")
            case RelayToKiosk():
                if meter.relay(now) == "cut":
                    self._peer.leave("too_much")
                    return
                kiosk = kiosk_for(self._hub.board(), self._staff, message.generation, message.body)
                if self._kind == "staff" and kiosk is not None and kiosk in self._floor.kiosks:
                    self._floor.kiosks[kiosk].send(message)
            case RelayToParty():
                if meter.relay(now) == "cut":
                    self._peer.leave("too_much")
                    return
                to = colleague_for(self._hub.board(), self._staff, message.generation, message.to)
                if self._kind == "staff" and to is not None and to in self._floor.consoles:
                    self._floor.consoles[to].peer.send(message)
            case _:
                match meter.command(now):
                    case "go":
                        try:
                            await self._command(message)
                        except NotStored:
                            self._peer.send(Reply(id=message.id, refused="store", retry_after=1.0))
                    case "refuse":
                        wait = meter.retry_after
                        self._peer.send(Reply(id=message.id, refused="too_many", retry_after=wait))
                    case "cut":
                        self._peer.leave("too_much")

    async def _command(self, command: StaffCommand) -> None:
        fresh = await self._floor.parts.sessions.again(self._line.session, self._hub.now().wall)
        if fresh is None:
            self._peer.leave("signed_out")
            return
        self._line.session = fresh
        if not isinstance(command, MAY_SAY[self._kind]):
            self._peer.send(Reply(id=command.id, refused="not_yours"))
            return
        if isinstance(command, PrintSlip | PrintSheet):
            await self._keep_content(command)
        if isinstance(command, PrintLater):
            await keep_drawn(self._floor, self._staff, command.ticket, command.generation, command.order)
        if isinstance(command, RequestCard) and command.document is not None:
            where = TicketId(command.ticket)
            # A signing key binds its owner: it is never asked to sign a hash that only a console has seen.
            if not await self._floor.parts.formwork.signed_there(where, command.document):
                self._peer.send(Reply(id=command.id, refused="invalid"))
                return
        self._peer.send(await self._hub.submit(StaffActor(self._staff), command))
        self._peer.show(soon=True)
        if isinstance(command, SettleCallback | EndCall):
            try:
                await self._floor.parts.bookings.forget_numbers()
            except NotStored:  # it was answered already; whoever looks after the cases erases it in a moment
                log.warning("a number that was called is not erased yet")

    async def _keep_content(self, command: PrintSlip | PrintSheet) -> None:
        """Make what is to be printed durable before the order exists; a repeated order keeps its first content."""
        seat = self._hub.board().seats.get(self._staff)
        if seat is None or seat.ticket != command.ticket:
            return  # not their call: the board will refuse it, and nothing is kept
        cases, ticket, order = self._floor.parts.cases, TicketId(command.ticket), OrderId(command.id)
        if await cases.get(ticket, order) is None and (content := await self._content(command)) is not None:
            await cases.put(ticket, order, content)

    async def _content(self, command: PrintSlip | PrintSheet) -> bytes | None:
        """Return what is to be printed, as it is at this moment."""
        if isinstance(command, PrintSlip):
            return msgspec.json.encode(command.content)
        floor, ticket = self._floor, self._hub.board().tickets[TicketId(command.ticket)]
        match command.paper:
            case "form":
                filed = await floor.parts.formwork.copy(ticket.id, command.filed)
                return None if filed is None else msgspec.json.encode(filed)
            case "sheet":
                checklist = await floor.parts.casework.paper(ticket)
                return None if checklist is None else msgspec.json.encode(checklist)
            case "receipt":
                receipt = await floor.parts.casework.receipt(
                    ticket,
                    papers=floor.papers_of(ticket.id) + 1,  # this one too
                    waiting=floor.waiting_of(ticket.id),
                    stills=len((await floor.parts.stillwork.kept(ticket.id)).stills),
                    card_read=floor.card_was_read(ticket.id),
                    paper_seconds=floor.parts.case_seconds,
                    forms=await floor.parts.formwork.counted(ticket.id),
                    card_also=floor.card_also(ticket.id),
                    exports=floor.parts.formwork.exports,
                )
                return msgspec.json.encode(receipt)

    # ------------------------------------------------------------ what it is shown

    def _staff_views(self) -> Sequence[Message]:
        board = self._hub.board()
        view: StaffView = view_for_staff(
            board, self._floor.city, self._staff, self._hub.now(), self._floor.look()
        )
        call = call_of(board, self._staff)
        number = None if call is None else number_in(call, self._staff)
        if self._floor.parts.turn is None or call is None or number is None or number == self._welcomed:
            return (view,)
        self._welcomed = number
        return (self._welcome(call.id), view)

    def _floor_views(self) -> Sequence[Message]:
        floor = self._floor
        board, now = self._hub.board(), self._hub.now()
        return (view_for_floor(board, floor.city, self._staff, now, floor.ledger.today),)

    def _fleet_views(self) -> Sequence[Message]:
        floor = self._floor
        view = view_for_fleet(
            self._hub.board(), floor.city, self._staff, self._hub.now(), floor.parts.version
        )
        return in_parts(
            msgspec.structs.replace(
                view,
                exports=together(
                    floor.parts.formwork.outgoing.state(), floor.parts.paperwork.outgoing.state()
                ),
            )
        )

    def _welcome(self, label: str) -> StaffWelcome:
        city, person = self._floor.city, self._line.session.person
        return StaffWelcome(
            staff=person.id,
            name=person.name,
            department=person.department,
            roles=person.roles,
            city=city.name,
            ice_servers=self._floor.ice_servers(label),
            purposes={purpose.id: purpose.staff_label for purpose in city.purposes},
            pause_reasons=city.pause_reasons,
            wrapup_results=city.wrapup_results,
        )
