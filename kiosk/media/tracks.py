"""From a camera's frames to aiortc's tracks: the newest frame only, nothing queues."""

import asyncio
from fractions import Fraction
from typing import cast

import cv2
import numpy as np
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from av import VideoFrame
from numpy.typing import NDArray

from hardware.ports import Frame
from kiosk.media.rate import Shape

CLOCK = 90_000  # RFC 3551: the RTP clock of video
_TIME_BASE = Fraction(1, CLOCK)


def to_video(image: NDArray[np.uint8], shape: Shape) -> VideoFrame:
    """Fit a BGR picture into `shape` (bars where the proportions differ) as I420."""
    height, width = image.shape[:2]
    if (width, height) != (shape.width, shape.height):
        factor = min(shape.width / width, shape.height / height)
        fitted = (round(width * factor), round(height * factor))
        small = cv2.resize(image, fitted, interpolation=cv2.INTER_AREA)
        top, left = (shape.height - fitted[1]) // 2, (shape.width - fitted[0]) // 2
        canvas = np.zeros((shape.height, shape.width, 3), np.uint8)
        canvas[top : top + fitted[1], left : left + fitted[0]] = small
        image = canvas
    planes = cast("NDArray[np.uint8]", cv2.cvtColor(image, cv2.COLOR_BGR2YUV_I420))
    return VideoFrame.from_ndarray(planes, format="yuv420p")


class NewestFrame(MediaStreamTrack):
    """A track that holds at most one frame: a slow encoder or line costs frames, never delay or memory."""

    kind = "video"

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self._shape = shape
        self._newest: Frame | None = None
        self._arrived = asyncio.Event()
        self._first_at: float | None = None
        self._sent_at = float("-inf")
        self._pts = -1

    def show(self, frame: Frame) -> None:
        """Take over the camera's newest frame."""
        # A camera may not obey its frame rate (5 fps is rare in UVC); a quarter of a period is jitter.
        if frame.at - self._sent_at < 0.75 / self._shape.fps:
            return
        self._newest = frame
        self._arrived.set()

    async def recv(self) -> VideoFrame:
        """Wait for a frame that was not sent yet."""
        await self._arrived.wait()
        self._arrived.clear()
        frame, self._newest = self._newest, None
        if frame is None or self.readyState != "live":
            raise MediaStreamError
        if self._first_at is None:
            self._first_at = frame.at
        self._sent_at = frame.at
        video = await asyncio.to_thread(to_video, frame.image, self._shape)
        self._pts = max(self._pts + 1, int((frame.at - self._first_at) * CLOCK))
        video.pts = self._pts
        video.time_base = _TIME_BASE
        return video

    def stop(self) -> None:
        """End the track; whoever waits for a frame is told."""
        super().stop()
        self._newest = None
        self._arrived.set()
