"""A name written with a finger: strokes as data, judged, smoothed, and drawn as a path."""

import math
from typing import Annotated, Literal

from msgspec import Meta

from server.protocol.values import SIGN_HEIGHT as HEIGHT
from server.protocol.values import SIGN_WIDTH as WIDTH
from server.protocol.values import Id, Personal, Point, Strokes

TOUCH = 30.0
"""A hand resting on the glass before it writes moves less than this."""
PAUSE = 1000
"""Milliseconds: a touch this long before the first stroke was no part of the name; a 点 follows faster."""
LEAST_INK = 150.0
"""Shorter in all its strokes is a dot or a slip, not a name."""
LEAST_SPAN = 60.0
CLOSE = 3.0

Why = Literal["eyes", "hands", "letters", "other"]
"""Why somebody cannot write: cannot see, cannot move a hand, does not write, something else that is explained."""


class Signature(Personal, frozen=True, kw_only=True):
    """Strokes of (x, y, milliseconds since the frame was shown)."""

    strokes: Strokes


class Attestation(Personal, frozen=True, kw_only=True):
    """A clerk's word that the resident agreed aloud and could not write."""

    staff: Id
    staff_name: Annotated[str, Meta(min_length=1, max_length=60)]
    why: Why
    note: Annotated[str, Meta(max_length=200)] = ""
    at: float


class Curve(Personal, frozen=True, kw_only=True):
    """One smooth stroke: where it begins, then (control, end) pairs of quadratic curves."""

    start: tuple[float, float]
    bends: tuple[tuple[tuple[float, float], tuple[float, float]], ...]


AGAIN = 1500
"""Points: a name of more is written anew; it would crowd the message that brings the form."""


def usable_again(signature: Signature) -> bool:
    """Say whether a name can be offered under the next form of the visit, so that nobody writes it three times."""
    return sum(map(len, signature.strokes)) <= AGAIN


def written(signature: Signature) -> Signature | None:
    """Return what was really written, without resting touches; None if that is no name (nothing, a dot, a tap)."""
    strokes = list(signature.strokes)
    while len(strokes) > 1 and _span(strokes[0]) < TOUCH and strokes[1][0][2] - strokes[0][-1][2] > PAUSE:
        strokes.pop(0)
    if not strokes or sum(_length(stroke) for stroke in strokes) < LEAST_INK:
        return None
    if _span(tuple(point for stroke in strokes for point in stroke)) < LEAST_SPAN:
        return None
    return Signature(strokes=tuple(strokes))


def smooth(signature: Signature) -> tuple[Curve, ...]:
    """Draw curves through the middles of what was touched: no corner of the digitiser remains, no loop is cut."""
    return tuple(_curve(stroke) for stroke in signature.strokes)


def svg(signature: Signature) -> str:
    """Return the signature as one SVG path in black on nothing; only numbers of ours stand in it."""
    path = "".join(
        f"M{_n(curve.start)}" + "".join(f"Q{_n(control)} {_n(end)}" for control, end in curve.bends)
        for curve in smooth(signature)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"><path d="{path}" fill="none" '
        'stroke="#000" stroke-width="9" stroke-linecap="round" stroke-linejoin="round"/></svg>'
    )


def _curve(stroke: tuple[Point, ...]) -> Curve:
    points = _averaged(_thinned([_inside(point) for point in stroke]))
    if len(points) == 1:
        only = points[0]
        return Curve(start=only, bends=((only, (round(only[0] + 0.1, 1), only[1])),))  # a round dot of ink
    bends = [
        (points[i], _middle(points[i], points[i + 1]) if i + 2 < len(points) else points[i + 1])
        for i in range(len(points) - 1)
    ]
    return Curve(start=points[0], bends=tuple(bends))


def _thinned(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    kept = points[:1]
    for point in points[1:]:
        if math.dist(kept[-1], point) >= CLOSE:
            kept.append(point)
    if kept[-1] != points[-1] and len(kept) > 1:
        kept[-1] = points[-1]  # a stroke ends where the finger left
    return kept


def _averaged(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    inner = [
        (round((a[0] + 2 * b[0] + c[0]) / 4, 1), round((a[1] + 2 * b[1] + c[1]) / 4, 1))
        for a, b, c in zip(points, points[1:], points[2:], strict=False)
    ]
    return points if len(points) < 3 else [points[0], *inner, points[-1]]


def _inside(point: Point) -> tuple[float, float]:
    x, y = min(max(point[0], 0.0), float(WIDTH)), min(max(point[1], 0.0), float(HEIGHT))
    return round(x, 1) + 0.0, round(y, 1) + 0.0  # never -0, which SVG reads as well but people do not


def _middle(a: tuple[float, float], b: tuple[float, float]) -> tuple[float, float]:
    return round((a[0] + b[0]) / 2, 1), round((a[1] + b[1]) / 2, 1)


def _length(stroke: tuple[Point, ...]) -> float:
    return sum(math.dist(a[:2], b[:2]) for a, b in zip(stroke, stroke[1:], strict=False))


def _span(points: tuple[Point, ...]) -> float:
    xs, ys = [point[0] for point in points], [point[1] for point in points]
    return max(max(xs) - min(xs), max(ys) - min(ys))


def _n(point: tuple[float, float]) -> str:
    return f"{point[0]:g} {point[1]:g}"
