"""Serves the resident's page to this machine only, and speaks with the one page that is open.

The address holds a token of this boot after its `#`, so no other program's page can speak to us; `Host` and `Origin`
are checked, so no web site can reach us through the browser (DNS rebinding). The newest page wins.
"""

import asyncio
import contextlib
import logging
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec
from aiohttp import WSCloseCode, WSMsgType, web

import server.protocol
from server.protocol.messages import MAX_FRAME
from server.protocol.screen import (
    Display,
    FormPages,
    FromScreen,
    PageAlive,
    PageMarks,
    Reload,
    SharedPage,
    ToScreen,
    VoiceSignal,
)

log = logging.getLogger(__name__)

SILENT_FOR = 20.0
_FRAME = "frame"
SUFFIXES = {
    ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml",
    ".png": "image/png", ".woff2": "font/woff2", ".json": "application/json", ".wav": "audio/wav",
    ".ogg": "audio/ogg",
}  # fmt: skip
SCREEN = Path(__file__).parent / "screen"
FOLDERS = {"protocol": Path(server.protocol.__file__).parent / "js", "vendor": SCREEN / "vendor"}


@dataclass(frozen=True, slots=True)
class PageConnected:
    """A new page is here; it has been shown the display."""


@dataclass(frozen=True, slots=True)
class PageLost:
    """No page is here, or it has been silent for 20 s."""


ScreenNews = FromScreen | PageConnected | PageLost


def new_token() -> str:
    """Return a token for one boot."""
    return secrets.token_urlsafe(24)


class DisplayServer:
    """The page's only partner."""

    def __init__(self, *, port: int, token: str, framed_by: str = "", silent_for: float = SILENT_FOR) -> None:
        self._port = port
        self._token = token
        self._silent_for = silent_for
        self._headers = _headers(framed_by)
        self._decoder = msgspec.json.Decoder(FromScreen)
        self._encoder = msgspec.json.Encoder()
        self._page: web.WebSocketResponse | None = None
        self._outbox: asyncio.Queue[bytes] = asyncio.Queue()
        self._shown: Display | None = None
        self._pages: tuple[bytes, ...] = ()
        self._leaf, self._marks = SharedPage(), PageMarks()
        self._paper: bytes | None = None
        self._paper_changed = asyncio.Event()
        self._receive: Callable[[ScreenNews], None] = lambda _news: None
        self._runner: web.AppRunner | None = None
        self._connected = asyncio.Event()

    @property
    def url(self) -> str:
        """The address to open, with its token."""
        return f"http://127.0.0.1:{self._port}/#{self._token}"

    @property
    def has_page(self) -> bool:
        """Say whether a page is connected."""
        return self._page is not None

    @property
    def has_paper(self) -> bool:
        """Say whether there is a picture of the paper under the camera."""
        return self._paper is not None

    async def start(self, receive: Callable[[ScreenNews], None]) -> None:
        """Listen on loopback; `port` 0 takes a free one. Raises OSError when the port is taken."""
        self._receive = receive
        app = web.Application(middlewares=[self._guard])
        app.router.add_get("/ws", self._socket)
        app.router.add_get("/paper", self._film)
        app.router.add_get("/{path:.*}", self._file)
        self._runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port, reuse_address=True)
        await site.start()
        self._port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Close the page's socket and the port."""
        self.paper(None)
        if self._page is not None:
            await self._page.close(code=WSCloseCode.GOING_AWAY)
        if self._runner is not None:
            await self._runner.cleanup()

    def show(self, display: Display) -> None:
        """Show a whole display, now and to whichever page comes next."""
        self._shown = display
        self._put(display)

    def picture(self, pages: tuple[bytes, ...]) -> None:
        """Give the page the whole form as pictures, now and to whichever page comes next; none: they are forgotten."""
        if pages or self._pages:
            self._pages = pages
            self._put(FormPages(pages=pages))

    def leaf(self, page: SharedPage, marks: PageMarks) -> None:
        """Give the page what both look at, now and to whichever page comes next; number 0: it is forgotten."""
        if page != self._leaf:
            self._leaf = page
            self._put(page)
        if marks != self._marks:
            self._marks = marks
            self._put(marks)

    def signal(self, signal: VoiceSignal) -> None:
        """Hand a signal of the voice link to the page that is here; a later page needs a new attempt anyway."""
        self._put(signal)

    def paper(self, jpeg: bytes | None) -> None:
        """Show the newest picture of the paper under the camera; None ends the film and forgets it."""
        self._paper = jpeg
        changed, self._paper_changed = self._paper_changed, asyncio.Event()
        changed.set()

    async def reload(self, patience: float) -> bool:
        """Replace the page by a new one; return whether one came (or none was there to be replaced)."""
        if self._page is None:
            return True
        self._connected.clear()
        self._put(Reload())
        return await self.came(patience)

    async def came(self, patience: float) -> bool:
        """Wait for a page; return whether one came."""
        try:
            async with asyncio.timeout(patience):
                await self._connected.wait()
        except TimeoutError:
            log.warning("page: none came within %d s", patience)
            return False
        return True

    def _put(self, message: ToScreen) -> None:
        if self._page is not None:
            self._outbox.put_nowait(self._encoder.encode(message))

    # ------------------------------------------------------------ HTTP

    @web.middleware
    async def _guard(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        if request.host not in (f"127.0.0.1:{self._port}", f"localhost:{self._port}"):
            raise web.HTTPForbidden(text="wrong host", headers=self._headers)
        response = await handler(request)
        if not response.prepared:
            response.headers.update(self._headers)
        return response

    async def _file(self, request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"] or "index.html"
        first, _, rest = path.partition("/")
        folder, name = (FOLDERS[first], rest) if first in FOLDERS else (SCREEN, path)
        file = (folder / name).resolve()
        known = file.suffix in SUFFIXES and file.is_relative_to(folder.resolve()) and file.is_file()
        if not known:
            raise web.HTTPNotFound(text="no such file", headers=self._headers)
        response = web.FileResponse(file)
        response.content_type = SUFFIXES[file.suffix]
        response.headers.update(self._headers)
        return response

    async def _film(self, request: web.Request) -> web.StreamResponse:
        """Send the paper as a film of JPEGs, for as long as there is one; a slow page misses pictures."""
        if not self._is_ours(request.query.get("t", "")):
            raise web.HTTPForbidden(text="wrong token", headers=self._headers)
        if not self.has_paper:
            raise web.HTTPNotFound(text="no paper", headers=self._headers)
        headers = self._headers | {"Cache-Control": "no-store"}
        film = web.StreamResponse(headers=headers)
        film.content_type = f"multipart/x-mixed-replace; boundary={_FRAME}"
        await film.prepare(request)
        edge = f"--{_FRAME}\r\n".encode()
        with contextlib.suppress(ConnectionError):
            await film.write(edge)
            while (jpeg := self._paper) is not None:
                changed = self._paper_changed
                # The next edge at once: a browser shows a picture only when it has seen its end.
                await film.write(b"Content-Type: image/jpeg\r\n\r\n" + jpeg + b"\r\n" + edge)
                await changed.wait()
        return film

    def _is_ours(self, token: str) -> bool:
        return secrets.compare_digest(token.encode(), self._token.encode())

    # ------------------------------------------------------------ the page

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        own = (f"http://127.0.0.1:{self._port}", f"http://localhost:{self._port}")
        token = request.query.get("t", "")
        if request.headers.get("Origin") not in own or not self._is_ours(token):
            raise web.HTTPForbidden(text="wrong origin or token", headers=self._headers)
        page = web.WebSocketResponse(compress=False, max_msg_size=MAX_FRAME, timeout=2.0)
        await page.prepare(request)
        old, self._page = self._page, page
        outbox = self._outbox = asyncio.Queue()
        if old is not None:
            log.info("page: replaced by a newer one")
            await old.close(code=4001)
        writer = asyncio.create_task(self._write(page, outbox), name="page writer")
        try:
            if self._page is page:
                log.info("page: here")
                if self._pages:
                    self._put(FormPages(pages=self._pages))
                if self._leaf.number:
                    self._put(self._leaf)
                    self._put(self._marks)
                if self._shown is not None:
                    self._put(self._shown)
                self._connected.set()
                self._receive(PageConnected())
            await self._listen(page)
        finally:
            writer.cancel()
            await asyncio.gather(writer, return_exceptions=True)
            if self._page is page:
                self._page = None
                self._connected.clear()
                log.info("page: gone")
                self._receive(PageLost())
        return page

    async def _listen(self, page: web.WebSocketResponse) -> None:
        while True:
            try:
                message = await page.receive(timeout=self._silent_for)
            except TimeoutError:
                log.warning("page: silent for %d s", self._silent_for)
                await page.close(code=WSCloseCode.GOING_AWAY)
                return
            if message.type is not WSMsgType.TEXT:
                return
            if self._page is not page:
                return  # a newer page is here; this one's last words are nobody's
            try:
                news = self._decoder.decode(message.data)
            except msgspec.DecodeError:
                log.warning("page: cannot understand a message")  # its text may be what somebody wrote
                continue
            if not isinstance(news, PageAlive):
                self._receive(news)

    async def _write(self, page: web.WebSocketResponse, outbox: "asyncio.Queue[bytes]") -> None:
        with contextlib.suppress(ConnectionError):
            while True:
                await page.send_str((await outbox.get()).decode())


def _headers(framed_by: str) -> dict[str, str]:
    framing = framed_by or "'none'"
    policy = (
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self' blob:; "
        "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; "
        f"frame-ancestors {framing}"
    )
    return {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-cache",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "microphone=(self), camera=(), geolocation=()",
    }
