"""What comes in through a socket: bounded, decoded to the protocol's own types, or refused by the place of the fault.

A refusal names where in the message the fault is and never what stood there: it may be a name.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Generic, TypeVar

import msgspec
from aiohttp import WSMsgType, web

from server.http.peers import dismiss
from server.protocol.messages import MAX_FRAME

T = TypeVar("T")

HELLO_WITHIN = 5.0
"""Seconds a peer has for its first word."""
PING_EVERY = 20.0
"""Seconds; a peer that does not answer within half of it is gone (RFC 6455, 5.5.2)."""


class BadFrame(Exception):
    """Not a message of ours; the text is the place, safe to log and to send."""


class Frames(Generic[T]):
    """Decodes one direction of the protocol."""

    def __init__(self, union: type[T]) -> None:
        self._decoder = msgspec.json.Decoder(union)

    def decode(self, data: str | bytes) -> T:
        """Return the message. Raises BadFrame."""
        raw = data.encode() if isinstance(data, str) else data
        if len(raw) > MAX_FRAME:
            raise BadFrame("too long")
        try:
            return self._decoder.decode(raw)
        except msgspec.ValidationError as error:
            raise BadFrame(place(error)) from None
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise BadFrame("not JSON") from None

    async def of(self, socket: web.WebSocketResponse) -> AsyncIterator[T]:
        """Yield messages until the connection ends. Raises BadFrame."""
        while True:
            frame = await socket.receive()
            match frame.type:
                case WSMsgType.TEXT | WSMsgType.BINARY:
                    yield self.decode(frame.data)
                case _:  # closed, closing, or broken: aiohttp has answered
                    return

    async def first(self, socket: web.WebSocketResponse) -> T | None:
        """Return the first message; None when there was none in time and the connection was ended instead."""
        try:
            async with asyncio.timeout(HELLO_WITHIN):
                async for message in self.of(socket):
                    return message
        except BadFrame as error:
            await dismiss(socket, "bad_message", str(error))
        except TimeoutError:
            await dismiss(socket, "too_slow")
        return None


def place(error: msgspec.ValidationError) -> str:
    """Return where a message is wrong: `$.health.devices[...].state`."""
    found = re.search(r" - at (?:`key` in )?`([^`]*)`$", str(error))
    return found[1] if found else "$"


async def open_socket(request: web.Request) -> web.WebSocketResponse:
    """Open a socket as all ours are: no compression (memory, and CRIME-like leaks), pings, bounded frames."""
    # Twice the limit, so that a frame a little too long is answered with words by `decode`.
    socket = web.WebSocketResponse(
        compress=False, heartbeat=PING_EVERY, max_msg_size=2 * MAX_FRAME, timeout=2.0
    )
    await socket.prepare(request)
    return socket
