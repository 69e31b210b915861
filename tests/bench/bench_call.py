"""From a press to a ring, from an answer to two faces, and how smooth the pictures are: everything real, over TLS.

The ring is timed with sockets in the kiosk's and the console's place; the rest with Chromium on both sides and the
kiosk's own agent. The peer is a call of the same size between two Chromium pages without any of our code between them.
"""

import asyncio
import itertools
import re
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from tests.bench.table import Row, spread
from tests.rig import City, until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.stories.people import Clerk, Resident

PRESSES = 120
PER_KIOSK = 3
"""Tickets the server lets one kiosk take in a row."""
CALLS = 5
FACE = "住民の顔の映像"
"""What the console calls the picture of the face (`stage.video.face`)."""
WINDOWS, SECONDS = 3, 10.0
FULL = 30
"""Pictures a second, of every camera."""
CLIMB = 12.0
"""Until the bitrate has climbed."""


def measure() -> list[Row]:
    """First the ring, then the calls, then the peer."""
    rows = list[Row]()
    with tempfile.TemporaryDirectory(prefix="komado-bench-") as folder:
        times = asyncio.run(_rings(Path(folder)))
    middle, high = (1000 * value for value in spread(times))
    note = f"{len(times)} presses over loopback TLS, worst {1000 * max(times):.0f} ms"
    rows.append(Row(bench="call", what="press to ring, p50", value=middle, unit="ms", note=note))
    rows.append(Row(bench="call", what="press to ring, p95", value=high, unit="ms", target=100, note=note))
    with tempfile.TemporaryDirectory(prefix="komado-bench-") as folder:
        rows += _calls(Path(folder))
    return rows


# ---------------------------------------------------------------- the ring


async def _rings(folder: Path) -> list[float]:
    """A kiosk takes a ticket; the clock stops when the clerk's view says that it rings."""
    from server.protocol import messages as m
    from tests.bench.peers import town
    from tests.server.http.rig import Line

    ids = (f"b{number}" for number in itertools.count())

    async def ask(line: Line, command: type[m.Command], **body: Any) -> None:
        while True:
            reply = await line.ask(command, id=next(ids), **body)
            if reply.refused is None:
                return
            if reply.refused != "too_many":
                raise RuntimeError(f"{command.__name__}: {reply.refused}")
            await asyncio.sleep(reply.retry_after or 0)  # no hand is that quick: the server's limit holds

    async def once(kiosk: Line, clerk: Line) -> float:
        began = time.perf_counter()
        await kiosk.say(m.TakeTicket(id=next(ids), purpose="talk"))
        view = await clerk.until(m.StaffView, lambda view: view.state == "offered")
        took = time.perf_counter() - began
        assert view.mine is not None
        call = {"ticket": view.mine.ticket.id, "generation": view.mine.ticket.generation}
        await ask(clerk, m.Accept, **call)
        await kiosk.shows(m.KioskView, lambda v: v.ticket is not None and v.ticket.state == "connecting")
        await ask(kiosk, m.MediaIsUp, **call)
        await ask(clerk, m.EndCall, **call)
        await ask(clerk, m.FinishWrapup, **call, result="done")
        await kiosk.shows(m.KioskView, lambda v: v.ticket is None or v.ticket.state == "done")
        await clerk.shows(m.StaffView, lambda view: view.state == "ready")
        return took

    async with town(folder, kiosks=PRESSES // PER_KIOSK, clerks=1, tls=True) as at:
        await asyncio.to_thread(at.city.start)
        clerk = await at.clerks[0].console()
        await ask(clerk, m.SetReady)
        times = list[float]()
        for device in at.kiosks:
            kiosk = await device.connect()
            await kiosk.until(m.KioskView)
            times += [await once(kiosk, clerk) for _ in range(PER_KIOSK)]
        return times


# ---------------------------------------------------------------- two faces

WATCH = """
window.first = {};
window.connections = [];
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...configuration) {
    super(...configuration);
    window.connections.push(this);
  }
};
const source = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, "srcObject");
Object.defineProperty(HTMLMediaElement.prototype, "srcObject", { ...source, set(stream) {
  source.set.call(this, stream);
  if (stream && this instanceof HTMLVideoElement) this.requestVideoFrameCallback(() =>
    window.first[this.ariaLabel ?? "only"] ??= performance.timeOrigin + performance.now());
}});
addEventListener("keydown", (event) => {
  if (event.key === "F2") window.answered = performance.timeOrigin + performance.now();
}, true);
window.received = async () => {
  const count = {};
  for (const pc of window.connections.filter((pc) => pc.connectionState === "connected"))
    for (const entry of (await pc.getStats()).values())
      if (entry.type === "inbound-rtp" && entry.kind === "video")
        count[pc.getReceivers().map((receiver) => receiver.track.id).indexOf(entry.trackIdentifier)] =
          [entry.framesDecoded, entry.bytesReceived, performance.now(), entry.frameWidth];
  return count;
};
"""
"""Runs before the pages' own code: notes when the answer was pressed and when a picture first stood on the screen."""


def _calls(folder: Path) -> list[Row]:
    from playwright.sync_api import sync_playwright

    from tests.rig import CHROMIUM, DEVICES, FLAGS, KioskMachine, stopping
    from tests.stories.people import Clerk, Resident

    city = City(folder / "city")
    city.add_staff("sato", "佐藤 恵", "窓口課", "clerk", password="a-long-password-2")
    with stopping(city.server):
        city.start()
        kiosk = KioskMachine(city, folder / "kiosk", devices=DEVICES)
        with stopping(kiosk.agent), sync_playwright() as play:
            kiosk.start()
            browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            clerk = Clerk.sit_down(browser, city, "sato", "a-long-password-2", FULL)
            clerk.press("受付を はじめる")
            resident, home = Resident.sit_down(play, kiosk, folder / "profile")
            for seat in (clerk, resident):
                seat.page.add_init_script(WATCH)
                seat.page.reload()
            clerk_sees, resident_sees = list[float](), list[float]()
            rows = list[Row]()
            for number in range(CALLS):
                one, other = _answer(city, clerk, resident, number)
                clerk_sees.append(one)
                resident_sees.append(other)
                if number == CALLS - 1:
                    rows = _smoothness(clerk.page, resident.page)
                _end(city, clerk, number)
            home.close()
            rows.append(_peer(browser, city.url))
            browser.close()
    both = [max(pair) for pair in zip(clerk_sees, resident_sees, strict=True)]
    return [
        _first("clerk sees the resident", clerk_sees),
        _first("resident sees the clerk", resident_sees),
        _first("both see each other", both, 1000),
        *rows,
    ]


def _first(what: str, times: list[float], target: float | None = None) -> Row:
    note = f"median of {len(times)}: {' '.join(f'{one:.0f}' for one in sorted(times))}"
    return Row(bench="call", what=f"answer until the {what}" if target is None else f"answer until {what}",
               value=median(times), unit="ms", target=target, note=note)  # fmt: skip


def _answer(city: City, clerk: "Clerk", resident: "Resident", number: int) -> tuple[float, float]:
    """One call is pressed, answered and seen; return milliseconds from the clerk's key to each first picture."""
    resident.begins()
    resident.press("職員と 話したい")
    resident.press("はい、つなぎます")
    clerk.sees(re.compile("呼び出し中"))
    for seat in (clerk, resident):
        seat.page.evaluate("window.first = {}")
    clerk.page.keyboard.press("F2")
    until("they talk", lambda: len(city.happened("call_started")) > number)
    clerk_at = until("the resident's face", lambda: clerk.page.evaluate(f"window.first['{FACE}']"))
    resident_at = until("the clerk's face", lambda: resident.page.evaluate("window.first.only"))
    answered = clerk.page.evaluate("window.answered")
    return clerk_at - answered, resident_at - answered


def _end(city: City, clerk: "Clerk", number: int) -> None:
    clerk.page.keyboard.press("Alt+KeyX")
    clerk.page.get_by_role("dialog").get_by_role("button", name=re.compile("終")).last.click()
    clerk.press(re.compile("^終わった"))
    until("the result", lambda: len(city.happened("wrapup_finished")) > number)


# ---------------------------------------------------------------- how smooth


Received = dict[str, list[float]]
"""Per picture, in the order of the connection: frames and bytes so far, when, and how wide."""


def _smoothness(console: "Page", page: "Page") -> list[Row]:
    until("the face in its full size", lambda: 640 in _widths(console))
    console.wait_for_timeout(1000 * CLIMB)
    windows = [_window(console, page) for _ in range(WINDOWS)]
    clerk, resident = [one[0] for one in windows], [one[1] for one in windows]
    return [
        _rate("what the clerk sees of the face, 640x480", clerk, 640, 29),
        _rate("what the clerk sees of the paper, 1280x720", clerk, 1280, None),
        _rate("what the resident sees, 640x480", resident, 640, None),
    ]


def _widths(page: "Page") -> list[float]:
    return [one[3] for one in page.evaluate("window.received()").values()]


def _window(*pages: "Page") -> list[tuple[Received, Received]]:
    before = [page.evaluate("window.received()") for page in pages]
    pages[0].wait_for_timeout(1000 * SECONDS)
    return [(one, page.evaluate("window.received()")) for one, page in zip(before, pages, strict=True)]


def _rate(what: str, windows: list[tuple[Received, Received]], width: int, target: float | None) -> Row:
    """Count one picture, found by how wide it was meant to be; a busy machine may have made it smaller since."""
    widest = windows[0][0]
    key = min(widest, key=lambda name: abs(widest[name][3] - width))
    rates, bits = list[float](), list[float]()
    for before, after in windows:
        frames, received, took = (b - a for a, b in zip(before[key][:3], after[key][:3], strict=True))
        rates.append(1000 * frames / took)
        bits.append(8 * received / took)
    note = (
        f"voice on, {median(bits):.0f} kbit/s; {SECONDS:.0f} s each: {' '.join(f'{one:.1f}' for one in rates)};"
        f" {windows[-1][1][key][3]:.0f} wide at the end; tasks waiting for a processor {_pressure()}"
    )
    return Row(bench="call", what=what, value=median(rates), unit="fps", target=target, better="higher",
               note=note)  # fmt: skip


def _pressure() -> str:
    """Return how much of the last minute somebody on this machine waited for a processor (Linux PSI)."""
    try:
        return Path("/proc/pressure/cpu").read_text().split("avg60=")[1].split()[0] + " %"
    except OSError:
        return "?"


_OFFER = """async () => {
  const { syntheticStream } = await import("/console/synthetic.js");
  const pc = window.pc = new RTCPeerConnection();
  for (const track of syntheticStream(true, true).getTracks()) pc.addTrack(track);
  pc.addTransceiver("video");
  await pc.setLocalDescription();
  return window.gathered(pc);
}"""
_ACCEPT = """async (offer) => {
  const { syntheticStream } = await import("/console/synthetic.js");
  const pc = window.pc = new RTCPeerConnection();
  await pc.setRemoteDescription({ type: "offer", sdp: offer });
  for (const track of syntheticStream(true, true).getTracks()) pc.addTrack(track);
  await pc.setLocalDescription();
  return window.gathered(pc);
}"""
_GATHERED = """
window.gathered = async (pc) => {
  while (pc.iceGatheringState !== "complete")
    await new Promise((resolve) => pc.addEventListener("icegatheringstatechange", resolve, { once: true }));
  return pc.localDescription.sdp;
};
"""


def _peer(browser: "Browser", url: str) -> Row:
    """The same drawn picture and tone both ways between two plain pages."""
    pages: list[Page] = []
    for _ in range(2):
        page = browser.new_context(ignore_https_errors=True).new_page()
        page.add_init_script(WATCH + _GATHERED)
        page.goto(f"{url}/console/")
        pages.append(page)
    one, other = pages
    answer = other.evaluate(_ACCEPT, one.evaluate(_OFFER))
    one.evaluate("(sdp) => window.pc.setRemoteDescription({ type: 'answer', sdp })", answer)
    until("the peer's picture", lambda: 640 in _widths(one))
    one.wait_for_timeout(1000 * CLIMB)
    windows = [_window(one)[0] for _ in range(WINDOWS)]
    for page in pages:
        page.context.close()
    return _rate("peer: Chromium to Chromium, 640x480", windows, 640, None)
