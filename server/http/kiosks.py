"""`/ws/kiosk`: a kiosk proves who it is, then says what its resident wants and is told what it may see.

The hand-over phase returns a device or nothing; only with a device is there anything that could run a command.
"""

import asyncio
import contextlib
import logging
import secrets
from collections.abc import Coroutine, Sequence
from typing import NamedTuple

import msgspec
from aiohttp import WSCloseCode, WSMsgType, web
from msgspec.structs import replace

from server.cards_read import read_for
from server.casework import NoQuestions
from server.core import orders
from server.core.board import Board
from server.core.city import City, Device
from server.core.commands import KioskActor, KioskCommand, KioskConnected, KioskLost, ServerActor
from server.core.forms.by_card import COUNTS
from server.core.journal import NotStored
from server.core.states import InCall, Offered, Waiting
from server.core.views import view_for_kiosk
from server.http.auth import Denied, judge
from server.http.bundles import BadBundle
from server.http.errands import Errand
from server.http.floor import Floor
from server.http.frames import BadFrame, Frames, open_socket
from server.http.meter import Meter
from server.http.peers import Peer, dismiss
from server.http.printing import Printing
from server.http.relay import clerk_for
from server.protocol.booking import BookingCommand
from server.protocol.messages import (
    AnswerForm,
    AnswerQuestion,
    AskBooking,
    AskPlaces,
    CallSnapshot,
    CancelBooking,
    Challenge,
    CheckIn,
    ChoosePlace,
    FormPicture,
    FormShown,
    FromKiosk,
    Hello,
    KeepCallback,
    KeepPlace,
    KioskView,
    KioskWelcome,
    LeavePlace,
    LogBundle,
    Message,
    PresentCertificate,
    PresentSignature,
    RelayToStaff,
    Reply,
    SignForm,
    TakeTicket,
)
from server.protocol.values import KioskId, OrderId, PrintOrder, TicketId

log = logging.getLogger(__name__)

FORM_PPI = 110.0
"""A page of A4 for the resident's screen: 910 x 1286 dots."""
FORM_PART = 45_000
SPACING = 0.5
"""Seconds between views of a kiosk nobody sits at; what concerns its own resident leaves at once."""

frames = Frames[FromKiosk](FromKiosk)  # pyright: ignore[reportArgumentType]  a union is no `type` to the checker


SAID_GOODBYE = (WSCloseCode.OK, WSCloseCode.GOING_AWAY, WSCloseCode.SERVICE_RESTART)
"""How a kiosk closes when it goes on purpose, as after each visit; a lost line has no close frame (RFC 6455, 7.1.5)."""


class Admitted(NamedTuple):
    """A kiosk that has proved who it is."""

    device: Device
    hello: Hello


async def kiosk_socket(floor: Floor, request: web.Request) -> web.WebSocketResponse:
    """Serve one kiosk until its connection ends."""
    socket = await open_socket(request)
    admitted = await _admit(floor, socket)
    if admitted is not None and request.transport is not None:
        await _Line(floor, socket, admitted, request.transport).serve()
    return socket


async def _admit(floor: Floor, socket: web.WebSocketResponse) -> Admitted | None:
    """Ask for the proof; None when the connection was ended instead."""
    nonce = secrets.token_bytes(32)
    try:
        await socket.send_frame(msgspec.json.encode(Challenge(nonce=nonce)), WSMsgType.TEXT)
    except ConnectionError:
        return None
    hello = await frames.first(socket)
    return None if hello is None else await _judge(floor, socket, hello, nonce)


async def _judge(
    floor: Floor, socket: web.WebSocketResponse, hello: FromKiosk, nonce: bytes
) -> Admitted | None:
    if not isinstance(hello, Hello):
        await dismiss(socket, "bad_message", "$.type")
        return None
    device = floor.city.kiosks.get(KioskId(hello.kiosk))
    denied: Denied | None = judge(hello, nonce, device)
    if denied is None and device is not None:
        return Admitted(device, hello)
    log.warning("kiosk %s: denied, %s", hello.kiosk if device else "?", denied)
    if denied == "copied_key" and device is not None:
        await floor.key_was_copied(device.id)
    await dismiss(socket, denied or "unknown_device")
    return None


class _Line:
    """One admitted kiosk's connection."""

    def __init__(
        self, floor: Floor, socket: web.WebSocketResponse, admitted: Admitted, transport: asyncio.Transport
    ) -> None:
        self._floor = floor
        self._hub = floor.parts.hub
        self._socket = socket
        self._hello = admitted.hello
        self._device = admitted.device
        self._id = admitted.device.id
        self._named: object = None  # what the welcome said of the city
        self._shown: KioskView | None = None
        self._welcomed = -1  # the generation whose credentials the kiosk has
        self._proving: set[asyncio.Task[None]] = set()
        self._asked: tuple[TicketId, int, int] | None = (
            None  # ticket, revision, generation of the last questions
        )
        self._formed: FormShown | None = None  # the form the kiosk was told of last
        self._peer = Peer(socket, f"kiosk {self._id}", self._views, floor.spacing(SPACING), transport.abort)
        self._printing = Printing(floor, self._device, self._peer)
        self._asking = Errand(f"questions {self._peer.name}", self._ask)
        self._forming = Errand(f"forms {self._peer.name}", self._show_form)

    async def serve(self) -> None:
        """Live until the connection ends, then tell the board."""
        self._floor.kiosk_came(self._id, self._peer)
        self._floor.parts.formwork.listen(self._id, self._forming.ring)
        log.info("kiosk %s: connected", self._id)
        try:
            async with asyncio.TaskGroup() as tasks:
                writing = tasks.create_task(self._peer.write(), name=f"write {self._peer.name}")
                await self._read()
                if self._peer.leaving:
                    await writing  # the goodbye is still on its way
                writing.cancel()
        finally:
            self._floor.parts.formwork.unlisten(self._id, self._forming.ring)
            for proving in tuple(self._proving):
                proving.cancel()
            for errand in (self._printing, self._asking, self._forming):
                await errand.end()
            if self._floor.kiosk_went(self._id, self._peer):
                expected = self._socket.close_code in SAID_GOODBYE
                await self._hub.submit(ServerActor(), KioskLost(self._id, expected=expected))
            log.info("kiosk %s: disconnected", self._id)

    async def _read(self) -> None:
        clock = asyncio.get_running_loop().time
        meter = Meter(clock())
        hello = self._hello
        connected = KioskConnected(
            kiosk=self._id,
            machine=hello.machine,
            health=hello.health,
            ticket=None if hello.ticket is None else TicketId(hello.ticket),
            generation=hello.generation,
        )
        reply = await self._hub.submit(ServerActor(), connected)
        if reply.refused is not None:  # revoked meanwhile, or the disk refuses: it comes again by itself
            self._peer.leave("stopping" if reply.refused == "store" else "revoked")
            return
        self._peer.send(self._welcome(self._id))
        self._peer.show(soon=True)
        try:
            async for message in frames.of(self._socket):
                self._peer.heard = clock()
                if self._peer.leaving:
                    return
                await self._take(message, meter, clock())
        except BadFrame as error:
            log.warning("kiosk %s: bad message at %s", self._id, error)
            self._peer.leave("bad_message", str(error))

    async def _take(self, message: FromKiosk, meter: Meter, now: float) -> None:
        match message:
            case Hello():
                self._peer.leave("bad_message", "$.type")
            case RelayToStaff():
                if meter.relay(now) == "cut":
                    self._peer.leave("too_much")
                    return
                board = self._hub.board()
                staff = clerk_for(board, self._id, message.generation)
                read = None
                if staff is not None and isinstance(message.body, CallSnapshot):
                    read = self._note_card(board, message.body)  # before the clerk writes it into a form
                if staff is not None and (line := self._floor.consoles.get(staff)) is not None:
                    line.peer.send(message)
                if read is not None:
                    await self._card_seen(read)
            case LogBundle():
                if meter.relay(now) == "cut":
                    self._peer.leave("too_much")
                elif self._floor.owes(self._id, OrderId(message.order), "logs"):
                    await self._keep_logs(message)
            case AnswerQuestion() | AnswerForm() | SignForm() | CheckIn() | KeepCallback():
                await self._answered(message, meter, now)
            case (
                AskPlaces() | ChoosePlace() | KeepPlace() | LeavePlace() | AskBooking() | CancelBooking()
            ):  # fmt: skip
                await self._answered(message, meter, now)
            case _:
                await self._command(message, meter, now)

    def _note_card(self, board: Board, snapshot: CallSnapshot) -> TicketId | None:
        """Know what the card said when it is claimed for a form; return the visit of a card not seen before."""
        ticket = read_for(board, self._device, snapshot)
        if ticket is None or snapshot.attributes is None:
            return None
        cards = self._floor.parts.formwork.cards_read
        return ticket if cards.note(ticket, snapshot.attributes, board.tickets) else None

    async def _card_seen(self, ticket: TicketId) -> None:
        """Have the questionnaire know that there is a card; where that cannot be kept, the clerk asks as before."""
        known = self._hub.board().tickets.get(ticket)
        try:
            if known is not None:
                await self._floor.parts.casework.card_seen(known)
        except NotStored:
            log.warning("ticket %s: that a card was read could not be kept", ticket)

    async def _command(
        self, command: KioskCommand | PresentCertificate | PresentSignature, meter: Meter, now: float
    ) -> None:
        verdict = meter.command(now)
        wait = meter.retry_after
        if verdict == "go" and isinstance(command, TakeTicket):
            needed = self._floor.may_take_ticket(self._id, command.id)
            if needed is not None:
                verdict, wait = "refuse", needed
        match verdict:
            case "go":
                if isinstance(command, PresentCertificate | PresentSignature):
                    self._prove(command)
                    return
                self._peer.send(await self._hub.submit(KioskActor(self._id), command))
                self._peer.show(soon=True)
            case "refuse":
                self._peer.send(Reply(id=command.id, refused="too_many", retry_after=wait))
            case "cut":
                self._peer.leave("too_much")

    def _prove(self, command: PresentCertificate | PresentSignature) -> None:
        """Judge what a card says beside the conversation: a verifier that is slow to answer holds nothing up."""
        task = asyncio.create_task(self._answer_proof(command), name=f"proof {self._peer.name}")
        self._proving.add(task)
        task.add_done_callback(self._proving.discard)

    async def _answer_proof(self, command: PresentCertificate | PresentSignature) -> None:
        proofs = self._floor.parts.proofs
        try:
            match command:
                case PresentCertificate():
                    answered = await proofs.certificate(self._id, command)
                    self._peer.send(answered.reply)
                    if answered.to_sign is not None:
                        self._peer.send(answered.to_sign)
                case PresentSignature():
                    self._peer.send(await proofs.signature(self._id, command))
        except Exception as error:  # one card nobody foresaw must not cost the connection, nor print itself
            log.error("order %s: no proof, %s", command.order, type(error).__name__)
            self._peer.send(Reply(id=command.id, refused="invalid"))
        self._peer.show(soon=True)
        order = orders.find(self._hub.board(), self._id, OrderId(command.order))
        if order is not None and order.ticket is not None and order.outcome in COUNTS:
            await self._card_seen(order.ticket)

    async def _answered(
        self,
        command: AnswerQuestion | AnswerForm | SignForm | CheckIn | KeepCallback | BookingCommand,
        meter: Meter,
        now: float,
    ) -> None:
        parts = self._floor.parts
        match meter.command(now):
            case "go":
                try:
                    match command:
                        case AnswerQuestion():
                            reply = await parts.casework.answered(self._id, command)
                        case AnswerForm() | SignForm():
                            reply = await parts.formwork.answered(self._id, command)
                        case CheckIn():
                            reply = await self._check_in(command)
                        case KeepCallback():
                            reply = await parts.bookings.keep_number(self._id, command)
                        case AskBooking() | CancelBooking():
                            reply = await self._guessed(
                                command, parts.at_kiosks.answer(self._id, command, self._peer.send)
                            )
                        case AskPlaces() | ChoosePlace() | KeepPlace() | LeavePlace():
                            reply = await parts.at_kiosks.answer(self._id, command, self._peer.send)
                except NotStored:
                    reply = Reply(id=command.id, refused="store", retry_after=1.0)
                if reply.refused is None and isinstance(command, AnswerQuestion):
                    await self._ask()  # before the reply, on which the kiosk goes on to the next question
                self._peer.send(reply)
            case "refuse":
                self._peer.send(Reply(id=command.id, refused="too_many", retry_after=meter.retry_after))
            case "cut":
                self._peer.leave("too_much")

    async def _check_in(self, command: CheckIn) -> Reply:
        reply = await self._guessed(command, self._floor.parts.arrivals.check_in(self._id, command))
        self._peer.show(soon=True)
        return reply

    async def _guessed(
        self, command: CheckIn | AskBooking | CancelBooking, work: Coroutine[object, object, Reply]
    ) -> Reply:
        """Look under somebody's digits. Wrong ones make the next try wait: a million is not many for a machine."""
        guesses, clock = self._floor.guesses, self._hub.now().elapsed
        if (wait := guesses.wait(self._id, clock)) > 0:
            work.close()
            return Reply(id=command.id, refused="too_many", retry_after=wait)
        reply = await work
        if reply.refused == "unknown":
            guesses.mistake(self._id, clock)
        elif reply.refused is None:
            guesses.success(self._id)
        return reply

    async def _ask(self) -> None:
        """Send the questionnaire to whoever waits here: once at first, then after each change of it."""
        board = self._hub.board()
        post = board.posts.get(self._id)
        ticket = None if post is None or post.ticket is None else board.tickets.get(post.ticket)
        if ticket is None or not isinstance(ticket.state, Waiting | Offered):
            self._asked = None  # after a call that came to nothing they are asked anew
            return
        now = (ticket.id, ticket.sheet, ticket.state.generation)
        if now == self._asked:
            return
        self._asked = now
        with contextlib.suppress(NoQuestions):
            if (questions := await self._floor.parts.casework.questions(ticket)) is not None:
                self._peer.send(questions)

    async def _show_form(self) -> None:
        """Show the resident the form of their call: at its beginning, and after each change."""
        board = self._hub.board()
        post = board.posts.get(self._id)
        ticket = None if post is None or post.ticket is None else board.tickets.get(post.ticket)
        if ticket is None or not isinstance(ticket.state, InCall):
            self._formed = None
            return
        shown = await self._floor.parts.formwork.shown(ticket)
        if shown is None or shown == self._formed:
            return
        self._formed = shown
        self._peer.send(shown)
        if shown.sheet is None or shown.sheet.stage != "reading":
            return
        drawn = await self._floor.parts.formwork.pictures(ticket, FORM_PPI)
        if drawn is None or drawn[0] != shown.revision:
            return  # taken back meanwhile: the next change brings its own
        for page, data in enumerate(drawn[1]):
            parts = [data[at : at + FORM_PART] for at in range(0, len(data), FORM_PART)]
            for index, part in enumerate(parts):
                picture = FormPicture(
                    ticket=ticket.id, revision=drawn[0], page=page, pages=len(drawn[1]),
                    index=index, count=len(parts), data=part,
                )  # fmt: skip
                await self._peer.send_in_turn(picture)

    async def _keep_logs(self, part: LogBundle) -> None:
        try:
            await self._floor.parts.bundles.take(self._id, part)
        except BadBundle:
            log.warning("kiosk %s: its logs of order %s do not fit together", self._id, part.order)

    # ------------------------------------------------------------ what it is shown

    def _views(self) -> Sequence[Message]:
        city = self._floor.city
        view = view_for_kiosk(self._hub.board(), city, self._id, self._hub.now())
        named = (city.name, city.telephone, city.purposes, city.sites)
        if self._named is not None and self._named != named:  # the city's file was read again
            self._peer.send(self._welcome(self._id if view.ticket is None else view.ticket.id))
        self._named = named
        same = self._shown is not None and replace(view, seq=self._shown.seq) == self._shown
        if same:
            return ()
        self._shown = view
        self._asking.ring()
        self._forming.ring()
        self._printing.owe(order for order in view.orders if isinstance(order, PrintOrder))
        if self._floor.parts.turn is not None and _needs_credentials(view, self._welcomed):
            ticket = view.ticket
            self._welcomed = 0 if ticket is None else ticket.generation
            return (self._welcome(self._id if ticket is None else ticket.id), view)
        return (view,)

    def _welcome(self, label: str) -> KioskWelcome:
        city = self._floor.city
        return KioskWelcome(
            kiosk=self._id,
            city=city.name,
            site=site_name(city, self._device),
            telephone=city.telephone,
            ice_servers=self._floor.ice_servers(label),
            purposes=tuple(
                purpose.id for purpose in city.purposes if purpose.page == 1 and purpose.id != "talk"
            ),
            more_purposes=tuple(purpose.id for purpose in city.purposes if purpose.page == 2),
        )


def site_name(city: City, device: Device) -> str:
    """Return the name of the place a kiosk stands in."""
    return next((site.name for site in city.sites if site.id == device.site), device.site)


def _needs_credentials(view: KioskView, welcomed: int) -> bool:
    ticket = view.ticket
    return ticket is not None and ticket.state == "connecting" and ticket.generation != welcomed
