"""A camera without a lens: a painted scene with a moving code, so that a test can tell a live picture from a frozen one.

Stimulus: `unplug`, `plug`. Witness: `capturing`. `read_code` reads the frame number back, also after video coding.
"""

import asyncio
from collections.abc import Callable
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from hardware.errors import CameraMissing
from hardware.ports import Frame
from server.protocol.values import Device, DeviceName

CODE_BITS = 16
Picture = NDArray[np.uint8]


def paint_code(image: Picture, number: int) -> None:
    """Paint `number` (mod 2^16) and its complement as two rows of black and white cells along the bottom."""
    height, width = image.shape[:2]
    cell = width // (CODE_BITS + 2)
    top = height - 2 * cell
    image[top - cell // 2 :, :] = 128
    for bit in range(CODE_BITS):
        on = 255 if number >> (CODE_BITS - 1 - bit) & 1 else 0
        left = cell * (bit + 1)
        image[top - cell // 4 : top - cell // 4 + cell, left : left + cell] = on
        image[top - cell // 4 + cell : top - cell // 4 + 2 * cell, left : left + cell] = 255 - on


def read_code(image: Picture) -> int | None:
    """Return the painted number, or None where a cell and its complement do not differ clearly."""
    grey = image if image.ndim == 2 else image.mean(axis=2)
    height, width = grey.shape[:2]
    cell = width // (CODE_BITS + 2)
    top = height - 2 * cell - cell // 4
    number = 0
    for bit in range(CODE_BITS):
        left = cell * (bit + 1)
        inner = slice(left + cell // 4, left + cell - cell // 4)
        upper = float(grey[top + cell // 4 : top + cell - cell // 4, inner].mean())
        lower = float(grey[top + cell + cell // 4 : top + 2 * cell - cell // 4, inner].mean())
        if abs(upper - lower) < 60:
            return None
        number = number << 1 | (upper > lower)
    return number


class SimulatedCamera:
    """`hardware.ports.Camera` that paints instead of looking."""

    def __init__(self, name: DeviceName, scene: Literal["face", "paper"]) -> None:
        self._name: DeviceName = name
        self._scene = scene
        self._task: asyncio.Task[None] | None = None
        self._plugged = True
        self._number = 0
        self._size = (640, 480)

    @property
    def capturing(self) -> bool:
        """Whether the sensor is on."""
        return self._task is not None

    def unplug(self) -> None:
        """Pull the cable: frames stop, `device` says missing."""
        self._plugged = False

    def plug(self) -> None:
        """Put it back: frames go on if the camera was open."""
        self._plugged = True

    async def open(self, width: int, height: int, fps: int, on_frame: Callable[[Frame], None]) -> None:
        """Paint `fps` frames a second until stopped."""
        if not self._plugged:
            raise CameraMissing(self._name)
        await self.stop()
        self._size = (width, height)
        self._task = asyncio.create_task(self._paint(fps, on_frame), name=f"simulated {self._name}")

    async def still(self) -> Frame:
        """Paint one large picture."""
        if not self.capturing or not self._plugged:
            raise CameraMissing(self._name)
        return Frame(self._picture((2592, 1944)), asyncio.get_running_loop().time())

    async def stop(self) -> None:
        """Off."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def device(self) -> Device:
        """Say how it is."""
        return Device(name=self._name, state="ok" if self._plugged else "missing", driver="simulated")

    async def close(self) -> None:
        """Off for good."""
        await self.stop()

    async def _paint(self, fps: int, on_frame: Callable[[Frame], None]) -> None:
        loop = asyncio.get_running_loop()
        ground = self._background(self._size)
        due = loop.time()
        while True:
            if self._plugged:
                image = ground.copy()
                self._move(image, loop.time())
                self._number += 1
                paint_code(image, self._number)
                on_frame(Frame(image, loop.time()))
            due = max(due + 1 / fps, loop.time())
            await asyncio.sleep(due - loop.time())

    def _picture(self, size: tuple[int, int]) -> Picture:
        image = self._background(size)
        paint_code(image, self._number)
        return image

    def _background(self, size: tuple[int, int]) -> Picture:
        width, height = size
        return _face(width, height) if self._scene == "face" else _paper(width, height)

    def _move(self, image: Picture, now: float) -> None:
        """Something alive: a slow nod of light, or a hand's shadow over the paper."""
        height, width = image.shape[:2]
        x = int(width * (0.5 + 0.3 * np.sin(now)))
        cv2.circle(image, (x, height // 12), max(4, height // 40), (60, 120, 230), -1, cv2.LINE_AA)


def _face(width: int, height: int) -> Picture:
    """An elderly person in a community centre, in a few shapes."""
    image: Picture = np.full((height, width, 3), (188, 201, 207), np.uint8)
    u = height / 480
    cx, cy = width // 2, int(250 * u)

    def at(x: float, y: float) -> tuple[int, int]:
        return int(cx + x * u), int(cy + y * u)

    def disc(x: float, y: float, rx: float, ry: float, colour: tuple[int, int, int]) -> None:
        cv2.ellipse(image, at(x, y), (int(rx * u), int(ry * u)), 0, 0, 360, colour, -1, cv2.LINE_AA)

    cv2.rectangle(image, at(150, -210), at(270, -90), (245, 240, 230), -1)
    cv2.rectangle(image, at(150, -210), at(270, -90), (148, 162, 169), max(2, int(4 * u)))
    disc(0, 260, 190, 150, (115, 90, 122))
    disc(0, 90, 34, 60, (160, 190, 220))
    disc(0, 0, 84, 104, (170, 199, 234))
    disc(0, -70, 92, 56, (210, 214, 217))
    disc(-30, -2, 7, 5, (50, 50, 50))
    disc(30, -2, 7, 5, (50, 50, 50))
    cv2.ellipse(
        image,
        at(0, 40),
        (int(30 * u), int(16 * u)),
        0,
        20,
        160,
        (60, 70, 150),
        max(2, int(4 * u)),
        cv2.LINE_AA,
    )
    return image


def _paper(width: int, height: int) -> Picture:
    """A letter on a dark green desk, a little turned."""
    image: Picture = np.full((height, width, 3), (77, 86, 65), np.uint8)
    u = height / 720
    cx, cy = width // 2, int(330 * u)
    box = cv2.boxPoints(((cx, cy), (430 * u, 600 * u), 3.0)).astype(np.int32)
    cv2.fillPoly(image, [box], (250, 254, 255), cv2.LINE_AA)
    for row in range(14):
        y = int(cy - 230 * u + row * 30 * u)
        half = int((150 if row % 3 else 110) * u)
        cv2.line(
            image, (cx - half, y), (cx + half, y + int(8 * u)), (90, 90, 90), max(1, int(5 * u)), cv2.LINE_AA
        )
    return image
