"""The kiosk's eyes: its cameras, sent to one clerk who is in the call; one `Eyes` for each of them.

The console offers and numbers attempts; a newer attempt replaces the older. What all links share (the sensors, the
marks on the paper) is their `Scene`: cameras run only while somebody looks.
"""

import asyncio
import gc
import logging
from collections.abc import Callable, Coroutine, Sequence

import msgspec

from hardware.ports import Frame
from kiosk.media import leaves, pulse, stills
from kiosk.media.marks import Told, Wish
from kiosk.media.peer import BadOffer, Peer
from kiosk.media.photo import News, Photographer
from kiosk.media.scene import Scene
from server.protocol.values import IceServer

__all__ = ["BadOffer", "ClerkPulse", "Eyes", "EyesEvent", "EyesLost", "EyesUp", "StaleAttempt"]

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


EyesEvent = EyesUp | EyesLost | ClerkPulse | News


class StaleAttempt(Exception):
    """A newer attempt, another call or the end came first: there is nothing to answer."""


class Eyes:
    """One clerk's camera link; one call at a time, `close` between calls."""

    def __init__(self, scene: Scene, on_event: Callable[[EyesEvent], None]) -> None:
        """`scene` is what all links of the conversation look at."""
        self._scene = scene
        self._on_event = on_event
        self._call: tuple[str, int] | None = None
        self._attempt = 0
        self._peer: Peer | None = None
        self._photos = Photographer(lambda: scene.still(self), self._say_still, on_event)
        self._pulse = pulse.Pulse()
        self._sending = True
        self._papers = True
        self._tasks: set[asyncio.Task[None]] = set()
        self._ticker: asyncio.Task[None] | None = None

    @property
    def looks(self) -> bool:
        """Whether pictures are wanted on this link now."""
        return self._sending and self._peer is not None

    @property
    def papers(self) -> bool:
        """Whether this clerk may see the paper."""
        return self._papers

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
            if self._call is not None:
                self._scene.leave(self)
                await self._photos.end()
        self._scene.enter(self)
        old, self._call, self._attempt = self._peer, call, attempt
        self._pulse = pulse.retried(self._pulse)
        peer = self._peer = self._new_peer(attempt, ice_servers)
        if self._ticker is None:
            self._ticker = asyncio.create_task(self._tick(), name="eyes pulse")
            self._ticker.add_done_callback(self._finished)
        # Cameras start while candidates are gathered: a picture is there when the connection is.
        self._background(self._scene.aim())
        if old is not None:
            self._background(old.close())
        try:
            answer = await peer.answer(sdp)
        except BadOffer:
            if self._peer is not peer:  # it stumbled because it was closed under way
                raise StaleAttempt from None
            self._peer = None
            self._background(self._scene.aim())
            self._background(peer.close())
            raise
        if self._peer is not peer:
            raise StaleAttempt
        return answer

    async def candidate(self, attempt: int, candidate: str, mid: str) -> None:
        """Add a candidate of the current attempt; any other is dropped."""
        if self._peer is not None and attempt == self._attempt:
            await self._peer.candidate(candidate, mid)

    async def send(self, on: bool, papers: bool = True) -> None:
        """Go on or hold, and show the paper or not: the connection stays.

        Held, nothing leaves on this link; when all links are, both sensors are off when this returns.
        """
        shown, hidden = papers and not self._papers, self._papers and not papers
        self._sending, self._papers = on, papers
        if hidden:
            self._photos.withhold()
            self._scene.hide(self)
        await self._scene.aim()
        if shown and self._peer is not None:
            self._peer.tell(self._scene.told)
        if on and self._peer is not None:
            for picture in (self._peer.face, self._peer.document):
                if picture is not None:
                    picture.refresh()

    async def close(self) -> None:
        """End the call: sensors off, connection gone, nothing of it kept; the next `answer` may begin another."""
        peer, self._peer, self._call, self._attempt = self._peer, None, None, 0
        ticker, self._ticker = self._ticker, None
        self._sending, self._papers, self._pulse = True, True, pulse.Pulse()
        await self._scene.aim()
        self._scene.leave(self)
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
            if current():
                self._scene.asked(self, wish, delay)

        def arrived(page: leaves.Leaf) -> None:
            if current():
                self._scene.arrived(self, page)

        def photo(wish: stills.Wish) -> None:
            if not current():
                return
            if self._papers or isinstance(wish, stills.Drop):
                self._photos.asked(wish)
            else:
                self._say_still(stills.Refused(wish.still, "not_allowed"), b"")

        peer = Peer(
            ice_servers=ice_servers,
            cameras=self._scene.cameras,
            on_pulse=heard,
            on_broken=broke,
            photo=photo,
            leaf=arrived,
            marked=marked,
            told=lambda: self._scene.told if self._papers else Told(),
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

    def show_face(self, frame: Frame) -> None:
        """Send a picture of the resident."""
        if self._peer is not None and self._peer.face is not None:
            self._peer.face.track.show(frame)

    def show_document(self, frame: Frame, fps: int) -> None:
        """Send a picture of the paper; `fps` of them come a second."""
        if self._peer is not None and self._peer.document is not None:
            self._peer.document.encoder.fps = fps
            self._peer.document.track.show(frame)

    def tell(self, told: Told) -> None:
        """Tell this clerk what is true of the marks now."""
        if self._peer is not None and self._papers:
            self._peer.tell(told)

    def _background(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("eyes: %s in the background", type(task.exception()).__name__)
