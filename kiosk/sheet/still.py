"""A still of a paper: from a full picture to a straight page, with what is wrong with it."""

from typing import cast

import cv2
import msgspec
import numpy as np

from kiosk.sheet.find import find
from kiosk.sheet.geometry import A4, Picture, Sheet, Size, dpi
from kiosk.sheet.judge import LEAST_DPI, Finding, judge
from kiosk.sheet.straighten import straighten, turned

MAX_BYTES = 16_000_000
MAX_PIXELS = 40_000_000
MIN_SIDE = 200


class StillRefused(ValueError):
    """The picture cannot become a still; the message holds sizes only."""


class StillTooLarge(StillRefused):
    """More bytes or pixels than a document camera sends."""


class Still(msgspec.Struct, frozen=True, kw_only=True):
    """A page, straight, at `page_dpi`; `dpi` is what the camera really saw. Without a sheet there is no page."""

    page: Picture | None
    sheet: Sheet | None
    page_dpi: float
    dpi: float
    findings: tuple[Finding, ...]

    def __repr__(self) -> str:
        return f"<Still {self.dpi:.0f} dpi, {len(self.findings)} findings>"


def still(
    image: Picture, *, page_dpi: float = 200.0, paper: Size | None = A4, least_dpi: float = LEAST_DPI
) -> Still:
    """Make a still; raises StillTooLarge, StillRefused or PageTooLarge before any work is done on a hostile size."""
    check(image)
    found = find(image)
    sheet = found.sheet
    findings = judge(image, sheet, paper, least_dpi, stacked=found.stacked)
    if sheet is None:
        return Still(page=None, sheet=None, page_dpi=page_dpi, dpi=0.0, findings=findings)
    page = straighten(image, sheet, page_dpi, paper)
    return Still(page=page, sheet=sheet, page_dpi=page_dpi, dpi=dpi(sheet, paper), findings=findings)


def check(image: Picture) -> None:
    """Refuse what is no picture of a document camera."""
    if image.ndim != 3 or image.shape[2] != 3 or image.dtype != np.uint8:
        raise StillRefused("not a BGR picture of 8 bits")
    height, width = image.shape[:2]
    if width * height > MAX_PIXELS:
        raise StillTooLarge(f"{width} x {height} pixels are more than {MAX_PIXELS}")
    if min(width, height) < MIN_SIDE:
        raise StillRefused(f"{width} x {height} pixels are too few")


def decode(data: bytes) -> Picture:
    """Decode a camera's JPEG; its size is read from the header before a pixel is."""
    if len(data) > MAX_BYTES:
        raise StillTooLarge(f"{len(data)} bytes are more than {MAX_BYTES}")
    width, height = _size(data)
    if width * height > MAX_PIXELS:
        raise StillTooLarge(f"{width} x {height} pixels are more than {MAX_PIXELS}")
    image = cast("Picture | None", cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR))
    if image is None:
        raise StillRefused("not a JPEG")
    return image


def _size(data: bytes) -> tuple[int, int]:
    """Read width and height from a JPEG's start of frame (ITU-T T.81, B.2.2)."""
    if data[:2] != b"\xff\xd8":
        raise StillRefused("not a JPEG")
    at = 2
    while at + 9 <= len(data):
        if data[at] != 0xFF:
            break
        marker = data[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            return int.from_bytes(data[at + 7 : at + 9]), int.from_bytes(data[at + 5 : at + 7])
        at += 1 if marker == 0xFF else 2 + int.from_bytes(data[at + 2 : at + 4])
    raise StillRefused("a JPEG without a picture")


__all__ = ["Still", "StillRefused", "StillTooLarge", "check", "decode", "still", "turned"]
