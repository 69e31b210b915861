"""What keeps a clerk from reading a sheet, in keys that `words.toml` turns into Japanese."""

from typing import Literal, cast

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from kiosk.sheet.geometry import A4, INCH, Picture, Place, Sheet, Size, dpi, place_of
from kiosk.sheet.straighten import straighten

Key = Literal[
    "no_sheet", "two_papers", "cut_off", "hand", "covered", "glare", "shadow", "blurred", "dark", "small"
]

LEAST_DPI = 150.0
"""Below this 8-point print cannot be read; the camera's mounting decides what can be reached."""
BLURRED_MM = 0.42
"""How wide the edge of a printed stroke may be: strokes of 10-point print are 0.3 mm, twice that runs together."""
_JUDGED_DPI = 100.0


class Finding(msgspec.Struct, frozen=True):
    """One thing that is wrong, where on the page as it lies, and how much (dpi, mm, parts) where there is a measure."""

    key: Key
    place: Place | None = None
    measure: float | None = None


def judge(
    image: Picture,
    sheet: Sheet | None,
    paper: Size | None = A4,
    least: float = LEAST_DPI,
    *,
    stacked: bool = False,
) -> tuple[Finding, ...]:
    """Judge a picture and the sheet found in it; nothing to say is an empty tuple, the worst comes first."""
    if sheet is None:
        return (Finding("two_papers" if stacked else "no_sheet"),)
    page = straighten(image, sheet, _JUDGED_DPI, paper)
    findings = [*_cut_off(sheet), *_hands(page, sheet), *_glare(page), *_light(page)]
    width, measured = stroke_edge(image, sheet, paper), dpi(sheet, paper)
    # With few dots an edge cannot be narrower than two of them: that is `small`, not `blurred`.
    if width is not None and width > max(BLURRED_MM, 2.8 * INCH / measured):
        findings.append(Finding("blurred", measure=round(width, 2)))
    if measured < least:
        findings.append(Finding("small", measure=float(round(measured))))
    return tuple(findings)


_CORNERS = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))


def _cut_off(sheet: Sheet) -> list[Finding]:
    gone = set(sheet.outside)
    found = list[Finding]()
    for n in range(4):
        after = (n + 1) % 4
        if {n, after} <= sheet.outside:  # a whole side: said once
            gone -= {n, after}
            (x0, y0), (x1, y1) = _CORNERS[n], _CORNERS[after]
            found.append(Finding("cut_off", place_of((x0 + x1) / 2, (y0 + y1) / 2)))
    return found + [Finding("cut_off", place_of(*_CORNERS[n])) for n in sorted(gone)]


def _hands(page: Picture, sheet: Sheet) -> list[Finding]:
    """Find what lies on the paper and comes over its edge: skin is a hand, anything else is a thing."""
    height, width = page.shape[:2]
    skin = _skin(page)
    over = np.zeros((height, width), np.uint8)
    for n in range(4):
        (x0, y0), (x1, y1) = _CORNERS[n], _CORNERS[(n + 1) % 4]
        for a, b in sheet.gaps[n]:
            begin, end = (
                (round((x0 + (x1 - x0) * t) * width), round((y0 + (y1 - y0) * t) * height)) for t in (a, b)
            )
            cv2.line(over, begin, end, 255, max(3, height // 40))
    found, said = list[Finding](), set[Place]()
    count, labels, stats, centres = cv2.connectedComponentsWithStats(skin)
    rim = np.zeros_like(skin)
    cv2.rectangle(rim, (0, 0), (width - 1, height - 1), 255, max(3, height // 60))
    for label in range(1, count):
        if stats[label, cv2.CC_STAT_AREA] < 0.004 * width * height or not np.any(rim[labels == label]):
            continue
        place = place_of(float(centres[label][0]) / width, float(centres[label][1]) / height)
        over[cv2.dilate((labels == label).astype(np.uint8), np.ones((15, 15), np.uint8)) > 0] = 0
        if place not in said:
            said.add(place)
            found.append(
                Finding("hand", place, round(float(stats[label, cv2.CC_STAT_AREA]) / (width * height), 3))
            )
    count, _, stats, centres = cv2.connectedComponentsWithStats(over)
    for label in range(1, count):
        place = place_of(float(centres[label][0]) / width, float(centres[label][1]) / height)
        long = max(stats[label, cv2.CC_STAT_WIDTH], stats[label, cv2.CC_STAT_HEIGHT])
        if long > 0.1 * width and place not in said:
            said.add(place)
            found.append(Finding("covered", place))
    return found


def _skin(page: Picture) -> Picture:
    """Return where the page has the tint of skin, relative to the paper's own white: lamps tint both."""
    lab = cast("NDArray[np.float32]", cv2.cvtColor(page.astype(np.float32) / 255, cv2.COLOR_BGR2LAB))
    light = lab[..., 0]
    white = np.median(lab[light >= np.percentile(light, 60)], axis=0)
    a, b = lab[..., 1] - white[1], lab[..., 2] - white[2]
    # Skin of every shade lies between red and yellow (hue 25..75 degrees) with moderate chroma, darker than paper.
    chroma, hue = np.hypot(a, b), np.degrees(np.arctan2(b, a))
    skin = (chroma > 9) & (chroma < 42) & (hue > 18) & (hue < 78) & (light < 0.93 * white[0]) & (light > 12)
    closed = cv2.morphologyEx(skin.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    return cast("Picture", cv2.morphologyEx(closed, cv2.MORPH_OPEN, np.ones((11, 11), np.uint8)))


def _glare(page: Picture) -> list[Finding]:
    """Find spots so bright that nothing can be read there, on paper that is not that bright elsewhere."""
    # A reflection drowns all three channels; white paper under a lamp seldom does, and where all of it does, it is light.
    least = page.min(axis=2)
    flat = cv2.blur(cast("NDArray[np.uint8]", least), (9, 9))
    white = float(np.percentile(flat, 50))
    spots = ((flat >= 249) & (flat > white + 8)).astype(np.uint8)
    spots = cv2.morphologyEx(spots, cv2.MORPH_OPEN, np.ones((9, 9), np.uint8))
    spots = cv2.morphologyEx(spots, cv2.MORPH_CLOSE, np.ones((25, 25), np.uint8))
    height, width = spots.shape
    count, _, stats, centres = cv2.connectedComponentsWithStats(spots)
    found, said = list[Finding](), set[Place]()
    for label in sorted(range(1, count), key=lambda n: -int(stats[n, cv2.CC_STAT_AREA])):
        part = float(stats[label, cv2.CC_STAT_AREA]) / (width * height)
        place = place_of(float(centres[label][0]) / width, float(centres[label][1]) / height)
        if part < 0.004 or place in said:
            continue
        said.add(place)
        found.append(Finding("glare", place, round(part, 3)))
    return found


def _light(page: Picture) -> list[Finding]:
    """Say whether the paper itself is dark, or a part of it lies in a deep shadow."""
    grey = cv2.cvtColor(page, cv2.COLOR_BGR2GRAY)
    cells = cv2.resize(cv2.dilate(grey, np.ones((9, 9), np.uint8)), (12, 16), interpolation=cv2.INTER_AREA)
    white = float(np.percentile(cells, 80))
    if white < 95:
        return [Finding("dark", measure=round(white))]
    deep = cells < 0.42 * white
    if deep.mean() < 0.08:
        return []
    rows, columns = np.nonzero(deep)
    # Dark print is no shadow: in a shadow the paper between the letters is dark, and has the paper's tint.
    small = cv2.resize(cv2.dilate(page, np.ones((9, 9), np.uint8)), (12, 16), interpolation=cv2.INTER_AREA)
    tint = small / np.maximum(small.sum(axis=2, keepdims=True), 1).astype(np.float64)
    paper = np.median(tint[cells >= white], axis=0)
    if np.abs(tint[deep] - paper).max(axis=1).mean() > 0.05:
        return []
    return [Finding("shadow", place_of(float(columns.mean() + 0.5) / 12, float(rows.mean() + 0.5) / 16))]


def stroke_edge(image: Picture, sheet: Sheet, paper: Size | None = A4) -> float | None:
    """Measure how wide the edges of printed strokes are, in millimetres on the paper; None without enough print.

    Width = the change across an edge divided by its slope: neither light nor contrast nor print colour matters.
    """
    scale = min(dpi(sheet, paper) * 1.5, 220.0)
    page = cv2.cvtColor(straighten(image, sheet, scale, paper), cv2.COLOR_BGR2GRAY)
    margin = max(4, round(page.shape[0] * 0.02))
    page = cv2.GaussianBlur(page[margin:-margin, margin:-margin], (0, 0), 0.7).astype(np.float32)
    slope = np.hypot(cv2.Sobel(page, cv2.CV_32F, 1, 0) / 8, cv2.Sobel(page, cv2.CV_32F, 0, 1) / 8)
    window = np.ones((9, 9), np.uint8)
    change = cv2.dilate(page, window) - cv2.erode(page, window)
    crest = (slope >= cv2.dilate(slope, np.ones((5, 5), np.uint8)) - 1e-6) & (
        change > max(25.0, 0.22 * float(np.median(page)))
    )
    if np.count_nonzero(crest) < 150:
        return None
    widths = change[crest] / np.maximum(slope[crest], 1e-3)
    return float(np.percentile(widths, 35)) * INCH / scale
