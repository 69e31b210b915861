"""From the config's [devices] section to devices: drivers chosen by name, never by fallback."""

from pathlib import Path
from typing import Annotated, Literal

import msgspec

from hardware.camera.opencv import OpenCvCamera
from hardware.camera.simulated import SimulatedCamera
from hardware.card.simulated import SimulatedCardReader
from hardware.errors import DriverMissing
from hardware.panel.pins import PanelPins
from hardware.panel.simulated import SimulatedPanel
from hardware.ports import Camera, CardReader, Panel, Printer
from hardware.printer.file import FileTransport
from hardware.printer.raster import RasterPrinter
from hardware.printer.simulated import SimulatedPrinter
from hardware.printer.tcp import TcpTransport, check_address
from server.protocol.values import DeviceName


class _Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class CardConfig(_Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """[devices.card]"""

    driver: Literal["pcsc", "simulated", "none"] = "pcsc"


class PrinterConfig(_Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """[devices.printer]"""

    driver: Literal["usb", "tcp", "file", "simulated", "none"] = "usb"
    usb_vendor: int = 0
    usb_product: int = 0
    host: str = "127.0.0.1"
    port: int = 9100
    trusted_network: bool = False
    path: str = ""


class PanelConfig(_Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """[devices.panel]"""

    driver: Literal["gpio", "simulated", "none"] = "gpio"
    pins: PanelPins = PanelPins()


class CameraConfig(_Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """[devices.face] and [devices.document]"""

    driver: Literal["opencv", "simulated", "none"] = "opencv"
    path: str = ""
    most_fps: Annotated[int, msgspec.Meta(ge=5, le=30)] = 30  # fewer spare a thin line and a small machine


class DevicesConfig(_Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """[devices]: each part by the name of its driver; "none" = this kiosk has no such part."""

    card: CardConfig = CardConfig()
    printer: PrinterConfig = PrinterConfig()
    panel: PanelConfig = PanelConfig()
    face: CameraConfig = CameraConfig()
    document: CameraConfig = CameraConfig()


class Devices(msgspec.Struct, frozen=True, kw_only=True):
    """What a kiosk has; None = the config says that there is none."""

    card: CardReader | None
    printer: Printer | None
    panel: Panel | None
    face: Camera | None
    document: Camera | None
    simulated: tuple[DeviceName, ...] = ()
    simulated_printer: SimulatedPrinter | None = None  # its stimulus side, for the control page


def open_devices(config: DevicesConfig) -> Devices:
    """Build every device the config names (on a running loop). Raises DriverMissing with the key to change."""
    drivers: dict[DeviceName, str] = {
        "card": config.card.driver,
        "printer": config.printer.driver,
        "panel": config.panel.driver,
        "face_camera": config.face.driver,
        "document_camera": config.document.driver,
    }
    simulated: tuple[DeviceName, ...] = tuple(
        name for name, driver in drivers.items() if driver == "simulated"
    )
    desk_printer = SimulatedPrinter() if config.printer.driver == "simulated" else None
    return Devices(
        card=_card(config.card),
        printer=_printer(config.printer, desk_printer),
        panel=_panel(config.panel),
        face=_camera("face_camera", config.face),
        document=_camera("document_camera", config.document),
        simulated=simulated,
        simulated_printer=desk_printer,
    )


def _card(config: CardConfig) -> CardReader | None:
    match config.driver:
        case "pcsc":
            try:
                from hardware.card.pcsc import (
                    PcscCardReader,
                )  # needs pyscard, which the plain demo does without
            except ImportError as error:
                raise DriverMissing(
                    "devices.card.driver", "pyscard is not installed (python3-pyscard)"
                ) from error
            return PcscCardReader()
        case "simulated":
            return SimulatedCardReader()
        case "none":
            return None


def _printer(config: PrinterConfig, desk: SimulatedPrinter | None) -> Printer | None:
    match config.driver:
        case "usb":
            if not config.usb_vendor:
                raise DriverMissing(
                    "devices.printer.usb_vendor", "which printer? `lsusb` lists vendor:product"
                )
            from hardware.printer.usb import UsbTransport  # loads libusb: only where it is used

            return RasterPrinter(UsbTransport(config.usb_vendor, config.usb_product))
        case "tcp":
            check_address(config.host, config.trusted_network)
            return RasterPrinter(TcpTransport(config.host, config.port))
        case "file":
            if not config.path:
                raise DriverMissing("devices.printer.path", "which file or device node?")
            return RasterPrinter(FileTransport(Path(config.path)))
        case "simulated":
            assert desk is not None
            return RasterPrinter(desk)
        case "none":
            return None


def _panel(config: PanelConfig) -> Panel | None:
    match config.driver:
        case "gpio":
            from hardware.panel.gpio import GpioPanel  # loads the pin factory: only where it is used

            return GpioPanel(config.pins)
        case "simulated":
            return SimulatedPanel()
        case "none":
            return None


def _camera(name: DeviceName, config: CameraConfig) -> Camera | None:
    match config.driver:
        case "opencv":
            if not config.path:
                key = "face" if name == "face_camera" else "document"
                raise DriverMissing(f"devices.{key}.path", "which camera? `ls /dev/v4l/by-path` lists them")
            return OpenCvCamera(name, config.path, config.most_fps)
        case "simulated":
            return SimulatedCamera(name, "face" if name == "face_camera" else "paper", config.most_fps)
        case "none":
            return None
