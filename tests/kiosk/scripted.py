"""A server made by hand: real sockets, the real protocol, and a script of what it says; for the kiosk's tests."""

import asyncio
import os
import ssl
from collections.abc import Callable
from typing import TypeVar

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from server.protocol.messages import (
    Challenge,
    Command,
    FromKiosk,
    Goodbye,
    Hello,
    KioskView,
    KioskWelcome,
    RelayToStaff,
    Reply,
    ToKiosk,
)

M = TypeVar("M")
WELCOME = KioskWelcome(kiosk="k1", city="見本市", site="北公民館", telephone="0000-00-0000")
WITHIN = 30.0


async def until(condition: Callable[[], bool], what: str = "the condition") -> None:
    """Wait for a condition with a bound, and say which one never came true."""
    try:
        async with asyncio.timeout(WITHIN):
            while not condition():  # noqa: ASYNC110 - any condition, not only ours to set
                await asyncio.sleep(0.005)
    except TimeoutError:
        raise AssertionError(f"{what} did not come true") from None


class ScriptedServer:
    def __init__(self, public_key: bytes, tls: ssl.SSLContext | None = None) -> None:
        self._key = public_key
        self._tls = tls
        self._server: Server | None = None
        self._decoder = msgspec.json.Decoder(FromKiosk)
        self.sockets: list[ServerConnection] = []
        self.hellos: list[Hello] = []
        self.heard: list[FromKiosk] = []
        self.genuine: list[bool] = []
        self.turn_away: str | None = None
        self.answering = True
        self.view: KioskView | None = None

    async def __aenter__(self) -> "ScriptedServer":
        self._server = await serve(
            self._serve, "127.0.0.1", 0, ssl=self._tls, compression=None, max_size=65_536
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        await self._server.wait_closed()

    @property
    def port(self) -> int:
        assert self._server is not None
        return next(iter(self._server.sockets)).getsockname()[1]

    @property
    def address(self) -> str:
        return f"{'https' if self._tls else 'http'}://localhost:{self.port}"

    async def _serve(self, socket: ServerConnection) -> None:
        try:
            nonce = os.urandom(32)
            await self.send(Challenge(nonce=nonce), socket)
            hello = self._decoder.decode(await socket.recv())
            assert isinstance(hello, Hello)
            self.hellos.append(hello)
            self.genuine.append(self._is_genuine(hello, nonce))
            if self.turn_away is not None:
                await self.send(Goodbye(reason=self.turn_away), socket)  # pyright: ignore[reportArgumentType]
                return
            self.sockets.append(socket)
            await self.send(WELCOME, socket)
            if self.view is not None:
                await self.send(self.view, socket)
            async for frame in socket:
                message = self._decoder.decode(frame)
                self.heard.append(message)
                if isinstance(message, Command) and self.answering:
                    await self.send(Reply(id=message.id), socket)
        except ConnectionClosed:
            pass

    def _is_genuine(self, hello: Hello, nonce: bytes) -> bool:
        text = b"komado hello 1\n" + nonce + hello.kiosk.encode() + b"\n" + hello.machine.encode()
        try:
            Ed25519PublicKey.from_public_bytes(self._key).verify(hello.signature, text)
        except InvalidSignature:
            return False
        return True

    async def send(self, message: ToKiosk, socket: ServerConnection | None = None) -> None:
        await (socket or self.sockets[-1]).send(msgspec.json.encode(message), text=True)

    async def show(self, view: KioskView) -> None:
        """Send a view, and send it again to whoever connects later."""
        self.view = view
        await self.send(view)

    async def raw(self, text: str) -> None:
        await self.sockets[-1].send(text)

    async def drop(self) -> None:
        """Cut the line without a word."""
        self.sockets[-1].transport.abort()
        await self.sockets[-1].wait_closed()

    def of(self, kind: type[M]) -> list[M]:
        """Return what was heard of one kind, relayed bodies too."""
        bodies = [m.body if isinstance(m, RelayToStaff) else m for m in self.heard]
        return [one for one in bodies if isinstance(one, kind)]

    async def hears(self, kind: type[M], count: int = 1) -> M:
        """Wait until so many messages of a kind have come; return the last of them."""
        await until(lambda: len(self.of(kind)) >= count, f"{count} {kind.__name__}")
        return self.of(kind)[count - 1]
