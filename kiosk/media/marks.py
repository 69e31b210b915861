"""What the clerk points at: marks in millimetres on the resident's paper, and the part of the picture both look at.

The console's wishes come over the data channel "marks", between the two ends only; the answer is what is true now. Marks are
drawn into the picture before it is sent, so nobody can see them in two places.
"""

from collections.abc import Callable
from typing import Annotated, Literal

import msgspec
import numpy as np
from msgspec import Meta

from kiosk.sheet.geometry import Matrix, Size
from kiosk.sheet.track import Dot, Stroke

MOST_PAGES = 30
LEAF_DOTS = 1_500
"""On all lines of a shared page: what stands on it is told whole at each change."""
STROKES, DOTS = 40, 400  # what a sheet can carry and still be read
MAX_TEXT = 8_192
RIM = 12.0  # millimetres beside the paper that still count as its edge

Part = Annotated[float, Meta(ge=0, le=1)]
Spot = tuple[Part, Part]
"""A place in the picture that was sent, as parts of its width and height."""


class Show(msgspec.Struct, frozen=True, tag_field="do", tag="show"):
    """The resident sees the paper, or no longer; without it there are no marks."""

    on: bool


class Point(msgspec.Struct, frozen=True, tag_field="do", tag="point"):
    """Here; the ring stays until it is lifted."""

    at: Spot


class Lift(msgspec.Struct, frozen=True, tag_field="do", tag="lift"):
    """Nowhere."""


class Ink(msgspec.Struct, frozen=True, tag_field="do", tag="ink"):
    """More of a line, or (`begins`) a new one."""

    points: Annotated[tuple[Spot, ...], Meta(max_length=64)]
    begins: bool = False


class Undo(msgspec.Struct, frozen=True, tag_field="do", tag="undo"):
    """The last line goes."""


class Clear(msgspec.Struct, frozen=True, tag_field="do", tag="clear"):
    """All marks go."""


class Freeze(msgspec.Struct, frozen=True, tag_field="do", tag="freeze"):
    """The picture stands still, or moves on."""

    on: bool


class Look(msgspec.Struct, frozen=True, tag_field="do", tag="look"):
    """Which part of the picture both see: `x`, `y` is its middle in the whole picture, `turn` is clockwise."""

    zoom: Literal[100, 150, 200] = 100
    x: Part = 0.5
    y: Part = 0.5
    turn: Literal[0, 90, 180, 270] = 0


class Leaf(msgspec.Struct, frozen=True, tag_field="do", tag="leaf"):
    """Both look at this shared page instead of the paper under the camera; 0 = the pages go, from here too."""

    number: Annotated[int, Meta(ge=0, le=MOST_PAGES)]
    of: Annotated[int, Meta(ge=0, le=MOST_PAGES)] = 0


Wish = Show | Point | Lift | Ink | Undo | Clear | Freeze | Look | Leaf


class Board(msgspec.Struct, frozen=True):
    """Everything the clerk has asked for; gone with the conversation."""

    shown: bool = False
    dot: Dot | None = None
    strokes: tuple[Stroke, ...] = ()
    frozen: bool = False
    look: Look = Look()
    leaf: int = 0  # the shared page both look at; its marks are in parts of its width and height
    of: int = 0
    others: tuple[tuple[int, tuple[Stroke, ...]], ...] = ()  # lines on the other shared pages

    @property
    def empty(self) -> bool:
        """Whether no mark would have to stay on its paper."""
        return self.dot is None and not self.strokes


class Told(msgspec.Struct, frozen=True):
    """What is true now; `paper` is None while nobody asks where it is."""

    shown: bool = False
    paper: Literal["looking", "seen", "lost"] | None = None
    ring: bool = False
    strokes: int = 0
    frozen: bool = False
    look: Look = Look()
    leaf: int = 0
    of: int = 0
    leaves: tuple[int, ...] = ()  # shared pages that have arrived
    dot: Spot | None = None  # on the shared page, as are the lines
    lines: tuple[tuple[Spot, ...], ...] = ()


def asked(message: object) -> Wish | None:
    """Read a message of the channel; None for anything else."""
    if not isinstance(message, str) or len(message) > MAX_TEXT:
        return None
    try:
        return msgspec.json.decode(message, type=Wish)
    except msgspec.DecodeError:
        return None


def after(board: Board, wish: Wish, place: Callable[[Spot], Dot | None]) -> Board:
    """Return the board after a wish; `place` says which place of the paper lies at a spot of the picture, if any does."""
    if isinstance(wish, Leaf):
        return _leafed(board, wish)
    if board.leaf and not (isinstance(wish, Show) and wish.on):
        return _on_leaf(board, wish)
    match wish:
        case Show(on=True):
            return Board(shown=True) if board.leaf else msgspec.structs.replace(board, shown=True)
        case Show():
            return Board(look=board.look)
        case Point(at=at):
            return msgspec.structs.replace(board, shown=True, dot=place(at))
        case Lift():
            return msgspec.structs.replace(board, dot=None)
        case Ink(points=points, begins=begins):
            dots = tuple(dot for spot in points if (dot := place(spot)) is not None)
            return msgspec.structs.replace(board, shown=True, strokes=_inked(board.strokes, dots, begins))
        case Undo():
            return msgspec.structs.replace(board, strokes=board.strokes[:-1])
        case Clear():
            return msgspec.structs.replace(board, dot=None, strokes=())
        case Freeze(on=on):
            return msgspec.structs.replace(board, frozen=on)
        case Look():
            return msgspec.structs.replace(board, look=_within(wish))


def _leafed(board: Board, wish: Leaf) -> Board:
    """Turn to a shared page; what was drawn on the others is there again when they are."""
    if wish.number == 0:
        return Board() if board.leaf else board
    if wish.number == board.leaf:
        return msgspec.structs.replace(board, of=wish.of)
    before = dict(board.others)
    if board.leaf:
        before[board.leaf] = board.strokes
    return Board(
        leaf=wish.number,
        of=wish.of,
        strokes=before.get(wish.number, ()),
        others=tuple(sorted(before.items())),
        look=Look(zoom=board.look.zoom, y=0.0 if board.look.zoom > 100 else 0.5) if board.leaf else Look(),
    )


def _on_leaf(board: Board, wish: Show | Point | Lift | Ink | Undo | Clear | Freeze | Look) -> Board:
    """Mark a shared page: a spot is a place on it, and what stands still needs no freezing."""
    match wish:
        case Point(at=at):
            return msgspec.structs.replace(board, dot=Dot(*at))
        case Ink(points=points, begins=begins):
            if sum(len(stroke.points) for stroke in board.strokes) + len(points) > LEAF_DOTS:
                return board
            dots = tuple(Dot(*spot) for spot in points)
            return msgspec.structs.replace(board, strokes=_inked(board.strokes, dots, begins))
        case Lift():
            return msgspec.structs.replace(board, dot=None)
        case Undo():
            return msgspec.structs.replace(board, strokes=board.strokes[:-1])
        case Clear():
            return msgspec.structs.replace(board, dot=None, strokes=())
        case Look():
            return msgspec.structs.replace(board, look=_within(wish))
        case Show() | Freeze():
            return board


def on_paper(dot: Dot, size: Size) -> Dot | None:
    """Return a place of the paper, drawn in from just beside its edge; None farther off."""
    width, height = size
    inside = -RIM <= dot.x <= width + RIM and -RIM <= dot.y <= height + RIM
    return Dot(min(max(dot.x, 0.0), width), min(max(dot.y, 0.0), height)) if inside else None


def _inked(strokes: tuple[Stroke, ...], dots: tuple[Dot, ...], begins: bool) -> tuple[Stroke, ...]:
    if not dots:
        return strokes
    if begins or not strokes:
        return (*strokes, Stroke(dots))[-STROKES:]
    *before, last = strokes
    return (*before, Stroke((*last.points, *dots)[:DOTS]))


def _within(look: Look) -> Look:
    """Keep the part inside the picture."""
    half = 50 / look.zoom
    x, y = (min(max(middle, half), 1 - half) for middle in (look.x, look.y))
    return msgspec.structs.replace(look, x=x, y=y)


def to_sent(look: Look, camera: tuple[int, int], sent: tuple[int, int]) -> Matrix:
    """Return the map from the camera's pixels to those of the picture that is sent: turned, fitted, enlarged."""
    width, height = sent
    turned = camera if look.turn % 180 == 0 else camera[::-1]
    fit = min(width / turned[0], height / turned[1])
    zoom = look.zoom / 100
    c, s = ((1, 0), (0, 1), (-1, 0), (0, -1))[look.turn // 90]
    middle = _shift(-(camera[0] - 1) / 2, -(camera[1] - 1) / 2)
    turn = np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]], np.float64) * np.array([[fit], [fit], [1]])
    whole = _shift((width - 1) / 2, (height - 1) / 2) @ turn @ middle
    enlarge = np.diag([zoom, zoom, 1.0])
    return (
        _shift((width - 1) / 2, (height - 1) / 2)
        @ enlarge
        @ _shift(-look.x * (width - 1), -look.y * (height - 1))
        @ whole
    )


def _shift(x: float, y: float) -> Matrix:
    return np.array([[1, 0, x], [0, 1, y], [0, 0, 1]], np.float64)
