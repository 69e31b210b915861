"""Two papers upon each other: `notched` sees that there are two, `upper` finds the one on top by the shadow at its edge.

The outline of both is no rectangle: at two corners of the rectangle around them the table looks in. The edges there, and
what of the upper paper's shadow lies on the lower, are lines; of the rectangles they make, one is edged all around.
"""

from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.sheet.geometry import ROOT_TWO, Picture, Points, proportion
from kiosk.sheet.lines import View, gather

LEAST_AHEAD, LEAST_EDGED = 0.05, 0.45
"""Below these it is not certain which rectangle is the paper on top."""
_FINE = 1440
_PER_SIDE = 9
_PARTS = 10
_SAMPLES = 72
_NEAR = 8.0
"""Pixels of the small picture from a side within which `find` took a step for its edge."""

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Fine:
    """The picture larger than it is searched in, with its letters left as they are: a shadow is as thin as they are."""

    lab: NDArray[np.float32]
    scale: float  # pixels of it per pixel of the small picture


@dataclass(frozen=True)
class Upper:
    """A rectangle that may be the upper paper's, in pixels of the small picture."""

    corners: Points
    seen: Array  # (4, samples): evidence 0..1 along each side, clockwise
    ahead: float  # of the next best in the weighing
    edged: float  # how clearly where it is edged least


def fine(image: Picture, small: View) -> Fine:
    """Make the picture in which shadows are looked for."""
    height, width = image.shape[:2]
    scale = min(1.0, _FINE / max(width, height))
    seen = cv2.resize(image, (round(width * scale), round(height * scale)), interpolation=cv2.INTER_AREA)
    lab = cv2.cvtColor(cv2.GaussianBlur(seen, (0, 0), 0.8).astype(np.float32) / 255, cv2.COLOR_BGR2LAB)
    return Fine(cast("NDArray[np.float32]", lab), scale / small.scale)


def notched(small: View, corners: Points, frame: NDArray[np.bool_], seen: Array) -> int:
    """Count the corners where the table is seen instead of paper."""
    count, colours = 0, None
    for n in range(4):
        if frame[n] or frame[n - 1]:
            continue
        after, before = _bare(seen[n]), _bare(seen[n - 1][::-1])
        if not 0.025 <= max(after, before) <= 0.5:
            continue
        # Where one of the two sides is taken for an edge, it is the table's pattern.
        after, before = max(after, 0.05), max(before, 0.05)
        one, other = (corners[(n + 1) % 4] - corners[n]) * after, (corners[n - 1] - corners[n]) * before
        part = np.array([(u, v) for u in (0.25, 0.4, 0.6) for v in (0.25, 0.4, 0.6)])
        # Two outlines meet in a notch. A corner folded over, or torn off, ends in a straight cut: beyond it is paper.
        # A side was searched `_NEAR` pixels deep, so the cut begins that much later than it seemed.
        beyond = np.array([(0.6, 0.6), (0.7, 0.55), (0.55, 0.7)])
        longer = np.array([side * (1 + _NEAR / max(np.linalg.norm(side), 1e-6)) for side in (one, other)])
        within = corners[n] + np.concatenate((part @ np.array([one, other]), beyond @ longer))
        if not ((corners[n] > 0) & (corners[n] < np.array(small.size) - 1)).all():
            continue
        paper, table = colours = colours or _paper_and_table(small, corners)
        inside = _colours(small, within)
        to_table = np.linalg.norm(inside[:, None] - table, axis=2).min(axis=1)
        to_paper = np.linalg.norm(inside - paper, axis=1)
        bare = (to_table < 0.5 * to_paper) & (to_table < 7)
        count += bool(bare[: len(part)].mean() > 0.7 and bare[len(part) :].all())
    return count


def _bare(seen: Array) -> float:
    """Return how much of a side's beginning is no edge."""
    edge = np.nan_to_num(seen, nan=1.0) > 0.35
    steady = edge[:-2] & edge[1:-1] & edge[2:]
    return float(np.argmax(steady)) / len(seen) if steady.any() else 1.0


def upper(image: Picture, small: View, found: Array, around: Points) -> Upper | None:
    """Find the upper of two papers in the rectangle around both, and how well its worst side is edged."""
    sharp = fine(image, small)
    lines = gather(np.concatenate((found, _shadows(sharp))))
    choices = [_choices(sharp, lines, around, n) for n in range(4)]
    if not all(choices):
        return None
    which = np.stack(np.meshgrid(*(np.arange(len(one)) for one in choices), indexing="ij"), axis=-1).reshape(
        -1, 4
    )
    starts = [np.array([line.start for line in choices[n]])[which[:, n]] for n in range(4)]
    alongs = [np.array([line.along for line in choices[n]])[which[:, n]] for n in range(4)]
    corners = np.stack([_meet(starts[n - 1], alongs[n - 1], starts[n], alongs[n]) for n in range(4)], axis=1)
    length = np.linalg.norm(np.roll(corners, -1, axis=1) - corners, axis=2)
    ratio = (length[:, 0] + length[:, 2]) / np.maximum(length[:, 1] + length[:, 3], 1)
    fits = np.abs(np.abs(np.log(np.maximum(ratio, 1e-3))) - np.log(ROOT_TWO)) < 0.2
    ahead = np.roll(corners, -1, axis=1)
    area = np.sum(corners[..., 0] * ahead[..., 1] - ahead[..., 0] * corners[..., 1], axis=1) / 2
    area /= cv2.contourArea(around.astype(np.float32))
    fits &= area > 0.6  # a table or a picture printed on it is smaller
    which, corners, area = which[fits], corners[fits], area[fits]
    if not len(which):
        return None
    parts = np.stack(
        [_parts(choices[n], which[:, n], corners, n) for n in range(4)], axis=1
    )  # (quads, 4, _PARTS)
    score = np.log(parts + 0.06).mean(axis=(1, 2)) + 0.08 * np.log(np.minimum(area, 1))
    size = (float(small.size[0]), float(small.size[1]))
    paper, table = _paper_and_table(small, around)
    weighed = list[tuple[float, int]]()
    for n in np.argsort(-score)[:60]:
        shape = proportion(corners[n], size)
        off = abs(float(np.log(max(shape, 1 / shape) / ROOT_TWO)))
        lost = 0.25 * min(off / 0.03, 3.0) ** 2 + 0.12 * _empty(small, corners[n], paper, table)
        weighed.append((float(score[n]) - lost, int(n)))
    first, best = max(weighed)
    others = [value for value, n in weighed if np.abs(corners[n] - corners[best]).max() > 10]
    ahead, edged = first - max(others, default=-9.0), float(np.sort(parts[best].ravel())[:4].mean())
    if ahead < LEAST_AHEAD or edged < LEAST_EDGED:
        return None
    seen = [_profile(sharp, corners[best, n], corners[best, (n + 1) % 4], _SAMPLES, 5)[0] for n in range(4)]
    return Upper(corners[best], np.array(seen), ahead, edged)


def _shadows(sharp: Fine) -> Array:
    detected = cv2.createLineSegmentDetector(cv2.LSD_REFINE_STD).detect(
        (sharp.lab[..., 0] * 2.55).astype(np.uint8)
    )[0]
    lines = cast("Array | None", detected)
    if lines is None:
        return np.zeros((0, 4))
    lines = lines.reshape(-1, 4).astype(np.float64)
    long = np.hypot(lines[:, 2] - lines[:, 0], lines[:, 3] - lines[:, 1]) > 0.03 * max(sharp.lab.shape)
    return (lines[long] + 0.5) / sharp.scale - 0.5


@dataclass(frozen=True)
class Line:
    """A line that could be a side: a point, its direction, and the evidence summed up from that point in steps of a pixel."""

    start: Array
    along: Array
    sums: Array


def _choices(sharp: Fine, lines: Array, around: Points, n: int) -> list[Line]:
    """Return lines that could be side n of the paper on top, the best edged first."""
    a, b = around[n], around[(n + 1) % 4]
    along = (b - a) / max(np.linalg.norm(b - a), 1e-6)
    inwards = np.array([-along[1], along[0]])
    depth = float(((around[(n + 2) % 4] + around[n - 1]) / 2 - a) @ inwards)
    found = list[tuple[float, Array, Array, Line]]()
    for line in [np.array([*inwards, inwards @ a]), *lines]:
        normal, distance = line[:2], line[2]
        if abs(float(normal @ inwards)) < 0.93:
            continue
        p, q = (_onto(normal, distance, around[m], around[(m + 1) % 4]) for m in (n - 1, (n + 1) % 4))
        deep = [float((end - a) @ inwards) / depth for end in (p, q)]
        if min(deep) < -0.06 or max(deep) > 0.42:
            continue
        p, q = _refit(sharp, *_refit(sharp, p, q))
        length = float(np.linalg.norm(q - p))
        way = (q - p) / max(length, 1e-6)
        start = p - way * 0.15 * length
        evidence = edge(sharp, start, start + way * 1.3 * length)
        sums = np.concatenate(([0.0], np.cumsum(evidence)))
        found.append((float(evidence.sum()), p, q, Line(start, way, sums)))
    found.sort(key=lambda one: -one[0])
    kept = list[tuple[Array, Array, Line]]()
    for _, p, q, line in found:
        if all(max(np.linalg.norm(p - r), np.linalg.norm(q - s)) > 3 for r, s, _ in kept):
            kept.append((p, q, line))
        if len(kept) == _PER_SIDE:
            break
    return [line for _, _, line in kept]


def _onto(normal: Array, distance: float, a: Array, b: Array) -> Array:
    step = b - a
    return a + step * (distance - normal @ a) / (normal @ step if abs(normal @ step) > 1e-6 else 1e-6)


def _meet(p: Array, d: Array, r: Array, e: Array) -> Array:
    cross = d[:, 0] * e[:, 1] - d[:, 1] * e[:, 0]
    cross = np.where(np.abs(cross) < 1e-3, 1e-3, cross)
    k = ((r[:, 0] - p[:, 0]) * e[:, 1] - (r[:, 1] - p[:, 1]) * e[:, 0]) / cross
    return p + k[:, None] * d


def _parts(lines: list[Line], which: NDArray[np.intp], corners: Array, n: int) -> Array:
    """Return for side n of every quad the evidence in each of its parts: a side is edged in all of them."""
    result = np.zeros((len(which), _PARTS))
    for k, line in enumerate(lines):
        mine = which == k
        begin, end = ((corners[mine, m] - line.start) @ line.along for m in (n, (n + 1) % 4))
        cuts = begin[:, None] + (end - begin)[:, None] * np.linspace(0, 1, _PARTS + 1)
        at: NDArray[np.intp] = np.clip(np.rint(cuts), 0, len(line.sums) - 1).astype(np.intp)
        taken = line.sums[at]
        result[mine] = np.diff(taken, axis=1) / np.maximum(np.diff(cuts, axis=1), 1)
    return np.clip(result, 0, 1)


def _refit(sharp: Fine, p: Array, q: Array) -> tuple[Array, Array]:
    """Move a line to the steps beside it: what a short piece of an edge tells of the rest is not exact."""
    count = 80
    strength, offset = _profile(sharp, p, q, count, 5)
    clear = strength > 0.4
    if clear.sum() < 12:
        return p, q
    t = ((np.arange(count) + 0.5) / count)[clear]
    slope, height = np.polyfit(t, offset[clear], 1)
    for _ in range(3):
        off = np.abs(offset[clear] - (slope * t + height))
        weight = strength[clear] / (1 + (off / 0.7) ** 2)
        slope, height = np.polyfit(t, offset[clear], 1, w=weight)
    along = (q - p) / max(np.linalg.norm(q - p), 1e-6)
    inwards = np.array([-along[1], along[0]]) / sharp.scale
    return p + inwards * height, q + inwards * (slope + height)


def edge(sharp: Fine, a: Array, b: Array) -> Array:
    """Say of every pixel from a to b how clearly the two sides differ there: by a shadow, or by the table."""
    return _profile(sharp, a, b, max(8, round(float(np.linalg.norm(b - a)))), 17)[0]


def _profile(sharp: Fine, a: Array, b: Array, count: int, smooth: int) -> tuple[Array, Array]:
    """Return how clear the clearest step across a line is at points along it, and how far inwards it lies."""
    along = (b - a) / max(np.linalg.norm(b - a), 1e-6)
    inwards = np.array([-along[1], along[0]])
    t = (np.arange(count) + 0.5) / count
    d = np.arange(-8.0, 8.5)
    at = ((a + (b - a) * t[:, None] + 0.5) * sharp.scale - 0.5)[:, None] + inwards * d[:, None]
    maps = at.astype(np.float32)
    profile = cv2.remap(
        sharp.lab, maps[..., 0], maps[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    profile = cv2.blur(profile, (1, smooth))  # letters average out, a shadow goes on
    sums = np.cumsum(np.pad(profile, ((0, 0), (1, 0), (0, 0))), axis=1, dtype=np.float64)
    # The mean of three pixels inwards minus that of three outwards.
    step = (sums[:, 6:] - 2 * sums[:, 3:-3] + sums[:, :-6]) / 3
    size = np.sqrt(step[..., 0] ** 2 + 1.5 * (step[..., 1] ** 2 + step[..., 2] ** 2))
    size = np.where(step[..., 0] < 0, 0.6 * size, size)
    half = (len(d) - 6) / 2
    where: Array = np.linspace(-half, half, len(d) - 5)
    peak = np.argmax(size * (1 - 0.02 * np.abs(where)), axis=1)
    best = size[np.arange(count), peak]
    return best**2 / (best**2 + 1.7**2), where[peak]


def _paper_and_table(small: View, around: Points) -> tuple[Array, Array]:
    """Return the paper's colour and those seen close around both papers."""
    t = np.linspace(0.05, 0.95, 12)[:, None]
    inside, outside = list[Array](), list[Array]()
    middle = around.mean(axis=0)
    for n in range(4):
        at = around[n] + (around[(n + 1) % 4] - around[n]) * t
        away = (at - middle) / np.linalg.norm(at - middle, axis=1)[:, None]
        outside.append(at + away * 10)
        inside += [middle + (at - middle) * part for part in (0.3, 0.6, 0.8)]
    taken = _colours(small, np.concatenate(inside))
    beyond = np.concatenate(outside)
    there = ((beyond > 0) & (beyond < np.array(small.size) - 1)).all(axis=1)
    return np.median(taken[taken[:, 0] >= np.median(taken[:, 0])], axis=0), _colours(small, beyond[there])


def _empty(small: View, corners: Points, paper: Array, table: Array) -> int:
    """Count the corners of a quad in which the table is seen."""
    if not len(table):
        return 0
    count = 0
    for n in range(4):
        one, other = corners[(n + 1) % 4] - corners[n], corners[n - 1] - corners[n]
        at = corners[n] + np.array(
            [one * u + other * v for u, v in ((0.025, 0.025), (0.05, 0.025), (0.025, 0.05))]
        )
        taken = _colours(small, at)
        to_table = np.linalg.norm(taken[:, None] - table, axis=2).min(axis=1)
        count += bool(np.median(to_table - np.linalg.norm(taken - paper, axis=1)) < 0)
    return count


def _colours(small: View, at: Points) -> Array:
    maps = at.astype(np.float32).reshape(1, -1, 2)
    return cv2.remap(small.lab, maps[..., 0], maps[..., 1], cv2.INTER_LINEAR)[0].astype(np.float64)
