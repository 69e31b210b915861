"""Finding the sheet: `find_sheet` proposes quads, looks closer at the best, and fits their sides to sub-pixels.

No single method is trusted: a quad wins by the evidence on its four sides and by what is inside, not by how it was found.
"""

from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.sheet.geometry import ROOT_TWO, Picture, Point, Points, Sheet, apply, homography, proportion, sides
from kiosk.sheet.lines import View, choose, gather, measure, segments, view
from kiosk.sheet.quads import Quads, combine
from kiosk.sheet.upper import notched, upper

LONGEST = 720
"""Pixels of the picture in which candidates are sought."""
LEAST_CONFIDENCE = 0.65
_BY_SIDES, _BY_INSIDE = 9, 3
"""Candidates looked at closely: the first by their sides alone, and of the next those that are paper within."""
_WIDER = 48
_SAMPLES = 72
_UNIT = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float64)

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Judged:
    """A candidate after a closer look, in pixels of the small picture."""

    corners: Points
    frame: NDArray[np.bool_]
    score: float
    seen: Array  # (4, samples): evidence 0..1 along each side, clockwise
    likeness: float
    roughness: float


@dataclass(frozen=True)
class Found:
    """What lies under the camera: a sheet, or none; `stacked` when two lie upon each other and neither is certain."""

    sheet: Sheet | None
    stacked: bool = False


def find_sheet(image: Picture) -> Sheet | None:
    """Find the one sheet of paper in a BGR picture, or None when there is none that could be read."""
    return find(image).sheet


def find(image: Picture) -> Found:
    """Find the sheet, of two upon each other the upper one, and say when that cannot be told."""
    small = view(image, LONGEST)
    found = segments(small)
    if len(found) < 3:
        return Found(None)
    candidates = _promising(small, combine(measure(small, choose(small, gather(found))), small.size, _WIDER))
    judged = [look(small, candidates, n) for n in range(len(candidates.score))]
    if not judged:
        return Found(None)
    best = max(judged, key=lambda one: one.score)
    best = _again(small, best)
    sheet = _sheet(image, small, best)
    if sheet is None or not notched(small, best.corners, best.frame, best.seen):
        return Found(sheet)
    top = upper(image, small, found, best.corners)
    if top is None:
        return Found(None, stacked=True)
    # A weak shadow is no gap: nothing covers the paper there.
    edged = Judged(top.corners, np.zeros(4, bool), 0.0, np.maximum(top.seen, 0.5), 1.0, 0.0)
    sheet = _sheet(image, small, edged)
    return Found(sheet, stacked=sheet is None)


def _promising(small: View, quads: Quads) -> Quads:
    """Keep what is worth a closer look.

    A chequered cloth has many quads with four clear sides, but hardly one of a single colour; a sheet has.
    """
    if len(quads.score) <= _BY_SIDES + _BY_INSIDE:
        return quads
    steps = (np.arange(8) + 0.5) / 8
    u, v = (part.reshape(-1, 1) for part in np.meshgrid(steps, steps))
    weights = np.hstack(((1 - u) * (1 - v), u * (1 - v), u * v, (1 - u) * v))
    at = np.einsum("gk,nkx->ngx", weights, quads.corners)
    taken = _colours(small, at.reshape(-1, 2)).reshape(*at.shape[:2], 3)
    lightest = np.sort(taken[..., 0], axis=1)[:, taken.shape[1] // 2 :].mean(axis=1)
    bright = np.where((taken[..., 0] >= 0.9 * lightest[:, None])[..., None], taken, np.nan)
    paper = np.nanmedian(bright, axis=1)
    chroma = np.linalg.norm(taken[..., 1:] - paper[:, None, 1:], axis=2)
    same = ((chroma < 9) & (taken[..., 0] > 0.6 * paper[:, None, 0])).mean(axis=1)
    inside = np.argsort(-(quads.score + 1.5 * np.log(same + 0.05))[_BY_SIDES:], kind="stable")
    kept = np.concatenate((np.arange(_BY_SIDES), _BY_SIDES + inside[:_BY_INSIDE]))
    return Quads(quads.corners[kept], quads.score[kept], quads.frame[kept])


def look(small: View, candidates: Quads, n: int) -> Judged:
    """Fit a candidate's sides where the steps really are, and weigh what is inside against what is outside."""
    corners, seen = fit(small.lab, candidates.corners[n], candidates.frame[n], reach=6.0)
    return _judge(small, corners, candidates.frame[n], seen, float(candidates.score[n]))


def _again(small: View, best: Judged) -> Judged:
    corners, seen = fit(small.lab, best.corners, best.frame, reach=8.0)
    return Judged(corners, best.frame, best.score, seen, best.likeness, best.roughness)


def _judge(small: View, corners: Points, frame: NDArray[np.bool_], seen: Array, before: float) -> Judged:
    size = np.array(small.size)
    square = apply(homography(_UNIT, corners), _grid())
    inside = ((square >= 0) & (square <= size - 1)).all(axis=1)
    if inside.sum() < 40:  # fitted to something beyond the picture
        return Judged(corners, frame, -99.0, seen, 0.0, 1.0)
    taken = _colours(small, square[inside])
    paper = np.median(taken[taken[:, 0] >= np.median(taken[:, 0])], axis=0)
    chroma = np.hypot(taken[:, 1] - paper[1], taken[:, 2] - paper[2])
    # Shadow takes light and leaves the tint: only colour, or hardly any light, speaks against paper.
    same = (chroma < 9) & (taken[:, 0] > 0.6 * paper[0])
    likeness = float(same.mean())
    strong = float(np.hypot(paper[1], paper[2]))
    light = float(np.clip(paper[0] / 45, 0.2, 1))
    pale = float(np.clip(1.2 - strong / 40, 0, 1)) * light
    weighed = np.log(np.clip(_strength(seen, frame), 0.02, 1.0) + 0.08).sum()
    ratio = proportion(corners, (float(size[0]), float(size[1])))
    off = abs(np.log(max(ratio, 1 / ratio) / ROOT_TWO)) / 0.12
    area = float(cv2.contourArea(corners.astype(np.float32))) / float(size.prod())
    score = (
        float(weighed)
        + 0.45 * np.log(np.clip(area, 0.01, 0.8))
        - min(0.5 * off**2, 2.5)
        + 0.9 * np.log(likeness + 0.05)
        + 0.8 * np.log(pale + 0.05)
        + 0.25 * before
        - 1.0 * float(_paper_goes_on(small, corners, frame).sum())
    )
    rough, strange = _margin(small, corners, frame, paper)
    score -= float((3.0 * rough + 0.5 * strange).sum()) + 2.0 * float(
        _sides_go_on(small, corners, frame).sum()
    )
    plain = float(rough[~frame].mean()) if not frame.all() else 1.0
    # Of two candidates the paler is the paper, but forms are strong yellow and pink: colour alone makes nothing doubtful.
    # Only of something small, which may be a card, a book or a cushion.
    tinted = float(np.interp(area, (0.12, 0.22), (pale, float(np.clip(2.2 - strong / 60, 0, 1)) * light)))
    return Judged(corners, frame, score, seen, likeness * tinted, plain)


def _sides_go_on(small: View, corners: Points, frame: NDArray[np.bool_]) -> Array:
    """Say for each side whether both its neighbours go on beyond it: then it divides the paper, as a header does."""
    beyond = np.zeros(4)
    t = np.linspace(0.04, 0.14, 12)[:, None]
    for n in range(4):
        if frame[n]:
            continue
        found = list[float]()
        for corner, before, side in ((n, n - 1, n - 1), ((n + 1) % 4, (n + 2) % 4, (n + 1) % 4)):
            if frame[side]:
                continue
            away = corners[corner] - corners[before]
            along = away / max(np.linalg.norm(away), 1e-6)
            _, strength = _steps(small.lab, corners[corner] + away * t, np.array([-along[1], along[0]]), 2.0)
            # A printed band may be narrow: its own part of the side counts, not the table behind it.
            strength = np.nan_to_num(strength)
            found.append(max(float(strength[:8].mean()), float(strength.mean())))
        beyond[n] = max(0.0, min(found, default=0.0) - 0.3)
    return beyond


def _margin(small: View, corners: Points, frame: NDArray[np.bool_], paper: Array) -> tuple[Array, Array]:
    """Say of the strip within each side how often its colour jumps, and how much of it is not the paper's colour.

    A paper's margin is plain; a line of a chequered or striped table has the pattern on both sides.
    """
    t = (np.arange(56) + 0.5) / 56
    rough, strange = np.zeros(4), np.zeros(4)
    for n in range(4):
        if frame[n]:
            continue
        a, b = corners[n], corners[(n + 1) % 4]
        along = (b - a) / max(np.linalg.norm(b - a), 1e-6)
        at = a + (b - a) * t[:, None] + np.array([-along[1], along[0]]) * 6.0
        there = ((at > 0) & (at < np.array(small.size) - 1)).all(axis=1)
        if there.sum() < 8:
            continue
        colours = _colours(small, at[there])
        jump = np.linalg.norm(np.diff(colours, axis=0), axis=1) > 6
        off = np.hypot(colours[:, 1] - paper[1], colours[:, 2] - paper[2])
        rough[n] = float(jump.mean())
        strange[n] = float(((off > 10) | (colours[:, 0] < 0.6 * paper[0])).mean())
    return rough, strange


def _paper_goes_on(small: View, corners: Points, frame: NDArray[np.bool_]) -> Array:
    """Return for each side the part beyond which it is as white as within: then it is print, not an edge."""
    t = (np.arange(24) + 0.5) / 24
    same = np.zeros(4)
    for n in range(4):
        if frame[n]:
            continue
        a, b = corners[n], corners[(n + 1) % 4]
        along = (b - a) / max(np.linalg.norm(b - a), 1e-6)
        depth = np.array([-20.0, -12.0, -6.0, 6.0, 12.0, 20.0, 30.0])
        at = (a + (b - a) * t[:, None])[:, None] + np.array([-along[1], along[0]]) * depth[:, None]
        colours = _colours(small, at).reshape(len(t), len(depth), 3)
        outer, inner = colours[:, :3], colours[:, 3:]
        white = inner[np.arange(len(t)), np.argmax(inner[..., 0], axis=1)]
        off = np.linalg.norm(outer - white[:, None], axis=2).min(axis=1)
        there = ((at[:, 0] > 0) & (at[:, 0] < np.array(small.size) - 1)).all(axis=1)
        same[n] = float((there & (off < 2.5)).mean())
    return same


def _grid() -> Points:
    steps = (np.arange(14) + 0.5) / 14
    return np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2)


def _strength(seen: Array, frame: NDArray[np.bool_]) -> Array:
    strength = np.where(np.isnan(seen), 0.35, seen).mean(axis=1)
    return np.where(frame, 0.4, strength)


def _colours(small: View, at: Points) -> Array:
    maps = at.astype(np.float32).reshape(1, -1, 2)
    return cv2.remap(small.lab, maps[..., 0], maps[..., 1], cv2.INTER_LINEAR)[0].astype(np.float64)


def fit(
    lab: NDArray[np.float32], corners: Points, frame: NDArray[np.bool_], reach: float
) -> tuple[Points, Array]:
    """Move each side to the steps found within `reach` pixels of it; return corners and the evidence along the sides.

    Evidence is NaN where a side lies beyond the picture.
    """
    starts, ends = list[tuple[Array, Array]](), list[tuple[Array, Array]]()
    evidence = np.zeros((4, _SAMPLES))
    for n in range(4):
        a, b = corners[n], corners[(n + 1) % 4]
        along = (b - a) / max(np.linalg.norm(b - a), 1e-6)
        normal = np.array([-along[1], along[0]])  # inwards: corners run clockwise, y points down
        line = (a, along)
        if frame[n]:
            starts.append(line)
            ends.append(line)
            continue
        t = (np.arange(_SAMPLES) + 0.5) / _SAMPLES
        offset, strength = _steps(lab, a + (b - a) * t[:, None], normal, reach)
        evidence[n] = strength
        good = np.nan_to_num(strength) > 0.3
        points = a + (b - a) * t[:, None] + normal * offset[:, None]
        begin, end = _ends(points, np.nan_to_num(strength), good, t, line)
        starts.append(begin)
        ends.append(end)
    moved = np.array([_cross(ends[n - 1], starts[n], corners[n]) for n in range(4)])
    far = np.linalg.norm(moved - corners, axis=1) > 4 * reach + 0.02 * sides(corners).max()
    moved[far] = corners[far]
    return moved, evidence


def _steps(lab: NDArray[np.float32], base: Points, normal: Array, reach: float) -> tuple[Array, Array]:
    """Return for each point where along the normal the colour steps most, to a fraction of a pixel, and how clearly."""
    height, width = lab.shape[:2]
    d = np.arange(-reach - 3, reach + 3.5, 0.5)
    at = base[:, None, :] + normal[None, None, :] * d[None, :, None]
    maps = at.astype(np.float32)
    profile = cv2.remap(lab, maps[..., 0], maps[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    # The mean of 3 pixels inwards minus that of 3 outwards peaks on a step and cancels on a thin line.
    sums = np.cumsum(
        np.concatenate((np.zeros_like(profile[:, :1]), profile), axis=1, dtype=np.float64), axis=1
    )
    inner = sums[:, 12:] - sums[:, 6:-6]
    outer = sums[:, 6:-6] - sums[:, :-12]
    step = (inner - outer) / 6
    size = np.sqrt(step[..., 0] ** 2 + 1.5 * (step[..., 1] ** 2 + step[..., 2] ** 2))
    size = np.where(step[..., 0] < 0, 0.75 * size, size)
    where = d[6 : 6 + size.shape[1]] - 0.25
    peak = np.clip(np.argmax(size - 0.04 * np.abs(where) * size, axis=1), 1, size.shape[1] - 2)
    rows = np.arange(len(base))
    left, top, right = size[rows, peak - 1], size[rows, peak], size[rows, peak + 1]
    bend = left - 2 * top + right
    shift = np.where(np.abs(bend) > 1e-6, 0.5 * (left - right) / np.where(np.abs(bend) > 1e-6, bend, 1), 0.0)
    offset = where[peak] + 0.5 * np.clip(shift, -1, 1)
    strength = top**2 / (top**2 + 3.0**2)
    beyond = ((base < 2) | (base > np.array([width - 3, height - 3]))).any(axis=1)
    strength = np.where(beyond, np.nan, strength)
    return offset, strength


Line = tuple[Array, Array]


def _ends(
    points: Points, strength: Array, good: NDArray[np.bool_], t: Array, fallback: Line
) -> tuple[Line, Line]:
    """Fit one line to a straight side; to a bent one, a line to each end."""
    whole = _robust(points[good], strength[good])
    if whole is None:
        return fallback, fallback
    at, along = whole
    normal = np.array([-along[1], along[0]])
    off = (points - at) @ normal
    near = good & (np.abs(off) < 8.0)
    # Bent: the residuals of thirds differ. A hand in the middle makes outliers, not a bend.
    thirds = [off[near & (t >= low) & (t < high)] for low, high in ((0, 0.33), (0.33, 0.67), (0.67, 1))]
    if any(len(part) < 6 for part in thirds):
        return whole, whole
    middles = [float(np.median(part)) for part in thirds]
    if abs(middles[1] - (middles[0] + middles[2]) / 2) < 0.8:
        return whole, whole
    parts = list[Line]()
    for low, high in ((0.0, 0.3), (0.7, 1.0)):
        part = near & (t >= low) & (t <= high)
        parts.append(_robust(points[part], strength[part]) or whole)
    return parts[0], parts[1]


def _robust(points: Points, weight: Array) -> Line | None:
    """Fit a line that most points agree on."""
    if len(points) < 6:
        return None
    rng = np.random.default_rng(len(points))  # the same picture gives the same corners
    first, second = rng.integers(0, len(points), (2, 60))
    delta = points[second] - points[first]
    length = np.linalg.norm(delta, axis=1)
    fine = length > 0.25 * np.ptp(points, axis=0).max()
    if not fine.any():
        return None
    delta, first = delta[fine] / length[fine, None], first[fine]
    normals = np.column_stack((-delta[:, 1], delta[:, 0]))
    off = np.abs(points @ normals.T - np.sum(points[first] * normals, axis=1))
    best = int(np.argmax(((off < 1.0) * weight[:, None]).sum(axis=0)))
    near = off[:, best] < 1.5
    line: Line | None = None
    for _ in range(3):
        kept, kept_weight = points[near], weight[near]
        if len(kept) < 5:
            break
        at = np.average(kept, axis=0, weights=kept_weight)
        along = np.linalg.svd((kept - at) * np.sqrt(kept_weight)[:, None], full_matrices=False)[2][0]
        distance = np.abs((points - at) @ np.array([-along[1], along[0]]))
        near = distance < max(1.0, 2.5 * float(np.median(distance[near])))
        line = (at, along)
    return line


def _cross(one: Line, other: Line, fallback: Array) -> Array:
    (p, d), (q, e) = one, other
    cross = d[0] * e[1] - d[1] * e[0]
    if abs(cross) < 0.2:
        return fallback
    k = ((q[0] - p[0]) * e[1] - (q[1] - p[1]) * e[0]) / cross
    return p + k * d


def _sheet(image: Picture, small: View, best: Judged) -> Sheet | None:
    height, width = image.shape[:2]
    confidence = _confidence(best, small.size)
    if confidence < LEAST_CONFIDENCE:
        return None
    corners = (best.corners + 0.5) / small.scale - 0.5
    first = int(np.argmin(corners.sum(axis=1)))
    corners, seen, frame = (np.roll(part, -first, axis=0) for part in (corners, best.seen, best.frame))
    margin = 0.002 * max(width, height)
    outside = {
        n for n in range(4) if frame[n] or frame[n - 1] or not _within(corners[n], width, height, margin)
    }
    return Sheet(
        corners=cast("tuple[Point, Point, Point, Point]", tuple((float(x), float(y)) for x, y in corners)),
        picture=(float(width), float(height)),
        confidence=confidence,
        seen=cast(
            "tuple[float, float, float, float]",
            tuple(0.0 if frame[n] else float(np.nan_to_num(seen[n]).mean()) for n in range(4)),
        ),
        gaps=tuple(() if frame[n] else gaps(seen[n]) for n in range(4)),
        outside=frozenset(outside),
    )


def _within(corner: Array, width: int, height: int, margin: float) -> bool:
    return bool(margin <= corner[0] <= width - 1 - margin and margin <= corner[1] <= height - 1 - margin)


def gaps(seen: Array) -> tuple[tuple[float, float], ...]:
    """Return the stretches of a side without an edge, longer than a fiftieth of it."""
    missing = np.nan_to_num(seen, nan=1.0) < 0.35
    joined = cv2.morphologyEx(
        missing.astype(np.uint8).reshape(1, -1), cv2.MORPH_CLOSE, np.ones((1, 5), np.uint8)
    )[0]
    steps = np.flatnonzero(np.diff(np.concatenate(([0], joined, [0]))))
    spans = [(float(a) / len(seen), float(b) / len(seen)) for a, b in steps.reshape(-1, 2)]
    return tuple((a, b) for a, b in spans if b - a > 0.03)


def _confidence(best: Judged, size: tuple[int, int]) -> float:
    """Say how sure: every side must show, and what is inside must look like paper."""
    strength = np.sort(_strength(best.seen, best.frame))
    clear = float(np.clip((strength[1:].mean() - 0.3) / 0.45, 0, 1)) * float(
        np.clip(strength[0] / 0.3, 0.3, 1)
    )
    ratio = proportion(best.corners, (float(size[0]), float(size[1])))
    off = abs(np.log(max(ratio, 1 / ratio) / ROOT_TWO))
    part = float(cv2.contourArea(best.corners.astype(np.float32))) / (size[0] * size[1])
    if best.frame.any():
        shape = float(np.clip(part / 0.3, 0, 1))
    else:  # a card or an envelope is small; a big sheet may have any shape that paper has
        shape = float(np.exp(-0.5 * (off / np.interp(part, (0.08, 0.2), (0.045, 0.2))) ** 2))
    plain = float(np.clip(2.0 - 12.0 * best.roughness, 0, 1)) * float(np.clip((best.score + 4.6) / 1.2, 0, 1))
    enough = float(np.interp(part, (0.1, 0.25), (0.6, 0.4)))
    return clear * shape * plain * float(np.clip(best.likeness / enough, 0, 1))
