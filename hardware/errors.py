"""What can go wrong with a device, and what the caller should do.

HardwareError
├── DriverMissing        the driver named in the config cannot start here: refuse to start, say which key
├── CardError
│   ├── CardGone         it was taken away in the middle: ask for it again; a PIN's fate is unknown
│   ├── CardMute         it does not answer: ask to place it again, after three times go on without
│   ├── CardRefused      it answered with a status word: the dialogue decides what that means
│   └── ApduForbidden    our own code asked for something the allow-list forbids: a bug of ours, log and stop
├── CameraMissing        no such camera, or it disappeared: go on without the picture, tell field IT
└── PrinterMissing       no such printer: show the number on the screen, tell field IT
"""


class HardwareError(Exception):
    """Base of the tree."""


class DriverMissing(HardwareError):
    """The driver cannot start here; `key` names the line of the config to change."""

    def __init__(self, key: str, why: str) -> None:
        super().__init__(f"{key}: {why}")
        self.key = key


class CardError(HardwareError):
    """Base of what a card or reader can do to us."""


class CardGone(CardError):
    """The card left while we spoke with it."""


class CardMute(CardError):
    """The card or reader does not answer, or answers nonsense."""


class CardRefused(CardError):
    """The card answered `sw` at `step`; carries no data."""

    def __init__(self, step: str, sw: int) -> None:
        super().__init__(f"{step}: {sw:04X}")
        self.step = step
        self.sw = sw


class ApduForbidden(CardError):
    """The allow-list stopped a command; `header` is its first four bytes, never its data."""

    def __init__(self, header: bytes) -> None:
        super().__init__(f"not on the allow-list: {header[:4].hex()}")


class CameraMissing(HardwareError):
    """There is no picture to be had."""


class PrinterMissing(HardwareError):
    """There is no printer to be had."""
