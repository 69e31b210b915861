"""What every panel driver promises: gpiozero on mock pins, and the simulated one."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from gpiozero.pins.mock import MockFactory, MockPWMPin

from hardware.errors import DriverMissing
from hardware.panel.gpio import GpioPanel
from hardware.panel.pins import PanelPins
from hardware.panel.simulated import SimulatedPanel
from hardware.ports import Handset, Lamps, PanelNews, Presence, Pressed

pytestmark = pytest.mark.slow

PINS = PanelPins(call=17, repeat=27, end=22, hook=23, presence=24, call_led=5, camera_led=6, buzzer=13)


class Hands:
    """Uses a panel as a person would, whatever drives it."""

    def __init__(self, panel: Any, factory: MockFactory | None) -> None:
        self.panel, self.factory = panel, factory

    async def press(self, button: str, flutter: int = 0) -> None:
        if self.factory is None:
            self.panel.press(button)
            return
        pin = self.factory.pin({"call": 17, "repeat": 27, "end": 22}[button])
        for _ in range(flutter):
            pin.drive_low()
            pin.drive_high()
        pin.drive_low()
        await asyncio.sleep(0.08)  # a finger's time on a real contact, not a wait for our code
        pin.drive_high()
        await asyncio.sleep(0.08)

    async def hook(self, lifted: bool) -> None:
        if self.factory is None:
            self.panel.lift(lifted)
            return
        pin = self.factory.pin(23)
        (pin.drive_high if lifted else pin.drive_low)()
        await asyncio.sleep(0.08)

    async def approach(self, here: bool) -> None:
        if self.factory is None:
            self.panel.approach(here)
            return
        pin = self.factory.pin(24)
        (pin.drive_low if here else pin.drive_high)()
        await asyncio.sleep(0.08)


@pytest.fixture(params=["gpio", "simulated"])
async def hands(request: pytest.FixtureRequest):
    if request.param == "simulated":
        panel = SimulatedPanel()
        yield Hands(panel, None)
        await panel.close()
        return
    factory = MockFactory(pin_class=MockPWMPin)
    panel = GpioPanel(PINS, factory)
    factory.pin(23).drive_low()  # the handset is put on its hook
    assert await heard(panel, 1) == [Handset(False)]
    yield Hands(panel, factory)
    await panel.close()
    factory.reset()


async def heard(panel: Any, count: int) -> list[PanelNews]:
    news = panel.news()
    async with asyncio.timeout(5):
        return [await anext(news) for _ in range(count)]


async def test_presses_arrive_in_their_order(hands: Hands):
    for button in ("call", "end", "repeat"):
        await hands.press(button)
    assert await heard(hands.panel, 3) == [Pressed("call"), Pressed("end"), Pressed("repeat")]


async def test_a_fluttering_contact_is_one_press(hands: Hands):
    await hands.press("call", flutter=8)
    await hands.press("end")
    assert await heard(hands.panel, 2) == [Pressed("call"), Pressed("end")]


async def test_handset_and_presence_are_told_both_ways(hands: Hands):
    await hands.hook(True)
    await hands.hook(False)
    await hands.approach(True)
    await hands.approach(False)
    assert await heard(hands.panel, 4) == [Handset(True), Handset(False), Presence(True), Presence(False)]


async def test_every_lamp_goes_off_again(hands: Hands):
    hands.panel.show(Lamps(call="on", camera=True))
    lit: Callable[[], bool] = (
        (lambda: hands.factory.pin(6).state == 1) if hands.factory else (lambda: hands.panel.lamps.camera)
    )
    assert lit()
    hands.panel.show(Lamps())
    assert not lit()


async def test_a_pin_used_twice_names_the_key_to_change():
    factory = MockFactory(pin_class=MockPWMPin)
    with pytest.raises(DriverMissing, match=r"devices\.panel\.pins"):
        GpioPanel(PanelPins(call=17, end=17), factory)
    factory.reset()
