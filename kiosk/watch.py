"""Watches the devices, one task each, and says what changed as events; a device that fails is news, not an error."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime, timedelta, timezone

from hardware.open import Devices
from hardware.ports import Camera, CardReader, Handset, Panel, Presence, Pressed, Printer, PrinterStatus
from kiosk.cards import device_of, situation
from kiosk.flow.events import Button, Clock, DeviceIs, Event, HandsetMoved, Seen
from server.protocol.values import Device

log = logging.getLogger(__name__)

Post = Callable[[Event], None]
Sleep = Callable[[float], Awaitable[None]]

PRINTER_EVERY = 30.0
CAMERA_EVERY = 5.0
JST = timezone(timedelta(hours=9), "JST")


async def card(reader: CardReader, driver: str, post: Post) -> None:
    """Say what lies on the reader, and how the reader is."""
    async for news in reader.news():
        post(situation(news))
        post(DeviceIs(device_of(news, driver)))


async def panel(desk: Panel, driver: str, post: Post) -> None:
    """Say which control was used."""
    post(DeviceIs(Device(name="panel", state="ok", driver=driver)))
    async for news in desk.news():
        match news:
            case Pressed(button=button):
                post(Button(button))
            case Handset(lifted=lifted):
                post(HandsetMoved(lifted))
            case Presence(here=here):
                post(Seen(here))


async def printer(device: Printer, driver: str, post: Post, sleep: Sleep) -> None:
    """Ask the printer how it is, now and then."""
    while True:
        post(DeviceIs(printer_device(await device.status(), driver)))
        await sleep(PRINTER_EVERY)


def printer_device(status: PrinterStatus, driver: str) -> Device:
    """Return what a printer's status means to field IT; silence is unknown, never "no paper" and never ok."""
    if not status.answered:
        return Device(name="printer", state="unknown", driver=driver, note="no_answer")
    if status.cover_open:
        return Device(name="printer", state="fault", driver=driver, note="cover_open")
    if status.paper == "out":
        return Device(name="printer", state="fault", driver=driver, note="paper_out")
    if status.fault:
        return Device(name="printer", state="fault", driver=driver, note="fault")
    if status.online is False:
        return Device(name="printer", state="fault", driver=driver, note="offline")
    if status.paper == "near_end":
        return Device(name="printer", state="warning", driver=driver, note="near_end")
    return Device(name="printer", state="ok", driver=driver)


async def cameras(both: tuple[Camera, ...], post: Post, sleep: Sleep) -> None:
    """Say how the cameras are."""
    while True:
        for camera in both:
            post(DeviceIs(camera.device()))
        await sleep(CAMERA_EVERY)


async def clock(post: Post, wall: Callable[[], datetime], sleep: Sleep) -> None:
    """Say what time it is, in words, at each minute."""
    while True:
        now = wall()
        post(Clock(spoken(now)))
        await sleep(60.5 - now.second)


def spoken(moment: datetime) -> str:
    """Return a time of day as people say it: 午前9時5分."""
    here = moment.astimezone(JST)
    half, hour = ("午前", here.hour) if here.hour < 12 else ("午後", here.hour - 12)
    return f"{half}{hour}時{here.minute}分" if here.minute else f"{half}{hour}時"


def watching(
    devices: Devices, drivers: dict[str, str], post: Post, sleep: Sleep = asyncio.sleep
) -> dict[str, Coroutine[object, object, None]]:
    """Return what watches the devices there are, by name."""
    watching: dict[str, Coroutine[object, object, None]] = {}
    if devices.card is not None:
        watching["card"] = card(devices.card, drivers["card"], post)
    if devices.panel is not None:
        watching["panel"] = panel(devices.panel, drivers["panel"], post)
    if devices.printer is not None:
        watching["printer"] = printer(devices.printer, drivers["printer"], post, sleep)
    both = tuple(camera for camera in (devices.face, devices.document) if camera is not None)
    if both:
        watching["cameras"] = cameras(both, post, sleep)
    return watching
