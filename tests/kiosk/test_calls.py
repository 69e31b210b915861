"""Both links at the kiosk's end: with real eyes, signed both ways, held and ended at the source."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hardware.camera.simulated import SimulatedCamera
from kiosk.media.binding import genuine, without_other_hashes
from server.protocol import screen as s
from server.protocol.messages import CallSnapshot, ClerkHeard, MediaIsUp, RestartLink, Sdp
from tests.kiosk.agent_rig import Rig, rig
from tests.kiosk.media.test_eyes import Console
from tests.kiosk.scripted import until

pytestmark = pytest.mark.slow


@pytest.fixture
async def seen(tmp_path: Path) -> AsyncIterator[Rig]:
    async with rig(tmp_path, camera="simulated") as whole:
        yield whole


@pytest.fixture
async def console() -> AsyncIterator[Console]:
    made = Console()
    yield made
    await made.pc.close()


def camera(r: Rig) -> SimulatedCamera:
    assert isinstance(r.devices.face, SimulatedCamera)
    return r.devices.face


async def look(r: Rig, console: Console, attempt: int = 1) -> Sdp:
    """Offer the eyes as the console does; return the answer, applied."""
    offer = r.offer("eyes", attempt, sdp=without_other_hashes(await console.offer()))
    await r.relay(offer)
    answer = await r.server.hears(Sdp, len(r.server.of(Sdp)) + 1)
    await console.answered(answer.sdp)
    return answer


async def test_the_eyes_answer_signed_and_run_from_offer_to_end(seen: Rig, console: Console):
    r = seen
    await r.ring()
    await r.show("connecting", 1)
    await r.page.shows(s.Connecting)
    assert not camera(r).capturing
    answer = await look(r, console)
    assert (answer.link, answer.attempt) == ("eyes", 1)
    assert genuine(r.device_key, "t1", 1, answer)
    await until(lambda: getattr(r.runner.kiosk.state, "eyes_up", False), "eyes up")
    await until(lambda: r.page.display.camera_on, "the page says that the camera is on")
    assert camera(r).capturing
    assert r.panel.lamps.camera
    await until(lambda: r.server.of(CallSnapshot)[-1].camera_on)
    assert r.server.of(CallSnapshot)[-1].attempts["eyes"] == 1

    await r.show("serving", 1)
    await r.page.shows(s.Call)
    await r.show("held", 1)
    await until(lambda: not r.panel.lamps.camera, "the lamp goes out")
    assert not camera(r).capturing
    assert r.page.display.voice is not None
    assert not r.page.display.voice.sending
    await r.show("serving", 1)
    await until(lambda: camera(r).capturing)

    await r.show("wrapup", 1)
    await r.page.shows(s.Farewell)
    await until(lambda: not r.panel.lamps.camera)
    assert not camera(r).capturing


async def test_who_cannot_speak_is_connected_by_the_picture_alone(seen: Rig, console: Console):
    r = seen
    await r.page.touch("setting:wants_text")
    await r.ring()
    await r.show("connecting", 1)
    await r.page.shows(s.Connecting)
    await look(r, console)
    assert (await r.server.hears(MediaIsUp)).generation == 1


async def test_an_offer_while_held_opens_no_camera(seen: Rig, console: Console):
    r = seen
    await r.talk()
    await r.show("held", 1)
    await r.page.shows(s.OnHold)
    await look(r, console)
    assert not camera(r).capturing
    assert not r.panel.lamps.camera


async def test_a_camera_link_that_breaks_is_asked_for_again(seen: Rig, console: Console):
    r = seen
    await r.talk()
    await look(r, console)
    await until(lambda: getattr(r.runner.kiosk.state, "eyes_up", False), "eyes up")
    await console.pc.close()
    again = await r.server.hears(RestartLink)
    assert (again.link, again.after) == ("eyes", 1)


async def test_an_offer_nobody_can_answer_leaves_the_desk_working(seen: Rig, console: Console):
    r = seen
    await r.talk()
    await r.relay(r.offer("eyes", 1))  # fingerprint, but no media at all
    await look(r, console, attempt=2)
    await until(lambda: getattr(r.runner.kiosk.state, "eyes_up", False), "eyes up")


async def test_a_candidate_for_eyes_that_are_not_there_is_nothing(tmp_path: Path):
    from server.protocol.messages import Ice

    async with rig(tmp_path) as r:
        await r.talk()
        await r.relay(Ice(link="eyes", attempt=1, candidate="x", mid="0"))
        await r.relay(r.offer("eyes"))
        await r.relay(r.offer("voice", 2))
        await until(lambda: len(r.page.signals) == 2)
        assert not r.server.of(Sdp)
        assert not r.server.of(ClerkHeard)
        await asyncio.sleep(0)
