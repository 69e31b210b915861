"""What the cameras of a kiosk see, for everybody who is in the conversation: opened once, shown to each who may look.

Each clerk has a link of their own (`eyes.Eyes`); here is what they share: the sensors,
the marks on the paper, and the page that lies before the resident instead of it. That page is of one clerk at a time.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Protocol

from hardware.errors import CameraMissing
from hardware.ports import Camera, Frame
from kiosk.media import leaves
from kiosk.media.marks import Leaf, Told, Wish
from kiosk.media.photo import NoStill
from kiosk.media.rate import DOCUMENT, FACE, Shape
from kiosk.media.table import Sight, Table

log = logging.getLogger(__name__)


class Looker(Protocol):
    """One clerk's link, as the cameras know it."""

    @property
    def looks(self) -> bool:
        """Whether pictures are wanted there now."""
        ...

    @property
    def papers(self) -> bool:
        """Whether the paper may be seen there."""
        ...

    def show_face(self, frame: Frame) -> None:
        """Take the newest picture of the resident."""
        ...

    def show_document(self, frame: Frame, fps: int) -> None:
        """Take the newest picture of the paper; `fps` of them come a second."""
        ...

    def tell(self, told: Told) -> None:
        """Take what is true of the marks now."""
        ...


class Scene:
    """Both cameras and the paper under one of them, for as many links as there are."""

    def __init__(
        self,
        face: Camera | None,
        document: Camera | None,
        *,
        to_page: Callable[[bytes | None], None] = lambda _jpeg: None,
        to_leaf: Callable[[leaves.Leaf | None, Told], None] = lambda _leaf, _told: None,
        on_paper: Callable[[Sight | None], None] = lambda _sight: None,
        on_leaf: Callable[[int, int], None] = lambda _number, _of: None,
        on_capturing: Callable[[bool], None] = lambda _on: None,
    ) -> None:
        """`to_page` takes the pictures of the paper for the resident, and None when there shall be none, `to_leaf` the
        shared page with what stands on it, or None; `on_paper` how well the paper can be followed, None = the resident
        shall not see it; `on_leaf` which shared page is before them, of how many, 0 = none; `on_capturing` the lamp."""
        self._face = face
        self._document = document
        self._on_paper = on_paper
        self._on_leaf = on_leaf
        self._on_capturing = on_capturing
        self._table = Table(self._send_document, self._told, to_page, to_leaf)
        self._lookers: list[Looker] = []
        self._sharing: Looker | None = None  # whose page it is
        self._leaf = (0, 0)
        self._capturing = False
        self._cameras = asyncio.Lock()

    @property
    def capturing(self) -> bool:
        """Whether a camera may be on: true from before it is opened until after it is stopped."""
        return self._capturing

    @property
    def cameras(self) -> tuple[bool, bool]:
        """Which there are: face, document."""
        return self._face is not None, self._document is not None

    @property
    def told(self) -> Told:
        """What is true of the marks now."""
        return self._table.last

    def enter(self, looker: Looker) -> None:
        """Let a link look from now on; whoever is here already stays here."""
        if looker not in self._lookers:
            self._lookers.append(looker)

    def leave(self, looker: Looker) -> None:
        """A link is over; with the last one the marks are, too."""
        if looker in self._lookers:
            self._lookers.remove(looker)
        if not self._lookers:
            self._table.end()
            self._sharing, self._leaf = None, (0, 0)
        else:
            self.hide(looker)

    def hide(self, looker: Looker) -> None:
        """The pages of this clerk go: they left, or may see papers no longer."""
        if self._sharing is looker:
            self._sharing = None
            self._table.asked(Leaf(0), 0.0)

    async def aim(self) -> None:
        """Make the cameras what they should be now: on while anybody looks."""
        async with self._cameras:
            want = any(looker.looks for looker in self._lookers)
            if want == self._capturing:
                return
            if want:
                self._capture(True)
                await asyncio.gather(
                    self._open(self._face, FACE, self._show_face),
                    self._open(self._document, DOCUMENT, self._table.frame),
                )
            else:
                await asyncio.gather(*(camera.stop() for camera in (self._face, self._document) if camera))
                self._capture(False)

    def asked(self, looker: Looker, wish: Wish, delay: float) -> None:
        """Do what a clerk wishes, if they may see the paper; over a shared page, only whoever shares it."""
        if not looker.papers or self._sharing not in (None, looker):
            return
        if self._document is not None or isinstance(wish, Leaf) or self._sharing is looker:
            self._table.asked(wish, delay)
            self._sharing = looker if self._table.last.leaf else None

    def arrived(self, looker: Looker, page: leaves.Leaf) -> None:
        """Take a page of whoever shares pages."""
        if looker.papers and self._sharing is looker:
            self._table.arrived(page)

    async def still(self, looker: Looker) -> Frame:
        """Take one picture of the paper. Raises NoStill."""
        if not looker.looks:
            raise NoStill("held")
        if not looker.papers:
            raise NoStill("not_allowed")
        if self._document is None:
            raise NoStill("camera_missing")
        try:
            return await self._document.still()
        except CameraMissing:
            raise NoStill("camera_missing") from None

    def _capture(self, on: bool) -> None:
        self._capturing = on
        self._on_capturing(on)

    async def _open(self, camera: Camera | None, shape: Shape, show: Callable[[Frame], None]) -> None:
        if camera is None:
            return
        try:
            await camera.open(shape.width, shape.height, shape.fps, show)
        except CameraMissing:
            log.warning("%s: no picture, the call goes on without it", camera.device().name)

    def _show_face(self, frame: Frame) -> None:
        for looker in self._lookers:
            if looker.looks:
                looker.show_face(frame)

    def _send_document(self, frame: Frame) -> None:
        fps = DOCUMENT.fps if self._table.busy else DOCUMENT.usual
        for looker in self._lookers:
            if looker.looks and looker.papers:
                looker.show_document(frame, fps)

    def _told(self, told: Told) -> None:
        for looker in self._lookers:
            looker.tell(told)
        self._on_paper(told.paper if told.shown else None)
        leaf = (told.leaf if told.leaf in told.leaves else 0, told.of)
        if leaf != self._leaf:
            self._leaf = leaf
            self._on_leaf(*leaf)
