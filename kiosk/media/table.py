"""What lies under the document camera, as clerk and resident see it: the one picture that both get, with the marks in it.

At rest frames pass through untouched. Else each is worked on in a thread, the newest only: the sheet is followed, the
marks are drawn where they are on the paper now, and nothing of it is kept longer than the conversation.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from typing import Literal, NamedTuple

import cv2
import numpy as np

from hardware.ports import Frame
from kiosk.media.ink import draw
from kiosk.media.leaves import Leaf
from kiosk.media.marks import Board, Spot, Told, Wish, after, on_paper, to_sent
from kiosk.media.rate import DOCUMENT
from kiosk.sheet.geometry import Matrix, Picture, Size, inverse
from kiosk.sheet.track import Dot, Lost, Seen, Tracker

log = logging.getLogger(__name__)

SIZE = (DOCUMENT.width, DOCUMENT.height)
_LOOK_EVERY = 3  # frames between searches for a first sheet
_KEPT = 12
_ON_THE_WAY = 0.12
"""Seconds that coding, buffering and showing a frame take; the line's own delay is measured."""
_QUALITY = 80

Sight = Literal["looking", "seen", "lost"]


class _Lying(NamedTuple):
    """Where the sheet is in a frame, and how large it is."""

    seen: Seen
    size: Size


class _Done(NamedTuple):
    """One frame, worked on."""

    frame: Frame  # as it came
    lying: _Lying | None
    sight: Sight | None
    sent: Frame
    jpeg: bytes | None


class _Shown(NamedTuple):
    """What the console saw of a frame: how to get from the picture to the paper."""

    at: float
    to_camera: Matrix
    lying: _Lying | None


class _Follower:
    """Follows one sheet, and begins anew with whatever lies there where no mark would be lost by it."""

    def __init__(self) -> None:
        self._tracker = Tracker()
        self._searches = 0

    @property
    def has_sheet(self) -> bool:
        """Whether there is a sheet that marks belong to."""
        return self._tracker.size is not None

    def find(self, image: Picture, *, anew: bool) -> _Lying | None:
        """Say where the sheet is; `anew`: another sheet would do as well."""
        had = self.has_sheet
        if had:
            found = self._tracker.next(image)
            if isinstance(found, Seen) or not anew:
                return self._lying(found)
        self._searches += 1
        if had or self._searches % _LOOK_EVERY == 1:
            return self._lying(self._tracker.start(image))
        return None

    def _lying(self, found: Seen | Lost) -> _Lying | None:
        size = self._tracker.size
        return _Lying(found, size) if isinstance(found, Seen) and size is not None else None


class Table:
    """The paper of one conversation."""

    def __init__(
        self,
        send: Callable[[Frame], None],
        told: Callable[[Told], None],
        to_page: Callable[[bytes | None], None],
        to_leaf: Callable[[Leaf | None, Told], None] = lambda _leaf, _told: None,
    ) -> None:
        """`send` takes each picture for the clerk, `told` what is true when it changed, `to_page` a JPEG for the
        resident, `to_leaf` the shared page both look at, and what stands on it."""
        self._send, self._told, self._to_page, self._to_leaf = send, told, to_page, to_leaf
        self.reset()

    def reset(self) -> None:
        """Forget everything: marks, place of the paper, pictures."""
        self._board = Board()
        self._leaves: dict[int, Leaf] = {}
        self._follower = _Follower()
        self._sight: Sight | None = None
        self._still: tuple[Frame, _Lying | None] | None = None
        self._shown: deque[_Shown] = deque(maxlen=_KEPT)
        self._newest: Frame | None = None
        self._work: asyncio.Task[None] | None = None
        self._passed_at = float("-inf")
        self.last = Told()

    @property
    def busy(self) -> bool:
        """Whether frames are worked on, and both ends want them often."""
        board = self._board
        return not board.leaf and (board.shown or board.frozen or board.look != Board().look)

    def frame(self, frame: Frame) -> None:
        """Take the camera's newest frame."""
        if not self.busy:
            # At rest half as many are enough; a quarter of a period is jitter.
            if frame.at - self._passed_at >= 0.75 / DOCUMENT.usual:
                self._passed_at = frame.at
                self._send(frame)
            return
        self._newest = frame
        if self._work is None:
            self._work = asyncio.create_task(self._go(), name="paper")

    def asked(self, wish: Wish, delay: float) -> None:
        """Do what the clerk wishes; what they pointed at lay there `delay` seconds ago, and a little more."""
        before = self._board
        seen_at = asyncio.get_running_loop().time() - delay - _ON_THE_WAY
        shown = self._seen_by(seen_at)
        self._board = after(before, wish, lambda spot: _place(shown, spot))
        if before.shown and not self._board.shown:
            self._follower, self._sight = _Follower(), None
            self._to_page(None)
        if not self._board.frozen:
            self._still = None
        if before.leaf and not self._board.leaf:
            self._leaves = {}
            self._to_leaf(None, Told())
        self._say()

    def arrived(self, leaf: Leaf) -> None:
        """Take a shared page that is whole."""
        self._leaves[leaf.header.page] = leaf
        self._say()

    def end(self) -> None:
        """End it: no picture goes out after this, and none is here."""
        if self._work is not None:
            self._work.cancel()
        self.reset()
        self._to_page(None)
        self._to_leaf(None, Told())

    def _seen_by(self, at: float) -> _Shown | None:
        """Return the newest picture that had arrived by then; else the oldest we know."""
        return next((one for one in reversed(self._shown) if one.at <= at), next(iter(self._shown), None))

    async def _go(self) -> None:
        """Work on frames, one after the other, until none is waiting."""
        me = asyncio.current_task()
        while (frame := self._newest) is not None:
            self._newest = None
            board = self._board
            done = await asyncio.to_thread(_compose, frame, board, self._still, self._follower)
            if self._work is not me:
                return  # the conversation ended meanwhile
            self._take(done, board)
        self._work = None

    def _take(self, done: _Done, board: Board) -> None:
        to_camera = inverse(to_sent(board.look, _size(done.frame.image), SIZE))
        self._shown.append(_Shown(done.sent.at, to_camera, done.lying))
        if self._board.frozen and self._still is None:
            self._still = (done.frame, done.lying)
        if self._board.shown:
            self._sight = done.sight
        self._send(done.sent)
        if done.jpeg is not None and self._board.shown:
            self._to_page(done.jpeg)
        self._say()

    def _say(self) -> None:
        board = self._board
        now = Told(
            shown=board.shown,
            paper=self._sight if board.shown else None,
            ring=board.dot is not None,
            strokes=len(board.strokes),
            frozen=board.frozen,
            look=board.look,
            leaf=board.leaf,
            of=board.of,
            leaves=tuple(sorted(self._leaves)),
            dot=(board.dot.x, board.dot.y) if board.leaf and board.dot is not None else None,
            lines=_lines(board) if board.leaf else (),
        )
        if now != self.last:
            self.last = now
            if board.leaf:
                self._to_leaf(self._leaves.get(board.leaf), now)
            self._told(now)


def _lines(board: Board) -> tuple[tuple[Spot, ...], ...]:
    return tuple(tuple((dot.x, dot.y) for dot in stroke.points) for stroke in board.strokes)


def _compose(
    frame: Frame, board: Board, still: tuple[Frame, _Lying | None] | None, follower: _Follower
) -> _Done:
    """Find the paper and draw; runs in a thread, one at a time, and touches nothing the loop changes."""
    at = frame.at
    lying: _Lying | None = None
    if still is not None:
        frame, lying = still
    if board.shown and lying is None:
        lying = follower.find(frame.image, anew=board.empty)
    sight: Sight | None = None
    if board.shown:
        sight = "seen" if lying is not None else "lost" if follower.has_sheet else "looking"
    view = to_sent(board.look, _size(frame.image), SIZE)
    picture = _seen_through(frame.image, view)
    if lying is not None and not board.empty:
        draw(picture, view @ lying.seen.matrix, board)
    return _Done(frame, lying, sight, Frame(picture, at), _jpeg(picture) if board.shown else None)


def _place(shown: _Shown | None, spot: Spot) -> Dot | None:
    """Say which place of the paper lay at a spot of a picture."""
    if shown is None or shown.lying is None:
        return None
    x, y = spot[0] * (SIZE[0] - 1), spot[1] * (SIZE[1] - 1)
    camera = shown.to_camera @ np.array([x, y, 1.0])
    dot = shown.lying.seen.to_paper(float(camera[0] / camera[2]), float(camera[1] / camera[2]))
    return on_paper(dot, shown.lying.size)


def _size(image: Picture) -> tuple[int, int]:
    return image.shape[1], image.shape[0]


def _seen_through(image: Picture, view: Matrix) -> Picture:
    if _size(image) == SIZE and np.allclose(view, np.eye(3)):
        return image.copy()
    return np.asarray(cv2.warpAffine(image, view[:2], SIZE, flags=cv2.INTER_LINEAR), np.uint8)


def _jpeg(picture: Picture) -> bytes:
    _, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    return data.tobytes()
