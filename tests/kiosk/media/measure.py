"""Measure a call on this machine: `python -m tests.kiosk.media.measure`. Numbers to report, no pass or fail."""

import asyncio
import statistics
import time

import psutil

from tests.kiosk.media.rig import call_between, chromium

CALLS = 5
SECONDS = 10

_FIRST = "window.first = onFirstFrame(%r)"
_FRAMES = """async () => {
  const count = {};
  for (const pc of window.connections.filter((pc) => pc.connectionState === "connected"))
    for (const entry of (await pc.getStats()).values())
      if (entry.type === "inbound-rtp" && entry.kind === "video")
        count[entry.mid] = [entry.framesDecoded, entry.keyFramesDecoded, entry.bytesReceived, entry.frameWidth];
  return count;
}"""


async def main() -> None:
    """Print the table."""
    clerk_sees, resident_sees = list[float](), list[float]()
    async with chromium() as (browser, base):
        for number in range(CALLS):
            async with call_between(browser, base) as call:
                await call.apply(sending=True)
                await call.console.evaluate(f"() => {{ {_FIRST % 'face'} }}")
                await call.kiosk.evaluate(f"() => {{ {_FIRST % 'clerk'} }}")
                began = await call.console.evaluate("performance.timeOrigin + performance.now()")
                await call.dial()
                clerk_sees.append(await call.console.evaluate("first") - began)
                resident_sees.append(await call.kiosk.evaluate("first") - began)
                if number < CALLS - 1:
                    continue
                await asyncio.sleep(8)  # the bitrate has climbed
                process = psutil.Process()
                before, cpu, wall = (
                    await call.console.evaluate(_FRAMES),
                    time.process_time(),
                    time.monotonic(),
                )
                await asyncio.sleep(SECONDS)
                wall, cpu = time.monotonic() - wall, time.process_time() - cpu
                after = await call.console.evaluate(_FRAMES)
                for mid, name in (("0", "face"), ("1", "document")):
                    frames, keys, size, width = (after[mid][i] - before[mid][i] for i in range(4))
                    print(
                        f"{name}: {frames / wall:.1f} fps, {size * 8 / 1000 / wall:.0f} kbit/s, {keys} keyframes,"
                        f" width {after[mid][3]}"
                    )
                    del width
                print(
                    f"agent (with this script): {cpu / wall:.2f} cores, RSS {process.memory_info().rss >> 20} MB"
                )
                print("stats:", await call.console.evaluate("window.stats"))
    print("dial to first frame, ms, clerk:", [round(ms) for ms in clerk_sees], statistics.median(clerk_sees))
    print(
        "dial to first frame, ms, resident:",
        [round(ms) for ms in resident_sees],
        statistics.median(resident_sees),
    )


if __name__ == "__main__":
    asyncio.run(main())
