"""Who is connected at this moment, and what must reach whom; the board stays the only truth about tickets.

One console per person and one connection per kiosk: the newest wins, because the older one is usually a socket that
nobody holds any more. Field IT may look from as many pages as it likes.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

import msgspec
from msgspec.structs import replace

from server.arrivals import Arrivals
from server.booking import Bookings
from server.casework import (
    Casework,
    drawer,
)
from server.core.checklist.receipt import CardAlso
from server.core.city import (
    City,
)
from server.core.commands import (
    KeySeenElsewhere,
    ServerActor,
    StaffLost,
)
from server.core.hours import (
    day_ends,
)
from server.core.identification import also_read
from server.core.journal import NotStored
from server.core.look import Look
from server.core.states import InCall
from server.core.ticket import STANDS_AT_MOST
from server.formwork import Formwork
from server.http.auth import Session, Sessions
from server.http.bundles import Bundles
from server.http.ice import TurnSecret, servers
from server.http.ledger import Ledger
from server.http.peers import Peer
from server.http.ports import CardProofs, Cases, PaperDesk, Registry
from server.http.throttle import CODES, Bucket, Rate, draw, full, until_next
from server.http.throttle import Ledger as Mistakes
from server.hub import Hub
from server.kioskbooking import AtKiosks
from server.paperwork import Paperwork
from server.protocol.messages import FormsChanged
from server.protocol.values import IceServer, KioskId, OrderId, StaffId, TicketId
from server.stillwork import Stillwork

log = logging.getLogger(__name__)

IDLE = 30 * 60.0
"""Seconds a console may say nothing while its clerk neither waits for calls nor is in one."""
LOOK_EVERY = 0.5
LOOK_LASTS = 0.5
"""Seconds consoles share one look at a board: what they show of times is in full seconds."""
"""Seconds between looks whether the registry was changed by another process (`komado-server staff disable`)."""
RECHECK_EVERY = 30.0
FORGET_EVERY = 300.0
TICKETS = Rate(per_second=3 / 60, burst=3)


class Parts(msgspec.Struct, frozen=True, kw_only=True):
    """What the floor stands on; built in `__main__`."""

    hub: Hub
    registry: Registry
    sessions: Sessions
    cases: Cases
    casework: Casework
    arrivals: Arrivals
    bookings: Bookings
    at_kiosks: AtKiosks
    formwork: Formwork
    stillwork: Stillwork
    paperwork: Paperwork
    desk: PaperDesk
    proofs: CardProofs
    bundles: Bundles
    turn: TurnSecret | None
    version: str
    case_seconds: float
    authority: bytes = b""
    """The city's own certificate authority, PEM: kiosks and desks must be given it. Empty = none of our own."""
    taken: type[Exception]
    """What the registry raises when a key is registered already."""
    registry_changed: Callable[[], Awaitable[bool]]


class StaffLine(msgspec.Struct, kw_only=True, eq=False):
    """A console or fleet page; `session` is renewed by each check."""

    peer: Peer
    session: Session
    idle: float = IDLE


class Floor:
    """All live connections."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.ledger = Ledger(parts.hub)
        self.kiosks: dict[KioskId, Peer] = {}
        self.consoles: dict[StaffId, StaffLine] = {}
        self.pages: set[StaffLine] = set()
        self._look: Look | None = None
        self.guesses = Mistakes(CODES)
        self._tickets: dict[KioskId, tuple[Bucket, str]] = {}
        self._forgotten: set[TicketId] = set()
        parts.formwork.heed(self.tell_forms)
        self._stop_watching = parts.hub.watch(self._bell)

    # ------------------------------------------------------------ what everybody sees

    @property
    def city(self) -> City:
        """The city as it is now."""
        return self.parts.hub.city

    def look(self) -> Look:
        """Return one look at the board as it is, for all consoles: of this moment, or hardly older."""
        board, city, now, known = self.parts.hub.board(), self.city, self.parts.hub.now(), self._look
        if (
            known is None
            or known.board is not board
            or known.records is not city
            or now.elapsed - known.now.elapsed > LOOK_LASTS
        ):
            known = self._look = Look(board, city, now)
        return known

    def _bell(self, _seq: int) -> None:
        board = self.parts.hub.board()
        for kiosk, peer in self.kiosks.items():
            post = board.posts.get(kiosk)
            ticket = None if post is None or post.ticket is None else board.tickets.get(post.ticket)
            peer.show_own((post, ticket))
        for staff, line in self.consoles.items():
            seat = board.seats.get(staff)
            ticket = None if seat is None or seat.ticket is None else board.tickets.get(seat.ticket)
            line.peer.show_own((seat, ticket, board.help))
        for line in self.pages:
            line.peer.show()

    def spacing(self, least: float) -> Callable[[float], float]:
        """Return how a peer spaces its views: at least so far apart, and so that all views together never take more
        than a third of the processor; commands come first."""
        return lambda cost: max(least, 3.0 * cost * (len(self.kiosks) + len(self.consoles) + len(self.pages)))

    def ice_servers(self, label: str) -> tuple[IceServer, ...]:
        """Return STUN and TURN entries for one peer."""
        return servers(self.city.ice_servers, self.parts.turn, label, self.parts.hub.now().wall)

    # ------------------------------------------------------------ kiosks

    def kiosk_came(self, kiosk: KioskId, peer: Peer) -> None:
        """Put a proven kiosk on the floor; an older connection of it goes."""
        if (old := self.kiosks.get(kiosk)) is not None:
            old.leave("replaced")
        self.kiosks[kiosk] = peer

    def kiosk_went(self, kiosk: KioskId, peer: Peer) -> bool:
        """Take a kiosk off the floor; False when a newer connection stands there."""
        if self.kiosks.get(kiosk) is not peer:
            return False
        del self.kiosks[kiosk]
        self.parts.bundles.forget(kiosk)
        return True

    async def key_was_copied(self, kiosk: KioskId) -> None:
        """Another machine has shown this kiosk's key: write it down, for a restart must not silence that."""
        log.error("kiosk %s: its key was used by another machine", kiosk)
        await self.parts.hub.submit(ServerActor(), KeySeenElsewhere(kiosk))

    def may_take_ticket(self, kiosk: KioskId, command: str) -> float | None:
        """Charge one ticket to a kiosk; None = go on, else seconds to wait. A repetition costs nothing."""
        now = self.parts.hub.now().elapsed
        bucket, last = self._tickets.get(kiosk, (full(TICKETS, now), ""))
        if last == command:
            return None
        bucket, fine = draw(bucket, TICKETS, now)
        self._tickets[kiosk] = (bucket, command if fine else last)
        return None if fine else until_next(bucket, TICKETS)

    def tell_forms(self, kiosk: KioskId) -> None:
        """Tell the clerk of this kiosk's call that the resident did something with a form."""
        board = self.parts.hub.board()
        post = board.posts.get(kiosk)
        ticket = None if post is None or post.ticket is None else board.tickets.get(post.ticket)
        if ticket is None or not isinstance(ticket.state, InCall):
            return
        if (line := self.consoles.get(ticket.state.staff)) is not None:
            line.peer.send(FormsChanged(ticket=ticket.id, revision=0))

    # ------------------------------------------------------------ staff

    def console_came(self, line: StaffLine) -> None:
        """Put a console on the floor; an older one of the same person goes."""
        staff = line.session.person.id
        if (old := self.consoles.get(staff)) is not None:
            old.peer.leave("replaced")
        self.consoles[staff] = line

    async def console_went(self, line: StaffLine) -> None:
        """Take a console off the floor and tell the board, unless a newer one stands there."""
        staff = line.session.person.id
        if self.consoles.get(staff) is line:
            del self.consoles[staff]
            await self.parts.hub.submit(ServerActor(), StaffLost(staff))

    def end_session(self, digest: bytes) -> None:
        """Close what was opened with a session that is over."""
        for line in self._lines():
            if line.session.digest == digest:
                line.peer.leave("signed_out")

    # ------------------------------------------------------------ the registry

    async def refresh(self) -> None:
        """Take over who is known now, and part from who no longer is."""
        hub, registry = self.parts.hub, self.parts.registry
        staff, kiosks = await registry.staff(), await registry.kiosks()
        await hub.change_city(replace(hub.city, staff=dict(staff), kiosks=dict(kiosks)))
        for id, peer in self.kiosks.items():
            device = kiosks.get(id)
            if device is None or device.revoked:
                peer.leave("unknown_device" if device is None else "revoked")
        await self._recheck(everybody=True)
        self._bell(0)

    async def _recheck(self, *, everybody: bool = False) -> None:
        """Part from those whose session is over. A clerk who waits for calls or is in one uses theirs by that."""
        now = asyncio.get_running_loop().time()
        wall = self.parts.hub.now().wall
        board = self.parts.hub.board()
        for line in self._lines():
            seat = board.seats.get(line.session.person.id)
            working = seat is not None and (seat.chosen == "ready" or seat.ticket is not None)
            if not everybody and not working and now - line.peer.heard >= line.idle:
                await self.parts.sessions.close(line.session)
                line.peer.leave("signed_out", "idle")
            elif (fresh := await self.parts.sessions.again(line.session, wall)) is None:
                line.peer.leave("signed_out")
            else:
                line.session = fresh

    async def look_after(self) -> None:
        """Run for ever: notice changes of the registry, sessions that end, and cases to forget."""
        loop = asyncio.get_running_loop()
        recheck, forget = loop.time() + RECHECK_EVERY, loop.time()
        while True:
            await asyncio.sleep(LOOK_EVERY)
            try:
                if await self.parts.registry_changed():
                    await self.refresh()
                if loop.time() >= recheck:
                    recheck = loop.time() + RECHECK_EVERY
                    await self._recheck()
                    self._bell(0)  # lanes open and kiosks count as stopped by time alone
                if loop.time() >= forget:
                    forget = loop.time() + FORGET_EVERY
                    await self._forget()
            except NotStored:
                log.error("the store refuses; looking again in a moment")

    # ------------------------------------------------------------ cases

    async def _forget(self) -> None:
        """Set the end of every case whose ticket is over and whose papers are settled; erase what is due."""
        await self.parts.bookings.forget_numbers()
        board, now = self.parts.hub.board(), self.parts.hub.now()
        self._forgotten &= set(board.ended)
        for id in set(board.ended) - self._open_papers() - self._forgotten:
            ticket = board.ended[id]
            # While the server is down no time elapses on the board; the day of the visit bounds what that may add.
            ended = min(now.wall - (now.elapsed - ticket.changed), day_ends(ticket.day) + STANDS_AT_MOST)
            await self.parts.cases.erase_at(id, ended + self.parts.case_seconds)
            parts = self.parts
            kinds = parts.casework.kinds() | parts.formwork.kinds()
            kinds |= parts.stillwork.kinds() | parts.paperwork.kinds()
            cases = self.parts.cases  # one commit for all drawers of a visit
            await asyncio.gather(*(cases.erase_at(drawer(id, one), ended + s) for one, s in kinds.items()))
            self._forgotten.add(id)
        for id in await self.parts.cases.erase_due(now.wall):
            log.info("case %s erased", "of a telephone call" if id.startswith("previsit.") else id)

    def _open_papers(self) -> set[TicketId]:
        return {
            order.ticket
            for post in self.parts.hub.board().posts.values()
            for order in post.orders
            if order.ticket is not None and order.outcome is None
        }

    def owes(self, kiosk: KioskId, order: OrderId, kind: str) -> bool:
        """Say whether this kiosk has such an order open."""
        post = self.parts.hub.board().posts.get(kiosk)
        return post is not None and any(
            placed.id == order and placed.kind == kind and placed.outcome is None for placed in post.orders
        )

    def card_was_read(self, ticket: TicketId) -> bool:
        """Say whether the resident of this ticket shared their card's attributes: the slip tells them so."""
        return any(
            order.ticket == ticket
            and order.ask in ("attributes", "attributes_by_number")
            and order.outcome == "shared"
            for post in self.parts.hub.board().posts.values()
            for order in post.orders
        )

    def card_also(self, ticket: TicketId) -> tuple[CardAlso, ...]:
        """Return what else of their card was read: a photo looked at, a certificate that was checked."""
        posts = self.parts.hub.board().posts.values()
        return also_read([order for post in posts for order in post.orders if order.ticket == ticket])

    def papers_of(self, ticket: TicketId) -> int:
        """Count the papers printed for this ticket: their content is in the case."""
        return sum(
            order.ticket == ticket and order.kind in ("slip", "sheet", "receipt", "form")
            for post in self.parts.hub.board().posts.values()
            for order in post.orders
        )

    def waiting_of(self, ticket: TicketId) -> int:
        """Count the papers of this ticket that did not come out and were sealed for later, or for the mail."""
        posts = self.parts.hub.board().posts.values()
        return sum(
            order.ticket == ticket and order.then is not None for post in posts for order in post.orders
        )

    # ------------------------------------------------------------ the end

    def close(self) -> None:
        """Say goodbye to everybody."""
        self._stop_watching()
        for peer in self._peers():
            peer.leave("stopping")

    def _lines(self) -> list[StaffLine]:
        return [*self.consoles.values(), *self.pages]

    def _peers(self) -> list[Peer]:
        return [*self.kiosks.values(), *(line.peer for line in self._lines())]
