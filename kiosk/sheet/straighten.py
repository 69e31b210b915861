"""Straight pages: the sheet seen from above, and turned so that its print reads from left to right."""

from typing import Literal, cast

import cv2
import numpy as np

from kiosk.sheet.geometry import A4, INCH, Picture, Sheet, Size, homography, outline, paper_size

Turn = Literal[0, 90, 180, 270]

MAX_PIXELS = 12_000_000
"""A4 at 300 dpi is 8.7 million."""


class PageTooLarge(ValueError):
    """The wished resolution makes a page larger than `MAX_PIXELS`."""


def straighten(image: Picture, sheet: Sheet, dpi: float = 200.0, paper: Size | None = A4) -> Picture:
    """Return the page as from above, `dpi` pixels an inch; with `paper` None its own proportions, long side as A4."""
    width, height = (max(1, round(mm / INCH * dpi)) for mm in paper_size(sheet, paper))
    if width * height > MAX_PIXELS:
        raise PageTooLarge(f"{width} x {height} pixels are more than {MAX_PIXELS}")
    pixels = outline((width, height)) - 0.5
    corners = sheet.points
    span = float(np.linalg.norm(corners[2] - corners[0]) / np.hypot(width, height))
    if span > 1.6:  # fewer dots than the picture has: average them, or thin strokes break
        factor = 1.25 / span
        image = cast("Picture", cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA))
        corners = (corners + 0.5) * factor - 0.5
    warp = homography(corners, pixels)
    page = cv2.warpPerspective(
        image, warp, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return cast("Picture", page)


def turned(page: Picture, turn: Turn) -> Picture:
    """Turn a page clockwise."""
    codes = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}
    return page if turn == 0 else cast("Picture", cv2.rotate(page, codes[turn]))
