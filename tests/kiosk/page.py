"""A page made by hand: a real WebSocket to the agent, without a browser."""

from types import TracebackType
from typing import TypeVar
from urllib.parse import urlsplit

import aiohttp
import msgspec

from server.protocol.screen import (
    Display,
    FromScreen,
    KeyPressed,
    Reload,
    Screen,
    ToScreen,
    Touched,
    VoiceSignal,
)
from tests.kiosk.scripted import until

S = TypeVar("S")


class Page:
    """Shows what it is told and presses what the test wants."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._decoder = msgspec.json.Decoder(ToScreen)
        self._session = aiohttp.ClientSession()
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._reader: object = None
        self.displays: list[Display] = []
        self.signals: list[VoiceSignal] = []
        self.reloads = 0
        self.closed_with: int | None = None

    async def __aenter__(self) -> "Page":
        import asyncio

        parts = urlsplit(self._url)
        origin = f"{parts.scheme}://{parts.netloc}"
        self._socket = await self._session.ws_connect(f"{origin}/ws?t={parts.fragment}", origin=origin)
        self._reader = asyncio.create_task(self._read(self._socket))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.leave()
        await self._session.close()

    async def leave(self) -> None:
        assert self._socket is not None
        await self._socket.close()

    async def _read(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for frame in socket:
            match self._decoder.decode(frame.data):
                case Display() as display:
                    self.displays.append(display)
                case VoiceSignal() as signal:
                    self.signals.append(signal)
                case Reload():
                    self.reloads += 1
        self.closed_with = socket.close_code

    @property
    def display(self) -> Display:
        return self.displays[-1]

    async def send(self, message: FromScreen) -> None:
        assert self._socket is not None
        await self._socket.send_str(msgspec.json.encode(message).decode())

    async def raw(self, text: str) -> None:
        assert self._socket is not None
        await self._socket.send_str(text)

    async def touch(self, control: str) -> None:
        await self.send(Touched(control=control, seq=self.display.seq))

    async def key(self, key: str) -> None:
        await self.send(KeyPressed(key=key, seq=self.display.seq))  # pyright: ignore[reportArgumentType]

    async def shows(self, kind: type[S]) -> S:
        """Wait until a screen of this kind is shown; return it."""
        await until(
            lambda: bool(self.displays) and isinstance(self.display.screen, kind),
            f"the screen {kind.__name__}",
        )
        screen: Screen = self.display.screen
        assert isinstance(screen, kind)
        return screen
