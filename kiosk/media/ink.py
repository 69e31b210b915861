"""Marks drawn into a picture: orange under a white rim, so that paper, wood and shadow all leave them visible."""

import functools
from importlib.resources import files

import cv2
import numpy as np

from kiosk.media.marks import Board
from kiosk.sheet.geometry import Matrix, Picture, apply
from kiosk.sheet.track import Dot

ORANGE = (1, 91, 251)  # BGR
RADIUS = 44
"""With its line a ring is 96 pixels wide: 17 mm on the resident's screen."""
_DEEP = (0, 62, 172)
_WHITE = (255, 255, 255)
_LINE = 6
_FINE = 3  # bits of a pixel's fraction that cv2 takes


def draw(picture: Picture, to_picture: Matrix, board: Board) -> None:
    """Draw the marks where their places on the paper are; `to_picture` maps millimetres to pixels of this picture."""
    for stroke in board.strokes:
        points = np.round(_pixels(to_picture, stroke.points) * 2**_FINE).astype(np.int32)
        if len(points) == 1:
            points = np.repeat(points, 2, axis=0)
        for colour, more in ((_WHITE, 5), (ORANGE, 0)):
            cv2.polylines(picture, [points], False, colour, _LINE + more, cv2.LINE_AA, _FINE)
    if board.dot is not None:
        x, y = _pixels(to_picture, (board.dot,))[0]
        _ring(picture, float(x), float(y))


def _pixels(to_picture: Matrix, dots: tuple[Dot, ...]):
    places = apply(to_picture, np.array([(dot.x, dot.y) for dot in dots], np.float64))
    return np.clip(places, -4000, 8000)


def _ring(picture: Picture, x: float, y: float) -> None:
    middle = round(x * 2**_FINE), round(y * 2**_FINE)
    radius = RADIUS * 2**_FINE
    for colour, thick in ((_WHITE, 16), (ORANGE, 9)):
        cv2.circle(picture, middle, radius, colour, thick, cv2.LINE_AA, _FINE)
    _here(picture, x, y)


def _here(picture: Picture, x: float, y: float) -> None:
    """Write 「ここ」 beside the ring, on the side that has room."""
    word = _word()
    height, width = picture.shape[:2]
    high, wide = word.shape
    left = round(x) + RADIUS + 30
    if left + wide + 30 > width:
        left = round(x) - RADIUS - 30 - wide
    top = round(y) - high // 2
    if not (30 <= left < width - wide - 30 and 12 <= top < height - high - 12):
        return
    line = (left, top + high // 2), (left + wide, top + high // 2)
    for colour, thick in ((_WHITE, high + 22), (_DEEP, high + 14)):
        cv2.line(picture, *line, colour, thick, cv2.LINE_AA)
    part = picture[top : top + high, left : left + wide]
    share = word[..., None].astype(np.float32) / 255
    part[:] = (part * (1 - share) + 255 * share).astype(np.uint8)


@functools.cache
def _word() -> Picture:
    data = files("kiosk.sheet").joinpath("here.png").read_bytes()
    word = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert word is not None
    return np.asarray(word, np.uint8)
