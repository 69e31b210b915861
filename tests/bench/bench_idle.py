"""What it costs when nothing happens: a server with 1,000 idle kiosks, with and without TLS, and a kiosk's agent."""

import asyncio
import contextlib
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from tests.bench.table import Row

KIOSKS = 1_000
AT_ONCE = 50
SECONDS = 30.0
SETTLE = 5.0
"""After everybody has come, or a page was opened: then it counts as idle."""


def measure() -> list[Row]:
    """Measure three processes of the product, one after the other."""
    rows = list[Row]()
    for tls, target in ((False, 150.0), (True, 220.0)):
        with tempfile.TemporaryDirectory(prefix="komado-bench-") as folder:
            rows += asyncio.run(_server(Path(folder), tls=tls, memory=target))
    with tempfile.TemporaryDirectory(prefix="komado-bench-") as folder:
        rows += _agent(Path(folder))
    return rows


# ---------------------------------------------------------------- the server


async def _server(folder: Path, *, tls: bool, memory: float) -> list[Row]:
    from server.protocol import messages as m
    from tests.bench.peers import town

    name = f"server, {KIOSKS} kiosks, {'TLS' if tls else 'no TLS'}"
    async with contextlib.AsyncExitStack() as stack:
        at = await stack.enter_async_context(town(folder, kiosks=KIOSKS, clerks=0, tls=tls))
        await asyncio.to_thread(at.city.start)
        watched = (at.city.server.pid,)
        empty, began = resident(watched), cpu(watched)
        for start in range(0, KIOSKS, AT_ONCE):
            lines = await asyncio.gather(*[kiosk.connect() for kiosk in at.kiosks[start : start + AT_ONCE]])
            await asyncio.gather(*[line.until(m.KioskView, within=60) for line in lines])
            for line in lines:
                reading = asyncio.create_task(line.ended(), name="answer pings")
                stack.callback(reading.cancel)
        connecting = cpu(watched) - began
        await asyncio.sleep(SETTLE)
        share = await asyncio.to_thread(busy, watched)
        full = resident(watched)
        at.city.server.check()
    each = 1024 * (full - empty) / KIOSKS
    return [
        Row(bench="idle", what=f"{name}: memory", value=full, unit="MiB RSS", target=memory,
            note=f"{empty:.0f} empty, {each:.0f} KiB each"),
        Row(bench="idle", what=f"{name}: processor", value=share, unit="% core", target=5, note=_over()),
        Row(bench="idle", what=f"{name}: to connect one", value=1000 * connecting / KIOSKS, unit="ms cpu"),
    ]  # fmt: skip


# ---------------------------------------------------------------- the agent


def _agent(folder: Path) -> list[Row]:
    """The agent as it stands in a hall: simulated devices, and the resident's page in a browser before it."""
    from playwright.sync_api import sync_playwright

    from tests.memory import children
    from tests.rig import SIMULATED, City, KioskMachine, stopping
    from tests.stories.people import Resident

    city = City(folder / "city")
    with stopping(city.server):
        city.start()
        kiosk = KioskMachine(city, folder / "kiosk", devices=SIMULATED)
        with stopping(kiosk.agent), sync_playwright() as play:
            kiosk.start()
            resident_page, browser = Resident.sit_down(play, kiosk, folder / "profile")
            resident_page.page.wait_for_timeout(1000 * SETTLE)
            watched = (kiosk.agent.pid, *children(kiosk.agent.pid))
            share = busy(watched)
            whole, shared = resident(watched[-1:]), proportional(watched)
            kiosk.agent.check()
            browser.close()
    return [
        Row(bench="idle", what="agent: memory of the process of a visit", value=whole, unit="MiB RSS", target=150),
        Row(bench="idle", what="agent: memory of parent and visit together", value=shared, unit="MiB PSS",
            target=150, note=f"{len(watched)} processes that share their libraries"),
        Row(bench="idle", what="agent: processor", value=share, unit="% core", target=3, note=_over()),
    ]  # fmt: skip


# ---------------------------------------------------------------- looking at processes


def cpu(pids: Sequence[int]) -> float:
    """Return the seconds these processes ran: by the scheduler's clock, as idle ones use less than a tick of the others'."""
    tasks = (task for pid in pids for task in Path(f"/proc/{pid}/task").glob("*/schedstat"))
    return sum(int(task.read_text().split()[0]) for task in tasks) / 1e9


def busy(pids: Sequence[int]) -> float:
    """Return the share of one core they use while we watch, in per cent."""
    before, began = cpu(pids), time.monotonic()
    time.sleep(SECONDS)
    return 100 * (cpu(pids) - before) / (time.monotonic() - began)


def resident(pids: Sequence[int]) -> float:
    """Return the memory in MiB they have in RAM, the middle of three looks."""
    import psutil

    return median([sum(psutil.Process(pid).memory_info().rss for pid in pids) / 2**20 for _ in range(3)])


def proportional(pids: Sequence[int]) -> float:
    """Return the memory in MiB that is theirs, each shared page divided among those who share it."""
    import psutil

    return sum(psutil.Process(pid).memory_full_info().pss for pid in pids) / 2**20


def _over() -> str:
    return f"over {SECONDS:.0f} s"
