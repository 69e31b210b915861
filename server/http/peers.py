"""One live connection: what leaves through it, in which order, and how it ends.

Everything for a peer goes through one writer. Replies, relays and papers keep their order in a bounded queue; views
are not queued at all: a flag says that a newer one is due, and it is made when it can leave, so a slow peer gets
fewer views and never an old one. A peer that cannot even keep up with the queue is cut off.
"""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Callable, Sequence
from typing import Literal, get_args, get_type_hints

import msgspec
from aiohttp import WSMsgType, web

from server.protocol.messages import Goodbye, Message

log = logging.getLogger(__name__)

Reason = Literal[
    "unknown_device", "bad_signature", "revoked", "copied_key", "replaced", "signed_out",
    "too_slow", "too_much", "bad_message", "stopping",
]  # fmt: skip
REASONS: tuple[str, ...] = get_args(get_type_hints(Goodbye)["reason"])

QUEUE_MESSAGES = 512
QUEUE_BYTES = 2_000_000
"""What may wait for one peer: a few papers and a second of candidates."""
SEND_WITHIN = 20.0
"""Seconds one message may take to leave before the peer counts as too slow."""
FAREWELL_WITHIN = 1.0

_encoder = msgspec.json.Encoder()


class Peer:
    """One connection. Everything but `write` is called from anywhere in the loop and never waits."""

    def __init__(
        self,
        socket: web.WebSocketResponse,
        name: str,
        view: Callable[[], Sequence[Message]],
        spacing: Callable[[float], float],
        cut: Callable[[], None],
    ) -> None:
        """`view` makes what shows the newest state, nothing when that is not new; `spacing` says how
        long to wait after one that took so many seconds. `cut` ends the connection without another word."""
        self.name = name
        self.heard = asyncio.get_running_loop().time()
        self._socket = socket
        self._view = view
        self._spacing = spacing
        self._cut = cut
        self._queue: deque[bytes] = deque()
        self._bytes = 0
        self._own: tuple[object, ...] = ()
        self._view_due = False
        self._next_view = 0.0
        self._wake = asyncio.Event()
        self._room = asyncio.Event()
        self._goodbye: Goodbye | None = None
        self._stuck = False  # the socket takes nothing: not even a goodbye
        self._left = asyncio.get_running_loop().create_future()

    def send(self, message: Message) -> None:
        """Let a message leave after those before it."""
        if self._goodbye is not None:
            return
        data = _encoder.encode(message)
        if len(self._queue) >= QUEUE_MESSAGES or self._bytes + len(data) > QUEUE_BYTES:
            self.leave("too_slow")
            return
        self._queue.append(data)
        self._bytes += len(data)
        self._room.clear()
        self._wake.set()

    async def send_in_turn(self, message: Message) -> None:
        """Send, and return when nothing waits any more: for papers, which would fill the queue by themselves."""
        self.send(message)
        await self._room.wait()

    def show(self, *, soon: bool = False) -> None:
        """Let the newest view leave when it may; `soon` = before the spacing is over."""
        self._view_due = True
        if soon:
            self._next_view = 0.0
        self._wake.set()

    def show_own(self, own: tuple[object, ...]) -> None:
        """Let the newest view leave, at once if what concerns this peer itself is another object than last time:
        boards never change, so what is the same object is the same."""
        changed = len(own) != len(self._own) or any(a is not b for a, b in zip(own, self._own, strict=True))
        self._own = own
        self.show(soon=changed)

    def leave(self, reason: Reason, detail: str = "") -> None:
        """Say goodbye instead of everything that still waits, and close. The first reason counts."""
        if self._goodbye is None:
            self._goodbye = Goodbye(reason=reason, detail=detail[:200])
            self._queue.clear()
            self._bytes = 0
            self._wake.set()
            self._left.set_result(None)
            self._room.set()

    @property
    def leaving(self) -> bool:
        """Whether goodbye was said."""
        return self._goodbye is not None

    async def write(self) -> None:
        """Send what is to be sent until the connection ends; returns when it has."""
        sending = asyncio.create_task(self._send_all(), name=f"send {self.name}")
        try:
            await asyncio.wait({sending, self._left}, return_when=asyncio.FIRST_COMPLETED)
            # Not cancelled in the middle of a send: aiohttp shares one future among all who wait for the socket to
            # drain, so a cancelled send would cancel the goodbye too.
            await asyncio.wait({sending}, timeout=FAREWELL_WITHIN)
            if not sending.done():
                self._stuck = True
            else:
                sending.result()  # a fault of ours must be heard
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
        await self._farewell()

    async def _send_all(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            while not self._socket.closed and self._goodbye is None:
                await self._wake.wait()
                self._wake.clear()
                while self._queue:
                    data = self._queue.popleft()
                    self._bytes -= len(data)
                    await self._put(data)
                self._room.set()
                if not self._view_due:
                    continue
                if (early := self._next_view - loop.time()) > 0:
                    loop.call_later(early, self._wake.set)
                    continue
                self._view_due = False
                started = loop.time()
                views = [_encoder.encode(message) for message in self._view()]
                if views:
                    self._next_view = loop.time() + self._spacing(loop.time() - started)
                for data in views:
                    await self._put(data)
        except ConnectionError:
            pass  # the reader sees it too and ends the connection
        except TimeoutError:
            self._stuck = True
            self.leave("too_slow")

    async def _put(self, data: bytes) -> None:
        async with asyncio.timeout(SEND_WITHIN):
            await self._socket.send_frame(data, WSMsgType.TEXT)

    async def _farewell(self) -> None:
        """Close; who does not take the goodbye in time is cut off."""
        if self._goodbye is None:
            return
        log.info("%s: goodbye, %s", self.name, self._goodbye.reason)
        code = 4000 + REASONS.index(self._goodbye.reason)
        if self._stuck:
            self._cut()
            return
        with contextlib.suppress(ConnectionError, TimeoutError):
            async with asyncio.timeout(FAREWELL_WITHIN):
                await self._socket.send_frame(_encoder.encode(self._goodbye), WSMsgType.TEXT)
                await self._socket.close(code=code, message=self._goodbye.reason.encode())
                return
        self._cut()


async def dismiss(socket: web.WebSocketResponse, reason: Reason, detail: str = "") -> None:
    """Refuse a connection that has no peer yet, with the reason."""
    with contextlib.suppress(ConnectionError, TimeoutError):
        async with asyncio.timeout(FAREWELL_WITHIN):
            goodbye = Goodbye(reason=reason, detail=detail[:200])
            await socket.send_frame(_encoder.encode(goodbye), WSMsgType.TEXT)
            await socket.close(code=4000 + REASONS.index(reason), message=reason.encode())
