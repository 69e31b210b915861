"""A V4L2 camera through OpenCV, by stable path, in a thread of its own, with a deadline for every frame.

MJPEG is asked for because two raw cameras exceed one USB controller (opencv#23787); an unplugged camera is reopened with
back-off (opencv#27101), and the newest frame always replaces the older one. V4L2 cannot change the size of a running
stream: for a still the film pauses a moment, while the same camera is opened large.
"""

import asyncio
import threading
import time
from collections.abc import Callable
from typing import Any, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from hardware.errors import CameraMissing
from hardware.ports import Frame
from server.protocol.values import Device, DeviceName, DeviceState

FRAME_DEADLINE = 3.0
BACK_OFF = (0.5, 1.0, 2.0, 5.0)
LARGE = (4096, 3072)
"""Asked for in a still; a driver gives the nearest size it has, and 200 dots an inch over A4 need about 3000 x 2100."""
SETTLES = 6
"""Frames in which exposure and focus find themselves anew."""
STILL_TAKES = 12.0
"""Seconds after which there is no still."""


class OpenCvCamera:
    """`hardware.ports.Camera` on a real device, e.g. `/dev/v4l/by-path/...-video-index0`."""

    def __init__(self, name: DeviceName, path: str, most_fps: int = 30) -> None:
        self._name: DeviceName = name
        self._path = path
        self._most_fps = most_fps
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._newest: Frame | None = None
        self._fresh = False
        self._state: DeviceState = "unknown"
        self._wanted: asyncio.Future[Frame] | None = None

    async def open(self, width: int, height: int, fps: int, on_frame: Callable[[Frame], None]) -> None:
        """Start capturing; refuses at once when there is no such camera."""
        await self.stop()
        fps = min(fps, self._most_fps)
        loop = asyncio.get_running_loop()
        capture = await loop.run_in_executor(None, self._open, width, height, fps)
        if capture is None:
            self._state = "missing"
            raise CameraMissing(self._name)
        self._stop = threading.Event()
        self._thread = threading.Thread(
            target=self._run, args=(capture, (width, height, fps), loop, on_frame, self._stop),
            name=f"camera {self._name}", daemon=True,
        )  # fmt: skip
        self._thread.start()

    async def still(self) -> Frame:
        """Take one picture as large as the camera can."""
        if self._thread is None or self._newest is None:
            raise CameraMissing(self._name)
        if self._wanted is None or self._wanted.done():
            self._wanted = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(STILL_TAKES):
                return await asyncio.shield(self._wanted)  # another may wait for the same one
        except TimeoutError:
            raise CameraMissing(self._name) from None

    async def stop(self) -> None:
        """Stop the thread and release the device."""
        thread, self._thread = self._thread, None
        self._stop.set()
        if thread is not None:
            await asyncio.get_running_loop().run_in_executor(None, thread.join)
        wanted, self._wanted = self._wanted, None
        if wanted is not None and not wanted.done():
            wanted.cancel()
        self._newest = None

    def device(self) -> Device:
        """Say how it is: unknown until it was opened once."""
        return Device(name=self._name, state=self._state, driver="opencv")

    async def close(self) -> None:
        """Release everything."""
        await self.stop()

    def _open(self, width: int, height: int, fps: int) -> Any:
        capture = cv2.VideoCapture(self._path, cv2.CAP_V4L2)
        if not capture.isOpened():
            capture.release()
            return None
        fourcc = cast(int, cast(Any, cv2).VideoWriter_fourcc(*"MJPG"))
        for key, value in (
            (cv2.CAP_PROP_FOURCC, fourcc), (cv2.CAP_PROP_FRAME_WIDTH, width), (cv2.CAP_PROP_FRAME_HEIGHT, height),
            (cv2.CAP_PROP_FPS, fps), (cv2.CAP_PROP_BUFFERSIZE, 1), (cv2.CAP_PROP_READ_TIMEOUT_MSEC, FRAME_DEADLINE * 1000),
        ):  # fmt: skip
            capture.set(key, value)
        return capture

    def _large(self, fps: int) -> Frame | None:
        """Open large, wait until it sees well, and take one; None when the camera is gone."""
        capture = self._open(*LARGE, fps)
        if capture is None:
            return None
        try:
            image: Any = None
            for _ in range(SETTLES):
                ok, image = capture.read()
                if not ok:
                    return None
            return Frame(cast(NDArray[np.uint8], image), time.monotonic())
        finally:
            capture.release()

    def _run(
        self, capture: Any, size: tuple[int, int, int], loop: asyncio.AbstractEventLoop,
        on_frame: Callable[[Frame], None], stop: threading.Event,
    ) -> None:  # fmt: skip
        failures = 0

        def deliver() -> None:
            # Several frames may have arrived since this was scheduled: only the newest is worth anything.
            if self._fresh and self._newest is not None and not stop.is_set():
                self._fresh = False
                on_frame(self._newest)

        def hand_over(wanted: asyncio.Future[Frame], frame: Frame | None) -> None:
            if wanted.done():
                return
            if frame is None:
                wanted.set_exception(CameraMissing(self._name))
            else:
                wanted.set_result(frame)

        while not stop.is_set():
            wanted = self._wanted
            if wanted is not None and not wanted.done() and capture is not None:
                capture.release()
                large = self._large(size[2])
                capture = self._open(*size)
                self._wanted = None
                loop.call_soon_threadsafe(hand_over, wanted, large)
            ok, image = capture.read() if capture is not None else (False, None)
            if ok:
                failures, self._state = 0, "ok"
                self._newest, self._fresh = Frame(cast(NDArray[np.uint8], image), time.monotonic()), True
                loop.call_soon_threadsafe(deliver)
                continue
            self._state = "missing"
            if capture is not None:
                capture.release()
            stop.wait(BACK_OFF[min(failures, len(BACK_OFF) - 1)])
            failures += 1
            capture = None if stop.is_set() else self._open(*size)
        if capture is not None:
            capture.release()
