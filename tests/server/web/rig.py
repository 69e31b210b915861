"""A server for the staff pages that says exactly what a test tells it to, in the real messages.

The pages, their content security policy and the wire are the product's; only the decisions are the test's. It runs in
its own thread, because Playwright's synchronous API owns the test's.
"""

import asyncio
import contextlib
import json
import threading
import time
import weakref
from collections.abc import Callable, Coroutine, Iterator, Sequence
from pathlib import Path
from socket import socket as Door
from typing import Any, TypeVar

import msgspec
from aiohttp import WSCloseCode, WSMsgType, web
from playwright.sync_api import Browser, BrowserContext, Page, Playwright

from server.core.overview import Hall
from server.documents.papers import Papers, Slip, png
from server.http.app import security_headers
from server.protocol import messages as m
from server.protocol.values import RefusalCode, SlipContent
from tests.server.web import (
    day,
)
from tests.server.web.casework import (
    CaseDesk,
)

ROOT = Path(__file__).resolve().parents[3]
FOLDERS = {
    "console": ROOT / "server" / "web" / "console",
    "dashboard": ROOT / "server" / "web" / "dashboard",
    "numbers": ROOT / "server" / "web" / "numbers",
    "wallboard": ROOT / "server" / "web" / "wallboard",
    "window": ROOT / "server" / "web" / "window",
    "shared": ROOT / "server" / "web" / "shared",
    "vendor": ROOT / "server" / "web" / "vendor",
    "protocol": ROOT / "server" / "protocol" / "js",
}
HEADERS = security_headers(secure=False, frame_ancestors=())
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-quic", "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", "--host-resolver-rules=MAP mihon.test 127.0.0.1",
]  # fmt: skip
PASSWORD = "himawari-2026"
PATIENCE = 30.0

T = TypeVar("T")
PROBLEMS: weakref.WeakKeyDictionary[Page, list[str]] = weakref.WeakKeyDictionary()
"""What each page logged as an error."""
ME = {
    "staff": "s-sato", "name": "佐藤 恵", "department": "窓口課", "roles": ["clerk", "field_it"], "city": "見本市",
}  # fmt: skip
WELCOME = m.StaffWelcome(
    staff="s-sato",
    name="佐藤 恵",
    department="窓口課",
    roles=("clerk", "field_it"),
    city="見本市",
    purposes={
        "talk": "職員と話したい",
        "tennyu": "転入",
        "shibo": "おくやみ",
        "shomei": "証明書",
        "kaigo": "介護",
    },
    pause_reasons=("break", "lunch", "other_work", "meeting"),
    wrapup_results=("done", "continued", "come_in", "referred", "other"),
)


class Rig:
    """The scripted server: `show`, `relay` and `refuse` on one side, `sent` on the other."""

    def __init__(self, door: Door | None = None) -> None:
        """Listen at a door that others had before and will have again, or at one of its own."""
        self.view: m.StaffView | m.FleetView | m.FloorView | None = None
        self.hall: Hall | None = None
        self.sent: list[m.FromStaff] = []
        self.posted: list[tuple[str, dict[str, Any]]] = []
        self.casework = CaseDesk()
        self.refusals: dict[str, RefusalCode] = {}
        self.deaf = False  # hears commands and answers none
        self.closed = False  # refuses new connections, as if the line were cut
        self.signed_in = True
        self.roles = tuple(ME["roles"])
        self.connections = 0
        self.framed = False  # pages may be shown in a frame, as the demo does
        self.authority = True  # the city vouches for its own server
        self._papers: Papers | None = None
        self._news = threading.Condition()
        self._sockets: set[web.WebSocketResponse] = set()
        self._loop = asyncio.new_event_loop()
        self._runner: web.AppRunner | None = None
        self._thread = threading.Thread(target=self._loop.run_forever, name="rig", daemon=True)
        self._thread.start()
        self.url = self._wait(self._start(door))

    # ---------------------------------------------------------------- the test's side

    def show(self, view: m.StaffView | m.FleetView | m.FloorView) -> None:
        """Send this view to every page, now and after each reconnection."""
        self.view = view
        self._wait(self._tell(view))

    def say(self, message: m.ToStaff) -> None:
        """Send one message to every page."""
        self._wait(self._tell(message))

    def relay(self, generation: int, body: m.ToClerk) -> None:
        """Send something from the resident's side."""
        self.say(m.RelayToStaff(generation=generation, body=body))

    def cut(self) -> None:
        """Break every connection without a word."""
        self._wait(self._cut())

    def until(self, found: Callable[[], T | None]) -> T:
        """Return what `found` finds, waiting for news of the pages."""
        ends = time.monotonic() + PATIENCE
        with self._news:
            result = found()
            while result is None:
                assert self._news.wait(max(0.0, ends - time.monotonic())), (
                    f"nothing came; heard {[type(x).__name__ for x in self.sent]}"
                )
                result = found()
        return result

    def expect(self, kind: type[T], count: int = 1) -> T:
        """Return the `count`-th message of this kind."""
        return self.until(
            lambda: next(iter([x for x in self.sent if isinstance(x, kind)][count - 1 : count]), None)
        )

    def relayed(self, kind: type[T], count: int = 1) -> T:
        """Return the `count`-th body of this kind relayed to the resident."""
        return self.until(
            lambda: next(iter([b for b in self._bodies() if isinstance(b, kind)][count - 1 : count]), None)
        )

    def connected(self, count: int = 1) -> None:
        """Wait until pages have connected this many times in all."""
        self.until(lambda: True if self.connections >= count else None)

    def stop(self) -> None:
        """Leave nothing behind."""
        self._wait(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE)
        self._loop.close()

    # ---------------------------------------------------------------- the server's side

    def _bodies(self) -> Iterator[m.ToResident]:
        return (x.body for x in self.sent if isinstance(x, m.RelayToKiosk))

    def _wait(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE)

    async def _start(self, door: Door | None) -> str:
        app = web.Application()
        app.router.add_get("/ws/{kind}", self._socket)
        app.router.add_get("/api/me", self._me)
        app.router.add_get("/api/sites", self._sites)
        app.router.add_get("/api/numbers", self._numbers)
        app.router.add_get("/open/wait.json", self._hall)
        app.router.add_get("/api/orders/{order}/logs", self._logs)
        app.router.add_get("/api/case/history", self._history)
        app.router.add_post("/api/{path:.*}", self._post)
        app.router.add_get("/framing", self._framing)
        app.router.add_get("/{folder}/{path:.*}", self._file)
        self._runner = web.AppRunner(app, shutdown_timeout=0.5)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0) if door is None else web.SockSite(self._runner, door)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        return f"http://{host}:{port}"

    async def _stop(self) -> None:
        await self._cut()
        if self._runner:
            await self._runner.cleanup()

    async def _cut(self) -> None:
        for socket in list(self._sockets):
            with contextlib.suppress(ConnectionError):
                await socket.close(code=WSCloseCode.GOING_AWAY)

    async def _tell(self, message: m.ToStaff) -> None:
        text = msgspec.json.encode(message).decode()
        for socket in list(self._sockets):
            with contextlib.suppress(ConnectionError):
                await socket.send_str(text)

    def _note(self, change: Callable[[], object]) -> None:
        with self._news:
            change()
            self._news.notify_all()

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        if self.closed or not self.signed_in:
            return web.Response(status=401 if not self.signed_in else 503)
        socket = web.WebSocketResponse(compress=False)
        await socket.prepare(request)
        async for frame in socket:
            if frame.type is not WSMsgType.TEXT:
                continue
            message = msgspec.json.decode(frame.data, type=m.FromStaff)
            self._note(lambda message=message: self.sent.append(message))
            if isinstance(message, m.StaffHello):
                self._sockets.add(socket)
                await socket.send_str(msgspec.json.encode(WELCOME).decode())
                if self.view:
                    await socket.send_str(msgspec.json.encode(self.view).decode())
                self._note(lambda: setattr(self, "connections", self.connections + 1))
            elif isinstance(message, m.Command) and not self.deaf:
                name = str(type(message).__struct_config__.tag)
                reply = m.Reply(id=message.id, refused=self.refusals.get(name))
                await socket.send_str(msgspec.json.encode(reply).decode())
        self._sockets.discard(socket)
        return socket

    async def _me(self, _: web.Request) -> web.Response:
        if self.signed_in:
            return web.json_response(ME | {"roles": list(self.roles)})
        return web.json_response({"error": "not_signed_in", "message": "サインインが 必要です。"}, status=401)

    async def _numbers(self, request: web.Request) -> web.Response:
        q = request.query
        found = day.answer(q["since"], q["until"], q["by"], float(q["target"]))
        return web.Response(body=msgspec.json.encode(found), content_type="application/json")

    async def _hall(self, _: web.Request) -> web.Response:
        if self.hall is None:
            return web.Response(status=503)
        return web.Response(body=msgspec.json.encode(self.hall), content_type="application/json")

    async def _framing(self, _: web.Request) -> web.Response:
        return web.Response(
            text="<!doctype html><title>a page of somebody else's</title>", content_type="text/html"
        )

    async def _sites(self, _: web.Request) -> web.Response:
        return web.json_response(
            {"sites": [{"id": "kita", "name": "北公民館"}, {"id": "minami", "name": "南支所"}]}
        )

    async def _logs(self, _: web.Request) -> web.Response:
        return web.Response(text="2026-11-20 kiosk.runner: Idle -> Choosing\n", content_type="text/plain")

    async def _post(self, request: web.Request) -> web.Response:
        path = request.match_info["path"]
        body = await request.json()
        self._note(lambda: self.posted.append((path, body)))
        if path == "sign-in":
            if body["password"] != PASSWORD:
                answer = {"error": "sign_in_failed", "message": "IDか パスワードが ちがいます。"}
                return web.json_response(answer, status=401)
            self.signed_in = True
        elif path == "sign-out":
            self.signed_in = False
        elif path == "enrolments":
            return web.json_response(
                {"code": "K7WM-4RXP", "expires": "2026-11-20T11:16:00+09:00", "authority": self.authority}
            )
        elif path.startswith(("case/", "previsit")) or path == "try":
            content, kind = self.casework.answer(path, body)
            return web.Response(body=content, content_type=kind)
        elif path == "form/page":
            empty: dict[str, Any] = {"revision": 0, "shown": None, "helped": None, "exports": False}
            return web.json_response({**empty, "offers": [], "header": [], "open": [], "papers": []})
        elif path == "slip/preview":
            content = msgspec.json.decode(json.dumps(body["content"]), type=SlipContent)
            self._papers = self._papers or Papers()
            return web.Response(body=paper(self._papers, content), content_type="image/png")
        return web.json_response({})

    async def _history(self, _: web.Request) -> web.Response:
        content, kind = self.casework.answer("case/history", {})
        return web.Response(body=content, content_type=kind)

    async def _file(self, request: web.Request) -> web.StreamResponse:
        folder = FOLDERS.get(request.match_info["folder"])
        path = request.match_info["path"] or "index.html"
        if folder is None or not (folder / path).is_file() or ".." in path:
            return web.Response(status=404)
        headers = security_headers(secure=False, frame_ancestors=("*",)) if self.framed else HEADERS
        return web.FileResponse(folder / path, headers=headers)


def paper(papers: Papers, content: SlipContent) -> bytes:
    """Return a slip exactly as the printer would show it."""
    slip = Slip(
        city="見本市", site="北公民館", number=12, started=1_795_136_700.0, ended=1_795_138_200.0, purpose="おくやみ",
        department="窓口課", staff="佐藤", telephone="0000-00-1234", content=content,
    )  # fmt: skip
    return png(papers.render_slip(slip))


def launch(playwright: Playwright) -> Browser:
    """Start the distribution's Chromium."""
    return playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)


def new_seat(browser: Browser) -> BrowserContext:
    """Return a browser profile of its own, in Japan."""
    return browser.new_context(locale="ja-JP", timezone_id="Asia/Tokyo")


PAINTED = """() => new Promise((done) => {
  const goOn = () => requestAnimationFrame(() => requestAnimationFrame(done));
  new PerformanceObserver((seen) => seen.getEntriesByName("first-contentful-paint").length && goOn()).observe({ type: "paint", buffered: true });
  setTimeout(goOn, 1500); // a page without a word has no such moment
})"""


def open_page(
    browser: Browser,
    rig: Rig,
    path: str = "/console/",
    size: tuple[int, int] = (1920, 1080),
    *,
    host: str = "127.0.0.1",
    fault: str = "",
    permissions: Sequence[str] = (),
    seat: BrowserContext | None = None,
) -> Page:
    """Open a staff page, at another host name or with a fault put into the browser; what it logs as an error is kept.

    A `seat` that somebody sat on before is cleared of all they left, but for the pages' files: those are loaded once.
    """
    context = seat or new_seat(browser)
    context.clear_permissions()
    context.grant_permissions(["camera", "microphone", *permissions])
    page = context.new_page()
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.set_default_timeout(PATIENCE * 1000)
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda line: problems.append(line.text) if line.type == "error" else None)
    if fault:
        page.add_init_script(fault)
    address = rig.url.replace("127.0.0.1", host)
    if seat is not None:
        context.clear_cookies()
        everything = {"origin": address, "storageTypes": "local_storage,indexeddb,service_workers,websql"}
        context.new_cdp_session(page).send("Storage.clearDataForOrigin", everything)
    page.goto(address + path)
    page.evaluate(PAINTED)  # a key pressed before the first paint is thrown away by the browser
    PROBLEMS[page] = problems
    return page
