"""Draw a sample slip, and read the large number back from the dots of any slip."""

from datetime import datetime
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from server.documents.dates import TOKYO
from server.documents.papers import Papers, Raster, Slip
from server.protocol.values import NextStep, SlipContent

BOX_TOP, BOX_BOTTOM = 194, 335
"""Rows of the number's frame, outer edges, when city and site take one line each."""


def wall(hour: int, minute: int) -> float:
    return datetime(2026, 11, 20, hour, minute, tzinfo=TOKYO).timestamp()


def slip(**changes: Any) -> Slip:
    plain = Slip(
        city="見本市",
        site="北公民館",
        number=12,
        started=wall(10, 5),
        ended=wall(10, 31),
        purpose="届け出と証明書",
        department="窓口課",
        staff="佐藤",
        telephone="0000-00-1234",
        hours="月〜金 午前9時〜午後5時",
        content=SlipContent(
            done=("住民票 1通の 申し込み",),
            next_steps=(
                NextStep(
                    what="住民票を 受け取る",
                    where="北支所 1階",
                    until="12月1日(火)まで",
                    bring="この紙・300 円",
                ),
            ),
        ),
    )
    return msgspec.structs.replace(plain, **changes)


def dots(raster: Raster) -> NDArray[np.uint8]:
    rows = np.frombuffer(raster.rows, np.uint8).reshape(raster.height, raster.width // 8)
    return np.unpackbits(rows, axis=1)


def digits(raster: Raster) -> list[NDArray[np.uint8]]:
    """Cut the figures out of the number's frame: they are the only marks there that are 80 dots high."""
    inside = dots(raster)[BOX_TOP + 8 : BOX_BOTTOM - 8, 24:-24]
    columns = inside.any(axis=0)
    edges = np.flatnonzero(np.diff(np.concatenate(([False], columns, [False])).astype(np.int8)))
    marks = [inside[:, a:b] for a, b in zip(edges[::2], edges[1::2], strict=True)]
    tall = [mark for mark in marks if np.ptp(np.flatnonzero(mark.any(axis=1))) > 60]
    return [np.trim_zeros(mark) for mark in tall]


def alike(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> float:
    """Say how much two figures differ, after bringing them to one size."""

    def fit(mark: NDArray[np.uint8]) -> NDArray[np.float64]:
        picture = Image.fromarray(mark * np.uint8(255)).resize((48, 64), Image.Resampling.BILINEAR)
        return np.asarray(picture, np.float64) / 255

    return float(np.abs(fit(a) - fit(b)).mean())


def figures(papers: Papers) -> dict[str, NDArray[np.uint8]]:
    """Return what each digit looks like in the frame."""
    known = {str(n): digits(papers.render_slip(slip(number=n)))[0] for n in range(1, 10)}
    known["0"] = digits(papers.render_slip(slip(number=10)))[1]
    return known


def read_number(raster: Raster, known: dict[str, NDArray[np.uint8]]) -> int:
    """Return the number in the frame."""
    return int("".join(min(known, key=lambda name: alike(known[name], mark)) for mark in digits(raster)))
