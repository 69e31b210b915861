"""`python -m tests.kiosk.media.measure_links`: what one, two and three camera links cost the agent, in cores.

The consoles that look are processes of their own, so that only the sending side is counted.
"""

import asyncio
import multiprocessing
import time
from multiprocessing.connection import Connection

from hardware.camera.simulated import SimulatedCamera
from kiosk.media.eyes import Eyes, EyesEvent, EyesUp
from kiosk.media.scene import Scene
from tests.kiosk.media.rig import until

SECONDS = 15.0


def look(pipe: Connection) -> None:
    """Be a console: offer, take the answer, and take whatever comes until told to stop."""

    async def run() -> None:
        from tests.kiosk.media.test_eyes import Console

        console = Console()
        pipe.send(await console.offer())
        await console.answered(await asyncio.to_thread(pipe.recv))
        await asyncio.to_thread(pipe.recv)
        await console.pc.close()

    asyncio.run(run())


async def measure(links: int) -> float:
    """Return the cores the sending side takes with so many links."""
    scene = Scene(SimulatedCamera("face_camera", "face"), SimulatedCamera("document_camera", "paper"))
    eyes: list[Eyes] = []
    others: list[tuple[Connection, multiprocessing.Process]] = []
    for number in range(links):
        ours, theirs = multiprocessing.Pipe()
        process = multiprocessing.get_context("spawn").Process(target=look, args=(theirs,))
        process.start()
        others.append((ours, process))  # pyright: ignore[reportArgumentType]  a spawned process is one
        heard: list[EyesEvent] = []
        one = Eyes(scene, heard.append)
        eyes.append(one)
        ours.send(await one.answer("T1", number + 1, 1, await asyncio.to_thread(ours.recv), ()))
        await until(lambda heard=heard: EyesUp(1) in heard, 60)
    await asyncio.sleep(5)  # the budget climbs; a measurement, not a test
    before, at = time.process_time(), time.monotonic()
    await asyncio.sleep(SECONDS)
    cores = (time.process_time() - before) / (time.monotonic() - at)
    for ours, process in others:
        ours.send("stop")
        process.join()
    for one in eyes:
        await one.close()
    return cores


def main() -> None:
    """Print one line for each number of links."""
    for links in (0, 1, 2, 3):
        print(f"{links} links: {asyncio.run(measure(links)):.2f} cores", flush=True)


if __name__ == "__main__":
    main()
