"""The painted camera: alive, readable, and off when it says so."""

import asyncio

import pytest

from hardware.camera.simulated import SimulatedCamera, paint_code, read_code
from hardware.errors import CameraMissing
from hardware.ports import Frame

pytestmark = pytest.mark.slow


async def frames(camera: SimulatedCamera, count: int) -> list[Frame]:
    got: asyncio.Queue[Frame] = asyncio.Queue()
    await camera.open(640, 480, 30, got.put_nowait)
    async with asyncio.timeout(10):
        return [await got.get() for _ in range(count)]


@pytest.mark.parametrize("scene", ["face", "paper"])
async def test_each_frame_carries_the_next_number(scene: str):
    camera = SimulatedCamera("face_camera", scene)  # type: ignore[arg-type]
    numbers = [read_code(frame.image) for frame in await frames(camera, 5)]
    await camera.close()
    assert numbers == list(range(numbers[0] or 0, (numbers[0] or 0) + 5))


async def test_stopped_means_off():
    camera = SimulatedCamera("document_camera", "paper")
    await frames(camera, 1)
    assert camera.capturing
    await camera.stop()
    assert not camera.capturing


async def test_an_unplugged_camera_is_missing_and_comes_back():
    camera = SimulatedCamera("face_camera", "face")
    camera.unplug()
    assert camera.device().state == "missing"
    with pytest.raises(CameraMissing):
        await camera.open(640, 480, 30, lambda frame: None)
    camera.plug()
    assert await frames(camera, 2)
    await camera.close()


def test_a_grey_picture_holds_no_number():
    import numpy as np

    image = np.full((480, 640, 3), 128, np.uint8)
    assert read_code(image) is None
    for number in (0, 1, 0xABCD, 0xFFFF):
        paint_code(image, number)
        assert read_code(image) == number


async def test_a_sheet_lies_wanders_and_is_taken_away():
    camera = SimulatedCamera("document_camera", "paper")
    got: asyncio.Queue[Frame] = asyncio.Queue()
    await camera.open(1280, 720, 30, got.put_nowait)
    seen = list[tuple[float, bool]]()
    async with asyncio.timeout(20):
        for does in ("lies", "moves", "away"):
            camera.lay(does)
            for _ in range(12):
                image = (await got.get()).image
                number = read_code(image)
                assert number is not None
                seen.append((float(camera.where(number)[0, 2]), bool((image > 240).mean() > 0.2)))
    await camera.close()
    assert len({x for x, _ in seen[1:12]}) == 1
    assert len({x for x, _ in seen[13:24]}) == 11
    assert [there for _, there in seen[25:]] == [False] * 11
    assert all(there for _, there in seen[:24])


async def test_a_camera_that_may_paint_fewer_paints_fewer():
    camera = SimulatedCamera("face_camera", "face", most_fps=5)
    first, _, third = await frames(camera, 3)
    await camera.close()
    assert third.at - first.at > 0.39, "two fifths of a second, however busy the machine is"
