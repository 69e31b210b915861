"""Straight lines that could be a side of a sheet, and where along each of them there is an edge.

Many witnesses propose (contours of several masks, line segments of several channels); one measure judges them all.
"""

from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.sheet.geometry import Picture, Points

KEPT = 46
"""Lines that go on to be combined: quads grow with the fourth power."""
_ALIKE = 18
"""Of them, so many may run in one direction: a letter is full of parallel lines."""
_STEP = 2.0
_REACH = 3.0
"""Pixels between the line and where the colours of its two sides are taken."""
_SWAY = (-3.0, 0.0, 3.0)
"""Pixels a side may bulge: paper curls."""

Array = NDArray[np.float64]


@dataclass(frozen=True)
class View:
    """A picture made small, with its letters closed."""

    lab: NDArray[np.float32]  # letters closed in all three channels
    grey: Picture
    scale: float  # pixels of the small picture per pixel of the original

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        return self.grey.shape[1], self.grey.shape[0]


def view(image: Picture, longest: int) -> View:
    """Make a picture small and remove thin dark strokes, so that print does not compete with the paper's edge."""
    height, width = image.shape[:2]
    scale = min(1.0, longest / max(width, height))
    small = cv2.resize(image, (round(width * scale), round(height * scale)), interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), 0.8)
    # Strokes are darker in every channel: closing each removes them, and keeps a coloured header.
    closed = cv2.morphologyEx(small, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_RECT, (11, 11)))
    lab = cv2.cvtColor(cv2.medianBlur(closed, 5).astype(np.float32) / 255, cv2.COLOR_BGR2LAB)
    grey = cv2.cvtColor(closed, cv2.COLOR_BGR2GRAY)
    return View(cast("NDArray[np.float32]", lab), cast("Picture", grey), scale)


def channels(seen: View) -> list[Picture]:
    """Return the grey pictures in which edges are looked for: lightness twice (plain, evened) and both colours."""
    light = (seen.lab[..., 0] * 2.55).astype(np.uint8)
    even = cv2.createCLAHE(3.0, (6, 6)).apply(light)
    colours = [np.clip(128 + 3 * seen.lab[..., n], 0, 255).astype(np.uint8) for n in (1, 2)]
    return [light, cast("Picture", even), *colours]


def segments(seen: View) -> Array:
    """Collect segments (n, 4) from line detection and from the outlines of masks."""
    least = 0.045 * max(seen.size)
    found = list[Array]()
    for channel in channels(seen):
        detected = cv2.createLineSegmentDetector(cv2.LSD_REFINE_STD).detect(channel)[0]
        lines = cast("Array | None", detected)  # None when there is none, which the stubs do not know
        if lines is not None:
            found.append(lines.reshape(-1, 4).astype(np.float64))
    found += [_edges(mask) for mask in masks(seen)]
    everything = np.concatenate(found) if found else np.zeros((0, 4))
    length = np.hypot(everything[:, 2] - everything[:, 0], everything[:, 3] - everything[:, 1])
    return everything[length >= least]


def masks(seen: View) -> list[Picture]:
    """Cut the picture into paper and rest in several ways; most are wrong, one is often right."""
    light = (seen.lab[..., 0] * 2.55).astype(np.uint8)
    cuts = [int(cut) for cut in np.percentile(light, (25, 40, 55, 70, 82))]
    found = [(light > cut).astype(np.uint8) for cut in cuts]
    otsu = cv2.threshold(light, 0, 1, cv2.THRESH_BINARY | cv2.THRESH_OTSU)[1]
    reach = max(seen.size) // 5
    background = cv2.blur(light, (reach, reach))
    local = (light.astype(np.int16) > background.astype(np.int16) + 4).astype(np.uint8)
    colour = np.hypot(seen.lab[..., 1], seen.lab[..., 2])
    pale = (colour < np.percentile(colour, 45)).astype(np.uint8)
    found += [cast("Picture", otsu), local, pale]
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (9, 9))
    return [cast("Picture", cv2.morphologyEx(mask, cv2.MORPH_OPEN, kernel)) for mask in found]


def _edges(mask: Picture) -> Array:
    height, width = mask.shape
    contours = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)[0]
    found = list[Array]()
    for contour in contours:
        if cv2.contourArea(contour) < 0.03 * width * height:
            continue
        for shape in (contour, cv2.convexHull(contour)):
            corners = (
                cv2.approxPolyDP(shape, 0.008 * (width + height), True).reshape(-1, 2).astype(np.float64)
            )
            found.append(np.hstack((corners, np.roll(corners, -1, axis=0))))
    lines = np.concatenate(found) if found else np.zeros((0, 4))
    # The frame of the picture is not an edge of anything.
    border = np.zeros(len(lines), bool)
    for axis, limit in ((0, width - 1), (1, height - 1)):
        for value in (0, limit):
            border |= (np.abs(lines[:, axis] - value) < 2) & (np.abs(lines[:, axis + 2] - value) < 2)
    return lines[~border]


@dataclass(frozen=True)
class Lines:
    """Lines as unit normal and distance (n·p = d), with the evidence along each, at steps from its start."""

    normal: Array  # (k, 2)
    distance: Array  # (k,)
    start: Array  # (k, 2): the point of the line nearest to the picture's middle, minus `half` along it
    along: Array  # (k, 2)
    brighter: Array  # (k, t+1) sums of evidence that the side the normal points to is brighter
    darker: Array  # (k, t+1)
    inside: Array  # (k, t+1) sums of samples that lie in the picture

    def sums(self, which: Array, line: NDArray[np.intp], begin: Array, end: Array) -> Array:
        """Add up evidence of lines between two positions along them, in pixels."""
        last = which.shape[1] - 1
        first = np.clip(np.round(np.minimum(begin, end) / _STEP), 0, last).astype(np.intp)
        final = np.clip(np.round(np.maximum(begin, end) / _STEP), 0, last).astype(np.intp)
        return which[line, final] - which[line, first]


def gather(found: Array) -> Array:
    """Merge segments that lie on one line; return the longest as (normal x, normal y, distance)."""
    order = np.argsort(-np.hypot(found[:, 2] - found[:, 0], found[:, 3] - found[:, 1]))
    found = found[order][:700]
    delta = found[:, 2:] - found[:, :2]
    length = np.hypot(delta[:, 0], delta[:, 1])
    normal = np.column_stack((-delta[:, 1], delta[:, 0])) / length[:, None]
    distance = np.sum(normal * found[:, :2], axis=1)
    free = np.ones(len(found), bool)
    lines, weights = list[Array](), list[float]()
    for n in range(len(found)):
        if not free[n]:
            continue
        off = np.maximum(
            np.abs(found[:, :2] @ normal[n] - distance[n]), np.abs(found[:, 2:] @ normal[n] - distance[n])
        )
        same = free & (off < 3.0) & (np.abs(normal @ normal[n]) > 0.995)
        same[n] = True
        free &= ~same
        ends = np.concatenate((found[same, :2], found[same, 2:]))
        weight = np.concatenate((length[same], length[same]))
        middle = np.average(ends, axis=0, weights=weight)
        spread = (ends - middle) * np.sqrt(weight)[:, None]
        direction = np.linalg.svd(spread, full_matrices=False)[2][0]
        fitted = np.array([-direction[1], direction[0]])
        lines.append(np.array([*fitted, fitted @ middle]))
        # Several witnesses of one piece count, but less than a second piece of the same line.
        t = ends @ direction
        weights.append(float(np.ptp(t)) * 0.5 + float(np.sqrt(np.sum(length[same]) * np.ptp(t))))
        if len(lines) >= 200:
            break
    best = np.argsort(-np.array(weights))[:110]
    return np.array(lines)[best] if len(lines) else np.zeros((0, 3))


def choose(seen: View, lines: Array) -> Array:
    """Keep the lines with most edge on them; of those that nearly coincide or run side by side, only the best few."""
    width, height = seen.size
    base, _, _ = _walk(seen, lines, 5.0)
    best, _, bright = _across(seen, base, lines[:, :2], (0.0,))
    inside = ((base > 1) & (base < np.array([width - 2, height - 2]))).all(axis=2)
    evidence = best**2 / (best**2 + 3.0**2) * inside
    total = evidence.sum(axis=1)
    # Paper is mostly the brightest thing there, which keeps a table's pattern from crowding it out; a coloured header
    # is not, so every other place goes by the evidence alone.
    white = float(np.percentile(seen.lab[::4, ::4, 0], 95))
    whitest = np.argsort(-(evidence * np.clip(bright / white, 0.2, 1.0) ** 2).sum(axis=1))
    order = np.column_stack((whitest, np.argsort(-total))).ravel()
    weight = np.maximum(total, 1e-6)[:, None]
    middle = (base * evidence[..., None]).sum(axis=1) / weight
    spread = np.sqrt((np.sum((base - middle[:, None]) ** 2, axis=2) * evidence).sum(axis=1) / weight[:, 0])
    kept = list[int]()
    for n in order[np.sort(np.unique(order, return_index=True)[1])]:
        cosine = np.abs(lines[kept, :2] @ lines[n, :2])
        along = np.array([lines[n, 1], -lines[n, 0]]) * 1.5 * spread[n]
        ends = np.array([middle[n] - along, middle[n] + along])
        off = np.abs(ends @ lines[kept, :2].T - lines[kept, 2]).max(axis=0)
        if (off < 5).any() or (cosine > 0.97).sum() >= _ALIKE:
            continue
        kept.append(int(n))
        if len(kept) == KEPT:
            break
    return lines[kept]


def measure(seen: View, lines: Array) -> Lines:
    """Walk along each line and note where the picture has a step across it."""
    width, height = seen.size
    base, start, along = _walk(seen, lines, _STEP)
    best, sign, _ = _across(seen, base, lines[:, :2], _SWAY)
    inside = ((base > 1) & (base < np.array([width - 2, height - 2]))).all(axis=2)
    # Lightness units of 100: three are a paper on a white table, noise after closing is under one.
    evidence = best**2 / (best**2 + 3.0**2) * inside
    bright, dark = np.where(sign > 0, evidence, 0.0), np.where(sign <= 0, evidence, 0.0)
    sums = (_running(bright), _running(dark), _running(inside.astype(np.float64)))
    return Lines(lines[:, :2], lines[:, 2], start, along, *sums)


def _walk(seen: View, lines: Array, pace: float) -> tuple[Array, Array, Array]:
    """Return points along each line, where they start and their direction."""
    middle = np.array(seen.size) / 2
    half = float(np.hypot(*seen.size)) / 2
    normal, distance = lines[:, :2], lines[:, 2]
    along = np.column_stack((normal[:, 1], -normal[:, 0]))
    start = middle + normal * (distance - normal @ middle)[:, None] - along * half
    t = np.arange(0, 2 * half, pace)
    return start[:, None, :] + along[:, None, :] * t[None, :, None], start, along


def _across(seen: View, base: Points, normal: Array, sways: tuple[float, ...]) -> tuple[Array, Array, Array]:
    """Return at each point the greatest step across the line, whether the normal's side is brighter, and how bright."""
    best, sign, bright = (np.zeros(base.shape[:2]) for _ in range(3))
    for sway in sways:
        sides = [_sample(seen.lab, base + normal[:, None, :] * (sway + reach)) for reach in (_REACH, -_REACH)]
        step = sides[0] - sides[1]
        size = np.sqrt(step[..., 0] ** 2 + 1.5 * (step[..., 1] ** 2 + step[..., 2] ** 2))
        better = size > best
        best[better], sign[better] = size[better], np.sign(step[..., 0])[better]
        bright = np.maximum(bright, np.maximum(sides[0][..., 0], sides[1][..., 0]))
    return best, sign, bright


def _running(values: Array | np.float64) -> Array:
    values = np.atleast_2d(values)
    return np.hstack((np.zeros((len(values), 1)), np.cumsum(values, axis=1)))


def _sample(lab: NDArray[np.float32], at: Points) -> Array:
    maps = at.astype(np.float32)
    taken = cv2.remap(lab, maps[..., 0], maps[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return cast("Array", taken)  # float32 is enough here, and half the memory
