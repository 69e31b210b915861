"""`/open/wait.json`: how many wait and about how long, for everybody; nobody signs in, nothing is said of anybody."""

import msgspec
from aiohttp import web

from server.core.overview import view_for_hall
from server.http.floor import Floor

FRESH = 2.0
"""Seconds one answer serves everybody who asks: a public page must not cost the desks anything."""


class HallPage:
    """The handler, and the last answer."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self._made = float("-inf")
        self._answer = b""

    def routes(self) -> list[web.RouteDef]:
        """Return the one route."""
        return [web.get("/open/wait.json", self.wait, name="open_wait")]

    async def wait(self, _request: web.Request) -> web.Response:
        """Answer from the newest board, or from an answer that is a moment old."""
        hub = self._floor.parts.hub
        now = hub.now()
        if now.elapsed - self._made >= FRESH:
            self._answer = msgspec.json.encode(view_for_hall(hub.board(), hub.city, now))
            self._made = now.elapsed
        return web.Response(
            body=self._answer, content_type="application/json", headers={"Cache-Control": "public, max-age=2"}
        )
