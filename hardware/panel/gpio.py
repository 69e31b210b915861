"""The panel on a Raspberry Pi's pins, through gpiozero (lgpio). Debounce is ours; gpiozero only reports levels."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any, Literal

from gpiozero import PWMLED, Buzzer, DigitalInputDevice
from gpiozero.exc import BadPinFactory, GPIOZeroError

from hardware.errors import DriverMissing
from hardware.panel.debounce import SETTLE, Contact, observe, settle
from hardware.panel.pins import PanelPins
from hardware.ports import Handset, Lamps, PanelNews, Presence, Pressed

BLINK = {"slow": (1.2, 1.2), "fast": (0.3, 0.3)}


class GpioPanel:
    """`hardware.ports.Panel` on real pins; a pin that is not named in the config is not there."""

    def __init__(self, pins: PanelPins, factory: Any = None) -> None:
        self._loop = asyncio.get_running_loop()
        self._news: asyncio.Queue[PanelNews] = asyncio.Queue(64)
        self._contacts: dict[str, Contact] = {}
        self._inputs: list[Any] = []
        self._shown = Lamps()
        try:
            for name, pin in pins.inputs().items():
                self._inputs.append(self._input(name, pin, factory))
            self._leds = {name: PWMLED(pin, pin_factory=factory) for name, pin in pins.leds().items()}
            self._buzzer: Any = None if pins.buzzer is None else Buzzer(pins.buzzer, pin_factory=factory)
        except (BadPinFactory, GPIOZeroError, OSError) as error:
            raise DriverMissing(
                "devices.panel.pins", f"{type(error).__name__}: this pin cannot be used"
            ) from error

    async def news(self) -> AsyncIterator[PanelNews]:
        """Yield each use, in order."""
        while True:
            yield await self._news.get()

    def show(self, lamps: Lamps) -> None:
        """Set what changed."""
        before, self._shown = self._shown, lamps
        if lamps.call != before.call and "call" in self._leds:
            self._blink(self._leds["call"], lamps.call)
        for name in ("camera", "card", "paper"):
            if name in self._leds:
                self._leds[name].value = 1 if getattr(lamps, name) else 0
        if self._buzzer is not None and lamps.buzzer != before.buzzer:
            if lamps.buzzer == "off":
                self._buzzer.off()
            else:
                self._buzzer.beep(0.2, 0.6, n=1 if lamps.buzzer == "once" else None)

    async def close(self) -> None:
        """All lamps off, pins released."""
        for device in (*self._inputs, *self._leds.values(), *([self._buzzer] if self._buzzer else [])):
            device.close()

    def _blink(self, led: Any, how: Literal["off", "slow", "fast", "on"]) -> None:
        if how in BLINK:
            led.blink(*BLINK[how])
        else:
            led.value = 1 if how == "on" else 0

    def _input(self, name: str, pin: int, factory: Any) -> Any:
        device = DigitalInputDevice(pin, pull_up=True, pin_factory=factory)
        self._contacts[name] = Contact(level=bool(device.value), candidate=bool(device.value))

        def changed() -> None:
            # gpiozero calls from its own thread; an exception here would come back to whoever moved the pin.
            self._loop.call_soon_threadsafe(self._observe, name, device)

        device.when_activated = changed
        device.when_deactivated = changed
        return device

    def _observe(self, name: str, device: Any) -> None:
        self._contacts[name] = observe(self._contacts[name], bool(device.value), self._loop.time())
        self._loop.call_later(SETTLE, self._settle, name)

    def _settle(self, name: str) -> None:
        before = self._contacts[name]
        after = self._contacts[name] = settle(before, self._loop.time() + 0.001)
        if after.level != before.level and (news := _say(name, after.level)) is not None:
            try:
                self._news.put_nowait(news)
            except asyncio.QueueFull:
                pass  # sixty presses nobody looked at: one more changes nothing


_SAY: dict[str, Callable[[bool], PanelNews | None]] = {
    "call": lambda on: Pressed("call") if on else None,
    "repeat": lambda on: Pressed("repeat") if on else None,
    "end": lambda on: Pressed("end") if on else None,
    "hook": lambda on: Handset(lifted=not on),  # the hook is pressed while the handset lies on it
    "presence": lambda on: Presence(here=on),
}


def _say(name: str, level: bool) -> PanelNews | None:
    return _SAY[name](level)
