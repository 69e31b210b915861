"""The JSON API of shared pages: a clerk's file or a sample becomes pictures, which go back to the clerk and are kept nowhere.

From the console they go to the kiosk over the call's own line; the server has them for the time of one answer.
"""

import logging

import msgspec
from aiohttp import web

from server.http.api import body_of, reply
from server.http.floor import Floor
from server.http.mine import ticket_of
from server.http.ports import NoPages, PageImage
from server.http.problems import Problem
from server.http.stills import parts_of
from server.http.throttle import Bucket, Rate, draw, full
from server.protocol.values import Id, Key, Personal, Short, StaffId

log = logging.getLogger(__name__)

DRAWINGS = Rate(per_second=0.2, burst=5)
LARGEST = 10_000_000


class Of(msgspec.Struct, frozen=True, kw_only=True):
    """Part "about" of POST /api/share/file."""

    ticket: Id


class OfSample(msgspec.Struct, frozen=True, kw_only=True):
    """POST /api/share/sample."""

    ticket: Id
    sample: Key


class SampleRow(msgspec.Struct, frozen=True, kw_only=True):
    """A sample to choose from."""

    id: Key
    title: Short


class Samples(msgspec.Struct, frozen=True, kw_only=True):
    """GET /api/share/samples."""

    samples: tuple[SampleRow, ...]


class SharedLeaf(Personal, frozen=True, kw_only=True):
    """One page."""

    width: int
    height: int
    jpeg: bytes


class Leaves(Personal, frozen=True, kw_only=True):
    """All pages of what shall be shown."""

    pages: tuple[SharedLeaf, ...]


class ShareApi:
    """The handlers; what they stand on is the floor's."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self._desk = floor.parts.desk
        self._drawings: dict[StaffId, Bucket] = {}

    def routes(self) -> list[web.RouteDef]:
        """Return every route of shared pages."""
        return [
            web.get("/api/share/samples", self.samples, name="share-samples"),
            web.post("/api/share/sample", self.sample, name="share-sample"),
            web.post("/api/share/file", self.file, name="share-file"),
        ]

    async def samples(self, _request: web.Request) -> web.Response:
        """List the samples; they are nobody's secret."""
        rows = (SampleRow(id=id, title=title) for id, title in self._desk.samples().items())
        return reply(Samples(samples=tuple(rows)))

    async def sample(self, request: web.Request) -> web.Response:
        """Draw a sample."""
        wish = await body_of(request, OfSample)
        await self._may_draw(request, wish.ticket)
        try:
            return _leaves(await self._desk.sample_pages(wish.sample))
        except KeyError:
            raise Problem("no_sample", 404) from None
        except NoPages as refused:
            raise Problem(refused.why, 422) from None

    async def file(self, request: web.Request) -> web.Response:
        """Draw the pages of a PDF or a picture: part "about" says which visit, part "picture" is the file."""
        words, file = await parts_of(request, LARGEST)
        try:
            wish = msgspec.json.decode(words, type=Of)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise Problem("bad_json", 400) from None
        await self._may_draw(request, wish.ticket)
        try:
            return _leaves(await self._desk.shared_pages(file))
        except NoPages as refused:
            log.info("ticket %s: a file was not shown: %s", wish.ticket, refused.why)
            raise Problem(refused.why, 422) from None

    async def _may_draw(self, request: web.Request, ticket: Id) -> None:
        session, _ = await ticket_of(self._floor, request, ticket)
        staff, now = session.person.id, self._floor.parts.hub.now().elapsed
        self._drawings[staff], fine = draw(self._drawings.get(staff, full(DRAWINGS, now)), DRAWINGS, now)
        if not fine:
            raise Problem("busy", 429, 5)


def _leaves(pages: tuple[PageImage, ...]) -> web.Response:
    return reply(Leaves(pages=tuple(SharedLeaf(width=p.width, height=p.height, jpeg=p.jpeg) for p in pages)))
