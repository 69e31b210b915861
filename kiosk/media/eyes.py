"""The kiosk's eyes: its cameras, sent to the clerk who is in the call, and to nobody else.

The console offers and numbers attempts; a newer attempt replaces the older. Cameras run only while a connection is
there and sending is on: `capturing` is what the camera lamp shows.
"""

import asyncio
import gc
import logging
from collections.abc import Callable, Coroutine, Sequence

import msgspec

from hardware.errors import CameraMissing
from hardware.ports import Camera, Frame
from kiosk.media import leaves, pulse, stills
from kiosk.media.marks import Leaf, Told, Wish
from kiosk.media.peer import BadOffer, Peer, Picture
from kiosk.media.photo import News, NoStill, Photographer
from kiosk.media.rate import DOCUMENT, FACE, Shape
from kiosk.media.table import Sight, Table
from server.protocol.values import IceServer

__all__ = ["BadOffer", "ClerkPulse", "Eyes", "EyesEvent", "EyesLost", "EyesUp", "PaperIs", "StaleAttempt"]

log = logging.getLogger(__name__)

_BEAT = 1.0


class EyesUp(msgspec.Struct, frozen=True):
    """Pictures can flow: the clerk's pulse arrives on this attempt."""

    attempt: int


class EyesLost(msgspec.Struct, frozen=True):
    """This attempt failed or fell silent; ask for a new one (`RestartLink`)."""

    attempt: int


class ClerkPulse(msgspec.Struct, frozen=True):
    """The clerk's console began to be heard, or was not heard for ten seconds on this link."""

    alive: bool


class PaperIs(msgspec.Struct, frozen=True):
    """The resident shall see the paper under the camera, and how well it can be followed; None = shall not."""

    sight: Sight | None


class LeafIs(msgspec.Struct, frozen=True):
    """The resident shall see this shared page, which is here; 0 = none."""

    number: int
    of: int


EyesEvent = LeafIs | EyesUp | EyesLost | ClerkPulse | PaperIs | News


class StaleAttempt(Exception):
    """A newer attempt, another call or the end came first: there is nothing to answer."""


class Eyes:
    """The camera link of a kiosk; one call at a time, `close` between calls."""

    def __init__(
        self,
        face: Camera | None,
        document: Camera | None,
        on_event: Callable[[EyesEvent], None],
        to_page: Callable[[bytes | None], None] = lambda _jpeg: None,
        to_leaf: Callable[[leaves.Leaf | None, Told], None] = lambda _leaf, _told: None,
    ) -> None:
        """`to_page` takes the pictures of the paper for the resident, and None when there shall be none; `to_leaf` the shared
        page both look at with what stands on it, or None."""
        self._face = face
        self._document = document
        self._on_event = on_event
        self._call: tuple[str, int] | None = None
        self._attempt = 0
        self._peer: Peer | None = None
        self._table = Table(self._send_document, self._told, to_page, to_leaf)
        self._photos = Photographer(self._still, self._say_still, on_event)
        self._leaf = LeafIs(0, 0)
        self._pulse = pulse.Pulse()
        self._sending = True
        self._capturing = False
        self._cameras = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._ticker: asyncio.Task[None] | None = None

    @property
    def capturing(self) -> bool:
        """Whether a camera may be on: true from before it is opened until after it is stopped."""
        return self._capturing

    @property
    def attempt(self) -> int:
        """The newest attempt seen in this call; 0 = none yet."""
        return self._attempt

    async def answer(
        self, ticket: str, generation: int, attempt: int, sdp: str, ice_servers: Sequence[IceServer]
    ) -> str:
        """Answer an offer whose signature was verified; the answer holds all candidates.

        Raises StaleAttempt for an attempt that is not newer, or that was overtaken meanwhile; BadOffer.
        """
        call = (ticket, generation)
        if call == self._call and attempt <= self._attempt:
            raise StaleAttempt
        if call != self._call:
            self._pulse = pulse.Pulse()
            self._table.end()
            await self._photos.end()
        old, self._call, self._attempt = self._peer, call, attempt
        self._pulse = pulse.retried(self._pulse)
        peer = self._peer = self._new_peer(attempt, ice_servers)
        if self._ticker is None:
            self._ticker = asyncio.create_task(self._tick(), name="eyes pulse")
            self._ticker.add_done_callback(self._finished)
        # Cameras start while candidates are gathered: a picture is there when the connection is.
        self._background(self._aim())
        if old is not None:
            self._background(old.close())
        try:
            answer = await peer.answer(sdp)
        except BadOffer:
            if self._peer is not peer:  # it stumbled because it was closed under way
                raise StaleAttempt from None
            self._peer = None
            self._background(self._aim())
            self._background(peer.close())
            raise
        if self._peer is not peer:
            raise StaleAttempt
        return answer

    async def candidate(self, attempt: int, candidate: str, mid: str) -> None:
        """Add a candidate of the current attempt; any other is dropped."""
        if self._peer is not None and attempt == self._attempt:
            await self._peer.candidate(candidate, mid)

    async def send(self, on: bool) -> None:
        """Go on or hold: held, both sensors are off when this returns, and the connection stays."""
        self._sending = on
        await self._aim()
        if on and self._peer is not None:
            for picture in (self._peer.face, self._peer.document):
                if picture is not None:
                    picture.refresh()

    async def close(self) -> None:
        """End the call: sensors off, connection gone, nothing of it kept; the next `answer` may begin another."""
        peer, self._peer, self._call, self._attempt = self._peer, None, None, 0
        ticker, self._ticker = self._ticker, None
        self._sending, self._pulse, self._leaf = True, pulse.Pulse(), LeafIs(0, 0)
        await self._aim()
        self._table.end()
        await self._photos.end()
        if ticker is not None:
            ticker.cancel()
            await asyncio.gather(ticker, return_exceptions=True)
        if peer is not None:
            await peer.close()
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)
        # aiortc's objects hold each other, and through them the last pictures of this visit.
        del peer
        gc.collect()

    def take_still(self, still: str) -> None:
        """Take the still the resident agreed to, and send it to the clerk."""
        self._photos.take(still)

    def refuse_still(self, still: str, why: stills.Why) -> None:
        """Tell the clerk that there will be no such still."""
        self._photos.refuse(still, why)

    def _say_still(self, answer: stills.Answer, data: bytes) -> None:
        if self._peer is not None:
            self._peer.say_still(answer, data)

    def _new_peer(self, attempt: int, ice_servers: Sequence[IceServer]) -> Peer:
        def current() -> bool:
            return self._peer is peer

        def heard() -> None:
            if current():
                self._say(attempt, pulse.heard(self._pulse, asyncio.get_running_loop().time()))

        def broke() -> None:
            if current():
                self._say(attempt, pulse.broke(self._pulse))

        def marked(wish: Wish, delay: float) -> None:
            if current() and (self._document is not None or isinstance(wish, Leaf) or self._table.last.leaf):
                self._table.asked(wish, delay)

        def photo(wish: stills.Wish) -> None:
            if current():
                self._photos.asked(wish)

        peer = Peer(
            ice_servers=ice_servers,
            cameras=(self._face is not None, self._document is not None),
            on_pulse=heard,
            on_broken=broke,
            photo=photo,
            leaf=lambda page: self._table.arrived(page) if current() else None,
            marked=marked,
            told=lambda: self._table.last,
        )
        return peer

    def _say(self, attempt: int, change: tuple[pulse.Pulse, tuple[pulse.News, ...]]) -> None:
        self._pulse, news = change
        for item in news:
            match item:
                case pulse.LinkUp():
                    log.info("eyes %d: up", attempt)
                    self._on_event(EyesUp(attempt))
                case pulse.LinkDown():
                    log.info("eyes %d: lost", attempt)
                    self._on_event(EyesLost(attempt))
                case pulse.Clerk(alive):
                    self._on_event(ClerkPulse(alive))

    async def _tick(self) -> None:
        clock = asyncio.get_running_loop().time
        while True:
            if self._peer is not None:
                await self._peer.adapt(clock())
            if self._peer is not None:
                self._peer.beat()
            self._say(self._attempt, pulse.looked(self._pulse, clock()))
            await asyncio.sleep(_BEAT)

    async def _aim(self) -> None:
        """Make the cameras what they should be now."""
        async with self._cameras:
            want = self._sending and self._peer is not None
            if want == self._capturing:
                return
            if want:
                self._capturing = True
                await asyncio.gather(
                    self._open(self._face, FACE, self._show_face),
                    self._open(self._document, DOCUMENT, self._show_document),
                )
            else:
                await asyncio.gather(*(camera.stop() for camera in (self._face, self._document) if camera))
                self._capturing = False

    async def _open(self, camera: Camera | None, shape: Shape, show: Callable[[Frame], None]) -> None:
        if camera is None:
            return
        try:
            await camera.open(shape.width, shape.height, shape.fps, show)
        except CameraMissing:
            log.warning("%s: no picture, the call goes on without it", camera.device().name)

    def _show_face(self, frame: Frame) -> None:
        if self._peer is not None:
            _show(self._peer.face, frame)

    def _show_document(self, frame: Frame) -> None:
        if self._peer is not None:
            self._table.frame(frame)

    def _send_document(self, frame: Frame) -> None:
        if self._peer is not None and self._peer.document is not None:
            self._peer.document.encoder.fps = DOCUMENT.fps if self._table.busy else DOCUMENT.usual
            self._peer.document.track.show(frame)

    def _told(self, told: Told) -> None:
        if self._peer is not None:
            self._peer.tell(told)
        self._on_event(PaperIs(told.paper if told.shown else None))
        leaf = LeafIs(told.leaf if told.leaf in told.leaves else 0, told.of)
        if leaf != self._leaf:
            self._leaf = leaf
            self._on_event(leaf)

    async def _still(self) -> Frame:
        if not self._sending:
            raise NoStill("held")
        if self._document is None:
            raise NoStill("camera_missing")
        try:
            return await self._document.still()
        except CameraMissing:
            raise NoStill("camera_missing") from None

    def _background(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("eyes: %s in the background", type(task.exception()).__name__)


def _show(picture: Picture | None, frame: Frame) -> None:
    if picture is not None:
        picture.track.show(frame)
