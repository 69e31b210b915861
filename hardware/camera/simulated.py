"""A camera without a lens: a painted scene with a moving code, so that a test can tell a live picture from a frozen one.

Stimulus: `unplug`, `plug`, `lay`. Witness: `capturing`, `where`, `stills`. `read_code` reads the frame number back, also after
video coding.
"""

import asyncio
import functools
from collections.abc import Callable
from importlib.resources import files
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from hardware.errors import CameraMissing
from hardware.ports import Frame
from server.protocol.values import Device, DeviceName

CODE_BITS = 16
Picture = NDArray[np.uint8]
Matrix = NDArray[np.float64]
SheetDoes = Literal["lies", "moves", "away"]

_SHEET_MM = (210, 297)
_PER_MM = 2.15  # pixels of a picture 720 high
_ROUND = 120  # frames until a moving sheet is where it was
_STILL = (3840, 2880)
_SMALL = 4  # the paper's code is this much smaller: the sheet needs the room


def paint_code(image: Picture, number: int, smaller: int = 1) -> None:
    """Paint `number` (mod 2^16) and its complement as two rows of black and white cells along the bottom."""
    height, width = image.shape[:2]
    cell = width // (CODE_BITS + 2) // smaller
    top = height - 2 * cell
    image[top - cell // 2 :, : width // smaller] = 128
    for bit in range(CODE_BITS):
        on = 255 if number >> (CODE_BITS - 1 - bit) & 1 else 0
        left = cell * (bit + 1)
        image[top - cell // 4 : top - cell // 4 + cell, left : left + cell] = on
        image[top - cell // 4 + cell : top - cell // 4 + 2 * cell, left : left + cell] = 255 - on


def read_code(image: Picture) -> int | None:
    """Return the painted number, large or small, or None where a cell and its complement do not differ clearly."""
    grey = image if image.ndim == 2 else image.mean(axis=2).astype(np.uint8)
    large = _read(grey, 1)
    return _read(grey, _SMALL) if large is None else large


def _read(grey: Picture, smaller: int) -> int | None:
    height, width = grey.shape[:2]
    cell = width // (CODE_BITS + 2) // smaller
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

    def __init__(self, name: DeviceName, scene: Literal["face", "paper"], most_fps: int = 30) -> None:
        self._name: DeviceName = name
        self._scene = scene
        self._most_fps = most_fps
        self._task: asyncio.Task[None] | None = None
        self._plugged = True
        self._number = 0
        self._size = (640, 480)
        self._does: SheetDoes = "lies"
        self._way = 0  # frames of its round that the sheet has gone
        self._ways: dict[int, int] = {}
        self.stills = 0  # large pictures taken so far

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

    def lay(self, does: SheetDoes) -> None:
        """Let the sheet lie, let it wander over the desk, or take it away."""
        self._does = does

    def where(self, number: int) -> Matrix:
        """Return where the sheet was in a recent frame: millimetres on the paper to pixels."""
        return place(self._ways[number], self._size)

    async def open(self, width: int, height: int, fps: int, on_frame: Callable[[Frame], None]) -> None:
        """Paint `fps` frames a second, or as many as it may, until stopped."""
        if not self._plugged:
            raise CameraMissing(self._name)
        await self.stop()
        self._size = (width, height)
        self._task = asyncio.create_task(
            self._paint(min(fps, self._most_fps), on_frame), name=f"simulated {self._name}"
        )

    async def still(self) -> Frame:
        """Paint one large picture: of the sheet, a little more than 200 dots an inch."""
        if not self.capturing or not self._plugged:
            raise CameraMissing(self._name)
        self.stills += 1
        at = asyncio.get_running_loop().time()
        return Frame(await asyncio.to_thread(self._picture, _STILL), at)

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
        ground, seen = self._background(self._size), (self._does, self._way)
        due = loop.time()
        while True:
            if self._plugged:
                self._way = (self._way + (self._does == "moves")) % _ROUND
                if self._scene == "paper" and (self._does, self._way) != seen:
                    ground, seen = self._background(self._size), (self._does, self._way)
                image = ground.copy()
                self._number += 1
                self._ways[self._number] = self._way
                self._ways.pop(self._number - 10 * _ROUND, None)
                self._alive(image, loop.time())
                on_frame(Frame(image, loop.time()))
            due = max(due + 1 / fps, loop.time())
            await asyncio.sleep(due - loop.time())

    def _picture(self, size: tuple[int, int]) -> Picture:
        image = self._background(size)
        paint_code(image, self._number, 1 if self._scene == "face" else _SMALL)
        return image

    def _background(self, size: tuple[int, int]) -> Picture:
        width, height = size
        if self._scene == "face":
            return _face(width, height)
        return _desk(size, None if self._does == "away" else place(self._way, size))

    def _alive(self, image: Picture, now: float) -> None:
        """The number of the frame, and over a face a slow nod of light."""
        height, width = image.shape[:2]
        if self._scene == "paper":
            paint_code(image, self._number, _SMALL)
            return
        paint_code(image, self._number)
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


@functools.cache
def _sheet(per_mm: float) -> Picture:
    """The sheet of `sheet.typ`, about this large."""
    data = files("hardware.camera").joinpath("sheet.png").read_bytes()
    image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert image is not None
    width, height = (round(mm * per_mm) for mm in _SHEET_MM)
    small = cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)
    return np.minimum(small, 250).astype(np.uint8)


def place(way: int, size: tuple[int, int]) -> Matrix:
    """Where the sheet lies: millimetres on the paper to pixels; a round leads to the right, turns, and comes back."""
    width, height = size
    u = height / 720
    angle = 2 * np.pi * way / _ROUND
    x, y = width / 2 + 150 * u * (1 - np.cos(angle)), 352 * u
    turn = np.deg2rad(3 - 9 * np.sin(angle))
    c, s = np.cos(turn) * _PER_MM * u, np.sin(turn) * _PER_MM * u
    mid_x, mid_y = _SHEET_MM[0] / 2, _SHEET_MM[1] / 2
    return np.array(
        [[c, -s, x - c * mid_x + s * mid_y], [s, c, y - s * mid_x - c * mid_y], [0, 0, 1]], np.float64
    )


def _desk(size: tuple[int, int], lies: Matrix | None) -> Picture:
    """A dark green desk, and the sheet on it."""
    width, height = size
    image: Picture = np.full((height, width, 3), (77, 86, 65), np.uint8)
    if lies is None:
        return image
    sheet = _sheet(round(_PER_MM * height / 720, 2))
    to_mm = np.diag([_SHEET_MM[0] / sheet.shape[1], _SHEET_MM[1] / sheet.shape[0], 1.0])
    cv2.warpPerspective(
        sheet, lies @ to_mm, size, dst=image, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_TRANSPARENT
    )
    return image
