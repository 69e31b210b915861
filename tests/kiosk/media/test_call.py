"""Promises about a call's media, kept by real browsers and a real aiortc over loopback."""

from collections.abc import AsyncIterator, Awaitable

import msgspec
import pytest
import pytest_asyncio
from playwright.async_api import Browser

from kiosk.media.binding import signed
from kiosk.media.eyes import ClerkPulse, EyesUp
from kiosk.media.photo import StillAsked, StillDropped
from server.protocol.messages import RestartLink, Sdp
from tests.kiosk.media.rig import GENERATION, TICKET, Call, call_between, chromium, until

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

# The codecs the console receives the cameras in, from its own statistics.
CODECS = """async () => {
    const pcs = window.connections.filter((pc) => pc.connectionState === "connected" && pc.getTransceivers()[0].direction === "recvonly");
    const stats = [...(await pcs[0].getStats()).values()];
    return stats.filter((entry) => entry.type === "inbound-rtp")
        .map((entry) => stats.find((codec) => codec.id === entry.codecId).mimeType);
}"""
CONSOLE_TONE, KIOSK_TONE = 880, 523.25


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[tuple[Browser, str]]:
    async with chromium() as found:
        yield found


@pytest_asyncio.fixture(loop_scope="module")
async def call(browser: tuple[Browser, str]) -> AsyncIterator[Call]:
    async with call_between(*browser) as made:
        yield made


async def test_both_see_and_hear_each_other(call: Call):
    await call.start()
    await call.connected()
    assert await call.moving("face")
    assert await call.moving("document")
    assert await call.hears(call.console, KIOSK_TONE)
    assert await call.hears(call.kiosk, CONSOLE_TONE)
    assert await until(lambda: call.state("heard"))
    assert await until(lambda: call.voice_states[-1].heard)
    assert EyesUp(1) in call.events
    assert ClerkPulse(True) in call.events
    assert await call.kiosk.evaluate("document.getElementById('clerk').videoWidth > 0")
    assert call.media_states[-1].microphone
    assert call.media_states[-1].camera
    assert call.scene.capturing
    assert await call.console.evaluate(CODECS) == ["video/H264", "video/H264"]


async def talking(call: Call) -> None:
    await call.start()
    await call.connected()
    assert await call.moving("face")
    assert await call.hears(call.console, KIOSK_TONE)


async def live(call: Call) -> int:
    """Microphone tracks of the resident's page that still capture."""
    return await call.kiosk.evaluate("tracks.filter((track) => track.readyState === 'live').length")


async def test_hold_stops_every_source_and_going_on_needs_no_new_attempt(call: Call):
    await talking(call)
    await call.eyes.send(False)
    await call.apply(sending=False)
    await call.console.evaluate("media.hold(true)")
    assert not call.face.capturing
    assert not call.document.capturing
    assert not call.scene.capturing
    await until(lambda: _is_zero(live(call)))
    assert await call.console.evaluate("media.streams.preview === null")
    await until(lambda: _is_zero(call.console.evaluate("tone(media.streams.remoteAudio)")))
    await until(lambda: not call.media_states[-1].camera and not call.media_states[-1].microphone)

    await call.eyes.send(True)
    await call.apply(sending=True)
    await call.console.evaluate("media.hold(false)")
    assert call.scene.capturing
    assert await call.moving("face")
    assert await call.moving("document")
    assert await call.hears(call.console, KIOSK_TONE)
    assert await call.hears(call.kiosk, CONSOLE_TONE)
    assert {offer.attempt for offer in call.offers} == {1}


async def _is_zero(coroutine: Awaitable[int]) -> bool:
    return await coroutine == 0


async def test_the_kiosk_may_ask_for_a_new_voice_link_after_its_page_was_replaced(call: Call):
    await talking(call)
    await call.kiosk.reload()
    await until(lambda: call.kiosk.evaluate("window.ready"))
    await call.apply(sending=True)
    call.restart(RestartLink(link="voice", after=1))
    await until(lambda: any(s.state == "connected" and s.attempt == 2 for s in call.voice_states))
    assert await call.hears(call.console, KIOSK_TONE)
    assert await call.hears(call.kiosk, CONSOLE_TONE)
    assert [offer.attempt for offer in call.offers if offer.link == "eyes"] == [1]


async def test_the_console_replaces_a_camera_link_that_fell_silent_and_leaves_the_voice_alone(call: Call):
    await talking(call)
    await call.eyes.close()
    await until(lambda: EyesUp(2) in call.events)
    assert await call.moving("face")
    assert [offer.attempt for offer in call.offers if offer.link == "voice"] == [1]


async def test_a_console_that_was_reloaded_goes_on_after_the_attempts_the_kiosk_has_seen(call: Call):
    await call.start({"voice": 5, "eyes": 7})
    await call.connected()
    assert {(offer.link, offer.attempt) for offer in call.offers} == {("voice", 6), ("eyes", 8)}


@pytest.mark.parametrize("link", ["voice", "eyes"])
async def test_a_swapped_fingerprint_in_an_answer_is_refused_loudly_and_nothing_flows(call: Call, link: str):
    def swap(body: object) -> object:
        if isinstance(body, Sdp) and body.link == link:
            return msgspec.structs.replace(body, sdp=swapped(body.sdp))
        return body

    call.to_console = swap
    await call.start()
    await until(lambda: call.state("refused"))
    assert await call.state("refused") == "bad_signature"
    assert await call.state("voice") == await call.state("eyes") == "refused"
    assert (
        await call.console.evaluate(
            "Object.values(media.streams).filter((one) => one instanceof MediaStream).length"
        )
        == 1
    )  # the preview
    assert await call.code("face") is None
    # The honest link may have been up for a moment before the other end was caught; the forged one never was.
    assert await call.console.evaluate("link => states.every((s) => s[link] !== 'connected')", link)
    if link == "eyes":
        assert not any(isinstance(event, EyesUp) for event in call.events)
    else:
        assert not any(state.state == "connected" for state in call.voice_states)


async def test_a_swapped_fingerprint_in_an_offer_gets_no_answer(call: Call):
    call.to_kiosk = lambda body: (
        msgspec.structs.replace(body, sdp=swapped(body.sdp)) if isinstance(body, Sdp) else body
    )
    await call.start()
    await until(lambda: len(call.refused) == 2)
    assert call.answers == []
    assert not call.scene.capturing


def swapped(sdp: str) -> str:
    """Another certificate in the same place."""
    at = sdp.index("a=fingerprint:sha-256 ") + len("a=fingerprint:sha-256 ")
    other = "00" if sdp[at : at + 2] != "00" else "11"
    return sdp[:at] + other + sdp[at + 2 :]


async def test_an_end_leaves_no_source_on_and_no_picture_behind(call: Call):
    await talking(call)
    await call.kiosk.evaluate("link.apply(null)")
    await call.console.evaluate("media.hangUp()")
    await call.eyes.close()
    await until(lambda: _is_zero(live(call)))
    await until(lambda: call.console.evaluate("media.streams.preview === null"))
    assert not call.face.capturing
    assert call.voice_states[-1].state == "closed"
    assert await call.kiosk.evaluate("document.getElementById('clerk').srcObject === null")
    assert await call.state("voice") == "idle"


async def test_a_still_of_the_paper_arrives_at_full_resolution(call: Call):
    await call.start()
    await call.connected()
    await until(lambda: call.document.capturing)
    await call.console.evaluate("media.photo.ask()")
    still = await until(lambda: next((e.still for e in call.events if isinstance(e, StillAsked)), None))
    assert await call.console.evaluate("media.photo.state.step") == "asking"
    call.eyes.take_still(still)
    await until(lambda: call.console.evaluate("media.photo.state.step === 'here'"), 40)
    size = await call.console.evaluate("[media.photo.state.picture.width, media.photo.state.picture.height]")
    assert size == [1654, 2339]  # A4 at 200 dots an inch
    await call.console.evaluate("media.photo.drop()")
    await until(lambda: StillDropped(still) in call.events)
    assert await call.console.evaluate("media.photo.state.picture === null")


async def test_both_languages_sign_the_same_bytes(call: Call):
    await call.start()
    await call.connected()
    offer = next(offer for offer in call.offers if offer.link == "eyes")
    ours = signed(call.key, TICKET, GENERATION, offer)
    public = call.key.public_key().public_bytes_raw()
    arguments = [
        TICKET,
        GENERATION,
        msgspec.to_builtins(offer),
        msgspec.to_builtins(public),
        msgspec.to_builtins(ours.signature),
    ]
    verdict = await call.console.evaluate(
        """async ([ticket, generation, offer, key, signature]) => {
            const text = binding.bindingText(ticket, generation, offer.link, offer.attempt, offer.kind, offer.sdp);
            return [await binding.verify(key, text, signature), await binding.verify(key, text + " ", signature)];
        }""",
        arguments,
    )
    assert verdict == [True, False]


async def test_the_sign_ins_key_survives_a_reload_cannot_be_read_and_can_be_forgotten(call: Call):
    keys = await call.console.evaluate("""async () => {
        const first = (await binding.newSessionKey()).publicKey;
        const again = (await binding.sessionKey()).publicKey;
        const stored = await new Promise((resolve) => {
            const opening = indexedDB.open("komado", 1);
            opening.onsuccess = () => {
                const got = opening.result.transaction("session").objectStore("session").get("key");
                got.onsuccess = () => resolve(got.result.privateKey.extractable);
            };
        });
        await binding.forgetSessionKey();
        return [first === again, stored, (await binding.sessionKey()).publicKey === first];
    }""")
    assert keys == [True, False, False]


async def test_a_kiosk_whose_key_changed_is_refused(call: Call):
    said = await call.console.evaluate("""() => {
        const seen = [binding.pinKiosk("k1", "AA=="), binding.pinKiosk("k1", "AA=="), binding.pinKiosk("k1", "BB==")];
        media.dial({ ticket: "T1", generation: 1, kiosk: "k1", kioskKey: "BB==" });
        return [...seen, media.state.refused, media.state.voice];
    }""")
    assert said == ["new", "same", "changed", "kiosk_key_changed", "refused"]
    assert call.offers == []


async def test_a_call_without_microphones_and_cameras_still_connects_and_says_so(
    browser: tuple[Browser, str],
):
    async with call_between(*browser, query="") as call:
        for page in (call.console, call.kiosk):
            await page.evaluate("""() => {
                navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("", "NotAllowedError"));
            }""")
        await call.console.evaluate("media.release().then(() => media.prepare())")
        await call.start()
        await call.connected()
        assert await call.state("microphone") == "no_microphone"
        assert await call.state("camera") == "no_camera"
        assert await until(lambda: call.voice_states[-1].microphone == "denied")
        assert await call.moving("face")


async def test_real_devices_are_taken_with_one_question_and_muting_is_told(browser: tuple[Browser, str]):
    async with call_between(*browser, query="") as call:
        await call.start()
        await call.connected()
        assert await until(lambda: call.state("heard"))
        assert await until(lambda: call.voice_states[-1].heard)
        await call.console.evaluate("media.mute(true)")
        await until(lambda: not call.media_states[-1].microphone and call.media_states[-1].camera)
        assert await until(lambda: not call.voice_states[-1].heard)
        await call.console.evaluate("media.camera(false)")
        await until(lambda: not call.media_states[-1].camera)
