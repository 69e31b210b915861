"""The JSON API of kept stills: a picture comes masked, with its reason, as multipart; it never waits on a disk unsealed."""

import logging

import msgspec
from aiohttp import BodyPartReader, web

from server.http.api import body_of, reply
from server.http.cases import Of
from server.http.floor import Floor
from server.http.mine import ticket_of
from server.http.problems import Problem
from server.http.throttle import Bucket, Rate, draw, full
from server.protocol.values import Id, Personal, StaffId
from server.stillwork import LARGEST, NotKept, Wish

log = logging.getLogger(__name__)

KEEPS = Rate(per_second=0.5, burst=8)
_MOST_WORDS = 8_000


class OfStill(Personal, frozen=True, kw_only=True):
    """POST /api/case/still/picture and /api/case/still/drop."""

    ticket: Id
    id: Id


class StillApi:
    """The handlers; what they stand on is the floor's."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self._work = floor.parts.stillwork
        self._keeps: dict[StaffId, Bucket] = {}

    def routes(self) -> list[web.RouteDef]:
        """Return every route of kept stills."""
        return [
            web.post("/api/case/still", self.keep, name="still-keep"),
            web.post("/api/case/stills", self.kept, name="still-kept"),
            web.post("/api/case/still/picture", self.picture, name="still-picture"),
            web.post("/api/case/still/drop", self.drop, name="still-drop"),
        ]

    async def keep(self, request: web.Request) -> web.Response:
        """Keep a masked still: part "about" says which visit and why, part "picture" is the JPEG."""
        words, jpeg = await parts_of(request, LARGEST)
        try:
            wish = msgspec.json.decode(words, type=Wish)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise Problem("bad_json", 400) from None
        session, ticket = await ticket_of(self._floor, request, wish.ticket)
        staff = session.person.id
        now = self._floor.parts.hub.now().elapsed
        self._keeps[staff], fine = draw(self._keeps.get(staff, full(KEEPS, now)), KEEPS, now)
        if not fine:
            raise Problem("busy", 429, 2)
        try:
            await self._work.keep(ticket.id, wish, jpeg, staff)
        except NotKept as refused:
            raise Problem(refused.why, 422) from None
        return reply(await self._work.kept(ticket.id))

    async def kept(self, request: web.Request) -> web.Response:
        """List the kept stills of the clerk's own call."""
        _, ticket = await ticket_of(self._floor, request, (await body_of(request, Of)).ticket)
        return reply(await self._work.kept(ticket.id))

    async def picture(self, request: web.Request) -> web.Response:
        """Return one, masked as it is kept."""
        wish = await body_of(request, OfStill)
        _, ticket = await ticket_of(self._floor, request, wish.ticket)
        jpeg = await self._work.picture(ticket.id, wish.id)
        if jpeg is None:
            raise Problem("no_still", 404)
        return web.Response(body=jpeg, content_type="image/jpeg", headers={"Cache-Control": "no-store"})

    async def drop(self, request: web.Request) -> web.Response:
        """Take one out of the case."""
        wish = await body_of(request, OfStill)
        _, ticket = await ticket_of(self._floor, request, wish.ticket)
        await self._work.drop(ticket.id, wish.id)
        return reply(await self._work.kept(ticket.id))


async def parts_of(request: web.Request, largest: int) -> tuple[bytes, bytes]:
    """Return the parts "about" and "picture" of a form, in memory only, and never more of them than allowed."""
    if request.content_type != "multipart/form-data":
        raise Problem("not_json", 415)
    found = {"about": b"", "picture": b""}
    most = {"about": _MOST_WORDS, "picture": largest}
    try:
        reader = await request.multipart()
        while (part := await reader.next()) is not None:
            name = part.name if isinstance(part, BodyPartReader) else None
            if not isinstance(part, BodyPartReader) or name not in found:
                raise Problem("bad_json", 400)
            data = bytearray()
            while chunk := await part.read_chunk(65_536):
                data += chunk
                if len(data) > most[name]:
                    raise Problem("file_too_large" if name == "picture" else "too_large", 413)
            found[name] = bytes(data)
    except (ValueError, AssertionError):  # what aiohttp says of a form it cannot read
        raise Problem("bad_json", 400) from None
    return found["about"], found["picture"]
