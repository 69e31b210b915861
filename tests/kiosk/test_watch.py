"""The devices' watchers: what changed becomes an event, and a device that fails is news."""

import asyncio
from datetime import UTC, datetime

import pytest

from hardware.camera.simulated import SimulatedCamera
from hardware.open import Devices
from hardware.panel.simulated import SimulatedPanel
from hardware.ports import PrinterStatus
from hardware.printer.raster import RasterPrinter
from hardware.printer.simulated import SimulatedPrinter
from kiosk import watch
from kiosk.flow import events as ev
from server.protocol.values import Device
from tests.kiosk.scripted import until


class Rounds:
    """Lets a watcher go round a given number of times instead of sleeping."""

    def __init__(self, rounds: int) -> None:
        self._left = rounds

    async def sleep(self, _seconds: float) -> None:
        self._left -= 1
        if self._left < 0:
            await asyncio.Event().wait()
        await asyncio.sleep(0)


async def test_every_use_of_the_panel_is_an_event():
    panel = SimulatedPanel()
    posted: list[ev.Event] = []
    task = asyncio.create_task(watch.panel(panel, "simulated", posted.append))
    panel.press("call")
    panel.lift(True)
    panel.approach(False)
    await until(lambda: len(posted) >= 4)
    assert posted[1:] == [ev.Button("call"), ev.HandsetMoved(True), ev.Seen(False)]
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_the_printer_is_asked_again_and_again_and_may_vanish():
    desk = SimulatedPrinter()
    posted: list[ev.Event] = []

    def post(event: ev.Event) -> None:
        posted.append(event)
        desk.unplugged = True

    task = asyncio.create_task(watch.printer(RasterPrinter(desk), "usb", post, Rounds(1).sleep))
    await until(lambda: len(posted) >= 2)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    states = [event.device.state for event in posted if isinstance(event, ev.DeviceIs)]
    assert states == ["ok", "unknown"]


@pytest.mark.parametrize(
    ("status", "state", "note"),
    [
        (PrinterStatus(answered=False), "unknown", "no_answer"),
        (PrinterStatus(answered=True, cover_open=True), "fault", "cover_open"),
        (PrinterStatus(answered=True, paper="out"), "fault", "paper_out"),
        (PrinterStatus(answered=True, fault=True), "fault", "fault"),
        (PrinterStatus(answered=True, online=False), "fault", "offline"),
        (PrinterStatus(answered=True, paper="near_end"), "warning", "near_end"),
        (PrinterStatus(answered=True, paper="enough", online=True), "ok", None),
    ],
)
def test_a_silent_printer_is_unknown_and_never_out_of_paper(
    status: PrinterStatus, state: str, note: str | None
):
    device = watch.printer_device(status, "usb")
    assert (device.state, device.note) == (state, note)


async def test_cameras_say_how_they_are():
    camera = SimulatedCamera("face_camera", "face")
    posted: list[ev.Event] = []
    task = asyncio.create_task(watch.cameras((camera,), posted.append, Rounds(1).sleep))
    await until(lambda: len(posted) >= 2)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert posted[0] == ev.DeviceIs(camera.device())
    await camera.close()


@pytest.mark.parametrize(
    ("hour", "minute", "words"),
    [(0, 5, "午前9時5分"), (3, 0, "午後0時"), (15, 0, "午前0時"), (4, 30, "午後1時30分")],
)
def test_the_clock_speaks_as_people_do(hour: int, minute: int, words: str):
    assert watch.spoken(datetime(2026, 11, 24, hour, minute, tzinfo=UTC)) == words


async def test_the_clock_is_told_each_minute():
    posted: list[ev.Event] = []
    wall = iter([datetime(2026, 11, 24, 0, 0, 10, tzinfo=UTC), datetime(2026, 11, 24, 0, 1, tzinfo=UTC)])
    task = asyncio.create_task(watch.clock(posted.append, lambda: next(wall), Rounds(1).sleep))
    await until(lambda: len(posted) == 2)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert posted == [ev.Clock("午前9時"), ev.Clock("午前9時1分")]


async def test_only_devices_that_exist_are_watched():
    nothing = Devices(card=None, printer=None, panel=None, face=None, document=None)
    assert watch.watching(nothing, {}, lambda _event: None) == {}
    assert Device(name="card", state="ok").note is None
