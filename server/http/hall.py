"""`/open/`: how many wait and about how long, for everybody; nobody signs in, nothing is said of anybody.

A page without script, the same as JSON and as CSV, each from one look at the board that serves everybody for a moment.
"""

import msgspec
from aiohttp import web

from server.core import hall
from server.core.overview import Hall, view_for_hall
from server.http import public
from server.http.floor import Floor

FRESH = 2.0
"""Seconds one look serves everybody who asks: a public page must not cost the desks anything."""
KEEP = {"Cache-Control": "public, max-age=2"}


class HallPage:
    """The handlers, and the last look."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self._made = float("-inf")
        self._hall: Hall | None = None

    def routes(self) -> list[web.RouteDef]:
        """Return every public route of the waits."""
        return [
            web.get("/open/", self.page, name="open_page"),
            web.get("/open/wait.json", self.wait, name="open_wait"),
            web.get("/open/calls.json", self.calls, name="open_calls"),
            web.get("/open/wait.csv", self.table, name="open_wait_csv"),
        ]

    async def page(self, _request: web.Request) -> web.Response:
        """Answer with a page that needs no script."""
        text = public.page(self._look(), self._floor.city.telephone)
        return web.Response(text=text, content_type="text/html", headers=KEEP)

    async def wait(self, _request: web.Request) -> web.Response:
        """Answer with JSON."""
        body = msgspec.json.encode(self._look())
        return web.Response(body=body, content_type="application/json", headers=KEEP)

    async def calls(self, _request: web.Request) -> web.Response:
        """Answer with the numbers that are called to a desk of the hall now."""
        hub = self._floor.parts.hub
        body = msgspec.json.encode(hall.called(hub.board(), hub.now()))
        return web.Response(body=body, content_type="application/json", headers={"Cache-Control": "no-store"})

    async def table(self, _request: web.Request) -> web.Response:
        """Answer with CSV, marked so that the spreadsheet of every city hall reads it as UTF-8."""
        body = public.table(self._look()).encode("utf-8-sig")
        return web.Response(body=body, content_type="text/csv", charset="utf-8", headers=KEEP)

    def _look(self) -> Hall:
        """Return the newest board's waits, or those of a moment ago."""
        hub = self._floor.parts.hub
        now = hub.now()
        if self._hall is None or now.elapsed - self._made >= FRESH:
            self._hall, self._made = view_for_hall(hub.board(), hub.city, now), now.elapsed
        return self._hall
