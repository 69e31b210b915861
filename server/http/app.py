"""The application: pages, API and sockets under one roof, with the same headers and the same door for all.

Pages come from folders of ours, by an allow-list of suffixes, and bring nothing from anywhere else.
"""

import logging
from collections.abc import Awaitable, Callable
from pathlib import Path

from aiohttp import hdrs, web
from aiohttp.typedefs import Middleware

from server.http.api import Api
from server.http.booking import BookingApi
from server.http.cases import CaseApi
from server.http.floor import Floor
from server.http.forms import FormApi
from server.http.hall import HallPage
from server.http.kiosks import kiosk_socket
from server.http.numbers import Numbers
from server.http.papers import PaperApi
from server.http.problems import Handler, Problem, tell
from server.http.share import ShareApi
from server.http.staff import fleet_socket, floor_socket, staff_socket
from server.http.stills import StillApi
from server.http.windows import WindowApi
from server.protocol.messages import MAX_FRAME

log = logging.getLogger(__name__)

HERE = Path(__file__).resolve().parents[1]
FOLDERS = {
    "console": HERE / "web" / "console",
    "dashboard": HERE / "web" / "dashboard",
    "numbers": HERE / "web" / "numbers",
    "wallboard": HERE / "web" / "wallboard",
    "window": HERE / "web" / "window",
    "shared": HERE / "web" / "shared",
    "vendor": HERE / "web" / "vendor",
    "protocol": HERE / "protocol" / "js",
    # A form is drawn for a visitor with a link by the very element that draws it at a kiosk.
    "screen": HERE.parent / "kiosk" / "screen",
}
SUFFIXES = frozenset({".html", ".js", ".css", ".json", ".svg", ".png", ".ico", ".woff2", ".wav", ".mp3"})
ELEMENTS_ONLY = frozenset({"screen"})
"""Of these folders only the modules are given out: a kiosk's page is no page of ours."""
SAFE = frozenset({"GET", "HEAD"})
WITHOUT_COOKIE = frozenset({"/api/enrol", "/ws/kiosk"})
"""Spoken by kiosks, which are no browsers, prove themselves otherwise and send no Origin."""


def make_app(
    floor: Floor, *, secure: bool, origins: tuple[str, ...] = (), frame_ancestors: tuple[str, ...] = ()
) -> web.Application:
    """Return the application around a floor. `origins` are further addresses its pages are opened at."""
    app = web.Application(middlewares=[tell, _door(frozenset(origins))], client_max_size=MAX_FRAME)
    headers = security_headers(secure=secure, frame_ancestors=frame_ancestors)

    async def dress(_request: web.Request, response: web.StreamResponse) -> None:
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        response.headers["Server"] = "komado"  # versions are nobody's business

    app.on_response_prepare.append(dress)
    app.add_routes(Api(floor).routes())
    app.add_routes(Numbers(floor).routes())
    app.add_routes(HallPage(floor).routes())
    app.add_routes(WindowApi(floor).routes())
    app.add_routes(CaseApi(floor).routes())
    app.add_routes(FormApi(floor).routes())
    app.add_routes(BookingApi(floor).routes())
    app.add_routes(StillApi(floor).routes())
    app.add_routes(PaperApi(floor).routes())
    app.add_routes(ShareApi(floor).routes())
    app.add_routes(
        [
            web.get("/ws/kiosk", _socket(floor, kiosk_socket), name="ws-kiosk"),
            web.get("/ws/staff", _socket(floor, staff_socket), name="ws-staff"),
            web.get("/ws/fleet", _socket(floor, fleet_socket), name="ws-fleet"),
            web.get("/ws/floor", _socket(floor, floor_socket), name="ws-floor"),
            web.get("/", _home, name="home"),
            web.get("/try", _go("/console/inquiry.html"), name="rehearse"),
            web.get("/telephone", _go("/console/inquiry.html?telephone"), name="telephone"),
            web.get("/{folder}/{path:.*}", _page, name="page"),
        ]
    )
    return app


def security_headers(*, secure: bool, frame_ancestors: tuple[str, ...]) -> dict[str, str]:
    """Return what every answer carries: our own files only, no frames, no guesses, no referrer."""
    policy = {
        "default-src": "'self'",
        "img-src": "'self' data: blob:",
        "media-src": "'self' blob:",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": " ".join(frame_ancestors) or "'none'",
    }
    headers = {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Permissions-Policy": "camera=(self), microphone=(self), geolocation=(), payment=(), usb=()",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-cache",  # asked again each time, answered with 304 while nothing changed
    }
    if secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    return headers


def same_origin(origin: str | None, own: str, further: frozenset[str]) -> bool:
    """Say whether a request comes from one of our own pages."""
    return origin is not None and (origin == own or origin in further)


def _door(further: frozenset[str]) -> Middleware:
    """Refuse what changes something, or opens a socket, from a page that is not ours (CSRF, RFC 6455 10.2)."""

    @web.middleware
    async def door(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.method not in SAFE or request.path.startswith("/ws/"):
            origin = request.headers.get(hdrs.ORIGIN)
            kiosk = origin is None and request.path in WITHOUT_COOKIE
            if not kiosk and not same_origin(origin, f"{request.scheme}://{request.host}", further):
                raise Problem("wrong_origin", 403)
        return await handler(request)

    return door


def _socket(floor: Floor, serve: Callable[[Floor, web.Request], Awaitable[web.WebSocketResponse]]) -> Handler:
    async def handler(request: web.Request) -> web.StreamResponse:
        try:
            return await serve(floor, request)
        except* Exception as group:
            # A fault of ours. Nothing can be answered on a line that already speaks WebSocket: it is cut.
            log.error("%s failed", request.path, exc_info=group)
            if request.transport is not None:
                request.transport.abort()
        return web.Response(status=500)

    return handler


async def _home(_request: web.Request) -> web.StreamResponse:
    raise web.HTTPFound("/console/")


def _go(where: str) -> Handler:
    async def handler(_request: web.Request) -> web.StreamResponse:
        raise web.HTTPFound(where)

    return handler


async def _page(request: web.Request) -> web.StreamResponse:
    folder = FOLDERS.get(request.match_info["folder"])
    path = request.match_info["path"]
    if folder is None:
        raise web.HTTPNotFound
    file = (folder / (path + "index.html" if path in {"", "/"} or path.endswith("/") else path)).resolve()
    suffixes = {".js"} if request.match_info["folder"] in ELEMENTS_ONLY else SUFFIXES
    if file.suffix not in suffixes or not file.is_relative_to(folder) or not file.is_file():
        raise web.HTTPNotFound
    return web.FileResponse(file)
