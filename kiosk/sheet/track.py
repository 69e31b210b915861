"""Marks that stay on the paper: where the sheet is in each frame, in millimetres, or that it was lost.

Every frame is compared with the *first* one, seen as a straight page, so errors do not add up: the last place only says
where to look. A mark is shown only while what lies there is still that page.
"""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal, cast

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from kiosk.sheet.find import find_sheet, fit
from kiosk.sheet.geometry import (
    A4,
    Matrix,
    Picture,
    Points,
    Sheet,
    Size,
    apply,
    homography,
    outline,
    paper_size,
    to_picture,
)

PER_MM = 2.4
"""Pixels per millimetre of the reference page: what a 720p camera sees of A4."""
_CELLS = (10, 14)
_AGREES = 0.45
"""Correlation from which a cell shows the same print."""
_ENOUGH = 0.35
"""Part of the cells with print, among those in the picture, that must agree or be hidden plausibly."""
_LEAST_CELLS = 6
_SIDES = 0.4
"""Mean evidence along two opposite sides in the picture; a hand may cover most of one."""
_SEARCH = 3
"""Frames between searches while lost."""

Array = NDArray[np.float64]


class Dot(msgspec.Struct, frozen=True):
    """Here: a place on the paper in millimetres."""

    x: float
    y: float


class Stroke(msgspec.Struct, frozen=True):
    """Ink: a line on the paper through these places."""

    points: tuple[Dot, ...]
    width: float = 1.0


Mark = Dot | Stroke


class Lost(msgspec.Struct, frozen=True):
    """The sheet is not there, is another one, or moved too fast: show no mark."""

    reason: Literal["gone", "other", "unsure"]


class Seen(msgspec.Struct, frozen=True):
    """Where the sheet is: `matrix` maps millimetres on the paper to pixels; `agrees` is the part of it that was checked."""

    matrix: Matrix
    agrees: float

    def to_picture(self, dots: tuple[Dot, ...]) -> tuple[tuple[float, float], ...]:
        """Place dots of the paper in the picture."""
        if not dots:
            return ()
        points = apply(self.matrix, np.array([(dot.x, dot.y) for dot in dots], np.float64))
        return tuple((float(x), float(y)) for x, y in points)

    def to_paper(self, x: float, y: float) -> Dot:
        """Say which place of the paper is at a pixel: where the clerk points."""
        point = apply(_unit(np.linalg.inv(self.matrix)), np.array([(x, y)], np.float64))[0]
        return Dot(float(point[0]), float(point[1]))


@dataclass
class _Anchor:
    """The page as it was when marks began."""

    page: Picture  # grey, contrast evened, PER_MM pixels per millimetre
    spots: NDArray[np.float32]  # (n, 1, 2): places of the page worth following
    cells: NDArray[np.bool_]  # cells with print
    keys: Points  # (m, 2) features for finding it again, in pixels of the page
    words: NDArray[np.uint8]
    size: Size


@dataclass
class Tracker:
    """Follows one sheet through frames of one camera; `start` anew when the clerk asks for another sheet."""

    paper: Size | None = A4
    _anchor: _Anchor | None = None
    _matrix: Matrix | None = None
    _shift: Matrix = field(default_factory=lambda: np.eye(3))
    _lost: int = 0

    @property
    def size(self) -> Size | None:
        """Width and height in millimetres of the sheet that marks belong to, as it lay at first."""
        return None if self._anchor is None else self._anchor.size

    def start(self, image: Picture, sheet: Sheet | None = None) -> Seen | Lost:
        """Take the sheet in this frame as the one that marks belong to."""
        sheet = sheet or find_sheet(image)
        self._anchor, self._matrix, self._lost, self._shift = None, None, 0, np.eye(3)
        if sheet is None or sheet.outside:
            return Lost("gone")
        matrix = to_picture(sheet, self.paper)
        anchor = _anchor(_even(image), matrix, paper_size(sheet, self.paper))
        if int(anchor.cells.sum()) < _LEAST_CELLS:
            return Lost("unsure")  # an empty sheet has nothing to hold on to
        self._anchor, self._matrix = anchor, matrix
        return Seen(matrix, 1.0)

    def _try(self, image: Picture, frame: Picture, guess: Matrix) -> Seen | None:
        if self._anchor is None:
            return None
        followed = _follow(self._anchor, frame, guess)
        if followed is None:
            return None
        matrix = _by_sides(self._anchor, image, *followed)
        if matrix is None:
            return None
        agrees = _agreement(self._anchor, frame, matrix)
        return Seen(matrix, agrees) if agrees >= _ENOUGH else None

    def next(self, image: Picture) -> Seen | Lost:
        """Say where the sheet is in the next frame."""
        anchor, last = self._anchor, self._matrix
        if anchor is None:
            return Lost("gone")
        frame = _even(image)
        if last is not None:
            guesses: Iterable[Matrix | None] = (self._shift @ last, last)
        elif (self._lost - 1) % _SEARCH:
            self._lost += 1
            return Lost("gone")
        else:
            guesses = ()
        for guess in itertools.chain(guesses, _searches(anchor, image, frame)):
            seen = None if guess is None else self._try(image, frame, guess)
            if seen is not None:
                return self._keep(seen)
        self._matrix, self._shift = None, np.eye(3)
        self._lost += 1
        return Lost("other" if self._lost == 1 else "gone")

    def _keep(self, seen: Seen) -> Seen:
        last, self._matrix, self._lost = self._matrix, seen.matrix, 0
        self._shift = np.eye(3)
        if last is not None:
            # Only the shift is carried on: turning and tilting change too much from frame to frame to be guessed.
            middle = outline(self.paper or A4)
            self._shift[:2, 2] = (apply(seen.matrix, middle) - apply(last, middle)).mean(axis=0)
        return seen


def _even(image: Picture) -> Picture:
    """Make light and shadow the same: grey, divided by what is around."""
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY).astype(np.float32)
    around = cv2.blur(grey, (41, 41))
    return np.clip(128 * grey / (around + 4), 0, 255).astype(np.uint8)


def _page(frame: Picture, matrix: Matrix, size: Size) -> Picture:
    """Return the paper as seen in this frame, PER_MM pixels per millimetre."""
    width, height = (round(mm * PER_MM) for mm in size)
    warp = np.diag([PER_MM, PER_MM, 1.0]) @ np.linalg.inv(matrix)
    return cast("Picture", cv2.warpPerspective(frame, warp, (width, height), flags=cv2.INTER_LINEAR))


def _anchor(frame: Picture, matrix: Matrix, size: Size) -> _Anchor:
    page = _page(frame, matrix, size)
    mask = np.zeros_like(page)
    rim = round(4 * PER_MM)
    mask[rim:-rim, rim:-rim] = 255
    spots = cv2.goodFeaturesToTrack(page, 240, 0.01, 14, mask=mask)
    keys, words = _orb().detectAndCompute(page, mask)
    return _Anchor(
        page=page,
        spots=np.zeros((0, 1, 2), np.float32)
        if cast("object", spots) is None
        else cast("NDArray[np.float32]", spots),
        cells=_spread(page) > 7,
        keys=np.array([key.pt for key in keys], np.float64).reshape(-1, 2),
        words=np.zeros((0, 32), np.uint8) if cast("object", words) is None else cast("Picture", words),
        size=size,
    )


def _orb() -> cv2.ORB:
    return cv2.ORB.create(nfeatures=900, scaleFactor=1.25, nlevels=6, fastThreshold=12)


def _spread(page: Picture) -> Array:
    """Return the contrast in each cell."""
    values = page.astype(np.float32)
    mean, square = (
        cv2.resize(part, _CELLS, interpolation=cv2.INTER_AREA) for part in (values, values * values)
    )
    return np.sqrt(np.maximum(square - mean * mean, 0)).astype(np.float64)


def _follow(anchor: _Anchor, frame: Picture, guess: Matrix) -> tuple[Matrix, Points, Points] | None:
    """Correct a guess by how the page's spots lie in the frame straightened by it; twice, the second time finely.

    Returns the map and the spots that fit it: millimetres, pixels.
    """
    matrix = guess
    spots, places = np.zeros((0, 2)), np.zeros((0, 2))
    for levels, window in ((4, 21), (1, 15)):
        page = _page(frame, matrix, anchor.size)
        moved, found = _flow(anchor.page, page, anchor.spots, levels, window)
        back, found_back = _flow(page, anchor.page, moved, levels, window)
        apart = np.linalg.norm((back - anchor.spots).reshape(-1, 2), axis=1)
        good = found & found_back & (apart < 1.0)
        if np.count_nonzero(good) < 12:
            return None
        source, target = (part[good].reshape(-1, 2).astype(np.float64) for part in (anchor.spots, moved))
        change, inliers = cv2.findHomography(source, target, cv2.USAC_MAGSAC, 1.5, maxIters=500)
        if cast("object", change) is None or np.count_nonzero(inliers) < 10:
            return None
        spots = source[inliers.ravel() > 0] / PER_MM
        places = apply(matrix, target[inliers.ravel() > 0] / PER_MM)
        per_mm = np.diag([PER_MM, PER_MM, 1.0])
        matrix = _unit(matrix @ np.linalg.inv(per_mm) @ change @ per_mm)
        if not _sane(matrix, anchor.size):
            return None
    return matrix, spots, places


def _flow(
    one: Picture, other: Picture, spots: NDArray[np.float32], levels: int, window: int
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    nothing = cast("NDArray[np.float32]", None)
    moved, found, _ = cv2.calcOpticalFlowPyrLK(
        one, other, spots, nothing, winSize=(window, window), maxLevel=levels
    )
    return cast("NDArray[np.float32]", moved), np.asarray(found).ravel() > 0


def _by_sides(
    anchor: _Anchor, image: Picture, matrix: Matrix, spots: Points, places: Points
) -> Matrix | None:
    """Check a map, and correct it, by the sides of the paper; None when the paper does not end where it should.

    A table of equal rows fits itself when moved by a row, and a sheet with three lines says little about its far end:
    the sides know both.
    """
    half = cv2.resize(image, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    lab = cast("NDArray[np.float32]", cv2.cvtColor(half.astype(np.float32) / 255, cv2.COLOR_BGR2LAB))
    corners = apply(matrix, outline(anchor.size))
    fitted, seen = fit(lab, (corners + 0.5) / 2 - 0.5, np.zeros(4, np.bool_), reach=5.0)
    there = ~np.isnan(seen)
    if there.mean() < 0.15:
        return matrix  # only a part without sides is in the picture: the print alone must do
    for n in (0, 1):  # moved along one axis, one pair of sides still lies where it should
        pair = seen[[n, n + 2]]
        pair_there = ~np.isnan(pair)
        if pair_there.mean() > 0.15 and float(pair[pair_there].mean()) < _SIDES:
            return None
    fitted = (fitted + 0.5) * 2 - 0.5
    strength = np.nan_to_num(seen).mean(axis=1)
    trusted = [n for n in range(4) if min(strength[n], strength[n - 1]) > 0.7]
    # A corner that contradicts print spread over the page is a shadow's, or a line beside the edge.
    leeway = np.minimum(1.5 + 3 * _doubt(spots, outline(anchor.size)), 14)
    trusted = [n for n in trusted if float(np.linalg.norm(fitted[n] - corners[n])) < leeway[n]]
    if not trusted:
        return matrix
    # A corner is worth as much as the spots of an eighth of the page.
    times = max(2, len(spots) // 8)
    source = np.concatenate((spots, np.repeat(outline(anchor.size)[trusted], times, axis=0)))
    target = np.concatenate((places, np.repeat(fitted[trusted], times, axis=0)))
    better = cast("Matrix | None", cv2.findHomography(source, target, 0)[0])
    return matrix if better is None or not _sane(better, anchor.size) else _unit(better)


def _doubt(spots: Points, at: Points) -> Array:
    """Return how far places may be off that are reckoned from spots, each of which is off by one."""
    middle, spread = spots.mean(axis=0), spots.std(axis=0) + 1e-6
    known, asked = (
        np.column_stack((np.ones(len(part)), part, part[:, 0] * part[:, 1]))
        for part in ((spots - middle) / spread, (at - middle) / spread)
    )
    return np.sqrt(np.einsum("nk,kl,nl->n", asked, np.linalg.pinv(known.T @ known), asked))


def _unit(matrix: NDArray[np.floating]) -> Matrix:
    return (matrix / matrix[2, 2]).astype(np.float64)


def _sane(matrix: Matrix, size: Size) -> bool:
    corners = apply(matrix, outline(size))
    edge = np.roll(corners, -1, axis=0) - corners
    before = np.roll(edge, 1, axis=0)
    cross = before[:, 0] * edge[:, 1] - before[:, 1] * edge[:, 0]
    return bool(np.isfinite(corners).all() and (cross > 400).all())


def _agreement(anchor: _Anchor, frame: Picture, matrix: Matrix) -> float:
    """Return the part of the page's print, as far as it lies in the picture, that shows the same print here."""
    page = _page(frame, matrix, anchor.size)
    inside = _page(np.full_like(frame, 255), matrix, anchor.size)
    there = cv2.resize(inside, _CELLS, interpolation=cv2.INTER_AREA) > 230
    a, b = anchor.page.astype(np.float32), page.astype(np.float32)
    a, b = a - cv2.blur(a, (31, 31)), cv2.GaussianBlur(b, (0, 0), 0.6) - cv2.blur(b, (31, 31))
    ab, aa, bb = (cv2.resize(part, _CELLS, interpolation=cv2.INTER_AREA) for part in (a * b, a * a, b * b))
    same = ab / np.sqrt(np.maximum(aa * bb, 1e-3)) > _AGREES
    counted = anchor.cells & there
    if int(counted.sum()) < _LEAST_CELLS:
        return 0.0
    return float((same & counted).sum() / counted.sum())


def _searches(anchor: _Anchor, image: Picture, frame: Picture) -> Iterator[Matrix | None]:
    """Look for the page anywhere: by its features, then by any sheet that lies there, in either direction."""
    yield _search(anchor, frame)
    sheet = find_sheet(image)
    if sheet is None or sheet.outside:
        return
    first = to_picture(sheet, anchor.size)
    width, height = anchor.size
    if paper_size(sheet, anchor.size) != anchor.size:  # it lies across now
        first = _unit(homography(outline(anchor.size), np.roll(sheet.points, 1, axis=0)))
    yield first
    yield _unit(first @ np.array([[-1, 0, width], [0, -1, height], [0, 0, 1.0]]))


def _search(anchor: _Anchor, frame: Picture) -> Matrix | None:
    """Find the page anywhere in the frame by its features."""
    keys, words = _orb().detectAndCompute(frame, cast("Picture", None))
    if cast("object", words) is None or len(keys) < 15 or len(anchor.keys) < 15:
        return None
    pairs = cv2.BFMatcher(cv2.NORM_HAMMING).knnMatch(anchor.words, words, k=2)
    good = [pair[0] for pair in pairs if len(pair) == 2 and pair[0].distance < 0.8 * pair[1].distance]
    if len(good) < 12:
        return None
    source = anchor.keys[[match.queryIdx for match in good]] / PER_MM
    target = np.array([keys[match.trainIdx].pt for match in good], np.float64)
    matrix, inliers = cv2.findHomography(source, target, cv2.USAC_MAGSAC, 4.0, maxIters=2000)
    if (
        cast("object", matrix) is None
        or np.count_nonzero(inliers) < 10
        or not _sane(cast("Matrix", matrix), anchor.size)
    ):
        return None
    return cast("Matrix", matrix)
