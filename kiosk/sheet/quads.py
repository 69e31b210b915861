"""Four lines make a sheet: all plausible combinations, weighed by evidence on every side."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kiosk.sheet.geometry import ROOT_TWO
from kiosk.sheet.lines import Lines

Array = NDArray[np.float64]

_UNSEEN = 0.35
"""What a part of a side is worth that lies beyond the picture: better than table, worse than an edge."""
_FRAME = 0.42
"""What the picture's own border is worth as a side: the paper may go on behind it."""


@dataclass(frozen=True)
class Quads:
    """Candidates, best first."""

    corners: Array  # (n, 4, 2), clockwise
    score: Array  # (n,)
    frame: NDArray[np.bool_]  # (n, 4): this side is the border of the picture


def combine(lines: Lines, size: tuple[int, int], keep: int) -> Quads:
    """Combine lines, and the borders of the picture, into quads and keep the best."""
    width, height = size
    normal = np.vstack((lines.normal, [[1, 0], [1, 0], [0, 1], [0, 1]]))
    distance = np.concatenate((lines.distance, [0, width - 1, 0, height - 1]))
    real = len(lines.distance)
    pairs = _opposite(normal, distance, size, real)
    if len(pairs) < 2:
        return _none()
    pairs_a, pairs_b = _crossing(pairs, normal)
    if not len(pairs_a):
        return _none()
    sides = np.column_stack((pairs_a[:, 0], pairs_b[:, 0], pairs_a[:, 1], pairs_b[:, 1]))
    corners = np.stack([_meet(normal, distance, sides[:, n - 1], sides[:, n]) for n in range(4)], axis=1)
    sides, corners = _clockwise(sides, corners)
    fine = _plausible(corners, size) & ((sides >= real).sum(axis=1) <= 2)
    sides, corners = sides[fine], corners[fine]
    if not len(sides):
        return _none()
    evidence = np.stack([_side(lines, sides[:, n], corners, n, real) for n in range(4)], axis=1)
    score = _score(evidence, corners, size)
    order = np.argsort(-score)[: keep * 40]
    kept = list[int]()
    first = np.argmin(corners.sum(axis=2), axis=1)
    turned = np.take_along_axis(corners, ((first[:, None] + np.arange(4)) % 4)[..., None], axis=1)
    for n in order:  # near twins say nothing new: the sides are fitted again
        if all(np.abs(turned[n] - turned[k]).max() > 10 for k in kept):
            kept.append(int(n))
        if len(kept) == keep:
            break
    return Quads(corners[kept], score[kept], sides[kept] >= real)


def _none() -> Quads:
    return Quads(np.zeros((0, 4, 2)), np.zeros(0), np.zeros((0, 4), bool))


def _opposite(normal: Array, distance: Array, size: tuple[int, int], real: int) -> NDArray[np.intp]:
    """Pairs of lines that could be opposite sides: nearly parallel, and apart by more than a card."""
    middle = np.array(size) / 2
    offset = distance - normal @ middle
    first, second = np.triu_indices(len(distance), 1)
    cosine = np.sum(normal[first] * normal[second], axis=1)
    apart = np.abs(offset[first] - np.sign(cosine) * offset[second])
    fine = (np.abs(cosine) > np.cos(np.radians(33))) & (apart > 0.16 * min(size)) & (first < real)
    return np.column_stack((first[fine], second[fine]))


def _crossing(pairs: NDArray[np.intp], normal: Array) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Pairs of pairs that cross at something like a right angle."""
    first = normal[pairs[:, 0]]
    angle = np.abs(first @ first.T)
    one, other = np.nonzero(np.triu(angle < np.cos(np.radians(48)), 1))
    if len(one) > 60_000:  # a table full of lines: the best supported come first in `pairs`
        weight = pairs.sum(axis=1)
        best = np.argsort(weight[one] + weight[other], kind="stable")[:60_000]
        one, other = one[best], other[best]
    return pairs[one], pairs[other]


def _meet(normal: Array, distance: Array, one: NDArray[np.intp], other: NDArray[np.intp]) -> Array:
    a, b = normal[one], normal[other]
    cross = a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]
    cross = np.where(np.abs(cross) < 1e-6, 1e-6, cross)
    x = (distance[one] * b[:, 1] - distance[other] * a[:, 1]) / cross
    y = (a[:, 0] * distance[other] - b[:, 0] * distance[one]) / cross
    return np.column_stack((x, y))


def _clockwise(sides: NDArray[np.intp], corners: Array) -> tuple[NDArray[np.intp], Array]:
    """Turn all quads clockwise (y points down); side n runs from corner n to corner n+1."""
    ahead = np.roll(corners, -1, axis=1)
    area = np.sum(corners[..., 0] * ahead[..., 1] - ahead[..., 0] * corners[..., 1], axis=1)
    # corner n is where sides n-1 and n meet; read backwards, corner order and side order shift by one.
    back = area < 0
    corners[back] = corners[back][:, ::-1]
    sides[back] = sides[back][:, [2, 1, 0, 3]]
    return sides, corners


def _plausible(corners: Array, size: tuple[int, int]) -> NDArray[np.bool_]:
    """Keep what a sheet before a camera can look like."""
    width, height = size
    edge = np.roll(corners, -1, axis=1) - corners
    before = np.roll(edge, 1, axis=1)
    cross = before[..., 0] * edge[..., 1] - before[..., 1] * edge[..., 0]
    length = np.linalg.norm(edge, axis=2)
    sine = cross / np.maximum(length * np.roll(length, 1, axis=1), 1e-6)
    ahead = np.roll(corners, -1, axis=1)
    area = np.abs(np.sum(corners[..., 0] * ahead[..., 1] - ahead[..., 0] * corners[..., 1], axis=1)) / 2
    reach = (np.abs(corners - np.array(size) / 2) / np.array(size)).max(axis=(1, 2))
    inside = ((corners > -2) & (corners < np.array([width + 1, height + 1]))).all(axis=2).sum(axis=1)
    opposite = np.maximum(length[:, :2], length[:, 2:]) / np.maximum(
        np.minimum(length[:, :2], length[:, 2:]), 1
    )
    return (
        (sine > np.sin(np.radians(48))).all(axis=1)
        & (area > 0.035 * width * height)
        & (reach < 1.0)
        & (inside >= 1)
        & (opposite < 1.9).all(axis=1)
        & (length.max(axis=1) < 2.2 * length.min(axis=1))
    )


def _side(lines: Lines, which: NDArray[np.intp], corners: Array, n: int, real: int) -> Array:
    """Weigh the evidence for one side of every quad."""
    begin, end = corners[:, n], corners[:, (n + 1) % 4]
    line = np.where(which < real, which, 0)
    along, start = lines.along[line], lines.start[line]
    t0, t1 = np.sum((begin - start) * along, axis=1), np.sum((end - start) * along, axis=1)
    middle = corners.mean(axis=1)
    towards = np.sum(lines.normal[line] * middle, axis=1) > lines.distance[line]
    bright, dark = (lines.sums(part, line, t0, t1) for part in (lines.brighter, lines.darker))
    right, wrong = np.where(towards, bright, dark), np.where(towards, dark, bright)
    there = lines.sums(lines.inside, line, t0, t1)
    total = np.maximum(np.abs(t1 - t0) / 2.0, 1)
    # Paper is brighter than what it lies on; where it is not (a dark header, a white table), colour still steps.
    support = right + 0.55 * wrong
    unseen = np.maximum(total - there, 0)
    # A paper's side ends at its corners; a stripe of the table goes on.
    more = 0.12 * np.abs(t1 - t0)
    low, high = np.minimum(t0, t1), np.maximum(t0, t1)
    beyond = sum(
        lines.sums(part, line, a, b)
        for part in (lines.brighter, lines.darker)
        for a, b in ((low - more, low - 6), (high + 6, high + more))
    )
    goes_on = beyond / np.maximum(2 * (more - 6) / 2.0, 1)
    value = (support + _UNSEEN * unseen) / total - 0.22 * np.minimum(goes_on, 1.0)
    return np.where(which < real, value, _FRAME)


def _score(evidence: Array, corners: Array, size: tuple[int, int]) -> Array:
    weighed = np.log(np.clip(evidence, 0.02, 1.0) + 0.08).sum(axis=1)
    edge = np.linalg.norm(np.roll(corners, -1, axis=1) - corners, axis=2)
    across, down = edge[:, 0] + edge[:, 2], edge[:, 1] + edge[:, 3]
    ratio = np.maximum(across, down) / np.maximum(np.minimum(across, down), 1)
    off = np.log(ratio / ROOT_TWO) / 0.2  # perspective shortens one side by that much
    ahead = np.roll(corners, -1, axis=1)
    area = np.abs(np.sum(corners[..., 0] * ahead[..., 1] - ahead[..., 0] * corners[..., 1], axis=1)) / 2
    part = np.clip(area / (size[0] * size[1]), 0.01, 0.8)
    return weighed + 0.45 * np.log(part) - np.minimum(0.5 * off**2, 1.2)
