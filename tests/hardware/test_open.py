"""Drivers are chosen by name; what cannot be had stops the start with the key to change."""

import msgspec
import pytest

from hardware.errors import DriverMissing
from hardware.open import DevicesConfig, open_devices

NONE = {part: {"driver": "none"} for part in ("card", "printer", "panel", "face", "document")}


def config(**parts: dict[str, object]) -> DevicesConfig:
    return msgspec.convert(NONE | parts, DevicesConfig)


async def test_a_kiosk_may_have_no_devices_at_all():
    devices = open_devices(config())
    assert (devices.card, devices.printer, devices.panel, devices.face, devices.document) == (None,) * 5


async def test_simulated_devices_are_named_so_that_the_screen_can_say_so():
    devices = open_devices(config(printer={"driver": "simulated"}, face={"driver": "simulated"}))
    assert devices.simulated == ("printer", "face_camera")


@pytest.mark.parametrize(
    ("part", "settings", "key"),
    [
        ("printer", {"driver": "usb"}, "devices.printer.usb_vendor"),
        ("printer", {"driver": "file"}, "devices.printer.path"),
        ("printer", {"driver": "tcp", "host": "192.0.2.7"}, "devices.printer.trusted_network"),
        ("face", {"driver": "opencv"}, "devices.face.path"),
        ("document", {"driver": "opencv"}, "devices.document.path"),
    ],
)
async def test_what_is_missing_is_named(part: str, settings: dict[str, object], key: str):
    with pytest.raises(DriverMissing) as missing:
        open_devices(config(**{part: settings}))
    assert missing.value.key == key


def test_a_misspelt_key_is_refused_with_its_path():
    with pytest.raises(msgspec.ValidationError, match=r"widht.*\$\.printer"):
        config(printer={"driver": "simulated", "widht": 1})
