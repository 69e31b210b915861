"""Links for one visit each: a clerk makes one, somebody opens it on a telephone, and is a kiosk until they are done.

The code stands behind the `#` of the link, which no browser sends to anybody, and comes here in the body of a request.
Six digits can be guessed: whoever guesses waits longer each time, and all who guess together may try so often and no
oftener, wherever they sit.
"""

import base64
import logging
import math
import secrets
from datetime import datetime
from typing import Annotated

import msgspec
from aiohttp import hdrs, web
from msgspec import Meta

from server.core.hours import JAPAN
from server.core.places import SentWindow, Visitor
from server.http import auth
from server.http.api import Ok, body_of, reply
from server.http.auth import Session
from server.http.floor import Floor
from server.http.problems import Problem
from server.http.throttle import CODES, Bucket, Ledger, Rate, draw, full, until_next
from server.protocol.values import Id, Key

log = logging.getLogger(__name__)

SENDERS = frozenset({"clerk", "supervisor"})
GUESSES = Rate(per_second=1 / 30, burst=60)
"""Wrong codes of the whole city: 2,940 a day, of a million. A good code costs nothing."""


class SendWindow(msgspec.Struct, frozen=True, kw_only=True):
    """POST /api/windows."""

    purpose: Key
    who: Visitor
    minutes: Annotated[int, Meta(ge=10, le=7 * 24 * 60)]


class MadeWindow(msgspec.Struct, frozen=True, kw_only=True):
    """What is sent on, shown once. `qr` is a PNG of `link`, base64."""

    id: str
    link: str
    digits: str
    qr: str
    expires: str

    def __repr__(self) -> str:
        return f"<MadeWindow {self.id}>"


class WindowRow(msgspec.Struct, frozen=True, kw_only=True):
    """A link that was sent, without its codes."""

    id: str
    purpose: str
    who: Visitor
    expires: str
    opened: bool
    revoked: bool
    mine: bool


class WindowRows(msgspec.Struct, frozen=True, kw_only=True):
    """GET /api/windows."""

    windows: tuple[WindowRow, ...]


class OpenWindow(msgspec.Struct, frozen=True, kw_only=True):
    """POST /api/windows/open, from the visitor's page."""

    code: Annotated[str, Meta(min_length=6, max_length=40)]
    public_key: Annotated[bytes, Meta(min_length=32, max_length=32)]
    machine: Id

    def __repr__(self) -> str:
        return "<OpenWindow redacted>"


class OpenedWindow(msgspec.Struct, frozen=True, kw_only=True):
    """What the page is from now on, and for what."""

    kiosk: str
    purpose: str
    label: str
    lane: str
    city: str
    telephone: str
    expires: str


class WindowApi:
    """The handlers."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self._windows = floor.parts.registry.windows
        self._codes = Ledger(CODES)
        self._guesses = full(GUESSES, floor.parts.hub.now().elapsed)

    def routes(self) -> list[web.RouteDef]:
        """Return every route of the windows."""
        return [
            web.post("/api/windows", self.send, name="send_window"),
            web.get("/api/windows", self.sent, name="windows"),
            web.post("/api/windows/open", self.open, name="open_window"),
            web.post("/api/windows/{window}/revoke", self.revoke, name="revoke_window"),
        ]

    async def send(self, request: web.Request) -> web.Response:
        """Make a link, its picture and six digits for the telephone."""
        session = await self._sender(request)
        wish = await body_of(request, SendWindow)
        if wish.purpose not in {purpose for lane in self._floor.city.lanes for purpose in lane.purposes}:
            raise Problem("unknown_purpose", 404)
        wall = self._floor.parts.hub.now().wall
        window = SentWindow(
            id="w-" + secrets.token_hex(6),
            purpose=wish.purpose,
            who=wish.who,
            made_by=session.person.id,
            expires=wall + 60.0 * wish.minutes,
        )
        code = secrets.token_urlsafe(18)
        digits = f"{secrets.randbelow(1_000_000):06d}"
        while not await self._windows.add(window, auth.digest(code), auth.digest(digits), wall):
            digits = f"{secrets.randbelow(1_000_000):06d}"
        log.info("staff %s sent window %s", session.person.id, window.id)
        # The address the clerk's own page was opened at: the door let no other origin in.
        link = f"{request.headers[hdrs.ORIGIN]}/window/#{code}"
        made = MadeWindow(
            id=window.id,
            link=link,
            digits=digits,
            qr=base64.b64encode(self._floor.parts.desk.code_picture(link)).decode(),
            expires=_when(window.expires),
        )
        return reply(made)

    async def sent(self, request: web.Request) -> web.Response:
        """List the links whose time is not over."""
        session = await self._sender(request)
        found = await self._windows.sent(self._floor.parts.hub.now().wall)
        rows = tuple(
            WindowRow(
                id=one.id, purpose=one.purpose, who=one.who, expires=_when(one.expires), opened=one.opened,
                revoked=one.revoked, mine=one.made_by == session.person.id,
            )
            for one in found
        )  # fmt: skip
        return reply(WindowRows(windows=rows))

    async def revoke(self, request: web.Request) -> web.Response:
        """Take a link back: nobody opens it any more, and whoever has is parted from."""
        session = await self._sender(request)
        window = request.match_info["window"]
        if not await self._windows.revoke(window):
            raise Problem("unknown_window", 404)
        log.info("staff %s took window %s back", session.person.id, window)
        await self._floor.refresh()
        return reply(Ok())

    async def open(self, request: web.Request) -> web.Response:
        """Make the page that shows a good code the window it was sent for."""
        now, address = self._floor.parts.hub.now(), request.remote or "?"
        if (wait := self._codes.wait(address, now.elapsed)) > 0:
            raise Problem("wait", 429, math.ceil(wait))
        wish = await body_of(request, OpenWindow)
        if not auth.usable_key(wish.public_key):
            raise Problem("bad_key", 400)
        self._guesses, fine = draw(self._guesses, GUESSES, now.elapsed)
        if not fine:
            raise Problem("wait", 429, math.ceil(until_next(self._guesses, GUESSES)))
        self._codes.mistake(address, now.elapsed)  # before the check: many at once are many mistakes
        window = await self._windows.open(
            auth.digest(_tidy(wish.code)), wish.public_key, wish.machine, now.wall
        )
        if window is None:
            log.warning("a window was not opened from %s", address)
            raise Problem("bad_window", 403)
        self._codes.success(address)
        self._guesses = Bucket(min(GUESSES.burst, self._guesses.tokens + 1), self._guesses.at)
        await self._floor.refresh()
        log.info("window %s: opened", window.id)
        return reply(self._opened(window))

    def _opened(self, window: SentWindow) -> OpenedWindow:
        city = self._floor.city
        labels = {purpose.id: purpose.staff_label for purpose in city.purposes}
        lane = next((lane for lane in city.lanes if window.purpose in lane.purposes), None)
        return OpenedWindow(
            kiosk=window.id,
            purpose=window.purpose,
            label=labels.get(window.purpose, window.purpose),
            lane="" if lane is None else lane.name,
            city=city.name,
            telephone=city.telephone,
            expires=_when(window.expires),
        )

    async def _sender(self, request: web.Request) -> Session:
        session = await self._floor.parts.sessions.of(request, self._floor.parts.hub.now().wall)
        if session is None:
            raise Problem("not_signed_in", 401)
        if SENDERS.isdisjoint(session.person.roles):
            raise Problem("forbidden", 403)
        return session


def _tidy(typed: str) -> str:
    """Return a code as it was made: six digits may be typed with spaces or in full width."""
    digits = "".join(str(int(letter)) for letter in typed if letter.isdecimal())
    letters = "".join(typed.split())
    return digits if len(digits) == 6 and all(one.isdecimal() or one == "-" for one in letters) else letters


def _when(wall: float) -> str:
    return datetime.fromtimestamp(wall, JAPAN).isoformat(timespec="minutes")
