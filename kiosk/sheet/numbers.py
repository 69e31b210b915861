"""12-digit numbers on a page: where they could be, what a reader made of it, and the mask a person confirms.

Digits exist here only between the reader's answer and the check; what leaves is places, never digits.
"""

from typing import Literal, cast

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from kiosk.sheet.geometry import INCH, Picture, Size
from kiosk.sheet.straighten import Turn

LENGTH = 12
READ_HEIGHT = 40
"""Pixels of a line of print when it is read: tesseract likes capitals of 30."""
_GAP = 30


class Region(msgspec.Struct, frozen=True):
    """A place on the page, millimetres from its top left. `certain`: the check digit of 個人番号 fits."""

    x: float
    y: float
    width: float
    height: float
    certain: bool = True


class Numbers(msgspec.Struct, frozen=True):
    """What the search came to; without a reader (`not_installed`) or in time (`failed`) a person must look."""

    outcome: Literal["searched", "not_installed", "failed"]
    regions: tuple[Region, ...] = ()


class Row(msgspec.Struct, frozen=True):
    """A line of print that may hold twelve digits: its box on the page and its letters' boxes, in pixels."""

    box: tuple[int, int, int, int]
    letters: tuple[tuple[int, int, int, int], ...]


def rows(page: Picture, dpi: float) -> tuple[Row, ...]:
    """Find the lines of print with twelve or more letters of one height."""
    ink = _ink(page, dpi)
    mm = dpi / INCH
    stats = cv2.connectedComponentsWithStats(ink, connectivity=8)[2][1:, :4].astype(np.int32)
    fine = (
        (stats[:, 3] > 1.4 * mm) & (stats[:, 3] < 9 * mm) & (stats[:, 2] < 9 * mm) & (stats[:, 2] > 0.15 * mm)
    )
    letters = stats[fine]
    letters = letters[np.argsort(letters[:, 0])]
    lines = list[list[int]]()
    ends = np.zeros((0, 4))  # last letter of each line: right end, middle, height
    for n, (x, y, w, h) in enumerate(letters):
        middle = y + h / 2
        if len(ends):
            gap = x - ends[:, 0]
            size = np.maximum(ends[:, 2], h)
            fits = (np.abs(ends[:, 1] - middle) < 0.4 * size) & (gap < 3.2 * size) & (gap > -0.6 * size)
            fits &= np.minimum(ends[:, 2], h) > 0.55 * size
            if fits.any():
                best = int(np.argmin(np.where(fits, np.abs(gap), np.inf)))
                lines[best].append(n)
                ends[best] = (x + w, 0.7 * ends[best, 1] + 0.3 * middle, 0.7 * ends[best, 2] + 0.3 * h, 0)
                continue
        lines.append([n])
        ends = np.vstack((ends, [x + w, middle, h, 0]))
    found = list[Row]()
    for line in lines:
        if len(line) < LENGTH:
            continue
        boxes = letters[line]
        if not _like_digits(boxes):
            continue
        low, high = boxes[:, :2].min(axis=0), (boxes[:, :2] + boxes[:, 2:]).max(axis=0)
        found.append(Row(_box(low, high), tuple(_box(b[:2], b[:2] + b[2:]) for b in boxes)))
    return tuple(found)


def _like_digits(boxes: NDArray[np.int32]) -> bool:
    """Say whether twelve neighbours are as digits are: of one height, and not wider than high."""
    windows = np.lib.stride_tricks.sliding_window_view(boxes[:, 2:], LENGTH, axis=0)
    height, width = windows[:, 1], windows[:, 0]
    typical = np.median(height, axis=1, keepdims=True)
    # Two may touch each other or a smudge; kana and kanji fall apart into parts of every size.
    same = (np.abs(height - typical) < 0.2 * typical) & (width < 1.05 * typical)
    return bool((same.sum(axis=1) >= LENGTH - 2).any())


def _box(low: NDArray[np.int32], high: NDArray[np.int32]) -> tuple[int, int, int, int]:
    return int(low[0]), int(low[1]), int(high[0] - low[0]), int(high[1] - low[1])


def _ink(page: Picture, dpi: float) -> Picture:
    """Return the print (255) without ruled lines: numbers often stand in twelve boxes."""
    grey = cv2.cvtColor(page, cv2.COLOR_BGR2GRAY)
    paper = cv2.medianBlur(cv2.morphologyEx(grey, cv2.MORPH_CLOSE, np.ones((21, 21), np.uint8)), 21)
    level = np.clip(grey.astype(np.float32) / np.maximum(paper, 30) * 255, 0, 255).astype(np.uint8)
    ink = (level < 180).astype(np.uint8) * 255
    long = max(15, round(9.5 / INCH * dpi))  # longer than a digit is high
    for shape in ((1, long), (long, 1)):
        ruled = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones(shape, np.uint8))
        ink = cast("Picture", cv2.subtract(ink, cv2.dilate(ruled, np.ones((3, 3), np.uint8))))
    return ink


class Sheetful(msgspec.Struct, frozen=True):
    """Lines of print under each other as one picture to read, and where each came from (top, scale, letters' places)."""

    image: Picture
    lines: tuple[tuple[int, float, Row], ...]

    def __repr__(self) -> str:
        return f"<Sheetful of {len(self.lines)} lines>"


def compose(page: Picture, found: tuple[Row, ...], dpi: float) -> Sheetful:
    """Set the lines under each other, ink only and all of one height, so that one reader reads them in one go."""
    ink = 255 - _ink(page, dpi)
    strips, lines = list[Picture](), list[tuple[int, float, Row]]()
    top = _GAP
    for row in found:
        x, y, w, h = row.box
        pad = 2
        strip = ink[max(0, y - pad) : y + h + pad, max(0, x - pad) : x + w + pad]
        typical = float(np.median([letter[3] for letter in row.letters]))
        scale = READ_HEIGHT / typical
        strip = cast("Picture", cv2.resize(strip, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC))
        strips.append(cast("Picture", cv2.GaussianBlur(strip, (0, 0), 0.8)))
        lines.append((top, scale, row))
        top += strip.shape[0] + _GAP
    width = max((strip.shape[1] for strip in strips), default=0) + 2 * _GAP
    image = np.full((top, width), 255, np.uint8)
    for (at, _, _), strip in zip(lines, strips, strict=True):
        image[at : at + strip.shape[0], _GAP : _GAP + strip.shape[1]] = strip
    return Sheetful(image, tuple(lines))


class Word(msgspec.Struct, frozen=True):
    """What the reader read at a place of the sheetful: digits only, never shown."""

    box: tuple[int, int, int, int]
    digits: str
    confidence: float

    def __repr__(self) -> str:
        return "<Word>"


def parse(tsv: str) -> tuple[Word, ...]:
    """Read tesseract's table; what is not understood is left out."""
    words = list[Word]()
    for line in tsv.splitlines()[1:]:
        cells = line.split("\t")
        if (
            len(cells) != 12
            or cells[0] != "5"
            or not cells[11].strip().isdecimal()
            or not cells[11].isascii()
        ):
            continue
        left, top, width, height = (int(cell) for cell in cells[6:10])
        words.append(Word((left, top, width, height), cells[11].strip(), float(cells[10])))
    return tuple(words)


def judge_words(sheetful: Sheetful, words: tuple[Word, ...], dpi: float) -> tuple[Region, ...]:
    """Return the places of exactly twelve digits that stand together.

    A misread digit must not unmask a number: twelve digits are proposed even when the check digit does not fit.
    """
    regions = list[Region]()
    for top, scale, row in sheetful.lines:
        bottom = top + row.box[3] * scale + 8
        own = [word for word in words if top - 8 <= word.box[1] + word.box[3] / 2 <= bottom]
        own.sort(key=lambda word: word.box[0])
        for group in _runs(own, READ_HEIGHT):
            digits = "".join(word.digits for word in group)
            if len(digits) < LENGTH or (len(digits) > LENGTH and not _twelve_within(group)):
                continue
            part = group if len(digits) == LENGTH else (_twelve_within(group) or group)
            read = "".join(word.digits for word in part)
            certain = check_digit_fits(read)
            if not certain and float(np.mean([word.confidence for word in part])) < 55:
                continue
            left = min(word.box[0] for word in part) - _GAP
            right = max(word.box[0] + word.box[2] for word in part) - _GAP
            mm = INCH / dpi
            margin = 0.8
            regions.append(
                Region(
                    x=round((row.box[0] + left / scale) * mm - margin, 1),
                    y=round(row.box[1] * mm - margin, 1),
                    width=round((right - left) / scale * mm + 2 * margin, 1),
                    height=round(row.box[3] * mm + 2 * margin, 1),
                    certain=certain,
                )
            )
    return tuple(regions)


def _runs(words: list[Word], height: float) -> list[list[Word]]:
    """Group words that stand together: three groups of four, twelve boxes, or one word."""
    runs = list[list[Word]]()
    for word in words:
        last = runs[-1][-1] if runs else None
        if last is not None and word.box[0] - (last.box[0] + last.box[2]) < 3.4 * height:
            runs[-1].append(word)
        else:
            runs.append([word])
    return runs


def _twelve_within(words: list[Word]) -> list[Word] | None:
    """Find neighbouring words of exactly twelve digits whose check digit fits, in a longer run."""
    for first in range(len(words)):
        for last in range(first + 1, len(words) + 1):
            digits = "".join(word.digits for word in words[first:last])
            if len(digits) == LENGTH and check_digit_fits(digits):
                return words[first:last]
    return None


def check_digit_fits(digits: str) -> bool:
    """Say whether twelve digits can be a 個人番号 (平成26年総務省令第85号 第5条)."""
    if len(digits) != LENGTH or not (digits.isascii() and digits.isdecimal()):
        return False
    body = [int(digit) for digit in reversed(digits[:-1])]
    rest = sum(p * (n + 1 if n <= 6 else n - 5) for n, p in enumerate(body, 1)) % 11
    return int(digits[-1]) == (0 if rest <= 1 else 11 - rest)


def turned_back(place: Region, turn: Turn, size: Size) -> Region:
    """Say where a region of a page turned clockwise by `turn` lies on the page of `size` mm as it was."""
    width, height = size
    x, y, w, h = place.x, place.y, place.width, place.height
    match turn:
        case 0:
            return place
        case 90:
            x, y, w, h = y, height - x - w, h, w
        case 180:
            x, y = width - x - w, height - y - h
        case 270:
            x, y, w, h = width - y - h, x, h, w
    return Region(round(x, 1), round(y, 1), w, h, place.certain)


def mask(page: Picture, regions: tuple[Region, ...], dpi: float) -> Picture:
    """Return the page with the regions black; the pixels under them are gone."""
    masked = page.copy()
    for region in regions:
        scale = dpi / INCH
        low = (round(region.x * scale), round(region.y * scale))
        high = (round((region.x + region.width) * scale), round((region.y + region.height) * scale))
        cv2.rectangle(masked, low, high, (0, 0, 0), -1)
    return masked
