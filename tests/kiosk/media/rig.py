"""A call between two real Chromium pages and the agent's eyes; the wire between them is in our hands.

Everything that crosses is decoded to the protocol's types and may be held back or changed, as a bad network or a bad
signalling server would.
"""

import asyncio
import base64
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import cv2
import msgspec
import numpy as np
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from playwright.async_api import Browser, Page, async_playwright

from hardware.camera.simulated import SimulatedCamera, read_code
from kiosk.media.binding import genuine, signed
from kiosk.media.eyes import Eyes, EyesEvent, StaleAttempt
from kiosk.media.scene import Scene
from server.protocol.messages import Ice, MediaState, RestartLink, Sdp, ToClerk, ToResident
from server.protocol.screen import VoiceState

ROOT = Path(__file__).parents[3]
TICKET, GENERATION = "T1", 4
FLAGS = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-quic", "--autoplay-policy=no-user-gesture-required",
    "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
]  # fmt: skip

_HELPERS = """
window.tone = async (stream) => {
  window.ears ??= new AudioContext();
  const analyser = window.ears.createAnalyser();
  analyser.fftSize = 8192;
  const source = window.ears.createMediaStreamSource(stream);
  source.connect(analyser);
  const bins = new Float32Array(analyser.frequencyBinCount);
  await new Promise((resolve) => setTimeout(resolve, 250));
  analyser.getFloatFrequencyData(bins);
  source.disconnect();
  const peak = bins.indexOf(Math.max(...bins));
  return bins[peak] > -70 ? (peak * window.ears.sampleRate) / analyser.fftSize : 0;
};
window.picture = (id) => {
  const video = document.getElementById(id);
  if (!video.videoWidth) return "";
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext("2d").drawImage(video, 0, 0);
  return canvas.toDataURL("image/png").split(",")[1];
};
window.onFirstFrame = (id) => new Promise((resolve) =>
  document.getElementById(id).requestVideoFrameCallback(() => resolve(performance.timeOrigin + performance.now())));
"""

_CONSOLE = (
    """<!doctype html><meta charset="utf-8"><title>console</title>
<video id="face" muted autoplay playsinline></video><video id="document" muted autoplay playsinline></video>
<audio id="voice" autoplay></audio>
<script type="module">
import { CallMedia } from "/console/media.js";
import * as binding from "/console/binding.js";
"""
    + _HELPERS
    + """
window.binding = binding;
window.connections = [];
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...configuration) {
    super(...configuration);
    window.connections.push(this);
  }
};
const key = await binding.newSessionKey();
window.states = [];
window.media = new CallMedia({ send: (body) => window.relay(JSON.stringify(body)), sign: key.sign, verify: binding.verify });
media.addEventListener("streams", () => {
  for (const [id, stream] of [["face", media.streams.face], ["document", media.streams.document], ["voice", media.streams.remoteAudio]]) {
    const element = document.getElementById(id);
    if (element.srcObject !== stream) element.srcObject = stream;
  }
});
media.addEventListener("state", () => window.states.push({ ...media.state }));
media.addEventListener("stats", (event) => { window.stats = event.detail; });
await media.prepare();
window.publicKey = key.publicKey;
</script>"""
)

_KIOSK = (
    """<!doctype html><meta charset="utf-8"><title>kiosk</title>
<video id="clerk" autoplay playsinline></video><audio id="voice" autoplay></audio>
<script type="module">
import { VoiceLink } from "/screen/voice.js";
"""
    + _HELPERS
    + """
const tracks = window.tracks = [];

const context = AudioContext.prototype.createMediaStreamDestination;
AudioContext.prototype.createMediaStreamDestination = function () {
  const made = context.call(this);
  tracks.push(made.stream.getAudioTracks()[0]);
  return made;
};
window.link = new VoiceLink({
  send: (body, generation) => window.relay(JSON.stringify(body)),
  onState: (state) => window.told(JSON.stringify(state)),
  audioElement: document.getElementById("voice"),
  videoElement: document.getElementById("clerk"),
});
window.ready = true;
</script>"""
)


async def until(promise: Callable[[], Awaitable[Any] | Any], within: float = 45.0) -> Any:
    """Wait until `promise` gives something true, and return it."""
    async with asyncio.timeout(within):
        while True:
            found = promise()
            if isinstance(found, Awaitable):
                found = await found
            if found:
                return found
            await asyncio.sleep(0.03)


class Call:
    """Both ends of a call, and the wire."""

    def __init__(self, console: Page, kiosk: Page, face: SimulatedCamera, document: SimulatedCamera) -> None:
        self.console, self.kiosk = console, kiosk
        self.face, self.document = face, document
        self.events: list[EyesEvent] = []
        self.scene = Scene(face, document)
        self.eyes = Eyes(self.scene, self.events.append)
        self.key = Ed25519PrivateKey.generate()
        self.staff_key = b""
        self.voice_states: list[VoiceState] = []
        self.media_states: list[MediaState] = []
        self.offers: list[Sdp] = []
        self.answers: list[Sdp] = []
        self.refused: list[Sdp] = []
        self.to_kiosk: Callable[[Any], Any] = lambda body: body
        self.to_console: Callable[[Any], Any] = lambda body: body
        self.tasks: set[asyncio.Task[None]] = set()

    async def start(self, attempts: dict[str, int] | None = None) -> None:
        """The resident is taken: the page may speak, the console dials."""
        await self.apply(sending=True)
        await self.dial(attempts)

    async def dial(self, attempts: dict[str, int] | None = None) -> None:
        """The console dials."""
        key = base64.b64encode(self.key.public_key().public_bytes_raw()).decode()
        await self.console.evaluate(
            "call => media.dial(call)",
            {"ticket": TICKET, "generation": GENERATION, "kioskKey": key, "attempts": attempts or {}},
        )

    async def apply(self, *, sending: bool) -> None:
        """What `Display.voice` says."""
        voice = {"ticket": TICKET, "generation": GENERATION, "sending": sending, "ice_servers": []}
        await self.kiosk.evaluate("voice => link.apply(voice)", voice)

    def from_console(self, text: str) -> None:
        """The console's `RelayToKiosk`."""
        body = self.to_kiosk(msgspec.json.decode(text, type=ToResident))
        if body is not None:
            self._go(self._at_kiosk(body))

    def from_page(self, text: str) -> None:
        """The page's `VoiceSignal`, which the agent signs."""
        body = msgspec.json.decode(text, type=Sdp | Ice)
        self._answer(signed(self.key, TICKET, GENERATION, body) if isinstance(body, Sdp) else body)

    def told(self, text: str) -> None:
        """The page's `VoiceState`."""
        self.voice_states.append(msgspec.json.decode(text, type=VoiceState))

    def restart(self, body: RestartLink) -> None:
        """The kiosk asks for a new attempt."""
        self._answer(body)

    async def _at_kiosk(self, body: ToResident) -> None:
        match body:
            case Sdp():
                self.offers.append(body)
                if not genuine(self.staff_key, TICKET, GENERATION, body):
                    self.refused.append(body)
                elif body.link == "voice":
                    await self._to_page(body)
                else:
                    with contextlib.suppress(StaleAttempt):
                        sdp = await self.eyes.answer(TICKET, GENERATION, body.attempt, body.sdp, ())
                        answer = Sdp(link="eyes", attempt=body.attempt, kind="answer", sdp=sdp)
                        self._answer(signed(self.key, TICKET, GENERATION, answer))
            case Ice(link="voice"):
                await self._to_page(body)
            case Ice():
                await self.eyes.candidate(body.attempt, body.candidate, body.mid)
            case MediaState():
                self.media_states.append(body)
            case _:
                raise AssertionError(type(body).__name__)

    async def _to_page(self, body: Sdp | Ice) -> None:
        signal = {"generation": GENERATION, "body": msgspec.json.decode(msgspec.json.encode(body))}
        await self.kiosk.evaluate("signal => void link.signal(signal)", signal)

    def _answer(self, body: ToClerk) -> None:
        changed = self.to_console(body)
        if changed is None:
            return
        if isinstance(changed, Sdp):
            self.answers.append(changed)
        plain = msgspec.json.decode(msgspec.json.encode(changed))
        self._go(self.console.evaluate("body => void media.signal(body)", plain))

    def _go(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def state(self, name: str) -> Any:
        """One word of the console's state."""
        return await self.console.evaluate("name => media.state[name]", name)

    async def connected(self) -> None:
        """Both links are up at both ends."""
        await until(lambda: self._connected())

    async def _connected(self) -> bool:
        return await self.state("voice") == await self.state("eyes") == "connected"

    async def code(self, element: str) -> int | None:
        """The number the simulated camera painted, read from the pixels of the console's video."""
        data = await self.console.evaluate("id => picture(id)", element)
        if not data:
            return None
        image = cv2.imdecode(np.frombuffer(base64.b64decode(data), np.uint8), cv2.IMREAD_COLOR)
        return None if image is None else read_code(image)  # pyright: ignore[reportArgumentType]

    async def moving(self, element: str) -> bool:
        """Wait until the picture is there and goes on."""
        first = await until(lambda: self.code(element))

        async def later() -> bool:
            number = await self.code(element)
            return number is not None and number > first

        return await until(later)

    async def hears(self, page: Page, hertz: float) -> bool:
        """Wait until the tone is recognised in what this page receives."""

        async def now() -> bool:
            return abs(await page.evaluate("tone(document.getElementById('voice').srcObject)") - hertz) < 12

        return await until(now)

    async def close(self) -> None:
        """End everything."""
        await self.eyes.close()
        for task in list(self.tasks):
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)


async def _serve() -> tuple[web.AppRunner, str]:
    def page(text: str) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def handler(_: web.Request) -> web.Response:
            return web.Response(text=text, content_type="text/html")

        return handler

    app = web.Application()
    app.router.add_get("/console.html", page(_CONSOLE))
    app.router.add_get("/kiosk.html", page(_KIOSK))
    app.router.add_static("/console", ROOT / "server/web/console")
    app.router.add_static("/shared", ROOT / "server/web/shared")
    app.router.add_static("/screen", ROOT / "kiosk/screen")
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    return runner, f"http://127.0.0.1:{runner.addresses[0][1]}"


@contextlib.asynccontextmanager
async def chromium() -> AsyncIterator[tuple[Browser, str]]:
    """A browser, and the address of the pages."""
    runner, base = await _serve()
    try:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
            try:
                yield browser, base
            finally:
                await browser.close()
    finally:
        await runner.cleanup()


@contextlib.asynccontextmanager
async def call_between(browser: Browser, base: str, *, query: str = "?synthetic") -> AsyncIterator[Call]:
    """Two fresh pages and a fresh agent, not yet dialled."""
    contexts = [await browser.new_context(), await browser.new_context()]
    console, kiosk = [await context.new_page() for context in contexts]
    call = Call(
        console, kiosk, SimulatedCamera("face_camera", "face"), SimulatedCamera("document_camera", "paper")
    )
    console.on("console", lambda m: print("console:", m.text))
    kiosk.on("console", lambda m: print("kiosk:", m.text))
    console.on("pageerror", lambda e: print("console error:", e))
    kiosk.on("pageerror", lambda e: print("kiosk error:", e))
    await console.expose_function("relay", call.from_console)
    await kiosk.expose_function("relay", call.from_page)
    await kiosk.expose_function("told", call.told)
    try:
        await console.goto(f"{base}/console.html{query}")
        await kiosk.goto(f"{base}/kiosk.html{query}")
        call.staff_key = base64.b64decode(await until(lambda: console.evaluate("window.publicKey")))
        await until(lambda: kiosk.evaluate("window.ready"))
        yield call
    finally:
        await call.close()
        for context in contexts:
            await context.close()
