"""What a sheet of paper is in a picture: four corners, what of it is hidden, how many dots an inch has.

Corners run clockwise as seen. Millimetres run from corner 0: x towards corner 1, y towards corner 3.
"""

from typing import Literal, cast

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Points = NDArray[np.float64]
Matrix = NDArray[np.float64]
Point = tuple[float, float]
Size = tuple[float, float]
Place = Literal[
    "top_left", "top", "top_right", "right", "bottom_right", "bottom", "bottom_left", "left", "middle"
]

A4: Size = (210.0, 297.0)
ROOT_TWO = 297 / 210
INCH = 25.4


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """A sheet in a picture of `picture` (width, height) pixels; corner 0 is the one nearest to the picture's top left.

    `seen` is the part of each side that is visible as an edge (side n runs from corner n to n+1); `gaps` are the parts
    (from, to) of each side that something covers. A corner in `outside` lies beyond the picture and is a guess.
    """

    corners: tuple[Point, Point, Point, Point]
    picture: Size
    confidence: float
    seen: tuple[float, float, float, float]
    gaps: tuple[tuple[tuple[float, float], ...], ...] = ((), (), (), ())
    outside: frozenset[int] = frozenset()

    @property
    def hidden(self) -> frozenset[int]:
        """The corners inside the picture that something covers."""
        return frozenset(
            n
            for n in range(4)
            if n not in self.outside
            and (any(a < 0.03 for a, _ in self.gaps[n]) or any(b > 0.97 for _, b in self.gaps[n - 1]))
        )

    @property
    def points(self) -> Points:
        """The corners as an array (4, 2)."""
        return np.array(self.corners, np.float64)


def sides(corners: Points) -> Points:
    """Return the lengths of the four sides."""
    return np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1)


def proportion(corners: Points, picture: Size) -> float:
    """Estimate width over height of the paper itself: for the usual lens that makes it most like A4."""
    # Zhang & He (2007) solve for the focal length too, but with paper almost parallel to the sensor that is noise.
    unit = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float64)
    centred = (corners - np.array(picture) / 2) / max(picture)
    found = list[float]()
    for focal in (0.8, 1.15, 1.6):
        h = homography(unit, centred / focal)
        found.append(float(np.linalg.norm(h[:, 0]) / max(np.linalg.norm(h[:, 1]), 1e-9)))
    return min(found, key=lambda ratio: abs(abs(np.log(ratio)) - np.log(ROOT_TWO)))


def homography(source: Points, target: Points) -> Matrix:
    """Return the exact projective map of four points onto four."""
    return cast("Matrix", cv2.getPerspectiveTransform(source.astype(np.float32), target.astype(np.float32)))


def inverse(matrix: Matrix) -> Matrix:
    """Return the way back."""
    return np.linalg.inv(matrix).astype(np.float64)


def apply(matrix: Matrix, points: Points) -> Points:
    """Map points (n, 2)."""
    ends = np.column_stack((points, np.ones(len(points)))) @ matrix.T
    return ends[:, :2] / ends[:, 2:]


def paper_size(sheet: Sheet, paper: Size | None = A4) -> Size:
    """Return width and height in millimetres as it lies: `paper` turned to fit, or for None a sheet as long as A4."""
    ratio = proportion(sheet.points, sheet.picture)
    if paper is None:
        return (A4[1] * min(ratio, 1.0), A4[1] * min(1 / ratio, 1.0))
    short, long = sorted(paper)
    return (short, long) if ratio < 1 else (long, short)


def outline(size: Size) -> Points:
    """Return the corners of the paper in millimetres."""
    width, height = size
    return np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)


def to_picture(sheet: Sheet, paper: Size | None = A4) -> Matrix:
    """Return the map from millimetres on the paper to pixels of the picture."""
    return homography(outline(paper_size(sheet, paper)), sheet.points)


def dpi(sheet: Sheet, paper: Size | None = A4) -> float:
    """Return the pixels an inch of paper has where it has fewest."""
    size = paper_size(sheet, paper)
    matrix = to_picture(sheet, paper)
    places = outline(size) * 0.9 + np.array(size) * 0.05
    least = min(
        float(np.linalg.svd(np.column_stack(_steps(matrix, at)), compute_uv=False)[-1]) for at in places
    )
    return least * INCH


def _steps(matrix: Matrix, at: Points) -> tuple[Points, Points]:
    here, right, down = apply(matrix, np.array([at, at + (1, 0), at + (0, 1)]))
    return right - here, down - here


def place_of(x: float, y: float) -> Place:
    """Name a place on a sheet given as parts of its width and height."""
    column = 0 if x < 0.3 else 2 if x > 0.7 else 1
    row = 0 if y < 0.3 else 2 if y > 0.7 else 1
    names: tuple[tuple[Place, Place, Place], ...] = (
        ("top_left", "top", "top_right"),
        ("left", "middle", "right"),
        ("bottom_left", "bottom", "bottom_right"),
    )
    return names[row][column]
