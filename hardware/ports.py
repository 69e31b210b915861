"""What a kiosk asks of its devices: four small ports.

Each has a real and a simulated driver chosen by name in the config, never by fallback, and one contract suite in
`tests/hardware/` that runs on both. A device failure is one of `hardware.errors`; unknown is a value.
All methods are called on the event loop; a driver that must block owns a thread.
"""

from collections.abc import AsyncIterator, Callable, Generator
from typing import Literal, Protocol, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from server.protocol.values import Device, PrintOutcome


class Response(msgspec.Struct, frozen=True):
    """What a card answered: data and status word (ISO 7816-4). Never printed with its data."""

    data: bytes
    sw: int

    def __repr__(self) -> str:
        return f"<Response {len(self.data)} bytes, sw {self.sw:04X}>"


T = TypeVar("T")


class CardIn(msgspec.Struct, frozen=True):
    """A card lies in or on a reader."""

    reader: str
    contactless: bool


class CardOut(msgspec.Struct, frozen=True):
    """It was taken away."""


class ReaderGone(msgspec.Struct, frozen=True):
    """No reader, no pcscd, or two cards at once (`reason`): nothing can be read until the next news."""

    reason: Literal["no_reader", "no_service", "two_cards", "mute"]


class ReaderReady(msgspec.Struct, frozen=True):
    """A reader is there, without a card."""


CardNews = CardIn | CardOut | ReaderGone | ReaderReady


class CardReader(Protocol):
    """One place where a card can be put, whatever readers serve it."""

    def news(self) -> AsyncIterator[CardNews]:
        """Yield the present situation at once, then each change; survives everything but `close`."""
        ...

    async def talk(self, dialogue: Generator[bytes | bytearray, Response, T]) -> T:
        """Drive a dialogue exclusively on the present card and power it off at the end, whatever happens.

        Raises CardGone, CardMute, CardRefused or ApduForbidden (hardware.errors); never a vendor's exception.
        """
        ...

    async def close(self) -> None:
        """Release everything; nothing is left verified."""
        ...


class Bitmap(msgspec.Struct, frozen=True):
    """1-bit rows, most significant bit first, 1 = black; `width` is in dots, a multiple of 8."""

    width: int
    rows: bytes

    @property
    def height(self) -> int:
        """Rows."""
        return len(self.rows) * 8 // self.width


class PrinterStatus(msgspec.Struct, frozen=True):
    """What the printer says; None = it does not say. No answer at all is `answered=False`, never "no paper"."""

    answered: bool
    online: bool | None = None
    paper: Literal["enough", "near_end", "out"] | None = None
    cover_open: bool | None = None
    fault: bool | None = None


class Printer(Protocol):
    """A receipt printer of 576 dots."""

    async def status(self) -> PrinterStatus:
        """Ask now (DLE EOT); bounded by a timeout, silence is an answer of its own."""
        ...

    async def print(self, page: Bitmap) -> PrintOutcome:
        """Print and cut, then ask how it went: "printed" only when the printer confirms it."""
        ...

    async def close(self) -> None:
        """Release the device."""
        ...


class Pressed(msgspec.Struct, frozen=True):
    """A physical control was used; debounced by us."""

    button: Literal["call", "repeat", "end"]


class Handset(msgspec.Struct, frozen=True):
    """The handset was lifted or put back."""

    lifted: bool


class Presence(msgspec.Struct, frozen=True):
    """Somebody is in front of the kiosk, or nobody is."""

    here: bool


PanelNews = Pressed | Handset | Presence


class Lamps(msgspec.Struct, frozen=True):
    """What the panel shows, whole; computed from the state, so none can be left on."""

    call: Literal["off", "slow", "fast", "on"] = "off"
    camera: bool = False
    card: bool = False
    paper: bool = False
    buzzer: Literal["off", "once", "call"] = "off"


class Panel(Protocol):
    """Buttons, hook, presence sensor, lamps, buzzer."""

    def news(self) -> AsyncIterator[PanelNews]:
        """Yield each use, in order."""
        ...

    def show(self, lamps: Lamps) -> None:
        """Set every lamp; cheap, idempotent, never blocks."""
        ...

    async def close(self) -> None:
        """All lamps off, pins released."""
        ...


class Frame(msgspec.Struct, frozen=True):
    """One picture: BGR, uint8, (height, width, 3); `at` is the monotonic capture time in seconds."""

    image: NDArray[np.uint8]
    at: float

    def __repr__(self) -> str:
        return "<Frame>"


class Camera(Protocol):
    """A camera that is off unless opened: the camera lamp tells when."""

    async def open(self, width: int, height: int, fps: int, on_frame: Callable[[Frame], None]) -> None:
        """Start capturing; `on_frame` is called on the event loop with the newest frame (older ones are dropped).

        Raises CameraMissing. A camera that disappears later is reopened with back-off and reported by `device`.
        """
        ...

    async def still(self) -> Frame:
        """Take one picture at full resolution while open. Raises CameraMissing."""
        ...

    async def stop(self) -> None:
        """Stop capturing: the sensor is off when this returns."""
        ...

    def device(self) -> Device:
        """Say how it is."""
        ...

    async def close(self) -> None:
        """Release everything."""
        ...
