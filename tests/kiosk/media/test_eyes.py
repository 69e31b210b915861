"""Promises of the agent's eyes, with aiortc on the console's side too: no browser, one process, loopback."""

import asyncio
from collections.abc import AsyncIterator

import cv2
import msgspec
import numpy as np
import pytest
from aiortc import RTCConfiguration, RTCDataChannel, RTCPeerConnection, RTCRtpSender, RTCSessionDescription

from hardware.camera.simulated import SimulatedCamera
from kiosk.media.binding import fingerprints
from kiosk.media.eyes import BadOffer, ClerkPulse, Eyes, EyesEvent, EyesLost, EyesUp, StaleAttempt
from kiosk.media.photo import StillAsked, StillDropped, StillFailed
from kiosk.media.scene import Scene
from kiosk.media.stills import Answer, Taken, digest
from tests.kiosk.media.rig import until

pytestmark = pytest.mark.slow

NUMBER = (154.0, 112.5, 188.0, 115.0)  # millimetres: left, top, right, bottom of it on the simulated sheet


def read(message: object) -> Answer | None:
    return msgspec.json.decode(message, type=Answer) if isinstance(message, str) else None


def whole(said: list[object], length: int) -> bytes | None:
    data = b"".join(message for message in said if isinstance(message, bytes))
    return data if len(data) >= length else None


class Console:
    """The offering side."""

    def __init__(self) -> None:
        self.pc = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        for _ in ("face", "document"):
            self.pc.addTransceiver("video", "recvonly")
        self.pulse: RTCDataChannel = self.pc.createDataChannel("pulse")
        self.stills: RTCDataChannel = self.pc.createDataChannel("stills")
        self.pulses = 0
        self.pulse.on("message", self._heard)
        self.pulse.on("open", lambda: self.pulse.send("1"))

    def _heard(self, _: object) -> None:
        self.pulses += 1

    async def offer(self) -> str:
        await self.pc.setLocalDescription()
        return self.pc.localDescription.sdp

    async def answered(self, sdp: str) -> None:
        await self.pc.setRemoteDescription(RTCSessionDescription(sdp, "answer"))


class Rig:
    """Eyes with two simulated cameras."""

    def __init__(self) -> None:
        self.face = SimulatedCamera("face_camera", "face")
        self.document = SimulatedCamera("document_camera", "paper")
        self.events: list[EyesEvent] = []
        self.scene = Scene(self.face, self.document)
        self.eyes = Eyes(self.scene, self.events.append)
        self.consoles: list[Console] = []

    def console(self) -> Console:
        self.consoles.append(Console())
        return self.consoles[-1]

    async def connect(self, attempt: int = 1, generation: int = 1) -> Console:
        console = self.console()
        await console.answered(await self.eyes.answer("T1", generation, attempt, await console.offer(), ()))
        await until(lambda: EyesUp(attempt) in self.events)
        await until(lambda: console.stills.readyState == "open")  # a moment after the connection itself
        return console


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    made = Rig()
    yield made
    await made.eyes.close()
    await asyncio.gather(*(console.pc.close() for console in made.consoles))


async def test_cameras_run_only_while_there_is_somebody_to_see(rig: Rig):
    assert not rig.scene.capturing
    await rig.connect()
    await until(lambda: rig.face.capturing and rig.document.capturing)
    await rig.eyes.close()
    assert not rig.face.capturing
    assert not rig.document.capturing
    assert not rig.scene.capturing


async def test_hold_turns_the_sensors_off_and_keeps_the_connection(rig: Rig):
    console = await rig.connect()
    await rig.eyes.send(False)
    assert not rig.face.capturing
    before = console.pulses
    await until(lambda: console.pulses > before + 1)
    await rig.eyes.send(True)
    assert rig.face.capturing
    assert not any(isinstance(event, EyesLost) for event in rig.events)


async def test_a_held_call_is_answered_without_a_camera(rig: Rig):
    await rig.eyes.send(False)
    await rig.connect()
    assert not rig.face.capturing


async def test_an_attempt_that_is_not_newer_gets_no_answer(rig: Rig):
    await rig.connect(attempt=3)
    for stale in (1, 3):
        with pytest.raises(StaleAttempt):
            await rig.eyes.answer("T1", 1, stale, await rig.console().offer(), ())
    assert rig.eyes.attempt == 3


async def test_a_newer_attempt_replaces_the_older_which_says_nothing_any_more(rig: Rig):
    first = await rig.connect()
    await rig.connect(attempt=2)
    await until(lambda: first.pc.connectionState in ("closed", "failed"))
    assert [event for event in rig.events if isinstance(event, EyesLost)] == []
    assert rig.events.count(ClerkPulse(True)) == 1


async def test_an_attempt_overtaken_while_it_was_being_answered_is_stale(rig: Rig):
    offers = [await rig.console().offer() for _ in range(2)]
    first = asyncio.create_task(rig.eyes.answer("T1", 1, 1, offers[0], ()))
    await asyncio.sleep(0)  # it begins
    assert "m=video" in await rig.eyes.answer("T1", 1, 2, offers[1], ())
    with pytest.raises(StaleAttempt):
        await first


async def test_another_call_counts_its_attempts_anew(rig: Rig):
    await rig.connect(attempt=5, generation=1)
    await rig.connect(attempt=1, generation=2)
    assert rig.eyes.attempt == 1


async def test_an_answer_names_one_hash_only_and_all_its_candidates(rig: Rig):
    answer = await rig.eyes.answer("T1", 1, 1, await rig.console().offer(), ())
    assert len(fingerprints(answer)) == 1
    assert "a=candidate:" in answer
    assert "a=end-of-candidates" in answer


@pytest.mark.parametrize("text", ["", "nonsense", "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n"])
async def test_an_offer_that_cannot_be_read_is_refused_and_leaves_no_camera_on(rig: Rig, text: str):
    with pytest.raises(BadOffer):
        await rig.eyes.answer("T1", 1, 1, text, ())
    await until(lambda: not rig.scene.capturing and not rig.face.capturing)
    await rig.connect(attempt=2)


async def test_a_console_that_goes_away_is_noticed(rig: Rig):
    console = await rig.connect()
    await console.pc.close()
    await until(lambda: EyesLost(1) in rig.events)


async def test_candidates_of_another_attempt_and_unreadable_ones_are_dropped(rig: Rig):
    await rig.connect()
    for attempt, text in ((9, "candidate:1 1 udp 1 192.0.2.1 9 typ host"), (1, "candidate:x y z"), (1, "")):
        await rig.eyes.candidate(attempt, text, "0")


async def test_a_missing_camera_costs_its_picture_only(rig: Rig):
    rig.document.unplug()
    await rig.connect()
    await until(lambda: rig.face.capturing)
    assert not rig.document.capturing
    assert rig.scene.capturing


async def test_a_kiosk_without_a_document_camera_still_shows_the_face(rig: Rig):
    eyes = rig.eyes = Eyes(Scene(rig.face, None), rig.events.append)
    answer = await eyes.answer("T1", 1, 1, await rig.console().offer(), ())
    assert [line for line in answer.splitlines() if line in ("a=sendonly", "a=inactive")] == [
        "a=sendonly",
        "a=inactive",
    ]


@pytest.mark.parametrize(("held", "error"), [(True, "held"), (False, "camera_missing")])
async def test_a_still_that_cannot_be_taken_says_why(rig: Rig, held: bool, error: str):
    said: list[object] = []
    console = await rig.connect()
    console.stills.on("message", said.append)
    await until(lambda: rig.document.capturing)
    if held:
        await rig.eyes.send(False)
    else:
        rig.document.unplug()
    console.stills.send('{"do":"ask","still":"s1"}')
    await until(lambda: StillAsked("s1") in rig.events)
    rig.eyes.take_still("s1")
    await until(lambda: StillFailed("s1") in rig.events)
    await until(lambda: len(said) == 3)
    assert said[-1] == f'{{"is":"refused","still":"s1","why":"{error}"}}'


async def test_a_clerk_who_may_not_see_the_paper_gets_no_still_and_loses_what_was_asked_for(rig: Rig):
    said: list[object] = []
    console = await rig.connect()
    console.stills.on("message", said.append)
    await until(lambda: rig.document.capturing)
    console.stills.send('{"do":"ask","still":"s1"}')
    await until(lambda: StillAsked("s1") in rig.events)
    await rig.eyes.send(True, papers=False)
    refused = '{"is":"refused","still":"%s","why":"not_allowed"}'
    await until(lambda: refused % "s1" in said)
    console.stills.send('{"do":"ask","still":"s2"}')
    await until(lambda: refused % "s2" in said)
    assert StillAsked("s2") not in rig.events
    assert rig.document.stills == 0


async def test_a_still_is_straight_judged_and_proposed_for_masking_and_comes_again_from_where_it_broke_off(
    rig: Rig,
):
    said: list[object] = []
    console = await rig.connect()
    console.stills.on("message", said.append)
    await until(lambda: rig.document.capturing)
    console.stills.send('{"do":"ask","still":"s1"}')
    await until(lambda: StillAsked("s1") in rig.events)
    assert rig.document.stills == 0, "nothing is taken before somebody agreed"
    rig.eyes.take_still("s1")
    taken = await until(lambda: next((one for one in map(read, said) if isinstance(one, Taken)), None), 40)
    data = await until(lambda: whole(said, taken.bytes))
    assert digest(data) == taken.sha256
    page = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert page is not None
    assert page.shape[:2] == (taken.height, taken.width)
    assert (taken.straight, taken.searched, taken.found) == (True, True, ()), taken.found
    assert taken.dpi >= 200
    (box,) = taken.boxes
    left, top, right, bottom = (
        pixels * 210 / taken.width for pixels in (box.x, box.y, box.x + box.width, box.y + box.height)
    )
    assert box.certain
    assert (left, top) < NUMBER[:2]
    assert (right, bottom) > NUMBER[2:]
    assert top < NUMBER[1] < NUMBER[3] < bottom
    assert bottom - top < 10

    said.clear()
    console.stills.send(f'{{"do":"resume","still":"s1","take":{taken.take},"at":{taken.bytes - 20_000}}}')
    again = await until(lambda: next((one for one in map(read, said) if isinstance(one, Taken)), None))
    assert again.at == taken.bytes - 20_000
    assert await until(lambda: whole(said, 20_000)) == data[-20_000:]
    console.stills.send('{"do":"drop","still":"s1"}')
    await until(lambda: StillDropped("s1") in rig.events)
    said.clear()
    console.stills.send(f'{{"do":"resume","still":"s1","take":{taken.take},"at":0}}')
    assert await until(lambda: said) == ['{"is":"refused","still":"s1","why":"gone"}']


async def test_many_calls_leave_no_task_behind(rig: Rig):
    before = len(asyncio.all_tasks())
    for generation in range(1, 6):
        console = await rig.connect(generation=generation)
        await rig.eyes.close()
        await console.pc.close()
        rig.events.clear()
    await until(lambda: len(asyncio.all_tasks()) <= before)


async def test_a_lost_picture_report_makes_one_keyframe(rig: Rig):
    console = await rig.connect()
    peer = rig.eyes._peer  # pyright: ignore[reportPrivateUsage]
    assert peer is not None
    assert peer.face is not None
    assert peer.face.sender is not None
    encoder = peer.face.encoder
    await until(lambda: encoder.keyframes == 1)
    receiver = console.pc.getReceivers()[0]
    await receiver._send_rtcp_pli(peer.face.sender._ssrc)  # pyright: ignore[reportPrivateUsage]
    await until(lambda: encoder.keyframes == 2)
    sent = encoder.sent
    await until(lambda: encoder.sent > sent + 2000)
    assert encoder.keyframes == 2


async def test_a_console_without_h264_gets_vp8(rig: Rig):
    console = rig.console()
    vp8 = [c for c in RTCRtpSender.getCapabilities("video").codecs if c.mimeType == "video/VP8"]
    for transceiver in console.pc.getTransceivers():
        transceiver.setCodecPreferences(vp8)
    answer = await rig.eyes.answer("T1", 1, 1, await console.offer(), ())
    await console.answered(answer)
    assert "VP8" in answer
    assert "H264" not in answer
    assert (await console.pc.getReceivers()[0].track.recv()).width == 640  # pyright: ignore
