"""The driver of a real camera, above a scripted V4L2 device: OpenCV itself needs one that is plugged in."""

import asyncio
from typing import Any

import cv2
import numpy as np
import pytest

from hardware.camera.opencv import LARGE, SETTLES, OpenCvCamera
from hardware.errors import CameraMissing
from hardware.ports import Frame

pytestmark = pytest.mark.slow


class Device:
    """A camera with one sensor: whoever opens it twice at once gets nothing, and its largest picture is 3264 wide."""

    def __init__(self) -> None:
        self.plugged = True
        self.opened = 0
        self.sizes: list[tuple[int, int]] = []

    def capture(self, _path: str, _api: int) -> "Capture":
        return Capture(self)


class Capture:
    def __init__(self, device: Device) -> None:
        self.device = device
        self.width, self.height, self.reads = 640, 480, 0
        self.open = device.plugged and device.opened == 0
        device.opened += self.open

    def isOpened(self) -> bool:  # noqa: N802 - OpenCV's name
        return self.open

    def set(self, key: int, value: float) -> bool:
        if key == cv2.CAP_PROP_FRAME_WIDTH:
            self.width = min(int(value), 3264)
        if key == cv2.CAP_PROP_FRAME_HEIGHT:
            self.height = min(int(value), 2448)
            self.device.sizes.append((self.width, self.height))
        return True

    def read(self) -> tuple[bool, Any]:
        if not (self.open and self.device.plugged):
            return False, None
        self.reads += 1
        return True, np.full((self.height, self.width, 3), min(self.reads, 255), np.uint8)

    def release(self) -> None:
        self.device.opened -= self.open
        self.open = False


@pytest.fixture
def device(monkeypatch: pytest.MonkeyPatch) -> Device:
    made = Device()
    monkeypatch.setattr(cv2, "VideoCapture", made.capture)
    return made


async def film(camera: OpenCvCamera) -> asyncio.Queue[Frame]:
    got: asyncio.Queue[Frame] = asyncio.Queue()
    await camera.open(1280, 720, 30, got.put_nowait)
    async with asyncio.timeout(10):
        await got.get()
    return got


async def test_a_still_is_as_large_as_the_camera_can_and_the_film_goes_on_after_it(device: Device):
    camera = OpenCvCamera("document_camera", "/dev/video-example")
    got = await film(camera)
    frame = await camera.still()
    assert frame.image.shape == (2448, 3264, 3)
    assert frame.image[0, 0, 0] == SETTLES, "the first pictures after opening are dark and blurred"
    assert (min(LARGE[0], 3264), min(LARGE[1], 2448)) in device.sizes
    while not got.empty():
        got.get_nowait()
    async with asyncio.timeout(10):
        assert (await got.get()).image.shape == (720, 1280, 3)
    await camera.close()
    assert device.opened == 0


async def test_two_who_ask_at_once_get_the_same_still(device: Device):
    camera = OpenCvCamera("document_camera", "/dev/video-example")
    await film(camera)
    one, other = await asyncio.gather(camera.still(), camera.still())
    assert one is other
    await camera.close()


async def test_a_camera_that_is_not_there_says_so_and_a_stopped_one_takes_no_still(device: Device):
    camera = OpenCvCamera("document_camera", "/dev/video-example")
    with pytest.raises(CameraMissing):
        await camera.still()
    device.plugged = False
    with pytest.raises(CameraMissing):
        await camera.open(1280, 720, 30, lambda frame: None)
    assert camera.device().state == "missing"
