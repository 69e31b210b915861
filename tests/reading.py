"""Read the words of a printed paper back from its dots, as somebody with the paper in hand does.

Nothing here knows what was to be printed. Black bars are turned over and frames taken off; what remains stands in
lines of the few sizes the papers are set in, and each mark is compared with every letter the city's words are made of.
"""

import functools
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Dots = NDArray[np.float32]

SERVER = Path(__file__).resolve().parents[1] / "server"
WORDS = ("city.toml", "documents/strings.toml", "documents/dates.py", "procedures/mihon", "forms/mihon")
"""Where the city's words are: out of their letters a line is read."""
ALWAYS = "0123456789,:()（）〜・、。「」【】%□見本市公民館支所町番号階佐藤鈴木田中恵一郎"
FACES = {True: "BIZUDPGothic-Bold.ttf", False: "BIZUDPGothic-Regular.ttf"}
SETS = ((28, False), (28, True), (36, True), (31, True), (26, False), (34, True), (38, True), (44, True), (40, True),
        (52, True), (64, True), (34, False))  # fmt: skip
"""Size in dots and weight, the most usual first; common.typ and the templates beside it."""
DRAWN = 128
"""Letters are drawn this large and brought to their size by area: dots of a printer know no hinting."""
SURE, LIKELY = 0.12, 0.3
"""How different, of all its ink, a mark may be from its letter: to look no further, and to be read at all."""
TRIED = 6
"""Letters that are looked at closely, of those that are alike at half the size."""
LONGER = 0.03
"""What a wider letter is given before the stroke it begins with."""
ALIKE = str.maketrans("ロニカタエトハヘベペ一―", "口二力夕工卜八へべぺーー")
UNREAD = "〓"
CUT = 0.41
"""`BLACK_BELOW` of papers.py, as ink."""
APART, AROUND, HIGHEST = 0.5, 80, 90
"""White between words, of the letters' size; room around a line for what is tried, and the rows of what is no picture."""


@dataclass(frozen=True)
class Case:
    """All letters of one size and weight, each from its first dot to its last, fine and at half the size."""

    letters: str
    size: int
    fine: Dots  # letters x rows x columns
    coarse: Dots
    ink: tuple[Dots, Dots]  # sums of squares of both
    wide: NDArray[np.intp]  # columns with ink
    shape: tuple[int, int]


@dataclass(frozen=True)
class Mark:
    """A letter that was recognised: how different it is, where it ends, and the line it stands on."""

    letter: str
    off: float
    end: int
    row: int
    case: Case


@dataclass(frozen=True)
class Line:
    """What stands on one line, a space between words that stand apart; a heading is white in a black bar."""

    text: str
    heading: bool


def lines(rows: bytes, width: int = 576) -> Iterator[Line]:
    """Read a paper from its top, line by line, only as far as somebody wants to know."""
    dots = _dots(rows, width)
    bare, bars = _bare(dots)
    for top, bottom in _spans(bare.any(axis=1)):
        if 12 <= bottom - top <= HIGHEST:
            line = np.zeros((bottom - top + 2 * AROUND, bare.shape[1] + 2 * AROUND), np.float32)
            line[AROUND:-AROUND, AROUND:-AROUND] = bare[top:bottom]
            yield Line(_line(line), any(a <= top and bottom <= b for a, b in bars))


def words(rows: bytes) -> str:
    """Return everything that stands on a paper."""
    return "\n".join(line.text for line in lines(rows))


def parts(rows: bytes, until: str = "") -> dict[str, str]:
    """Return what stands under each heading, closed; under "" what stands before the first, and nothing from `until` on."""
    found, heading = {"": ""}, ""
    for line in lines(rows):
        if line.heading:
            if until and closed(line.text) == closed(until):
                break
            # The same counter may come again.
            heading = closed(line.text)
            found.setdefault(heading, "")
        else:
            found[heading] += closed(line.text)
    return found


def closed(text: str) -> str:
    """Return text as two readings of it are compared: without spaces, with one of the letters that look the same."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).translate(ALIKE)


def codes(rows: bytes, width: int = 576) -> list[str]:
    """Read the QR codes of a paper as a telephone does."""
    dots = _dots(rows, width)
    return [said for a, b in _spans(dots.any(axis=1)) if b - a > HIGHEST and (said := _code(dots[a:b]))]


def _code(dots: NDArray[np.uint8]) -> str:
    picture = np.where(np.pad(dots, 16), 0, 255).astype(np.uint8)
    found, *_ = cv2.QRCodeDetector().detectAndDecode(picture)
    return found


def _dots(rows: bytes, width: int) -> NDArray[np.uint8]:
    return np.unpackbits(np.frombuffer(rows, np.uint8).reshape(-1, width // 8), axis=1)


# ------------------------------------------------------------ letters


@functools.cache
def _alphabet() -> str:
    files = [
        file for name in WORDS for file in [SERVER / name, *(SERVER / name).rglob("*")] if file.is_file()
    ]
    said = "".join(file.read_text("utf-8") for file in files)
    kana = "".join(map(chr, (*range(0x3041, 0x3094), *range(0x30A1, 0x30F7), 0x30FC)))
    ascii = "".join(map(chr, range(0x30, 0x5B))) + "abcdefghijklmnopqrstuvwxyz"
    return "".join(sorted({c for c in said + kana + ascii + ALWAYS if not c.isspace() and c.isprintable()}))


@functools.cache
def _face(bold: bool) -> list[tuple[str, Dots]]:
    """Draw every letter, large, with the line it stands on at the same row."""
    font = ImageFont.truetype(FACES[bold], DRAWN, layout_engine=ImageFont.Layout.BASIC)
    drawn = list[tuple[str, Dots]]()
    for letter in _alphabet():
        large = Image.new("L", (DRAWN * 5 // 4, DRAWN * 5 // 4))
        ImageDraw.Draw(large).text((DRAWN // 8, DRAWN), letter, 255, font, anchor="ls")
        drawn.append((letter, np.asarray(large, np.float32) / 255))
    return drawn


@functools.cache
def _case(size: int, bold: bool) -> Case:
    rows, columns = (size * 5 // 4) // 2 * 2, (size + 6) // 2 * 2
    marks, letters, wide = list[Dots](), "", list[int]()
    for letter, large in _face(bold):
        small = cv2.resize(large, (size * 5 // 4, size * 5 // 4), interpolation=cv2.INTER_AREA)[:rows] > CUT
        ink = np.flatnonzero(small.any(axis=0))
        if ink.size and np.ptp(ink) + 4 < columns:
            mark = np.zeros((rows, columns), np.float32)
            mark[:, 1 : 2 + np.ptp(ink)] = small[:, ink[0] : ink[-1] + 1]
            marks.append(_soft(mark))
            letters += letter
            wide.append(int(np.ptp(ink)) + 1)
    fine = np.stack(marks)
    coarse = _half(fine)
    ink = (np.einsum("nrc,nrc->n", fine, fine), np.einsum("nrc,nrc->n", coarse, coarse))
    return Case(letters, size, fine, coarse, ink, np.array(wide), (rows, columns))


def _soft(dots: Dots) -> Dots:
    """Let dots run a little: half a dot aside is no other letter."""
    return cast("Dots", cv2.GaussianBlur(dots, (0, 0), 0.8))


def _half(marks: Dots) -> Dots:
    count, rows, columns = marks.shape
    pairs = marks.reshape(count, rows // 2, 2, columns)
    lines = pairs[:, :, 0] + pairs[:, :, 1]
    return (lines[:, :, ::2] + lines[:, :, 1::2]) / 4


def _offs(windows: Dots, marks: Dots, own: Dots, wide: NDArray[np.intp]) -> Dots:
    """Return how different each window is from each letter, as a part of both their ink; 0 is the same."""
    reach = np.minimum(wide + 1, windows.shape[2] - 1)  # one column more: behind a letter there is white
    there = np.cumsum(np.einsum("nrc,nrc->nc", windows, windows), axis=1)[:, reach]
    same = windows.reshape(len(windows), -1) @ marks.reshape(len(marks), -1).T
    return (there + own - 2 * same) / (there + own)


def _letter(soft: Dots, case: Case, at: int, rows: range) -> Mark:
    """Return the letter of this case that begins at this column and stands on one of these rows."""
    offs = _offs(_half(_windows(soft, case, rows, [at - 1])), case.coarse, case.ink[1], case.wide // 2 + 1)
    offs -= LONGER * case.wide / case.size
    nearest = int(offs.min(axis=1).argmin())
    alike, row = np.argpartition(offs[nearest], TRIED)[:TRIED], rows[nearest]
    near = [(up, aside) for up in (row - 1, row, row + 1) for aside in (at - 1, at, at + 1)]
    windows = _windows(soft, case, range(row - 1, row + 2), [at - 2, at - 1, at])
    wide = case.wide[alike]
    judged = _offs(windows, case.fine[alike], case.ink[0][alike], wide)
    place, one = np.unravel_index(int((judged - LONGER * wide / case.size).argmin()), judged.shape)
    up, begins = near[int(place)]
    return Mark(case.letters[alike[one]], float(judged[place, one]), begins + int(wide[one]), up, case)


def _windows(soft: Dots, case: Case, rows: range, columns: list[int]) -> Dots:
    tall, across = case.shape
    return np.stack(
        [soft[row - case.size : row - case.size + tall, x : x + across] for row in rows for x in columns]
    )


# ------------------------------------------------------------ lines


def _bare(dots: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], list[tuple[int, int]]]:
    """Return the paper with its bars turned over, and its frames, rules and code taken off; and where the bars are."""
    bare = dots.copy()
    for top, bottom in _spans(dots.any(axis=1)):
        if bottom - top > HIGHEST and _code(dots[top:bottom]):
            bare[top:bottom] = 0
    # A bar's left end has no letter.
    bars = [(top, bottom) for top, bottom in _spans(dots[:, 16:28].all(axis=1)) if bottom - top > 30]
    for top, bottom in bars:
        bare[top:bottom, 16:560] ^= 1
    _, names, marks, _ = cv2.connectedComponentsWithStats(bare, connectivity=8)
    for name, (left, top, across, down, _) in enumerate(marks[1:], 1):
        tick = left < 20 and 28 <= across <= 40 and abs(across - down) < 3  # a square at the margin
        if tick or across > 120:
            part = bare[top : top + down]
            part[names[top : top + down] == name] = 0
    return bare, bars


def _spans(there: NDArray[np.bool_]) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate(([False], there, [False])).astype(np.int8)))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _line(dots: Dots) -> str:
    soft, ink = _soft(dots), dots.any(axis=0)
    read, at, last = "", int(ink.argmax()), None
    while at >= 0:
        mark = None if last is None else _letter(soft, last.case, at, range(last.row, last.row + 1))
        if mark is None or mark.off > SURE:
            mark = _first(soft, at, mark)
        if mark.off > LIKELY:
            blank = np.flatnonzero(~ink[at:])
            mark = Mark(UNREAD, 1.0, at + max(1, int(blank[0])), mark.row, mark.case)
        read += mark.letter
        # A dot of this letter may lie where the next one begins: that one begins behind the white between them.
        white = [x for x in range(mark.end - 1, mark.end + 1 + mark.case.size // 16) if not ink[x]]
        begin = white[0] if white else mark.end
        rest = np.flatnonzero(ink[begin:])
        if not rest.size:
            return read
        at = begin + int(rest[0])
        read += " " if at - mark.end > APART * mark.case.size else ""
        last = mark
    return read


def _first(soft: Dots, at: int, known: Mark | None) -> Mark:
    """Find out of which case a letter is."""
    best = known
    for size, bold in SETS:
        rows = range(AROUND + size // 2, soft.shape[0] - AROUND + size // 4, 2)
        if len(rows):
            mark = _letter(soft, _case(size, bold), at, rows)
            best = mark if best is None or mark.off < best.off - SURE / 4 else best
            if best.off < SURE / 2:
                break
    assert best is not None
    return best
