"""The clerk points, the sheet moves, and the ring in the received picture stays where it was pointed at on the paper."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, cast

import cv2
import msgspec
import numpy as np
import pytest
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from av import VideoFrame
from numpy.typing import NDArray

from hardware.camera.simulated import SimulatedCamera, read_code
from kiosk.media.eyes import Eyes, EyesEvent
from kiosk.media.marks import Told
from kiosk.media.scene import Scene
from kiosk.sheet.geometry import Points, apply, inverse
from tests.kiosk.media.rig import until

pytestmark = pytest.mark.slow

DRIFT_MM = 3.0
NAME = (62.0, 150.0)  # of the first person on the simulated camera's sheet, in millimetres


class Desk:
    """A kiosk's eyes and, over real aiortc on loopback, the console that looks through them."""

    def __init__(self) -> None:
        self.camera = SimulatedCamera("document_camera", "paper")
        self.events: list[EyesEvent] = []
        self.jpegs: list[bytes | None] = []
        self.sights: list[str | None] = []
        self.scene = Scene(None, self.camera, to_page=self.jpegs.append, on_paper=self.sights.append)
        self.eyes = Eyes(self.scene, self.events.append)
        self.told = Told()
        self.seen: tuple[int, NDArray[np.uint8]] | None = None
        self.stood = 0  # pictures in a row that show the same moment
        self.console = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.console.addTransceiver("video", "recvonly")
        self.console.addTransceiver("video", "recvonly")
        self.pulse = self.console.createDataChannel("pulse")
        self.marks = self.console.createDataChannel("marks")
        self.marks.on("message", self._heard)
        self._watch: asyncio.Task[None] | None = None

    def _heard(self, text: str) -> None:
        self.told = msgspec.json.decode(text, type=Told)

    async def connect(self) -> None:
        await self.console.setLocalDescription()
        answer = await self.eyes.answer("T1", 1, 1, self.console.localDescription.sdp, ())
        await self.console.setRemoteDescription(RTCSessionDescription(answer, "answer"))
        self._watch = asyncio.create_task(self._look())
        await until(lambda: self.marks.readyState == "open" and self.seen is not None)

    async def _look(self) -> None:
        track = self.console.getTransceivers()[1].receiver.track
        while True:
            frame = cast(object, await cast(Any, track).recv())
            assert isinstance(frame, VideoFrame)
            picture = frame.to_ndarray(format="bgr24").astype(np.uint8)
            number = read_code(picture)
            if number is not None:
                self.stood = self.stood + 1 if self.seen is not None and self.seen[0] == number else 0
                self.seen = (number, picture)

    def wish(self, do: str, **more: object) -> None:
        self.marks.send(msgspec.json.encode({"do": do, **more}).decode())

    def spot(self, x: float, y: float) -> tuple[float, float]:
        """Where a place of the paper is in the picture the clerk looks at, as the console says it."""
        assert self.seen is not None
        at = apply(self.camera.where(self.seen[0]), np.array([[x, y]]))[0]
        return float(at[0]) / 1279, float(at[1]) / 719

    def ring(self) -> Points | None:
        """Measure the ring in the newest received picture: millimetres on the paper as it truly lies."""
        assert self.seen is not None
        middle = ring_in(self.seen[1])
        return None if middle is None else apply(inverse(self.camera.where(self.seen[0])), middle)[0]

    async def close(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.gather(self._watch, return_exceptions=True)
        await self.eyes.close()
        await self.console.close()


def ring_in(picture: NDArray[np.uint8]) -> Points | None:
    """Find an orange ring and return its middle, or None."""
    hsv = cv2.cvtColor(picture, cv2.COLOR_BGR2HSV)
    orange = cv2.inRange(hsv, np.array([4, 150, 215]), np.array([20, 255, 255]))
    _, _, parts, _ = cv2.connectedComponentsWithStats(orange)
    for left, top, width, height, _area in parts[1:]:  # the word beside it is no circle
        if 80 <= width <= 110 and 80 <= height <= 110:
            return np.array([[left + (width - 1) / 2, top + (height - 1) / 2]], np.float64)
    return None


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    made = Desk()
    await made.connect()
    yield made
    await made.close()


async def test_the_ring_stays_on_its_place_of_the_paper_while_the_paper_moves(desk: Desk):
    desk.wish("show", on=True)
    await until(lambda: desk.told.paper == "seen")
    desk.wish("point", at=desk.spot(*NAME))
    await until(lambda: desk.told.ring and desk.ring() is not None)
    desk.camera.lay("moves")
    assert desk.seen is not None
    began, off = desk.seen[0], dict[int, float]()

    def measured() -> bool:
        assert desk.seen is not None
        ring = desk.ring()
        if desk.seen[0] > began and ring is not None:
            off[desk.seen[0]] = float(np.linalg.norm(ring - NAME))
        return len(off) >= 25

    await until(measured, 60)
    assert max(off.values()) <= DRIFT_MM
    assert desk.told.paper == "seen"


async def test_a_sheet_taken_away_takes_its_marks_with_it_and_brings_them_back(desk: Desk):
    desk.wish("show", on=True)
    await until(lambda: desk.told.paper == "seen")
    desk.wish("point", at=desk.spot(*NAME))
    await until(lambda: desk.ring() is not None)
    desk.camera.lay("away")
    await until(lambda: desk.told.paper == "lost" and desk.ring() is None)
    assert desk.sights[-1] == "lost"
    desk.camera.lay("lies")
    await until(lambda: desk.told.paper == "seen" and desk.ring() is not None)
    ring = desk.ring()
    assert ring is not None
    assert np.linalg.norm(ring - NAME) <= DRIFT_MM


async def test_the_resident_gets_the_same_picture_and_nothing_after_the_clerk_has_ended_it(desk: Desk):
    assert not any(desk.jpegs)
    desk.wish("show", on=True)
    await until(lambda: desk.told.paper == "seen")
    desk.wish("point", at=desk.spot(*NAME))
    await until(lambda: desk.ring() is not None)

    def same() -> bool:
        data = desk.jpegs[-1]
        assert data is not None
        picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
        assert picture is not None
        theirs, ours = (
            ring_in(np.asarray(picture, np.uint8)),
            None if desk.seen is None else ring_in(desk.seen[1]),
        )
        return theirs is not None and ours is not None and bool(np.abs(theirs - ours).max() < 3)

    await until(same)
    desk.wish("show", on=False)
    await until(lambda: not desk.told.shown)
    assert desk.jpegs[-1] is None
    assert desk.sights[-1] is None
    count = len(desk.jpegs)
    number = desk.seen[0] if desk.seen else 0
    await until(lambda: desk.seen is not None and desk.seen[0] > number + 6 and desk.ring() is None)
    assert len(desk.jpegs) == count


async def test_zoomed_and_turned_a_point_lies_where_it_was_pointed_at(desk: Desk):
    desk.wish("show", on=True)
    desk.wish("look", zoom=200, x=0.45, y=0.5, turn=180)
    await until(lambda: desk.told.paper == "seen" and desk.told.look.turn == 180)
    desk.wish("point", at=(0.5, 0.5))

    def ring() -> Points | None:
        # Turned, the camera's number cannot be read; the resident's copy is the same picture.
        data = desk.jpegs[-1]
        picture = None if data is None else cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
        return None if picture is None else ring_in(np.asarray(picture, np.uint8))

    middle = await until(lambda: [one] if (one := ring()) is not None else None)
    assert np.abs(middle[0] - (639.5, 359.5)).max() < 3


async def test_a_frozen_picture_stands_and_can_still_be_pointed_at(desk: Desk):
    desk.wish("show", on=True)
    await until(lambda: desk.told.paper == "seen")
    desk.wish("freeze", on=True)
    desk.camera.lay("moves")
    await until(lambda: desk.told.frozen)
    await until(lambda: desk.stood > 8)  # what was on its way before has passed
    assert desk.seen is not None
    number = desk.seen[0]
    desk.wish("point", at=desk.spot(*NAME))
    await until(lambda: desk.ring() is not None)
    ring = desk.ring()
    assert ring is not None
    assert desk.seen[0] == number
    assert np.linalg.norm(ring - NAME) <= DRIFT_MM


async def test_the_end_of_the_conversation_leaves_no_picture_and_no_mark(desk: Desk):
    desk.wish("show", on=True)
    await until(lambda: desk.told.paper == "seen")
    await desk.eyes.close()
    assert desk.jpegs[-1] is None
    assert desk.scene.told == Told()


async def test_nonsense_on_the_channel_changes_nothing(desk: Desk):
    for text in (
        "",
        "{}",
        '{"do":"point","at":[7,1]}',
        '{"do":"show"}',
        '{"do":"fly"}',
        "x" * 10_000,
        b"\x00",
    ):
        desk.marks.send(text)
    desk.wish("look", zoom=150)
    await until(lambda: desk.told.look.zoom == 150)
    assert desk.told == Told(look=desk.told.look)
