"""A small camera: papers bent in space, tables, light, hands and a lens, all from one random generator.

Papers are flat strips joined at folds, so that every true corner is known exactly whatever the bend.
"""

from dataclasses import dataclass
from typing import Literal, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from tests.kiosk.sheet.pages import HEIGHT_MM, WIDTH_MM

Image = NDArray[np.uint8]
Light = NDArray[np.float32]
Table = Literal["dark", "light", "white", "wood", "checks", "stripes", "cloth", "grey", "lines", "boards"]


@dataclass(frozen=True)
class Pose:
    """Where the paper lies before the camera: turned by `turn`, tilted, its middle at a place in the picture."""

    turn: float = 0.0  # degrees, as seen
    tilt: float = 0.0  # degrees of perspective
    lean: float = 0.0  # direction of the tilt, degrees
    size: float = 0.8  # long side over the picture's height
    at: tuple[float, float] = (0.5, 0.5)  # middle of the paper, parts of the picture


def camera(pose: Pose, width: int, height: int) -> NDArray[np.float64]:
    """Return the 3x4 matrix from millimetres on (and above) the paper, its middle the origin, to pixels."""
    focal = 1.15 * width
    distance = focal * HEIGHT_MM / (pose.size * height)
    lean, tilt, turn = np.radians((pose.lean, pose.tilt, pose.turn))
    axis = np.array([np.cos(lean), np.sin(lean), 0.0]) * tilt
    tilted, _ = cv2.Rodrigues(axis)
    turned, _ = cv2.Rodrigues(np.array([0.0, 0.0, turn]))
    rotation = tilted @ turned
    middle = (
        np.array([(pose.at[0] - 0.5) * width / focal, (pose.at[1] - 0.5) * height / focal, 1.0]) * distance
    )
    lens = np.array([[focal, 0, width / 2], [0, focal, height / 2], [0, 0, 1.0]])
    return cast("NDArray[np.float64]", lens @ np.column_stack((rotation, middle)))


def project(matrix: NDArray[np.float64], points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Project points (n, 3) in millimetres from the paper's middle."""
    ends = np.column_stack((points, np.ones(len(points)))) @ matrix.T
    return cast("NDArray[np.float64]", ends[:, :2] / ends[:, 2:])


@dataclass(frozen=True)
class Bend:
    """Heights (mm, towards the camera) at even steps along the long or the short side; none = flat."""

    heights: tuple[float, ...] = (0.0, 0.0)
    along: Literal["long", "short"] = "long"
    paper: tuple[float, float] = (WIDTH_MM, HEIGHT_MM)  # mm

    @property
    def corners(self) -> NDArray[np.float64]:
        """The paper's corners, in millimetres from its top left, clockwise."""
        width, height = self.paper
        return np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)

    def profile(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return, for each joint between strips, the millimetre on the paper and where it comes to lie."""
        length = self.paper[1] if self.along == "long" else self.paper[0]
        cuts = np.linspace(0, length, len(self.heights))
        heights = np.array(self.heights)
        flat = np.sqrt(np.maximum(np.diff(cuts) ** 2 - np.diff(heights) ** 2, 0))
        return cuts, np.concatenate(([0.0], np.cumsum(flat)))

    def space(self, mm: NDArray[np.float64]) -> NDArray[np.float64]:
        """Place points of the paper (n, 2) in millimetres from its top left into space, from its middle."""
        cuts, lies = self.profile()
        t = mm[:, 1] if self.along == "long" else mm[:, 0]
        place, height = np.interp(t, cuts, lies), np.interp(t, cuts, self.heights)
        width, length = self.paper
        if self.along == "long":
            return np.column_stack((mm[:, 0] - width / 2, place - length / 2, -height))
        return np.column_stack((place - width / 2, mm[:, 1] - length / 2, -height))


def lay(
    canvas: Image, page: Image, matrix: NDArray[np.float64], bend: Bend | None = None
) -> NDArray[np.float64]:
    """Lay a page on the canvas with a soft shadow under it; return its four corners in pixels, clockwise."""
    bend = bend or Bend()
    height, width = canvas.shape[:2]
    corners = project(matrix, bend.space(bend.corners))
    across, length = bend.paper
    scale = page.shape[0] / max(np.linalg.norm(corners - np.roll(corners, 1, axis=0), axis=1))
    if scale > 1.5:  # what a lens does to letters that are smaller than its pixels
        page = cast(
            "Image", cv2.resize(page, None, fx=1.25 / scale, fy=1.25 / scale, interpolation=cv2.INTER_AREA)
        )
    per_mm = page.shape[1] / across
    cuts, _ = bend.profile()
    sheet, cover = np.zeros_like(canvas), np.zeros((height, width), np.uint8)
    # Two flat strips side by side share their middle line exactly; each is warped with a pixel to spare.
    for first, last in zip(cuts[:-1], cuts[1:], strict=True):
        if bend.along == "long":
            mm = np.array([[0, first], [across, first], [across, last], [0, last]])
        else:
            mm = np.array([[first, 0], [last, 0], [last, length], [first, length]])
        place = project(matrix, bend.space(mm)).astype(np.float32)
        warp = cv2.getPerspectiveTransform((mm * per_mm).astype(np.float32), place)
        strip = cv2.warpPerspective(
            page, warp, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        slope = np.interp(last, cuts, bend.heights) - np.interp(first, cuts, bend.heights)
        lit = 1.0 - 0.9 * abs(slope) / max(last - first, 1.0) + 0.35 * slope / max(last - first, 1.0)
        mask = np.zeros((height, width), np.uint8)
        cv2.fillConvexPoly(mask, np.round(place * 16).astype(np.int32), 255, cv2.LINE_AA, 4)
        new = mask > cover
        sheet[new] = np.clip(strip[new] * lit, 0, 255)
        cover = np.maximum(cover, mask)
    shadow = cv2.GaussianBlur(
        np.roll(cover, (max(2, height // 300), max(2, height // 400)), (0, 1)), (0, 0), height / 250
    )
    # Only where the sheet or its shadow lies does anything change.
    left, top, wide, high = cv2.boundingRect(cv2.max(cover, shadow))
    there = np.s_[top : top + high, left : left + wide]
    soft = 1.0 - shadow[there].astype(np.float32)[..., None] * np.float32(0.35 / 255)
    part = cover[there].astype(np.float32)[..., None] / 255
    canvas[there] = (canvas[there] * soft * (1 - part) + sheet[there] * part).astype(np.uint8)
    return corners


def fold_corner(
    canvas: Image,
    below: Image,
    corners: NDArray[np.float64],
    which: int,
    part: float,
    rng: np.random.Generator,
) -> None:
    """Fold a corner of the paper over, by a part of its short side: the table shows, and the paper's back lies on it."""
    corner, after, before = (corners[(which + step) % 4] for step in (0, 1, -1))
    ways = [(end - corner) / np.linalg.norm(end - corner) for end in (after, before)]
    reach = part * min(np.linalg.norm(after - corner), np.linalg.norm(before - corner))
    a, b = (corner + way * reach * rng.uniform(0.8, 1.2) for way in ways)
    gone, flap = np.zeros(canvas.shape[:2], np.uint8), np.zeros(canvas.shape[:2], np.uint8)
    rim = 3 * (ways[0] + ways[1])  # the paper's soft edge goes with it
    cv2.fillConvexPoly(
        gone,
        np.round(np.array([corner - rim, a - 3 * ways[1], a, b, b - 3 * ways[0]]) * 16).astype(np.int32),
        255,
        cv2.LINE_AA,
        4,
    )
    along = (b - a) / np.linalg.norm(b - a)
    over = a + 2 * along * ((corner - a) @ along) - (corner - a)
    cv2.fillConvexPoly(flap, np.round(np.array([a, b, over]) * 16).astype(np.int32), 255, cv2.LINE_AA, 4)
    back = np.full_like(canvas, int(rng.uniform(205, 235)))
    shade = 1 - 0.35 * cv2.GaussianBlur(flap, (0, 0), 3)[..., None] / 255.0
    canvas[:] = (canvas * shade).astype(np.uint8)
    for mask, seen in ((gone, below), (flap, back)):
        canvas[:] = (canvas * (1 - mask[..., None] / 255.0) + seen * (mask[..., None] / 255.0)).astype(
            np.uint8
        )


def table(kind: Table, width: int, height: int, rng: np.random.Generator) -> Image:
    """Return a table top."""
    grain = rng.normal(0, 1, (height // 4 + 1, width // 4 + 1)).astype(np.float32)
    grain = cv2.resize(cv2.GaussianBlur(grain, (0, 0), 1.0), (width, height))
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    turn = rng.uniform(0, np.pi)
    along = xs * np.cos(turn) + ys * np.sin(turn)
    across = -xs * np.sin(turn) + ys * np.cos(turn)
    base: tuple[float, float, float]
    match kind:
        case "dark":
            base, change = (52, 48, 45), 4 * grain
        case "grey":
            base, change = (125, 128, 126), 6 * grain
        case "light":
            base, change = (168, 185, 196), 5 * grain
        case "white":  # hardly darker than the paper
            base, change = (226, 231, 234), 3 * grain
        case "wood":
            base = tuple(rng.uniform(0.75, 1.25) * c for c in (70, 110, 150))  # type: ignore[assignment]
            rings = np.sin(across / rng.uniform(5, 14) + 3 * np.sin(along / rng.uniform(90, 200)) + grain)
            change = 16 * rings + 8 * grain
            seams = np.abs(np.mod(across, height / rng.uniform(2.5, 4)) - 6) < 1.5
            change = change - 45 * seams
        case "checks":
            step = rng.uniform(height / 14, height / 7)
            odd = (np.floor(along / step) + np.floor(across / step)) % 2
            base, change = (120, 90, 150), 80 * odd - 30 + 4 * grain
        case "stripes":
            step = rng.uniform(height / 20, height / 9)
            base, change = (110, 130, 100), 45 * np.sign(np.sin(along / step * np.pi)) + 4 * grain
        case "lines":  # a ruled mat: thin lines, as straight and as regular as a form's
            step = rng.uniform(height / 16, height / 8)
            ruled = (np.mod(along, step) < 2) | (np.mod(across, step) < 2)
            base, change = (196, 190, 178), 3 * grain - 70 * ruled
        case "boards":  # a floor or a bench: planks of different shades, dark joints
            step = rng.uniform(height / 6, height / 3)
            shade = 34 * np.sin(1.7 * np.floor(across / step) + 0.6)
            joints = np.mod(across, step) < rng.uniform(2, 5)
            base, change = (
                (88, 128, 168),
                shade + 12 * np.sin(across / 6 + 2 * grain) + 7 * grain - 75 * joints,
            )
        case "cloth":
            weave = np.sin(xs / 2.1) * np.sin(ys / 2.3)
            dots = ((np.mod(along, 60) - 30) ** 2 + (np.mod(across, 60) - 30) ** 2) < 110
            base, change = (130, 100, 90), 12 * weave + 90 * dots + 6 * grain
    image = np.array(base, np.float32)[None, None, :] + change[..., None]
    return np.clip(image, 0, 255).astype(np.uint8)


def clutter(
    canvas: Image, keep_off: NDArray[np.float64] | None, rng: np.random.Generator, things: int
) -> None:
    """Scatter pens, cards, envelopes, a cup and a bankbook around the paper, some of them partly under it."""
    height, width = canvas.shape[:2]
    for _ in range(things):
        where = rng.uniform((0, 0), (width, height))
        if keep_off is not None:
            edge = cv2.pointPolygonTest(keep_off.astype(np.float32), (float(where[0]), float(where[1])), True)
            if edge > -0.03 * height:
                continue
        turn, unit = rng.uniform(0, 360), height / 300
        match rng.integers(5):
            case 0:  # a pen
                box = cv2.boxPoints(((float(where[0]), float(where[1])), (130 * unit, 9 * unit), turn))
                _shape(canvas, box, rng.integers(10, 220, 3))
            case 1:  # a card, often nearly white
                box = cv2.boxPoints(((float(where[0]), float(where[1])), (86 * unit, 54 * unit), turn))
                _shape(canvas, box, rng.integers(150, 245, 3))
                _lines(canvas, box, rng)
            case 2:  # an envelope
                box = cv2.boxPoints(((float(where[0]), float(where[1])), (120 * unit, 90 * unit), turn))
                _shape(canvas, box, np.array([150, 190, 215]) + rng.integers(-20, 20))
            case 3:  # a cup from above
                centre = (int(where[0]), int(where[1]))
                cv2.circle(
                    canvas,
                    centre,
                    int(40 * unit),
                    [int(c) for c in rng.integers(60, 250, 3)],
                    -1,
                    cv2.LINE_AA,
                )
                cv2.circle(canvas, centre, int(33 * unit), (30, 45, 70), -1, cv2.LINE_AA)
            case _:  # a dark book
                box = cv2.boxPoints(((float(where[0]), float(where[1])), (88 * unit, 125 * unit), turn))
                _shape(canvas, box, rng.integers(20, 120, 3))


def _shape(canvas: Image, box: NDArray[np.float32], colour: NDArray[np.int64]) -> None:
    height, width = canvas.shape[:2]
    left, top = np.clip(box.min(axis=0) - 8, 0, (width, height)).astype(int)
    right, bottom = np.clip(box.max(axis=0) + 8, 0, (width, height)).astype(int)
    part = canvas[top:bottom, left:right]
    if part.size == 0:
        return
    box = box - np.array([left, top], np.float32)
    dark = part.copy()
    cv2.fillConvexPoly(dark, np.round((box + 3) * 16).astype(np.int32), (20, 20, 20), cv2.LINE_AA, 4)
    part[:] = cv2.addWeighted(part, 0.65, dark, 0.35, 0)
    cv2.fillConvexPoly(part, np.round(box * 16).astype(np.int32), [int(c) for c in colour], cv2.LINE_AA, 4)


def _lines(canvas: Image, box: NDArray[np.float32], rng: np.random.Generator) -> None:
    for n in range(1, 5):
        a, b = box[0] + (box[3] - box[0]) * n / 5, box[1] + (box[2] - box[1]) * n / 5
        a, b = a + (b - a) * 0.1, a + (b - a) * rng.uniform(0.5, 0.9)
        cv2.line(canvas, (int(a[0]), int(a[1])), (int(b[0]), int(b[1])), (90, 80, 70), 1, cv2.LINE_AA)


def hand(
    canvas: Image,
    tip: NDArray[np.float64],
    towards: NDArray[np.float64],
    rng: np.random.Generator,
    unit: float,
) -> None:
    """Put four fingers, a palm and a sleeve over the canvas; the longest finger ends at `tip`."""
    height, width = canvas.shape[:2]
    away = -towards / np.linalg.norm(towards)
    side = np.array([-away[1], away[0]])
    skin = np.array([118.0, 148.0, 198.0]) * rng.uniform(0.6, 1.1)
    cover, shade = np.zeros((height, width), np.uint8), np.zeros((height, width), np.uint8)
    for n, short in enumerate((14.0, 2.0, 0.0, 9.0)):
        a = tip + (side * (n - 1.5) * 19 + away * short) * unit
        b = tip + (side * (n - 1.5) * 17 + away * 75) * unit
        ends = [(int(p[0] * 16), int(p[1] * 16)) for p in (a, b)]
        cv2.line(cover, ends[0], ends[1], 255, max(2, int(16 * unit)), cv2.LINE_AA, 4)
        cv2.line(shade, ends[0], ends[1], 255, max(2, int(9 * unit)), cv2.LINE_AA, 4)
    palm = tip + away * 100 * unit
    cv2.circle(cover, (int(palm[0]), int(palm[1])), int(42 * unit), 255, -1, cv2.LINE_AA)
    cv2.circle(shade, (int(palm[0]), int(palm[1])), int(30 * unit), 255, -1, cv2.LINE_AA)
    blurred = cv2.GaussianBlur(np.roll(cover, (int(5 * unit), int(5 * unit)), (0, 1)), (0, 0), 5 * unit)
    canvas[:] = (canvas * (1 - 0.45 * blurred[..., None] / 255.0)).astype(np.uint8)
    round_off = 0.78 + 0.27 * cv2.GaussianBlur(shade, (0, 0), 4 * unit)[..., None] / 255.0
    part = cv2.GaussianBlur(cover, (0, 0), 0.7)[..., None] / 255.0
    canvas[:] = np.clip(canvas * (1 - part) + skin * round_off * part, 0, 255).astype(np.uint8)
    sleeve = np.array(
        [palm + (side * s * 40 + away * d) * unit for s, d in ((-1, 35), (1, 35), (1.3, 500), (-1.3, 500))]
    )
    cv2.fillConvexPoly(
        canvas,
        np.round(sleeve * 16).astype(np.int32),
        [int(c) for c in rng.integers(30, 140, 3)],
        cv2.LINE_AA,
        4,
    )


def uneven(width: int, height: int, rng: np.random.Generator, depth: float) -> Light:
    """Return light that falls off to one side and into the corners."""
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    turn = rng.uniform(0, 2 * np.pi)
    slope = ((xs / width - 0.5) * np.cos(turn) + (ys / height - 0.5) * np.sin(turn)) * depth
    corner = ((xs / width - 0.5) ** 2 + (ys / height - 0.5) ** 2) * 0.3
    return (1.0 + slope - corner).astype(np.float32)


def cast_shadow(width: int, height: int, rng: np.random.Generator, strength: float) -> Light:
    """Return the shadow of a head or an arm between lamp and table: a big shape with a soft or a rather hard rim."""
    mask = np.zeros((height, width), np.float32)
    centre = rng.uniform((0.1 * width, 0.1 * height), (0.9 * width, 0.9 * height))
    count, angles = 7, np.sort(rng.uniform(0, 2 * np.pi, 7))
    radii = rng.uniform(0.2, 0.6, count) * height
    shape = centre + np.column_stack((np.cos(angles), np.sin(angles))) * radii[:, None]
    cv2.fillPoly(mask, [shape.astype(np.int32)], 1.0)
    return (1.0 - strength * cv2.GaussianBlur(mask, (0, 0), rng.uniform(3, 25) * height / 720)).astype(
        np.float32
    )


def glare(canvas: Image, at: NDArray[np.float64], size: float, rng: np.random.Generator) -> None:
    """Reflect a lamp: a white blot that drowns the letters, with a soft rim."""
    height, width = canvas.shape[:2]
    mask = np.zeros((height, width), np.float32)
    axes = (int(size), int(size * rng.uniform(0.4, 0.9)))
    cv2.ellipse(
        mask, (int(at[0]), int(at[1])), axes, float(rng.uniform(0, 180)), 0, 360, 1.0, -1, cv2.LINE_AA
    )
    mask = np.clip(cv2.GaussianBlur(mask, (0, 0), size * 0.25) * 1.5, 0, 1)[..., None]
    canvas[:] = np.clip(canvas * (1 - mask) + 255 * mask, 0, 255).astype(np.uint8)


def shoot(
    canvas: Image,
    light: Light,
    rng: np.random.Generator,
    *,
    noise: float,
    blur: float,
    quality: int,
    smear: float = 0.0,
) -> Image:
    """Take the picture: light, tint, lens, motion, noise of the sensor, JPEG."""
    tint = np.array([rng.uniform(0.9, 1.04), 1.0, rng.uniform(0.92, 1.04)], np.float32)
    tint *= rng.uniform(0.78, 1.0)  # exposure: white paper is rarely 255
    image = canvas * light[..., None]
    image *= tint
    if smear > 1:
        kernel = np.zeros((int(smear) | 1,) * 2, np.float32)
        kernel[kernel.shape[0] // 2] = 1.0
        middle = (kernel.shape[0] / 2 - 0.5,) * 2
        kernel = cv2.warpAffine(
            kernel, cv2.getRotationMatrix2D(middle, float(rng.uniform(0, 180)), 1.0), kernel.shape
        )
        image = cv2.filter2D(image, -1, kernel / kernel.sum())
    image = cv2.GaussianBlur(image, (0, 0), blur)
    grain = rng.standard_normal(image.shape).astype(np.float32)
    grain *= cv2.sqrt(np.minimum(np.maximum(image, 20), 255))
    image += grain * np.float32(noise / np.sqrt(128))
    data = cv2.imencode(".jpg", np.clip(image, 0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, quality])[
        1
    ]
    return cast("Image", cv2.imdecode(data, cv2.IMREAD_COLOR))
